"""The map sheet: a page with a true map, its furniture, the case beside it and the block to be signed; what finds no
room there stands on pages of its own under the same title block."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import shapely
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError
from planner.sheets.block import cut_fields, draw_block, draw_title
from planner.sheets.canvas import MM_PER_INCH, Canvas, canvas
from planner.sheets.continued import continued, draw_continued, in_full
from planner.sheets.furniture import draw_frame, draw_legend, draw_scale, unseen
from planner.sheets.ground import Ground, draw_names, ground_of, put
from planner.sheets.index_map import draw_index
from planner.sheets.panel import Panel, draw_panel, panel, parts_of
from planner.sheets.paper import Paper, paper_named
from planner.sheets.plane import Plane, Window, plane, window
from planner.sheets.printing import Page, picture, printed
from planner.sheets.sheet import Sheet
from planner.sheets.voice import Voice, own_notes, voice_of
from planner.text import N_, Text


class NothingToDraw(InputError):
    code = "E_USAGE"
    sentence = N_("There is nothing to draw: no parcel and no layer with land. Import a layer or choose a parcel.")


def draw(sheet: Sheet, path: Path, *, paper: str = "A3", scale: int | None = None) -> list[Path]:
    """Write a sheet as .pdf (vectors, type embedded), or page by page as .svg or .png (200 dpi), by the ending of
    ``path``. Returns the files.

    The same sheet gives the same bytes. Raises PaperUnknown, ScaleTooLarge, PlaneUnsuitable, NothingToDraw.
    """
    return printed(pages(sheet, paper, scale), sheet, path)


def map_picture(sheet: Sheet, *, paper: str = "A3", scale: int | None = None) -> bytes:
    """The map of a sheet with its scale and legend as PNG, without the words beside it.

    Raises as ``draw``.
    """
    room = paper_named(paper)
    corners = (room.edge.x, room.legend.y), (room.panel.x, room.frame.top + room.frame.x - room.edge.x)
    shown = Bbox([[x / MM_PER_INCH, y / MM_PER_INCH] for x, y in corners])
    return picture(lambda: page(sheet, paper, scale), "png", sheet, bbox_inches=shown, pad_inches=0)


def page(sheet: Sheet, paper: str = "A3", scale: int | None = None) -> Canvas:
    """The page with the map, drawn, before it becomes a file."""
    return pages(sheet, paper, scale)[0]()


def pages(
    sheet: Sheet, paper: str = "A3", scale: int | None = None, *, before: int = 0, whole: int | None = None
) -> list[Page]:
    """The pages in order, each to be drawn when its turn comes. In a book ``before`` pages stand in front of them and
    all pages are ``whole``. Raises as ``draw``."""
    sized, flat, voice = paper_named(paper), plane(sheet.plane_crs), voice_of(sheet)
    view = window(flat.flat(_subject(sheet)), sized.frame_mm, scale, flat.point(sheet.centre))
    ground = ground_of(sheet, flat, view, voice)
    laid = panel(sized.panel, sized.unit, sheet, voice, parts_of(sheet, own_notes(sheet)))
    cut = [*([] if laid.pen.says_all(sheet) else [(Text(N_("Verdict")), sheet.headline)]),
           *cut_fields(sized, sheet, view.scale, voice)]
    more = continued(sized, voice, [in_full(cut), *laid.rest], unseen(ground.entries, sized))
    count = 1 + len(more)
    counted = [replace(sheet, page=before + n, pages=whole or count) for n in range(1, count + 1)]
    first: Page = partial(_map_page, counted[0], sized, flat, view, voice, ground, laid)
    return [first, *(partial(draw_continued, one, sized, voice, columns, view)
                     for one, columns in zip(counted[1:], more, strict=True))]


def _map_page(
    sheet: Sheet, sized: Paper, flat: Plane, view: Window, voice: Voice, ground: Ground, laid: Panel
) -> Canvas:
    made = canvas(sized, view)
    put(made, ground)
    draw_names(made, sheet, flat, view, voice)
    draw_frame(made, view)
    draw_title(made, sheet, voice)
    draw_scale(made, view, flat, voice)
    draw_index(made, sheet, flat, view, voice)
    draw_legend(made, ground.entries, voice)
    draw_panel(made, sheet, laid)
    draw_block(made, sheet, view, voice)
    return made


def _subject(sheet: Sheet) -> BaseGeometry:
    """What the map is about: the parcel, else all land of all layers."""
    if sheet.parcel is not None:
        return sheet.parcel
    bounds = [shapely.box(*layer.frame.total_bounds) for layer in sheet.layers if len(layer.frame)]
    if not bounds:
        raise NothingToDraw()
    return shapely.union_all(bounds)
