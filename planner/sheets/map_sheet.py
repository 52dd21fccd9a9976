"""The map sheet: one page with a true map, its furniture, the case beside it and the block to be signed."""

from __future__ import annotations

from pathlib import Path

import shapely
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError
from planner.sheets.block import draw_block, draw_title
from planner.sheets.canvas import MM_PER_INCH, Canvas, canvas
from planner.sheets.furniture import draw_frame, draw_legend, draw_scale
from planner.sheets.ground import draw_ground, draw_names
from planner.sheets.index_map import draw_index
from planner.sheets.panel import draw_panel
from planner.sheets.paper import paper_named
from planner.sheets.plane import Plane, plane, window
from planner.sheets.printing import picture, printed
from planner.sheets.sheet import Sheet
from planner.sheets.voice import own_notes, voice_of
from planner.text import N_


class NothingToDraw(InputError):
    code = "E_USAGE"
    sentence = N_("There is nothing to draw: no parcel and no layer with land. Import a layer or choose a parcel.")


def draw(sheet: Sheet, path: Path, *, paper: str = "A3", scale: int | None = None) -> Path:
    """Write a sheet as .pdf (vectors, type embedded), .svg or .png (200 dpi), by the ending of ``path``.

    The same sheet gives the same bytes. Raises PaperUnknown, ScaleTooLarge, PlaneUnsuitable, NothingToDraw.
    """
    return printed([lambda: page(sheet, paper, scale)], sheet, path)[0]


def map_picture(sheet: Sheet, *, paper: str = "A3", scale: int | None = None) -> bytes:
    """The map of a sheet with its scale and legend as PNG, without the words beside it.

    Raises as ``draw``.
    """
    room = paper_named(paper)
    corners = (room.edge.x, room.legend.y), (room.panel.x, room.frame.top + room.frame.x - room.edge.x)
    shown = Bbox([[x / MM_PER_INCH, y / MM_PER_INCH] for x, y in corners])
    return picture(lambda: page(sheet, paper, scale), "png", sheet, bbox_inches=shown, pad_inches=0)


def page(sheet: Sheet, paper: str = "A3", scale: int | None = None) -> Canvas:
    """The drawn page, before it becomes a file."""
    sized, flat, voice = paper_named(paper), plane(sheet.plane_crs), voice_of(sheet)
    view = window(flat.flat(_subject(sheet, flat)), sized.frame_mm, scale, flat.point(sheet.centre))
    made = canvas(sized, view)
    legend = draw_ground(made, sheet, flat, view, voice)
    draw_names(made, sheet, flat, view, voice)
    draw_frame(made, view)
    draw_title(made, sheet, voice)
    draw_scale(made, view, flat, voice)
    draw_index(made, sheet, flat, view, voice)
    draw_legend(made, legend, voice)
    draw_panel(made, sheet, voice, own_notes(sheet))
    draw_block(made, sheet, view, voice)
    return made


def _subject(sheet: Sheet, flat: Plane) -> BaseGeometry:
    """What the map is about: the parcel, else all land of all layers."""
    if sheet.parcel is not None:
        return sheet.parcel
    bounds = [shapely.box(*layer.frame.total_bounds) for layer in sheet.layers if len(layer.frame)]
    if not bounds:
        raise NothingToDraw()
    return shapely.union_all(bounds)
