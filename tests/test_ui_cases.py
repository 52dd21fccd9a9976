"""The page of cases: the list, a decision made on it, a conflict told, the day of a decision brought back; and the
case that is begun on the map."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.desk.desk import Desk
from planner.store.open import open_store
from tests.drawn_land import land, layer
from tests.test_cases import drawn, parcel, plant

YEAR = date.today().year


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A case of Ann's that lies in the protected field, submitted in 2026."""
    path = tmp_path / "w.gpkg"
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    desk = drawn(open_store(str(path), create=True))
    desk.start_case(parcel(50, 50, id="P-1"), year=2026, project=plant(), actor="Ann", key="s")
    desk.close()
    return path


def show() -> None:
    from planner.ui.pages.cases import show

    show()


def opened(lang: str = "en") -> AppTest:
    run = AppTest.from_function(show, default_timeout=60)
    run.session_state["lang"] = lang
    run.run()
    assert not run.exception
    return run


def button(run: AppTest, key: str):
    return next(one for one in run.button if one.key == key)


def written(run: AppTest, **words: str) -> None:
    for key, value in words.items():
        run.text_input(f"case-{key}").set_value(value)


def markup(run: AppTest) -> str:
    return "".join(one.proto.body for one in run.get("html"))


@pytest.mark.parametrize(("lang", "state", "blocked", "late"), [
    ("en", "submitted", "⊘ blocked", "✕ overdue"), ("zh", "已提交", "⊘ 禁止", "✕ 超期")])
def test_the_list_says_state_verdicts_and_days_against_the_term(workspace, lang, state, blocked, late):
    row = opened(lang).dataframe[0].value.iloc[0].tolist()
    assert row[0] == "plant" and row[2] == state and row[3] == row[4] == blocked and late in row


def test_a_finding_is_decided_otherwise_and_the_case_decided_on_the_page(workspace):
    run = opened("zh")  # choices are sent back by their words, which a test says in the app's first language
    assert {b.key for b in run.button if str(b.key).startswith("case-move-")} == {
        f"case-move-{verb}" for verb in ("review", "return", "recommend", "override", "decide", "withdraw")}
    button(run, "case-move-override").click().run()
    run.selectbox("case-finding").set_value("basic_farmland:basic_farmland")
    run.radio("case-decided").set_value("warn")
    written(run, reason="the line was redrawn", document="No. 12")
    run.text_input("case-actor-override").set_value("Bo")
    run.run()
    button(run, "case-go-override").click().run()
    assert not run.exception and not run.error
    assert "the line was redrawn" in markup(run) and "⊘ 禁止" in markup(run)
    button(run, "case-move-decide").click().run()
    written(run, basis="Minutes 3")
    run.text_input("case-actor-decide").set_value("Cy")
    run.run()
    button(run, "case-go-decide").click().run()
    assert not run.exception and not run.error
    desk = Desk.open(str(workspace))
    assert desk.case("plant").record.state == "decided"
    assert [entry.draft.actor for entry in desk.entries("plant")] == ["Cy"]
    desk.close()
    button(run, "case-replay").click().run()
    assert "逐项一致" in run.success[-1].value


def test_the_same_person_is_refused_in_words(workspace):
    run = opened("zh")
    button(run, "case-move-recommend").click().run()
    written(run, reason="可行")
    run.text_input("case-actor-recommend").set_value("Ann")
    run.run()
    button(run, "case-go-recommend").click().run()
    assert "第二人" in run.error[0].value


def test_what_somebody_else_did_meanwhile_is_told(workspace):
    run = opened()
    desk = Desk.open(str(workspace))
    desk.review_case("plant", actor="Di", key="1")
    desk.close()
    run.run()
    assert "Take up (Di" in run.error[0].value


def test_what_differs_today_stands_in_a_table_that_leaves(workspace):
    desk = Desk.open(str(workspace))
    desk.decide_case("plant", outcome="refused", basis="Minutes 4", reason="protected", actor="Bo", key="d")
    with desk.store.turn() as turn:
        turn.keep_layer(layer("basic_farmland", land(0, 900, 10, 10)), sha256="", replace=True)
    desk.close()
    run = opened()
    button(run, "case-replay").click().run()
    table = run.dataframe[-1].value
    found = table[table["Of"].str.startswith("Permanent basic farmland") & (table["Figure"] == "verdict")].iloc[0]
    assert (found["On that day"], found["Today"]) == ("⊘ blocked", "● fits")
    assert (table["Differs"] == "▲").all()
