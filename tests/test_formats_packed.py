"""Shapefiles, GeoPackages and archives: whole ones are read, damaged and armed ones refused."""

from __future__ import annotations

import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner.errors import InputError
from planner.formats import read
from planner.formats.errors import ParseError
from planner.formats.limits import MAX_UNPACKED_BYTES

SQUARE = shapely.box(37414154.659, 2205933.526, 37414309.659, 2206088.526)
NAMES = {"名称": ["南沙区粮田", "plain"], "DLBM": ["0101", "0601"]}
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def land(crs: str | None = "EPSG:4525") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(NAMES, geometry=[SQUARE, shapely.affinity.translate(SQUARE, 200.0)], crs=crs)


def shapefile(
    folder: Path, *, encoding: str = "utf-8", crs: str | None = "EPSG:4525", stem: str = "parcels"
) -> dict[str, bytes]:
    """The parts of a shapefile as an independent writer makes them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file without a system is what some tests are about
        land(crs).to_file(folder / f"{stem}.shp", encoding=encoding)
    return {part: (folder / f"{stem}{part}").read_bytes() for part in PARTS if (folder / f"{stem}{part}").exists()}


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def zipped(tmp_path: Path, parts: dict[str, bytes], stem: str = "parcels") -> Path:
    return packed(tmp_path / "upload.zip", {f"{stem}{part}": data for part, data in parts.items()})


def refusal(path: Path, **options: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, **options)  # type: ignore[arg-type]
    return caught.value


def test_a_zipped_shapefile_is_read_with_its_system_and_text(tmp_path: Path) -> None:
    found = read(zipped(tmp_path, shapefile(tmp_path)))
    assert (found.format, found.layer, found.crs, found.encoding) == ("shapefile", "parcels", "EPSG:4525", "utf-8")
    assert list(found.source["名称"]) == NAMES["名称"]
    assert list(found.source["DLBM"]) == NAMES["DLBM"]
    assert found.source.geometry.values[0].normalize().equals_exact(SQUARE.normalize(), 1e-9)
    assert found.repairs == ()


def test_a_shapefile_lying_open_is_read_with_its_parts_beside_it(tmp_path: Path) -> None:
    shapefile(tmp_path)
    assert read(tmp_path / "parcels.shp").read == 2


def test_gbk_without_a_mark_is_guessed_and_shown_as_a_repair(tmp_path: Path) -> None:
    parts = shapefile(tmp_path, encoding="gbk")
    del parts[".cpg"]
    parts[".dbf"] = parts[".dbf"][:29] + b"\x00" + parts[".dbf"][30:]
    found = read(zipped(tmp_path, parts))
    assert list(found.source["名称"]) == NAMES["名称"]
    assert [repair.what for repair in found.repairs] == ["R_ENCODING"]
    assert read(zipped(tmp_path, parts), encoding="GBK").repairs == ()


def test_a_mark_in_the_table_or_a_cpg_file_is_no_guess(tmp_path: Path) -> None:
    parts = shapefile(tmp_path, encoding="gbk")
    marked = {**parts, ".dbf": parts[".dbf"][:29] + b"\x4d" + parts[".dbf"][30:]}
    del marked[".cpg"]
    named = {**parts, ".dbf": parts[".dbf"][:29] + b"\x00" + parts[".dbf"][30:], ".cpg": b"CP936"}
    for one in (marked, named):
        found = read(zipped(tmp_path, one))
        assert (list(found.source["名称"]), found.repairs) == (NAMES["名称"], ())


@pytest.mark.parametrize("nonsense", [b"\x00\xff", b"hex", b"KLINGON"])
def test_a_cpg_of_nonsense_is_as_good_as_none(tmp_path: Path, nonsense: bytes) -> None:
    found = read(zipped(tmp_path, {**shapefile(tmp_path), ".cpg": nonsense}))
    assert (list(found.source["名称"]), found.encoding) == (NAMES["名称"], "utf-8")
    assert refusal(tmp_path / "upload.zip", encoding="hex").code == "E_ENCODING"


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_a_missing_part_is_named(tmp_path: Path, part: str) -> None:
    parts = shapefile(tmp_path)
    del parts[part]
    error = refusal(zipped(tmp_path, parts))
    assert error.code == "E_MISSING_PART"
    assert f"part {part}." in str(error)


def test_without_a_prj_the_system_is_asked_for(tmp_path: Path) -> None:
    path = zipped(tmp_path, shapefile(tmp_path, crs=None))
    assert refusal(path).code == "E_CRS_MISSING"
    assert read(path, crs="EPSG:4525").crs_from == "option"


def _cut(part: str, keep: float) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda parts: {**parts, part: parts[part][: int(len(parts[part]) * keep)]}


def _rows(count: int) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda parts: {**parts, ".dbf": parts[".dbf"][:4] + struct.pack("<I", count) + parts[".dbf"][8:]}


@pytest.mark.parametrize(
    "harm", [_cut(".shp", 0.7), _cut(".shp", 0.1), _cut(".shx", 0.9), _cut(".dbf", 0.6), _rows(1), _rows(99)]
)
def test_a_shapefile_whose_parts_disagree_is_refused_instead_of_read_in_part(
    tmp_path: Path, harm: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    assert refusal(zipped(tmp_path, harm(shapefile(tmp_path)))).code == "E_PARSE"


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    parts = shapefile(tmp_path)
    path = packed(
        tmp_path / "two.zip", {f"{stem}{part}": data for stem in ("a/left", "b/right") for part, data in parts.items()}
    )
    error = refusal(path)
    assert (error.code, "left, right" in str(error)) == ("E_AMBIGUOUS_LAYER", True)
    assert read(path, layer="right").layer == "right"
    assert refusal(path, layer="middle").code == "E_LAYER_MISSING"


def test_a_geojson_or_a_geopackage_in_an_archive_is_read(tmp_path: Path) -> None:
    land("EPSG:4525").to_file(tmp_path / "land.gpkg", layer="survey")
    path = packed(tmp_path / "a.zip", {"data/land.gpkg": (tmp_path / "land.gpkg").read_bytes(), "readme.txt": b"x"})
    assert (read(path).format, read(path).layer) == ("GeoPackage", "survey")
    json = b'{"type": "Polygon", "coordinates": [[[110, 20], [111, 20], [111, 21], [110, 20]]]}'
    assert read(packed(tmp_path / "b.zip", {"a.geojson": json})).format == "GeoJSON"


@pytest.mark.parametrize("name", ["../out.shp", "/etc/out.shp", "a/../../out.shp", "C:\\out.shp"])
def test_a_member_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(packed(tmp_path / "slip.zip", {name: b"x"})).code == "E_ZIP_PATH"


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("parcels.shp")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(tmp_path / "link.zip").code == "E_ZIP_PATH"


def test_bombs_are_refused_by_ratio_by_total_and_by_number(tmp_path: Path) -> None:
    ratio = packed(tmp_path / "ratio.zip", {"parcels.dbf": bytes(3_000_000)})
    many = packed(tmp_path / "many.zip", {f"{n}.txt": b"" for n in range(300)})
    total = packed(tmp_path / "total.zip", {"a.shp": b"x"})
    claimed = bytearray(total.read_bytes())
    at = claimed.index(b"PK\x01\x02")
    claimed[at + 24 : at + 28] = struct.pack("<I", MAX_UNPACKED_BYTES + 1)
    total.write_bytes(bytes(claimed))
    for path in (ratio, many, total):
        assert refusal(path).code == "E_ZIP_BOMB"


def test_a_lying_size_does_not_let_more_out_than_it_says(tmp_path: Path) -> None:
    path = packed(tmp_path / "liar.zip", {"parcels.geojson": b"{" + bytes(50_000_000)})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(mark)
        data[at + offset : at + offset + 4] = struct.pack("<I", 1000)
    path.write_bytes(bytes(data))
    assert refusal(path).code == "E_PARSE"


def geopackage(tmp_path: Path, *statements: str) -> Path:
    path = tmp_path / "land.gpkg"
    land().to_file(path, layer="survey")
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    return path


def test_a_geopackage_is_read_and_left_as_it_was(tmp_path: Path) -> None:
    path = geopackage(tmp_path)
    before = path.read_bytes()
    found = read(path)
    assert (found.layer, found.crs, list(found.source["DLBM"])) == ("survey", "EPSG:4525", NAMES["DLBM"])
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["land.gpkg"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n",
        "CREATE TRIGGER evil AFTER INSERT ON survey BEGIN DELETE FROM survey; END",
        "CREATE TRIGGER rtree_survey_geom_insert9 AFTER INSERT ON survey BEGIN DELETE FROM gpkg_contents; END",
        "CREATE TRIGGER trigger_insert_feature_count_x AFTER INSERT ON survey BEGIN DELETE FROM 'gpkg_contents' ; END",
        "CREATE VIRTUAL TABLE words USING fts5(body)",
    ],
)
def test_a_geopackage_that_carries_programs_is_refused(tmp_path: Path, statement: str) -> None:
    assert refusal(geopackage(tmp_path, statement)).code == "E_DB_SCHEMA"


def test_a_geopackage_without_system_layer_or_order_is_told_apart(tmp_path: Path) -> None:
    undefined = geopackage(tmp_path, "UPDATE gpkg_geometry_columns SET srs_id = -1")
    assert refusal(undefined).code == "E_CRS_MISSING"
    undefined.write_bytes(undefined.read_bytes()[:5000])
    assert refusal(undefined).code == "E_PARSE"
    with sqlite3.connect(tmp_path / "plain.gpkg") as database:
        database.execute("CREATE TABLE a (b)")
    assert refusal(tmp_path / "plain.gpkg").code == "E_CONTENT_TYPE"


def test_a_blob_that_is_no_shape_is_an_error_and_not_a_silent_gap(tmp_path: Path) -> None:
    path = geopackage(tmp_path)
    with sqlite3.connect(path) as database:
        # SQLite alone lacks the functions that the triggers of the index call.
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 1)
        database.execute("UPDATE survey SET geom = x'4750000100000000' WHERE rowid = 2")
    found = read(path)
    assert (found.read, found.ids) == (2, ("1",))
    assert [error.code for _, error in found.rejected] == ["E_GEOM_EMPTY"]


def test_a_geopackage_whose_schema_is_no_text_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    square = shapely.box(110.2, 19.95, 110.21, 19.96)
    gpd.GeoDataFrame({"id": ["1"]}, geometry=[square], crs="EPSG:4490").to_file(path, layer="parcels")
    # SQLite's own complaint then quotes a name that is no UTF-8.
    data = path.read_bytes().replace(b"rtree_parcels_geom_insert", b"rtree_parcels_geom_\xa0nsert")
    path.write_bytes(data.replace(b"AFTER INSERT ON", b"AFTER INSXRT ON"))
    with pytest.raises(ParseError, match="damaged"):
        read(path)
