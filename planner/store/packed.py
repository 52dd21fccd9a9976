"""Packed layers in files that are mapped into memory: opened at once, read from disk only where a parcel lies.

A file holds one version of one layer: a line that names the format, a line of JSON (which content it was made of, the
classes, and the name, type, shape and place of each array), then the arrays. It can always be made again from the
layer, so a file that does not fit is no error: it is made anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.land.kernel.outlines import WIDE, Outlines
from planner.land.kernel.pack import Packed, RowClass
from planner.land.kernel.shared import Ground

FORMAT = b"planner packed layer 3\n"
TWICE = "twice"
_ALIGNED = 64  # bytes: no number of an array crosses a line of the cache


def opened(path: Path, content: str, make: Callable[[], Packed]) -> Packed:
    """The packed layer in a file, mapped; made and saved first unless the file is of this content.

    ``content`` names what the layer holds (its SHA-256). Where the file cannot be written, what was made is used
    from memory.
    """
    found = load(path, content)
    if found is None:
        made = make()
        try:
            save(made, path, content)
        except OSError:
            return made
        found = load(path, content) or made
    return found


def save(packed: Packed, path: Path, content: str) -> None:
    """Write a packed layer; whoever has the old file mapped keeps it. Raises OSError."""
    arrays = _arrays(packed)
    beside = path.with_name(f"{path.name}.{token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(_head(packed, content, arrays))
            for array in arrays.values():
                file.write(b"\0" * (-file.tell() % _ALIGNED))
                file.write(array.data if array.size else b"")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path, content: str) -> Packed | None:
    """The packed layer in a file, its arrays mapped read-only; None unless the whole file is there, of this content."""
    try:
        with path.open("rb") as file:
            if file.readline(len(FORMAT)) != FORMAT:
                return None
            head = json.loads(file.readline())
            start = file.tell()
        if head["content"] != content:
            return None
        mapped = np.asarray(np.memmap(path, np.uint8, mode="r"))
        arrays = {name: _view(mapped, start, place) for name, place in head["arrays"].items()}
        twice, ground = arrays.pop(TWICE, None), _ground(arrays)
        classes = tuple(RowClass(*row) for row in head["classes"])
        fits = _fits(ground) and (twice is None or len(twice) == len(ground.m2))
        return Packed(head["patches"], classes, ground, twice) if fits else None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


# ---------------------------------------------------------------- the arrays by name
def _arrays(packed: Packed) -> dict[str, NDArray[Any]]:
    ground = packed.ground
    rest = {name: array for name, array in ground._asdict().items() if name != "shapes"}
    return {**ground.shapes._asdict(), **rest, **({} if packed.twice is None else {TWICE: packed.twice})}


def _ground(arrays: dict[str, NDArray[Any]]) -> Ground:
    shapes = Outlines(**{name: arrays.pop(name) for name in Outlines._fields})
    return Ground(shapes=shapes, **arrays)


def _fits(ground: Ground) -> bool:
    """Whether the arrays speak of each other; machine code would not ask."""
    shapes, n = ground.shapes, len(ground.m2)
    ends = [
        (shapes.rings, len(shapes.xy)), (shapes.polygons, len(shapes.rings) - 1), (shapes.blocks, len(shapes.boxes)),
        (ground.levels, len(ground.tree)),
    ]
    lengths = {len(ground.owner), len(ground.code), len(shapes.polygons) - 1, int(ground.levels[1])}
    if len(shapes.wide) != -(-len(shapes.boxes) // WIDE):
        return False
    return all(a[-1] == end for a, end in ends) and lengths == {n}


# ---------------------------------------------------------------- the file
def _head(packed: Packed, content: str, arrays: dict[str, NDArray[Any]]) -> bytes:
    places, at = {}, 0
    for name, array in arrays.items():
        at += -at % _ALIGNED
        places[name] = {"type": array.dtype.str, "shape": array.shape, "at": at}
        at += array.nbytes
    head = {"content": content, "patches": packed.patches, "classes": packed.classes, "arrays": places}
    line = json.dumps(head, ensure_ascii=False).encode()
    # Blanks, so that the arrays start on a multiple of the alignment.
    return FORMAT + line + b" " * (-(len(FORMAT) + len(line) + 1) % _ALIGNED) + b"\n"


def _view(mapped: NDArray[np.uint8], start: int, place: dict[str, Any]) -> NDArray[Any]:
    """One array of the file. Raises ValueError where the file ends before it."""
    kind, shape = np.dtype(place["type"]), tuple(place["shape"])
    at = start + place["at"]
    return mapped[at : at + kind.itemsize * int(np.prod(shape))].view(kind).reshape(shape)
