"""What SQLite and PostgreSQL say when they cannot, in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, TimeoutError

from planner.errors import PlannerError, StoreBusy, StoreDamaged, StoreFull, StoreRefused
from planner.store.base import TurnLost
from planner.text import N_, Text


class DatabaseUnreachable(StoreRefused):
    code = "E_UNREACHABLE"
    sentence = N_("The database {database} cannot be reached: {reason}. Check that the server runs, the address and "
                  "the password; if an entry was being written, send it again with the same key.")


class DatabaseUnfit(StoreRefused):
    code = "E_DATABASE"
    sentence = N_("The database {database} cannot hold a workspace: {reason}.")


class DatabaseForbids(StoreRefused):
    code = "E_DATABASE"
    sentence = N_("The user of the database {database} may not do this: PostgreSQL says '{message}'. Ask the "
                  "administrator of the database to allow it.")


class ValueRefused(StoreRefused):
    code = "E_STORE_VALUE"
    sentence = N_("The database cannot keep a value: PostgreSQL says '{message}'. Correct it and try again.")


class StoreReadOnly(StoreFull):
    """What SQLite needs to write it may not, or cannot, make."""

    code = "E_STORE_READONLY"
    sentence = N_("The workspace cannot be opened: {reason}. The planner must have the right to write the file and the "
                  "folder in which it lies, and room there; copy it to where it has.")


_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_TOOBIG", "SQLITE_NOMEM")
_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_SHUT = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")


@contextmanager
def spoken(where: str) -> Iterator[None]:
    """Turn the driver's exceptions into StoreBusy, StoreFull or StoreDamaged; others pass."""
    try:
        yield
    except PlannerError as ours:
        if isinstance(ours, StoreDamaged):
            ours.file = ours.file or where
        raise
    except TimeoutError as late:
        raise StoreBusy(file=where) from late
    except DBAPIError as trouble:
        raise translated(trouble.orig, where) from trouble
    except Exception as trouble:
        if not isinstance(trouble, sqlite3.Error) and not hasattr(trouble, "sqlstate"):
            raise
        raise translated(trouble, where) from trouble


def translated(trouble: BaseException | None, where: str) -> PlannerError:
    """The error of ours for one of the driver's."""
    if hasattr(trouble, "sqlstate"):
        return _of_postgres(trouble, where)
    name = getattr(trouble, "sqlite_errorname", None) or ""
    reason = Text(N_("SQLite says '{message}'"), message=str(trouble))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(file=where)
    if name.startswith(_FULL):
        return StoreFull(file=where, reason=reason)
    if name.startswith(_SHUT):
        return StoreReadOnly(file=where, reason=reason)
    if name.startswith(_BROKEN):
        reason = Text(N_("SQLite says '{message}'; bring back a backup with 'planner restore'"), message=str(trouble))
    return StoreDamaged(file=where, reason=reason)


# By the first letters of PostgreSQL's SQLSTATE; the longest that fits counts.
# What came to nothing because of an error before it can be asked again, as after a lock that did not come.
_LOST, _BUSY = ("40001", "40P01"), ("55P03", "53300", "25P02")
_NO_ROOM = ("53", "58030")  # no room, memory or connection left; the disk fails
# The connection broke or was idle for longer than allowed, the server stops, no such user or database.
_GONE = ("08", "57P", "25P03", "28", "3D")
_FORBIDDEN = ("42501", "25006", "57014")  # no right, a server that only reads, a statement that takes too long


def _of_postgres(trouble: Any, where: str) -> PlannerError:
    state, said = trouble.sqlstate or "", str(trouble).strip().split("\n")[0]
    reason = Text(N_("PostgreSQL says '{message}'"), message=said)
    if state in _LOST:
        return TurnLost(file=where)
    if state in _BUSY:
        return StoreBusy(file=where)
    if state.startswith(_NO_ROOM):
        return StoreFull(file=where, reason=reason)
    if state.startswith(_GONE) or (not state and type(trouble).__name__ in ("OperationalError", "ConnectionTimeout")):
        return DatabaseUnreachable(database=where, reason=reason)
    if state in _FORBIDDEN:
        return DatabaseForbids(database=where, message=said)
    if state.startswith(("22", "54")) or type(trouble).__name__ == "DataError":
        return ValueRefused(message=said)
    return StoreDamaged(file=where, reason=reason)
