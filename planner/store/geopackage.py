"""The workspace as one GeoPackage file, written by SQLite alone.

No other library may open the file in this process: closing its handle would drop our locks. GDAL reads a
workspace as a copy or in a process of its own.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from planner.errors import StoreDamaged, WorkspaceExists, WorkspaceMissing
from planner.store import backup, blobs, guard, layers, migrations, sums
from planner.store.clock import Clock, utc_now
from planner.store.database import DatabaseStore
from planner.store.trouble import spoken
from planner.text import Text

BUSY_S = 10.0  # how long a writer waits for another one before StoreBusy
_ASK_AGAIN_S = 0.005


class GeoPackageStore(DatabaseStore):
    """One workspace file. Threads may share it; processes may each open their own.

    Raises WorkspaceMissing, WorkspaceExists, StoreDamaged, StoreBusy, StoreFull.
    """

    synchronous = "FULL"  # what was acknowledged survives a loss of power

    def __init__(
        self, path: str | Path, *, create: bool = False, clock: Clock = utc_now, busy_s: float = BUSY_S
    ) -> None:
        super().__init__(str(path), clock)
        self.path = Path(path)
        self._guarded: int | None = None
        there = self.path.exists() and self.path.stat().st_size > 0
        if create and there:
            raise WorkspaceExists(path=self.where)
        if not create and not there:
            raise WorkspaceMissing(path=self.where)
        self._engine = _engine(self.path, busy_s, self.synchronous)
        try:
            if create:
                self._make()
            self._open()
        except BaseException:
            self.close()
            raise

    def faults(self) -> list[Text]:
        with self._look() as connection:
            return backup.damage(connection) or sums.faults(connection)

    def backup(self, path: str) -> None:
        backup.write_file(self.path, Path(path))

    def about(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def discard(self) -> None:
        self.close()
        for end in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _begun(self, *, write: bool) -> Iterator[Connection]:
        with (
            spoken(self.where),
            self._engine.connect().execution_options(planner_write=write) as connection,
            connection.begin(),
        ):
            yield connection

    def _make(self) -> None:
        """Write the empty workspace in one transaction."""
        with self._begun(write=True) as connection:
            if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar():
                raise WorkspaceExists(path=self.where)
            migrations.migrate(connection, (), self._clock().isoformat())

    def _open(self) -> None:
        """Look before the file is touched: a file that is not ours stays as it is, byte for byte."""
        with self._begun(write=False) as connection:
            old = self._examined(connection) != migrations.names()
        if old:
            with self._begun(write=True) as connection:
                migrations.migrate(connection, self._examined(connection), self._clock().isoformat())
        with self._look():
            pass
        with spoken(self.where), closing(self._engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA journal_mode = WAL")  # kept in the file: every later connection has it

    def _examined(self, connection: Connection) -> tuple[str, ...]:
        """The migrations the file has had, every object of it looked at."""
        guard.check_ours(connection)
        done = migrations.applied(connection)
        guard.check_base(connection, done)
        guard.check_all(connection, layers.tables(connection), done)
        return done

    def _looked_at(self, connection: Connection) -> None:
        """Look at every object of the file again whenever its schema has changed, also by another process."""
        version: int | None = connection.exec_driver_sql("PRAGMA schema_version").scalar()
        if version != self._guarded:
            if self._examined(connection) != migrations.names():
                raise StoreDamaged(file=self.where, reason=guard.OLDER)
            self._guarded = version


def _engine(path: Path, busy_s: float, synchronous: str) -> Engine:
    """Connections on which SQLAlchemy, not the driver, begins transactions: at once for writers."""

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
        blobs.register(raw)
        for pragma in (f"synchronous = {synchronous}", "foreign_keys = ON", "cell_size_check = ON"):
            raw.execute(f"PRAGMA {pragma}")
        return raw

    # Without a limit: whoever holds the turn and reads waits for nobody who waits for the turn.
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=-1)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("planner_write", False):
            _take_turn(connection, busy_s)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _take_turn(connection: Connection, busy_s: float) -> None:
    """Begin to write, waiting for others. SQLite's own waiting asks ever more seldom, so that who has waited longest is
    overtaken by everyone who comes new; here all ask equally often."""
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    until = time.monotonic() + busy_s
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as busy:
                if not busy.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                    raise
                time.sleep(_ASK_AGAIN_S)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {round(busy_s * 1000)}")
