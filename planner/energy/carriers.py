"""Bought energy to standard coal: the amount times the coefficient in force, on a stated basis.

E = sum of amount x coefficient (GB/T 2589-2020). Bought electricity and heat have two coefficients, the calorific and
the equal value; fuels have one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from planner.energy.answer import Step
from planner.energy.carbon import STATED as STATED
from planner.energy.carbon import burnt_carbon, grid_carbon
from planner.energy.carrier_fields import Carriers
from planner.energy.load import Basis as Basis
from planner.energy.load import Energy, Load, all_of, nothing
from planner.parameters import Coefficient, CoefficientMissing, Parameters, in_force
from planner.text import N_, Text
from planner.units import KG_PER_T, KGCE_PER_TCE, KWH_PER_MWH, MJ_PER_GJ

STATED_VALUE = N_("stated equal value")
MEASURED = N_("measured heat value stated in the project, divided by the heat of standard coal")


@dataclass(frozen=True)
class Carrier:
    """One fuel: its field and unit in a project, how many of the coefficient's unit one of it is, and the field of a
    coefficient of one's own."""

    name: str
    field: str
    unit: str
    times: float
    stated: str


CARRIERS = (
    Carrier("natural_gas", "natural_gas_m3", "m3", 1.0, "natural_gas_kgce_per_m3"),
    Carrier("raw_coal", "raw_coal_t", "t", KG_PER_T, "raw_coal_kgce_per_kg"),
    Carrier("coke", "coke_t", "t", KG_PER_T, "coke_kgce_per_kg"),
    Carrier("crude_oil", "crude_oil_t", "t", KG_PER_T, "crude_oil_kgce_per_kg"),
    Carrier("fuel_oil", "fuel_oil_t", "t", KG_PER_T, "fuel_oil_kgce_per_kg"),
    Carrier("petrol", "petrol_t", "t", KG_PER_T, "petrol_kgce_per_kg"),
    Carrier("kerosene", "kerosene_t", "t", KG_PER_T, "kerosene_kgce_per_kg"),
    Carrier("diesel", "diesel_t", "t", KG_PER_T, "diesel_kgce_per_kg"),
    Carrier("lng", "lng_t", "t", KG_PER_T, "lng_kgce_per_kg"),
    Carrier("lpg", "lpg_t", "t", KG_PER_T, "lpg_kgce_per_kg"),
    Carrier("hydrogen", "hydrogen_m3", "m3", 1.0, "hydrogen_kgce_per_m3"),
)
BY_NAME: Mapping[str, Carrier] = {carrier.name: carrier for carrier in CARRIERS}
# Media that carry energy only on the equal value: coefficient's name, field, unit.
MEDIA = (("fresh_water", "fresh_water_t", "t"), ("compressed_air", "compressed_air_m3", "m3"))
NAMES: Mapping[str, str] = {
    "electricity": N_("electricity"), "natural_gas": N_("natural gas"), "raw_coal": N_("raw coal"), "coke": N_("coke"),
    "crude_oil": N_("crude oil"), "fuel_oil": N_("fuel oil"), "petrol": N_("petrol"), "kerosene": N_("kerosene"),
    "diesel": N_("diesel"), "lng": N_("LNG"), "lpg": N_("LPG"), "hydrogen": N_("hydrogen"), "heat": N_("heat"),
    "steam": N_("steam"), "fresh_water": N_("fresh water"), "compressed_air": N_("compressed air"),
}


@dataclass(frozen=True)
class Conversion:
    """The coefficients of a day, by name, and the basis on which bought electricity and heat become tce.

    On the basis ``unknown`` figures are calorific; whoever judges a budget must not use them.
    """

    basis: Basis
    on: date
    rows: Mapping[str, Coefficient]

    @property
    def shown_basis(self) -> str:
        """The basis that figures are on; with the basis unknown they are calorific."""
        return "equal" if self.basis == "equal" else "calorific"

    def row(self, name: str) -> Coefficient:
        """The coefficient of that name. Raises CoefficientMissing."""
        if name not in self.rows:
            raise CoefficientMissing(name=name, on=self.on.isoformat())
        return self.rows[name]

    def bought(self, name: str, basis: str | None = None) -> Coefficient:
        """The coefficient of bought ``electricity`` or ``heat`` on a basis (default: this one's)."""
        return self.row(f"{name}_equal" if (basis or self.basis) == "equal" else name)


def conversion(
    parameters: Parameters, *, on: date, basis: Basis = "calorific", equal_value: float | None = None
) -> Conversion:
    """The coefficients in force on a day. ``equal_value`` (kgce/kWh) replaces the illustrative equal value."""
    rows: dict[str, Coefficient] = {}
    for row in parameters.coefficients:
        known = rows.get(row.name)
        if in_force(row, on) and (known is None or (known.valid_from or date.min) < (row.valid_from or date.min)):
            rows[row.name] = row
    if equal_value is not None and "electricity_equal" in rows:
        rows["electricity_equal"] = stated(rows["electricity_equal"], equal_value, STATED_VALUE)
    return Conversion(basis, on, rows)


def stated(row: Coefficient, value: float | None, source: str = STATED) -> Coefficient:
    """The row with a person's value in it: a measured value has no range. A value equal to the row's is the row."""
    if value is None or value == row.value:
        return row
    return replace(row, value=value, low=None, high=None, source=source, status="unverified")


def energy(amount: float, row: Coefficient, basis: Basis) -> Energy:
    """tce of an amount in the coefficient's own unit, with the range the standard gives the coefficient."""
    low = row.value if row.low is None else row.low
    high = row.value if row.high is None else row.high
    return Energy(amount * row.value / KGCE_PER_TCE, amount * low / KGCE_PER_TCE, amount * high / KGCE_PER_TCE, basis)


def on_bases(
    made: Callable[[Basis], Energy], rows: Conversion, *, credit_tce: float = 0.0, net: bool = True
) -> tuple[Energy, Energy, Energy, Energy]:
    """(energy, gross, calorific, equal) of what ``made`` gives on a basis, less what is given out.

    Whatever is given out is credited at its calorific value on every basis: at the equal value a plant would seem to
    save energy.
    """
    gross = made(rows.basis)
    taken = credit_tce if net else 0.0
    return gross.less(taken), gross, made("calorific").less(taken), made("equal").less(taken)


def electricity_load(mwh: float, rows: Conversion) -> Load:
    """Bought electricity (MWh a year) as load: tce on the basis and on both, and its carbon by the grid's factor."""
    if not mwh:
        return nothing(rows.basis)
    row = rows.bought("electricity")
    kwh = mwh * KWH_PER_MWH
    figures = on_bases(lambda basis: energy(kwh, rows.bought("electricity", basis), basis), rows)
    carbon, carbon_step = grid_carbon(mwh, rows.rows)
    step = Step(Text(N_("electricity {amount:,.10g} MWh"), amount=mwh), figures[0].tce, "tce", row.value, row.source,
                row.status, rows.shown_basis)
    return Load(*figures, electricity_mwh=mwh, power_tco2=carbon, steps=(step, carbon_step))


def spread(load: Load, row: Coefficient) -> Load:
    """A load that is proportional to a row, with the range that the row leaves open."""
    if not row.value:
        return load
    low, high = (row.value if end is None else end for end in (row.low, row.high))

    def wide(one: Energy) -> Energy:
        return replace(one, low_tce=one.tce * low / row.value, high_tce=one.tce * high / row.value)

    return replace(load, energy=wide(load.energy), gross=wide(load.gross), calorific=wide(load.calorific),
                   equal=wide(load.equal))


def fuel_row(name: str, rows: Conversion, carriers: Carriers) -> Coefficient:
    """The coefficient of a fuel: a measured heat value first, then a stated coefficient, then the standard's row."""
    row = rows.row(name)
    if name in carriers.measured_kj_per_unit:
        heat = rows.row("mj_per_kgce")
        kgce = carriers.measured_kj_per_unit[name] / MJ_PER_GJ / heat.value  # kJ to MJ, MJ to kgce
        return replace(row, value=kgce, low=None, high=None, source=MEASURED, status="unverified")
    given: float | None = getattr(carriers, BY_NAME[name].stated)
    return stated(row, given)


def fuel_load(name: str, amount: float, row: Coefficient, rows: Conversion, *, unit: str = "",
              feedstock: float = 0.0, kgco2_per_gj: float | None = None) -> Load:
    """A fuel as load, ``amount`` and ``feedstock`` (of it) in the unit a project states. Feedstock is in the energy,
    not in what is burnt."""
    carrier, named = BY_NAME[name], Text(NAMES[name])
    on_basis = energy(amount * carrier.times, row, rows.basis)
    step = Step(Text(N_("{carrier} {amount:,.10g} {unit}"), carrier=named, amount=amount, unit=unit or carrier.unit),
                on_basis.tce, "tce", row.value, row.source, row.status)
    raw = energy(feedstock * carrier.times, row, rows.basis).tce
    carbon, carbon_steps, notes = burnt_carbon(name, named, on_basis.tce - raw, rows.rows, kgco2_per_gj)
    return Load(*on_bases(lambda basis: replace(on_basis, basis=basis), rows), feedstock_tce=raw,
                coal_t=amount if name == "raw_coal" else 0.0, direct_tco2=carbon, steps=(step, *carbon_steps),
                notes=notes)


def bought_fuel(carrier: Carrier, carriers: Carriers, rows: Conversion) -> Load:
    """One fuel of a project as load; diesel may also be given in litres."""
    amount: float = getattr(carriers, carrier.field)
    steps: tuple[Step, ...] = ()
    if carrier.name == "diesel" and carriers.diesel_l:
        density = stated(rows.row("diesel_density"), carriers.diesel_kg_per_l)
        tonnes = carriers.diesel_l * density.value / KG_PER_T
        steps = (Step(Text(N_("diesel {litres:,.10g} L by its density"), litres=carriers.diesel_l), tonnes, "t",
                      density.value, density.source, density.status),)
        amount += tonnes
    if not amount:
        return nothing(rows.basis)
    load = fuel_load(carrier.name, amount, fuel_row(carrier.name, rows, carriers), rows,
                     feedstock=getattr(carriers.feedstock, carrier.field, 0.0),
                     kgco2_per_gj=carriers.kgco2_per_gj.get(carrier.name))
    return replace(load, steps=steps + load.steps)


def heat_load(name: str, mj: float, what: Text, rows: Conversion, *, given: float | None = None,
              kgco2_per_gj: float | None = None) -> Load:
    """Bought heat (MJ a year) as load, on both bases; ``given`` kgce/MJ takes the place of either coefficient."""
    if not mj:
        return nothing(rows.basis)
    row = stated(rows.bought("heat"), given)
    figures = on_bases(lambda basis: energy(mj, stated(rows.bought("heat", basis), given), basis), rows)
    step = Step(what, figures[0].tce, "tce", row.value, row.source, row.status, rows.shown_basis)
    carbon: float | None = None
    steps: tuple[Step, ...] = (step,)
    notes = _stand_in(rows, given)
    if kgco2_per_gj is None:
        notes += (Text(N_("no emission factor of {carrier} is known: carbon is not known"), carrier=Text(NAMES[name])),)
    else:
        carbon = mj / MJ_PER_GJ * kgco2_per_gj / KG_PER_T
        steps += (Step(Text(N_("carbon of the {carrier} bought"), carrier=Text(NAMES[name])), carbon, "tCO2",
                       kgco2_per_gj, STATED, "unverified"),)
    return Load(*figures, heat_tco2=carbon, steps=steps, notes=notes)


def steam_load(carriers: Carriers, rows: Conversion) -> Load:
    """Bought steam by its enthalpy; without one, by the old default of low-pressure steam, which is said."""
    if not carriers.steam_t:
        return nothing(rows.basis)
    kg = carriers.steam_t * KG_PER_T
    carbon = carriers.kgco2_per_gj.get("steam")
    if carriers.steam_mj_per_kg is not None:
        what = Text(N_("steam {amount:,.10g} t at {enthalpy:g} MJ/kg"), amount=carriers.steam_t,
                    enthalpy=carriers.steam_mj_per_kg)
        return heat_load("steam", kg * carriers.steam_mj_per_kg, what, rows, given=carriers.heat_kgce_per_mj,
                         kgco2_per_gj=carbon)
    row = rows.row("steam")
    mj = kg * row.value / rows.bought("heat", "calorific").value
    load = heat_load("steam", mj, Text(N_("steam {amount:,.10g} t"), amount=carriers.steam_t), rows,
                     given=carriers.heat_kgce_per_mj, kgco2_per_gj=carbon)
    said = Text(N_("steam is counted at {value:g} kgce/kg, the old default of low-pressure steam. State "
                   "steam_mj_per_kg."), value=row.value)
    first = replace(load.steps[0], coefficient=load.energy.tce * KGCE_PER_TCE / kg, source=row.source,
                    status=row.status)
    return replace(load, steps=(first, *load.steps[1:]), notes=(*load.notes, said))


def media_load(carriers: Carriers, rows: Conversion) -> Load:
    """Fresh water and compressed air: energy spent on them elsewhere, so 0 on the calorific value."""
    loads = []
    for name, field, unit in MEDIA:
        amount: float = getattr(carriers, field)
        if amount:
            row = rows.row(f"{name}_equal")
            figures = on_bases(
                lambda basis, amount=amount, row=row:  # type: ignore[misc]
                energy(amount if basis == "equal" else 0.0, row, basis), rows)
            what = Text(N_("{carrier} {amount:,.10g} {unit}"), carrier=Text(NAMES[name]), amount=amount, unit=unit)
            step = Step(what, figures[0].tce, "tce", row.value if rows.basis == "equal" else 0.0, row.source,
                        row.status, rows.shown_basis)
            left_out = () if rows.basis == "equal" else (
                Text(N_("{carrier} counts on the equal value only and is left out"), carrier=Text(NAMES[name])),)
            loads.append(Load(*figures, steps=(step,), notes=left_out))
    return all_of(loads, rows.basis)


def _stand_in(rows: Conversion, given: float | None) -> tuple[Text, ...]:
    """Heat's equal value is issued locally; say so where the shipped row stands in for it."""
    if rows.basis != "equal" or given is not None:
        return ()
    return (Text(N_("bought heat is counted at {value:g} kgce/MJ, which stands in for the local equal value. State "
                    "heat_kgce_per_mj."), value=rows.bought("heat").value),)


def carriers_load(carriers: Carriers, rows: Conversion) -> Load:
    """All bought energy of a project at full load, tce a year."""
    heat = Text(N_("{carrier} {amount:,.10g} {unit}"), carrier=Text(NAMES["heat"]), amount=carriers.heat_gj, unit="GJ")
    return all_of((
        electricity_load(carriers.electricity_mwh, rows),
        *(bought_fuel(carrier, carriers, rows) for carrier in CARRIERS),
        heat_load("heat", carriers.heat_gj * MJ_PER_GJ, heat, rows, given=carriers.heat_kgce_per_mj,
                  kgco2_per_gj=carriers.kgco2_per_gj.get("heat")),
        steam_load(carriers, rows), media_load(carriers, rows),
    ), rows.basis)
