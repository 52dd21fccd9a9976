"""What the admission page stands on: the matrix, ways out applied to the queue, places, own unit costs, ranges."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.admission.relief import Move
from planner.admission.scenario import scenario_from
from planner.admission.simulate import simulate
from planner.desk.booking import Movement
from planner.desk.costs import keep_unit_cost, unit_costs
from planner.desk.desk import Desk
from planner.desk.queue import Asked
from planner.desk.workspace import begin
from planner.energy.project import project_from
from planner.errors import UsageError
from planner.store.parameters import load
from planner.ui.queue_state import QueueState, base, edited, place, scenario
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
                          Move("quota_transfer", 9.0, "tce", "b", 2027, "energy_tce")), YEARS)
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
