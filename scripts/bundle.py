"""Write one archive with which a machine without network installs and starts the planner.

    python scripts/bundle.py DIST

The archive holds the wheels of everything the planner runs on, for this Python and this system, the planner's
own wheel (with browser scripts, layers and translations inside), the lock, and install and start scripts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "scripts" / "bundle"


def main(dist: Path) -> Path:
    """Build the archive in ``dist`` and give its path. Raises CalledProcessError when pip cannot get a wheel."""
    dist.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        wheels = Path(temporary) / "wheels"
        pip("download", "--require-hashes", "--only-binary", ":all:", "-r", "requirements.lock", "-d", wheels)
        pip("wheel", "--no-deps", "--no-build-isolation", "-w", wheels, ".")
        (own,) = wheels.glob("park_planner-*.whl")
        folder = Path(temporary) / name_for(own)
        lay_out(folder, wheels)
        return packed(folder, dist)


def pip(*arguments: object) -> None:
    """Run this environment's pip in the project's folder."""
    call = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *map(str, arguments)]
    subprocess.run(call, cwd=ROOT, check=True)


def name_for(own: Path) -> str:
    """E.g. planner-0.1.0-cp311-linux-x86_64: what it holds and where it can be installed."""
    version = own.name.split("-")[1]
    system = sysconfig.get_platform().replace("_", "-")
    return f"planner-{version}-cp{sys.version_info.major}{sys.version_info.minor}-{system}"


def lay_out(folder: Path, wheels: Path) -> None:
    """Put wheels, lock and scripts where the install script looks for them."""
    shutil.copytree(wheels, folder / "wheels")
    shutil.copy(ROOT / "requirements.lock", folder)
    shutil.copy(ROOT / "LICENSE", folder)
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    for template in TEMPLATES.iterdir():
        text = template.read_text("utf-8").replace("@PYTHON@", wanted)
        newline = "\r\n" if template.suffix == ".bat" else "\n"
        target = folder / template.name
        target.write_text(text, "utf-8", newline=newline)
        target.chmod(0o755 if template.suffix == ".sh" else 0o644)


def packed(folder: Path, dist: Path) -> Path:
    """The folder as .tar.gz; wheels are compressed already, so lightly."""
    archive = dist / f"{folder.name}.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(folder, arcname=folder.name)
    return archive


if __name__ == "__main__":
    made = main(Path(sys.argv[1]))
    print(f"{made} ({made.stat().st_size / 1e6:.0f} MB)")
