"""National map sheets (GB/T 13989-2012): the numbers of the sheets of a scale on which land lies.

The sheet of 1:1 000 000 is 6 degrees of longitude by 4 of latitude: a letter for its row from the equator, a number for
its column from 180 degrees west. A larger scale divides it into rows from the north and columns from the west.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.land.prepared import prepared
from planner.parameters import MapDivision

WIDE, HIGH = 6.0, 4.0  # degrees of a sheet of 1:1 000 000
NORTHERNMOST = 60.0  # beyond it sheets are wider; China has none there
MOST_CELLS = 250_000  # looked at one by one
HAIR = 1e-9  # degrees, a tenth of a millimetre: land that only touches a sheet is not on it


def division_of(scale: int, divisions: Sequence[MapDivision]) -> MapDivision | None:
    """The scale of the series in whose sheets a map at 1:``scale`` lies: its own, else the next smaller one."""
    return min((row for row in divisions if row.scale >= scale), key=lambda row: row.scale, default=None)


def sheet_numbers(shape: BaseGeometry, division: MapDivision) -> list[str]:
    """The sheets that hold some of a shape (EPSG:4490), from the north-west on, row by row.

    Empty south of the equator, north of 60 degrees, and for land of more than a quarter of a million sheets.
    """
    west, south, east, north = shape.bounds
    if not 0.0 <= south <= north <= NORTHERNMOST:
        return []
    per_lon, per_lat = division.divisions / WIDE, division.divisions / HIGH
    columns = range(math.floor((west + 180.0) * per_lon), math.floor((east + 180.0) * per_lon) + 1)
    rows = range(math.floor(north * per_lat), math.floor(south * per_lat) - 1, -1)
    if len(columns) * len(rows) > MOST_CELLS:
        return []
    row, column = (at.ravel() for at in np.meshgrid(rows, columns, indexing="ij"))
    left, low = column / per_lon - 180.0 + HAIR, row / per_lat + HAIR
    right, high = (column + 1) / per_lon - 180.0 - HAIR, (row + 1) / per_lat - HAIR
    held = shapely.intersects(prepared(shape), shapely.box(left, low, right, high))
    return [_number(int(r), int(c), division) for r, c in zip(row[held], column[held], strict=True)]


def _number(row: int, column: int, division: MapDivision) -> str:
    """The number of a sheet by its row from the equator and its column from 180 degrees west."""
    many = division.divisions
    north, down = divmod(row, many)
    letter = chr(ord("A") + north)
    if many == 1:
        return f"{letter}{column + 1:02}"
    around, right = divmod(column, many)
    return f"{letter}{around + 1:02}{division.code}{many - down:0{division.digits}}{right + 1:0{division.digits}}"
