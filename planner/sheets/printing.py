"""From drawn pages to files: one PDF of many pages with vectors and type, or a picture a page."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages

from planner.sheets.canvas import Canvas
from planner.sheets.sheet import Sheet
from planner.sheets.voice import voice_of

DPI = 200
# matplotlib keeps type and settings for the whole process: one page is drawn at a time.
_ONE_AT_A_TIME = threading.Lock()
SETTINGS: Any = {
    "pdf.fonttype": 3, "pdf.compression": 6, "svg.fonttype": "path", "svg.hashsalt": "planner", "path.simplify": False,
    # Else each letter of a picture is as wide as whole dots, and a line wider than it was measured.
    "text.hinting": "no_hinting",
}
Page = Callable[[], Canvas]


def printed(pages: Iterable[Page], sheet: Sheet, path: Path) -> list[Path]:
    """Write pages as .pdf (all in one), .svg or .png (200 dpi; from the second on as ``name-2.png``), by the ending of
    ``path``. Returns the files. The same pages give the same bytes; where drawing fails nothing is written."""
    kind = path.suffix.lower().lstrip(".")
    data = [_pdf(pages, sheet)] if kind == "pdf" else [picture(page, kind, sheet) for page in pages]
    paths = [path, *(path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, len(data) + 1))]
    for file, content in zip(paths, data, strict=True):
        file.write_bytes(content)
    return paths


def _pdf(pages: Iterable[Page], sheet: Sheet) -> bytes:
    """One page at a time holds the type: between two of them others may draw."""
    buffer = io.BytesIO()
    book = PdfPages(buffer, metadata=_metadata(sheet, "pdf"))
    try:
        for page in pages:
            with _ONE_AT_A_TIME, matplotlib.rc_context(SETTINGS):
                book.savefig(page().figure)
    finally:
        with _ONE_AT_A_TIME, matplotlib.rc_context(SETTINGS):
            book.close()
    return buffer.getvalue()


def picture(page: Page, kind: str, sheet: Sheet, *, dpi: float = DPI, **how: Any) -> bytes:
    """One page as svg or (with so many dots an inch) png; ``how`` goes to matplotlib."""
    buffer = io.BytesIO()
    with _ONE_AT_A_TIME, matplotlib.rc_context(SETTINGS):
        dots = dpi if kind == "png" else 72
        page().figure.savefig(buffer, format=kind, dpi=dots, metadata=_metadata(sheet, kind), **how)
    return buffer.getvalue()


def _metadata(sheet: Sheet, kind: str) -> dict[str, Any]:
    title = voice_of(sheet).line(sheet.title)
    if kind == "pdf":
        return {"Title": title, "Creator": "planner", "Subject": sheet.run_hash, "CreationDate": sheet.printed_at}
    if kind == "svg":
        return {"Title": title, "Creator": "planner", "Date": sheet.printed_at.isoformat()}
    return {"Title": title, "Software": "planner"}
