"""A place of a scenario in words: whose input, which input, and a value as a person reads it.

Scenarios are compared and merged by the paths of their tables; nobody but a program reads those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.energy.types import TYPES
from planner.figures import exact
from planner.parameters import Parameters
from planner.text import N_, Text

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
# Further fields of a project.
FIELDS: Mapping[str, str] = {
    "name": N_("Name"), "status": N_("approved or proposed"), "start": N_("Start, year"),
    "on": N_("Day of application"), "ramp": N_("Ramp"), "industry": N_("Industry"), "sub_park": N_("Sub-park"),
    "site": N_("Site"), "listed": N_("on a national or provincial list"), "phases": N_("Phases"),
    "window": N_("First and last start"), "must": N_("must be chosen"), "apart": N_("not beside"),
    "together": N_("only together with"), "land_year": N_("Year of the land"), "two_high": N_("two-high"),
    "substation": N_("Substation"), "inside_boundary": N_("inside the carbon boundary"), "land.parcel": N_("Parcel"),
    "land.id": N_("Feature of the parcel's file"), "land": N_("Land"), "renewable": N_("Renewable power"),
    "demand": N_("Demand of further quotas"), "products": N_("Products"), "plot_ratio": N_("Plot ratio"),
    "floor_area_m2": N_("Floor area, m2"), "floor_area_above_8m_m2": N_("Floor area in storeys above 8 m, m2"),
    "building_coefficient_share": N_("Building coefficient"), "building_density_share": N_("Building density"),
    "green_share": N_("Green share"), "admin_land_share": N_("Administration, share of the site"),
    "admin_floor_share": N_("Administration, share of the floor area"),
}
# What a project states of a carrier beside its amount, by how the field is called.
OF_CARRIER: Mapping[str, str] = {
    "carriers.feedstock.": N_("{input}, as raw material"), "carriers.kgco2_per_gj.": N_("{input}: carbon factor"),
    "carriers.measured_kj_per_unit.": N_("{input}: measured heat"),
}
COEFFICIENTS = ("_kgce_per_", "_kg_per_", "_mj_per_")
TABLES: Mapping[str, str] = {
    "scenario": N_("the scenario"), "baseline": N_("what already runs"), "caps": N_("caps"),
    "caps.LIST": N_("caps of the list"), "costs": N_("unit costs"), "state": N_("state of the park"),
    "carry_over": N_("share carried over"), "substations": N_("headroom of substations"), "project": N_("the queue"),
    "retirement": N_("load that ends"), "transfer": N_("transfer from the province"),
}
OWN: Mapping[tuple[str, str], str] = {
    ("scenario", "title"): N_("title"), ("scenario", "on"): N_("Day of application"),
    ("scenario", "years"): N_("Years"), ("scenario", "basis"): N_("basis of energy"),
    ("scenario", "equal_value_kgce_per_kwh"): N_("equal value of electricity, kgce/kWh"),
    ("scenario", "warn_at"): N_("share of a budget above which it warns"),
    ("baseline", "value_added_wan_yuan"): N_("Value added, 10,000 yuan"), ("state", "state"): N_("State"),
    ("state", "on"): N_("Holds from"), ("state", "document"): N_("Document"),
    ("retirement", "start"): N_("Start, year"), ("retirement", "for"): N_("for the project"),
    ("retirement", "energy_tce"): N_("Energy, tce"), ("retirement", "carbon_tco2"): N_("Carbon, tCO2"),
    ("retirement", "value_added_wan_yuan"): N_("Value added, 10,000 yuan"),
    ("transfer", "amount"): N_("Amount"), ("transfer", "basis"): N_("Document"),
}
WORDS: Mapping[Any, str] = {
    True: N_("yes"), False: N_("no"), "committed": N_("approved"), "candidate": N_("proposed"),
    "calorific": N_("calorific value"), "equal": N_("equal value"), "unknown": N_("unknown"), "net": N_("net"),
    "gross": N_("gross"), "normal": N_("normal"), "warning": N_("warning"), "hold": N_("on hold"),
}
ORDER = "order"
YEARS = {"start", "land_year", "years", "window", "base_year"}  # whole numbers that are years, not amounts
NOTHING, OUT, ITSELF = Text(N_("not stated")), Text(N_("taken out")), Text(N_("in the scenario"))
LONGEST = 60


@dataclass(frozen=True)
class Place:
    """Whose input (a project's name, a table), and which."""

    of: Text
    input: Text

    @property
    def said(self) -> Text:
        return Text(N_("{of}, {input}"), of=self.of, input=self.input)


def names_of(*tables: Mapping[str, Any]) -> dict[str, str]:
    """The names of the projects of some scenarios by id; the later scenario's where they differ."""
    return {str(row["id"]): str(row.get("name") or row["id"]) for one in tables for row in one.get("project", ())
            if isinstance(row, Mapping) and "id" in row}


def place(parts: Sequence[str], names: Mapping[str, str], parameters: Parameters) -> Place:
    """The words for a path. Fields without words of their own keep their technical names."""
    table, *rest = parts
    if table == "project" and rest and rest != [ORDER]:
        return Place(Text("{name}", name=names.get(rest[0], rest[0])), _of_project(rest[1:], parameters))
    if table == "caps" and rest[:1] == ["LIST"]:
        table, rest = "caps.LIST", rest[1:]
    of = Text(TABLES.get(table, table))
    if table in ("retirement", "transfer") and rest and rest != [ORDER]:
        of, rest = Text("{table} '{name}'", table=of, name=rest[0]), rest[1:]
    if rest == [ORDER]:
        return Place(of, Text(N_("order")))
    return Place(of, _input(table, rest, parameters) if rest else Text(N_("the whole table")))


def _of_project(rest: Sequence[str], parameters: Parameters) -> Text:
    if not rest:
        return Text(N_("in the scenario or not"))
    if rest[0] == "uncertain" and len(rest) > 1:
        return Text(N_("range of: {input}"), input=titled(".".join(rest[1:])))
    if rest[0] == "demand" and len(rest) > 1:
        return _input("demand", rest[1:], parameters)
    fields, year = _year(rest)
    return _with(titled(".".join(fields)), year)


def titled(path: str) -> Text:
    """An input of a project in words; one that has none by its path."""
    known = INPUTS.get(path) or FIELDS.get(path)
    for start, words in OF_CARRIER.items() if known is None else ():
        if path.startswith(start) and (carrier := _carrier(path.removeprefix(start))):
            return Text(words, input=Text(carrier))
    for unit in COEFFICIENTS if known is None else ():
        if unit in path and (carrier := _carrier(path.removeprefix("carriers.").partition(unit)[0])):
            return Text(N_("{input}: own coefficient"), input=Text(carrier))
    kind = next((kind.title for kind in TYPES if kind.field == path), None)
    return Text(known or kind or path)


def _carrier(name: str) -> str | None:
    """The words for a carrier by its field, or by that without its unit."""
    return INPUTS.get(f"carriers.{name}") or next(
        (words for path, words in INPUTS.items() if path.startswith(f"carriers.{name}_")), None)


def _input(table: str, rest: Sequence[str], parameters: Parameters) -> Text:
    fields, year = _year(rest)
    name = ".".join(fields)
    quota = next((row for row in parameters.quotas if name in (row.cap_key, row.quota)), None)
    title = OWN.get((table, name)) or (quota.title if quota else name)
    return _with(Text(title), year)


def _year(rest: Sequence[str]) -> tuple[Sequence[str], str]:
    """The fields of a path, and the year that its last part may be."""
    return (rest[:-1], rest[-1]) if len(rest) > 1 and rest[-1].isdigit() else (rest, "")


def _with(title: Text, year: str) -> Text:
    return Text(N_("{input}, {year}"), input=title, year=year) if year else title


def value(stated: Any, parts: Sequence[str], names: Mapping[str, str], parameters: Parameters) -> Text:
    """What stands at a place, as a person reads it; the projects of an order by their names."""
    whole = len(parts) == 2 and parts[0] == "project"
    if tuple(parts) == ("project", ORDER) and stated:
        return _row([Text("{name}", name=names.get(str(id), str(id))) for id in stated])
    if stated is None:
        return OUT if whole else NOTHING
    if isinstance(stated, Mapping):
        return ITSELF if whole else _row([
            Text(N_("{key}: {value}"), key=_key(str(key), parts, names, parameters),
                 value=value(one, (*parts, str(key)), names, parameters)) for key, one in stated.items()])
    if isinstance(stated, list | tuple):
        rows = any(isinstance(one, Mapping) for one in stated)
        return Text(N_("{count} rows"), count=len(stated)) if rows else _row([
            value(one, parts, names, parameters) for one in stated])
    if isinstance(stated, bool) or (isinstance(stated, str) and stated in WORDS):
        return Text(WORDS[stated])
    if isinstance(stated, int | float):
        year = isinstance(stated, int) and bool({*parts} & YEARS)
        return Text("{value}" if year else "{value:,}", value=stated if year else exact(stated))
    text = str(stated)
    return Text("{value}", value=text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")


def _key(key: str, parts: Sequence[str], names: Mapping[str, str], parameters: Parameters) -> Text:
    """What a row of a table is called: a year by itself, anything else as an input."""
    return Text("{key}", key=key) if key.isdigit() else place((*parts, key), names, parameters).input


def _row(texts: Sequence[Text]) -> Text:
    if not texts:
        return NOTHING
    first, *rest = texts
    return Text("{first}; {rest}", first=first, rest=_row(rest)) if rest else first
