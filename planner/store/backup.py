"""A copy of the workspace that is consistent while others write, and known to be good before it is called a backup."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from planner.errors import StoreDamaged, UsageError, WorkspaceExists
from planner.store.trouble import spoken, translated
from planner.text import N_, Text


def write(target: Path, fill: Callable[[Path], None], *, of: str) -> None:
    """Have a copy made beside the target, verify it, then give it the name. ``of`` is what it is a copy of. Of what is
    there only an earlier copy is written over.

    Raises UsageError (the folder of the target is missing, the target is one, or beside it lies what SQLite would take
    for a part of the copy), WorkspaceExists, StoreDamaged.
    """
    if not target.parent.is_dir():
        raise UsageError(problem=Text(N_("There is no folder {path} for the copy."), path=str(target.parent)))
    if target.is_dir():
        raise UsageError(problem=Text(N_("{path} is a folder. Name a file for the copy."), path=str(target)))
    left = next((one for one in _companions(target) if one.exists()), None)
    if left is not None:
        raise UsageError(problem=Text(N_(
            "Beside {path} lies {name}, of a workspace that is open or was not closed in order. Move it away or choose "
            "another path."), path=str(target), name=left.name))
    if target.exists() and not _is_copy(target):
        raise WorkspaceExists(path=str(target))
    rough = target.with_name(f".{target.stem}.{os.getpid()}.part.gpkg")
    try:
        fill(rough)
        check(rough)
        os.replace(rough, target)
    except StoreDamaged as damage:
        damage.file = of
        raise
    finally:
        for made in (rough, *_companions(rough)):
            made.unlink(missing_ok=True)


def _companions(path: Path) -> list[Path]:
    """The files that belong to an SQLite file by their names alone."""
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def _is_copy(path: Path) -> bool:
    """Whether a file is nothing, or SQLite's and, unlike a workspace that is worked in, without a log."""
    with path.open("rb") as file:
        head = file.read(20)
    return not head or (head[:16], head[18:]) == (b"SQLite format 3\0", b"\1\1")


def write_file(source: Path, target: Path) -> None:
    """A copy of a workspace file by SQLite's backup API. Raises UsageError (the target is the workspace itself)."""
    if target.resolve() == source.resolve():
        raise UsageError(problem=Text(N_("{path} is the workspace itself. Choose another path."), path=str(target)))

    def fill(rough: Path) -> None:
        with spoken(str(source)), closing(sqlite3.connect(source)) as old:
            old.execute("PRAGMA schema_version").fetchone()  # so that what is wrong here is not said of the copy
            with spoken(str(target)), closing(sqlite3.connect(rough)) as new:
                old.backup(new)

    write(target, fill, of=str(source))


def check(path: Path) -> None:
    """Open a copy as a workspace and recompute it. Raises StoreDamaged saying what is wrong."""
    from planner.store.geopackage import GeoPackageStore

    with closing(GeoPackageStore(path)) as store:
        problem = next(iter(store.faults()), None) or store.verify().problem
    if problem is not None:
        raise StoreDamaged(file=str(path), reason=problem)
    with closing(sqlite3.connect(path, isolation_level=None)) as alone:
        alone.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file, whole without companions


def damage(connection: Connection) -> list[Text]:
    """What SQLite's own examination finds in the file, and keys that point nowhere."""
    try:
        said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        lost = [row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as trouble:
        return [translated(trouble, "").text]
    found = [Text(N_("SQLite says '{message}'"), message=str(line)) for line in said if line != "ok"]
    return found + [Text(N_("A row of {table} points to nothing."), table=str(table)) for table in lost]
