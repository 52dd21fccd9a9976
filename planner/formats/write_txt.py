"""The land-approval TXT as the reporting systems of natural-resource offices read it.

X is the northing, Y the easting with its zone; hectares of the plane to four decimals; outer rings clockwise from the
north-west corner, the first point repeated with its label at the end of each ring; GBK (as its superset GB 18030).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from planner.land.boundary import DECIMALS, rings
from planner.land.geodesy import plane_m2
from planner.units import M2_PER_HA

# What parts the columns of a line, and what ends it.
_PARTING = re.compile(r"[,，@＠\r\n\t]+")


def write_txt(path: Path, frame: gpd.GeoDataFrame, zone: int, degrees: int, *, on: date, maker: str = "") -> None:
    """Parcels in metres of a zone with its number in front of the eastings, columns id, name, use and code where they
    are there."""
    lines = [*_header(zone, degrees, on, maker), "[地块坐标]"]
    for shape, (_, row) in zip(frame.geometry.values, frame.iterrows(), strict=True):
        lines.extend(_parcel(shape, row))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


def _header(zone: int, degrees: int, on: date, maker: str) -> list[str]:
    said = (
        ("格式版本号", "1.01版本"),
        ("数据产生单位", maker),
        ("数据产生日期", on.isoformat()),
        ("坐标系", "2000国家大地坐标系"),
        ("几度分带", degrees),
        ("投影类型", "高斯克吕格"),
        ("计量单位", "米"),
        ("带号", zone),
        ("精度", 10.0**-DECIMALS),
        ("转换参数", ",,,,,,"),
    )
    return ["[属性描述]", *(f"{key}={value}" for key, value in said)]


def _parcel(shape: BaseGeometry, row: Any) -> Iterator[str]:
    """The head line and the points."""
    points = list(ring_rows(shape))
    hectares = float(plane_m2(shape)) / M2_PER_HA
    id, name, use, code = (_field(row.get(column)) for column in ("id", "name", "use", "code"))
    yield f"{len(points)},{hectares:.4f},{id},{name},面,,{use},{code},@"
    for label, ring, north, east in points:
        yield f"{label},{ring},{north:.{DECIMALS}f},{east:.{DECIMALS}f}"


def ring_rows(shape: BaseGeometry) -> Iterator[tuple[str, int, float, float]]:
    """(label, ring, northing, easting) of each boundary point, outer rings clockwise from the north-west corner; labels
    run on over the rings, the ring number grows, the first point closes its ring under its own label."""
    for ring in rings(shape):
        labels, points = ring.labels, ring.points.tolist()
        for label, (east, north) in zip([*labels, labels[0]], [*points, points[0]], strict=True):
            yield label, ring.number, north, east


def _field(value: Any) -> str:
    """A value as one column: what would part the line becomes a pause."""
    text = "" if value is None or value != value else str(value)
    return _PARTING.sub("、", text).strip("、 ")
