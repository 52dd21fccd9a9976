"""A parcel divided, drawn in, or moved: every answer can be checked on squared paper."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.land.fit import WAYS, fit
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Parcel
from planner.land.quantity import Quantity, classes, outside
from planner.land.split import AreaNotPositive, AreasTooLarge, split
from planner.land.sweep import SideUnknown
from planner.land.takes import takes
from planner.store.parameters import load
from planner.text import Text
from tests.drawn_land import EAST, LAT, LON, NORTH, TODAY, land, layer, parcel, place, survey

WHOLE = ellipsoid_m2(parcel().shape)


def metres(shape) -> shapely.Geometry:
    """Land as it was drawn, in metres."""
    return shapely.transform(shape, lambda c: (c - (LON, LAT)) / (EAST, NORTH))


def box(shape) -> list[float]:
    return [round(value, 3) for value in metres(shape).bounds]


# ---------------------------------------------------------------- dividing
def test_a_square_is_divided_from_the_south_into_a_quarter_a_half_and_the_rest():
    parts = split(parcel(), [WHOLE / 4, WHOLE / 2], "south")
    assert [box(part.parcel.shape) for part in parts] == [[0, 0, 100, 25], [0, 25, 100, 75], [0, 75, 100, 100]]
    assert [part.parcel.id for part in parts] == ["P-01-1", "P-01-2", "P-01-3"]
    assert [part.asked_m2 for part in parts] == [WHOLE / 4, WHOLE / 2, None]


@pytest.mark.parametrize(("side", "first"), [("north", [0, 75, 100, 100]), ("east", [75, 0, 100, 100]),
                                             ("west", [0, 0, 25, 100]), ("1", [75, 0, 100, 100])])
def test_the_first_part_lies_at_the_side_named(side, first):
    # shapely.box begins at its lower right corner and goes up: edge 1 is the east side
    assert box(split(parcel(), [WHOLE / 4], side)[0].parcel.shape) == first


def test_an_edge_of_a_slanting_boundary_is_a_side():
    slanting = Parcel("P", place(shapely.Polygon([(0, 0), (100, 50), (80, 90), (-20, 40)])))
    first, rest = split(slanting, [ellipsoid_m2(slanting.shape) / 2], "1")
    ours = shapely.get_coordinates(metres(first.parcel.shape))
    assert np.abs(ours @ (-1, 2) / np.sqrt(5)).max() == pytest.approx(100 / np.sqrt(5) / 2, rel=1e-3)
    assert first.ellipsoid_m2 == pytest.approx(rest.ellipsoid_m2, abs=1e-3)


def test_parts_that_make_up_the_parcel_leave_no_rest():
    assert len(split(parcel(), [WHOLE / 2, WHOLE / 2], "west")) == 2
    assert len(split(parcel(), [WHOLE / 2, WHOLE / 2 + 0.9], "west")) == 2


def test_more_than_the_parcel_has_nothing_and_no_side_are_refused_with_the_way_out():
    with pytest.raises(AreasTooLarge, match="15.00 mu"):
        split(parcel(), [WHOLE, 2.0], "north")
    for bad in (0.0, -5.0, 0.5, float("nan")):
        with pytest.raises(AreaNotPositive, match="Part 2"):
            split(parcel(), [100.0, bad], "north")
    for bad in ("up", "0", "5", "-1", "１"):
        with pytest.raises(SideUnknown, match="1 to 4"):
            split(parcel(), [100.0], bad)


@settings(max_examples=40)
@given(st.lists(st.floats(0.02, 1), min_size=1, max_size=5), st.sampled_from(["north", "east", "south", "west", "2"]),
       st.integers(3, 9), st.floats(0.2, 1))
def test_parts_have_their_areas_and_together_they_are_the_parcel(shares, side, corners, flat):
    turns = 2 * np.pi * np.arange(corners) / corners
    radius = np.where(np.arange(corners) % 2, 500 * flat, 500)  # stars, not only convex ones
    shape = place(shapely.Polygon(np.stack([radius * np.cos(turns), radius * np.sin(turns)], 1)))
    whole = ellipsoid_m2(shape)
    wanted = [whole * share / (sum(shares) * 1.1) for share in shares]
    parts = split(Parcel("P", shape), wanted, side)
    for part, asked in zip(parts, wanted, strict=False):
        assert part.ellipsoid_m2 == pytest.approx(asked, abs=0.01)
    assert sum(part.ellipsoid_m2 for part in parts) == pytest.approx(whole, rel=1e-9)
    assert shapely.union_all([part.parcel.shape for part in parts]).symmetric_difference(shape).area < 1e-15
    overlaps = [a.parcel.shape.intersection(b.parcel.shape).area for a, b in zip(parts, parts[1:], strict=False)]
    assert max(overlaps, default=0) < 1e-16


# ---------------------------------------------------------------- drawing in
def ground(*shapes, most: float = 0.0, weights=None) -> Quantity:
    return Quantity(Text("ground"), most, np.array(shapes, object), np.array(weights or [1.0] * len(shapes)))


FIELD = land(-50, -50, 300, 68)  # a field that holds the southern 18 m of the parcel


def test_the_south_side_comes_in_by_eighteen_metres_and_not_a_millimetre_more():
    found = fit(parcel().shape, [ground(FIELD)], "south", reach_m=500)
    assert found.metres == pytest.approx(18, abs=1e-3) and found.how == "south"
    assert found.ellipsoid_m2 == pytest.approx(0.82 * WHOLE, abs=0.1)
    assert ellipsoid_m2(shapely.intersection(found.shape, FIELD)) < 1e-4


def test_at_most_so_much_of_a_field_leaves_just_so_much_of_it():
    for how in ("south", "largest", "inward"):
        found = fit(parcel().shape, [ground(FIELD, most=700)], how, reach_m=500)
        assert ellipsoid_m2(shapely.intersection(found.shape, FIELD)) == pytest.approx(700, abs=0.01)
    assert fit(parcel().shape, [ground(FIELD, most=700)], "south", reach_m=500).metres == pytest.approx(11, abs=0.01)


def test_the_largest_part_loses_only_the_ground_that_is_too_much():
    line, field = land(40, 40, 20, 20), land(0, 60, 100, 40)
    found = fit(parcel().shape, [ground(field, most=1500), ground(line)], "largest", reach_m=500)
    assert found.ellipsoid_m2 == pytest.approx(WHOLE - 400 - (4000 - 1500), abs=0.5)
    assert ellipsoid_m2(shapely.intersection(found.shape, line)) < 1e-4


def test_of_two_fields_the_one_with_fewer_ridges_goes_first_because_less_land_is_lost():
    ridged, plain = land(0, 0, 100, 50), land(0, 50, 100, 50)
    limit = ground(ridged, plain, most=5000, weights=[0.8, 1.0])
    found = fit(parcel().shape, [limit], "largest", reach_m=500)
    # 4 000 + 5 000 counted, 4 000 too much: 4 000 m2 of the plain field, not 5 000 m2 of the ridged one
    assert found.ellipsoid_m2 == pytest.approx(WHOLE - 4000, abs=0.5)


def test_of_two_limits_that_lie_over_each_other_what_both_count_goes_first():
    field, line = land(0, 0, 100, 40), land(0, 0, 50, 100)
    found = fit(parcel().shape, [ground(field, most=2000), ground(line, most=3000)], "largest", reach_m=500)
    # 2 000 of the field and 2 000 of the strip are too much; the 2 000 m2 where they overlap are both at once
    assert found.ellipsoid_m2 == pytest.approx(WHOLE - 2000, abs=0.5)
    assert ellipsoid_m2(shapely.intersection(found.shape, field)) == pytest.approx(2000, abs=0.5)


def test_of_three_limits_no_part_is_larger_than_the_best_of_all_ways_to_cut():
    strips = [land(0, 0, 60, 50), land(40, 0, 60, 50), land(0, 30, 100, 30)]
    limits = [ground(strips[0], most=1500), ground(strips[1], most=1200), ground(strips[2], most=900)]
    found = fit(parcel().shape, limits, "largest", reach_m=500)
    # Faces of the squared paper: south of 30 by strip, 30 to 50 by strip and the third, 50 to 60 of the third alone.
    areas = np.array([40 * 30, 20 * 30, 40 * 30, 40 * 20, 20 * 20, 40 * 20, 100 * 10])
    of = np.array([[1, 1, 0, 1, 1, 0, 0], [0, 1, 1, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1, 1]])
    steps = [np.linspace(0, area, 7) for area in areas]
    kept = np.stack(np.meshgrid(*steps, indexing="ij")).reshape(7, -1)
    meets = (of @ kept <= np.array([[1500], [1200], [900]]) + 1e-9).all(axis=0)
    assert found.ellipsoid_m2 >= WHOLE - areas.sum() + kept[:, meets].sum(axis=0).max() - 0.5
    for limit in limits:
        assert limit.of(found.shape) <= limit.most + 1e-3


def test_patches_of_one_survey_on_each_other_count_each():
    found = fit(parcel().shape, [ground(land(0, 0, 100, 50), land(0, 0, 100, 50), most=5000)], "largest", reach_m=500)
    assert found.ellipsoid_m2 == pytest.approx(WHOLE - 2500, abs=0.5)


def test_inward_all_sides_come_in_alike():
    found = fit(parcel().shape, [ground(land(90, 0, 50, 100))], "inward", reach_m=500)
    assert found.metres == pytest.approx(10, abs=1e-3) and box(found.shape) == [10, 10, 90, 90]


def test_the_parcel_moves_the_shortest_way_out_and_keeps_its_form():
    found = fit(parcel().shape, [ground(FIELD)], "shift", reach_m=100)
    assert (found.metres, found.bearing_deg) == (pytest.approx(18, abs=0.01), pytest.approx(0, abs=0.5))
    assert found.ellipsoid_m2 == pytest.approx(WHOLE, rel=1e-5)
    corner = fit(parcel().shape, [ground(land(-50, -50, 60, 60), land(-50, -50, 300, 60))], "shift", reach_m=100)
    assert corner.metres == pytest.approx(10, abs=0.05)


def test_what_already_fits_stays_and_what_cannot_fit_is_none():
    assert all(fit(parcel().shape, [ground(land(500, 0, 9, 9))], how, reach_m=50).metres == 0 for how in WAYS)
    everywhere = ground(land(-2000, -2000, 5000, 5000))
    assert all(fit(parcel().shape, [everywhere], how, reach_m=50) is None for how in WAYS)


@given(st.lists(st.tuples(st.floats(-20, 110), st.floats(-20, 110), st.floats(1, 60), st.floats(1, 60)), min_size=1,
                max_size=5), st.sampled_from(["largest", "north", "west", "inward"]), st.floats(0, 1))
def test_every_way_meets_its_limit_to_a_square_metre_and_gives_away_no_more(boxes, how, share):
    field = shapely.union_all([land(*one) for one in boxes])
    before = ellipsoid_m2(shapely.intersection(field, parcel().shape))
    limit = ground(*shapely.get_parts(field), most=share * before)
    found = fit(parcel().shape, [limit], how, reach_m=50)
    if found is None:
        assert share * before < 1
        return
    after = ellipsoid_m2(shapely.intersection(field, found.shape))
    assert after <= share * before + 1e-3
    assert ellipsoid_m2(shapely.difference(found.shape, parcel().shape)) < 1e-3
    if how == "largest":
        assert found.ellipsoid_m2 == pytest.approx(WHOLE - (before - share * before), abs=1)


# ---------------------------------------------------------------- what is measured is what the parcel takes
def test_paddy_net_of_ridges_is_measured_as_the_parcel_takes_it_newer_survey_first():
    newer = survey((land(0, 0, 40, 100), "0101", 5, 0.1), (land(30, 0, 20, 50), "0601", None, None), name="new")
    older = survey((land(-10, -10, 200, 200), "0101", 5, 0.2), as_of=None, name="old")
    found = takes(parcel(), [older, newer], load(), on=TODAY)
    measured = classes(Text("paddy"), [older, newer], land(-50, -50, 300, 300), 0.0, parameters=load(),
                       weigh=lambda kind, ridges, grade: 1 - ridges if kind.paddy else 0)
    assert measured.of(parcel().shape) == pytest.approx(found.paddy_m2, rel=1e-9)


def test_land_outside_the_park_is_a_limit_too():
    park = layer("parks", land(0, 0, 70, 100), land(60, 0, 20, 100))
    limit = outside(Text("park"), [park], land(-50, -50, 300, 300), 0.0)
    assert fit(parcel().shape, [limit], "east", reach_m=50).metres == pytest.approx(20, abs=1e-3)
