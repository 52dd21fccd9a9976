"""Tables of a register: strict cells, each bad one named with its row, its column and what it probably means.

A heading is a column's name or its title in any language; it is never guessed from its place. Nothing unknown is
dropped: a heading that no column has is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError, Rejected
from planner.formats.errors import TableColumnMissing
from planner.formats.numbers import MOST, NotANumber, amount, plain_decimal, year
from planner.formats.tables import BadRow, day_of, sheet_of, text_of
from planner.formats.workbook import Formula
from planner.registers.columns import Column
from planner.text import N_, Text, Translate, english

OUTLINE = "outline"
OUTLINE_TITLE = N_("Outline (WKT, longitude/latitude)")
MOST_CELL = 32_767  # characters a cell of a workbook can hold
_PARTS = ";；、,，"
_Bounds = (-180.0, -90.0, 180.0, 90.0)


class HeadingUnknown(InputError):
    code = "E_COLUMN"
    sentence = N_("The heading '{heading}' is no column of this register. Its columns are: {known}.")


@dataclass(frozen=True)
class RegisterCells:
    """One row of a table: ``row`` as numbered in the file, the values by column name, the outline where it has one."""

    row: int
    values: Mapping[str, Any]
    outline: BaseGeometry | None = None


@dataclass
class _Cells:
    """What is being read of one row."""

    values: dict[str, Any] = field(default_factory=dict)
    outline: BaseGeometry | None = None
    bad: list[tuple[str, Any, Text]] = field(default_factory=list)


def headings(columns: Sequence[Column], years: Iterable[int], say: Translate) -> list[tuple[Column, int | None, str]]:
    """(column, year, heading) in the order in which a table is written; a yearly column once a year."""
    wanted = sorted(set(years))
    found: list[tuple[Column, int | None, str]] = []
    for column in columns:
        title = Text(column.title).say(say)
        if column.kind == "yearly":
            found += [(column, year, f"{title} {year}") for year in wanted]
        else:
            found.append((column, None, title))
    return found


def cell_of(column: Column, value: Any, year: int | None, say: Translate) -> str | int | float | None:
    """A value as a table holds it: words joined by ;, days as ISO text, a choice as its word."""
    if column.kind == "yearly":
        return value.get(year) if value else None
    if value in (None, "", ()):
        return None
    if column.kind == "words":
        return ";".join(value)
    if column.kind == "choice":
        return Text(column.choices.get(value, value)).say(say)
    return value.isoformat() if column.kind == "day" else value


def read_register(
    path: Path,
    columns: Sequence[Column],
    *,
    languages: Sequence[Translate] = (english,),
    name: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
) -> tuple[RegisterCells, ...]:
    """The rows of a table of a register, all of them good.

    Parameters: ``languages`` are those whose titles and choices are taken. Raises Rejected (E_ROWS, one RowBad a row),
    HeadingUnknown, TableColumnMissing, and what ``read_sheet`` raises. Whether the values can stand together is asked
    later.
    """
    sheet = sheet_of(path, name, layer, encoding)
    file = name or path.name
    known = _known(columns, languages)
    meant = {heading: _meant(heading, known, file) for heading in sheet.headings if heading}
    for column in columns:
        if column.needed and column.name not in {one.name for one, _ in meant.values() if one}:
            raise TableColumnMissing(file=file, column=column.name, known=", ".join(filter(None, sheet.headings)))
    rows, bad, seen = [], [], dict[str, int]()
    for number, record in sheet.records():
        cells = _read_row(record, meant, columns, languages)
        id = cells.values.get("id")
        if id in seen:
            problem = Text(N_("stands in row {row} already"), row=seen[id])
            cells.bad.append((_heading(meant, "id"), id, problem))
        if cells.bad:
            bad.append(BadRow(number, cells.bad).error())
            continue
        seen[str(id)] = number
        rows.append(RegisterCells(number, cells.values, cells.outline))
    if bad:
        raise Rejected(bad, kind="rows", file=file)
    return tuple(rows)


def refused(cells: RegisterCells, problems: Iterable[tuple[str, Text]]) -> InputError | None:
    """The error of a row whose values cannot stand together, None where they can."""
    bad = [(column, cells.values.get(column), problem) for column, problem in problems]
    return BadRow(cells.row, bad).error() if bad else None


def _known(columns: Sequence[Column], languages: Sequence[Translate]) -> dict[str, Column | None]:
    """Every heading a column may have; the outline stands as None."""
    found: dict[str, Column | None] = {OUTLINE: None}
    found |= {Text(OUTLINE_TITLE).say(say): None for say in languages}
    for column in columns:
        for heading in (column.name, *(Text(column.title).say(say) for say in languages)):
            found[heading] = column
    return {heading.casefold(): column for heading, column in found.items()}


def _meant(heading: str, known: Mapping[str, Column | None], file: str) -> tuple[Column | None, int | None]:
    """The column of a heading, and its year where it has one. Raises HeadingUnknown."""
    folded = heading.casefold()
    if folded in known and (known[folded] is None or known[folded].kind != "yearly"):  # type: ignore[union-attr]
        return known[folded], None
    stem, number = folded[:-4].rstrip(" _"), heading[-4:]
    column = known.get(stem)
    if column is not None and column.kind == "yearly" and number.isascii() and number.isdigit():
        return column, int(number)
    names = ", ".join(dict.fromkeys(column.name if column else OUTLINE for column in known.values()))
    raise HeadingUnknown(file=file, where={"column": heading}, heading=heading, known=names)


def _heading(meant: Mapping[str, tuple[Column | None, int | None]], name: str) -> str:
    return next((heading for heading, (column, _) in meant.items() if column and column.name == name), name)


def _read_row(
    record: Mapping[str, Any],
    meant: Mapping[str, tuple[Column | None, int | None]],
    columns: Sequence[Column],
    languages: Sequence[Translate],
) -> _Cells:
    cells = _Cells()
    for heading, value in record.items():
        column, by_year = meant[heading]
        if value is None or text_of(value) == "":
            continue
        try:
            if isinstance(value, Formula):
                raise NotANumber(Text(N_("is a formula; paste its value")))
            if column is None:
                cells.outline = _outline(text_of(value))
            elif by_year is not None:
                cells.values.setdefault(column.name, {})[by_year] = _figure(value)
            else:
                cells.values[column.name] = _READERS[column.kind](column, value, languages)
        except NotANumber as wrong:
            cells.bad.append((heading, value, wrong.problem))
    said = {column for column, _, _ in cells.bad}
    for column in columns:
        heading = _heading(meant, column.name)
        if column.needed and column.name not in cells.values and heading not in said:
            cells.bad.append((heading, "", Text(N_("is empty"))))
    return cells


# ---------------------------------------------------------------- cells
def _figure(value: Any) -> float:
    """0 or more, at most 10^12."""
    number = plain_decimal(value)
    if number < 0:
        raise NotANumber(Text(N_("is less than 0")))
    if number > MOST:
        raise NotANumber(Text(N_("is more than 1,000,000,000,000; check its unit")))
    return float(number)


def _share(value: Any) -> float:
    number = _figure(value)
    if number > 1:
        raise NotANumber(Text(N_("is more than 1; write a share, e.g. 0.4 for 40 %")))
    return number


def _whole(value: Any) -> int:
    number = _figure(value)
    if not number.is_integer():
        raise NotANumber(Text(N_("is not a whole number")))
    return int(number)


def _said(value: Any) -> str:
    """A word; a number that a table made of one keeps its digits, not its point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return text_of(value)


def _words(value: Any) -> tuple[str, ...]:
    text = _said(value)
    for sign in _PARTS[1:]:
        text = text.replace(sign, _PARTS[0])
    words = [word.strip() for word in text.split(_PARTS[0]) if word.strip()]
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise NotANumber(Text(N_("names '{word}' twice"), word=twice))
    return tuple(words)


def _choice(column: Column, value: Any, languages: Sequence[Translate]) -> str:
    word = text_of(value).casefold()
    for choice, title in column.choices.items():
        if word in {choice.casefold(), *(Text(title).say(say).casefold() for say in languages)}:
            return choice
    raise NotANumber(Text(N_("is none of: {known}"), known=", ".join(column.choices)))


def _outline(text: str) -> BaseGeometry:
    """A polygon in longitude and latitude, valid, somewhere on the earth."""
    try:
        shape = shapely.from_wkt(text)
    except ShapelyError:
        raise NotANumber(Text(N_("is no outline as WKT, e.g. POLYGON ((110.2 19.9, ...))"))) from None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise NotANumber(Text(N_("is no outline as WKT, e.g. POLYGON ((110.2 19.9, ...))")))
    west, south, east, north = shape.bounds
    if not (_Bounds[0] <= west and _Bounds[1] <= south and east <= _Bounds[2] and north <= _Bounds[3]):
        raise NotANumber(Text(N_("is not in longitude and latitude")))
    if not shape.is_valid:
        raise NotANumber(Text(N_("is not a valid polygon: {reason}"), reason=shapely.is_valid_reason(shape)))
    return shapely.force_2d(shape)


_READERS: Mapping[str, Callable[[Column, Any, Sequence[Translate]], Any]] = {
    "word": lambda column, value, languages: _said(value),
    "words": lambda column, value, languages: _words(value),
    "day": lambda column, value, languages: day_of(value),
    "year": lambda column, value, languages: year(value),
    "figure": lambda column, value, languages: _figure(value),
    "amount": lambda column, value, languages: float(amount(value)),
    "share": lambda column, value, languages: _share(value),
    "whole": lambda column, value, languages: _whole(value),
    "choice": _choice,
}
