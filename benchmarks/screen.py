"""Measure what a person at the screen waits for, in a browser on an app that runs on the demo.

    planner app --workspace demo.gpkg --port 8501 &
    python benchmarks/screen.py http://127.0.0.1:8501 [--chromium /usr/bin/chromium] [--rounds 5]

Warm page to usable map; last click of a drawing to its findings on screen; a moved slider to the redrawn chart. Each
round draws the rectangle anew in the middle of the map. The times are the browser's own clock's.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

from playwright.sync_api import Frame, Page, sync_playwright

FRAME = 'iframe[title*="st_folium"]'
# The charts as drawn.
CHART = """() => [...document.querySelectorAll('[data-testid="stVegaLiteChart"] svg')]
  .map((one) => one.outerHTML).join()"""


def map_of(page: Page) -> Frame:
    """The frame of the map, usable: its list of layers is there."""
    page.frame_locator(FRAME).locator(".planner-panel").wait_for(timeout=120_000)
    frame = page.wait_for_selector(FRAME).content_frame()
    assert frame is not None  # noqa: S101  (it was found)
    return frame


def page_to_map(page: Page, url: str) -> float:
    began = time.perf_counter()
    page.goto(f"{url}/?lang=en")
    map_of(page)
    return time.perf_counter() - began


def click_to_findings(page: Page, url: str) -> float:
    """A triangle in the middle of the map; from the click that closes it to the verdict in the card."""
    page.goto(f"{url}/?lang=en")
    frame = map_of(page)
    frame.evaluate("void window.map.setZoom(16, {animate: false})")
    page.wait_for_timeout(1000)
    box = page.locator(FRAME).bounding_box()
    assert box is not None  # noqa: S101  (it was found)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.frame_locator(FRAME).locator(".leaflet-pm-icon-polygon").click()
    placed = "document.querySelectorAll('.marker-icon:not(.cursor-marker)').length"
    corners = ((-60, 40), (60, 40), (0, -60))
    for number, (right, down) in enumerate(corners, 1):
        page.mouse.move(x + right, y + down, steps=3)
        page.wait_for_timeout(80)
        page.mouse.click(x + right, y + down)
        frame.wait_for_function(f"{placed} >= {number}")
    page.mouse.move(x + corners[0][0], y + corners[0][1], steps=3)
    page.wait_for_timeout(80)
    began = time.perf_counter()
    page.mouse.click(x + corners[0][0], y + corners[0][1])
    page.locator(".pl .head").first.wait_for(timeout=60_000)
    return time.perf_counter() - began


def slider_to_chart(page: Page, url: str, rounds: int) -> list[float]:
    """A project's start year moved by one; from the key to charts that are others than before."""
    page.goto(f"{url}/admission?lang=en")
    page.locator('[data-testid="stVegaLiteChart"] svg').first.wait_for(timeout=120_000)
    page.wait_for_timeout(2500)  # what stands above the answers takes its place
    grid = page.locator('.st-key-answers [data-testid="stDataFrame"]')
    grid.scroll_into_view_if_needed(timeout=120_000)
    page.wait_for_timeout(800)
    box = grid.bounding_box()
    assert box is not None  # noqa: S101  (it was found)
    page.mouse.click(box["x"] + 15, box["y"] + 28 * 7.5)
    slider = page.locator('[class*="st-key-slide-"]').first.get_by_role("slider")
    slider.focus(timeout=60_000)
    times = []
    for _ in range(rounds + 1):  # the first one puts the second chart on the page
        page.wait_for_timeout(2000)
        before = page.evaluate(CHART)
        began = time.perf_counter()
        slider.press("ArrowLeft" if len(times) % 2 == 0 else "ArrowRight")
        page.wait_for_function(f"(before) => ({CHART})() !== before", arg=before, polling=20, timeout=60_000)
        times.append(time.perf_counter() - began)
    return times[1:]


def row(what: str, times: Sequence[float]) -> str:
    return f"{what:28} median {statistics.median(times):6.2f} s   slowest {max(times):6.2f} s   of {len(times)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=given.chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        page_to_map(page, given.url)  # warms the app
        rounds = range(given.rounds)
        print(row("warm page to usable map", [page_to_map(page, given.url) for _ in rounds]), flush=True)
        print(row("last click to findings", [click_to_findings(page, given.url) for _ in rounds]), flush=True)
        print(row("slider to chart", slider_to_chart(page, given.url, given.rounds)), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
