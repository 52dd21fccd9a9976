"""Is this file ours? Every object in it must be one that the planner makes, to the letter.

A GeoPackage can carry triggers and views that run when it is written or read; so a file with one object
too many, too few or changed is refused before anything of it is used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection

from planner.errors import StoreDamaged
from planner.store.features import Table
from planner.store.sql import script, statements
from planner.text import N_, Text

APPLICATION_ID, USER_VERSION = 0x47504B47, 10300  # "GPKG", 1.3
# The scripts that make the tables of a workspace, in the order in which they came.
SHAPES = ("schema", "records", "registers")
Objects = dict[tuple[str, str], str]

_LIST = "SELECT type, name, COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_SHADOWS = ("_node", "_parent", "_rowid")


def check_ours(connection: Connection) -> None:
    """The file says it is a GeoPackage and has our record of migrations. Raises StoreDamaged."""
    pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("application_id", "user_version")]
    if pragmas != [APPLICATION_ID, USER_VERSION]:
        raise StoreDamaged(reason=Text(N_("it is not a planner workspace")))
    there = _objects(connection.exec_driver_sql(_LIST))
    record = ("table", "planner_migrations")
    if there.get(record) != _base()[record]:
        raise StoreDamaged(reason=Text(N_("it is not a planner workspace")))


def check_base(connection: Connection) -> None:
    """The tables and triggers of the base are all there, unchanged. Raises StoreDamaged."""
    check_ours(connection)
    there = _objects(connection.exec_driver_sql(_LIST))
    for key, sql in _base().items():
        if there.get(key) != sql:
            raise StoreDamaged(
                reason=Text(N_("its part '{name}' is missing or was changed by another program"), name=key[1])
            )


def check_all(connection: Connection, tables: Iterable[Table]) -> None:
    """Besides the base there is nothing but the layers' own tables, indices and triggers."""
    expected, there = {**_base(), **_made(tables)}, _objects(connection.exec_driver_sql(_LIST))
    for key in sorted(there.keys() | expected.keys()):
        if key not in expected:
            raise StoreDamaged(reason=Text(N_("it holds '{name}', which the planner did not make"), name=key[1]))
        if there.get(key) != expected[key]:
            raise StoreDamaged(
                reason=Text(N_("its part '{name}' is missing or was changed by another program"), name=key[1])
            )


def _objects(rows: Iterable[Any]) -> Objects:
    return {
        (kind, name): "" if name.startswith("rtree_") and name.endswith(_SHADOWS) and kind == "table" else sql
        for kind, name, sql in rows
    }  # the text of an index's own tables is SQLite's, not ours


def _scratch(making: Iterable[str]) -> Objects:
    """What a file holds after these statements: SQLite itself says how it writes them down."""
    connection = sqlite3.connect(":memory:")
    try:
        for statement in making:
            connection.execute(statement)
        return _objects(connection.execute(_LIST).fetchall())
    finally:
        connection.close()


@cache
def _base() -> Objects:
    return _scratch(statement for name in SHAPES for statement in statements(script(name)))


def _made(tables: Iterable[Table]) -> Objects:
    return _scratch(statement for table in tables for statement in table.ddl())


NEWER = Text(N_("it was written by a newer version of the planner; update the planner"))
