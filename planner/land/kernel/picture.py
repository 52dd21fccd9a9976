"""A layer as pixels: which class lies under the middle of each, and where the boundaries run.

Pixels are squares of the Mercator plane, as maps on the web cut them: columns at even longitudes, rows at latitudes
that are given. A patch between the middles of the pixels is not seen, as in any picture.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planner.land.kernel.compiled import inlined, kept
from planner.land.kernel.outlines import BLOCK, Floats, Outlines, Whole

Pixels = NDArray[np.uint8]


@kept
def painted(
    shapes: Outlines, boxes: Floats, polygons: Whole, ink: Pixels, west: float, step: float, rows: Floats, wide: int
) -> Pixels:
    """The ink of each polygon under the middle of each pixel, 0 where none; of two polygons the later.

    Parameters: ``boxes`` (n, 4) of the polygons of ``shapes`` in degrees; ``polygons`` which of them to draw, ``ink``
    (as many) what with; ``west`` the longitude of the left side, ``step`` degrees a column, ``rows`` the latitudes of
    the middles from north to south, ``wide`` the number of columns.
    """
    pixels = np.zeros((len(rows), wide), np.uint8)
    crossings = np.empty(64)
    for k in range(len(polygons)):
        p = polygons[k]
        left, right = _column(boxes[p, 0], west, step, wide), _column(boxes[p, 2], west, step, wide)
        if left == right:
            continue
        for row in range(_row(rows, boxes[p, 3]), _row(rows, boxes[p, 1])):
            n = 0
            for ring in range(shapes.polygons[p], shapes.polygons[p + 1]):
                start, end = shapes.rings[ring], shapes.rings[ring + 1] - 1
                if len(crossings) < n + end - start:
                    crossings = _longer(crossings, n, n + end - start)
                if shapes.blocks[ring] == shapes.blocks[ring + 1]:
                    n = _crossed(shapes.xy, start, end, rows[row], crossings, n)
                for b in range(shapes.blocks[ring], shapes.blocks[ring + 1]):
                    if shapes.boxes[b, 1] <= rows[row] and shapes.boxes[b, 3] > rows[row]:
                        first = start + (b - shapes.blocks[ring]) * BLOCK
                        n = _crossed(shapes.xy, first, min(first + BLOCK, end), rows[row], crossings, n)
            places = np.sort(crossings[:n])
            for i in range(0, n - 1, 2):
                for column in range(_column(places[i], west, step, wide), _column(places[i + 1], west, step, wide)):
                    pixels[row, column] = ink[k]
    return pixels


@kept
def outlined(
    pixels: Pixels, shapes: Outlines, boxes: Floats, polygons: Whole, ink: Pixels, least: float, west: float,
    step: float, north: float, rise: float
) -> None:
    """Draw the boundaries of those polygons at least so many degrees wide or tall over the pixels, one pixel thick.

    ``north`` is the top side and ``rise`` the height of a pixel in the Mercator plane (radians).
    """
    tall, wide = pixels.shape
    for k in range(len(polygons)):
        p = polygons[k]
        if max(boxes[p, 2] - boxes[p, 0], boxes[p, 3] - boxes[p, 1]) < least:
            continue
        for ring in range(shapes.polygons[p], shapes.polygons[p + 1]):
            bx, by = 0.0, 0.0
            for i in range(shapes.rings[ring], shapes.rings[ring + 1]):
                ax, ay = bx, by
                bx = (shapes.xy[i, 0] - west) / step
                by = (north - _mercator(shapes.xy[i, 1])) / rise
                if i > shapes.rings[ring]:
                    _line(pixels, ax, ay, bx, by, ink[k], wide, tall)


@inlined
def _column(x: float, west: float, step: float, wide: int) -> int:
    """The first column whose middle lies at a longitude or east of it."""
    return int(min(max(np.ceil((x - west) / step - 0.5), 0.0), float(wide)))


@inlined
def _row(rows: Floats, y: float) -> int:
    """How many rows lie north of a latitude or at it."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if rows[middle] >= y:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _crossed(xy: Floats, start: int, end: int, y: float, out: Floats, n: int) -> int:
    """Write the longitudes at which the edges between two vertices cross a latitude. Returns their new number."""
    for i in range(start, end):
        if (xy[i, 1] > y) != (xy[i + 1, 1] > y):
            out[n] = xy[i, 0] + (y - xy[i, 1]) / (xy[i + 1, 1] - xy[i, 1]) * (xy[i + 1, 0] - xy[i, 0])
            n += 1
    return n


@inlined
def _longer(values: Floats, kept_: int, needed: int) -> Floats:
    longer = np.empty(2 * needed)
    longer[:kept_] = values[:kept_]
    return longer


@inlined
def _mercator(latitude: float) -> float:
    """The height of a latitude in the Mercator plane of the sphere, radians."""
    return math.atanh(math.sin(latitude * math.pi / 180.0))


@inlined
def _line(pixels: Pixels, ax: float, ay: float, bx: float, by: float, ink: int, wide: int, tall: int) -> None:
    """The pixels that a line passes, one for each step along its longer side; only those of the picture."""
    low, high = 0.0, 1.0
    for start, run, end in ((ax, bx - ax, float(wide)), (ay, by - ay, float(tall))):
        if run == 0.0:
            if start < 0.0 or start >= end:
                return
        else:
            one, two = -start / run, (end - start) / run
            low, high = max(low, min(one, two)), min(high, max(one, two))
    if low > high:
        return
    steps = int(max(abs(bx - ax), abs(by - ay)) * (high - low)) + 1
    for i in range(steps + 1):
        t = low + (high - low) * i / steps
        x, y = int(np.floor(ax + (bx - ax) * t)), int(np.floor(ay + (by - ay) * t))
        if 0 <= x < wide and 0 <= y < tall:
            pixels[y, x] = ink
