"""The queue against the budgets: the published example and its variants, then each rule of the queue by hand."""

from __future__ import annotations

import copy
import time
import tomllib
from datetime import date

import pytest

from planner.admission.book_view import BookView, Reference
from planner.admission.scenario import scenario_from, scenario_of
from planner.admission.simulate import simulate
from planner.energy.project import project_from
from planner.errors import ScenarioError
from planner.store.parameters import load

ROWS = load()
EXAMPLE = tomllib.loads("""
[scenario]
title = "Haikou 2021: the queue after two large projects"
on = 2021-12-22
years = [2022, 2023]
basis = "calorific"
warn_at = 0.90
[baseline]
energy_tce = 120_000
value_added_wan_yuan = 1_290_000
[caps]
energy_tce = 387_000
intensity_tce_per_wan_yuan = 0.30
[[project]]
id = "datang-1"
status = "committed"
start = 2022
value_added_wan_yuan = 60_000
[project.gas_power]
generation_mwh = 2_500_000
gas_m3_per_kwh = 0.192
gas_kgce_per_m3 = 1.2143
count = "net"
[[project]]
id = "telecom"
status = "committed"
start = 2022
[project.data_centre]
racks = 40_000
kw_per_rack = 2.5
load_factor = 0.7
pue = 1.3
[[project]]
id = "pharma-1"
status = "candidate"
start = 2022
[project.carriers]
electricity_mwh = 12_000
natural_gas_m3 = 600_000
""")


def example(**scenario):
    tables = copy.deepcopy(EXAMPLE)
    tables["scenario"].update(scenario)
    return tables


def run(tables, **more):
    return simulate(scenario_from(tables), ROWS, **more)


def judged(simulation):
    return {project.id: project for project in simulation.projects}


def row(simulation, quota="energy_tce", year=2022, park=None):
    return next(r for r in simulation.balance if (r.park, r.quota, r.year) == (park, quota, year))


def plant(id, tce=0.0, status="candidate", start=2022, **fields):
    """A plant that burns gas of 1 kgce/m3, so that its tce are as written."""
    gas = {"natural_gas_m3": tce * 1000, "natural_gas_kgce_per_m3": 1.0}
    return {"id": id, "status": status, "start": start, "carriers": gas, **fields}


def queue(*projects, caps=None, baseline=None, years=(2022, 2023), **tables):
    return {"scenario": {"years": list(years)}, "caps": caps if caps is not None else {"energy_tce": 1000},
            "baseline": baseline if baseline is not None else {"energy_tce": 0, "value_added_wan_yuan": 1000},
            "project": list(projects), **tables}


def verdicts(simulation):
    return {project.id: str(project.verdict) for project in simulation.projects}


# ---------------------------------------------------------------- the published example
def test_the_small_plant_is_refused_because_of_what_came_before():
    result = run(EXAMPLE)
    for id, short_by in (("datang-1", 8_614.00), ("telecom", 106_584.964), ("pharma-1", 108_788.344)):
        found = judged(result)[id]
        assert str(found.verdict) == "exceeds"
        assert (found.binding.quota, found.binding.year) == ("energy_tce", 2022)
        assert found.binding.short_by == pytest.approx(short_by)
    users = judged(result)["pharma-1"].binding.used_by
    assert [draw.id for draw in users] == ["datang-1", "telecom", "pharma-1"]
    assert [draw.amount for draw in users] == pytest.approx([275_614, 97_970.964, 2_203.38])
    assert judged(result)["datang-1"].demand[2022].gross_energy_tce == pytest.approx(582_864)
    assert judged(result)["datang-1"].demand[2022].carbon_tco2 == pytest.approx(948_736.36, abs=0.01)
    total = row(result)
    assert (total.cap, total.baseline, total.state) == (387_000, 120_000, "exceeds")
    assert (total.committed, total.left, total.candidates) == pytest.approx((373_584.964, -106_584.964, 0))


def _k133(tables):
    tables["project"][0]["gas_power"]["gas_kgce_per_m3"] = 1.33


def _gross(tables):
    tables["project"][0]["gas_power"]["count"] = "gross"


def _equal(tables):
    tables["scenario"].update(basis="equal", equal_value_kgce_per_kwh=0.300)


def _twice(tables):
    tables["project"].insert(1, {**copy.deepcopy(tables["project"][0]), "id": "datang-2"})


def _certificates(tables):
    tables["scenario"]["years"] = [2024]
    tables["project"][1]["renewable"] = {"certificates_mwh": 637_728}


def _retirement(tables):
    tables["retirement"] = [{"name": "old boilers", "start": 2022, "energy_tce": 10_000}]


def _listed(tables):
    tables["project"][0]["listed"] = True


@pytest.mark.parametrize(("change", "year", "left"), [
    (lambda tables: None, 2022, (-8_614.00, -106_584.96, -108_788.34)),
    (_k133, 2022, (-64_150.00, -162_120.96, -164_324.34)),
    (_gross, 2022, (-315_864.00, -413_834.96, -416_038.34)),
    (_equal, 2022, (-8_614.00, -247_762.00, -252_090.58)),
    (_twice, 2022, (-284_228.00, -382_198.96, -384_402.34)),
    (_certificates, 2024, (-8_614.00, -28_208.19, -30_411.57)),
    (_retirement, 2022, (1_386.00, -96_584.96, -98_788.34)),
    (_listed, 2022, (None, 169_029.04, 166_825.66)),
], ids=["as printed", "k 1.33", "gross", "equal", "twice", "certificates", "retirement", "listed"])
def test_each_variant_of_the_exhausted_quota_leaves_its_published_figure(change, year, left):
    tables = example()
    del tables["caps"]["intensity_tce_per_wan_yuan"]
    change(tables)
    result = run(tables)
    ids = ["datang-2" if "datang-2" in judged(result) else "datang-1", "telecom", "pharma-1"]
    for id, remains in zip(ids, left, strict=True):
        found = judged(result)[id]
        if remains is None:
            assert (str(found.verdict), found.binding) == ("fits", None) and found.notes
        elif remains < 0:
            assert (str(found.verdict), found.binding.year) == ("exceeds", year)
            assert found.binding.short_by == pytest.approx(-remains, abs=0.005)
        else:
            alone = copy.deepcopy(tables)
            alone["project"] = alone["project"][: [p["id"] for p in alone["project"]].index(id) + 1]
            assert row(run(alone), year=year).left == pytest.approx(remains, abs=0.005)
            share = (387_000 - remains) / 387_000
            assert str(found.verdict) == ("warn" if share > 0.90 else "fits") and found.admitted


# ---------------------------------------------------------------- the rules of the queue
def test_a_refused_candidate_takes_nothing_and_the_queue_goes_on():
    result = run(queue(plant("big", 1001), plant("small", 900)))
    assert verdicts(result) == {"big": "exceeds", "small": "fits"}
    assert row(result).candidates == pytest.approx(900)


def test_committed_projects_come_first_whatever_their_place_in_the_file():
    result = run(queue(plant("candidate", 600), plant("committed", 600, status="committed")))
    assert verdicts(result) == {"candidate": "exceeds", "committed": "fits"}
    assert [project.id for project in result.projects] == ["candidate", "committed"]


def test_one_short_year_refuses_a_candidate_in_every_year():
    result = run(queue(plant("a", 300), caps={"energy_tce": {"2022": 1000, "2023": 200}}))
    assert judged(result)["a"].binding.year == 2023
    assert row(result).candidates == row(result, year=2023).candidates == 0


def test_exactly_at_the_cap_fits_and_half_a_kilogram_over_is_booked_as_one():
    assert verdicts(run(queue(plant("a", 1000), caps={"energy_tce": 1000}))) == {"a": "warn"}
    assert verdicts(run(queue(plant("a", 1000.0004), caps={"energy_tce": 1000}))) == {"a": "warn"}
    assert verdicts(run(queue(plant("a", 1000.0005), caps={"energy_tce": 1000}))) == {"a": "exceeds"}


def test_a_budget_warns_only_beyond_its_share_and_never_when_it_is_zero():
    assert verdicts(run(queue(plant("a", 900)))) == {"a": "fits"}
    assert verdicts(run(queue(plant("a", 900.001)))) == {"a": "warn"}
    assert verdicts(run(queue(plant("a", 0), caps={"energy_tce": 0}))) == {"a": "fits"}


def test_the_first_year_then_the_order_of_the_caps_decides_what_binds():
    tables = queue(plant("a", 300, land={"new_construction_ha": 2}),
                   caps={"new_construction_ha": 1, "energy_tce": {"2022": 500, "2023": 100}})
    binding = judged(run(tables))["a"].binding
    assert (binding.quota, binding.year) == ("new_construction_ha", 2022)
    tables["caps"]["energy_tce"] = 100
    assert judged(run(tables))["a"].binding.quota == "energy_tce"


def test_a_start_before_the_years_enters_the_ramp_where_it_stands_and_one_after_them_is_unknown():
    result = run(queue(plant("old", 100, start=2021, ramp=[0.1, 0.5, 1.0]), plant("late", 100, start=2024)))
    assert [judged(result)["old"].demand[year].energy_tce for year in (2022, 2023)] == pytest.approx([50, 100])
    late = judged(result)["late"]
    assert (str(late.verdict), late.binding.year, late.binding.short_by) == ("unknown", 2024, None)
    assert not late.admitted


def test_yearly_land_counts_in_one_year_and_an_offset_from_its_year_on():
    years = (2022, 2023, 2024)
    tables = queue(plant("a", land={"new_construction_ha": 1, "offset_paddy_ha": 1}, land_year=2023), years=years,
                   caps={"new_construction_ha": 5, "offset_paddy_ha": {"2021": 1, "2023": 2}})
    result = run(tables)
    assert [row(result, "new_construction_ha", year).candidates for year in years] == pytest.approx([0, 1, 0])
    assert [row(result, "offset_paddy_ha", year).candidates for year in years] == pytest.approx([0, 1, 1])
    assert [row(result, "offset_paddy_ha", year).cap for year in years] == pytest.approx([1, 3, 3])


def test_a_short_paddy_column_is_not_made_good_by_another():
    land = {"offset_quantity_ha": 12, "offset_paddy_ha": 3, "offset_grain_kg": 1}
    found = judged(run(queue(plant("a", land=land),
                             caps={"offset_quantity_ha": 20, "offset_paddy_ha": 1, "offset_grain_kg": 1e6})))["a"]
    assert (found.binding.quota, found.binding.short_by) == ("offset_paddy_ha", pytest.approx(2))


def test_a_later_user_of_a_stock_is_tested_in_every_later_year():
    tables = queue(plant("late", status="committed", land={"offset_paddy_ha": 1}, start=2023),
                   plant("early", land={"offset_paddy_ha": 1}), caps={"offset_paddy_ha": 1})
    assert (judged(run(tables))["early"].binding.year, verdicts(run(tables))["late"]) == (2023, "warn")


# ---------------------------------------------------------------- intensities
def ratio(*projects, cap=0.5, **tables):
    return queue(*projects, caps={"intensity_tce_per_wan_yuan": cap},
                 baseline={"energy_tce": 400, "value_added_wan_yuan": 1000}, years=(2022,), **tables)


def test_an_intensity_is_all_energy_by_all_value_added():
    result = run(ratio(plant("a", 200, value_added_wan_yuan=100), plant("b", 150, value_added_wan_yuan=400)))
    assert verdicts(result) == {"a": "exceeds", "b": "fits"}
    assert judged(result)["a"].binding.short_by == pytest.approx(600 / 1100 - 0.5)
    found = row(result, "intensity_tce_per_wan_yuan")
    assert (found.baseline, found.committed) == pytest.approx((0.4, 0))
    assert (found.candidates, found.left) == pytest.approx((550 / 1400 - 0.4, 0.5 - 550 / 1400))
    over = row(run(ratio(plant("a", 200, status="committed", value_added_wan_yuan=100))), "intensity_tce_per_wan_yuan")
    assert over.short_by_tce == pytest.approx(600 - 0.5 * 1100)


def test_exactly_at_the_intensity_cap_fits():
    assert verdicts(run(ratio(plant("a", 100, value_added_wan_yuan=0)))) == {"a": "warn"}
    assert verdicts(run(ratio(plant("a", 100.001, value_added_wan_yuan=0)))) == {"a": "exceeds"}


def test_a_project_that_lowers_an_intensity_over_its_cap_still_exceeds_and_says_so():
    found = judged(run(ratio(plant("clean", 10, value_added_wan_yuan=1000), cap=0.1)))["clean"]
    assert str(found.verdict) == "exceeds" and "lowers" in str(found.notes[-1])


def test_a_missing_baseline_or_value_added_makes_an_intensity_unknown_not_a_fit():
    for missing in ("energy_tce", "value_added_wan_yuan"):
        tables = ratio(plant("a", 1, value_added_wan_yuan=1))
        del tables["baseline"][missing]
        assert verdicts(run(tables)) == {"a": "unknown"}
    tables = ratio(plant("a", 1, value_added_wan_yuan=0))
    tables["baseline"]["value_added_wan_yuan"] = 0
    assert verdicts(run(tables)) == {"a": "unknown"}


def test_a_value_added_that_is_not_stated_counts_zero_with_a_note():
    found = judged(run(ratio(plant("a", 10))))["a"]
    assert str(found.verdict) == "fits" and any("value added" in str(note) for note in found.notes)


def test_certificates_lower_the_total_before_2024_and_the_intensity_from_then_on():
    centre = {"id": "dc", "start": 2023, "carriers": {"electricity_mwh": 1000}, "renewable": {"certificates_mwh": 1000}}
    tables = queue(centre, caps={"energy_tce": 100, "intensity_tce_per_wan_yuan": 0.01}, years=(2023, 2024))
    found = judged(run(tables))["dc"]
    assert (found.binding.quota, found.binding.year) == ("intensity_tce_per_wan_yuan", 2023)
    tables["scenario"]["years"] = [2024]
    assert verdicts(run(tables)) == {"dc": "fits"}


# ---------------------------------------------------------------- what is not known
def test_a_capped_energy_without_a_written_baseline_is_unknown_and_land_without_one_is_zero():
    tables = queue(plant("a", 1), plant("b", land={"new_construction_ha": 1}), baseline={},
                   caps={"energy_tce": 10, "new_construction_ha": 2})
    found = judged(run(tables))
    assert (found["a"].binding.quota, found["a"].binding.short_by) == ("energy_tce", None)
    assert verdicts(run(tables)) == {"a": "unknown", "b": "fits"}
    assert row(run(tables)).left is None and row(run(tables)).state == "unknown"


def test_a_table_that_lacks_a_year_is_unknown_there_and_an_absent_quota_uncapped():
    result = run(queue(plant("a", 1), caps={"energy_tce": {"2022": 10}}))
    assert judged(result)["a"].binding.year == 2023
    result = run(queue(plant("a", 1), caps={}))
    assert verdicts(result) == {"a": "fits"}
    assert (row(result).state, row(result).cap, row(result).left) == ("uncapped", None, None)


def test_an_unknown_basis_gives_no_energy_verdict_and_both_figures():
    tables = queue({"id": "dc", "start": 2022, "carriers": {"electricity_mwh": 1000}})
    tables["scenario"]["basis"] = "unknown"
    found = judged(run(tables))["dc"]
    assert str(found.verdict) == "unknown"
    assert (found.demand[2022].energy_tce, found.demand[2022].energy_tce_equal) == pytest.approx((122.9, 300))


def test_carbon_that_is_not_known_matters_only_where_carbon_is_capped():
    heat = {"id": "heat", "status": "committed", "start": 2022, "carriers": {"heat_gj": 1}}
    assert verdicts(run(queue(heat))) == {"heat": "fits"}
    result = run(queue(heat, plant("after", 1), caps={"carbon_tco2": 100}, baseline={"carbon_tco2": 0}))
    assert verdicts(result) == {"heat": "unknown", "after": "unknown"}
    assert (row(result, "carbon_tco2").state, row(result, "carbon_tco2").committed) == ("unknown", None)


def test_an_unknown_candidate_takes_no_room():
    heat = {"id": "heat", "start": 2022, "carriers": {"heat_gj": 280}}  # 280 x 34.12 kgce = 9.55 tce
    result = run(queue(heat, plant("after", 1), caps={"carbon_tco2": 100, "energy_tce": 10},
                       baseline={"carbon_tco2": 0, "energy_tce": 0}))
    assert verdicts(result) == {"heat": "unknown", "after": "fits"}


def test_a_project_with_a_parcel_is_unknown_without_a_workspace():
    found = judged(run(queue(plant("a", 1, land={"parcel": "p.geojson"}))))["a"]
    assert (str(found.verdict), found.binding.short_by) == ("unknown", None) and "workspace" in str(found.binding.why)


# ---------------------------------------------------------------- lists, retirements, transfers
def test_a_listed_project_is_outside_the_parks_total_and_ratio_but_not_outside_its_offsets():
    listed = plant("listed", 5000, listed=True, status="committed", value_added_wan_yuan=10,
                   land={"offset_paddy_ha": 2})
    tables = queue(listed, plant("own", 10),
                   caps={"energy_tce": 100, "intensity_tce_per_wan_yuan": 0.2, "offset_paddy_ha": 1})
    result = run(tables)
    assert judged(result)["listed"].binding.quota == "offset_paddy_ha"
    assert verdicts(result)["own"] == "fits"
    assert row(result, "intensity_tce_per_wan_yuan").committed == 0
    assert (row(result, park="LIST").committed, row(result, park="LIST").state) == (5000, "uncapped")


def test_a_list_of_quotas_moves_only_those_and_never_an_offset():
    result = run(queue(plant("a", 5000, listed=["energy_tce"], land={"new_construction_ha": 3}),
                       caps={"energy_tce": 10, "new_construction_ha": 1}))
    assert judged(result)["a"].binding.quota == "new_construction_ha"
    with pytest.raises(ScenarioError, match="offset_paddy_ha"):
        run(queue(plant("a", 1, listed=["offset_paddy_ha"])))


def test_a_list_that_is_granted_something_can_run_short():
    tables = queue(plant("a", 60, listed=True), plant("b", 60, listed=True), caps={"LIST": {"energy_tce": 100}})
    result = run(tables)
    assert verdicts(result) == {"a": "fits", "b": "exceeds"}
    assert (judged(result)["b"].binding.park, judged(result)["b"].binding.short_by) == ("LIST", pytest.approx(20))
    assert (row(result, park="LIST").cap, row(result, park="LIST").left) == pytest.approx((100, 40))


def test_a_retirement_for_a_project_counts_only_if_that_project_is_admitted():
    retirement = {"name": "kiln", "start": 2022, "energy_tce": 300, "for": "a"}
    base = {"energy_tce": 800}
    admitted = run(queue(plant("a", 450), plant("b", 40), baseline=base, retirement=[retirement]))
    assert verdicts(admitted) == {"a": "warn", "b": "warn"} and row(admitted).retired == 300
    refused = run(queue(plant("a", 501), plant("b", 240), baseline=base, retirement=[retirement]))
    assert verdicts(refused) == {"a": "exceeds", "b": "exceeds"} and row(refused).retired == 0
    assert judged(refused)["a"].binding.short_by == pytest.approx(1)
    assert judged(refused)["b"].binding.short_by == pytest.approx(40)


def test_a_retirement_counts_from_its_start_in_total_and_numerator():
    retirement = {"name": "r", "start": 2022, "energy_tce": 100}
    tables = ratio(plant("a", 200, value_added_wan_yuan=0), retirement=[retirement])
    assert verdicts(run(tables)) == {"a": "warn"}
    tables["retirement"][0]["start"] = 2023
    assert verdicts(run(tables)) == {"a": "exceeds"}


def test_a_transfer_counts_in_its_year_and_of_an_offset_from_its_year_on():
    transfers = [{"quota": "energy_tce", "year": 2022, "amount": 50, "basis": "doc 1"},
                 {"quota": "offset_paddy_m2", "year": 2022, "amount": 5000, "basis": "doc 2"}]
    result = run(queue(plant("a", 1), caps={"energy_tce": 10, "offset_paddy_ha": 1}, transfer=transfers))
    assert [row(result, year=year).transferred for year in (2022, 2023)] == [50, 0]
    assert [row(result, "offset_paddy_ha", year).transferred for year in (2022, 2023)] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("quota", ["carbon_tco2", "intensity_tce_per_wan_yuan", "water_m3"])
def test_a_transfer_of_an_uncapped_quota_an_intensity_or_nothing_known_is_refused(quota):
    transfer = {"quota": quota, "year": 2022, "amount": 1, "basis": "doc"}
    tables = queue(plant("a", 1), caps={"energy_tce": 10, "intensity_tce_per_wan_yuan": 1}, transfer=[transfer])
    with pytest.raises(ScenarioError, match=quota):
        run(tables)


# ---------------------------------------------------------------- with the book
def book(**more):
    fields = {"park": "ZONE", "basis": "calorific",
              "granted": {("energy_tce", 2022): 387_000, ("energy_tce", 2023): 387_000},
              "baseline": {("energy_tce", 2022): 120_000, ("energy_tce", 2023): 120_000},
              "references": (Reference("datang-1", {("energy_tce", 2022): 275_614, ("energy_tce", 2023): 275_614}),)}
    return BookView(**{**fields, **more})


def bare(*projects, **tables):
    return {"scenario": {"years": [2022, 2023]}, "project": list(projects), **tables}


def test_what_the_file_leaves_out_comes_from_the_book():
    result = run(bare(plant("a", 1)), book=book())
    found = judged(result)["a"]
    assert (found.binding.quota, found.binding.short_by) == ("energy_tce", pytest.approx(8_615))
    assert [draw.id for draw in found.binding.used_by] == ["datang-1", "a"]
    total = row(result, park="ZONE")
    assert (total.cap, total.baseline) == (387_000, 120_000)
    assert (total.committed, total.left) == pytest.approx((275_614, -8_614))


def test_a_reference_that_is_also_a_project_of_the_file_counts_once():
    result = run(bare(plant("datang-1", 200_000, status="committed")), book=book())
    assert row(result, park="ZONE").committed == pytest.approx(200_000)


def test_the_files_cap_stands_for_its_quota_and_is_called_a_what_if():
    result = run(bare(plant("a", 1), caps={"energy_tce": 500_000}), book=book())
    assert verdicts(result) == {"a": "fits"} and any("what-if" in str(note) for note in result.notes)


def test_a_quota_in_force_without_an_account_is_unknown_and_one_not_in_force_is_left_out():
    energy_only = book(references=())
    assert verdicts(run(bare(plant("a", 1, land={"new_construction_ha": 1})), book=energy_only)) == {"a": "unknown"}
    assert verdicts(run(bare(plant("a", 1)), book=energy_only)) == {"a": "fits"}
    later = book(references=(), granted={("energy_tce", 2026): 1000}, baseline={})
    tables = bare(plant("a", 1, start=2026))
    tables["scenario"]["years"] = [2026]
    assert judged(run(tables, book=later))["a"].binding.quota == "carbon_tco2"


def test_amounts_of_the_book_are_read_in_the_books_units():
    held = book(references=(), granted={**book().granted, ("new_construction_m2", 2022): 25_000})
    result = run(bare(plant("a", land={"new_construction_ha": 2.6})), book=held)
    assert judged(result)["a"].binding.short_by == pytest.approx(0.1)


def test_two_bases_are_never_added():
    unknown = book(basis="unknown", references=())
    assert verdicts(run(bare(plant("a", 1)), book=unknown)) == {"a": "unknown"}
    stated = bare(plant("a", 1), caps={"energy_tce": 10})
    stated["scenario"]["basis"] = "calorific"
    assert verdicts(run(stated, book=unknown)) == {"a": "unknown"}
    stated["baseline"] = {"energy_tce": 0}
    assert verdicts(run(stated, book=unknown)) == {"a": "fits"}


# ---------------------------------------------------------------- the file itself
@pytest.mark.parametrize(("change", "words"), [
    (lambda t: t["project"].append(plant("a", 1)), "several projects"),
    (lambda t: t["project"][0].pop("start"), "no start"),
    (lambda t: t["project"][0].pop("id"), "'id' is missing"),
    (lambda t: t["scenario"].update(years=[]), "years"),
    (lambda t: t["scenario"].update(years=[2023, 2022]), "rise"),
    (lambda t: t["scenario"].update(basis="heat"), "calorific"),
    (lambda t: t["caps"].update(energy=3), "energy_tce"),
    (lambda t: t["caps"].update(energy_tce=-3), "out of range"),
    (lambda t: t["baseline"].update(gdp=3), "value_added_wan_yuan"),
    (lambda t: t.update(retirement=[{"name": "r", "start": 2022, "energy_tce": 1, "for": "nobody"}]), "nobody"),
    (lambda t: t.update(retirement=[{"name": "r", "start": 2022, "energy_tce": float("inf")}]), "finite"),
    (lambda t: t.update(projects=[]), "'projects' is not a known field"),
    (lambda t: t["project"][0].update(carriers={"electricity_kwh": 1}), "project 'a'"),
])
def test_a_wrong_scenario_is_refused_in_words(change, words):
    tables = queue(plant("a", 1))
    change(tables)
    with pytest.raises(ScenarioError, match=words):
        run(tables)


def test_forty_projects_over_ten_years_are_judged_between_two_frames_of_a_slider():
    years = range(2022, 2032)
    projects = [project_from(plant(f"p{i}", 10 + i, start=2022 + i % 9, ramp=[0.3, 0.6, 1.0], value_added_wan_yuan=50,
                                   land={"new_construction_ha": 1, "offset_paddy_ha": 0.1})) for i in range(40)]
    caps = {"energy_tce": 500, "intensity_tce_per_wan_yuan": 0.5, "carbon_tco2": 9000, "new_construction_ha": 9,
            "offset_paddy_ha": 3}
    baseline = {"energy_tce": 10, "carbon_tco2": 10, "value_added_wan_yuan": 1000}
    scenario = scenario_of(projects, years=years, on=date(2022, 1, 1), caps=caps, baseline=baseline)
    spent = []
    for _ in range(5):
        began = time.process_time()
        result = simulate(scenario, ROWS)
        spent.append(time.process_time() - began)
    assert {"exceeds", "fits"} <= set(verdicts(result).values())
    assert min(spent) < 0.05
