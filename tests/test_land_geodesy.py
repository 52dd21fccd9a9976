"""Areas against the closed formula of the ellipsoid, against PROJ's geodesics on short edges, and against laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from planner.land.geodesy import ellipsoid_m2, geodesic_m2, local_metres, perimeter_m, plane_m2
from planner.units import mu
from tests.drawn_land import CGCS2000, EAST, NORTH, land, place

SQUARE_ZONE_37 = shapely.box(37414154.659, 2205933.526, 37414309.659, 2206088.526)  # 155 m each way


def geodesics_on_short_edges(shape) -> float:
    """The same land with an edge every 2 m, where a geodesic and a line straight in lon/lat are the same."""
    short = shapely.segmentize(shape, 2 * min(EAST, NORTH))
    rings = [[short.exterior, *short.interiors]] if short.geom_type == "Polygon" else \
        [[part.exterior, *part.interiors] for part in short.geoms]
    areas = [[abs(CGCS2000.polygon_area_perimeter(*np.array(ring.coords).T)[0]) for ring in part] for part in rings]
    return sum(part[0] - sum(part[1:]) for part in areas)


@st.composite
def stars(draw, reach_m: float = 400):
    """Star-shaped parcels of 4 to 20 corners about a drawn centre."""
    n = draw(st.integers(4, 20))
    radii = draw(st.lists(st.floats(0.3, 1.0), min_size=n, max_size=n))
    x, y = draw(st.floats(-300, 300)), draw(st.floats(-300, 300))
    turns = 2 * np.pi * np.arange(n) / n
    reach = reach_m * np.array(radii)
    return place(shapely.Polygon(np.stack([x + reach * np.cos(turns), y + reach * np.sin(turns)], axis=1)))


def test_the_published_sample_square_has_its_plane_and_its_ellipsoidal_area():
    to_degrees = Transformer.from_crs("EPSG:4525", "EPSG:4490", always_xy=True)
    on_earth = shapely.transform(shapely.segmentize(SQUARE_ZONE_37, 2.0),
                                 lambda c: np.stack(to_degrees.transform(*c.T), axis=1))
    assert plane_m2(SQUARE_ZONE_37) == 155 * 155
    assert round(ellipsoid_m2(on_earth), 2) == 24020.63
    assert round(float(mu(ellipsoid_m2(on_earth))), 2) == 36.03


@pytest.mark.parametrize(("south", "north", "east"), [(19.95, 19.951, 0.001), (0.0, 60.0, 10.0), (-30.0, 5.0, 1.0)])
def test_a_block_between_parallels_has_the_area_of_the_closed_formula(south, north, east):
    f = 1 / 298.257222101
    e2 = f * (2 - f)
    e = math.sqrt(e2)

    def from_equator(degrees):  # area per radian of longitude, the textbook integral
        s = math.sin(math.radians(degrees))
        return 6378137.0**2 * (1 - e2) / 2 * (s / (1 - e2 * s * s) + math.atanh(e * s) / e)

    expected = math.radians(east) * (from_equator(north) - from_equator(south))
    assert ellipsoid_m2(shapely.box(100.0, south, 100.0 + east, north)) == pytest.approx(expected, rel=1e-10)


@given(stars())
def test_any_parcel_agrees_with_geodesics_on_edges_of_two_metres(star):
    assert ellipsoid_m2(star) == pytest.approx(geodesics_on_short_edges(star), rel=3e-8)


def test_holes_are_deducted_and_parts_added_whatever_way_the_rings_run():
    yard = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 50, 50))
    both = shapely.MultiPolygon([yard, shapely.box(200, 0, 300, 100)])
    turned = shapely.MultiPolygon([shapely.Polygon(yard.exterior.coords[::-1], [r.coords for r in yard.interiors]),
                                   both.geoms[1]])
    for shape in (both, turned):
        assert ellipsoid_m2(place(shape)) == pytest.approx(geodesics_on_short_edges(place(shape)), rel=3e-8)
        assert geodesic_m2(place(shape)) == pytest.approx(geodesics_on_short_edges(place(shape)), rel=1e-6)
        assert plane_m2(shape) == 100 * 100 - 30 * 30 + 100 * 100


def test_an_array_is_measured_as_its_members_are_and_what_has_no_area_has_none():
    members = [land(0, 0, 10, 10), shapely.LineString([(0, 0), (1, 1)]), None, shapely.Polygon(),
               shapely.GeometryCollection([shapely.Point(0, 0), land(0, 0, 10, 10),
                                           shapely.MultiPolygon([land(30, 0, 10, 10)])])]
    one, line, missing, empty, mixed = ellipsoid_m2(np.array(members, dtype=object))
    assert one == ellipsoid_m2(members[0]) == pytest.approx(100, rel=1e-5)
    assert (line, missing, empty) == (0, 0, 0)
    assert mixed == pytest.approx(2 * one, rel=1e-9)
    assert len(ellipsoid_m2(np.empty(0, object))) == 0


@given(stars(), stars())
def test_the_area_inside_and_the_area_outside_another_shape_make_the_whole(one, other):
    inside, outside = ellipsoid_m2([shapely.intersection(one, other), shapely.difference(one, other)])
    assert inside + outside == pytest.approx(ellipsoid_m2(one), rel=1e-9)


def test_a_square_millimetre_keeps_its_digits():
    # The corners as doubles hold them, in exact steps of the last place.
    step = 2.0**-46
    tiny = shapely.box(110.0, 20.0, 110.0 + 600_000 * step, 20.0 + 600_000 * step)
    ten = shapely.box(110.0, 20.0, 110.0 + 6_000_000 * step, 20.0 + 600_000 * step)
    assert ellipsoid_m2(ten) == pytest.approx(10 * ellipsoid_m2(tiny), rel=1e-12)
    assert 0 < ellipsoid_m2(tiny) < 1e-5


def test_the_boundary_is_walked_with_its_holes():
    yard = place(shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 50, 50)))
    assert perimeter_m(yard) == pytest.approx(4 * 100 + 4 * 30, rel=1e-4)
    assert perimeter_m(shapely.box(110, 0, 111, 0)) == pytest.approx(2 * math.radians(1) * 6378137.0, rel=1e-9)


def test_local_metres_are_metres_and_come_back():
    shape = land(0, 0, 1000, 500)
    plane = local_metres(shape)
    flat = plane.metres(shape)
    assert flat.area == pytest.approx(500_000, rel=1e-4)
    assert plane.degrees(flat).equals_exact(shape, 1e-12)
