"""The map sheet: one page with a true map, its furniture, the case beside it and the block to be signed."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import matplotlib
import shapely
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError
from planner.sheets.block import draw_block, draw_title
from planner.sheets.canvas import MM_PER_INCH, Canvas, canvas
from planner.sheets.fonts import GETA
from planner.sheets.furniture import draw_frame, draw_legend, draw_scale
from planner.sheets.ground import draw_ground, draw_names
from planner.sheets.panel import draw_panel
from planner.sheets.paper import paper_named
from planner.sheets.plane import Plane, plane, window
from planner.sheets.sheet import Sheet
from planner.sheets.voice import missing_glyphs, voice_of
from planner.text import N_, Text

DPI = 200
# matplotlib keeps type and settings for the whole process: one sheet is drawn at a time.
_ONE_AT_A_TIME = threading.Lock()
_SETTINGS: Any = {
    "pdf.fonttype": 3, "pdf.compression": 6, "svg.fonttype": "path", "svg.hashsalt": "planner", "path.simplify": False,
}


class NothingToDraw(InputError):
    code = "E_USAGE"
    sentence = N_("There is nothing to draw: no parcel and no layer with land. Import a layer or choose a parcel.")


def draw(sheet: Sheet, path: Path, *, paper: str = "A3", scale: int | None = None) -> Path:
    """Write a sheet as .pdf (vectors, type embedded), .svg or .png (200 dpi), by the ending of ``path``.

    The same sheet gives the same bytes. Raises PaperUnknown, ScaleTooLarge, PlaneUnsuitable, NothingToDraw.
    """
    kind = path.suffix.lower().lstrip(".")
    with _ONE_AT_A_TIME, matplotlib.rc_context(_SETTINGS):
        made, buffer = page(sheet, paper, scale), io.BytesIO()
        made.figure.savefig(buffer, format=kind, dpi=DPI if kind == "png" else 72, metadata=_metadata(sheet, kind))
    path.write_bytes(buffer.getvalue())
    return path


def picture(sheet: Sheet, *, paper: str = "A3", scale: int | None = None) -> bytes:
    """The map of a sheet with its scale and legend as PNG, without the words beside it.

    Raises as ``draw``.
    """
    with _ONE_AT_A_TIME, matplotlib.rc_context(_SETTINGS):
        made, buffer = page(sheet, paper, scale), io.BytesIO()
        box = made.paper.frame
        corners = (made.paper.edge.x, made.paper.legend.y), (made.paper.panel.x, box.top + box.x - made.paper.edge.x)
        shown = Bbox([[x / MM_PER_INCH, y / MM_PER_INCH] for x, y in corners])
        made.figure.savefig(buffer, format="png", dpi=DPI, bbox_inches=shown, pad_inches=0)
    return buffer.getvalue()


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
    draw_legend(made, legend, voice)
    draw_panel(made, sheet, voice, _own_notes(sheet))
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


def _own_notes(sheet: Sheet) -> list[Text]:
    """What the page has to confess: characters that it cannot print."""
    unprinted = missing_glyphs(sheet)
    if not unprinted:
        return []
    named = ", ".join(f"U+{ord(c):04X}" for c in unprinted[:12]) + (" …" if len(unprinted) > 12 else "")
    said = N_("The page's type lacks {count} characters, printed as {mark}: {named}.")
    return [Text(said, count=len(unprinted), mark=GETA, named=named)]


def _metadata(sheet: Sheet, kind: str) -> dict[str, Any]:
    title = voice_of(sheet).line(sheet.title)
    if kind == "pdf":
        return {"Title": title, "Creator": "planner", "Subject": sheet.run_hash, "CreationDate": sheet.printed_at}
    if kind == "svg":
        return {"Title": title, "Creator": "planner", "Date": sheet.printed_at.isoformat()}
    return {"Title": title, "Software": "planner"}
