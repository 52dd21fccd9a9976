"""All papers of a meeting together: what each subject has, one seal, the office's own files, nothing half made."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import docx
import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader

from planner.cli import main
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.look import BASIS_SETTING
from planner.desk.meeting import case_sheet
from planner.desk.meeting_papers import print_for_meeting, why_not
from planner.desk.page import Page, PlaceUnreadable, around, centre_of, title_block
from planner.desk.papers import Subject
from planner.desk.templates import TemplateFolderWrong, from_folder
from planner.energy.project import project_from
from planner.errors import UsageError
from planner.land.parcel import Parcel
from planner.sheets.fonts import width
from planner.sheets.letter import shared
from planner.sheets.office import LogoWrong, TemplateWrong, logo
from planner.sheets.pens import draw
from planner.sheets.sheet import Row, Table
from planner.sheets.year import year_docx
from planner.store.open import open_store
from planner.text import Text
from tests.drawn_land import land, layer, survey
from tests.drawn_sheet import HOSTILE, sheet

TODAY, NOW = date(2026, 3, 2), datetime(2026, 3, 2, 9, 0)
PARCEL = Parcel("P-1", land(200, 200, 100, 100), "东一 / East one")


def png(wide: int = 30, high: int = 10) -> bytes:
    """A picture of one colour, written by hand."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x1f\x4e\x79" * wide for _ in range(high))
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def plant(id, mwh, **fields):
    """Bought power alone: 1 000 MWh are 122.9 tce at the calorific value."""
    stated = {"id": id, "name": f"{id} works", "start": 2026, "carriers": {"electricity_mwh": mwh}}
    return project_from({**stated, **fields})


def grassland(path) -> Desk:
    """A square kilometre of rough grass with one protected field in the north of the parcel; 1 000 tce in 2026."""
    made = Desk(open_store(str(path), create=True), today=lambda: TODAY, now=lambda: NOW)
    with made.store.turn() as turn:
        turn.put_settings({BASIS_SETTING: "calorific"})
        turn.keep_layer(survey((land(0, 0, 1000, 1000), "0601", None, None)), sha256="")
        turn.keep_layer(layer("parks", land(0, 0, 1000, 1000), account=["ZONE"]), sha256="")
        turn.keep_layer(layer("basic_farmland", land(200, 280, 100, 20)), sha256="")
        turn.keep_layer(layer("ecological_redline", land(900, 900, 10, 10)), sha256="")
        turn.keep_layer(layer("urban_boundary", land(0, 0, 1000, 1000)), sha256="")
        turn.keep_layer(layer("parcels", PARCEL.shape), sha256="")
    for quota, amount, unit in (("energy_tce", 1_000, "tce"), ("carbon_tco2", 100_000, "tco2"),
                                ("new_construction_m2", 3, "ha"), ("offset_quantity_m2", 3, "ha"),
                                ("offset_paddy_m2", 3, "ha"), ("offset_grain_kg", 1_000, "kg")):
        made.move(Movement("grant", "ZONE", quota, 2026, amount, unit, "N 1", "c", quota, date(2026, 1, 5)))
    return made


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The grassland with two plants: of 1 000 tce the first wants 614.5 and the second 737.4."""
    made = grassland(tmp_path_factory.mktemp("papers") / "w.gpkg")
    for one in (plant("first", 5_000), plant("second", 6_000, tax_wan_yuan=80)):
        made.keep_project(one, actor="c")
    yield made
    made.close()


@pytest.fixture(scope="module")
def case(desk):
    return Subject(case=desk.look(PARCEL, project=plant("second", 6_000)), project=plant("second", 6_000))


def texts(data: bytes) -> str:
    """All that a document says."""
    made = docx.Document(BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in made.paragraphs), *cells])


def slides(data: bytes) -> str:
    """All that a deck says."""
    shapes = [shape for slide in Presentation(BytesIO(data)).slides for shape in slide.shapes]
    cells = [cell.text for shape in shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join([*(shape.text_frame.text for shape in shapes if shape.has_text_frame), *cells])


# ---------------------------------------------------------------- together
def test_all_papers_of_a_case_share_one_seal_and_one_figure(desk, case):
    told = []
    printed = print_for_meeting(
        desk, case, ["deck", "opinion", "workbook", "year", "certificate"], year=2026,
        page=Page("en", block=title_block({"office": "Planning Office", "maker": "Ann"})),
        progress=lambda share, doing: told.append((share, str(doing))))
    assert [*printed.files] == ["deck.pptx", "opinion.docx", "certificate.docx", "workbook.xlsx", "year-2026.docx",
                                "year-2026.xlsx"]
    # 6 000 MWh are 737.40 tce; the field that is protected stops it, so that is what the statement names.
    deck, opinion = slides(printed.files["deck.pptx"]), texts(printed.files["opinion.docx"])
    statement = texts(printed.files["certificate.docx"])
    for said in (deck, opinion):
        assert "737.40 tce" in said and printed.run_hash in said and "Planning Office" in said
    for said in (deck, opinion, statement):
        assert "ermanent basic farmland" in said
    assert "Ann" in statement and "Planning Office" in statement
    assert told[0] == (0.0, "Making: Deck (PPTX)") and told[-1][0] == 1.0
    with zipfile.ZipFile(BytesIO(printed.archive(lambda said: said))) as made:
        listed = json.loads(made.read("contents.json"))
        assert listed["run_hash"] == printed.run_hash and {row["name"] for row in listed["files"]} == set(printed.files)


def test_deck_opinion_and_workbook_agree_to_the_last_digit(desk, case, tmp_path):
    sheet = case_sheet(desk, case.case, project=case.project, page=Page("en"))
    book = openpyxl.load_workbook(draw(sheet, tmp_path / "c.xlsx"))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    as_shown = {shown(cell) for cell in cells if isinstance(cell.value, int | float)}
    deck = slides(draw(sheet, tmp_path / "c.pptx").read_bytes()).split("\n")
    opinion = texts(draw(sheet, tmp_path / "c.docx").read_bytes()).split("\n")
    printed = [str(said) for row in (*sheet.takes[1:], *sheet.quotas) for said in row.cells]
    assert len(printed) > 15 and not [cell for cell in cells if cell.data_type == "f"]
    for figure in printed:
        assert figure in deck and figure in opinion and figure in as_shown, figure


def shown(cell) -> str:
    """A number as a spreadsheet shows it: grouped, with the decimals and the unit of its format."""
    digits, _, unit = cell.number_format.partition('"')
    return f"{cell.value:,.{len(digits.partition('.')[2])}f}{unit.rstrip(chr(34))}"


def test_a_parcel_that_could_be_drawn_otherwise_says_so_on_the_deck(desk, case):
    printed = print_for_meeting(desk, case, ["deck", "parcel-sheet"], page=Page("en"))
    assert "P-1" in PdfReader(BytesIO(printed.files["parcel-sheet.pdf"])).pages[0].extract_text()
    said = slides(printed.files["deck.pptx"])
    # 80 of 100 m remain when the protected strip in the north is left out: 0.8 ha are 12.00 mu.
    assert "The largest part that meets" in said and "12.00 mu" in said
    assert "Move the parcel 20 m" in said or "Move the parcel 20.1 m" in said


def test_the_whole_workspace_prints_its_queue_as_kept_and_each_refused_project(desk):
    printed = print_for_meeting(desk, Subject(), ["workbook", "certificate", "sheet", "atlas"], page=Page("en", "A4"))
    assert [*printed.files] == ["sheet.pdf", "atlas.pdf", "certificate.docx", "workbook.xlsx"]
    assert len(PdfReader(BytesIO(printed.files["atlas.pdf"])).pages) == 2  # an index, then the one parcel there is
    # 614.5 of 1 000 tce are taken: 385.5 are left for 737.4, which is 351.9 short.
    assert "351.90 tce" in texts(printed.files["certificate.docx"])
    book = openpyxl.load_workbook(BytesIO(printed.files["workbook.xlsx"]))
    assert "Of 2 candidates 1 fit and 1 do not" in [row[0].value for row in book.active.iter_rows()]


def test_what_a_subject_does_not_have_is_said_with_its_reason(desk, case):
    assert why_not(desk, case, "certificate") is None and why_not(desk, Subject(), "pack") is not None
    without = Subject(case=desk.look(PARCEL))
    assert "no project" in str(why_not(desk, without, "certificate"))
    assert why_not(desk, Subject(scenario="queue"), "web") is not None
    for kinds, year in ((["year"], None), ([], None), (["poster"], None), (["pack"], None)):
        with pytest.raises(UsageError):
            print_for_meeting(desk, Subject(), kinds, year=year)


# ---------------------------------------------------------------- the office's own
def test_the_templates_at_hand_can_be_edited_and_come_back_on_every_paper(desk, case, tmp_path):
    folder = tmp_path / "own"
    assert main(["templates", str(folder)]) == 0 and main(["templates", str(folder)]) == 2  # nothing is overwritten
    own = docx.Document(str(folder / "letter.docx"))
    own.sections[0].footer.paragraphs[0].text = "Our foot"
    own.save(str(folder / "letter.docx"))
    own = docx.Document(str(folder / "opinion.docx"))
    own.paragraphs[0].insert_paragraph_before("Our number {{ run_hash }}")
    own.save(str(folder / "opinion.docx"))
    show = Presentation(str(folder / "deck.pptx"))
    show.slide_masters[0].name = "ours"
    show.save(str(folder / "deck.pptx"))
    (folder / "logo.png").write_bytes(png())
    templates, picture = from_folder(folder)
    page = Page("en", block=title_block({}, picture), templates=templates)
    printed = print_for_meeting(desk, case, ["sheet", "deck", "opinion", "certificate", "year"], year=2026,
                                page=page)
    page_of_land = PdfReader(BytesIO(printed.files["sheet.pdf"])).pages[0]
    drawn = [thing.get_object() for thing in page_of_land["/Resources"]["/XObject"].values()]
    assert [thing["/Width"] / thing["/Height"] for thing in drawn if thing["/Subtype"] == "/Image"] == [
        pytest.approx(3, abs=0.1)]  # the sign of 30 x 10 pixels, as the paper's dots draw it
    for name in ("certificate.docx", "year-2026.docx"):
        section = docx.Document(BytesIO(printed.files[name])).sections[0]
        assert section.footer.paragraphs[0].text == "Our foot" and section.header._element.xpath(".//pic:pic")
    opinion = docx.Document(BytesIO(printed.files["opinion.docx"]))
    assert f"Our number {printed.run_hash}" in texts(printed.files["opinion.docx"]) and len(opinion.inline_shapes) == 1
    deck = Presentation(BytesIO(printed.files["deck.pptx"]))
    # The layout's title placeholder reaches over the 16:9 page, and each slide has the logo within its edges.
    for slide in deck.slides:
        pictures = [shape for shape in slide.shapes if shape.shape_type == 13 and shape.height < deck.slide_height / 8]
        assert len(pictures) == 1 and pictures[0].left + pictures[0].width <= deck.slide_width


@pytest.mark.parametrize("name", ["deck.pptx", "opinion.docx", "letter.docx"])
def test_a_broken_template_is_refused_by_its_name(desk, case, name, tmp_path):
    (tmp_path / name).write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(TemplateWrong, match=name):
        from_folder(tmp_path)
    with zipfile.ZipFile(tmp_path / name, "w") as made:
        made.writestr("hello.txt", "no office file")
    templates, _ = from_folder(tmp_path)
    kind = {"deck.pptx": "deck", "opinion.docx": "opinion", "letter.docx": "certificate"}[name]
    with pytest.raises(TemplateWrong, match=name):
        print_for_meeting(desk, case, [kind], page=Page(templates=templates))


def test_a_letter_without_the_styles_that_are_needed_is_refused_by_their_names(desk, case, tmp_path):
    own = docx.Document()
    own.styles["List Bullet"].delete()
    own.save(str(tmp_path / "letter.docx"))
    templates, _ = from_folder(tmp_path)
    with pytest.raises(TemplateWrong, match="List Bullet"):
        print_for_meeting(desk, case, ["certificate"], page=Page(templates=templates))


def test_a_folder_with_nothing_known_or_with_another_name_is_refused(tmp_path):
    (tmp_path / "readme.txt").write_text("hello")
    with pytest.raises(TemplateFolderWrong, match=r"deck\.pptx"):
        from_folder(tmp_path)
    (tmp_path / "deck2.pptx").write_bytes(b"")
    with pytest.raises(TemplateFolderWrong, match=r"deck2\.pptx"):
        from_folder(tmp_path)


@pytest.mark.parametrize("data", [b"", b"<svg/>", png()[:20], b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", png(4_001, 1)],
                         ids=["nothing", "svg", "cut", "gif", "wide"])
def test_what_is_no_logo_is_refused(data):
    with pytest.raises(LogoWrong, match=r"sign\.png"):
        logo(data, "sign.png")


def test_names_that_break_exporters_stand_as_texts_in_every_letter():
    rows = [Row(Text("{n}", n=name), Text("{n}", n=name)) for name in HOSTILE]
    table = Table("use", Text("{n}", n=HOSTILE[0]), [Text("{n}", n=name) for name in HOSTILE[:4]],
                  [(name,) * 4 for name in HOSTILE])
    made = replace(sheet(name=HOSTILE[0]), about=rows, tables=(table,))
    said = texts(year_docx(made, langs=("zh", "en")))
    for name in ('=HYPERLINK("http://x","点我")', "{{ 7 * 7 }}{% raw %}", "</script><script>window.__xss=1</script>"):
        assert said.count(name) >= 10, name  # four cells and one fact, in each language


def test_columns_of_a_letter_leave_room_for_their_longest_word_and_fill_the_page():
    long = "a sentence that would take all of the room there is, and more " * 3
    widths = shared([["Investment", "x"], ["1", long]], 9.5, 170.0)
    assert sum(widths) == pytest.approx(170.0) and width("Investment", 9.5) < widths[0] < widths[1]


# ---------------------------------------------------------------- the place
def test_an_extent_is_its_middle_and_the_scale_that_shows_it_all():
    (lon, lat), scale = around("110.0,20.0,110.02,20.01", "A3", "EPSG:4525")
    assert (lon, lat) == pytest.approx((110.01, 20.005), abs=1e-5)
    # 0.02 degrees of longitude at 20 N are 2.09 km, and the map of an A3 is 263 mm wide: 1:7 950 at least.
    assert scale == 10_000


@pytest.mark.parametrize("words", ["", "110", "110,20,1", "x,y", "200,20", "nan,20", "110;20"])
def test_a_place_that_cannot_be_read_is_refused_with_its_form(words):
    with pytest.raises(PlaceUnreadable, match="LON,LAT"):
        centre_of(words)


def test_the_command_line_makes_the_same_archive(desk, tmp_path, capsys):
    where = tmp_path / "w.gpkg"
    desk.backup(where)
    feature = {"type": "Feature", "properties": {"id": "P-1"}, "geometry": PARCEL.shape.__geo_interface__}
    (tmp_path / "p.geojson").write_text(json.dumps(feature))
    (tmp_path / "logo.png").write_bytes(png())
    out = tmp_path / "m.zip"

    def run(*more):
        status = main(["export", "meeting", "--workspace", str(where), "--json", "--lang", "en", "--out", str(out),
                       "--parcel", str(tmp_path / "p.geojson"), *more])
        return status, json.loads(capsys.readouterr().out)

    middle = PARCEL.shape.centroid
    status, made = run("--print", "sheet,opinion", "--paper", "A4", "--scale", "500", "--centre",
                       f"{middle.x},{middle.y}", "--office", "Planning Office", "--logo", str(tmp_path / "logo.png"))
    assert status == 0 and [row["name"] for row in made["files"]] == ["sheet.pdf", "opinion.docx"]
    with zipfile.ZipFile(out) as archive:
        assert "Planning Office" in texts(archive.read("opinion.docx"))
    out.unlink()
    for wrong in (["--print", "poster"], ["--print", "year"], ["--centre", "1,2", "--extent", "1,2,3,4"],
                  ["--centre", "0,0", "--scale", "500"], ["--logo", str(tmp_path / "p.geojson")],
                  ["--template-folder", str(tmp_path / "none")], ["--paper", "B5"], ["--case", "x"]):
        status, refused = run(*wrong)
        assert status == 2 and refused["error"]["message"] and not out.exists(), wrong
