"""Tables as Excel workbooks: every text a text, whatever sign it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

Cell = str | int | float | None
_NARROW, _WIDE = 10, 48  # column widths in characters


def table_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """A workbook of one sheet: a heading row that stays in view, then the rows.

    Numbers stay numbers; a text is never read as a formula and loses only the control characters that the file
    format cannot hold. ``title`` names the sheet.
    """
    from openpyxl import Workbook  # half a second to come; only when a workbook is written
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(title)
    widths = [_NARROW] * len(headings)
    for number, row in enumerate([tuple(headings), *rows], 1):
        for column, value in enumerate(row, 1):
            if value is None:
                continue
            cell = sheet.cell(number, column)
            cell.value = _clean(value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"  # set after the value, which would make "=1+1" a formula
            cell.font = Font(bold=number == 1)
            widths[column - 1] = max(widths[column - 1], min(_breadth(value), _WIDE))
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width + 2
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _sheet_name(title: str) -> str:
    """At most 31 signs, none of those a sheet's name may not hold."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in _clean(title))[:31].strip("' ") or "1"


def _breadth(value: Cell) -> int:
    """Characters a value takes on the screen, Chinese ones counted twice."""
    return sum(2 if sign >= "\u1100" else 1 for sign in str(value))
