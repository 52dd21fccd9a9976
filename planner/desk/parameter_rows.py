"""Parameters at the desk: rows looked up with their history, changed, added or ended from a day on, taken back;
nothing written over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from planner.desk import parameter_uses
from planner.desk.authority import ANYWHERE, WORKSPACE, needs, tell
from planner.desk.booking import Document, once
from planner.errors import UsageError
from planner.parameters import Parameters, in_force
from planner.parameters.changes import (
    Change,
    ChangeMissing,
    Wish,
    added_row,
    changed_row,
    ended_row,
    history,
    known_table,
    same_row,
    table_of,
    with_changes,
)
from planner.parameters.rows import Row
from planner.parameters.sound import LONGEST
from planner.parameters.tables import OF_ALL, TABLES, address, columns, number, rows_of, unit
from planner.people import Role
from planner.store.base import Store, Turn
from planner.store.parameters import load
from planner.store.parameters_kept import row_form, row_from
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.desk.desk import Desk

KEPT, ADD, END, TAKE_BACK = "parameter_rows", "add", "end", "take back"


def changes(where: Store | Turn) -> tuple[Change, ...]:
    """The changes made in a workspace, in the order in which they came."""
    return changes_of(where.rows(KEPT))


def changes_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The same of rows as they are kept."""
    back = {row["id"]: {name: row[name] for name in ("actor", "at", "reason")} for row in rows
            if row["verb"] == TAKE_BACK}
    return tuple(Change(row["id"], row["of"], row_from(row["of"], row["row"]), row["actor"], row["at"], row["reason"],
                        back.get(row["id"]), row["verb"] == END) for row in rows if row["verb"] != TAKE_BACK)


class ParameterVerbs:
    """The part of the desk that keeps the rows by which all is judged."""

    store: Store
    today: Callable[[], date]
    now: Callable[[], datetime]

    @needs(Role.VIEWER, ANYWHERE)
    def parameter_rows(self, table: str) -> list[Document]:
        """The names of a table, each with the row in force today (None where none is). Raises ParameterUnknown."""
        rows = with_changes(load(), changes(self.store))
        names = dict.fromkeys(address(table, row) for row in rows_of(rows, known_table(table)))
        now = self._all_in_force(rows, table)
        return [{"table": table, "name": name, "row": _document(table, now[name]) if name in now else None}
                for name in names]

    @needs(Role.VIEWER, ANYWHERE)
    def parameter_table(self, name: str, table: str = "") -> str:
        """The table in which a name stands. Raises ParameterUnknown, ParameterSeveral."""
        return table_of(load(), changes(self.store), name, table)

    @needs(Role.VIEWER, ANYWHERE)
    def parameter_history(self, name: str, table: str = "") -> list[Document]:
        """Every row of a name by its first day: the planner's own (``id`` None), those added here and the ends
        (``ends``), with who made or took them back, and which is in force. Raises ParameterUnknown,
        ParameterSeveral."""
        base, made = load(), changes(self.store)
        found = table_of(base, made, name, table)
        now = self._all_in_force(with_changes(base, made), found).get(name)
        told = []
        for row, change in history(base, made, found, name):
            stands = in_force(row, self.today()) and not (change and change.taken_back)
            holds = stands and (now is None if change and change.ends else now is not None and same_row(row, now))
            told.append({
                "table": found, "name": name, "id": change.id if change else None, **_document(found, row),
                "ends": bool(change and change.ends), "in_force": holds, "actor": change.actor if change else None,
                "at": change.at if change else None, "reason": change.reason if change else None,
                "taken_back": dict(change.taken_back) if change and change.taken_back else None,
            })
        return told

    def _all_in_force(self, rows: Parameters, table: str) -> dict[str, Row]:
        """The rows of a table in force today, by name."""
        held = [row for row in rows_of(rows, table) if in_force(row, self.today())]
        return {address(table, row): row for row in sorted(held, key=lambda row: row.valid_from or date.min)}

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def change_parameter(self, wish: Wish, *, table: str = "", reason: str, actor: str, key: str) -> Document:
        """Put a row in the place of the one of its name, from its first day to its last. The earlier row stays, and so
        does every decision that rests on it. Raises the errors of ``planner.parameters``, KeyReused."""
        found = self.parameter_table(wish.name, table)

        def made(base: Parameters, there: Sequence[Change]) -> Row:
            return changed_row(base, there, found, wish, parameter_uses.words(with_changes(base, there)))

        return self._kept(ADD, found, made, asdict(wish), reason=reason, actor=actor, key=key)

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def add_parameter(self, wish: Wish, *, table: str, reason: str, actor: str, key: str) -> Document:
        """Put a row of a new name into a table, from its first day to its last. Raises the errors of
        ``planner.parameters``, KeyReused."""
        found = known_table(table)

        def made(base: Parameters, there: Sequence[Change]) -> Row:
            return added_row(base, there, found, wish, parameter_uses.words(with_changes(base, there)))

        return self._kept(ADD, found, made, asdict(wish), reason=reason, actor=actor, key=key)

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def end_parameter(
        self, name: str, *, first: date, last: date | None = None, source: str, table: str = "", reason: str,
        actor: str, key: str,
    ) -> Document:
        """Let a row hold no more from a day on (to another one). What it was stays in the history.

        Raises ParameterUsed for what something uses, ParameterNeeded, the errors of ``planner.parameters``, KeyReused.
        """
        desk = cast("Desk", self)
        found = self.parameter_table(name, table)
        parameter_uses.refuse_used(desk, found, name, first)  # reads the ground before the lock

        def made(base: Parameters, there: Sequence[Change]) -> Row:
            parameter_uses.refuse_used(desk, found, name, first)
            return ended_row(base, there, found, name, first, last, source)

        stated = {"name": name, "first": first, "last": last, "source": source}
        return self._kept(END, found, made, stated, reason=reason, actor=actor, key=key)

    def _kept(
        self, verb: str, table: str, made: Callable[[Parameters, Sequence[Change]], Row], stated: Mapping[str, Any], *,
        reason: str, actor: str, key: str,
    ) -> Document:
        """One change, written once and told to the trail with what held before."""
        said = _reason(reason)

        def work(turn: Turn) -> Document:
            base, there = load(), changes(turn)
            row = made(base, there)
            name = address(table, row)
            before = self._all_in_force(with_changes(base, there), table).get(name)
            id, at = f"P{len(there) + 1}", self.now().astimezone(UTC).isoformat()
            turn.add(KEPT, {"id": id, "verb": verb, "of": table, "at": at, "actor": actor, "reason": said,
                            "row": json.dumps(row_form(row), ensure_ascii=False)})
            told = {"id": id, "table": table, "name": name, "ends": verb == END, **_document(table, row)}
            tell(before=_document(table, before) if before else None, after=told)
            return told

        request = {"verb": f"{verb} parameter", "table": table, **stated, "reason": said}
        return once(self.store, key=key, request=request, actor=actor, work=work)

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def take_parameter_back(self, id: str, *, reason: str, actor: str, key: str) -> Document:
        """Take back a change that was made here: what it stood in the place of holds again. It stays in the history.

        Raises ChangeMissing, KeyReused, and ParameterUsed for a row of a new name that something uses by now.
        """
        said = _reason(reason)
        desk = cast("Desk", self)

        def work(turn: Turn) -> Document:
            there = changes(turn)
            known = {one.id: one for one in there if one.taken_back is None}
            if id not in known:
                raise ChangeMissing(id=id, known=", ".join(known) or "-", where={"id": id})
            one = known[id]
            name = address(one.table, one.row)
            left = with_changes(load(), [other for other in there if other.id != id])
            if not one.ends and all(address(one.table, row) != name for row in rows_of(left, one.table)):
                parameter_uses.refuse_used(desk, one.table, name, one.row.valid_from or date.min)
            turn.add(KEPT, {"id": id, "verb": TAKE_BACK, "of": one.table, "at": self.now().astimezone(UTC).isoformat(),
                            "actor": actor, "reason": said, "row": ""})
            tell(before={"id": id, "name": name, "ends": one.ends, **_document(one.table, one.row)}, after=None)
            return {"id": id, "table": one.table, "name": name, "taken_back": True}

        request = {"verb": "take parameter back", "id": id, "reason": said}
        return once(self.store, key=key, request=request, actor=actor, work=work)


def _reason(reason: str) -> str:
    """Why a row is changed. Raises UsageError where nothing is said, or too much."""
    said = reason.strip()
    if not said or len(said) > LONGEST:
        raise UsageError(problem=Text(N_("--{option} must be 1 to {most} signs."), option="reason", most=LONGEST))
    return said


def _document(table: str, row: Row) -> Document:
    """A row as JSON has it: its number and unit where it has one, what every row says, and its own columns; days as
    ISO text."""
    said = row_form(row)
    own = {column: said[column] for column in columns(table)}
    of_all = {column: said[column] for column in OF_ALL}
    ranged = {column: own[column] for column in TABLES[table].anew}
    return {"value": number(table, row), "unit": unit(row), **of_all, **ranged, "columns": own}
