"""Buildings: floor area x yearly norm: a manufacturer known only by its halls, a campus by the use of its buildings.

Norms are rows of the parameters (floor:USE) with the range of the standard: GB/T 51161-2016.
"""

from __future__ import annotations

from dataclasses import replace

from planner.energy.answer import Step
from planner.energy.carriers import Conversion, electricity_load, fuel_load, spread, stated
from planner.energy.kinds import Campus, FloorArea
from planner.energy.load import Load, all_of, nothing
from planner.parameters import Coefficient
from planner.text import N_, Text
from planner.units import KWH_PER_MWH

ROWS = "floor:"


def floor_area_load(floor: FloorArea, rows: Conversion) -> Load:
    """A year of halls at their norm, all of it bought electricity. Raises CoefficientMissing for an unknown norm."""
    row = rows.row(f"{ROWS}{floor.norm}" if floor.norm is not None else "floor_stated")
    return area_load(floor.norm or "-", floor.floor_area_m2, stated(row, floor.kwh_per_m2), rows)


def campus_load(campus: Campus, rows: Conversion) -> Load:
    """A year of a campus: each use at its norm, and gas. Raises CoefficientMissing for a use without a norm."""
    uses = (area_load(use, area, rows.row(f"{ROWS}{use}"), rows) for use, area in campus.floor_area_m2.items())
    gas = fuel_load("natural_gas", campus.natural_gas_m3, rows.row("natural_gas"), rows)
    return all_of((*uses, gas if campus.natural_gas_m3 else nothing(rows.basis)), rows.basis)


def area_load(use: str, area_m2: float, row: Coefficient, rows: Conversion) -> Load:
    """One use of buildings, with the range that its norm leaves open."""
    mwh = area_m2 * row.value / KWH_PER_MWH
    load = electricity_load(mwh, rows)
    step = Step(Text(N_("{use}: {area:,.10g} m2 at {norm:g} kWh/m2"), use=use, area=area_m2, norm=row.value), mwh,
                "MWh", row.value, row.source, row.status)
    return replace(spread(load, row), steps=(step, *load.steps)) if row.value else load
