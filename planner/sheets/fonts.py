"""Type on paper: which glyphs there are, how wide a line is, where it breaks.

Chinese comes from Noto Sans SC (SIL OFL 1.1, package pylopdf-fonts-zh-cn), signs it lacks from DejaVu Sans, which
comes with matplotlib. A character neither has is printed as ``GETA`` and named on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import matplotlib
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font, LoadFlags
from pylopdf_fonts_zh_cn import sans_path

from planner.webmap.escape import plain

MM_PER_PT = 25.4 / 72.0
GETA = "\N{GETA MARK}"  # the printers' mark for a missing sort
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
KEPT = 30_000  # texts whose lines are remembered, some 10 MB: a book is laid out twice, its pages say much alike
_EM_PX = 64
_UNITS = 65_536 * _EM_PX  # FreeType says advances in 1/65536 pixel

_PATHS = (Path(sans_path()), Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
# No line begins with one of these, none ends with one of those (GB/T 15834 on punctuation).
_NOT_FIRST = "，。；：、！？）》】」』”’%)]},.;:!?…‰℃"
_NOT_LAST = "（《【「『“‘([{"
_WIDE = "\u2e80-\u303f\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_PIECES = re.compile(
    rf"[{re.escape(_NOT_LAST)}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{re.escape(_NOT_FIRST)}]*|\s+|."
)


@cache
def _faces() -> tuple[FT2Font, ...]:
    faces = tuple(FT2Font(str(path)) for path in _PATHS)
    for face in faces:
        face.set_size(_EM_PX, 72)
    return faces


@cache
def families() -> list[str]:
    """Names under which matplotlib finds the type, in the order in which it looks for a glyph."""
    known = {entry.fname for entry in fontManager.ttflist}
    for path in _PATHS:
        if str(path) not in known:
            fontManager.addfont(str(path))
    return [face.family_name for face in _faces()]


@cache
def _advance(character: str) -> float | None:
    """Width of a character in em; None without a glyph."""
    for face in _faces():
        if ord(character) in _charmap(face):
            return float(face.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / _UNITS
    return None


@cache
def _charmap(face: FT2Font) -> frozenset[int]:
    return frozenset(face.get_charmap())


def clean(value: object) -> str:
    """Text as it may be printed: no control characters, reading direction marks made visible, one line."""
    return re.sub(r"[\s\u0080-\u009f\u2028\u2029]+", " ", plain(value)).strip()


def missing(texts: Iterable[str]) -> tuple[str, ...]:
    """The characters for which there is no glyph, in order of code point."""
    return tuple(sorted({c for text in texts for c in text if _advance(c) is None}))


def printable(text: str) -> str:
    """The text with a visible mark for each character that has no glyph."""
    return "".join(c if _advance(c) is not None else GETA for c in text)


def width(text: str, size_pt: float) -> float:
    """Width of one line in mm (without kerning, so never too small by more than a hair)."""
    return _ems(text) * size_pt * MM_PER_PT


@lru_cache(KEPT)
def _ems(text: str) -> float:
    return sum(_em(c) for c in text)


def _em(character: str) -> float:
    return _advance(character) or _advance(GETA) or 1.0


def _fitting(text: str, size_pt: float, room_mm: float) -> int:
    """How many characters from the start fit in a width."""
    left = room_mm / (size_pt * MM_PER_PT)
    for count, character in enumerate(text):
        left -= _em(character)
        if left < 0.0:
            return count
    return len(text)


def longest(text: str, size_pt: float) -> float:
    """The width of the longest piece that no line breaks, in mm."""
    return max((width(piece.strip(), size_pt) for piece in _PIECES.findall(text)), default=0.0)


def shortened(text: str, size_pt: float, room_mm: float) -> str:
    """The text, or as much of it as fits in ``room_mm`` with an ellipsis."""
    if _fitting(text, size_pt, room_mm) == len(text):
        return text
    return text[: _fitting(text, size_pt, room_mm - width(ELLIPSIS, size_pt))].rstrip() + ELLIPSIS


def wrapped(text: str, size_pt: float, room_mm: float, most: int = 99) -> list[str]:
    """The text in lines of at most ``room_mm``, at most ``most`` of them; a cut shows an ellipsis.

    Chinese breaks between characters but not before closing punctuation, other scripts at spaces; a word that
    is longer than a line is broken where the line ends.
    """
    lines = [line for part in text.split("\n") for line in _broken(part, size_pt, room_mm)]
    if len(lines) <= most:
        return lines
    room_left = room_mm - width(ELLIPSIS, size_pt)
    last = lines[most - 1]
    return [*lines[: most - 1], last[: _fitting(last, size_pt, room_left)].rstrip() + ELLIPSIS]


@lru_cache(KEPT)
def _broken(text: str, size_pt: float, room_mm: float) -> tuple[str, ...]:
    lines, line, used = [], "", 0.0
    for piece in _cut(_PIECES.findall(text), size_pt, room_mm):
        wide = width(piece, size_pt)
        if line and used + width(piece.rstrip(), size_pt) > room_mm:
            lines.append(line.rstrip())
            line, used = "", 0.0
        if line or not piece.isspace():
            line, used = line + piece, used + wide
    return *lines, line.rstrip()


def _cut(pieces: Sequence[str], size_pt: float, room_mm: float) -> Iterable[str]:
    """The pieces, those wider than a line cut at its end."""
    for piece in pieces:
        while len(piece) > (count := max(1, _fitting(piece, size_pt, room_mm))):
            yield piece[:count]
            piece = piece[count:]
        yield piece
