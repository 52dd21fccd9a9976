"""Rows of coefficients and measures of assessments in words, where a page would else show their technical names."""

from __future__ import annotations

from collections.abc import Mapping

from planner.text import N_
from planner.ui.session import _

ROWS: Mapping[str, str] = {
    "hours_per_year": N_("Hours of a year"), "standard_rack": N_("Standard rack"),
    "pue_lowest_plausible": N_("Lowest plausible PUE"), "natural_gas": N_("Natural gas"),
    "gas_m3_per_kwh": N_("Gas for each kWh"), "chp_efficiency": N_("Efficiency of combined heat and power"),
    "boiler_efficiency": N_("Efficiency of boilers"), "product:pharma_preparation": N_("Pharmaceutical preparations"),
    "product:degradable_plastic": N_("Degradable plastics"), "product:food": N_("Food"),
    "product:cement_clinker": N_("Cement clinker"), "product:flat_glass": N_("Flat glass"),
    "product:caustic_soda": N_("Caustic soda"), "floor:office": N_("Offices"), "floor:government": N_("Public offices"),
    "floor:hotel": N_("Hotels"), "floor:shopping": N_("Shops"), "floor:dormitory": N_("Dormitories"),
    "floor:laboratory": N_("Laboratories"), "floor:standard_factory": N_("Standard workshops"),
    "floor:clean_room": N_("Clean rooms"), "floor:cold_storage": N_("Cold stores"), "floor:warehouse": N_("Warehouses"),
    "charging_efficiency": N_("Charging efficiency"), "vehicle:car": N_("Cars"), "vehicle:van": N_("Vans"),
    "vehicle:bus": N_("Buses"), "vehicle:truck": N_("Lorries"), "hydrogen": N_("Hydrogen"), "steam": N_("Steam"),
    "diesel_density": N_("Density of diesel"),
}
MEASURES: Mapping[str, str] = {
    "energy_tce": N_("Energy, tce (calorific value)"), "energy_tce_equal": N_("Energy, tce (equal value)"),
    "electricity_mwh": N_("Electricity, MWh"), "coal_t": N_("Coal, t"), "carbon_tco2": N_("Carbon, tCO2"),
    "tce_per_wan_yuan_value_added": N_("tce per 10,000 yuan of value added"),
    "tce_per_wan_yuan_output": N_("tce per 10,000 yuan of output"),
    "tco2_per_wan_yuan_value_added": N_("tCO2 per 10,000 yuan of value added"), "pue": N_("PUE"),
    "two_high": N_("High energy and high emission (1 yes, 0 no)"),
}
UNITS: Mapping[str, str] = {
    "kgce/weight case": N_("kgce/weight case"), "ratio": "", "1": "", "tce": N_("tce"), "tco2": N_("tCO2"),
}


def row_title(name: str) -> str:
    """A row of coefficients in words; one that has none by its name."""
    return _(ROWS[name]) if name in ROWS else name


def measure_title(name: str) -> str:
    """A measure of an assessment in words; "-" for none."""
    return _(MEASURES[name]) if name in MEASURES else name or "-"


def unit_word(unit: str) -> str:
    """A unit in the reader's words; international signs stay as they are."""
    return (_(UNITS[unit]) if UNITS[unit] else "") if unit in UNITS else unit


def carbon_per_tce(value: float | None) -> str:
    """How much carbon comes with a tonne of coal equivalent."""
    return "?" if value is None else _("{value:,.4f} tCO2 per tce", value=value)
