"""The atlas: one PDF of many parcels. First where they all lie and an index of them, then the sheet of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.figures import figure
from planner.sheets import fonts, labels, marks
from planner.sheets.block import cut_fields, draw_block, draw_foot, draw_title
from planner.sheets.canvas import GREY, INK, Align, Canvas, Stroke, canvas
from planner.sheets.column import Part
from planner.sheets.continued import continued, draw_continued, in_full
from planner.sheets.furniture import (
    BODY,
    HEAD,
    SMALL,
    draw_frame,
    draw_legend,
    draw_scale,
    holds,
    leading,
    rules,
    unseen,
    write,
)
from planner.sheets.ground import PARCEL, Entry, Ground, ground_of, put
from planner.sheets.index_map import FIT as INDEX_FIT
from planner.sheets.index_map import draw_index
from planner.sheets.map_sheet import pages as map_pages
from planner.sheets.paper import Box, Paper, paper_named
from planner.sheets.parcel_sheet import FIT as PARCEL_FIT
from planner.sheets.plane import Fit, Plane, Window, plane, window
from planner.sheets.printing import Page, printed
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice, own_notes, voice_of
from planner.text import N_, Text
from planner.verdict import Verdict

FIT = Fit(tuple(sorted({*PARCEL_FIT.scales, *INDEX_FIT.scales})), 0.9)
COLUMNS = 3  # of the index on a page of its own
HEADS = (N_("No."), N_("Parcel"), N_("Map sheet no."), N_("Area in mu"), N_("Page"))
SUMMED = N_("The total is the sum of the areas as printed.")
UNNUMBERED = N_("Numbers without room on the map: {count}; the index holds them all.")


@dataclass(frozen=True)
class Leaf:
    """A parcel of the atlas: its name, its area in mu as its page prints it, its verdict (None where none is given),
    its land (EPSG:4490), and the national map sheets it lies on."""

    name: str
    mu: Decimal
    verdict: Verdict | None
    shape: BaseGeometry
    on_sheets: str | Text = ""


def draw(
    overview: Sheet, leaves: Sequence[Leaf], sheets: Sequence[Callable[[], Sheet]], path: Path, *, paper: str = "A3",
    scale: int | None = None, pen: Callable[..., list[Page]] = map_pages,
    drawn: Callable[[int, int], object] = lambda page, pages: None,
) -> Path:
    """Write the atlas: ``sheets`` make those of the leaves in order, ``pen`` the pages of each. Every sheet is made
    twice, once to count its pages and once to draw it, so that no more than one is held. ``drawn`` is told each page.

    Raises PaperUnknown, PlaneUnsuitable, and as the pen for each parcel.
    """
    many = [len(pen(make(), paper, scale)) for make in sheets]
    first = front(overview, leaves, paper, many)
    count = len(first) + sum(many)

    def pages() -> Iterator[Page]:
        number = 0
        for page in first:
            number += 1
            drawn(number, count)
            yield page
        for make in sheets:
            for page in pen(make(), paper, scale, before=number, whole=count):
                number += 1
                drawn(number, count)
                yield page

    return printed(pages(), overview, path)[0]


def front(overview: Sheet, leaves: Sequence[Leaf], paper: str, many: Sequence[int]) -> list[Page]:
    """The pages before those of the parcels: the map with as much of the index as stands beside it, then the rest.
    ``many`` are the pages of each parcel."""
    sized, voice = paper_named(paper), voice_of(overview)
    beside = _rows_beside(sized, voice)
    per_page = COLUMNS * _rows(sized.list, sized.unit, voice)
    more = max(0, -(-(len(leaves) - beside) // per_page))
    land = _land(overview, sized, leaves, voice)
    fields = cut_fields(sized, overview, land.view.scale, voice)
    cut = [in_full(fields), _notes_cut(overview, sized, len(leaves), voice)]
    columns = continued(sized, voice, cut, unseen(land.legend, sized))
    before = 1 + more + len(columns)
    starts = accumulate(many, initial=before + 1)
    rows = [_Row(number, leaf, start) for number, (leaf, start) in enumerate(zip(leaves, starts, strict=False), 1)]
    counted = [replace(overview, page=n, pages=before + sum(many)) for n in range(1, before + 1)]
    rest = [rows[beside + i * per_page : beside + (i + 1) * per_page] for i in range(more)]
    found: list[Page] = [partial(_map_page, counted[0], sized, land, rows, voice)]
    found += [partial(_list_page, sheet, sized, part, voice) for sheet, part in zip(counted[1:], rest, strict=False)]
    return [*found, *(partial(draw_continued, sheet, sized, voice, part, land.view)
                      for sheet, part in zip(counted[1 + more :], columns, strict=True))]


@dataclass(frozen=True)
class _Land:
    """What the overview shows: where, all land beneath, the parcels in metres from the frame's corner, the legend."""

    flat: Plane
    view: Window
    ground: Ground
    parcels: np.ndarray
    legend: Sequence[Entry]


def _land(sheet: Sheet, sized: Paper, leaves: Sequence[Leaf], voice: Voice) -> _Land:
    flat = plane(sheet.plane_crs)
    shapes = flat.flat(np.array([leaf.shape for leaf in leaves], dtype=object))
    view = window(shapely.box(*shapely.total_bounds(shapes)), sized.frame_mm, fit=FIT)
    ground = ground_of(sheet, flat, view, voice)
    own = [Entry(voice.word(N_("Parcels of this atlas")), PARCEL), *(
        Entry(voice.word(marks.word(one)), marks.area_stroke(one), "area", one)
        for one in sorted({leaf.verdict for leaf in leaves if leaf.verdict is not None}, reverse=True))]
    placed = shapely.transform(shapes, lambda at: at - (view.east, view.north))
    return _Land(flat, view, ground, placed, [*own, *ground.entries])


def _notes(sheet: Sheet, left_out: int) -> list[Text]:
    return [Text(SUMMED), *([Text(UNNUMBERED, count=left_out)] if left_out else []), *sheet.cautions, *own_notes(sheet)]


def _notes_cut(sheet: Sheet, sized: Paper, count: int, voice: Voice) -> Part:
    """The notes of the overview where its panel cuts them."""
    notes = _notes(sheet, 0)
    said = _spoken([*notes, Text(UNNUMBERED, count=count)], voice)
    return Part(N_("Notes"), texts=[] if holds(said, _notes_room(sized), SMALL * sized.unit, sized.unit) else notes)


def _spoken(notes: Sequence[Text], voice: Voice) -> str:
    return "\n".join(voice.lines(note) for note in notes)


def _notes_room(sized: Paper) -> Box:
    inner = sized.panel.inset(3.0 * sized.unit)
    return Box(inner.x, inner.y, inner.w, sized.panel.y + _notes_height(sized.unit) - inner.y - 1.0 * sized.unit)


@dataclass(frozen=True)
class _Row:
    number: int
    leaf: Leaf
    page: int


# ---------------------------------------------------------------- pages
def _map_page(sheet: Sheet, sized: Paper, land: _Land, rows: Sequence[_Row], voice: Voice) -> Canvas:
    flat, view, made = land.flat, land.view, canvas(sized, land.view)
    put(made, land.ground)
    for verdict in sorted({row.leaf.verdict for row in rows if row.leaf.verdict is not None}):
        own = [shape for shape, row in zip(land.parcels, rows, strict=True) if row.leaf.verdict == verdict]
        made.ground(own, marks.area_stroke(verdict), 20.0)
    made.ground(land.parcels, PARCEL, 21.0)
    left_out = _numbers(made, [view.mm(1.0) * shapely.get_coordinates(one.representative_point())[0]
                               for one in land.parcels], rows)
    draw_frame(made, view)
    draw_title(made, sheet, voice)
    draw_scale(made, view, flat, voice)
    draw_index(made, sheet, flat, view, voice)
    draw_legend(made, land.legend, voice)
    _panel(made, rows, _notes(sheet, left_out), voice)
    draw_block(made, sheet, view, voice)
    return made


def _list_page(sheet: Sheet, sized: Paper, rows: Sequence[_Row], voice: Voice) -> Canvas:
    made, box, u = canvas(sized, None), sized.list, sized.unit
    draw_title(made, replace(sheet, title=Text(N_("{title}: index, continued"), title=sheet.title)), voice)
    made.box(box, Stroke(edge=INK, width=0.15))
    many, wide = _rows(box, u, voice), box.w / COLUMNS
    for column in range(COLUMNS):
        part = rows[column * many : (column + 1) * many]
        if part:
            _index(made, part, Box(box.x + column * wide, box.y, wide, box.h).inset(3.0 * u, 2.0 * u), voice)
    draw_foot(made, sheet, sized.foot, voice)
    return made


def _row_height(unit: float) -> float:
    return leading(BODY * unit) * 1.12


def _heads_height(unit: float, voice: Voice) -> float:
    """Of the heads of the index: a line in each language."""
    return max(_row_height(unit), len(voice.tongues) * leading(SMALL * unit) + 0.5 * unit)


def _rows(box: Box, unit: float, voice: Voice) -> int:
    """Lines of the index that a box holds below its heads."""
    return int((box.h - 4.0 * unit - _heads_height(unit, voice)) / _row_height(unit))


def _head_height(unit: float) -> float:
    """Of what stands above the index beside the map."""
    return 34.0 * unit


def _notes_height(unit: float) -> float:
    """Of the notes below it."""
    return 16.0 * unit


def _rows_beside(sized: Paper, voice: Voice) -> int:
    panel, u = sized.panel, sized.unit
    return _rows(Box(panel.x, panel.y, panel.w, panel.h - _head_height(u) - _notes_height(u)), u, voice)


def _panel(made: Canvas, rows: Sequence[_Row], notes: Sequence[Text], voice: Voice) -> None:
    """How many parcels of which verdict and how large together, then the index, then what has to be said."""
    box, u = made.paper.panel, made.unit
    made.box(box, Stroke(edge=INK, width=0.15))
    inner = box.inset(3.0 * u)
    total = sum((row.leaf.mu for row in rows), Decimal(0))
    said = voice.line(Text(N_("{count} parcels, {mu} together"), count=len(rows), mu=figure(total, "mu")))
    top = inner.top - leading(10.5 * u)
    size = min(10.5 * u, 10.5 * u * inner.w / max(fonts.width(said, 10.5 * u), 0.1))
    made.text(inner.x, top, said, size)
    counts = Counter(row.leaf.verdict for row in rows if row.leaf.verdict is not None)
    step = 4.6 * u
    for i, verdict in enumerate(sorted(counts, reverse=True)):
        base = top - (i + 1) * step - 1.0 * u
        marks.sign(made, Box(inner.x, base - 0.3 * u, 2.8 * u, 2.8 * u), verdict)
        made.text(inner.x + 5.0 * u, base, f"{voice.word(marks.word(verdict))}  {counts[verdict]}", BODY * u)
    low = box.y + _notes_height(u)
    index = Box(inner.x, low, inner.w, inner.top - _head_height(u) - low)
    _index(made, rows[: _rows_beside(made.paper, voice)], index, voice)
    write(made, _spoken(notes, voice), _notes_room(made.paper), SMALL * u, GREY)


def _index(made: Canvas, rows: Sequence[_Row], box: Box, voice: Voice) -> None:
    """Number, sign of the verdict, name, map sheets, area and page of each parcel, below their heads."""
    u, step, size = made.unit, _row_height(made.unit), BODY * made.unit
    left, name = box.x + 8.0 * u, box.x + 15.0 * u  # right edge of the number, left edge of the name
    page, area = box.right, box.right - 11.0 * u
    on, wide = area - 22.0 * u, 27.0 * u  # right edge and room of the map sheets
    base = box.top - _heads_height(u, voice)
    for head, at, align in zip(HEADS, (box.x, name, on, area, page), ("left", "left", *["right"] * 3), strict=True):
        for i, line in enumerate(reversed(voice.each(Text(head)))):
            made.text(at, base + i * leading(SMALL * u), line, SMALL * u, colour=GREY, align=cast(Align, align))
    made.line([(box.x, base - 0.25 * step), (box.right, base - 0.25 * step)], INK, 0.2)
    for row in rows:
        base -= step
        made.text(left, base, str(row.number), size, align="right")
        if row.leaf.verdict is not None:
            marks.sign(made, Box(left + 2.2 * u, base - 0.3 * u, 2.6 * u, 2.6 * u), row.leaf.verdict)
        sheets = voice.each(row.leaf.on_sheets)[0] if row.leaf.on_sheets else ""
        room = on - (wide if sheets else 0.0) - 2.0 * u - name
        made.text(name, base, fonts.shortened(voice.name(row.leaf.name), size, room), size)
        small = min(0.9 * size, 0.9 * size * wide / max(fonts.width(sheets, 0.9 * size), 0.1))
        made.text(on, base, sheets, small, align="right")
        made.text(area, base, f"{row.leaf.mu:,}", size, align="right")
        made.text(page, base, str(row.page), size, align="right")
        rules(made, [base - 0.25 * step], box.x, box.right)


def _numbers(made: Canvas, middles: Sequence[np.ndarray], rows: Sequence[_Row]) -> int:
    """The number of each parcel on its land or beside it. Returns how many found no room."""
    frame, size = made.paper.frame, HEAD * 0.72 * made.unit
    taken = labels.Taken(frame.inset(0.4), shapely.Polygon())
    left_out = 0
    for middle, row in zip(middles, rows, strict=True):
        said = str(row.number)
        wide, high = fonts.width(said, size) + 0.8, labels.height(size)
        at = (frame.x + float(middle[0]), frame.y + float(middle[1]))
        for spot in _beside(at, wide, high):
            if taken.free(area := labels.plate(spot, wide, high)):
                made.box(Box(spot[0] - wide / 2, spot[1] - high / 2, wide, high), Stroke("#ffffff", 0.75), zorder=9)
                made.text(spot[0], spot[1] - 0.36 * size * fonts.MM_PER_PT, said, size, align="center")
                taken.take(area)
                break
        else:
            left_out += 1
    return left_out


def _beside(at: labels.Spot, wide: float, high: float) -> Iterator[labels.Spot]:
    yield at
    for x, y in ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1)):
        yield at[0] + x * 1.1 * wide, at[1] + y * 1.1 * high
