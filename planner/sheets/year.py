"""The park's report of a year as a Word document: every figure comes fixed in a sheet, the pen only prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.sheets.letter import Letter, letter
from planner.sheets.sheet import Sheet
from planner.text import N_, Text

ILLUSTRATIVE = N_("Illustrative: contains invented data")


def year_docx(sheet: Sheet, *, langs: Sequence[str], template: Path | None = None) -> bytes:
    """The document; ``langs`` are zh, en or both, ``template`` is the office's own letter. Raises TemplateWrong."""
    return letter(langs, lambda page: _write(page, sheet), run_hash=sheet.run_hash, printed_at=sheet.printed_at,
                  template=template, logo=sheet.title_block.logo, titles=sheet.role_titles)


def _write(page: Letter, sheet: Sheet) -> None:
    page.heading(sheet.title, 1)
    if sheet.illustrative:
        page.line(Text(ILLUSTRATIVE))
    page.line(sheet.headline)
    page.table((), [(row.label, *row.cells) for row in sheet.about])
    for table in sheet.tables:
        page.part(table)
    page.signatures(sheet.title_block)
