"""The register of project types: for each its formula, its fields with units, and the rows that say what is plausible.

A new type is a module with its load, a table of fields in ``kinds``, a field of ``Project`` and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from planner.energy.boiler import boiler_load
from planner.energy.buildings import campus_load, floor_area_load
from planner.energy.carriers import Conversion, carriers_load
from planner.energy.combined_heat_power import combined_heat_power_load
from planner.energy.data_centre import data_centre_load
from planner.energy.electric_vehicles import electric_vehicles_load
from planner.energy.gas_power import gas_power_load
from planner.energy.load import Load, all_of
from planner.energy.products import products_load
from planner.energy.project import Carriers, Project
from planner.energy.validation import Problem
from planner.errors import ScenarioError
from planner.parameters import Coefficient, Parameters
from planner.text import N_, Text

# What the unit of a field is, by the end of its name; the longest that fits.
UNITS = {
    "_mwh": "MWh", "_kwh_per_unit": "kWh", "_m3": "m3", "_m3_per_kwh": "m3/kWh", "_kw": "kW", "_kw_per_rack": "kW",
    "_gj": "GJ", "_t": "t", "_l": "L", "_m2": "m2", "_kgce_per_m3": "kgce/m3", "_kgce_per_kg": "kgce/kg",
    "_kgce_per_mj": "kgce/MJ", "_kgce_per_unit": "kgce", "_mj_per_kg": "MJ/kg", "_mj_per_unit": "MJ",
    "_m3_per_unit": "m3", "_kwh_per_m2": "kWh/m2", "_km_per_year": "km", "_kwh_per_100km": "kWh/100 km",
    "_kg_per_l": "kg/L", "_efficiency": "1", "_factor": "1", "_share": "1", "_pue": "1", "_kj_per_unit": "kJ",
    "_kgco2_per_gj": "kgCO2/GJ", "_load_factor_by_year": "1", "_racks": "1", "_vehicles": "1",
}


@dataclass(frozen=True)
class ProjectType:
    """One type: the field of a project that holds it, its formula in words, and the names (or the beginnings, with a
    colon) of the rows behind it."""

    field: str
    title: str
    formula: str
    load: Callable[..., Load]
    rows: tuple[str, ...]
    by_year: bool = False


TYPES = (
    ProjectType("data_centre", N_("data centre"),
                N_("IT load x load factor x PUE x hours a year, less the waste heat that others use"),
                data_centre_load, ("standard_rack", "hours_per_year", "pue_lowest_plausible"), by_year=True),
    ProjectType("gas_power", N_("gas power plant"),
                N_("net: gas in less power out at the calorific value; gross: gas in"),
                gas_power_load, ("gas_m3_per_kwh", "natural_gas")),
    ProjectType("combined_heat_power", N_("combined heat and power"),
                N_("net: fuel in less power, heat and recovered heat at the calorific value; gross: fuel in"),
                combined_heat_power_load, ("chp_efficiency",)),
    ProjectType("boiler", N_("boiler and steam supply"),
                N_("heat out / efficiency, less the heat that is sold at the calorific value"),
                boiler_load, ("boiler_efficiency",)),
    ProjectType("products", N_("manufacturing by product"),
                N_("output a year x consumption of one unit"), products_load, ("product:",)),
    ProjectType("floor_area", N_("manufacturing by floor area"),
                N_("floor area x yearly norm"), floor_area_load, ("floor:",)),
    ProjectType("campus", N_("building campus"),
                N_("floor area by use x yearly norm of the use, and gas"), campus_load, ("floor:",)),
    ProjectType("electric_vehicles", N_("electric vehicles"),
                N_("vehicles x km a year x consumption per 100 km / charging efficiency"),
                electric_vehicles_load, ("vehicle:", "charging_efficiency")),
    ProjectType("carriers", N_("bought energies"),
                N_("each amount bought x its coefficient; a measured heat value takes precedence"),
                carriers_load, ("natural_gas", "diesel_density", "steam", "hydrogen")),
)


def full_load(project: Project, rows: Conversion, year: int | None = None) -> Load:
    """A project's year at full load: its type tables added up; with a ``year`` at what it has come to in it (the ramp
    left out).

    Raises ScenarioError for a table that cannot be meant, CoefficientMissing for a missing row.
    """
    loads = []
    for kind in TYPES:
        table = getattr(project, kind.field)
        if not table:
            continue
        try:
            loads.append(kind.load(table, rows, year) if kind.by_year else kind.load(table, rows))
        except Problem as bad:
            field = "gas_power.gas_m3_per_kwh" if kind.field == "gas_power" else kind.field
            problem = Text(N_("'{field}': {problem}."), field=field, problem=bad.text)
            raise ScenarioError(place=project.id, problem=problem,
                                where={"project": project.id, "field": field}) from None
    return all_of(loads, rows.basis)


def varies_by_year(project: Project) -> bool:
    """Whether a project's load has a table by year, apart from its ramp."""
    return project.data_centre is not None and project.data_centre.load_factor_by_year is not None


def scaled(project: Project, share: float) -> dict[str, Any]:
    """The type tables of a project with all their amounts times a share, by field; to be put into it."""
    return {kind.field: _scaled(getattr(project, kind.field), share) for kind in TYPES if getattr(project, kind.field)}


def _scaled(table: Any, share: float) -> Any:
    if isinstance(table, tuple):
        return tuple(_scaled(one, share) for one in table)
    names = [name for name in type(table).model_fields if "_per_" not in name] if isinstance(table, Carriers) else (
        [*getattr(table, "SCALED", ())])
    less: dict[str, Any] = {name: value * share for name in names
                            if isinstance(value := getattr(table, name), int | float) and not isinstance(value, bool)}
    if isinstance(table, Carriers):
        raw = table.feedstock
        less["feedstock"] = raw.model_copy(update={name: getattr(raw, name) * share for name in type(raw).model_fields})
    if isinstance(areas := getattr(table, "floor_area_m2", None), dict):
        less["floor_area_m2"] = {use: area * share for use, area in areas.items()}
    return table.model_copy(update=less)


@dataclass(frozen=True)
class TypeField:
    """One figure of a type, with its unit."""

    path: str
    unit: str
    required: bool


def fields_of_type(kind: ProjectType) -> tuple[TypeField, ...]:
    """The fields of a type as a project file writes them."""
    model = _model(kind)
    return tuple(TypeField(f"{kind.field}.{name}", _unit(name), field.is_required())
                 for name, field in model.model_fields.items() if name != "feedstock")


def rows_of_type(kind: ProjectType, parameters: Parameters) -> Iterator[Coefficient]:
    """The rows behind a type, with their ranges and sources."""
    for row in parameters.coefficients:
        if any(row.name == name or (name.endswith(":") and row.name.startswith(name)) for name in kind.rows):
            yield row


def _model(kind: ProjectType) -> type[BaseModel]:
    options = [Project.model_fields[kind.field].annotation]
    while options:
        found = options.pop()
        if isinstance(found, type) and issubclass(found, BaseModel):
            return found
        options += getattr(found, "__args__", ())
    raise TypeError(kind.field)


def _unit(name: str) -> str:
    ends = [end for end in UNITS if f"_{name}".endswith(end)]
    return UNITS[max(ends, key=len)] if ends else ""
