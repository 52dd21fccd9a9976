"""A page as it will be printed, small enough to be looked at while somebody chooses: the same pen, fewer points."""

from __future__ import annotations

from planner.sheets.canvas import MM_PER_INCH
from planner.sheets.map_sheet import page
from planner.sheets.paper import paper_named
from planner.sheets.printing import picture
from planner.sheets.sheet import Sheet


def preview(sheet: Sheet, *, paper: str, scale: int | None, width_px: int) -> bytes:
    """The map sheet as PNG, ``width_px`` wide. Raises as ``map_sheet.draw``."""
    dots = width_px * MM_PER_INCH / paper_named(paper).width
    return picture(lambda: page(sheet, paper, scale), "png", sheet, dpi=dots)
