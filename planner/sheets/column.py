"""Words and figures set in a column: parts under their headings become strips that no page divides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from planner.sheets import fonts, marks
from planner.sheets.canvas import GREY, INK, Canvas, Stroke
from planner.sheets.furniture import BODY, HEAD, SMALL, leading, rules
from planner.sheets.paper import Box
from planner.sheets.sheet import Row, Sheet
from planner.sheets.voice import Voice
from planner.text import N_, Text
from planner.verdict import Verdict, gravity

CONTINUED = N_("{heading} (continued)")
FIGURES_SHARE = 0.62  # of the panel's width, at most, for all columns of figures
STRIP_LINES = 24  # of a text that goes on in a strip of its own, so that every strip fits every column
VERDICT_LINES = 12  # of the first line a reader sees, at most


@dataclass(frozen=True)
class Part:
    """What stands under one heading, before it is measured: rows with their heads of figures, or sentences
    (``running``: one after another); and its weight where room is short."""

    heading: str
    rows: Sequence[Row] = ()
    columns: Sequence[Text] = ()
    texts: Sequence[Text] = ()
    running: bool = False
    weight: float = 1.0
    begins: bool = False  # on a page that follows: nothing of it stands before

    def only(self, places: Collection[int]) -> Part:
        """The part with those of its rows or sentences alone; of running sentences none is divided from the rest."""
        if self.running:
            return self
        return replace(self, rows=[row for i, row in enumerate(self.rows) if i in places],
                       texts=[text for i, text in enumerate(self.texts) if i in places])


@dataclass(frozen=True)
class Strip:
    """A piece of a section that is never divided: its height in mm, how to draw it (on a page, from the left, below a
    line), how grave what it says is, and of which row or sentence it is."""

    height: float
    draw: Callable[[Canvas, float, float], None]
    grave: float = 0.0
    of: int = 0


@dataclass(frozen=True)
class Section:
    """A part as it is set: its heading, the heading under which it goes on elsewhere, its strips."""

    part: Part
    heading: Strip
    again: Strip
    strips: Sequence[Strip]

    @property
    def height(self) -> float:
        return self.heading.height + sum(strip.height for strip in self.strips)

    def rest(self, shown: Collection[int]) -> Part:
        """What is left of the part when only some of its strips are drawn."""
        return self.part.only({strip.of for i, strip in enumerate(self.strips) if i not in shown})


@dataclass(frozen=True)
class Pen:
    """Measures and draws in a column ``width`` mm wide; ``unit`` is the size of its type."""

    voice: Voice
    width: float
    unit: float

    def sections(self, parts: Sequence[Part]) -> list[Section]:
        """The parts as they are set, empty ones left out."""
        return [self.section(part) for part in parts if part.rows or part.texts]

    def section(self, part: Part) -> Section:
        """One part as it is set."""
        if part.rows:
            return self._table(part)
        return self._made(part, [*(self._paragraph(part.texts) if part.running else self._sentences(part.texts))])

    def _made(
        self, part: Part, strips: Sequence[Strip], heads: Sequence[str] = (), rights: Sequence[float] = (),
        size: float = 0.0,
    ) -> Section:
        again = self._heading(Text(CONTINUED, heading=Text(part.heading)), heads, rights, size)
        return Section(part, self._heading(Text(part.heading), heads, rights, size), again, strips)

    def _headline(self, sheet: Sheet) -> tuple[float, float, list[str]]:
        """Of the first line a reader sees: the size of its sign, the room beside it, and all its lines."""
        u = self.unit
        sign = 5.0 * u if sheet.verdict is not None else 0.0
        room = self.width - 4.8 * u - (sign + 2.0 * u if sign else 0.0)
        return sign, room, fonts.wrapped(self.voice.lines(sheet.headline), 10.5 * u, room)

    def says_all(self, sheet: Sheet) -> bool:
        """Whether the first line is printed in full."""
        return len(self._headline(sheet)[2]) <= VERDICT_LINES

    def verdict(self, sheet: Sheet) -> tuple[float, Callable[[Canvas, float, float], None]]:
        """The first line a reader sees: the height it takes, and how to draw it below a line."""
        u = self.unit
        size, step, pad = 10.5 * u, leading(10.5 * u), 2.4 * u
        sign, room, every = self._headline(sheet)
        lines = [*every[: VERDICT_LINES - 1], fonts.ELLIPSIS] if len(every) > VERDICT_LINES else every
        high = len(lines) * step + 2 * pad
        colour = marks.colour(sheet.verdict) if sheet.verdict is not None else INK

        def draw(canvas: Canvas, left: float, top: float) -> None:
            box = Box(left, top - high, self.width, high)
            canvas.box(box, Stroke(edge=colour, width=0.5))
            if sheet.verdict is not None:
                marks.sign(canvas, Box(box.x + pad, box.top - pad - sign, sign, sign), sheet.verdict)
            for i, line in enumerate(lines):
                base = box.top - pad - (i + 0.8) * step
                canvas.text(box.right - pad - room, base, line, size, colour=colour)

        return high + 2.0 * u, draw

    def _heading(self, said: Text, columns: Sequence[str], rights: Sequence[float], size: float) -> Strip:
        """A heading with a line beneath it, and the heads of its columns of figures."""
        u = self.unit
        deep = max((column.count("\n") for column in columns), default=0)
        high = leading(HEAD * u) + 2.2 * u + deep * leading(size)
        wide = max((fonts.width(line, size) for line in columns[0].split("\n")), default=0.0) if columns else 0.0
        room = (rights[0] - wide if columns else self.width) - 1.0 * u
        words = self.voice.line(said)
        head = min(HEAD * u, HEAD * u * room / max(fonts.width(words, HEAD * u), 0.1))

        def draw(canvas: Canvas, left: float, top: float) -> None:
            base = top - high + 1.6 * u
            canvas.text(left, base, words, head)
            for column, right in zip(columns, rights, strict=True):
                for i, line in enumerate(reversed(column.split("\n"))):
                    canvas.text(left + right, base + i * leading(size), line, size, colour=GREY, align="right")
            canvas.line([(left, top - high + 0.6 * u), (left + self.width, top - high + 0.6 * u)], INK, 0.2)

        return Strip(high, draw)

    def _table(self, part: Part) -> Section:
        """Rows with one or several figures, right-aligned under their heads."""
        figures = [[self.voice.lines(figure) for figure in row.cells] for row in part.rows]
        heads = [self.voice.lines(column) for column in part.columns]
        size, rights, room = self._columns(figures, heads, BODY * self.unit)
        strips = [strip for i, (row, said) in enumerate(zip(part.rows, figures, strict=True))
                  for strip in self._row(i, row, said, size, rights, room)]
        return self._made(part, strips, heads, rights[-len(heads):] if heads else (), size * 0.85)

    def _columns(
        self, figures: Sequence[Sequence[str]], heads: Sequence[str], size: float
    ) -> tuple[float, list[float], float]:
        """Type size, right edge of each column of figures, and the room left of them."""
        count = max([len(heads), *(len(row) for row in figures)], default=0)
        wide = [0.0] * count
        for row in figures:
            for i, figure in enumerate(row, start=count - len(row)):
                wide[i] = max(wide[i], *(fonts.width(line, size) for line in figure.split("\n")))
        for i, head in enumerate(heads, start=count - len(heads)):
            wide[i] = max(wide[i], *(fonts.width(line, size * 0.85) for line in head.split("\n")))
        gap = 3.0 * self.unit
        whole = sum(wide) + gap * count
        if whole > self.width * FIGURES_SHARE:  # a figure is never cut: smaller type instead
            ratio = self.width * FIGURES_SHARE / whole
            size, wide, gap = size * ratio, [w * ratio for w in wide], gap * ratio
        rights: list[float] = []
        right = self.width
        for w in reversed(wide):
            rights.insert(0, right)
            right -= w + gap
        return size, rights, right

    def _row(
        self, of: int, row: Row, figures: Sequence[str], size: float, rights: Sequence[float], room: float
    ) -> Iterator[Strip]:
        """A row as one strip; a very long one goes on in others."""
        u = self.unit
        small, sign = SMALL * u, 2.6 * u if row.sign is not None else 0.0
        left = sign + 1.6 * u if sign else 0.0
        size_label = BODY * u if row.sign != Verdict.FITS else (BODY - 0.6) * u
        free = (room if figures else self.width) - left
        label = fonts.wrapped(self.voice.lines(row.label), size_label, free)
        said = self.voice.line(row.note) if row.note else ""
        after = fonts.width(label[-1], size_label) + 2.0 * u
        beside = said if figures and after + fonts.width(said, small) <= free else ""
        apart = self.voice.lines(row.note) if row.note and not beside else ""
        note = fonts.wrapped(apart, small, self.width - left) if apart else []
        step, note_step, grave = leading(BODY * u), leading(small), gravity(row.sign) if row.sign is not None else 0.0
        last = len(label) - 1
        deep = max((figure.count("\n") + 1 for figure in figures), default=0)
        lines = [*((line, size_label, step) for line in label), *([("", size_label, step)] * (deep - len(label))),
                 *((line, small, note_step) for line in note)]

        def strip(some: Sequence[tuple[str, float, float]], first: int) -> Strip:
            high = sum(line[2] for line in some) + 1.0 * u

            def draw(canvas: Canvas, x: float, top: float) -> None:
                if row.sign is not None and not first:
                    marks.sign(canvas, Box(x, top - 0.5 * u - 0.78 * step - 0.25 * u, sign, sign), row.sign)
                for figure, right in zip(figures, rights[len(rights) - len(figures):], strict=True):
                    for i, line in enumerate(figure.split("\n") if not first else ()):
                        canvas.text(x + right, top - 0.5 * u - (i + 0.78) * step, line, size, align="right")
                y = top - 0.5 * u
                for i, (line, type_, deep_) in enumerate(some, start=first):
                    share, colour = (0.78, INK) if deep_ == step else (0.8, GREY)
                    canvas.text(x + left, y - share * deep_, line, type_, colour=colour)
                    if i == last and beside:
                        canvas.text(x + left + after, y - share * deep_, beside, small, colour=GREY)
                    y -= deep_
                rules(canvas, [top - high], x, x + self.width)

            return Strip(high, draw, grave, of)

        for first in range(0, len(lines), STRIP_LINES):
            yield strip(lines[first : first + STRIP_LINES], first)

    def _sentences(self, texts: Sequence[Text]) -> Iterator[Strip]:
        """Sentences in small type; a very long one goes on in another strip."""
        for of, text in enumerate(texts):
            lines = fonts.wrapped(self.voice.lines(text), SMALL * self.unit, self.width)
            for first in range(0, len(lines), STRIP_LINES):
                yield self._lines(lines[first : first + STRIP_LINES], 0.5 * self.unit, of)

    def _paragraph(self, texts: Sequence[Text]) -> Iterator[Strip]:
        """Short sentences one after another, a paragraph in each language."""
        spoken = zip(*(self.voice.all(text) for text in texts), strict=True)
        said = "\n".join(dict.fromkeys("; ".join(sentences) for sentences in spoken))
        for line in fonts.wrapped(said, SMALL * self.unit, self.width) if said else []:
            yield self._lines([line], 0.0, 0)

    def _lines(self, lines: Sequence[str], gap: float, of: int) -> Strip:
        size = SMALL * self.unit
        step = leading(size)

        def draw(canvas: Canvas, left: float, top: float) -> None:
            for i, line in enumerate(lines):
                canvas.text(left, top - (i + 0.85) * step, line, size, colour=GREY)

        return Strip(len(lines) * step + gap, draw, 0.0, of)
