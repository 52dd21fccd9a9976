"""Geometry as GeoPackage keeps it: a header with the bounds, then well-known binary (OGC 12-128r17, 2.1.3)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

SRS_ID = 4490
_LITTLE_ENDIAN, _WITH_BOUNDS, _EMPTY = 0b1, 0b10, 0b10000
_HEADER = np.dtype([("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs", "<i4"), ("bounds", "<f8", (4,))])
_BOUNDS_BYTES = (0, 32, 48, 48, 64)  # by the envelope code in the flags

Shapes = Sequence[BaseGeometry | None] | NDArray[np.object_]


def to_blobs(shapes: Shapes) -> list[bytes | None]:
    """Blobs of shapes in EPSG:4490, two dimensions; None stays None."""
    array = np.asarray(shapes, dtype=object)
    heads = np.zeros(len(array), dtype=_HEADER)
    heads["magic"], heads["flags"], heads["srs"] = b"GP", _LITTLE_ENDIAN | _WITH_BOUNDS, SRS_ID
    heads["bounds"] = shapely.bounds(array)[:, [0, 2, 1, 3]] if len(array) else heads["bounds"]
    raw, size = heads.tobytes(), _HEADER.itemsize
    wkb = shapely.to_wkb(array, output_dimension=2, byte_order=1)
    blobs: list[bytes | None] = [
        None if body is None else raw[i * size : (i + 1) * size] + body for i, body in enumerate(wkb)
    ]
    for i in np.flatnonzero(shapely.is_empty(array)):
        flags = _LITTLE_ENDIAN | _EMPTY
        blobs[i] = b"GP" + struct.pack("<BBi", 0, flags, SRS_ID) + wkb[i]
    return blobs


def from_blobs(blobs: Sequence[bytes | None]) -> NDArray[np.object_]:
    """Shapes of blobs, in their order. Raises ValueError for a blob that is no GeoPackage geometry."""
    shapes: NDArray[np.object_] = shapely.from_wkb(
        np.array([None if b is None else b[_start(b) :] for b in blobs], dtype=object)
    )
    return shapes


def bounds(blob: bytes) -> tuple[float, float, float, float] | None:
    """minx, maxx, miny, maxy of a blob; None for an empty one. Raises ValueError."""
    flags, start = blob[3] if len(blob) > 3 else 0, _start(blob)
    if flags & _EMPTY:
        return None
    if start >= 40:
        return struct.unpack_from("<4d" if flags & _LITTLE_ENDIAN else ">4d", blob, 8)
    x0, y0, x1, y1 = shapely.from_wkb(blob[start:]).bounds
    return x0, x1, y0, y1


def _start(blob: bytes) -> int:
    """Where the well-known binary begins."""
    code = (blob[3] >> 1) & 0b111 if len(blob) > 8 else 7
    if blob[:2] != b"GP" or code >= len(_BOUNDS_BYTES):
        raise ValueError("not a GeoPackage geometry")
    return 8 + _BOUNDS_BYTES[code]


def register(connection: Any) -> None:
    """Teach a connection the five functions that the index triggers of GeoPackage call."""
    for place, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        connection.create_function(
            name, 1, lambda blob, place=place: (bounds(blob) or (None,) * 4)[place], deterministic=True
        )
    connection.create_function("ST_IsEmpty", 1, lambda blob: bounds(blob) is None, deterministic=True)
