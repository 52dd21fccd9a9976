"""Good files with bytes flipped, cut out and put in: each is read or refused with a code, and never anything else."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from planner.errors import InputError
from planner.formats import read
from planner.formats.tables import read_quotas

ROUNDS = 250
SQUARE = [[110.2, 19.95], [110.21, 19.95], [110.21, 19.96], [110.2, 19.96], [110.2, 19.95]]
LAND = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": n,
            "properties": {"name": "地块", "code": "0101"},
            "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
        }
        for n in range(3)
    ],
}
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.01, 0.01], "translate": [110.0, 20.0]},
    "arcs": [[[4, 0], [0, 4]], [[4, 4], [-4, 0], [0, -4], [4, 0]]],
    "objects": {"land": {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "地块"}}},
}
TXT = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
带号=37
[地块坐标]
4,2.4025,A,地块,面,,,0601,@
J1,1,2206088.526,37414154.659
J2,1,2206088.526,37414309.659
J3,1,2205933.526,37414309.659
J1,1,2206088.526,37414154.659
"""

KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
<name>一期</name><Placemark id="1"><name>地块</name><ExtendedData><Data name="code"><value>0101</value></Data>
</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>110.2,19.95,0 110.21,19.95,0 110.21,19.96,0
110.2,19.95,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>
"""
TABLE = """地块编号,点号,圈号,X,Y
A,J1,1,2206088.526,37414154.659
A,J2,1,2206088.526,37414309.659
A,J3,1,2205933.526,37414309.659
A,J1,1,2206088.526,37414154.659
"""


def packed(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.geojson", data)
    return out.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["quota_type", "year", "amount", "unit"])
    book.active.append(["energy_cap", 2026, "1.5", "tce"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = {
    "geojson": json.dumps(LAND, ensure_ascii=False).encode(),
    "topojson": json.dumps(TOPOLOGY).encode(),
    "txt": TXT.encode("gbk"),
    "kml": KML.encode(),
    "csv": TABLE.encode("gbk"),
    "zip": packed(json.dumps(LAND).encode()),
}
# Formats that do not say their system.
STATED = {"topojson": "EPSG:4326", "csv": "EPSG:4525"}


def harmed(data: bytes, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(ROUNDS):
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


@pytest.mark.parametrize("kind", GOOD)
def test_a_harmed_file_is_read_or_refused_with_a_code(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A repair starts a process; what it does is tested elsewhere.
    monkeypatch.setattr("planner.formats.shapes.repaired", lambda shapes: [None] * len(shapes))
    path = tmp_path / f"land.{kind}"
    ends = set()
    for data in harmed(GOOD[kind], seed=len(kind)):
        path.write_bytes(data)
        try:
            found = read(path, crs=STATED.get(kind))
        except InputError as error:
            assert error.code.startswith("E_")
            assert error.code != "E_INTERNAL"
            assert error.file == path.name
            ends.add("refused")
            continue
        assert found.read == len(found.ids) + len(found.rejected)
        assert found.frame.geometry.is_valid.all()
        ends.add("read")
    assert ends == {"read", "refused"}


def test_a_harmed_workbook_is_read_or_refused_with_a_code(tmp_path: Path) -> None:
    path = tmp_path / "quotas.xlsx"
    refused = 0
    for data in harmed(workbook(), seed=4):
        path.write_bytes(data)
        try:
            read_quotas(path)
        except InputError as error:
            assert error.code.startswith("E_")
            refused += 1
    assert 0 < refused <= ROUNDS
