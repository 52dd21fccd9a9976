"""What a rule saw, and what a parcel takes: values about the land, never errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from planner.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class Severity(IntEnum):
    NOTE = 1  # say it on the sheet
    WARN = 2  # a person must look
    STOP = 3  # quota may not be reserved

    def __str__(self) -> str:
        return self.name.lower()


class State(StrEnum):
    HIT = "hit"
    CLEAR = "clear"
    NOT_CHECKABLE = "not_checkable"


@dataclass(frozen=True)
class Finding:
    """One thing a rule saw: enough to draw it, print it, and look up the clause.

    ``value`` is what was measured in ``unit`` (m2 for areas, "wan_yuan/mu" for access standards ...), None
    when not checkable; ``limit`` the tolerated figure in the same unit. ``role`` and ``layer`` name where
    it looked (layer None when the role has none); ``objects`` the features met; ``where`` the offending
    part in EPSG:4490 or None.
    """

    rule: str
    title: str
    state: State
    severity: Severity
    message: Text
    value: float | None
    limit: float | None
    unit: str
    role: str
    layer: str | None
    as_of: date | None
    source: str
    status: str
    objects: tuple[str, ...] = ()
    where: BaseGeometry | None = None


@dataclass(frozen=True)
class ClassArea:
    """One row of what a parcel takes: a class (and grade) of one survey. ``net_m2`` is None without a ridge share
    where the class is cultivated; elsewhere it equals ``gross_m2``."""

    code: str
    code_system: str
    name: str
    grade: int | None
    three_way: str | None
    gross_m2: float
    net_m2: float | None


@dataclass(frozen=True)
class Takes:
    """What a parcel takes of the survey. A total that depends on something unknown is None.

    ``overlap_m2`` is how much the class areas count twice because survey patches overlap each other;
    ``why`` says in sentences what made a total unknown, ``notes`` what is worth knowing and changes nothing;
    ``vintage`` is the as-of date of the survey, the oldest where several had to be used.
    """

    parcel_m2: float
    by_class: tuple[ClassArea, ...]
    uncovered_m2: float
    overlap_m2: float
    new_construction_m2: float | None
    cultivated_m2: float | None
    paddy_m2: float | None
    grain_capacity_kg: float | None
    vintage: date | None
    why: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
