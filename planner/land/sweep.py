"""A straight line moved across a parcel from one of its sides: what lies before it and what beyond.

Every cut goes through one shape taken apart, so that neighbours share their border to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError
from planner.land.geodesy import LocalMetres, ellipsoid_m2, local_metres
from planner.land.noise import polygons
from planner.text import N_

COMPASS = {"north": (0.0, -1.0), "east": (-1.0, 0.0), "south": (0.0, 1.0), "west": (1.0, 0.0)}
_STEPS = 200  # of halving: more than the digits of a double, so that only the tolerance ends the search


class SideUnknown(InputError):
    code = "E_SIDE"
    sentence = N_("'{side}' is no side of the parcel. "
                  "Use north, east, south, west, or a boundary edge from 1 to {edges}.")


@dataclass(frozen=True)
class Sweep:
    """Lines parallel to a side of a shape. ``inward`` is the unit vector from the side into the shape (metres east and
    north), ``start`` where the shape begins along it, ``depth_m`` how far it reaches from there."""

    plane: LocalMetres
    inward: tuple[float, float]
    start: float
    depth_m: float
    breadth_m: float

    def before(self, shape: BaseGeometry, metres: float) -> BaseGeometry:
        """The part of a shape (degrees) less than so many metres in from the side."""
        return polygons(shapely.intersection(shape, self._strip(metres)))

    def beyond(self, shape: BaseGeometry, metres: float) -> BaseGeometry:
        """The part of a shape (degrees) more than so many metres in from the side."""
        return polygons(shapely.difference(shape, self._strip(metres)))

    def _strip(self, metres: float) -> BaseGeometry:
        (x, y), wide = self.inward, 2 * self.breadth_m
        along, low, high = np.array([-y, x]), self.start - wide, self.start + metres
        corners = [high * np.array([x, y]) + s * wide * along for s in (-1, 1)]
        corners += [low * np.array([x, y]) + s * wide * along for s in (1, -1)]
        strip: BaseGeometry = self.plane.degrees(shapely.Polygon(corners))
        return strip


def sweep_from(shape: BaseGeometry, side: str) -> Sweep:
    """The lines of a side: a point of the compass, or the number of an edge of the outer boundary (of the largest
    part; edge 1 runs from the first corner to the second). Raises SideUnknown."""
    plane = local_metres(shape)
    x, y = inward = COMPASS[side] if side in COMPASS else _across(plane.metres(_largest(shape)), side)
    points = shapely.get_coordinates(plane.metres(shape))
    along, across = points @ (x, y), np.linalg.norm(np.ptp(points, axis=0)) + np.abs(points).max()
    return Sweep(plane, inward, float(along.min()), float(np.ptp(along)), float(across))


def edges_of(shape: BaseGeometry) -> int:
    """How many edges the outer boundary of a shape's largest part has."""
    return len(shapely.get_coordinates(_largest(shape).exterior)) - 1


def depth_for(shape: BaseGeometry, sweep: Sweep, area_m2: float) -> float:
    """How many metres in from the side the part before the line has that area, to 1e-4 m2."""
    def short(metres: float) -> bool:
        return float(ellipsoid_m2(sweep.before(shape, metres))) < area_m2

    return least(lambda metres: not short(metres), sweep.depth_m, tolerance=1e-4 / max(sweep.breadth_m, 1.0))


def least(holds: Callable[[float], bool], most: float, *, tolerance: float) -> float:
    """The least number from 0 to ``most`` from which on a condition holds, never below it; ``most`` must hold."""
    if holds(0.0):
        return 0.0
    low, high = 0.0, most
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if high - low <= tolerance or middle in (low, high):
            break
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _largest(shape: BaseGeometry) -> shapely.Polygon:
    largest: shapely.Polygon = max(shapely.get_parts(shape), key=shapely.area)
    return largest


def _across(part: shapely.Polygon, side: str) -> tuple[float, float]:
    """The unit vector from an edge into a polygon (metres)."""
    ring = shapely.get_coordinates(part.exterior)
    edges = len(ring) - 1
    if not (side.isascii() and side.isdigit()) or not 1 <= int(side) <= edges:
        raise SideUnknown(side=side, edges=edges)
    dx, dy = ring[int(side)] - ring[int(side) - 1]
    length = math.hypot(dx, dy)
    left = (-dy / length, dx / length)
    return left if shapely.is_ccw(part.exterior) else (-left[0], -left[1])
