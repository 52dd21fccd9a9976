"""The best set under all caps: brute force agrees, shadow prices are finite differences, left-out projects say why."""

from __future__ import annotations

import itertools
import json
import signal
import time

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from planner.admission import solver
from planner.admission.highs import Problem
from planner.admission.portfolio import objective, portfolio, problem
from planner.admission.scenario import scenario_from
from planner.admission.select import Wanted, select
from planner.admission.simulate import ready, run_queue
from planner.admission.solver import best, relaxed
from planner.cli import main
from planner.cli.admission import stoppable
from planner.errors import ScenarioError
from planner.store.parameters import load

ROWS = load()
YEARS = (2030, 2031, 2032)


def plant(id, tce, value=None, status="candidate", start=2030, **fields):
    """Burns gas of 1 kgce/m3, so that its tce are as written."""
    worth = {} if value is None else {"value_added_wan_yuan": value}
    return {"id": id, "status": status, "start": start, **worth,
            "carriers": {"natural_gas_m3": tce * 1000, "natural_gas_kgce_per_m3": 1.0}, **fields}


def tables(*projects, caps=None, years=YEARS, baseline=0):
    return {"scenario": {"years": list(years)}, "caps": caps or {"energy_tce": 100},
            "baseline": {"energy_tce": baseline, "value_added_wan_yuan": 100}, "project": list(projects)}


def chosen(given, objective="value_added", **more):
    return select(scenario_from(given), Wanted(objective, 20.0, **more), ROWS, clock=time.monotonic)


# ---------------------------------------------------------------- against brute force
def drawn(seed):
    """A small case as plain numbers: tce, value, land, first and last start of 1 to 12 candidates; caps, pairs."""
    r = np.random.default_rng(seed)
    n = 1 + int(12 * r.random() ** 2)
    tce, value = r.integers(0, 60, n), r.integers(0, 90, n)
    land = r.integers(0, 8, n)
    first = r.integers(2030, 2033, n)
    # Windows only for a few, so that every combination can be tried.
    last = np.minimum(2032, first + np.where(np.arange(n) < 2, r.integers(0, 3, n), 0))
    cap = {year: int(r.integers(0, 30 * n + 10)) for year in YEARS}
    return {"tce": tce, "value": value, "land": land, "first": first, "last": last, "cap": cap,
            "ratio": float(r.choice([0.4, 0.7, 1.2])), "ha": int(r.integers(0, 12)), "base": int(r.integers(0, 40)),
            "apart": (0, 1) if n > 1 and r.random() < 0.4 else None,
            "together": (2, 3) if n > 3 and r.random() < 0.4 else None,
            "must": int(r.integers(0, n)) if r.random() < 0.15 else None, "site": (4, 5) if n > 5 else None}


def as_tables(case):
    projects = []
    for i in range(len(case["tce"])):
        more = {"window": [int(case["first"][i]), int(case["last"][i])],
                "land": {"new_construction_ha": float(case["land"][i])}}
        if case["apart"] and case["apart"][0] == i:
            more["apart"] = [str(case["apart"][1])]
        if case["together"] and case["together"][0] == i:
            more["together"] = [str(case["together"][1])]
        if case["must"] == i:
            more["must"] = True
        if case["site"] and i in case["site"]:
            more["site"] = "A"
        projects.append(plant(str(i), int(case["tce"][i]), int(case["value"][i]), start=int(case["first"][i]), **more))
    return tables(*projects, baseline=case["base"], caps={
        "energy_tce": {str(year): cap for year, cap in case["cap"].items()}, "new_construction_ha": case["ha"],
        "intensity_tce_per_wan_yuan": case["ratio"]})


def brute(case):
    """The most value added of any set and starts, or None; caps broken before any candidate bar whoever adds."""
    n, years = len(case["tce"]), np.array(YEARS)
    options = [[None, *range(case["first"][i], case["last"][i] + 1)] for i in range(n)]
    allowed = []
    for i in range(n):
        free = [None]
        for start in options[i][1:]:
            runs = years >= start
            over = any(runs[t] and case["base"] > case["cap"][y] and case["tce"][i] > 0 for t, y in enumerate(YEARS))
            worse = case["tce"][i] - case["ratio"] * case["value"][i] > 1e-9
            over = over or (case["base"] > case["ratio"] * 100 + 1e-9 and worse)
            free += [] if over else [start]
        allowed.append(free)
    most = None
    for starts in itertools.product(*allowed):
        ids = [i for i in range(n) if starts[i] is not None]
        if case["must"] is not None and starts[case["must"]] is None:
            continue
        if case["apart"] and all(starts[i] is not None for i in case["apart"]):
            continue
        if case["together"] and len({starts[i] is None for i in case["together"]}) == 2:
            continue
        if case["site"] and all(starts[i] is not None for i in case["site"]):
            continue
        total = 0
        for year in YEARS:
            run = [i for i in ids if starts[i] <= year]
            tce, value = case["base"] + sum(case["tce"][i] for i in run), 100 + sum(case["value"][i] for i in run)
            if case["base"] <= case["cap"][year] and tce > case["cap"][year]:
                break
            if case["base"] <= case["ratio"] * 100 + 1e-9 and tce > case["ratio"] * value + 1e-6:
                break
            if sum(case["land"][i] for i in ids if starts[i] == year) > case["ha"]:
                break
            total += value - 100
        else:
            most = total if most is None else max(most, total)
    return most


@pytest.mark.parametrize("block", range(10))
def test_the_best_of_two_hundred_random_cases_is_what_brute_force_finds(block):
    for seed in range(20 * block, 20 * block + 20):
        case = drawn(seed)
        found, most = chosen(as_tables(case)), brute(case)
        assert (found.chosen is None) == (most is None), seed
        if most is not None:
            assert found.gap == 0 and found.chosen.value == pytest.approx(most), seed


# ---------------------------------------------------------------- shadow prices
def lp_value(given):
    scenario = scenario_from(given)
    queue = ready(scenario, ROWS)
    run_queue([one for one in queue.entrants if one.committed], (), (), queue.bench)
    made = portfolio(scenario, queue, queue.bench, {})
    worth = objective("value_added")
    values = np.array([worth(one, scenario.years) for one in made.choices])
    return relaxed(problem(made, values)).value


@pytest.mark.parametrize("quota, caps", [("energy_tce", {"energy_tce": 100.0}),
                                         ("intensity_tce_per_wan_yuan", {"intensity_tce_per_wan_yuan": 0.81})])
def test_a_shadow_price_is_the_finite_difference_of_the_relaxation(quota, caps):
    projects = [plant(str(i), tce, value) for i, (tce, value) in enumerate([(37, 50), (41, 44), (53, 61), (29, 12)])]
    given = tables(*projects, caps=caps, years=(2030,), baseline=70 if quota != "energy_tce" else 0)
    (price,) = chosen(given).prices
    step = 0.01 if quota == "energy_tce" else 1e-5  # a cap is kept in whole kilograms
    up, down = (lp_value({**given, "caps": {quota: caps[quota] + sign * step}}) for sign in (1, -1))
    assert price.quota == quota and price.per_unit == pytest.approx((up - down) / (2 * step), rel=1e-4)


def lp_value_with(given, quota, year, more):
    table = dict(given["caps"][quota])
    table[str(year)] += more
    return lp_value({**given, "caps": {**given["caps"], quota: table}})


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("quota, step", [("energy_tce", 0.01), ("offset_paddy_ha", 0.001)])
def test_a_unit_more_of_a_year_is_also_worth_what_it_leaves_to_later_years(quota, step, year):
    """Half of what a year leaves is carried over; a stock is there from its year on."""
    projects = [plant(str(i), tce, value, window=[2030, 2032], land={"offset_paddy_ha": ha})
                for i, (tce, value, ha) in enumerate([(37, 50, 1.0), (41, 44, 2.0), (53, 61, 1.5), (29, 12, 0.3)])]
    given = {**tables(*projects, caps={"energy_tce": {"2030": 61.0, "2031": 40.0, "2032": 97.0},
                                       "offset_paddy_ha": {"2030": 1.1, "2031": 1.0, "2032": 0.4}}),
             "carry_over": {"energy_tce": 0.5}}
    price = next(row for row in chosen(given).prices if (row.quota, row.year) == (quota, year))
    down, here, up = (lp_value_with(given, quota, year, sign * step) for sign in (-1, 0, 1))
    assert (up - here) / step - 1e-3 <= price.per_unit <= (here - down) / step + 1e-3
    assert price.per_unit > 0 or (quota, year) == ("energy_tce", 2032)


# ---------------------------------------------------------------- rules by hand
def test_exactly_at_the_cap_fits_and_a_kilogram_more_does_not():
    at, over = (chosen(tables(plant("a", 60, 1), plant("b", tce, 1), years=(2030,))) for tce in (40, 40.001))
    assert at.chosen.ids == ("a", "b") and len(over.chosen.ids) == 1


def test_each_left_out_project_says_why():
    found = chosen(tables(
        plant("old", 30, status="committed", site="S"), plant("a", 60, 100), plant("big", 50, 20),
        plant("never", 1, 9, must=False),
        plant("same-site", 1, 9, site="S"), plant("not-with-a", 1, 5, apart=["a"]), plant("late", 1, 9, start=2040),
        plant("worth-nothing", 1)))
    assert found.chosen.ids == ("a",)
    said = {id: str(why) for id, why in found.left_out.items()}
    assert said["big"] == "beside the chosen it is short of 40.00 tce of total energy use 2030"
    assert said["never"] == "it must not be chosen" and said["same-site"] == "its site is taken by a committed project"
    assert said["not-with-a"] == "it does not go with a" and said["late"] == "it starts after the last year"
    assert said["worth-nothing"] == "it adds nothing to what is maximised"


def test_a_cap_broken_before_any_candidate_leaves_out_whoever_adds_to_it():
    found = chosen(tables(plant("old", 300, status="committed"), plant("a", 1, 10), plant("b", 0, 5), years=(2030,)))
    assert found.chosen.ids == ("b",) and "already over" in str(found.left_out["a"])


def test_the_starts_are_chosen_within_the_windows():
    caps = {"energy_tce": {"2030": 10, "2031": 60, "2032": 100}}
    found = chosen(tables(plant("a", 50, 10, window=[2030, 2032]), plant("b", 50, 4, window=[2031, 2032]), caps=caps))
    assert found.chosen.starts == {"a": 2031, "b": 2032} and found.chosen.value == 10 * 2 + 4


def test_as_many_phases_are_built_as_there_is_room_for():
    # a: half at once, half a year later; 30 + 30 tce. b: 45 tce worth 7 a year.
    phases = [{"share": 0.5}, {"after": 1, "share": 0.5}]
    given = tables(plant("a", 60, 10, phases=phases, jobs=8), plant("b", 45, 7), caps={"energy_tce": 80})
    found = chosen(given)  # the first phase of a (5 x 3) beside b (7 x 3), not all of a (5 + 10 + 10)
    assert (found.chosen.ids, found.chosen.phases) == (("a", "b"), {"a": 1}) and found.chosen.value == 36
    given["caps"]["energy_tce"] = 105
    whole = chosen(given)
    assert whole.chosen.phases == {"a": 2} and whole.chosen.value == 25 + 21
    assert chosen(given, "jobs").chosen.value == 8


def test_what_must_be_chosen_and_cannot_is_said():
    found = chosen(tables(plant("a", 150, 10, must=True)))
    assert found.chosen is None and found.notes


def test_tax_per_tce_takes_the_most_tax_and_of_those_the_least_energy():
    given = tables(plant("a", 90, tax_wan_yuan=5), plant("b", 20, tax_wan_yuan=5), plant("c", 30, tax_wan_yuan=0),
                   years=(2030,), caps={"energy_tce": 100})
    found = chosen(given, "tax_per_tce")
    assert found.chosen.ids == ("b",) and (found.chosen.value, found.chosen.tce) == (5, 20)


def test_a_weighted_sum_is_maximised_as_written():
    # cap 100: a and b cannot both; 2 x 3 + 1 x 4 = 10 beats 2 x 4 + 1 x 1 = 9, tax alone would take b
    given = tables(plant("a", 60, tax_wan_yuan=3, jobs=4), plant("b", 60, tax_wan_yuan=4, jobs=1), years=(2030,))
    found = chosen(given, "2*tax + jobs")
    assert (found.chosen.ids, found.chosen.value) == (("a",), 10) and chosen(given, "tax").chosen.ids == ("b",)


@pytest.mark.parametrize("wanted", ["fun", "x*tax", "2*fun", "tax+", "nan*tax", "tax_per_tce+jobs"])
def test_an_objective_that_is_not_known_is_refused(wanted):
    with pytest.raises(ScenarioError, match="sum with weights"):
        chosen(tables(plant("a", 60, 1)), wanted)


@pytest.mark.parametrize("seed", range(3))
def test_many_choices_in_groups_are_searched_and_proven_as_highs_alone_does(seed):
    """Groups of three choices in order, of which one may be taken; two caps, one of them on what has begun by then."""
    r = np.random.default_rng(seed)
    groups, size = 170, 3
    tce, land, worth = r.integers(5, 60, groups), r.integers(1, 9, groups), r.integers(10, 99, groups)
    value = (worth[:, None] * np.array([3, 2, 1])).ravel().astype(float)
    begun = [np.where(np.arange(size) <= year, 1, 0) for year in range(size)]
    rows = np.array([np.outer(tce, by).ravel() for by in begun] + [np.outer(land, np.eye(size)[0]).ravel()])
    upper = np.array([tce.sum() / 9, tce.sum() / 6, tce.sum() / 4, land.sum() / 12])
    near = []  # as soon as little is open it is enough, however long that takes
    found = best(Problem(value, sparse.csr_matrix(rows.astype(float)), np.full(4, -np.inf), upper,
                         np.repeat(np.arange(groups), size)), seconds=120, clock=time.monotonic,
                 progress=lambda worth, bound: near.append(bound - worth < 2e-3 * worth),
                 stopped=lambda: any(near))
    once = sparse.kron(sparse.eye(groups), np.ones((1, size)))
    peer = milp(-value, integrality=np.ones(len(value)), bounds=Bounds(0, 1), options={"mip_rel_gap": 1e-3},
                constraints=[LinearConstraint(rows, ub=upper), LinearConstraint(once, ub=1)])
    assert np.all(rows @ found.x <= upper + 1e-6) and np.all(found.x.reshape(groups, size).sum(axis=1) <= 1)
    assert found.value == value[found.x].sum() and found.value <= -peer.mip_dual_bound + 1e-6
    assert -peer.fun <= found.bound + 1e-6 and found.gap < 2e-3


def test_alternatives_differ_enough_lose_little_and_come_best_first():
    projects = [plant(str(i), 30, 10 + i) for i in range(6)]
    found = chosen(tables(*projects, years=(2030,)), alternatives=4, differ=2, within=0.2)
    sets = [set(found.chosen.ids), *(set(other.ids) for other in found.alternatives)]
    assert len(sets) == 5 and all(len(one ^ two) >= 2 for one, two in itertools.combinations(sets, 2))
    values = [other.value for other in found.alternatives]
    assert values == sorted(values, reverse=True) and values[-1] >= 0.8 * found.chosen.value


def test_the_cores_find_and_prove_what_cannot_be_proven_at_once():
    """A knapsack whose best is known by dynamic programming, given too little time for the first attempt."""
    r = np.random.default_rng(1)
    weight, value = r.integers(10, 99, 200), r.integers(10, 99, 200)
    room = int(weight.sum() // 3)
    table = np.zeros(room + 1, dtype=int)
    for w, v in zip(weight, value, strict=True):
        table[w:] = np.maximum(table[w:], table[:-w] + v)
    found = best(Problem(value.astype(float), sparse.csr_matrix(weight.astype(float)), np.array([-np.inf]),
                         np.array([float(room)])), seconds=10, clock=time.monotonic)
    assert found.value == table[-1] and found.bound == pytest.approx(table[-1])
    assert weight[found.x].sum() <= room


FILE = """
[scenario]
years = [2030]
[baseline]
energy_tce = 0
[caps]
energy_tce = 50
[[project]]
id = "a"
start = 2030
jobs = 7
[project.carriers]
electricity_mwh = 400
[[project]]
id = "b"
start = 2030
jobs = 5
[project.carriers]
electricity_mwh = 100
"""


def test_the_command_prints_one_document(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(FILE, "utf-8")
    assert main(["select", "s.toml", "--maximise", "jobs", "--json", "--lang", "en"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert (found["chosen"], found["value"], found["optimal"], found["gap"]) == (["a"], 7, True, 0.0)
    assert [row["id"] for row in found["left_out"]] == ["b"]
    assert main(["select", "s.toml", "--maximise", "fun", "--json"]) == 2


# ---------------------------------------------------------------- stopping
def hard(groups=120):
    """Three knapsacks at once: proven slowly, answered soon."""
    r = np.random.default_rng(0)
    rows = r.integers(50, 999, (3, groups))
    return Problem(r.integers(50, 999, groups).astype(float), sparse.csr_matrix(rows.astype(float)),
                   np.full(3, -np.inf), rows.sum(axis=1) / 3)


def test_work_that_is_stopped_answers_with_the_best_so_far_and_what_is_proven_by_then():
    heard = []
    began = time.monotonic()
    found = best(hard(), seconds=60, clock=time.monotonic, progress=lambda value, bound: heard.append(value),
                 stopped=lambda: max(heard, default=0) > 0)
    assert time.monotonic() - began < 50 and found.x is not None
    assert found.value >= max(heard) > 0 and found.bound >= found.value and hard().met_by(found.x)


def test_the_first_interrupt_asks_the_search_to_stop_and_leaves_the_next_as_it_was():
    said, before = [], signal.getsignal(signal.SIGINT)
    with stoppable(lambda: said.append(1)) as stopped:
        assert not stopped()
        signal.raise_signal(signal.SIGINT)
        assert stopped() and said == [1] and signal.getsignal(signal.SIGINT) is before
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("seed", range(8))
def test_halves_of_what_is_open_prove_what_enumeration_finds(seed, monkeypatch):
    """Nothing is solved at once, so that the parts have to be split and put together again."""
    monkeypatch.setattr(solver, "AT_ONCE", 0.0)
    monkeypatch.setattr(solver, "WITH_CUTS", 0.0)
    r = np.random.default_rng(seed)
    groups, size = 5, 3
    tce, value = r.integers(5, 60, groups), r.integers(10, 99, (groups, size))
    rows = np.array([np.repeat(tce, size) * np.tile(np.arange(size) <= year, groups) for year in range(size)])
    upper = np.array([0.3, 0.5, 0.7]) * tce.sum()
    task = Problem(value.ravel().astype(float), sparse.csr_matrix(rows.astype(float)), np.full(size, -np.inf), upper,
                   np.repeat(np.arange(groups), size))
    most = 0
    for picked in itertools.product(range(size + 1), repeat=groups):
        x = np.zeros((groups, size), bool)
        for g, n in enumerate(picked):
            if n < size:
                x[g, n] = True
        if np.all(rows @ x.ravel() <= upper):
            most = max(most, value[x].sum())
    found = best(task, seconds=10, clock=time.monotonic)
    assert found.value == most and found.gap == 0
