"""The workspace as one GeoPackage file, written by SQLite alone.

No other library may open the file in this process: closing its handle would drop our locks. GDAL reads a
workspace as a copy or in a process of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from planner.errors import StoreDamaged, WorkspaceExists, WorkspaceMissing
from planner.land.parcel import Layer
from planner.quota.entries import Draft, Entry
from planner.store import backup, blobs, book, guard, layers, registers
from planner.store.base import CaseRecord, LayerInfo, RegisterRow, Turn
from planner.store.clock import Clock, utc_now
from planner.store.migrations import MIGRATIONS, migrate
from planner.store.trouble import spoken
from planner.text import Text

BUSY_S = 10.0  # how long a writer waits for another one before StoreBusy


class GeoPackageStore:
    """One workspace file. Threads may share it; processes may each open their own.

    Raises WorkspaceMissing, WorkspaceExists, StoreDamaged, StoreBusy, StoreFull.
    """

    def __init__(
        self, path: str | Path, *, create: bool = False, clock: Clock = utc_now, busy_s: float = BUSY_S
    ) -> None:
        self.where = str(path)
        self.path = Path(path)
        self._clock = clock
        self._guarded: int | None = None
        there = self.path.exists() and self.path.stat().st_size > 0
        if create and there:
            raise WorkspaceExists(path=self.where)
        if not create and not there:
            raise WorkspaceMissing(path=self.where)
        self._engine = _engine(self.path, busy_s)
        try:
            if create:
                self._make()
            self._open()
        except BaseException:
            self.close()
            raise

    def settings(self) -> dict[str, str]:
        with self._look() as connection:
            return book.settings(connection)

    def layers(self) -> list[LayerInfo]:
        with self._look() as connection:
            return layers.infos(connection)

    def layer(self, name: str, version: int | None = None) -> Layer:
        with self._look() as connection:
            return layers.layer(connection, name, version)

    def entries(self, after: int = 0) -> list[Entry]:
        with self._look() as connection:
            return book.entries(connection, after)

    def head(self) -> str:
        with self._look() as connection:
            return book.head(connection)[1]

    def cases(self) -> list[CaseRecord]:
        with self._look() as connection:
            return book.cases(connection)

    def projects(self) -> dict[str, dict[str, Any]]:
        with self._look() as connection:
            return book.projects(connection)

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        with self._look() as connection:
            return book.records(connection, kind)

    def register(self, name: str) -> list[RegisterRow]:
        with self._look() as connection:
            return registers.rows(connection, name)

    def row_versions(self, register: str, id: str) -> list[RegisterRow]:
        with self._look() as connection:
            return registers.versions(connection, register, id)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        with self._transaction(write=True) as connection:
            yield GeoPackageTurn(connection, self._clock)

    def faults(self) -> list[Text]:
        with self._look() as connection:
            return backup.damage(connection) or book.faults(connection)

    def backup(self, path: str) -> None:
        backup.write(self.path, Path(path), opened=GeoPackageStore)

    def close(self) -> None:
        self._engine.dispose()

    def _look(self) -> AbstractContextManager[Connection]:
        return self._transaction(write=False)

    @contextmanager
    def _begun(self, *, write: bool) -> Iterator[Connection]:
        with (
            spoken(self.where),
            self._engine.connect().execution_options(planner_write=write) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        with self._begun(write=write) as connection:
            self._check(connection)
            yield connection

    def _make(self) -> None:
        """Write the empty workspace in one transaction."""
        with self._begun(write=True) as connection:
            if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar():
                raise WorkspaceExists(path=self.where)
            migrate(connection, self._clock().isoformat())

    def _open(self) -> None:
        """Look before the file is touched: a file that is not ours stays as it is, byte for byte."""
        with self._begun(write=False) as connection:
            guard.check_ours(connection)
            done = {row[0] for row in connection.exec_driver_sql("SELECT name FROM planner_migrations")}
        if done - {m.__name__ for m in MIGRATIONS}:
            raise StoreDamaged(file=self.where, reason=guard.NEWER)
        if len(done) < len(MIGRATIONS):
            with self._begun(write=True) as connection:
                migrate(connection, self._clock().isoformat())
        with self._look():
            pass
        with spoken(self.where), closing(self._engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA journal_mode = WAL")  # kept in the file: every later connection has it

    def _check(self, connection: Connection) -> None:
        """Look at every object of the file again whenever its schema has changed, also by another process."""
        version: int | None = connection.exec_driver_sql("PRAGMA schema_version").scalar()
        if version != self._guarded:
            guard.check_base(connection)
            guard.check_all(connection, layers.tables(connection))
            self._guarded = version


class GeoPackageTurn:
    """One write transaction, holding the write lock from its first moment."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection, self._clock = connection, clock
        self._entries: list[Entry] | None = None  # read once: nobody else can write while the turn lasts

    def answer(self, key: str, content: str) -> dict[str, Any] | None:
        return book.answer(self._connection, key, content)

    def remember(self, key: str, content: str, answer: Mapping[str, Any], actor: str) -> None:
        book.remember(self._connection, key, content, answer, actor, self._clock().isoformat())

    def entries(self) -> list[Entry]:
        if self._entries is None:
            self._entries = book.entries(self._connection)
        return list(self._entries)

    def append(self, draft: Draft) -> Entry:
        entry = book.append(self._connection, draft, self._clock().isoformat())
        if self._entries is not None:
            self._entries.append(entry)
        return entry

    def keep_layer(self, layer: Layer, *, sha256: str, replace: bool = False) -> LayerInfo:
        return layers.keep(self._connection, layer, sha256=sha256, replace=replace)

    def put_feature(self, layer: str, *, id: str, shape: BaseGeometry, values: Mapping[str, Any]) -> None:
        layers.put_feature(self._connection, layer, id=id, shape=shape, values=values)

    def drop_feature(self, layer: str, *, id: str) -> None:
        layers.drop_feature(self._connection, layer, id=id)

    def keep_case(self, case: CaseRecord) -> None:
        book.keep_case(self._connection, case)

    def keep_project(self, id: str, fields: Mapping[str, Any]) -> None:
        book.keep_project(self._connection, id, fields)

    def drop_project(self, id: str) -> None:
        book.drop_project(self._connection, id)

    def put_settings(self, values: Mapping[str, str]) -> None:
        book.put_settings(self._connection, values)

    def keep_record(self, kind: str, id: str, fields: Mapping[str, Any]) -> None:
        book.keep_record(self._connection, kind, id, fields)

    def drop_record(self, kind: str, id: str) -> None:
        book.drop_record(self._connection, kind, id)

    def register(self, name: str) -> list[RegisterRow]:
        return registers.rows(self._connection, name)

    def keep_row(
        self, register: str, *, id: str, document: Mapping[str, Any], shape: BaseGeometry | None, actor: str
    ) -> RegisterRow:
        at = self._clock().isoformat()
        return registers.keep(
            self._connection, register, id=id, document=document, shape=shape, actor=actor, at=at
        )

    def drop_row(self, register: str, *, id: str, actor: str) -> RegisterRow:
        return registers.drop(self._connection, register, id=id, actor=actor, at=self._clock().isoformat())


def _engine(path: Path, busy_s: float) -> Engine:
    """Connections on which SQLAlchemy, not the driver, begins transactions: at once for writers."""

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
        blobs.register(raw)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "cell_size_check = ON"):
            raw.execute(f"PRAGMA {pragma}")
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=60)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("planner_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
