"""Electric vehicles charged on the site: vehicles x km a year x kWh per 100 km / charging efficiency."""

from __future__ import annotations

from dataclasses import replace

from planner.energy.answer import Step
from planner.energy.carriers import Conversion, electricity_load, spread, stated
from planner.energy.kinds import ElectricVehicles
from planner.energy.load import Load
from planner.text import N_, Text
from planner.units import KWH_PER_MWH, PER_100

ROWS = "vehicle:"


def electric_vehicles_load(fleet: ElectricVehicles, rows: Conversion) -> Load:
    """A year of charging, all of it bought electricity, with the range of its kind. Raises CoefficientMissing for an
    unknown kind."""
    named = rows.row(f"{ROWS}{fleet.kind}" if fleet.kind is not None else "vehicle_stated")
    use = stated(named, fleet.kwh_per_100km)
    charging = stated(rows.row("charging_efficiency"), fleet.charging_efficiency)
    mwh = fleet.vehicles * fleet.km_per_year / PER_100 * use.value / charging.value / KWH_PER_MWH
    step = Step(Text(N_("{vehicles:,.10g} vehicles x {km:,.10g} km x {use:g} kWh/100 km / charging efficiency {eta:g}"),
                     vehicles=fleet.vehicles, km=fleet.km_per_year, use=use.value, eta=charging.value), mwh, "MWh",
                use.value, use.source, use.status)
    load = electricity_load(mwh, rows)
    return replace(spread(load, use), steps=(step, *load.steps))
