"""A large layer as pictures of 256 pixels, cut as maps on the web are (Mercator, zoom/column/row), and what lies at
a place of it. A picture costs the same however many patches it shows, so every zoom shows all of them."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.land.kernel.pack import Packed, RowClass, meeting, shapes_of
from planner.land.kernel.picture import outlined, painted

SIDE = 256
DEEPEST = 22
# Boundaries are drawn where a patch is so many pixels large; below that they would be all there is to see.
_OUTLINED_FROM = 6
_COLOURS = 255  # of a palette; the first entry is no land


@dataclass(frozen=True)
class Picture:
    """A packed layer with the number of the style of each of its classes. Styles are Leaflet's path options."""

    packed: Packed
    style_of: NDArray[np.intp]
    styles: Sequence[Mapping[str, Any]]

    def inks(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8], list[tuple[int, int, int, int]]]:
        """For each class its ink and that of its boundary, and the palette (red, green, blue, opacity 0-255)."""
        used = sorted(set(self.style_of.tolist()))[: _COLOURS // 2]
        palette = [(0, 0, 0, 0)]
        numbers = {}
        for style in used:
            look = self.styles[style]
            filled = float(look.get("fillOpacity", 0.2)) if look.get("fill", True) else 0.0
            numbers[style] = len(palette)
            palette.append((*_rgb(str(look.get("fillColor", look.get("color", "#3388ff")))), round(255 * filled)))
            stroke = float(look.get("opacity", 1.0)) if look.get("stroke", True) and look.get("weight", 1) else filled
            palette.append((*_rgb(str(look.get("color", "#3388ff"))), round(255 * stroke)))
        ink = np.array([numbers.get(style, 1) for style in self.style_of], np.uint8)
        return ink, ink + np.uint8(1), palette


def tile(picture: Picture, zoom: int, column: int, row: int) -> bytes:
    """The picture of one tile as PNG. Raises ValueError for a tile that no zoom has."""
    if not (0 <= zoom <= DEEPEST and 0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
        raise ValueError(f"no tile {zoom}/{column}/{row}")
    step = 360.0 / (SIDE << zoom)
    rise = math.radians(step)
    west, north = -180.0 + column * SIDE * step, math.pi - row * SIDE * rise
    rows = np.degrees(np.arctan(np.sinh(north - (np.arange(SIDE) + 0.5) * rise)))
    ground = picture.packed.ground
    around = (west - step, float(rows[-1]) - step, west + (SIDE + 1) * step, float(rows[0]) + step)
    polygons = np.sort(meeting(picture.packed, around)).astype(np.int64)
    ink, edge, palette = picture.inks()
    codes = ground.code[polygons]
    pixels = painted(ground.shapes, ground.tree, polygons, ink[codes], west, step, rows, SIDE)
    outlined(pixels, ground.shapes, ground.tree, polygons, edge[codes], _OUTLINED_FROM * step, west, step, north, rise)
    return png(pixels, palette)


def class_at(picture: Picture, longitude: float, latitude: float) -> list[RowClass]:
    """The classes of the patches at a place; several where patches lie on each other."""
    from shapely import intersects_xy

    here = meeting(picture.packed, (longitude, latitude, longitude, latitude))
    inside = here[intersects_xy(shapes_of(picture.packed, here), longitude, latitude)] if len(here) else here
    return [picture.packed.classes[code] for code in np.unique(picture.packed.ground.code[inside])]


def _rgb(colour: str) -> tuple[int, int, int]:
    """#rgb or #rrggbb."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def png(pixels: NDArray[np.uint8], palette: Sequence[tuple[int, int, int, int]]) -> bytes:
    """Pixels of a palette as PNG. Source: ISO/IEC 15948:2004, colour type 3."""
    tall, wide = pixels.shape
    colours = b"".join(bytes(entry[:3]) for entry in palette)
    opacities = bytes(entry[3] for entry in palette)
    lines = np.zeros((tall, wide + 1), np.uint8)  # each led by the number of its filter: none
    lines[:, 1:] = pixels
    return b"\x89PNG\r\n\x1a\n" + b"".join((
        _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, tall, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", colours), _chunk(b"tRNS", opacities),
        _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)), _chunk(b"IEND", b""),
    ))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
