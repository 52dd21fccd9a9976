"""Papers from processes of their own: the same bytes, the same refusals, and nobody left behind."""

from __future__ import annotations

import json
import pickle
import subprocess
import zipfile

import pytest
from shapely.geometry import mapping

from planner.desk import presses
from planner.desk.desk import Desk
from planner.desk.meeting_papers import print_for_meeting
from planner.desk.page import Page
from planner.desk.papers import Subject, held
from planner.errors import PlannerError, Rejected, UsageError
from planner.formats.errors import CrsMissing
from planner.people import EVERY_PARK, Forbidden, Role
from planner.sheets.office import Templates, TemplateWrong
from planner.words import translator
from tests.drawn_land import land
from tests.test_meeting_papers import NOW, TODAY, grassland

KINDS = ["atlas", "certificate", "opinion"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    path = tmp_path_factory.mktemp("presses") / "w.gpkg"
    grassland(path).close()
    made = Desk.open(str(path))
    yield held(made, TODAY, NOW)
    made.close()


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    """Two works on land of their own, neither of which has room."""
    folder = tmp_path_factory.mktemp("queue")
    shapes = {"small": land(300, 500, 60, 60), "large": land(500, 500, 60, 60)}
    features = [{"type": "Feature", "id": id, "properties": {"name": id}, "geometry": mapping(shape)}
                for id, shape in shapes.items()]
    (folder / "p.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    (folder / "q.toml").write_text('[scenario]\ntitle = "Two works"\nyears = [2026]\non = 2026-03-02\n' + "".join(
        f'[[project]]\nid = "{id}"\nstart = 2026\nparcel = "p.geojson"\n[project.land]\nid = "{id}"\n'
        f"[project.carriers]\nelectricity_mwh = {mwh}\n" for id, mwh in (("small", 1_000), ("large", 9_000))), "utf-8")
    return Subject(scenario=str(folder / "q.toml"))


@pytest.fixture
def started(monkeypatch):
    """Every process that was started."""
    found = []

    class Watched(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            found.append(self)

    monkeypatch.setattr(presses.subprocess, "Popen", Watched)
    return found


def gone(processes):
    return [process.returncode is not None for process in processes]


def test_two_processes_print_the_same_bytes_as_one(desk, queue, started):
    told = []
    alone = print_for_meeting(desk, queue, KINDS, page=Page("en", "A4"), processes=0)
    assert not started
    together = print_for_meeting(desk, queue, KINDS, page=Page("en", "A4"), processes=2,
                                 progress=lambda share, doing: told.append((share, str(doing))))
    assert {*alone.files} == {"atlas.pdf", "certificate-01.docx", "certificate-02.docx", "opinion.docx"}
    assert [*together.files.items()] == [*alone.files.items()]
    assert (str(together.subject), together.run_hash) == (str(alone.subject), alone.run_hash)
    assert str(alone.subject) == "Admission of projects: Two works"
    assert gone(started) == [True, True]
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert any("Drawing page 2 of " in doing for _, doing in told)


def test_what_a_process_refuses_is_refused_here_in_the_readers_language(desk, queue, started, tmp_path):
    with zipfile.ZipFile(tmp_path / "opinion.docx", "w") as archive:
        archive.writestr("a.txt", "no document")
    page = Page("en", templates=Templates(opinion=tmp_path / "opinion.docx"))
    with pytest.raises(TemplateWrong) as there:
        print_for_meeting(desk, queue, ["opinion"], page=page, processes=1)
    with pytest.raises(TemplateWrong) as here:
        print_for_meeting(desk, queue, ["opinion"], page=page, processes=0)
    assert there.value.say(translator("zh")) == here.value.say(translator("zh"))
    assert gone(started) == [True]


def test_whoever_stops_waiting_stops_the_processes(desk, queue, started):
    def stop(share, doing):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        print_for_meeting(desk, queue, ["opinion"], processes=1, progress=stop)
    assert gone(started) == [True]


def test_a_process_that_is_lost_names_the_paper_it_printed(desk, queue, started):
    with pytest.raises(presses.PressLost, match="opinion"):
        print_for_meeting(desk, queue, ["opinion"], processes=1, progress=lambda share, doing: started[0].kill())


def test_a_few_papers_are_printed_where_they_are_asked_for(monkeypatch):
    monkeypatch.setattr(presses, "processors", lambda: 4)
    assert presses.worth(["atlas", "pack", "deck"], 30) == 2
    assert presses.worth(["atlas"], 30) == presses.worth(["deck", "opinion"], 30) == 0
    assert presses.worth(["atlas", "pack"], 3) == 0
    monkeypatch.setattr(presses, "processors", lambda: 1)
    assert presses.worth(["atlas", "pack"], 30) == 0


@pytest.mark.parametrize("error", [
    UsageError(problem="a"), CrsMissing(file="a.geojson"), Forbidden("ann", Role.PLANNER, EVERY_PARK),
    Rejected([UsageError(problem="a"), UsageError(problem="b")], kind="rows", file="t.csv"),
])
def test_an_error_keeps_its_class_and_its_facts_between_processes(error):
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is type(error) and isinstance(again, PlannerError)
    assert (again.code, again.exit_status, again.file, again.where) == (
        error.code, error.exit_status, error.file, error.where)
    assert again.say(translator("zh")) == error.say(translator("zh")) and str(again) == str(error)
    assert [str(reason) for reason in getattr(again, "reasons", ())] == [
        str(reason) for reason in getattr(error, "reasons", ())]
