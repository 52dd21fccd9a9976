"""The rule of the queue told a second time, by brute force in whole kilograms, against random small queues."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from planner.admission.scenario import scenario_from
from planner.admission.simulate import simulate
from planner.store.parameters import load

ROWS = load()
YEARS = (2030, 2031, 2032)
KGCE_PER_MWH = Decimal("122.9")

projects = st.lists(st.fixed_dictionaries({
    "mwh": st.integers(0, 60), "committed": st.booleans(), "start": st.integers(2028, 2033),
    "ramp": st.lists(st.sampled_from(["0", "0.25", "0.5", "1"]), min_size=1, max_size=3), "listed": st.booleans(),
}), min_size=1, max_size=6)
caps = st.lists(st.integers(0, 20), min_size=3, max_size=3)


def kgce(project, year):
    """What the book would hold of a project in a year."""
    if year < project["start"]:
        return 0
    share = Decimal(project["ramp"][min(year - project["start"], len(project["ramp"]) - 1)])
    return int((project["mwh"] * KGCE_PER_MWH * share).quantize(Decimal(1), ROUND_HALF_UP))


def twin(queue, cap, baseline, retired, moved):
    """(verdict, first short year) of each project, trying every year against the sum of all that stands."""
    standing, answers = [], {}
    for i in sorted(range(len(queue)), key=lambda i: not queue[i]["committed"]):
        one = queue[i]
        tried = [p for p in [*standing, one] if not p["listed"]]
        short, warned = None, False
        for year in YEARS:
            limit = 1000 * (cap[year - 2030] + (moved if year == 2031 else 0))
            used = 1000 * baseline - (1000 * retired if year >= 2031 else 0) + sum(kgce(p, year) for p in tried)
            if one["listed"] or kgce(one, year) == 0:
                continue
            short = year if used > limit and short is None else short
            warned = warned or (limit > 0 and 10 * used > 9 * limit)
        if short:
            answers[i] = ("exceeds", short)
        else:
            answers[i] = ("unknown" if one["start"] > YEARS[-1] else "warn" if warned else "fits", None)
        if one["committed"] or answers[i][0] in ("fits", "warn"):
            standing.append(one)
    used = {year: sum(kgce(p, year) for p in standing if not p["listed"]) for year in YEARS}
    return answers, used


@given(projects, caps, st.integers(0, 5), st.integers(0, 3), st.integers(1, 5))
def test_the_queue_agrees_with_its_brute_force_twin(queue, cap, baseline, retired, moved):
    tables = {
        "scenario": {"years": list(YEARS)}, "baseline": {"energy_tce": baseline},
        "caps": {"energy_tce": {str(year): amount for year, amount in zip(YEARS, cap, strict=True)}},
        "retirement": [{"start": 2031, "energy_tce": retired}],
        "transfer": [{"quota": "energy_tce", "year": 2031, "amount": moved, "basis": "doc"}],
        "project": [{"id": str(i), "status": "committed" if p["committed"] else "candidate", "start": p["start"],
                     "ramp": [float(share) for share in p["ramp"]], "listed": p["listed"],
                     "carriers": {"electricity_mwh": p["mwh"]}} for i, p in enumerate(queue)],
    }
    result = simulate(scenario_from(tables), ROWS)
    answers, used = twin(queue, cap, baseline, retired, moved)
    for i, (verdict, year) in answers.items():
        found = result.projects[i]
        assert str(found.verdict) == verdict, (i, found.binding)
        if year:
            assert found.binding.year == year
    for row in result.balance:
        if row.quota == "energy_tce" and row.park is None:
            left = 1000 * (cap[row.year - 2030] + (moved if row.year == 2031 else 0) - baseline
                           + (retired if row.year >= 2031 else 0)) - used[row.year]
            assert row.state == ("exceeds" if left < 0 else row.state)
            assert abs(1000 * row.left - left) <= 0.5 * len(queue) + 1e-6  # half a kgce each, and float digits
