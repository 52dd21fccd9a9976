"""Energy and carbon of one project, against published coefficients and arithmetic done here."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.energy.demand import demand, yearly
from planner.energy.project import fields_of, project_from
from planner.energy.review import ReviewMissing
from planner.errors import PlannerError, ScenarioError
from planner.store.parameters import load

ROWS = load()
DAY = date(2025, 9, 1)
# Carbon of natural gas by the provincial inventory guidelines: 15.3 tC/TJ, 99 % oxidised, 44/12; 29.3076 GJ in a tce.
GAS_TCO2_PER_TCE = 15.3 * 0.99 * 44 / 12 / 1000 * 29.3076
GRID_HAINAN_2022 = 0.4184


def asked(on=DAY, basis="calorific", equal_value=None, **fields):
    return demand(project_from(fields), ROWS, on=on, basis=basis, equal_value=equal_value)


def carriers(**amounts):
    return {"carriers": amounts}


def test_six_gigawatt_hours_are_737_tce_and_2510_t_of_carbon():
    plant = asked(**carriers(electricity_mwh=6000))
    assert plant.energy_tce == plant.counted_tce == plant.gross_energy_tce == pytest.approx(737.4)
    assert plant.energy_tce_equal == pytest.approx(1800)
    assert plant.range_tce == pytest.approx((737.4, 737.4))
    assert plant.carbon_tco2 == pytest.approx(2510.4)
    assert plant.electricity_mwh == 6000


def test_a_gas_plant_is_charged_fuel_less_power_at_the_calorific_value_on_every_basis():
    plant = {"gas_power": {"generation_mwh": 2_500_000, "gas_m3_per_kwh": 0.192, "gas_kgce_per_m3": 1.2143}}
    for basis in ("calorific", "equal", "unknown"):
        net = asked(basis=basis, equal_value=0.3, **plant)
        assert net.energy_tce == pytest.approx(2.5e9 * 0.192 * 1.2143 / 1000 - 2.5e9 * 0.1229 / 1000)
        assert net.energy_tce == pytest.approx(275_614)
        assert net.gross_energy_tce == pytest.approx(582_864)
        assert net.energy_tce_equal == pytest.approx(275_614)
    assert net.range_tce == pytest.approx((480e3 * 1.10 - 307_250, 480e3 * 1.33 - 307_250))
    assert net.carbon_tco2 == pytest.approx(582_864 * GAS_TCO2_PER_TCE)
    assert net.carbon_tco2 == pytest.approx(948_736.36, abs=0.01)


def test_a_gas_plant_counted_gross_is_charged_all_its_fuel():
    plant = asked(gas_power={"generation_mwh": 2_500_000, "gas_m3_per_kwh": 0.192, "count": "gross"})
    assert plant.energy_tce == pytest.approx(582_864)


def test_carbon_per_tce_of_gas_does_not_depend_on_its_heat_value():
    for kgce_per_m3 in (1.10, 1.2143, 1.33):
        plant = asked(**carriers(natural_gas_m3=1_000_000, natural_gas_kgce_per_m3=kgce_per_m3))
        assert plant.carbon_tco2 / plant.energy_tce == pytest.approx(1.628, abs=0.001)


def test_a_data_centre_is_it_load_times_load_factor_times_pue_times_the_hours_of_a_year():
    by_racks = asked(data_centre={"racks": 40_000, "kw_per_rack": 2.5, "load_factor": 0.7, "pue": 1.3})
    by_load = asked(data_centre={"it_load_kw": 100_000, "load_factor": 0.7, "pue": 1.3})
    assert by_racks.electricity_mwh == pytest.approx(100_000 * 0.7 * 1.3 * 8760 / 1000) == by_load.electricity_mwh
    assert by_racks.energy_tce == pytest.approx(97_970.964)
    assert by_racks.energy_tce_equal == pytest.approx(239_148)
    assert by_racks.carbon_tco2 == pytest.approx(by_racks.electricity_mwh * GRID_HAINAN_2022)


@pytest.mark.parametrize(("field", "amount", "tce"), [
    ("electricity_mwh", 1000, 122.9), ("natural_gas_m3", 1000, 1.2143), ("raw_coal_t", 1000, 714.3),
    ("coke_t", 10, 9.714),
    ("fuel_oil_t", 10, 14.286), ("petrol_t", 10, 14.714), ("diesel_t", 10, 14.571), ("lng_t", 10, 17.572),
    ("lpg_t", 10, 17.143), ("heat_gj", 1000, 34.12),
])
def test_each_carrier_has_its_coefficient_of_the_standard(field, amount, tce):
    plant = asked(**carriers(**{field: amount}))
    assert plant.energy_tce == pytest.approx(tce)
    line = next(step for step in plant.steps if step.unit == "tce")
    assert line.value == pytest.approx(tce) and line.source
    assert line.status in ("verified", "unverified")


@pytest.mark.parametrize("field", ["raw_coal_t", "coke_t", "fuel_oil_t", "petrol_t", "diesel_t", "lng_t", "lpg_t",
                                   "heat_gj"])
def test_a_carrier_without_an_emission_factor_makes_the_carbon_unknown_not_zero(field):
    assert asked(**carriers(electricity_mwh=1, **{field: 1})).carbon_tco2 is None
    assert asked(**carriers(electricity_mwh=1, **{field: 0})).carbon_tco2 == pytest.approx(GRID_HAINAN_2022)


def test_a_stated_coefficient_takes_the_place_of_the_default_and_of_its_range():
    assert asked(**carriers(natural_gas_m3=600_000)).range_tce == pytest.approx((660, 798))
    measured = asked(**carriers(natural_gas_m3=600_000, natural_gas_kgce_per_m3=1.2))
    assert measured.range_tce == pytest.approx((720, 720)) and measured.energy_tce == pytest.approx(720)
    assert asked(**carriers(raw_coal_t=10, raw_coal_kgce_per_t=800)).energy_tce == pytest.approx(8)
    assert asked(**carriers(raw_coal_t=10, raw_coal_kgce_per_kg=0.8)).energy_tce == pytest.approx(8)


def test_the_equal_value_changes_bought_electricity_alone():
    plant = {"carriers": {"electricity_mwh": 12_000, "natural_gas_m3": 600_000}}
    assert asked(**plant).energy_tce == pytest.approx(2203.38)
    assert asked(basis="equal", equal_value=0.31, **plant).energy_tce == pytest.approx(12_000 * 0.31 + 728.58)
    assert asked(basis="equal", **plant).energy_tce == pytest.approx(4328.58)


def test_type_tables_add_up():
    parts = [{"data_centre": {"it_load_kw": 1000, "load_factor": 1, "pue": 1.25}}, carriers(diesel_t=100),
             {"gas_power": {"generation_mwh": 1000, "gas_m3_per_kwh": 0.2}}]
    whole = asked(**{key: value for part in parts for key, value in part.items()})
    assert whole.energy_tce == pytest.approx(sum(asked(**part).energy_tce for part in parts))


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_steps_of_a_demand_add_up_to_it(mwh, gas, coal):
    plant = asked(**carriers(electricity_mwh=mwh, natural_gas_m3=gas, raw_coal_t=coal))
    assert sum(step.value for step in plant.steps if step.unit == "tce") == pytest.approx(plant.energy_tce)


# ---------------------------------------------------------------- review by the day of application
@pytest.mark.parametrize(("on", "category"), [
    (date(2023, 5, 31), "city"), (date(2023, 6, 1), "city"), (date(2025, 8, 31), "city"), (date(2025, 9, 1), "exempt"),
])
def test_six_gigawatt_hours_are_reviewed_until_order_31_and_exempt_from_its_first_day(on, category):
    assert asked(on=on, **carriers(electricity_mwh=6000)).review.category == category


def test_nine_thousand_tce_are_the_provinces_until_order_2_and_the_citys_after():
    plant = carriers(natural_gas_m3=9_000_000, natural_gas_kgce_per_m3=1.0)
    assert asked(on=date(2023, 5, 31), **plant).review.category == "province"
    assert asked(on=date(2023, 6, 1), **plant).review.category == "city"


@pytest.mark.parametrize(("tce", "category"), [
    (999.999, "exempt"), (1000, "city"), (9_999.999, "city"), (10_000, "province"), (499_999.999, "province"),
    (500_000, "national"),
])
def test_exactly_at_a_threshold_the_stricter_review_applies(tce, category):
    assert asked(**carriers(natural_gas_m3=tce * 1000, natural_gas_kgce_per_m3=1.0)).review.category == category


def test_under_order_31_a_thousand_tonnes_of_coal_are_reviewed_whatever_their_energy():
    assert asked(**carriers(raw_coal_t=999.9)).review.category == "exempt"
    assert asked(**carriers(raw_coal_t=1000)).review.category == "city"


def test_the_review_looks_at_the_calorific_value_and_at_energy_before_deductions():
    plant = {**carriers(electricity_mwh=6000), "renewable": {"certificates_mwh": 6000}}
    assert asked(basis="equal", equal_value=0.3, **plant).review.category == "exempt"
    free = asked(carriers={"electricity_mwh": 10_000}, renewable={"certificates_mwh": 10_000})
    assert (free.counted_tce, free.review.category) == (pytest.approx(0), "city")


def test_before_the_first_order_no_review_is_invented():
    with pytest.raises(ReviewMissing, match="2016-12-31"):
        asked(on=date(2016, 12, 31), **carriers(electricity_mwh=1))


# ---------------------------------------------------------------- deductions by accounting year
def counted(year, **fields):
    return yearly(project_from({"start": 2020, **fields}), ROWS, year, on=date(2021, 12, 22))


@pytest.mark.parametrize(("year", "total", "intensity"), [
    (2021, 0, 0), (2022, 1, 0), (2023, 1, 0), (2024, 1, 1), (2030, 1, 1)])
def test_certificates_follow_the_accounting_year_not_the_day_of_application(year, total, intensity):
    load = counted(year, carriers={"electricity_mwh": 1000}, renewable={"certificates_mwh": 400})
    assert load.energy_tce == pytest.approx(122.9)
    assert load.counted_tce == pytest.approx(122.9 - total * 0.4 * 122.9)
    assert load.intensity_tce == pytest.approx(122.9 - intensity * 0.4 * 122.9)


def test_feedstock_counts_nowhere_from_2022_and_burns_nothing_in_any_year():
    plant = carriers(natural_gas_m3=1_000_000, feedstock={"natural_gas_m3": 250_000})
    early, late = counted(2021, **plant), counted(2022, **plant)
    assert (early.counted_tce, early.intensity_tce) == pytest.approx((1214.3, 1214.3))
    assert (late.counted_tce, late.intensity_tce) == pytest.approx((1214.3 * 0.75, 1214.3 * 0.75))
    assert early.carbon_tco2 == late.carbon_tco2 == pytest.approx(1214.3 * 0.75 * GAS_TCO2_PER_TCE)
    assert counted(2021, **carriers(raw_coal_t=10, feedstock={"raw_coal_t": 10})).carbon_tco2 == 0


def test_certificates_count_at_most_the_bought_electricity_of_their_year_and_the_rest_is_said():
    plant = {**carriers(electricity_mwh=1000), "ramp": [0.5],
             "renewable": {"certificates_mwh": {"2022": 900, "2024": 1500}}}
    assert counted(2022, **plant).counted_tce == pytest.approx(0)
    assert counted(2023, **plant).counted_tce == pytest.approx(61.45) and not counted(2023, **plant).notes
    assert "400 MWh" in str(counted(2022, **plant).notes[0])
    assert "1,000 MWh" in str(counted(2024, **plant).notes[0])


def test_renewable_power_comes_before_certificates_and_no_megawatt_hour_is_deducted_twice():
    load = counted(2024, carriers={"electricity_mwh": 1000}, renewable={"added_mwh": 700, "certificates_mwh": 700})
    assert [(line.kind, pytest.approx(line.energy_tce)) for line in load.deductions] == [
        ("renewable", 70 * 1.229), ("certificates", 30 * 1.229)]
    assert load.counted_tce == pytest.approx(0)


def test_a_demand_takes_the_accounting_year_from_the_start():
    plant = {"carriers": {"electricity_mwh": 1000}, "renewable": {"certificates_mwh": 100}}
    assert asked(start=2022, **plant).deductions[0].from_ == ("total",)
    assert asked(start=2024, **plant).deductions[0].from_ == ("total", "intensity")
    assert asked(**plant).deductions[0].from_ == ("total", "intensity")
    assert asked(start=2021, **plant).deductions == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.integers(2015, 2030), st.integers(2015, 2040))
def test_a_ramp_stands_where_its_years_have_come_to_and_holds_its_last(ramp, start, year):
    held = ramp + ramp[-1:] * 30
    expected = 0 if year < start else held[year - start]
    assert project_from({"ramp": ramp, "start": start}).share_in(year) == expected


# ---------------------------------------------------------------- what is refused
@pytest.mark.parametrize(("fields", "field", "words"), [
    ({"data_centre": {"racks": 1, "load_factor": 0.7, "pue": 0.99}}, "data_centre.pue", "at least 1"),
    ({"data_centre": {"racks": 1, "it_load_kw": 1, "load_factor": 1, "pue": 1.2}}, "data_centre", "not both"),
    ({"data_centre": {"load_factor": 1, "pue": 1.2}}, "data_centre", "either racks"),
    ({"data_centre": {"racks": 1, "load_factor": 1.01, "pue": 1.2}}, "data_centre.load_factor", "at most 1"),
    ({"data_centre": {"raks": 1, "load_factor": 1, "pue": 1.2, "racks": 2}}, "data_centre.raks", "racks, kw_per_rack"),
    ({"carriers": {"electricity_mwh": float("nan")}}, "carriers.electricity_mwh", "finite"),
    ({"carriers": {"electricity_mwh": float("inf")}}, "carriers.electricity_mwh", "finite"),
    ({"carriers": {"electricity_mwh": -1}}, "carriers.electricity_mwh", "at least 0"),
    ({"carriers": {"electricity_mwh": "12,000"}}, "carriers.electricity_mwh", "plain number"),
    ({"carriers": {"electricity_mwh": True}}, "carriers.electricity_mwh", "plain number"),
    ({"carriers": {"natural_gas_m3": 1, "feedstock": {"natural_gas_m3": 2}}}, "carriers", "more than the 1"),
    ({"land": {"parcel": "p.geojson", "new_construction_ha": 1}}, "land", "remove one"),
    ({"renewable": {"certificates_mwh": {"22": 1}}}, "renewable.certificates_mwh", "four digits"),
    ({"ramp": []}, "ramp", "at least 1"), ({"start": 2022.5}, "start", "whole number"),
    ({"id": "LIST"}, "id", "reserved"),
    ({"status": "sure"}, "status", "'committed' or 'candidate'"), ({"pue": 1.2}, "pue", "data_centre"),
])
def test_a_wrong_field_is_refused_with_its_name_and_the_way_out(fields, field, words):
    with pytest.raises(ScenarioError) as refused:
        project_from(fields, place="plant.toml")
    assert refused.value.where["field"] == field
    assert words in str(refused.value) and str(refused.value).startswith("plant.toml")


def test_a_plant_that_gives_out_more_than_its_gas_holds_is_refused():
    with pytest.raises(PlannerError, match="less than the 0.1229"):
        asked(gas_power={"generation_mwh": 1, "gas_m3_per_kwh": 0.1, "gas_kgce_per_m3": 1.2})


def test_an_implausible_figure_is_taken_and_said():
    assert "plausible" in str(asked(gas_power={"generation_mwh": 1, "gas_m3_per_kwh": 0.26}).notes[0])
    assert "climate" in str(asked(data_centre={"racks": 1, "load_factor": 1, "pue": 1.14}).notes[0])
    assert asked(data_centre={"racks": 1, "load_factor": 1, "pue": 1.15}).notes == ()


def test_the_fields_of_a_project_read_back_to_the_same_project():
    project = project_from({"id": "a", "start": 2024, "on": date(2025, 1, 2), "ramp": [0.5, 1],
                            "listed": ["energy_tce"],
                            "renewable": {"certificates_mwh": {2024: 5}}, "land": {"parcel": "p.geojson", "id": "3"},
                            "window": [2024, 2026], "uncertain": {"data_centre.pue": [1.2, 1.3, 1.5]},
                            "carriers": {"electricity_mwh": 1, "feedstock": {"coke_t": 0}}})
    assert project_from(fields_of(project)) == project
