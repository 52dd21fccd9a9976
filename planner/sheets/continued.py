"""The pages that follow a map: whatever found no room beside it, in columns, under the same title and title block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.sheets import fonts
from planner.sheets.block import Field, draw_block, draw_foot, draw_title
from planner.sheets.canvas import INK, Canvas, Stroke, canvas
from planner.sheets.column import Part, Pen, Section, Strip
from planner.sheets.furniture import leading, swatch
from planner.sheets.ground import Entry
from planner.sheets.paper import Box, Paper, Upright
from planner.sheets.plane import Window
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice
from planner.text import N_, Text

LEGEND, IN_FULL = N_("Legend"), N_("Written out in full")
LABEL_PT, SWATCH_MM = 6.8, 8.0  # of the legend, on A3


@dataclass(frozen=True)
class Column:
    """Where strips stand on a page, one below the other from the top of a box."""

    box: Box
    strips: Sequence[Strip]


def in_full(fields: Sequence[Field]) -> Part:
    """What a page cut, whole."""
    return Part(IN_FULL, texts=[Text("{what}: {said}", what=label, said=value) for label, value in fields], begins=True)


def columns_of(sized: Paper) -> list[Box]:
    """The columns of such a page: side by side below the title; the last one ends above the title block."""
    room = sized.list
    if isinstance(sized, Upright):
        wide = room.w / sized.columns
        return [Box(room.x + i * wide, room.y, wide, room.h) for i in range(sized.columns)]
    block = sized.block
    count = max(2, int(room.w / block.w))
    wide = room.w / count
    boxes = [Box(room.x + i * wide, sized.edge.y, wide, sized.title.y - sized.edge.y) for i in range(count)]
    last = boxes[-1]
    return [*boxes[:-1], Box(last.x, block.top, last.w, last.top - block.top)]


def continued(
    sized: Paper, voice: Voice, parts: Sequence[Part], entries: Sequence[Entry] = ()
) -> list[list[Column]]:
    """What is left of a sheet, laid out page by page; no page where nothing is left."""
    boxes = [box.inset(3.0 * sized.unit) for box in columns_of(sized)]
    pen = Pen(voice, boxes[0].w, sized.unit)
    sections = [*pen.sections(parts), *([_legend(pen, entries)] if entries else [])]
    pages: list[list[Column]] = []
    filled, left = 0, 0.0
    strips: list[Strip] = []
    for section in sections:
        for number, strip in enumerate(section.strips):
            first = section.heading if section.part.begins else section.again
            head = [first] if not number else []
            if not pages or sum(one.height for one in (*head, strip)) > left:
                if pages:
                    pages[-1].append(Column(boxes[filled % len(boxes)], strips))
                    filled += 1
                if filled % len(boxes) == 0:
                    pages.append([])
                head, strips = [section.again if number else first], []
                left = boxes[filled % len(boxes)].h
            strips += [*head, strip]
            left -= sum(one.height for one in (*head, strip))
    if pages:
        pages[-1].append(Column(boxes[filled % len(boxes)], strips))
    return pages


def draw_continued(sheet: Sheet, sized: Paper, voice: Voice, columns: Sequence[Column], view: Window | None) -> Canvas:
    """One of those pages: with the title block where there is a map (``view``) it belongs to."""
    made = canvas(sized, None)
    draw_title(made, replace(sheet, title=Text(N_("{title} (continued)"), title=sheet.title)), voice)
    for room in columns_of(sized):
        made.box(room, Stroke(edge=INK, width=0.15))
    for column in columns:
        top = column.box.top
        for strip in column.strips:
            strip.draw(made, column.box.x, top)
            top -= strip.height
    if view is not None:
        draw_block(made, sheet, view, voice)
    else:
        draw_foot(made, sheet, sized.foot, voice)
    return made


def _legend(pen: Pen, entries: Sequence[Entry]) -> Section:
    """The rest of a legend, one entry below the other."""
    section = pen.section(Part(LEGEND, texts=[Text("-")]))
    return replace(section, strips=[_entry(pen, entry) for entry in entries])


def _entry(pen: Pen, entry: Entry) -> Strip:
    u, size = pen.unit, LABEL_PT * pen.unit
    aside = SWATCH_MM * u if entry.stroke is not None else 0.0
    lines, step = fonts.wrapped(entry.label, size, pen.width - aside), leading(size)
    high = max(4.7 * u, len(lines) * step + 1.2 * u)

    def draw(canvas: Canvas, left: float, top: float) -> None:
        if entry.stroke is not None:
            swatch(canvas, entry, Box(left, top - 4.0 * u, aside * 0.78, 3.1 * u))
        for i, line in enumerate(lines):
            canvas.text(left + aside, top - 1.0 * u - (i + 0.7) * step, line, size)

    return Strip(high, draw)
