"""Rows of a small table of people's making, XLSX or CSV: cells as they are, nothing computed.

A workbook is a zip of XML: its members are measured first, none may carry a document type, formulas stay formulas.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import FileMissing, InputError
from planner.formats.clean import clean_value, untamed
from planner.formats.decode import decoded
from planner.formats.errors import (
    AmbiguousLayer,
    ContentUnsupported,
    FileLayerMissing,
    ParseError,
    TooLarge,
    XmlDtd,
    ZipBomb,
)
from planner.formats.limits import MAX_COLUMNS, MAX_ROWS, MAX_SHEET_BYTES, MAX_TEXT_BYTES, MIB
from planner.formats.zips import opened, unpacked
from planner.text import N_, Text

SUPPORTED = "XLSX, CSV"
_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_BOOK = "[Content_Types].xml"


@dataclass(frozen=True)
class Formula:
    """A cell that holds a formula instead of a value."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Sheet:
    """Headings of the first row that has any, and the rows under it with their number in the file, no blank ones."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]

    def records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Row number and heading -> value; columns without a heading are left out."""
        for number, values in self.rows:
            yield number, {name: value for name, value in zip(self.headings, values, strict=False) if name}


def read_sheet(
    path: Path, *, layer: str | None = None, encoding: str | None = None, most_rows: int = MAX_ROWS
) -> Sheet:
    """The table of a file; ``layer`` names the sheet where several hold something.

    Raises FileMissing, ContentUnsupported, XmlDtd, ZipBomb, TooLarge, ParseError, AmbiguousLayer, FileLayerMissing.
    """
    if not path.is_file():
        raise FileMissing(reason=Text(N_("there is no such file")))
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise TooLarge(found=f"{path.stat().st_size / MIB:,.0f} MiB", limit=f"{MAX_TEXT_BYTES / MIB:,.0f} MiB")
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK"):
        return _sheet(_workbook(path, layer, most_rows), most_rows)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ContentUnsupported(found=Text(N_("an old or locked Office document")), known=SUPPORTED)
    return _sheet(_csv(path, encoding), most_rows)


def _workbook(path: Path, layer: str | None, most_rows: int) -> list[list[Any]]:
    import openpyxl  # takes a while to come: only where a workbook is read

    _check_members(path)
    try:
        import openpyxl

        # From its bytes: by path openpyxl goes by the ending of the name.
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=False, keep_links=False)
        found = {sheet.title: _cells(sheet, most_rows) for sheet in book.worksheets if layer in (None, sheet.title)}
        names = [sheet.title for sheet in book.worksheets]
        book.close()
    except InputError:
        raise
    except Exception as wrong:  # openpyxl answers damage with whatever exception the damage meets
        raise ParseError(reason=Text(N_("the workbook is damaged"))) from wrong
    filled = {name: rows for name, rows in found.items() if any(value is not None for row in rows for value in row)}
    if layer is not None and layer not in names:
        raise FileLayerMissing(wanted=layer, known=", ".join(names))
    if len(filled) > 1:
        raise AmbiguousLayer(layers=", ".join(filled))
    return next(iter(filled.values()), [])


def _check_members(path: Path) -> None:
    with opened(path) as (archive, members):
        if _BOOK not in {member.filename for member in members}:
            raise ContentUnsupported(found=Text(N_("an archive that is no workbook")), known=SUPPORTED)
        if sum(member.file_size for member in members) > MAX_SHEET_BYTES:
            raise ZipBomb(
                reason=Text(
                    N_("{found:,.0f} MiB, at most {limit:,.0f} MiB are read"),
                    found=sum(member.file_size for member in members) / MIB,
                    limit=MAX_SHEET_BYTES / MIB,
                )
            )
        for member in members:
            if member.filename.endswith((".xml", ".rels", ".vml")):
                data = unpacked(archive, member, MAX_SHEET_BYTES)
                wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in data[:64]
                if _DTD.search(data.replace(b"\x00", b"") if wide else data):
                    raise XmlDtd(part=member.filename)


def _cells(sheet: Any, most_rows: int) -> list[list[Any]]:
    from openpyxl.cell.read_only import EMPTY_CELL

    # What the sheet says of its own size may be a lie.
    sheet.reset_dimensions()
    rows: list[list[Any]] = []
    for cells in sheet.iter_rows(max_row=most_rows + 1, max_col=MAX_COLUMNS + 1):
        if {*map(id, cells)} <= {id(EMPTY_CELL)}:  # one far cell stands under a million such rows
            rows.append([])
        else:
            rows.append([Formula(str(cell.value)) if cell.data_type == "f" else cell.value for cell in cells])
    return rows


def _csv(path: Path, encoding: str | None) -> list[list[Any]]:
    text = decoded(path.read_bytes(), encoding).text
    if "\x00" in text or text.lstrip()[:1] in ("<", "{"):
        raise ContentUnsupported(found=Text(N_("unknown binary data or markup")), known=SUPPORTED)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = [
            [untamed(value) if value != "" else None for value in row]
            for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        ]
    except csv.Error:
        raise ParseError(reason=Text(N_("its quotation marks do not match"))) from None
    return [list(row) for row in rows]


def _sheet(rows: Sequence[Sequence[Any]], most_rows: int) -> Sheet:
    if len(rows) > most_rows:
        raise TooLarge(
            found=Text(N_("more than {limit:,} rows"), limit=most_rows),
            limit=Text(N_("{limit:,} rows"), limit=most_rows),
        )
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(_said(value) for value in row)]
    if not filled:
        raise ParseError(reason=Text(N_("the table is empty")))
    if any(_said(value) for value in filled[0][1][MAX_COLUMNS:]):
        raise TooLarge(
            found=Text(N_("more than {limit:,} columns"), limit=MAX_COLUMNS),
            limit=Text(N_("{limit:,} columns"), limit=MAX_COLUMNS),
        )
    headings = tuple(str(value).strip() if _said(value) else "" for value in filled[0][1][:MAX_COLUMNS])
    repeated = next((name for name in headings if name and headings.count(name) > 1), None)
    if repeated:
        raise ParseError(reason=Text(N_("the heading '{heading}' stands twice"), heading=repeated[:40]))
    body = tuple((number, tuple(clean_value(value)[0] for value in row)) for number, row in filled[1:])
    return Sheet(headings, body)


def _said(value: Any) -> bool:
    return value is not None and str(value).strip() != ""
