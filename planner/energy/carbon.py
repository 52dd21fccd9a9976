"""Carbon of a project: fuel burnt by its heat, bought electricity by the grid's factor (location-based).

Power sold is not credited. A carrier without a factor gives None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.energy.answer import Step
from planner.parameters import Coefficient, CoefficientMissing
from planner.text import N_, Text
from planner.units import GJ_PER_TJ, KG_PER_T, KWH_PER_MWH

GRID = "grid_carbon_hainan_"


def kgco2_per_gj(carrier: str, rows: Mapping[str, Coefficient]) -> float | None:
    """kgCO2 per GJ of a fuel: carbon content x oxidation x 44/12; None where the fuel has no rows.

    Source: provincial greenhouse gas inventory guidelines, energy chapter.
    """
    content, oxidised = rows.get(f"{carrier}_carbon"), rows.get(f"{carrier}_oxidation")
    if content is None or oxidised is None:
        return None
    co2_per_c = rows["molar_mass_co2"].value / rows["molar_mass_c"].value
    return content.value * oxidised.value * co2_per_c * KG_PER_T / GJ_PER_TJ


def burnt_carbon(
    carrier: str, named: Text, tce: float, rows: Mapping[str, Coefficient]
) -> tuple[float | None, tuple[Step, ...], tuple[Text, ...]]:
    """tCO2 of ``tce`` burnt of a carrier, with its step; None with a note where the carrier has no factor."""
    if tce <= 0:
        return 0.0, (), ()
    per_gj = kgco2_per_gj(carrier, rows)
    if per_gj is None:
        return None, (), (Text(N_("no emission factor of {carrier} is known: carbon is not known"), carrier=named),)
    heat = rows["mj_per_kgce"]
    gj = tce * heat.value  # MJ per kgce is GJ per tce
    tco2 = gj * per_gj / KG_PER_T
    content = rows[f"{carrier}_carbon"]
    return tco2, (
        Step(Text(N_("heat of the {carrier} burnt, {tce:,.10g} tce"), carrier=named, tce=tce), gj, "GJ", heat.value,
             heat.source, heat.status),
        Step(Text(N_("carbon of the {carrier} burnt"), carrier=named), tco2, "tCO2", per_gj, content.source,
             content.status),
    ), ()


def grid_factor(rows: Mapping[str, Coefficient]) -> tuple[Coefficient, int]:
    """The latest provincial factor published, kgCO2/kWh, and the year it describes. Raises CoefficientMissing."""
    years = [int(name.removeprefix(GRID)) for name in rows if name.startswith(GRID)]
    if not years:
        raise CoefficientMissing(name=f"{GRID}*", on="-")
    return rows[f"{GRID}{max(years)}"], max(years)


def grid_carbon(mwh: float, rows: Mapping[str, Coefficient]) -> tuple[float, Step]:
    """tCO2 of bought electricity, location-based, with its step."""
    row, year = grid_factor(rows)
    tco2 = mwh * KWH_PER_MWH * row.value / KG_PER_T
    what = Text(N_("carbon of {amount:,.10g} MWh by the grid factor of {year}"), amount=mwh, year=year)
    return tco2, Step(what, tco2, "tCO2", row.value, row.source, row.status)
