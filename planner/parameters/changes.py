"""Rows of parameters that an administrator put in the place of the planner's own, each from a day on.

A changed row never writes over the one before it: from its first day to its last the earlier row of the same name
gives way, before and after that the earlier row holds as it did. A row may also come new, and a name may end. What is
judged as of an earlier day finds the row of that day, and a change that was taken back leaves everything as if it had
never been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from planner.errors import InputError
from planner.parameters import Parameters, in_force
from planner.parameters.rows import Row
from planner.parameters.sound import refuse_unsound_row, refuse_unsound_table
from planner.parameters.stating import Words, filled, typed
from planner.parameters.tables import TABLES, address, rows_of, unit, with_rows
from planner.text import N_

A_DAY = timedelta(days=1)


class ParameterUnknown(InputError):
    code = "E_PARAMETER_UNKNOWN"
    sentence = N_("There is no parameter '{name}'{among}. Look it up with `planner parameters list`.")


class ParameterSeveral(InputError):
    code = "E_PARAMETER_UNKNOWN"
    sentence = N_("'{name}' stands in several tables: {tables}. Name one with --table.")


class ParameterThere(InputError):
    code = "E_PARAMETER_THERE"
    sentence = N_("'{name}' is in the table {table} already. Change it from a day on instead.")


class ParameterNeeded(InputError):
    code = "E_PARAMETER_NEEDED"
    sentence = N_("'{name}' cannot end: the planner reckons with it. Change it from a day on instead.")


class ParameterNothing(InputError):
    code = "E_PARAMETER_VALUE"
    sentence = N_("Nothing is said that '{name}' should have. State a value, or columns as COLUMN=VALUE.")


class ParameterUnit(InputError):
    code = "E_UNIT"
    sentence = N_("'{name}' is stated in {kept}, not in {unit}. State the value in {kept}.")


class ParameterDays(InputError):
    code = "E_PARAMETER_DAYS"
    sentence = N_("A row of '{name}' cannot hold from {first} to {last}: the last day is before the first.")


class ParameterOverlap(InputError):
    code = "E_PARAMETER_OVERLAP"
    sentence = N_("'{name}' has a row from {other} on, which lies in the days of the new one ({first} to {last}). Let "
                  "the new row end the day before, or take the other one back first.")


class ChangeMissing(InputError):
    code = "E_PARAMETER_UNKNOWN"
    sentence = N_("No row '{id}' was added in this workspace, or it was taken back already. Added are: {known}.")


@dataclass(frozen=True)
class Change:
    """A row as it was added: its id, by whom, when and why; ``taken_back`` is who took it back and when, None while
    it holds. Where it ``ends`` nothing holds in the days of the row, which says what had held before."""

    id: str
    table: str
    row: Row
    actor: str
    at: str
    reason: str
    taken_back: Mapping[str, str] | None = None
    ends: bool = False


@dataclass(frozen=True)
class Wish:
    """A row as a person states it: the columns it is to have, as text or as the table has them. ``name`` is the
    address of the row whose place it takes; empty for a row of a new name."""

    name: str
    values: Mapping[str, Any]
    valid_from: date
    source: str
    status: str
    valid_to: date | None = None


def history(base: Parameters, changes: Iterable[Change], table: str, name: str) -> list[tuple[Row, Change | None]]:
    """Every row there ever was of a name, by its first day: the planner's own, and those added here (taken back or
    not)."""
    own: list[tuple[Row, Change | None]] = [(row, None) for row in rows_of(base, table) if address(table, row) == name]
    made = [(one.row, one) for one in changes if one.table == table and address(table, one.row) == name]
    return sorted([*own, *made], key=lambda pair: pair[0].valid_from or date.min)


def table_of(base: Parameters, changes: Sequence[Change], name: str, table: str = "") -> str:
    """The table in which a name stands or stood; of several the one in which it has a number. Raises
    ParameterUnknown, ParameterSeveral."""
    looked = (known_table(table),) if table else tuple(TABLES)
    found = [one for one in looked if history(base, changes, one, name)]
    found = [one for one in found if TABLES[one].number] or found
    if not found:
        raise ParameterUnknown(name=name, among=f" ({table})" if table else "", where={"name": name})
    if len(found) > 1:
        raise ParameterSeveral(name=name, tables=", ".join(found), where={"name": name})
    return found[0]


def known_table(table: str) -> str:
    """The name of a table. Raises ParameterUnknown."""
    if table not in TABLES:
        raise ParameterUnknown(name=table, among=f" ({', '.join(TABLES)})", where={"table": table})
    return table


def changed_row(base: Parameters, changes: Sequence[Change], table: str, wish: Wish, words: Words) -> Row:
    """The row that a wish makes of the one whose place it takes; ``words`` are what open columns may say.

    Raises ParameterNothing, ParameterUnit, ParameterDays, ParameterOverlap and what ``typed`` and the checks of
    ``planner.parameters.sound`` raise.
    """
    name = wish.name
    there = _there(base, changes, table, name)
    old = _replaced(there, wish.valid_from)
    given = dict(wish.values)
    if "unit" in given and given.pop("unit") != unit(old):
        raise ParameterUnit(name=name, kept=unit(old) or "-", unit=wish.values["unit"] or "-",
                            where={"name": name, "unit": str(wish.values["unit"])})
    if not given:
        raise ParameterNothing(name=name, where={"name": name})
    _days(there, name, wish.valid_from, wish.valid_to)
    anew = {column: default for column, default in filled(table).items() if column in TABLES[table].anew}
    row = replace(old, **{**anew, **typed(table, name, given, words, old=old), **_of_all(wish)})
    return _sound(base, changes, table, row)


def added_row(base: Parameters, changes: Sequence[Change], table: str, wish: Wish, words: Words) -> Row:
    """The row that a wish makes of nothing, under a name of its own. Raises ParameterThere and as ``changed_row``."""
    stated = typed(table, "", wish.values, words)
    row = TABLES[table].kind(**{**filled(table), **stated, **_of_all(wish)})
    name = address(table, row)
    if _there(base, changes, table, name):
        raise ParameterThere(name=name, table=table, where={"name": name, "table": table})
    _days((), name, wish.valid_from, wish.valid_to)
    return _sound(base, changes, table, row)


def ended_row(
    base: Parameters, changes: Sequence[Change], table: str, name: str, first: date, last: date | None, source: str
) -> Row:
    """The row that no more holds from a day on (to another one): what had held, in those days.

    Raises ParameterNeeded, ParameterDays, ParameterOverlap.
    """
    if TABLES[table].needed and any(address(table, row) == name for row in rows_of(base, table)):
        raise ParameterNeeded(name=name, where={"name": name})
    there = _there(base, changes, table, name)
    _days(there, name, first, last)
    row: Row = replace(_replaced(there, first), valid_from=first, valid_to=last, source=source.strip())
    refuse_unsound_row(table, row)
    refuse_unsound_table(table, _rows_with(base, changes, Change("", table, row, "", "", "", ends=True)), row)
    return row


def _of_all(wish: Wish) -> dict[str, Any]:
    return {"valid_from": wish.valid_from, "valid_to": wish.valid_to, "source": wish.source.strip(),
            "status": wish.status}


def _sound(base: Parameters, changes: Sequence[Change], table: str, row: Row) -> Row:
    refuse_unsound_row(table, row)
    refuse_unsound_table(table, _rows_with(base, changes, Change("", table, row, "", "", "")), row)
    return row


def _rows_with(base: Parameters, changes: Sequence[Change], one: Change) -> tuple[Row, ...]:
    return rows_of(with_changes(base, [*changes, one]), one.table)


def _there(base: Parameters, changes: Iterable[Change], table: str, name: str) -> list[Row]:
    """The rows of a name that hold on some day, as they were stated, and the ends among them."""
    return [row for row, change in history(base, changes, table, name) if change is None or change.taken_back is None]


def _replaced(rows: Sequence[Row], on: date) -> Row:
    """The row that holds on a day, else the one that held last before it, else the first."""
    before = [row for row in rows if (row.valid_from or date.min) <= on]
    holding = [row for row in before if in_force(row, on)]
    return max(holding or before or rows[:1], key=lambda row: row.valid_from or date.min)


def _days(rows: Iterable[Row], name: str, first: date, until: date | None) -> None:
    last, said = until or date.max, until.isoformat() if until else "-"
    if last < first:
        raise ParameterDays(name=name, first=first.isoformat(), last=said, where={"name": name})
    for row in rows:
        if row.valid_from is not None and first <= row.valid_from <= last:
            raise ParameterOverlap(name=name, other=row.valid_from.isoformat(), first=first.isoformat(), last=said,
                                   where={"name": name, "other": row.valid_from.isoformat()})


def with_changes(base: Parameters, changes: Iterable[Change]) -> Parameters:
    """The rows as they hold with what was added and not taken back; the version stays the base's."""
    tables: dict[str, tuple[Row, ...]] = {}
    for one in changes:
        if one.taken_back is None:
            rows = tables[one.table] if one.table in tables else rows_of(base, one.table)
            tables[one.table] = tuple(_giving_way(rows, one))
    return with_rows(base, tables)


def _giving_way(rows: Iterable[Row], one: Change) -> list[Row]:
    """The rows with a new one in its place: those of its name keep the days before and after it. A row of a new name
    stands behind the last whose name begins like its own, in order of its number where a higher one is there."""
    table, new = one.table, one.row
    name, found, place = address(table, new), [], None
    for row in rows:
        if address(table, row) == name:
            found += _left(row, new)
            place = len(found)
        else:
            found.append(row)
    if one.ends:
        return found
    if place is None:
        place = _behind(table, found, new)
    return [*found[:place], new, *found[place:]]


def _behind(table: str, rows: Sequence[Row], new: Row) -> int:
    """Where a row of a new name stands."""
    shape = TABLES[table]
    kin = [n for n, row in enumerate(rows) if getattr(row, shape.names[0]) == getattr(new, shape.names[0])]
    if table == "grades" and isinstance(new, shape.kind):
        kin = [n for n in kin if getattr(rows[n], "size_from", None) == getattr(new, "size_from", None)]
        most = getattr(new, "up_to", None)
        higher = [n for n in kin if most is not None and _most(rows[n]) > most]
        if higher:
            return higher[0]
    return kin[-1] + 1 if kin else len(rows)


def _most(row: Row) -> float:
    found = getattr(row, "up_to", None)
    return float("inf") if found is None else float(found)


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
