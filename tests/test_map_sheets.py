"""National map sheets: numbers that other programs and textbooks give, and arithmetic a reader can redo."""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry import Point, box

from planner.desk.paper import on_sheets
from planner.land.map_sheets import division_of, sheet_numbers
from planner.store.parameters import load

BEIJING = (116 + 28 / 60 + 15 / 3600, 39 + 54 / 60 + 30 / 3600)
SERIES = load().map_divisions


def number(scale: int, lon: float, lat: float) -> list[str]:
    division = division_of(scale, SERIES)
    return sheet_numbers(Point(lon, lat).buffer(1e-7), division)


def test_the_numbers_that_others_compute_for_the_same_place():
    # The package cnmaptiling gives J50 and J50E001010 for this place in its documentation.
    assert number(1_000_000, *BEIJING) == ["J50"] and number(50_000, *BEIJING) == ["J50E001010"]
    # The example of the standard's own first edition: 114 33 45 E, 39 22 30 N.
    lon, lat = 114 + 33 / 60 + 45 / 3600, 39 + 22 / 60 + 30 / 3600
    assert number(250_000, lon, lat) == ["J50C001001"] and number(100_000, lon, lat) == ["J50D002002"]


def test_a_place_in_haikou_is_numbered_by_arithmetic_a_reader_can_redo():
    # 19 56 24 N: row E (16 to 20). From 20 N down 3 36 = 216 seconds; a sheet of 1:2 000 is 25 seconds high: the 9th.
    # 110 10 48 E: column 49 (108 to 114). From 108 E 7 848 seconds; a sheet is 37.5 seconds wide: the 210th.
    assert number(2_000, 110.18, 19.94) == ["E49I009210"]
    # Of 1:500 a sheet is 6.25 by 9.375 seconds: 216 / 6.25 = 34.56, 7 848 / 9.375 = 837.1.
    assert number(500, 110.18, 19.94) == ["E49K00350838"]


@pytest.mark.parametrize(("asked", "of"), [(500, 500), (1_500, 2_000), (3_000, 5_000), (10_000, 10_000)])
def test_a_map_between_two_scales_of_the_series_lies_in_sheets_of_the_smaller(asked, of):
    assert division_of(asked, SERIES).scale == of
    assert division_of(2_000_000, SERIES) is None


def test_land_on_several_sheets_names_each_and_land_that_only_touches_one_does_not():
    wide, high = 37.5 / 3600, 25 / 3600
    west, north = 108 + 209 * wide, 20 - 8 * high
    division = division_of(2_000, SERIES)
    whole = box(west, north - high, west + wide, north)  # exactly one sheet
    assert sheet_numbers(whole, division) == ["E49I009210"]
    corner = Point(west + wide, north - high).buffer(1e-5)
    assert sheet_numbers(corner, division) == ["E49I009210", "E49I009211", "E49I010210", "E49I010211"]
    assert "E49I009210, E49I009211" in str(on_sheets(corner, 2_000, load()))
    many = box(west, north - 3 * high, west + 3 * wide, north)
    assert str(on_sheets(many, 2_000, load())) == "1:2000  E49I009210 to E49I011212 (9 sheets)"


def test_where_the_series_has_no_sheets_nothing_is_said():
    assert on_sheets(shapely.box(110, -1, 111, 1), 2_000, load()) is None
    assert on_sheets(shapely.box(110, 19, 111, 20), 5_000_000, load()) is None
