"""A page measured in mm: the one place that draws lines, boxes, text and land with matplotlib.

Text is never maths, and has the page's own type; strokes are given in mm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from planner.sheets import fonts
from planner.sheets.lettering import Line
from planner.sheets.office import LogoWrong
from planner.sheets.paper import Box, Paper
from planner.sheets.plane import Window
from planner.text import N_, Text

MM_PER_INCH = 25.4
INK = "#1f2933"
GREY = "#5b6570"
HAIR = "#c9ced4"
JPEG = b"\xff\xd8"

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Stroke:
    """How an area is drawn: fill (None: not), its opacity, edge, width in mm, dashes in mm, matplotlib's hatch."""

    fill: str | None = None
    opacity: float = 1.0
    edge: str | None = None
    width: float = 0.1
    dashes: tuple[float, ...] = ()
    hatch: str = ""
    hatch_width: float = 0.2


class Shape(PathPatch):
    """An outline that is cut at the frame of the map, and on the page around it nowhere."""

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Without the box that matplotlib would reckon anew for each outline."""
        if path is not None and self.axes is not None:
            self.set_clip_box(self.axes.bbox)


@dataclass(frozen=True)
class Canvas:
    """One page. ``page`` draws in mm from the lower left corner, ``land`` in metres from that of the frame (None: a
    page without a map)."""

    paper: Paper
    figure: Figure
    page: Axes
    land: Axes | None

    @property
    def unit(self) -> float:
        return self.paper.unit

    def text(
        self, x: float, y: float, said: str, size: float, *, colour: str = INK, align: Align = "left",
        turned: bool = False, angle: float = 0.0,
    ) -> Box:
        """A line of text on its baseline, ``size`` in pt. Returns the box it takes (of one at an ``angle`` in degrees
        that of the same text lying flat)."""
        wide = fonts.width(said, size)
        self.page.add_artist(Line(x, y, said, size, colour, align, 90.0 if turned else angle))
        shift = {"left": 0.0, "center": wide / 2, "right": wide}[align]
        high = size * fonts.MM_PER_PT
        if turned:
            return Box(x - 0.88 * high, y - shift, high * 1.1, wide)
        return Box(x - shift, y - 0.22 * high, wide, high * 1.1)

    def picture(self, data: bytes, room: Box) -> Box:
        """A PNG or JPEG as large as a room lets it be, at the right of it. Returns the box it takes.

        Raises LogoWrong for one whose pixels cannot be read.
        """
        try:
            pixels = imread(BytesIO(data), format="jpeg" if data.startswith(JPEG) else "png")
        except (OSError, SyntaxError, ValueError):
            raise LogoWrong(name="", reason=Text(N_("it is no picture, or a damaged one"))) from None
        high, wide = pixels.shape[:2]
        scale = min(room.w / wide, room.h / high)
        taken = Box(room.right - wide * scale, room.y + (room.h - high * scale) / 2, wide * scale, high * scale)
        grey = "gray" if pixels.ndim == 2 else None
        self.page.imshow(pixels, cmap=grey, extent=(taken.x, taken.right, taken.y, taken.top), aspect="auto", zorder=9)
        return taken

    def box(self, box: Box, stroke: Stroke, zorder: float = 3) -> None:
        """A rectangle."""
        corners = [(box.x, box.y), (box.right, box.y), (box.right, box.top), (box.x, box.top), (box.x, box.y)]
        self.page.add_artist(Shape(Outline(corners, closed=True), zorder=zorder, **_look(stroke)))

    def line(
        self, points: Sequence[tuple[float, float]], colour: str = INK, width: float = 0.1, zorder: float = 4
    ) -> None:
        """A line through points, in mm."""
        self.page.add_artist(Shape(Outline(points), zorder=zorder, **_look(Stroke(edge=colour, width=width))))

    def polygon(self, points: Sequence[tuple[float, float]], stroke: Stroke, zorder: float = 5) -> None:
        """A closed shape, in mm."""
        closed = Outline([*points, points[0]], closed=True)
        self.page.add_artist(Shape(closed, zorder=zorder, **_look(stroke)))

    def outline(self, outline: Outline | None, stroke: Stroke, zorder: float) -> None:
        """An outline in mm of the page; None is nothing."""
        if outline is not None:
            self.page.add_artist(Shape(outline, zorder=zorder, **_look(stroke)))

    def ground(self, shapes: Any, stroke: Stroke, zorder: float) -> None:
        """Land in metres from the frame's corner, as one outline; cut at the frame."""
        outline = outline_of(shapes)
        if outline is not None and self.land is not None:
            self.land.add_artist(Shape(outline, zorder=zorder, **_look(stroke)))

    def dots(self, points: np.ndarray, diameter: float, colour: str, fill: str, zorder: float) -> None:
        """Circles of a diameter in mm at points (n x 2) in metres."""
        if self.land is None or not len(points):
            return
        self.land.plot(
            points[:, 0], points[:, 1], linestyle="none", marker="o", markersize=_pt(diameter), markerfacecolor=fill,
            markeredgecolor=colour, markeredgewidth=_pt(0.15), zorder=zorder,
        )


def _pt(mm: float) -> float:
    return mm / fonts.MM_PER_PT


def _look(stroke: Stroke) -> dict[str, Any]:
    width = _pt(stroke.width) if stroke.edge else 0.0
    look: dict[str, Any] = {
        "facecolor": (stroke.fill, stroke.opacity) if stroke.fill else "none", "edgecolor": stroke.edge or "none",
        "linewidth": width, "joinstyle": "miter" if not stroke.dashes else "round", "capstyle": "butt",
    }
    if stroke.dashes and width:
        look["linestyle"] = (0, tuple(_pt(dash) / width for dash in stroke.dashes))
    if stroke.hatch:
        look |= {"hatch": stroke.hatch, "hatchcolor": stroke.edge, "hatch_linewidth": _pt(stroke.hatch_width)}
    return look


def outline_of(shapes: Any) -> Outline | None:
    """Polygons and lines as one outline; None for nothing.

    Shells and holes turn opposite ways, as a non-zero fill asks.
    """
    parts = shapely.get_parts(np.atleast_1d(shapes))
    dimensions = shapely.get_dimensions(parts)
    lines = parts[dimensions == 1]
    rings = np.concatenate([shapely.get_rings(shapely.orient_polygons(parts[dimensions == 2])), lines])
    if not len(rings):
        return None
    points, owner = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    codes[starts] = Outline.MOVETO
    closed = np.append(starts[1:], len(points))[: len(rings) - len(lines)] - 1
    codes[closed] = Outline.CLOSEPOLY
    return Outline(points, codes)


def canvas(paper: Paper, view: Window | None) -> Canvas:
    """An empty page with a frame that shows a window of the plane, true to scale; without one a page of words."""
    figure = Figure(figsize=(paper.width / MM_PER_INCH, paper.height / MM_PER_INCH), dpi=72, facecolor="white")
    page = figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0.0, paper.width), ylim=(0.0, paper.height), zorder=2)
    page.set_axis_off()
    page.patch.set_visible(False)
    if view is None:
        return Canvas(paper, figure, page, None)
    box = paper.frame
    place = (box.x / paper.width, box.y / paper.height, box.w / paper.width, box.h / paper.height)
    land = figure.add_axes(place, xlim=(0.0, view.width_m), ylim=(0.0, view.height_m), zorder=1)
    land.set_axis_off()
    return Canvas(paper, figure, page, land)
