"""A gas power plant: fuel in, power out at the calorific value, whatever the basis.

net = input - output (energy statistics of transformation). Crediting power at the equal value would turn the sign:
the plant would seem to save energy.
"""

from __future__ import annotations

from planner.energy.answer import Step
from planner.energy.carbon import burnt_carbon
from planner.energy.carriers import NAMES, Conversion, energy, stated
from planner.energy.load import Energy, Load
from planner.energy.project import GasPower
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
    kwh = plant.generation_mwh * KWH_PER_MWH
    m3 = kwh * rate.value
    fuel, output = energy(m3, gas), energy(kwh, power).tce
    net = Energy(fuel.tce - output, fuel.low_tce - output, fuel.high_tce - output)
    charged = net if plant.count == "net" else fuel
    carbon, carbon_steps, notes = burnt_carbon("natural_gas", Text(NAMES["natural_gas"]), fuel.tce, rows.rows)
    steps = (
        Step(Text(N_("gas for {mwh:,.10g} MWh at {rate:g} m3/kWh"), mwh=plant.generation_mwh, rate=rate.value),
             m3, "m3", rate.value, rate.source, rate.status),
        Step(Text(N_("fuel in, {m3:,.10g} m3"), m3=m3), fuel.tce, "tce", gas.value, gas.source, gas.status),
        Step(Text(N_("power out at the calorific value")), -output, "tce", power.value, power.source, power.status),
        *carbon_steps,
    )
    return Load(charged, fuel.tce, charged.tce, charged.tce, carbon_tco2=carbon,
                steps=steps if plant.count == "net" else steps[:2] + carbon_steps,
                notes=notes + _doubt(rate.value, rows))


def _doubt(rate: float, rows: Conversion) -> tuple[Text, ...]:
    """A note where the gas consumption is outside what plants of this kind reach."""
    row = rows.row("gas_m3_per_kwh")
    if row.low is None or row.high is None or row.low <= rate <= row.high:
        return ()
    return (Text(N_("{rate:g} m3/kWh is outside the plausible {low:g}-{high:g}. Ask for the design."),
                 rate=rate, low=row.low, high=row.high),)
