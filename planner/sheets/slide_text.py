"""Text on slides: rooms in EMU, type sizes that fit, and both typefaces of every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from planner.sheets import fonts
from planner.sheets.office import EAST_ASIAN, LATIN

EMU_PER_MM = 36_000
INK, GREY, PALE = "1f2933", "5b6570", "eef2f6"
LEADING = 1.5  # line to line, of the highest set type a reader may have
WIDER = 1.15  # the type that a reader's machine takes may run wider than ours
INSET_MM = 6.0  # what a text box keeps free at its sides, both together
Line = tuple[str, int, str, bool]  # what is said, size in pt, colour, bold


@dataclass(frozen=True)
class Room:
    """A rectangle on a slide in EMU."""

    x: int
    y: int
    w: int
    h: int


def text(slide: Any, room: Room, lines: Sequence[Line]) -> None:
    """Paragraphs in a box: as large as asked where all of them fit, else all smaller by the same share."""
    box = slide.shapes.add_textbox(room.x, room.y, room.w, room.h)
    share = next((share for share in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4) if _high(lines, share, room) <= room.h), 0.4)
    write(box.text_frame, [(said, _shrunk(size, share), colour, bold) for said, size, colour, bold in lines])


def _shrunk(size: int, share: float) -> int:
    return max(7, int(size * share))


def _high(lines: Sequence[Line], share: float, room: Room) -> float:
    """Height in EMU that lines take at a share of their sizes, with the margins of the box."""
    wide = room.w / EMU_PER_MM - INSET_MM
    taken = sum(len(fonts.wrapped(said, _shrunk(size, share) * WIDER, wide)) * _shrunk(size, share)
                for said, size, *_ in lines)
    return (taken * fonts.MM_PER_PT * LEADING + 3.0) * EMU_PER_MM


def fitting(said: str, sizes: Sequence[int], room: Room, most: int) -> int:
    """The largest of some type sizes at which a text fits in a room in ``most`` lines, else the smallest."""
    for size in sizes:
        count = len(fonts.wrapped(said, size * WIDER, room.w / EMU_PER_MM - INSET_MM, 99))
        if count <= most and count * size * fonts.MM_PER_PT * LEADING * EMU_PER_MM <= room.h:
            return size
    return sizes[-1]


def write(frame: Any, lines: Sequence[Line], *, middle: bool = False) -> None:
    """Lines into a text frame, a paragraph each."""
    frame.word_wrap = True
    if middle:
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraphs = [(part, size, colour, bold) for said, size, colour, bold in lines for part in said.split("\n")]
    for n, (said, size, colour, bold) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        # An empty line is as high as its end says, and 18 pt where it says nothing.
        paragraph._p.get_or_add_endParaRPr().set("sz", str(size * 100))
        if not said:
            continue
        run = paragraph.add_run()
        run.text = said
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = rgb(colour)
        faces(run._r.get_or_add_rPr())


def rgb(colour: str) -> RGBColor:
    """A colour as python-pptx has it, with or without its #."""
    return RGBColor.from_string(colour.lstrip("#").upper())


def faces(properties: Any) -> None:
    """Both typefaces of a run: Latin, and that of Chinese text."""
    for name, face in (("a:latin", LATIN), ("a:ea", EAST_ASIAN)):
        for old in properties.findall(qn(name)):
            properties.remove(old)
        properties.append(parse_xml(f'<{name} {nsdecls("a")} typeface="{face}"/>'))
