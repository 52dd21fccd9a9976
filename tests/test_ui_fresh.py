"""What sessions share is never older than the workspace: an act of somebody else is seen at the next look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.registers import scene_seal
from planner.desk.registers_in import keep_row
from planner.desk.workspace import begin
from planner.parameters.changes import Wish
from planner.registers.rows import Contract, Tract
from planner.store.base import in_turn
from planner.store.open import open_store
from planner.ui import map_state
from tests.drawn_land import land, layer
from tests.test_cases import drawn, parcel

DAY = date(2026, 3, 1)
PROMISE = Contract(id="C-1", output_promised=976, output_by=2024, investment_promised=670.0)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = begin(str(tmp_path / "w.gpkg"))
    made.today = lambda: DAY
    return made


def another(desk: Desk) -> Desk:
    """Somebody else at the same workspace."""
    return Desk.open(desk.store.where)


def row_changed(desk: Desk) -> None:
    half = replace(PROMISE, investment_promised=335.0)
    in_turn(desk.store, lambda turn: keep_row(turn, "contracts", half, actor="Bo"))


def row_of_another_register(desk: Desk) -> None:
    in_turn(desk.store, lambda turn: keep_row(turn, "tracts", Tract(id="T-1", outline=land(0, 0, 10, 10)), actor="Bo"))


def layer_changed(desk: Desk) -> None:
    in_turn(desk.store, lambda turn: turn.keep_layer(layer("basic_farmland", land(0, 0, 10, 10)), sha256=""))


def entry_made(desk: Desk) -> None:
    desk.move(Movement("grant", "ZONE", "new_construction_m2", 2026, 1.0, "ha", "No. 1", "Bo", "k", DAY))


def rule_changed(desk: Desk) -> None:
    wish = Wish("electricity", {"value": 0.2}, date(2026, 1, 1), "Circular 9", "verified")
    desk.change_parameter(wish, reason="revised", actor="root", key="p")


@pytest.mark.parametrize("act", [row_changed, row_of_another_register, layer_changed, entry_made, rule_changed])
def test_the_answers_of_a_register_rest_on_rows_layers_book_and_rules(desk, act):
    in_turn(desk.store, lambda turn: keep_row(turn, "contracts", PROMISE, actor="Li"))
    before = scene_seal(desk, DAY)
    assert scene_seal(desk, DAY) == before == scene_seal(another(desk), DAY) != scene_seal(desk, date(2026, 3, 2))
    act(another(desk))
    assert scene_seal(desk, DAY) != before


def page() -> None:
    from planner.ui.pages.registers import show

    show()


def test_a_row_that_somebody_else_corrects_stands_corrected_at_the_next_look(desk, monkeypatch):
    in_turn(desk.store, lambda turn: keep_row(turn, "contracts", PROMISE, actor="Li"))
    monkeypatch.setenv("PLANNER_WORKSPACE", desk.store.where)
    run = AppTest.from_function(page, default_timeout=60)
    run.session_state["lang"], run.session_state["register"] = "en", "contracts"
    shown = []
    for act in (None, row_changed):
        if act is not None:
            act(another(desk))
        run.run()
        assert not run.exception and not run.error
        shown.append(run.dataframe[0].value["Investment promised, %"].iloc[0])
    assert shown == [223, 112]  # 670 and 335 of the 300 of the standard


def test_a_parcel_is_looked_at_anew_when_a_rule_it_is_judged_by_changes(tmp_path, monkeypatch):
    desk, plot = drawn(open_store(str(tmp_path / "w.gpkg"), create=True)), parcel(50, 50, id="P-1")
    monkeypatch.setattr(map_state.st, "session_state", {})

    def looked():
        return map_state.case_of(desk, map_state.ground(desk), plot, None, 2026)

    first = looked()
    assert looked() is first
    wish = Wish("basic_farmland", {"severity": "warn"}, date(2020, 1, 2), "Circular 9", "verified")
    another(desk).change_parameter(wish, table="rules", reason="revised", actor="root", key="p")
    assert (str(first.verdict), str(looked().verdict)) == ("blocked", "warn")
