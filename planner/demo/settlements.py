"""Where people live and how they get there: villages, the edge of the town, highways, lanes and streets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.random import Generator
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree
from scipy.spatial.distance import cdist
from shapely.geometry.base import BaseGeometry

from planner.demo.plane import Array, Field, Plane, mixed
from planner.demo.relief import Relief, smoothed
from planner.demo.water import STRIP_M, Piece, Shapes, Water, across, blobs

VILLAGES_PER_KM2 = 0.5
APART_M = 820.0
HIGHWAY_M, TRUNK_M, STREET_M, LANE_M = 44.0, 26.0, 20.0, 7.0
LONGEST_LANE_M = 3_200.0
PLAIN_M = 2.5  # corners that matter less are left out


@dataclass(frozen=True)
class Settled:
    """Roads and villages as pieces, the cuts across roads, the middle lines of the highways, village places."""

    pieces: tuple[Piece, ...]
    cuts: Shapes
    highways: Shapes
    villages: Shapes


def town_field(grid: Field, towns: Array, rng: Generator) -> Field:
    """Above 0 where the town has grown: along the north edge about some places (n, 2)."""
    east, north = grid.knots()
    away = [np.hypot((east - x) / 2.6, (north - y) / 1.5) for x, y in towns]
    far = np.min([np.full(east.shape, np.inf), *away], axis=0).clip(max=1e5)
    return grid.like(1 - far / 1_500 + 0.28 * mixed(grid, rng, {1_800: 0.8, 700: 0.4}))


def settle(
    plane: Plane, land: Relief, wet: Water, centres: Array, estates: BaseGeometry, town: Field, rng: Generator
) -> Settled:
    """Villages on dry ground clear of the estates, and the roads between them, the sub-parks and the edges."""
    highways = _highways(plane, centres, rng)
    places = _village_places(plane, land, wet, estates, town, rng)
    lanes = _lanes(places, highways, wet.river, estates, rng)
    streets = _streets(plane, town, rng)
    highways, lanes, streets = (shapely.simplify(lines, PLAIN_M) for lines in (highways, lanes, streets))
    roads = [(line, HIGHWAY_M if number < 2 else TRUNK_M, "highway") for number, line in enumerate(highways)]
    roads += [(line, STREET_M, "street") for line in streets] + [(line, LANE_M, "lane") for line in lanes]
    villages = blobs(places, rng.lognormal(np.log(112), 0.38, len(places)), rng, stretch=1.35)
    shapely.prepare(wet.keep_off)
    villages = villages[~shapely.dwithin(wet.keep_off, villages, 5)]
    pieces = [
        Piece(line.buffer(width / 2, join_style="mitre", mitre_limit=2, cap_style="flat"), ground)
        for line, width, ground in roads
    ]
    pieces += [Piece(shape, "village") for shape in villages]
    cuts = np.concatenate([across(line, width, 2 * STRIP_M) for line, width, _ in roads])
    return Settled(tuple(pieces), cuts, highways, villages)


def _highways(plane: Plane, centres: Array, rng: Generator) -> Shapes:
    """Two motorways across the area, then trunk roads that join the sub-parks by the shortest tree."""
    w, h = plane.width_m / 2 + 200, plane.height_m / 2 + 200
    ring = [[-w, 0.32 * h], [-0.42 * w, 0.36 * h], [0.1 * w, 0.2 * h], [0.5 * w, -0.12 * h], [w, -0.2 * h]]
    south = [[-0.12 * w, h], [-0.2 * w, 0.3 * h], [-0.14 * w, -0.3 * h], [-0.05 * w, -h]]
    lines = [smoothed(np.array(places), 22.0) for places in (ring, south)]
    tree = minimum_spanning_tree(cdist(centres, centres)).tocoo()
    ends = [(centres[a], centres[b]) for a, b in zip(tree.row, tree.col, strict=True)]
    ends += [
        (centres[np.argmin(centres[:, 0])], np.array([-w, -0.55 * h])),
        (centres[np.argmax(centres[:, 0])], np.array([w, -0.8 * h])),
    ]
    lines += [_winding(a, b, 0.09, rng) for a, b in ends]
    return np.array(lines, dtype=object)


def _winding(a: Array, b: Array, bend: float, rng: Generator) -> BaseGeometry:
    """A road from a to b that leans to the sides by some share of its length."""
    long = float(np.linalg.norm(b - a))
    knots = np.linspace(0, 1, max(3, int(long / 450) + 2))
    side = np.array([a[1] - b[1], b[0] - a[0]]) / long
    off = np.cumsum(rng.normal(0, 1, knots.size))
    off = (off - off[0] - (off[-1] - off[0]) * knots) * long * bend / np.sqrt(knots.size)
    return smoothed(a + np.outer(knots, b - a) + np.outer(off, side), 5.0)


def _village_places(
    plane: Plane, land: Relief, wet: Water, estates: BaseGeometry, town: Field, rng: Generator
) -> Array:
    """Places (n, 2), none closer than ``APART_M``, rarer on the heights."""
    many = int(VILLAGES_PER_KM2 * plane.width_m * plane.height_m / 1e6)
    xy = (rng.random((16 * many, 2)) - 0.5) * [plane.width_m - 700, plane.height_m - 700]
    east, north = land.height.slope()
    steep = np.hypot(east.at(xy), north.at(xy))
    near = land.to_water.at(xy)
    liked = (
        np.exp(-np.clip(land.height.at(xy) - 35, 0, None) / 25) * np.exp(-steep / 0.03) * np.where(near < 130, 0.0, 1.0)
    )
    xy = xy[(rng.random(len(xy)) < liked) & (town.at(xy) < -0.1)]
    keep_off = shapely.union_all([wet.keep_off, estates])
    shapely.prepare(keep_off)
    xy = xy[~shapely.dwithin(keep_off, shapely.points(xy), 200)]
    kept: list[int] = []
    near_by = cKDTree(xy).query_ball_point(xy, APART_M)
    barred = np.zeros(len(xy), dtype=bool)
    for number in range(len(xy)):
        if not barred[number] and len(kept) < many:
            kept.append(number)
            barred[near_by[number]] = True
    return np.asarray(xy[kept])


def _lanes(places: Array, highways: Shapes, river: BaseGeometry, estates: BaseGeometry, rng: Generator) -> Shapes:
    """Lanes between villages that have no third one in between, and from some villages to the highway."""
    gates = _gates(places, highways)
    nodes = np.concatenate([places, gates])
    if len(nodes) < 4:  # too few to triangulate
        return np.array([], dtype=object)
    edges = {tuple(sorted(edge)) for corner in Delaunay(nodes).simplices for edge in pairwise([*corner, corner[0]])}
    a, b = np.array(sorted(edges)).T
    long = np.linalg.norm(nodes[a] - nodes[b], axis=1)
    tree = cKDTree(nodes)
    lens = [
        set(tree.query_ball_point(nodes[i], d * 0.999)) & set(tree.query_ball_point(nodes[j], d * 0.999)) - {i, j}
        for i, j, d in zip(a, b, long, strict=True)
    ]
    keep = [
        not between and d < LONGEST_LANE_M and not (i >= len(places) and j >= len(places))
        for between, d, i, j in zip(lens, long, a, b, strict=True)
    ]
    lines = np.array([_winding(nodes[i], nodes[j], 0.16, rng) for i, j, good in zip(a, b, keep, strict=True) if good])
    return lines[~shapely.intersects(lines, river.buffer(60)) & ~shapely.intersects(lines, estates)]


def _gates(places: Array, highways: Shapes) -> Array:
    """Where the lanes meet the highway: the foot of every village close to one, thinned out."""
    lines = shapely.union_all(highways)
    feet = shapely.get_coordinates(
        lines.interpolate(0)
        if lines.is_empty
        else [shapely.shortest_line(lines, point) for point in shapely.points(places)]
    )
    feet = feet.reshape(-1, 2, 2)
    close = np.linalg.norm(feet[:, 0] - feet[:, 1], axis=1) < 1_500
    chosen: list[Array] = []
    for foot in feet[close][:, 0]:
        if all(np.linalg.norm(foot - other) > 700 for other in chosen):
            chosen.append(foot)
    return np.array(chosen).reshape(-1, 2)


def _streets(plane: Plane, town: Field, rng: Generator) -> Shapes:
    """The town's streets: a bent grid, clipped to where the town has grown."""
    reach = 1.2 * max(plane.width_m, plane.height_m) / 2
    lines = []
    for turned in (False, True):
        at = -reach + np.cumsum(rng.uniform(330, 720, int(2 * reach / 500)))
        run = np.arange(-reach, reach, 120.0)
        for offset in at:
            bow = 60 * np.sin(run / 2_300 + offset / 1_700)
            xy = np.c_[offset + bow, run] if turned else np.c_[run, offset + bow]
            lines.append(shapely.LineString(xy @ np.array([[0.985, 0.174], [-0.174, 0.985]])))
    parts = np.concatenate([_where(line, town) for line in lines])
    return parts[shapely.length(parts) > 450]


def _where(line: BaseGeometry, field: Field) -> Shapes:
    """The runs of a line along which a field is above 0."""
    xy = shapely.get_coordinates(shapely.segmentize(line, 60))
    inside = np.flatnonzero(field.at(xy) > 0.05)
    runs = np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1)
    return np.array([shapely.LineString(xy[run]) for run in runs if len(run) > 2], dtype=object)
