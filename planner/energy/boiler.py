"""Boilers and steam supply: fuel = heat out / efficiency; what is sold is credited at the calorific value.

Steam is heat by its enthalpy above that of the water fed in.
"""

from __future__ import annotations

from planner.energy.answer import Step
from planner.energy.carriers import BY_NAME, Conversion, stated
from planner.energy.kinds import Boiler
from planner.energy.load import Load
from planner.energy.transformation import plausible, transformed
from planner.text import N_, Text
from planner.units import KG_PER_T, MJ_PER_GJ


def boiler_load(boiler: Boiler, rows: Conversion) -> Load:
    """A year of the boilers at full load."""
    efficiency = stated(rows.row("boiler_efficiency"), boiler.efficiency)
    fuel = stated(rows.row(BY_NAME[boiler.fuel].name), boiler.fuel_kgce_per_unit)
    heat, steps = heat_out(boiler)
    per_mj = rows.bought("heat", "calorific")
    amount = heat * MJ_PER_GJ * per_mj.value / efficiency.value / fuel.value / BY_NAME[boiler.fuel].times
    steps += (Step(Text(N_("fuel for {heat:,.10g} GJ at an efficiency of {efficiency:g}"), heat=heat,
                        efficiency=efficiency.value), amount, BY_NAME[boiler.fuel].unit, efficiency.value,
                   efficiency.source, efficiency.status),)
    return transformed(boiler.fuel, amount, fuel, rows, heat_gj=heat * boiler.sold_share, net=boiler.count == "net",
                       before=steps, doubts=plausible("boiler_efficiency", efficiency.value,
                                                      Text(N_("boiler efficiency")), rows))


def heat_out(boiler: Boiler) -> tuple[float, tuple[Step, ...]]:
    """Heat given out in GJ a year, with the step that made it where it was stated as steam."""
    if boiler.heat_gj is not None:
        return boiler.heat_gj, ()
    steam, enthalpy = boiler.steam_t or 0.0, boiler.steam_mj_per_kg or 0.0
    heat = steam * KG_PER_T * enthalpy / MJ_PER_GJ
    return heat, (Step(Text(N_("steam {amount:,.10g} t at {enthalpy:g} MJ/kg"), amount=steam, enthalpy=enthalpy), heat,
                       "GJ", enthalpy, N_("stated in the project"), "unverified"),)
