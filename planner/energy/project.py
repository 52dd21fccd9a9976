"""A project as its applicant describes it: the fields of one ``[[project]]`` of a scenario file, checked once here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, field_validator, model_validator

from planner.energy.carrier_fields import Carriers, Feedstock
from planner.energy.kinds import (
    Boiler,
    Campus,
    CombinedHeatPower,
    DataCentre,
    ElectricVehicles,
    FloorArea,
    GasPower,
    Product,
)
from planner.energy.validation import (
    Amount,
    Name,
    Positive,
    Problem,
    Share,
    Strict,
    Year,
    YearTable,
    short,
    validated,
)
from planner.errors import ScenarioError
from planner.text import N_, Text

__all__ = ["LAND_QUOTAS", "RESERVED_IDS", "Boiler", "Campus", "Carriers", "CombinedHeatPower", "DataCentre", "Day",
           "ElectricVehicles", "Feedstock", "FloorArea", "GasPower", "Ids", "Land", "Phase", "Product", "Project",
           "Renewable", "fields_of", "project_from"]

RESERVED_IDS = ("BASELINE", "LIST", "CITY", "PROVINCE", "RETIRED", "CLOSED")


def _day(value: Any) -> Any:
    """An ISO text as a day; anything else is left for the check to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Problem(Text(N_("'{value}' is not a day. Write it as 2026-01-31"), value=short(value))) from None


def _listed(value: Any) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise Problem(Text(N_("'{value}' is neither true, false nor a list of quotas"), value=short(value)))


def _plain(value: bool | tuple[str, ...]) -> bool | list[str]:
    return list(value) if isinstance(value, tuple) else value


Day = Annotated[date, BeforeValidator(_day)]


class Phase(Strict):
    """A part of a project that begins ``after`` so many years from its start, with its share of the full load."""

    after: Annotated[int, Field(ge=0, le=100)] = 0
    share: Share


class Renewable(Strict):
    """Renewable electricity within what is bought: power added since 2020 (physical), and green certificates."""

    added_mwh: YearTable = 0.0
    certificates_mwh: YearTable = 0.0


class Land(Strict):
    """What the project takes of the land quotas: stated in hectares, or read from a parcel (``id`` where the file has
    several)."""

    new_construction_ha: Amount | None = None
    offset_quantity_ha: Amount | None = None
    offset_paddy_ha: Amount | None = None
    offset_grain_kg: Amount | None = None
    parcel: Name | None = None
    id: Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Land:
        stated = [name for name in LAND_QUOTAS if getattr(self, name) is not None]
        if self.parcel and stated:
            raise Problem(Text(N_("parcel and {stated} are both given. With a parcel the survey says what it takes: "
                                  "remove one of them"), stated=", ".join(stated)))
        if self.id and not self.parcel:
            raise Problem(Text(N_("id names a feature of a parcel file, but parcel is not given")))
        return self


LAND_QUOTAS = ("new_construction_ha", "offset_quantity_ha", "offset_paddy_ha", "offset_grain_kg")
Ids = Annotated[tuple[Name, ...], Field(strict=False)]


class Project(Strict):
    """One project. Amounts are yearly at full load; ``ramp`` is the share of full load in the 1st, 2nd ... year from
    ``start``, the last one holds. With ``phases`` each has its own share, and the ramp from its own beginning.

    ``floor_area_above_8m_m2`` is the part of ``floor_area_m2`` in storeys higher than 8 m; a building coefficient
    counts structures and yards too, a building density buildings only; shares are of the site, ``admin_floor_share``
    of the floor area.

    ``sub_park`` and ``industry`` (and ``two_high``: energy and emissions both high) are what a regional assessment asks
    about; ``replacement_ratio`` the retired load it must bring for each tce it asks; ``inside_boundary`` whether it
    counts for the zero-carbon ratio where no parcel tells. ``grid_kw`` is its highest draw, on ``substation``.
    ``demand`` is what it asks of any further quota, by the quota's cap key: a year at full load, or of a stock at once.
    """

    id: Name = "project"
    name: Annotated[str, Field(max_length=200)] = ""
    status: Literal["committed", "candidate"] = "candidate"
    start: Year | None = None
    on: Day | None = None
    ramp: Annotated[tuple[Share, ...], Field(strict=False, min_length=1, max_length=100)] = (1.0,)
    value_added_wan_yuan: Amount | None = None
    output_wan_yuan: Amount | None = None
    tax_wan_yuan: Amount | None = None
    investment_wan_yuan: Amount | None = None
    area_mu: Positive | None = None
    jobs: Amount | None = None
    industry: Annotated[str, Field(max_length=80)] = ""
    plot_ratio: Amount | None = None
    floor_area_m2: Amount | None = None
    floor_area_above_8m_m2: Amount | None = None
    building_coefficient_share: Share | None = None
    building_density_share: Share | None = None
    green_share: Share | None = None
    admin_land_share: Share | None = None
    admin_floor_share: Share | None = None
    listed: Annotated[bool | tuple[str, ...], PlainValidator(_listed), PlainSerializer(_plain, return_type=Any)] = False
    data_centre: DataCentre | None = None
    gas_power: GasPower | None = None
    combined_heat_power: CombinedHeatPower | None = None
    boiler: Boiler | None = None
    products: Annotated[tuple[Product, ...], Field(strict=False, max_length=200)] = ()
    floor_area: FloorArea | None = None
    campus: Campus | None = None
    electric_vehicles: ElectricVehicles | None = None
    carriers: Carriers | None = None
    phases: Annotated[tuple[Phase, ...], Field(strict=False, max_length=50)] = ()
    sub_park: Name | None = None
    two_high: bool | None = None
    replacement_ratio: Positive | None = None
    inside_boundary: bool | None = None
    water_m3: Amount | None = None
    grid_kw: Amount | None = None
    substation: Name | None = None
    demand: dict[Name, Amount] = {}
    renewable: Renewable = Renewable()
    land: Land = Land()
    land_year: Year | None = None
    must: bool | None = None
    apart: Ids = ()
    together: Ids = ()
    site: Name | None = None
    window: Annotated[tuple[Year, Year] | None, Field(strict=False)] = None
    uncertain: dict[str, Annotated[tuple[float, float, float], Field(strict=False)]] = {}

    @model_validator(mode="before")
    @classmethod
    def _parcel_beside(cls, given: Any) -> Any:
        """``parcel`` and ``land_year`` may stand in the project or in its land table."""
        if not isinstance(given, Mapping):
            return given
        fields, land = dict(given), given.get("land", {})
        if "parcel" in fields and isinstance(land, Mapping):
            fields["land"] = {**land, "parcel": fields.pop("parcel")}
        if isinstance(land, Mapping) and "land_year" in land and "land_year" not in fields:
            fields["land"] = {key: value for key, value in fields["land"].items() if key != "land_year"}
            fields["land_year"] = land["land_year"]
        return fields

    @field_validator("id")
    @classmethod
    def _own_id(cls, value: str) -> str:
        if value in RESERVED_IDS:
            raise Problem(Text(N_("'{value}' is a reserved name. Choose another id"), value=value))
        return value

    @field_validator("window")
    @classmethod
    def _window_in_order(cls, value: tuple[int, int] | None) -> tuple[int, int] | None:
        if value and value[0] > value[1]:
            raise Problem(Text(N_("{first} is after {last}. Write the first start, then the last"),
                               first=value[0], last=value[1]))
        return value

    @field_validator("phases")
    @classmethod
    def _phases_within_one(cls, value: tuple[Phase, ...]) -> tuple[Phase, ...]:
        whole = sum(phase.share for phase in value)
        if whole > 1 + 1e-9:
            raise Problem(Text(N_("the shares of the phases add up to {whole:g}, more than 1"), whole=whole))
        return value

    @field_validator("uncertain")
    @classmethod
    def _triangular(cls, value: dict[str, tuple[float, float, float]]) -> dict[str, tuple[float, float, float]]:
        for path, (low, mode, high) in value.items():
            if not low <= mode <= high:
                raise Problem(Text(N_("{path} must be low, mode, high in rising order"), path=path))
        return value

    @property
    def called(self) -> str:
        """The name for people, else the id."""
        return self.name or self.id

    @property
    def land_taken(self) -> int | None:
        """The year in which the land is taken, whole."""
        return self.land_year if self.land_year is not None else self.start

    def share_in(self, year: int) -> float:
        """Share of full load in a year: 0 before the start; a start long ago stands where its ramp has come to."""
        since = year - (self.start if self.start is not None else year)
        if not self.phases:
            return self._ramped(since)
        return sum(phase.share * self._ramped(since - phase.after) for phase in self.phases)

    def _ramped(self, since: int) -> float:
        return 0.0 if since < 0 else self.ramp[min(since, len(self.ramp) - 1)]


def project_from(mapping: Mapping[str, Any], *, place: str | None = None) -> Project:
    """A project from the fields of a file, a table or a form.

    Raises ScenarioError naming ``place`` (default: the project's id), the field, its value and the way out.
    """
    where = place or str(mapping.get("id", "project"))
    if not isinstance(mapping, Mapping):
        raise ScenarioError(place=where, problem=Text(N_("a project is a table of fields")))
    return validated(Project, mapping, place=where)


def fields_of(project: Project) -> dict[str, Any]:
    """The fields that were stated, as JSON can hold them; ``project_from`` reads them back to an equal project."""
    return project.model_dump(mode="json", exclude_defaults=True, by_alias=True)
