"""What each of many parcels takes of each class of a layer, and how much of it no patch covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.land.geodesy import Floats, ellipsoid_m2
from planner.land.kernel.pack import Packed, shapes_of
from planner.land.kernel.takes import areas_by_class_many, areas_by_polygon
from planner.land.noise import METRES_PER_DEGREE, ROUNDING_M

NO_CLASS = -1
_CELLS = 5_000_000  # parcels times classes held at once
# A parcel's own area and the sum of its parts agree to this share of it; less is no land.
_AGREE = 1e-9


@dataclass(frozen=True)
class Shares:
    """One row a parcel and class, in the order of the parcels and of the classes: their numbers, and the area in m2.

    The class of the land that no patch covers is ``NO_CLASS``, the last row of its parcel.
    """

    parcel: NDArray[np.int64]
    code: NDArray[np.int64]
    m2: Floats


def screen(packed: Packed, parcels: NDArray[Any], *, threads: int = 2) -> Shares:
    """Parcels (valid Polygons or MultiPolygons, EPSG:4490) over a layer that was looked over for overlaps.

    Overlapping patches count each in its class, and what they cover counts once, so that the rest is what no patch
    covers. A row is more than the rounding of coordinates.
    """
    parts = [_rows(packed, parcels, start, stop, threads) for start, stop in _pieces(packed, len(parcels))]
    columns = zip(*((part.parcel, part.code, part.m2) for part in parts), strict=True)
    return Shares(*(np.concatenate(column) for column in columns)) if parts else Shares(
        np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def _pieces(packed: Packed, count: int) -> Iterator[tuple[int, int]]:
    step = max(1, _CELLS // max(1, len(packed.classes)))
    for start in range(0, count, step):
        yield start, min(start + step, count)


def _rows(packed: Packed, parcels: NDArray[Any], start: int, stop: int, threads: int) -> Shares:
    shapes = parcels[start:stop]
    whole = np.atleast_1d(ellipsoid_m2(shapes))
    areas = areas_by_class_many(packed, shapes, threads=threads)
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    rounding = ROUNDING_M * METRES_PER_DEGREE * (east - west + north - south)
    areas[areas <= rounding[:, None]] = 0.0
    rest = whole - (areas.sum(axis=1) - _counted_twice(packed, shapes))
    rest[rest <= np.maximum(rounding, _AGREE * whole)] = 0.0
    row, code = np.nonzero(areas)
    bare = np.flatnonzero(rest)
    rows = np.concatenate([row, bare])
    codes = np.concatenate([code, np.full(len(bare), NO_CLASS)])
    m2 = np.concatenate([areas[row, code], rest[bare]])
    order = np.argsort(rows, kind="stable")
    return Shares(rows[order] + start, codes[order], m2[order])


def _counted_twice(packed: Packed, parcels: NDArray[Any]) -> Floats:
    """How much the sum over the patches exceeds what they cover of each parcel, m2."""
    twice = packed.twice
    if twice is None:
        raise ValueError("the layer has not been looked over for patches that lie on others")
    more = np.zeros(len(parcels))
    crowded = np.flatnonzero(twice)
    if len(crowded):
        tree = shapely.STRtree(shapes_of(packed, crowded))
        for number in np.unique(tree.query(parcels)[0]):
            polygons, areas = areas_by_polygon(packed, parcels[number])
            these = twice[polygons]
            pieces = shapely.intersection(shapes_of(packed, polygons[these]), parcels[number])
            more[number] = areas[these].sum() - ellipsoid_m2(shapely.union_all(pieces))
    return np.maximum(more, 0.0)
