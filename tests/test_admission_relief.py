"""The ways out of a refusal: each put back into the file by hand fits, one step weaker does not."""

from __future__ import annotations

import copy
import json

import pytest

from planner.admission.relief import with_moves
from planner.admission.relieve import relieve
from planner.admission.scenario import scenario_from
from planner.admission.simulate import simulate
from planner.cli import main
from planner.energy.project import fields_of
from planner.errors import ScenarioError
from planner.store.parameters import load

ROWS = load()


def plant(id, tce, status="candidate", start=2026, **fields):
    """Burns gas of 1 kgce/m3, so that its tce are as written."""
    return {"id": id, "status": status, "start": start,
            "carriers": {"natural_gas_m3": tce * 1000, "natural_gas_kgce_per_m3": 1.0}, **fields}


def centre(**fields):
    """1 000 kW x 0.5 x 1.5 x 8 760 h = 6 570 MWh = 807.453 tce."""
    return {"id": "dc", "start": 2026, "data_centre": {"it_load_kw": 1000, "load_factor": 0.5, "pue": 1.5}, **fields}


def tables(*projects, cap=1000, baseline=0, years=(2026,), caps=None, **more):
    return {"scenario": {"years": list(years), "on": "2026-01-01"}, "caps": caps or {"energy_tce": cap},
            "baseline": {"energy_tce": baseline, "value_added_wan_yuan": 1000}, "project": list(projects), **more}


def ways(given, id):
    found = relieve(scenario_from(given), id, ROWS)
    return found, {option.moves[0].lever: option for option in found.options if len(option.moves) == 1}


def edited(given, moves, weaker=0.0):
    """The moves written into the tables of the file by hand; ``weaker`` takes that much off the pull."""
    new = copy.deepcopy(given)
    for move in moves:
        one = next((row for row in new["project"] if row["id"] == move.project), None)
        if move.lever == "pue":
            one["data_centre"]["pue"] = move.value + weaker
        elif move.lever == "load":
            one["data_centre"]["load_factor"] = move.value + weaker
        elif move.lever == "scale":
            share = move.value + weaker
            for table, field in (("carriers", "natural_gas_m3"), ("data_centre", "it_load_kw")):
                if table in one:
                    one[table][field] *= share
            if "value_added_wan_yuan" in one:
                one["value_added_wan_yuan"] *= share
        elif move.lever == "green_certificates_mwh":
            one.setdefault("renewable", {})["certificates_mwh"] = move.value - 1000 * weaker
        elif move.lever == "defer_years":
            one["start"] += int(move.value) - (weaker > 0)
        elif move.lever == "phase":
            # A part at first and the rest from the year on: the ramp by hand, for a project that runs in full at once.
            first = move.value + 50 * weaker
            one["ramp"] = [first] * (move.year - one["start"]) + [1.0]
        elif move.lever == "retire":
            new.setdefault("retirement", []).append(
                {"start": one["start"], "energy_tce": move.value - weaker, "for": one["id"]})
        elif move.lever == "quota_transfer":
            new.setdefault("transfer", []).append(
                {"quota": move.quota, "year": move.year, "amount": move.value - weaker, "basis": "Notice"})
        else:
            new["project"].remove(one)
            new["retirement"] = [row for row in new.get("retirement", []) if row.get("for") != move.project]
    return new


def lets_in(given, id):
    found = simulate(scenario_from(given), ROWS)
    return str(next(one for one in found.projects if one.id == id).verdict) in ("fits", "warn")


CASES = {
    "a plant after another": tables(plant("a", 800, value_added_wan_yuan=50), plant("x", 300, value_added_wan_yuan=80)),
    "a centre": tables(centre(value_added_wan_yuan=90), cap=900, baseline=200),
    "later there is room": tables(plant("x", 300), years=(2026, 2027, 2028),
                                  caps={"energy_tce": {"2026": 100, "2027": 200, "2028": 400}}, baseline=50),
    "all of it only later": tables(plant("x", 300), years=(2026, 2027, 2028),
                                   caps={"energy_tce": {"2026": 120, "2027": 220, "2028": 360}}, baseline=50),
    "an intensity too": tables(plant("a", 200, "committed"), plant("x", 400, value_added_wan_yuan=100), baseline=500,
                               caps={"energy_tce": 1000, "intensity_tce_per_wan_yuan": 0.9}),
    "transfers that an earlier one takes": tables(plant("a", 100), plant("x", 200), cap=50),
}


@pytest.mark.parametrize("name", CASES)
def test_each_way_out_fits_when_written_into_the_file_and_a_step_less_does_not(name):
    given = CASES[name]
    found, _ = ways(given, given["project"][-1]["id"])
    assert found.options and not found.conflict
    for option in found.options:
        assert lets_in(edited(given, option.moves), found.project), option
        if len(option.moves) == 1 and option.moves[0].lever != "drop":
            assert not lets_in(edited(given, option.moves, weaker=0.001), found.project), option


def test_the_weakest_pull_is_what_the_arithmetic_says():
    # 107.453 tce short of 807.453: 700 / 807.453 = 0.86692 of each factor; 107.453 / 0.1229 = 874.3 MWh
    _, alone = ways(CASES["a centre"], "dc")
    values = {lever: option.moves[0].value for lever, option in alone.items()}
    assert values == {"pue": 1.3, "load": 0.433, "scale": 0.866, "green_certificates_mwh": 875, "retire": 107.453,
                      "quota_transfer": pytest.approx(107.453)}


def test_the_first_phase_is_as_large_as_will_fit_and_the_rest_comes_as_soon_as_it_can():
    # free: 70, 170, 310 of 300 tce: 20 % (60) until 2028; 2027 has no room for all of it
    given = CASES["all of it only later"]
    given["project"][0]["value_added_wan_yuan"] = 100
    _, alone = ways(given, "x")
    (move,) = alone["phase"].moves
    assert (move.value, move.year, move.unit) == (0.2, 2028, "share")
    assert alone["phase"].cost_wan_yuan == pytest.approx(100 * 0.8 * 2)  # value added not made in two years


def test_costs_are_amount_times_unit_cost_and_the_cheapest_comes_first():
    found, alone = ways({**CASES["a centre"], "costs": {"pue": 2, "retire": 1, "quota_transfer.energy_tce": 10}}, "dc")
    costs = {lever: option.cost_wan_yuan for lever, option in alone.items()}
    assert costs["pue"] == pytest.approx(1000 * 0.2 * 2)
    assert costs["load"] == pytest.approx(90 * (1 - 0.433 / 0.5))
    assert costs["scale"] == pytest.approx(90 * (1 - 0.866))
    assert (costs["retire"], costs["quota_transfer"]) == pytest.approx((107.453, 1074.53))
    order = [option.cost_wan_yuan for option in found.options]
    assert order == sorted(order)


def test_a_way_out_without_a_price_is_shown_last():
    found, alone = ways(tables(plant("a", 800), plant("x", 300)), "x")
    assert alone["scale"].cost_wan_yuan is None and alone["drop"].cost_wan_yuan is None
    priced = [option.cost_wan_yuan is not None for option in found.options]
    assert priced == sorted(priced, reverse=True) and any(priced)


def test_two_levers_are_combined_where_neither_is_enough():
    # cap 300: PUE 1.15 leaves 619.0, the least load 322.98 tce; both together 247.6
    given = tables(centre(), cap=300, costs={"load": 1})
    found, alone = ways(given, "dc")
    assert "pue" not in alone and "load" not in alone
    pair = next(option for option in found.options if {move.lever for move in option.moves} == {"pue", "load"})
    assert lets_in(edited(given, pair.moves), "dc")


def test_projects_that_are_committed_are_neither_dropped_nor_deferred():
    given = tables(plant("a", 800, "committed"), plant("x", 300), years=(2026, 2027))
    found, _ = ways(given, "x")
    moves = [move for option in found.options for move in option.moves]
    assert not [move for move in moves if move.lever in ("drop", "defer_years") and move.project == "a"]


def test_a_project_that_is_dropped_is_named_by_no_other_and_the_way_says_so():
    given = tables(plant("first", 900), plant("friend", 50, together=["first"]), plant("foe", 50, apart=["first"]),
                   plant("x", 500))
    found, alone = ways(given, "x")
    said = str(alone["drop"].sentence)
    assert "'friend' was to come together with 'first', which is out" in said
    assert "'foe' was not to come beside 'first', which is out" in said
    after = with_moves(scenario_from(given), alone["drop"].moves)
    again = scenario_from({**given, "project": [{**fields_of(one), "id": one.id} for one in after.projects]})
    assert [(one.id, one.together, one.apart) for one in again.projects] == [
        ("friend", (), ()), ("foe", (), ()), ("x", (), ())]
    assert found.options


def test_a_search_that_is_told_to_stop_shows_what_it_has_and_claims_no_conflict():
    given = scenario_from(tables(plant("first", 900), centre()))
    heard = []
    every = relieve(given, "dc", ROWS, progress=heard.append)
    assert heard == list(range(1, len(heard) + 1)) and not every.notes
    some = relieve(given, "dc", ROWS, stopped=lambda: len(found) == 2, progress=(found := []).append)
    assert 0 < len(some.options) <= 2 < len(every.options) and {*some.options} <= {*every.options}
    none = relieve(given, "dc", ROWS, stopped=lambda: True)
    assert (none.options, none.conflict) == ((), ()) and "stopped before" in str(none.notes[0])


def test_a_project_that_fits_needs_no_way_out():
    found, _ = ways(tables(plant("x", 300)), "x")
    assert (found.options, found.conflict) == ((), ()) and found.notes


def test_where_nothing_helps_the_conflict_is_irreducible():
    # No value added, hence no intensity; retiring is no help without a baseline; the carbon cap could be bought.
    given = tables(plant("x", 300), caps={"carbon_tco2": 1, "intensity_tce_per_wan_yuan": 0.1, "energy_tce": 10},
                   years=(2026, 2027))
    given["baseline"] = {"energy_tce": 0, "carbon_tco2": 0, "value_added_wan_yuan": 0}
    found, _ = ways(given, "x")
    assert not found.options
    assert [(row.quota, row.year) for row in found.conflict] in ([("intensity_tce_per_wan_yuan", 2026)],
                                                                 [("intensity_tce_per_wan_yuan", 2027)])
    (kept,) = found.conflict
    without = copy.deepcopy(given)
    del without["caps"][kept.quota]
    assert ways(without, "x")[0].options


def test_an_unknown_project_is_refused_with_the_known_ones():
    with pytest.raises(ScenarioError, match="x"):
        relieve(scenario_from(tables(plant("x", 300))), "y", ROWS)


FILE = """
[scenario]
years = [2026]
on = 2026-01-01
[baseline]
energy_tce = 600
[caps]
energy_tce = 700
[[project]]
id = "x"
start = 2026
[project.carriers]
electricity_mwh = 1000
"""


def test_the_command_prints_options_and_writes_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(FILE, "utf-8")
    assert main(["relieve", "s.toml", "--project", "x", "--json", "--lang", "en"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["project"] == "x" and found["conflict"] == []
    assert all(row["verified"] and row["sentence"] for row in found["options"])
    transfer = next(row for row in found["options"] if row.get("lever") == "quota_transfer")
    assert (transfer["value"], transfer["unit"], transfer["year"]) == (pytest.approx(22.9), "tce", 2026)
    assert transfer["cost_wan_yuan"] == pytest.approx(22.9 * 0.05)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.toml"]
