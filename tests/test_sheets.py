"""The map sheet, reopened by readers that know nothing of the pen: pypdf, an XML parser, a PNG decoder."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from matplotlib import rc_context
from matplotlib.image import imread
from matplotlib.text import Text as Artist
from pypdf import PdfReader
from pypdf.generic import ContentStream
from shapely.geometry import MultiPolygon, Point, Polygon, box

from planner.sheets import fonts
from planner.sheets.block import cell_holds
from planner.sheets.canvas import canvas
from planner.sheets.labels import in_lines
from planner.sheets.lettering import Line
from planner.sheets.map_sheet import page, pages
from planner.sheets.paper import PAPERS, Box, PaperUnknown
from planner.sheets.pens import PENS, PenUnknown, draw, drawn
from planner.sheets.plane import PlaneUnsuitable, ScaleTooLarge, grid, round_length, surroundings, window
from planner.sheets.printing import SETTINGS
from planner.sheets.sheet import Piece, Row, Sheet, TitleBlock
from planner.sheets.voice import missing_glyphs
from planner.text import Text
from planner.verdict import Verdict
from tests.drawn_sheet import EAST, HOSTILE, NORTH, degrees, layer, sheet
from tests.page_faults import faults

MM = 25.4 / 72.0

def printed(made: Sheet, folder: Path, **how) -> PdfReader:
    return PdfReader(draw(made, folder / "sheet.pdf", **how))


def words(made: Sheet, folder: Path, **how) -> str:
    return re.sub(r"\s+", "", printed(made, folder, **how).pages[0].extract_text())


def red_outlines(reader: PdfReader) -> list[list[tuple[float, float]]]:
    """Points, in mm of paper, of every path stroked in the red of the parcel's boundary."""
    outlines, points, colour = [], [], None
    for operands, operator in ContentStream(reader.pages[0].get_contents(), reader).operations:
        if operator == b"RG":
            colour = tuple(round(float(value) * 255) for value in operands)
        elif operator in (b"m", b"l"):
            points.append((float(operands[0]) * MM, float(operands[1]) * MM))
        elif operator in (b"S", b"s", b"n", b"f", b"B", b"b"):
            if operator in (b"S", b"s") and colour == (0xD7, 0x19, 0x1C):
                outlines.append(points)
            points = []
    return outlines


@pytest.mark.parametrize(("scale", "millimetres"), [(2_000, 50.0), (1_000, 100.0), (5_000, 20.0)])
def test_a_hundred_metres_on_the_ground_are_as_long_on_paper_as_the_scale_says(tmp_path, scale, millimetres):
    outline = max(red_outlines(printed(sheet(), tmp_path, scale=scale)), key=len)
    xs, ys = zip(*outline, strict=True)
    assert max(xs) - min(xs) == pytest.approx(millimetres, abs=0.2)
    assert max(ys) - min(ys) == pytest.approx(millimetres, abs=0.2)


@pytest.mark.parametrize(("paper", "size"), [("A4", (297, 210)), ("A3", (420, 297)), ("A1", (841, 594))])
def test_the_page_has_the_size_of_its_paper(tmp_path, paper, size):
    media = printed(sheet(), tmp_path, paper=paper).pages[0].mediabox
    assert (float(media.width) * MM, float(media.height) * MM) == pytest.approx(size, abs=0.01)


def test_everything_a_meeting_asks_for_stands_on_the_page_as_text(tmp_path):
    said = words(sheet(), tmp_path)
    for wanted in (
        "地块B0610-1", "占用永久基本农田0.6200公顷", "1.0000ha", "LandLawart.35", "135,491.30tce", "26,703.00tce",
        "比例尺1:1000", "2000国家大地坐标系", "1985国家高程基准", "制图", "张三", "审核", "审定", "盖章", "审图号",
        "密级", "内部", "2026-05-01", "3f9a1c0b77de4521", "示意", "0101水田", "图例", "37414000", "asurvey",
        "anote", "高新区",
    ):
        assert wanted in said, wanted


def test_english_pages_hold_no_chinese_of_our_own_and_double_pages_hold_both(tmp_path):
    plain = sheet(lang="en", name="P1", headline=Text("fits"), title=Text("Findings"), findings=(), takes=(), quotas=(),
                  pieces=(), title_block=TitleBlock())
    assert not re.search("[\u4e00-\u9fff]", words(plain, tmp_path))
    both = words(replace(plain, lang="both"), tmp_path)
    assert "规则检查Findings" in both and "图例Legend" in both and "制图Drawn" in both


def test_all_type_is_embedded(tmp_path):
    names = printed(sheet(lang="both"), tmp_path).pages[0]["/Resources"]["/Font"]
    assert names
    for font in (reference.get_object() for reference in names.values()):
        # A Type 3 font carries its drawings in itself; others must hold a font file.
        assert font["/Subtype"] == "/Type3" and font["/CharProcs"] or any(
            key in font["/FontDescriptor"] for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_same_sheet_gives_the_same_bytes(tmp_path):
    for ending in (".pdf", ".svg"):
        first = draw(sheet(), tmp_path / f"a{ending}", paper="A4").read_bytes()
        assert draw(sheet(), tmp_path / f"b{ending}", paper="A4").read_bytes() == first, ending


def test_no_name_breaks_a_page(tmp_path):
    kept = [name.replace("\ud800", "") for name in HOSTILE]  # a frame cannot hold half a character, a Text can
    shapes = [box(x, y, x + 40, y + 40) for x in range(-90, 180, 60) for y in (-50, 0, 50)][: len(kept)]
    rows = [Row(Text("{n}", n=name), "1.0 ha", Text("{n}", n=name), Verdict.WARN) for name in HOSTILE]
    made = sheet(layers=[layer("parcels", *shapes, names=kept, status=["reserved"] * len(kept))], findings=rows,
                 notes=[row.label for row in rows], pieces=[Piece(degrees(shapes[3]), Verdict.WARN, rows[1].label)])
    said = words(made, tmp_path, scale=2_000)
    assert "cost$5&$6<b>" in said and "$x^$" in said and "=HYPERLINK" in said and "<script>" in said
    ElementTree.parse(draw(made, tmp_path / "sheet.svg"))  # noqa: S314  (our own file)


@pytest.mark.parametrize("name", ["$$", "a\x00\ud800\u202e", "宗地" * 400, "W" * 900, "\t\n"])
def test_no_title_breaks_a_page(tmp_path, name):
    pages = printed(sheet(name=name, lang="both"), tmp_path, paper="A4").pages
    assert len(pages) == (2 if len(name) > 400 else 1)  # what is cut above the map is whole on the next page
    said = fonts.clean(name).replace(" ", "")
    assert said in "".join("".join(page.extract_text().split()) for page in pages)


def test_who_signs_is_named_in_full_and_so_is_a_long_entry_of_the_legend(tmp_path):
    who = TitleBlock(office="海口国家高新技术产业开发区管理委员会" * 4, approver="short",
                     maker="欧阳明月、司马相如、诸葛孔明、上官婉儿" * 3,
                     classification=Text("{said}", said="Internal material, not to be copied " * 6))
    long = layer("parks", box(-200, -200, 200, 200))
    made = sheet(layers=[replace(long, title=Text("{n}", n="边界很长的图层名称" * 20))], title_block=who)
    pages = printed(made, tmp_path, paper="A4").pages
    assert len(pages) == 2
    first, second = ("".join(page.extract_text().split()) for page in pages)
    for said in (who.office, who.maker, str(who.classification).replace(" ", ""), "边界很长的图层名称" * 20):
        assert said in second
    assert who.maker not in first and second.count("short") == 1  # in its cell; what has room is not said again


def test_the_page_names_the_characters_that_its_type_lacks(tmp_path):
    made = sheet(notes=[Text("{n}", n="\U00020bb7县")])
    assert missing_glyphs(made) == ("\U00020bb7",)
    assert "U+20BB7" in words(made, tmp_path)
    assert missing_glyphs(sheet(lang="both")) == ()


SHAPES = {
    "square": box(0, 0, 155, 155),
    "sliver": Polygon([(0, 0), (1200, 900), (1206, 892), (6, -8)]),
    "L": Polygon([(0, 0), (300, 0), (300, 80), (90, 80), (90, 240), (0, 240)]),
    "holed parts": MultiPolygon([box(0, 0, 200, 150).difference(box(50, 40, 120, 100)), box(260, 10, 340, 120)]),
    "round": Point(0, 0).buffer(400, quad_segs=60),
    "speck": box(0, 0, 1.5, 1.5),
    "park": box(0, 0, 9_000, 4_000),
}


@pytest.mark.parametrize(("shape", "lang", "paper"), [
    *((shape, "both", "A4") for shape in SHAPES), ("L", "zh", "A3"), ("sliver", "en", "A3"), ("park", "both", "A1"),
])
def test_no_two_texts_overlap_and_none_leaves_the_paper(shape, lang, paper):
    neighbours = layer("parcels", *(box(x, y, x + 60, y + 60) for x in range(0, 400, 70) for y in range(0, 400, 70)),
                       names=[f"邻宗地 {i} 有限责任公司海口分公司" for i in range(36)], status=["planned"] * 36)
    long = Row(Text("{n}", n="一条很长的规则说明 with English words in it, " * 6), "1,234,567.8901 ha",
               Text("{n}", n="某办法第三十五条；数据时点 2025-12-31；" * 6), Verdict.UNKNOWN)
    wide = replace(long, figure="", figures=["1,234,567,890.12 tce"] * 2)
    title = Text("{n}", n="海口国家高新技术产业开发区某某地块用地与指标核查图" * 4)
    made = sheet(SHAPES[shape], lang=lang, layers=[neighbours], takes=[long] * 9, findings=[long] * 30,
                 quotas=[wide] * 9, title=title)
    assert len(page(made, paper).page.texts) > 60
    assert not [fault for one in pages(made, paper) for fault in faults(one)]


@pytest.mark.parametrize(("lang", "paper"), [("both", "A4"), ("zh", "A3"), ("en", "A1")])
def test_rows_that_find_no_room_stand_on_the_pages_that_follow_and_none_is_lost(tmp_path, lang, paper):
    rows, takes, quotas = (
        [Row(Text("{n}", n=f"{what}-{i:03d}."), "1.0 ha", Text("{n}", n=f"basis {what} {i}."), verdict)
         for i in range(count)]
        for what, count, verdict in (("row", 300, Verdict.WARN), ("take", 90, None), ("quota", 90, Verdict.FITS)))
    notes = [Text("{n}", n=f"note-{i:03d}.") for i in range(60)]
    reader = printed(sheet(findings=rows, takes=takes, quotas=quotas, notes=notes, sources=notes, lang=lang), tmp_path,
                     paper=paper)
    texts = [re.sub(r"\s+", "", one.extract_text()) for one in reader.pages]
    said, count = "".join(texts), len(texts)
    assert count > 1
    for n, text in enumerate(texts, 1):
        assert re.search(rf"{n}/{count}(?!\d)", text) and "3f9a1c0b77de4521" in text and "张三" in text  # same block
    for what, many in (("row", 300), ("take", 90), ("quota", 90)):
        assert sorted(re.findall(rf"(?<!basis){what}-(\d{{3}})\.", said)) == [f"{i:03d}" for i in range(many)], what
        assert all(f"basis{what}{i}." in said for i in range(many))
    assert all(said.count(f"note-{i:03d}.") >= 2 for i in range(60))  # as note and as source
    more = 300 - len(re.findall(r"row-\d{3}\.", texts[0]))
    assert (f"follow:{more}" if lang == "en" else f"另有{more}行") in texts[0]


def test_a_legend_longer_than_its_room_goes_on_with_the_rows(tmp_path):
    squares = [box(i % 10 * 40, i // 10 * 40, i % 10 * 40 + 40, i // 10 * 40 + 40) for i in range(80)]
    codes = [f"Z{i:03d}" for i in range(80)]
    survey = layer("land_survey", *squares, code_system=["S"] * 80, code=codes)
    found = printed(sheet(layers=[survey], index=()), tmp_path, paper="A4", scale=5_000).pages
    said = "".join(one.extract_text() for one in found)
    assert len(found) == 2 and all(said.count(code) == 1 for code in codes)


def test_a_single_page_says_that_it_is_the_only_one_and_pictures_are_a_page_each(tmp_path):
    assert "页1/1" in words(sheet(), tmp_path)
    rows = [Row(Text("{n}", n=f"row-{i:03d}."), "", None, Verdict.WARN) for i in range(300)]
    files = drawn(sheet(findings=rows), tmp_path / "s.png", paper="A4")
    assert [file.name for file in files][:2] == ["s.png", "s-2.png"] and all(file.stat().st_size for file in files)


def test_of_the_rows_that_find_no_room_the_gravest_are_left_out_last(tmp_path):
    fits = [Row(Text("{n}", n=f"fits-{i:03d}."), "", None, Verdict.FITS) for i in range(200)]
    graver = [Row(Text("{n}", n="short-of-quota."), "", None, Verdict.EXCEEDS)]
    said = words(sheet(findings=[*fits, *graver]), tmp_path)
    assert "short-of-quota." in said and "fits-000." in said and "fits-199." not in said  # on the first page


def test_what_must_be_noted_is_cut_on_no_page(tmp_path):
    notes = [Text("{n}", n=f"caution-{i}: " + "parameter not yet verified, " * 6 + f"end-{i}.") for i in range(3)]
    rows = [Row(Text("{n}", n=f"row-{i:03d}."), "", None, Verdict.WARN) for i in range(300)]
    said = words(sheet(findings=rows, notes=notes, cautions=notes), tmp_path, paper="A4")
    assert all(f"end-{i}." in said for i in range(3)) and "须注意" in said


def test_a_wide_table_shrinks_its_type_and_never_cuts_a_figure(tmp_path):
    figures = [f"{i},123,456,789,012.3456 tce" for i in range(1, 6)]
    made = sheet(quotas=[Row(Text("q"), "", None, None, figures)], quota_columns=())
    said = words(made, tmp_path)
    assert all(figure.replace(" ", "") in said for figure in figures)


def test_the_parcel_fills_the_frame_at_the_largest_national_scale_that_holds_it():
    frame = (250.0, 200.0)
    for side, scale in ((50, 500), (79, 500), (81, 1_000), (155, 1_000), (165, 2_000), (4_100, 50_000)):
        made = window(box(0, 0, side, side), frame)  # 80 % of 200 mm at 1:500 is 80 m
        assert (made.scale, made.east + made.width_m / 2) == (scale, side / 2)


def test_a_scale_that_cannot_hold_the_parcel_is_refused_with_one_that_can(tmp_path):
    with pytest.raises(ScaleTooLarge, match="--scale 10000") as refusal:
        draw(sheet(box(0, 0, 2_000, 100)), tmp_path / "s.pdf", scale=1_000)
    assert "2,000 mm" in str(refusal.value)
    assert not (tmp_path / "s.pdf").exists()
    draw(sheet(box(0, 0, 2_000, 100)), tmp_path / "s.pdf", scale=10_000)


def test_what_cannot_be_drawn_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(PaperUnknown, match="'B5'.*A3"):
        draw(sheet(), tmp_path / "s.pdf", paper="B5")
    with pytest.raises(PenUnknown, match=r"'\.odt'.*\.pdf"):
        draw(sheet(), tmp_path / "s.odt")
    with pytest.raises(PlaneUnsuitable, match="EPSG:4490.*EPSG:4525"):
        draw(sheet(plane_crs="EPSG:4490"), tmp_path / "s.pdf")
    assert not list(tmp_path.iterdir())


def test_a_png_has_two_hundred_dots_an_inch_and_ink_in_the_frame(tmp_path):
    picture = imread(draw(sheet(), tmp_path / "s.png", paper="A4"))
    assert picture.shape[:2] == (int(210 / 25.4 * 200), int(297 / 25.4 * 200))
    red = (abs(picture[..., 0] - 0xD7 / 255) < 0.02) & (abs(picture[..., 1] - 0x19 / 255) < 0.02)
    assert red.sum() > 1_000


def test_a_hole_in_the_parcel_shows_the_ground_through_it(tmp_path):
    ring = box(0, 0, 100, 100).difference(box(30, 30, 70, 70))
    made = sheet(ring, layers=[], pieces=[Piece(degrees(ring), Verdict.FITS, Text("x"))])
    picture = imread(draw(made, tmp_path / "s.png", paper="A4", scale=1_000))
    frame = PAPERS["A4"].frame
    row, column = (int(v / 25.4 * 200) for v in (210 - frame.y - frame.h / 2, frame.x + frame.w / 2))
    hole, solid = picture[row + 40, column + 40, :3], picture[row + int(40 / 25.4 * 200), column + 40, :3]
    assert hole.min() > 0.99 and solid.min() < 0.95


def test_land_far_outside_the_frame_never_enters_the_file():
    made = page(sheet(layers=[layer("context", box(-50_000, -50_000, 50_000, 50_000))]), "A4", 1_000)
    frame = PAPERS["A4"].frame
    reach = [patch.get_path().get_extents() for patch in made.land.patches]
    assert all(extent.width <= frame.w + 5 and extent.height <= frame.h + 5 for extent in reach)  # 1 mm is 1 m here


def test_grid_and_scale_bar_are_round_figures_of_the_plane():
    view = window(box(EAST, NORTH, EAST + 100, NORTH + 100), (200.0, 200.0), 2_000)
    easts, norths = grid(view)
    assert easts == [37_413_900.0, 37_414_000.0, 37_414_100.0, 37_414_200.0]
    assert norths == [2_205_900.0, 2_206_000.0, 2_206_100.0, 2_206_200.0]
    assert [round_length(x) for x in (84.0, 100.0, 199.0, 510.0)] == [50.0, 100.0, 100.0, 500.0]


def test_the_surroundings_of_a_parcel_cover_its_frame():
    shape, frame = degrees(box(0, 0, 100, 100)), (262.0, 201.0)
    west, south, east, north = surroundings(shape, "EPSG:4525", frame, 2_000).bounds
    # At 1:2 000 a millimetre is 2 m: the frame reaches 262 m and 201 m each way from the middle.
    xs, ys = shapely.get_coordinates(degrees(shapely.segmentize(box(50 - 262, 50 - 201, 50 + 262, 50 + 201), 5))).T
    assert (west, south) <= (xs.min() + 1e-9, ys.min() + 1e-9) and east >= xs.max() - 1e-9 and north >= ys.max() - 1e-9
    assert (east - west) * (north - south) < 1.05 * (xs.max() - xs.min()) * (ys.max() - ys.min())


def test_lines_break_where_chinese_and_english_allow_it():
    lines = fonts.wrapped("海口国家高新区，地块（美安）；the quick brown fox", 8, 25)
    assert "".join(lines).replace(" ", "") == "海口国家高新区，地块（美安）；thequickbrownfox"
    assert all(fonts.width(line, 8) <= 25 for line in lines)
    assert not any(line[0] in "，；）" for line in lines)
    assert {"quick", "brown"} <= {word for line in lines for word in line.split()}


def test_a_line_is_measured_as_matplotlib_draws_it():
    view = window(box(0, 0, 100, 100), (200.0, 200.0))
    made = canvas(PAPERS["A4"], view)
    for said in ("永久基本农田 0.6200 公顷", "Needed 1,234.50 tce", "AVATAR Wave"):
        made.text(50, 50, said, 9.0)
        made.figure.set_dpi(400)  # whole pixels of the screen would round each letter
        made.figure.draw_without_rendering()
        drawn = made.page.texts[-1].get_window_extent().width * 25.4 / 400
        assert 0.95 * fonts.width(said, 9.0) <= drawn <= 1.01 * fonts.width(said, 9.0)


def test_a_line_stands_in_a_pdf_as_matplotlib_itself_writes_it(tmp_path):
    lines = [("永久基本农田 0.6200 公顷", "left", 0.0), ("AVATAR Wave (100 %) \\", "right", 0.0),
             ("混 ✕ and ▲ 排", "center", 37.0), ("AVATAR Wave (100 %) \\", "center", 90.0)]
    found = []
    for kind in (Line, Plain):
        made = canvas(PAPERS["A4"], None)
        for i, (said, align, angle) in enumerate(lines):
            made.page.add_artist(kind(100.0, 20.0 + 30 * i, said, 9.0, "#5b6570", align, angle))
        with rc_context(SETTINGS):
            made.figure.savefig(tmp_path / "line.pdf")
        reader = PdfReader(tmp_path / "line.pdf")
        found.append(ContentStream(reader.pages[0].get_contents(), reader).operations)
        assert "永久基本农田" in reader.pages[0].extract_text()
    assert found[0] == found[1] and len(found[0]) > 40


class Plain(Artist):
    """The same line, drawn by matplotlib alone."""

    def __init__(self, x, y, said, size, colour, align, angle):
        super().__init__(x, y, said, fontsize=size, color=colour, ha=align, va="baseline", family=fonts.families(),
                         parse_math=False, rotation=angle, rotation_mode="anchor", clip_on=False)


def test_every_pen_writes_a_file_of_its_kind(tmp_path):
    starts = {".pdf": b"%PDF", ".png": b"\x89PNG", ".svg": b"<?xml", ".html": b"<!DOCTYPE html>", ".xlsx": b"PK",
              ".pptx": b"PK", ".docx": b"PK", ".gpkg": b"SQLite format 3"}
    for ending in PENS:
        assert draw(sheet(), tmp_path / f"s{ending}", paper="A4").read_bytes().startswith(starts[ending])


def test_a_name_on_the_map_wraps_evenly_and_breaks_no_word():
    size, room = 6.5, 45.0
    assert in_lines("Parcel 001", size, room) == ["Parcel 001"]
    chinese = in_lines("中国电信海南(海口)国际信息园（位置示意）" * 2, size, room)
    assert "".join(chinese) == "中国电信海南(海口)国际信息园（位置示意）" * 2
    widths = [fonts.width(line, size) for line in chinese]
    assert len(chinese) > 1 and min(widths) > 0.75 * max(widths)
    english = in_lines("China Telecom Hainan information park (place illustrative)", size, 20.0)
    assert " ".join(english) == "China Telecom Hainan information park (place illustrative)"


def test_what_a_cell_of_a_large_paper_holds_on_a3_it_holds_too():
    cell = Box(0.0, 0.0, 46.0, 7.0)
    who = "海口国家高新区管委会 Haikou National High-tech Zone"
    on_a1 = Box(0.0, 0.0, cell.w * 1.7, cell.h * 1.7)
    assert cell_holds(on_a1, who, 1.7) and (not cell_holds(cell, who * 3, 1.0))
