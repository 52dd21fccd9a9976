"""A running app on a fresh demo, and a browser that may talk to nobody else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, FloatRect, Frame, Locator, Page, expect, sync_playwright

from planner.desk.workspace import make_demo

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts"
FRAME = 'iframe[title*="st_folium"]'
PATIENCE_MS = 60_000  # the first page of a cold app on two shared cores

_VISIBLE = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    const icon = at.closest('[data-testid="stIconMaterial"], script, style, noscript, .leaflet-control-attribution');
    if (!icon && style.visibility !== "hidden" && parseFloat(style.fontSize) > 0 && box.width > 1 && box.height > 1
        && box.bottom > 0) said.push(walk.currentNode.textContent);
  }
  return said.join("\\n");
}"""

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace, made once."""
    path = tmp_path_factory.mktemp("demo") / "workspace.gpkg"
    make_demo(str(path), actor="test", on=date(2026, 1, 5)).close()
    return path


@pytest.fixture(scope="module")
def address(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The app on its own copy of the demo: (URL, workspace)."""
    path = tmp_path_factory.mktemp("app") / "workspace.gpkg"
    shutil.copy(demo, path)
    with running(path, free_port()) as url:
        yield url, path


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(workspace: Path, port: int, *options: str, **environment: str) -> Iterator[str]:
    """The app on a workspace, with more options and variables: its address."""
    start = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    process = subprocess.Popen(
        [*start, *options],
        cwd=ROOT,
        env={**os.environ, "PLANNER_WORKSPACE": str(workspace), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _healthy(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _healthy(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@dataclass
class Driver:
    """A planner's hands: the page, what it asked of the outside, and what went wrong in it."""

    page: Page
    url: str
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, lang: str) -> None:
        self.page.goto(f"{self.url}/?lang={lang}")
        self.map_ready()

    def map_ready(self) -> None:
        self.only_map()
        self.page.frame_locator(FRAME).last.locator(".planner-panel").wait_for(timeout=PATIENCE_MS)

    def only_map(self) -> None:
        """A change of the ground brings a new frame before the old one is taken away: wait until one is left.

        What only looks into the frame asks for the last one, and so finds whichever is left.
        """
        expect(self.page.locator(FRAME)).to_have_count(1, timeout=PATIENCE_MS)

    @property
    def frame(self) -> Frame:
        """The map's frame; a change of the ground takes one away and brings another, which may take a moment."""
        for _ in range(100):
            self.only_map()
            found = self.page.wait_for_selector(FRAME).content_frame()
            if found is not None and not found.is_detached():
                return found
            self.page.wait_for_timeout(100)
        raise AssertionError("the map did not come back")

    def box(self, of: Locator) -> FloatRect:
        """Where a thing lies on the page, once it is drawn."""
        for _ in range(100):
            found = of.bounding_box()
            if found is not None:
                return found
            self.page.wait_for_timeout(100)
        raise AssertionError("it did not appear on the page")

    def look_at(self, west: float, south: float, east: float, north: float) -> None:
        """Bring a piece of land into the middle of the map, until it stays there: a map that has just come up may be
        replaced once more."""
        there = f"""(() => {{
            const land = L.latLngBounds([[{south}, {west}], [{north}, {east}]]);
            const zoom = window.map.getBoundsZoom(land, false, L.point(300, 300));
            if (Math.abs(window.map.getZoom() - zoom) < 0.01 && window.map.getBounds().contains(land)) return true;
            window.map.fitBounds(land, {{animate: false, padding: [150, 150]}});
            return false;
        }})()"""
        calm = 0
        for _ in range(60):
            seen = False
            with suppress(Error):  # the frame is another one now
                seen = self.frame.evaluate(there)
            calm = calm + 1 if seen else 0
            if calm == 4:
                return
            self.page.wait_for_timeout(400)
        raise AssertionError("the map did not stay where it was put")

    def pixel(self, lng: float, lat: float) -> tuple[float, float]:
        self.only_map()
        box = self.box(self.page.locator(FRAME).last)
        x, y = self.frame.evaluate(
            f"(() => {{const p = window.map.latLngToContainerPoint([{lat}, {lng}]); return [p.x, p.y];}})()"
        )
        return box["x"] + x, box["y"] + y

    def tool(self, name: str) -> None:
        self.page.frame_locator(FRAME).last.locator(f".leaflet-pm-icon-{name}").click()

    def click(self, lng: float, lat: float) -> None:
        x, y = self.pixel(lng, lat)
        self.page.mouse.move(x - 4, y - 4)
        self.page.mouse.move(x, y, steps=2)
        self.page.wait_for_timeout(60)  # Geoman looks for something to snap to
        self.page.mouse.down()
        self.page.mouse.up()

    def draw(self, corners: list[tuple[float, float]], tool: str = "polygon") -> None:
        """A polygon with the polygon or the cut tool; the click on the first corner closes it. Waits for every click
        to be taken, as a person would who sees no corner appear."""
        self.tool(tool)
        self.page.wait_for_timeout(200)
        drawing = f"window.map.pm.global{'Cut' if tool == 'cut' else 'Draw'}ModeEnabled()"
        placed = "document.querySelectorAll('.marker-icon:not(.cursor-marker)').length"
        for number, corner in enumerate(corners, 1):
            self.click(*corner)
            self.frame.wait_for_function(f"{placed} >= {number}")
        self.click(*corners[0])
        self.frame.wait_for_function(f"!{drawing}")

    def until_seen(self, lng: float, lat: float, zoom: float = 0) -> None:
        """Wait until the map shows a place, at least that close."""
        self.page.wait_for_selector(FRAME)
        for _ in range(150):
            with suppress(Error):  # the frame is another one after a change of the ground
                seen = f"window.map && map.getBounds().contains([{lat}, {lng}]) && map.getZoom() >= {zoom}"
                if self.frame.evaluate(seen):
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{lng}, {lat} did not come into view")

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A vertex dragged in edit mode."""
        self.tool("edit")
        x, y = self.pixel(*start)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(*self.pixel(*end), steps=6)
        self.page.mouse.up()
        self.page.wait_for_timeout(400)
        self.tool("edit")

    def visible_text(self) -> str:
        """What a person can read on the page and in the map: no icons, nothing of no size."""
        return "\n".join(frame.evaluate(_VISIBLE) for frame in (self.page.main_frame, *self._maps()))

    def _maps(self) -> list[Frame]:
        return [frame for frame in self.page.frames if "st_folium" in frame.url]

    def shot(self, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.wait_for_timeout(600)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")


@pytest.fixture
def driver(address: tuple[str, Path], chromium_path: str) -> Iterator[Driver]:
    """A browser on the app. At the end nothing has left the machine and no script has failed."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True).new_page()
        hands = Driver(page, address[0])

        def inside(route: Any) -> None:
            if route.request.url.startswith((address[0], "data:", "blob:")):
                route.continue_()
            else:
                hands.outside.append(route.request.url)
                route.abort()

        page.route("**/*", inside)
        page.on("pageerror", lambda error: hands.faults.append(str(error)))
        yield hands
        browser.close()
    assert hands.outside == []
    assert hands.faults == []
