"""A layer of squares on squared paper: what overlaps, lies twice, is missing or is a sliver."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.land.geodesy import ellipsoid_m2
from planner.land.topology import Sizes, topology, width_m
from tests.drawn_land import land, layer

SIZES = Sizes(noise_m=0.001, gap_m=1.0, sliver_m=0.5)
GRID = [land(100 * x, 100 * y, 100, 100) for x in range(3) for y in range(3)]


def faults(*shapes, **sizes):
    return topology(layer("land_survey", *shapes), Sizes(**(vars(SIZES) | sizes)))


def test_squares_that_share_their_borders_have_no_fault_even_with_a_corner_on_a_neighbours_edge():
    assert faults(*GRID) == ()
    assert faults(land(0, 0, 100, 100), land(100, 0, 100, 50), land(100, 50, 100, 50)) == ()
    assert faults() == ()


def test_two_squares_that_overlap_are_named_with_the_area_they_share():
    (found,) = faults(land(0, 0, 100, 100), land(90, 0, 100, 100))
    assert (found.kind, found.features) == ("overlap", ("a", "b"))
    assert found.area_m2 == pytest.approx(1000, rel=1e-4) and found.width_m == pytest.approx(10, rel=0.02)
    assert ellipsoid_m2(found.where.symmetric_difference(land(90, 0, 10, 100))) < 1e-3


def test_a_square_within_a_square_overlaps_it():
    (found,) = faults(land(0, 0, 100, 100), land(20, 20, 30, 30))
    assert (found.kind, found.features) == ("overlap", ("a", "b")) and found.area_m2 == pytest.approx(900, rel=1e-4)


def test_a_feature_that_lies_there_twice_is_a_duplicate_however_it_is_drawn():
    turned = shapely.reverse(land(0, 0, 100, 100))
    assert [fault.kind for fault in faults(land(0, 0, 100, 100), turned)] == ["duplicate"]
    half_a_millimetre = land(0.0004, 0, 100, 100)
    assert [fault.kind for fault in faults(land(0, 0, 100, 100), half_a_millimetre)] == ["duplicate"]
    assert {(fault.kind, fault.features) for fault in faults(*[land(0, 0, 50, 50)] * 3)} == {
        ("duplicate", pair) for pair in (("a", "b"), ("a", "c"), ("b", "c"))}


def test_a_missing_square_in_the_middle_is_a_gap_with_its_neighbours():
    (found,) = faults(*(square for number, square in enumerate(GRID) if number != 4))
    assert found.kind == "gap" and found.area_m2 == pytest.approx(10_000, rel=1e-4)
    assert len(found.features) == 8


def test_an_island_in_a_hole_is_no_gap_but_the_water_around_it_is():
    ring = shapely.difference(land(0, 0, 100, 100), land(20, 20, 60, 60))
    (found,) = faults(ring, land(40, 40, 20, 20))
    assert found.kind == "gap" and found.area_m2 == pytest.approx(3600 - 400, rel=1e-4)


def test_a_slit_open_to_the_outside_is_a_gap_up_to_a_metre_and_beyond_it_two_places():
    (found,) = faults(land(0, 0, 100, 100), land(100.4, 0, 100, 100))
    assert (found.kind, found.features) == ("gap", ("a", "b"))
    assert found.area_m2 == pytest.approx(40, rel=0.01) and found.width_m == pytest.approx(0.4, rel=0.02)
    assert faults(land(0, 0, 100, 100), land(101.5, 0, 100, 100)) == ()


@pytest.mark.parametrize(("width", "kinds"), [(0.49, ["sliver"]), (0.51, [])])
def test_a_feature_narrower_than_half_a_metre_is_a_sliver(width, kinds):
    assert [fault.kind for fault in faults(land(0, 0, width, 200))] == kinds


def test_what_is_thinner_than_a_millimetre_is_the_last_digit_of_a_file():
    assert faults(land(0, 0, 100, 100), land(99.9995, 0, 100, 100)) == ()
    assert [fault.kind for fault in faults(land(0, 0, 100, 100), land(99.9985, 0, 100, 100))] == ["overlap"]
    assert faults(land(0, 0, 100, 100), land(100.0005, 0, 100, 100)) == ()


def test_faults_come_by_kind_and_size():
    found = faults(land(0, 0, 100, 100), land(90, 0, 100, 100), land(185, 0, 100, 100), land(500, 0, 0.2, 30),
                   land(600, 0, 50, 50), land(600, 0, 50, 50))
    assert [fault.kind for fault in found] == ["overlap", "overlap", "duplicate", "sliver"]
    assert found[0].area_m2 > found[1].area_m2


def test_a_long_tail_does_not_make_a_broad_fault_narrow():
    tailed = shapely.union(land(0, 0, 100, 100), land(100, 50, 2000, 0.1))
    assert width_m(tailed) == pytest.approx(100, rel=0.02)
    assert width_m(land(0, 0, 5000, 0.005)) == pytest.approx(0.005, rel=0.02)


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 6)] * 2), min_size=1, max_size=8))
def test_overlaps_and_holes_are_those_that_counting_squares_finds(boxes):
    found = faults(*(land(10 * x, 10 * y, 10 * w, 10 * h) for x, y, w, h in boxes))
    cells = [{(i, j) for i in range(x, x + w) for j in range(y, y + h)} for x, y, w, h in boxes]
    shared = {(a, b): len(cells[a] & cells[b]) for a in range(len(cells)) for b in range(a + 1, len(cells))
              if cells[a] & cells[b]}
    paired = {fault.rows: fault.area_m2 for fault in found if fault.kind in ("overlap", "duplicate")}
    assert set(paired) == set(shared)
    for pair, count in shared.items():
        assert paired[pair] == pytest.approx(100 * count, rel=1e-3)
    twins = {pair for pair in shared if cells[pair[0]] == cells[pair[1]]}
    assert {fault.rows for fault in found if fault.kind == "duplicate"} == twins
    taken = set().union(*cells)
    outside, edge = set(), [(-1, -1)]
    while edge:  # what water reaches from outside, through no corner
        i, j = edge.pop()
        if (i, j) not in outside and (i, j) not in taken and -1 <= i <= 20 and -1 <= j <= 20:
            outside.add((i, j))
            edge += [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]
    dry = 22 * 22 - len(outside) - len({cell for cell in taken if max(cell) <= 20})
    holes = sum(fault.area_m2 for fault in found if fault.kind == "gap")
    assert holes == pytest.approx(100 * dry, rel=1e-3)
