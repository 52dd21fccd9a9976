"""Title above, title block below: what names a sheet, and what an office signs."""

from __future__ import annotations

from collections.abc import Sequence

from planner.sheets import fonts
from planner.sheets.canvas import GREY, INK, Canvas, Stroke
from planner.sheets.furniture import SMALL, number
from planner.sheets.paper import Box
from planner.sheets.plane import Window
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice
from planner.text import N_, Text

STAMP = "#b3261e"
_VALUE_PT = (7.6, 4.9)  # the largest and the smallest type of a cell's value, on A3
ILLUSTRATIVE = N_("Illustrative: contains invented data")


def draw_title(canvas: Canvas, sheet: Sheet, voice: Voice) -> None:
    """Title in the middle, the office's sign, its name and the class at the right, the stamp of invented data at the
    left."""
    box, u = canvas.paper.title, canvas.unit
    side = box.w * 0.21
    if sheet.illustrative:
        _stamp(canvas, Box(box.x, box.y + 6 * u, side - 3 * u, 9 * u), voice)
    room = box.w - 2 * side
    lines, size = fitted(voice.lines(sheet.title), 18 * u, 9.5 * u, room, box.h - 4 * u)
    step = size * fonts.MM_PER_PT * 1.25
    top = box.y + box.h / 2 + len(lines) * step / 2 + u
    for i, line in enumerate(lines):
        canvas.text(box.x + box.w / 2, top - (i + 0.8) * step, line, size, align="center")
    block = sheet.title_block
    right = [said for said in (voice.line(block.classification), voice.line(block.office)) if said]
    edge = box.right
    if block.logo:
        edge = canvas.picture(block.logo, Box(box.right - side / 2, box.y + 3 * u, side / 2, box.h - 5 * u)).x - 2 * u
    said, small = fitted("\n".join(right), 8.0 * u, 5.0 * u, edge - (box.right - side) - 3 * u, box.h - 4 * u)
    for i, line in enumerate(said):
        canvas.text(edge, box.top - 5 * u - i * small * fonts.MM_PER_PT * 1.3, line, small, align="right")


def fitted(
    said: str, largest: float, smallest: float, wide: float, high: float, u: float = 1.0
) -> tuple[list[str], float]:
    """Lines and type size at which a text fills a room: as large as may be, cut only at the smallest; sizes in pt at
    a unit ``u``."""
    size, smallest = largest * u, smallest * u
    while True:
        most = _lines(size, high)
        lines = fonts.wrapped(said, size, wide)
        if len(lines) <= most or size <= smallest:
            return fonts.wrapped(said, size, wide, most), size
        size = max(smallest, size * 0.9)


def _lines(size: float, high: float) -> int:
    """How many lines of a type a height holds, one at least."""
    return max(1, int(high / (size * fonts.MM_PER_PT * 1.25)))


def _stamp(canvas: Canvas, box: Box, voice: Voice) -> None:
    lines, size = fitted(voice.lines(Text(ILLUSTRATIVE)), 9 * canvas.unit, 5 * canvas.unit, box.w - 4, box.h - 1.5)
    step = size * fonts.MM_PER_PT * 1.25
    wide = max(fonts.width(line, size) for line in lines) + 4
    frame = Box(box.x, box.y + box.h / 2 - (len(lines) * step + 2) / 2, wide, len(lines) * step + 2)
    canvas.box(frame, Stroke(edge=STAMP, width=0.4))
    for i, line in enumerate(lines):
        canvas.text(frame.x + wide / 2, frame.top - 1 - (i + 0.8) * step, line, size, colour=STAMP, align="center")


def draw_block(canvas: Canvas, sheet: Sheet, view: Window, voice: Voice, *, upright: bool = False) -> None:
    """Cells to be read and signed, and a box for the seal; ``upright`` in few long lines, without what stands above
    the map."""
    box, u = canvas.paper.block, canvas.unit
    canvas.box(box, Stroke(edge=INK, width=0.35), zorder=8)
    seal = Box(box.right - 36 * u, box.y + 6 * u, 36 * u, box.h - 6 * u)
    canvas.box(seal, Stroke(edge=INK, width=0.15))
    canvas.text(seal.x + 2 * u, seal.top - 4.2 * u, voice.word(N_("Official seal")), SMALL * u, colour=GREY)
    fields, per_line = _fields(sheet, view, voice), 4 if upright else 2
    draw_cells(canvas, Box(box.x, seal.y, box.w - seal.w, seal.h), fields[: -3 if upright else None], per_line)
    draw_foot(canvas, sheet, Box(box.x, box.y, box.w, 6 * u), voice)


def draw_foot(canvas: Canvas, sheet: Sheet, box: Box, voice: Voice) -> None:
    """The last line of a page: its seal, when it was printed, which page of how many."""
    size, u = 6 * canvas.unit, canvas.unit
    page = f"{voice.word(N_('Page'))} {sheet.page} / {sheet.pages}"
    room = fonts.width(page, size)
    canvas.text(box.right - 2 * u, box.y + 2 * u, page, size, colour=GREY, align="right")
    at = sheet.printed_at.strftime("%Y-%m-%d %H:%M")
    said = f"{voice.word(N_('Run hash'))} {sheet.run_hash} · {voice.word(N_('printed'))} {at}"
    canvas.text(box.x + 2 * u, box.y + 2 * u, fonts.shortened(said, size, box.w - room - 7 * u), size, colour=GREY)


def _fields(sheet: Sheet, view: Window, voice: Voice) -> list[tuple[str, str]]:
    block, word = sheet.title_block, voice.word
    return [
        (word(N_("Drawn")), voice.line(block.maker)), (word(N_("Checked")), voice.line(block.checker)),
        (word(N_("Approved")), voice.line(block.approver)), (word(N_("Date")), sheet.printed_at.date().isoformat()),
        (word(N_("Scale")), f"1:{number(view.scale)}"), (word(N_("Data of")), voice.line(vintage(sheet))),
        (word(N_("Classification")), voice.line(block.classification)),
        (word(N_("Map review no.")), voice.line(block.review_number)),
        (word(N_("Parcel")), voice.name(sheet.parcel_id)), (word(N_("Office")), voice.line(block.office)),
        (word(N_("Map sheet no.")), voice.line(block.sheet_number or sheet.on_sheets or "")),
    ]


def vintage(sheet: Sheet) -> Text | str:
    """The days of the data drawn: of one age, or from the oldest to the newest."""
    dates = sorted({layer.as_of for layer in sheet.layers if layer.as_of})
    if not dates:
        return Text(N_("unknown date"))
    first, last = dates[0].isoformat(), dates[-1].isoformat()
    return first if first == last else f"{first} – {last}"


def draw_cells(canvas: Canvas, box: Box, fields: Sequence[tuple[str, str]], per_line: int) -> None:
    """Cells of a small grey label over its value; a long value wraps in smaller type before it is cut. A last cell
    that would be alone takes its whole line."""
    u = canvas.unit
    for cell, (label, value) in zip(cells_of(box, len(fields), per_line), fields, strict=True):
        canvas.box(cell, Stroke(edge=INK, width=0.12))
        small, room = 5.6 * u, _value_room(cell, u)
        canvas.text(cell.x + 1.4 * u, cell.top - 2.6 * u, fonts.shortened(label, small, room.w), small, colour=GREY)
        said, size = fitted(value, *_VALUE_PT, room.w, room.h, u)
        step = size * fonts.MM_PER_PT * 1.25
        top = room.y + (room.h + len(said) * step) / 2
        for n, line in enumerate(said):
            canvas.text(room.x, top - (n + 0.8) * step, line, size)


def cells_of(box: Box, count: int, per_line: int) -> list[Box]:
    """Where so many cells stand in a box."""
    lines = -(-count // per_line)
    high, wide = box.h / lines, box.w / per_line
    cells = [Box(box.x + (i % per_line) * wide, box.top - (i // per_line + 1) * high, wide, high)
             for i in range(count)]
    if count % per_line == 1:
        cells[-1] = Box(box.x, cells[-1].y, box.w, high)
    return cells


def cell_holds(cell: Box, value: str, u: float) -> bool:
    """Whether a cell prints all of a value."""
    room = _value_room(cell, u)
    return len(fonts.wrapped(value, _VALUE_PT[1] * u, room.w)) <= _lines(_VALUE_PT[1] * u, room.h)


def _value_room(cell: Box, u: float) -> Box:
    return Box(cell.x + 1.4 * u, cell.y + 0.5 * u, cell.w - 2.8 * u, cell.h - 3.4 * u)
