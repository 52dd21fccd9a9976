"""The plane grid of the coordinates at the foot of the map, from the workspace's plane CRS."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pyproj import CRS

from planner.desk.desk import DEFAULT_PLANE_CRS, PLANE_CRS
from planner.webmap.build import Plane


def plane_of(settings: Mapping[str, str]) -> Plane | None:
    """The Gauss-Krueger zone of a workspace; None where its plane CRS is of another kind."""
    return _zone(settings.get(PLANE_CRS, DEFAULT_PLANE_CRS))


@cache
def _zone(name: str) -> Plane | None:
    operation = CRS.from_user_input(name).coordinate_operation
    found = {row.name: row.value for row in operation.params} if operation else {}
    meridian, easting = found.get("Longitude of natural origin"), found.get("False easting")
    return None if meridian is None or easting is None else Plane(name, float(meridian), float(easting))
