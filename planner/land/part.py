"""The largest part of a parcel that takes no more than it may, proven so.

Ground on which every limit counts alike is one piece; how much of each is kept is a linear program: most land under the
limits. Where within a piece it is kept makes no difference to any limit, so a piece is cut from the south.

G. Dantzig, Linear Programming and Extensions (1963).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.geodesy import Floats, ellipsoid_m2
from planner.land.noise import more_than_rounding, polygons
from planner.land.quantity import Quantity
from planner.land.sweep import Sweep, least, sweep_from

_NEAR_M = 1e-7


def largest_part(shape: BaseGeometry, limits: Sequence[Quantity]) -> BaseGeometry:
    """The largest part of a shape (degrees) that meets all limits; empty where nothing may be left."""
    from scipy.optimize import linprog  # loaded when asked for: it takes longer than most other answers

    pieces, counts = alike(shape, limits)
    areas = ellipsoid_m2(pieces)
    most = [limit.most for limit in limits]
    kept = linprog(-np.ones(len(pieces)), A_ub=counts, b_ub=most, bounds=np.column_stack([0 * areas, areas])).x
    sweep = sweep_from(shape, "south")
    away = [_southern(piece, float(area - keep), sweep) for piece, area, keep in zip(pieces, areas, kept, strict=True)]
    return polygons(shapely.difference(shape, shapely.union_all(away)))


def alike(shape: BaseGeometry, limits: Sequence[Quantity]) -> tuple[NDArray[Any], Floats]:
    """The n pieces of a shape that count for a limit, and (limits, n) what a square metre of each counts: patches that
    lie on each other count each."""
    grounds = [polygons(cut) for limit in limits for cut in shapely.intersection(limit.shapes, shape)]
    owner = np.repeat(np.arange(len(limits)), [len(limit.shapes) for limit in limits])
    weights = np.concatenate([limit.weights for limit in limits])
    faces = np.array(shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(grounds))])), object)
    inside, ground = shapely.STRtree(grounds).query(shapely.point_on_surface(faces), predicate="within")
    counts = np.zeros((len(faces), len(limits)))
    np.add.at(counts, (inside, owner[ground]), weights[ground])
    kinds, kind = np.unique(counts, axis=0, return_inverse=True)
    pieces = np.array([shapely.union_all(faces[kind == n]) for n in range(len(kinds))], object)
    real = kinds.any(axis=1) & more_than_rounding(pieces, ellipsoid_m2(pieces))
    return pieces[real], kinds[real].T


def _southern(piece: BaseGeometry, area_m2: float, sweep: Sweep) -> BaseGeometry:
    """So much of a piece from the south, and not less: all of it where its area is asked."""
    if area_m2 <= 0:
        return shapely.Polygon()

    def enough(metres: float) -> bool:
        return float(ellipsoid_m2(sweep.before(piece, metres))) >= area_m2

    whole = area_m2 >= float(ellipsoid_m2(piece)) * (1 - 1e-12)
    return piece if whole else sweep.before(piece, least(enough, sweep.depth_m, tolerance=_NEAR_M))
