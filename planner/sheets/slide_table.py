"""Tables on slides that Office can edit. One that does not fit says how many rows it leaves out, the least grave, and
where all of them stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

from planner.sheets import fonts
from planner.sheets.sheet import Table
from planner.sheets.slide_text import EMU_PER_MM, GREY, INK, LEADING, PALE, WIDER, Room, rgb, text, write
from planner.sheets.voice import Voice
from planner.text import N_, Text
from planner.verdict import Verdict
from planner.webmap.style import ACCENT

MORE_ROWS = N_("… rows left out: {count}. All of them stand in the workbook, sheet '{page}'.")
DECISIVE_TOO = N_("Of the rows left out {count} decide: read them there.")
NOTHING = N_("There is nothing to show.")
PAD_MM = 1.6  # between the text of a cell and its edge
# First what cuts nothing, in a type that can be read across a room.
WHOLE = tuple((size, 40) for size in (14, 12, 11, 10, 9))
SIZES = tuple((size, 4) for size in (14, 12, 11, 10, 9, 8))  # of type in pt, and how many lines a cell has at most
# What decides is never left out for being long: smaller type, and cells cut where they are longer than so many lines.
TIGHT = ((7, 3), (7, 2), (6, 2), (6, 1))
NOTES_MM = 8  # kept free below a table for its notes
_FIGURE = "{value:,}"


def table(
    slide: Any, made: Table, room: Room, voice: Voice, *, book: str, shares: Sequence[float] | None = None,
    columns: Sequence[int] | None = None,
) -> None:
    """A table as large as there is room; of rows that find none the least grave are left out and counted.

    ``shares`` of the width, one a column; ``columns`` are the numbers of those that are shown, default all; ``book`` is
    the page of the workbook where all of it stands.
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
    graves = made.graves or [0.0] * len(cells)
    fit = _fit(heads, said, graves, widths, room.h)
    kept = fit.rows
    _native(slide, [heads] if heads else [], [said[i] for i in kept], [cells[i] for i in kept], widths, fit, room)
    notes = [voice.line(note) for note in made.notes]
    if len(kept) < len(cells):
        decisive = sum(graves[i] > Verdict.WARN for i in range(len(cells)) if i not in kept)
        also = [voice.line(Text(DECISIVE_TOO, count=decisive))] if decisive else []
        notes = [voice.line(Text(MORE_ROWS, count=len(cells) - len(kept), page=book)), *also, *notes]
    if notes:
        # At the foot of the room, not below the last row: a reader's own type may make the rows higher.
        below = Room(room.x, room.y + room.h - EMU_PER_MM * (NOTES_MM - 1), room.w, EMU_PER_MM * (NOTES_MM - 1))
        text(slide, below, [("  ".join(notes), 9, GREY, False)])


@dataclass(frozen=True)
class _Fit:
    """How a table is set: size of its type in pt, lines of a cell at most, which rows are kept, and the height of each
    line of the table, its heads first."""

    size: int
    most: int
    rows: Sequence[int]
    heights: Sequence[int]


def _fit(
    heads: Sequence[str], rows: Sequence[Sequence[str]], graves: Sequence[float], widths: Sequence[float], high: int
) -> _Fit:
    """The largest type in which all rows fit uncut, else with long cells cut, else the smallest without what is least
    grave; smaller still where that keeps more of what decides."""
    order = sorted(range(len(rows)), key=lambda i: (-graves[i], i))
    decisive = sum(grave > Verdict.WARN for grave in graves)
    for size, most in WHOLE:
        made = _kept(heads, rows, order, widths, high, size, most)
        if len(made.rows) == len(rows) and sum(made.heights) <= high - EMU_PER_MM * NOTES_MM:
            return made
    best: _Fit | None = None
    for size, most in (*SIZES, *TIGHT):
        if best is not None and (size, most) in TIGHT and _decide(best, graves) == decisive:
            break
        made = _kept(heads, rows, order, widths, high, size, most)
        if len(made.rows) == len(rows):
            return made
        if best is None or (size, most) in SIZES or _decide(made, graves) > _decide(best, graves):
            best = made
    assert best is not None  # noqa: S101  (SIZES is not empty)
    return best


def _decide(made: _Fit, graves: Sequence[float]) -> int:
    return sum(graves[i] > Verdict.WARN for i in made.rows)


def _kept(
    heads: Sequence[str], rows: Sequence[Sequence[str]], order: Sequence[int], widths: Sequence[float], high: int,
    size: int, most: int,
) -> _Fit:
    """The rows that find room at a size, taken in an order and shown in their own; one at least."""
    head = [_high(heads, widths, size, most)] if heads else []
    left = high - EMU_PER_MM * NOTES_MM - sum(head)
    found: dict[int, int] = {}
    for i in order:
        tall = _high(rows[i], widths, size, most)
        if tall > left and found:
            break
        found[i] = tall
        left -= tall
    kept = sorted(found)
    return _Fit(size, most, kept, [*head, *(found[i] for i in kept)])


def _high(line: Sequence[str], widths: Sequence[float], size: int, most: int) -> int:
    count = max((len(_lines(cell, width, size, most)) for cell, width in zip(line, widths, strict=True)), default=1)
    return int((count * size * fonts.MM_PER_PT * LEADING + 2 * PAD_MM * 0.6) * EMU_PER_MM)


def _lines(said: str, width: float, size: float, most: int) -> list[str]:
    return fonts.wrapped(said, size * WIDER, max(width / EMU_PER_MM - 2 * PAD_MM, 2.0), most)


def _native(
    slide: Any, heads: Sequence[Sequence[str]], shown: Sequence[Sequence[str]], cells: Sequence[Sequence[str | Text]],
    widths: Sequence[float], fit: _Fit, room: Room,
) -> None:
    lines = [*heads, *shown]
    made = slide.shapes.add_table(len(lines), len(widths), room.x, room.y, room.w, sum(fit.heights)).table
    made.first_row = bool(heads)
    for i, width in enumerate(widths):
        made.columns[i].width = int(width)
    for n, line in enumerate(lines):
        made.rows[n].height = fit.heights[n]
        head = n < len(heads)
        for i, said in enumerate(line):
            cell = made.cell(n, i)
            cell.margin_left = cell.margin_right = int(PAD_MM * EMU_PER_MM)
            cell.margin_top = cell.margin_bottom = int(PAD_MM * 0.6 * EMU_PER_MM)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = rgb(ACCENT if head else PALE if n % 2 else "FFFFFF")
            set_ = _lines(said, widths[i], fit.size, fit.most)
            # As it is where it fits, so that a reader's own type may break it; else as much as fits, and the cut shows.
            shown_text = "\n".join(set_) if head or set_[-1].endswith(fonts.ELLIPSIS) else said
            write(cell.text_frame, [(shown_text, fit.size, "ffffff" if head else INK, head)])
            if not head and _is_figure(cells[n - len(heads)][i]):
                for paragraph in cell.text_frame.paragraphs:
                    paragraph.alignment = PP_ALIGN.RIGHT


def _is_figure(cell: str | Text) -> bool:
    """A figure with its unit, or one beside the other (an area in mu and hectares)."""
    if not isinstance(cell, Text):
        return False
    facts = [fact for _, fact in cell.facts]
    return cell.msgid.startswith(_FIGURE) or bool(facts) and all(
        isinstance(fact, Text) and _is_figure(fact) for fact in facts)
