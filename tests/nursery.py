"""Children kept ready: thousands of harmed files need one each, and what a child costs is to start and to load GDAL.

A nursery is a process for one kind of work with the libraries of ``planner.formats.worker`` loaded. For each task it
splits off a child that bounds itself and does the task by that very module, as a fresh one would.
"""

from __future__ import annotations

import importlib.util
import json
import os
import selectors
import struct
import subprocess
import sys
from io import BytesIO
from typing import Any, BinaryIO

WORKER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "planner", "formats", "worker.py")


class Nurseries:
    """Takes the place of ``confined._child``: the answer of a child to its task, and whether a limit ended it."""

    def __init__(self) -> None:
        self._open: dict[str, subprocess.Popen[bytes]] = {}

    def child(self, data: bytes, seconds: float) -> tuple[bytes, bool]:
        (length,) = struct.unpack_from(">Q", data)
        work = json.loads(data[8 : 8 + length])["do"]
        if work not in self._open:
            from planner.formats.confined import _environment

            call = [sys.executable, "-I", os.path.abspath(__file__), work]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self._open[work] = subprocess.Popen(call, env=_environment(), **pipes)  # type: ignore[call-overload]
        nursery = self._open[work]
        assert nursery.stdin is not None and nursery.stdout is not None
        sent(nursery.stdin, data)
        out, stopped = taken(nursery.stdout), taken(nursery.stdout)
        assert out is not None and stopped is not None
        return out, stopped == b"1"

    def close(self) -> None:
        for nursery in self._open.values():
            assert nursery.stdin is not None
            nursery.stdin.close()
            nursery.wait(20)


def sent(stream: BinaryIO, data: bytes) -> None:
    stream.write(struct.pack(">Q", len(data)) + data)
    stream.flush()


def taken(stream: BinaryIO) -> bytes | None:
    """One frame, None at the end."""
    head = stream.read(8)
    return stream.read(*struct.unpack(">Q", head)) if head else None


def serve(work: str) -> None:
    """Tasks of one kind as long as there are any."""
    spec = importlib.util.spec_from_file_location("worker", WORKER)
    assert spec is not None and spec.loader is not None
    worker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(worker)
    worker.prepare(work)
    if work == "read":
        worker.without("geopandas", "pandas", "pyarrow", "pyproj")
        import pyogrio.raw  # noqa: F401
    while (data := taken(sys.stdin.buffer)) is not None:
        out, complaint, status = split_off(worker, data)
        stopped = os.WIFSIGNALED(status) or b"MemoryError" in complaint or b"bad_alloc" in complaint
        sent(sys.stdout.buffer, out)
        sent(sys.stdout.buffer, b"1" if stopped else b"0")


def split_off(worker: Any, data: bytes) -> tuple[bytes, bytes, int]:
    """What one child wrote, what it complained of, and how it ended."""
    (out, its_out), (said, its_said) = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.dup2(its_said, 2)
        with os.fdopen(its_out, "wb") as stream:
            try:
                worker.answer(BytesIO(data), stream)
            except BaseException as wrong:  # noqa: BLE001  (as the interpreter ends a child)
                os.write(2, repr(wrong).encode()[:4_000])
        os._exit(0)
    os.close(its_out)
    os.close(its_said)
    found = {out: b"", said: b""}
    with selectors.DefaultSelector() as waiting:
        for end in found:
            waiting.register(end, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                piece = os.read(key.fd, 1 << 16)
                found[key.fd] += piece
                if not piece:
                    waiting.unregister(key.fd)
                    os.close(key.fd)
    return found[out], found[said], os.waitpid(child, 0)[1]


if __name__ == "__main__":
    serve(sys.argv[1])
