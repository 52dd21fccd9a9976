"""A data centre: IT load x load factor x PUE x hours of the year."""

from __future__ import annotations

from planner.energy.answer import Step
from planner.energy.carriers import STATED, Conversion, electricity_load, stated
from planner.energy.load import Load
from planner.energy.project import DataCentre
from planner.text import N_, Text
from planner.units import KWH_PER_MWH


def data_centre_load(centre: DataCentre, rows: Conversion) -> Load:
    """A year of a data centre at full load, all of it bought electricity."""
    it_kw, it_steps = it_load(centre, rows)
    hours = rows.row("hours_per_year")
    mwh = it_kw * centre.load_factor * centre.pue * hours.value / KWH_PER_MWH
    power = Step(Text(N_("IT load {it_kw:,.10g} kW x load factor {load_factor:g} x PUE {pue:g} x {hours:,.10g} h"),
                      it_kw=it_kw, load_factor=centre.load_factor, pue=centre.pue, hours=hours.value),
                 mwh, "MWh", hours.value, hours.source, hours.status)
    bought = electricity_load(mwh, rows)
    lowest = rows.row("pue_lowest_plausible")
    doubt = (Text(N_("PUE {pue:g} is below {lowest:g}, which is hardly reached in this climate. Ask for the design."),
                  pue=centre.pue, lowest=lowest.value),) if centre.pue < lowest.value else ()
    return Load(bought.energy, bought.gross_tce, bought.calorific_tce, bought.equal_tce,
                electricity_mwh=bought.electricity_mwh, carbon_tco2=bought.carbon_tco2,
                steps=(*it_steps, power, *bought.steps), notes=doubt)


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
