"""What is too thin to be land: two surveys of one border, and the last digit of a coordinate."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.geodesy import Floats, ellipsoid_m2, local_metres

# A longitude of 110 degrees is known to 1.5 nm in a double; a crossing of two edges to a few times that. A piece
# thinner than this is arithmetic, not a statement of any file (a file's last digit is 1 mm or coarser).
ROUNDING_M = 1e-8
METRES_PER_DEGREE = 111_320.0  # at the equator: an upper bound is enough here
_POLYGONAL = ("Polygon", "MultiPolygon")


def polygons(shape: BaseGeometry) -> BaseGeometry:
    """The part of an overlay's answer that has an area: stray lines and points are dropped."""
    if shape.geom_type in _POLYGONAL:
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type in _POLYGONAL])


def more_than_rounding(shapes: NDArray[Any], areas_m2: Floats) -> NDArray[np.bool_]:
    """Which of n pieces (degrees) with these areas are thicker than the rounding of their coordinates."""
    solid: NDArray[np.bool_] = areas_m2 > shapely.length(shapes) * METRES_PER_DEGREE / 2 * ROUNDING_M
    return solid


def area_m2(piece: BaseGeometry) -> float:
    """Area on the ellipsoid in m2; exactly 0 for a piece that is only rounding."""
    area = float(ellipsoid_m2(piece))
    return area if more_than_rounding(np.array([piece]), np.array([area]))[0] else 0.0


def is_noise(piece: BaseGeometry, *, width_m: float, below_m2: float) -> bool:
    """Whether a piece (degrees, with an area) vanishes when shrunk by ``width_m`` or is smaller than ``below_m2``."""
    if ellipsoid_m2(piece) < below_m2:
        return True
    return bool(local_metres(piece).metres(piece).buffer(-width_m).is_empty)
