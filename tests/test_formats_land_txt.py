"""The land-approval TXT in the shapes that offices write it."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from planner.errors import InputError
from planner.formats import read
from planner.formats.errors import AxisOrRange, CrsConflict, CrsMissing, CrsRefused, ParseError
from planner.formats.reading import Reading
from planner.land.geodesy import ellipsoid_m2, plane_m2

HEADER = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=37
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
HEAD = "5,2.4025,DEMO-01,示例地块,面,,工业用地,0601,@\n"
# A square of 155 m: 155 * 155 = 24 025 m2.
NORTH, SOUTH, WEST, EAST = "2206088.526", "2205933.526", "37414154.659", "37414309.659"
CORNERS = [(NORTH, WEST), (NORTH, EAST), (SOUTH, EAST), (SOUTH, WEST), (NORTH, WEST)]


def points(corners: list[tuple[str, str]], ring: int = 1) -> str:
    return "".join(f"J{n},{ring},{x},{y}\n" for n, (x, y) in enumerate(corners, start=1))


def square(offset: float, size: float, ring: int) -> str:
    """A closed square whose lower left corner lies that far north and east of the parcel's."""
    x, y = 2205933.526 + offset, 37414154.659 + offset
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
    return points([(f"{a:.3f}", f"{b:.3f}") for a, b in corners], ring)


def reading(tmp_path: Path, text: str, encoding: str = "utf-8", **options: str | bool) -> Reading:
    file = tmp_path / "parcels.txt"
    file.write_bytes(text.encode(encoding))
    return read(file, **options)  # type: ignore[arg-type]


def refused(tmp_path: Path, text: str, **options: str) -> InputError:
    with pytest.raises(InputError) as caught:
        reading(tmp_path, text, **options)
    return caught.value


def notes(found: Reading, feature: str = "DEMO-01") -> str:
    return " | ".join(note.say() for note in found.feature_notes.get(feature, ()))


def test_the_sample_square_measures_as_published(tmp_path: Path) -> None:
    found = reading(tmp_path, HEADER + HEAD + points(CORNERS))
    assert found.crs == "EPSG:4525"
    assert found.ids == ("DEMO-01",)
    assert found.declared_m2 == {"DEMO-01": pytest.approx(24025.0)}
    assert plane_m2(found.source.geometry.values)[0] == pytest.approx(24025.0, abs=1e-6)
    assert ellipsoid_m2(found.frame.geometry.values)[0] == pytest.approx(24020.6337, abs=5e-4)
    assert found.frame.iloc[0]["code"] == "0601"
    # X is the northing: the south-west corner is the register's point 110.18 E 19.94 N (to the millimetre of the file).
    assert found.frame.geometry.values[0].distance(shapely.Point(110.18, 19.94)) < 1e-8


@pytest.mark.parametrize("count", [0, 4, 5])
def test_a_point_count_with_or_without_the_closing_row_or_zero_is_read(tmp_path: Path, count: int) -> None:
    assert len(reading(tmp_path, HEADER + HEAD.replace("5,", f"{count},", 1) + points(CORNERS)).ids) == 1


@pytest.mark.parametrize("count", [3, 6, 9])
def test_any_other_point_count_means_lost_rows(tmp_path: Path, count: int) -> None:
    error = refused(tmp_path, HEADER + HEAD.replace("5,", f"{count},", 1) + points(CORNERS))
    assert error.code == "E_PARSE"
    assert f"states {count} points and has 4" in str(error)


def test_an_open_ring_is_closed_with_a_note(tmp_path: Path) -> None:
    found = reading(tmp_path, HEADER + HEAD.replace("5,", "4,", 1) + points(CORNERS[:-1]))
    assert plane_m2(found.source.geometry.values)[0] == pytest.approx(24025.0, abs=1e-6)
    assert "has been closed" in notes(found)
    assert found.repairs == ()


@pytest.mark.parametrize(
    ("area", "declared"),
    [
        ("2.4025", 24025.0),
        ("24025", 24025.0),
        ("36.04", 36.04 * 10000 / 15),
        ("2.4025公顷", 24025.0),
        ("24025.00平方米", 24025.0),
        ("36.04亩", 36.04 * 10000 / 15),
    ],
)
def test_a_declared_area_is_taken_in_the_unit_that_fits_the_shape(tmp_path: Path, area: str, declared: float) -> None:
    found = reading(tmp_path, HEADER + HEAD.replace("2.4025", area) + points(CORNERS))
    assert found.declared_m2["DEMO-01"] == pytest.approx(declared)
    assert "enclose" not in notes(found)


def test_a_declared_area_that_fits_in_no_unit_is_noted_with_both_figures(tmp_path: Path) -> None:
    found = reading(tmp_path, HEADER + HEAD.replace("2.4025", "3.1") + points(CORNERS))
    assert found.rejected == ()
    assert "it states 31,000.00 m2, its points enclose 24,025.00 m2" in notes(found)


@pytest.mark.parametrize(
    "head",
    [
        "5,2.4025,DEMO-01,示例地块,面,,工业用地,@",
        "0,0,330106104,横桥村,DEMO-01,示例地块,面,,,,@",
        "5，2.4025，DEMO-01，示例地块，面，，工业用地，0601，@",
        "5, 2.4025 , DEMO-01 ,示例地块,面, , , ,@",
    ],
)
def test_parcel_lines_of_the_offices_variants_give_the_same_id_and_name(tmp_path: Path, head: str) -> None:
    found = reading(tmp_path, HEADER + head + "\n" + points(CORNERS))
    assert found.ids == ("DEMO-01",)
    assert found.frame.iloc[0]["name"] == "示例地块"


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gbk", "gb18030"), ("utf-16", "utf-16")]
)
def test_the_usual_encodings_and_line_ends_give_one_text(tmp_path: Path, encoding: str, told: str) -> None:
    text = (HEADER + HEAD + points(CORNERS)).replace("\n", "\r\n")
    found = reading(tmp_path, text, encoding)
    assert found.encoding == told
    assert found.frame.iloc[0]["name"] == "示例地块"
    assert found.repairs == ()
    assert any("CR LF" in note.say() for note in found.notes)


@pytest.mark.parametrize("numbers", [(1, 2), (1, 1), (3, 7)])
def test_a_ring_inside_is_a_hole_whatever_its_number(tmp_path: Path, numbers: tuple[int, int]) -> None:
    inner = square(50.0, 20.0, numbers[1])
    outer = square(0.0, 155.0, numbers[0])
    if numbers[0] == numbers[1]:
        inner = inner.replace(f",{numbers[1]},", f",{numbers[1] + 1},")
    found = reading(tmp_path, HEADER + HEAD.replace("5,", "0,", 1) + outer + inner)
    shape = found.source.geometry.values[0]
    assert shape.geom_type == "Polygon"
    assert len(shape.interiors) == 1
    assert plane_m2(shape) == pytest.approx(155.0**2 - 20.0**2, abs=1e-6)


def test_a_ring_beside_is_a_part_and_an_island_in_a_hole_too(tmp_path: Path) -> None:
    rings = square(0.0, 155.0, 1) + square(50.0, 40.0, 2) + square(300.0, 10.0, 3) + square(60.0, 5.0, 4)
    found = reading(tmp_path, HEADER + HEAD.replace("5,", "20,", 1) + rings)
    shape = found.source.geometry.values[0]
    assert shapely.get_num_geometries(shape) == 3
    assert plane_m2(shape) == pytest.approx(155.0**2 - 40.0**2 + 10.0**2 + 5.0**2, abs=1e-6)


def test_rings_that_overlap_are_a_repair_and_show_both_areas(tmp_path: Path) -> None:
    found = reading(tmp_path, HEADER + HEAD.replace("5,", "0,", 1) + square(0.0, 100.0, 1) + square(50.0, 100.0, 2))
    assert [repair.what for repair in found.repairs] == ["R_GEOMETRY"]
    assert found.repairs[0].before_m2 == pytest.approx(20000.0, rel=3e-4)


@pytest.mark.parametrize(
    ("zone", "prefix", "degrees", "code"),
    [
        ("37", "37", "3", 4513 + 37 - 25),
        ("37", "", "3", 4534 + 37 - 25),
        ("19", "19", "6", 4491 + 19 - 13),
        ("19", "", "6", 4502 + 19 - 13),
    ],
)
def test_zone_and_prefix_choose_the_system(tmp_path: Path, zone: str, prefix: str, degrees: str, code: int) -> None:
    text = (HEADER + HEAD + points(CORNERS)).replace("37414", prefix + "414").replace("带号=37", f"带号={zone}")
    assert reading(tmp_path, text.replace("几度分带=3", f"几度分带={degrees}")).crs == f"EPSG:{code}"


def test_a_zone_against_the_prefix_or_two_prefixes_are_a_conflict(tmp_path: Path) -> None:
    text = HEADER + HEAD + points(CORNERS)
    assert isinstance(refused(tmp_path, text.replace("带号=37", "带号=38")), CrsConflict)
    assert isinstance(
        refused(tmp_path, text + HEAD.replace("01", "02", 1) + points(CORNERS).replace(",37414", ",38414")), CrsConflict
    )
    assert isinstance(refused(tmp_path, text, crs="EPSG:4526"), CrsConflict)


def test_an_old_or_local_system_is_refused_and_a_silent_one_asked_for(tmp_path: Path) -> None:
    text = HEADER + HEAD + points(CORNERS)
    assert isinstance(refused(tmp_path, text.replace("2000国家大地坐标系", "1980西安坐标系")), CrsRefused)
    assert isinstance(
        refused(tmp_path, text.replace("2206", "12").replace("2205", "11").replace("37414", "41")), CrsRefused
    )
    silent = text.replace("坐标系=2000国家大地坐标系\n", "")
    assert isinstance(refused(tmp_path, silent), CrsMissing)
    assert reading(tmp_path, silent, crs="EPSG:4525").crs == "EPSG:4525"
    assert reading(tmp_path, text[text.index("[地块坐标]") :], crs="EPSG:4525").crs == "EPSG:4525"


def test_swapped_axes_are_proposed_and_swapped_only_on_request(tmp_path: Path) -> None:
    text = HEADER + HEAD + points([(y, x) for x, y in CORNERS])
    error = refused(tmp_path, text)
    assert isinstance(error, AxisOrRange)
    assert "--swap-axes" in str(error)
    found = reading(tmp_path, text, swap_axes=True)
    assert found.frame.total_bounds[0] == pytest.approx(110.18, abs=1e-5)


def test_a_line_parcel_and_a_repeated_id_are_refused_alone(tmp_path: Path) -> None:
    far = points([(str(float(x) + 500), y) for x, y in CORNERS])
    text = HEADER + HEAD + points(CORNERS) + HEAD.replace("面", "线").replace("01", "02", 1) + far + HEAD + far
    found = reading(tmp_path, text)
    assert found.ids == ("DEMO-01",)
    assert [error.code for _, error in found.rejected] == ["E_GEOM_TYPE", "E_DUPLICATE_ID"]


@pytest.mark.parametrize(
    "line", ["J1,1,2206088.526\n", "J1,1,nan,37414154.659\n", "J1,1,1e9999,37414154.659\n", "乱码\n"]
)
def test_a_line_that_is_neither_parcel_nor_point_names_its_number(tmp_path: Path, line: str) -> None:
    error = refused(tmp_path, HEADER + HEAD + points(CORNERS) + line)
    assert isinstance(error, ParseError)
    assert error.where["line"] == 17
