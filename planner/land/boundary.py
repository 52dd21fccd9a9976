"""The boundary of a parcel as a survey states it: numbered points, sides, rings with their areas, and who lies beside.

All shapes are in metres of one plane, x = east. Points are numbered J1, J2 ... from the north-west corner, outer rings
clockwise, holes the other way, the numbers running on over the rings. Source: parcel-map practice (TD/T 1001-2012) and
the exchange format of boundary points, which agree on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.geodesy import plane_m2

Floats = NDArray[np.float64]
Direction = Literal["north", "east", "south", "west"]
DIRECTIONS: tuple[Direction, ...] = ("north", "east", "south", "west")

DECIMALS = 3  # of a coordinate in metres: boundary points are stated to the millimetre
STRAIGHT_M = 1e-4  # a vertex so near the line between its neighbours is no corner
# Looking outwards from a side every so often finds whatever is wide enough to build on; a long side is looked from
# at most so many places.
_LOOK_M, _LOOKS = 4.0, 50
_STEP_OUT_M = 0.01  # a look starts outside the own line


@dataclass(frozen=True)
class Ring:
    """One ring: ``points`` (n x 2, east and north in metres, to the millimetre, not closed) from its north-west corner.

    ``number`` counts all rings from 1, ``part`` the parts, ``hole`` the holes of a part (0: the outer ring); ``first``
    is the number of its first point.
    """

    number: int
    part: int
    hole: int
    first: int
    points: Floats

    @property
    def labels(self) -> list[str]:
        """J1, J2 ... of its points."""
        return [f"J{self.first + i}" for i in range(len(self.points))]

    @property
    def sides_m(self) -> Floats:
        """The length in the plane from each point to the next, the last to the first."""
        lengths: Floats = np.hypot(*(np.roll(self.points, -1, axis=0) - self.points).T)
        return lengths

    @property
    def area_m2(self) -> float:
        """Its plane area; that of a hole is negative."""
        area = float(plane_m2(shapely.Polygon(self.points)))
        return -area if self.hole else area


def rings(shape: BaseGeometry) -> list[Ring]:
    """The rings of a Polygon or MultiPolygon in the plane, the part farthest to the north-west first, each outer ring
    before its holes."""
    parts = shapely.get_parts(shapely.orient_polygons(shapely.force_2d(shape), exterior_cw=True))
    found: list[Ring] = []
    first = 1
    for number, part in enumerate(sorted(parts, key=_north_west, reverse=True), start=1):
        for hole, ring in enumerate((part.exterior, *part.interiors)):
            points = _from_north_west(ring)
            found.append(Ring(len(found) + 1, number, hole, first, points))
            first += len(points)
    return found


def _north_west(part: BaseGeometry) -> float:
    points = shapely.get_coordinates(part.exterior)
    return float(np.max(points[:, 1] - points[:, 0]))


def _from_north_west(ring: BaseGeometry) -> Floats:
    points = np.round(shapely.get_coordinates(ring)[:-1], DECIMALS)
    turned: Floats = np.roll(points, -int(np.argmax(points[:, 1] - points[:, 0])), axis=0)
    return turned


def corners(shape: BaseGeometry) -> BaseGeometry:
    """The shape without the vertices that lie on a straight line between their neighbours: those that a long edge was
    cut at when it was brought to longitude and latitude."""
    parts = [
        shapely.Polygon(_bent(part.exterior), [_bent(hole) for hole in part.interiors])
        for part in shapely.get_parts(shapely.simplify(shape, STRAIGHT_M))
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _bent(ring: BaseGeometry) -> Floats:
    """The points of a ring whose first one, which no simplifying takes away, is a corner too."""
    points = shapely.get_coordinates(ring)[:-1]
    beside_it = shapely.LineString([points[-1], points[1]])
    straight = len(points) > 3 and shapely.distance(beside_it, shapely.Point(points[0])) < STRAIGHT_M
    bent: Floats = points[1:] if straight else points
    return bent


@dataclass(frozen=True)
class Beside:
    """A neighbour on one side of the world: which of the others, how far it is at the nearest, on what length."""

    index: int
    distance_m: float
    length_m: float


Sides = Mapping[Direction, tuple[Beside, ...]]


def beside(
    shape: BaseGeometry, others: Sequence[BaseGeometry], reach_m: float
) -> Sides:
    """Who lies to the north, east, south and west of a parcel: what each side sees first, straight out of it and up to
    ``reach_m`` away; the one seen along the greatest length first."""
    eyes, outward, length = _looks(shape)
    rays = shapely.linestrings(np.stack([eyes + outward * _STEP_OUT_M, eyes + outward * reach_m], axis=1))
    ground = np.array([*others, shape], dtype=object)
    ray, met = shapely.STRtree(ground).query(rays, predicate="intersects")
    away = shapely.distance(shapely.points(eyes[ray]), shapely.intersection(rays[ray], ground[met]))
    seen: dict[int, tuple[float, int]] = {}
    for i, one, distance in zip(ray.tolist(), met.tolist(), away.tolist(), strict=True):
        seen[i] = min(seen.get(i, (np.inf, -1)), (distance, one))
    found: dict[tuple[Direction, int], list[tuple[float, float]]] = {}
    for i, (distance, one) in seen.items():
        if one < len(others):  # else it looks at the parcel itself, across a bay
            found.setdefault((_facing(outward[i]), one), []).append((distance, float(length[i])))
    rows = {
        key: Beside(key[1], min(d for d, _ in hits), sum(metres for _, metres in hits)) for key, hits in found.items()
    }
    by_length = sorted(rows.items(), key=lambda one: (-one[1].length_m, one[1].index))
    return {way: tuple(row for (facing, _), row in by_length if facing == way) for way in DIRECTIONS}


def _looks(shape: BaseGeometry) -> tuple[Floats, Floats, Floats]:
    """Places on the outer sides (k x 2), the unit vector outwards there, and the length of side each stands for."""
    eyes, outward, length = [], [], []
    for ring in rings(shape):
        if ring.hole:
            continue
        start, step = ring.points, np.roll(ring.points, -1, axis=0) - ring.points
        for a, d, metres in zip(start, step, ring.sides_m, strict=True):
            if metres == 0.0:
                continue
            many = int(np.clip(np.ceil(metres / _LOOK_M), 1, _LOOKS))
            shares = (np.arange(many) + 0.5) / many
            eyes.append(a + shares[:, None] * d)
            # Clockwise, so the outside is on the left.
            outward.append(np.tile(np.array([-d[1], d[0]]) / metres, (many, 1)))
            length.append(np.full(many, metres / many))
    return np.concatenate(eyes), np.concatenate(outward), np.concatenate(length)


def _facing(outward: Any) -> Direction:
    east, north = outward
    if abs(north) >= abs(east):
        return "north" if north > 0 else "south"
    return "east" if east > 0 else "west"
