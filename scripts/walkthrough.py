"""Take the pictures of docs/walkthrough anew: a reviewer decides the demo queue, step by step, in both languages.

    python scripts/walkthrough.py FOLDER [--workspace demo/workspace.gpkg]

Needs what scripts/screens.py needs.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts.screens import PLANNER, QUIET, browser_path, only_here, running, settled

SIZE = {"width": 1366, "height": 768}
REFUSED, ABOVE, PLANT = 8, 6, 2  # the first project that a small change lets in, one above it, a small plant refused
SAID = {
    "zh": {"best": "最优组合", "sure": "可靠程度", "scenarios": "方案", "name": "我的名单"},
    "en": {"best": "Best set", "sure": "How sure", "scenarios": "Scenarios", "name": "my list"},
}


def pick(page: Page, place: int) -> None:
    """Choose a project of the queue, as a person would."""
    page.locator(".queue button.name").nth(place).click()
    settled(page)
    page.locator(".pl .head").first.wait_for(timeout=60_000)


def press(page: Page, key: str) -> None:
    """Click the button of a key, and wait for what it does."""
    page.locator(f".st-key-{key} button").click()
    settled(page)


def question(page: Page, name: str) -> None:
    """Open one of the questions at the foot."""
    page.locator(".st-key-question").get_by_text(name, exact=True).click()
    settled(page)


def drag(page: Page, start: int, end: int) -> None:
    """Drag a project of the queue to the place of another."""
    grips = page.locator(".queue button.grip")
    grips.nth(start).scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    one, other = (grips.nth(place).bounding_box() or {"x": 0.0, "y": 0.0} for place in (start, end))
    page.mouse.move(one["x"] + 8, one["y"] + 8)
    page.mouse.down()
    page.mouse.move(one["x"] + 8, one["y"] - 6, steps=3)
    page.mouse.move(other["x"] + 8, other["y"] + 3, steps=6)
    page.mouse.up()
    settled(page)


def shot(page: Page, folder: Path, number: int, lang: str, *, top: bool = False, end: bool = False) -> None:
    if top or end:
        page.locator('[data-testid="stMain"]').evaluate(f"main => main.scrollTo(0, {1_000_000 if end else 0})")
    page.mouse.move(5, 5)
    page.wait_for_timeout(700)
    page.screenshot(path=folder / f"step-{number}.{lang}.png")


def opened(page: Page, address: str) -> None:
    """The page, drawn."""
    page.goto(address)
    page.wait_for_selector('[data-testid="stVegaLiteChart"] :is(canvas, svg)', timeout=60_000)
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stSkeleton\"]')", timeout=60_000)
    settled(page)


def walk(page: Page, address: str, lang: str, folder: Path) -> None:
    """The steps of docs/walkthrough.md."""
    words, began = SAID[lang], time.monotonic()
    opened(page, f"{address}/admission?lang={lang}")
    shot(page, folder, 1, lang)
    page.locator(".queue tr.project").nth(PLANT).locator("button.why").nth(2).click()
    shot(page, folder, 2, lang)
    page.locator(".queue tr.more .close").click()
    pick(page, REFUSED)
    press(page, "relieve")
    page.locator(".st-key-apply-0").wait_for(timeout=120_000)
    settled(page)
    shot(page, folder, 3, lang)
    press(page, "apply-0")
    shot(page, folder, 4, lang, top=True)
    press(page, "undo")
    drag(page, REFUSED, ABOVE)
    pick(page, ABOVE)
    shot(page, folder, 5, lang, top=True)
    press(page, "undo")
    question(page, words["best"])
    press(page, "select")
    page.locator(".st-key-take-optimum").wait_for(timeout=120_000)
    settled(page)
    shot(page, folder, 6, lang, end=True)
    question(page, words["sure"])
    press(page, "risk-run")
    page.locator(".st-key-csv-breach").wait_for(timeout=120_000)
    shot(page, folder, 7, lang, end=True)
    question(page, words["scenarios"])
    page.locator(".st-key-scenario-name input").fill(words["name"])
    page.locator(".st-key-scenario-name input").press("Tab")
    settled(page)
    press(page, "scenario-save")
    shot(page, folder, 8, lang, end=True)
    print(f"{lang}: {time.monotonic() - began:.0f} s of clicking and waiting")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--workspace", type=Path)
    options = asked.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        demo = options.workspace
        if demo is None:
            subprocess.run([PLANNER, "demo", temporary], check=True)
            demo = Path(temporary) / "workspace.gpkg"
        for lang in SAID:  # each on a workspace of its own: what one saves the other does not find
            workspace = Path(temporary) / f"{lang}.gpkg"
            shutil.copy(demo, workspace)
            with running(workspace) as address, sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=browser_path(), args=QUIET)
                page = browser.new_page(viewport=SIZE)
                page.route("**/*", only_here)
                walk(page, address, lang, options.folder)
                browser.close()


if __name__ == "__main__":
    main()
