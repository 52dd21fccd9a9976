"""The edges of a parcel, made ready once and then chosen for each patch.

A row is an edge with its west end first. What of a parcel lies beside or below a patch adds nothing to the sum over
pairs; what lies above counts only by its longitudes. So a run of edges above is one flat edge from where the run
starts to where it ends, and a few rows are left for a patch, however many vertices the parcel has.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.land.kernel.compiled import compiled, inlined
from planner.land.kernel.outlines import Floats, Outlines, Whole

Box = tuple[float, float, float, float]
Point = tuple[float, float]

# Columns of a row; SIGN is 1 where the land lies below the edge and -1 where above.
X0, Y0, X1, Y1, SLOPE, SIGN = range(6)
COLUMNS = 6
# Columns of a run: its box, and the longitudes of its start and end.
WEST, SOUTH, EAST, NORTH, START, END, LEFT = range(7)
RUN_COLUMNS = 7
RUN = 8  # edges in a run

_PIECES = 3  # at most of one edge: below, within and above a band
# Against rounding in the test whether an edge touches a box; too much costs time, never the answer.
_MARGIN = 1e-9


class Edges(NamedTuple):
    """The rows of a parcel in the order of its rings; run k has the rows ``first[k]:first[k + 1]``."""

    rows: Floats
    runs: Floats
    first: Whole


# ---------------------------------------------------------------- of a parcel
@compiled
def edges_of(parcel: Outlines, ring: int, end: int, origin: Point, south: float, north: float) -> tuple[Edges, int]:
    """Rings ring to end - 1 from an origin, what lies outside a band of latitudes moved to its sides.

    Returns the edges and the number of their runs.
    """
    vertices = parcel.rings[end] - parcel.rings[ring]
    most = vertices // RUN + end - ring
    edges = Edges(np.empty((_PIECES * vertices, COLUMNS)), np.empty((most, RUN_COLUMNS)), np.empty(most + 1, np.int64))
    n, k = 0, 0
    for r in range(ring, end):
        for start in range(parcel.rings[r], parcel.rings[r + 1] - 1, RUN):
            stop = min(start + RUN, parcel.rings[r + 1] - 1)
            edges.first[k] = n
            for i in range(start, stop):
                # The difference of near doubles is exact: from here on no digit of the coordinates is lost.
                ax, ay = parcel.xy[i, 0] - origin[0], parcel.xy[i, 1] - origin[1]
                bx, by = parcel.xy[i + 1, 0] - origin[0], parcel.xy[i + 1, 1] - origin[1]
                n = _put(edges.rows, n, ax, ay, bx, by, parcel.left[r], south, north)
            edges.runs[k, START], edges.runs[k, END] = parcel.xy[start, 0] - origin[0], parcel.xy[stop, 0] - origin[0]
            edges.runs[k, LEFT] = parcel.left[r]
            _box(edges, k, n)
            k += 1
    edges.first[k] = n
    return edges, k


@inlined
def _put(
    rows: Floats, n: int, ax: float, ay: float, bx: float, by: float, left: int, south: float, north: float
) -> int:
    """Write the edge from a to b: one row, or three where it leaves the band. Returns the new number of rows."""
    if south <= min(ay, by) and max(ay, by) <= north:
        return _row(rows, n, ax, ay, bx, by, left)
    if max(ay, by) <= south:
        return _row(rows, n, ax, south, bx, south, left)
    if min(ay, by) >= north:
        return _row(rows, n, ax, north, bx, north, left)
    rise = by - ay
    one = min(max(((south if rise > 0 else north) - ay) / rise, 0.0), 1.0)
    two = min(max(((north if rise > 0 else south) - ay) / rise, 0.0), 1.0)
    x1, y1 = ax + one * (bx - ax), min(max(ay + one * rise, south), north)
    x2, y2 = ax + two * (bx - ax), min(max(ay + two * rise, south), north)
    n = _row(rows, n, ax, y1, x1, y1, left)
    n = _row(rows, n, x1, y1, x2, y2, left)
    return _row(rows, n, x2, y2, bx, y2, left)


@inlined
def _row(rows: Floats, n: int, ax: float, ay: float, bx: float, by: float, left: float) -> int:
    east = ax < bx
    rows[n, X0], rows[n, Y0] = (ax, ay) if east else (bx, by)
    rows[n, X1], rows[n, Y1] = (bx, by) if east else (ax, ay)
    rows[n, SLOPE] = 0.0 if ax == bx else (by - ay) / (bx - ax)
    rows[n, SIGN] = -left if east else left
    return n + 1


@inlined
def _box(edges: Edges, k: int, n: int) -> None:
    """The box of run k, whose rows end before the n-th."""
    first = edges.first[k]
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for i in range(first, n):
        west, east = min(west, edges.rows[i, X0]), max(east, edges.rows[i, X1])
        south = min(south, edges.rows[i, Y0], edges.rows[i, Y1])
        north = max(north, edges.rows[i, Y0], edges.rows[i, Y1])
    edges.runs[k, WEST], edges.runs[k, SOUTH], edges.runs[k, EAST], edges.runs[k, NORTH] = west, south, east, north


# ---------------------------------------------------------------- for a patch
@inlined
def near(edges: Edges, runs: int, box: Box, floor: float, out: Floats) -> tuple[int, bool]:
    """Write the rows that count for a patch with this box to ``out`` (as long as ``edges.rows``).

    What lies on the floor of the band or below is needed where the patch reaches below it, as flat rows. Returns
    their number, and whether any may touch the box: if none does, it lies in the parcel as a whole or not at all.
    """
    west, south, east, north = box
    n, touched = 0, False
    for k in range(runs):
        if (edges.runs[k, EAST] <= west) | (edges.runs[k, WEST] >= east) | (edges.runs[k, NORTH] <= south):
            continue
        if (edges.runs[k, SOUTH] >= north) | (edges.runs[k, NORTH] <= floor):
            y = north if edges.runs[k, SOUTH] >= north else floor
            n = _flat(out, n, edges.runs[k, START], edges.runs[k, END], y, edges.runs[k, LEFT])
            continue
        for i in range(edges.first[k], edges.first[k + 1]):
            low, high = min(edges.rows[i, Y0], edges.rows[i, Y1]), max(edges.rows[i, Y0], edges.rows[i, Y1])
            # Joined by | it is one branch: which edges are near is anyone's guess, and a wrong guess is dear.
            if (edges.rows[i, X1] <= west) | (edges.rows[i, X0] >= east) | (high <= south):
                continue
            if (low >= north) | (high <= floor):
                y = north if low >= north else floor
                n = _flat(out, n, edges.rows[i, X0], edges.rows[i, X1], y, -edges.rows[i, SIGN])
                continue
            for column in range(COLUMNS):
                out[n, column] = edges.rows[i, column]
            n += 1
            touched = touched or _touches(edges.rows, i, box)
    return n, touched


@inlined
def _flat(out: Floats, n: int, start: float, end: float, y: float, left: float) -> int:
    """Write a flat row, or lengthen the last where that is one and goes on."""
    if start == end:
        return n
    x0, x1 = min(start, end), max(start, end)
    sign = -left if start < end else left
    if n and out[n - 1, SIGN] == sign and out[n - 1, Y0] == y and out[n - 1, Y1] == y:
        if out[n - 1, X1] == x0:
            out[n - 1, X1] = x1
            return n
        if out[n - 1, X0] == x1:
            out[n - 1, X0] = x0
            return n
    out[n, X0], out[n, Y0], out[n, X1], out[n, Y1], out[n, SLOPE], out[n, SIGN] = x0, y, x1, y, 0.0, sign
    return n + 1


@inlined
def _touches(rows: Floats, i: int, box: Box) -> bool:
    """Whether a row, whose own box meets this one, may touch it: the line passes between two corners."""
    x, y = 0.5 * (box[0] + box[2]), 0.5 * (box[1] + box[3])
    reach = (box[3] - y + abs(rows[i, SLOPE]) * (box[2] - x)) * (1.0 + _MARGIN)
    off = abs(rows[i, Y0] + (x - rows[i, X0]) * rows[i, SLOPE] - y)
    return bool(rows[i, X0] == rows[i, X1] or off <= reach)


@inlined
def between(rows: Floats, n: int, west: float, east: float, out: Floats) -> int:
    """Write those of n rows to ``out`` that lie between two longitudes, in part or whole. Returns their number."""
    k = 0
    for i in range(n):
        if (rows[i, X1] > west) & (rows[i, X0] < east):
            for column in range(COLUMNS):
                out[k, column] = rows[i, column]
            k += 1
    return k


@inlined
def covered(rows: Floats, n: int, x: float, y: float) -> bool:
    """Whether a place lies in the parcel, of which these n rows count."""
    over = 0.0
    for i in range(n):
        if rows[i, X0] <= x < rows[i, X1] and rows[i, Y0] + (x - rows[i, X0]) * rows[i, SLOPE] > y:
            over += rows[i, SIGN]
    return over > 0.5
