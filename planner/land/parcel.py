"""The two shapes the land room thinks about: a parcel, and a layer of the ground around it.

Every shape here is longitude/latitude on CGCS2000 (EPSG:4490, x = longitude), edges straight in
longitude/latitude. The door (planner.formats) brings other systems here; nothing behind it asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:  # whoever makes a frame loads it: a verb of the book has none
    import geopandas as gpd

CRS = "EPSG:4490"
Box = tuple[float, float, float, float]  # west, south, east, north
EVERYWHERE = shapely.box(-180.0, -90.0, 180.0, 90.0)


def absent(value: Any) -> bool:
    """Whether a cell of a layer says nothing: None, NaN, NA."""
    import pandas as pd

    return bool(pd.isna(value))


@dataclass(frozen=True)
class Parcel:
    """A piece of land under consideration: a valid Polygon or MultiPolygon."""

    id: str
    shape: BaseGeometry
    name: str = ""


@dataclass(frozen=True)
class Layer:
    """Ground as one layer shows it.

    ``frame`` has the columns id, name, kind and, by role: land_survey and zoning also code, code_system,
    grade, ridge_share (share 0-1 of ridges), parks also account, parcels also status. Missing values are
    None/NaN. ``coverage`` is where the layer claims to know the ground: outside it nothing is "clear"; None means
    nowhere stated. ``as_of`` is the vintage of the data.
    """

    role: str
    name: str
    frame: gpd.GeoDataFrame
    as_of: date | None = None
    source: str = ""
    coverage: BaseGeometry | None = None
    illustrative: bool = False

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.frame.geometry.values)

    @property
    def size(self) -> int:
        """How many features there are."""
        return len(self.frame)

    @property
    def bounds(self) -> Box:
        """West, south, east and north of all features; NaN where there are none."""
        west, south, east, north = self.frame.total_bounds.tolist()
        return west, south, east, north

    def around(self, box: Box) -> gpd.GeoDataFrame:
        """The features that meet a box, in the order of the layer."""
        return self.frame.iloc[sorted(self.tree.query(shapely.box(*box), predicate="intersects"))]
