"""Parcels through the command line: out as TXT, DXF and shapefile, in with the alarm for a shifted datum."""

from __future__ import annotations

import re
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.formats import read
from planner.formats.datum_alarm import gcj02
from planner.formats.write_parcels import ENDINGS, write_parcels

X, Y = 37414154.659, 2205933.526
LAND = gpd.GeoDataFrame(
    {"id": ["A", "B"], "name": ["药谷一期", "南沙区粮田"], "code": ["0601", "0101"]},
    geometry=[shapely.box(X, Y, X + 155, Y + 155), shapely.box(X + 155, Y, X + 300, Y + 155)],
    crs="EPSG:4525",
)
# Metres of offset at Haikou, as published for the web maps' datum.
GCJ_OFFSET_M = 503


def test_a_parcel_of_a_file_and_all_of_a_workspace_go_out_and_come_back(run, tmp_path):
    write_parcels(tmp_path / "land.geojson", LAND, "geojson", on=date(2026, 1, 1))
    run("init --workspace w.gpkg")
    assert run("import land.geojson --role parcels --workspace w.gpkg")[0] == 0
    one, every = (" --parcel land.geojson --id A", ["A"]), ("", ["A", "B"])
    for kind, (words, ids) in (("txt", one), *((kind, every) for kind in ENDINGS)):
        out = f"out{ENDINGS[kind]}"
        status, made = run(f"export {kind} --out {out} --workspace w.gpkg{words}")
        assert (status, made["kind"]) == (0, kind)
        found = read(tmp_path / out)
        wanted = LAND[LAND["id"].isin(ids)]
        assert sorted(found.ids) == ids
        assert sorted(found.source["name"]) == sorted(wanted["name"])
        plane = found.source.to_crs("EPSG:4525").set_axis(list(found.ids)).loc[ids].geometry
        assert shapely.hausdorff_distance(plane.values, wanted.geometry.values).max() < 0.001


def test_an_ending_of_another_kind_and_an_empty_workspace_are_wrong_calls(run, tmp_path):
    run("init --workspace w.gpkg")
    assert run("export txt --out out.dxf --workspace w.gpkg")[1]["error"]["code"] == "E_USAGE"
    assert run("export txt --out out.txt --workspace w.gpkg")[1]["error"]["code"] == "E_LAYER_MISSING"
    (tmp_path / "none.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    status, found = run("export txt --out out.txt --parcel none.geojson --workspace w.gpkg")
    assert (status, found["error"]["code"]) == (2, "E_FEATURE_MISSING")
    assert not (tmp_path / "out.txt").exists()


def test_an_export_never_takes_the_place_of_the_workspace(run, tmp_path):
    write_parcels(tmp_path / "land.geojson", LAND, "geojson", on=date(2026, 1, 1))
    run("init --workspace w.gpkg")
    before = (tmp_path / "w.gpkg").read_bytes()
    status, found = run("export geopackage --out ./w.gpkg --parcel land.geojson --id A --workspace w.gpkg")
    assert (status, found["error"]["code"]) == (2, "E_USAGE")
    assert (tmp_path / "w.gpkg").read_bytes() == before


def test_a_layer_from_a_web_map_is_reported_with_its_offset_before_it_is_stored(run, tmp_path):
    steps = np.cumsum(np.random.default_rng(5).uniform(0.002, 0.004, 8))
    plots = [
        shapely.box(110.18 + west, 19.94 + south, 110.18 + east, 19.94 + north)
        for west, east in zip(steps, steps[1:], strict=False)
        for south, north in zip(steps, steps[1:], strict=False)
    ]
    known = gpd.GeoDataFrame({"id": [str(n) for n in range(len(plots))]}, geometry=plots, crs="EPSG:4490")
    known.to_file(tmp_path / "known.geojson")
    known.set_geometry([shapely.transform(plot, gcj02) for plot in plots]).to_file(tmp_path / "web.geojson")
    run("init --workspace w.gpkg")
    assert "off towards" not in str(run("import known.geojson --role parcels --workspace w.gpkg --lang en")[1])
    status, found = run("import web.geojson --role zoning --map code==0601 --dry-run --workspace w.gpkg --lang en")
    assert (status, found["stored"]) == (0, 0)
    offset = re.search(r"([\d.]+) m off towards .* GCJ-02", found["notes"][0])
    assert offset is not None and float(offset[1]) == pytest.approx(GCJ_OFFSET_M, abs=15)
