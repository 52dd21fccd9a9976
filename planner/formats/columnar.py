"""FlatGeobuf and GeoParquet: one table each, read in a child; by GDAL the one, by Arrow the other.

GDAL reads as many features of a FlatGeobuf as it meets, or as the header says where there are more: the header is read
and the features are walked here, so that none is lost. Source: the FlatGeobuf specification 3, ``header.fbs``.
"""

from __future__ import annotations

import mmap
import shutil
import struct
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.formats.confined import Table, read_parquet, read_table
from planner.formats.errors import ParseError
from planner.formats.raw import Raw
from planner.formats.request import Request
from planner.formats.tidy import table_to_raw
from planner.text import N_, Text

_MAGIC, _NODE_BYTES = 8, 40
_COUNT_FIELD, _NODE_FIELD, _NODE_DEFAULT = 8, 9, 16
GEODESIC = N_("it means its edges as the shortest lines on the ellipsoid; they are read straight in longitude/latitude")


def read_flatgeobuf(request: Request) -> Raw:
    """The layer of a FlatGeobuf file. Raises ParseError, TooComplex."""
    raw = _read(request, "FlatGeobuf", "layer.fgb")
    stated, there = _counts(request.path)
    if there != len(raw.shapes) or stated not in (0, there):
        reason = Text(N_("it states {stated:,} features, holds {there:,}, and {found:,} can be read"), stated=stated,
                      there=there, found=len(raw.shapes))  # fmt: skip
        raise ParseError(reason=reason)
    return raw


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
    if table.extra.get("edges", "planar") != "planar":
        raw.notes.append(Text(GEODESIC))
    return raw


def _counts(path: Path) -> tuple[int, int]:
    """How many features the header of a FlatGeobuf states (0: it does not say) and how many follow it whole."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            (size,) = struct.unpack_from("<I", data, _MAGIC)
            stated = _field(data, _COUNT_FIELD, "<Q", 0)
            at = _MAGIC + 4 + size + _index_bytes(stated, _field(data, _NODE_FIELD, "<H", _NODE_DEFAULT))
            there = 0
            while at + 4 <= len(data):
                at += 4 + int(struct.unpack_from("<I", data, at)[0])
                there += at <= len(data)
        except (struct.error, IndexError):
            raise ParseError(reason=Text(N_("its header is damaged"))) from None
    return stated, there


def _field(data: mmap.mmap, number: int, kind: str, default: int) -> int:
    """A scalar field of the header's table."""
    start = _MAGIC + 4
    table = start + struct.unpack_from("<I", data, start)[0]
    fields = table - struct.unpack_from("<i", data, table)[0]
    (size,) = struct.unpack_from("<H", data, fields)
    place = struct.unpack_from("<H", data, fields + 4 + 2 * number)[0] if 4 + 2 * number < size else 0
    return int(struct.unpack_from(kind, data, table + place)[0]) if place else default


def _index_bytes(features: int, node: int) -> int:
    """The packed R-tree between header and features: every level a node for so many of the one below."""
    if not features or node < 2:
        return 0
    level = nodes = features
    while level > 1:
        level = -(-level // node)
        nodes += level
    return nodes * _NODE_BYTES
