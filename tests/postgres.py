"""A PostgreSQL server with PostGIS of the tests' own: made when first asked for, gone with the run."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL of at least 15 that has PostGIS beside it, or None."""
    found = [path for place in PLACES for path in Path("/").glob(place[1:])]
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    fit = [(version(path), path) for path in found if version(path) >= 15 and has_postgis(path)]
    return max(fit)[1] if fit else None


def version(path: Path) -> int:
    """The major version of the server in a folder; 0 where there is none."""
    if not (path / "postgres").exists() or not (path / "initdb").exists():
        return 0
    said = subprocess.run([path / "postgres", "--version"], capture_output=True, text=True).stdout
    return int(said.split()[2].split(".")[0])


def has_postgis(path: Path) -> bool:
    shares = (path.parent / "share", path.parent.parent.parent.parent / "share" / "postgresql" / str(version(path)))
    return any(share.exists() and any(share.rglob("extension/postgis.control")) for share in shares)


def unprivileged() -> dict[str, object]:
    """How to start a program as somebody other than root, which PostgreSQL refuses; nothing to do for others."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in known else "nobody"
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


class Server:
    """A server on a free loopback port; ``new()`` makes a database, ``lend()`` gives one that ``take_back`` empties."""

    def __init__(self, folder: Path, programs: Path, *, durable: bool = False) -> None:
        self.folder, self._programs, self._as = folder, programs, unprivileged()
        self.password, self._made = secrets.token_hex(12), 0
        self._empty: list[str] = []  # addresses of databases with PostGIS and without a workspace
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # Without waiting for the disk: what is tested is the planner, not the disk of this machine.
        self.options = [] if durable else ["fsync=off", "full_page_writes=off"]
        self._variables = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}

    def start(self) -> None:
        word, data = self.folder / "word", self.folder / "data"
        word.write_text(self.password)
        if self._as:
            owner = pwd.getpwnam(str(self._as["user"]))
            for place in (self.folder, word):
                os.chown(place, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", data, "-U", "owner", f"--pwfile={word}", "--auth=scram-sha-256", "-E", "UTF8",
                  "--locale=C", "--no-sync")
        self.serve()
        self.sql("CREATE DATABASE blank")
        with psycopg.connect(self.address("blank"), autocommit=True) as blank:
            blank.execute("CREATE EXTENSION postgis")

    def serve(self, **variables: str) -> None:
        """Start on the folder of data as it is, from now on with these variables too, and wait until it answers."""
        self._variables |= variables
        command = [self._programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder]
        for option in ("listen_addresses=127.0.0.1", "max_connections=200", *self.options):
            command += ["-c", option]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", env=self._variables, **self._as)
        for _ in range(300):
            try:
                return psycopg.connect(self.address("postgres")).close()
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "log").read_text(errors="replace")
                time.sleep(0.1)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """Let it die in the middle of what it does, as by kill -9 of all of it."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def stop(self) -> None:
        self.kill()  # nothing of it is needed any more

    def address(self, database: str, user: str = "owner") -> str:
        return f"postgresql://{user}:{self.password}@127.0.0.1:{self.port}/{database}"

    def new(self, options: str = "TEMPLATE blank STRATEGY file_copy") -> str:
        """The address of a database that nobody has used."""
        self._made += 1
        self.sql(f"CREATE DATABASE t{self._made} {options}")
        return self.address(f"t{self._made}")

    def lend(self) -> str:
        return self._empty.pop() if self._empty else self.new()

    def take_back(self, address: str) -> None:
        name = address.rsplit("/", 1)[1]
        with psycopg.connect(self.address("postgres"), autocommit=True) as keeper:
            keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        self.sql("DROP SCHEMA IF EXISTS planner, planner_layers CASCADE", name)
        self._empty.append(address)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def _run(self, program: str, *words: object) -> None:
        call = [str(self._programs / program), *map(str, words)]
        subprocess.run(call, check=True, capture_output=True, cwd="/", **self._as)


@contextmanager
def running(*, durable: bool = False, within: Path | None = None) -> Iterator[Server]:
    """A server for the length of a block, its files in a folder of their own, in ``within`` where that is given."""
    programs = binaries()
    assert programs is not None, "asked for a server where there is none"
    folder = Path(tempfile.mkdtemp(prefix="planner-pg-", dir=within))
    server = Server(folder, programs, durable=durable)
    try:
        server.start()
        yield server
    finally:
        if hasattr(server, "process"):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
