"""A page as it will be printed, small enough to be looked at while somebody chooses: the same pen, fewer points."""

from __future__ import annotations

from planner.sheets.canvas import MM_PER_INCH
from planner.sheets.map_sheet import pages
from planner.sheets.paper import paper_named
from planner.sheets.printing import picture
from planner.sheets.sheet import Sheet


def preview(sheet: Sheet, *, paper: str, scale: int | None, width_px: int, number: int = 1) -> tuple[bytes, int]:
    """One page of the map sheet as PNG, ``width_px`` wide (of a number that there is not, the last), and how many pages
    there are. Raises as ``map_sheet.draw``."""
    dots, made = width_px * MM_PER_INCH / paper_named(paper).width, pages(sheet, paper, scale)
    return picture(made[min(number, len(made)) - 1], "png", sheet, dpi=dots), len(made)
