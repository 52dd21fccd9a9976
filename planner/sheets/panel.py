"""The case in words and figures beside the map: verdict, what it takes, quotas, findings, sources.

What does not find room is never left out: whole rows are handed on to the pages that follow, the gravest last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.sheets import fonts
from planner.sheets.canvas import GREY, INK, Canvas, Stroke
from planner.sheets.column import Part, Pen, Section, Strip
from planner.sheets.furniture import BODY, SMALL, leading
from planner.sheets.paper import Box
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice
from planner.text import N_, Text

MORE_ROWS = N_("… rows on the pages that follow: {count}")
TYPE_SHARES = tuple(1.0 - 0.05 * i for i in range(12))  # of the panel's type, tried before rows are handed on
LEAST_PT = 5.0  # no row is printed smaller
WHOLE = 1e6  # the weight of what comes before all else


@dataclass(frozen=True)
class Panel:
    """A panel as it is laid out: the pen that measured it, which strips of each section stand in it, and what is
    handed on."""

    pen: Pen
    sections: Sequence[tuple[Section, Sequence[int]]]
    rest: Sequence[Part]


def parts_of(sheet: Sheet, extra_notes: Sequence[Text]) -> list[Part]:
    """What stands below the verdict."""
    others = [note for note in sheet.notes if note not in sheet.cautions]
    return [
        Part(N_("To be noted"), texts=sheet.cautions, weight=WHOLE),
        Part(N_("What the parcel takes"), sheet.takes, weight=2.5),
        Part(N_("Quotas"), sheet.quotas, sheet.quota_columns, weight=2.5),
        Part(N_("Findings"), sheet.findings, weight=4.0),
        Part(N_("Notes"), texts=[*extra_notes, *others], weight=0.8),
        Part(N_("Sources"), texts=sheet.sources, running=True),
    ]


def panel(box: Box, unit: float, sheet: Sheet, voice: Voice, parts: Sequence[Part]) -> Panel:
    """Lay out a panel: in smaller type where that makes room for all, else in its own and the rest handed on."""
    inner = box.inset(3.0 * unit)
    for share in (share for share in TYPE_SHARES if share == 1.0 or BODY * unit * share >= LEAST_PT):
        pen = Pen(voice, inner.w, unit * share)
        sections = pen.sections(parts)
        if sum(section.height for section in sections) <= inner.h - pen.verdict(sheet)[0]:
            return Panel(pen, [(one, range(len(one.strips))) for one in sections], ())
    pen = Pen(voice, inner.w, unit)
    sections, room, said = pen.sections(parts), inner.h - pen.verdict(sheet)[0], leading(SMALL * unit)
    laid, rest = [], []
    for i, section in enumerate(sections):
        # Shared anew each time: what a cut section could not use goes to those below it.
        kept = sum(one.heading.height + said for one in sections[i + 1 :])
        given = min(shares(sections[i:], room, said)[0], max(room - kept, section.heading.height + said))
        shown = chosen(section.strips, given - section.heading.height, said)
        if section.part.running and len(shown) < len(section.strips):
            shown = []
        left = section.rest(shown)
        laid.append((section, shown))
        room -= section.heading.height + sum(section.strips[i].height for i in shown)
        if len(shown) < len(section.strips):
            rest.append(left)
            room -= said
    return Panel(pen, laid, rest)


def draw_panel(canvas: Canvas, sheet: Sheet, laid: Panel) -> None:
    """Draw a panel as it was laid out, with a word about what stands on the pages that follow."""
    box = canvas.paper.panel
    canvas.box(box, Stroke(edge=INK, width=0.15))
    inner, pen = box.inset(3.0 * canvas.unit), laid.pen
    high, verdict = pen.verdict(sheet)
    verdict(canvas, inner.x, inner.top)
    top, more = inner.top - high, leading(SMALL * pen.unit)
    for section, shown in laid.sections:
        for strip in (section.heading, *(section.strips[i] for i in shown)):
            strip.draw(canvas, inner.x, top)
            top -= strip.height
        if len(shown) < len(section.strips):
            left = section.rest(shown)
            said = pen.voice.line(Text(MORE_ROWS, count=len(left.rows) + len(left.texts)))
            canvas.text(inner.x, top - 0.8 * more, fonts.shortened(said, SMALL * pen.unit, inner.w), SMALL * pen.unit,
                        colour=GREY)
            top -= more


def shares(sections: Sequence[Section], room: float, least: float) -> list[float]:
    """Heights for sections: what each asks for if there is room, else the small whole and the large by weight."""
    given = [section.height for section in sections]
    open_, left = set(range(len(sections))), room
    if sum(given) <= room:
        return given
    while open_:
        weights = sum(sections[i].part.weight for i in open_)
        modest = {i for i in open_ if sections[i].height <= left * sections[i].part.weight / weights}
        if not modest:
            for i in open_:
                given[i] = max(left * sections[i].part.weight / weights, sections[i].heading.height + least)
            break
        left -= sum(sections[i].height for i in modest)
        open_ -= modest
    return given


def chosen(strips: Sequence[Strip], room: float, more: float) -> list[int]:
    """Which strips find room, in their order: all of them, else the gravest and of equals the first, with ``more``
    kept free for saying that others follow."""
    if sum(strip.height for strip in strips) <= room + 1e-6:
        return [*range(len(strips))]
    found, left = [], room - more + 1e-6
    for i in sorted(range(len(strips)), key=lambda i: (-strips[i].grave, i)):
        if strips[i].height > left:
            break
        found.append(i)
        left -= strips[i].height
    return sorted(found)
