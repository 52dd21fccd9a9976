"""Title above, title block below: what names a sheet, and what an office signs."""

from __future__ import annotations

from collections.abc import Sequence

from planner.sheets import fonts
from planner.sheets.canvas import GREY, INK, Canvas, Stroke
from planner.sheets.furniture import SMALL, number
from planner.sheets.paper import Box, Paper
from planner.sheets.plane import Window
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice
from planner.text import N_, Text

STAMP = "#b3261e"
_VALUE_PT = (7.6, 4.9)  # the largest and the smallest type of a cell's value, on A3
_TITLE_PT, _CORNER_PT = (18.0, 7.0), (8.0, 5.0)  # of the title, and of office and class beside it
_TITLE_SHARE = 0.58  # of the width, between the stamp and the corner
Field = tuple[Text, Text | str]  # what a cell is called, what stands in it
ILLUSTRATIVE = N_("Illustrative: contains invented data")


def draw_title(canvas: Canvas, sheet: Sheet, voice: Voice) -> None:
    """Title in the middle, the office's sign, its name and the class at the right, the stamp of invented data at the
    left."""
    box, u = canvas.paper.title, canvas.unit
    room, side = _title_room(canvas.paper), _side(canvas.paper)
    if sheet.illustrative:
        _stamp(canvas, Box(box.x, box.y + 6 * u, side - 3 * u, 9 * u), voice)
    lines, size = fitted(voice.lines(sheet.title), *_TITLE_PT, room.w, room.h, u)
    step = size * fonts.MM_PER_PT * 1.25
    top = box.y + box.h / 2 + len(lines) * step / 2 + u
    for i, line in enumerate(lines):
        canvas.text(box.x + box.w / 2, top - (i + 0.8) * step, line, size, align="center")
    edge = box.right
    if sheet.title_block.logo:
        logo = Box(box.right - side / 2, box.y + 3 * u, side / 2, box.h - 5 * u)
        edge = canvas.picture(sheet.title_block.logo, logo).x - 2 * u
    said, small = fitted(_corner(sheet, voice), *_CORNER_PT, edge - (box.right - side) - 3 * u, room.h, u)
    for i, line in enumerate(said):
        canvas.text(edge, box.top - 5 * u - i * small * fonts.MM_PER_PT * 1.3, line, small, align="right")


def _side(paper: Paper) -> float:
    """The width beside a title, on each side."""
    return paper.title.w * (1 - _TITLE_SHARE) / 2


def _title_room(paper: Paper) -> Box:
    box, side = paper.title, _side(paper)
    return Box(box.x + side, box.y + 2 * paper.unit, box.w - 2 * side, box.h - 4 * paper.unit)


def _corner(sheet: Sheet, voice: Voice) -> str:
    """Class and office, a line each."""
    block = sheet.title_block
    return "\n".join(said for said in (voice.line(block.classification), voice.line(block.office)) if said)


def cut_fields(paper: Paper, sheet: Sheet, scale: int, voice: Voice, *, upright: bool = False) -> list[Field]:
    """What title, corner and title block of a page cannot print in full, to be written out on a page that follows."""
    u, room, block = paper.unit, _title_room(paper), sheet.title_block
    found: list[Field] = []
    if not _holds(voice.lines(sheet.title), _TITLE_PT[1] * u, room.w, room.h):
        found.append((Text(N_("Title of the sheet")), sheet.title))
    corner = _side(paper) * (0.5 if block.logo else 1.0) - (5 if block.logo else 3) * u
    if not _holds(_corner(sheet, voice), _CORNER_PT[1] * u, corner, room.h):
        found += [(Text(N_("Classification")), block.classification), (Text(N_("Office")), block.office)]
    fields = _fields(sheet, scale, upright)
    cells = cells_of(_cells_box(paper), len(fields), _per_line(upright))
    found += [field for field, cell in zip(fields, cells, strict=True) if not cell_holds(cell, voice.line(field[1]), u)]
    return list(dict(found).items())


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


def _holds(said: str, size: float, wide: float, high: float) -> bool:
    """Whether a room prints all of a text at a size in pt."""
    return len(fonts.wrapped(said, size, wide)) <= _lines(size, high)


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
    cells = _cells_box(canvas.paper)
    seal = Box(cells.right, cells.y, box.right - cells.right, cells.h)
    canvas.box(seal, Stroke(edge=INK, width=0.15))
    canvas.text(seal.x + 2 * u, seal.top - 4.2 * u, voice.word(N_("Official seal")), SMALL * u, colour=GREY)
    fields = [(voice.line(label), voice.line(value)) for label, value in _fields(sheet, view.scale, upright)]
    draw_cells(canvas, cells, fields, _per_line(upright))
    draw_foot(canvas, sheet, Box(box.x, box.y, box.w, 6 * u), voice)


def _cells_box(paper: Paper) -> Box:
    """Where the cells stand: left of the seal, above the foot."""
    box, u = paper.block, paper.unit
    return Box(box.x, box.y + 6 * u, box.w - 36 * u, box.h - 6 * u)


def _per_line(upright: bool) -> int:
    return 4 if upright else 2


def draw_foot(canvas: Canvas, sheet: Sheet, box: Box, voice: Voice) -> None:
    """The last line of a page: its seal, when it was printed, which page of how many."""
    size, u = 6 * canvas.unit, canvas.unit
    page = f"{voice.word(N_('Page'))} {sheet.page} / {sheet.pages}"
    room = fonts.width(page, size)
    canvas.text(box.right - 2 * u, box.y + 2 * u, page, size, colour=GREY, align="right")
    at = sheet.printed_at.strftime("%Y-%m-%d %H:%M")
    said = f"{voice.word(N_('Run hash'))} {sheet.run_hash} · {voice.word(N_('printed'))} {at}"
    canvas.text(box.x + 2 * u, box.y + 2 * u, fonts.shortened(said, size, box.w - room - 7 * u), size, colour=GREY)


def _fields(sheet: Sheet, scale: int, upright: bool) -> list[Field]:
    block = sheet.title_block
    fields: list[Field] = [
        (Text(N_("Drawn")), block.maker), (Text(N_("Checked")), block.checker), (Text(N_("Approved")), block.approver),
        (Text(N_("Date")), sheet.printed_at.date().isoformat()), (Text(N_("Scale")), f"1:{number(scale)}"),
        (Text(N_("Data of")), vintage(sheet)), (Text(N_("Classification")), block.classification),
        (Text(N_("Map review no.")), block.review_number),
    ]
    above: list[Field] = [
        (Text(N_("Parcel")), sheet.parcel_id), (Text(N_("Office")), block.office),
        (Text(N_("Map sheet no.")), block.sheet_number or sheet.on_sheets or ""),
    ]
    return fields if upright else [*fields, *above]


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
        said, size = fitted(value, _VALUE_PT[0] * u, _least_value(u), room.w, room.h)
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
    return _holds(value, _least_value(u), room.w, room.h)


def _least_value(u: float) -> float:
    """The smallest type of a cell's value in pt: what is read on A3 is read on a larger paper too."""
    return _VALUE_PT[1] * min(u, 1.0)


def _value_room(cell: Box, u: float) -> Box:
    return Box(cell.x + 1.4 * u, cell.y + 0.5 * u, cell.w - 2.8 * u, cell.h - 3.4 * u)
