"""The three people's stories, as they would do them, in both languages and without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from planner.desk.desk import Desk
from tests.e2e.conftest import FRAME, PATIENCE_MS, Driver
from tests.e2e.ground import beside, farmland_corner

pytestmark = pytest.mark.browser

WORDS = {
    "zh": {
        "fits": "可行",
        "blocked": "禁止",
        "farmland": "永久基本农田",
        "project": "项目",
        "reserve": "预占",
        "queue": "从排队表选",
        "document": "依据文件（文号与标题）",
        "person": "经办人",
        "book": "确认预占",
        "booked": "已记入第",
        "print": "出图",
        "make": "生成图件 PDF",
        "save": "保存图件 PDF",
        "short": "缺",
        "nothing": "未记入任何分录",
        "drawn": "新-01",
        "throw": "放弃此图形",
        "parcel": "地块",
        "admission": "准入",
        "quotas": "指标",
        "after": "虚线",
        "first": "最先用完",
    },
    "en": {
        "fits": "fits",
        "blocked": "blocked",
        "farmland": "basic farmland",
        "project": "Project",
        "reserve": "Reserve",
        "queue": "From the queue",
        "document": "Document (number and title)",
        "person": "Person",
        "book": "Book it",
        "booked": "Booked as entry",
        "print": "Print",
        "make": "Make: Sheet as PDF",
        "save": "Save: Sheet as PDF",
        "short": "short by",
        "nothing": "Nothing was booked",
        "drawn": "new-01",
        "throw": "Throw this drawing away",
        "parcel": "Parcel",
        "admission": "Admission",
        "quotas": "Quotas",
        "after": "dashed: before the change",
        "first": "Runs out first",
    },
}


def bounds(corners: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def test_a_parcel_snapped_to_its_neighbour_overlaps_nobody(driver: Driver, address: tuple[str, Path]) -> None:
    desk = Desk.open(str(address[1]))
    corners, neighbour = beside(desk)
    overlap_titles = [rule.title for rule in desk.parameters.rules if rule.rule.startswith("overlap")]
    desk.close()
    driver.open("en")
    driver.look_at(*bounds(corners))
    driver.draw(corners)
    head = driver.page.locator(".pl .head").first
    expect(head).to_be_visible()
    driver.shot("en-snapped")
    expect(head).to_contain_text("fits")
    rules = driver.page.locator(".pl details", has_text="rules:").locator("tr")
    for title in overlap_titles:
        row = rules.filter(has_text=title)
        expect(row).to_have_count(1)
        expect(row).to_contain_text("●")
    assert neighbour  # the story stands beside a real parcel of the demo


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_drawn_over_farmland_it_is_red_corrected_it_clears_and_is_reserved(
    driver: Driver, address: tuple[str, Path], lang: str, tmp_path: Path
) -> None:
    words, page = WORDS[lang], driver.page
    spot = farmland_corner(Desk.open(str(address[1])), seed={"zh": 5, "en": 11}[lang])
    driver.open(lang)
    driver.look_at(*bounds(spot.corners))
    driver.draw(spot.corners)
    head = page.locator(".pl .head").first
    expect(head).to_contain_text(words["blocked"])
    driver.shot(f"{lang}-blocked")
    expect(page.locator('[class*="st-key-finding-"] button').first).to_contain_text(words["farmland"])
    marks = page.frame_locator(FRAME).last.locator('path[fill="url(#planner-blocked)"]')
    expect(marks).to_have_count(1)

    driver.drag(spot.corners[spot.wet], spot.kept)
    expect(head).not_to_contain_text(words["blocked"])
    expect(marks).to_have_count(0)
    driver.shot(f"{lang}-corrected")

    attach(driver, words, "2023")
    expect(head).to_contain_text("2023")
    expect(head).to_contain_text(words["short"])
    before = free_energy(address[1], 2023)
    reserve(driver, words)
    expect(page.get_by_text(words["nothing"])).to_be_visible()
    driver.shot(f"{lang}-refused")
    assert free_energy(address[1], 2023) == before
    page.keyboard.press("Escape")

    attach(driver, words, "2027", which=["zh", "en"].index(lang))  # what holds a parcel is booked once
    driver.shot(f"{lang}-with-project")
    before = free_energy(address[1], 2027)
    reserve(driver, words)
    expect(page.get_by_text(re.compile(words["booked"]))).to_be_visible()
    driver.shot(f"{lang}-reserved")
    assert free_energy(address[1], 2027) < before

    sheet = print_sheet(driver, words, tmp_path)
    text = "".join(page_.extract_text() for page_ in pypdf.PdfReader(sheet).pages)
    assert words["drawn"] in "".join(text.split())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_queue_and_the_book_answer_in_one_language(driver: Driver, lang: str) -> None:
    words, page = WORDS[lang], driver.page
    driver.open(lang)
    driver.shot(f"{lang}-map")
    assert foreign(driver, lang) == []
    page.get_by_role("link", name=words["admission"]).click()
    charts = page.locator('[data-testid="stVegaLiteChart"]')
    expect(charts.first).to_be_visible()
    driver.shot(f"{lang}-admission")
    choose_answer(driver, 6)
    head = page.locator(".pl .head").first
    expect(head).to_be_visible()
    before = head.inner_text()
    start = page.locator('[class*="st-key-slide-"]').first.get_by_role("slider")
    start.focus()
    for _ in range(4):  # from 2026 back to 2022, when the budget was overdrawn
        start.press("ArrowLeft")
    expect(head).to_contain_text(words["short"])
    assert head.inner_text() != before
    expect(page.get_by_text(words["after"]).first).to_be_attached()
    driver.shot(f"{lang}-admission-moved")
    assert foreign(driver, lang) == []
    page.get_by_role("link", name=words["quotas"]).click()
    expect(page.get_by_text(words["first"])).to_be_visible()
    driver.shot(f"{lang}-quotas")
    assert foreign(driver, lang) == []


def foreign(driver: Driver, lang: str) -> list[str]:
    """Words in view that are not of the language; codes in capitals, units and names aside."""
    said = driver.visible_text()
    for name in ("English", "中文", "beancount", "hledger"):  # the way to the other language, and two programs
        said = said.replace(name, "")
    return re.findall(r"[A-Za-z]*[a-z]{3,}", said) if lang == "zh" else re.findall(r"[\u4e00-\u9fff]+", said)


def choose_answer(driver: Driver, row: int) -> None:
    """Choose a project of the queue by its place from 0."""
    driver.page.locator(".queue button.name").nth(row).click()


def attach(driver: Driver, words: dict[str, str], year: str, *, which: int = 0) -> None:
    """Put a project that the queue has of a year on the parcel."""
    page = driver.page
    page.locator('[data-testid="stPopover"] button', has_text=words["project"]).first.click()
    page.get_by_role("combobox", name=words["queue"]).click()
    page.get_by_role("option", name=re.compile(f"· {year}$")).nth(which).click()
    expect(page.get_by_text(re.compile(rf"{year}.*(吨标准煤|tce)")).first).to_be_visible()
    page.keyboard.press("Escape")


def reserve(driver: Driver, words: dict[str, str]) -> None:
    """Fill in the dialogue and book."""
    page = driver.page
    page.locator(".st-key-reserve button").click()
    page.get_by_label(words["document"]).fill("海高新函〔2026〕1号")
    page.get_by_label(words["person"]).fill("林工")
    page.get_by_label(words["person"]).press("Tab")
    button = page.get_by_role("button", name=words["book"])
    expect(button).to_be_enabled()
    button.click()


def print_sheet(driver: Driver, words: dict[str, str], folder: Path) -> Path:
    """Make the PDF and save it."""
    page = driver.page
    page.locator('[data-testid="stPopover"] button', has_text=words["print"]).first.click()
    page.get_by_role("button", name=words["make"]).click()
    expect(page.get_by_role("button", name=words["save"])).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=words["save"]).click()
    waiting.value.save_as(folder / "sheet.pdf")
    return folder / "sheet.pdf"


def free_energy(workspace: Path, year: int) -> int:
    desk = Desk.open(str(workspace))
    try:
        return next(row.free for row in desk.balances(None, year) if row.quota == "energy_tce" and row.park == "ZONE")
    finally:
        desk.close()
