"""Rows of parameters that an administrator put in the place of the planner's own, each from a day on.

A changed row never writes over the one before it: from its first day to its last the earlier row of the same name
gives way, before and after that the earlier row holds as it did. What is judged as of an earlier day finds the row of
that day, and a row that was taken back leaves everything as if it had never been.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from planner.errors import InputError
from planner.parameters import (
    CaseTerm,
    Coefficient,
    Grade,
    Parameters,
    RegisterRule,
    Rule,
    Status,
    Threshold,
    in_force,
)
from planner.text import N_, Text

Row = Coefficient | Rule | RegisterRule | Threshold | CaseTerm | Grade
A_DAY = timedelta(days=1)
SHARE = "share"  # of a whole: never more than one
MOST, LONGEST = 1e12, 500
COLUMNS = {"value": N_("value"), "low": N_("least value"), "high": N_("most value"), "source": N_("source"),
           "note": N_("note")}


class Table(NamedTuple):
    """A table with numbers that may change: the columns that name a row, and the one that holds its number."""

    names: tuple[str, ...]
    number: str


TABLES: Mapping[str, Table] = MappingProxyType({
    "coefficients": Table(("name",), "value"),
    "rules": Table(("rule", "park", "region", "industry", "parcel"), "limit"),
    "relief_costs": Table(("name",), "value"),
    "review": Table(("category", "measure", "test"), "limit"),
    "register_rules": Table(("rule", "region"), "limit"),
    "grades": Table(("scale", "grade", "size_from"), "up_to"),
    "case_terms": Table(("term",), "limit"),
})


class ParameterUnknown(InputError):
    code = "E_PARAMETER_UNKNOWN"
    sentence = N_("There is no parameter '{name}' with a number{among}. Look it up with `planner parameters list`.")


class ParameterSeveral(InputError):
    code = "E_PARAMETER_UNKNOWN"
    sentence = N_("'{name}' stands in several tables: {tables}. Name one with --table.")


class ParameterUnit(InputError):
    code = "E_UNIT"
    sentence = N_("'{name}' is stated in {kept}, not in {unit}. State the value in {kept}.")


class ParameterValue(InputError):
    code = "E_PARAMETER_VALUE"
    sentence = N_("'{name}' cannot have {value} as its {column}: it must be a number from {least:g} to {most:g}.")


class ParameterRange(InputError):
    code = "E_PARAMETER_VALUE"
    sentence = N_("The range {low:g} to {high:g} of '{name}' does not hold its value {value:g}.")


class ParameterDays(InputError):
    code = "E_PARAMETER_DAYS"
    sentence = N_("A row of '{name}' cannot hold from {first} to {last}: the last day is before the first.")


class ParameterOverlap(InputError):
    code = "E_PARAMETER_OVERLAP"
    sentence = N_("'{name}' has a row from {other} on, which lies in the days of the new one ({first} to {last}). Let "
                  "the new row end the day before, or take the other one back first.")


class ParameterWords(InputError):
    code = "E_PARAMETER_WORDS"
    sentence = N_("The {column} of a row of '{name}' must be 1 to {most} signs.")


class ParameterStatus(InputError):
    code = "E_PARAMETER_STATUS"
    sentence = N_("The status of a row is one of {known}, not '{status}'.")


class ChangeMissing(InputError):
    code = "E_PARAMETER_UNKNOWN"
    sentence = N_("No row '{id}' was added in this workspace, or it was taken back already. Added are: {known}.")


@dataclass(frozen=True)
class Change:
    """A row as it was added: its id, by whom, when and why; ``taken_back`` is who took it back and when, None while
    it holds."""

    id: str
    table: str
    row: Row
    actor: str
    at: str
    reason: str
    taken_back: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Wish:
    """A new row as a person states it; ``name`` is the address of the row whose place it takes."""

    name: str
    value: float
    unit: str
    valid_from: date
    source: str
    status: str
    valid_to: date | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


def address(table: str, row: Row) -> str:
    """What a row is called in its table: the columns that name it, "/" between them."""
    return "/".join(str(part) for part in map(row.__getattribute__, TABLES[table].names) if part not in ("", None))


def number(table: str, row: Row) -> float | None:
    """The number of a row; None where it has none."""
    found: float | None = getattr(row, TABLES[table].number)
    return found


def rows_of(parameters: Parameters, table: str) -> tuple[Row, ...]:
    """The rows of a table, with or without a number."""
    found: tuple[Row, ...] = getattr(parameters, table)
    return found


def history(base: Parameters, changes: Iterable[Change], table: str, name: str) -> list[tuple[Row, Change | None]]:
    """Every row there ever was of a name, by its first day: the planner's own, and those added here (taken back or
    not)."""
    own: list[tuple[Row, Change | None]] = [(row, None) for row in rows_of(base, table) if address(table, row) == name]
    made = [(one.row, one) for one in changes if one.table == table and address(table, one.row) == name]
    return sorted([*own, *made], key=lambda pair: pair[0].valid_from or date.min)


def table_of(base: Parameters, name: str, table: str = "") -> str:
    """The table in which a name stands. Raises ParameterUnknown, ParameterSeveral."""
    if table and table not in TABLES:
        raise ParameterUnknown(name=name, among=f" ({table}: {', '.join(TABLES)})", where={"table": table})
    looked = (table,) if table else tuple(TABLES)
    found = [one for one in looked
             if any(address(one, row) == name and number(one, row) is not None for row in rows_of(base, one))]
    if not found:
        raise ParameterUnknown(name=name, among=f" ({table})" if table else "", where={"name": name})
    if len(found) > 1:
        raise ParameterSeveral(name=name, tables=", ".join(found), where={"name": name})
    return found[0]


def new_row(base: Parameters, changes: Sequence[Change], table: str, wish: Wish) -> Row:
    """The row that a wish makes of the one whose place it takes.

    Raises ParameterUnit, ParameterValue, ParameterRange, ParameterDays, ParameterOverlap, ParameterWords,
    ParameterStatus.
    """
    name = wish.name
    there = [row for row, change in history(base, changes, table, name) if change is None or change.taken_back is None]
    old = _replaced(there, wish.valid_from)
    if wish.unit != old.unit:
        raise ParameterUnit(name=name, kept=old.unit, unit=wish.unit or "-", where={"name": name, "unit": wish.unit})
    if wish.status not in get_args(Status):
        raise ParameterStatus(known=", ".join(get_args(Status)), status=wish.status, where={"name": name})
    for column, words, needed in (("source", wish.source, True), ("note", wish.note, False)):
        if len(words) > LONGEST or (needed and not words.strip()):
            raise ParameterWords(column=_word(column), name=name, most=LONGEST, where={"name": name})
    most = 1.0 if old.unit == SHARE else MOST
    figures = {TABLES[table].number: wish.value, "low": wish.low, "high": wish.high}
    for column, value in figures.items():
        if value is not None and not (math.isfinite(value) and 0 <= value <= most):
            raise ParameterValue(column=_word(column), name=name, value=value, least=0.0, most=most,
                                 where={"name": name, "value": str(value)})
    low, high = (wish.value if bound is None else bound for bound in (wish.low, wish.high))
    if not low <= wish.value <= high:
        raise ParameterRange(low=low, high=high, name=name, value=wish.value, where={"name": name})
    _days(there, wish)
    said: dict[str, Any] = {
        TABLES[table].number: wish.value, "valid_from": wish.valid_from, "valid_to": wish.valid_to,
        "source": wish.source.strip(), "status": wish.status,
    }
    if isinstance(old, Coefficient):
        said |= {"low": wish.low, "high": wish.high, "note": wish.note.strip()}
    return replace(old, **said)


def _word(column: str) -> Text:
    return Text(COLUMNS.get(column, COLUMNS["value"]))


def _replaced(rows: Sequence[Row], on: date) -> Row:
    """The row that holds on a day, else the one that held last before it, else the first."""
    before = [row for row in rows if (row.valid_from or date.min) <= on]
    holding = [row for row in before if in_force(row, on)]
    return max(holding or before or rows[:1], key=lambda row: row.valid_from or date.min)


def _days(rows: Iterable[Row], wish: Wish) -> None:
    first, last = wish.valid_from, wish.valid_to or date.max
    said = wish.valid_to.isoformat() if wish.valid_to else "-"
    if last < first:
        raise ParameterDays(name=wish.name, first=first.isoformat(), last=said, where={"name": wish.name})
    for row in rows:
        if row.valid_from is not None and first <= row.valid_from <= last:
            raise ParameterOverlap(name=wish.name, other=row.valid_from.isoformat(), first=first.isoformat(), last=said,
                                   where={"name": wish.name, "other": row.valid_from.isoformat()})


def with_changes(base: Parameters, changes: Iterable[Change]) -> Parameters:
    """The rows as they hold with what was added and not taken back; the version stays the base's."""
    tables: dict[str, tuple[Row, ...]] = {}
    for one in changes:
        if one.taken_back is None:
            rows = tables.get(one.table) or rows_of(base, one.table)
            tables[one.table] = tuple(_giving_way(rows, one.table, one.row))
    return replace(base, **tables) if tables else base  # type: ignore[arg-type]


def _giving_way(rows: Iterable[Row], table: str, new: Row) -> list[Row]:
    """The rows with a new one in its place: those of its name keep the days before and after it."""
    name, found, place = address(table, new), [], 0
    for row in rows:
        if address(table, row) == name:
            found += _left(row, new)
            place = len(found)
        else:
            found.append(row)
    return [*found[:place], new, *found[place:]]


def _left(old: Row, new: Row) -> list[Row]:
    """What an earlier row keeps of its days beside a new one: none, one or two pieces."""
    first, last = old.valid_from or date.min, old.valid_to or date.max
    begin, end = new.valid_from or date.min, new.valid_to or date.max
    if last < begin or end < first:
        return [old]
    pieces = []
    if first < begin:
        pieces.append(replace(old, valid_to=begin - A_DAY))
    if end < last:
        pieces.append(replace(old, valid_from=end + A_DAY))
    return pieces


def same_row(one: Row, other: Row) -> bool:
    """Whether two rows are one, whatever days are left of them."""
    return replace(one, valid_from=None, valid_to=None) == replace(other, valid_from=None, valid_to=None)
