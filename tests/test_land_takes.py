"""What a parcel of one hectare takes, on land drawn so that the answer can be checked in the head."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.land.geodesy import ellipsoid_m2
from planner.land.offsets import land_asks, offsets
from planner.land.parcel import Parcel
from planner.land.takes import takes
from planner.store.parameters import load
from tests.drawn_land import TODAY, VINTAGE, land, layer, parcel, place, survey

PADDY, DRY, POND, GRASS, FACTORY = "0101", "0103", "1104", "0404", "0601"
WHOLE = ellipsoid_m2(parcel().shape)  # about 10 000 m2


def strip(x: float, width: float, code: str, grade=None, share=None, *system: str) -> tuple:
    """A patch across the parcel and beyond, x metres from its west edge."""
    return (land(x, -10, width, 120), code, grade, share, *system)


def take(*surveys, of=None):
    return takes(of or parcel(), surveys, load(), on=TODAY)


def share(x: float) -> object:
    return pytest.approx(x * WHOLE, rel=1e-9)


def test_each_class_is_counted_gross_and_net_and_the_totals_follow_its_kind():
    found = take(survey(strip(-5, 25, PADDY, 7, 0.1), strip(20, 30, DRY, 10, 0.2), strip(50, 10, POND),
                        strip(60, 15, GRASS), strip(75, 30, FACTORY)))
    assert [(row.code, row.grade, row.three_way) for row in found.by_class] == [
        (DRY, 10, "farm"), (FACTORY, None, "construction"), (PADDY, 7, "farm"), (GRASS, None, "unused"),
        (POND, None, "farm")]
    assert [row.gross_m2 for row in found.by_class] == [share(0.30), share(0.25), share(0.20), share(0.15), share(0.10)]
    assert found.new_construction_m2 == share(0.20 + 0.30 + 0.10 + 0.15)
    assert found.cultivated_m2 == share(0.20 * 0.9 + 0.30 * 0.8)
    assert found.paddy_m2 == share(0.20 * 0.9)
    assert found.grain_capacity_kg == share((0.20 * 0.9 * (16 - 7) + 0.30 * 0.8 * (16 - 10)) * 1500 / 10_000)
    assert (found.uncovered_m2, found.overlap_m2) == (pytest.approx(0, abs=1e-6), pytest.approx(0, abs=1e-6))
    assert (found.why, found.notes, found.vintage) == ((), (), VINTAGE)


def test_the_three_offset_demands_stand_apart():
    need = offsets(take(survey(strip(0, 50, PADDY, 1, 0.0), strip(50, 50, DRY, 15, 0.0))))
    assert (need.quantity_m2, need.paddy_m2) == (share(1.0), share(0.5))
    assert need.grain_kg == share((0.5 * 15 + 0.5 * 1) * 1500 / 10_000)


def test_what_a_parcel_asks_is_named_as_the_book_names_it():
    asks = land_asks(take(survey(strip(0, 40, FACTORY), strip(40, 60, PADDY, 5, 0.0))))
    assert asks == {"new_construction_m2": share(0.6), "offset_quantity_m2": share(0.6), "offset_paddy_m2": share(0.6),
                    "offset_grain_kg": share(0.6 * 11 * 1500 / 10_000)}


def test_land_without_a_field_asks_no_offset():
    found = take(survey(strip(0, 100, GRASS)))
    assert (found.cultivated_m2, found.paddy_m2, found.grain_capacity_kg) == (0, 0, 0)
    assert found.new_construction_m2 == share(1.0)


def test_a_gap_of_more_than_a_square_metre_makes_every_total_unknown():
    found = take(survey(strip(0, 90, FACTORY)))
    assert found.uncovered_m2 == share(0.1)
    assert (found.new_construction_m2, found.cultivated_m2, found.paddy_m2, found.grain_capacity_kg) == (None,) * 4
    assert "survey does not cover 1,000.0" in str(found.why[0])


def test_a_gap_below_a_square_metre_is_told_and_changes_nothing():
    found = take(survey(strip(0, 99.992, FACTORY)))
    assert found.uncovered_m2 == pytest.approx(0.8, rel=1e-3)
    assert (found.new_construction_m2, found.why) == (0, ())


def test_without_any_survey_the_whole_parcel_is_uncovered():
    found = take()
    assert (found.uncovered_m2, found.by_class, found.vintage) == (WHOLE, (), None)
    assert found.new_construction_m2 is None and len(found.why) == 1


@pytest.mark.parametrize(("code", "system"), [("101", "GBT21010-2017"), ("0199", "GBT21010-2017"), ("0101", ""),
                                              ("0101", "elsewhere"), (None, "GBT21010-2017")])
def test_a_class_that_is_not_in_the_table_is_unknown_and_never_guessed(code, system):
    found = take(survey(strip(0, 50, code, 7, 0.1, system), strip(50, 50, FACTORY)))
    assert (found.new_construction_m2, found.cultivated_m2, found.grain_capacity_kg) == (None, None, None)
    assert found.by_class[0].three_way is None or found.by_class[1].three_way is None
    assert len(found.why) == 1


def test_the_same_digits_mean_other_land_in_another_code_system():
    survey_code = take(survey(strip(0, 100, "1001", None, None)))  # railway
    planning_code = take(survey(strip(0, 100, "1001", None, None, "YDYH-2023")))
    assert survey_code.by_class[0].name != planning_code.by_class[0].name


@pytest.mark.parametrize("grade", [None, 0, 16, 7.5])
def test_a_field_without_a_grade_has_an_unknown_grain_capacity_and_nothing_else_unknown(grade):
    found = take(survey(strip(0, 100, PADDY, grade, 0.1)))
    assert found.grain_capacity_kg is None and "grade" in str(found.why[0])
    assert found.cultivated_m2 == found.paddy_m2 == share(0.9)


@pytest.mark.parametrize("ridges", [None, -0.1, 12.0])
def test_a_field_without_a_ridge_share_has_an_unknown_net_area(ridges):
    found = take(survey(strip(0, 40, DRY, 5, ridges), strip(40, 60, PADDY, 5, 0.0)))
    assert (found.cultivated_m2, found.grain_capacity_kg) == (None, None)
    assert found.paddy_m2 == share(0.6)
    assert found.new_construction_m2 == share(1.0)


def test_patches_that_lie_on_each_other_all_count_and_the_overlap_is_told():
    found = take(survey(strip(0, 100, FACTORY), strip(40, 20, FACTORY), strip(40, 20, GRASS)))
    assert found.overlap_m2 == share(0.4)
    assert found.uncovered_m2 == 0
    assert sum(row.gross_m2 for row in found.by_class) == share(1.4)
    assert f"{0.4 * WHOLE:,.2f} m2 are counted twice" in str(found.notes[0])


def test_an_overlap_never_hides_a_gap_of_the_same_size():
    found = take(survey(strip(0, 50, FACTORY), strip(0, 50, FACTORY)))
    assert (found.uncovered_m2, found.overlap_m2) == (share(0.5), share(0.5))
    assert found.new_construction_m2 is None


def test_a_patch_within_another_without_touching_it_is_an_overlap():
    found = take(survey(strip(0, 100, FACTORY), (land(40, 40, 10, 10), GRASS, None, None)))
    assert found.overlap_m2 == pytest.approx(ellipsoid_m2(land(40, 40, 10, 10)), rel=1e-9)


def test_a_newer_survey_goes_before_an_older_one_which_fills_only_its_gaps():
    newer = survey(strip(0, 60, FACTORY), as_of=date(2025, 12, 31), name="2025")
    older = survey(strip(0, 100, GRASS), as_of=date(2020, 12, 31), name="2020")
    for order in ((newer, older), (older, newer)):
        found = take(*order)
        assert {row.code: row.gross_m2 for row in found.by_class} == {FACTORY: share(0.6), GRASS: share(0.4)}
        assert (found.vintage, found.overlap_m2) == (date(2020, 12, 31), pytest.approx(0, abs=1e-6))
        assert str(found.notes[0]) == "Where 2025 has no patch, 2020 is used."


def test_two_surveys_side_by_side_are_one_survey():
    found = take(survey(strip(0, 60, FACTORY), name="west"), survey(strip(60, 60, GRASS), name="east"))
    assert found.new_construction_m2 == share(0.4)
    assert found.uncovered_m2 == pytest.approx(0, abs=1e-6)


def test_a_parcel_with_parts_and_a_hole_takes_only_its_own_land():
    shape = place(shapely.MultiPolygon([shapely.box(0, 0, 50, 50).difference(shapely.box(10, 10, 20, 20)),
                                        shapely.box(60, 0, 100, 50)]))
    found = take(survey((land(-10, -10, 65, 120), FACTORY, None, None), (land(55, -10, 65, 120), GRASS, None, None)),
                 of=Parcel("P-02", shape))
    assert found.parcel_m2 == pytest.approx(50 * 50 - 10 * 10 + 40 * 50, rel=1e-4)
    assert found.new_construction_m2 == pytest.approx(ellipsoid_m2(land(60, 0, 40, 50)), rel=1e-9)


@given(st.lists(st.tuples(st.floats(-20, 110), st.floats(-20, 110), st.floats(1, 90), st.floats(1, 90),
                          st.sampled_from([PADDY, DRY, FACTORY, "?"])), max_size=12),
       st.floats(0.2, 1.0), st.integers(3, 9))
def test_classes_and_gap_less_what_counts_twice_are_the_parcel(patches, reach, corners):
    turns = 2 * np.pi * np.arange(corners) / corners
    shape = place(shapely.Polygon(np.stack([50 + 50 * reach * np.cos(turns), 50 + 50 * np.sin(turns)], 1)))
    found = take(survey(*((land(x, y, w, h), code, 8, 0.1) for x, y, w, h, code in patches)),
                 of=Parcel("P-03", shape))
    gross = sum(row.gross_m2 for row in found.by_class)
    assert gross + found.uncovered_m2 - found.overlap_m2 == pytest.approx(found.parcel_m2, rel=1e-9)
    bare = shapely.difference(shape, shapely.union_all([land(x, y, w, h) for x, y, w, h, _ in patches]))
    assert found.uncovered_m2 == pytest.approx(ellipsoid_m2(bare), rel=1e-9, abs=1e-6)


def test_missing_columns_are_unknown_values_and_no_crash():
    found = take(layer("land_survey", land(0, 0, 100, 100)))
    assert found.new_construction_m2 is None and found.why
