"""Whether the fences of a workspace in a database still stand: a trigger can be dropped or switched off there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from planner.store import guard
from planner.store.migrations import applied, lots_once
from planner.store.sql import script
from planner.store.tables import METADATA, keeping
from planner.text import Text

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)[^;]*? ON (\w+)")
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(\).*?AS \$\$(.*?)\$\$", re.DOTALL)
_TRIGGERS = text(
    "SELECT t.tgname, c.relname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
    "WHERE c.relnamespace = 'planner'::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
)
_FUNCTIONS = text("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'planner'::regnamespace")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'planner'")


def faults(connection: Connection) -> list[Text]:
    """What is missing, switched off or changed of what keeps the book append-only and within what is free."""
    triggers = {tuple(row) for row in connection.execute(_TRIGGERS)}
    functions = {row.proname: row.prosrc for row in connection.execute(_FUNCTIONS)}
    tables = {row.tablename for row in connection.execute(_TABLES)}
    scripts = [script("postgres")]
    if lots_once.__name__ in applied(connection):
        scripts.append(script("lots_postgres"))
    lost = [name for name, table in _expected(scripts, tables) if (name, table) not in triggers]
    lost += [name for one in scripts for name, body in _FUNCTION.findall(one) if functions.get(name) != body]
    return [guard.changed(name) for name in lost]


def _expected(scripts: Sequence[str], tables: set[str]) -> Iterator[tuple[str, str]]:
    """Trigger and table, as the scripts make them, for the tables that are there."""
    made = list(scripts)
    made += [
        statement
        for table in METADATA.tables.values()
        if table.name in tables and table.info["append_only"]
        for statement in keeping(table, "postgresql")
    ]
    for one in made:
        yield from _TRIGGER.findall(one)
