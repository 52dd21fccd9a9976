"""What stands around a map so that it can be measured: frame, grid, scale bar, north arrow, system, legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.sheets import fonts, marks
from planner.sheets.canvas import GREY, HAIR, INK, Canvas, Stroke
from planner.sheets.ground import Entry
from planner.sheets.paper import Box, Paper
from planner.sheets.plane import Plane, Window, grid, round_length
from planner.sheets.voice import Voice
from planner.text import N_, Text

BAR_MM = 54.0  # at most, for a scale bar on A3
BODY, SMALL, HEAD = 7.8, 6.5, 9.2  # pt on A3
SMALLEST = 4.9  # pt on A3: what would need smaller type is cut, and the cut shows
# Type, line and swatch of the legend shrink together, down to this, before an entry is left out.
LEAST_LABEL, TWO_LINES = 0.75, 0.68  # of the legend's type, for one long label: on a line, and on two
LEAST_LABEL_PT = 3.5  # no label of a legend is printed smaller
LEGEND_SIZES = (1.0, 0.92, 0.84, 0.76)
MORE = N_("… on the pages that follow: {count}")
SEA_LEVEL = N_("Heights: 1985 National Height Datum")
NORTH_EAST = N_("The arrow is grid north; true north lies {degrees:.2f}° east of it")
NORTH_WEST = N_("The arrow is grid north; true north lies {degrees:.2f}° west of it")
SYSTEM = N_("System: China Geodetic Coordinate System 2000")


def number(value: float) -> str:
    """Whole metres with thin groups, as surveyors write them."""
    return f"{value:,.0f}".replace(",", " ")


def leading(size: float) -> float:
    """From one baseline to the next, in mm."""
    return size * fonts.MM_PER_PT * 1.28


def draw_frame(canvas: Canvas, view: Window) -> None:
    """Neat line, crosses and ticks of the plane grid, their coordinates outside the line."""
    frame, size = canvas.paper.frame, 5.8 * canvas.unit
    canvas.box(frame, Stroke(edge=INK, width=0.35), zorder=8)
    outer = frame.inset(-6.0 * canvas.unit)
    canvas.box(outer, Stroke(edge=INK, width=0.15), zorder=8)
    easts, norths = grid(view)
    tick, gap = 1.6 * canvas.unit, 2.1 * canvas.unit
    xs = [(east, frame.x + view.mm(east - view.east)) for east in easts]
    ys = [(north, frame.y + view.mm(north - view.north)) for north in norths]
    for east, x in xs:
        for y, way in ((frame.top, 1), (frame.y, -1)):
            canvas.line([(x, y), (x, y + way * tick)])
            if _inside(x, fonts.width(number(east), size), frame.x, frame.right):
                low = y + gap if way > 0 else y - gap - 0.72 * size * fonts.MM_PER_PT
                canvas.text(x, low, number(east), size, colour=GREY, align="center")
    for north, y in ys:
        for x, way in ((frame.x, -1), (frame.right, 1)):
            canvas.line([(x, y), (x + way * tick, y)])
            if _inside(y, fonts.width(number(north), size), frame.y, frame.top):
                base = x - gap if way < 0 else x + gap + 0.72 * size * fonts.MM_PER_PT
                canvas.text(base, y, number(north), size, colour=GREY, align="center", turned=True)
    _crosses(canvas, [x for _, x in xs], [y for _, y in ys])


def _inside(at: float, wide: float, low: float, high: float) -> bool:
    return low <= at - wide / 2 and at + wide / 2 <= high


def _crosses(canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
    arm = 1.5 * canvas.unit
    for x in xs:
        for y in ys:
            canvas.line([(x - arm, y), (x + arm, y)], GREY, 0.12)
            canvas.line([(x, y - arm), (x, y + arm)], GREY, 0.12)


def draw_scale(canvas: Canvas, view: Window, plane: Plane, voice: Voice, *, system: bool = True) -> None:
    """North arrow, 1:N, the bar, and (unless it stands elsewhere on the page) in which system all this is."""
    box, u = canvas.paper.scale, canvas.unit
    canvas.box(box, Stroke(edge=INK, width=0.15))
    _north(canvas, Box(box.x + 4 * u, box.top - 17 * u, 8 * u, 14 * u), voice)
    said = f"{voice.word(N_('Scale'))} 1:{number(view.scale)}"
    canvas.text(box.x + 17 * u, box.top - 7 * u, fonts.shortened(said, 10 * u, box.w - 19 * u), 10 * u)
    _bar(canvas, Box(box.x + 18 * u, box.top - 14.5 * u, min(BAR_MM * u, box.w - 30 * u), 1.6 * u), view)
    turn = plane.true_north_deg(view.east + view.width_m / 2, view.north + view.height_m / 2)
    notes = [
        *([Text(SYSTEM), Text("{code} · {name}", code=plane.code, name=plane.name), Text(SEA_LEVEL)] if system else []),
        Text(NORTH_EAST if turn > 0 else NORTH_WEST, degrees=abs(turn)),
        Text(N_("Grid in metres; true to scale when printed at 100 %")),
    ]
    lines = "\n".join(voice.lines(text) for text in notes)
    write(canvas, lines, Box(box.x, box.y + u, box.w, box.h - 20 * u).inset(3 * u, 0), SMALL * u, GREY)


def write(canvas: Canvas, said: str, box: Box, size: float, colour: str = INK) -> float:
    """Wrapped text from the top of a box: in smaller type where there is much of it, cut only at the smallest. Returns
    the height used."""
    lines, size, _ = _set(said, box, size, canvas.unit)
    step = leading(size)
    for i, line in enumerate(lines):
        canvas.text(box.x, box.top - (i + 0.8) * step, line, size, colour=colour)
    return len(lines) * step


def holds(said: str, box: Box, size: float, unit: float) -> bool:
    """Whether ``write`` would print all of a text."""
    return _set(said, box, size, unit)[2]


def _set(said: str, box: Box, size: float, unit: float) -> tuple[list[str], float, bool]:
    """Lines, their size in pt, and whether nothing is cut."""
    while True:
        lines, most = fonts.wrapped(said, size, box.w), max(1, int(box.h / leading(size) + 1e-6))
        if len(lines) <= most or size <= SMALLEST * unit:
            return fonts.wrapped(said, size, box.w, most), size, len(lines) <= most
        size = max(SMALLEST * unit, size * 0.95)


def _north(canvas: Canvas, box: Box, voice: Voice) -> None:
    middle, foot = box.x + box.w / 2, box.y
    tip, notch = (middle, box.top - 4 * canvas.unit), (middle, foot + 2.2 * canvas.unit)
    canvas.polygon([tip, (box.x + box.w * 0.12, foot), notch], Stroke(INK, edge=INK, width=0.12))
    canvas.polygon([tip, (box.right - box.w * 0.12, foot), notch], Stroke("#ffffff", edge=INK, width=0.12))
    said = fonts.shortened(voice.word(N_("N")), 8 * canvas.unit, box.w + 4 * canvas.unit)
    canvas.text(middle, box.top - 3 * canvas.unit, said, 8 * canvas.unit, align="center")


def _bar(canvas: Canvas, box: Box, view: Window) -> None:
    """Four pieces of a round length, filled by turns; figures at start, middle and end."""
    whole = round_length(box.w * view.scale / 1_000.0)
    piece = view.mm(whole) / 4
    for i in range(4):
        fill = Stroke(INK if i % 2 == 0 else "#ffffff", edge=INK, width=0.12)
        canvas.box(Box(box.x + i * piece, box.y, piece, box.h), fill)
    unit, per = ("km", 1_000.0) if whole >= 2_000 else ("m", 1.0)
    for i in (0, 2, 4):
        figure = f"{whole / per * i / 4:g}" + (f" {unit}" if i == 4 else "")
        canvas.text(box.x + i * piece, box.y - 2.9 * canvas.unit, figure, 6.2 * canvas.unit, align="center")


def draw_legend(canvas: Canvas, entries: Sequence[Entry], voice: Voice) -> None:
    """The legend in columns, as many entries as find room; the rest is counted and stands on a page that follows."""
    box, u = canvas.paper.legend, canvas.unit
    canvas.box(box, Stroke(edge=INK, width=0.15))
    canvas.text(box.x + 3 * u, box.top - 5 * u, voice.word(N_("Legend")), HEAD * u)
    inner, laid = _inner(box, u), _laid(entries, canvas.paper)
    shown = entries[: _shown(entries, laid)]
    for i, entry in enumerate(shown):
        column, row = divmod(i, laid.rows)
        at = Box(inner.x + sum(laid.widths[:column]), inner.top - (row + 1) * laid.step, laid.widths[column], laid.step)
        _entry(canvas, entry, at, laid.size, laid.swatch)
    if len(shown) < len(entries):
        more = voice.line(Text(MORE, count=len(entries) - len(shown)))
        low = inner.top - (laid.rows - 0.32) * laid.step
        canvas.text(inner.x + sum(laid.widths[:-1]), low, more, laid.size, colour=GREY)


def unseen(entries: Sequence[Entry], paper: Paper) -> list[Entry]:
    """The entries that the legend of a paper does not show in full: cut ones, and those beyond its last line."""
    laid = _laid(entries, paper)
    shown = _shown(entries, laid)
    return [entry for i, entry in enumerate(entries) if i >= shown or not laid.whole[i]]


def _shown(entries: Sequence[Entry], laid: _Grid) -> int:
    """How many entries a legend shows: all of them, or as many as leave a line to say that more follow."""
    room = laid.rows * len(laid.widths)
    return len(entries) if len(entries) <= room else room - 1


def _inner(box: Box, u: float) -> Box:
    return Box(box.x + 3 * u, box.y + 1.2 * u, box.w - 6 * u, box.h - 8 * u)


def _laid(entries: Sequence[Entry], paper: Paper) -> _Grid:
    """The largest type in which every label is whole, else that in which every entry is there, else the smallest."""
    tried = [_grid(entries, _inner(paper.legend, paper.unit), share * paper.unit) for share in LEGEND_SIZES]
    complete = [one for one in tried if len(entries) <= one.rows * len(one.widths)]
    return next((one for one in complete if all(one.whole)), complete[0] if complete else tried[-1])


@dataclass(frozen=True)
class _Grid:
    """A way to lay out a legend: height of a line, type, width of a swatch, lines and widths of columns, in mm and pt;
    ``whole`` tells of each label that it is not cut."""

    step: float
    size: float
    swatch: float
    rows: int
    widths: Sequence[float]
    whole: Sequence[bool]


def _grid(entries: Sequence[Entry], inner: Box, unit: float) -> _Grid:
    step, size, swatch = 4.7 * unit, 6.8 * unit, 8.0 * unit
    rows, labels = int(inner.h / step), [entry.label for entry in entries]
    widths = _columns(labels, rows, size, swatch, inner.w)
    rooms = [widths[min(i // rows, len(widths) - 1)] - (swatch if entry.stroke else 0.0) - 2.0
             for i, entry in enumerate(entries)]
    whole = [_set_label(label, size, room)[2] for label, room in zip(labels, rooms, strict=True)]
    return _Grid(step, size, swatch, rows, widths, whole)


def _set_label(label: str, size: float, room: float) -> tuple[list[str], float, bool]:
    """A label on its line, in smaller type or on two lines where it is long: lines, their size in pt, whether nothing
    is cut."""
    wide = fonts.width(label, size)
    if max(LEAST_LABEL, LEAST_LABEL_PT / size) * wide <= room:
        return [label], min(size, size * room / max(wide, 0.1)), True
    small = max(TWO_LINES * size, LEAST_LABEL_PT)
    return fonts.wrapped(label, small, room, 2), small, len(fonts.wrapped(label, small, room)) <= 2


def _columns(labels: Sequence[str], rows: int, size: float, swatch: float, room: float) -> list[float]:
    """Widths of the columns: each as wide as its labels (within reason), as many as fit the room."""
    widths: list[float] = []
    for start in range(0, len(labels), rows):
        longest = max(fonts.width(label, size) for label in labels[start : start + rows])
        wide = min(longest + swatch + 3.0, room / 2 if len(labels) > rows else room)
        if sum(widths) + wide > room:
            break
        widths.append(wide)
    return widths or [room]


def _entry(canvas: Canvas, entry: Entry, at: Box, size: float, aside: float) -> None:
    left, colour = (at.x, GREY) if entry.stroke is None else (at.x + aside, INK)
    if entry.stroke is not None:
        swatch(canvas, entry, Box(at.x, at.y + at.h * 0.17, aside * 0.78, at.h * 0.66))
    lines, small, _ = _set_label(entry.label, size, at.right - left - 2.0)
    step = min(small * fonts.MM_PER_PT * 1.2, at.h / 2)
    base = at.y + 0.32 * at.h if len(lines) == 1 else at.y + (at.h + step) / 2 - 0.28 * step
    for i, line in enumerate(lines):
        canvas.text(left, base - i * step, line, small, colour=colour)


def swatch(canvas: Canvas, entry: Entry, box: Box) -> None:
    """How an entry of the legend looks on the map, in a box."""
    stroke = entry.stroke or Stroke()
    middle = box.y + box.h / 2
    if entry.shape == "line":
        canvas.line([(box.x, middle), (box.right, middle)], stroke.edge or GREY, max(stroke.width, 0.15))
    elif entry.shape == "corner":
        canvas.polygon(marks.circle(Box(box.x + box.w / 2 - 0.4, middle - 0.4, 0.8, 0.8)), stroke)
    elif entry.shape == "point":
        side = box.h * 0.6
        canvas.box(Box(box.x + box.w / 2 - side / 2, middle - side / 2, side, side), stroke)
    else:
        canvas.box(box, stroke)
    if entry.sign is not None:
        size = box.h * 0.74
        spot = Box(box.x + box.w / 2 - size / 2, middle - size / 2, size, size)
        canvas.box(spot.inset(-0.25), Stroke("#ffffff"), zorder=4)
        marks.sign(canvas, spot, entry.sign)


def rules(canvas: Canvas, ys: Iterable[float], x: float, right: float) -> None:
    """Thin lines across."""
    for y in ys:
        canvas.line([(x, y), (right, y)], HAIR, 0.1)
