"""Everything of a workspace into an empty one, file or database, and the marks by which two are known to be equal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import shapely
from sqlalchemy import Connection, LargeBinary, Table, insert, select, text

from planner.errors import StoreRefused
from planner.quota.entries import Entry
from planner.store import book, layers
from planner.store.tables import METADATA
from planner.text import N_

MOVED = "moved_to"  # the setting of a workspace that has gone elsewhere; not part of what it holds


class WorkspaceMoved(StoreRefused):
    code = "E_MOVED"
    sentence = N_("This workspace was moved to {to}: it can be read here, but it is written there.")


# The tables of the first shape: columns, and what they are sorted by.
FIRST = {
    "planner_settings": ("key, value", "key"),
    "planner_acts": ("key, content, answer, actor, at", "key"),
    "planner_projects": ("id, fields", "place"),
    "planner_cases": ("id, parcel_id, shape, state, made_at, actor, document, request, version", "place"),
}
_LAYER = (
    "name, version, is_current, table_name, role, kinds, geometry_type, features, as_of, coverage, coverage_m2, "
    "source, sha256, stamp, illustrative"
)
_AT_ONCE = 500  # rows


def refuse_moved(begun: book.Start) -> None:
    """Raises WorkspaceMoved where the book goes on elsewhere."""
    if begun.moved_to is not None:
        raise WorkspaceMoved(to=begun.moved_to)


def copy(source: Connection, target: Connection) -> None:
    """Put all that ``source`` holds into ``target``, an empty workspace of the same shape, in their transactions."""
    for name, (columns, _) in FIRST.items():
        marks = ", ".join(f":{column}" for column in columns.split(", "))
        into = text(f"INSERT INTO {name} ({columns}) VALUES ({marks})")  # noqa: S608
        _fill(target, into, _first(source, name))
    for table in METADATA.sorted_tables:
        _fill(target, insert(table), _later(source, table), _at_once(table))
    _copy_layers(source, target)
    _copy_book(target, book.entries(source))


def _copy_book(target: Connection, entries: Sequence[Entry]) -> None:
    """The entries sealed as they were. A file takes them one by one through its fences; in a database, where one
    transaction of many entries would grow slower with each, the fences are lowered while they go in as a block (who
    copies verifies all of it before anyone works in it) and the balances are folded at once."""
    if target.dialect.name != "postgresql":
        for entry in entries:
            book.write(target, entry)
        return
    tables = ("planner_entries", "planner_legs")
    for table in tables:
        target.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    raw = target.connection.cursor()
    for table, rows in zip(tables, book.rows_of(entries), strict=True):
        names = list(rows[0]) if rows else []
        if rows:
            with raw.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as into:
                for row in rows:
                    into.write_row([row[name] for name in names])
    target.exec_driver_sql(
        "INSERT INTO planner_balances (park, quota, year, bucket, ref, amount) SELECT park, quota, year, bucket, "
        "CASE WHEN bucket IN ('free', 'outside') THEN '' ELSE ref END AS holder, SUM(amount) FROM planner_legs "
        "GROUP BY park, quota, year, bucket, holder"
    )
    for table in tables:
        target.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        target.exec_driver_sql(f"ANALYZE {table}")


def empty(connection: Connection) -> bool:
    """Whether nobody has written anything into a workspace since it was made."""
    tables = (*FIRST, *METADATA.tables, "planner_entries", "planner_layers")
    return not any(connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() for name in tables)  # noqa: S608


def marks(connection: Connection) -> dict[str, str]:
    """A mark of each table and layer: two workspaces hold the same when all are equal. Places and times of the
    keeping itself (row numbers, when it was migrated) are not part of it."""
    found = {name: _mark(_first(connection, name)) for name in FIRST}
    found |= {table.name: _mark(_later(connection, table)) for table in METADATA.sorted_tables}
    found["planner_entries"] = _mark(_sealed(book.entries(connection)))
    found["planner_layers"] = _mark(_listed(connection))
    for row in _listed(connection):
        values, shapes = layers.home(connection).read(connection, layers.table_of(row))
        found[f"layer {row['table_name']}"] = _mark(
            {"shape": shape, "values": value} for shape, value in zip(shapely.to_wkb(shapes), values, strict=True)
        )
    return found


def _copy_layers(source: Connection, target: Connection) -> None:
    names = _LAYER.split(", ")
    into = text(f"INSERT INTO planner_layers ({_LAYER}) VALUES ({', '.join(f':{name}' for name in names)})")  # noqa: S608
    for row in _listed(source):
        table = layers.table_of(row)
        values, shapes = layers.home(source).read(source, table)
        layers.home(target).write(target, table, values, shapes)
        target.execute(into, row)


def _first(connection: Connection, name: str) -> Iterator[dict[str, Any]]:
    columns, order = FIRST[name]
    for row in connection.execute(text(f"SELECT {columns} FROM {name} ORDER BY {order}")).mappings():  # noqa: S608
        if not (name == "planner_settings" and row["key"] == MOVED):
            yield dict(row)


def _later(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    rows = select(table).order_by(table.c.place).execution_options(yield_per=_at_once(table))
    for row in connection.execute(rows).mappings():
        yield {name: value for name, value in row.items() if name != "place"}


def _at_once(table: Table) -> int:
    """How many rows are held in memory: few where whole files lie in them."""
    return 1 if any(isinstance(column.type, LargeBinary) for column in table.columns) else _AT_ONCE


def _listed(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(text(f"SELECT {_LAYER} FROM planner_layers ORDER BY rowid"))  # noqa: S608
    return [dict(row) for row in rows.mappings()]


def _sealed(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    return ({"seq": entry.seq, "hash": entry.hash, "entry": repr(entry)} for entry in entries)


def _fill(target: Connection, into: Any, rows: Iterator[dict[str, Any]], at_once: int = _AT_ONCE) -> None:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == at_once:
            target.execute(into, part)
            part = []
    if part:
        target.execute(into, part)


def _mark(rows: Iterable[Mapping[str, Any]]) -> str:
    seal = sha256()
    for row in rows:
        seal.update(json.dumps(row, sort_keys=True, default=_plain).encode() + b"\n")
    return seal.hexdigest()


def _plain(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
