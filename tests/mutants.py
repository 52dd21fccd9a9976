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
# Read without a child: thousands a minute. The others need one for each file.
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
    return data


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["quota_type", "year", "amount", "unit"])
    book.active.append(["energy_cap", 2026, "1.5", "tce"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_SIGNS = b'0123456789-+.,eE:;@/=<>[]{}()"\'&# \n\tx' + "面，".encode()


def harmed(data: bytes, seed: int, rounds: int) -> Iterator[bytes]:
    """The file again and again, each time with one to four places harmed; of an archive mostly one of its members,
    packed anew, or its checksums would hide the harm from all that reads on."""
    chance = random.Random(seed)
    for _ in range(rounds):
        inside = data.startswith(b"PK") and chance.random() < 0.8
        yield _member_harmed(data, chance) if inside else _harm(data, chance)


def _member_harmed(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        hurt = chance.choice(packed.namelist())
        for name in packed.namelist():
            made.writestr(name, _harm(packed.read(name), chance) if name == hurt else packed.read(name))
    return out.getvalue()


def _harm(data: bytes, chance: random.Random) -> bytes:
    """Bits flipped, bytes written over, cut out, put in or doubled. Half of the time the length stays, without which
    no reader of a binary format comes far."""
    found = bytearray(data)
    kinds = 2 if chance.random() < 0.5 else 5
    # Bytes that make a binary format lie, or a text say something else; the other kind of each now and then.
    signs = _SIGNS if (b"\0" not in data) == (chance.random() < 0.9) else bytes((0, 1, 127, 128, 254, 255))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found) or 1)
        noise = bytes(chance.choice(signs) for _ in range(chance.randrange(1, 9)))
        match chance.randrange(kinds):
            case 0 if found:
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                found[at : at + len(noise)] = noise[: len(found) - at]
            case 2:
                del found[at : at + chance.randrange(1, 40)]
            case 3:
                found[at:at] = found[: chance.randrange(1, 40)]
            case _:
                found[at:at] = noise
    return bytes(found)


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
