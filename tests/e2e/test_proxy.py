"""A proxy of the office logs people in: the name it sends is theirs, and the same header from elsewhere is nobody's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from planner.desk.desk import Desk
from planner.people import Role
from tests.e2e.conftest import free_port, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("proxied") / "workspace.gpkg"
    shutil.copy(demo, path)
    desk = Desk.open(str(path))
    desk.hold("ann", Role.REVIEWER, actor="setup")
    desk.close()
    return path


@pytest.fixture
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def test_the_name_from_the_proxys_address_counts_and_a_forged_one_does_not(office: Path, browser: Browser) -> None:
    # The browser stands in for the proxy: it sends the header, from 127.0.0.1.
    page = browser.new_context(extra_http_headers={"X-Forwarded-User": "ann"}).new_page()
    with running(office, free_port(), PLANNER_PROXY="127.0.0.1", FORWARDED_ALLOW_IPS="") as url:
        page.goto(f"{url}/?lang=en")
        expect(page.get_by_text("ann · reviewer")).to_be_visible()
    with running(office, free_port(), PLANNER_PROXY="127.0.0.2", FORWARDED_ALLOW_IPS="") as url:
        page.goto(f"{url}/?lang=en")
        expect(page.get_by_text("through the office's login only").first).to_be_visible()
        expect(page.get_by_text("ann · reviewer")).to_have_count(0)
