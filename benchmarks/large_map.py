"""Measure a large layer on the map, in a browser on an app of our own: the first view, and moving about.

    python -m benchmarks.large_map WORKSPACE [--layer survey] [--chromium /usr/bin/chromium] [--rounds 5]

A warm page is one that the app and the browser have shown before; each visit is a new session, and a page of an empty
workspace is visited in turn, to tell what of the time is the layer's. Bytes are those of every answer as they come
over the wire, the web socket's frames with them. A pan goes to land not seen before, and is done when every picture
of the new view is there. Ten thousand parcels are dropped on the import page of the empty workspace, and are there when
the map of its preview has drawn them.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from playwright.sync_api import BrowserContext, Frame, Page, sync_playwright

from benchmarks.overlay_data import generator, survey
from planner.desk import index
from planner.desk.desk import Desk
from planner.land.parcel import EVERYWHERE, Layer

TITLE = "# A million patches on the map"
FRAME = 'iframe[title*="st_folium"]'
ROOT = Path(__file__).resolve().parents[1]
FIRST_S, FIRST_MB, PAN_S, DROP_S = 4.0, 2.0, 0.5, 4.0
DROPPED = 10_000
# Every picture that the present view needs is there: none is still on its way.
_THERE = """(least) => {
  const tiles = [...document.querySelectorAll('img.leaflet-tile')];
  return tiles.length >= least && tiles.every((one) => one.complete && one.classList.contains('leaflet-tile-loaded'));
}"""


@contextmanager
def app(workspace: Path) -> Iterator[str]:
    """The app on a workspace; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PLANNER_WORKSPACE": str(workspace.absolute())},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class Seen:
    """One visit: seconds to the first view, MB of it, its pictures and their MB, seconds of each pan and zoom."""

    first_s: float
    first_mb: float
    pictures: int
    pictures_mb: float
    pans_s: list[float]
    zooms_s: list[float]


class Wire:
    """Bytes that come in, counted by the browser itself."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.pictures: list[str] = []
        self.picture_bytes = 0
        self._urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", lambda e: self._urls.update({e["requestId"]: e["response"]["url"]}))
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.webSocketFrameReceived", self._frame)

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])
        if "/planner-tiles/" in self._urls.get(event["requestId"], ""):
            self.pictures.append(self._urls[event["requestId"]])
            self.picture_bytes += int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"]) * 3 // 4  # base64


def map_of(page: Page) -> Frame:
    page.frame_locator(FRAME).locator(".planner-panel").wait_for(timeout=120_000)
    frame = page.wait_for_selector(FRAME).content_frame()
    assert frame is not None
    return frame


def visit(context: BrowserContext, url: str, layer: str, turn: int, shot: Path | None = None) -> Seen:
    """A new session on the page: the first view, then six zooms and eight pans, elsewhere each turn."""
    page = context.new_page()
    wire = Wire(page)
    began = time.perf_counter()
    page.goto(f"{url}/?lang=en")
    frame = map_of(page)
    box = page.frame_locator(FRAME).locator(f'input[data-layer="{layer}"]')
    if not box.is_checked():
        box.check()
    frame.wait_for_function(_THERE, arg=1, timeout=120_000)
    first, first_mb = time.perf_counter() - began, wire.bytes / 1e6
    pictures, pictures_mb = len(wire.pictures), wire.picture_bytes / 1e6
    if shot:
        page.wait_for_timeout(500)
        page.screenshot(path=shot)
    zooms = [_moved(frame, "map.setZoom(Math.floor(map.getZoom()) + 1, {animate: false})") for _ in range(6)]
    if shot:
        page.screenshot(path=shot.with_name(f"near-{shot.name}"))
    _moved(frame, f"map.panBy([{1200 * turn}, {-2000 * turn}], {{animate: false}})")
    pans = [_moved(frame, f"map.panBy([{dx}, {dy}], {{animate: false}})") for dx, dy in [(300, 0), (0, 200)] * 4]
    page.close()
    return Seen(first, first_mb, pictures, pictures_mb, pans, zooms)


def _moved(frame: Frame, step: str) -> float:
    """Seconds until the new view is whole, by the browser's own clock."""
    return float(frame.evaluate(f"""() => new Promise((done) => {{
        const began = performance.now(), there = {_THERE};
        {step};
        const look = () => (there(4) ? done((performance.now() - began) / 1000) : setTimeout(look, 5));
        setTimeout(look, 5);
    }})"""))


def first_view(context: BrowserContext, url: str) -> float:
    """Seconds to the map of a page without the layer."""
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{url}/?lang=en")
    map_of(page)
    spent = time.perf_counter() - began
    page.close()
    return spent


def parcels(folder: Path) -> Path:
    """Parcels of eight corners as GeoJSON, a file of some 4 MB."""
    x, y = np.divmod(np.arange(DROPPED), 100)
    angles = np.arange(8) * np.pi / 4
    around = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * 4e-4
    rings = np.stack([110.1 + x * 1e-3, 19.9 + y * 1e-3], axis=-1)[:, None, :] + around
    frame = gpd.GeoDataFrame({"id": np.arange(DROPPED).astype(str)}, geometry=list(shapely.polygons(rings)), crs=4490)
    path = folder / "parcels.geojson"
    frame.to_file(path)
    return path


def drop(context: BrowserContext, url: str, file: Path) -> float:
    """Seconds from the drop of a file on the import page until its parcels are on the map of the preview."""
    page = context.new_page()
    page.goto(f"{url}/import?lang=en")
    page.locator('input[type="file"]').wait_for(state="attached", timeout=120_000)
    page.wait_for_timeout(1_000)
    began = time.perf_counter()
    page.locator('input[type="file"]').set_input_files(file)
    frame = page.wait_for_selector(FRAME, timeout=120_000).content_frame()
    assert frame is not None
    frame.wait_for_function("() => window.map && map.planner && map.planner.layers.import && "
                            "map.planner.layers.import.group.getLayers().length > 0", timeout=120_000)
    spent = time.perf_counter() - began
    page.close()
    return spent


def page_of(seen: list[Seen], plain: list[float], drops: list[float], patches: str) -> str:
    """The part of the results page."""
    from benchmarks.overlay import machine, reached

    first, mb = statistics.median(one.first_s for one in seen), max(one.first_mb for one in seen)
    pans, zooms = [s for one in seen for s in one.pans_s], [s for one in seen for s in one.zooms_s]
    rows = [
        (f"first view of a warm page, {patches} patches in it, s", first, max(one.first_s for one in seen),
         reached(first, FIRST_S, "s")),
        ("the same page of an empty workspace, s", statistics.median(plain), max(plain), ""),
        ("over the wire for the first view, MB", statistics.median(one.first_mb for one in seen), mb,
         reached(mb, FIRST_MB, "MB")),
        (f"of that the {seen[0].pictures} pictures of the layer, MB",
         statistics.median(one.pictures_mb for one in seen), max(one.pictures_mb for one in seen), ""),
        ("pan of a third of the view, s", statistics.median(pans), max(pans),
         reached(float(np.percentile(pans, 95)), PAN_S, "s (95 %)")),
        ("one zoom nearer, s", statistics.median(zooms), max(zooms), ""),
        (f"{DROPPED:,} parcels from the drop on the import page to its map, s", statistics.median(drops), max(drops),
         reached(statistics.median(drops), DROP_S, "s")),
    ]
    return "\n".join([TITLE, "", *machine(), "", "| what | median | most | |", "|---|---:|---:|---|",
                      *(f"| {what} | {middle:,.3f} | {most:,.3f} | {said} |" for what, middle, most, said in rows), ""])


def measure(workspace: Path, layer: str, chromium: str, rounds: int, shot: Path | None = None
            ) -> tuple[list[Seen], list[float], list[float]]:
    """The visits of the layer's page, seconds of the page of an empty workspace and of a drop on it, in turn."""
    found, plain, drops = [], [], []
    with TemporaryDirectory() as folder:
        empty, file = Path(folder) / "empty.gpkg", parcels(Path(folder))
        Desk.open(str(empty), create=True).close()
        with app(workspace) as url, app(empty) as other, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            for turn in range(rounds + 1):
                plain.append(first_view(context, other))
                drops.append(drop(context, other, file))
                found.append(visit(context, url, layer, turn, shot if turn == 1 else None))
            browser.close()
    return found[1:], plain[1:], drops[1:]  # the first ones warm app and browser


def page(options: argparse.Namespace) -> str:
    """The part of the results page, on a workspace made of the synthetic survey."""
    make = generator()
    if make is None:
        return f"{TITLE}\n\nNot measured: PLANNER_SHARED names no folder with reference/survey_layer.py.\n"
    if not Path(options.chromium).is_file():
        return f"{TITLE}\n\nNot measured: there is no {options.chromium}.\n"
    ground = survey(make, options.patches, 1)
    with TemporaryDirectory() as folder:
        workspace = Path(folder) / "large.gpkg"
        codes = np.array(make.CODES)[np.arange(ground.classes) % len(make.CODES)]
        columns = {"id": np.arange(len(ground.shapes)).astype(str), "code": codes[ground.codes],
                   "code_system": "GBT21010-2017", "grade": np.nan, "ridge_share": np.nan}
        frame = gpd.GeoDataFrame(columns, geometry=ground.shapes, crs="EPSG:4490")
        patches = f"{len(frame):,}"
        desk = Desk.open(str(workspace), create=True)
        with desk.store.turn() as turn:
            turn.keep_layer(Layer("land_survey", "survey", frame, coverage=EVERYWHERE), sha256="0" * 64)
        del frame, ground
        index.prepare(desk.store, "survey")
        desk.close()
        return page_of(*measure(workspace, "survey", options.chromium, options.rounds), patches)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--layer", default="survey")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shot", type=Path, help="keep a picture of the page")
    given = parser.parse_args()
    print(page_of(*measure(given.workspace, given.layer, given.chromium, given.rounds, given.shot), "all"))


if __name__ == "__main__":
    main()
