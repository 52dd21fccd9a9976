"""The map page as a script with a parcel drawn: what the card proposes, fitting, dividing, undo; a layer's faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.desk.desk import Desk
from planner.land.geodesy import ellipsoid_m2
from planner.store.open import open_store
from planner.ui.drafts import Draft, MapState
from planner.units import mu
from tests.drawn_land import land, layer, survey

ROOT = Path(__file__).resolve().parents[1]
SHAPE = land(600, 40, 200, 100)  # its southern 20 m on a protected field


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    desk = Desk(open_store(str(tmp_path / "w.gpkg"), create=True))
    whole = land(0, 0, 1000, 1000)
    with desk.store.turn() as turn:
        turn.keep_layer(survey((whole, "0601", None, None)), sha256="")
        turn.keep_layer(layer("parks", whole, account=["ZONE"]), sha256="")
        turn.keep_layer(layer("urban_boundary", whole), sha256="")
        turn.keep_layer(layer("basic_farmland", land(0, 0, 1000, 60), land(0, 0, 1000, 60), name="fields"), sha256="")
        turn.keep_layer(layer("ecological_redline", land(0, 950, 10, 10)), sha256="")
        turn.keep_layer(layer("parcels"), sha256="")
    desk.close()
    monkeypatch.setenv("PLANNER_WORKSPACE", str(tmp_path / "w.gpkg"))
    run = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    run.session_state["lang"] = "zh"  # formats of choices are said outside the session, in its default
    run.session_state["map"] = MapState(
        drafts={"t": Draft("new-01", "new-01", SHAPE)}, frozen={"t": SHAPE}, active="t")
    return run.run()


def shown(app: AppTest) -> str:
    assert not app.exception and not app.error
    return " ".join(str(one.proto) for one in app.get("html"))


def drawn_mu(app: AppTest) -> list[float]:
    return [float(mu(ellipsoid_m2(draft.shape))) for draft in app.session_state["map"].drafts.values()]


def test_the_card_says_how_far_to_draw_in_and_what_would_then_hold(app: AppTest) -> None:
    said = shown(app)
    assert "南侧向北缩进 20 米即可满足永久基本农田" in said and "余 24." in said
    assert app.button(key="advice").label == "照办"


def test_a_limit_that_is_none_is_said_and_nothing_is_drawn(app: AppTest) -> None:
    app.text_input(key="fit-limits").set_value("rice<=1mu").run()
    app.button(key="fit").click().run()
    assert any("rice<=1mu" in error.value for error in app.error)
    assert drawn_mu(app) == [pytest.approx(30, rel=1e-3)]


def test_the_faults_of_a_layer_stand_in_a_table(app: AppTest) -> None:
    app.selectbox(key="topology-layer").set_value("fields").run()
    app.button(key="topology").click().run()
    shown(app)
    table = app.dataframe[-1].value
    assert list(table["问题"]) == ["重复"] and list(table["图斑"]) == ["a, b"]
