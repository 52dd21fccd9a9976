"""The workspace in a PostgreSQL database with PostGIS, for several machines at once.

One database holds one workspace: its tables in the schema ``planner``, its layers in ``planner_layers``. Writers take
turns by a row that each locks first; readers see one moment. The fences in the database hold whatever a program does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import QueuePool

from planner.errors import StoreDamaged, UsageError, WorkspaceExists, WorkspaceMissing
from planner.store import backup, book, migrations, sums, watch
from planner.store.clock import Clock, utc_now
from planner.store.copying import copy
from planner.store.database import DatabaseStore
from planner.store.geopackage import BUSY_S, GeoPackageStore
from planner.store.trouble import DatabaseUnfit, spoken
from planner.text import N_, Text

SCHEME = "postgresql://"
OLDEST = 15  # the version of PostgreSQL that the contract is tested on
SCHEMAS = ("planner", "planner_layers")
_REACH_S = 10  # how long a server may take to answer the door
# A line that carries nothing any more, not even the sign that the other end is alive, is broken after about a minute;
# the system's own two hours would leave a page waiting. What the address says of these counts before them.
_SILENCE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}

_HAS = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'planner' AND tablename = 'planner_migrations'")
_SERVER = text(
    "SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_version') AS version, "
    "current_setting('server_encoding') AS encoding, "
    "(SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis, "
    "(SELECT default_version FROM pg_available_extensions WHERE name = 'postgis') AS installable"
)
_TAKE = f"SELECT one FROM planner_turn FOR UPDATE; {book.START}"  # noqa: S608
# PostGIS may live in any schema; names that nobody else can put anything under come first and last.
_PATH = (
    "SELECT set_config('search_path', concat_ws(', ', 'planner', (SELECT quote_ident(n.nspname) FROM pg_extension AS e "
    "JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'), 'pg_temp'), false)"
)


class PostgresStore(DatabaseStore):
    """One workspace in a database. Threads and machines may share it.

    Raises WorkspaceMissing, WorkspaceExists, DatabaseUnreachable, DatabaseUnfit, StoreDamaged, StoreBusy, StoreFull.
    """

    def __init__(self, address: str, *, create: bool = False, clock: Clock = utc_now, busy_s: float = BUSY_S) -> None:
        super().__init__(shown(address), clock)
        # Readers have a pool of their own: whoever holds the turn and reads waits for nobody who waits for the turn.
        self._writers = _engine(address, write=True, pool_size=2, more=8, wait_s=busy_s)
        self._readers = _engine(address, write=False, pool_size=4, more=12, wait_s=busy_s)
        try:
            if create:
                self._make()
            self._open()
        except BaseException:
            self.close()
            raise

    def about(self) -> str:
        with self._look() as connection:
            server = connection.execute(_SERVER).one()
        return f"PostgreSQL {server.version.split()[0]}, PostGIS {server.postgis}"

    def faults(self) -> list[Text]:
        with self._look() as connection:
            return watch.faults(connection) or sums.faults(connection)

    def backup(self, path: str) -> None:
        """A workspace file with everything in it, as it was at one moment."""

        def fill(rough: Path) -> None:
            copied = GeoPackageStore(rough, create=True, clock=self._clock)
            try:
                with self._look() as old, copied._transaction(write=True) as new:
                    copy(old, new)
            finally:
                copied.close()

        backup.write(Path(path), fill, of=self.where)

    def discard(self) -> None:
        with self._begun(write=True) as connection:
            for schema in SCHEMAS:
                connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        self.close()

    def close(self) -> None:
        self._writers.dispose()
        self._readers.dispose()

    @contextmanager
    def _begun(self, *, write: bool) -> Iterator[Connection]:
        """A transaction: of a writer each statement sees the newest, of a reader all see the same moment."""
        engine = self._writers if write else self._readers
        with spoken(self.where), engine.connect() as connection, connection.begin():
            yield connection

    def _looked_at(self, connection: Connection) -> None:
        """The fences were looked at when it was opened; who may take them down may do anything."""

    def _taken(self, connection: Connection) -> book.Start:
        raw = connection.connection.cursor()
        raw.execute(_TAKE)  # both in one way to the server and back; the second sees what the first waited for
        raw.nextset()
        return book.started(raw.fetchone())

    def _make(self) -> None:
        """Write the empty workspace in one transaction."""
        with self._begun(write=True) as connection:
            self._fit(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('planner'))"))
            if connection.execute(_HAS).scalar():
                raise WorkspaceExists(path=self.where)
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
            for schema in SCHEMAS:
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
            connection.exec_driver_sql(_PATH)
            migrations.migrate(connection, (), self._clock().isoformat())
        self._writers.dispose()  # the next connections find PostGIS where it was put

    def _open(self) -> None:
        """Look before the database is changed. Raises WorkspaceMissing, DatabaseUnfit, StoreDamaged."""
        with self._begun(write=False) as connection:
            self._fit(connection)
            if not connection.execute(_HAS).scalar():
                raise WorkspaceMissing(path=self.where)
            connection.execute(text("SELECT 1 FROM planner.planner_migrations"))  # or the right to it is missing
            done = migrations.applied(connection)
            self._refuse_unfenced(connection)
        if done != migrations.names():
            with self._transaction(write=True) as connection:
                migrations.migrate(connection, migrations.applied(connection), self._clock().isoformat())

    def _refuse_unfenced(self, connection: Connection) -> None:
        problem = next(iter(watch.faults(connection)), None)
        if problem is not None:
            raise StoreDamaged(file=self.where, reason=problem)

    def _fit(self, connection: Connection) -> None:
        """Whether the server can hold a workspace. Raises DatabaseUnfit with the way out."""
        server = connection.execute(_SERVER).one()
        problem = None
        if server.major < OLDEST:
            problem = Text(
                N_("the server is PostgreSQL {version}, and at least {oldest} is needed; upgrade it"),
                version=server.version,
                oldest=OLDEST,
            )
        elif server.encoding != "UTF8":
            problem = Text(
                N_("its encoding is {encoding}; make a database with ENCODING 'UTF8' TEMPLATE template0"),
                encoding=server.encoding,
            )
        elif server.postgis is None and server.installable is None:
            problem = Text(
                N_("PostGIS is not installed on the server; install the package postgresql-{major}-postgis-3 there"),
                major=server.major,
            )
        if problem is not None:
            raise DatabaseUnfit(database=self.where, reason=problem)


def shown(address: str) -> str:
    """An address as it may be printed: without password and options. Raises UsageError."""
    try:
        parts = conninfo_to_dict(address)
        sound = all(port.isdigit() for port in str(parts.get("port") or "0").split(","))
    except psycopg.Error:
        sound = False
    if not sound:
        # Said without the address: it may hold a password.
        raise UsageError(
            problem=Text(N_("The address of the database cannot be read. Write it as postgresql://user@host/database."))
        )
    user, host = parts.get("user"), parts.get("host") or parts.get("hostaddr") or ""
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"{SCHEME}{f'{user}@' if user else ''}{host}{port}/{parts.get('dbname') or ''}"


def _engine(address: str, *, write: bool, pool_size: int, more: int, wait_s: float) -> Engine:
    options: dict[str, Any] = {"connect_timeout": _REACH_S} | _SILENCE | conninfo_to_dict(address)

    def connect() -> psycopg.Connection[Any]:
        raw = psycopg.connect(**options, application_name="planner", client_encoding="utf8", autocommit=True)
        raw.execute(_PATH)
        # What was acknowledged survives a loss of power whatever the database's own default is.
        raw.execute("SET synchronous_commit TO on")
        raw.execute("SET datestyle TO ISO")
        raw.execute(f"SET lock_timeout TO {max(1, round(wait_s * 1000))}")  # milliseconds
        raw.autocommit = False
        raw.read_only = not write
        raw.isolation_level = psycopg.IsolationLevel.READ_COMMITTED if write else psycopg.IsolationLevel.REPEATABLE_READ
        return raw

    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=more,
        pool_timeout=wait_s + _REACH_S,
        pool_pre_ping=True,
        hide_parameters=True,
    )
