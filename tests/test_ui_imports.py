"""The import page as a script: a file is looked at, what is open is asked, and nothing is stored unconfirmed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from planner.desk.desk import Desk
from planner.desk.workspace import begin
from planner.formats.datum_alarm import gcj02
from planner.formats.write_parcels import ENDINGS, write_parcels
from planner.land.parcel import EVERYWHERE, Layer
from planner.ui.intake import Upload

X, Y = 37_418_000.0, 2_206_000.0
SHAPES = [shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 100, Y, X + 200, Y + 100)]
SURVEY = gpd.GeoDataFrame(
    {"BSM": ["1", "2"], "DLBM": ["0101", "0103"], "DLMC": ["水田", "旱地"]}, geometry=SHAPES, crs="EPSG:4525"
)
BOW = shapely.Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])


def script(upload):
    from planner.ui.pages import imports

    imports.taken = lambda: upload
    imports.show()


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Opens the page on a workspace of one park with a file dropped on it: (app, workspace)."""
    address = str(tmp_path / "workspace.gpkg")
    monkeypatch.setenv("PLANNER_WORKSPACE", address)
    begin(address, energy_basis="calorific").close()

    def dropped(frame: gpd.GeoDataFrame, kind: str, strip: str = "") -> tuple[AppTest, str]:
        path = tmp_path / f"land{ENDINGS[kind]}"
        write_parcels(path, frame, kind, on=date(2026, 1, 1))
        data = path.read_bytes().replace(strip.encode(), b'"was"') if strip else path.read_bytes()
        upload = Upload(path.name, data, kind)
        return AppTest.from_function(script, kwargs={"upload": upload}, default_timeout=60).run(), address

    return dropped


def errors(app: AppTest) -> str:
    return " ".join(one.value for one in app.error)


def named(app: AppTest, actor: str = "Li") -> AppTest:
    return app.text_input(key="import-actor").set_value(actor).run()


def test_a_survey_is_stored_when_it_is_confirmed_with_the_columns_that_were_suggested(page) -> None:
    app, address = page(SURVEY, "shapefile")
    app.selectbox(key="import-role-shapefile").set_value("land_survey").run()
    app.selectbox(key="import-system-shapefile-land_survey").set_value("GBT21010-2017").run()
    assert app.button(key="import-go").disabled  # nobody has said who confirms it
    named(app)
    app.button(key="import-go").click().run()
    assert "2 个图形中 2 个已存为“land”" in app.success[0].value
    desk = Desk.open(address)
    frame = desk.layer("land").frame
    assert (list(frame["id"]), list(frame["code"])) == (["1", "2"], ["0101", "0103"])
    assert set(frame["code_system"]) == {"GBT21010-2017"}
    assert [row["name"] for row in desk.store.rows("originals")] == ["land.zip"]
    desk.close()


def test_before_a_file_is_dropped_the_page_lists_what_the_workspace_holds(page) -> None:
    app, _ = page(SURVEY, "shapefile")
    app.selectbox(key="import-role-shapefile").set_value("land_survey").run()
    app.selectbox(key="import-system-shapefile-land_survey").set_value("GBT21010-2017").run()
    named(app, "李工").button(key="import-go").click().run()
    empty = AppTest.from_function(script, kwargs={"upload": None}, default_timeout=60).run()
    rows = empty.dataframe[0].value.to_dict("records")
    (row,) = (one for one in rows if one["图层"] == "land")
    assert (row["图层"], row["文件内容"], row["图斑"], row["版本"]) == ("land", "现状地类", 2, 1)
    assert (row["文件"], row["导入人"], row["数据时点"]) == ("land.zip", "李工", "未知")
    assert row["覆盖面积，公顷"] == pytest.approx(2.0, rel=1e-3)  # two squares of 100 m: 2 ha in the plane


def test_a_file_without_a_system_waits_until_the_proposal_is_confirmed(page) -> None:
    app, _ = page(SURVEY, "topojson", strip='"crs"')
    assert "EPSG:4490" in errors(app) and not app.markdown
    app.button(key="import-proposal").click().run()
    assert errors(app) == ""
    assert any("按您的指定" in one.value for one in app.get("html"))


def test_repairs_are_stored_only_when_they_are_accepted(page) -> None:
    app, address = page(gpd.GeoDataFrame({"id": ["b"]}, geometry=[BOW], crs="EPSG:4525"), "geojson")
    app.selectbox(key="import-role-geojson").set_value("parcels").run()
    named(app)
    assert app.button(key="import-go").disabled
    app.checkbox(key="import-repairs-geojson-parcels").check().run()
    app.button(key="import-go").click().run()
    assert app.success
    assert "land" in [info.name for info in Desk.open(address).layers()]


def test_a_layer_that_lies_off_by_a_web_maps_offset_is_reported_before_it_is_stored(page, tmp_path) -> None:
    steps = [0.002, 0.0051, 0.0079, 0.0112, 0.0138]
    plots = [
        shapely.box(110.18 + west, 19.94 + south, 110.18 + east, 19.94 + north)
        for west, east in zip(steps, steps[1:], strict=False)
        for south, north in zip(steps, steps[1:], strict=False)
    ]
    frame = gpd.GeoDataFrame({"id": [str(n) for n in range(len(plots))]}, geometry=plots, crs="EPSG:4490")
    shifted = frame.set_geometry([shapely.transform(plot, gcj02) for plot in plots])
    app, address = page(shifted, "geojson")
    desk = Desk.open(address)
    with desk.store.turn() as turn:
        turn.keep_layer(Layer("parcels", "cadastre", frame, None, "", EVERYWHERE), sha256="")
    desk.close()
    app.selectbox(key="import-role-geojson").set_value("zoning").run()
    assert "GCJ-02" in errors(app)


def test_two_columns_for_one_field_are_refused_and_a_table_of_quotas_shows_its_rows(page, tmp_path) -> None:
    app, _ = page(SURVEY, "geojson")
    app.selectbox(key="import-role-geojson").set_value("quotas").run()
    assert errors(app) != "" and not [b for b in app.button if b.key == "import-go"]
    table = b"quota_type,year,amount,unit\nenergy_cap,2026,10,tce\n"
    app = AppTest.from_function(script, kwargs={"upload": Upload("q.csv", table, "q")}, default_timeout=60).run()
    app.selectbox(key="import-role-q").set_value("quotas").run()
    assert (errors(app), len(app.dataframe[0].value)) == ("", 1)
