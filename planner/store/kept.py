"""What the workspace keeps under a name: the answers of acts, the queue, what people state, settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from planner.errors import KeyReused
from planner.store.tables import dumped


def answer(connection: Connection, key: str, content: str) -> dict[str, Any] | None:
    """What a key was answered, None if it is new. Raises KeyReused if it stood for other content."""
    asked = text("SELECT content, answer FROM planner_acts WHERE key = :key")
    found = connection.execute(asked, {"key": key}).one_or_none()
    if found is None:
        return None
    if found.content != content:
        raise KeyReused(key=key)
    kept: dict[str, Any] = json.loads(found.answer)
    return kept


def remember(connection: Connection, key: str, content: str, given: Mapping[str, Any], actor: str, at: str) -> None:
    connection.execute(
        text(
            "INSERT INTO planner_acts (key, content, answer, actor, at) VALUES (:key, :content, :answer, :actor, :at)"
        ),
        {"key": key, "content": content, "answer": dumped(given), "actor": actor, "at": at},
    )


def projects(connection: Connection) -> dict[str, dict[str, Any]]:
    found = connection.execute(text("SELECT id, fields FROM planner_projects ORDER BY place"))
    return {row.id: json.loads(row.fields) for row in found}


def keep_project(connection: Connection, id: str, fields: Mapping[str, Any]) -> None:
    connection.execute(_put("projects", "id", "fields"), {"id": id, "fields": dumped(fields)})


def drop_project(connection: Connection, id: str) -> None:
    connection.execute(text("DELETE FROM planner_projects WHERE id = :id"), {"id": id})


def records(connection: Connection, kind: str) -> dict[str, dict[str, Any]]:
    found = connection.execute(
        text("SELECT id, fields FROM planner_records WHERE kind = :kind ORDER BY place"), {"kind": kind}
    )
    return {row.id: json.loads(row.fields) for row in found}


def keep_record(connection: Connection, kind: str, id: str, fields: Mapping[str, Any]) -> None:
    connection.execute(_put("records", "kind", "id", "fields"), {"kind": kind, "id": id, "fields": dumped(fields)})


def drop_record(connection: Connection, kind: str, id: str) -> None:
    connection.execute(text("DELETE FROM planner_records WHERE kind = :kind AND id = :id"), {"kind": kind, "id": id})


def settings(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT key, value FROM planner_settings ORDER BY key"))
    return {row.key: row.value for row in rows}


def put_settings(connection: Connection, values: Mapping[str, str]) -> None:
    for key, value in values.items():
        connection.execute(_put("settings", "key", "value"), {"key": key, "value": str(value)})


def drop_setting(connection: Connection, key: str) -> None:
    connection.execute(text("DELETE FROM planner_settings WHERE key = :key"), {"key": key})


@cache
def _put(table: str, *columns: str) -> TextClause:
    """Write a row; of one that is there with the same keys only the last column changes, so that it keeps its place."""
    *keys, last = columns
    return text(
        f"INSERT INTO planner_{table} ({', '.join(columns)}) VALUES (:{', :'.join(columns)}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {last} = excluded.{last}"
    )
