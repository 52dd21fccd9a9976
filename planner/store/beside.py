"""Where the packed indexes of a workspace lie: in a folder beside its file, else in the person's cache folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

ENDING = ".packed"


def folder_of(where: str) -> Path | None:
    """The folder for the indexes of a workspace at an address; None for one that is kept in memory alone.

    A folder may be lost or emptied at any time: what lies in it is made again.
    """
    if where.startswith("memory:"):
        return None
    if "://" not in where:
        return Path(f"{where}.index")
    return _cache() / "park-planner" / _digest(where)


def file_of(folder: Path, layer: str) -> Path:
    """The file of a layer; names may hold anything, so it is called by their digest."""
    return folder / f"{_digest(layer)}{ENDING}"


def tidied(folder: Path, layers: Iterable[str]) -> None:
    """Take out the files of layers that are no longer there. Who has one mapped keeps it; none is worth an error."""
    kept = {file_of(folder, layer).name for layer in layers}
    try:
        for path in folder.glob(f"*{ENDING}"):
            if path.name not in kept:
                path.unlink(missing_ok=True)
    except OSError:
        return


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _cache() -> Path:
    """Where this system keeps what can be made again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
