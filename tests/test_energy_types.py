"""Every project type and every carrier, each figure by arithmetic a reader can redo."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.energy.carriers import conversion
from planner.energy.demand import demand, yearly
from planner.energy.load import BasisMismatch, Energy, nothing
from planner.energy.project import fields_of, project_from
from planner.energy.types import TYPES, fields_of_type, full_load, rows_of_type, scaled
from planner.errors import ScenarioError
from planner.parameters import CoefficientMissing
from planner.store.parameters import load

ROWS = load()
DAY = date(2025, 9, 1)
ONE_OF_EACH = {
    "data_centre": {"racks": 100, "kw_per_rack": 5, "load_factor": 0.6, "pue": 1.3, "waste_heat_gj": 100,
                    "own_generation_mwh": 50},
    "gas_power": {"generation_mwh": 1000, "gas_m3_per_kwh": 0.2},
    "combined_heat_power": {"fuel_amount": 1e6, "power_mwh": 3000, "heat_gj": 12_000, "recovered_gj": 100},
    "boiler": {"heat_gj": 1000, "efficiency": 0.9, "sold_share": 0.5},
    "products": [{"name": "tablets", "output": 10, "electricity_kwh_per_unit": 1000}],
    "floor_area": {"floor_area_m2": 1000, "norm": "standard_factory"},
    "campus": {"floor_area_m2": {"office": 1000, "hotel": 500}, "natural_gas_m3": 100},
    "electric_vehicles": {"vehicles": 10, "km_per_year": 20_000, "kind": "bus"},
    "carriers": {"electricity_mwh": 10, "diesel_t": 1, "feedstock": {"diesel_t": 0.5}},
}


def asked(on=DAY, basis="calorific", equal_value=None, **fields):
    return demand(project_from(fields), ROWS, on=on, basis=basis, equal_value=equal_value)


# ---------------------------------------------------------------- an amount of energy has its basis
def test_energy_on_two_bases_is_never_added():
    one, other = Energy(1.0, 1.0, 1.0, "calorific"), Energy(1.0, 1.0, 1.0, "equal")
    assert (one + one).tce == 2
    with pytest.raises(BasisMismatch, match=r"calorific.*equal"):
        one + other
    with pytest.raises(BasisMismatch):
        nothing("calorific") + nothing("equal")


@pytest.mark.parametrize("basis", ["calorific", "equal", "unknown"])
def test_both_bases_stand_side_by_side_whatever_was_asked(basis):
    found = asked(basis=basis, equal_value=0.31, carriers={"electricity_mwh": 1000})
    assert (found.energy_tce_calorific, found.energy_tce_equal) == pytest.approx((122.9, 310))
    assert found.energy_tce == pytest.approx(310 if basis == "equal" else 122.9)


# ---------------------------------------------------------------- carriers
@pytest.mark.parametrize(("field", "amount", "tce"), [
    ("crude_oil_t", 10, 14.286), ("kerosene_t", 10, 14.714), ("hydrogen_m3", 10_000, 3.329),
    ("diesel_l", 1000, 1000 * 0.84 * 1.4571 / 1000), ("steam_t", 100, 12.86),
    ("fresh_water_t", 1000, 0), ("compressed_air_m3", 1000, 0),
])
def test_the_further_carriers_have_their_coefficients_on_the_calorific_value(field, amount, tce):
    assert asked(carriers={field: amount}).energy_tce == pytest.approx(tce)


def test_water_and_compressed_air_count_on_the_equal_value_only_and_it_is_said():
    plant = {"carriers": {"fresh_water_t": 10_000, "compressed_air_m3": 1_000_000}}
    assert asked(basis="equal", equal_value=0.3, **plant).energy_tce == pytest.approx(2.571 + 40)
    calorific = asked(**plant)
    assert (calorific.energy_tce, calorific.energy_tce_equal) == pytest.approx((0, 42.571))
    assert sum("left out" in str(note) for note in calorific.notes) == 2


def test_litres_of_diesel_join_its_tonnes_by_their_density():
    both = asked(carriers={"diesel_t": 2, "diesel_l": 1000, "diesel_kg_per_l": 0.85})
    assert both.energy_tce == pytest.approx((2 + 0.85) * 1.4571)


def test_steam_is_counted_by_its_enthalpy_and_without_it_by_the_old_default_with_a_note():
    assert asked(carriers={"steam_t": 100, "steam_mj_per_kg": 2.8}).energy_tce == pytest.approx(
        100_000 * 2.8 * 0.03412 / 1000)
    assert "2.8" not in str(asked(carriers={"steam_t": 1}).notes)
    assert any("old default" in str(note) for note in asked(carriers={"steam_t": 1}).notes)


def test_a_measured_heat_value_comes_before_the_default_and_has_no_range():
    measured = asked(carriers={"natural_gas_m3": 1_000_000, "measured_kj_per_unit": {"natural_gas": 35_588}})
    assert measured.energy_tce == pytest.approx(1e6 * 35_588 / 29_307.6 / 1000)  # 1 214.3 as the standard's note has it
    assert measured.energy_tce == pytest.approx(1214.3, abs=0.05)
    assert measured.range_tce == pytest.approx((measured.energy_tce,) * 2)
    assert any("measured" in step.source for step in measured.steps)


def test_a_stated_carbon_content_makes_the_carbon_of_a_fuel_known():
    assert asked(carriers={"diesel_t": 10}).carbon_tco2 is None
    known = asked(carriers={"diesel_t": 10, "kgco2_per_gj": {"diesel": 74.0}})
    assert known.carbon_tco2 == pytest.approx(14.571 * 29.3076 * 74 / 1000)
    heat = asked(carriers={"heat_gj": 100, "kgco2_per_gj": {"heat": 110.0}})
    assert (heat.carbon.direct_tco2, heat.carbon.purchased_tco2) == pytest.approx((0, 11))


@pytest.mark.parametrize(("fields", "words"), [
    ({"measured_kj_per_unit": {"wood": 1.0}}, "wood"), ({"kgco2_per_gj": {"electricity": 1.0}}, "electricity"),
    ({"measured_kj_per_unit": {"diesel": 4e4}, "diesel_kgce_per_kg": 1.4}, "both"),
    ({"crude_oil_t": 1, "feedstock": {"crude_oil_t": 2}}, "more than the 1"),
])
def test_measurements_that_cannot_be_meant_are_refused(fields, words):
    with pytest.raises(ScenarioError, match=words):
        project_from({"carriers": fields})


# ---------------------------------------------------------------- data centre
def test_a_data_centre_fills_up_by_year_and_never_beyond_its_load_factor():
    centre = {"it_load_kw": 1000, "load_factor": 0.7, "pue": 1.25, "load_factor_by_year": {"2025": 0.2, "2027": 0.9}}
    project = project_from({"start": 2025, "data_centre": centre})
    mwh = {year: yearly(project, ROWS, year, on=DAY).electricity_mwh for year in (2024, 2025, 2026, 2027)}
    assert mwh == pytest.approx({2024: 0, 2025: 0.2 * 1.25 * 8760, 2026: 0.2 * 1.25 * 8760, 2027: 0.7 * 1.25 * 8760})
    full = asked(data_centre=centre)
    assert full.electricity_mwh == pytest.approx(0.7 * 1.25 * 8760)
    assert any("10,950" in str(note) for note in full.notes)  # 1 000 kW x 1.25 x 8 760 h


def test_power_made_on_the_site_is_energy_at_the_calorific_value_and_a_deduction_of_its_own():
    centre = {"it_load_kw": 1000, "load_factor": 1, "pue": 1.25, "own_generation_mwh": 950}
    for basis in ("calorific", "equal"):
        found = asked(basis=basis, equal_value=0.3, start=2025, data_centre=centre)
        bought = {"calorific": 0.1229, "equal": 0.3}[basis]
        assert found.electricity_mwh == pytest.approx(10_000)
        assert found.energy_tce == pytest.approx(10_000 * bought + 950 * 0.1229)
        assert [(row.kind, row.energy_tce) for row in found.deductions] == [
            ("renewable", pytest.approx(950 * 0.1229))]
        assert found.counted_tce == pytest.approx(10_000 * bought)
        assert found.carbon_tco2 == pytest.approx(10_000 * 0.4184)
    assert asked(start=2021, data_centre=centre).deductions == ()


def test_waste_heat_that_others_use_is_credited_at_the_calorific_value_on_every_basis():
    centre = {"it_load_kw": 1000, "load_factor": 1, "pue": 1.0, "waste_heat_gj": 1000}
    for basis, per_kwh in (("calorific", 0.1229), ("equal", 0.3)):
        found = asked(basis=basis, equal_value=0.3, data_centre=centre)
        assert found.energy_tce == pytest.approx(8760 * per_kwh - 34.12)
        assert found.gross_energy_tce == pytest.approx(8760 * per_kwh)
    with pytest.raises(ScenarioError, match="more than the energy drawn"):
        asked(data_centre={**centre, "waste_heat_gj": 1e6})


# ---------------------------------------------------------------- plants
def test_a_combined_plant_is_charged_fuel_less_power_and_heat_at_the_calorific_value_on_every_basis():
    plant = {"fuel_amount": 1e6, "fuel_kgce_per_unit": 1.2, "power_mwh": 4000, "heat_gj": 15_000, "recovered_gj": 500}
    out = 4000 * 0.1229 + 15_500 * 0.03412
    for basis in ("calorific", "equal", "unknown"):
        net = asked(basis=basis, equal_value=0.3, combined_heat_power=plant)
        assert net.energy_tce == pytest.approx(1200 - out) == net.energy_tce_equal
        assert net.gross_energy_tce == pytest.approx(1200)
    gross = asked(combined_heat_power={**plant, "count": "gross"})
    assert gross.energy_tce == pytest.approx(1200)
    assert net.carbon_tco2 == pytest.approx(1200 * 15.3 * 0.99 * 44 / 12 / 1000 * 29.3076)
    assert any("efficiency" in str(note) for note in asked(
        combined_heat_power={"fuel_amount": 1e6, "power_mwh": 4000, "heat_gj": 0}).notes)


def test_a_combined_plant_that_gives_out_more_than_its_fuel_holds_is_refused():
    with pytest.raises(ScenarioError, match="more than the fuel holds"):
        asked(combined_heat_power={"fuel_amount": 1000, "power_mwh": 4000, "heat_gj": 15_000})


def test_a_coal_boiler_burns_heat_by_efficiency_and_what_it_sells_is_credited():
    boiler = {"fuel": "raw_coal", "steam_t": 10_000, "steam_mj_per_kg": 2.8, "efficiency": 0.8}
    fuel = 28_000 * 0.03412 / 0.8
    own = asked(boiler=boiler)
    assert own.energy_tce == pytest.approx(fuel) and own.carbon_tco2 is None
    sold = asked(boiler={**boiler, "sold_share": 0.5})
    assert sold.energy_tce == pytest.approx(fuel - 14_000 * 0.03412)
    assert asked(boiler={**boiler, "sold_share": 0.5, "count": "gross"}).energy_tce == pytest.approx(fuel)
    assert own.review.category == "city"  # 1 194 tce and more than 1 000 t of coal


# ---------------------------------------------------------------- manufacturing, buildings, vehicles
def test_a_product_is_output_times_what_one_unit_takes():
    found = asked(products=[{"name": "tablets", "output": 500, "electricity_kwh_per_unit": 2000,
                             "natural_gas_m3_per_unit": 100, "heat_mj_per_unit": 50}])
    assert found.electricity_mwh == pytest.approx(1000)
    assert found.energy_tce == pytest.approx(122.9 + 50_000 * 1.2143 / 1000 + 25_000 * 0.03412 / 1000)


def test_a_product_known_by_one_figure_of_standard_coal_has_no_known_carbon():
    found = asked(products=[{"name": "glass", "output": 1000, "kgce_per_unit": 11}])
    assert found.energy_tce == pytest.approx(11) and found.carbon_tco2 is None
    by_norm = asked(products=[{"name": "clinker", "output": 1000, "norm": "cement_clinker"}])
    assert by_norm.energy_tce == pytest.approx(107) and by_norm.range_tce == pytest.approx((100, 117))
    far = asked(products=[{"name": "clinker", "output": 1000, "kgce_per_unit": 200, "norm": "cement_clinker"}])
    assert any("outside the 100-117" in str(note) for note in far.notes)


@pytest.mark.parametrize(("product", "words"), [
    ({"name": "x", "output": 1}, "nothing says"),
    ({"name": "x", "output": 1, "kgce_per_unit": 1, "electricity_kwh_per_unit": 1}, "both"),
])
def test_a_product_of_which_nothing_or_two_things_are_said_is_refused(product, words):
    with pytest.raises(ScenarioError, match=words):
        asked(products=[product])


def test_a_norm_that_is_not_in_the_parameters_is_refused_with_its_name():
    with pytest.raises(CoefficientMissing, match="floor:moon_base"):
        asked(floor_area={"floor_area_m2": 1, "norm": "moon_base"})


def test_halls_and_a_campus_take_their_norms_with_the_range_of_the_standard():
    hall = asked(floor_area={"floor_area_m2": 10_000, "norm": "standard_factory"})
    assert hall.electricity_mwh == pytest.approx(1200)
    assert hall.range_tce == pytest.approx((400 * 0.1229, 3000 * 0.1229))
    campus = asked(campus={"floor_area_m2": {"office": 10_000, "hotel": 5000}, "natural_gas_m3": 1000})
    assert campus.electricity_mwh == pytest.approx(10_000 * 80 / 1000 + 5000 * 160 / 1000)
    assert asked(floor_area={"floor_area_m2": 10_000, "kwh_per_m2": 50}).electricity_mwh == pytest.approx(500)


def test_vehicles_are_charged_with_the_loss_of_charging():
    found = asked(electric_vehicles={"vehicles": 100, "km_per_year": 50_000, "kwh_per_100km": 90,
                                     "charging_efficiency": 0.9})
    assert found.electricity_mwh == pytest.approx(100 * 50_000 / 100 * 90 / 0.9 / 1000)
    assert asked(electric_vehicles={"vehicles": 1, "km_per_year": 100, "kind": "car"}).electricity_mwh == pytest.approx(
        15 / 0.9 / 1000)
    buses = asked(electric_vehicles={"vehicles": 9, "km_per_year": 10_000, "kind": "bus"})  # 100 (70-140) kWh / 100 km
    tce = 9 * 10_000 / 100 * 100 / 0.9 / 1000 * 0.1229
    assert (buses.energy_tce, buses.range_tce) == (pytest.approx(tce), pytest.approx((0.7 * tce, 1.4 * tce)))
    assert found.range_tce == pytest.approx((found.energy_tce, found.energy_tce))  # a stated figure has no range


# ---------------------------------------------------------------- the register
def test_every_type_has_its_table_its_formula_and_rows_with_sources():
    assert {kind.field for kind in TYPES} == set(ONE_OF_EACH)
    for kind in TYPES:
        fields = fields_of_type(kind)
        assert fields and kind.formula and all(row.source for row in rows_of_type(kind, ROWS))
        figures = [row for row in fields if row.path.rsplit("_", 1)[-1] in ("mwh", "gj", "m3", "t", "kw", "m2")]
        assert all(row.unit for row in figures), [row.path for row in figures if not row.unit]


@pytest.mark.parametrize("field", list(ONE_OF_EACH))
@given(share=st.floats(0.05, 1.0))
def test_a_part_of_a_project_draws_its_share_of_every_type(field, share):
    rows = conversion(ROWS, on=DAY)
    project = project_from({field: ONE_OF_EACH[field]})
    part = project.model_copy(update=scaled(project, share))
    whole, less = full_load(project, rows), full_load(part, rows)
    assert less.energy.tce == pytest.approx(whole.energy.tce * share)
    assert less.electricity_mwh == pytest.approx(whole.electricity_mwh * share)


def test_types_add_up_and_read_back_and_their_steps_add_up_to_them():
    whole = asked(**ONE_OF_EACH)
    parts = [asked(**{field: table}) for field, table in ONE_OF_EACH.items()]
    assert whole.energy_tce == pytest.approx(sum(part.energy_tce for part in parts))
    assert whole.energy_tce_equal == pytest.approx(sum(part.energy_tce_equal for part in parts))
    for part in (whole, *parts):
        assert sum(step.value for step in part.steps if step.unit == "tce") == pytest.approx(
            part.energy_tce - sum(row.energy_tce for row in part.deductions))
        assert all(step.source and step.status for step in part.steps)
    project = project_from({"id": "all", **ONE_OF_EACH})
    assert project_from(fields_of(project)) == project


def test_every_step_on_a_basis_names_it():
    steps = asked(basis="equal", equal_value=0.3, carriers={"electricity_mwh": 1, "heat_gj": 1}).steps
    assert [step.basis for step in steps if step.unit == "tce"] == ["equal", "equal"]
    plant = asked(basis="equal", equal_value=0.3, gas_power=ONE_OF_EACH["gas_power"])
    assert [step.basis for step in plant.steps if step.value < 0] == ["calorific"]


# ---------------------------------------------------------------- phases
@given(st.lists(st.tuples(st.integers(0, 8), st.floats(0, 0.25)), min_size=1, max_size=4),
       st.lists(st.floats(0, 1), min_size=1, max_size=4), st.integers(2018, 2040))
def test_phases_each_ramp_from_their_own_beginning_and_add_up(phases, ramp, year):
    fields = {"start": 2020, "ramp": ramp, "phases": [{"after": after, "share": share} for after, share in phases]}
    held = ramp + ramp[-1:] * 40
    expected = sum(share * held[year - 2020 - after] for after, share in phases if year >= 2020 + after)
    assert project_from(fields).share_in(year) == pytest.approx(expected)


def test_phases_of_more_than_the_whole_are_refused():
    with pytest.raises(ScenarioError, match="add up to 1.1"):
        project_from({"phases": [{"share": 0.6}, {"after": 1, "share": 0.5}]})
    whole = project_from({"start": 2029, "phases": [{"share": 0.6}, {"after": 1, "share": 0.4}]})
    assert (whole.share_in(2029), whole.share_in(2030)) == (0.6, 1.0)


# ---------------------------------------------------------------- carbon
def test_carbon_is_direct_and_purchased_by_place_and_by_market_with_both_years():
    bought = {"electricity_mwh": 1000, "natural_gas_m3": 1000, "natural_gas_kgce_per_m3": 1.2}
    plant = {"start": 2025, "carriers": bought, "renewable": {"certificates_mwh": 400}}
    carbon = asked(**plant).carbon
    gas = 1.2 * 29.3076 * 15.3 * 0.99 * 44 / 12 / 1000
    assert (carbon.direct_tco2, carbon.purchased_tco2) == pytest.approx((gas, 418.4))
    assert carbon.location_tco2 == pytest.approx(gas + 418.4)
    assert carbon.market_tco2 == pytest.approx(gas + 600 * 0.6096)
    assert (carbon.accounting_year, carbon.factor_year, carbon.market_factor_year) == (2025, 2022, 2023)
    assert carbon.tco2_per_tce == pytest.approx((gas + 418.4) / (122.9 + 1.2))
    assert asked(carriers={"coke_t": 1}).carbon.market_tco2 is None
