"""Carbon of a project: fuel burnt by its heat, bought electricity by the grid's factor.

Location-based carbon takes the latest provincial factor; market-based carbon leaves out the power that certificates
cover and takes the factor without traded renewable power for the rest, so that no clean kWh counts twice.

Power sold is not credited. A carrier without a factor gives None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.energy.answer import Carbon, Step
from planner.energy.load import Load, total_carbon
from planner.parameters import Coefficient, CoefficientMissing
from planner.text import N_, Text
from planner.units import GJ_PER_TJ, KG_PER_T, KWH_PER_MWH

GRID = "grid_carbon_hainan_"
RESIDUAL = "grid_carbon_residual_"
STATED = N_("stated in the project")


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
    carrier: str, named: Text, tce: float, rows: Mapping[str, Coefficient], stated: float | None = None
) -> tuple[float | None, tuple[Step, ...], tuple[Text, ...]]:
    """tCO2 of ``tce`` burnt of a carrier, with its step; None with a note where the carrier has no factor.

    ``stated`` kgCO2 per GJ, measured or contracted, takes the default's place.
    """
    if tce <= 0:
        return 0.0, (), ()
    per_gj = kgco2_per_gj(carrier, rows) if stated is None else stated
    if per_gj is None:
        return None, (), (Text(N_("no emission factor of {carrier} is known: carbon is not known"), carrier=named),)
    heat = rows["mj_per_kgce"]
    gj = tce * heat.value  # MJ per kgce is GJ per tce
    tco2 = gj * per_gj / KG_PER_T
    source, status = (STATED, "unverified") if stated is not None else (
        rows[f"{carrier}_carbon"].source, rows[f"{carrier}_carbon"].status)
    return tco2, (
        Step(Text(N_("heat of the {carrier} burnt, {tce:,.10g} tce"), carrier=named, tce=tce), gj, "GJ", heat.value,
             heat.source, heat.status),
        Step(Text(N_("carbon of the {carrier} burnt"), carrier=named), tco2, "tCO2", per_gj, source, status),
    ), ()


def grid_factor(rows: Mapping[str, Coefficient], prefix: str = GRID) -> tuple[Coefficient, int]:
    """The latest factor published, kgCO2/kWh, and the year it describes: the provincial one, or another by the
    ``prefix`` of its rows. Raises CoefficientMissing."""
    years = [int(name.removeprefix(prefix)) for name in rows if name.startswith(prefix)]
    if not years:
        raise CoefficientMissing(name=f"{prefix}*", on="-")
    return rows[f"{prefix}{max(years)}"], max(years)


def grid_carbon(mwh: float, rows: Mapping[str, Coefficient]) -> tuple[float, Step]:
    """tCO2 of bought electricity, location-based, with its step."""
    row, year = grid_factor(rows)
    tco2 = mwh * KWH_PER_MWH * row.value / KG_PER_T
    what = Text(N_("carbon of {amount:,.10g} MWh by the grid factor of {year}"), amount=mwh, year=year)
    return tco2, Step(what, tco2, "tCO2", row.value, row.source, row.status)


def carbon_of(load: Load, covered_mwh: float, rows: Mapping[str, Coefficient], year: int) -> Carbon:
    """The carbon of a load in an accounting year, ``covered_mwh`` of its bought power being covered by certificates.

    Raises CoefficientMissing.
    """
    (place, place_year), (market, market_year) = grid_factor(rows), grid_factor(rows, RESIDUAL)
    open_mwh = max(0.0, load.electricity_mwh - covered_mwh)
    location = load.carbon_tco2
    by_market = total_carbon((load.direct_tco2, load.heat_tco2, open_mwh * KWH_PER_MWH * market.value / KG_PER_T))
    return Carbon(
        year, load.direct_tco2, load.purchased_tco2, location, by_market, place.value, place_year, market.value,
        market_year, location / load.energy.tce if location is not None and load.energy.tce > 0 else None,
    )
