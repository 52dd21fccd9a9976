"""The sheet as one page for a browser: it says what paper says, calls nobody, and every name in it is only text."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import box

from planner.sheets.pens import draw
from planner.sheets.sheet import Piece, Row, Sheet
from planner.sheets.web import sheetlet
from planner.text import Text
from planner.verdict import Verdict
from tests.drawn_sheet import HOSTILE, degrees, layer, sheet


def written(made: Sheet, folder: Path) -> str:
    return draw(made, folder / "sheet.html").read_text("utf-8")


def case_of(page: str) -> str:
    """What the page says beside the map, tags taken off."""
    aside = page[page.index('<aside class="case">') : page.index("</aside>")]
    return html.unescape(re.sub(r"<[^>]+>", " ", aside))


def hostile() -> Sheet:
    """A sheet whose every text is hostile."""
    kept = [name.replace("\ud800", "") for name in HOSTILE]
    shapes = [box(60 * i, 0, 60 * i + 50, 50) for i in range(len(kept))]
    rows = [Row(Text("{n}", n=name), Text("{n}", n=name), Text("{n}", n=name), Verdict.WARN) for name in HOSTILE]
    parcels = layer("parcels", *shapes, names=kept, status=["reserved"] * len(kept))
    return sheet(
        name=HOSTILE[7], findings=rows, takes=rows, notes=[row.label for row in rows], sources=[rows[0].label],
        layers=[parcels, layer("parks", *shapes, names=kept)],
        pieces=[Piece(degrees(shape), Verdict.EXCEEDS, row.label) for shape, row in zip(shapes, rows, strict=True)],
    )


def test_the_page_says_what_the_paper_says(tmp_path):
    said = re.sub(r"\s+", " ", case_of(written(sheet(), tmp_path)))
    for wanted in ("地块 B0610-1", "示意", "⊘ 占用永久基本农田 0.6200 公顷", "1.0000 ha", "Land Law art. 35",
                   "需要 可用", "135,491.30 tce 26,703.00 tce", "✕ 能耗总量 2026", "a note", "a survey",
                   "3f9a1c0b77de4521"):
        assert wanted in said, wanted


def test_a_page_in_both_languages_says_each_label_twice(tmp_path):
    assert "规则检查 Findings" in case_of(written(sheet(lang="both"), tmp_path))


def test_no_hostile_name_becomes_markup_or_script(tmp_path):
    page = written(hostile(), tmp_path)
    beside = page[page.index('<aside class="case">') : page.index("</aside>")]
    assert set(re.findall(r"</?([a-z0-9]+)", beside)) <= {
        "aside", "h1", "h2", "p", "div", "table", "tr", "td", "th", "small", "br", "b"}
    assert "<script>window.__xss" not in page and "${alert" not in page
    assert "{{ 7 * 7 }}{% raw %}" in case_of(page)


def test_the_page_asks_nobody_for_anything(tmp_path):
    page = written(hostile(), tmp_path)
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", markup)
    assert "default-src 'none'" in page


def test_of_a_very_large_layer_the_largest_features_are_kept_and_the_loss_is_known(monkeypatch):
    monkeypatch.setattr("planner.sheets.web.MOST_FEATURES", 3)
    sizes = (5, 1, 9, 3, 7)
    squares = [box(20 * i, 0, 20 * i + side, side) for i, side in enumerate(sizes)]
    made = sheetlet(layer("context", *squares), sheet(), "k")
    assert (made.drawn.shown, made.drawn.total) == (3, 5)
    kept = [shapely.geometry.shape(feature["geometry"]).area for feature in made.drawn.collection["features"]]
    assert [round(area / min(kept), 1) for area in kept] == [1.0, round(81 / 25, 1), round(49 / 25, 1)]


@pytest.mark.browser
def test_a_browser_opens_the_page_from_disk_without_a_request_or_an_error(tmp_path, chromium_path):
    from playwright.sync_api import sync_playwright

    path = draw(hostile(), tmp_path / "sheet.html")
    outside: list[str] = []
    faults: list[Any] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.on("request", lambda asked: outside.append(asked.url) if asked.url.startswith(("http", "ws")) else None)
        page.on("pageerror", lambda fault: faults.append(fault))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(path.as_uri())
        page.wait_for_selector(".leaflet-planner-marks-pane path, .leaflet-overlay-pane path", state="attached")
        struck = page.evaluate("window.__xss")
        map_box, case_box = (page.locator(name).bounding_box() for name in (".folium-map", ".case"))
        browser.close()
    assert (outside, faults, struck) == ([], [], None)
    assert map_box and case_box and map_box["x"] + map_box["width"] <= case_box["x"] + 1 and map_box["width"] > 900
