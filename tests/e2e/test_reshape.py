"""A parcel that is blocked is drawn in as the card says, divided, brought back; a layer's fault is flown to."""

from __future__ import annotations

import re
from pathlib import Path

import shapely
from playwright.sync_api import expect

from planner.desk.desk import Desk
from planner.land.topology import Sizes, topology
from tests.e2e.conftest import Driver
from tests.e2e.ground import farmland_corner

MU = re.compile(r"([\d,.]+) 亩")


def area_mu(driver: Driver) -> float:
    found = MU.search(driver.page.locator(".pl .area").inner_text())
    assert found is not None
    return float(found[1].replace(",", ""))


def test_the_card_says_how_far_to_draw_in_does_it_divides_and_undoes(driver: Driver, address: tuple[str, Path]) -> None:
    desk = Desk.open(str(address[1]))
    spot = farmland_corner(desk, seed=23)
    desk.close()
    page = driver.page
    driver.open("zh")
    driver.look_at(*shapely.Polygon(spot.corners).bounds)
    driver.draw(spot.corners)
    said = page.get_by_text(re.compile(r"[东南西北]侧向[东南西北]缩进 [\d.]+ 米即可满足"))
    expect(said).to_be_visible()
    whole = area_mu(driver)
    driver.shot("zh-advice")

    page.get_by_role("button", name="照办").click()
    expect(said).to_have_count(0)
    smaller = area_mu(driver)
    assert 0.5 * whole < smaller < whole
    assert "永久基本农田" not in page.locator(".pl .head").first.inner_text()
    page.get_by_role("button", name="撤销").click()
    expect(said).to_be_visible()
    assert area_mu(driver) == whole

    page.get_by_role("button", name="地块", exact=True).click()
    page.get_by_role("tab", name="调整与分割").click()
    areas = page.get_by_role("textbox", name="各块面积（亩）")
    areas.fill("10")
    areas.press("Enter")
    driver.shot("zh-fit-and-divide")
    page.get_by_role("button", name="分割", exact=True).click()
    expect(page.get_by_text("共 2 块")).to_be_visible()
    assert area_mu(driver) == 10.0
    driver.only_map()
    driver.shot("zh-divided")


def test_a_fault_of_a_layer_is_flown_to_from_its_row(driver: Driver, address: tuple[str, Path]) -> None:
    desk = Desk.open(str(address[1]))
    worst = topology(desk.layer("zoning"), Sizes(0.001, 1, 0.5))[0]
    desk.close()
    page = driver.page
    driver.open("zh")
    page.get_by_text("图层拓扑检查").click()
    choice = page.get_by_role("combobox", name="图层")
    choice.click()
    choice.press_sequentially("zoning", delay=50)
    expect(page.get_by_role("option")).to_have_count(1)
    choice.press("ArrowDown")
    choice.press("Enter")
    expect(choice).to_have_value("zoning")
    page.get_by_role("button", name="检查", exact=True).click()
    expect(page.get_by_text(re.compile(r"处拓扑问题"))).to_be_visible()
    page.wait_for_timeout(1500)  # the table is drawn on a canvas
    table = page.locator('[data-testid="stDataFrame"]').last
    table.scroll_into_view_if_needed()
    box = driver.box(table)
    page.mouse.click(box["x"] + 15, box["y"] + 27 * 1.5)
    driver.until_seen(*worst.where.representative_point().coords[0], zoom=14)
    driver.shot("zh-topology")
