"""Files as they came in: kept in the workspace with their hash, untouched, and handed out again as they were.

What was destroyed on the way (text saved in a wrong encoding) can only be got back from them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from planner.desk.authority import ANYWHERE, needs
from planner.errors import FileMissing, LayerMissing, UsageError
from planner.formats.shapefile import parts_beside
from planner.people import Role
from planner.store.base import Store, Turn
from planner.text import N_, Text


def keep_original(turn: Turn, path: Path, *, shown_as: str, read: str, actor: str) -> None:
    """The file a layer or table was read from, under the hash of what was read; of an unpacked shapefile all its parts.

    Raises FileMissing where the file is no longer what was read.
    """
    parts = parts_beside(path) if path.suffix.lower() in (".shp", ".shx") else {}
    files = {shown_as: path} | {f"{Path(shown_as).stem}{suffix}": part for suffix, part in parts.items()}
    known = {row["name"] for row in turn.rows("originals", of_sha256=read)}
    for name, file in files.items():
        data = file.read_bytes()
        own = sha256(data).hexdigest()
        if file == path and own != read:
            raise FileMissing(file=shown_as, reason=Text(N_("it was changed while it was read")))
        if name in known:
            continue
        if not turn.rows("originals", sha256=own):
            turn.add("original_bytes", {"sha256": own, "data": data})
        row = {"of_sha256": read, "name": name, "sha256": own, "size": len(data), "actor": actor}
        turn.add("originals", row)
        known.add(name)


@needs(Role.VIEWER, ANYWHERE)
def originals(store: Store) -> list[dict[str, Any]]:
    """Every file kept: the current layers that came from it, its name, sha256, bytes, actor."""
    layers: dict[str, list[str]] = {}
    for info in store.layers():
        layers.setdefault(info.sha256, []).append(info.name)
    return [
        {
            "layers": layers.get(row["of_sha256"], []),
            "file": row["name"],
            "sha256": row["sha256"],
            "bytes": row["size"],
            "actor": row["actor"],
        }
        for row in store.rows("originals")
    ]


def files_of(store: Store, layer: str) -> list[tuple[str, bytes]]:
    """Name and bytes of the files that a layer was read from. Raises LayerMissing, FileMissing where none was kept."""
    infos = {info.name: info for info in store.layers()}
    if layer not in infos:
        raise LayerMissing(wanted=layer, known=", ".join(infos) or "-")
    rows = store.rows("originals", of_sha256=infos[layer].sha256)
    if not rows:
        raise FileMissing(file=layer, reason=Text(N_("no file was kept for this layer")))
    return [(Path(row["name"]).name, store.rows("original_bytes", sha256=row["sha256"])[0]["data"]) for row in rows]


@needs(Role.VIEWER, ANYWHERE)
def one_file(store: Store, layer: str) -> bytes:
    """The file that a layer was read from, as it came; several of them (an unpacked shapefile) as one ZIP.

    Raises what ``files_of`` raises.
    """
    files = files_of(store, layer)
    if len(files) == 1:
        return files[0][1]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return packed.getvalue()


@needs(Role.VIEWER, ANYWHERE)
def hand_out(store: Store, layer: str, out: Path) -> list[Path]:
    """The files that a layer was read from, as they came: to the path ``out``, or into the folder ``out``.

    Raises LayerMissing, FileMissing where none was kept, UsageError where something stands there already.
    """
    files = files_of(store, layer)
    single = len(files) == 1 and not out.is_dir()
    targets = [out] if single else [out / name for name, _ in files]
    _refuse_there(targets)
    if not single:
        out.mkdir(parents=True, exist_ok=True)
    for (_, data), target in zip(files, targets, strict=True):
        target.write_bytes(data)
    return targets


def _refuse_there(targets: Iterable[Path]) -> None:
    for target in targets:
        if target.exists():
            raise UsageError(problem=Text(N_("{path} is there already. Choose another path."), path=str(target)))
