"""The one door for what a person draws on the map: one GeoJSON feature in, one parcel out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import shapely

from planner.formats.clean import clean_text
from planner.formats.errors import AxisOrRange, GeometryEmpty, GeometryInvalid
from planner.formats.geojson import feature_shape
from planner.formats.limits import MIN_AREA_M2
from planner.formats.shapes import WIDEST, why_invalid
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Parcel
from planner.text import N_, Text


def parcel_from_drawing(feature: Mapping[str, Any], *, id: str, name: str = "") -> Parcel:
    """A drawn polygon as a parcel.

    Parameters: ``feature`` a GeoJSON Feature, or its geometry, in longitude/latitude. Raises GeometryType,
    GeometryEmpty, GeometryNonFinite, TooComplex, AxisOrRange, GeometryInvalid (it crosses itself).
    """
    geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
    shape, _ = feature_shape(geometry, id)
    shape = shapely.remove_repeated_points(shape, 0.0)
    west, south, east, north = shape.bounds
    where = {"feature": id}
    if west < -180.0 or east > 180.0 or south < -90.0 or north > 90.0 or east - west >= WIDEST:
        advice = Text(N_("draw it within the map of the park"))
        raise AxisOrRange(
            what=Text(N_("Feature {feature}"), feature=id),
            x=f"{west:.12g}",
            y=f"{south:.12g}",
            advice=advice,
            where=where,
        )
    if float(ellipsoid_m2(shapely.convex_hull(shape))) < MIN_AREA_M2:
        raise GeometryEmpty(feature=id, reason=Text(N_("its area is zero")), where=where)
    if not shapely.is_valid(shape):
        raise GeometryInvalid(feature=id, reason=why_invalid(shape), where=where)
    return Parcel(id, shapely.orient_polygons(shape), clean_text(name)[0])
