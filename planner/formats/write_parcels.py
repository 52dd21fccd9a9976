"""Parcels into files of others: each reopens through the door with the same shapes to 1 mm and the same words.

A frame in a projected system keeps its corners; one in longitude/latitude goes to the Gauss-Krueger zone of its middle
where a format needs metres (TXT, DXF).
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from planner.formats.clean import clean_text
from planner.formats.crs import LONLAT, gauss_kruger, label, to_lonlat
from planner.formats.write import write_geojson
from planner.formats.write_txt import write_txt

# dBASE: 10 bytes a name, 254 a text. Source: ESRI Shapefile Technical Description, "Organization of the dBASE File".
_NAME_BYTES, _TEXT_BYTES = 10, 254
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# An edge straight in degrees bends in the plane: pieces of 110 m leave it by less than 0.3 mm in China, and a point
# within 0.1 mm of a straight line is no corner.
_PIECE_DEGREES, _STRAIGHT_M = 0.001, 1e-4


def write_parcels(path: Path, frame: gpd.GeoDataFrame, kind: str, *, on: date, maker: str = "") -> None:
    """The parcels of ``frame`` as a file of ``kind`` (one of KINDS), in place of whatever stood there.

    Parameters: ``frame`` with a system and Polygons or MultiPolygons; its columns id, name, use and code go where the
    format has a place for them, all columns where it has room. ``on`` the day and ``maker`` the office that the TXT
    names. Raises KeyError for another kind.
    """
    clean = _cleaned(frame)
    if kind in ("txt", "dxf"):
        plane, zone, degrees = in_zone(clean)
        if kind == "txt":
            return write_txt(path, plane, zone, degrees, on=on, maker=maker)
        from planner.formats.write_dxf import write_dxf  # its library takes half a second to load

        write_dxf(path, plane)
    else:
        _WRITERS[kind](path, clean)


def in_zone(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int, int]:
    """The parcels in a CGCS2000 Gauss-Krueger zone with its number in front of the eastings; the zone and its degrees.

    A frame that is in such a zone stays as it is.
    """
    code = label(CRS.from_user_input(frame.crs)).removeprefix("EPSG:")
    if code.isdigit() and 4513 <= int(code) <= 4533:
        return frame, int(code) - 4513 + 25, 3
    if code.isdigit() and 4491 <= int(code) <= 4501:
        return frame, int(code) - 4491 + 13, 6
    lonlat = _lonlat(frame)
    west, _, east, _ = lonlat.total_bounds
    zone = round((west + east) / 2.0 / 3.0)
    target = gauss_kruger(zone, 3, prefixed=True)
    move = Transformer.from_crs(LONLAT, target, always_xy=True)
    cut = shapely.segmentize(lonlat.geometry.values, _PIECE_DEGREES)
    moved = shapely.transform(cut, lambda points: np.column_stack(move.transform(points[:, 0], points[:, 1])))
    straight = shapely.simplify(moved, _STRAIGHT_M)
    return gpd.GeoDataFrame(pd.DataFrame(frame.drop(columns="geometry")), geometry=straight, crs=target), zone, 3


def _lonlat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = to_lonlat(frame.geometry.values, CRS.from_user_input(frame.crs))
    return gpd.GeoDataFrame(pd.DataFrame(frame.drop(columns="geometry")), geometry=shapes, crs=LONLAT)


def _cleaned(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Words without control characters, columns of one type where their values have one."""
    table = pd.DataFrame({str(name): [_value(v) for v in frame[name]] for name in frame.columns.drop("geometry")})
    table.index = frame.index
    return gpd.GeoDataFrame(table.infer_objects(), geometry=frame.geometry.values, crs=frame.crs).reset_index(drop=True)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)[0]
    return None if value is None or value is pd.NA or value != value else value


def _geojson(path: Path, frame: gpd.GeoDataFrame) -> None:
    write_geojson(path, _records(_lonlat(frame)))


def _records(frame: gpd.GeoDataFrame) -> list[tuple[dict[str, Any], BaseGeometry]]:
    table = pd.DataFrame(frame.drop(columns="geometry")).astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    plain = [{str(k): v.item() if isinstance(v, np.generic) else v for k, v in row.items()} for row in rows]
    return list(zip(plain, frame.geometry.values, strict=True))


def _kml(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Source: OGC 12-007r2, sections 9 and 10; longitude and latitude to 1e-9 degree."""
    marks = [_placemark(record, shape) for record, shape in _records(_lonlat(frame))]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    path.write_text("\n".join([head, *marks, "</Document></kml>\n"]), encoding="utf-8")


def _placemark(record: Mapping[str, Any], shape: BaseGeometry) -> str:
    id_mark = f" id={quoteattr(str(record['id']))}" if record.get("id") is not None else ""
    data = "".join(
        f"<Data name={quoteattr(name)}><value>{escape(str(value))}</value></Data>"
        for name, value in record.items()
        if name not in ("id", "name") and value is not None
    )
    parts = "".join(_kml_polygon(part) for part in shapely.get_parts(shapely.orient_polygons(shape)))
    name = escape(str(record.get("name") or ""))
    return (
        f"<Placemark{id_mark}><name>{name}</name><ExtendedData>{data}</ExtendedData>"
        f"<MultiGeometry>{parts}</MultiGeometry></Placemark>"
    )


def _kml_polygon(part: BaseGeometry) -> str:
    rings = [("outer", part.exterior), *(("inner", ring) for ring in part.interiors)]
    return "<Polygon>" + "".join(_kml_ring(kind, ring) for kind, ring in rings) + "</Polygon>"


def _kml_ring(kind: str, ring: BaseGeometry) -> str:
    points = " ".join(f"{x:.9f},{y:.9f}" for x, y in shapely.get_coordinates(ring))
    return f"<{kind}BoundaryIs><LinearRing><coordinates>{points}</coordinates></LinearRing></{kind}BoundaryIs>"


def _gpkg(path: Path, frame: gpd.GeoDataFrame) -> None:
    path.unlink(missing_ok=True)
    frame.to_file(path, driver="GPKG", layer="parcels")


def _flatgeobuf(path: Path, frame: gpd.GeoDataFrame) -> None:
    # Without its index the rows keep their order.
    path.unlink(missing_ok=True)
    frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO")


def _geoparquet(path: Path, frame: gpd.GeoDataFrame) -> None:
    frame.to_parquet(path, index=False)


def _shapefile(path: Path, frame: gpd.GeoDataFrame) -> None:
    """A zip of all five parts; names and texts cut between characters to what dBASE holds."""
    short = frame.rename(columns=_short_names([str(name) for name in frame.columns if name != "geometry"]))
    for name in short.columns.drop("geometry"):
        short[name] = [_cut(value, _TEXT_BYTES) if isinstance(value, str) else value for value in short[name]]
    stem, packed = path.stem, io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        short.to_file(Path(folder) / "parcels.shp", driver="ESRI Shapefile", encoding="UTF-8")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in _PARTS:
                archive.write(Path(folder) / f"parcels{part}", f"{stem}{part}")
    path.write_bytes(packed.getvalue())


def _short_names(names: list[str]) -> dict[str, str]:
    """Each name in at most 10 bytes of UTF-8, all different."""
    found: dict[str, str] = {}
    for name in names:
        short, number = _cut(name, _NAME_BYTES), 1
        while short in found.values():
            number += 1
            short = f"{_cut(name, _NAME_BYTES - len(str(number)))}{number}"
        found[name] = short
    return found


def _cut(text: str, most: int) -> str:
    return text.encode("utf-8")[:most].decode("utf-8", "ignore")


_WRITERS: Mapping[str, Callable[[Path, gpd.GeoDataFrame], None]] = MappingProxyType(
    {
        "geojson": _geojson,
        "gpkg": _gpkg,
        "shapefile": _shapefile,
        "flatgeobuf": _flatgeobuf,
        "geoparquet": _geoparquet,
        "kml": _kml,
    }
)
KINDS = (*_WRITERS, "txt", "dxf")
