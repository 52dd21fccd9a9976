"""The tables of a workspace beyond its first shape, each stated once for the file and the database alike.

To add one: a ``kept(...)`` here and a migration that makes it (``migrations.py``); the verbs ``rows``, ``add``,
``change`` and ``drop`` of the stores then read and write it, ``planner move`` and the dumps carry it, and the guard
knows it. What is written once and never changed is ``append_only``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

_PLACE = BigInteger().with_variant(Integer(), "sqlite")  # counts on by itself, in both

METADATA = MetaData()
# Sorted by its bytes in both, whatever the language of the database.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


class Document(TypeDecorator[Any]):
    """A JSON-able value kept as text, days as ISO text; comes back as mappings, lists and plain values."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def kept(name: str, *columns: Column[Any] | UniqueConstraint, append_only: bool = False) -> Table:
    """A table ``planner_<name>``; its rows keep the order in which they came (column ``place``)."""
    place = Column("place", _PLACE, primary_key=True)
    return Table(f"planner_{name}", METADATA, place, *columns, info={"append_only": append_only})


# What people state beside the book, by kind: saved scenarios, assessments, the state of a park ...
RECORDS = kept(
    "records",
    Column("kind", TEXT, nullable=False),
    Column("id", TEXT, nullable=False),
    Column("fields", TEXT, nullable=False),
    UniqueConstraint("kind", "id"),
)
# Every version of a row of a register stays; the one in force is the last, and no document takes the row out.
REGISTER_ROWS = kept(
    "register_rows",
    Column("register", TEXT, nullable=False),
    Column("id", TEXT, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("document", TEXT),
    Column("shape", LargeBinary),
    UniqueConstraint("register", "id", "version"),
    append_only=True,
)
# Roles given and taken; the last row of a person and park is the one in force.
ROLES = kept(
    "roles",
    *(Column(name, TEXT, nullable=False) for name in ("person", "park", "role", "at", "actor", "reason")),
    append_only=True,
)
# What was written, by whom and when; ``subject`` is what the call said of itself.
TRAIL = kept(
    "trail",
    *(Column(name, TEXT, nullable=False) for name in ("at", "actor", "verb", "park")),
    *(Column(name, Document()) for name in ("subject", "before", "after")),
    append_only=True,
)

# Every move of a case; what stands is their fold. ``number`` is the version of the case after it.
CASE_ACTS = kept(
    "case_acts",
    Column("case_id", TEXT, nullable=False),
    Column("number", BigInteger, nullable=False),
    *(Column(name, TEXT, nullable=False) for name in ("at", "day", "actor", "verb", "state")),
    Column("fields", Document()),
    UniqueConstraint("case_id", "number"),
    append_only=True,
)

# Rows of parameters that an administrator put in the place of the planner's own (verb "add"), and those taken back
# ("take back", of an id that was added); ``row`` is the whole row as JSON, ``of`` its table.
PARAMETER_ROWS = kept(
    "parameter_rows",
    *(Column(name, TEXT, nullable=False) for name in ("id", "verb", "of", "at", "actor", "reason", "row")),
    UniqueConstraint("id", "verb"),
    append_only=True,
)

# Figures of the park as documents state them, and the choices between those that disagree.
FIGURES = kept(
    "figures",
    Column("id", TEXT, nullable=False, unique=True),
    *(Column(name, TEXT, nullable=False) for name in ("measure", "scope", "period", "status", "value", "unit", "source",
                                                      "page", "actor", "day")),
    append_only=True,
)
CHOICES = kept(
    "choices",
    Column("id", TEXT, nullable=False, unique=True),
    *(Column(name, TEXT, nullable=False) for name in ("chosen", "reason", "actor", "day")),
    Column("among", Document()),
    append_only=True,
)

# Files as they came in: which ones a layer or a table was read from (by the hash of what was read), and their bytes.
ORIGINALS = kept(
    "originals",
    Column("of_sha256", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("sha256", TEXT, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("actor", TEXT, nullable=False),
    UniqueConstraint("of_sha256", "name"),
    append_only=True,
)
ORIGINAL_BYTES = kept(
    "original_bytes",
    Column("sha256", TEXT, nullable=False, unique=True),
    Column("data", LargeBinary, nullable=False),
    append_only=True,
)

# ---------------------------------------------------------------- making
APPEND_ONLY = "the table is append-only"


def create(connection: Connection, table: Table) -> None:
    """Make a table; one that is append-only with the triggers that hold it so. For migrations."""
    table.create(connection, checkfirst=False)
    if table.info["append_only"]:
        for statement in keeping(table, connection.dialect.name):
            connection.exec_driver_sql(statement)


def keeping(table: Table, dialect: str) -> Iterator[str]:
    """The triggers that hold a table append-only."""
    name = table.name
    if dialect != "sqlite":
        yield (
            f"CREATE TRIGGER {name}_keep BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION planner_refuse()"
        )
        yield f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {name} EXECUTE FUNCTION planner_refuse()"
        return
    refusal = f"BEGIN\n  SELECT RAISE(ABORT, '{APPEND_ONLY}');\nEND"
    # INSERT OR REPLACE takes the old row out without a DELETE trigger: it is refused where it begins.
    same = " OR ".join(" AND ".join(f"{c} = NEW.{c}" for c in columns) for columns in _unique(table))
    there = f"EXISTS (SELECT 1 FROM {name} WHERE {same})"  # noqa: S608
    yield f"CREATE TRIGGER {name}_new BEFORE INSERT ON {name}\nWHEN {there}\n{refusal}"
    for verb in ("UPDATE", "DELETE"):
        yield f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {name}\n{refusal}"


def _unique(table: Table) -> Iterator[list[str]]:
    """The sets of columns by which a row is one of its kind."""
    yield ["place"]
    for column in table.columns:
        if column.unique:
            yield [column.name]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) > 1:
            yield [column.name for column in constraint.columns]


# ---------------------------------------------------------------- reading and writing
def rows(connection: Connection, name: str, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of ``planner_<name>`` in which every column named has that value, in the order in which they came."""
    table = _table(name)
    found = connection.execute(select(table).where(*_same(table, where)).order_by(table.c.place))
    return [{column: value for column, value in row.items() if column != "place"} for row in found.mappings()]


def add(connection: Connection, name: str, values: Iterable[Mapping[str, Any]]) -> None:
    """Put rows behind the others."""
    given = [dict(row) for row in values]
    if given:
        connection.execute(insert(_table(name)), given)


def change(connection: Connection, name: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Give the rows that match new values; returns how many matched, so that a version can be compared and set."""
    table = _table(name)
    return connection.execute(update(table).where(*_same(table, where)).values(dict(values))).rowcount


def drop(connection: Connection, name: str, where: Mapping[str, Any]) -> int:
    """Take the rows that match out; returns how many."""
    table = _table(name)
    return connection.execute(delete(table).where(*_same(table, where))).rowcount


def _table(name: str) -> Table:
    return METADATA.tables[f"planner_{name}"]


def _same(table: Table, where: Mapping[str, Any]) -> list[Any]:
    return [table.c[column].is_(None) if value is None else table.c[column] == value for column, value in where.items()]


def dumped(value: Any) -> str:
    """A document as it is kept; days as ISO text."""
    return json.dumps(value, ensure_ascii=False, default=_said)


def _said(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")
