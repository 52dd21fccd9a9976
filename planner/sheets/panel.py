"""The case in words and figures beside the map: verdict, what it takes, quotas, findings, sources.

A section that does not find room is cut after whole rows and says how many are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.sheets import fonts, marks
from planner.sheets.canvas import GREY, INK, Canvas, Stroke
from planner.sheets.furniture import BODY, HEAD, SMALL, leading, rules
from planner.sheets.paper import Box
from planner.sheets.sheet import Row, Sheet
from planner.sheets.voice import Voice
from planner.text import N_, Text
from planner.verdict import Verdict

MORE_ROWS = N_("… rows left out: {count}")
FIGURES_SHARE = 0.62  # of the panel's width, at most, for all columns of figures
LABEL_LINES, NOTE_LINES = 6, 3
TYPE_SHARES = tuple(1.0 - 0.05 * i for i in range(12))  # of the panel's type, tried before rows are left out
LEAST_PT = 5.0  # no row is printed smaller
WHOLE = 1e6  # the weight of what is never cut


@dataclass(frozen=True)
class Strip:
    """A piece of a section that is never divided: its height in mm, how to draw it below a line, and how grave what it
    says is: the gravest are left out last."""

    height: float
    draw: Callable[[float], None]
    grave: int = 0


@dataclass(frozen=True)
class Section:
    """A heading with its rows, and its weight when room is short."""

    heading: Strip
    rows: Sequence[Strip]
    weight: float

    @property
    def height(self) -> float:
        return self.heading.height + sum(row.height for row in self.rows)


def draw_panel(canvas: Canvas, sheet: Sheet, voice: Voice, extra_notes: Sequence[Text]) -> int:
    """All sections, top to bottom, in smaller type where there is much to say. Returns how many rows found no room."""
    box = canvas.paper.panel
    canvas.box(box, Stroke(edge=INK, width=0.15))
    inner = box.inset(3.0 * canvas.unit)
    for share in (share for share in TYPE_SHARES if share == 1.0 or BODY * canvas.unit * share >= LEAST_PT):
        pen = _Pen(canvas, voice, inner, canvas.unit * share)
        sections = pen.sections(sheet, extra_notes)
        height, draw_verdict = pen.verdict(sheet)
        if sum(section.height for section in sections) <= inner.h - height:
            break
    draw_verdict(inner.top)
    top, lost = inner.top - height, 0
    for i, section in enumerate(sections):
        # Shared anew each time: what a cut section could not use goes to those below it.
        room = shares(sections[i:], top - inner.y, leading(SMALL * pen.unit))[0]
        top, missing = pen.section(section, top, room)
        lost += missing
    return lost


def shares(sections: Sequence[Section], room: float, least: float) -> list[float]:
    """Heights for sections: what each asks for if there is room, else the small whole and the large by weight."""
    given = [section.height for section in sections]
    open_, left = set(range(len(sections))), room
    if sum(given) <= room:
        return given
    while open_:
        weights = sum(sections[i].weight for i in open_)
        modest = {i for i in open_ if sections[i].height <= left * sections[i].weight / weights}
        if not modest:
            for i in open_:
                given[i] = max(left * sections[i].weight / weights, sections[i].heading.height + least)
            break
        left -= sum(sections[i].height for i in modest)
        open_ -= modest
    return given


def chosen(rows: Sequence[Strip], room: float, more: float) -> list[int]:
    """Which rows find room, in their order: all of them, else the gravest and of equals the first, with ``more`` kept
    free for saying that some are missing."""
    if sum(row.height for row in rows) <= room + 1e-6:
        return [*range(len(rows))]
    found, left = [], room - more + 1e-6
    for i in sorted(range(len(rows)), key=lambda i: (-rows[i].grave, i)):
        if rows[i].height > left:
            break
        found.append(i)
        left -= rows[i].height
    return sorted(found)


@dataclass(frozen=True)
class _Pen:
    canvas: Canvas
    voice: Voice
    box: Box
    unit: float

    def sections(self, sheet: Sheet, extra_notes: Sequence[Text]) -> list[Section]:
        """What stands below the verdict, empty sections left out."""
        others = [note for note in sheet.notes if note not in sheet.cautions]
        return [section for section in (
            self.lines(N_("To be noted"), sheet.cautions, WHOLE, most=99),
            self.table(N_("What the parcel takes"), sheet.takes, (), 2.5),
            self.table(N_("Quotas"), sheet.quotas, sheet.quota_columns, 2.5),
            self.table(N_("Findings"), sheet.findings, (), 4.0),
            self.lines(N_("Notes"), [*extra_notes, *others], 0.8),
            self.paragraph(N_("Sources"), sheet.sources, 1.0),
        ) if section.rows]

    def section(self, section: Section, top: float, room: float) -> tuple[float, int]:
        """Draw a section in a height. Returns the line below it and the rows left out."""
        u, floor = self.unit, top - room
        section.heading.draw(top)
        top -= section.heading.height
        more = leading(SMALL * u)
        shown = chosen(section.rows, top - floor, more)
        for i in shown:
            section.rows[i].draw(top)
            top -= section.rows[i].height
        lost = len(section.rows) - len(shown)
        if lost:
            said = self.voice.line(Text(MORE_ROWS, count=lost))
            self.canvas.text(self.box.x, top - 0.8 * more, said, SMALL * u, colour=GREY)
            top -= more
        return top, lost

    def verdict(self, sheet: Sheet) -> tuple[float, Callable[[float], None]]:
        """The first line a reader sees: the height it takes, and how to draw it below a line."""
        u = self.unit
        size, step = 10.5 * u, leading(10.5 * u)
        pad, sign = 2.4 * u, 5.0 * u if sheet.verdict is not None else 0.0
        room = self.box.w - 2 * pad - (sign + 2.0 * u if sign else 0.0)
        lines = fonts.wrapped(self.voice.lines(sheet.headline), size, room, 8)
        high = len(lines) * step + 2 * pad
        colour = marks.colour(sheet.verdict) if sheet.verdict is not None else INK

        def draw(top: float) -> None:
            box = Box(self.box.x, top - high, self.box.w, high)
            self.canvas.box(box, Stroke(edge=colour, width=0.5))
            if sheet.verdict is not None:
                marks.sign(self.canvas, Box(box.x + pad, box.top - pad - sign, sign, sign), sheet.verdict)
            for i, line in enumerate(lines):
                base = box.top - pad - (i + 0.8) * step
                self.canvas.text(box.right - pad - room, base, line, size, colour=colour)

        return high + 2.0 * u, draw

    def heading(
        self, msgid: str, columns: Sequence[str] = (), rights: Sequence[float] = (), size: float = 0.0
    ) -> Strip:
        """A heading with a line beneath it, and the heads of its columns of figures."""
        u = self.unit
        deep = max((column.count("\n") for column in columns), default=0)
        high = leading(HEAD * u) + 2.2 * u + deep * leading(size)

        def draw(top: float) -> None:
            base = top - high + 1.6 * u
            self.canvas.text(self.box.x, base, self.voice.word(msgid), HEAD * u)
            for column, right in zip(columns, rights, strict=True):
                lines = column.split("\n")
                for i, line in enumerate(reversed(lines)):
                    self.canvas.text(right, base + i * leading(size), line, size, colour=GREY, align="right")
            self.canvas.line([(self.box.x, top - high + 0.6 * u), (self.box.right, top - high + 0.6 * u)], INK, 0.2)

        return Strip(high, draw)

    def table(self, msgid: str, rows: Sequence[Row], columns: Sequence[Text], weight: float) -> Section:
        """Rows with one or several figures, right-aligned under their heads."""
        u = self.unit
        figures = [[self.voice.lines(figure) for figure in row.cells] for row in rows]
        heads = [self.voice.lines(column) for column in columns]
        size, rights, room = self._columns(figures, heads, BODY * u)
        strips = [self._row(row, said, size, rights, room) for row, said in zip(rows, figures, strict=True)]
        return Section(self.heading(msgid, heads, rights[-len(heads):] if heads else (), size * 0.85), strips, weight)

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
        if whole > self.box.w * FIGURES_SHARE:  # a figure is never cut: smaller type instead
            ratio = self.box.w * FIGURES_SHARE / whole
            size, wide, gap = size * ratio, [w * ratio for w in wide], gap * ratio
        rights: list[float] = []
        right = self.box.right
        for w in reversed(wide):
            rights.insert(0, right)
            right -= w + gap
        return size, rights, right - self.box.x

    def _row(self, row: Row, figures: Sequence[str], size: float, rights: Sequence[float], room: float) -> Strip:
        u = self.unit
        small, sign = SMALL * u, 2.6 * u if row.verdict is not None else 0.0
        left = self.box.x + (sign + 1.6 * u if sign else 0.0)
        size_label = BODY * u if row.verdict != Verdict.FITS else (BODY - 0.6) * u
        free = (room if figures else self.box.w) - (left - self.box.x)
        label = fonts.wrapped(self.voice.lines(row.label), size_label, free, LABEL_LINES)
        said = self.voice.line(row.note) if row.note else ""
        last, after = len(label) - 1, fonts.width(label[-1], size_label) + 2.0 * u
        beside = said if figures and after + fonts.width(said, small) <= free else ""
        apart = self.voice.lines(row.note) if row.note and not beside else ""
        note = fonts.wrapped(apart, small, self.box.right - left, NOTE_LINES) if apart else []
        step, note_step = leading(BODY * u), leading(small)
        label += [""] * (max((figure.count("\n") + 1 for figure in figures), default=0) - len(label))
        high = len(label) * step + len(note) * note_step + 1.0 * u

        def draw(top: float) -> None:
            first = top - 0.5 * u - 0.78 * step
            if row.verdict is not None:
                marks.sign(self.canvas, Box(self.box.x, first - 0.25 * u, sign, sign), row.verdict)
            for i, line in enumerate(label):
                self.canvas.text(left, first - i * step, line, size_label)
            self.canvas.text(left + after, first - last * step, beside, small, colour=GREY)
            for figure, right in zip(figures, rights[len(rights) - len(figures):], strict=True):
                for i, line in enumerate(figure.split("\n")):
                    self.canvas.text(right, first - i * step, line, size, align="right")
            for i, line in enumerate(note):
                below = top - 0.5 * u - len(label) * step - (i + 0.8) * note_step
                self.canvas.text(left, below, line, small, colour=GREY)
            rules(self.canvas, [top - high], self.box.x, self.box.right)

        return Strip(high, draw, int(row.verdict or 0))

    def lines(self, msgid: str, texts: Sequence[Text], weight: float, *, most: int = 8) -> Section:
        """Sentences in small type, each of at most so many lines."""
        u = self.unit
        said = [fonts.wrapped(self.voice.lines(text), SMALL * u, self.box.w, most) for text in texts]
        strips = [self._strip(lines, 0.5 * u) for lines in said]
        return Section(self.heading(msgid), strips, weight)

    def paragraph(self, msgid: str, texts: Sequence[Text], weight: float) -> Section:
        """Short sentences one after another, a paragraph in each language."""
        spoken = zip(*(self.voice.all(text) for text in texts), strict=True)
        said = "\n".join(dict.fromkeys("; ".join(sentences) for sentences in spoken))
        lines = fonts.wrapped(said, SMALL * self.unit, self.box.w) if said else []
        return Section(self.heading(msgid), [self._strip([line], 0.0) for line in lines], weight)

    def _strip(self, lines: Sequence[str], gap: float) -> Strip:
        size = SMALL * self.unit
        step = leading(size)

        def draw(top: float) -> None:
            for i, line in enumerate(lines):
                self.canvas.text(self.box.x, top - (i + 0.85) * step, line, size, colour=GREY)

        return Strip(len(lines) * step + gap, draw)
