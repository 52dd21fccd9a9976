"""What a slide has no room for: the least grave rows are left out, and the slide says where all of them stand."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest
from pptx import Presentation

from planner.sheets import deck, workbook
from planner.sheets.sheet import Table
from planner.text import Text
from planner.verdict import Verdict
from tests.drawn_sheet import sheet


def rows(many: int, decisive: dict[int, Verdict], *, long: str = "") -> Table:
    """A table of findings, those at some places graver than the rest."""
    graves = [decisive.get(n, Verdict.WARN) for n in range(many)]
    cells = [(str(grave), Text("{n}", n=f"finding {n}{long}"), "") for n, grave in enumerate(graves)]
    heads = (Text("Verdict"), Text("What"), Text("Basis"))
    return Table("findings", Text("Findings"), heads, cells, graves=graves)


def slides(tmp_path, **changes) -> dict[str, str]:
    """Title of each slide -> all text of its tables and boxes."""
    path = deck.draw(sheet(lang="en", **changes), tmp_path / "d.pptx", picture=None)
    found = {}
    for slide in Presentation(str(path)).slides:
        said = [cell.text_frame.text for shape in slide.shapes if shape.has_table for line in shape.table.rows
                for cell in line.cells]
        said += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        found[slide.shapes.title.text_frame.text] = "\n".join(said)
    return found


def test_the_gravest_rows_stay_wherever_they_stand_and_the_rest_is_named_with_its_page_of_the_workbook(tmp_path):
    given = rows(80, {79: Verdict.BLOCKED, 40: Verdict.EXCEEDS, 60: Verdict.UNKNOWN})
    said = slides(tmp_path, tables=(given,))["Findings and clauses"]
    assert all(f"finding {n}\n" in said for n in (40, 60, 79)) and "finding 78\n" not in said
    assert said.index("finding 40\n") < said.index("finding 60\n") < said.index("finding 79\n")
    assert "All of them stand in the workbook, sheet 'Findings'." in said and "decide" not in said
    book = openpyxl.load_workbook(workbook.draw(sheet(lang="en", tables=(given,)), tmp_path / "b.xlsx"))
    assert book["Findings"].max_row == 81


@pytest.mark.parametrize("long", ["", " of a layer whose name goes on and on" * 6])
def test_two_dozen_findings_that_forbid_are_all_on_their_slide_in_smaller_type_if_need_be(tmp_path, long):
    said = slides(tmp_path, tables=(rows(44, dict.fromkeys(range(20, 44), Verdict.BLOCKED), long=long),))
    assert all(f"finding {n}" in said["Findings and clauses"] for n in range(20, 44))


def test_where_even_what_decides_finds_no_room_the_slide_counts_it(tmp_path):
    said = slides(tmp_path, tables=(rows(90, dict.fromkeys(range(90), Verdict.BLOCKED)),))["Findings and clauses"]
    shown = said.count("finding ")
    assert 20 < shown < 90 and f"Of the rows left out {90 - shown} decide" in said


def test_conditions_that_stand_against_the_case_are_shown_before_those_that_only_warn(tmp_path):
    conditions = [Text("{n}", n=f"condition {n}") for n in range(60)]
    said = slides(tmp_path, conditions=conditions, decisive=16)["Recommendation"]
    assert all(f"condition {n}\n" in said for n in range(16)) and "sheet 'Summary'" in said


def test_an_area_in_two_units_stands_right_like_every_figure(tmp_path):
    area = Text("{mu} ({ha})", mu=Text("{value:,} mu", value=1), ha=Text("{value:,} ha", value=2))
    given = Table("takes", Text("x"), (Text("What"), Text("Amount"), Text("Basis")), [(Text("Parcel area"), area, "")])
    made = replace(sheet(lang="en"), tables=(given,))
    show = Presentation(str(deck.draw(made, tmp_path / "d.pptx", picture=None)))
    (cell,) = [cell for slide in show.slides for shape in slide.shapes if shape.has_table for line in shape.table.rows
               for cell in line.cells if cell.text_frame.text == "1 mu (2 ha)"]
    assert cell.text_frame.paragraphs[0].alignment == 3  # PP_ALIGN.RIGHT
