"""The choices of a page: where its map lies and at which scale, who signs, and the office's own files."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from shapely.geometry import box

from planner.sheets import map_sheet
from planner.sheets.paper import paper_named
from planner.sheets.plane import FrameElsewhere, outline, plane, scale_for, window
from tests.drawn_sheet import EAST, NORTH, degrees, sheet

SQUARE = box(0, 0, 100, 100)  # metres
FRAME = (200.0, 100.0)  # mm


def test_a_frame_around_a_centre_keeps_its_scale_and_may_show_a_part():
    view = window(SQUARE, FRAME, 500, (100.0, 100.0))
    # 200 mm and 100 mm at 1:500 are 100 m and 50 m: 50 and 25 to each side of the corner.
    assert (view.east, view.north, view.scale) == (50.0, 75.0, 500)
    assert (view.width_m, view.height_m) == (100.0, 50.0)


def test_without_a_scale_all_of_it_is_shown_around_the_centre():
    view = window(SQUARE, FRAME, None, (100.0, 50.0))
    # 100 m lie west of the centre: 200 m must fit into 200 mm and 100 m into 100 mm, 1:1 000.
    assert view.scale == 1_000 and view.box().area == pytest.approx(200 * 100)


def test_a_frame_that_shows_nothing_of_the_parcel_is_refused_with_the_distance():
    # The frame's west edge lies at 1 050 m, the square's east edge at 100 m.
    with pytest.raises(FrameElsewhere, match="950 m"):
        window(SQUARE, FRAME, 500, (1_100.0, 50.0))


def test_an_extent_gets_the_largest_scale_of_the_series_that_shows_all_of_it():
    assert scale_for(box(0, 0, 900, 100), FRAME) == 5_000  # 900 m in 200 mm want 1:4 500
    assert scale_for(box(0, 0, 100, 90), FRAME) == 1_000


def test_the_page_is_drawn_around_the_centre_of_the_sheet():
    flat = plane("EPSG:4525")
    lon, lat = shapely.get_coordinates(degrees(shapely.Point(80, 20)))[0]
    made = replace(sheet(SQUARE), centre=(lon, lat))
    drawn = map_sheet.page(made, "A4", 500)
    wide, high = (mm * 500 / 1_000 for mm in paper_named("A4").frame_mm)
    assert drawn.land.get_xlim() == (0.0, pytest.approx(wide))
    view = window(flat.flat(made.parcel), paper_named("A4").frame_mm, 500, flat.point(made.centre))
    assert (view.east, view.north) == pytest.approx((EAST + 80 - wide / 2, NORTH + 20 - high / 2), abs=1e-3)
    middle = outline(view, flat).centroid
    assert (middle.x, middle.y) == pytest.approx((lon, lat), abs=1e-7)
