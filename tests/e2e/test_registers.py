"""The registers' page: the row that needs a person first, a row chosen on the table or by a click on its land."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import expect

from planner.desk.desk import Desk
from planner.desk.registers import checked, verdict
from planner.ui.register_table import ROW
from tests.e2e.conftest import Driver

pytestmark = pytest.mark.browser


def opened(driver: Driver, lang: str, register: str) -> None:
    driver.page.goto(f"{driver.url}/registers?lang={lang}")
    driver.map_ready()
    driver.page.get_by_role("radio", name=register).click()
    driver.map_ready()


def alone(desk: Desk, register: str) -> tuple[str, shapely.Geometry]:
    """The last row whose land is its own: its number, its land."""
    rows = [one for one in checked(desk, register) if one.joined.shape is not None]
    for one in reversed(rows):
        others = shapely.union_all([two.joined.shape for two in rows if two is not one])
        assert one.joined.shape is not None
        if not one.joined.shape.intersects(others):
            return one.row.id, one.joined.shape
    raise AssertionError("every row lies on another")


def test_a_click_on_the_land_of_a_row_chooses_it(driver: Driver, address: tuple[str, Path]) -> None:
    desk = Desk.open(str(address[1]))
    id, shape = alone(desk, "stock")
    desk.close()
    opened(driver, "zh", "存量与低效用地")
    card = driver.page.locator(".pl .name").first
    expect(card).not_to_contain_text(id)
    driver.look_at(*shape.bounds)
    driver.click(*shape.representative_point().coords[0])
    expect(card).to_contain_text(id)
    driver.map_ready()
    driver.shot("registers-zh")


@pytest.mark.parametrize(("lang", "register"), [("zh", "用地准入协议"), ("en", "Access contracts")])
def test_the_contracts_print_what_was_promised_of_the_standard_in_one_language(
    driver: Driver, address: tuple[str, Path], lang: str, register: str
) -> None:
    desk = Desk.open(str(address[1]))
    rows = sorted(checked(desk, "contracts"), key=lambda one: (-verdict(one), one.row.id))
    number = next(n for n, one in enumerate(rows) if getattr(one.row, "investment_promised", None) == 670)
    desk.close()
    opened(driver, lang, register)
    grid = driver.page.locator('[data-testid="stDataFrame"]')
    expect(grid).to_have_count(1)  # that of the register before is gone
    driver.page.wait_for_timeout(1_500)
    grid.click(position={"x": 14, "y": ROW * (number + 1.5)})
    expect(driver.page.locator(".pl .name").first).to_contain_text(rows[number].row.id)
    text = driver.visible_text()
    assert re.search(r"223 %.*195 %.*273 %", text, re.DOTALL)
    assert not re.search(r"\b(promised|reached|Verdict|Findings)\b", text) if lang == "zh" else True
    assert not re.search("[\u4e00-\u9fff]", text.replace("中文", "")) if lang == "en" else True
    driver.shot(f"registers-contracts-{lang}")
