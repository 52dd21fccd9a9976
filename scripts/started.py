"""Start the app with a command, wait until it serves a page, stop it, and print how long it took.

    python scripts/started.py [--within SECONDS] PORT COMMAND...

Exit 1 with what the command printed when it does not serve within the time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from typing import IO

LONGEST_S = 900.0


def serves(port: int, path: str, wanted: bytes) -> bool:
    """Whether the app on this machine answers a path with a text in it."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status == 200 and wanted in answer.read()
    except (OSError, urllib.error.URLError):
        return False


def wait(port: int, process: subprocess.Popen[bytes], longest_s: float) -> float | None:
    """Seconds until the app was healthy and its page there, None when it ended or took too long."""
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < longest_s:
        if serves(port, "/_stcore/health", b"ok") and serves(port, "/", b"<html"):
            return time.monotonic() - began
        time.sleep(0.1)
    return None


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the command and all it started."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run(port: int, command: list[str], longest_s: float, output: IO[bytes]) -> float | None:
    """Start, wait, stop."""
    process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        return wait(port, process, longest_s)
    finally:
        if process.poll() is None:
            stop(process)


def main(arguments: list[str]) -> int:
    longest_s = LONGEST_S
    if arguments[0] == "--within":
        longest_s, arguments = float(arguments[1]), arguments[2:]
    port, command = int(arguments[0]), arguments[1:]
    with tempfile.TemporaryFile() as output:
        took_s = run(port, command, longest_s, output)
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    if took_s is None:
        print(f"no page on port {port} within {longest_s:g} s of: {' '.join(command)}\n{said}", file=sys.stderr)
        return 1
    address = "its address printed" if str(port) in said else "NO ADDRESS PRINTED"
    print(f"{' '.join(command)}: page after {took_s:.1f} s, {address}")
    return 0 if str(port) in said else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
