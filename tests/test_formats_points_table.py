"""Tables of boundary points: rows become rings, digits tell axes and zone, every bad cell is named."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely

from planner.errors import InputError, Rejected
from planner.formats import read

X, Y = 2_205_933.526, 37_414_154.659
HEAD = ["地块编号", "地块名称", "点号", "圈号", "X坐标(m)", "Y坐标（米）", "地类编码"]
SQUARE = [(155, 0), (155, 155), (0, 155), (0, 0), (155, 0)]
HOLE = [(100, 50), (100, 100), (50, 100), (50, 50), (100, 50)]


def rows(id: str, corners: list[tuple[float, float]], ring: int = 1, east: float = 0.0) -> list[list[Any]]:
    return [[id, f"地块{id}", f"J{n}", ring, X + dx, Y + east + dy, "0101"] for n, (dx, dy) in enumerate(corners, 1)]


def table(path: Path, body: list[list[Any]], head: list[str] = HEAD, encoding: str = "utf-8") -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in [head, *body]:
            book.active.append(row)
        book.save(path)
    else:
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([head, *body])
    return path


def refusal(path: Path, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, **options)
    return caught.value


@pytest.mark.parametrize("name", ["points.xlsx", "points.csv"])
def test_a_table_of_two_parcels_one_with_a_hole_is_read(tmp_path: Path, name: str) -> None:
    body = rows("A", SQUARE) + rows("A", HOLE, ring=2) + rows("B", SQUARE, east=200)
    found = read(table(tmp_path / name, body), crs="EPSG:4525")
    assert found.ids == ("A", "B")
    assert found.source.area.tolist() == pytest.approx([155**2 - 50**2, 155**2])
    assert found.source.geometry[1].equals(shapely.box(Y + 200, X, Y + 355, X + 155))
    assert found.frame["name"].tolist() == ["地块A", "地块B"]
    assert found.frame["地类编码"].tolist() == ["0101", "0101"]


def test_merged_cells_mean_what_stands_above_and_rings_may_go_unnumbered(tmp_path: Path) -> None:
    body = [[row[0] if n == 0 else None, *row[1:3], *row[4:]] for n, row in enumerate(rows("A", SQUARE + HOLE))]
    head = [heading for heading in HEAD if heading != "圈号"]
    found = read(table(tmp_path / "a.xlsx", body, head), crs="EPSG:4525")
    assert (found.ids, found.source.area.tolist()) == (("A",), pytest.approx([155**2 - 50**2]))


def test_the_zone_in_the_numbers_is_proposed_and_another_one_stated_is_a_conflict(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", rows("A", SQUARE))
    missing = refusal(path)
    assert (missing.code, missing.facts) == ("E_CRS_MISSING", {"proposed": "EPSG:4525"})
    assert refusal(path, crs="EPSG:4526").code == "E_CRS_CONFLICT"


def test_swapped_columns_are_proposed_and_read_when_a_person_confirms(tmp_path: Path) -> None:
    body = [[*row[:4], row[5], row[4], row[6]] for row in rows("A", SQUARE)]
    path = table(tmp_path / "a.csv", body)
    wrong = refusal(path, crs="EPSG:4525")
    assert (wrong.code, wrong.where) == ("E_AXIS_OR_RANGE", {"axes": "swapped"})
    assert read(path, crs="EPSG:4525", swap_axes=True).source.area.tolist() == pytest.approx([155**2])


def test_named_longitudes_need_no_zone_but_a_system(tmp_path: Path) -> None:
    corners = [(110.20, 19.95), (110.21, 19.95), (110.21, 19.96)]
    path = table(tmp_path / "a.csv", [list(corner) for corner in corners], ["经度", "纬度"])
    assert refusal(path).facts == {"proposed": "EPSG:4490"}
    assert read(path, crs="EPSG:4490").source.geometry[0].equals(shapely.Polygon(corners))


def test_a_gbk_table_is_read_with_a_note(tmp_path: Path) -> None:
    found = read(table(tmp_path / "a.csv", rows("A", SQUARE), encoding="gbk"), crs="EPSG:4525")
    assert (found.encoding, found.frame["name"].tolist()) == ("gb18030", ["地块A"])
    assert "GBK" in str(found.notes)


def test_every_bad_cell_is_named_with_its_row_and_nothing_is_guessed(tmp_path: Path) -> None:
    body = rows("A", SQUARE)
    body[1][4], body[3][5] = "=1+1", "2,205,933.5"
    wrong = refusal(table(tmp_path / "a.xlsx", body), crs="EPSG:4525")
    assert isinstance(wrong, Rejected)
    assert wrong.code == "E_ROWS"
    places = [(reason.facts["row"], reason.facts["column"]) for reason in wrong.reasons]
    assert places == [(3, "X坐标(m)"), (5, "Y坐标（米）")]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_table_without_coordinates_and_local_numbers_are_refused(tmp_path: Path, name: str) -> None:
    assert refusal(table(tmp_path / name, [["a", 1]], ["quota_type", "amount"])).code == "E_CONTENT_TYPE"
    local = [[*row[:4], row[4] - X + 5000, row[5] - Y + 3000, row[6]] for row in rows("A", SQUARE)]
    assert refusal(table(tmp_path / name, local), crs="EPSG:4525").code == "E_CRS_REFUSED"
