"""Lines become patches that tile the ground: no gap, no overlap, shared edges the same to the last bit.

All lines are knotted together and the faces between them are the patches, so a shared edge exists only once.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from planner.demo.plane import Array
from planner.demo.water import Shapes

GRID_M = 0.01
OVER_M = 0.02
EDGE_M = 80.0  # no longer straight edge, so that the land can be bent afterwards
JITTER = np.radians(5)
ROUNDS = 12


def knotted(lines: Shapes) -> Shapes:
    """Lines cut wherever two of them meet, each piece once, all corners on a grid of one centimetre."""
    edges: Shapes = shapely.get_parts(shapely.unary_union(lines, grid_size=GRID_M))
    return edges


def knotted_with(edges: Shapes, cuts: Shapes) -> Shapes:
    """Knotted lines with straight cuts (two corners each) knotted in.

    The cuts are drawn a little too long, so that they cross the edge they end on whatever the rounding; the loose end
    encloses nothing. That is twice as fast as another grid.
    """
    ends = shapely.get_coordinates(cuts).reshape(-1, 2, 2)
    forward = ends[:, 1] - ends[:, 0]
    beyond = forward * OVER_M / np.maximum(np.linalg.norm(forward, axis=1), OVER_M)[:, None]
    longer = shapely.linestrings(np.stack([ends[:, 0] - beyond, ends[:, 1] + beyond], axis=1))
    both: Shapes = shapely.get_parts(shapely.unary_union(np.concatenate([edges, longer])))
    return both


def faces(edges: Shapes) -> Shapes:
    """The areas enclosed by knotted lines. Loose ends enclose nothing and vanish.

    Long edges get corners here, where each exists once, so that both its sides get the same ones.
    """
    found: Shapes = shapely.get_parts(shapely.polygonize(shapely.segmentize(edges, EDGE_M)))
    return found


def field_cuts(blocks: Shapes, wanted_m2: Array, aspect: Array, lean: Array, rng: Generator) -> Shapes:
    """Lines that cut blocks into fields.

    A block much larger than ``wanted_m2`` is halved, across where it is longer than ``aspect`` times its width along
    ``lean`` (radians), else along; and so are the halves. Arrays are of the blocks' length.
    """
    cuts: list[Shapes] = []
    goal = wanted_m2 * rng.uniform(0.75, 1.35, len(blocks))
    for _ in range(ROUNDS):
        large = shapely.area(blocks) > 1.5 * goal
        blocks, goal, aspect, lean = blocks[large], goal[large], aspect[large], lean[large]
        if not len(blocks):
            break
        line, left, right = _halving(blocks, aspect, lean, rng)
        cuts.append(shapely.get_parts(shapely.intersection(line, blocks)))
        halves = [shapely.get_parts(shapely.intersection(side, blocks), return_index=True) for side in (left, right)]
        blocks, at = (np.concatenate(pair) for pair in zip(*halves, strict=True))
        areal = shapely.get_type_id(blocks) == shapely.GeometryType.POLYGON
        blocks, at = blocks[areal], at[areal]
        goal, aspect, lean = goal[at] * rng.uniform(0.9, 1.1, len(at)), aspect[at], lean[at]
    lines = np.concatenate(cuts) if cuts else np.array([], dtype=object)
    return lines[shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING]


def _halving(blocks: Shapes, aspect: Array, lean: Array, rng: Generator) -> tuple[Shapes, Shapes, Shapes]:
    """For each block a line through about its middle, and the half planes on both sides of it."""
    low, high = _extent(blocks, lean)
    across = (high - low)[:, 0] > aspect * (high - low)[:, 1]
    middle = low + (high - low) * rng.uniform(0.42, 0.58, (len(blocks), 2))
    turn = lean + np.where(across, np.pi / 2, 0) + rng.normal(0, JITTER, len(blocks))
    forward = np.c_[np.cos(turn), np.sin(turn)]
    side = np.c_[-forward[:, 1], forward[:, 0]]
    reach = np.hypot(*(high - low).T)[:, None] * 1.5
    centre = np.c_[
        middle[:, 0] * np.cos(lean) - middle[:, 1] * np.sin(lean),
        middle[:, 0] * np.sin(lean) + middle[:, 1] * np.cos(lean),
    ]
    a, b = centre - forward * reach, centre + forward * reach
    left, right = (
        shapely.polygons(np.stack([a, b, b + s * side * reach, a + s * side * reach], axis=1)) for s in (1, -1)
    )
    return shapely.linestrings(np.stack([a, b], axis=1)), left, right


def _extent(shapes: Shapes, lean: Array) -> tuple[Array, Array]:
    """Lowest and highest (along, across) of shapes in axes turned by ``lean``, each (n, 2)."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    cos, sin = np.cos(lean[owner]), np.sin(lean[owner])
    turned = np.c_[xy[:, 0] * cos + xy[:, 1] * sin, -xy[:, 0] * sin + xy[:, 1] * cos]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.minimum.reduceat(turned, first), np.maximum.reduceat(turned, first)


def without_slivers(
    shapes: Shapes, kinds: NDArray[np.int64], smallest_m2: Array, thinnest_m: float
) -> tuple[Shapes, NDArray[np.int64]]:
    """Faces with those too small or too thin joined to the neighbour they share most edge with, and the kinds left.

    ``kinds`` a number per face; ``smallest_m2`` the least area per face. The longest shared edge of the same kind is
    preferred to that of another.
    """
    thin = 2 * shapely.area(shapes) / np.maximum(shapely.length(shapes), 1e-9) < thinnest_m
    weak = (shapely.area(shapes) < smallest_m2) | thin
    host = np.arange(len(shapes))
    tree = shapely.STRtree(shapes)
    for number in np.flatnonzero(weak)[np.argsort(shapely.area(shapes[weak]))]:
        near = tree.query(shapes[number], predicate="intersects")
        near = near[near != number]
        shared = shapely.length(shapely.intersection(shapes[near], shapes[number].boundary))
        score = shared * np.where(kinds[near] == kinds[number], 3.0, 1.0) * np.where(weak[near], 0.3, 1.0)
        if len(near) and score.max() > 0:
            host[number] = _root(host, int(near[int(np.argmax(score))]), number)
    roots = np.array([_top(host, number) for number in range(len(shapes))])
    return _joined(shapes, roots), kinds[np.unique(roots)]


def _top(host: NDArray[np.int64], number: int) -> int:
    while host[number] != number:
        number = int(host[number])
    return number


def _root(host: NDArray[np.int64], wanted: int, number: int) -> int:
    """The host wanted, unless that would close a ring of hosts."""
    return number if _top(host, wanted) == number else wanted


def _joined(shapes: Shapes, roots: NDArray[np.int64]) -> Shapes:
    kept, at, count = np.unique(roots, return_inverse=True, return_counts=True)
    joined = shapes[kept]
    members = np.argsort(at, kind="stable")
    starts = np.cumsum(count) - count
    for group in np.flatnonzero(count > 1):
        joined[group] = shapely.coverage_union_all(shapes[members[starts[group] : starts[group] + count[group]]])
    return joined
