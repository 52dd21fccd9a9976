"""Where a fault strikes: the planner's writes to its file, what it sends to a database, the server's own writes.

A place gives the address of an empty workspace and copies of it, and arms the library of ``faults.c``.
"""

from __future__ import annotations

import ctypes
import mmap
import shutil
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from tests import postgres

KILL, TORN, EIO_ONCE, ENOSPC_ON = 1, 2, 3, 4
MODES = {KILL: "kill -9", TORN: "kill -9 in a half-written page", EIO_ONCE: "EIO", ENOSPC_ON: "ENOSPC"}
COUNT, OFF = 0, -1
ROOM = 2 * 10**9  # bytes
# So that what is counted is written for the sake of what is done, and not by the server's own housekeeping.
QUIET = ("autovacuum=off", "bgwriter_lru_maxpages=0", "checkpoint_timeout=1d", "max_wal_size=50GB",
         "wal_writer_delay=10s", "recovery_init_sync_method=syncfs")


class Place(Protocol):
    """One kind of writes that can be struck. ``undoes``: what was not done leaves it as it was, for the next to be
    struck in, and a copy takes long."""

    undoes: bool

    def empty(self) -> str:
        """The address for the workspace that is copied; none is there."""

    def copy(self) -> str:
        """The address of a copy of it, in place of the last copy."""

    def arm(self, mode: int, point: int) -> None:
        """From now on the ``point``-th write fails that way."""

    def seen(self) -> int:
        """How many writes there were since; none is struck any more."""

    def calm(self) -> None:
        """Whatever happened, go on."""

    def known(self) -> str:
        """What is there, to the last byte; "" where that cannot be told."""


class InFile:
    """What the planner writes to its workspace file and the file's companions."""

    word, undoes = b"struck.gpkg", False

    def __init__(self, folder: Path) -> None:
        self._base, self._copy = folder / "base.gpkg", folder / self.word.decode()
        self._library = ctypes.CDLL(None)

    def empty(self) -> str:
        self._base.unlink(missing_ok=True)
        return str(self._base)

    def copy(self) -> str:
        for end in ("", "-wal", "-shm", "-journal"):
            self._copy.with_name(self._copy.name + end).unlink(missing_ok=True)
        shutil.copyfile(self._base, self._copy)
        return str(self._copy)

    def arm(self, mode: int, point: int) -> None:
        self._library.fault_arm(mode, point, self.word)

    def seen(self) -> int:
        return int(self._library.fault_seen())

    def calm(self) -> None:
        """The process that was armed is gone."""

    def known(self) -> str:
        with closing(sqlite3.connect(self._copy)) as found:  # it takes in or throws away what the dead one left
            try:
                found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.DatabaseError:
                return ""
        return sha256(self._copy.read_bytes()).hexdigest()


class OnTheLine:
    """What the planner sends to the server of its database: it dies before or while it sends, or the line breaks."""

    word, undoes = b"socket:", True

    def __init__(self, server: postgres.Server) -> None:
        self.server, self._library = server, ctypes.CDLL(None)

    def empty(self) -> str:
        self.server.sql("DROP DATABASE IF EXISTS base WITH (FORCE)")
        self.server.sql("CREATE DATABASE base TEMPLATE blank STRATEGY file_copy")
        return self.server.address("base")

    def copy(self) -> str:
        self.server.sql("DROP DATABASE IF EXISTS struck WITH (FORCE)")
        self.server.sql("CREATE DATABASE struck TEMPLATE base STRATEGY file_copy")
        return self.server.address("struck")

    def arm(self, mode: int, point: int) -> None:
        self._library.fault_arm(mode, point, self.word)

    def seen(self) -> int:
        return int(self._library.fault_seen())

    def calm(self) -> None:
        """The process that was armed is gone."""

    def known(self) -> str:
        return ""


class InServer(OnTheLine):
    """What the server writes to its own files, by whichever of its processes: struck, it mends itself or is started
    again."""

    word, undoes = b"/data/", False  # what was undone has made its files longer already
    _plan = struct.Struct("iii64s")  # as in faults.c

    def __init__(self, server: postgres.Server, library: Path) -> None:
        super().__init__(server)
        switch, mine = server.folder / "switch", server.folder / library.name
        switch.write_bytes(self._plan.pack(OFF, 0, 0, b""))
        shutil.copy(library, mine)
        for path in (switch, mine):
            path.chmod(0o666)  # the server may run as somebody else
        with switch.open("r+b") as file:
            self._switch = mmap.mmap(file.fileno(), 0)
        server.kill()
        server.options += QUIET
        server.serve(LD_PRELOAD=str(mine), FAULT_SWITCH=str(switch))

    def arm(self, mode: int, point: int) -> None:
        self._switch[:] = self._plan.pack(mode, point, 0, self.word)

    def seen(self) -> int:
        found: int = self._plan.unpack(self._switch[:])[2]
        self.arm(OFF, 0)
        return found

    def copy(self) -> str:
        address = super().copy()
        self._read = len(self._log())
        return address

    def calm(self) -> None:
        mode, point, seen, _ = self._plan.unpack(self._switch[:])
        self.arm(OFF, 0)
        for _ in range(600):
            if self.server.process.poll() is not None:  # it could not even mend itself
                return self.server.serve()
            told = self._log()[self._read :]
            died = (mode in (KILL, TORN) and seen >= point) or "PANIC: " in told
            if not died or told.rfind("accept connections") > told.rfind("was terminated by signal") > 0:
                return
            time.sleep(0.1)
        raise TimeoutError("the server did not come back")

    def _log(self) -> str:
        return (self.server.folder / "log").read_text(errors="replace")


def in_memory() -> Path | None:
    """A folder that nobody waits for, where there is one with room. Who is killed loses nothing of what he wrote,
    wherever it lies."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


@contextmanager
def opened(place: str, folder: Path, library: Path) -> Iterator[Place]:
    """A place by its name, for the length of a block."""
    if place == "file":
        yield InFile(folder)
        return
    with postgres.running(durable=place == "server", within=in_memory()) as server:
        yield OnTheLine(server) if place == "line" else InServer(server, library)
