"""A workspace from one address to another: file to database, database to file, a backup to either. Nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from sqlalchemy import Connection

from planner.errors import StoreDamaged, UsageError, WorkspaceExists, WorkspaceMissing
from planner.quota.chain import Verification
from planner.store import backup, kept
from planner.store.base import Store
from planner.store.copying import MOVED, copy, empty, marks
from planner.store.database import DatabaseStore
from planner.store.geopackage import GeoPackageStore
from planner.store.open import in_database, open_store
from planner.text import N_, Text


def move(source: Store, target: str) -> Verification:
    """Take the whole of a workspace to a new address and close the old one for writing, so that the book goes on in
    one place only. Both are compared, and the new one is verified, before the old one is closed.

    Raises UsageError (already moved away), WorkspaceExists, StoreDamaged, and what ``open_store`` raises.
    """
    left = cast(DatabaseStore, source)
    with _new(target) as arrived, left._transaction(write=True) as old:
        found = _carry(old, arrived)
        kept.put_settings(old, {MOVED: arrived.where})
    return found


def restore(saved: Path, target: str) -> Verification:
    """A workspace again from a backup, verified. Raises WorkspaceMissing, WorkspaceExists, StoreDamaged."""
    if not saved.is_file():
        raise WorkspaceMissing(path=str(saved))
    if not in_database(target):
        if Path(target).exists():
            raise WorkspaceExists(path=target)
        backup.write_file(saved, Path(target))
        with closing(GeoPackageStore(target)) as store:
            with store._begun(write=True) as connection:
                kept.drop_setting(connection, MOVED)  # of a workspace that was left: the book goes on here again
            return store.verify()
    with TemporaryDirectory(prefix="planner-") as folder, _new(target) as arrived:
        mine = Path(folder) / "copy.gpkg"  # the backup itself may lie where nothing can be written
        backup.write_file(saved, mine)
        with closing(GeoPackageStore(mine)) as store, store._look() as old:
            return _carry(old, arrived)


@contextmanager
def _new(address: str) -> Iterator[Any]:
    """An empty workspace, discarded again unless all goes well. In a database one that was killed before it was filled
    has left an empty one behind: it is filled now. Raises WorkspaceExists."""
    if address == "memory:":
        raise UsageError(problem=Text(N_("A workspace cannot be moved into memory, where it would be lost.")))
    try:
        store, made = cast(DatabaseStore, open_store(address, create=True)), True
    except WorkspaceExists:
        if not in_database(address):
            raise
        store, made = cast(DatabaseStore, open_store(address)), False
    try:
        with store._look() as connection:
            _refuse_filled(store, connection)
        yield store
    except BaseException as trouble:
        if made and not isinstance(trouble, WorkspaceExists):
            store.discard()
        raise
    finally:
        store.close()


def _refuse_filled(store: DatabaseStore, connection: Connection) -> None:
    if not empty(connection):
        raise WorkspaceExists(path=store.where)


def _carry(old: Any, arrived: DatabaseStore) -> Verification:
    """Copy, compare, verify. Raises StoreDamaged."""
    with arrived._transaction(write=True) as new:
        _refuse_filled(arrived, new)  # somebody else may have come first
        copy(old, new)
    with arrived._look() as new:
        there, here = marks(old), marks(new)
    unlike = sorted(name for name in there.keys() | here.keys() if there.get(name) != here.get(name))
    if unlike:
        raise StoreDamaged(reason=Text(N_("the copy differs in {parts}"), parts=", ".join(unlike)))
    problem = next(iter(arrived.faults()), None)
    found = arrived.verify()
    problem = problem or found.problem
    if problem is not None:
        raise StoreDamaged(reason=problem)
    return found
