"""Files made to lie, to swell or never to end: each has its code, in a moment; what is alike and honest is read."""

from __future__ import annotations

import io
import json
import pickle
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import ezdxf
import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
import shapely

from planner.errors import InputError
from planner.formats import read
from planner.formats.write_parcels import write_parcels

SQUARE = [[110.2, 19.95], [110.21, 19.95], [110.21, 19.96], [110.2, 19.96], [110.2, 19.95]]
LAND = gpd.GeoDataFrame(
    {"id": ["1", "2"], "name": ["地块", "粮田"]},
    geometry=[shapely.Polygon(SQUARE), shapely.box(110.22, 19.95, 110.23, 19.96)], crs="EPSG:4490",
)  # fmt: skip
X, Y = 2206088.526, 37414154.659
HEADINGS = "地块编号,点号,X坐标,Y坐标"
HEADER = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号={zone}\n[地块坐标]\n"
HEAD = "0,0,A,甲,面,,,,@\n"


def ring(number: int = 1, down: float = 0.0, right: float = 0.0, side: float = 155.0) -> str:
    """A square of a land-approval TXT, clockwise from its upper left corner."""
    corners = [(0, 0), (0, side), (-side, side), (-side, 0), (0, 0)]
    places = [(X - down + x, Y + right + y) for x, y in corners]
    return "".join(f"J{i % 4 + 1},{number},{x:.3f},{y:.3f}\n" for i, (x, y) in enumerate(places))


def txt(body: str, zone: str = "37") -> bytes:
    return (HEADER.format(zone=zone) + body).encode()


def geojson(coordinates: str = json.dumps([SQUARE]), **more: object) -> bytes:
    geometry = f'{{"type": "Polygon", "coordinates": {coordinates}}}'
    feature = f'{{"type": "Feature", "properties": {{}}, "geometry": {geometry}}}'
    return json.dumps({"type": "FeatureCollection", "features": [], **more}).replace("[]", f"[{feature}]", 1).encode()


def topojson(arcs: list, geometries: list, **more: object) -> bytes:
    land = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [one]} for one in geometries]}
    crs = {"type": "name", "properties": {"name": "EPSG:4490"}}
    return json.dumps({"type": "Topology", "crs": crs, "arcs": arcs, "objects": {"land": land}, **more}).encode()


def written(kind: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "land"
        write_parcels(path, LAND, kind, on=date(2026, 1, 1))
        return path.read_bytes()


def packed(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(written("shapefile"))) as archive:
        return {Path(name).suffix: archive.read(name) for name in archive.namelist()}


def shapefile(**changed: bytes) -> bytes:
    found = parts() | {f".{suffix}": data for suffix, data in changed.items()}
    return packed([(f"land{suffix}", data) for suffix, data in found.items()])


def same_names() -> bytes:
    """A dBASE table whose two columns have one name."""
    table = bytearray(parts()[".dbf"])
    table[64:75] = table[32:43]
    return bytes(table)


def geoparquet(**column: object) -> bytes:
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", **column}}}
    table = pa.table({"geometry": [shapely.to_wkb(one) for one in LAND.geometry], "name": ["甲", "乙"]})
    out = io.BytesIO()
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), out)
    return out.getvalue()


def flatgeobuf(count: int | None = None, *, features: int = 2) -> bytes:
    """A FlatGeobuf whose header states another count, or that ends behind so many features."""
    data = bytearray(written("flatgeobuf"))
    table = 12 + struct.unpack_from("<I", data, 12)[0]
    fields = table - struct.unpack_from("<i", data, table)[0]
    place = table + struct.unpack_from("<H", data, fields + 4 + 2 * 8)[0]
    assert struct.unpack_from("<Q", data, place) == (2,)
    if count is not None:
        struct.pack_into("<Q", data, place, count)
    at = 12 + struct.unpack_from("<I", data, 8)[0]
    for _ in range(features):
        at += 4 + struct.unpack_from("<I", data, at)[0]
    return bytes(data[:at])


def geopackage(*statements: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "land.gpkg"
        path.write_bytes(written("geopackage"))
        database = sqlite3.connect(path)
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()
        return path.read_bytes()


def drawing(draw: Callable) -> bytes:
    document = ezdxf.new("R2010")
    block = document.blocks.new("B")
    block.add_lwpolyline([(0, 0), (1, 0), (1, 1), (0, 1)], close=True)
    draw(document.modelspace())
    out = io.StringIO()
    document.write(out)
    return out.getvalue().encode()


def workbook(far: str = "") -> bytes:
    """A table of points; ``far`` is a cell at the end of the sheet."""
    book = openpyxl.Workbook()
    book.active.append(HEADINGS.split(","))
    book.active.append(["A", "J1", X, Y])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", far.encode() + b"</sheetData>")  # fmt: skip
    return packed(list(members.items()))


ARRAY = {"row_count": 30_000, "column_count": 30_000, "row_spacing": 2, "column_spacing": 2}
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LONG = [[110.2 + i * 1e-7, 19.95 + i % 2 * 1e-7] for i in range(50_000)]
NESTED = "".join(ring(n, n * 0.01, n * 0.01, 155 - n * 0.02) for n in range(3_000))
UNNAMED = "+proj=longlat +ellps=GRS80 +towgs84=100,50,3 +type=crs"
ROWS = f"A,J1,{X},{Y}\nA,J2,{X},{Y + 155}\nA,J3,{X - 155},{Y}\n"

VIRTUAL = b"""<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""
PIPELINE = b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read CSV:/etc/passwd"}'
SERVICE = b"<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an arc named a hundred thousand times": (
        ".json", lambda: topojson([LONG], [[0] * 100_000]), "E_TOO_COMPLEX"),
    "a thousand shapes of one long arc": (".json", lambda: topojson([LONG], [[0]] * 1_000), "E_TOO_COMPLEX"),
    "a transform beyond all numbers": (
        ".json", lambda: topojson([[[1, 1], [1, 0], [0, 1]]], [[0]],
                                  transform={"scale": [1e308, 1e308], "translate": [1e308, 1]}), "E_GEOM_NONFINITE"),
    "a coordinate of 1e400": (
        ".json", lambda: geojson("[[[1e400, 19.9], [110.2, 19.9], [110.2, 20], [1e400, 19.9]]]"), "E_GEOM_NONFINITE"),
    "a datum without a name, shifted": (
        ".json", lambda: geojson(crs={"type": "name", "properties": {"name": UNNAMED}}), "E_CRS_REFUSED"),
    "a point count of five thousand digits": (
        ".txt", lambda: txt("9" * 5_000 + ",0,A,甲,面,,,,@\n" + ring()), "E_PARSE"),
    "a zone of five thousand digits": (".txt", lambda: txt(HEAD + ring(), "3" * 5_000), "E_CRS_CONFLICT"),
    "three thousand rings in one another": (".txt", lambda: txt(HEAD + NESTED), "E_TOO_COMPLEX"),
    "a heading of a hundred thousand brackets": (
        ".csv", lambda: f"{HEADINGS},{'(' * 100_000}\n{ROWS}".encode(), "E_CRS_MISSING"),
    "a table of headings alone": (".csv", lambda: HEADINGS.encode() + b"\n", "E_PARSE"),
    "five thousand columns": (
        ".csv", lambda: ("X,Y," + ",".join(f"c{i}" for i in range(5_000)) + "\n1,2\n").encode(), "E_TOO_LARGE"),
    "a cell at the end of the sheet": (".xlsx", lambda: workbook(FAR), "E_TOO_LARGE"),
    "a shapefile whose parts are there twice": (
        ".zip", lambda: packed([(f"{name}{suffix}", data) for name in ("land", "LAND") for suffix, data in
                                parts().items()] + [("land.SHP", parts()[".shp"])]), "E_PARSE"),
    "two columns of one name": (".zip", lambda: shapefile(dbf=same_names()), "E_PARSE"),
    "a virtual layer over a file of the server": (".geojson", lambda: VIRTUAL, "E_CONTENT_TYPE"),
    "a virtual layer in an archive": (".zip", lambda: packed([("land.geojson", VIRTUAL)]), "E_CONTENT_TYPE"),
    "a pipeline of steps for GDAL": (".geojson", lambda: PIPELINE, "E_CONTENT_TYPE"),
    "a service of the network to be asked": (".geojson", lambda: SERVICE, "E_CONTENT_TYPE"),
    "a pickle": (".geojson", lambda: pickle.dumps(print), "E_CONTENT_TYPE"),
    "a zip in a zip": (".zip", lambda: packed([("in.zip", packed([("a.geojson", geojson())]))]), "E_CONTENT_TYPE"),
    "a member without a name": (
        ".zip", lambda: packed([("a.geojson", geojson())]).replace(b"a.geojson", b"\0.geojson"), "E_PARSE"),
    "more features stated than there are": (".fgb", lambda: flatgeobuf(1_000), "E_PARSE"),
    "fewer features stated than there are": (".fgb", lambda: flatgeobuf(1), "E_PARSE"),
    "a feature gone from the end": (".fgb", lambda: flatgeobuf(features=1), "E_PARSE"),
    "shapes in a column of words": (".parquet", lambda: geoparquet(encoding="polygon"), "E_CONTENT_TYPE"),
    "shapes of an old datum": (".parquet", lambda: geoparquet(crs="EPSG:2361"), "E_CRS_REFUSED"),
    "a view without end": (
        ".gpkg", lambda: geopackage("create view v as with recursive r(n) as (select 1 union all select n + 1 from r) "
                                    "select * from r"), "E_DB_SCHEMA"),
    "a trigger under a known name": (
        ".gpkg", lambda: geopackage("create trigger trigger_insert_feature_count_x after insert on parcels begin "
                                    "delete from gpkg_contents; end"), "E_DB_SCHEMA"),
    "a billion inserts of a block": (
        ".dxf", lambda: drawing(lambda m: m.add_blockref("B", (Y, X), ARRAY)),
        "E_TOO_COMPLEX"),
    "a circle as wide as the sun": (".dxf", lambda: drawing(lambda m: m.add_circle((Y, X), 1e12)), "E_TOO_COMPLEX"),
    "an ellipse as wide as the sun": (
        ".dxf", lambda: drawing(lambda m: m.add_ellipse((Y, X), (1e12, 0), 0.5)), "E_TOO_COMPLEX"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_lies_swells_or_never_ends_is_refused_with_its_code(tmp_path: Path, what: str) -> None:
    ending, make, code = REFUSED[what]
    path = tmp_path / f"land{ending}"
    path.write_bytes(make())
    try:
        found = read(path)
        refused = {error.code for _, error in found.rejected}
        assert not found.ids
    except InputError as error:
        assert error.file == path.name
        refused = {error.code}
    assert refused == {code}


def test_ten_thousand_holes_are_holes(tmp_path: Path) -> None:
    holes = (ring(2 + n, 1 + n % 100 * 1.5, 1 + n // 100 * 1.5, 0.8) for n in range(10_000))
    path = tmp_path / "holes.txt"
    path.write_bytes(txt(HEAD + ring() + "".join(holes)))
    (shape,) = read(path).source.geometry
    assert len(shape.interiors) == 10_000
    assert shape.area == pytest.approx(155 * 155 - 10_000 * 0.8 * 0.8, abs=0.01)


def test_a_txt_without_a_header_is_refused_with_the_system_that_its_digits_tell(tmp_path: Path) -> None:
    path = tmp_path / "bare.txt"
    path.write_text("[地块坐标]\n" + HEAD + ring(), "utf-8")
    with pytest.raises(InputError, match="EPSG:4525") as refused:
        read(path)
    assert refused.value.code == "E_CRS_MISSING"
    assert read(path, crs="EPSG:4525").ids == ("A",)


def test_what_is_odd_and_harmless_is_read_and_said(tmp_path: Path) -> None:
    said = {
        "curved.parquet": (geoparquet(edges="spherical"), "shortest lines"),
        "empty.geojson": (b'{"type": "FeatureCollection", "features": []}', "no feature"),
        "unnamed.geojson": (geojson(crs={"type": "name", "properties": {"name": "+proj=longlat +ellps=GRS80"}}),
                            "no name"),
    }  # fmt: skip
    for name, (data, words) in said.items():
        (tmp_path / name).write_bytes(data)
        assert words in " ".join(str(note) for note in read(tmp_path / name).notes)


@pytest.mark.parametrize("count", [0, 2])
def test_a_flatgeobuf_that_states_its_features_rightly_or_not_at_all_is_read_whole(tmp_path: Path, count: int) -> None:
    path = tmp_path / "land.fgb"
    path.write_bytes(flatgeobuf(count))
    assert read(path).read == 2


def test_an_indexed_flatgeobuf_is_read_whole(tmp_path: Path) -> None:
    shapes = [shapely.box(110 + n * 1e-3, 20, 110.0005 + n * 1e-3, 20.0005) for n in range(40)]
    path = tmp_path / "land.fgb"
    gpd.GeoDataFrame({"id": range(40)}, geometry=shapes, crs="EPSG:4490").to_file(path, driver="FlatGeobuf")
    assert read(path).read == 40


def test_a_corner_beyond_the_earth_is_refused_though_a_latitude_can_be_computed_of_it(tmp_path: Path) -> None:
    far = LAND.to_crs("EPSG:4525")
    corners = shapely.get_coordinates(far.geometry[0])
    corners[2] = corners[2][0], 1.29e83
    path = tmp_path / "far.geojson"
    far.set_geometry([shapely.Polygon(corners), far.geometry[1]]).to_file(path)
    found = read(path, crs="EPSG:4525")
    assert found.ids == ("2",)
    assert [(id, error.code) for id, error in found.rejected] == [("1", "E_AXIS_OR_RANGE")]
