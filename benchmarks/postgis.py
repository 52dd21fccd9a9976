"""A PostgreSQL with PostGIS for the length of a run, where this machine has one installed: on loopback, in a folder
of its own that is taken away afterwards. Nothing of a server that runs already is touched."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER = "PLANNER_BENCH_POSTGIS"
# Where Debian, Red Hat and others put them; the newest first.
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
_SETTINGS = {
    "fsync": "off", "full_page_writes": "off", "shared_buffers": "1GB", "work_mem": "256MB", "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB", "max_parallel_workers_per_gather": "2", "jit": "off",
}


@contextmanager
def server() -> Iterator[tuple[str | None, str]]:
    """The address of a server (None where there is none) and what to say of it."""
    if SERVER in os.environ:
        yield os.environ[SERVER], ""
        return
    programs = _programs()
    if programs is None:
        yield None, f"PostgreSQL with PostGIS is not installed, and {SERVER} names no server"
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            address, stop = _started(programs, Path(folder))
        except (OSError, subprocess.SubprocessError) as why:
            yield None, f"the PostgreSQL installed does not start: {why}"
            return
        try:
            yield address, ""
        finally:
            stop.send_signal(signal.SIGINT)  # at once, whoever is still connected
            stop.wait(60)


def _programs() -> Path | None:
    found = [path for pattern in _PLACES for path in Path("/").glob(pattern.lstrip("/")) if (path / "initdb").is_file()]
    return max(found, key=str, default=None)


def _started(programs: Path, folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    """Make a cluster and start it; it refuses to run as root, so root lends it the user it was installed with."""
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    data, other = folder / "data", {"user": user} if os.geteuid() == 0 else {}
    subprocess.run([programs / "initdb", "-D", data, "-U", "planner", "-A", "trust", "--no-sync", "-E", "UTF8"],
                   check=True, capture_output=True, cwd=folder, **other)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    listen = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
    process = subprocess.Popen([programs / "postgres", "-D", data, *listen, *options], cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **other)
    for _ in range(300):
        if subprocess.run([programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], check=False,
                          capture_output=True).returncode == 0:
            return f"postgresql://planner@127.0.0.1:{port}/postgres", process
        time.sleep(0.1)
    process.terminate()
    raise OSError("it did not answer within 30 s")
