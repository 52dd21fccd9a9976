"""A planner takes a file of the survey institute in: sees what it is, answers what it leaves open, confirms."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import expect

from planner.desk.desk import Desk
from planner.formats.write_parcels import write_parcels
from tests.e2e.conftest import FRAME, PATIENCE_MS, Driver

pytestmark = pytest.mark.browser

X, Y = 37_418_000.0, 2_206_000.0
COLUMNS = {"BSM": ["1", "2"], "DLBM": ["0101", "0103"], "DLMC": ["水田", "旱地"], "TBMJ": [9_998.0, 5_000.0]}
SHAPES = [shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 100, Y, X + 200, Y + 100)]
SURVEY = gpd.GeoDataFrame(COLUMNS, geometry=SHAPES, crs="EPSG:4525")


def opened(driver: Driver, lang: str) -> None:
    driver.page.goto(f"{driver.url}/import?lang={lang}")
    driver.page.locator('input[type="file"]').wait_for(state="attached", timeout=PATIENCE_MS)


def drop(driver: Driver, path: Path) -> None:
    driver.page.locator('input[type="file"]').set_input_files(path)


def choose(driver: Driver, label: str, option: str) -> None:
    driver.page.get_by_label(label, exact=False).first.click()
    driver.page.get_by_role("option", name=option, exact=True).click()


def drawn(driver: Driver) -> None:
    """Wait until the map shows the features of the file."""
    driver.only_map()
    outline = driver.page.frame_locator(FRAME).last.locator("path.leaflet-interactive").first
    outline.wait_for(state="attached", timeout=PATIENCE_MS)


def test_a_survey_is_looked_at_confirmed_and_stored_with_its_file(
    driver: Driver, address: tuple[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "调查.zip"
    write_parcels(path, SURVEY, "shapefile", on=date(2026, 1, 1))
    opened(driver, "zh")
    drop(driver, path)
    choose(driver, "文件内容", "现状地类")
    expect(driver.page.get_by_text("EPSG:4525 (文件中已注明)")).to_be_visible(timeout=PATIENCE_MS)
    expect(driver.page.get_by_text(re.compile("填写 5,000.00 m2，量得"))).to_be_visible()
    choose(driver, "编码体系", "GBT21010-2017")
    driver.page.get_by_label("经办人").fill("李")
    driver.page.get_by_label("经办人").press("Enter")
    drawn(driver)
    driver.shot("import-zh")
    said = driver.visible_text()
    assert not re.search(r"\b(Fills|Column|Reading|Choose|Import)\b", said)
    driver.page.get_by_role("button", name="导入 2 个图形").click()
    expect(driver.page.get_by_text("2 个图形中 2 个已存为“调查”")).to_be_visible(timeout=PATIENCE_MS)
    desk = Desk.open(str(address[1]))
    (info,) = [info for info in desk.layers() if info.name == "调查"]
    frame = desk.layer("调查").frame
    assert (info.role, list(frame["id"])) == ("land_survey", ["1", "2"])
    assert list(frame["code_system"]) == ["GBT21010-2017"] * 2
    assert [row["name"] for row in desk.store.rows("originals")] == ["调查.zip"]
    desk.close()
