"""The datum-shift alarm: offsets of published size are measured, good layers stay unalarmed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from planner.formats.datum_alarm import alarm, bd09, gcj02, undone

HAIKOU = np.array([[110.18, 19.94]])
GEOD = Geod(ellps="WGS84")


def cadastre(count: int = 6, seed: int = 3) -> gpd.GeoDataFrame:
    """Uneven plots side by side, some 300 m each, near the published centre of a sub-park."""
    chance = np.random.default_rng(seed)
    xs = 110.18 + np.cumsum(chance.uniform(0.002, 0.004, count + 1))
    ys = 19.94 + np.cumsum(chance.uniform(0.002, 0.004, count + 1))
    shapes = [shapely.box(xs[i], ys[j], xs[i + 1], ys[j + 1]) for i in range(count) for j in range(count)]
    return gpd.GeoDataFrame({"id": range(len(shapes))}, geometry=shapes, crs="EPSG:4490")


def moved(frame: gpd.GeoDataFrame, way) -> gpd.GeoDataFrame:
    shapes = [shapely.transform(shape, way) for shape in frame.geometry]
    return gpd.GeoDataFrame({"id": frame["id"].tolist()}, geometry=shapes, crs="EPSG:4490")


def park(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": [1]}, geometry=[shapely.box(*frame.total_bounds).buffer(0.001)], crs="EPSG:4490")


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),  # eviltransform's own test values
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_the_offset_of_web_maps_is_the_published_one(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert gcj02(np.array([wgs]))[0] == pytest.approx(gcj, abs=1e-9)


@pytest.mark.parametrize(("offset", "metres", "least", "most"), [(gcj02, 503, 90, 135), (bd09, 1221, 45, 90)])
def test_at_haikou_the_offsets_have_their_known_length_and_direction(offset, metres, least, most) -> None:
    bearing, _, length = GEOD.inv(*HAIKOU[0], *offset(HAIKOU)[0])
    assert length == pytest.approx(metres, abs=1.0)
    assert least < bearing % 360 < most
    assert undone(offset(HAIKOU), offset) == pytest.approx(HAIKOU, abs=1e-10)


@pytest.mark.parametrize(("change", "offset", "metres"), [("GCJ-02", gcj02, 503), ("BD-09", bd09, 1221)])
def test_a_cadastre_from_a_web_map_is_found_out_and_its_offset_measured(change, offset, metres) -> None:
    known = cadastre()
    found = alarm(moved(known.iloc[::2], offset), known)
    assert found is not None
    assert (found.change, found.by, found.after) == (change, "lines", 1.0)
    assert found.before < 0.1
    assert found.offset_m == pytest.approx(metres, abs=15.0)
    said = str(found.text("parcels"))
    assert change in said
    assert f"{found.offset_m:,.0f} m" in said


def test_parcels_in_the_wrong_zone_are_found_out_against_a_park_alone() -> None:
    known = cadastre()
    to_plane = Transformer.from_crs("EPSG:4490", "EPSG:4546", always_xy=True)
    wrong = Transformer.from_crs("EPSG:4545", "EPSG:4490", always_xy=True)
    there = moved(known, lambda p: np.column_stack(wrong.transform(*to_plane.transform(p[:, 0], p[:, 1]))))
    found = alarm(there, park(known))
    assert found is not None
    assert (found.change, found.by) == ("zone", "ground")
    _, _, apart = GEOD.inv(*there.geometry[0].centroid.coords[0], *known.geometry[0].centroid.coords[0])
    assert found.offset_m == pytest.approx(apart, rel=0.001)


def test_swapped_axes_are_found_out_where_both_orders_are_possible() -> None:
    west = moved(cadastre(), lambda p: p - [110.18, 19.94] + [87.5, 43.8])
    found = alarm(moved(west, lambda p: p[:, ::-1]), west)
    assert found is not None and found.change == "axes"


@pytest.mark.parametrize("shift_m", [0.0, 1.0, 40.0, 503.0])
def test_good_layers_new_ground_and_shifts_of_another_kind_raise_no_alarm(shift_m: float) -> None:
    known = cadastre()
    # Due north: no web map moves land that way.
    there = moved(known, lambda p: p + [0.0, shift_m / 110_700.0])
    assert alarm(there, known) is None
    assert alarm(there, park(known)) is None
    elsewhere = moved(known, lambda p: p + [0.5, 0.3])
    assert alarm(elsewhere, known) is None


def test_other_parcels_inside_the_park_raise_no_alarm() -> None:
    known, others = cadastre(), cadastre(seed=11)
    assert alarm(others, park(known)) is None
    assert alarm(others, known) is None
    assert alarm(others.iloc[:0], known) is None
