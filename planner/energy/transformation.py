"""Energy transformation: fuel in, power and heat out, each credited at its calorific value on every basis.

net = input - output - recovered (energy statistics of transformation); gross = input. Both are reported.
"""

from __future__ import annotations

from dataclasses import replace

from planner.energy.answer import Step
from planner.energy.carriers import Conversion, fuel_load, on_bases
from planner.energy.load import Load
from planner.energy.validation import Problem
from planner.parameters import Coefficient
from planner.text import N_, Text
from planner.units import KGCE_PER_TCE, KWH_PER_MWH, MJ_PER_GJ


def transformed(
    fuel: str, amount: float, row: Coefficient, rows: Conversion, *, power_mwh: float = 0.0, heat_gj: float = 0.0,
    recovered_gj: float = 0.0, net: bool = True, before: tuple[Step, ...] = (), doubts: tuple[Text, ...] = (),
) -> Load:
    """A plant of ``amount`` fuel (m3 or t, at ``row``) with what it gives out. ``before`` are the steps that lead to
    the fuel. Raises Problem where it would give out more energy than the fuel holds."""
    power, heat = rows.bought("electricity", "calorific"), rows.bought("heat", "calorific")
    outputs = (
        (Text(N_("power out at the calorific value")), power_mwh * KWH_PER_MWH, power),
        (Text(N_("heat out at the calorific value")), heat_gj * MJ_PER_GJ, heat),
        (Text(N_("recovered heat at the calorific value")), recovered_gj * MJ_PER_GJ, heat),
    )
    steps = tuple(Step(what, -given * one.value / KGCE_PER_TCE, "tce", one.value, one.source, one.status, "calorific")
                  for what, given, one in outputs if given)
    credit = -sum(step.value for step in steps)
    burnt = fuel_load(fuel, amount, row, rows)
    if credit > burnt.energy.tce * (1 + 1e-12):
        raise Problem(Text(N_("the energy given out ({out:,.10g} tce) is more than the fuel holds ({fuel:,.10g} tce). "
                              "Check both"), out=credit, fuel=burnt.energy.tce))
    figures = on_bases(lambda basis: replace(burnt.energy, basis=basis), rows, credit_tce=credit, net=net)
    fuel_step, *carbon = burnt.steps
    return Load(*figures, coal_t=burnt.coal_t, direct_tco2=burnt.direct_tco2,
                steps=(*before, fuel_step, *(steps if net else ()), *carbon), notes=burnt.notes + doubts)


def plausible(name: str, value: float, what: Text, rows: Conversion) -> tuple[Text, ...]:
    """A note where a figure is outside the range of its row."""
    row = rows.row(name)
    if (row.low is None or row.low <= value) and (row.high is None or value <= row.high):
        return ()
    return (Text(N_("{what} of {value:.4g} {unit} is outside the plausible {low:g}-{high:g}. Ask for the design."),
                 what=what, value=value, unit=row.unit, low=row.low if row.low is not None else 0.0,
                 high=row.high if row.high is not None else float("inf")),)
