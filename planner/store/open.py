"""From an address to a workspace."""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Callable
from pathlib import Path

from planner.errors import NetworkShare, UsageError
from planner.store.base import Store
from planner.store.clock import Clock, utc_now
from planner.store.geopackage import GeoPackageStore
from planner.store.memory import MEMORY, MemoryStore
from planner.text import N_, Text

MOUNTS = Path("/proc/mounts")
# Kinds of mounted file systems on which SQLite's shared memory does not reach the other machines.
SHARES = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ncpfs",
        "afpfs",
        "webdav",
        "davfs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.davfs2",
        "fuse.s3fs",
        "fuse.gvfsd-fuse",
        "fuse.glusterfs",
        "fuse.vmhgfs-fuse",
        "vboxsf",
        "beegfs",
        "gpfs",
        "ceph",
        "glusterfs",
        "lustre",
    }
)


def open_store(address: str, *, create: bool = False, clock: Clock = utc_now) -> Store:
    """The workspace at an address: a path ending in .gpkg, ``postgresql://...``, or ``memory:`` for one that forgets.

    With ``create`` a new empty one is made. Raises WorkspaceMissing, WorkspaceExists, StoreDamaged, NetworkShare,
    DatabaseUnreachable, DatabaseUnfit, UsageError for any other address.
    """
    if address == MEMORY:
        return MemoryStore(clock=clock)
    if in_database(address):
        from planner.store.postgres import PostgresStore

        return PostgresStore(address, create=create, clock=clock)
    if "://" in address or not address.lower().endswith(".gpkg"):
        raise UsageError(
            problem=Text(
                N_("A workspace is a path ending in .gpkg or postgresql://user@host/database, not '{address}'."),
                address=re.sub(r"://.*@", "://...@", address),  # a mistyped address may hold a password too
            )
        )
    kind = share_kind(Path(address))
    if kind is not None:
        raise NetworkShare(path=address, kind=kind)
    if create and not Path(address).absolute().parent.is_dir():
        raise UsageError(
            problem=Text(N_("There is no folder {path} for the workspace."), path=str(Path(address).parent))
        )
    return GeoPackageStore(address, create=create, clock=clock)


def in_database(address: str) -> bool:
    """Whether an address names a database, not a file."""
    return address.startswith("postgresql://")


def shown(address: str) -> str:
    """An address as it may be printed: that of a database without its password."""
    if not in_database(address):
        return address
    from planner.store import postgres

    return postgres.shown(address)


REMOTE = 4  # DRIVE_REMOTE of Windows' GetDriveType


def drive_kind(root: str, ask: Callable[[str], int]) -> str | None:
    """Whether a drive of Windows is one of another machine that was given a letter."""
    return f"{root} = DRIVE_REMOTE" if ask(root) == REMOTE else None


def share_kind(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The kind of network share a path lies on, None for a local disk or where it cannot be told."""
    if str(path).startswith(("\\\\", "//")):
        return "UNC"
    if sys.platform == "win32":
        return drive_kind(path.absolute().anchor, ctypes.windll.kernel32.GetDriveTypeW)
    if not mounts.is_file():
        return None
    place, best, kind = path.absolute().resolve(), -1, ""
    for line in mounts.read_text("utf-8", "replace").splitlines():
        fields = line.split()
        point = Path(fields[1].replace("\\040", " ")) if len(fields) > 2 else Path("/nowhere")
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in SHARES else None
