"""Bought energy to standard coal: the amount times the coefficient in force, on a stated basis.

E = sum of amount x coefficient (GB/T 2589-2020). Bought electricity and heat have two coefficients, the calorific and
the equal value; fuels have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from planner.energy.answer import Step
from planner.energy.carbon import burnt_carbon, grid_carbon
from planner.energy.load import NOTHING, Energy, Load
from planner.energy.project import Carriers
from planner.parameters import Coefficient, CoefficientMissing, Parameters, in_force
from planner.text import N_, Text
from planner.units import KG_PER_T, KGCE_PER_TCE, KWH_PER_MWH, MJ_PER_GJ

Basis = Literal["calorific", "equal", "unknown"]
STATED = N_("stated in the project")
STATED_VALUE = N_("stated equal value")


@dataclass(frozen=True)
class Carrier:
    """One bought energy: its field and unit in a project, and how many of the coefficient's unit one of it is."""

    name: str
    field: str
    unit: str
    times: float
    stated: str
    fuel: bool = True


CARRIERS = (
    Carrier("natural_gas", "natural_gas_m3", "m3", 1.0, "natural_gas_kgce_per_m3"),
    Carrier("raw_coal", "raw_coal_t", "t", KG_PER_T, "raw_coal_kgce_per_kg"),
    Carrier("coke", "coke_t", "t", KG_PER_T, "coke_kgce_per_kg"),
    Carrier("fuel_oil", "fuel_oil_t", "t", KG_PER_T, "fuel_oil_kgce_per_kg"),
    Carrier("petrol", "petrol_t", "t", KG_PER_T, "petrol_kgce_per_kg"),
    Carrier("diesel", "diesel_t", "t", KG_PER_T, "diesel_kgce_per_kg"),
    Carrier("lng", "lng_t", "t", KG_PER_T, "lng_kgce_per_kg"),
    Carrier("lpg", "lpg_t", "t", KG_PER_T, "lpg_kgce_per_kg"),
    Carrier("heat", "heat_gj", "GJ", MJ_PER_GJ, "heat_kgce_per_mj", fuel=False),
)
NAMES: Mapping[str, str] = {
    "electricity": N_("electricity"), "natural_gas": N_("natural gas"), "raw_coal": N_("raw coal"), "coke": N_("coke"),
    "fuel_oil": N_("fuel oil"), "petrol": N_("petrol"), "diesel": N_("diesel"), "lng": N_("LNG"), "lpg": N_("LPG"),
    "heat": N_("heat"),
}


@dataclass(frozen=True)
class Conversion:
    """The coefficients of a day, by name, and the basis on which bought electricity and heat become tce.

    On the basis ``unknown`` figures are calorific; whoever judges a budget must not use them.
    """

    basis: Basis
    on: date
    rows: Mapping[str, Coefficient]

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


def energy(amount: float, row: Coefficient) -> Energy:
    """tce of an amount in the coefficient's own unit, with the range the standard gives the coefficient."""
    low = row.value if row.low is None else row.low
    high = row.value if row.high is None else row.high
    return Energy(amount * row.value / KGCE_PER_TCE, amount * low / KGCE_PER_TCE, amount * high / KGCE_PER_TCE)


def electricity_load(mwh: float, rows: Conversion) -> Load:
    """Bought electricity (MWh a year) as load: tce on the basis and on both, and its carbon by the grid's factor."""
    if not mwh:
        return NOTHING
    row = rows.bought("electricity")
    kwh = mwh * KWH_PER_MWH
    on_basis = energy(kwh, row)
    carbon, carbon_step = grid_carbon(mwh, rows.rows)
    step = Step(Text(N_("electricity {amount:,.10g} MWh"), amount=mwh), on_basis.tce, "tce", row.value, row.source,
                row.status)
    return Load(on_basis, on_basis.tce, energy(kwh, rows.bought("electricity", "calorific")).tce,
                energy(kwh, rows.bought("electricity", "equal")).tce, electricity_mwh=mwh, carbon_tco2=carbon,
                steps=(step, carbon_step))


def carrier_load(carrier: Carrier, carriers: Carriers, rows: Conversion) -> Load:
    """One fuel or bought heat as load. Feedstock is in the energy, not in what is burnt."""
    amount: float = getattr(carriers, carrier.field)
    if not amount:
        return NOTHING
    given: float | None = getattr(carriers, carrier.stated)
    row = stated(rows.row(carrier.name) if carrier.fuel else rows.bought(carrier.name), given)
    on_basis = energy(amount * carrier.times, row)
    named = Text(NAMES[carrier.name])
    step = Step(Text(N_("{carrier} {amount:,.10g} {unit}"), carrier=named, amount=amount, unit=carrier.unit),
                on_basis.tce, "tce", row.value, row.source, row.status)
    raw: float = getattr(carriers.feedstock, carrier.field, 0.0)
    feedstock = energy(raw * carrier.times, row).tce
    carbon, carbon_steps, notes = burnt_carbon(carrier.name, named, on_basis.tce - feedstock, rows.rows)
    if carrier.fuel:
        calorific = equal = on_basis.tce
    else:
        calorific, equal = (energy(amount * carrier.times, stated(rows.bought(carrier.name, basis), given)).tce
                            for basis in ("calorific", "equal"))
        notes += _stand_in(rows, given)
    return Load(on_basis, on_basis.tce, calorific, equal, feedstock_tce=feedstock,
                coal_t=amount if carrier.name == "raw_coal" else 0.0, carbon_tco2=carbon,
                steps=(step, *carbon_steps), notes=notes)


def _stand_in(rows: Conversion, given: float | None) -> tuple[Text, ...]:
    """Heat's equal value is issued locally; say so where the shipped row stands in for it."""
    if rows.basis != "equal" or given is not None:
        return ()
    return (Text(N_("bought heat is counted at {value:g} kgce/MJ, which stands in for the local equal value. State "
                    "heat_kgce_per_mj."), value=rows.bought("heat").value),)


def carriers_load(carriers: Carriers, rows: Conversion) -> Load:
    """All bought energy of a project at full load, tce a year."""
    loads = [electricity_load(carriers.electricity_mwh, rows)]
    loads += [carrier_load(carrier, carriers, rows) for carrier in CARRIERS]
    return sum(loads, NOTHING)
