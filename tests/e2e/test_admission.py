"""The reviewer's page by hand: rows dragged and moved by key, a change taken back, a language switched in between."""

from __future__ import annotations

import random
import re
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from planner.desk import scenarios
from planner.desk.desk import Desk
from tests.e2e.conftest import PATIENCE_MS, Driver

pytestmark = pytest.mark.browser

VERDICT = 6  # place of the cell in a row
FOCUS = "() => { let a = document.activeElement; while (a && a.shadowRoot) a = a.shadowRoot.activeElement;" \
        " return a && a.dataset.focus; }"


def order(driver: Driver) -> list[str]:
    return driver.page.locator(".queue tr.project").evaluate_all("rows => rows.map(row => row.dataset.id)")


def row(driver: Driver, id_: str) -> Locator:
    return driver.page.locator(f'.queue tr.project[data-id="{id_}"]')


def opened(driver: Driver, lang: str) -> list[str]:
    driver.page.goto(f"{driver.url}/admission?lang={lang}")
    expect(driver.page.locator(".queue tr.project").first).to_be_visible(timeout=PATIENCE_MS)
    expect(driver.page.locator('[data-testid="stVegaLiteChart"]').first).to_be_visible(timeout=PATIENCE_MS)
    return order(driver)


def undo(driver: Driver) -> Locator:
    return driver.page.locator(".st-key-undo button")


def test_a_row_dragged_up_takes_the_room_of_others_and_comes_back_by_undo(driver: Driver) -> None:
    page, before = driver.page, opened(driver, "en")
    moved, above = before[8], before[6]
    expect(row(driver, moved)).to_contain_text("exceeds quota")
    expect(undo(driver)).to_be_disabled()
    grip = row(driver, moved).locator("button.grip")
    grip.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # the page has stopped scrolling
    start, end = driver.box(grip), driver.box(row(driver, above))
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, start["y"] - 8, steps=3)
    page.mouse.move(end["x"] + 8, end["y"] + 4, steps=3)
    page.mouse.up()
    expect(row(driver, moved)).to_contain_text("warning")
    expect(row(driver, before[7])).to_contain_text("exceeds quota")
    expect(page.get_by_text("dashed: before the change").first).to_be_attached()
    assert order(driver) == [*before[:6], moved, above, before[7], *before[9:]]
    row(driver, moved).locator("button.name").click()
    expect(page.locator(".queue tr.keeps")).to_contain_text("Keeps out")
    driver.shot("en-dragged")
    undo(driver).click()
    expect(page.locator(".queue tr.project").nth(6)).to_have_attribute("data-id", above)
    assert order(driver) == before


def test_a_way_out_is_applied_however_soon_it_is_clicked_and_taken_back(driver: Driver) -> None:
    page, before = driver.page, opened(driver, "en")
    refused = row(driver, before[8])
    verdict = refused.locator("td").nth(VERDICT)
    expect(verdict).to_contain_text("exceeds quota")
    refused.locator("button.name").click()
    page.locator(".st-key-relieve button").click()
    for _again in range(2):  # first while the page is still being drawn; what was found is known after undo
        page.locator(".st-key-apply-0 button").click()
        expect(verdict).to_contain_text("warning")
        expect(page.locator(".st-key-relieve button")).to_have_count(0)
        undo(driver).click()
        expect(verdict).to_contain_text("exceeds quota")
        expect(undo(driver)).to_be_disabled()


def hard_to_choose() -> dict[str, Any]:
    """Sixty candidates that are worth about what they take of five caps in three years: nothing is proven in a
    minute."""
    chance, count = random.Random(4), 60
    projects = []
    for number in range(count):
        mwh, gas, land, water = (chance.randint(*ends) for ends in ((4000, 9000), (100, 900), (20, 99), (1000, 9000)))
        projects.append({
            "id": f"p{number}", "start": 2026, "window": [2026, 2028], "water_m3": water,
            "value_added_wan_yuan": round(mwh / 10 + gas * 1.2 + land * 8 + water / 12) + chance.randint(-20, 20),
            "carriers": {"electricity_mwh": mwh, "natural_gas_m3": gas * 1000},
            "land": {"new_construction_ha": land / 10, "offset_quantity_ha": chance.randint(10, 60) / 10}})
    return {"scenario": {"title": "hard to choose", "on": "2026-01-05", "years": [2026, 2027, 2028],
                         "basis": "calorific"},
            "baseline": {"energy_tce": 0, "carbon_tco2": 0},
            "caps": {"energy_tce": {"2026": 15_000, "2027": 19_800, "2028": 24_600}, "carbon_tco2": 72_000,
                     "new_construction_ha": {"2026": 60, "2027": 42, "2028": 30}, "water_m3": 150_000,
                     "offset_quantity_ha": {"2026": 42, "2027": 30, "2028": 24}},
            "project": projects}


def test_a_long_search_is_stopped_and_shows_its_best_so_far_with_the_gap(
    driver: Driver, address: tuple[str, Path]
) -> None:
    with closing(Desk.open(str(address[1]))) as at:
        scenarios.keep(at, "hard", hard_to_choose(), actor="Ann", key="hard", replace=True)
    page, _before = driver.page, opened(driver, "en")
    page.get_by_role("combobox", name="Scenario").click()
    page.get_by_role("option", name="hard", exact=True).click()
    expect(row(driver, "p59")).to_be_attached(timeout=PATIENCE_MS)
    page.get_by_text("with the book").click()
    page.get_by_text("Best set", exact=True).click()
    seconds = page.get_by_label("Seconds at most")
    seconds.fill("120")
    seconds.press("Tab")
    page.locator(".st-key-select button").click()
    stop = page.locator(".st-key-select-stop button")
    expect(stop).to_be_visible()
    expect(page.get_by_text(re.compile(r"^so far [0-9,]+, at most"))).to_be_visible(timeout=PATIENCE_MS)
    row(driver, "p3").locator("button.name").click()  # the page stays free while it searches
    expect(page.locator(".pl .name", has_text="p3")).to_be_visible()
    asked = time.monotonic()
    stop.click()
    found = page.locator('[data-testid="stMarkdownContainer"] p', has_text="Best set: ")
    expect(found).to_be_visible(timeout=PATIENCE_MS)
    assert time.monotonic() - asked < 70  # of the six minutes it might have taken
    expect(found).to_contain_text(re.compile(r"proven within (?!0\.00%)\d+\.\d\d%"))
    expect(stop).to_have_count(0)
    driver.shot("en-stopped")


def test_arrow_keys_move_a_row_and_a_switch_of_language_loses_nothing(driver: Driver) -> None:
    page, before = driver.page, opened(driver, "zh")
    grip = row(driver, before[5]).locator("button.grip")
    grip.focus()
    page.keyboard.press("Home")
    wanted = [before[5], *before[:5], *before[6:]]
    expect(undo(driver)).to_be_enabled()
    assert order(driver) == wanted and page.evaluate(FOCUS) == f"grip {before[5]}"
    page.get_by_text("方案", exact=True).last.click()  # the question that was open stays open
    name = page.get_by_label("队列另存为")
    name.fill("我的一版")
    name.press("Tab")
    page.locator(".st-key-lang").get_by_text("English").click()
    expect(page.get_by_label("Save the queue as")).to_have_value("我的一版")
    expect(page.get_by_role("combobox", name="Scenario")).to_have_value("queue of the workspace")
    assert order(driver) == wanted
    undo(driver).click()
    expect(page.locator(".queue tr.project").first).to_have_attribute("data-id", before[0])
    assert order(driver) == before


def test_a_figure_hovered_shows_its_arithmetic_and_clicked_what_it_rests_on(driver: Driver) -> None:
    page, before = driver.page, opened(driver, "en")
    short = row(driver, before[2]).locator("button.why").nth(2)
    short.hover()
    expect(page.locator(".queue .tip")).to_contain_text("in place")
    short.click()
    expect(page.locator(".queue tr.more .source").first).to_contain_text("entry")
    page.locator(".queue tr.more .close").click()
    expect(page.locator(".queue tr.more")).to_have_count(0)
