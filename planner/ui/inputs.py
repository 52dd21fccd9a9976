"""The inputs of a project in words: what a range can lie on, and what a page names instead of a dotted path."""

from __future__ import annotations

from collections.abc import Mapping

from planner.text import N_
from planner.ui.session import _

INPUTS: Mapping[str, str] = {
    "value_added_wan_yuan": N_("Value added, 10,000 yuan"),
    "output_wan_yuan": N_("Output, 10,000 yuan"),
    "tax_wan_yuan": N_("Tax, 10,000 yuan"),
    "investment_wan_yuan": N_("Investment, 10,000 yuan"),
    "area_mu": N_("Area, mu"),
    "jobs": N_("Jobs"),
    "replacement_ratio": N_("Load replaced for each tce asked"),
    "water_m3": N_("Water, m3"),
    "grid_kw": N_("Highest draw on the grid, kW"),
    "data_centre.racks": N_("Racks"),
    "data_centre.kw_per_rack": N_("kW per rack"),
    "data_centre.it_load_kw": N_("IT load, kW"),
    "data_centre.load_factor": N_("Load factor"),
    "data_centre.pue": N_("PUE"),
    "data_centre.load_factor_by_year": N_("Load factor by year"),
    "data_centre.own_generation_mwh": N_("Own generation, MWh"),
    "data_centre.waste_heat_gj": N_("Waste heat given out, GJ"),
    "gas_power.generation_mwh": N_("Power generated, MWh"),
    "gas_power.gas_m3_per_kwh": N_("Gas for each kWh, m3"),
    "gas_power.gas_kgce_per_m3": N_("Heat value of the gas, kgce/m3"),
    "gas_power.count": N_("Counted net or gross"),
    "combined_heat_power.fuel": N_("Fuel"),
    "combined_heat_power.fuel_amount": N_("Amount of fuel"),
    "combined_heat_power.fuel_kgce_per_unit": N_("Heat value of the fuel, kgce per unit"),
    "combined_heat_power.power_mwh": N_("Power given out, MWh"),
    "combined_heat_power.heat_gj": N_("Heat given out, GJ"),
    "combined_heat_power.recovered_gj": N_("Heat recovered, GJ"),
    "combined_heat_power.count": N_("Counted net or gross"),
    "boiler.fuel": N_("Fuel"),
    "boiler.fuel_kgce_per_unit": N_("Heat value of the fuel, kgce per unit"),
    "boiler.efficiency": N_("Efficiency"),
    "boiler.heat_gj": N_("Heat given out, GJ"),
    "boiler.steam_t": N_("Steam given out, t"),
    "boiler.steam_mj_per_kg": N_("Heat of the steam, MJ/kg"),
    "boiler.sold_share": N_("Share sold"),
    "boiler.count": N_("Counted net or gross"),
    "products.name": N_("Product"),
    "products.output": N_("Output"),
    "products.unit": N_("Unit"),
    "products.electricity_kwh_per_unit": N_("Electricity for each unit, kWh"),
    "products.natural_gas_m3_per_unit": N_("Natural gas for each unit, m3"),
    "products.heat_mj_per_unit": N_("Heat for each unit, MJ"),
    "products.kgce_per_unit": N_("Energy for each unit, kgce"),
    "products.norm": N_("Norm"),
    "floor_area.floor_area_m2": N_("Floor area, m2"),
    "floor_area.norm": N_("Norm"),
    "floor_area.kwh_per_m2": N_("Electricity, kWh/m2"),
    "campus.floor_area_m2": N_("Floor area, m2"),
    "campus.natural_gas_m3": N_("Natural gas, m3"),
    "electric_vehicles.vehicles": N_("Vehicles"),
    "electric_vehicles.km_per_year": N_("Kilometres a year"),
    "electric_vehicles.kind": N_("Kind of vehicle"),
    "electric_vehicles.kwh_per_100km": N_("Electricity, kWh/100 km"),
    "electric_vehicles.charging_efficiency": N_("Charging efficiency"),
    "carriers.electricity_mwh": N_("Electricity, MWh"),
    "carriers.natural_gas_m3": N_("Natural gas, m3"),
    "carriers.raw_coal_t": N_("Raw coal, t"),
    "carriers.coke_t": N_("Coke, t"),
    "carriers.fuel_oil_t": N_("Fuel oil, t"),
    "carriers.petrol_t": N_("Petrol, t"),
    "carriers.diesel_t": N_("Diesel, t"),
    "carriers.lng_t": N_("LNG, t"),
    "carriers.lpg_t": N_("LPG, t"),
    "carriers.crude_oil_t": N_("Crude oil, t"),
    "carriers.kerosene_t": N_("Kerosene, t"),
    "carriers.diesel_l": N_("Diesel, l"),
    "carriers.hydrogen_m3": N_("Hydrogen, m3"),
    "carriers.heat_gj": N_("Heat bought, GJ"),
    "carriers.steam_t": N_("Steam bought, t"),
    "carriers.fresh_water_t": N_("Fresh water, t"),
    "carriers.compressed_air_m3": N_("Compressed air, m3"),
    "renewable.added_mwh": N_("Added renewable power, MWh"),
    "renewable.certificates_mwh": N_("Green certificates, MWh"),
    "land.new_construction_ha": N_("New construction, ha"),
    "land.offset_quantity_ha": N_("Offset land, ha"),
    "land.offset_paddy_ha": N_("Offset paddy, ha"),
    "land.offset_grain_kg": N_("Offset grain capacity, kg"),
}
_FEEDSTOCK, _CARRIERS = "carriers.feedstock.", "carriers."


def input_title(path: str) -> str:
    """An input in the reader's words; one that has none by its path."""
    if path.startswith(_FEEDSTOCK) and (title := INPUTS.get(_CARRIERS + path.removeprefix(_FEEDSTOCK))):
        return _("{input}, as raw material", input=_(title))
    return _(INPUTS[path]) if path in INPUTS else path
