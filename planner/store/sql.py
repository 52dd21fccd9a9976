"""SQL text: the .sql files beside this module, names put into them, statements one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib.resources import files


@cache
def script(name: str) -> str:
    """The text of ``name``.sql."""
    return files("planner.store").joinpath(f"{name}.sql").read_text("utf-8")


def statements(text: str) -> Iterator[str]:
    """The statements of a script; a trigger with its body is one."""
    lines: list[str] = []
    for line in text.splitlines():
        if not lines and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        joined = "\n".join(lines)
        if sqlite3.complete_statement(joined):
            yield joined
            lines = []


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def inner(name: str) -> str:
    """A name as it stands between quotes that are already there."""
    return name.replace('"', '""')


def sqlite_version() -> str:
    """The SQLite that keeps the workspaces."""
    return sqlite3.sqlite_version
