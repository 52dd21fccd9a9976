"""The app without a browser: drafts, tables, and the pages run as scripts."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from planner.desk.booking import Movement, move_all
from planner.desk.workspace import begin
from planner.energy.project import Project, project_from
from planner.errors import ScenarioError
from planner.formats.drawing import parcel_from_drawing
from planner.land.parcel import EVERYWHERE, Layer, Parcel
from planner.ui import drafts
from planner.ui.edit_map import Edits, read_message
from planner.ui.exports import csv_bytes, xlsx_bytes
from planner.ui.look import table
from planner.ui.projects import changed, differences, frame_of
from planner.ui.queue_state import QueueState, edited, shift

ROOT = Path(__file__).resolve().parents[1]
A = [[110.2, 20.0], [110.201, 20.0], [110.201, 20.001], [110.2, 20.001], [110.2, 20.0]]
BOWTIE = [[110.2, 20.0], [110.201, 20.001], [110.201, 20.0], [110.2, 20.001], [110.2, 20.0]]


def told(
    turn: int, why: str, drawings: dict[str, list[list[float]]], active: str | None, picked: int | None = None
) -> Edits:
    shapes = {token: {"type": "Polygon", "coordinates": [ring]} for token, ring in drawings.items()}
    return Edits(turn, why, active, shapes, picked, None, frozenset())


def take(state: drafts.MapState, edits: Edits) -> None:
    drafts.take(
        state,
        edits,
        parcel_ids={"new-01"},
        row_ids=["B0610-1"],
        new_name=lambda n: f"new-{n:02}",
        to_parcel=lambda feature, id_, name: parcel_from_drawing(feature, id=id_, name=name),
    )


def test_a_drawing_becomes_a_draft_with_the_first_free_name() -> None:
    state = drafts.MapState()
    take(state, told(1, "drawn", {"t": A}, "t"))
    assert state.draft is not None and state.draft.id == "new-02"
    assert state.draft.parcel is not None and state.draft.parcel.shape.equals(shapely.Polygon(A))


def test_a_message_heard_before_changes_nothing() -> None:
    state = drafts.MapState()
    take(state, told(2, "drawn", {"t": A}, "t"))
    take(state, told(1, "removed", {}, None))
    assert list(state.drafts) == ["t"]


def test_a_shape_that_crosses_itself_is_a_problem_and_the_last_good_one_stays() -> None:
    state = drafts.MapState()
    take(state, told(1, "drawn", {"t": A}, "t"))
    take(state, told(2, "edited", {"t": BOWTIE}, "t"))
    assert state.draft is not None and state.draft.problem is not None and state.draft.parcel is None
    drafts.renew(state)
    assert state.frozen["t"].equals(shapely.Polygon(A))


def test_a_removed_drawing_comes_back_by_undo_in_a_new_frame() -> None:
    state = drafts.MapState()
    take(state, told(1, "drawn", {"t": A}, "t"))
    take(state, told(2, "removed", {}, None))
    assert state.drafts == {}
    drafts.undo(state)
    assert state.active == "t" and state.epoch == 1 and state.turn == 0
    assert state.frozen["t"].equals(shapely.Polygon(A))


def test_an_untouched_drawing_keeps_the_digits_it_was_stored_with() -> None:
    state = drafts.MapState()
    exact = shapely.box(110.3000000000001, 20.0, 110.301, 20.001)
    drafts.take_up(state, Parcel("B0610-1", exact, "B"), registered=True)
    token = state.active
    assert token is not None
    rounded = [[round(x, 6), round(y, 6)] for x, y in shapely.get_coordinates(exact)]
    take(state, told(1, "drawn", {token: rounded, "t": A}, "t"))
    assert state.drafts[token].shape is exact


def test_a_clicked_parcel_is_chosen_by_its_row_and_no_other_row_exists() -> None:
    state = drafts.MapState()
    take(state, told(1, "picked", {}, None, picked=0))
    assert state.picked == "B0610-1"
    take(state, told(2, "picked", {}, None, picked=7))
    assert state.picked is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"properties": {"planner": 1}},
        {"type": "Feature", "properties": {"i": 3}, "geometry": None},
        {
            "properties": {
                "planner": {
                    "n": 1,
                    "why": "drawn",
                    "active": None,
                    "picked": None,
                    "on": [],
                    "view": [0, 0, 1, 1, 3],
                    "drawings": [{"token": "<script>", "geometry": {}}],
                }
            }
        },
    ],
)
def test_what_is_no_message_of_ours_is_not_read(value: object) -> None:
    assert read_message(value) is None


def test_a_csv_holds_no_live_formula_and_reads_back() -> None:
    frame = pd.DataFrame({"=name": ["=1+1", "@SUM(1)", "+1", "药厂", None], "amount": [-1.5, 2, 3, 4, 5]})
    raw = csv_bytes(frame)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][0] == "'=name"
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'@SUM(1)", "'+1", "药厂", ""]
    assert float(rows[1][1]) == -1.5


def test_a_workbook_holds_texts_as_texts_and_figures_as_figures() -> None:
    hostile = ["=1+1", "@SUM(A1)", "海口\x07园区"]
    frame = pd.DataFrame({"=heading": hostile, "tce": pd.array([1.5, None, -3.0], dtype="Float64"), "year": [1, 2, 3]})
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(frame, "a/b[c]"))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["=heading", "tce", "year"],
        ["=1+1", 1.5, 1],
        ["@SUM(A1)", None, 2],
        ["海口园区", -3, 3],
    ]
    kinds = [[cell.data_type for cell in row] for row in sheet.iter_rows()]
    assert kinds == [["s", "s", "s"], ["s", "n", "n"], ["s", "n", "n"], ["s", "n", "n"]]


def test_a_table_escapes_its_cells() -> None:
    assert "<b>" not in table(["h"], [["<b>x</b>"]])


def plant(id_: str, **fields: object) -> Project:
    return project_from({"id": id_, "start": 2026, "carriers": {"electricity_mwh": 1000.0}, **fields})


def test_what_was_typed_into_the_queue_is_what_changes() -> None:
    projects = [plant("a"), plant("b", data_centre={"racks": 10.0, "kw_per_rack": 2.0, "load_factor": 0.5, "pue": 1.4})]
    before = frame_of(projects)
    after = before.copy()
    after.loc["b", "data_centre.pue"] = 1.2
    after.loc["a", "start"] = 2028
    changes = differences(before, after)
    assert changes == {"b": {"data_centre.pue": 1.2}, "a": {"start": 2028}}
    assert changed(projects[1], changes["b"]).data_centre.pue == 1.2  # type: ignore[union-attr]
    assert changed(projects[0], {}) == projects[0]


def test_a_figure_that_cannot_be_is_refused_by_its_name() -> None:
    with pytest.raises(ScenarioError, match="pue"):
        changed(plant("b", data_centre={"it_load_kw": 10.0, "load_factor": 0.5, "pue": 1.4}), {"data_centre.pue": 0.5})


def test_a_project_moves_up_and_down_and_stops_at_the_ends() -> None:
    stored, state = [plant("a"), plant("b"), plant("c")], QueueState()
    shift(state, stored, "c", -1)
    assert [project.id for project in edited(state, stored)] == ["a", "c", "b"]
    shift(state, stored, "a", -1)
    assert [project.id for project in edited(state, stored)] == ["a", "c", "b"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One park, two parcels, a budget that holds one plant and not two."""
    path = tmp_path_factory.mktemp("ui") / "workspace.gpkg"
    desk = begin(str(path), energy_basis="calorific")
    year, on = date.today().year, date(2025, 1, 1)

    def layer(role: str, shape: shapely.Geometry, **columns: object) -> Layer:
        frame = gpd.GeoDataFrame(
            {"id": [role], "name": [f"{role}-1"], "kind": [None], **columns}, geometry=[shape], crs="EPSG:4490"
        )
        return Layer(role, role, frame, on, "drawn by hand", EVERYWHERE)

    with desk.store.turn() as turn:
        turn.keep_layer(layer("parks", shapely.box(110.1, 19.9, 110.4, 20.1), account=["ZONE"]), sha256="")
        turn.put_feature(
            "parcels", id="P-1", shape=shapely.box(110.2, 20.0, 110.202, 20.002), values={"name": "一号 / No. 1"}
        )
        move_all(
            turn,
            desk.parameters,
            [
                Movement("grant", "ZONE", "energy_tce", year, 200.0, "tce", "document", "test", "k1", on),
                Movement("open", "ZONE", "energy_tce", year, 50.0, "tce", "document", "test", "k2", on, "BASELINE"),
                Movement("grant", "ZONE", "carbon_tco2", year, 1e6, "tco2", "document", "test", "k3", on),
                Movement("open", "ZONE", "carbon_tco2", year, 1.0, "tco2", "document", "test", "k4", on, "BASELINE"),
            ],
        )
        for name in ("one", "two"):  # 1000 MWh x 0.1229 tce/MWh = 122.9 tce each
            turn.keep_project(name, {"name": name, "start": year, "carriers": {"electricity_mwh": 1000.0}})
    desk.close()
    return path


@pytest.fixture
def app(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(workspace))
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)


@pytest.mark.parametrize(("lang", "word"), [("zh", "可用指标"), ("en", "What is left")])
def test_the_map_page_opens_with_what_is_left(app: AppTest, lang: str, word: str) -> None:
    app.query_params["lang"] = lang
    app.run()
    assert not app.exception and not app.error
    assert word in " ".join(str(one.proto) for one in app.get("html"))


def page(name: str) -> object:
    """A page as a script of its own."""

    def admission() -> None:
        from planner.ui.pages.admission import show

        show()

    def quotas() -> None:
        from planner.ui.pages.quotas import show

        show()

    return {"admission": admission, "quotas": quotas}[name]


def test_the_second_plant_is_short_by_what_the_arithmetic_says(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(workspace))
    run = AppTest.from_function(page("admission"), default_timeout=60)  # type: ignore[arg-type]
    run.session_state["lang"] = "en"
    run.run()
    assert not run.exception and not run.error
    said = json.loads(run.get("bidi_component")[0].proto.json)
    titles = [heading["title"] for heading in said["headings"]][1:]
    one, two = (dict(zip(titles, row["cells"], strict=True)) for row in said["rows"])
    assert "fits" in one["Verdict"]["text"] or "warning" in one["Verdict"]["text"]
    assert "exceeds" in two["Verdict"]["text"]
    assert two["Short by"]["text"] == f"{50 + 2 * 122.9 - 200:,.2f} tce"
    # hovered it shows how it comes about: in place, the first plant, the plant itself, less the cap
    signed = [line.split(" tce")[0].replace(" ", "") for line in two["Short by"]["lines"][:-1]]
    assert [float(amount) for amount in signed] == [50, 122.9, 122.9, -200]
    assert two["Short by"]["sources"] and "entry" in two["Short by"]["sources"][0]


def test_a_figure_that_turns_a_verdict_is_named_with_its_end(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(workspace))
    run = AppTest.from_function(page("admission"), default_timeout=60)  # type: ignore[arg-type]
    run.session_state["lang"] = "en"
    run.session_state["question"], run.session_state["scenario-work"] = "scenarios", "tornado"
    run.run()
    assert not run.exception and not run.error
    # up by a tenth the first plant takes 135.19 tce: with the 50 in place that is more than 90 % of 200
    turning = next(frame.value for frame in run.dataframe if "Turns at high" in frame.value)
    assert "fits" in turning["Turns at high"].iloc[0] and "warning" in turning["Turns at high"].iloc[0]
    assert list(turning["Turns at low"]) == [""]


def test_the_book_shows_what_is_free(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(workspace))
    run = AppTest.from_function(page("quotas"), default_timeout=60)  # type: ignore[arg-type]
    run.session_state["lang"] = "en"
    run.run()
    assert not run.exception and not run.error
    assert float(run.button(key=f"cell-energy_tce-{date.today().year}").label) == 200.0 - 50.0


def test_a_missing_workspace_is_said_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_WORKSPACE", str(tmp_path / "none.gpkg"))
    run = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    run.query_params["lang"] = "en"
    run.run()
    assert not run.exception
    assert any("planner demo" in error.value for error in run.error)


# ---------------------------------------------------------------- other shapes
def test_a_drawing_that_is_divided_gives_way_to_its_parts_and_undo_brings_it_back() -> None:
    state = drafts.MapState()
    take(state, told(1, "drawn", {"t": A}, "t"))
    whole = shapely.Polygon(A)
    west, east = (shapely.intersection(whole, shapely.box(*bounds)) for bounds in (
        (110.2, 20.0, 110.2005, 20.001), (110.2005, 20.0, 110.201, 20.001)))
    drafts.replace_by(state, [("p-1", "", west), ("p-2", "two", east)])
    assert [(draft.id, draft.name, draft.registered) for draft in state.drafts.values()] == [
        ("p-1", "p-1", False), ("p-2", "two", False)]
    assert state.draft is not None and state.draft.id == "p-1" and len(state.frozen) == 2
    drafts.undo(state)
    assert [draft.id for draft in state.drafts.values()] == ["new-02"] and state.frozen["t"].equals(whole)


def test_a_registered_parcel_that_is_fitted_stays_the_registered_one() -> None:
    state = drafts.MapState(picked="B0610-1")
    drafts.replace_by(state, [("B0610-1", "Huaxi", shapely.box(110.2, 20.0, 110.201, 20.001))])
    assert state.draft is not None and state.draft.registered and state.picked is None
