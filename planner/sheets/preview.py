"""A page as it will be printed, small enough to be looked at while somebody chooses: the same pen, fewer points."""

from __future__ import annotations

import io

import matplotlib

from planner.sheets import map_sheet
from planner.sheets.canvas import MM_PER_INCH
from planner.sheets.sheet import Sheet


def preview(sheet: Sheet, *, paper: str, scale: int | None, width_px: int) -> bytes:
    """The map sheet as PNG, ``width_px`` wide. Raises as ``map_sheet.draw``."""
    buffer = io.BytesIO()
    with map_sheet._ONE_AT_A_TIME, matplotlib.rc_context(map_sheet._SETTINGS):
        made = map_sheet.page(sheet, paper, scale)
        made.figure.savefig(buffer, format="png", dpi=width_px * MM_PER_INCH / made.paper.width)
    return buffer.getvalue()
