"""The area one parcel shares with each patch it meets: the sum over pairs of edges."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from planner.land.kernel.compiled import compiled, inlined
from planner.land.kernel.edges import COLUMNS, SIGN, SLOPE, X0, X1, Y0, Box, Point, between, covered, edges_of, near
from planner.land.kernel.outlines import BLOCK, WIDE, Floats, Outlines, Whole, box_of
from planner.land.kernel.strips import BAND_DEG, Series, from_south, height, mean, series
from planner.land.kernel.tree import met

# A sum of strips smaller than this share of the largest strip is the rounding of doubles, not land.
_NOTHING = 2.0**-46
# A parcel of many vertices is taken in bands of about 500 m.
_MANY, _FINE_BAND_DEG = 128, 0.005


class Ground(NamedTuple):
    """A layer made ready: its polygons in the order of the tree's leaves, their areas m2, the tree.

    ``owner`` is the patch a polygon is a part of, ``code`` its class.
    """

    shapes: Outlines
    m2: Floats
    owner: Whole
    code: Whole
    tree: Floats
    levels: Whole


class Found(NamedTuple):
    """Polygons and the areas shared with them; the arrays grow with need and are used again."""

    polygons: Whole
    m2: Floats


@compiled
def nothing_found() -> Found:
    """A little room to begin with."""
    return Found(np.empty(256, np.int64), np.empty(256))


@compiled
def shared_m2(ground: Ground, parcel: Outlines, ring: int, end: int, found: Found) -> tuple[Found, int]:
    """The area that rings ring to end - 1 of ``parcel`` share with each polygon of the ground they meet.

    Returns what was found and its number. A polygon met in several bands of a tall parcel appears once for each.
    """
    west, south, east, north = box_of(parcel.xy, parcel.rings[ring], parcel.rings[end])
    bands = _bands(north - south, parcel.rings[end] - parcel.rings[ring])
    n = 0
    for band in range(bands):
        low = south + (north - south) * (band / bands)
        high = north if band == bands - 1 else south + (north - south) * ((band + 1) / bands)
        found, n = _band(ground, parcel, ring, end, (west, low, east, high), bands > 1, found, n)
    return found, n


@inlined
def _bands(tall: float, vertices: int) -> int:
    """In how many bands to take a parcel: as few as the series allows, more where each then has fewer edges."""
    return max(1, math.ceil(tall / BAND_DEG), min(math.ceil(tall / _FINE_BAND_DEG), vertices // _MANY))


@compiled
def _band(
    ground: Ground, parcel: Outlines, ring: int, end: int, box: Box, cut: bool, found: Found, n: int
) -> tuple[Found, int]:
    """The same within a band of latitudes that may cut the parcel, written from the n-th place on."""
    polygons, candidates = met(ground.tree, ground.levels, box, found.polygons, n)
    m2 = _as_long(found.m2, n, len(polygons))
    origin = (box[0], 0.5 * (box[1] + box[3]))
    local = _moved(box, origin)
    edges, runs = edges_of(parcel, ring, end, origin, local[1], local[3])
    rows, some = np.empty((len(edges.rows), COLUMNS)), np.empty((len(edges.rows), COLUMNS))
    c = series(origin[1])
    tall = height(c, local[3]) - height(c, local[1])
    for i in range(n, candidates):
        polygon = polygons[i]
        patch = _moved(_leaf(ground.tree, polygon), origin)
        far, around = _far(ground.shapes, polygon, origin, local)
        if far:
            every, rise = edges.first[runs], from_south(c, local[1])
            area = _under(edges.rows, every, local[2], local[3], local[0], local[3], rise) if around else 0.0
        else:
            low, high = max(patch[1], local[1]), min(patch[3], local[3])
            out = cut and (low > patch[1] or high < patch[3])
            # Only where a cut is all that the band's side is: a side of the parcel itself may pass through the patch.
            top, floor = (high, local[1]) if out else (patch[3], -np.inf)
            count, touched = near(edges, runs, (patch[0], patch[1], patch[2], top), floor, rows)
            if touched or out:
                area = _sum(ground.shapes, polygon, origin, local, rows, count, some, from_south(c, low))
                wide = min(patch[2], local[2]) - max(patch[0], local[0])
                area = area if area > _NOTHING * tall * wide else 0.0
            else:
                inside = covered(rows, count, 0.5 * (patch[0] + patch[2]), 0.5 * (patch[1] + patch[3]))
                area = ground.m2[polygon] if inside else 0.0
        if area > 0.0:
            polygons[n], m2[n] = polygon, area
            n += 1
    return Found(polygons, m2), n


@inlined
def _as_long(m2: Floats, kept: int, length: int) -> Floats:
    """The array of areas, or a longer copy of its first places."""
    if len(m2) >= length:
        return m2
    longer = np.empty(length)
    longer[:kept] = m2[:kept]
    return longer


@inlined
def _leaf(tree: Floats, i: int) -> Box:
    return tree[i, 0], tree[i, 1], tree[i, 2], tree[i, 3]


@inlined
def _moved(box: Box, origin: Point) -> Box:
    return box[0] - origin[0], box[1] - origin[1], box[2] - origin[0], box[3] - origin[1]


# ---------------------------------------------------------------- a long outline that passes by
@inlined
def _far(shapes: Outlines, polygon: int, origin: Point, box: Box) -> tuple[bool, bool]:
    """Whether no box of a long polygon's edges meets a parcel's box, and then whether the parcel lies in the polygon:
    a river's own box holds many parcels that the river never comes near."""
    first, last = shapes.polygons[polygon], shapes.polygons[polygon + 1]
    x, over = 0.5 * (box[0] + box[2]), 0
    if shapes.blocks[first] == shapes.blocks[last]:
        return False, False
    for r in range(first, last):
        start, end = shapes.rings[r], shapes.rings[r + 1] - 1
        b = shapes.blocks[r]
        while b < shapes.blocks[r + 1]:
            if b % WIDE == 0 and _beside(_moved(_leaf(shapes.wide, b // WIDE), origin), box):
                b += WIDE
                continue
            block = _moved(_leaf(shapes.boxes, b), origin)
            i = start + (b - shapes.blocks[r]) * BLOCK
            b += 1
            if _beside(block, box):
                continue
            if block[1] < box[3]:
                return False, False
            # All of it lies above: what of it is over the middle depends on where it starts and ends.
            x0, x1 = shapes.xy[i, 0] - origin[0], shapes.xy[min(i + BLOCK, end), 0] - origin[0]
            if (min(x0, x1) <= x) & (x < max(x0, x1)):
                over += shapes.left[r] if x0 > x1 else -shapes.left[r]
    return True, over > 0


# ---------------------------------------------------------------- the sum over pairs
@inlined
def _sum(
    shapes: Outlines, polygon: int, origin: Point, box: Box, rows: Floats, n: int, some: Floats, c: Series
) -> float:
    """The area under n rows of a parcel with this box and under a polygon, m2; ``some`` is room for as many rows."""
    total = 0.0
    for r in range(shapes.polygons[polygon], shapes.polygons[polygon + 1]):
        start, end = shapes.rings[r], shapes.rings[r + 1] - 1
        ring = 0.0
        if shapes.blocks[r] == shapes.blocks[r + 1]:
            ring = _run(shapes.xy, start, end, origin, box, rows, n, c)
        b, after = shapes.blocks[r], shapes.blocks[r + 1]
        while b < after:
            if b % WIDE == 0 and _beside(_moved(_leaf(shapes.wide, b // WIDE), origin), box):
                b += WIDE
                continue
            i = start + (b - shapes.blocks[r]) * BLOCK
            j = min(i + BLOCK, end)
            west, south, east, north = block = _moved(_leaf(shapes.boxes, b), origin)
            b += 1
            if _beside(block, box):
                continue
            k = between(rows, n, west, east, some)
            if south >= box[3]:
                ring += _under(some, k, shapes.xy[i, 0] - origin[0], box[3], shapes.xy[j, 0] - origin[0], box[3], c)
            else:
                ring += _run(shapes.xy, i, j, origin, box, some, k, c)
        total += ring * shapes.left[r]
    return total


@inlined
def _beside(box: Box, other: Box) -> bool:
    """Whether a box lies beside or below another: edges in it add nothing under what is in the other."""
    return bool((box[2] <= other[0]) | (box[0] >= other[2]) | (box[3] <= other[1]))


@inlined
def _run(xy: Floats, start: int, end: int, origin: Point, box: Box, rows: Floats, n: int, c: Series) -> float:
    """The same under the edges between vertices start and end."""
    total = 0.0
    x, y = xy[start, 0] - origin[0], xy[start, 1] - origin[1]
    for i in range(start + 1, end + 1):
        ax, ay = x, y
        x, y = xy[i, 0] - origin[0], xy[i, 1] - origin[1]
        if (max(ax, x) > box[0]) & (min(ax, x) < box[2]) & (max(ay, y) > box[1]) & (ax != x):
            total += _under(rows, n, ax, ay, x, y, c)
    return total


@inlined
def _under(rows: Floats, n: int, ax: float, ay: float, bx: float, by: float, c: Series) -> float:
    """The area under both the edge from a to b and the rows; positive where the edge goes west."""
    if ax == bx:
        return 0.0
    slope = (by - ay) / (bx - ax)
    x0, y0, x1 = (ax, ay, bx) if ax < bx else (bx, by, ax)
    total = 0.0
    for i in range(n):
        west = max(rows[i, X0], x0)
        width = max(min(rows[i, X1], x1) - west, 0.0)
        y = rows[i, Y0] + (west - rows[i, X0]) * rows[i, SLOPE]
        total += rows[i, SIGN] * _lower(y, rows[i, SLOPE], y0 + (west - x0) * slope, slope, width, c)
    return total if ax > bx else -total


@inlined
def _lower(a0: float, slope_a: float, b0: float, slope_b: float, width: float, c: Series) -> float:
    """The area under the lower of two edges that start at a0 and b0 and rise with these slopes, m2."""
    a1, b1 = a0 + width * slope_a, b0 + width * slope_b
    start, end = a0 - b0, a1 - b1
    if start * end >= 0.0:
        return width * mean(c, min(a0, b0), min(a1, b1))
    share = start / (start - end)
    y = b0 + (b1 - b0) * share
    return width * (share * mean(c, min(a0, b0), y) + (1.0 - share) * mean(c, y, min(a1, b1)))
