"""What SQLite says when it cannot, in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, TimeoutError

from planner.errors import PlannerError, StoreBusy, StoreDamaged, StoreFull
from planner.text import N_, Text

_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_TOOBIG", "SQLITE_NOMEM")


@contextmanager
def spoken(where: str) -> Iterator[None]:
    """Turn the driver's exceptions into StoreBusy, StoreFull or StoreDamaged; others pass."""
    try:
        yield
    except PlannerError:
        raise
    except TimeoutError as late:
        raise StoreBusy(file=where) from late
    except DBAPIError as trouble:
        raise translated(trouble.orig, where) from trouble
    except sqlite3.Error as trouble:
        raise translated(trouble, where) from trouble


def translated(trouble: BaseException | None, where: str) -> PlannerError:
    """The error of ours for one of SQLite's."""
    name = getattr(trouble, "sqlite_errorname", None) or ""
    reason = Text(N_("SQLite says '{message}'"), message=str(trouble))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(file=where)
    if name.startswith(_FULL):
        return StoreFull(file=where, reason=reason)
    return StoreDamaged(file=where, reason=reason)
