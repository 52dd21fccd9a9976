"""What the admission page stands on: the matrix, ways out applied to the queue, places, own unit costs, ranges."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from planner.admission.relief import Move
from planner.admission.scenario import scenario_from
from planner.admission.select import Price
from planner.admission.simulate import simulate
from planner.desk.booking import Movement
from planner.desk.costs import keep_unit_cost, unit_costs
from planner.desk.desk import Desk
from planner.desk.queue import Asked
from planner.desk.workspace import begin
from planner.energy.project import fields_of, project_from
from planner.errors import UsageError
from planner.store.parameters import load
from planner.text import Text
from planner.ui.queue_state import (
    QueueState,
    base,
    edited,
    edits_of,
    judged_now,
    no_longer_named,
    place,
    scenario,
    undo,
)
from planner.ui.review import waiting
from planner.ui.review.optimum import worth_most
from planner.ui.review.queue_rows import short_names
from planner.ui.review.relief_cards import apply
from planner.ui.review.sureness import ranged

YEARS = (2026, 2027)


def plant(id_, mwh, start=2026, **fields):
    return {"id": id_, "start": start, "carriers": {"electricity_mwh": mwh}, **fields}


def asked(*projects, caps):
    tables = {"scenario": {"years": list(YEARS), "on": "2026-01-01"}, "caps": caps,
              "baseline": {"energy_tce": 0, "value_added_wan_yuan": 1000}, "project": list(projects)}
    return Asked(scenario_from(tables), load())


def test_the_matrix_has_a_cell_for_each_quota_asked_with_its_first_bad_year():
    # a takes 122.9 tce of 200 and of 130 (more than 0.9 of it), and 3 ha of 2
    given = asked(plant("a", 1000, land={"new_construction_ha": 3}), plant("b", 1000),
                  caps={"energy_tce": {"2026": 200, "2027": 130}, "new_construction_ha": 2})
    found = given.matrix()
    energy, land = found["a"]["energy_tce"], found["a"]["new_construction_ha"]
    assert (str(energy.verdict), energy.year, energy.short_by) == ("warn", 2027, None)
    assert (str(land.verdict), land.year, land.short_by) == ("exceeds", 2026, pytest.approx(1))
    assert set(found["b"]) == {"energy_tce"}


def test_the_matrix_judges_as_the_queue_does():
    given = asked(plant("a", 1000), plant("b", 1000), plant("c", 500), caps={"energy_tce": 200})
    found, judged = given.matrix(), simulate(given.scenario, given.parameters)
    assert {id_: cells["energy_tce"].verdict for id_, cells in found.items()} == {
        one.id: one.verdict for one in judged.projects}
    (cell,) = found["b"].values()
    assert (cell.year, cell.short_by) == (2026, pytest.approx(2 * 122.9 - 200))


def test_ways_out_applied_are_in_the_queue_and_its_tables():
    stored = [project_from(plant(id_, 1000)) for id_ in "abc"]
    state = QueueState()
    apply(state, stored, (Move("green_certificates_mwh", 400.0, "MWh", "b"), Move("drop", 1, "project", "a"),
                          Move("quota_transfer", 9.0, "tce", "b", 2027, "energy_tce")), ("mark", "b", 0, 0), YEARS)
    queue = edited(state, stored)
    assert [project.id for project in queue] == ["b", "c"] and state.touched
    assert queue[0].renewable.certificates_mwh == 400.0
    assert [(name, row["amount"]) for name, row in state.extra] == [("transfer", 9.0)]


def test_a_project_moves_to_the_place_that_was_typed():
    stored = [project_from(plant(id_, 1)) for id_ in "abcd"]
    state = QueueState()
    place(state, stored, "d", 2)
    assert [project.id for project in base(state, stored)] == list("adbc")
    place(state, stored, "a", 99)
    assert [project.id for project in base(state, stored)] == list("dbca")


def change(state, stored, act):
    """One change as the page makes it: done, then judged."""
    act()
    judged_now(state, {"project": [project.id for project in edited(state, stored)], "figures": edits_of(state)})


def test_every_change_can_be_undone_one_after_another_and_the_last_answer_stands_beside():
    stored, state = [project_from(plant(id_, 1)) for id_ in "abc"], QueueState()
    change(state, stored, lambda: None)
    assert not state.can_undo and state.before is None
    change(state, stored, lambda: place(state, stored, "c", 1))
    first = state.tables
    change(state, stored, lambda: state.removed.add("b"))
    assert state.before == first and [one.id for one in edited(state, stored)] == ["c", "a"]
    for left in ("cab", "abc"):
        change(state, stored, lambda: undo(state))
        assert [one.id for one in edited(state, stored)] == list(left)
    assert not state.can_undo and not state.touched


def test_a_change_that_cannot_be_judged_is_taken_back_alone():
    stored, state = [project_from(plant(id_, 1)) for id_ in "ab"], QueueState()
    change(state, stored, lambda: None)
    change(state, stored, lambda: place(state, stored, "b", 1))
    state.typed = {"a": {"start": None}}  # judging refuses it: the page never comes to remember it
    assert state.can_undo
    undo(state)
    assert state.typed == {} and [one.id for one in edited(state, stored)] == ["b", "a"]


def test_a_queue_put_back_into_its_own_order_is_no_change():
    stored, state = [project_from(plant(id_, 1)) for id_ in "abc"], QueueState()
    place(state, stored, "c", 1)
    assert state.touched
    place(state, stored, "c", 3)
    assert not state.touched


def test_a_saved_scenario_keeps_its_own_caps_and_loses_what_belonged_to_a_project_taken_out(desk: Desk):
    given = {"scenario": {"title": "s", "on": "2025-12-22", "years": [2026, 2027], "basis": "calorific"},
             "caps": {"energy_tce": 50}, "baseline": {"energy_tce": 0}, "project": [],
             "retirement": [{"name": "x", "start": 2026, "energy_tce": 5, "for": "gone"},
                            {"name": "y", "start": 2026, "energy_tce": 5}]}
    made = scenario([project_from(plant("a", 1000))], [2026], (), desk, (), given)
    assert made["caps"] == {"energy_tce": 50} and made["scenario"]["on"] == "2025-12-22"
    assert made["scenario"]["years"] == [2026] and [row["name"] for row in made["retirement"]] == ["y"]
    (answer,) = desk.simulate(made, place="s", park="P", with_book=False).projects
    assert answer.binding.short_by == pytest.approx(122.9 - 5 - 50)


def test_a_range_lies_around_the_stated_figure_and_a_stated_range_stays():
    wide = ranged(project_from(plant("a", 1000)), 0.2)
    assert wide.uncertain == {"carriers.electricity_mwh": pytest.approx((800, 1000, 1200))}
    own = project_from(plant("b", 1000, uncertain={"carriers.electricity_mwh": [1, 2, 3]}))
    assert ranged(own, 0.2) == own
    centre = {"id": "c", "start": 2026, "data_centre": {"it_load_kw": 10, "load_factor": 0.95, "pue": 1.1}}
    assert ranged(project_from(centre), 0.2).uncertain["data_centre.load_factor"][2] == 1.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    path = tmp_path / "w.gpkg"
    at = begin(str(path), energy_basis="calorific")
    at.move(Movement("grant", "P", "energy_tce", 2026, "100", "tce", "Notice", "t", "k1", date(2026, 1, 5)))
    return at


def test_an_own_unit_cost_takes_the_place_of_the_parameters_one_until_it_is_taken_back(desk: Desk):
    keep_unit_cost(desk, "pue", 7.5, actor="t", key="c1")
    row = next(row for row in unit_costs(desk) if row.lever == "pue")
    assert (row.own, row.value) == (7.5, 7.5) and row.row is not None
    tables = scenario([project_from(plant("a", 1))], [2026], (), desk)
    assert tables["costs"] == {"pue": 7.5} and desk.asked(tables, place="queue").scenario.costs == {"pue": 7.5}
    keep_unit_cost(desk, "pue", None, actor="t", key="c2")
    assert next(row for row in unit_costs(desk) if row.lever == "pue").own is None


@pytest.mark.parametrize("lever, value", [("fun", 1.0), ("pue", -1.0), ("pue", float("nan")), ("pue", 1e12)])
def test_a_unit_cost_that_cannot_be_is_refused_and_nothing_is_written(desk: Desk, lever, value):
    with pytest.raises(UsageError):
        keep_unit_cost(desk, lever, value, actor="t", key="c1")
    assert all(row.own is None for row in unit_costs(desk))


def begun(monkeypatch, work, of="queue"):
    monkeypatch.setattr(waiting, "AT_ONCE_S", 0.05)
    waiting.begin("question", of, work, lambda: "searching", seconds=9.0, stop="Stop")
    return waiting.under_way().get("question")


def until_stopped(stopped):
    while not stopped():
        time.sleep(0.005)
    return "the best so far"


def test_what_is_told_to_stop_answers_with_what_it_has_once(monkeypatch):
    one = begun(monkeypatch, until_stopped)
    assert waiting.taken("question", "queue") is None and waiting.asked("question", "queue")
    one.told.set()  # what the button does
    assert one.answer.result(5) == "the best so far"
    assert waiting.taken("question", "queue") == "the best so far"
    assert waiting.taken("question", "queue") is None and not waiting.asked("question", "queue")


def test_a_question_of_another_queue_and_one_that_nobody_looks_at_are_told_to_stop(monkeypatch):
    one = begun(monkeypatch, until_stopped)
    assert waiting.taken("question", "another queue") is None
    assert one.answer.result(5) == "the best so far" and not waiting.asked("question", "queue")
    monkeypatch.setattr(waiting, "LEFT_S", 0.1)
    assert begun(monkeypatch, until_stopped).answer.result(5) == "the best so far"
    waiting.drop("question")


def test_what_the_work_raises_is_raised_where_its_answer_is_taken(monkeypatch):
    begun(monkeypatch, lambda stopped: (_ for _ in ()).throw(UsageError(problem=Text("no"))))
    with pytest.raises(UsageError):
        waiting.taken("question", "queue")
    assert not waiting.asked("question", "queue")


def test_two_clicks_on_one_way_out_apply_it_once_and_after_undo_it_can_be_applied_again():
    state, stored = QueueState(), [project_from(plant("x", 100))]
    moves, click = [Move("quota_transfer", 5.0, "tce", "x", 2026, "energy_tce")], ("mark", "x", 0, 0)
    judged_now(state, {"scenario": 0})
    apply(state, stored, moves, click, YEARS)
    apply(state, stored, moves, click, YEARS)
    assert len(state.extra) == 1
    undo(state)
    assert not state.extra
    apply(state, stored, moves, (*click[:3], state.epoch), YEARS)
    assert len(state.extra) == 1


def test_a_project_that_is_taken_out_is_named_by_no_other_and_the_page_says_so():
    stored = [project_from(plant("a", 1)), project_from(plant("b", 1, together=["a"], apart=["c"])),
              project_from(plant("c", 1))]
    state = QueueState(removed={"a"})
    assert [(one.id, one.together, one.apart) for one in edited(state, stored)] == [("b", (), ("c",)), ("c", (), ())]
    assert [str(said) for said in no_longer_named(state, stored)] == [
        "'b' was to come together with 'a', which is out: that no longer holds"]
    scenario_from({"scenario": {"years": [2026]}, "project": [
        {**fields_of(one), "id": one.id} for one in edited(state, stored)]})


def test_load_that_ends_with_a_project_ends_with_the_start_it_is_moved_to():
    """Whatever the order of the moves: as the simulation that proved the way out had it."""
    state, queue = QueueState(), [project_from(plant("x", 100))]
    moves = [Move("retire", 5.0, "tce", "x"), Move("defer_years", 1, "years", "x")]
    apply(state, queue, moves, ("mark", "x", 0, 0), YEARS)
    assert state.extra == [("retirement", {"start": 2027, "energy_tce": 5.0, "for": "x"})]


def test_years_in_a_row_that_are_worth_the_same_are_told_once():
    prices = [Price("offset_paddy_ha", year, worth, "ha", None)
              for year, worth in ((2026, 2950.01), (2027, 2950.02), (2028, 0.0), (2029, 2950.0), (2030, 12.0))]
    prices.append(Price("carbon_tco2", 2027, 3.8, "tco2", None))
    told = [(first.quota, first.year, last.year) for first, last in worth_most(prices)]
    assert told == [("offset_paddy_ha", 2026, 2027), ("carbon_tco2", 2027, 2027), ("offset_paddy_ha", 2029, 2029),
                    ("offset_paddy_ha", 2030, 2030)]


def test_a_remark_in_brackets_is_left_out_of_a_name_unless_two_are_then_called_alike():
    names = {"a": "Plant (phase 1)", "b": "Plant (phase 2)", "c": "Park (partly illustrative)"}
    found = short_names([project_from(plant(id_, 1, name=name)) for id_, name in names.items()])
    assert found == {"a": "Plant (phase 1)", "b": "Plant (phase 2)", "c": "Park"}
