"""The sheet as one page for a browser: it says what paper says, calls nobody, and every name in it is only text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from pypdf import PdfReader
from pyproj import Geod
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


def in_browser(path: Path, chromium: str) -> Iterator[tuple[Any, list[str]]]:
    """The page opened from disk in a browser without a network; yields the page and what went wrong in it."""
    from playwright.sync_api import sync_playwright

    wrong: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
        page = context.new_page()
        page.on("request", lambda asked: wrong.append(asked.url) if asked.url.startswith(("http", "ws")) else None)
        page.on("pageerror", lambda fault: wrong.append(str(fault)))
        page.goto(path.as_uri())
        page.wait_for_selector(".planner-panel")
        yield page, wrong
        browser.close()


MAP = "Object.values(window).find((one) => one instanceof L.Map)"


@pytest.mark.browser
def test_layers_are_switched_popups_tell_and_the_legend_opens(tmp_path, chromium_path):
    parks = layer("parks", box(-300, -300, 300, 300), names=["东园 / East park"])
    survey = layer("land_survey", box(-400, -400, 0, 400), box(0, -400, 400, 400), code_system=["S"] * 2,
                   code=["0101", "0102"])
    made = draw(sheet(lang="en", layers=[survey, parks], pieces=[
        Piece(degrees(box(0, 0, 60, 100)), Verdict.BLOCKED, Text("{n}", n="protected field"))]), tmp_path / "s.html")
    for page, wrong in in_browser(made, chromium_path):
        on = f"({MAP}).hasLayer(({MAP}).planner.layers.layer1.group)"
        assert page.evaluate(on)
        page.locator('input[data-layer="layer1"]').uncheck()
        assert not page.evaluate(on)
        page.locator('input[data-layer="layer1"]').check()
        assert page.evaluate(on)
        row = page.locator(".planner-row", has=page.locator('input[data-layer="layer0"]'))
        row.locator(".planner-more").click()
        assert "paddy field" in row.locator(".planner-classes.open").inner_text()
        middle = page.evaluate(f"""(() => {{const map = {MAP}, box = map.getContainer().getBoundingClientRect();
            const at = map.latLngToContainerPoint([{degrees(box(0, 0, 60, 100)).centroid.y},
            {degrees(box(0, 0, 60, 100)).centroid.x}]); return [box.x + at.x, box.y + at.y];}})()""")
        page.mouse.click(*middle)
        assert "protected field" in page.locator(".leaflet-popup-content").inner_text()
        assert wrong == []


@pytest.mark.browser
def test_what_is_measured_on_the_page_is_what_pyproj_measures(tmp_path, chromium_path):
    made = draw(sheet(lang="en"), tmp_path / "s.html")
    for page, wrong in in_browser(made, chromium_path):
        page.locator(".planner-measure").click()
        area = page.locator(".folium-map").bounding_box()
        spots = [[300, 200], [520, 260], [480, 500], [250, 420]]
        for x, y in spots:
            page.mouse.click(area["x"] + x, area["y"] + y)
            page.wait_for_timeout(350)  # two quick clicks are one double click
        places = page.evaluate(f"{spots}.map(([x, y]) => ({MAP}).containerPointToLatLng([x, y]))"
                               ".map((at) => [at.lng, at.lat])")
        said = {name: float(page.locator(f'[data-is="{name}"]').inner_text().replace(",", ""))
                for name in ("length", "around", "area")}
        lons, lats = zip(*places, strict=True)
        geod = Geod(ellps="GRS80", a=6378137, rf=298.257222101)
        assert said["length"] == pytest.approx(geod.line_length(lons, lats), abs=0.006)
        assert said["around"] == pytest.approx(geod.line_length([*lons, lons[0]], [*lats, lats[0]]), abs=0.006)
        # Edges straight in degrees and geodesic ones enclose areas alike to 1e-5 where they are this short.
        assert said["area"] == pytest.approx(abs(geod.polygon_area_perimeter(lons, lats)[0]), rel=1e-6)
        page.keyboard.press("Escape")
        assert page.locator(".planner-measured").count() == 0 and wrong == []


@pytest.mark.browser
def test_the_page_prints_the_map_and_all_of_the_case(tmp_path, chromium_path):
    rows = [Row(Text("{n}", n=f"row-{i:03d}."), "", None, Verdict.WARN) for i in range(120)]
    made = draw(sheet(lang="zh", findings=rows), tmp_path / "s.html")
    for page, wrong in in_browser(made, chromium_path):
        page.pdf(path=tmp_path / "s.pdf", prefer_css_page_size=True, print_background=True)
        assert wrong == []
    pages = PdfReader(tmp_path / "s.pdf").pages
    size = pages[0].mediabox
    assert (float(size.width) / 72 * 25.4, float(size.height) / 72 * 25.4) == pytest.approx((297, 210), abs=1)
    said = "".join(page.extract_text() for page in pages)
    assert all(f"row-{i:03d}." in said for i in range(120)) and "row-000." not in pages[0].extract_text()
