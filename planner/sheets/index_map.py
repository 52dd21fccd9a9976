"""The index map: where in the park, and the park among its neighbours, the frame of a sheet lies."""

from __future__ import annotations

import shapely

from planner.sheets import fonts
from planner.sheets.canvas import GREY, INK, Canvas, Stroke, outline_of
from planner.sheets.furniture import SMALL, number
from planner.sheets.paper import Box
from planner.sheets.plane import Fit, Plane, Window, window
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice
from planner.text import N_
from planner.webmap.style import ACCENT

PARK = Stroke(ACCENT, 0.14, edge=ACCENT, width=0.18)
HERE = "#d7191c"
FIT = Fit((
    25_000, 50_000, 100_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000, 600_000, 800_000, 1_000_000,
    1_200_000, 1_500_000, 2_000_000,
), 0.96)
LEAST_MM = 1.6  # a frame that would be smaller is drawn as a mark of this size


def draw_index(canvas: Canvas, sheet: Sheet, plane: Plane, view: Window, voice: Voice) -> None:
    """The parks of the workspace and, in red, the frame among them, at a scale of its own; without parks it says so."""
    box, u = canvas.paper.index, canvas.unit
    canvas.box(box, Stroke(edge=INK, width=0.15))
    title = fonts.shortened(voice.word(N_("Index map")), 1.15 * SMALL * u, box.w - 5 * u)
    canvas.text(box.x + 2.5 * u, box.top - 4.6 * u, title, 1.15 * SMALL * u)
    shapes = [shape for layer in sheet.index for shape in layer.frame.geometry.values]
    room = Box(box.x, box.y + 4.6 * u, box.w, box.h - 11.2 * u).inset(2.5 * u, 0.0)
    said = voice.word(N_("no park boundary in the workspace"))
    if shapes:
        parks = plane.flat(shapes)
        frame = shapely.box(view.east, view.north, view.east + view.width_m, view.north + view.height_m)
        around = window(shapely.box(*shapely.total_bounds([*parks, frame])), (room.w, room.h), fit=FIT)
        _parks(canvas, parks, around, room)
        _here(canvas, frame, around, room, u)
        said = f"1:{number(around.scale)}"
    size = 5.6 * u
    canvas.text(box.x + 2.5 * u, box.y + 1.6 * u, fonts.shortened(said, size, box.w - 5 * u), size, colour=GREY)


def _parks(canvas: Canvas, parks: list[shapely.Geometry], around: Window, room: Box) -> None:
    for park in parks:
        placed = shapely.transform(
            shapely.simplify(park, 0.1 * around.scale / 1_000.0),
            lambda at: (at - (around.east, around.north)) * (1_000.0 / around.scale) + (room.x, room.y),
        )
        canvas.outline(outline_of(placed), PARK, 3.0)


def _here(canvas: Canvas, frame: shapely.Geometry, around: Window, room: Box, u: float) -> None:
    west, south, east, north = frame.bounds
    x, y = room.x + around.mm((west + east) / 2 - around.east), room.y + around.mm((south + north) / 2 - around.north)
    wide, high = (max(around.mm(size), LEAST_MM * u) for size in (east - west, north - south))
    canvas.box(Box(x - wide / 2, y - high / 2, wide, high), Stroke(edge=HERE, width=0.35), zorder=4)
