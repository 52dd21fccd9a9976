"""Take the pictures of docs/walkthrough anew: a reviewer decides the demo queue, step by step, in both languages.

    python scripts/walkthrough.py FOLDER [--workspace demo/workspace.gpkg]

Needs what scripts/screens.py needs.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts.screens import PLANNER, QUIET, browser_path, only_here, running, settled

SIZE = {"width": 1366, "height": 900}
ROW = 28
REFUSED = 8  # the row of the first project that a small change lets in
SAID = {
    "zh": {"ways": "出路", "apply": "采用", "best": "最优组合", "find": "求最优组合", "sure": "可靠程度",
           "ask": "测算把握"},
    "en": {"ways": "Ways out", "apply": "Apply", "best": "Best set", "find": "Find the best set", "sure": "How sure",
           "ask": "How sure?"},
}


def pick(page: Page, row: int) -> None:
    """Select a row of the answers, as a person would, once the table stands still."""
    page.wait_for_timeout(2500)
    grid = page.locator('.st-key-answers [data-testid="stDataFrame"]')
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 14, "y": ROW * (row + 1.5)})
    settled(page)
    page.locator(".pl .head").first.wait_for(timeout=60_000)


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    page.wait_for_timeout(600)
    page.get_by_role("tab", name=name, exact=True).scroll_into_view_if_needed()


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
    words = SAID[lang]
    opened(page, f"{address}/admission?lang={lang}")
    shot(page, folder, 1, lang)
    pick(page, REFUSED)
    page.get_by_role("button", name=words["ways"], exact=False).first.click()
    page.get_by_role("button", name=words["apply"], exact=False).first.wait_for(timeout=60_000)
    settled(page)
    shot(page, folder, 2, lang)
    page.get_by_role("button", name=words["apply"], exact=False).first.click()
    settled(page)
    shot(page, folder, 3, lang, top=True)
    tab(page, words["best"])
    page.get_by_role("button", name=words["find"], exact=False).click()
    settled(page)
    tab(page, words["best"])
    shot(page, folder, 4, lang, end=True)
    tab(page, words["sure"])
    page.get_by_role("button", name=words["ask"], exact=False).click()
    settled(page)
    page.wait_for_timeout(1500)
    tab(page, words["sure"])
    shot(page, folder, 5, lang, end=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
            for lang in SAID:
                page = browser.new_page(viewport=SIZE)
                page.route("**/*", only_here)
                walk(page, address, lang, options.folder)
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
