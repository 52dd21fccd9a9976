"""A plant of combined heat and power: net = fuel - power out - heat out - recovered, all at the calorific value.

Its overall efficiency, (power + heat) / fuel, must be below 1 and is told where it is not plausible.
"""

from __future__ import annotations

from planner.energy.carriers import BY_NAME, Conversion, stated
from planner.energy.kinds import CombinedHeatPower
from planner.energy.load import Load
from planner.energy.transformation import plausible, transformed
from planner.text import N_, Text


def combined_heat_power_load(plant: CombinedHeatPower, rows: Conversion) -> Load:
    """A year of the plant at full load. Raises Problem where it would give out more energy than the fuel holds."""
    row = stated(rows.row(BY_NAME[plant.fuel].name), plant.fuel_kgce_per_unit)
    made = transformed(plant.fuel, plant.fuel_amount, row, rows, power_mwh=plant.power_mwh, heat_gj=plant.heat_gj,
                       recovered_gj=plant.recovered_gj, net=plant.count == "net")
    out = -sum(step.value for step in made.steps if step.value < 0) if plant.count == "net" else None
    if out is None:
        return made
    doubts = plausible("chp_efficiency", out / made.gross_tce, Text(N_("overall efficiency")), rows)
    return Load(made.energy, made.gross, made.calorific, made.equal, coal_t=made.coal_t, direct_tco2=made.direct_tco2,
                steps=made.steps, notes=made.notes + doubts)
