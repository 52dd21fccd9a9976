"""Which boxes of a layer meet another: a packed R-tree, its leaves in the order of a Hilbert curve.

The tree is one array: the boxes of the patches, then those of each sixteen of them, and so on to the root.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.land.kernel.compiled import compiled, inlined
from planner.land.kernel.outlines import Floats, Whole

FAN = 16
_BITS = 16  # of each axis along the curve


def hilbert_order(boxes: Floats) -> NDArray[np.intp]:
    """An order of n boxes (n, 4) in which neighbours in the list are neighbours on the ground."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    low = middles.min(axis=0)
    span = np.maximum(middles.max(axis=0) - low, np.finfo(float).tiny)
    cells = ((middles - low) / span * (2**_BITS - 1)).astype(np.int64)
    return np.argsort(_along_curve(cells[:, 0].copy(), cells[:, 1].copy()), kind="stable")


def _along_curve(x: Whole, y: Whole) -> Whole:
    """How far along the Hilbert curve each cell lies: quadrant by quadrant, each turned as the curve enters it."""
    distance = np.zeros_like(x)
    for bit in reversed(range(_BITS)):
        size = 1 << bit
        east, north = (x & size) > 0, (y & size) > 0
        distance += size * size * np.where(east, 3 - north, north)
        flip = east & ~north
        x[flip], y[flip] = ~x[flip], ~y[flip]
        x[~north], y[~north] = y[~north], x[~north]
    return distance


def packed_tree(boxes: Floats) -> tuple[Floats, Whole]:
    """All boxes of the tree over n leaves (in their stored order), and where each level starts in them."""
    levels = [boxes]
    while len(levels[-1]) > 1:
        below = levels[-1]
        first = np.arange(0, len(below), FAN)
        lows = np.minimum.reduceat(below[:, :2], first)
        levels.append(np.hstack([lows, np.maximum.reduceat(below[:, 2:], first)]))
    starts = np.cumsum([0, *(len(level) for level in levels)], dtype=np.int64)
    return np.ascontiguousarray(np.concatenate(levels)), starts


@compiled
def met(
    tree: Floats, starts: Whole, box: tuple[float, float, float, float], found: Whole, m: int
) -> tuple[Whole, int]:
    """The leaves that meet a box, written from the m-th place on.

    Returns the array, which is ``found`` or a longer one, and the place after the last.
    """
    root = len(starts) - 2
    # A step down takes one node off and puts at most FAN on, so this much is never exceeded.
    stack = np.empty((FAN * (root + 1) + 1, 2), np.int64)
    waiting = 0
    level, first, last = root, 0, starts[root + 1] - starts[root]
    while True:
        for node in range(first, last):
            if not _meets(tree, starts[level] + node, box):
                continue
            if level == 0:
                found = with_room(found, m + 1)
                found[m] = node
                m += 1
            else:
                stack[waiting, 0], stack[waiting, 1] = level - 1, node
                waiting += 1
        if waiting == 0:
            return found, m
        waiting -= 1
        level, parent = stack[waiting, 0], stack[waiting, 1]
        first, last = parent * FAN, min((parent + 1) * FAN, starts[level + 1] - starts[level])


@inlined
def with_room(found: Whole, needed: int) -> Whole:
    """The array, or a copy at least twice as long."""
    if len(found) >= needed:
        return found
    longer = np.empty(2 * needed, np.int64)
    longer[: len(found)] = found
    return longer


@inlined
def _meets(tree: Floats, i: int, box: tuple[float, float, float, float]) -> bool:
    return bool(
        (tree[i, 0] <= box[2]) & (tree[i, 2] >= box[0]) & (tree[i, 1] <= box[3]) & (tree[i, 3] >= box[1])
    )
