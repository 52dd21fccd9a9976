"""What is wrong with a drawn page: texts that overlap, or that stand in no room of it."""

from __future__ import annotations

import matplotlib
import numpy as np
import shapely
import shapely.affinity

from planner.sheets.canvas import Canvas
from planner.sheets.continued import columns_of
from planner.sheets.paper import Upright
from planner.sheets.printing import SETTINGS, Page


def rooms(drawn: Canvas) -> list[shapely.Geometry]:
    """Every box of a page in which text stands, in mm."""
    paper = drawn.paper
    names = ("title", "head", "panel", "block", "table", "scale", "index", "legend", "notes")
    if drawn.land is None:
        names = ("title", "list", "foot") if isinstance(paper, Upright) else ("title", "list", "foot", "block")
    elif isinstance(paper, Upright):
        names = tuple(name for name in names if name not in ("panel", "index"))
    boxes = [getattr(paper, name) for name in names if hasattr(paper, name)]
    boxes += columns_of(paper) if drawn.land is None else [paper.frame.inset(-6.0 * paper.unit)]
    return [shapely.box(one.x, one.y, one.right, one.top) for one in boxes]


@matplotlib.rc_context(SETTINGS)
def faults(page: Page) -> list[tuple[str, ...]]:
    """Texts that overlap one another, stand in no room of the page or leave the one they are in."""
    drawn = page()
    drawn.figure.set_dpi(144)
    drawn.figure.draw_without_rendering()
    per_mm = 144 / 25.4
    texts = [text for text in drawn.page.texts if text.get_text().strip()]
    areas = [shapely.box(*(np.array(text.get_window_extent().extents) / per_mm)) for text in texts]
    turned = [_oriented(text, area, per_mm) for text, area in zip(texts, areas, strict=True)]
    slack = 0.25
    whole = [shapely.buffer(room, slack) for room in rooms(drawn)]
    found = [("leaves its room", text.get_text()) for text, area in zip(texts, areas, strict=True)
             if not any(room.covers(area) for room in whole)]
    left, right = shapely.STRtree(turned).query(turned, predicate="intersects")
    for i, j in zip(left, right, strict=True):
        # Ink of neighbouring lines may share a hair of their boxes, never the breadth of a stroke.
        if i < j and not shapely.buffer(shapely.intersection(turned[i], turned[j]), -slack).is_empty:
            found.append(("overlap", texts[i].get_text(), texts[j].get_text()))
    return found


def _oriented(text, area, per_mm) -> shapely.Geometry:
    """The box of a text as it is turned on the page; matplotlib gives the upright box around it."""
    angle = text.get_rotation() % 180
    if angle in (0, 90):
        return area
    middle, size = area.centroid, text.get_fontsize() * 25.4 / 72
    text.set_rotation(0)
    wide = text.get_window_extent().width / per_mm
    text.set_rotation(angle)
    flat = shapely.box(middle.x - wide / 2, middle.y - size / 2, middle.x + wide / 2, middle.y + size / 2)
    return shapely.affinity.rotate(flat, angle, origin=middle)
