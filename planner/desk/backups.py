"""A copy looked at before it is needed: whether it is whole, and how its book stands to the one in use. Nothing of the
workspace is written, and the copy is looked at as a copy of its own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from planner.desk.authority import WORKSPACE, needs
from planner.people import Role
from planner.quota.chain import Verification
from planner.store import backup
from planner.store.database import DatabaseStore
from planner.store.geopackage import GeoPackageStore

if TYPE_CHECKING:
    from planner.desk.desk import Desk

BOOK = frozenset({"planner_entries"})


class Relation(StrEnum):
    """How the book of a copy stands to the one in use."""

    SAME = "same"
    EARLIER = "earlier"
    LATER = "later"
    OTHER = "other"


@dataclass(frozen=True)
class Compared:
    """A copy that was found whole: its book, the one in use, how the two stand, and what else they hold differently:
    names of layers and tables."""

    copy: Verification
    present: Verification
    relation: Relation
    unlike: tuple[str, ...]


@needs(Role.ADMINISTRATOR, WORKSPACE)
def compare(desk: Desk, saved: Path) -> Compared:
    """Look at a backup as ``planner restore`` would, in a folder that is thrown away, beside the workspace.

    Raises StoreDamaged for what is no backup or is not whole.
    """
    with TemporaryDirectory(prefix="planner-") as folder:
        mine = Path(folder) / "copy.gpkg"
        backup.write_file(saved, mine)  # refuses what is not ours, recomputes what is
        with closing(GeoPackageStore(mine)) as store:
            copied, present = store.verify(), desk.store.verify()
            relation = _relation(desk, store, copied, present)
            there, here = store.marks(), cast(DatabaseStore, desk.store).marks()
    unlike = sorted(name for name in (there.keys() | here.keys()) - BOOK if there.get(name) != here.get(name))
    return Compared(copied, present, relation, tuple(unlike))


def _relation(desk: Desk, store: GeoPackageStore, copied: Verification, present: Verification) -> Relation:
    if copied.head == present.head:
        return Relation.SAME
    if not copied.entries or (copied.entries < present.entries and desk.store.verify(copied.head).ok):
        return Relation.EARLIER
    if not present.entries or (present.entries < copied.entries and store.verify(present.head).ok):
        return Relation.LATER
    return Relation.OTHER
