"""`planner case`: from a file to a decision on the command line, with its documents and exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from planner.cli import main
from planner.store.open import open_store
from tests.drawn_land import land
from tests.test_cases import drawn


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, and a file with a parcel that lies in its protected field."""
    drawn(open_store(str(tmp_path / "workspace.gpkg"), create=True)).close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLANNER_WORKSPACE", raising=False)
    shape = json.loads(shapely.to_geojson(land(50, 50, 100, 100)))
    Path("p.geojson").write_text(json.dumps({"type": "Feature", "id": "P-1", "properties": {}, "geometry": shape}))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], words: list[str]) -> tuple[int, dict]:
    status = main([*words, "--json", "--lang", "en"])
    return status, json.loads(capsys.readouterr().out)


def signed(verb: str, *words: str, actor: str, case: str = "P-1") -> list[str]:
    return ["case", verb, case, *words, "--actor", actor, "--key", f"{verb}-{actor}"]


def test_a_case_goes_from_a_file_to_a_decision_on_the_line(folder, capsys):
    submit = ["case", "submit", "p.geojson", "--year", "2026", "--actor", "Ann"]
    status, first = said(capsys, submit)
    assert (status, first["case"], first["state"], first["version"]) == (0, "P-1", "submitted", 1)
    assert said(capsys, submit) == (0, first)  # the same call once more: done once

    reserve = ["reserve", "p.geojson", "--year", "2026", "--basis", "D", "--actor", "Ann", "--key"]
    status, told = said(capsys, [*reserve, "r1"])
    assert (status, told["error"]["code"]) == (4, "E_BLOCKED")
    words = ("--finding", "basic_farmland", "--decided", "warn", "--reason", "redrawn", "--document", "No. 12")
    status, told = said(capsys, signed("override", *words, actor="Ann"))
    assert (status, told["error"]["code"]) == (4, "E_SECOND_PERSON")
    assert said(capsys, signed("override", *words, actor="Bo"))[0] == 0
    status, told = said(capsys, [*reserve, "r2"])
    assert (status, told["verdict"], told["decided_verdict"]) == (0, "blocked", "warn")

    decide = ("--outcome", "conditional", "--basis", "D 7", "--condition", "the title=2026-06-01", "--seen")
    status, told = said(capsys, signed("decide", *decide, "1", actor="Cy"))
    assert (status, told["error"]["code"]) == (4, "E_CONFLICT")
    assert [change["verb"] for change in told["error"]["where"]["changes"]] == ["override", "reserve"]
    assert said(capsys, signed("decide", *decide, "3", actor="Di"))[0] == 0

    status, shown = said(capsys, ["case", "show", "P-1", "--replay"])
    assert (shown["state"], shown["outcome"], shown["decided_verdict"]) == ("decided", "conditional", "warn")
    assert shown["replay"]["agrees"] and shown["replay"]["then_verdict"] == "blocked"
    assert [(c["text"], c["due"], c["state"]) for c in shown["conditions"]] == [("the title", "2026-06-01", "open")]
    assert set(shown["moves"]) == {"meet", "lapse", "reserve", "withdraw", "close"}
    status, rows = said(capsys, ["case", "list"])
    assert [(row["case"], row["verdict"], row["decided_verdict"]) for row in rows] == [("P-1", "blocked", "warn")]


def test_a_decision_needs_its_key_and_its_actor(folder, capsys):
    assert said(capsys, ["case", "decide", "P-1", "--outcome", "refused", "--basis", "D", "--actor", "Bo"])[0] == 2
    assert said(capsys, ["case", "decide", "P-1", "--outcome", "refused", "--basis", "D", "--key", "k"])[0] == 2


def test_a_name_that_holds_a_role_may_do_on_the_line_what_the_role_allows(folder, capsys):
    said(capsys, ["case", "submit", "p.geojson", "--year", "2026", "--actor", "Ann"])
    for person, role, park in (("Ann", "viewer", "ZONE"), ("Bo", "reviewer", "OTHER"), ("Cy", "reviewer", "ZONE")):
        status, told = said(capsys, ["people", "give", person, role, "--park", park])
        assert status == 0 and bool(told.get("notes")) == (park == "OTHER")  # a park without an account, or misspelt
    for actor in ("Ann", "Bo"):
        status, told = said(capsys, signed("review", actor=actor))
        assert (status, told["error"]["code"]) == (4, "E_FORBIDDEN")
    assert said(capsys, ["case", "show", "P-1"])[1]["version"] == 1
    status, told = said(capsys, ["people", "give", "Ann", "administrator", "--actor", "Cy"])
    assert (status, told["error"]["code"]) == (4, "E_FORBIDDEN")
    assert said(capsys, signed("review", actor="Cy"))[0] == 0
    assert said(capsys, signed("return", "--reason", "r", actor="who sits there"))[0] == 0


def test_a_draft_is_submitted_sent_back_and_submitted_again_by_the_same_call(folder, capsys):
    draft = ["case", "submit", "p.geojson", "--year", "2026", "--draft", "--actor", "Ann"]
    assert said(capsys, draft)[1]["state"] == "draft"
    again = ["case", "submit", "--case", "P-1", "--actor", "Ann"]
    assert said(capsys, again)[1]["version"] == 2
    assert said(capsys, signed("return", "--reason", "the plan is missing", actor="Bo"))[1]["state"] == "draft"
    assert said(capsys, again)[1]["version"] == 4


def test_a_decision_that_cannot_be_recomputed_as_it_was_exits_with_3(folder, capsys):
    said(capsys, ["case", "submit", "p.geojson", "--year", "2026", "--actor", "Ann"])
    words = ("--outcome", "refused", "--basis", "D 8", "--reason", "protected")
    assert said(capsys, signed("decide", *words, actor="Bo"))[0] == 0
    assert said(capsys, ["case", "replay", "P-1"])[0] == 0
    assert main(["case", "replay", "P-1", "--version", "2", "--lang", "zh"]) == 0
    assert "逐项一致" in (told := capsys.readouterr().out) and "禁止 | 今日: 禁止" in told and "blocked" not in told
    assert said(capsys, ["case", "replay", "P-1", "--version", "1"])[1]["error"]["code"] == "E_NOT_DECIDED"
    with open_store("workspace.gpkg").turn() as turn:
        turn.drop_feature("basic_farmland", id="a")
    status, told = said(capsys, ["case", "replay", "P-1"])
    assert status == 3 and not told["agrees"] and "basic_farmland" in told["missing"][0]


def test_two_ways_to_name_the_parcel_are_refused(folder, capsys):
    status, told = said(capsys, ["case", "submit", "p.geojson", "--parcel", "a", "--actor", "Ann"])
    assert (status, told["error"]["code"]) == (2, "E_USAGE")
