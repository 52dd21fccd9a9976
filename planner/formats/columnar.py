"""FlatGeobuf and GeoParquet: one table each, read in a child; by GDAL the one, by Arrow the other."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.formats.confined import Table, read_parquet, read_table
from planner.formats.raw import Raw
from planner.formats.request import Request
from planner.formats.tidy import table_to_raw


def read_flatgeobuf(request: Request) -> Raw:
    """The layer of a FlatGeobuf file. Raises ParseError, TooComplex."""
    return _read(request, "FlatGeobuf", "layer.fgb")


def read_geoparquet(request: Request) -> Raw:
    """The table of a GeoParquet file. Raises ContentUnsupported, ParseError, TooComplex."""
    return _read(request, "GeoParquet", "layer.parquet")


def _read(request: Request, format: str, name: str) -> Raw:
    # Under a name of ours in a folder of ours: nothing beside the file and nothing in its name is looked at.
    with TemporaryDirectory(prefix="planner-") as folder:
        copy = Path(folder) / name
        shutil.copyfile(request.path, copy)
        table: Table = read_table(copy, None, None) if name.endswith(".fgb") else read_parquet(copy)
    raw = table_to_raw(table, format, request.stem, "utf-8")
    # GeoParquet means longitude and latitude on WGS 84 where it says nothing, as GeoJSON does.
    raw.crs = "EPSG:4326" if table.crs and "CRS84" in table.crs else table.crs
    return raw
