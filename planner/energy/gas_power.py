"""A gas power plant: fuel in, power out at the calorific value, whatever the basis.

net = input - output (energy statistics of transformation). Crediting power at the equal value would turn the sign:
the plant would seem to save energy.
"""

from __future__ import annotations

from planner.energy.answer import Step
from planner.energy.carriers import Conversion, stated
from planner.energy.kinds import GasPower
from planner.energy.load import Load
from planner.energy.transformation import transformed
from planner.energy.validation import Problem
from planner.text import N_, Text
from planner.units import KWH_PER_MWH


def gas_power_load(plant: GasPower, rows: Conversion) -> Load:
    """A year of the plant at full load. Raises Problem where it would give out more energy than the gas holds."""
    rate = stated(rows.row("gas_m3_per_kwh"), plant.gas_m3_per_kwh)
    gas = stated(rows.row("natural_gas"), plant.gas_kgce_per_m3)
    power = rows.bought("electricity", "calorific")
    if rate.value * gas.value < power.value:
        raise Problem(Text(N_("{rate:g} m3/kWh x {gas:g} kgce/m3 is less than the {power:g} kgce/kWh given out. "
                              "Check the gas consumption"), rate=rate.value, gas=gas.value, power=power.value))
    m3 = plant.generation_mwh * KWH_PER_MWH * rate.value
    burnt = Step(Text(N_("gas for {mwh:,.10g} MWh at {rate:g} m3/kWh"), mwh=plant.generation_mwh, rate=rate.value),
                 m3, "m3", rate.value, rate.source, rate.status)
    return transformed("natural_gas", m3, gas, rows, power_mwh=plant.generation_mwh, net=plant.count == "net",
                       before=(burnt,), doubts=_doubt(rate.value, rows))


def _doubt(rate: float, rows: Conversion) -> tuple[Text, ...]:
    """A note where the gas consumption is outside what plants of this kind reach."""
    row = rows.row("gas_m3_per_kwh")
    if row.low is None or row.high is None or row.low <= rate <= row.high:
        return ()
    return (Text(N_("{rate:g} m3/kWh is outside the plausible {low:g}-{high:g}. Ask for the design."),
                 rate=rate, low=row.low, high=row.high),)
