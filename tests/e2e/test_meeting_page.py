"""The meeting's page: ticks, the frame dragged on the map, the page that follows, one button that makes the papers."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, expect

from planner.cli import main
from planner.desk.desk import Desk
from planner.desk.pack_verify import verify_pack
from tests.e2e.conftest import FRAME, PATIENCE_MS, Driver
from tests.e2e.ground import beside
from tests.test_meeting_papers import png

pytestmark = pytest.mark.browser

WORDS = {
    "zh": {"make": "生成材料", "save": "全部保存", "office": "编制单位", "web": "网页地图",
           "deck": "汇报幻灯片", "middle": "中心", "back": "居中", "book": "工作簿", "all": "会议全套材料",
           "files": "模板与标志", "sheet": "图幅号", "opinion": "审查意见", "pack": "可自证的证据包",
           "print": "出图", "drawn": "新-01"},
    "en": {"make": "Make the papers", "save": "Save all", "office": "Office", "web": "Web map", "deck": "Deck (PPTX)",
           "middle": "Middle", "back": "To the middle", "book": "Workbook", "all": "All papers of a meeting",
           "files": "Templates and logo", "sheet": "Map sheet no.", "opinion": "Opinion",
           "pack": "Pack that proves itself", "print": "Print", "drawn": "new-01"},
}


def line(driver: Driver, word: str, paper: str = "A4") -> Locator:
    """The line below the map that says what its frame shows."""
    return driver.page.locator('[data-testid="stCaptionContainer"]', has_text=word).filter(has_text=paper).first


def said(at: Locator) -> tuple[str, int, float, float]:
    """(paper, scale, longitude, latitude) as that line says them."""
    expect(at).to_be_visible(timeout=PATIENCE_MS)
    found = re.search(r"(A\d)\D+1:([\d,]+)\D+(\d+\.\d+)\D+(\d+\.\d+)", at.inner_text())
    assert found is not None
    return found[1], int(found[2].replace(",", "")), float(found[3]), float(found[4])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_frame_is_dragged_and_the_papers_are_made_as_chosen(driver: Driver, lang: str, tmp_path: Path) -> None:
    page, word = driver.page, WORDS[lang]
    page.goto(f"{driver.url}/meeting?lang={lang}")
    picture = page.locator('[data-testid="stImage"] img')
    expect(picture).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_text("A4", exact=True).first.click()
    told = line(driver, word["middle"])
    before, words = said(told), told.inner_text()
    box = driver.box(page.locator(FRAME).last)
    driver.frame.wait_for_selector("path.planner-frame")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.wait_for_timeout(1_500)  # the map flies to the frame of the other paper
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name=word["back"])).to_be_enabled(timeout=PATIENCE_MS)
    expect(told).not_to_have_text(words, timeout=PATIENCE_MS)
    after = said(told)
    assert after[:2] == ("A4", before[1])  # a frame that is dragged keeps its size
    assert after[2] > before[2] and after[3] < before[3]
    for name in ("deck", "book"):
        page.get_by_text(word[name]).first.click()  # ticked at first: out of the list
    page.get_by_text(word["web"]).first.click()
    page.get_by_label(word["office"], exact=True).fill("Office 7")
    page.get_by_label(word["office"], exact=True).press("Enter")
    page.get_by_role("button", name=word["make"]).click()
    expect(page.get_by_text("web.html")).to_be_visible(timeout=PATIENCE_MS)
    driver.shot(f"meeting-{lang}")
    with page.expect_download() as handed:
        page.get_by_role("button", name=word["save"]).click()
    handed.value.save_as(tmp_path / "m.zip")
    with zipfile.ZipFile(tmp_path / "m.zip") as made:
        listed = json.loads(made.read("contents.json"))
        assert [row["name"] for row in listed["files"]] == ["sheet.pdf", "opinion.docx", "web.html"]
        assert (listed["paper"], listed["scale"]) == ("A4", before[1])
        sheet = pypdf.PdfReader(BytesIO(made.read("sheet.pdf"))).pages[0].extract_text()
    assert listed["run_hash"] in sheet and "Office 7" in sheet
    expect(page.get_by_text(listed["run_hash"])).to_be_visible()
    if lang == "zh":
        assert "Make the papers" not in driver.visible_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_papers_of_a_parcel_on_the_map_are_made_signed_and_prove_themselves(
    driver: Driver, address: tuple[str, Path], lang: str, tmp_path: Path
) -> None:
    page, word = driver.page, WORDS[lang]
    desk = Desk.open(str(address[1]))
    corners, _ = beside(desk)
    desk.close()
    driver.open(lang)
    xs, ys = zip(*corners, strict=True)
    driver.look_at(min(xs), min(ys), max(xs), max(ys))
    driver.draw(corners)
    expect(page.locator(".pl .head").first).to_be_visible()
    page.locator('[data-testid="stPopover"] button', has_text=word["print"]).first.click()
    page.get_by_role("button", name=word["all"]).click()
    picture = page.locator('[data-testid="stImage"] img')
    expect(picture).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text(word["drawn"]).first).to_be_visible()
    # 1:N presets by click: the line below the map says what was chosen.
    for scale in ("1:5,000", "1:2,000"):
        page.locator(".st-key-print-scale [role=combobox], .st-key-print-scale [data-baseweb=select]").first.click()
        page.get_by_role("option", name=scale).click()
        expect(line(driver, word["middle"], "A3")).to_contain_text(scale, timeout=PATIENCE_MS)
    page.get_by_text(word["files"]).click()
    page.locator(".st-key-print-own-logo input[type=file]").set_input_files(
        {"name": "sign.png", "mimeType": "image/png", "buffer": png()})
    page.get_by_label(word["sheet"], exact=True).fill("E49G001002")
    page.get_by_label(word["sheet"], exact=True).press("Enter")
    for name in ("deck", "book", "opinion"):
        page.get_by_text(word[name]).first.click()  # ticked at first: out of the list
    page.get_by_text(word["pack"]).first.click()
    page.get_by_role("button", name=word["make"]).click()
    expect(page.get_by_text("pack.zip")).to_be_visible(timeout=2 * PATIENCE_MS)
    driver.shot(f"meeting-pack-{lang}")
    with page.expect_download() as handed:
        page.get_by_role("button", name=word["save"]).click()
    handed.value.save_as(tmp_path / "m.zip")
    with zipfile.ZipFile(tmp_path / "m.zip") as made:
        listed = json.loads(made.read("contents.json"))
        assert [row["name"] for row in listed["files"]] == ["sheet.pdf", "pack.zip"]
        assert (listed["paper"], listed["scale"]) == ("A3", 2_000)
        made.extract("pack.zip", tmp_path)
        sheet = pypdf.PdfReader(BytesIO(made.read("sheet.pdf"))).pages[0]
    drawn = [thing.get_object() for thing in sheet["/Resources"]["/XObject"].values()]
    assert any(thing["/Subtype"] == "/Image" for thing in drawn)  # the sign
    assert "E49G001002" in sheet.extract_text() and "1:2 000" in sheet.extract_text()
    found = verify_pack(tmp_path / "pack.zip")
    assert found.ok and found.pages > 5, found.differs
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert pack.read("office/logo.png") == png()
        paper = pypdf.PdfReader(BytesIO(pack.read("printed/sheet.pdf"))).pages[0].extract_text()
    assert "E49G001002" in paper and listed["run_hash"] in paper
    assert main(["verify", str(tmp_path / "pack.zip")]) == 0
