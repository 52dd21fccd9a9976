"""Measure what a person at the screen waits for, in a browser on an app that runs on the demo.

Warm page to usable map; last click of a drawing to its findings on screen; a moved slider to the redrawn chart. Each
round draws the triangle anew in the middle of the map. The times are of one browser on the same machine as the app.
"""


from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from benchmarks.large_map import FRAME, app, map_of
from planner.cli import main as planner

TITLE = "# What a person waits for at the screen"
MAP_S, FINDINGS_S, CHART_S = 3.0, 1.0, 0.5
# The charts as drawn.
CHART = """() => [...document.querySelectorAll('[data-testid="stVegaLiteChart"] svg')]
  .map((one) => one.outerHTML).join()"""


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
    page.wait_for_timeout(2500)  # what stands above the queue takes its place
    page.locator(".queue tr.project button.name").nth(6).click(timeout=120_000)
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


def row(what: str, times: Sequence[float], goal: float) -> str:
    middle = statistics.median(times)
    verdict = "reached" if middle <= goal else f"missed, {middle:.2f}"
    return f"| {what} | {middle:.2f} | {max(times):.2f} | {len(times)} | at most {goal:g} s: {verdict} |"


def page(options: argparse.Namespace) -> str:
    """The part of the page about the screen."""
    rounds, load = options.screen_rounds, os.getloadavg()[0]
    with TemporaryDirectory() as folder, sync_playwright() as play:
        if planner(["demo", folder]):
            sys.exit("the demo could not be made")
        with app(Path(folder) / "workspace.gpkg") as url:
            browser = play.chromium.launch(executable_path=options.chromium, args=["--no-sandbox", "--disable-gpu"])
            tab = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            page_to_map(tab, url)  # warms the app
            rows = [row("warm page to usable map", [page_to_map(tab, url) for _ in range(rounds)], MAP_S),
                    row("last click to findings", [click_to_findings(tab, url) for _ in range(rounds)], FINDINGS_S),
                    row("slider to chart", slider_to_chart(tab, url, rounds), CHART_S)]
            browser.close()
    return "\n".join([
        TITLE, "",
        f"The demo in Chromium at 1366 x 768, app and browser on one machine, {os.cpu_count()} cores, load {load:.1f} "
        "at the start.", "", "| what | median s | slowest s | runs | |", "|---|---:|---:|---:|---|", *rows,
    ]) + "\n"
