"""A line of type on a page: what shaping makes of words in a size is kept, so that what a hundred pages say alike is
shaped once.

matplotlib shapes a line three times whenever it is drawn, which was half of the time of a page. Into a PDF the line is
written here, with the operators that matplotlib writes; into a picture it is drawn as ever.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from matplotlib.backends.backend_pdf import Op, PdfFile, pdfRepr
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontPath, FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.text import Text as Artist

from planner.sheets import fonts

KEPT = 4_000  # lines that are remembered, some 10 MB
_BEFORE = {"left": 0.0, "center": 0.5, "right": 1.0}  # how much of its width lies before the place of a line


class Glyph(NamedTuple):
    """A sign as it was shaped: its face, what it stands for, its number in the face, its place in pt from the start of
    the line, and by how much it is moved against the one before."""

    face: FT2Font
    char: str
    number: int
    x: float
    y: float
    kern: float


class Line(Artist):
    """One line of text, placed by its baseline and never cut."""

    def __init__(self, x: float, y: float, said: str, size: float, colour: str, align: str, angle: float) -> None:
        super().__init__(
            x, y, said, fontproperties=_properties(size), color=colour, ha=align, va="baseline", parse_math=False,
            rotation=angle, rotation_mode="anchor", zorder=10, clip_on=False,
        )
        self._mark = said, size, _BEFORE[align]

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """No line is cut, at the edge of the page neither."""

    def draw(self, renderer: Any) -> None:
        said, size, share = self._mark
        if not said:
            return
        file: Any = getattr(renderer, "file", None)
        prop, angle, book = self.get_fontproperties(), self.get_rotation(), isinstance(file, PdfFile)
        self._renderer = renderer  # by which matplotlib measures a text that is drawn
        before = 0.0
        if share:
            wide = _width(said, size) if book else renderer.get_text_width_height_descent(said, prop, False)[0]
            before = share * wide
        x, y = self.get_transform().transform(self.get_unitless_position())
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        x, y = x - cos * before, y - sin * before
        look = renderer.new_gc()
        look.set_foreground(to_rgba(self.get_color()), isRGBA=True)
        renderer.open_group("text")
        if book:
            renderer.check_gc(look, look.get_rgb())
            file.output(Op.gsave)
            file.output(cos, sin, -sin, cos, x, y, Op.concat_matrix)
            file.write(_written(file, said, size))
            file.output(Op.grestore)
        else:
            high = renderer.get_canvas_width_height()[1]
            renderer.draw_text(look, x, high - y if renderer.flipy() else y, said, prop, angle, mtext=self)
        renderer.close_group("text")
        look.restore()


@lru_cache(256)
def _properties(size: float) -> FontProperties:
    return FontProperties(family=fonts.families(), size=size)


def _font(size: float) -> FT2Font:
    font = get_font(fontManager._find_fonts_by_props(_properties(size)))
    font.clear()
    font.set_size(size, 72)
    return font


@lru_cache(KEPT)
def _width(said: str, size: float) -> float:
    """Of a line as it is printed, in pt."""
    font = _font(size)
    font.set_text(said, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64


@lru_cache(KEPT)
def _shaped(said: str, size: float) -> tuple[Glyph, ...]:
    return tuple(Glyph(one.ft_object, one.char, one.glyph_index, one.x, one.y, one.prev_kern or 0.0)
                 for one in _font(size)._layout(said, LoadFlags.NO_HINTING))


# Which sign of which font stands for a letter is settled file by file.
_of_file: WeakKeyDictionary[PdfFile, dict[tuple[str, float], bytes]] = WeakKeyDictionary()


def _written(file: PdfFile, said: str, size: float) -> bytes:
    """The text object of a line in a file, whose fonts hold its signs from now on."""
    kept = _of_file.setdefault(file, {})
    if (said, size) not in kept:
        if len(kept) == KEPT:
            kept.clear()
        rows = _operators(file, said, size)
        kept[said, size] = b"".join(b" ".join(map(pdfRepr, row)) + b"\n" for row in rows)
    return kept[said, size]


def _operators(file: PdfFile, said: str, size: float) -> Iterator[list[Any]]:
    """A font of type 3 has 256 signs at most: a line changes it as it goes; between signs stands what moves the next
    (PDF 32000-1, 9.4.3)."""
    yield [Op.begin_text]
    run: list[Any] = []

    def flushed() -> Iterator[list[Any]]:
        if run:
            yield [[-1000 * next(some) / size if kind is float else bytes(some) for kind, some in groupby(run, type)],
                   Op.showkern]
            run.clear()

    now, start = None, 0.0
    for glyph in _shaped(said, size):
        subset, code = file._character_tracker.track_glyph(glyph.face, glyph.char, glyph.number)
        if (glyph.face, subset) != now:
            yield from flushed()
            name = file.fontName(FontPath(str(glyph.face.fname), glyph.face.face_index), subset)
            yield [name, size, Op.selectfont]
            yield [glyph.x - start, 0, Op.textpos]
            now, start = (glyph.face, subset), glyph.x
        if glyph.y:
            yield from flushed()
            yield [glyph.y, Op.textrise]
        if glyph.kern:
            run.append(glyph.kern)
        run.append(code)
        if glyph.y:
            yield from flushed()
            yield [0, Op.textrise]
    yield from flushed()
    yield [Op.end_text]
