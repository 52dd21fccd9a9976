"""People log in with the office's own login (OpenID Connect): a small real provider on this machine plays its part."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect, sync_playwright

from planner.desk.desk import Desk
from planner.people import Role
from tests.e2e.conftest import ARTEFACTS, PATIENCE_MS, free_port, running

pytestmark = pytest.mark.browser
PEOPLE = {"ann": "ann@zone.example", "root": "root@zone.example", "eve": "eve@elsewhere.example"}


@pytest.fixture(scope="module")
def office(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The app behind a login: its address, and the workspace in which ann reviews and root administers."""
    folder = tmp_path_factory.mktemp("office")
    path, port = folder / "workspace.gpkg", free_port()
    shutil.copy(demo, path)
    desk = Desk.open(str(path))
    desk.hold(PEOPLE["root"], Role.ADMINISTRATOR, actor="setup")
    desk.hold(PEOPLE["ann"], Role.PLANNER, park="ZONE", actor="setup")
    desk.close()
    users = [User(sub=sub, claims={"email": email, "email_verified": True}) for sub, email in PEOPLE.items()]
    users.append(User(sub="mal", claims={"email": PEOPLE["root"], "email_verified": False}))
    with run_server_in_thread(user_claims=users) as provider:
        told = folder / "secrets.toml"
        told.write_text(
            f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\n'
            f'cookie_secret = "{secrets.token_hex(16)}"\n'
            f'client_id = "planner"\nclient_secret = "{secrets.token_hex(8)}"\n'
            f'server_metadata_url = "http://localhost:{provider.server_port}/.well-known/openid-configuration"\n'
        )
        with running(path, port, "--secrets.files", str(told)):
            yield f"http://localhost:{port}", path


@pytest.fixture
def page(chromium_path: str) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        opened.set_default_timeout(PATIENCE_MS)
        yield opened
        browser.close()


def log_in(page: Page, url: str, sub: str) -> None:
    page.goto(f"{url}/?lang=en")
    page.get_by_role("button", name="Log in").click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url(f"{url}/**")
    expect(page.locator('[data-testid="stMainBlockContainer"]')).to_be_visible()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="End session").click()  # the provider's own question
    expect(page.get_by_role("button", name="Log in")).to_be_visible()  # in the language that was left


def test_a_planner_logs_in_and_acts_under_that_name_only(office: tuple[str, Path], page: Page) -> None:
    log_in(page, office[0], "ann")
    expect(page.get_by_text("ann@zone.example · planner")).to_be_visible()
    expect(page.get_by_role("link", name="Quotas")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    page.screenshot(path=ARTEFACTS / "en-logged-in.png")
    page.goto(f"{office[0]}/administration?lang=en")  # typed by hand: there is no such page for a planner
    expect(page.get_by_text("ann@zone.example · planner")).to_be_visible()
    expect(page.get_by_role("tab", name="Trail")).to_have_count(0)
    page.keyboard.press("Escape")  # the notice that there is no such page
    log_out(page)


def test_an_administrator_gives_a_stranger_a_role(office: tuple[str, Path], page: Page) -> None:
    log_in(page, office[0], "eve")
    expect(page.get_by_text("planner people give eve@elsewhere.example viewer")).to_be_visible()
    log_out(page)
    log_in(page, office[0], "root")
    page.get_by_role("link", name="Administration").click()
    page.get_by_label("Person, as the login names them").fill(PEOPLE["eve"])
    page.get_by_role("button", name="Record").click()
    expect(page.locator('[data-testid="stDataFrame"]').first).to_be_visible()
    page.wait_for_timeout(800)
    page.screenshot(path=ARTEFACTS / "en-administration.png")
    desk = Desk.open(str(office[1]))
    (newest,) = [row for row in desk.people() if row.person == PEOPLE["eve"]]
    desk.close()
    assert (newest.role, newest.actor) == (Role.VIEWER, PEOPLE["root"])


def test_an_address_that_the_provider_has_not_confirmed_is_nobody(office: tuple[str, Path], page: Page) -> None:
    log_in(page, office[0], "mal")
    expect(page.get_by_text("no confirmed 'email'").first).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
