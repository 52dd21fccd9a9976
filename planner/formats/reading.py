"""What a file turned out to hold, before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd

from planner.errors import PlannerError
from planner.text import Text


@dataclass(frozen=True)
class Repair:
    """A change a person must accept: ``what`` is R_GEOMETRY or R_ENCODING; areas in ellipsoidal m2."""

    feature: str
    what: str
    before_m2: float | None
    after_m2: float | None
    message: Text


@dataclass(frozen=True)
class Reading:
    """Features of one file.

    ``source`` has the geometry as the file states it (x = east or longitude, in ``crs``) and all columns of the
    file, index 0..n-1; ``frame`` the same rows in EPSG:4490 with long edges of projected data cut so that no edge
    moves by more than 1 micrometre; both hold the repaired shape where ``repairs`` names the row, the
    accepted rows only. ``crs_from`` and ``encoding_from`` say who named them, see ``Raw``. ``ids`` gives each row's
    feature id (member id, else property id, else its number from 1). ``declared_m2`` is a mapping id -> area stated by
    the file.
    """

    file: str
    format: str
    layer: str
    crs: str
    crs_from: str
    encoding: str
    encoding_from: str
    sha256: str
    read: int
    ids: tuple[str, ...]
    source: gpd.GeoDataFrame
    frame: gpd.GeoDataFrame
    repairs: tuple[Repair, ...] = ()
    rejected: tuple[tuple[str, PlannerError], ...] = ()
    notes: tuple[Text, ...] = ()
    feature_notes: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    declared_m2: dict[str, float] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
