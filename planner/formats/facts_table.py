"""A table of figures of a park: one row a figure, every bad cell named with its row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.errors import InputError, Rejected
from planner.formats.errors import RowBad, TableColumnMissing
from planner.formats.numbers import MOST, NotANumber, plain_decimal, short
from planner.formats.workbook import Formula, read_sheet
from planner.text import N_, Text
from planner.units import STATED_UNITS, stated_in_base

NEEDED = ("measure", "period", "value", "unit", "status", "source")
_PERIOD = re.compile(r"[1-9]\d{3}(-(0[1-9]|1[0-2])|-Q[1-4]|-H[12])?\Z", re.ASCII)


@dataclass(frozen=True)
class FactRow:
    """One figure: ``row`` as numbered in the file, ``period`` 2021, 2021-06, 2021-Q3 or 2021-H1."""

    row: int
    measure: str
    scope: str
    period: str
    status: str
    value: Decimal
    unit: str
    source: str
    page: str = ""


def read_facts(
    path: Path, measures: Mapping[str, str], *, name: str | None = None, layer: str | None = None,
    encoding: str | None = None,
) -> tuple[FactRow, ...]:
    """The rows of a table of figures, all of them good; ``measures`` are the known ones with their units.

    Raises Rejected (E_ROWS), TableColumnMissing, and what ``read_sheet`` raises.
    """
    try:
        sheet = read_sheet(path, layer=layer, encoding=encoding)
    except InputError as error:
        error.file = error.file or name or path.name
        raise
    headings = {heading.lower() for heading in sheet.headings}
    for needed in NEEDED:
        if needed not in headings:
            known = ", ".join(filter(None, sheet.headings))
            raise TableColumnMissing(file=name or path.name, column=needed, known=known)
    found = [
        fact_row(number, {heading.lower(): value for heading, value in record.items()}, measures)
        for number, record in sheet.records()
    ]
    bad = [row for row in found if isinstance(row, RowBad)]
    if bad:
        raise Rejected(bad, kind="rows", file=name or path.name)
    return tuple(row for row in found if isinstance(row, FactRow))


def fact_row(number: int, record: Mapping[str, Any], measures: Mapping[str, str]) -> FactRow | RowBad:
    """One row, or its first bad cell."""
    readers: Mapping[str, Callable[[Any], Any]] = {
        "measure": lambda value: _one_of(value, tuple(measures)),
        "scope": _word,
        "period": _period,
        "status": lambda value: _one_of(value, ("forecast", "actual")),
        "value": _value,
        "unit": lambda value: _one_of(value, STATED_UNITS),
        "source": _needed,
        "page": _word,
    }
    values = {}
    for column, read in readers.items():
        value = record.get(column)
        try:
            if isinstance(value, Formula):
                raise NotANumber(Text(N_("is a formula; paste its value")))
            values[column] = read(value)
            if column == "unit":
                _fits(values["measure"], values["unit"], measures)
        except NotANumber as wrong:
            where = {"row": number, "column": column}
            told = short("" if value is None else value)
            return RowBad(row=number, column=column, value=told, problem=wrong.problem, where=where)
    return FactRow(number, **values)


def _fits(measure: str, unit: str, measures: Mapping[str, str]) -> None:
    if stated_in_base(Decimal(1), unit)[0] != stated_in_base(Decimal(1), measures[measure])[0]:
        raise NotANumber(Text(N_("is no unit of {measure}; that is stated in {unit}"), measure=measure,
                              unit=measures[measure]))


def _word(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _value(value: Any) -> Decimal:
    number = plain_decimal(value)
    if abs(number) > MOST:
        raise NotANumber(Text(N_("is more than 1,000,000,000,000; check its unit")))
    return number


def _needed(value: Any) -> str:
    if not _word(value):
        raise NotANumber(Text(N_("is empty")))
    return _word(value)


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    if _word(value) not in known:
        raise NotANumber(Text(N_("is not one of {known}"), known=", ".join(known)))
    return _word(value)


def _period(value: Any) -> str:
    if not _PERIOD.match(_word(value)):
        raise NotANumber(Text(N_("is no period; write it as 2021, 2021-06, 2021-Q3 or 2021-H1")))
    return _word(value)
