"""Grades, impact on the region, the rows of a regional assessment: by published limits and arithmetic done here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planner.energy.assessment import region_from, row_from
from planner.energy.demand import demand
from planner.energy.grades import grade_of
from planner.energy.project import project_from
from planner.errors import ScenarioError
from planner.store.parameters import load

ROWS = load()
DAY = date(2025, 9, 1)


def asked(rows=(), regions=(), on=DAY, places=(), **fields):
    parameters = replace(ROWS, assessment=tuple(row_from(row) for row in rows),
                         regions=tuple(region_from(row) for row in regions))
    return demand(project_from(fields), parameters, on=on, places=places)


def grades(found):
    return {row.scale: row.grade for row in found.grades}


def row(id="r", **fields):
    return {"id": id, "kind": "bar", "then": "not_admitted", "source": "assessment, clause 3", **fields}


# ---------------------------------------------------------------- grades
@pytest.mark.parametrize(("pue", "grade"), [
    (1.0, "1"), (1.2, "1"), (1.2001, "2"), (1.3, "2"), (1.31, "3"), (1.5, "3"), (1.51, "beyond")])
def test_a_pue_has_the_grade_of_the_standard_its_limit_included(pue, grade):
    assert grades(asked(data_centre={"racks": 3000, "load_factor": 0.7, "pue": pue}))["pue"] == grade


def test_an_edge_site_and_a_day_before_the_standard_have_no_grade():
    centre = {"load_factor": 0.7, "pue": 1.3}
    assert "pue" not in grades(asked(data_centre={**centre, "racks": 100}))
    assert "pue" in grades(asked(data_centre={**centre, "racks": 101}))
    assert "pue" not in grades(asked(on=date(2022, 10, 31), data_centre={**centre, "racks": 3000}))
    assert grades(asked(on=date(2022, 11, 1), data_centre={**centre, "it_load_kw": 7500}))["pue"] == "2"


@pytest.mark.parametrize(("scale", "value", "grade"), [
    ("impact_m", 1, "small"), ("impact_m", 1.01, "some"), ("impact_m", 3, "some"), ("impact_m", 10, "considerable"),
    ("impact_m", 20, "major"), ("impact_m", 20.01, "decisive"),
    ("impact_n", -5, "small"), ("impact_n", 0.1, "small"), ("impact_n", 0.3, "some"), ("impact_n", 1, "considerable"),
    ("impact_n", 3.5, "major"), ("impact_n", 3.51, "decisive")])
def test_impacts_are_graded_as_the_national_guide_does(scale, value, grade):
    assert grade_of(scale, value, ROWS.grades, DAY).grade == grade


def test_the_impact_of_a_project_is_its_energy_by_the_allowed_increase_and_the_change_of_the_intensity():
    region = {"id": "city", "base_year": 2020, "energy_tce": 1_000_000, "value_added_wan_yuan": 4_000_000,
              "allowed_increase_tce": 100_000, "source": "plan"}
    found = asked(regions=[region], value_added_wan_yuan=2000, carriers={"electricity_mwh": 10_000})
    values = {one.scale: one.value for one in found.grades}
    assert values["impact_m"] == pytest.approx(3.0)  # 10 GWh x 0.300 = 3 000 tce of 100 000
    assert values["impact_n"] == pytest.approx(((1_003_000 / 4_002_000) / 0.25 - 1) * 100)
    assert grades(found) == {"impact_m": "some", "impact_n": "some"}
    assert "impact_n" not in grades(asked(regions=[region], carriers={"electricity_mwh": 1}))
    late = {**region, "valid_from": "2026-01-01"}
    assert grades(asked(regions=[late], carriers={"electricity_mwh": 1})) == {}


# ---------------------------------------------------------------- regional assessment
def test_without_a_row_for_the_sub_park_there_is_no_assessment_and_with_one_a_commitment():
    rows = [row(sub_park="meian", measure="energy_tce", limit=10_000)]
    plant = {"carriers": {"electricity_mwh": 1000}}
    assert asked(**plant).regional_state == "none"
    assert asked(rows, places=("yunlong",), **plant).regional_state == "none"
    assert asked(rows, places=("meian",), **plant).regional_state == "commitment_filing"
    named = demand(project_from({**plant, "sub_park": "meian"}), replace(ROWS, assessment=(row_from(rows[0]),)), on=DAY)
    assert (named.regional_state, named.regional_rule) == ("commitment_filing", "assessment, clause 3")


@pytest.mark.parametrize(("tce", "state"), [(999.999, "commitment_filing"), (1000, "commitment_filing"),
                                            (1000.001, "full_review")])
def test_a_figure_at_its_bar_passes_and_above_it_does_not(tce, state):
    rows = [row(then="full_review", measure="energy_tce", limit=1000)]
    found = asked(rows, carriers={"natural_gas_m3": tce * 1000, "natural_gas_kgce_per_m3": 1.0})
    assert found.regional_state == state


def test_the_harshest_row_decides_and_says_why():
    rows = [row("size", then="full_review", measure="energy_tce", limit=1),
            row("pue", then="not_admitted", measure="pue", limit=1.25, source="clause 5")]
    found = asked(rows, data_centre={"racks": 1000, "load_factor": 0.7, "pue": 1.3})
    assert (found.regional_state, found.regional_rule) == ("not_admitted", "clause 5")
    assert any("pue 1.3 is above 1.25" in str(note) for note in found.notes)
    assert asked(rows, carriers={"electricity_mwh": 100}).regional_state == "full_review"  # no PUE to judge


def test_a_negative_list_looks_at_the_industry_and_one_that_is_not_stated_does_not_pass():
    rows = [row(kind="negative", then="full_review", industry="cement")]
    assert asked(rows, industry="Cement clinker").regional_state == "full_review"
    assert asked(rows, industry="pharma").regional_state == "commitment_filing"
    assert asked(rows).regional_state == "full_review"
    two_high = [row(kind="negative", measure="two_high", limit=0)]
    assert [asked(two_high, two_high=given).regional_state for given in (True, False)] == [
        "not_admitted", "commitment_filing"]
    assert asked(two_high).regional_state == "not_admitted"


def test_a_bar_on_value_added_needs_the_value_added():
    rows = [row(then="full_review", measure="tce_per_wan_yuan_value_added", limit=0.3)]
    plant = {"carriers": {"natural_gas_m3": 300_000, "natural_gas_kgce_per_m3": 1.0}}
    assert asked(rows, value_added_wan_yuan=1000, **plant).regional_state == "commitment_filing"
    assert asked(rows, value_added_wan_yuan=999, **plant).regional_state == "full_review"
    assert asked(rows, **plant).regional_state == "full_review"


def test_rows_hold_only_on_their_days():
    rows = [row(measure="energy_tce", limit=0, valid_from="2025-01-01", valid_to="2025-12-31")]
    plant = {"carriers": {"electricity_mwh": 1}}
    states = [asked(rows, on=day, **plant).regional_state for day in (
        date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))]
    assert states == ["none", "not_admitted", "not_admitted", "none"]


@pytest.mark.parametrize(("fields", "words"), [
    ({"measure": "colour", "limit": 1}, "not known"), ({"measure": "pue"}, "limit"),
    ({"industry": "x", "limit": 1}, "limit"),
    ({}, "either a measure"), ({"measure": "pue", "limit": 1, "industry": "x"}, "either a measure"),
    ({"measure": "pue", "limit": 1, "valid_from": "2026-01-02", "valid_to": "2026-01-01"}, "before it begins"),
    ({"measure": "pue", "limit": -1}, "at least 0"), ({"measure": "pue", "limit": 1, "then": "maybe"}, "full_review"),
    ({"measure": "pue", "limit": 1, "source": ""}, "source"),
])
def test_a_row_that_cannot_be_meant_is_refused(fields, words):
    with pytest.raises(ScenarioError, match=words):
        row_from(row(**fields))
