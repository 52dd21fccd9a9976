"""Parcels as KML 2.2, alone or packed as KMZ: longitude and latitude to 1e-9 degree, every word as text.

Source: OGC 12-007r2, sections 9 and 10, annex C.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely.geometry.base import BaseGeometry

Pieces = Iterable[tuple[Mapping[str, Any], BaseGeometry]]


def write_kml(path: Path, pieces: Pieces) -> None:
    """One placemark for each (fields, shape in longitude/latitude)."""
    path.write_text(kml(pieces), encoding="utf-8")


def write_kmz(path: Path, pieces: Pieces) -> None:
    """The same as the one document of an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", kml(pieces))


def kml(pieces: Pieces) -> str:
    """The text of the document."""
    marks = [_placemark(record, shape) for record, shape in pieces]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    return "\n".join([head, *marks, "</Document></kml>\n"])


def _placemark(record: Mapping[str, Any], shape: BaseGeometry) -> str:
    id_mark = f" id={quoteattr(str(record['id']))}" if record.get("id") is not None else ""
    data = "".join(
        f"<Data name={quoteattr(name)}><value>{escape(str(value))}</value></Data>"
        for name, value in record.items()
        if name not in ("id", "name") and value is not None
    )
    parts = "".join(_polygon(part) for part in shapely.get_parts(shapely.orient_polygons(shape)))
    name = escape(str(record.get("name") or ""))
    return (
        f"<Placemark{id_mark}><name>{name}</name><ExtendedData>{data}</ExtendedData>"
        f"<MultiGeometry>{parts}</MultiGeometry></Placemark>"
    )


def _polygon(part: BaseGeometry) -> str:
    rings = [("outer", part.exterior), *(("inner", ring) for ring in part.interiors)]
    return "<Polygon>" + "".join(_ring(kind, ring) for kind, ring in rings) + "</Polygon>"


def _ring(kind: str, ring: BaseGeometry) -> str:
    points = " ".join(f"{x:.9f},{y:.9f}" for x, y in shapely.get_coordinates(ring))
    return f"<{kind}BoundaryIs><LinearRing><coordinates>{points}</coordinates></LinearRing></{kind}BoundaryIs>"
