"""Which systems are taken, which refused, and that no edge moves on the way."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from planner.formats import crs
from planner.formats.errors import CrsConflict, CrsRefused
from planner.land.geodesy import GEOD, ellipsoid_m2

ESRI_XIAN = CRS("EPSG:2362").to_wkt("WKT1_ESRI")
ESRI_CGCS = CRS("EPSG:4525").to_wkt("WKT1_ESRI")
KRASSOWSKY = (
    'PROJCS["x",GEOGCS["x",DATUM["Not_specified_based_on_Krassowsky_1940_ellipsoid",SPHEROID["Krassowsky_1940",6378245,298.3]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["Central_Meridian",111],'
    'PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],PARAMETER["Scale_Factor",1],PARAMETER["Latitude_Of_Origin",0],'
    'UNIT["Meter",1]]'
)


@pytest.mark.parametrize(
    "text",
    [
        "EPSG:4214",
        "EPSG:4610",
        "EPSG:2421",
        "EPSG:2362",
        "EPSG:4555",
        ESRI_XIAN,
        KRASSOWSKY,
        'LOCAL_CS["Haikou city",UNIT["metre",1]]',
        "EPSG:4978",
        "EPSG:5737",
        "EPSG:999999",
        "somewhere",
    ],
)
def test_old_local_and_unknown_systems_are_refused(text: str) -> None:
    with pytest.raises(CrsRefused):
        crs.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("EPSG:4490", "EPSG:4490"),
        ("epsg:4525", "EPSG:4525"),
        (ESRI_CGCS, "EPSG:4525"),
        ("EPSG:28992", "EPSG:28992"),
        (CRS("EPSG:4490").to_wkt("WKT1_ESRI"), "EPSG:4490"),
        ("urn:ogc:def:crs:EPSG::4547", "EPSG:4547"),
    ],
)
def test_good_systems_are_called_by_their_register_number(text: str, said: str) -> None:
    assert crs.label(crs.parse(text)) == said


def test_file_and_person_may_agree_in_words_but_not_differ_in_numbers() -> None:
    assert crs.stated("EPSG:4326", "EPSG:4490")[1] == "file"
    assert crs.stated(ESRI_CGCS, "EPSG:4525")[1] == "file"
    assert crs.stated(None, "EPSG:4525")[1] == "option"
    with pytest.raises(CrsConflict):
        crs.stated("EPSG:4525", "EPSG:4526")


@pytest.mark.parametrize(
    ("zone", "degrees", "prefixed", "name"),
    [
        (37, 3, True, "CGCS2000 / 3-degree Gauss-Kruger zone 37"),
        (37, 3, False, "CGCS2000 / 3-degree Gauss-Kruger CM 111E"),
        (25, 3, True, "CGCS2000 / 3-degree Gauss-Kruger zone 25"),
        (45, 3, False, "CGCS2000 / 3-degree Gauss-Kruger CM 135E"),
        (19, 6, True, "CGCS2000 / Gauss-Kruger zone 19"),
        (19, 6, False, "CGCS2000 / Gauss-Kruger CM 111E"),
    ],
)
def test_zones_have_the_names_of_the_register(zone: int, degrees: int, prefixed: bool, name: str) -> None:
    assert CRS(crs.gauss_kruger(zone, degrees, prefixed=prefixed)).name == name


@pytest.mark.parametrize("zone", [12, 24, 46])
def test_a_zone_outside_china_is_refused(zone: int) -> None:
    with pytest.raises(CrsRefused):
        crs.gauss_kruger(zone, 3, prefixed=True)


@cache
def transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


@given(
    st.floats(0.1, 3000.0), st.floats(0.0, 360.0), st.sampled_from(["EPSG:4525", "EPSG:4546", "EPSG:4497", "EPSG:3857"])
)
def test_no_edge_moves_by_more_than_a_micrometre(length: float, bearing: float, code: str) -> None:
    system = CRS(code)
    to = transformer(code, "EPSG:4490")
    start = np.array(transformer("EPSG:4490", code).transform(110.18, 19.94))
    step = length * np.array([np.sin(np.radians(bearing)), np.cos(np.radians(bearing))])
    triangle = shapely.Polygon([start, start + step, start + step[::-1] * (1.0, -1.0)])
    points = shapely.get_coordinates(crs.densified(np.array([triangle]), system))
    inner = points[: np.flatnonzero((np.abs(points - (start + step)) < 1e-6).all(axis=1))[0] + 1]
    lonlat = np.column_stack(to.transform(inner[:, 0], inner[:, 1]))
    middles = np.column_stack(to.transform(*((inner[1:] + inner[:-1]) / 2).T))
    straight = (lonlat[1:] + lonlat[:-1]) / 2
    _, _, off = GEOD.inv(middles[:, 0], middles[:, 1], straight[:, 0], straight[:, 1])
    assert np.max(off) <= 1.0e-6 + 2e-9  # the second figure is what doubles of degrees can show


def test_a_projected_area_agrees_with_geodesic_edges_cut_at_two_metres() -> None:
    square = shapely.box(37414154.659, 2205933.526, 37414309.659, 2206088.526)
    ours = float(ellipsoid_m2(crs.to_lonlat(np.array([square]), CRS("EPSG:4525")))[0])
    cut = shapely.get_coordinates(shapely.segmentize(square, 2.0))
    to = Transformer.from_crs("EPSG:4525", "EPSG:4490", always_xy=True)
    reference = abs(GEOD.polygon_area_perimeter(*to.transform(cut[:, 0], cut[:, 1]))[0])
    assert ours == pytest.approx(reference, rel=3e-8)


def test_corners_holes_and_parts_stay_and_degrees_are_not_touched() -> None:
    hole = shapely.box(37414200.0, 2205950.0, 37414210.0, 2205960.0)
    first = shapely.box(37414154.659, 2205933.526, 37414309.659, 2206088.526).difference(hole)
    both = np.array([first, shapely.MultiPolygon([first, shapely.box(37415000.0, 2205933.0, 37415100.0, 2206033.0)])])
    cut = crs.densified(both, "EPSG:4525")
    assert shapely.get_type_id(cut).tolist() == [3, 6]
    assert shapely.area(cut) == pytest.approx(shapely.area(both), rel=1e-15)
    for before, after in zip(both, cut, strict=True):
        corners = set(map(tuple, shapely.get_coordinates(before)))
        assert corners <= set(map(tuple, shapely.get_coordinates(after)))
    degrees = np.array([shapely.box(110.0, 20.0, 111.0, 21.0)])
    assert crs.densified(degrees, "EPSG:4490")[0] is degrees[0]
