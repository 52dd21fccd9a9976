"""What parcels take of a packed layer: areas by class or by patch, of one parcel at once or of many on threads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.kernel.compiled import kept
from planner.land.kernel.outlines import Floats, Whole, flat, flat_many, outlines
from planner.land.kernel.pack import Packed, RowClass, pack
from planner.land.kernel.shared import Ground, nothing_found, shared_m2
from planner.land.kernel.tree import hilbert_order
from planner.land.noise import METRES_PER_DEGREE, ROUNDING_M

# Machine code is kept until the text of this module changes. It holds what it calls of the room's other modules, so
# this names their texts; a test says what to write here when one of them has changed.
OF_TEXTS = "eb2b92f2fbea0873"

# Parcels a thread takes at a time: enough to be worth a call, few enough that no thread is left with the rest.
_AT_A_TIME = 512
_LOOKED_AT = 8192


# ---------------------------------------------------------------- one parcel
def areas_by_class(packed: Packed, parcel: BaseGeometry) -> Floats:
    """Area in m2 that a parcel shares with the patches of each of ``packed.classes``.

    ``parcel`` is a valid Polygon or MultiPolygon in degrees (EPSG:4490); one without land shares none. Overlapping
    patches count each; the rest of the parcel is not covered.
    """
    if parcel.is_empty:
        return np.zeros(len(packed.classes))
    xy, rings, polygons = flat(parcel)
    parts = np.array((0, len(polygons) - 1), np.int64)
    areas: Floats = _by_class(packed.ground, xy, rings, polygons, parts, len(packed.classes))[0]
    return areas


def areas_by_polygon(packed: Packed, parcel: BaseGeometry) -> tuple[Whole, Floats]:
    """The same by polygon: numbers of leaves, each once, and the area shared with each in m2; ``ground.owner`` says of
    which patch each is."""
    if parcel.is_empty:
        return np.empty(0, np.int64), np.empty(0)
    leaves, areas = _by_polygon(packed.ground, *flat(parcel))
    polygons, place = np.unique(leaves, return_inverse=True)
    shares: Floats = np.bincount(place, weights=areas, minlength=len(polygons)).astype(float)
    return polygons, shares


def warm() -> None:
    """Load (the first time ever: make) the machine code for one parcel; for a thread in the background."""
    square = shapely.box(0.0, 0.0, 1e-3, 1e-3)
    packed = pack([square], [0], [RowClass("", "", None, None)])
    areas_by_class(packed, square)
    areas_by_polygon(packed, square)


# ---------------------------------------------------------------- many
def areas_by_class_many(packed: Packed, parcels: Any, *, threads: int = 2) -> Floats:
    """Area in m2 that each of m parcels shares with each of n classes, (m, n), on so many threads.

    Parcels as in ``areas_by_class``; missing ones share nothing.
    """
    shapes = np.asarray(parcels, dtype=object)
    areas = np.zeros((len(shapes), len(packed.classes)))
    some = np.flatnonzero(~(shapely.is_empty(shapes) | shapely.is_missing(shapes)))
    if len(some):
        # Along the curve a thread finds what it needs of the layer still in the cache from the parcel before.
        some = some[hilbert_order(shapely.bounds(shapes[some]))]

    def take(these: NDArray[np.intp]) -> None:
        polygons, owner = shapely.get_parts(shapes[these], return_index=True)
        parts = np.searchsorted(owner, np.arange(len(these) + 1)).astype(np.int64)
        areas[these] = _by_class(packed.ground, *flat_many(polygons), parts, len(packed.classes))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(take, _pieces(some)))
    return areas


def looked_over(packed: Packed, *, threads: int = 2) -> Packed:
    """The layer with ``twice`` known: each polygon laid over the layer itself, thinner land than rounding left out."""
    count = len(packed.ground.m2)
    twice = np.zeros(count, bool)

    def look(start: int) -> None:
        _mark_twice(packed.ground, start, min(start + _LOOKED_AT, count), ROUNDING_M * METRES_PER_DEGREE, twice)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(look, range(0, count, _LOOKED_AT)))
    twice.flags.writeable = False
    return replace(packed, twice=twice)


def _pieces(order: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(order), _AT_A_TIME):
        yield order[start : start + _AT_A_TIME]


# ---------------------------------------------------------------- compiled
@kept
def _by_class(ground: Ground, xy: Floats, rings: Whole, polygons: Whole, parts: Whole, classes: int) -> Floats:
    """The areas by class of parcels, the k-th of which has the polygons parts[k]:parts[k + 1]."""
    parcels = outlines(xy, rings, polygons)
    found = nothing_found()
    areas = np.zeros((len(parts) - 1, classes))
    for k in range(len(parts) - 1):
        found, n = shared_m2(ground, parcels, polygons[parts[k]], polygons[parts[k + 1]], found)
        for i in range(n):
            areas[k, ground.code[found.polygons[i]]] += found.m2[i]
    return areas


@kept
def _by_polygon(ground: Ground, xy: Floats, rings: Whole, polygons: Whole) -> tuple[Whole, Floats]:
    """Every polygon that a parcel shares land with, once for each band it is met in, and the area."""
    parcel = outlines(xy, rings, polygons)
    found, n = shared_m2(ground, parcel, 0, len(rings) - 1, nothing_found())
    return found.polygons[:n].copy(), found.m2[:n].copy()


@kept
def _mark_twice(ground: Ground, start: int, end: int, rounding: float, twice: NDArray[np.bool_]) -> None:
    """Mark the polygons start ... end - 1 that share land with others, and those others."""
    shapes, found = ground.shapes, nothing_found()
    for i in range(start, end):
        limit = rounding * (ground.tree[i, 2] - ground.tree[i, 0] + ground.tree[i, 3] - ground.tree[i, 1])
        found, n = shared_m2(ground, shapes, shapes.polygons[i], shapes.polygons[i + 1], found)
        for k in range(n):
            if found.polygons[k] != i and found.m2[k] > limit:
                twice[i], twice[found.polygons[k]] = True, True
