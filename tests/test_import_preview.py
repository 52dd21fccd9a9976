"""Before a layer is stored a person sees what it is; the file itself stays in the workspace as it came."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner.desk.desk import Desk
from planner.desk.originals import one_file
from planner.formats.write_parcels import write_parcels

X, Y = 37_414_154.659, 2_205_933.526
SQUARE = shapely.box(X, Y, X + 100, Y + 100)
SURVEY = gpd.GeoDataFrame(
    {
        "BSM": ["460106001", "460106002"],
        "DLBM": ["0101", "0103"],
        "DLMC": ["水田", "旱地"],
        "TBMJ": [9_998.2, 5_000.0],
        "KCXS": [0.1, None],
        "GDPDJB": ["1", "2"],
    },
    geometry=[SQUARE, shapely.box(X + 100, Y, X + 200, Y + 100)],
    crs="EPSG:4525",
)


@pytest.fixture
def run(run_there):
    """Runs a command in a folder with a workspace, in English."""
    return lambda words: run_there(words, "--lang", "en")


def written(path: Path, frame: gpd.GeoDataFrame, kind: str) -> Path:
    write_parcels(path, frame, kind, on=date(2026, 1, 1))
    return path


def test_a_dry_run_says_what_every_column_is_and_which_field_it_fills_and_writes_nothing(run, tmp_path):
    written(tmp_path / "survey.zip", SURVEY, "shapefile")
    before = (tmp_path / "w.gpkg").read_bytes()
    status, found = run("import survey.zip --role land_survey --dry-run")
    assert (status, found["status"], found["stored"], found["read"]) == (0, "accept", 0, 2)
    seen = found["preview"]
    columns = {row["column"]: (row["field"], row["offered"], row["filled"]) for row in seen["columns"]}
    assert columns == {
        "BSM": (None, "id", 2),
        "DLBM": ("code", None, 2),
        "DLMC": ("name", None, 2),
        "TBMJ": (None, None, 2),
        "KCXS": ("ridge_share", None, 1),
        "GDPDJB": (None, None, 2),
    }
    assert next(row["meaning"] for row in seen["columns"] if row["column"] == "BSM") == "identifier of the patch"
    assert (found["crs"], seen["crs_why"]) == ("EPSG:4525", "the file names it")
    assert (found["encoding"], seen["encoding_from"]) == ("utf-8", "mark")
    assert seen["total_m2"] == pytest.approx(20_000 * (24_020.63 / 24_025.0), rel=1e-6)  # as at this place, see domain
    assert seen["coverage_m2"] == pytest.approx(seen["total_m2"])
    assert (tmp_path / "w.gpkg").read_bytes() == before


def test_a_slope_grade_is_not_taken_for_a_quality_grade_and_a_stated_area_is_held_against_the_shape(run, tmp_path):
    written(tmp_path / "survey.zip", SURVEY, "shapefile")
    notes = " ".join(run("import survey.zip --role land_survey --dry-run")[1]["notes"])
    assert "slope grade" in notes
    assert re.search(r"1 of 2 stated areas .* 5,000.00 m2 stated, 9,998.\d\d m2 measured", notes)
    graded = run("import survey.zip --role land_survey --dry-run --map grade=GDPDJB")[1]
    assert "slope grade" not in " ".join(graded["notes"])
    assert {row["column"]: row["field"] for row in graded["preview"]["columns"]}["GDPDJB"] == "grade"


@pytest.mark.parametrize(
    ("kind", "file", "crs_why", "encoding_from"),
    [
        ("txt", "a.txt", "by its header and the digits of its coordinates", "guess"),
        ("geojson", "a.geojson", "the rule of the format where the file names none", "content"),
        ("points-csv", "a.csv", "by its header and the digits of its coordinates", "mark"),
        ("points-xlsx", "a.xlsx", "by its header and the digits of its coordinates", "format"),
        ("kml", "a.kml", "the file names it", "content"),
        ("dxf-gbk", "a.dxf", "the file names it", "mark"),
    ],
)
def test_a_preview_says_who_named_the_system_and_the_encoding(run, tmp_path, kind, file, crs_why, encoding_from):
    written(tmp_path / file, SURVEY.assign(name="南沙区粮田"), kind)
    status, found = run(f"import {file} --role parcels --dry-run")
    assert (status, found["preview"]["crs_why"], found["preview"]["encoding_from"]) == (0, crs_why, encoding_from)


def test_what_the_person_states_is_said_to_be_stated(run, tmp_path):
    written(tmp_path / "a.geojson", SURVEY, "geojson")
    seen = run("import a.geojson --role parcels --dry-run --crs EPSG:4490 --encoding utf-8")[1]["preview"]
    assert (seen["crs_why"], seen["encoding_from"]) == ("as you stated it", "option")


def test_the_file_is_kept_as_it_came_and_handed_out_again(run, tmp_path):
    path = written(tmp_path / "调查.zip", SURVEY, "shapefile")
    data = path.read_bytes()
    assert run("originals")[1] == []
    assert run("import 调查.zip --role land_survey --name survey")[0] == 0
    (row,) = run("originals")[1]
    assert (row["file"], row["layers"], row["bytes"]) == ("调查.zip", ["survey"], len(data))
    assert row["sha256"] == sha256(data).hexdigest()
    path.unlink()
    status, found = run("originals survey --out back.zip")
    assert (status, (tmp_path / "back.zip").read_bytes()) == (0, data)
    assert run("originals survey --out back.zip")[1]["error"]["code"] == "E_USAGE"
    assert run("originals parcels --out x")[1]["error"]["code"] == "E_FILE"
    assert run("originals nothing --out x")[1]["error"]["code"] == "E_LAYER_MISSING"


def test_the_same_file_taken_in_twice_is_kept_once_and_an_unpacked_shapefile_with_all_its_parts(run, tmp_path):
    SURVEY.to_file(tmp_path / "loose.shp", encoding="utf-8")
    assert run("import loose.shp --role land_survey --name one")[0] == 0
    assert run("import loose.shp --role context --name two")[0] == 0
    rows = run("originals")[1]
    assert {row["file"] for row in rows} == {f"loose.{end}" for end in ("shp", "shx", "dbf", "prj", "cpg")}
    assert len(rows) == 5
    run("originals two --out parts")
    parts = tmp_path / "parts"
    assert all((parts / row["file"]).read_bytes() == (tmp_path / row["file"]).read_bytes() for row in rows)
    desk = Desk.open(str(tmp_path / "w.gpkg"))
    with zipfile.ZipFile(io.BytesIO(one_file(desk.store, "one"))) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            row["file"]: (tmp_path / row["file"]).read_bytes() for row in rows}
    desk.close()


def test_the_same_file_with_its_axes_swapped_is_another_request(run, tmp_path):
    written(tmp_path / "a.geojson", SURVEY, "geojson")
    refused = run("import a.geojson --role land_survey --crs EPSG:4490 --swap-axes")
    assert refused[0] == 2  # latitude 110
    assert run("import a.geojson --role land_survey --crs EPSG:4490")[1]["stored"] == 2
    assert run("import a.geojson --role land_survey --crs EPSG:4490 --swap-axes")[0] == 2


def test_a_repair_that_is_not_accepted_leaves_neither_layer_nor_file(run, tmp_path):
    bow = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    written(tmp_path / "bow.geojson", gpd.GeoDataFrame({"id": ["b"]}, geometry=[bow], crs="EPSG:4525"), "geojson")
    status, found = run("import bow.geojson --role parcels")
    assert (status, found["status"], found["repaired"][0]["what"]) == (0, "repair", "R_GEOMETRY")
    assert run("originals")[1] == []
    assert run("import bow.geojson --role parcels --accept-repairs")[1]["stored"] == 1
    assert [row["file"] for row in run("originals")[1]] == ["bow.geojson"]


def test_tables_of_quotas_and_projects_are_kept_as_files_too(run, tmp_path):
    (tmp_path / "quotas.csv").write_text("quota_type,year,amount,unit\nenergy_cap,2026,10,tce\n", "utf-8")
    (tmp_path / "projects.csv").write_text("id,name,start\np-1,药厂,2026\n", "utf-8")
    assert run("import quotas.csv --role quotas")[0] == 0
    assert run("import projects.csv --role projects")[0] == 0
    assert [row["file"] for row in run("originals")[1]] == ["quotas.csv", "projects.csv"]
