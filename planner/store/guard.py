"""Is this file ours? Every object in it must be one that the planner makes, to the letter.

A GeoPackage can carry triggers and views that run when it is written or read; so a file with one object
too many, too few or changed is refused before anything of it is used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, create_engine

from planner.errors import StoreDamaged
from planner.store import migrations
from planner.store.features import Table
from planner.store.migrations import APPLICATION_ID, USER_VERSION, layers_touched
from planner.text import N_, Text

Objects = dict[tuple[str, str], str]

_LIST = "SELECT type, name, COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
OLDER = Text(N_("its shape is that of an older planner; open it again"))
FOREIGN = Text(N_("it is not a planner workspace; its layers can be taken into one with 'planner import'"))
_SHADOWS = ("_node", "_parent", "_rowid")


def changed(name: str) -> Text:
    """What is said of a part of ours that is not as we made it."""
    return Text(N_("its part '{name}' is missing or was changed by another program; bring back a backup with "
                   "'planner restore'"), name=name)


def foreign(name: str) -> Text:
    """What is said of a part that is not ours."""
    return Text(N_("it holds '{name}', which the planner did not make; take it out with the program that made it"),
                name=name)


def check_ours(connection: Connection) -> None:
    """The file says it is a GeoPackage and has our record of migrations. Raises StoreDamaged."""
    pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("application_id", "user_version")]
    if pragmas != [APPLICATION_ID, USER_VERSION]:
        raise StoreDamaged(reason=FOREIGN)
    there = _objects(connection.exec_driver_sql(_LIST))
    record = ("table", "planner_migrations")
    if there.get(record) != base(migrations.names()[:1])[record]:
        raise StoreDamaged(reason=FOREIGN)


def check_base(connection: Connection, done: tuple[str, ...]) -> None:
    """What the migrations ``done`` make is all there, unchanged. Raises StoreDamaged."""
    check_ours(connection)
    there = _objects(connection.exec_driver_sql(_LIST))
    for key, sql in base(done).items():
        if there.get(key) != sql:
            raise StoreDamaged(reason=changed(key[1]))


def check_all(connection: Connection, tables: Iterable[Table], done: tuple[str, ...]) -> None:
    """Besides that there is nothing but the layers' own tables, indices and triggers. Raises StoreDamaged."""
    made = _made(tables, touching=layers_touched.__name__ in done)
    expected, there = {**base(done), **made}, _objects(connection.exec_driver_sql(_LIST))
    for key in sorted(there.keys() | expected.keys()):
        if key not in expected:
            raise StoreDamaged(reason=foreign(key[1]))
        if there.get(key) != expected[key]:
            raise StoreDamaged(reason=changed(key[1]))


def _objects(rows: Iterable[Any]) -> Objects:
    """What is said of each object; how a statement is broken into lines does not count."""
    return {
        (kind, name): "" if name.startswith("rtree_") and name.endswith(_SHADOWS) and kind == "table" else _line(sql)
        for kind, name, sql in rows
    }  # the text of an index's own tables is SQLite's, not ours


def _line(sql: str) -> str:
    return " ".join(sql.split())


@cache
def base(done: tuple[str, ...]) -> Objects:
    """What an empty workspace holds after some migrations: SQLite itself says how it writes them down."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        for migration in migrations.MIGRATIONS:
            if migration.__name__ in done:
                migration(connection)
        return _objects(connection.exec_driver_sql(_LIST))


def _made(tables: Iterable[Table], *, touching: bool) -> Objects:
    connection = sqlite3.connect(":memory:")
    try:
        for table in tables:
            for statement in table.ddl(touching=touching):
                connection.execute(statement)
        return _objects(connection.execute(_LIST).fetchall())
    finally:
        connection.close()
