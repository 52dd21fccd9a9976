"""Rows of parameters and measures of assessments in words, where a page would else show their technical names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.desk.paper import ROLE_TITLES
from planner.parameters import DeductionRule, LandClass, MapDivision, Parameters, Threshold
from planner.parameters.cells import written
from planner.parameters.rows import Row
from planner.parameters.tables import address, rows_of
from planner.text import N_
from planner.ui.session import _

TABLE_TITLES: Mapping[str, str] = {
    "coefficients": N_("Coefficients"), "rules": N_("Rules"), "land_classes": N_("Land classes"),
    "quotas": N_("Quotas"), "deductions": N_("Deductions"), "review": N_("Energy review"),
    "relief_costs": N_("Unit costs"), "register_rules": N_("Rules of registers"), "grades": N_("Grades"),
    "public_uses": N_("Uses of public benefit"), "case_terms": N_("Terms of cases"), "holidays": N_("Holidays"),
    "measures": N_("Measures of figures"), "map_divisions": N_("National map sheets"),
}
STATUSES: Mapping[str, str] = {
    "verified": N_("verified"), "unverified": N_("unverified"), "inferred": N_("inferred"),
    "illustrative": N_("illustrative"),
}
HEADS: Mapping[str, str] = {
    "name": N_("Name"), "title": N_("Title"), "value": N_("Value"), "limit": N_("Value"), "up_to": N_("Up to"),
    "low": N_("Least, as the source states"), "high": N_("Most, as the source states"), "unit": N_("Unit"),
    "basis": N_("Basis"), "note": N_("Note"), "rule": N_("Rule"), "check": N_("Check"), "role": N_("Role of the layer"),
    "severity": N_("Severity"), "options": N_("Options"), "needs_project": N_("Needs a project"),
    "park": N_("Only in park"), "region": N_("Only in class of region"), "industry": N_("Only for industry"),
    "parcel": N_("Only for parcel"), "code_system": N_("Code system"), "code": N_("Code"),
    "three_way": N_("Farm, construction or unused"), "paddy": N_("Paddy"), "cultivated": N_("Cultivated"),
    "colour": N_("Colour"), "quota": N_("Quota"), "kind": N_("Kind"), "cap_key": N_("Name in a scenario"),
    "cap_unit": N_("Unit in a scenario"), "in_force": N_("Judged"), "ledger": N_("Kept in the book"),
    "numerator": N_("Numerator"), "listable": N_("A list may pay"), "baseline_needed": N_("Needs its baseline"),
    "per": N_("Budget of each"), "deduction": N_("Deduction"), "from_total": N_("From the total"),
    "from_intensity": N_("From the intensity"), "category": N_("Category"), "measure": N_("Measure"),
    "test": N_("Test"), "scale": N_("Scale of grades, or of a map"),
    "grade": N_("Step of the scale"), "size_from": N_("From size"),
    "register": N_("Register"), "term": N_("Term"), "states": N_("States"), "first": N_("First day off"),
    "last": N_("Last day off"), "divisions": N_("Rows and columns of the sheet of 1:1 000 000"),
    "digits": N_("Digits of a number"),
}
CHOICES: Mapping[str, str] = {
    "stop": N_("stops"), "warn": N_("warns"), "farm": N_("farm land"), "construction": N_("construction land"),
    "unused": N_("unused land"), "yearly": N_("yearly"), "stock": N_("stock"), "ratio": N_("ratio"),
    "always": N_("always"), "stated": N_("where stated"), "off": N_("off"), "work": N_("worked on"),
    "below": N_("below"), "from": N_("from"), "feedstock": N_("feedstock"), "renewable": N_("renewable power"),
    "overlap": N_("lies on"), "within": N_("lies within"), "share": N_("share of the land"),
    "distance": N_("distance to"), "narrow": N_("narrow parts"), "per_mu": N_("figure per mu"),
    "plot_ratio": N_("ratio of floors"), "at_least": N_("at least"), "at_most": N_("at most"),
    "certificates": N_("green certificates"), "calorific": N_("calorific value"), "equal": N_("equal value"),
}
CATEGORIES: Mapping[str, str] = {
    "exempt": N_("exempt from review"), "county": N_("county reviews"), "city": N_("city reviews"),
    "province": N_("province reviews"), "national": N_("national review"),
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
    "working_day": N_("working days"), "days": N_("days"), "years": N_("years"), "share": N_("share"),
    "mu": N_("mu"), "ha": N_("ha"), "wan_yuan/mu": N_("10,000 yuan/mu"),
}


def row_title(row: Row) -> str:
    """What a row is called in words; empty where it says no more than its name."""
    if isinstance(row, Threshold):
        return f"{_(CATEGORIES[row.category])}: {measure_title(row.measure)}, {choice_word(row.test)}"
    if isinstance(row, DeductionRule):
        return choice_word(row.deduction)
    if isinstance(row, MapDivision):
        return f"1:{row.scale:,}"
    title = row.name if isinstance(row, LandClass) else str(getattr(row, "title", ""))
    return _(title) if title else ""


def row_titles(table: str, parameters: Parameters) -> dict[str, str]:
    """The titles of a table by the names of its rows; of a name with several the last."""
    return {address(table, row): title for row in rows_of(parameters, table) if (title := row_title(row))}


def choice_word(word: str) -> str:
    """A word of a column in the reader's words: one of its own, or the role of a layer."""
    said = CHOICES.get(word) or ROLE_TITLES.get(word)
    return _(said) if said else word


def cell_word(value: Any, hint: Any) -> str:
    """A cell of a table in the reader's words."""
    if hint is bool:
        return "✓" if value else ""
    return choice_word(value) if isinstance(value, str) else written(value)


def measure_title(name: str) -> str:
    """A measure of an assessment in words; "-" for none."""
    return _(MEASURES[name]) if name in MEASURES else name or "-"


def unit_word(unit: str) -> str:
    """A unit in the reader's words; international signs stay as they are."""
    return (_(UNITS[unit]) if UNITS[unit] else "") if unit in UNITS else unit


def carbon_per_tce(value: float | None) -> str:
    """How much carbon comes with a tonne of coal equivalent."""
    return "?" if value is None else _("{value:,.4f} tCO2 per tce", value=value)
