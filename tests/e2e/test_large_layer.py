"""A layer too large to be sent: pictures from the app's own address, small, at every zoom, with its words."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pytest
import shapely
from playwright.sync_api import Page, Response, expect, sync_playwright

from planner.desk.desk import Desk
from planner.desk.index import LARGE_FROM
from planner.land.parcel import EVERYWHERE, Layer
from tests.drawn_land import place
from tests.e2e.conftest import FRAME, PATIENCE_MS, ROOT, _healthy

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a survey of a few more patches than are read for one look."""
    path, side = tmp_path_factory.mktemp("large") / "workspace.gpkg", int(LARGE_FROM**0.5) + 1
    x, y = np.divmod(np.arange(side * side), side)
    columns = {"id": [str(i) for i in range(len(x))], "code_system": "GBT21010-2017", "grade": 7, "ridge_share": 0.1,
               "code": np.where((x // 8 + y // 8) % 2, "0101", "0301")}
    shapes = place(shapely.MultiPolygon(list(shapely.box(x * 20, y * 20, x * 20 + 20, y * 20 + 20)))).geoms
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4490")
    desk = Desk.open(str(path), create=True)
    with desk.store.turn() as turn:
        turn.keep_layer(Layer("land_survey", "survey", frame, coverage=EVERYWHERE), sha256="0" * 64)
    desk.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PLANNER_WORKSPACE": str(path)},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _healthy(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def page(chromium_path: str) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        browser.close()


def test_a_large_layer_comes_as_pictures_with_words_and_stays_when_one_moves(page: Page, url: str) -> None:
    tiles: list[Response] = []
    page.on("response", lambda answer: tiles.append(answer) if "/planner-tiles/" in answer.url else None)
    page.goto(f"{url}/?lang=en")
    frame = page.frame_locator(FRAME).last
    pictures = frame.locator("img.leaflet-tile-loaded")
    frame.locator(".planner-panel").wait_for(timeout=PATIENCE_MS)
    box = frame.locator('input[data-layer="survey"]')
    if not box.is_checked():
        box.check()
    expect(pictures.first).to_be_visible(timeout=PATIENCE_MS)
    assert tiles and all(answer.status == 200 for answer in tiles)
    assert sum(len(answer.body()) for answer in tiles) < 2_000_000
    # Beside the cursor stands what lies there.
    at = page.locator(FRAME).last.bounding_box()
    assert at is not None
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y, steps=3)
    expect(frame.locator(".planner-tip")).to_contain_text("0", timeout=PATIENCE_MS)
    # A step aside asks for pictures and nothing else.
    before = len(tiles)
    inner = page.wait_for_selector(FRAME).content_frame()
    assert inner is not None
    inner.evaluate("void window.map.setZoom(window.map.getZoom() + 2, {animate: false})")
    inner.wait_for_function("document.querySelectorAll('img.leaflet-tile-loaded').length > 3", timeout=PATIENCE_MS)
    page.wait_for_timeout(500)
    assert len(tiles) > before and all(answer.status == 200 for answer in tiles)
