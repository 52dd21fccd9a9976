"""Names that break exporters go through every pen: each file opens again, and no name is a formula or a script."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pyogrio
import pytest
from pptx import Presentation
from pypdf import PdfReader
from shapely.geometry import box

from planner.desk import parcel_paper
from planner.desk.meeting_papers import Subject, print_for_meeting
from planner.desk.page import Page
from planner.sheets import atlas, fonts, parcel_sheet, voice
from planner.sheets.pens import PENS, draw
from planner.sheets.sheet import Row, Table
from planner.text import Text
from planner.verdict import Verdict
from planner.words import in_language
from tests.drawn_parcels import survey_desk
from tests.drawn_sheet import degrees, sheet
from tests.test_meeting_papers import grassland, plant, texts

KEYS = ("takes", "quotas", "projects", "findings", "displaced", "ways_out", "balances", "ledger")


@pytest.mark.parametrize("ending", list(PENS))
def test_every_pen_prints_names_that_break_exporters(ending, shared_folder: Path, tmp_path: Path):
    read = json.loads((shared_folder / "hostile" / "names_export_breakers.geojson").read_text("utf-8"))
    names = [feature["properties"]["name"] for feature in read["features"]]
    texts = [Text("{n}", n=name) for name in names]
    rows = [Row(text, text, text, Verdict.WARN) for text in texts]
    tables = tuple(Table(key, texts[0], texts[:1] * 11, [(name, *[text] * 10) for name, text in
                                                         zip(names, texts, strict=True)]) for key in KEYS)
    made = replace(sheet(name=names[0]), findings=rows, takes=rows, notes=texts, sources=texts, conditions=texts,
                   question=texts[0], recommendation=texts[0], about=rows, tables=tables)
    path = draw(made, tmp_path / f"case{ending}", paper="A4")
    first = fonts.clean(names[0])
    if ending == ".xlsx":
        cells = [cell for page in openpyxl.load_workbook(path) for row in page.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"] and first in {cell.value for cell in cells}
    elif ending == ".pptx":
        assert 6 <= len(Presentation(str(path)).slides) <= 10
    elif ending == ".docx":
        assert first in "".join(line.text for line in docx.Document(str(path)).paragraphs)
    elif ending == ".gpkg":
        assert pyogrio.read_dataframe(path, layer="pieces").iloc[0]["style"] == "blocked"
    elif ending == ".pdf":
        said = "".join(page.extract_text() for page in PdfReader(path).pages)
        assert len(PdfReader(path).pages) > 1 and "1 / " in said
    else:
        assert path.stat().st_size > 1_000


def test_an_atlas_and_a_parcel_sheet_print_names_that_break_exporters(shared_folder: Path, tmp_path: Path):
    read = json.loads((shared_folder / "hostile" / "names_export_breakers.geojson").read_text("utf-8"))
    names = [feature["properties"]["name"] for feature in read["features"]]
    leaves = [atlas.Leaf(name, Decimal("1.00"), Verdict.WARN, degrees(box(0, 0, 100, 100))) for name in names]
    sheets = [lambda name=name: sheet(name=name) for name in names]
    book = atlas.draw(sheet(name="", parcel=None, lang="both"), leaves, sheets, tmp_path / "a.pdf", paper="A4")
    said = ["".join(page.extract_text().split()) for page in PdfReader(book).pages]
    assert len(said) > len(names) and all(fonts.clean(name).replace(" ", "") in "".join(said) for name in names
                                          if not voice.missing_glyphs(sheet(name=name)))
    desk, asked = survey_desk(box(0, 0, 100, 100))
    for number, name in enumerate(names):
        odd = replace(asked, parcel=replace(asked.parcel, id=name, name=name))
        made = parcel_sheet.draw(parcel_paper.parcel_sheet(desk, odd, lang="both"), tmp_path / f"{number}.pdf")
        assert len(PdfReader(made[0]).pages) == 2  # the second names every neighbour of a crowded side


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_statements_and_the_report_of_a_year_print_names_that_break_exporters(lang, shared_folder, tmp_path):
    read = json.loads((shared_folder / "hostile" / "names_export_breakers.geojson").read_text("utf-8"))
    names = [feature["properties"]["name"][:120] for feature in read["features"]]  # a project's name is no longer
    desk = grassland(tmp_path / "w.gpkg")
    # The first takes 983.2 of 1 000 tce: each of the others wants 122.9 and is refused.
    for number, name in enumerate(names):
        desk.keep_project(plant(f"p-{number}", 1_000 if number else 8_000, name=name), actor="c")
    made = print_for_meeting(desk, Subject(), ["certificate", "year"], page=Page(lang), year=2026)
    letters = [texts(data) for name, data in made.files.items() if name.startswith("certificate")]
    report = texts(made.files["year-2026.docx"])
    assert len(letters) == len(names) - 1
    for name, letter in zip(names[1:], letters, strict=True):
        said = fonts.clean(in_language(name, lang))
        assert said[:40] in letter and said[:40] in report and "122.90" in letter
    book = openpyxl.load_workbook(BytesIO(made.files["year-2026.xlsx"]))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    desk.close()
