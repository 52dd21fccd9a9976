"""The demo's own rows: what ``layers/catalogue.csv`` and the tables of ``layers/haikou`` hold, as values.

Whoever opens the files hands their text in; nothing here touches a disk.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

TABLES = (
    "centres.csv",
    "parcels.csv",
    "land_mix.csv",
    "plan_mix.csv",
    "names.csv",
    "accounts.csv",
    "lots.csv",
    "projects.toml",
    "registers.toml",
    "catalogue.csv",
)


@dataclass(frozen=True)
class ParkRow:
    """A sub-park (centres.csv): its names, approximate centre in degrees, areas, how its
    streets run, and whether (1) the town has grown around it."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    lon: float
    lat: float
    centre_source: str
    centre_status: str
    area_km2: float
    area_source: str
    area_status: str
    parcels: int
    street_deg: float
    block_long_m: float
    block_deep_m: float
    in_town: int


@dataclass(frozen=True)
class KnownParcel:
    """A parcel with a published figure (parcels.csv); its place is invented. ``area_status`` says which figures
    are real."""

    id: str
    park: str
    name: str
    kind: str
    status: str
    area_m2: float
    area_status: str
    source: str


@dataclass(frozen=True)
class MixRow:
    """What grows or stands in a kind of ground (land_mix.csv): a land class and its weight there, the size of
    its patches near and far from the parks (ha), their length over width, grades and share of ridges."""

    ground: str
    code: str
    name: str
    weight: float
    near_ha: float
    far_ha: float
    aspect: float
    grade_low: int | None
    grade_high: int | None
    ridge_low: float | None
    ridge_high: float | None
    basis: str


@dataclass(frozen=True)
class PlanRow:
    """What a plan shows (plan_mix.csv) on works, streets, greens or a known parcel: a planning code and its weight."""

    use: str
    code: str
    name: str
    weight: float
    basis: str


@dataclass(frozen=True)
class NameRow:
    """A word for something on the map (names.csv): ``what`` river, road, village ...; ``{n}`` is its number."""

    what: str
    name: str
    kind: str


@dataclass(frozen=True)
class AccountRow:
    """One movement that the demo's book opens with (accounts.csv), in ``unit``."""

    park: str
    quota: str
    year: int
    kind: str
    ref: str
    amount: str
    unit: str
    basis: str
    status: str
    source: str


@dataclass(frozen=True)
class LotRow:
    """A lot of restored land among the grants (lots.csv), ``amount`` in ``unit``, price for one ``price_unit``."""

    park: str
    quota: str
    year: int
    lot: str
    county: str
    city: str
    province: str
    expiry: date
    price_yuan: str
    price_unit: str
    lon: float
    lat: float
    amount: str
    unit: str
    basis: str
    status: str
    source: str


@dataclass(frozen=True)
class LayerRow:
    """How a layer of the demo is entered in layers/catalogue.csv."""

    role: str
    layer: str
    title: str
    source: str
    as_of: date
    licence: str
    crs: str
    illustrative: bool


@dataclass(frozen=True)
class SeedRows:
    """All tables of the demo. ``projects`` are the fields of a scenario's [[project]] tables, in queue order;
    ``registers`` the rows of each land register, with how their land is picked."""

    parks: tuple[ParkRow, ...]
    parcels: tuple[KnownParcel, ...]
    mix: tuple[MixRow, ...]
    plan: tuple[PlanRow, ...]
    names: tuple[NameRow, ...]
    accounts: tuple[AccountRow, ...]
    lots: tuple[LotRow, ...]
    layers: tuple[LayerRow, ...]
    projects: tuple[Mapping[str, Any], ...]
    registers: Mapping[str, tuple[Mapping[str, Any], ...]]


Row = TypeVar("Row")


def seed_rows(texts: Mapping[str, str]) -> SeedRows:
    """The rows from the text of each table, by file name (``TABLES``). Raises KeyError for a missing table and
    ValueError for a cell that is not of its column's type."""
    return SeedRows(
        parks=_rows(texts["centres.csv"], ParkRow),
        parcels=_rows(texts["parcels.csv"], KnownParcel),
        mix=_rows(texts["land_mix.csv"], MixRow),
        plan=_rows(texts["plan_mix.csv"], PlanRow),
        names=_rows(texts["names.csv"], NameRow),
        accounts=_rows(texts["accounts.csv"], AccountRow),
        lots=_rows(texts["lots.csv"], LotRow),
        layers=_rows(texts["catalogue.csv"], LayerRow),
        projects=_frozen(tomllib.loads(texts["projects.toml"])["project"]),
        registers={name: _frozen(found) for name, found in tomllib.loads(texts["registers.toml"]).items()},
    )


def _frozen(tables: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(MappingProxyType(dict(table)) for table in tables)


def _rows(text: str, kind: type[Row]) -> tuple[Row, ...]:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return tuple(
        kind(**{name: _cell(row[name], hints[name]) for name in names}) for row in csv.DictReader(io.StringIO(text))
    )


def _cell(text: str, hint: Any) -> Any:
    if hint is bool:
        return {"true": True, "false": False}[text]
    if hint is date:
        return date.fromisoformat(text)
    if hint in (str, int, float):
        return hint(text)
    # What is left is an optional number.
    return None if text == "" else (int if hint == int | None else float)(text)
