"""Good files of every format that comes in, and the same with bytes flipped, cut out, put in and spliced."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import openpyxl
import shapely

from planner.errors import InputError
from planner.formats import read
from planner.formats.tables import read_quotas
from planner.formats.write_parcels import ENDINGS, write_parcels

SQUARE = [[110.2, 19.95], [110.21, 19.95], [110.21, 19.96], [110.2, 19.96], [110.2, 19.95]]
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.01, 0.01], "translate": [110.0, 20.0]},
    "arcs": [[[4, 0], [0, 4]], [[4, 4], [-4, 0], [0, -4], [4, 0]]],
    "objects": {"land": {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "地块"}}},
}
# Read without a child: thousands a minute. The others start one for each file.
AT_ONCE = ("geojson", "topojson", "txt", "kml", "kmz", "points-csv", "quotas")
IN_A_CHILD = ("geopackage", "shapefile", "flatgeobuf", "geoparquet", "dxf-gbk")


def good(kind: str) -> bytes:
    """A small good file of a kind."""
    if kind == "topojson":
        return json.dumps(TOPOLOGY).encode()
    if kind == "quotas":
        return _workbook()
    shapes = [shapely.Polygon(SQUARE), shapely.box(110.22, 19.95, 110.23, 19.96)]
    land = gpd.GeoDataFrame({"id": ["1", "2"], "name": ["地块", "南沙区粮田"], "code": ["0101", "0601"]},
                            geometry=shapes, crs="EPSG:4490")  # fmt: skip
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"land{ENDINGS[kind]}"
        write_parcels(path, land, kind, on=date(2026, 1, 1))
        data = path.read_bytes()
    return _stored(data) if kind in ("kmz", "shapefile") else data


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["quota_type", "year", "amount", "unit"])
    book.active.append(["energy_cap", 2026, "1.5", "tce"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _stored(data: bytes) -> bytes:
    """The archive without compression, so that harm reaches what is in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            plain.writestr(name, packed.read(name))
    return out.getvalue()


def harmed(data: bytes, seed: int, rounds: int) -> Iterator[bytes]:
    """The file again and again, each time with one to four places harmed."""
    chance = random.Random(seed)
    for _ in range(rounds):
        found = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(found) or 1)
            match chance.randrange(4):
                case 0 if found:
                    found[at] ^= 1 << chance.randrange(8)
                case 1:
                    del found[at : at + chance.randrange(1, 40)]
                case 2:
                    found[at:at] = found[: chance.randrange(1, 40)]
                case _:
                    found[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 8)))
        yield bytes(found)


def fate(path: Path, kind: str, data: bytes) -> str:
    """What becomes of a file: ``read``, or the code it is refused with. Raises anything that is not a refusal."""
    path.write_bytes(data)
    try:
        if kind == "quotas":
            read_quotas(path)
            return "read"
        found = read(path, crs="EPSG:4326" if kind == "topojson" else None)
    except InputError as error:
        assert error.code.startswith("E_") and error.code != "E_INTERNAL"
        assert error.file == path.name or kind == "quotas"
        return error.code
    assert found.read == len(found.ids) + len(found.rejected)
    assert found.frame.geometry.is_valid.all()
    return "read"
