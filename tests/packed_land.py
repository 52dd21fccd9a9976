"""What a parcel takes of packed land, as a table and patch by patch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.kernel.pack import Packed, RowClass
from planner.land.kernel.takes import areas_by_class, areas_by_polygon
from planner.land.noise import METRES_PER_DEGREE, ROUNDING_M


def gross_by_class(packed: Packed, parcel: BaseGeometry) -> dict[RowClass, float]:
    """The classes that a parcel takes more of than the rounding of its coordinates, and how much in m2."""
    west, south, east, north = parcel.bounds
    rounding = ROUNDING_M * METRES_PER_DEGREE * (east - west + north - south)
    areas = areas_by_class(packed, parcel).tolist()
    return {row: area for row, area in zip(packed.classes, areas, strict=True) if area > rounding}


def areas_by_patch(packed: Packed, parcel: BaseGeometry) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The patches (numbered as they were packed) that a parcel shares land with, and the area of each in m2."""
    polygons, areas = areas_by_polygon(packed, parcel)
    patches, place = np.unique(packed.ground.owner[polygons], return_inverse=True)
    return patches, np.bincount(place, weights=areas, minlength=len(patches))
