"""A parcel made smaller, or moved, until it takes no more than it may.

Each way is one motion (a line coming in from a side, all sides at once, a shift); how far it has to go is found to a
fraction of a square metre. The largest part, which no motion finds, is a linear program (``planner.land.part``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from planner.land.geodesy import ellipsoid_m2, local_metres
from planner.land.noise import polygons
from planner.land.part import largest_part
from planner.land.quantity import Quantity
from planner.land.sweep import COMPASS, least, sweep_from

LARGEST, INWARD, SHIFT = "largest", "inward", "shift"
WAYS = (LARGEST, *COMPASS, INWARD, SHIFT)
_BEARINGS, _STRIDES, _FINER = 32, 50, 4
_NEAR_M = 1e-7


@dataclass(frozen=True)
class Fitted:
    """A shape that meets every limit. ``metres`` is how far a side came in or the parcel moved (None for the largest
    part), ``bearing_deg`` where to, from north by east."""

    how: str
    shape: BaseGeometry
    ellipsoid_m2: float
    metres: float | None = None
    bearing_deg: float | None = None


def fit(shape: BaseGeometry, limits: Sequence[Quantity], how: str, *, reach_m: float) -> Fitted | None:
    """The shape (degrees) changed in one way until it meets the limits; None where nothing would be left, or no place
    within ``reach_m`` metres.

    ``how``: largest (the largest part there is: only ground that is too much is taken away), a side as
    ``sweep_from`` names it (a straight line comes in from there), inward (all sides alike), shift (moved as it is; the
    nearest place found in 32 directions and between them). Raises SideUnknown.
    """
    if all(limit.holds(shape) for limit in limits):
        return _made(how, shape, 0.0)
    if how == LARGEST:
        return _made(LARGEST, largest_part(shape, _broken(shape, limits)), None)
    if how == INWARD:
        return _inward(shape, limits)
    if how == SHIFT:
        return _shift(shape, limits, reach_m)
    return _from_side(shape, limits, how)


def _made(how: str, shape: BaseGeometry, metres: float | None, bearing: float | None = None) -> Fitted | None:
    area = float(ellipsoid_m2(shape))
    return Fitted(how, shape, area, metres, bearing) if area > 0 else None


def _meets(shape: BaseGeometry, limits: Sequence[Quantity]) -> bool:
    return all(limit.holds(shape) for limit in limits)


def _broken(shape: BaseGeometry, limits: Sequence[Quantity]) -> list[Quantity]:
    """The limits a shape does not meet: a part of it can break no other."""
    return [limit for limit in limits if not limit.holds(shape)]


def _from_side(shape: BaseGeometry, limits: Sequence[Quantity], side: str) -> Fitted | None:
    sweep, broken = sweep_from(shape, side), _broken(shape, limits)
    metres = least(lambda m: _meets(sweep.beyond(shape, m), broken), sweep.depth_m, tolerance=_NEAR_M)
    return _made(side, sweep.beyond(shape, metres), metres)


def _inward(shape: BaseGeometry, limits: Sequence[Quantity]) -> Fitted | None:
    plane, broken = local_metres(shape), _broken(shape, limits)
    flat = plane.metres(shape)

    def shrunk(metres: float) -> BaseGeometry:
        return polygons(plane.degrees(flat.buffer(-metres, join_style="mitre")))

    most = max(np.ptp(shapely.get_coordinates(flat), axis=0))
    metres = least(lambda m: _meets(shrunk(m), broken), float(most), tolerance=_NEAR_M)
    return _made(INWARD, shrunk(metres), metres)


def _shift(shape: BaseGeometry, limits: Sequence[Quantity], reach_m: float) -> Fitted | None:
    plane = local_metres(shape)
    flat = plane.metres(shape)

    def moved(metres: float, bearing: float) -> BaseGeometry:
        turn = math.radians(bearing)
        there: BaseGeometry = plane.degrees(affinity.translate(flat, metres * math.sin(turn), metres * math.cos(turn)))
        return there

    def nearest(bearing: float, most: float) -> float:
        """The first distance that meets the limits; infinite where there is none below ``most``."""
        stride = reach_m / _STRIDES
        steps = (step * stride for step in range(1, _STRIDES + 1) if (step - 1) * stride < most)
        there = next((metres for metres in steps if _meets(moved(metres, bearing), limits)), None)
        if there is None:
            return math.inf
        back = there - stride
        return back + least(lambda m: _meets(moved(back + m, bearing), limits), stride, tolerance=_NEAR_M)

    best, width = (math.inf, 0.0), 360.0 / _BEARINGS
    bearings = [i * width for i in range(_BEARINGS)]
    for _ in range(_FINER):
        for bearing in bearings:
            metres = nearest(bearing, best[0])
            if metres < best[0]:
                best = (metres, bearing % 360.0)
        width /= 4
        bearings = [best[1] + i * width for i in (-2, -1, 1, 2)]
    return None if math.isinf(best[0]) else _made(SHIFT, moved(*best), *best)
