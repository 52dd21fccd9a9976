"""The way out agrees with the simulation in all that it knows: lists, stocks, phases, windows, sites, substations,
carry-over, load that ends and load that must be replaced. What is chosen holds when it is booked, what is offered fits,
and what is sure is let in in every draw."""

from __future__ import annotations

import copy
import itertools
import time

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.admission.certificate import why_not
from planner.admission.relieve import relieve
from planner.admission.risk import risk
from planner.admission.scenario import scenario_from
from planner.admission.select import Wanted, select
from planner.admission.simulate import simulate
from planner.store.parameters import load
from tests.test_admission_relief import edited

ROWS = load()
YEARS = (2030, 2031, 2032)
SEARCH = settings(max_examples=12, deadline=None, derandomize=True,
                  suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def plant(id, tce, status="candidate", start=2030, **fields):
    """Burns gas of 1 kgce/m3, so that its tce are as written."""
    return {"id": id, "status": status, "start": start,
            "carriers": {"natural_gas_m3": tce * 1000, "natural_gas_kgce_per_m3": 1.0}, **fields}


def tables(*projects, caps=None, baseline=0, **more):
    return {"scenario": {"years": list(YEARS), "on": "2030-01-01"}, "caps": caps or {"energy_tce": 100},
            "baseline": {"energy_tce": baseline, "value_added_wan_yuan": 300}, "project": list(projects), **more}


# ---------------------------------------------------------------- queues of everything
@st.composite
def candidates(draw, id):
    tce, start = draw(st.integers(0, 60)), draw(st.integers(2029, 2032))
    made = plant(id, tce, start=start, value_added_wan_yuan=draw(st.integers(0, 90)))
    if draw(st.booleans()):
        made["land"] = {"new_construction_ha": draw(st.integers(0, 5)), "offset_paddy_ha": draw(st.integers(0, 4))}
    if draw(st.booleans()):
        first = draw(st.integers(2030, 2032))
        made["window"] = [first, draw(st.integers(first, 2032))]
        made["start"] = first
    if draw(st.integers(0, 3)) == 0:
        made["phases"] = [{"share": 0.5}, {"after": 1, "share": 0.25}]
    if draw(st.integers(0, 3)) == 0:
        made["listed"] = draw(st.sampled_from([True, ["energy_tce"], ["new_construction_ha"]]))
    if draw(st.integers(0, 3)) == 0:
        made["replacement_ratio"] = draw(st.sampled_from([1.0, 1.25]))
    if draw(st.integers(0, 2)) == 0:
        made["site"] = "S"
    if draw(st.booleans()):
        made |= {"substation": "east", "grid_kw": draw(st.integers(0, 60))}
    return made


@st.composite
def queues(draw, most=3):
    """A scenario of up to ``most`` candidates and perhaps a committed project, with every kind of budget and rule."""
    some = [draw(candidates(str(n))) for n in range(draw(st.integers(1, most)))]
    if draw(st.booleans()):
        some.insert(draw(st.integers(0, len(some))), {**draw(candidates("old")), "status": "committed"})
        some[[row["id"] for row in some].index("old")].pop("window", None)
    ended = [{"name": str(n), "start": draw(st.integers(2029, 2031)), "energy_tce": draw(st.integers(1, 60)),
              "value_added_wan_yuan": draw(st.integers(0, 20)),
              **({"for": draw(st.sampled_from([row["id"] for row in some]))} if draw(st.booleans()) else {})}
             for n in range(draw(st.integers(0, 2)))]
    caps = {"energy_tce": {str(year): draw(st.integers(40, 160)) for year in YEARS},
            "new_construction_ha": draw(st.integers(1, 8)),
            "offset_paddy_ha": {str(year): draw(st.integers(0, 3)) for year in YEARS}}
    if draw(st.booleans()):
        caps["intensity_tce_per_wan_yuan"] = draw(st.sampled_from([0.3, 0.5]))
    if draw(st.integers(0, 3)) == 0:
        caps["LIST"] = {"energy_tce": draw(st.integers(10, 60))}
    made = tables(*some, caps=caps, baseline=draw(st.integers(20, 80)), retirement=ended)
    if draw(st.booleans()):
        made["carry_over"] = {"energy_tce": draw(st.sampled_from([0.5, 1.0]))}
    if draw(st.booleans()):
        made["substations"] = {"east": draw(st.integers(20, 90))}
    if draw(st.integers(0, 7)) == 0:
        made["state"] = {"state": "hold", "on": "2030-01-01", "document": "Notice 7"}
    return made


def judged(given):
    return simulate(scenario_from(given), ROWS)


def broken(found):
    return {(row.park, row.substation, row.quota, row.year) for row in found.balance
            if row.state in ("exceeds", "unknown")}


def booked(given, chosen):
    """The scenario with the choice written in as committed: ids with start and number of phases."""
    new = copy.deepcopy(given)
    kept = []
    for row in new["project"]:
        if row["id"] in chosen:
            start, phases = chosen[row["id"]]
            row |= {"status": "committed", "start": start}
            if phases:
                row["phases"] = row["phases"][:phases]
            row.pop("window", None)
        if row["status"] == "committed":
            kept.append(row)
    ids = {row["id"] for row in kept}
    new["project"] = kept
    new["retirement"] = [row for row in new.get("retirement", []) if row.get("for") in (None, *ids)]
    return new


def stands(given, chosen):
    """Whether a choice holds when it is booked: it breaks no budget, nothing it needs is missing, no two of it stand on
    one site, and none of it would be stopped as a candidate."""
    found = judged(booked(given, chosen))
    if broken(found) - broken(judged(booked(given, {}))):
        return False
    for one in found.projects:
        if one.id in chosen:
            said = one.binding and str(one.binding.why or "")
            if str(one.verdict) in ("blocked", "unknown") or (said and "must retire" in said):
                return False
    sites = [row["site"] for row in given["project"]
             if (row["id"] in chosen or row["status"] == "committed") and row.get("site")]
    # Committed ones of the file may stand where they stand; of what is chosen each has a site of its own.
    on_hold = "state" in given and any(row["id"] in chosen and row["carriers"]["natural_gas_m3"]
                                       for row in given["project"])
    return len(sites) == len(set(sites)) and not on_hold


def worth(given, chosen):
    total = 0.0
    for row in given["project"]:
        if row["id"] in chosen:
            start, count = chosen[row["id"]]
            phases = row.get("phases", [{"share": 1.0}])[:count or None]
            total += row["value_added_wan_yuan"] * sum(
                phase["share"] for year in YEARS for phase in phases if year >= start + phase.get("after", 0))
    return total


def every_choice(given):
    ways = []
    for row in given["project"]:
        if row["status"] == "candidate":
            first, last = row.get("window", [row["start"]] * 2)
            counts = range(1, len(row["phases"]) + 1) if "phases" in row else (0,)
            ways.append([None, *((row["id"], start, count) for start in range(first, last + 1) for count in counts)])
    for picked in itertools.product(*ways):
        yield {id: (start, count) for id, start, count in filter(None, picked)}


# ---------------------------------------------------------------- select
@SEARCH
@given(queues())
def test_the_chosen_set_is_the_best_of_all_that_hold_when_they_are_booked(given_):
    assume(not broken(judged(booked(given_, {}))))
    found = select(scenario_from(given_), Wanted("value_added", 20.0), ROWS, clock=time.monotonic)
    best = found.chosen
    chosen = {id: (best.starts[id], best.phases.get(id, 0)) for id in best.ids}
    assert stands(given_, chosen)
    most = max(worth(given_, one) for one in every_choice(given_) if stands(given_, one))
    assert found.gap == 0 and best.value == pytest.approx(worth(given_, chosen)) == pytest.approx(most)
    left = {row["id"] for row in given_["project"] if row["status"] == "candidate"} - set(best.ids)
    assert set(found.left_out) == left


# ---------------------------------------------------------------- relieve
@SEARCH
@given(queues())
def test_each_way_out_of_every_refusal_fits_and_without_one_the_conflict_is_named(given_):
    scenario = scenario_from(given_)
    for one in judged(given_).projects:
        found = relieve(scenario, one.id, ROWS)
        if str(one.verdict) in ("fits", "warn"):
            assert (found.options, found.conflict) == ((), ()) and found.notes
            continue
        assert bool(found.options) != bool(found.conflict)
        for option in found.options[:6]:
            if not {move.lever for move in option.moves} & {"scale", "phase"}:  # their arithmetic is another test's
                again = next(row for row in judged(edited(given_, option.moves)).projects if row.id == one.id)
                assert str(again.verdict) in ("fits", "warn"), option
        assert why_not(scenario, one.id, ROWS).lacks


def test_a_project_on_the_site_of_another_is_let_in_without_that_one():
    given_ = tables(plant("a", 10, site="S"), plant("x", 10, site="S"))
    found = relieve(scenario_from(given_), "x", ROWS)
    assert [[(move.lever, move.project) for move in option.moves] for option in found.options] == [[("drop", "a")]]


def test_a_project_that_must_replace_load_is_let_in_with_enough_of_it():
    given_ = tables(plant("x", 40, replacement_ratio=1.25), baseline=60)
    found = relieve(scenario_from(given_), "x", ROWS)
    retire = next(option for option in found.options if option.moves[0].lever == "retire")
    assert retire.moves[0].value == 50


def test_a_park_on_hold_is_named_as_what_stands_in_the_way():
    given_ = tables(plant("x", 10), state={"state": "hold", "on": "2030-01-01", "document": "Notice 7"})
    found = relieve(scenario_from(given_), "x", ROWS)
    assert not found.options and [row.rule for row in found.conflict] == ["park_state"]
    assert "Notice 7" in str(found.conflict[0].sentence)
    (lack,) = why_not(scenario_from(given_), "x", ROWS).lacks
    assert "Notice 7" in str(lack.why)


def test_a_substation_without_room_is_named_and_smaller_or_later_is_offered():
    given_ = tables(plant("x", 10, substation="east", grid_kw=50), substations={"east": {"2030": 20, "2031": 60,
                                                                                         "2032": 60}})
    found = relieve(scenario_from(given_), "x", ROWS)
    moves = {option.moves[0].lever: option.moves[0].value for option in found.options if len(option.moves) == 1}
    assert moves["defer_years"] == 1 and moves["scale"] == 0.409  # 20.45 kW are 20 in whole kW
    given_["substations"]["east"] = 0
    (clash,) = relieve(scenario_from(given_), "x", ROWS).conflict  # whenever it starts, in 2032 it runs
    assert (clash.quota, str(clash.sentence)) == ("grid_kw", "grid headroom of the substation east in 2032")


def test_what_a_year_leaves_is_taken_off_what_must_be_obtained():
    # 2030 leaves 60 of 100; half of it is 30: of 150 in 2031 20 are missing
    given_ = tables(plant("old", 40, "committed"), plant("x", 110, start=2031), carry_over={"energy_tce": 0.5})
    found = relieve(scenario_from(given_), "x", ROWS)
    (move,) = next(option for option in found.options if option.moves[0].lever == "quota_transfer"
                   and len(option.moves) == len({m.year for m in option.moves})).moves[:1]
    assert (move.year, move.value) == (2031, 20)


# ---------------------------------------------------------------- risk
@SEARCH
@given(queues(most=5))
def test_where_nothing_is_uncertain_every_draw_is_the_simulation(given_):
    found, sure = risk(scenario_from(given_), ROWS, draws=3, seed=1), judged(given_)
    assert found.admitted == {one.id: float(str(one.verdict) in ("fits", "warn")) for one in sure.projects}
