"""Tables on slides that Office can edit. One that does not fit says how many rows it leaves out; all of them stand in
the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

from planner.sheets import fonts
from planner.sheets.sheet import Table
from planner.sheets.slide_text import EMU_PER_MM, GREY, INK, LEADING, PALE, WIDER, Room, rgb, text, write
from planner.sheets.voice import Voice
from planner.text import N_, Text
from planner.webmap.style import ACCENT

MORE_ROWS = N_("… rows left out: {count}")
NOTHING = N_("There is nothing to show.")
PAD_MM = 1.6  # between the text of a cell and its edge
MOST_LINES = 4  # of a cell
NOTES_MM = 8  # kept free below a table for its notes
_FIGURE = "{value:,}"


def table(
    slide: Any, made: Table, room: Room, voice: Voice, *, shares: Sequence[float] | None = None,
    columns: Sequence[int] | None = None,
) -> None:
    """A table as large as there is room; what finds none is counted in its last line.

    ``shares`` of the width, one a column; ``columns`` are the numbers of those that are shown, default all.
    """
    chosen = columns or range(max([len(made.columns), *(len(row) for row in made.rows)], default=0))
    heads = [voice.lines(made.columns[i]) for i in chosen] if made.columns else []
    cells = [[row[i] if i < len(row) else "" for i in chosen] for row in made.rows]
    if not cells:
        text(slide, room, [(voice.lines(note), 16, GREY, False) for note in made.notes or (Text(NOTHING),)])
        return
    parts = shares if shares and len(shares) == len(chosen) else [1 / len(chosen)] * len(chosen)
    widths = [room.w * part for part in parts]
    said = [[voice.lines(cell) for cell in line] for line in cells]
    size, kept, heights = _sized(([heads] if heads else []) + said, widths, room.h, bool(heads))
    _native(slide, [heads] if heads else [], said[:kept], cells, widths, heights, size, room)
    notes = [voice.line(note) for note in made.notes]
    if len(cells) > kept:
        notes.insert(0, voice.line(Text(MORE_ROWS, count=len(cells) - kept)))
    if notes:
        # At the foot of the room, not below the last row: a reader's own type may make the rows higher.
        below = Room(room.x, room.y + room.h - EMU_PER_MM * (NOTES_MM - 1), room.w, EMU_PER_MM * (NOTES_MM - 1))
        text(slide, below, [("  ".join(notes), 9, GREY, False)])


def _sized(
    lines: Sequence[Sequence[str]], widths: Sequence[float], high: int, headed: bool
) -> tuple[int, int, list[int]]:
    """Type size at which most rows fit, how many rows that are, and the height of each line of the table."""
    spare = EMU_PER_MM * NOTES_MM
    for size in (14, 12, 11, 10, 9, 8):
        heights = [_high(line, widths, size) for line in lines]
        if sum(heights) <= high - spare:
            break
    kept = 0
    while kept < len(heights) and sum(heights[: kept + 1]) <= high - spare:
        kept += 1
    kept = max(kept, 2 if headed else 1)
    return size, kept - (1 if headed else 0), heights[:kept]


def _high(line: Sequence[str], widths: Sequence[float], size: int) -> int:
    count = max((len(_lines(cell, width, size)) for cell, width in zip(line, widths, strict=True)), default=1)
    return int((count * size * fonts.MM_PER_PT * LEADING + 2 * PAD_MM * 0.6) * EMU_PER_MM)


def _lines(said: str, width: float, size: float) -> list[str]:
    return fonts.wrapped(said, size * WIDER, max(width / EMU_PER_MM - 2 * PAD_MM, 2.0), MOST_LINES)


def _native(
    slide: Any, heads: Sequence[Sequence[str]], shown: Sequence[Sequence[str]], cells: Sequence[Sequence[str | Text]],
    widths: Sequence[float], heights: Sequence[int], size: int, room: Room,
) -> None:
    lines = [*heads, *shown]
    made = slide.shapes.add_table(len(lines), len(widths), room.x, room.y, room.w, sum(heights)).table
    made.first_row = bool(heads)
    for i, width in enumerate(widths):
        made.columns[i].width = int(width)
    for n, line in enumerate(lines):
        made.rows[n].height = heights[n]
        head = n < len(heads)
        for i, said in enumerate(line):
            cell = made.cell(n, i)
            cell.margin_left = cell.margin_right = int(PAD_MM * EMU_PER_MM)
            cell.margin_top = cell.margin_bottom = int(PAD_MM * 0.6 * EMU_PER_MM)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = rgb(ACCENT if head else PALE if n % 2 else "FFFFFF")
            shown_text = "\n".join(_lines(said, widths[i], size)) if head else _cut(said, widths[i], size)
            write(cell.text_frame, [(shown_text, size, "ffffff" if head else INK, head)])
            if not head and _is_figure(cells[n - len(heads)][i]):
                for paragraph in cell.text_frame.paragraphs:
                    paragraph.alignment = PP_ALIGN.RIGHT


def _cut(said: str, width: float, size: int) -> str:
    """The text as it is where it fits, else as much as fits with an ellipsis."""
    lines = _lines(said, width, size)
    return "\n".join(lines) if lines and lines[-1].endswith(fonts.ELLIPSIS) else said


def _is_figure(cell: str | Text) -> bool:
    return isinstance(cell, Text) and cell.msgid.startswith(_FIGURE)
