"""A data centre: IT load x load factor x PUE x hours of the year, less the waste heat that others use.

Power made on the site is used on the site: it is energy at the calorific value on every basis, and a deduction of its
own by the rule of the year. Source: GB 40879-2021 (PUE); GB/T 2589-2020 (energy given out).
"""

from __future__ import annotations

from dataclasses import replace

from planner.energy.answer import Step
from planner.energy.carriers import STATED, Conversion, electricity_load, energy, stated
from planner.energy.kinds import DataCentre
from planner.energy.load import Load, nothing
from planner.energy.validation import Problem
from planner.text import N_, Text
from planner.units import KGCE_PER_TCE, KWH_PER_MWH, MJ_PER_GJ


def data_centre_load(centre: DataCentre, rows: Conversion, year: int | None = None) -> Load:
    """A year of a data centre at its load factor, or at the one it has come to in ``year``. Raises Problem where it
    would give out more heat than it draws."""
    it_kw, it_steps = it_load(centre, rows)
    hours = rows.row("hours_per_year")
    factor = load_factor(centre, year)
    mwh = it_kw * factor * centre.pue * hours.value / KWH_PER_MWH
    power = Step(Text(N_("IT load {it_kw:,.10g} kW x load factor {load_factor:g} x PUE {pue:g} x {hours:,.10g} h"),
                      it_kw=it_kw, load_factor=factor, pue=centre.pue, hours=hours.value),
                 mwh, "MWh", hours.value, hours.source, hours.status)
    own_mwh = min(centre.own_generation_mwh, mwh)
    parts = electricity_load(mwh - own_mwh, rows) + own_load(own_mwh, rows)
    parts = replace(parts, steps=(*it_steps, power, *parts.steps), notes=parts.notes + notes(centre, rows))
    return given_out(parts, centre.waste_heat_gj * (factor / centre.load_factor if centre.load_factor else 0.0), rows)


def load_factor(centre: DataCentre, year: int | None) -> float:
    """The share of the IT load that runs in a year: the stated one, held down by what the year has come to."""
    table = centre.load_factor_by_year
    if year is None or table is None:
        return centre.load_factor
    if not isinstance(table, dict):
        return min(centre.load_factor, table)
    come = [given for given in table if given <= year]
    return min(centre.load_factor, table[max(come)] if come else 0.0)


def own_load(mwh: float, rows: Conversion) -> Load:
    """Renewable power made and used on the site: the calorific value on every basis, and no carbon."""
    if not mwh:
        return nothing(rows.basis)
    row = rows.bought("electricity", "calorific")
    on_basis = energy(mwh * KWH_PER_MWH, row, rows.basis)
    step = Step(Text(N_("own renewable power {amount:,.10g} MWh"), amount=mwh), on_basis.tce, "tce", row.value,
                row.source, row.status, "calorific")
    return Load(on_basis, on_basis, replace(on_basis, basis="calorific"), replace(on_basis, basis="equal"),
                own_mwh=mwh, own_tce=on_basis.tce, steps=(step,))


def given_out(load: Load, heat_gj: float, rows: Conversion) -> Load:
    """A load less the heat that others use, credited at the calorific value. Raises Problem where that is more than
    what is drawn."""
    if not heat_gj:
        return load
    row = rows.bought("heat", "calorific")
    tce = heat_gj * MJ_PER_GJ * row.value / KGCE_PER_TCE
    if tce > load.calorific.tce:
        raise Problem(Text(N_("the heat given out ({out:,.10g} tce) is more than the energy drawn ({drawn:,.10g} tce)"),
                           out=tce, drawn=load.calorific.tce))
    step = Step(Text(N_("heat given out {amount:,.10g} GJ, at the calorific value"), amount=heat_gj), -tce, "tce",
                row.value, row.source, row.status, "calorific")
    return replace(load, energy=load.energy.less(tce), calorific=load.calorific.less(tce), equal=load.equal.less(tce),
                   steps=(*load.steps, step))


def it_load(centre: DataCentre, rows: Conversion) -> tuple[float, tuple[Step, ...]]:
    """Installed IT load in kW, with the step that made it where racks were given."""
    if centre.it_load_kw is not None:
        return centre.it_load_kw, ()
    rack = stated(rows.row("standard_rack"), centre.kw_per_rack, STATED)
    racks = centre.racks or 0.0
    it_kw = racks * rack.value
    step = Step(Text(N_("{racks:,.10g} racks x {kw:g} kW"), racks=racks, kw=rack.value), it_kw, "kW", rack.value,
                rack.source, rack.status)
    return it_kw, (step,)


def peak_kw(centre: DataCentre, rows: Conversion) -> float:
    """The highest draw on the grid: all IT load with its cooling."""
    return it_load(centre, rows)[0] * centre.pue


def notes(centre: DataCentre, rows: Conversion) -> tuple[Text, ...]:
    """What a reviewer asks at once: is the PUE plausible here, and what is it with all racks running?"""
    said: list[Text] = []
    lowest = rows.row("pue_lowest_plausible")
    if centre.pue < lowest.value:
        said.append(Text(N_("PUE {pue:g} is below {lowest:g}, which is hardly reached in this climate. Ask for the "
                            "design."), pue=centre.pue, lowest=lowest.value))
    if centre.load_factor_by_year is not None:
        full = it_load(centre, rows)[0] * centre.pue * rows.row("hours_per_year").value / KWH_PER_MWH
        said.append(Text(N_("with all racks running at a load factor of 1 it would draw {mwh:,.0f} MWh a year"),
                         mwh=full))
    return tuple(said)
