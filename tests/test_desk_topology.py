"""`planner topology`: the faults of a file or a layer as JSON, and as tables that a spreadsheet may open."""

from __future__ import annotations

import csv
import json
from functools import partial

import openpyxl
import pytest

from planner.formats.write import write_geojson
from planner.store.open import open_store
from tests.drawn_land import land, layer


@pytest.fixture
def run(run, tmp_path):
    squares = {"=1+1": land(0, 0, 100, 100), "B": land(90, 0, 100, 100), "C": land(500, 0, 0.2, 100)}
    write_geojson(tmp_path / "f.geojson", [({"id": id_}, shape) for id_, shape in squares.items()])
    return partial(run, "topology")


def test_the_faults_of_a_file_are_counted_and_listed(run):
    status, found = run("f.geojson")
    assert status == 0 and found["features"] == 3
    assert found["counts"] == {"overlap": 1, "duplicate": 0, "gap": 0, "sliver": 1}
    overlap = found["faults"][0]
    assert overlap["features"] == ["=1+1", "B"] and overlap["area_m2"] == pytest.approx(1000, rel=1e-3)
    west, south, east, north = land(90, 0, 10, 100).bounds
    assert west < overlap["lon"] < east and south < overlap["lat"] < north


def test_a_layer_of_the_workspace_is_named(run, tmp_path):
    store = open_store(str(tmp_path / "w.gpkg"), create=True)
    with store.turn() as turn:
        turn.keep_layer(layer("zoning", land(0, 0, 100, 100), land(0, 0, 100, 100), name="plan"), sha256="")
    store.close()
    status, found = run("--layer", "plan", "--workspace", "w.gpkg")
    assert status == 0 and found["counts"]["duplicate"] == 1
    assert run("--layer", "other", "--workspace", "w.gpkg")[1]["error"]["code"] == "E_LAYER_MISSING"
    assert run()[1]["error"]["code"] == "E_USAGE"


def test_tables_hold_no_live_formula_and_shapes_open_again(run, tmp_path):
    run("f.geojson", "--out", "t.csv")
    rows = list(csv.DictReader((tmp_path / "t.csv").open(encoding="utf-8")))
    assert rows[0]["kind"] == "overlap" and rows[0]["features"] == "'=1+1, B"
    run("f.geojson", "--out", "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet["B2"].value == "=1+1, B" and sheet["B2"].data_type == "s"
    run("f.geojson", "--out", "t.geojson")
    kinds = [one["properties"]["kind"] for one in json.loads((tmp_path / "t.geojson").read_text("utf-8"))["features"]]
    assert kinds == ["overlap", "sliver"]
    status, refused = run("f.geojson", "--out", "t.doc")
    assert (status, refused["error"]["code"]) == (2, "E_USAGE") and not (tmp_path / "t.doc").exists()
