"""Install a bundle in an empty folder with the network cut and see that its app serves.

    python scripts/check_bundle.py ARCHIVE

As root on Linux the work runs in a network namespace of its own that has nothing but the loopback; elsewhere
every index and proxy is pointed at nothing.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSIDE = "PLANNER_BUNDLE_INSIDE"
# SIOCSIFFLAGS and the flags IFF_UP|IFF_RUNNING of linux/if.h: a new namespace starts with its loopback down.
SET_FLAGS, UP = 0x8914, 0x41


def namespaces() -> bool:
    """Whether this machine lets us cut the network for one process."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0


def loopback_up() -> None:
    import fcntl
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, SET_FLAGS, struct.pack("16sh", b"lo", UP))


def check(archive: Path, cut: str) -> None:
    """Unpack, install, start. Raises CalledProcessError when a step fails."""
    nowhere = {"PIP_NO_INDEX": "1", "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PLANNER_", "VIRTUAL_ENV"))}
    environment = clean | nowhere | {"PIP_CONFIG_FILE": os.devnull}
    with tempfile.TemporaryDirectory() as temporary:
        with tarfile.open(archive) as tar:
            tar.extractall(temporary, filter="data")
        (folder,) = Path(temporary).iterdir()
        base = os.path.realpath(sys.executable)
        subprocess.run(["sh", "install.sh"], cwd=folder, check=True, env=environment | {"PYTHON": base})
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        start = [sys.executable, str(HERE / "started.py"), port, "sh", "start.sh", "--port", port]
        subprocess.run(start, cwd=folder, check=True, env=environment)
    print(f"bundle {archive.name}: installed and served, network cut by {cut}")


def main() -> None:
    archive = Path(sys.argv[1]).resolve()
    if os.environ.get(INSIDE):
        loopback_up()
        others = [name for _, name in socket.if_nameindex() if name != "lo"]
        if others:
            raise SystemExit(f"the network is not cut: {', '.join(others)}")
        check(archive, "a namespace of its own")
    elif namespaces():
        call = ["unshare", "-n", sys.executable, __file__, str(archive)]
        raise SystemExit(subprocess.run(call, env=os.environ | {INSIDE: "1"}).returncode)
    else:
        check(archive, "pointing every index and proxy at nothing")


if __name__ == "__main__":
    main()
