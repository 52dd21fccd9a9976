"""`planner screen`: many parcels over many patches, from file to file."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from planner.land.geodesy import ellipsoid_m2
from planner.land.kernel.pack import RowClass, pack
from planner.land.kernel.takes import looked_over
from planner.land.screen import NO_CLASS
from planner.land.screen import screen as shares_of
from tests.drawn_land import land


@pytest.fixture
def run(run):
    """Runs `screen` in an empty folder; gives its exit status and its one document."""
    return partial(run, "screen")


def parcels(path="parcels.geojson", **columns):
    shapes = [land(0, 0, 100, 100), land(200, 0, 50, 50), land(900, 0, 10, 10)]
    frame = gpd.GeoDataFrame({"id": ["A", "B", "C"]} | columns, geometry=shapes, crs="EPSG:4490")
    frame.to_file(path) if path.endswith("json") else frame.to_parquet(path)
    return path


def patches(path="patches.geojson", **columns):
    shapes = [land(0, 0, 60, 100), land(60, 0, 20, 100), land(190, -10, 80, 80)]
    frame = gpd.GeoDataFrame({"dlbm": ["0101", "0602", "0101"]} | columns, geometry=shapes, crs="EPSG:4490")
    frame.to_file(path) if path.endswith("json") else frame.to_parquet(path)
    return path


# Of the drawing: 60, 20 and 20 of A's 100 m, the whole of B, nothing of C.
ROWS = [("A", "0101", 6000), ("A", "0602", 2000), ("A", None, 2000), ("B", "0101", 2500), ("C", None, 100)]


def as_rows(frame):
    return [(p, None if pd.isna(c) else c, m2) for p, c, m2 in frame[["parcel", "dlbm", "m2"]].itertuples(index=False)]


@pytest.mark.parametrize(("out", "read"), [
    ("out.csv", lambda p: pd.read_csv(p, dtype={"dlbm": str})), ("out.parquet", pd.read_parquet),
    ("out.geoparquet", gpd.read_parquet),
])
def test_each_parcel_has_a_row_a_class_and_one_for_what_no_patch_covers(run, tmp_path, out, read):
    status, said = run(parcels(), patches(), "--by", "dlbm", "--out", out)
    assert status == 0
    table = read(tmp_path / out)
    assert list(table.columns)[:3] == ["parcel", "dlbm", "m2"]
    for row, (parcel, code, m2) in zip(as_rows(table), ROWS, strict=True):
        assert row == (parcel, code, pytest.approx(m2, rel=1e-3))
    whole = ellipsoid_m2(np.array([land(0, 0, 100, 100), land(200, 0, 50, 50), land(900, 0, 10, 10)])).sum()
    assert said == {"parcels": 3, "patches": 3, "rows": 5, "total_m2": pytest.approx(whole, rel=1e-9)}
    assert table["m2"].sum() == pytest.approx(said["total_m2"], rel=1e-12)


def test_geoparquet_keeps_the_shape_of_the_parcel(run, tmp_path):
    run(parcels(), patches(), "--by", "dlbm", "--out", "out.geoparquet")
    found = gpd.read_parquet(tmp_path / "out.geoparquet")
    assert found.crs == "EPSG:4490" and found.geometry.iloc[0].equals_exact(land(0, 0, 100, 100), 1e-9)


def test_parcels_are_named_by_a_column(run, tmp_path):
    status, _ = run(parcels(no=["甲", "乙", "丙"]), patches(), "--by", "dlbm", "--id", "no", "--out", "out.csv")
    assert status == 0
    assert pd.read_csv(tmp_path / "out.csv")["parcel"].tolist() == ["甲", "甲", "甲", "乙", "丙"]


def test_classes_that_are_numbers_stay_whole_numbers(run, tmp_path):
    run(parcels("p.parquet"), patches("q.parquet", grade=[5, 6, 5]), "--by", "grade", "--out", "out.parquet")
    found = pd.read_parquet(tmp_path / "out.parquet")["grade"]
    assert found.dtype == "Int64" and found.tolist()[:2] == [5, 6] and found.isna().sum() == 2


@pytest.mark.parametrize(("given", "words", "code"), [
    ({}, ["--by", "nothing", "--out", "out.csv"], "E_COLUMN"),
    ({}, ["--by", "dlbm", "--id", "nothing", "--out", "out.csv"], "E_COLUMN"),
    ({}, ["--by", "dlbm", "--out", "out.xlsx"], "E_USAGE"),
    ({}, ["--by", "m2", "--out", "out.csv"], "E_USAGE"),
    ({}, ["--by", "dlbm", "--out", "nowhere/out.csv"], "E_USAGE"),
    ({"no": ["1", "1", "2"]}, ["--by", "dlbm", "--id", "no", "--out", "out.csv"], "E_DUPLICATE_ID"),
    ({"no": ["1", None, "2"]}, ["--by", "dlbm", "--id", "no", "--out", "out.csv"], "E_VALUE"),
])
def test_a_call_that_does_not_fit_is_refused_and_nothing_is_written(run, tmp_path, given, words, code):
    status, said = run(parcels(**given), patches(), *words)
    assert (status, said["error"]["code"]) == (2, code)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parcels.geojson", "patches.geojson"]


def test_patches_without_a_class_are_no_bare_land(run):
    status, said = run(parcels(), patches(dlbm=["0101", None, "0101"]), "--by", "dlbm", "--out", "out.csv")
    assert (status, said["error"]["code"], said["error"]["where"]["column"]) == (2, "E_VALUE", "dlbm")


def test_a_patch_that_needs_a_repair_refuses_the_file(run, tmp_path):
    bow = shapely.Polygon([(110.2, 19.95), (110.21, 19.96), (110.21, 19.95), (110.2, 19.96)])
    gpd.GeoDataFrame({"dlbm": ["0101"]}, geometry=[bow], crs="EPSG:4490").to_file(tmp_path / "bow.geojson")
    status, said = run(parcels(), "bow.geojson", "--by", "dlbm", "--out", "out.csv")
    assert (status, said["error"]["code"]) == (2, "E_GEOM_INVALID")
    assert not (tmp_path / "out.csv").exists()


def test_words_that_a_spreadsheet_would_run_are_tamed_in_csv(run, tmp_path):
    run(parcels(), patches(dlbm=["=1+1", "0602", "@x"]), "--by", "dlbm", "--out", "out.csv")
    assert {"'=1+1", "'@x"} <= set(pd.read_csv(tmp_path / "out.csv")["dlbm"].dropna())


# ---------------------------------------------------------------- the thinking
def test_land_under_two_patches_counts_in_both_classes_and_leaves_the_rest_bare():
    half = land(0, 0, 50, 100)
    packed = looked_over(pack([half, half], [0, 1], [RowClass(None, "a", None, None), RowClass(None, "b", None, None)]))
    found = shares_of(packed, np.array([land(0, 0, 100, 100)]))
    assert found.code.tolist() == [0, 1, NO_CLASS]
    assert found.m2 == pytest.approx([5000] * 3, rel=1e-3)


def test_thousands_of_classes_are_taken_in_pieces():
    cells = [land(5 * (i % 60), 5 * (i // 60), 5, 5) for i in range(3600)]
    packed = looked_over(pack(cells, range(3600), [RowClass(None, str(i), None, None) for i in range(3600)]))
    plots = np.array([land(k % 40 * 5, k // 40 * 5, 10, 10) for k in range(1600)])
    found = shares_of(packed, plots)
    assert len(found.m2) == 6400 and found.parcel.tolist() == sorted(found.parcel.tolist())
    assert found.m2 == pytest.approx([25.0] * 6400, rel=1e-3)
