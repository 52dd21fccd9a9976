"""Polygons as flat arrays: their vertices, their rings, which side the land lies on, boxes along long rings."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.kernel.compiled import inlined, kept

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

# Edges in one box of a long ring; polygons of fewer than two boxes have none.
BLOCK = 32
# Boxes in one of the wide boxes, by which most of a river is passed over at a glance.
WIDE = 16


class Outlines(NamedTuple):
    """n polygons.

    ``xy`` (m, 2) degrees, each ring closed; ring r has the vertices ``rings[r]:rings[r + 1]``; polygon p the rings
    ``polygons[p]:polygons[p + 1]``, its shell first; ``left`` (rings) is 1 where the land lies to the left of a
    ring's direction and -1 where to the right; ring r has the boxes ``blocks[r]:blocks[r + 1]`` of ``boxes``
    (west, south, east, north), each of ``BLOCK`` consecutive edges, the last of the rest; wide box w is around the
    boxes ``WIDE * w:WIDE * (w + 1)``, of whatever rings.
    """

    xy: Floats
    rings: Whole
    polygons: Whole
    left: NDArray[np.int8]
    blocks: Whole
    boxes: Floats
    wide: Floats


# ---------------------------------------------------------------- from shapely
def flat(shape: BaseGeometry) -> tuple[Floats, Whole, Whole]:
    """Vertices, rings and polygons (as in Outlines) of one Polygon or MultiPolygon; fast for a simple one.

    Raises ValueError for another kind of shape and for coordinates that are no numbers: of those nothing can be said,
    and a sum over them would say "no land".
    """
    if shape.geom_type == "Polygon" and shapely.get_num_interior_rings(shape) == 0:
        xy = _finite(shapely.get_coordinates(shape))
        return xy, np.array((0, len(xy)), np.int64), np.array((0, 1), np.int64)
    return flat_many(shapely.get_parts(shape))


def flat_many(polygons: NDArray[Any]) -> tuple[Floats, Whole, Whole]:
    """The same of an array of Polygons, one or more. Raises ValueError likewise."""
    if (shapely.get_type_id(polygons) != shapely.GeometryType.POLYGON).any():
        raise ValueError("only polygons and multipolygons have an area to share")
    _, xy, (rings, starts) = shapely.to_ragged_array(polygons, include_z=False)
    return _finite(np.ascontiguousarray(xy)), rings.astype(np.int64), starts.astype(np.int64)


def _finite(xy: Floats) -> Floats:
    if not np.isfinite(xy).all():
        raise ValueError("a coordinate is not a number")
    return xy


# ---------------------------------------------------------------- compiled
@kept
def outlines(xy: Floats, rings: Whole, polygons: Whole) -> Outlines:
    """The flat arrays with the side of every ring and the boxes of the long ones."""
    left = np.ones(len(rings) - 1, np.int8)
    blocks = np.zeros(len(rings), np.int64)
    for p in range(len(polygons) - 1):
        first, last = polygons[p], polygons[p + 1]
        long = rings[last] - rings[first] > 2 * BLOCK
        for r in range(first, last):
            counterclockwise = _twice_area(xy, rings[r], rings[r + 1]) > 0.0
            left[r] = 1 if counterclockwise == (r == first) else -1
            edges = rings[r + 1] - rings[r] - 1
            blocks[r + 1] = blocks[r] + ((edges + BLOCK - 1) // BLOCK if long else 0)
    boxes = np.empty((blocks[-1], 4))
    for r in range(len(rings) - 1):
        for b in range(blocks[r], blocks[r + 1]):
            start = rings[r] + (b - blocks[r]) * BLOCK
            boxes[b] = box_of(xy, start, min(start + BLOCK + 1, rings[r + 1]))
    wide = np.empty(((len(boxes) + WIDE - 1) // WIDE, 4))
    for w in range(len(wide)):
        wide[w] = boxes[w * WIDE]
        for b in range(w * WIDE + 1, min((w + 1) * WIDE, len(boxes))):
            for side in range(2):
                wide[w, side] = min(wide[w, side], boxes[b, side])
                wide[w, side + 2] = max(wide[w, side + 2], boxes[b, side + 2])
    return Outlines(xy, rings, polygons, left, blocks, boxes, wide)


@inlined
def box_of(xy: Floats, start: int, end: int) -> tuple[float, float, float, float]:
    """West, south, east and north of the vertices start to end - 1."""
    west, south, east, north = xy[start, 0], xy[start, 1], xy[start, 0], xy[start, 1]
    for i in range(start + 1, end):
        west, east = min(west, xy[i, 0]), max(east, xy[i, 0])
        south, north = min(south, xy[i, 1]), max(north, xy[i, 1])
    return west, south, east, north


@inlined
def _twice_area(xy: Floats, start: int, end: int) -> float:
    """Twice the plane area in degrees, positive if counterclockwise; about the first vertex, to keep the digits."""
    total = 0.0
    x0, y0 = xy[start, 0], xy[start, 1]
    for i in range(start, end - 1):
        total += (xy[i, 0] - x0) * (xy[i + 1, 1] - y0) - (xy[i + 1, 0] - x0) * (xy[i, 1] - y0)
    return total
