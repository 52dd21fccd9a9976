"""Parcels into files of others: each reopens through the door with the same shapes to 1 mm and the same words.

A frame in a projected system keeps its corners; one in longitude/latitude goes to the Gauss-Krueger zone of its middle
where a format needs metres (TXT, DXF, coordinate tables).
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from planner.formats.clean import clean_text
from planner.formats.crs import LONLAT, gauss_kruger, label, to_lonlat
from planner.formats.write import write_geojson
from planner.formats.write_kml import write_kml, write_kmz
from planner.formats.write_points import write_points_csv, write_points_xlsx
from planner.formats.write_topojson import write_topojson
from planner.formats.write_txt import write_txt

# dBASE: 10 bytes a name, 254 a text. Source: ESRI Shapefile Technical Description, "Organization of the dBASE File".
_NAME_BYTES, _TEXT_BYTES = 10, 254
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# Names that the tables of a GeoPackage need for themselves.
_TAKEN = frozenset({"fid", "geom", "geometry", "rowid", "oid"})
# An edge straight in degrees bends in the plane: pieces of 110 m leave it by less than 0.3 mm in China, and a point
# within 0.1 mm of a straight line is no corner.
_PIECE_DEGREES, _STRAIGHT_M = 0.001, 1e-4


def write_parcels(path: Path, frame: gpd.GeoDataFrame, kind: str, *, on: date, maker: str = "") -> None:
    """The parcels of ``frame`` as a file of ``kind`` (one of KINDS), in place of whatever stood there.

    Parameters: ``frame`` with a system and Polygons or MultiPolygons; its columns id, name, use and code go where the
    format has a place for them, all columns where it has room. ``on`` the day and ``maker`` the office that the TXT
    names. The file takes its name when it is whole. Raises KeyError for another kind.
    """
    clean = _cleaned(frame)
    with tempfile.TemporaryDirectory(prefix=".planner-", dir=path.parent) as folder:
        made = Path(folder) / f"parcels{ENDINGS[kind]}"
        if kind in _IN_METRES:
            plane, zone, degrees = in_zone(clean)
            if kind == "txt":
                write_txt(made, plane, zone, degrees, on=on, maker=maker)
            else:
                _IN_METRES[kind](made, plane)
        elif kind == "shapefile":
            _shapefile(made, clean, path.stem)
        else:
            _WRITERS[kind](made, clean)
        os.replace(made, path)


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
    """Words without control characters; a column of numbers stays one, values of several types become words."""
    columns = {str(name): _column([_value(value) for value in frame[name]]) for name in frame.columns.drop("geometry")}
    table = pd.DataFrame(columns, index=range(len(frame)))
    shapes = np.asarray(frame.geometry.values, dtype=object)
    return gpd.GeoDataFrame(table.infer_objects(), geometry=shapes, crs=frame.crs)


def _column(values: list[Any]) -> pd.Series:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str} or kinds <= {int, float} or kinds == {bool}:
        return pd.Series(values, dtype=object)
    return pd.Series([None if value is None else str(value) for value in values], dtype=object)


def _value(value: Any) -> Any:
    """A cell as a word, a number, true or false, or nothing; lists and tables as their JSON text."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str):
        return clean_text(value)[0]
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or value is pd.NA or value != value or isinstance(value, bytes):
        return None
    # A whole number beyond eight bytes has no place in any of the tables.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return str(value)
    return value if isinstance(value, bool | int | float) else str(value)


def _pieces(frame: gpd.GeoDataFrame) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """(fields, shape in longitude/latitude) of each parcel."""
    lonlat = _lonlat(frame)
    table = pd.DataFrame(lonlat.drop(columns="geometry")).astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    plain = [{str(k): v.item() if isinstance(v, np.generic) else v for k, v in row.items()} for row in rows]
    return list(zip(plain, lonlat.geometry.values, strict=True))


def _geopackage(path: Path, frame: gpd.GeoDataFrame) -> None:
    names = [str(name) for name in frame.columns if name != "geometry"]
    frame.rename(columns=_distinct(names, 1_000, _TAKEN)).to_file(path, driver="GPKG", layer="parcels")


def _flatgeobuf(path: Path, frame: gpd.GeoDataFrame) -> None:
    # Without its index the rows keep their order.
    frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO")


def _geoparquet(path: Path, frame: gpd.GeoDataFrame) -> None:
    frame.to_parquet(path, index=False)


def _shapefile(path: Path, frame: gpd.GeoDataFrame, stem: str) -> None:
    """A zip of all five parts; names cut between characters to what dBASE holds, and a text that is longer than a cell
    goes on in columns of its own behind it: nothing of it is lost."""
    whole = _in_cells(frame)
    short = whole.rename(columns=_distinct([str(name) for name in whole.columns if name != "geometry"], _NAME_BYTES))
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        short.to_file(Path(folder) / "parcels.shp", driver="ESRI Shapefile", encoding="UTF-8")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in _PARTS:
                archive.write(Path(folder) / f"parcels{part}", f"{stem}{part}")
    path.write_bytes(packed.getvalue())


def _in_cells(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Columns of long texts as several, each of at most ``_TEXT_BYTES``."""
    whole = frame.copy()
    for name in frame.columns.drop("geometry"):
        cells = [_chunks(value) if isinstance(value, str) else [value] for value in frame[name]]
        longest = max((len(one) for one in cells), default=1)
        for place in range(longest if longest > 1 else 0):
            part = pd.Series([one[place] if place < len(one) else None for one in cells], frame.index, dtype=object)
            if place:
                whole.insert(whole.columns.get_loc(name) + place, f"{name}~{place + 1}", part)
            else:
                whole[name] = part
    return whole


def _chunks(text: str) -> list[str]:
    """A text in pieces of at most ``_TEXT_BYTES`` of UTF-8, none of its characters cut."""
    pieces = []
    while text:
        pieces.append(_cut(text, _TEXT_BYTES))
        text = text[len(pieces[-1]) :]
    return pieces or [""]


def _distinct(names: list[str], most_bytes: int, taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """Each name in at most so many bytes of UTF-8, all different whatever their case."""
    found: dict[str, str] = {}
    used = set(taken)
    for name in names:
        short, number = _cut(name, most_bytes), 1
        while short.casefold() in used:
            number += 1
            short = f"{_cut(name, most_bytes - len(str(number)))}{number}"
        found[name] = short
        used.add(short.casefold())
    return found


def _cut(text: str, most: int) -> str:
    return text.encode("utf-8")[:most].decode("utf-8", "ignore")


def _dxf(path: Path, frame: gpd.GeoDataFrame, *, gbk: bool = False) -> None:
    from planner.formats.write_dxf import write_dxf  # its library takes half a second to load

    write_dxf(path, frame, gbk=gbk)


_IN_METRES: Mapping[str, Callable[..., None]] = MappingProxyType(
    {
        "txt": write_txt,
        "dxf": _dxf,
        "dxf-gbk": lambda path, frame: _dxf(path, frame, gbk=True),
        "points-xlsx": write_points_xlsx,
        "points-csv": write_points_csv,
    }
)
_WRITERS: Mapping[str, Callable[[Path, gpd.GeoDataFrame], None]] = MappingProxyType(
    {
        "geojson": lambda path, frame: write_geojson(path, _pieces(frame)),
        "topojson": lambda path, frame: write_topojson(path, _pieces(frame)),
        "geopackage": _geopackage,
        "flatgeobuf": _flatgeobuf,
        "geoparquet": _geoparquet,
        "kml": lambda path, frame: write_kml(path, _pieces(frame)),
        "kmz": lambda path, frame: write_kmz(path, _pieces(frame)),
    }
)
# Kind -> the ending of its file; a shapefile goes as one zip with all its parts.
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "txt": ".txt",
        "dxf": ".dxf",
        "dxf-gbk": ".dxf",
        "shapefile": ".zip",
        "points-xlsx": ".xlsx",
        "points-csv": ".csv",
        "geojson": ".geojson",
        "topojson": ".topojson",
        "geopackage": ".gpkg",
        "flatgeobuf": ".fgb",
        "geoparquet": ".parquet",
        "kml": ".kml",
        "kmz": ".kmz",
    }
)
KINDS = tuple(ENDINGS)
