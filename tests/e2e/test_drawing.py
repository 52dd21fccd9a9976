"""What a planner does with drawings on the map: cut, delete, undo, bring from a file, go to, hand out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyproj
import pytest
import shapely
from playwright.sync_api import expect

from planner.desk.desk import Desk
from tests.e2e.conftest import ARTEFACTS, PATIENCE_MS, Driver
from tests.e2e.ground import farmland_corner, free_square

pytestmark = pytest.mark.browser
GEOD = pyproj.Geod(ellps="GRS80")
Ring = list[tuple[float, float]]


def inset(ring: Ring, west: float, south: float, east: float, north: float) -> Ring:
    """A rectangle inside (or across) the rectangle of a ring, by shares of its width and height."""
    x, y, right, top = shapely.Polygon(ring).bounds
    wide, high = right - x, top - y
    return list(shapely.box(x + west * wide, y + south * high, x + east * wide, y + north * high).exterior.coords)[:4]


def mu(shape: shapely.Geometry) -> float:
    """Area in mu on the ellipsoid, by another library."""
    return abs(GEOD.geometry_area_perimeter(shape)[0]) * 15 / 10_000


def card_mu(driver: Driver) -> float:
    return float(driver.page.locator(".pl .area").inner_text().split(" ")[0].replace(",", ""))


def wait_mu(driver: Driver, expected: float) -> None:
    """The card shows an area within a pixel's worth of the clicks of the one expected."""
    said = driver.page.locator(".pl .area")
    expect(said).to_be_visible()
    driver.page.wait_for_function(
        """([wanted]) => { const said = document.querySelector(".pl .area");
            return said && Math.abs(parseFloat(said.textContent.replace(",", "")) - wanted) < wanted * 0.03; }""",
        arg=[expected],
    )


def test_a_hole_is_cut_a_cut_across_splits_a_removed_drawing_comes_back(
    driver: Driver, address: tuple[str, Path]
) -> None:
    desk = Desk.open(str(address[1]))
    ring = free_square(desk)
    desk.close()
    page, whole = driver.page, shapely.Polygon(ring)
    hole, across = inset(ring, 0.3, 0.35, 0.5, 0.65), inset(ring, 0.65, -0.2, 0.8, 1.2)
    driver.open("en")
    driver.look_at(*whole.bounds)
    driver.draw(ring)
    wait_mu(driver, mu(whole))

    driver.draw(hole, tool="cut")
    holed = whole - shapely.Polygon(hole)
    wait_mu(driver, mu(holed))
    driver.draw(across, tool="cut")
    split = holed - shapely.Polygon(across)
    assert len(split.geoms) == 2
    wait_mu(driver, mu(split))
    expect(page.locator(".pl .name").first).to_contain_text("new-01")  # still one parcel, of two parts
    driver.shot("en-cut")

    driver.tool("delete")
    driver.click(*shapely.Point(inset(ring, 0.1, 0.1, 0.2, 0.2)[0]).coords[0])
    expect(page.locator(".pl .area")).to_have_count(0)
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    wait_mu(driver, mu(split))
    driver.map_ready()
    undo.click()
    wait_mu(driver, mu(holed))
    undo.click()
    wait_mu(driver, mu(whole))


def txt(ring: Ring) -> bytes:
    """A boundary point file of land approval in the plane of zone 37, x to the north first."""
    plane = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4525", always_xy=True)
    closed = [*ring, ring[0]]
    points = [plane.transform(*corner) for corner in closed]
    lines = [
        "[属性描述]", "格式版本号=1.01版本", "坐标系=2000国家大地坐标系", "几度分带=3", "投影类型=高斯克吕格",
        "计量单位=米", "带号=37", "精度=0.001", "转换参数=,,,,,,", "[地块坐标]", "4,0,来件-T1,来件地块,面,,工业用地,,@",
    ]  # fmt: skip
    lines += [f"J{i % 4 + 1},1,{north:.3f},{east:.3f}" for i, (east, north) in enumerate(points)]
    return "\r\n".join(lines).encode("gb18030")


def test_a_file_beside_the_map_becomes_drawings_where_its_land_lies(driver: Driver, address: tuple[str, Path]) -> None:
    desk = Desk.open(str(address[1]))
    ring, other = free_square(desk), free_square(desk, seed=8)
    desk.close()
    page, whole = driver.page, shapely.Polygon(ring)
    feature = {"type": "Feature", "properties": {}, "id": "sent-1", "geometry": shapely.geometry.mapping(whole)}
    driver.open("zh")
    for name, content, shape, called in (
        ("来件.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), whole, "sent-1"),
        ("来件.txt", txt(other), shapely.Polygon(other), "来件"),
    ):
        page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "", "buffer": content})
        expect(page.locator(".pl .name").first).to_contain_text(called)
        wait_mu(driver, mu(shape))
        assert card_mu(driver) == pytest.approx(mu(shape), abs=0.011)  # no click in between: to the last digit shown
        driver.map_ready()
        driver.until_seen(*shape.centroid.coords[0])
        driver.shot(f"zh-upload-{Path(name).suffix[1:]}")

    page.locator('input[type="file"]').set_input_files({"name": "坏.geojson", "mimeType": "", "buffer": b"{"})
    expect(page.locator('[data-testid="stAlert"]').first).to_contain_text("坏.geojson")


def test_a_finding_and_a_table_row_bring_their_land_into_view(driver: Driver, address: tuple[str, Path]) -> None:
    desk = Desk.open(str(address[1]))
    spot = farmland_corner(desk, seed=23)
    layer = next(info.name for info in desk.layers() if info.role == "parcels")
    parcels = desk.layer(layer).frame
    wet = shapely.union_all(
        [desk.layer(info.name).frame.union_all() for info in desk.layers() if info.role == "basic_farmland"]
    )
    desk.close()
    piece = wet.intersection(shapely.Polygon(spot.corners))
    driver.open("en")
    driver.look_at(*shapely.Polygon(spot.corners).bounds)
    driver.draw(spot.corners)
    driver.frame.evaluate("void window.map.setZoom(12, {animate: false})")
    driver.page.locator('[class*="st-key-finding-"] button', has_text="basic farmland").first.click()
    driver.until_seen(*piece.centroid.coords[0], zoom=16)
    driver.shot("en-finding-zoomed")

    wanted = parcels.iloc[len(parcels) // 2]
    driver.page.get_by_label("Search parcels").fill(str(wanted["id"]))
    driver.page.get_by_label("Search parcels").press("Enter")
    expect(driver.page.get_by_text(re.compile(rf"^1 of {len(parcels)} parcels"))).to_be_visible()
    grid = driver.page.locator('[data-testid="stDataFrame"]').last
    driver.page.wait_for_timeout(800)  # the table is drawn on a canvas
    box = driver.box(grid)
    driver.page.mouse.click(box["x"] + 15, box["y"] + 27 * 1.5)
    driver.until_seen(*wanted.geometry.centroid.coords[0], zoom=15)
    expect(driver.page.locator(".pl .area")).to_contain_text(f"{mu(wanted.geometry):,.2f}")
    driver.shot("en-row-flown")


def test_the_map_handed_out_opens_alone_without_asking_for_anything(
    driver: Driver, address: tuple[str, Path], tmp_path: Path
) -> None:
    desk = Desk.open(str(address[1]))
    ring = free_square(desk, seed=31)
    desk.close()
    page = driver.page
    driver.open("zh")
    driver.look_at(*shapely.Polygon(ring).bounds)
    driver.draw(ring)
    expect(page.locator(".pl .head").first).to_be_visible()
    page.locator('[data-testid="stPopover"] button', has_text="出图").first.click()
    page.get_by_role("button", name="生成离线网页地图").click()
    save = page.get_by_role("button", name="保存离线网页地图")
    expect(save).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_download(timeout=PATIENCE_MS) as waiting:
        save.click()
    file = tmp_path / "map.html"
    waiting.value.save_as(file)

    browser = page.context.browser
    assert browser is not None
    alone, asked = browser.new_context(offline=True).new_page(), []
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("pageerror", lambda error: asked.append(str(error)))
    alone.goto(file.as_uri())
    expect(alone.locator(".planner-panel").first).to_be_visible()
    expect(alone.locator(".leaflet-planner-marks-pane path").first).to_be_attached()
    expect(alone.get_by_text("新-01").first).to_be_attached()
    alone.screenshot(path=ARTEFACTS / "zh-offline-map.png")
    assert [url for url in asked if not url.startswith((file.as_uri(), "data:", "blob:"))] == []
