"""Risk against closed forms, against the queue judged draw by draw, and against itself."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from planner.admission.risk import risk
from planner.admission.risk_inputs import Input, drawn
from planner.admission.scenario import scenario_from
from planner.admission.simulate import simulate
from planner.cli import main
from planner.errors import ScenarioError
from planner.store.parameters import load

ROWS = load()
KGCE_PER_KWH = 0.1229


def buyer(id, mwh, status="candidate", start=2030, **fields):
    return {"id": id, "status": status, "start": start, "carriers": {"electricity_mwh": mwh}, **fields}


def tables(*projects, caps=None, years=(2030,), baseline=0, **more):
    return {"scenario": {"years": list(years)}, "caps": caps if caps is not None else {"energy_tce": 1000},
            "baseline": {"energy_tce": baseline, "value_added_wan_yuan": 1000}, "project": list(projects), **more}


def asked(given, draws=4096, seed=1):
    return risk(scenario_from(given), ROWS, draws=draws, seed=seed)


def triangular_above(x, low, mode, high):
    """Probability of more than x > mode, by the formula of the distribution."""
    return (high - x) ** 2 / ((high - low) * (high - mode))


def triangular_variance(low, mode, high):
    return (low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18


def test_one_uncertain_input_gives_the_triangular_closed_form():
    spread = {"uncertain": {"carriers.electricity_mwh": [4000, 7000, 9000]}}
    found = asked(tables(buyer("a", 7000, **spread)), draws=8192)
    (row,) = found.breach
    cap_mwh = 1000 / KGCE_PER_KWH
    assert row.probability == pytest.approx(triangular_above(cap_mwh, 4000, 7000, 9000), abs=5e-4)
    assert found.admitted["a"] == pytest.approx(1 - row.probability)
    below = [4000 + np.sqrt(share * 5000 * 3000) for share in (0.1, 0.5)]
    above = 9000 - np.sqrt(0.1 * 5000 * 2000)
    assert np.array([row.p10, row.p50, row.p90]) == pytest.approx(KGCE_PER_KWH * np.array([*below, above]), rel=2e-3)


def test_shares_of_variance_are_the_variances_of_a_sum():
    ranges = {"a": (1000, 2000, 6000), "b": (2000, 3000, 4000), "c": (500, 500, 5500)}
    found = asked(tables(*(buyer(id, mode, uncertain={"carriers.electricity_mwh": list(three)})
                           for id, three in ranges.items() for mode in [three[1]])))
    variances = {f"{id}.carriers.electricity_mwh": triangular_variance(*three) for id, three in ranges.items()}
    whole = sum(variances.values())
    assert {row.input: row.share for row in found.drivers} == pytest.approx(
        {name: part / whole for name, part in variances.items()}, abs=0.01)
    shares = [row.share for row in found.drivers]
    assert shares == sorted(shares, reverse=True)


def test_the_inverse_of_the_distribution_is_that_of_the_formula():
    one = Input("p", "x", 2.0, 3.0, 6.0)
    values = one.at(np.array([0.0, 0.25, 1.0]))
    assert values == pytest.approx([2, 3, 6])  # a quarter of a 4 wide triangle lies left of a peak 1 from its foot


BUSY = tables(
    buyer("c", 3000, "committed", value_added_wan_yuan=300, uncertain={"carriers.electricity_mwh": [2000, 3000, 4500]}),
    {"id": "d", "start": 2030, "ramp": [0.5, 1.0], "value_added_wan_yuan": 200,
     "data_centre": {"it_load_kw": 300, "load_factor": 0.7, "pue": 1.4},
     "uncertain": {"data_centre.pue": [1.2, 1.4, 1.9], "data_centre.load_factor": [0.4, 0.7, 0.9]}},
    buyer("e", 2500, value_added_wan_yuan=500, renewable={"certificates_mwh": 2400},
          uncertain={"carriers.electricity_mwh": [1500, 2500, 4000], "value_added_wan_yuan": [100, 500, 600]}),
    buyer("f", 900, start=2031, value_added_wan_yuan=100), buyer("g", 10, start=2040),
    caps={"energy_tce": {"2030": 900, "2031": 1000}, "intensity_tce_per_wan_yuan": 0.7}, years=(2030, 2031),
    baseline=300, retirement=[{"start": 2031, "energy_tce": 100, "for": "f"}])


def test_the_queue_judged_in_all_draws_at_once_is_the_queue_judged_one_by_one():
    draws = 64
    inputs = [(i, path, *three) for i, row in enumerate(BUSY["project"])
              for path, three in row.get("uncertain", {}).items()]
    shares = drawn(draws, len(inputs), 5)
    columns = [Input("", "", low, mode, high).at(shares[n]) for n, (_, _, low, mode, high) in enumerate(inputs)]
    times = dict.fromkeys("cdefg", 0)
    for draw in range(draws):
        case = copy.deepcopy(BUSY)
        for (i, path, *_), values in zip(inputs, columns, strict=True):
            table, _, name = path.rpartition(".")
            (case["project"][i][table] if table else case["project"][i])[name] = float(values[draw])
        for one in simulate(scenario_from(case), ROWS).projects:
            times[one.id] += str(one.verdict) in ("fits", "warn")
    found = asked(BUSY, draws=draws, seed=5)
    assert found.admitted == {id: count / draws for id, count in times.items()}
    assert 0 < found.admitted["d"] < 1 and 0 < found.admitted["e"] < 1


def test_the_same_seed_gives_the_same_answer_and_another_seed_another():
    given = tables(*BUSY["project"][:2], caps=BUSY["caps"], baseline=300)
    assert asked(given, 500, 3) == asked(given, 500, 3)
    assert asked(given, 500, 3).breach != asked(given, 500, 4).breach


def test_a_breach_counts_the_whole_queue_admitted_or_not():
    found = asked(tables(buyer("a", 7000), buyer("b", 7000)))
    assert [(row.probability, row.p50) for row in found.breach] == [(1.0, pytest.approx(14_000 * KGCE_PER_KWH))]
    assert found.admitted == {"a": 1.0, "b": 0.0} and found.notes


@pytest.mark.parametrize("path, three", [("carriers.coal", [1, 2, 3]), ("data_centre.pue", [1.1, 1.2, 1.3]),
                                         ("start", [2030, 2031, 2032]), ("carriers.electricity_mwh", [-5, 1, 2])])
def test_a_range_that_does_not_fit_is_refused(path, three):
    with pytest.raises(ScenarioError, match=path.rpartition(".")[2]):
        asked(tables(buyer("a", 1, uncertain={path: three})))


FILE = """
[scenario]
years = [2030]
[baseline]
energy_tce = 0
[caps]
energy_tce = 100
[[project]]
id = "a"
start = 2030
[project.carriers]
electricity_mwh = 700
[project.uncertain]
"carriers.electricity_mwh" = [500, 700, 900]
"""


def test_the_command_prints_one_document_with_the_confidence_asked(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(FILE, "utf-8")
    assert main(["risk", "s.toml", "--draws", "1000", "--seed", "7", "--confidence", "0.5", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert (found["draws"], found["seed"]) == (1000, 7)
    (row,) = found["breach"]
    assert (row["quota"], row["year"]) == ("energy_tce", 2030)
    assert row["probability"] == pytest.approx(triangular_above(100 / KGCE_PER_KWH, 500, 700, 900), abs=0.01)
    assert found["drivers"][0]["input"] == "a.carriers.electricity_mwh"
    assert found["projects"] == [{"id": "a", "admitted": pytest.approx(1 - row["probability"]), "admit": True}]
