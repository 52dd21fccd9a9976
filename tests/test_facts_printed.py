"""A figure that sources state differently (one report's tax of 53 and of 60 for one year) is printed with both, by
whoever prints it: sheets, slides, opinion, workbook, report of the year, page and command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from pptx import Presentation

from planner.desk.facts import fact_document
from planner.desk.meeting import case_sheet
from planner.desk.page import Page
from planner.desk.year_report import export_year
from planner.sheets.pens import PENS, draw
from planner.store.open import MEMORY, open_store
from planner.text import english
from tests.drawn_land import parcel
from tests.test_cases import drawn, plant

BOTH = ("53.17", "60.29")  # so written that nothing else on the paper says the same


def state(desk, period="2026", values=BOTH):
    for value in values:
        fact = {"measure": "tax", "scope": "zone", "period": period, "status": "forecast", "value": value,
                "unit": "yi_yuan", "source": "Yearly report", "page": "3"}
        desk.add_fact(fact, actor="Li", key=f"{period}-{value}")


@pytest.fixture(scope="module", params=["in conflict", "chosen"])
def desk(request):
    """Two figures of one thing, nobody having chosen; or one chosen with a reason."""
    made = drawn(open_store(MEMORY))
    state(made)
    if request.param == "chosen":
        made.choose_fact("F2", reason="with refunds", actor="Wang", key="c")
    yield made
    made.close()


def _cells(tables: Any) -> str:
    return " ".join(cell.text for table in tables for row in table.rows for cell in row.cells)


def _slides(path: Path) -> str:
    found = []
    for slide in Presentation(str(path)).slides:
        shapes = list(slide.shapes)
        found += [shape.text_frame.text for shape in shapes if shape.has_text_frame]
        found.append(_cells(shape.table for shape in shapes if shape.has_table))
        found.append(slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "")
    return " ".join(found)


def _paper(path: Path) -> str:
    made = docx.Document(str(path))
    return " ".join([*(line.text for line in made.paragraphs), _cells(made.tables)])


def _sheets(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


READERS = {
    ".pptx": _slides, ".docx": _paper, ".xlsx": _sheets,
    ".pdf": lambda path: " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages),
    ".html": lambda path: path.read_text("utf-8"),
}
STATES_FIGURES = {".pptx", ".docx", ".xlsx"}  # while nobody has chosen, these papers name the conflict


@pytest.mark.parametrize("ending", sorted(set(READERS) & set(PENS)))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_pen_prints_one_of_two_figures_that_disagree(desk, ending, lang, tmp_path):
    seen = desk.look(parcel(600, 100), project=plant(), year=2026)
    path = draw(case_sheet(desk, seen, project=plant(), page=Page(lang)), tmp_path / f"out{ending}")
    printed = [value for value in BOTH if value in READERS[ending](path)]
    open_conflict = desk.facts()[0].chosen is None
    assert printed == list(BOTH) if ending in STATES_FIGURES and open_conflict else printed in ([], list(BOTH))


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".json"])
def test_the_report_of_a_year_prints_both(desk, ending, tmp_path):
    path = tmp_path / f"year{ending}"
    export_year(desk, path, year=2026, park="ZONE")
    said = path.read_text("utf-8") if ending == ".json" else READERS[ending](path)
    assert all(value in said for value in BOTH)


def test_the_command_line_prints_both_and_who_chose(desk):
    (row,) = [fact_document(one, english) for one in desk.facts()]
    assert all(value in row["text"] for value in BOTH)
    assert json.loads(json.dumps(row))["state"] in ("conflict", "chosen")
    assert (row["chosen"] is None) == ("disagree" in row["text"])
    assert bool(re.search("Wang.*with refunds", row["text"])) == (row["chosen"] == "F2")
