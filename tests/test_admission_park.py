"""The park around the queue: its state, replacement, carry-over, sites, phases, substations, water, the zero-carbon
boundary; what each project keeps out, and what is free, asked and reserved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.admission.book_view import BookView, Reference
from planner.admission.displaced import displaced
from planner.admission.outcome import Judged, YearDemand
from planner.admission.scenario import ParkState, scenario_from
from planner.admission.simulate import simulate
from planner.admission.zero_carbon import Base, ratio, side_of
from planner.energy.assessment import row_from
from planner.energy.project import project_from
from planner.errors import ScenarioError
from planner.store.parameters import load
from planner.verdict import Verdict

ROWS = load()


def plant(id, tce=0.0, start=2025, **fields):
    """A candidate that takes so many tce a year (natural gas at 1 kgce/m3)."""
    gas = {"carriers": {"natural_gas_m3": tce * 1000, "natural_gas_kgce_per_m3": 1.0}} if tce else {}
    return {"id": id, "start": start, **gas, **fields}


def tables(*projects, years=(2025, 2026, 2027), cap=1000, baseline=0, **more):
    already = baseline if isinstance(baseline, dict) else {"energy_tce": baseline}
    return {"scenario": {"on": date(2025, 6, 1), "years": list(years)}, "caps": {"energy_tce": cap},
            "baseline": already, "project": list(projects), **more}


def run(*projects, rows=ROWS, book=None, **more):
    return simulate(scenario_from(tables(*projects, **more)), rows, book=book)


def verdicts(simulation):
    return {row.id: str(row.verdict) for row in simulation.projects}


def row(simulation, quota="energy_tce", year=2025, **where):
    return next(r for r in simulation.balance if (r.quota, r.year) == (quota, year)
                and all(getattr(r, name) == value for name, value in where.items()))


# ---------------------------------------------------------------- state of the park
@pytest.mark.parametrize(("state", "on", "verdict"), [
    ("normal", "2025-01-01", "fits"), ("warning", "2025-01-01", "warn"), ("hold", "2025-01-01", "blocked"),
    ("hold", "2025-06-01", "blocked"), ("hold", "2025-06-02", "fits")])
def test_a_hold_blocks_and_a_warning_warns_every_candidate_that_asks_energy_from_its_day_on(state, on, verdict):
    said = {"state": state, "on": on, "document": "Notice 7"}
    found = run(plant("a", 10), plant("land", land={"new_construction_ha": 1}),
                plant("sure", 10, status="committed"), state=said)
    assert verdicts(found) == {"a": verdict, "land": "fits", "sure": "fits"}
    if verdict == "blocked":
        binding = found.projects[0].binding
        assert binding.rule == "park_state" and "Notice 7" in str(binding.why) and binding.layer is None
        assert row(found).candidates == 0


def test_the_files_state_stands_in_place_of_the_workspaces():
    hold = ParkState(state="hold", on=date(2025, 1, 1), document="Notice 7")
    book = BookView("P", "calorific", {("energy_tce", 2025): 1000.0}, state=hold)
    only = {"caps": {}, "baseline": {}, "years": (2025,)}
    assert verdicts(run(plant("a", 10), book=book, **only)) == {"a": "blocked"}
    lifted = {"state": "normal", "on": "2025-05-01", "document": "Notice 9"}
    assert verdicts(run(plant("a", 10), book=book, state=lifted, **only)) == {"a": "fits"}


@pytest.mark.parametrize("state", [{"state": "shut", "on": "2025-01-01", "document": "x"},
                                   {"state": "hold", "on": "2025-01-01"}, {"state": "hold", "document": "x"}])
def test_a_state_without_its_day_or_document_is_refused(state):
    with pytest.raises(ScenarioError, match=r"\[state\]"):
        run(plant("a"), state=state)


def test_a_project_that_the_assessment_does_not_admit_is_blocked():
    rows = replace(ROWS, assessment=(row_from({"id": "r", "kind": "bar", "then": "not_admitted", "source": "clause 3",
                                               "measure": "energy_tce", "limit": 50}),))
    found = run(plant("big", 51), plant("small", 50), rows=rows)
    assert verdicts(found) == {"big": "blocked", "small": "fits"}
    assert found.projects[0].binding.rule == "regional_assessment"


# ---------------------------------------------------------------- replacement of retired load
@pytest.mark.parametrize(("retired", "ratio", "verdict"), [
    (100, 1.0, "fits"), (99.999, 1.0, "exceeds"), (119.9, 1.2, "exceeds"), (120, 1.2, "fits"), (0, 1.0, "exceeds")])
def test_a_project_that_must_replace_load_fits_only_with_enough_of_it(retired, ratio, verdict):
    ended = [{"name": "old", "start": 2025, "energy_tce": retired, "for": "a"}] if retired else []
    found = run(plant("a", 100, replacement_ratio=ratio), baseline=500, retirement=ended)
    assert verdicts(found) == {"a": verdict}
    if verdict == "exceeds":
        binding = found.projects[0].binding
        assert (binding.quota, binding.year) == ("energy_tce", 2025)
        assert binding.short_by == pytest.approx(100 * ratio - retired)
        assert row(found).retired == 0  # the retirement is taken back with the project


def test_load_that_ends_later_than_the_project_begins_does_not_replace_it_before():
    found = run(plant("a", 100, replacement_ratio=1), retirement=[
        {"name": "old", "start": 2026, "energy_tce": 100, "for": "a"}])
    assert (found.projects[0].verdict, found.projects[0].binding.year) == (Verdict.EXCEEDS, 2025)


def test_a_ratio_below_the_rule_is_refused():
    with pytest.raises(ScenarioError, match=r"replacement_ratio 0.9 is below the 1"):
        run(plant("a", 1, replacement_ratio=0.9))


# ---------------------------------------------------------------- carry-over
def test_what_a_year_leaves_unused_is_carried_by_the_rule_and_shown():
    found = run(plant("a", 400), plant("late", 900, start=2027), cap=1000, carry_over={"energy_tce": 0.5})
    # left 600 in 2025; 300 carried: 900 left in 2026; 450 carried: 1 000 + 450 - 400 = 1 050 for 2027
    assert [row(found, year=year).carried for year in (2025, 2026, 2027)] == [0, 300, 450]
    assert verdicts(found)["late"] == "fits"
    assert row(found, year=2027).left == pytest.approx(1450 - 1300)
    assert verdicts(run(plant("a", 400), plant("late", 900, start=2027)))["late"] == "exceeds"


def test_a_project_uses_up_what_it_would_itself_carry():
    found = run(plant("a", 1050), cap={"2025": 1100, "2026": 1000, "2027": 1000}, carry_over={"energy_tce": 1.0})
    # 50 left in 2025 carry 2026 exactly (1 050 of 1 050); nothing is left for 2027
    assert (found.projects[0].verdict, found.projects[0].binding.year) == (Verdict.EXCEEDS, 2027)
    assert found.projects[0].binding.short_by == pytest.approx(50)


@pytest.mark.parametrize("name", ["offset_paddy_ha", "intensity_tce_per_wan_yuan", "steam"])
def test_only_a_yearly_quota_is_carried_over(name):
    with pytest.raises(ScenarioError, match="carry_over"):
        run(plant("a"), carry_over={name: 1.0})


# ---------------------------------------------------------------- one site, phases
def test_two_offers_for_one_site_count_once():
    found = run(plant("a", 100, site="B-06"), plant("b", 50, site="B-06"), plant("c", 50))
    assert verdicts(found) == {"a": "fits", "b": "blocked", "c": "fits"}
    assert found.projects[1].binding.rule == "site" and "'a'" in str(found.projects[1].binding.why)
    assert row(found).candidates == 150


def test_an_offer_for_a_site_whose_first_offer_was_refused_is_judged_by_itself():
    assert verdicts(run(plant("a", 2000, site="x"), plant("b", 50, site="x"))) == {"a": "exceeds", "b": "fits"}


def test_two_committed_offers_take_the_land_of_their_site_once():
    land = {"land": {"new_construction_ha": 2}}
    two = [plant(id, 10, status="committed", site="x", **land) for id in "ab"]
    found = run(*two,
                caps={"energy_tce": 1000, "new_construction_ha": 10})
    assert row(found, "new_construction_ha").committed == 2 and row(found).committed == 20
    tight = run(*two, caps={"energy_tce": 1000, "new_construction_ha": 2})
    assert verdicts(tight) == {"a": "warn", "b": "fits"}  # 2 ha of 2 ha are taken, once


def test_more_load_that_ends_than_runs_is_said():
    found = run(plant("a", 300), cap=1000, baseline=100, retirement=[{"name": "old", "start": 2026, "energy_tce": 150}])
    assert [str(note) for note in found.notes if "ends" in str(note)] == [
        f"total energy use {year}: 150.00 tce ends, but only 100.00 tce runs" for year in (2026, 2027)]


def test_the_phases_of_a_project_ask_from_their_own_year():
    found = run(plant("a", 1000, phases=[{"share": 0.4}, {"after": 2, "share": 0.6}]), cap=1000)
    assert [found.projects[0].demand[year].energy_tce for year in (2025, 2026, 2027)] == pytest.approx([400, 400, 1000])
    over = run(plant("a", 1001, phases=[{"share": 0.4}, {"after": 2, "share": 0.6}]), cap=1000)
    assert over.projects[0].binding.year == 2027


# ---------------------------------------------------------------- substations and water
def test_each_substation_has_its_own_headroom():
    draw = {"data_centre": {"it_load_kw": 1000, "load_factor": 0.1, "pue": 1.25}}
    found = run(*(plant(id, substation=station, **draw) for id, station in (("a", "S1"), ("b", "S1"), ("c", "S2"))),
                cap=10**6, substations={"S1": 2000, "S2": {"2025": 1250, "2026": 1249, "2027": 5000}})
    assert verdicts(found) == {"a": "fits", "b": "exceeds", "c": "exceeds"}  # 1 000 kW x 1.25 each
    short = found.projects[1].binding
    assert (short.quota, short.park, short.short_by, short.unit) == ("grid_kw", "S1", 500, "kw")
    assert (found.projects[2].binding.year, found.projects[2].binding.short_by) == (2026, 1)
    assert row(found, "grid_kw", substation="S1").left == 750


def test_where_substations_are_known_a_project_that_draws_power_must_say_from_which_and_how_much():
    bought = {"carriers": {"electricity_mwh": 10}}
    found = run(plant("nowhere", **bought), plant("unknown", substation="S9", **bought),
                plant("silent", substation="S1", **bought),
                plant("said", substation="S1", grid_kw=5, **bought), plant("gas", 1), substations={"S1": 5})
    assert verdicts(found) == {"nowhere": "unknown", "unknown": "unknown", "silent": "unknown", "said": "warn",
                               "gas": "fits"}
    assert verdicts(run(plant("nowhere", **bought))) == {"nowhere": "fits"}


def test_a_substation_of_the_layer_without_its_load_is_unknown():
    draw = {"data_centre": {"it_load_kw": 1, "load_factor": 0.1, "pue": 1.0}}
    book = BookView("P", "calorific", {("energy_tce", 2025): 1e6}, substations={"S1": None, "S2": 10.0})
    found = run(plant("a", substation="S1", **draw), plant("b", substation="S2", **draw), book=book, years=(2025,),
                caps={}, baseline={})
    assert verdicts(found) == {"a": "unknown", "b": "fits"}


def test_water_is_a_quota_where_it_is_capped_and_what_is_not_stated_does_not_fit():
    caps = {"energy_tce": 1000, "water_m3": 100}
    found = run(plant("a", 1, water_m3=60), plant("b", 1, water_m3=60), plant("c", 1), caps=caps,
                baseline={"energy_tce": 0})
    assert verdicts(found) == {"a": "fits", "b": "exceeds", "c": "unknown"}
    assert found.projects[1].binding.short_by == pytest.approx(20)
    without = run(plant("a", 1, water_m3=60), plant("c", 1))
    assert verdicts(without) == {"a": "fits", "c": "fits"} and row(without, "water_m3").state == "uncapped"
    assert not any(r.quota == "water_m3" for r in run(plant("c", 1)).balance)


# ---------------------------------------------------------------- free, reserved, asked
def test_a_row_says_what_is_free_before_the_candidates_what_they_ask_and_what_is_only_reserved():
    book = BookView("P", "calorific", {("energy_tce", 2025): 1000.0}, {("energy_tce", 2025): 100.0}, references=(
        Reference("x", {("energy_tce", 2025): 300.0}, {("energy_tce", 2025): 250.0}),
        Reference("a", {("energy_tce", 2025): 50.0}, {("energy_tce", 2025): 50.0})))
    found = run(plant("a", 200), plant("b", 700), book=book, years=(2025,), caps={}, baseline={})
    energy = row(found)
    assert (energy.committed, energy.reserved, energy.free, energy.asked) == (300, 250, 600, 900)
    assert (energy.candidates, energy.left) == (200, 400)


# ---------------------------------------------------------------- what a project keeps out
def test_what_a_project_keeps_out_is_named_with_what_it_would_have_brought():
    scenario = scenario_from(tables(
        plant("big", 900, status="committed"), plant("a", 200, value_added_wan_yuan=50, tax_wan_yuan=4, jobs=10),
        plant("b", 90), plant("c", 300, tax_wan_yuan=2), plant("d", 800)))
    found = {one.id: one for one in displaced(scenario, ROWS)}
    assert found["big"].keeps_out == ("a", "c")  # then 90 + 200 + 300 are in, 800 still is not
    assert (found["big"].value_added_wan_yuan, found["big"].tax_wan_yuan, found["big"].jobs) == (50, 6, 10)
    assert found["big"].per_tce(6) == pytest.approx(6 / 900)
    assert found["b"].keeps_out == () and set(found) == {"big", "b"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 500), st.booleans()), min_size=1, max_size=7), st.floats(0, 1500))
def test_without_a_project_its_victims_fit_and_it_never_names_an_earlier_one(projects, cap):
    queue = [plant(f"p{n}", tce, status="committed" if sure else "candidate") for n, (tce, sure) in enumerate(projects)]
    for one in displaced(scenario_from(tables(*queue, cap=cap)), ROWS):
        rest = [project for project in queue if project["id"] != one.id]
        fits = {row.id for row in run(*rest, cap=cap).projects if row.verdict <= Verdict.WARN}
        assert set(one.keeps_out) <= fits


# ---------------------------------------------------------------- the zero-carbon ratio
def judged(id, tce, tco2, admitted=True):
    asked = YearDemand(tce, tce, tce, 0.0, tco2, 0.0)
    return Judged(id, id, "candidate", Verdict.FITS, None, {2026: asked}, {}, admitted)


BASE = Base(2025, 200_000, 30_000, "statistics 2025")


def test_whether_a_gas_plant_lies_inside_decides_the_ratio():
    run_ = [judged("gas", 275_614, 948_736), judged("pharma", 2000, 4000)]
    inside = ratio(run_, {"gas": True, "pharma": True}, BASE, ROWS.grades, 2026)
    outside = ratio(run_, {"gas": False, "pharma": True}, BASE, ROWS.grades, 2026)
    assert inside.tco2_per_tce == pytest.approx((30_000 + 952_736) / (200_000 + 277_614))
    assert outside.tco2_per_tce == pytest.approx(34_000 / 202_000)
    assert (inside.graded.grade, outside.graded.grade) == ("missed", "met")


@pytest.mark.parametrize(("energy", "limit"), [(200_000, 0.2), (999_999, 0.2), (1_000_000, 0.3)])
def test_the_limit_depends_on_the_size_of_the_park_and_is_itself_met(energy, limit):
    for carbon, grade in ((energy * limit, "met"), (energy * limit * 1.001, "missed")):
        found = ratio([], {}, Base(2025, energy, carbon, "s"), ROWS.grades, 2026)
        assert found.graded.grade == grade
    assert ratio([], {}, Base(2025, 199_999, 1, "s"), ROWS.grades, 2026).graded is None


def test_a_side_or_a_carbon_that_is_not_known_leaves_the_ratio_unknown():
    assert ratio([judged("a", 1, 1)], {}, BASE, ROWS.grades, 2026).tco2_per_tce is None
    assert ratio([judged("a", 1, None)], {"a": True}, BASE, ROWS.grades, 2026).tco2_per_tce is None
    assert ratio([judged("a", 1, None)], {"a": False}, BASE, ROWS.grades, 2026).tco2_per_tce == pytest.approx(0.15)
    assert ratio([judged("a", 1, 1, admitted=False)], {}, BASE, ROWS.grades, 2026).tco2_per_tce == pytest.approx(0.15)
    assert ratio([], {}, None, ROWS.grades, 2026).tco2_per_tce is None


def test_a_parcel_lies_inside_by_most_of_its_area_and_a_project_without_one_as_it_states():
    boundary = [shapely.box(0, 0, 1, 1)]
    assert side_of(project_from({}), shapely.box(0.6, 0, 1.2, 1), boundary) is True
    assert side_of(project_from({"inside_boundary": True}), shapely.box(0.9, 0, 1.2, 1), boundary) is False
    assert side_of(project_from({"inside_boundary": True}), None, boundary) is True
    assert side_of(project_from({}), None, boundary) is None
