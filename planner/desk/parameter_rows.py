"""Parameters at the desk: rows looked up with their history, added from a day on, taken back; nothing written over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from planner.desk.authority import ANYWHERE, WORKSPACE, needs, tell
from planner.desk.booking import Document, once
from planner.errors import UsageError
from planner.parameters import Coefficient, Parameters, in_force
from planner.parameters.changes import (
    LONGEST,
    Change,
    ChangeMissing,
    Row,
    Wish,
    address,
    history,
    new_row,
    number,
    rows_of,
    same_row,
    table_of,
    with_changes,
)
from planner.people import Role
from planner.store.base import Store, Turn
from planner.store.parameters import load
from planner.store.parameters_kept import row_form, row_from
from planner.text import N_, Text

KEPT, ADD, TAKE_BACK = "parameter_rows", "add", "take back"


def changes(where: Store | Turn) -> tuple[Change, ...]:
    """The rows added in a workspace, in the order in which they came."""
    return changes_of(where.rows(KEPT))


def changes_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The same of rows as they are kept."""
    back = {row["id"]: {name: row[name] for name in ("actor", "at", "reason")} for row in rows
            if row["verb"] == TAKE_BACK}
    return tuple(Change(row["id"], row["of"], row_from(row["of"], row["row"]), row["actor"], row["at"], row["reason"],
                        back.get(row["id"])) for row in rows if row["verb"] == ADD)


class ParameterVerbs:
    """The part of the desk that keeps the rows by which all is judged."""

    store: Store
    today: Callable[[], date]
    now: Callable[[], datetime]

    @needs(Role.VIEWER, ANYWHERE)
    def parameter_rows(self, table: str) -> list[Document]:
        """The names of a table that have a number, each with the row in force today (None where none is)."""
        rows = with_changes(load(), changes(self.store))
        names = dict.fromkeys(address(table, row) for row in rows_of(rows, table) if number(table, row) is not None)
        return [{"table": table, "name": name, "row": _document(table, row) if row else None}
                for name in names for row in (self._in_force(rows, table, name),)]

    @needs(Role.VIEWER, ANYWHERE)
    def parameter_history(self, name: str, table: str = "") -> list[Document]:
        """Every row of a name by its first day: the planner's own (``id`` None) and those added here, with who added
        or took them back, and which is in force. Raises ParameterUnknown, ParameterSeveral."""
        base, made = load(), changes(self.store)
        found = table_of(base, name, table)
        now = self._in_force(with_changes(base, made), found, name)
        told = []
        for row, change in history(base, made, found, name):
            holds = now is not None and same_row(row, now) and in_force(row, self.today()) and not (
                change and change.taken_back)
            told.append({
                "table": found, "name": name, "id": change.id if change else None, **_document(found, row),
                "in_force": holds, "actor": change.actor if change else None, "at": change.at if change else None,
                "reason": change.reason if change else None,
                "taken_back": dict(change.taken_back) if change and change.taken_back else None,
            })
        return told

    def _in_force(self, rows: Parameters, table: str, name: str) -> Row | None:
        found = [row for row in rows_of(rows, table) if address(table, row) == name and in_force(row, self.today())]
        return max(found, key=lambda row: row.valid_from or date.min, default=None)

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def change_parameter(
        self, wish: Wish, *, table: str = "", reason: str, actor: str, key: str
    ) -> Document:
        """Put a row in the place of the one of its name, from its first day to its last. The earlier row stays, and so
        does every decision that rests on it. Raises the errors of ``planner.parameters.changes``, KeyReused."""
        base = load()
        found = table_of(base, wish.name, table)
        said = _reason(reason)

        def work(turn: Turn) -> Document:
            made = changes(turn)
            row = new_row(base, made, found, wish)
            before = self._in_force(with_changes(base, made), found, wish.name)
            id, at = f"P{len(made) + 1}", self.now().astimezone(UTC).isoformat()
            turn.add(KEPT, {"id": id, "verb": ADD, "of": found, "at": at, "actor": actor, "reason": said,
                            "row": json.dumps(row_form(row), ensure_ascii=False)})
            told = _document(found, row)
            tell(before=_document(found, before) if before else None, after={"id": id, "name": wish.name, **told})
            return {"id": id, "table": found, "name": wish.name, **told}

        request = {"verb": "change parameter", "table": found, **asdict(wish), "reason": said}
        return once(self.store, key=key, request=request, actor=actor, work=work)

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def take_parameter_back(self, id: str, *, reason: str, actor: str, key: str) -> Document:
        """Take back a row that was added here: what it stood in the place of holds again. It stays in the history.

        Raises ChangeMissing, KeyReused.
        """
        said = _reason(reason)

        def work(turn: Turn) -> Document:
            there = {one.id: one for one in changes(turn) if one.taken_back is None}
            if id not in there:
                raise ChangeMissing(id=id, known=", ".join(there) or "-", where={"id": id})
            one = there[id]
            turn.add(KEPT, {"id": id, "verb": TAKE_BACK, "of": one.table, "at": self.now().astimezone(UTC).isoformat(),
                            "actor": actor, "reason": said, "row": ""})
            name = address(one.table, one.row)
            tell(before={"id": id, "name": name, **_document(one.table, one.row)}, after=None)
            return {"id": id, "table": one.table, "name": name, "taken_back": True}

        request = {"verb": "take parameter back", "id": id, "reason": said}
        return once(self.store, key=key, request=request, actor=actor, work=work)


def _reason(reason: str) -> str:
    """Why a row is changed. Raises UsageError where nothing is said, or too much."""
    said = reason.strip()
    if not said or len(said) > LONGEST:
        raise UsageError(problem=Text(N_("--{option} must be 1 to {most} signs."), option="reason", most=LONGEST))
    return said


def _document(table: str, row: Row) -> dict[str, Any]:
    """A row as JSON has it; days as ISO text."""
    return {
        "value": number(table, row), "unit": row.unit,
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "status": row.status, "source": row.source,
        **({"low": row.low, "high": row.high, "note": row.note} if isinstance(row, Coefficient) else {}),
    }

