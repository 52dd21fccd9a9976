"""Where a fault strikes: the planner's writes to its file, what it sends to a database, the server's own writes.

A place gives the address of an empty workspace and copies of it, and arms the library of ``faults.c``.
"""

from __future__ import annotations

import mmap
import shutil
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from tests import postgres

KILL, TORN, EIO_ONCE, ENOSPC_ON = 1, 2, 3, 4
MODES = {KILL: "kill -9", TORN: "kill -9 in a half-written page", EIO_ONCE: "EIO", ENOSPC_ON: "ENOSPC"}
KILLS = (KILL, TORN)
COUNT, OFF = 0, -1
ROOM = 2 * 10**9  # bytes
PATIENCE_S = 120  # with a server that mends itself
# So that what is counted is written for the sake of what is done, and not by the server's own housekeeping.
QUIET = ("autovacuum=off", "bgwriter_lru_maxpages=0", "checkpoint_timeout=1d", "max_wal_size=50GB",
         "wal_writer_delay=10s", "recovery_init_sync_method=syncfs")


class Switch:
    """The file through which the library is armed, mapped: which write fails how, and how many were seen since."""

    _plan = struct.Struct("iii64s")  # as in faults.c

    def __init__(self, path: Path, word: bytes) -> None:
        with path.open("r+b") as file:
            self._there = mmap.mmap(file.fileno(), 0)
        self._word = word

    @classmethod
    def lay(cls, path: Path) -> None:
        """The file, before the library is loaded: nothing is struck."""
        path.write_bytes(cls._plan.pack(OFF, 0, 0, b""))
        path.chmod(0o666)  # a server may run as somebody else

    def arm(self, mode: int, point: int) -> None:
        """From now on the ``point``-th write fails that way."""
        self._there[:] = self._plan.pack(mode, point, 0, self._word)

    def rest(self) -> int:
        """How many writes there were since it was armed; none is struck any more."""
        seen: int = self._plan.unpack(self._there[:])[2]
        self.arm(OFF, 0)
        return seen


class Place(Protocol):
    """One kind of writes that can be struck. ``undoes``: what was not done leaves it as it was, for the next to be
    struck in, and a copy takes long. ``steady``: the same deed is the same number of writes each time."""

    undoes: bool
    steady: bool
    switch: Switch

    def empty(self) -> str:
        """The address for the workspace that is copied; none is there."""

    def copy(self) -> str:
        """The address of a copy of it, in place of the last copy."""

    def seen_by(self, address: str) -> AbstractContextManager[Any]:
        """The store at an address, to look at what is there."""

    def calm(self, died: bool) -> None:
        """Whatever happened, go on; ``died``: a process of whoever writes was killed."""

    def known(self) -> str:
        """What is there, to the last byte; "" where that cannot be told."""


def store_at(address: str) -> Any:
    from planner.store.open import open_store
    from tests.reliability.deeds import NOON

    return open_store(address, clock=lambda: NOON)


class InFile:
    """What the planner writes to its workspace file and the file's companions."""

    word, undoes, steady = b"struck.gpkg", False, True

    def __init__(self, folder: Path, switch: Path) -> None:
        self._base, self._copy = folder / "base.gpkg", folder / self.word.decode()
        self.switch = Switch(switch, self.word)

    def empty(self) -> str:
        self._base.unlink(missing_ok=True)
        return str(self._base)

    def copy(self) -> str:
        for end in ("", "-wal", "-shm", "-journal"):
            self._copy.with_name(self._copy.name + end).unlink(missing_ok=True)
        shutil.copyfile(self._base, self._copy)
        return str(self._copy)

    def seen_by(self, address: str) -> AbstractContextManager[Any]:
        return closing(store_at(address))

    def calm(self, died: bool) -> None:
        """Who wrote is gone."""

    def known(self) -> str:
        with closing(sqlite3.connect(self._copy)) as found:  # it takes in or throws away what the dead one left
            try:
                found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.DatabaseError:
                return ""
        return sha256(self._copy.read_bytes()).hexdigest()


class InDatabase:
    """A workspace in a database: its copies are made by the server."""

    def __init__(self, server: postgres.Server) -> None:
        self.server = server

    def empty(self) -> str:
        return self._made("base", "blank")

    def copy(self) -> str:
        return self._made("struck", "base")

    def _made(self, name: str, like: str) -> str:
        self.server.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.server.sql(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")
        return self.server.address(name)

    def seen_by(self, address: str) -> AbstractContextManager[Any]:
        return closing(store_at(address))

    def known(self) -> str:
        return ""


class OnTheLine(InDatabase):
    """What the planner sends to the server of its database: it dies before or while it sends, or the line breaks."""

    word, undoes, steady = b"socket:", True, False  # once in a while an answer is waited for in one read more

    def __init__(self, server: postgres.Server, switch: Path) -> None:
        super().__init__(server)
        self.switch = Switch(switch, self.word)
        self._eye: Any = None

    def copy(self) -> str:
        if self._eye is not None:
            self._eye.close()
            self._eye = None
        return super().copy()

    def seen_by(self, address: str) -> AbstractContextManager[Any]:
        """One store looks after every fault: the server knows of no difference, and coming to it takes longest."""
        if not address.endswith("/struck"):
            return super().seen_by(address)
        if self._eye is None:
            self._eye = store_at(address)
        return nullcontext(self._eye)

    def calm(self, died: bool) -> None:
        """Who sent is gone."""


class InServer(InDatabase):
    """What the server writes to its own files, by whichever of its processes: struck, it mends itself or is started
    again."""

    word, undoes = b"/data/", False  # what was undone has made its files longer already
    steady = False  # of its own accord it may write once more or less

    def __init__(self, server: postgres.Server, library: Path) -> None:
        super().__init__(server)
        switch, mine = server.folder / "switch", server.folder / library.name
        Switch.lay(switch)
        self.switch = Switch(switch, self.word)
        shutil.copy(library, mine)
        mine.chmod(0o666)
        server.kill()
        server.options += QUIET
        server.serve(LD_PRELOAD=str(mine), FAULT_SWITCH=str(switch))

    def copy(self) -> str:
        address = super().copy()
        self._read = len(self._log())
        return address

    def calm(self, died: bool) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self.server.process.poll() is not None:  # it could not even mend itself
                return self.server.serve()
            told = self._log()[self._read :]
            down = died or "PANIC: " in told
            if not down or told.rfind("accept connections") > told.rfind("was terminated by signal") > 0:
                return
            time.sleep(0.02)
        raise TimeoutError("the server did not come back")

    def _log(self) -> str:
        return (self.server.folder / "log").read_text(errors="replace")


def in_memory() -> Path | None:
    """A folder that nobody waits for, where there is one with room. Who is killed loses nothing of what he wrote,
    wherever it lies."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


@contextmanager
def opened(place: str, library: Path, switch: Path) -> Iterator[Place]:
    """A place by its name, for the length of a block."""
    if place == "file":
        yield InFile(library.parent, switch)
        return
    with postgres.running(durable=place == "server", within=in_memory()) as server:
        yield OnTheLine(server, switch) if place == "line" else InServer(server, library)
