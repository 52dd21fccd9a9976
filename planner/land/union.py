"""Many patches as one piece of ground: a survey without overlaps in seconds where the general way takes minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

# Areas of a million patches add up to their union's within some 1e-15 of it.
_SAME = 1e-12


def union(shapes: Sequence[BaseGeometry] | NDArray[Any]) -> BaseGeometry:
    """The union of n valid Polygons or MultiPolygons.

    Edges that two patches share are left out first, which leaves the ground covered an odd number of times. Where that
    is a valid shape as large as all patches together, none lies on another, and it is their union; else the general
    way is gone.
    """
    patches = np.asarray(shapes, dtype=object)
    try:
        odd: BaseGeometry = shapely.coverage_union_all(patches)
    except GEOSException:
        odd = shapely.GeometryCollection()
    whole = float(shapely.area(patches).sum())
    if abs(odd.area - whole) <= _SAME * whole and odd.geom_type in ("Polygon", "MultiPolygon") and odd.is_valid:
        return odd
    general: BaseGeometry = shapely.union_all(patches)
    return general
