"""Verdicts on paper: a colour, a hatch that survives a black-and-white copier, and a sign drawn by hand.

Colours and words are those of the screen (planner.webmap.style); the signs are strokes, since no font at hand has
them all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from planner.sheets.canvas import Canvas, Stroke
from planner.sheets.paper import Box
from planner.verdict import NOTED, Sign, Verdict
from planner.webmap.style import LOOKS

# matplotlib's hatches: more of a sign is denser.
_HATCH: Mapping[Sign, tuple[str, float, float]] = MappingProxyType({  # hatch, its stroke in mm, outline in mm
    Verdict.FITS: ("", 0.1, 0.25),
    NOTED: ("||", 0.15, 0.25),
    Verdict.WARN: ("..", 0.2, 0.3),
    Verdict.UNKNOWN: ("xx", 0.12, 0.25),
    Verdict.EXCEEDS: ("//", 0.3, 0.35),
    Verdict.BLOCKED: ("/////", 0.3, 0.6),
})
# What stands on a registered parcel, for those who do not see its colour.
STATUS_HATCH: Mapping[str, str] = MappingProxyType({"reserved": "\\\\", "committed": "--"})
_PALE = 0.25


def area_stroke(shown: Sign) -> Stroke:
    """How land under a sign is drawn."""
    colour, (hatch, line, outline) = LOOKS[shown].colour, _HATCH[shown]
    fill = colour if shown == Verdict.FITS else None
    return Stroke(fill, _PALE, colour, outline, hatch=hatch, hatch_width=line)


def word(shown: Sign) -> str:
    """The message id of a sign's name."""
    return LOOKS[shown].word


def colour(shown: Sign) -> str:
    """The colour of a sign, never its only mark."""
    return LOOKS[shown].colour


def sign(canvas: Canvas, box: Box, shown: Sign) -> None:
    """A sign in a square box."""
    _SIGNS[shown](canvas, box, LOOKS[shown].colour)


def circle(box: Box, scale: float = 1.0) -> list[tuple[float, float]]:
    """The outline of a circle in a square box."""
    x, y, r = box.x + box.w / 2, box.y + box.h / 2, box.w / 2 * scale
    return [(x + r * math.cos(a * math.pi / 24), y + r * math.sin(a * math.pi / 24)) for a in range(48)]


def _dot(canvas: Canvas, box: Box, colour: str) -> None:
    canvas.polygon(circle(box, 0.85), Stroke(colour))


def _triangle(canvas: Canvas, box: Box, colour: str) -> None:
    canvas.polygon([(box.x, box.y), (box.right, box.y), (box.x + box.w / 2, box.top)], Stroke(colour))


def _letter(canvas: Canvas, box: Box, colour: str, letter: str) -> None:
    canvas.polygon(circle(box), Stroke(None, edge=colour, width=box.w * 0.08))
    canvas.text(box.x + box.w / 2, box.y + box.h * 0.22, letter, box.h * 2.15, colour=colour, align="center")


def _cross(canvas: Canvas, box: Box, colour: str) -> None:
    inner = box.inset(box.w * 0.1)
    for ends in ([(inner.x, inner.y), (inner.right, inner.top)], [(inner.x, inner.top), (inner.right, inner.y)]):
        canvas.line(ends, colour, box.w * 0.2, zorder=5)


def _no_entry(canvas: Canvas, box: Box, colour: str) -> None:
    canvas.polygon(circle(box), Stroke(colour))
    bar = Box(box.x + box.w * 0.2, box.y + box.h * 0.4, box.w * 0.6, box.h * 0.2)
    canvas.box(bar, Stroke("#ffffff"), zorder=6)


_SIGNS: Mapping[Sign, Callable[[Canvas, Box, str], None]] = MappingProxyType({
    Verdict.FITS: _dot, NOTED: partial(_letter, letter="i"), Verdict.WARN: _triangle,
    Verdict.UNKNOWN: partial(_letter, letter="?"), Verdict.EXCEEDS: _cross,
    Verdict.BLOCKED: _no_entry,
})
