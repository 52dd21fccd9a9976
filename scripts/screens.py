"""Take the screenshots of the README anew: the demo, a drawn parcel, the queue and the book, in both languages.

    python scripts/screens.py FOLDER [--workspace demo/workspace.gpkg]

Needs a Chromium (CHROMIUM, or one on the PATH) with a Chinese font. Nothing is fetched from outside.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Frame, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PLANNER = str(Path(sys.executable).parent / "planner")
PARCEL = ROOT / "docs" / "examples" / "parcel.geojson"
SIZE = {"width": 1366, "height": 768}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-quic"]


def browser_path() -> str:
    """The Chromium to drive. Raises SystemExit with the way out."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("No Chromium found; install one or name it with CHROMIUM.")
    return found


@contextmanager
def running(workspace: Path) -> Iterator[str]:
    """The address of the app on a workspace, while it runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [PLANNER, "app", "--workspace", str(workspace), "--port", str(port)]
    app = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", app)
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(20)


def wait_for(address: str, app: subprocess.Popen[bytes], longest_s: float = 180) -> None:
    """Until the app answers. Raises SystemExit when it does not."""
    until = time.monotonic() + longest_s
    while time.monotonic() < until and app.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  (our own address)
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise SystemExit("The app did not start.")


def only_here(route: Route) -> None:
    """Nothing leaves this machine."""
    if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost"):
        route.continue_()
    else:
        route.abort()


def map_frame(page: Page) -> Frame:
    """The frame of the map, once it can be drawn on."""
    page.wait_for_selector("iframe", timeout=60_000)
    for _ in range(600):
        for frame in page.frames:
            if "st_folium" in frame.url and frame.evaluate("() => !!(window.map && window.map.pm)"):
                return frame
        page.wait_for_timeout(100)
    raise SystemExit("The map did not appear.")


PIXEL = "c => { const p = window.map.latLngToContainerPoint([c[1], c[0]]); return [p.x, p.y]; }"
CONTRACTS = {"zh": "用地准入协议", "en": "Access contracts"}
CLOSE_UP = 14  # a zoom at which single parcels are seen


def look_at(page: Page, corners: list[list[float]]) -> Frame:
    """Bring the land around the corners into view; the frame that shows it, once it stays."""
    lon, lat = zip(*corners, strict=True)
    bounds = [[min(lat) - 0.003, min(lon) - 0.006], [max(lat) + 0.003, max(lon) + 0.006]]
    for _ in range(20):
        frame = map_frame(page)
        frame.evaluate("b => { window.map.fitBounds(b, {animate: false}); }", bounds)
        settled(page)
        if frame in page.frames and frame.evaluate("() => window.map.getZoom()") >= CLOSE_UP:
            return frame
    raise SystemExit("The map did not stay where it was put.")


def draw(page: Page, corners: list[list[float]]) -> None:
    """Draw a polygon of longitude/latitude corners with the mouse, as a person would."""
    frame = look_at(page, corners)
    frame.evaluate("() => { window.map.pm.enableDraw('Polygon'); }")
    box = page.locator("iframe").first.bounding_box() or {"x": 0.0, "y": 0.0}
    for corner in [*corners, corners[0]]:
        at = frame.evaluate(PIXEL, corner)
        page.mouse.move(box["x"] + at[0] - 3, box["y"] + at[1] - 3)
        page.mouse.click(box["x"] + at[0], box["y"] + at[1])
        page.wait_for_timeout(200)


def settled(page: Page) -> None:
    """Until the app has nothing more to do."""
    page.wait_for_timeout(1500)
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stStatusWidget\"]')", timeout=60_000)
    page.wait_for_timeout(1500)


def shoot(page: Page, address: str, lang: str, folder: Path) -> None:
    """The pages in one language."""
    corners = json.loads(PARCEL.read_text("utf-8"))["features"][0]["geometry"]["coordinates"][0][:-1]
    page.goto(f"{address}/?lang={lang}")
    settled(page)
    draw(page, corners)
    settled(page)
    page.mouse.move(5, 5)
    page.screenshot(path=folder / f"map.{lang}.png")
    drawn = {"admission": '[data-testid="stVegaLiteChart"] :is(canvas, svg)',
             "quotas": ".st-key-accounts-matrix button"}
    for name, sign in drawn.items():
        page.goto(f"{address}/{name}?lang={lang}")
        page.wait_for_selector(sign, timeout=60_000)
        page.wait_for_function("() => !document.querySelector('[data-testid=\"stSkeleton\"]')", timeout=60_000)
        settled(page)
        page.screenshot(path=folder / f"{name}.{lang}.png")
    page.goto(f"{address}/registers?lang={lang}")
    page.wait_for_selector("iframe", timeout=60_000)
    settled(page)
    page.get_by_role("radio", name=CONTRACTS[lang]).click()
    settled(page)
    page.mouse.move(5, 5)
    page.screenshot(path=folder / f"registers.{lang}.png")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--workspace", type=Path)
    options = asked.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        workspace = Path(temporary) / "workspace.gpkg"
        if options.workspace:
            shutil.copy(options.workspace, workspace)
        else:
            subprocess.run([PLANNER, "demo", temporary], check=True)
        with running(workspace) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=browser_path(), args=QUIET)
            for lang in ("zh", "en"):
                page = browser.new_page(viewport=SIZE)
                page.route("**/*", only_here)
                shoot(page, address, lang, options.folder)
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
