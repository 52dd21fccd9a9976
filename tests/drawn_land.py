"""Tiny hand-drawn land near 110.2 E 19.95 N, in steps of about a metre east and north of there."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from planner.land.parcel import EVERYWHERE, Layer, Parcel

LON, LAT = 110.2, 19.95
CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
EAST = 0.001 / CGCS2000.inv(LON, LAT, LON + 0.001, LAT)[2]  # degrees of longitude in a metre
NORTH = 0.001 / CGCS2000.inv(LON, LAT, LON, LAT + 0.001)[2]
TODAY, VINTAGE = date(2026, 1, 1), date(2025, 12, 31)


def place(shape: BaseGeometry) -> BaseGeometry:
    """A shape drawn in metres, as longitude and latitude."""
    return shapely.transform(shape, lambda c: c * (EAST, NORTH) + (LON, LAT))


def land(x: float, y: float, width: float, height: float) -> BaseGeometry:
    """A rectangle with its lower left corner at x, y metres."""
    return place(shapely.box(x, y, x + width, y + height))


def parcel(x: float = 0, y: float = 0, width: float = 100, height: float = 100, *, id: str = "P-01") -> Parcel:
    return Parcel(id, land(x, y, width, height))


def layer(role: str, *shapes: BaseGeometry, coverage: BaseGeometry | None = EVERYWHERE, as_of: date | None = VINTAGE,
          name: str = "", **columns: list) -> Layer:
    """A layer of shapes numbered a, b, c ...; further columns are lists, one value a shape."""
    values = {"id": [chr(97 + i) for i in range(len(shapes))], "name": [""] * len(shapes), "kind": [""] * len(shapes)}
    frame = gpd.GeoDataFrame(values | columns, geometry=list(shapes), crs="EPSG:4490")
    return Layer(role, name or role, frame, as_of=as_of, coverage=coverage)


def survey(*patches: tuple, as_of: date | None = VINTAGE, name: str = "survey") -> Layer:
    """A land survey of (shape, code, grade, ridge share) patches; the code system where a fifth value says so."""
    systems = [patch[4] if len(patch) > 4 else "GBT21010-2017" for patch in patches]
    return layer("land_survey", *(patch[0] for patch in patches), as_of=as_of, name=name, code_system=systems,
                 code=[p[1] for p in patches], grade=[p[2] for p in patches], ridge_share=[p[3] for p in patches])
