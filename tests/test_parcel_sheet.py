"""The parcel sheet, reopened by readers that know nothing of the pen; and boundaries whose numbers fit in the head."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely
from pypdf import PdfReader
from shapely.geometry import MultiPolygon, Polygon, box

from planner.desk.parcel_paper import Surveyed, parcel_sheet, surveyed_file
from planner.land import boundary
from planner.land.parcel import Parcel
from planner.sheets import map_sheet
from planner.sheets import parcel_sheet as pen
from planner.sheets.plane import plane, zone_prefix
from planner.sheets.sheet import Sheet
from tests.drawn_parcels import LONG_EN, LONG_ZH, PARCELS, crowd, survey_desk
from tests.drawn_sheet import EAST, NORTH, layer, sheet
from tests.page_faults import faults
from tests.test_sheets import red_outlines

HOLED = MultiPolygon([box(0, 0, 200, 150).difference(box(50, 40, 120, 100)), box(300, 0, 400, 50)])


# ---------------------------------------------------------------- the boundary
def test_points_are_numbered_from_the_north_west_clockwise_and_run_on_into_holes_and_parts():
    outer, hole, second = boundary.rings(HOLED)
    assert [tuple(at) for at in outer.points] == [(0, 150), (200, 150), (200, 0), (0, 0)]
    assert outer.labels == ["J1", "J2", "J3", "J4"] and hole.labels[0] == "J5" and second.labels[-1] == "J12"
    assert [tuple(at) for at in hole.points] == [(50, 100), (50, 40), (120, 40), (120, 100)]
    assert [(ring.part, ring.hole) for ring in (outer, hole, second)] == [(1, 0), (1, 1), (2, 0)]
    assert outer.sides_m.tolist() == [200, 150, 200, 150]
    assert [ring.area_m2 for ring in (outer, hole, second)] == [30_000, -4_200, 5_000]


def test_the_part_farthest_to_the_north_west_comes_first():
    one, two = boundary.rings(MultiPolygon([box(500, 0, 600, 100), box(0, 0, 100, 100)]))
    assert (one.points[0].tolist(), two.points[0].tolist()) == ([0, 100], [500, 100])


def test_vertices_of_a_straight_edge_are_no_corners_and_real_ones_stay():
    square = box(0, 0, 100, 100)
    assert len(boundary.corners(shapely.segmentize(square, 7)).exterior.coords) == 5
    begun_midway = Polygon([(50, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    assert set(boundary.corners(begun_midway).exterior.coords) == {(0, 0), (100, 0), (100, 100), (0, 100)}
    bent = Polygon([(0, 0), (100, 0), (100, 100), (50, 100.01), (0, 100)])
    assert len(boundary.corners(bent).exterior.coords) == 6


def test_each_side_names_what_it_sees_first_and_how_far_it_is():
    north, behind = box(0, 110, 100, 200), box(0, 220, 100, 300)
    east, far = box(100, 0, 150, 100), box(0, -300, 90, -60)
    seen = boundary.beside(box(0, 0, 100, 100), [north, behind, east, far], 50.0)
    assert [(one.index, one.distance_m) for one in seen["north"]] == [(0, pytest.approx(10.0, abs=1e-6))]
    assert [(one.index, one.length_m) for one in seen["east"]] == [(2, pytest.approx(100.0))]
    assert seen["east"][0].distance_m < 0.05
    assert seen["south"] == () and seen["west"] == ()


def test_a_side_in_a_bay_does_not_look_through_its_own_parcel():
    bay = Polygon([(0, 0), (100, 0), (100, 100), (60, 100), (60, 20), (40, 20), (40, 100), (0, 100)])
    seen = boundary.beside(bay, [box(110, 0, 200, 100)], 100.0)
    assert [one.length_m for one in seen["east"]] == [pytest.approx(100.0)]


# ---------------------------------------------------------------- the sheet
def made(shape, lang="zh", **how) -> Sheet:
    desk, asked = survey_desk(shape)
    return parcel_sheet(desk, asked, lang=lang, **how)


def words(sheet: Sheet, folder, **how) -> str:
    (path,) = pen.draw(sheet, folder / "p.pdf", **how)
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(path).pages))


def test_the_sheet_states_north_before_east_with_the_zone_and_every_side(tmp_path):
    said = words(made(box(0, 0, 155, 100)), tmp_path)
    assert "J12206100.00037414000.000155.00" in said  # the north-west corner, 155 m to the next point
    assert "J42206000.00037414000.000100.00J12206100.00037414000.000" in said  # closed by its own first point
    for wanted in ("宗地图", "带号37", "EPSG:4525", "15,500.00平方米", "椭球面积", "2000国家大地坐标系",
                   "1985国家高程基准",
                   "盖章", "审图号", "密级", "制图", "审核", "审定", "北至", "界址点", "真北", "页1/2",
                   "图幅号", "1:2000E49I", "示意"):
        assert wanted in said, wanted


def test_a_square_is_as_long_on_paper_as_the_scale_says(tmp_path):
    for scale, millimetres in ((2_000, 50.0), (1_000, 100.0)):
        (path,) = pen.draw(made(box(0, 0, 100, 100)), tmp_path / "p.pdf", scale=scale)
        xs, ys = zip(*max(red_outlines(PdfReader(path)), key=len), strict=True)
        assert (max(xs) - min(xs), max(ys) - min(ys)) == pytest.approx((millimetres, millimetres), abs=0.2)


def test_a_kilometre_is_a_hundred_millimetres_at_ten_thousand(tmp_path):
    (path,) = map_sheet.draw(sheet(box(0, 0, 1_000, 1_000)), tmp_path / "m.pdf", scale=10_000)
    xs, ys = zip(*max(red_outlines(PdfReader(path)), key=len), strict=True)
    assert (max(xs) - min(xs), max(ys) - min(ys)) == pytest.approx((100.0, 100.0), abs=0.2)


def test_a_long_boundary_runs_over_as_many_pages_as_it_needs_and_loses_no_point(tmp_path):
    wave = Polygon([(i, 40 * (i % 2)) for i in range(400)] + [(399 - i, -200 - 40 * (i % 2)) for i in range(400)])
    found = made(wave)
    (path,) = pen.draw(found, tmp_path / "p.pdf", paper="A4")
    pages = PdfReader(path).pages
    said = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
    # 804 lines: 24, then 122 a page; and all neighbours of the crowded sides.
    assert len(pages) == 9 and all(f"页{n}/9" in said for n in range(1, 10))
    # Among what follows a label is a northing of seven digits: each point stands in the table once, the first twice.
    assert set(re.findall(r"J(\d+)220\d{4}\.", said)) == {str(n) for n in range(1, 801)}
    assert "图上未注记的点号" in said
    pictures = pen.draw(found, tmp_path / "p.png", paper="A3")
    assert [one.name for one in pictures][:2] == ["p.png", "p-2.png"] and all(one.stat().st_size for one in pictures)


def test_every_neighbour_of_a_crowded_side_is_named_on_a_page_that_follows(tmp_path):
    found = made(box(0, 0, 155, 100))
    sides = {str(row.label): str(row.figure) for row in found.survey.crowded}
    assert sides and all(" more" in str(row.figure) for row in found.survey.about if str(row.label) in sides)
    assert all(" more" not in said for said in sides.values())
    (path,) = pen.draw(found, tmp_path / "p.pdf")
    first, second = (re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(path).pages)
    named = {number for said in sides.values() for number in re.findall(r"用地(\d+) / ", said)}
    assert len(named) > 4 and all(f"用地{number}（" in second for number in named)
    assert "页1/2" in first and "页2/2" in second and "宗地情况（续）" in second


def test_ring_areas_add_up_to_the_area_printed(tmp_path):
    thirds = MultiPolygon([box(0, 0, 100.01, 33.335), box(0, 50, 100.01, 83.335), box(0, 90, 100.01, 123.335)])
    survey = made(thirds).survey
    parts = [float(re.search(r"[\d,.]+(?= m2)", str(ring.title))[0].replace(",", "")) for ring in survey.rings]
    whole = float(re.search(r"[\d,.]+(?= m2)", str(survey.about[3].figure))[0].replace(",", ""))
    # 100.01 x 33.335 = 3 333.83335 m2: three of it are 10 001.50, three times 3 333.83 only 10 001.49.
    assert (whole, sorted(parts)) == (10_001.50, [3_333.83, 3_333.83, 3_333.84])
    assert "最大余数" in words(made(thirds), tmp_path)


def test_what_is_kept_in_degrees_is_numbered_by_its_corners_in_the_plane_of_the_workspace(tmp_path):
    desk, asked = survey_desk(box(0, 0, 100, 100))
    kept = Surveyed(Parcel("B0610-1", shapely.segmentize(asked.parcel.shape, 0.0001), "x"))
    survey = parcel_sheet(desk, kept).survey
    assert [[c.north, c.east, c.side] for c in survey.rings[0].corners] == [
        ["2206100.000", "37414000.000", "100.00"], ["2206100.000", "37414100.000", "100.00"],
        ["2206000.000", "37414100.000", "100.00"], ["2206000.000", "37414000.000", "100.00"]]


def test_a_file_in_a_zone_keeps_its_own_corners_also_on_a_straight_side(tmp_path):
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "投影类型=高斯克吕格", "计量单位=米", "带号=37",
             "[地块坐标]", "6,1.0000,T-1,示例,面,,,,@"]
    corners = [(100, 0), (100, 50), (100, 100), (0, 100), (0, 0)]
    lines += [f"J{n},1,{2206000 + y:.3f},{37414000 + x:.3f}" for n, (y, x) in enumerate([*corners, corners[0]], 1)]
    (tmp_path / "p.txt").write_bytes("\r\n".join(lines).encode("gb18030"))
    desk, _ = survey_desk(box(0, 0, 100, 100))
    found = parcel_sheet(desk, surveyed_file(tmp_path / "p.txt"))
    assert [c.side for c in found.survey.rings[0].corners] == ["50.00", "50.00", "100.00", "100.00", "100.00"]
    assert found.plane_crs == "EPSG:4525"


def test_the_zone_in_front_of_eastings_and_where_true_north_lies():
    assert (zone_prefix("EPSG:4525"), zone_prefix("EPSG:4546"), zone_prefix("EPSG:4491")) == (37, None, 13)
    flat = plane("EPSG:4525")
    # Meridian convergence (lon - lon0) sin(lat): west of the central meridian true north lies to the east.
    lon, lat = flat.back.transform(EAST, NORTH)
    assert flat.true_north_deg(EAST, NORTH) == pytest.approx((111 - lon) * np.sin(np.radians(lat)), abs=1e-3)


def test_the_sheet_of_a_name_that_breaks_exporters_is_a_sheet(tmp_path):
    desk, asked = survey_desk(box(0, 0, 100, 100))
    for name in ('=HYPERLINK("http://x")', "$\\frac{$", "a\x00b\u202e", "\U00020bb7" * 40, "{0} {n}", "\t\n"):
        odd = replace(asked, parcel=replace(asked.parcel, id=name, name=name))
        (path,) = pen.draw(parcel_sheet(desk, odd, lang="both"), tmp_path / "p.pdf")
        assert len(PdfReader(path).pages) == 2
    assert "U+20BB7" in words(parcel_sheet(desk, replace(asked, parcel=replace(asked.parcel, name="\U00020bb7"))),
                              tmp_path)


# ---------------------------------------------------------------- nothing overlaps
@pytest.mark.parametrize(("shape", "lang", "paper"), [
    *((shape, lang, "A4") for shape in PARCELS for lang in ("zh", "both")),
    ("holed parts", "en", "A3"), ("comb", "zh", "A1"), ("sliver", "en", "A1"),
])
def test_nothing_on_a_parcel_sheet_overlaps_or_leaves_its_room(shape, lang, paper):
    sheet = made(PARCELS[shape], lang, paper=paper)
    for page in pen.pages(sheet, paper):
        assert not faults(page)


@pytest.mark.parametrize(("shape", "lang", "paper"), [
    *((shape, ("zh", "en", "both")[i % 3], ("A4", "A3", "A1")[i % 3]) for i, shape in enumerate(PARCELS)),
    ("holed parts", "both", "A4"), ("sliver", "both", "A4"),
])
def test_nothing_on_a_map_sheet_overlaps_or_leaves_its_room(shape, lang, paper):
    land = PARCELS[shape]
    around = layer("parcels", box(0, 0, 1, 1))
    crowded = replace(around, frame=crowd(land).assign(status="reserved"))
    parks = layer("parks", shapely.box(*land.bounds).buffer(3_000), names=[f"{LONG_ZH} / {LONG_EN}"])
    known = sheet(land, lang=lang, name=LONG_ZH, layers=[crowded, parks], index=[parks])
    assert not faults(lambda: map_sheet.page(known, paper))
