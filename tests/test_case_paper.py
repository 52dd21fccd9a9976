"""What people decided of a case, on its papers and in its pack: always beside what the machine found, never in its
place, and proved like every other figure."""

from __future__ import annotations

import json
from datetime import date

import pytest

from planner.desk.export import sheet_for
from planner.desk.export_pack import export_pack
from planner.desk.pack_verify import verify_pack
from planner.desk.page import Page
from planner.energy.project import project_from
from planner.formats.packs import written
from planner.land.parcel import Parcel
from planner.store.open import MEMORY, open_store
from planner.verdict import Verdict
from planner.words import translator
from tests.drawn_land import land, layer
from tests.test_cases import decide, drawn, start
from tests.test_pack import PLANT, held, put, resealed, workspace


@pytest.fixture
def desk():
    made = drawn(open_store(MEMORY))
    yield made
    made.close()


def overridden(desk):
    start(desk, at=(50, 50))
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="划定已调整 / the line was redrawn",
                          document="No. 12", actor="Bo", key="o")
    desk.recommend_case("plant", outcome="conditional", reason="fits but for the report", actor="Bo", key="r")


def sheet(desk, kind="opinion", lang="en"):
    return sheet_for(desk, desk.case_seen("plant"), kind, project=desk.case("plant").project, page=Page(lang))


@pytest.mark.parametrize("kind", ["sheet", "opinion"])
def test_both_verdicts_of_a_finding_stand_on_every_paper_with_reason_and_document(desk, kind):
    overridden(desk)
    made = sheet(desk, kind)
    assert made.verdict is Verdict.BLOCKED  # the machine's stays
    row = next(row for row in made.findings if row.sign is Verdict.BLOCKED)
    assert str(row.note).endswith("decided by people: warning")
    assert [str(row.note) for row in made.findings].count(str(row.note)) == 1
    head, why, decided = map(str, made.cautions[:3])  # no page cuts these
    assert head == ("Case plant: recommended (Bo, 2026-03-02). Verdict of the machine: blocked; decided by people: "
                    "warning.")
    assert why == "Recommend: conditionally admitted (Bo, 2026-03-02): fits but for the report"
    assert "the machine says blocked, Bo decided warning" in decided and "the line was redrawn; No. 12" in decided
    assert set(made.cautions) <= set(made.notes)


def test_what_is_recommended_by_the_machine_and_by_people_is_said_in_both(desk):
    overridden(desk)
    made = sheet(desk)
    machine, _, people = str(made.recommendation).partition(" With what people decided: ")
    assert machine == "By the machine: Not to be admitted: a rule forbids it."
    assert people.startswith("To be approved on the conditions")
    assert [str(line) for line in made.conditions[:3]] == [str(line) for line in made.cautions[:3]]
    assert made.decisive >= 3
    chinese = [line.say(translator("zh")) for line in sheet(desk, lang="zh").cautions]
    assert "机判：禁止；人定：预警" in chinese[0] and "decided" not in " ".join(chinese)


def test_conditions_of_a_decision_are_printed_with_their_days_and_whether_they_are_met(desk):
    start(desk)
    decide(desk, outcome="conditional", conditions=[("the energy report", date(2026, 3, 9)),
                                                    ("the land title", date(2026, 6, 1))])
    desk.meet_condition("plant", 1, document="Report 4", actor="Bo", key="m")
    said = [str(line) for line in sheet(desk, "sheet").cautions]
    assert said[0].startswith("Case plant: conditionally admitted (Bo, 2026-03-02).")
    assert said[1] == "Decide: conditionally admitted (Bo, 2026-03-02): as found; Decision 7"
    assert said[2:4] == ["Condition 1: the energy report, by 2026-03-09: ● met",
                         "Condition 2: the land title, by 2026-06-01: ○ open"]


def test_an_override_that_no_longer_covers_what_is_found_says_so(desk):
    overridden(desk)
    with desk.store.turn() as turn:  # the protected field grows over the whole parcel
        turn.keep_layer(layer("basic_farmland", land(0, 0, 200, 200)), sha256="", replace=True)
    made = sheet(desk)
    assert any("does not cover what is found now" in str(line) for line in made.cautions)
    assert not any("decided by people" in str(row.note) for row in made.findings)
    assert "decided by people: blocked" in str(made.cautions[0])


def test_an_act_changes_the_seal_of_the_papers_and_a_mere_parcel_has_none_of_it(desk):
    start(desk, at=(50, 50))
    before = sheet(desk).run_hash
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="r", document="d", actor="Bo", key="o")
    assert sheet(desk).run_hash != before
    mere = desk.look(desk.case("plant").parcel, project=desk.case("plant").project)
    assert "Case plant" not in " ".join(map(str, desk.sheet(mere).notes))


def test_a_pack_brings_the_acts_along_and_a_forged_one_is_found(tmp_path):
    desk = workspace(tmp_path / "w.gpkg")
    desk.start_case(Parcel("small", land(100, 100, 100, 100)), year=2026, project=project_from(PLANT), actor="Ann",
                    key="s", park="ZONE")
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="redrawn", document="No. 12", actor="Bo",
                          key="o")
    path = export_pack(desk, tmp_path / "c.zip", case_id="plant", progress=lambda share, doing: None,
                       page=Page("en", paper="A4"))
    desk.close()
    members = held(path)
    told = json.loads(members["documents/decision.json"])
    assert (told["verdict"], told["state"], told["overrides"][0]["decided"]) == ("blocked", "submitted", "warn")
    assert told["overrides"][0]["covers"] and "ground" not in members["inputs/acts.json"].decode()
    assert verify_pack(path).ok
    acts = json.loads(members["inputs/acts.json"])
    acts["acts"][-1]["fields"]["decided"] = "fits"
    forged = put(tmp_path, resealed({**members, "inputs/acts.json": written(acts)}))
    found = verify_pack(forged, pages=False)
    assert "documents/decision.json" in {one.member for one in found.differs}
