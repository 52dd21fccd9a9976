"""Tables as Excel workbooks: every text a text, whatever sign it begins with; every figure a number as it is printed.

A figure of a sheet (a Text such as "{value:,} ha") becomes a number whose format writes the same digits and unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.sheets.sheet import Sheet, Table
from planner.sheets.voice import Voice, voice_of
from planner.text import N_, Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | None
_NARROW, _WIDE = 10, 48  # column widths in characters
_FILLED = 2_000  # rows of an empty table that offer their words
_LONGEST = 32_000  # characters of a cell; the format ends at 32 767
VALUE = "{value:,}"
SUMMARY = ""  # the key of the first page
ILLUSTRATIVE = N_("Illustrative: contains invented data")


def draw(sheet: Sheet, path: Path) -> Path:
    """Write a sheet as a workbook: a summary, then each of its tables. No cell is a formula."""
    from openpyxl import Workbook  # half a second to come; only when a workbook is written

    voice, book = voice_of(sheet, own_type=False), Workbook()
    first = book.active
    names = page_names(sheet, voice)
    first.title = names[SUMMARY]
    lines: list[tuple[str | Text, ...]] = [(sheet.title,), (sheet.headline,)]
    if sheet.illustrative:
        lines.append((Text(ILLUSTRATIVE),))
    lines += [(text,) for text in (sheet.question, sheet.recommendation) if text is not None]
    lines += [(row.label, *row.cells) for row in sheet.about]
    for heading, texts in ((N_("Conditions to be met"), sheet.conditions), (N_("Notes"), sheet.notes),
                           (N_("Sources"), sheet.sources)):
        lines += [(Text(heading), text) for text in texts]
    _fill(first, lines, voice, head=False)
    for table in sheet.tables:
        _table(book.create_sheet(names[table.key]), table, voice)
    book.properties.creator = "planner"
    book.properties.title = voice.line(sheet.title)
    book.properties.created = book.properties.modified = _naive(sheet.printed_at)
    book.save(path)
    return path


def page_names(sheet: Sheet, voice: Voice) -> dict[str, str]:
    """What the pages of the workbook are called, by the key of their table; ``SUMMARY`` is the first."""
    names = {SUMMARY: _sheet_name(voice.name(voice.word(N_("Summary"))))}
    for table in sheet.tables:
        names[table.key] = _free_name(names.values(), voice.line(table.title))
    return names


def _naive(at: datetime) -> datetime:
    """The same moment as the file format writes it: without a zone."""
    return at.replace(tzinfo=None, microsecond=0)


def _table(page: Worksheet, table: Table, voice: Voice) -> None:
    _fill(page, [table.columns, *table.rows, *((note,) for note in table.notes)], voice, head=bool(table.columns))


def _fill(page: Worksheet, lines: Iterable[Sequence[str | Text]], voice: Voice, *, head: bool) -> None:
    from openpyxl.styles import Alignment, Font

    widths: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        for column, said in enumerate(line, 1):
            value, form = _value(said, voice)
            if value == "":
                continue
            cell = page.cell(number, column)
            _put(cell, value)
            if form:
                cell.number_format = form
            cell.font = Font(bold=head and number == 1)
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str) and _breadth(value) > _WIDE)
            if column > 1 or len(line) > 1:  # a line alone runs on over its neighbours
                widths[column] = max(widths.get(column, _NARROW), min(_breadth(voice.line(said)), _WIDE))
    _widen(page, widths)
    if head:
        page.freeze_panes = "A2"


def _value(said: str | Text, voice: Voice) -> tuple[str | int | float, str]:
    """A cell's value with its number format: a number for a figure, else the text in the page's languages."""
    facts = dict(said.facts) if isinstance(said, Text) else {}
    figure = facts.pop("value", None)
    if not isinstance(said, Text) or not isinstance(figure, Decimal) or not said.msgid.startswith(VALUE):
        return voice.line(said)[:_LONGEST], ""
    units = [tongue.translate(said.msgid).removeprefix(VALUE).format(**facts) for tongue in voice.tongues]
    unit = " /".join(dict.fromkeys(units)).replace('"', "")
    exponent = figure.as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    form = "#,##0" + ("." + "0" * digits if digits else "") + (f'"{unit}"' if unit.strip() else "")
    return (float(figure) if digits else int(figure)), form


def table_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """A workbook of one sheet: a heading row that stays in view, then the rows.

    Numbers stay numbers; a text is never read as a formula and loses only the control characters that the file
    format cannot hold. ``title`` names the sheet.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(title)
    widths = dict.fromkeys(range(1, len(headings) + 1), _NARROW)
    for number, row in enumerate([tuple(headings), *rows], 1):
        for column, value in enumerate(row, 1):
            if value is None:
                continue
            cell = sheet.cell(number, column)
            _put(cell, value)
            cell.font = Font(bold=number == 1)
            widths[column] = max(widths[column], min(_breadth(value), _WIDE))
    _widen(sheet, widths)
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _put(cell: Any, value: Cell) -> None:
    cell.value = _clean(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # set after the value, which would make "=1+1" a formula


def _widen(page: Worksheet, widths: dict[int, int]) -> None:
    from openpyxl.utils import get_column_letter

    for column, width in widths.items():
        page.column_dimensions[get_column_letter(column)].width = width + 2


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _sheet_name(title: str) -> str:
    """At most 31 signs, none of those a sheet's name may not hold."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in _clean(title))[:31].strip("' ") or "1"


def _free_name(others: Iterable[str], title: str) -> str:
    """A page's name that no other page of the book has."""
    name = _sheet_name(title)
    taken = {other.lower() for other in others}
    return next(one for one in (name, *(f"{name[:27]} {n}" for n in range(2, 999))) if one.lower() not in taken)


def _breadth(value: Cell) -> int:
    """Characters a value takes on the screen, Chinese ones counted twice."""
    return sum(2 if sign >= "\u1100" else 1 for sign in str(value))


def empty_xlsx(headings: Sequence[str], choices: Mapping[str, Sequence[str]], *, title: str) -> bytes:
    """A table to be filled in: a heading row, and a list to choose from in the columns that take one of few words."""
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = load_workbook(BytesIO(table_xlsx(headings, [], title=title)))
    for heading, words in choices.items():
        column = get_column_letter(list(headings).index(heading) + 1)
        listed = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        listed.add(f"{column}2:{column}{_FILLED}")
        book.active.add_data_validation(listed)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
