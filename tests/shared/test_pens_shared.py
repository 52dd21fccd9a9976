"""Names that break exporters go through every pen: each file opens again, and no name is a formula or a script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import geopandas as gpd
import openpyxl
import pyogrio
import pytest
from pptx import Presentation
from pypdf import PdfReader
from shapely.geometry import box

from planner import formats
from planner.desk import parcel_paper
from planner.desk.meeting_papers import print_for_meeting
from planner.desk.pack import case_pack
from planner.desk.pack_verify import verify_pack
from planner.desk.page import Page, title_block
from planner.desk.papers import Subject
from planner.formats.write_parcels import ENDINGS, KINDS, write_parcels
from planner.land.parcel import Parcel
from planner.sheets import atlas, fonts, parcel_sheet, voice
from planner.sheets.pens import PENS, draw
from planner.sheets.sheet import Row, Table
from planner.text import Text
from planner.verdict import Verdict
from planner.words import in_language
from tests.drawn_land import land, layer
from tests.drawn_parcels import survey_desk
from tests.drawn_sheet import degrees, sheet
from tests.test_meeting_papers import PARCEL, grassland, plant, texts

KEYS = ("takes", "quotas", "projects", "findings", "displaced", "ways_out", "balances", "ledger")


def hostile_names(shared_folder: Path) -> list[str]:
    read = json.loads((shared_folder / "hostile" / "names_export_breakers.geojson").read_text("utf-8"))
    return [feature["properties"]["name"] for feature in read["features"]]


@pytest.mark.parametrize("ending", list(PENS))
def test_every_pen_prints_names_that_break_exporters(ending, shared_folder: Path, tmp_path: Path):
    names = hostile_names(shared_folder)
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
    names = hostile_names(shared_folder)
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
    names = [name[:120] for name in hostile_names(shared_folder)]  # a project's name is no longer
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


@pytest.mark.parametrize("kind", KINDS)
def test_parcels_of_such_names_leave_in_every_format_and_come_back(kind, shared_folder: Path, tmp_path: Path):
    names = hostile_names(shared_folder)
    land = [degrees(box(200 * n, 0, 200 * n + 100, 100)) for n in range(len(names))]
    ids = [f"P-{n}" for n in range(len(names))]
    frame = gpd.GeoDataFrame({"id": ids, "name": names, "use": names}, geometry=land, crs="EPSG:4490")
    path = tmp_path / f"parcels{ENDINGS[kind]}"
    write_parcels(path, frame, kind, on=date(2026, 5, 1))
    read = formats.read(path, crs="EPSG:4525" if kind.startswith("dxf") else None)
    assert [*read.ids] == ids
    for name, back in zip(names, read.source["name"], strict=True):
        # A name's comma and @ would end a field of the TXT; a cell of dBASE holds 254 bytes, the rest stands beside it;
        # a mark that turns the reading is written out.
        wanted, found = (re.sub(r"[\s,，、@＠]", "", fonts.clean(one.replace("\u202e", "[U+202E]")))
                         for one in (name, back))
        assert found == wanted or kind == "shapefile" and len(wanted) > 60 and wanted.startswith(found)


def test_a_pack_of_such_names_proves_itself(shared_folder: Path, tmp_path: Path):
    names = hostile_names(shared_folder)
    desk = grassland(tmp_path / "w.gpkg")
    made = layer("parcels", *[land(200 + 20 * n, 310, 15, 15) for n in range(len(names))], name="neighbours")
    with desk.store.turn() as turn:
        turn.keep_layer(replace(made, frame=made.frame.assign(name=names)), sha256="")
    project = plant("p-1", 1_000, name=names[0])
    for name in (names[0], names[8], names[9]):
        block = title_block({"office": name, "maker": name})
        made = case_pack(desk, desk.look(Parcel(name, PARCEL.shape, name), project=project), project=project,
                         page=Page("both", "A4", block=block))
        (tmp_path / "mine.zip").write_bytes(made)
        assert verify_pack(tmp_path / "mine.zip").differs == ()
    desk.close()
