"""The rows of a park's registers: documents with an outline, every version kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from planner.errors import RegisterRowMissing
from planner.store.base import RegisterRow
from planner.store.tables import dumped

_COLUMNS = "register, id, version, at, actor, document, shape"
_CURRENT = text(
    f"SELECT {_COLUMNS} FROM planner_register_rows AS kept WHERE register = :register AND document IS NOT NULL "  # noqa: S608  (a constant)
    "AND version = (SELECT max(version) FROM planner_register_rows WHERE register = kept.register AND id = kept.id) "
    "ORDER BY id"
)
_VERSIONS = text(
    f"SELECT {_COLUMNS} FROM planner_register_rows WHERE register = :register AND id = :id ORDER BY version"  # noqa: S608
)
_ADD = text(
    "INSERT INTO planner_register_rows (register, id, version, at, actor, document, shape) "
    "VALUES (:register, :id, :version, :at, :actor, :document, :shape)"
)


def rows(connection: Connection, register: str) -> list[RegisterRow]:
    """The rows in force, by id."""
    return [_row(found) for found in connection.execute(_CURRENT, {"register": register})]


def versions(connection: Connection, register: str, id: str) -> list[RegisterRow]:
    """Every version of one row, oldest first."""
    return [_row(found) for found in connection.execute(_VERSIONS, {"register": register, "id": id})]


def keep(
    connection: Connection,
    register: str,
    *,
    id: str,
    document: Mapping[str, Any],
    shape: BaseGeometry | None,
    actor: str,
    at: str,
) -> RegisterRow:
    """Add a version of a row, or leave the row alone where nothing of it changes."""
    earlier = versions(connection, register, id)
    row = RegisterRow(register, id, len(earlier) + 1, at, actor, json.loads(dumped(document)), shape)
    if earlier and earlier[-1].says(row):
        return earlier[-1]
    _add(connection, row)
    return row


def drop(connection: Connection, register: str, *, id: str, actor: str, at: str) -> RegisterRow:
    """Take a row out of the register; its versions stay. Raises RegisterRowMissing."""
    earlier = versions(connection, register, id)
    if not earlier or earlier[-1].document is None:
        raise RegisterRowMissing(register=register, id=id)
    row = RegisterRow(register, id, len(earlier) + 1, at, actor, None, None)
    _add(connection, row)
    return row


def _add(connection: Connection, row: RegisterRow) -> None:
    connection.execute(
        _ADD,
        {
            "register": row.register,
            "id": row.id,
            "version": row.version,
            "at": row.at,
            "actor": row.actor,
            "document": None if row.document is None else dumped(row.document),
            "shape": None if row.shape is None else shapely.to_wkb(row.shape),
        },
    )


def _row(found: Row[Any]) -> RegisterRow:
    return RegisterRow(
        found.register,
        found.id,
        found.version,
        found.at,
        found.actor,
        None if found.document is None else json.loads(found.document),
        None if found.shape is None else shapely.from_wkb(found.shape),
    )
