"""Parcels written by the planner reopen through its own door: same shapes to 1 mm, same Chinese words."""

from __future__ import annotations

import csv
import io
import json
import warnings
import zipfile
from datetime import date
from pathlib import Path

import ezdxf
import geopandas as gpd
import openpyxl
import pytest
import shapely
from pyproj import Transformer

from planner.formats import read
from planner.formats.clean import tame, untamed
from planner.formats.errors import CrsConflict, CrsMissing, CrsRefused
from planner.formats.write_parcels import ENDINGS, KINDS, in_zone, write_parcels

DAY = date(2026, 1, 1)
X, Y = 37_414_154.659, 2_205_933.526
WITH_HOLE = shapely.box(X, Y, X + 155, Y + 155) - shapely.box(X + 50, Y + 50, X + 100, Y + 100)
IN_PARTS = shapely.union(shapely.box(X + 200, Y, X + 300.1234, Y + 90), shapely.box(X + 310, Y, X + 400, Y + 9))
LONG = shapely.Polygon([(X, Y + 500), (X + 1800, Y + 700), (X + 1500, Y + 2500)])
LAND = gpd.GeoDataFrame(
    {
        "id": ["A-01", "A-02", "007"],
        "name": ["南沙区粮田", "药谷一期", "镕鎔<b>&"],
        "code": ["0101", "0601", "1003"],
        "use": ["水田", "工业用地", "公路"],
        "审批文号与日期": ["琼自然资〔2024〕1号", None, "=1+1"],
        "ridge": [0.05, None, 0.1],
    },
    geometry=[WITH_HOLE, IN_PARTS, LONG],
    crs="EPSG:4525",
)


def written(folder: Path, kind: str, frame: gpd.GeoDataFrame = LAND) -> Path:
    path = folder / f"parcels{ENDINGS[kind]}"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_parcels(path, frame, kind, on=DAY)
    return path


def apart_m(found: gpd.GeoDataFrame, wanted: gpd.GeoDataFrame) -> float:
    """How far the two outlines of any parcel leave each other, in metres of zone 37 (an independent way there)."""
    move = Transformer.from_crs(found.crs, "EPSG:4525", always_xy=True)
    shapes = found.geometry.values
    if found.crs != wanted.crs:
        shapes = [shapely.transform(shape, move.transform, interleaved=False) for shape in shapes]
    pairs = zip(shapes, wanted.geometry.values, strict=True)
    return max(shapely.hausdorff_distance(one.boundary, other.boundary, densify=0.01) for one, other in pairs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_reopens_with_the_same_shapes_and_words(tmp_path: Path, kind: str) -> None:
    found = read(written(tmp_path, kind))
    assert (found.rejected, found.repairs) == ((), ())
    assert found.ids == ("A-01", "A-02", "007")
    assert apart_m(found.source, LAND) < 0.001
    assert found.source["name"].tolist() == LAND["name"].tolist()
    assert found.source["code"].tolist() == LAND["code"].tolist()
    if kind != "txt":
        long_name = "审批文" if kind == "shapefile" else "审批文号与日期"
        assert found.source[long_name].tolist() == ["琼自然资〔2024〕1号", None, "=1+1"]


@pytest.mark.parametrize("kind", ["txt", "dxf", "dxf-gbk", "points-xlsx", "points-csv"])
def test_what_was_drawn_in_degrees_goes_to_its_zone_and_comes_back(tmp_path: Path, kind: str) -> None:
    # Read from a plane, its edges were cut: its corners alone are written again.
    lonlat = read(written(tmp_path, "geojson")).frame
    path = written(tmp_path, kind, lonlat)
    found = read(path)
    assert (found.crs, apart_m(found.source, LAND) < 0.001) == ("EPSG:4525", True)
    assert shapely.get_num_coordinates(found.source.geometry.values[0]) == 10
    # A long edge drawn straight in degrees is no straight line in the plane: it gets points, and stays where it is.
    edge = shapely.Polygon([(110.2, 19.95), (110.3, 19.95), (110.3, 19.951)])
    drawn = gpd.GeoDataFrame({"id": ["L"]}, geometry=[edge], crs="EPSG:4490")
    plane, zone, degrees = in_zone(drawn)
    assert (zone, degrees) == (37, 3)
    move = Transformer.from_crs("EPSG:4490", "EPSG:4525", always_xy=True)
    middle = shapely.Point(move.transform(110.25, 19.95))
    assert plane.geometry[0].boundary.distance(middle) < 0.001


def test_the_txt_is_written_as_the_ministry_reads_it(tmp_path: Path) -> None:
    square = gpd.GeoDataFrame(
        {"id": ["DEMO-01"], "name": ["示例,地块@"], "use": ["工业用地"], "code": ["0601"]},
        geometry=[shapely.box(37414154.659, 2205933.526, 37414309.659, 2206088.526)],
        crs="EPSG:4525",
    )
    path = tmp_path / "a.txt"
    write_parcels(path, square, "txt", on=DAY, maker="示例单位")
    lines = path.read_bytes().decode("gbk").split("\r\n")
    assert lines[:4] == ["[属性描述]", "格式版本号=1.01版本", "数据产生单位=示例单位", "数据产生日期=2026-01-01"]
    assert lines[4:] == [
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=37",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        "5,2.4025,DEMO-01,示例、地块,面,,工业用地,0601,@",
        "J1,1,2206088.526,37414154.659",
        "J2,1,2206088.526,37414309.659",
        "J3,1,2205933.526,37414309.659",
        "J4,1,2205933.526,37414154.659",
        "J1,1,2206088.526,37414154.659",
        "",
    ]


def test_a_shapefile_has_all_its_parts_and_says_that_it_is_utf8(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, "shapefile")) as archive:
        assert sorted(archive.namelist()) == [f"parcels{part}" for part in (".cpg", ".dbf", ".prj", ".shp", ".shx")]
        assert archive.read("parcels.cpg").strip().upper() == b"UTF-8"


def test_a_drawing_is_sound_and_labels_its_parcels(tmp_path: Path) -> None:
    document = ezdxf.readfile(written(tmp_path, "dxf"))
    assert document.audit().errors == []
    labels = [text.dxf.text for text in document.modelspace().query("TEXT")]
    assert labels == ["A-01 南沙区粮田", "A-02 药谷一期", "007 镕鎔<b>&"]


def test_control_characters_do_not_leave_the_house(tmp_path: Path) -> None:
    odd = gpd.GeoDataFrame({"id": ["1"], "name": ["a\x00\x0bb\ufffe"]}, geometry=[WITH_HOLE], crs="EPSG:4525")
    for kind in KINDS:
        found = read(written(tmp_path, kind, odd))
        assert found.source["name"].tolist() == ["ab"], kind


ODD = gpd.GeoDataFrame(
    {
        "id": ["1", "2"],
        "fid": ["x", "y"],
        "geom": [1, 2],
        "Name": ["大", "小"],
        "name": ["甲", "乙"],
        "mixed": [1, "二"],
        "点号": ["P1", "P2"],
        "n": [7, 8],
        "list": [[1, 2], {"a": "乙"}],
        "huge": [2**70, 1],
        "when": [DAY, None],
        "sure": [True, False],
        "=head": ["a", "b"],
    },
    geometry=[shapely.box(X, Y, X + 9, Y + 9), shapely.box(X + 9, Y, X + 20, Y + 9)],
    crs="EPSG:4525",
)


@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_any_name_and_values_of_any_type_go_out_and_none_is_lost(tmp_path: Path, kind: str) -> None:
    found = read(written(tmp_path, kind, ODD))
    assert apart_m(found.source, ODD) < 0.001
    if kind == "txt":
        return
    said = {str(value) for name in found.source.columns.drop("geometry") for value in found.source[name]}
    assert {"x", "y", "大", "甲", "二", "P1", "[1, 2]", str(2**70), "2026-01-01", "a"} <= said


def test_no_cell_of_a_coordinate_table_is_a_formula(tmp_path: Path) -> None:
    evil = ["=1+1", "+1", "-1+2", "@x", "\t=1", "＝1", "'=1", "'plain", "a=1"]
    land = gpd.GeoDataFrame({"id": ["=A"], "name": ["@乙"]} | {f"c{n}": [one] for n, one in enumerate(evil)},
                            geometry=[shapely.box(X, Y, X + 9, Y + 9)], crs="EPSG:4525")  # fmt: skip
    book = openpyxl.load_workbook(written(tmp_path, "points-xlsx", land))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}
    text = written(tmp_path, "points-csv", land).read_text("utf-8-sig")
    begins = {cell[:1] for row in csv.reader(io.StringIO(text)) for cell in row}
    assert not begins & set("=+-@\t\r＝＋－＠")
    for kind in ("points-xlsx", "points-csv"):
        found = read(tmp_path / f"parcels{ENDINGS[kind]}")
        assert found.ids == ("=A",)
        assert [found.source[f"c{n}"][0] for n in range(len(evil))] == evil, kind


@pytest.mark.parametrize("word", ["=1", "'=1", "''=1", "'a", "a", "", "＝1", "'"])
def test_what_was_made_harmless_comes_back_as_it_was(word: str) -> None:
    assert untamed(tame(word)) == word


def test_in_a_topology_the_border_that_two_parcels_share_is_one_arc(tmp_path: Path) -> None:
    two = gpd.GeoDataFrame(
        {"id": ["A", "B"]}, geometry=[shapely.box(X, Y, X + 9, Y + 9), shapely.box(X + 9, Y, X + 20, Y + 9)],
        crs="EPSG:4525",
    )  # fmt: skip
    document = json.loads(written(tmp_path, "topojson", two).read_text("utf-8"))
    one, other = (geometry["arcs"][0] for geometry in document["objects"]["parcels"]["geometries"])
    assert len(document["arcs"]) == 3
    assert len({arc if arc >= 0 else ~arc for arc in one} & {arc if arc >= 0 else ~arc for arc in other}) == 1
    assert apart_m(read(tmp_path / "parcels.topojson").source, two) < 0.001


def test_the_older_drawing_is_gbk_for_the_programs_of_the_offices(tmp_path: Path) -> None:
    rare = LAND.assign(name=["南沙区粮田", "𠮷田", "镕鎔"])
    path = written(tmp_path, "dxf-gbk", rare)
    data = path.read_bytes()
    assert b"AC1018" in data and b"ANSI_936" in data and "南沙区粮田".encode("gbk") in data
    assert ezdxf.readfile(path).audit().errors == []
    assert read(path).source["name"].tolist() == ["南沙区粮田", "𠮷田", "镕鎔"]


def test_a_drawing_of_ours_that_was_moved_does_not_pass_for_the_system_it_had(tmp_path: Path) -> None:
    path = written(tmp_path, "dxf")
    assert read(path).crs == "EPSG:4525"
    document = ezdxf.readfile(path)
    for line in document.modelspace().query("LWPOLYLINE"):
        line.translate(1_000_000, 0, 0)
    document.saveas(path)
    with pytest.raises(CrsMissing, match="EPSG:4526"):
        read(path)


HEAD = "地块编号,X,Y,坐标系\n"
ROWS = ("A,2206088.526,{z}414154.659,{s}\nA,2206088.526,{z}414309.659,{s}\nA,2205933.526,{z}414309.659,{s}\n")


@pytest.mark.parametrize(
    ("zone", "system", "found"),
    [
        ("37", "2000国家大地坐标系", "EPSG:4525"),
        ("37", "EPSG:4525", "EPSG:4525"),
        ("", "CGCS2000 3度带 EPSG:4546", "EPSG:4546"),
        ("37", "EPSG:4526", CrsConflict),
        ("37", "1980西安坐标系", CrsRefused),
        ("37", "北京54", CrsRefused),
        ("", "海口城市坐标系", CrsRefused),
        ("", "2000国家大地坐标系", CrsMissing),
    ],
)
def test_a_table_that_names_its_system_is_taken_at_its_word_or_refused(
    tmp_path: Path, zone: str, system: str, found: str | type[Exception]
) -> None:
    path = tmp_path / "points.csv"
    path.write_text(HEAD + ROWS.format(z=zone, s=system), "utf-8")
    if isinstance(found, str):
        assert read(path).crs == found
        return
    with pytest.raises(found):
        read(path)
