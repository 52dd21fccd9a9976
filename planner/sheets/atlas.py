"""The atlas: one PDF of many parcels. First where they all lie and an index of them, then a page for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.figures import figure
from planner.sheets import fonts, labels, marks
from planner.sheets.block import draw_block, draw_foot, draw_title
from planner.sheets.canvas import GREY, INK, Canvas, Stroke, canvas
from planner.sheets.furniture import BODY, HEAD, SMALL, draw_frame, draw_legend, draw_scale, leading, rules, write
from planner.sheets.ground import PARCEL, Entry, draw_ground
from planner.sheets.index_map import FIT as INDEX_FIT
from planner.sheets.index_map import draw_index
from planner.sheets.map_sheet import page as map_page
from planner.sheets.paper import Box, Paper, paper_named
from planner.sheets.parcel_sheet import FIT as PARCEL_FIT
from planner.sheets.plane import Fit, plane, window
from planner.sheets.printing import Page, printed
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice, own_notes, voice_of
from planner.text import N_, Text
from planner.verdict import Verdict

FIT = Fit(tuple(sorted({*PARCEL_FIT.scales, *INDEX_FIT.scales})), 0.9)
COLUMNS = 3  # of the index on a page of its own
HEADS = (N_("No."), N_("Parcel"), N_("Area in mu"), N_("Page"))
SUMMED = N_("The total is the sum of the areas as printed.")
UNNUMBERED = N_("Numbers without room on the map: {count}; the index holds them all.")


@dataclass(frozen=True)
class Leaf:
    """A parcel of the atlas: its name, its area in mu as its page prints it, its verdict, its land (EPSG:4490)."""

    name: str
    mu: Decimal
    verdict: Verdict
    shape: BaseGeometry


def draw(
    overview: Sheet, leaves: Sequence[Leaf], sheets: Iterable[Sheet], path: Path, *, paper: str = "A3",
    scale: int | None = None, drawn: Callable[[int, int], object] = lambda page, pages: None,
) -> Path:
    """Write the atlas: ``sheets`` are those of the leaves in order, taken one by one; ``drawn`` is told each page.

    Raises PaperUnknown, PlaneUnsuitable, and as the map sheet for each parcel.
    """
    first = front(overview, leaves, paper)
    count = len(first) + len(leaves)

    def pages() -> Iterator[Page]:
        for number, page in enumerate(first, start=1):
            drawn(number, count)
            yield page
        for number, sheet in enumerate(sheets, start=len(first) + 1):
            drawn(number, count)
            yield partial(map_page, replace(sheet, page=number, pages=count), paper, scale)

    return printed(pages(), overview, path)[0]


def front(overview: Sheet, leaves: Sequence[Leaf], paper: str) -> list[Page]:
    """The pages before those of the parcels: the map with as much of the index as stands beside it, then the rest."""
    sized, voice = paper_named(paper), voice_of(overview)
    beside = _rows_beside(sized)
    per_page = COLUMNS * _rows(sized.list, sized.unit)
    more = max(0, -(-(len(leaves) - beside) // per_page))
    before = 1 + more
    rows = [_Row(number, leaf, before + number) for number, leaf in enumerate(leaves, start=1)]
    counted = [replace(overview, page=n, pages=before + len(leaves)) for n in range(1, before + 1)]
    rest = [rows[beside + i * per_page : beside + (i + 1) * per_page] for i in range(more)]
    plane(overview.plane_crs)  # what cannot be drawn is refused before the first page
    return [partial(_map_page, counted[0], sized, rows, voice), *(
        partial(_list_page, sheet, sized, part, voice) for sheet, part in zip(counted[1:], rest, strict=True))]


@dataclass(frozen=True)
class _Row:
    number: int
    leaf: Leaf
    page: int


# ---------------------------------------------------------------- pages
def _map_page(sheet: Sheet, sized: Paper, rows: Sequence[_Row], voice: Voice) -> Canvas:
    flat = plane(sheet.plane_crs)
    shapes = flat.flat(np.array([row.leaf.shape for row in rows], dtype=object))
    view = window(shapely.box(*shapely.total_bounds(shapes)), sized.frame_mm, fit=FIT)
    made = canvas(sized, view)
    entries = draw_ground(made, sheet, flat, view, voice)
    placed = shapely.transform(shapes, lambda at: at - (view.east, view.north))
    for verdict in sorted({row.leaf.verdict for row in rows}):
        own = [shape for shape, row in zip(placed, rows, strict=True) if row.leaf.verdict == verdict]
        made.ground(own, marks.area_stroke(verdict), 20.0)
    made.ground(placed, PARCEL, 21.0)
    left_out = _numbers(made, [view.mm(1.0) * shapely.get_coordinates(one.representative_point())[0]
                               for one in placed], rows)
    draw_frame(made, view)
    draw_title(made, sheet, voice)
    draw_scale(made, view, flat, voice)
    draw_index(made, sheet, flat, view, voice)
    own_legend = [Entry(voice.word(N_("Parcels of this atlas")), PARCEL), *(
        Entry(voice.word(marks.word(one)), marks.area_stroke(one), "area", one)
        for one in sorted({row.leaf.verdict for row in rows}, reverse=True))]
    draw_legend(made, [*own_legend, *entries], voice)
    notes = [Text(SUMMED), *([Text(UNNUMBERED, count=left_out)] if left_out else []), *sheet.cautions,
             *own_notes(sheet)]
    _panel(made, rows, notes, voice)
    draw_block(made, sheet, view, voice)
    return made


def _list_page(sheet: Sheet, sized: Paper, rows: Sequence[_Row], voice: Voice) -> Canvas:
    made, box, u = canvas(sized, None), sized.list, sized.unit
    draw_title(made, replace(sheet, title=Text(N_("{title}: index, continued"), title=sheet.title)), voice)
    made.box(box, Stroke(edge=INK, width=0.15))
    many, wide = _rows(box, u), box.w / COLUMNS
    for column in range(COLUMNS):
        part = rows[column * many : (column + 1) * many]
        if part:
            _index(made, part, Box(box.x + column * wide, box.y, wide, box.h).inset(3.0 * u, 2.0 * u), voice)
    draw_foot(made, sheet, sized.foot, voice)
    return made


def _row_height(unit: float) -> float:
    return leading(BODY * unit) * 1.12


def _rows(box: Box, unit: float) -> int:
    """Lines of the index that a box holds, its head not counted."""
    return int((box.h - 4.0 * unit) / _row_height(unit)) - 1


def _head_height(unit: float) -> float:
    """Of what stands above the index beside the map, and of the notes below it."""
    return 34.0 * unit


def _rows_beside(sized: Paper) -> int:
    panel = sized.panel
    return _rows(Box(panel.x, panel.y, panel.w, panel.h - _head_height(sized.unit) - 16.0 * sized.unit), sized.unit)


def _panel(made: Canvas, rows: Sequence[_Row], notes: Sequence[Text], voice: Voice) -> None:
    """How many parcels of which verdict and how large together, then the index, then what has to be said."""
    box, u = made.paper.panel, made.unit
    made.box(box, Stroke(edge=INK, width=0.15))
    inner = box.inset(3.0 * u)
    total = sum((row.leaf.mu for row in rows), Decimal(0))
    said = voice.line(Text(N_("{count} parcels, {mu} together"), count=len(rows), mu=figure(total, "mu")))
    top = inner.top - leading(10.5 * u)
    made.text(inner.x, top, fonts.shortened(said, 10.5 * u, inner.w), 10.5 * u)
    counts = Counter(row.leaf.verdict for row in rows)
    step = 4.6 * u
    for i, verdict in enumerate(sorted(counts, reverse=True)):
        base = top - (i + 1) * step - 1.0 * u
        marks.sign(made, Box(inner.x, base - 0.3 * u, 2.8 * u, 2.8 * u), verdict)
        made.text(inner.x + 5.0 * u, base, f"{voice.word(marks.word(verdict))}  {counts[verdict]}", BODY * u)
    low = box.y + 16.0 * u
    index = Box(inner.x, low, inner.w, inner.top - _head_height(u) - low)
    _index(made, rows[: _rows_beside(made.paper)], index, voice)
    spoken = "\n".join(voice.lines(note) for note in notes)
    write(made, spoken, Box(inner.x, inner.y, inner.w, low - inner.y - 1.0 * u), SMALL * u, GREY)


def _index(made: Canvas, rows: Sequence[_Row], box: Box, voice: Voice) -> None:
    """Number, sign of the verdict, name, area and page of each parcel, below their heads."""
    u, step, size = made.unit, _row_height(made.unit), BODY * made.unit
    ends = (box.x + 8.0 * u, box.right - 14.0 * u, box.right)  # right edges of number, area and page
    base = box.top - step
    heads = [voice.word(head) for head in HEADS]
    small = SMALL * u
    made.text(box.x, base, fonts.shortened(heads[0], small, 8.0 * u), small, colour=GREY)
    made.text(box.x + 15.0 * u, base, heads[1], small, colour=GREY)
    made.text(ends[1], base, fonts.shortened(heads[2], small, 34.0 * u), small, colour=GREY, align="right")
    made.text(ends[2], base, fonts.shortened(heads[3], small, 13.0 * u), small, colour=GREY, align="right")
    made.line([(box.x, base - 0.25 * step), (box.right, base - 0.25 * step)], INK, 0.2)
    for row in rows:
        base -= step
        made.text(ends[0], base, str(row.number), size, align="right")
        marks.sign(made, Box(ends[0] + 2.2 * u, base - 0.3 * u, 2.6 * u, 2.6 * u), row.leaf.verdict)
        area = f"{row.leaf.mu:,}"
        room = ends[1] - fonts.width(area, size) - 2.0 * u - (box.x + 15.0 * u)
        made.text(box.x + 15.0 * u, base, fonts.shortened(voice.name(row.leaf.name), size, room), size)
        made.text(ends[1], base, area, size, align="right")
        made.text(ends[2], base, str(row.page), size, align="right")
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
