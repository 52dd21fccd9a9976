"""The kinds of project, as an applicant states them. Each has a module of its own name that makes a load of it.

``SCALED`` names the amounts of a kind that grow with the project; the rest are its properties.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from planner.energy.carrier_fields import FUELS
from planner.energy.validation import Amount, Name, Positive, Problem, Share, ShareTable, Strict
from planner.text import N_, Text

Count = Literal["net", "gross"]


def _fuel(name: str) -> str:
    if name not in FUELS:
        raise Problem(Text(N_("the fuel '{name}' is not known. Known are: {known}"), name=name,
                           known=", ".join(FUELS)))
    return name


class DataCentre(Strict):
    """A data centre: ``racks`` of ``kw_per_rack`` (default: the standard rack), or ``it_load_kw`` in place of both.

    ``load_factor`` is the share of the IT load that runs, ``pue`` all energy by IT energy. ``load_factor_by_year``
    (a year that is missing stands at the one before it) holds it down while the halls fill up. ``own_generation_mwh``
    is renewable power made and used on the site, ``waste_heat_gj`` heat that others use.
    """

    SCALED: ClassVar = ("racks", "it_load_kw", "own_generation_mwh", "waste_heat_gj")

    racks: Amount | None = None
    kw_per_rack: Positive | None = None
    it_load_kw: Amount | None = None
    load_factor: Share
    pue: Annotated[float, Field(ge=1, le=100)]
    load_factor_by_year: ShareTable | None = None
    own_generation_mwh: Amount = 0.0
    waste_heat_gj: Amount = 0.0

    @model_validator(mode="after")
    def _one_size(self) -> DataCentre:
        by_racks = self.racks is not None or self.kw_per_rack is not None
        if by_racks == (self.it_load_kw is not None) or (by_racks and self.racks is None):
            raise Problem(Text(N_("give either racks (with kw_per_rack) or it_load_kw, not both and not neither")))
        return self


class GasPower(Strict):
    """A gas power plant. ``count`` says what the budget is charged: fuel less power out (net), or all fuel (gross)."""

    SCALED: ClassVar = ("generation_mwh",)

    generation_mwh: Amount
    gas_m3_per_kwh: Positive | None = None
    gas_kgce_per_m3: Positive | None = None
    count: Count = "net"


class CombinedHeatPower(Strict):
    """A plant that gives out power and heat: ``fuel_amount`` in m3 (gases) or t (others) a year.

    ``recovered_gj`` is waste heat put to use besides. ``count`` as for a gas plant.
    """

    SCALED: ClassVar = ("fuel_amount", "power_mwh", "heat_gj", "recovered_gj")

    fuel: Name = "natural_gas"
    fuel_amount: Positive
    fuel_kgce_per_unit: Positive | None = None
    power_mwh: Amount
    heat_gj: Amount
    recovered_gj: Amount = 0.0
    count: Count = "net"

    @model_validator(mode="after")
    def _known_fuel(self) -> CombinedHeatPower:
        _fuel(self.fuel)
        return self


class Boiler(Strict):
    """Boilers and steam supply: ``heat_gj`` given out a year (or ``steam_t`` of ``steam_mj_per_kg``), of which
    ``sold_share`` goes to others. ``efficiency`` is heat out by fuel in. ``count = "net"`` credits what is sold."""

    SCALED: ClassVar = ("heat_gj", "steam_t")

    fuel: Name = "natural_gas"
    fuel_kgce_per_unit: Positive | None = None
    efficiency: Annotated[float, Field(gt=0, le=1)] | None = None
    heat_gj: Amount | None = None
    steam_t: Amount | None = None
    steam_mj_per_kg: Positive | None = None
    sold_share: Share = 0.0
    count: Count = "net"

    @model_validator(mode="after")
    def _one_output(self) -> Boiler:
        _fuel(self.fuel)
        if (self.heat_gj is None) == (self.steam_t is None):
            raise Problem(Text(N_("give either heat_gj or steam_t, not both and not neither")))
        if self.steam_t is not None and self.steam_mj_per_kg is None:
            raise Problem(Text(N_("steam_t needs steam_mj_per_kg, its enthalpy above that of the water fed in")))
        return self


class Product(Strict):
    """One product of a manufacturer: ``output`` a year times what one unit of it takes.

    ``kgce_per_unit`` is the whole consumption of a unit where it is not known by carrier: carbon is then not known.
    ``norm`` names a row of the parameters (product:NAME) that says what is plausible, and stands in where nothing is
    stated.
    """

    SCALED: ClassVar = ("output",)

    name: Name
    output: Amount
    unit: Name = "t"
    electricity_kwh_per_unit: Amount = 0.0
    natural_gas_m3_per_unit: Amount = 0.0
    heat_mj_per_unit: Amount = 0.0
    kgce_per_unit: Positive | None = None
    norm: Name | None = None


class FloorArea(Strict):
    """A manufacturer known only by its halls: ``floor_area_m2`` times a yearly norm (floor:USE), or a stated one."""

    SCALED: ClassVar = ("floor_area_m2",)

    floor_area_m2: Amount
    norm: Name | None = None
    kwh_per_m2: Positive | None = None

    @model_validator(mode="after")
    def _a_norm(self) -> FloorArea:
        if (self.norm is None) == (self.kwh_per_m2 is None):
            raise Problem(Text(N_("give either norm or kwh_per_m2, not both and not neither")))
        return self


class Campus(Strict):
    """A campus of buildings: floor area by use, each with its norm (floor:USE), and gas for its kitchens."""

    SCALED: ClassVar = ("natural_gas_m3",)

    floor_area_m2: dict[str, Amount]
    natural_gas_m3: Amount = 0.0


class ElectricVehicles(Strict):
    """Electric vehicles that are charged here: so many of a kind (vehicle:KIND), or with a stated consumption."""

    SCALED: ClassVar = ("vehicles",)

    vehicles: Amount
    km_per_year: Positive
    kind: Name | None = None
    kwh_per_100km: Positive | None = None
    charging_efficiency: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _a_consumption(self) -> ElectricVehicles:
        if (self.kind is None) == (self.kwh_per_100km is None):
            raise Problem(Text(N_("give either kind or kwh_per_100km, not both and not neither")))
        return self
