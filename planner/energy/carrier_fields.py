"""The energies a project buys, as its applicant states them: yearly amounts, measured coefficients, feedstock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from planner.energy.validation import Amount, Positive, Problem, Strict
from planner.text import N_, Text
from planner.units import KG_PER_T, MJ_PER_GJ

# Fuels whose heat value or carbon content a person may have measured, by the name of the carrier.
FUELS = ("natural_gas", "raw_coal", "coke", "crude_oil", "fuel_oil", "petrol", "kerosene", "diesel", "lng", "lpg",
         "hydrogen")
HEATS = ("heat", "steam")


class Feedstock(Strict):
    """Fuel used as raw material, of the amounts in ``carriers``."""

    natural_gas_m3: Amount = 0.0
    raw_coal_t: Amount = 0.0
    coke_t: Amount = 0.0
    fuel_oil_t: Amount = 0.0
    petrol_t: Amount = 0.0
    diesel_t: Amount = 0.0
    lng_t: Amount = 0.0
    lpg_t: Amount = 0.0
    crude_oil_t: Amount = 0.0
    kerosene_t: Amount = 0.0
    hydrogen_m3: Amount = 0.0


class Carriers(Strict):
    """Yearly amounts bought at full load; a measured coefficient of a fuel or of heat takes the default's place.

    ``measured_kj_per_unit`` is a measured heat value by fuel, in kJ per m3 (gases) or kg (others);
    ``kgco2_per_gj`` the measured or contracted carbon of a fuel, of heat or of steam. ``diesel_l`` is in litres, with
    ``diesel_kg_per_l``; steam by its enthalpy ``steam_mj_per_kg``. Water and compressed air carry energy only on the
    equal value.
    """

    electricity_mwh: Amount = 0.0
    natural_gas_m3: Amount = 0.0
    raw_coal_t: Amount = 0.0
    coke_t: Amount = 0.0
    fuel_oil_t: Amount = 0.0
    petrol_t: Amount = 0.0
    diesel_t: Amount = 0.0
    lng_t: Amount = 0.0
    lpg_t: Amount = 0.0
    crude_oil_t: Amount = 0.0
    kerosene_t: Amount = 0.0
    diesel_l: Amount = 0.0
    hydrogen_m3: Amount = 0.0
    heat_gj: Amount = 0.0
    steam_t: Amount = 0.0
    fresh_water_t: Amount = 0.0
    compressed_air_m3: Amount = 0.0
    natural_gas_kgce_per_m3: Positive | None = None
    raw_coal_kgce_per_kg: Positive | None = None
    coke_kgce_per_kg: Positive | None = None
    fuel_oil_kgce_per_kg: Positive | None = None
    petrol_kgce_per_kg: Positive | None = None
    diesel_kgce_per_kg: Positive | None = None
    lng_kgce_per_kg: Positive | None = None
    lpg_kgce_per_kg: Positive | None = None
    crude_oil_kgce_per_kg: Positive | None = None
    kerosene_kgce_per_kg: Positive | None = None
    hydrogen_kgce_per_m3: Positive | None = None
    heat_kgce_per_mj: Positive | None = None
    diesel_kg_per_l: Positive | None = None
    steam_mj_per_kg: Positive | None = None
    measured_kj_per_unit: dict[str, Positive] = Field(default={})
    kgco2_per_gj: dict[str, Amount] = Field(default={})
    feedstock: Feedstock = Feedstock()

    @model_validator(mode="before")
    @classmethod
    def _larger_units(cls, given: Any) -> Any:
        """A coefficient may be written per t or GJ, as the amounts are; it is kept per kg or MJ."""
        if not isinstance(given, Mapping):
            return given
        fields = dict(given)
        for field in cls.model_fields:
            for small, large, times in (("_per_kg", "_per_t", KG_PER_T), ("_per_mj", "_per_gj", MJ_PER_GJ)):
                written = field.removesuffix(small) + large
                if field.endswith(small) and written in fields and field not in fields:
                    value = fields.pop(written)
                    number = isinstance(value, float | int) and not isinstance(value, bool)
                    fields[field] = value / times if number else value
        return fields

    @model_validator(mode="after")
    def _feedstock_within(self) -> Carriers:
        for field in Feedstock.model_fields:
            used, raw = getattr(self, field), getattr(self.feedstock, field)
            if raw > used:
                raise Problem(Text(N_("feedstock.{field} is {raw:,.10g}, more than the {used:,.10g} bought. "
                                      "It is a part of that amount"), field=field, raw=raw, used=used))
        return self

    @model_validator(mode="after")
    def _measured_are_known(self) -> Carriers:
        for table, known in (("measured_kj_per_unit", FUELS), ("kgco2_per_gj", (*FUELS, *HEATS))):
            for name in getattr(self, table):
                if name not in known:
                    raise Problem(Text(N_("{table} names '{name}'. Known are: {known}"), table=table, name=name,
                                       known=", ".join(known)))
        for fuel in self.measured_kj_per_unit:
            unit = "m3" if fuel in ("natural_gas", "hydrogen") else "kg"
            if getattr(self, f"{fuel}_kgce_per_{unit}") is not None:
                raise Problem(Text(N_("{fuel} has both a measured heat value and a coefficient. Give one of them"),
                                   fuel=fuel))
        return self
