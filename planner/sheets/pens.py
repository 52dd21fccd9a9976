"""Every way a sheet can leave the house: one pen per file ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from planner.errors import InputError
from planner.sheets.sheet import Sheet
from planner.text import N_


class PenUnknown(InputError):
    code = "E_USAGE"
    sentence = N_("Nothing can be written as '{ending}'. Use a name that ends in one of: {known}.")


# Each pen is imported when it draws: matplotlib and the Office libraries take a second to come.
def _map_sheet(sheet: Sheet, path: Path, *, paper: str, scale: int | None, template: Path | None) -> list[Path]:
    from planner.sheets import map_sheet

    return map_sheet.draw(sheet, path, paper=paper, scale=scale)


def _web(sheet: Sheet, path: Path, *, paper: str, scale: int | None, template: Path | None) -> list[Path]:
    from planner.sheets import web

    return [web.draw(sheet, path)]


def _workbook(sheet: Sheet, path: Path, *, paper: str, scale: int | None, template: Path | None) -> list[Path]:
    from planner.sheets import workbook

    return [workbook.draw(sheet, path)]


def _deck(sheet: Sheet, path: Path, *, paper: str, scale: int | None, template: Path | None) -> list[Path]:
    from planner.sheets import deck, map_sheet

    land = sheet.parcel is not None or any(len(layer.frame) for layer in sheet.layers)
    picture = map_sheet.map_picture(sheet, paper=paper, scale=scale) if land else None
    return [deck.draw(sheet, path, picture=picture, template=template)]


def _opinion(sheet: Sheet, path: Path, *, paper: str, scale: int | None, template: Path | None) -> list[Path]:
    from planner.sheets import opinion

    return [opinion.draw(sheet, path, template=template)]


def _layers(sheet: Sheet, path: Path, *, paper: str, scale: int | None, template: Path | None) -> list[Path]:
    from planner.sheets import layers

    return [layers.draw(sheet, path)]


PENS: Mapping[str, Callable[..., list[Path]]] = MappingProxyType({
    ".pdf": _map_sheet, ".png": _map_sheet, ".svg": _map_sheet, ".html": _web, ".xlsx": _workbook,
    ".pptx": _deck, ".docx": _opinion, ".gpkg": _layers,
})


def draw(
    sheet: Sheet, path: Path, *, paper: str = "A3", scale: int | None = None, template: Path | None = None
) -> Path:
    """Write a sheet with the pen of the path's ending; ``paper`` and ``scale`` (1:N) only matter to paper,
    ``template`` (an office's own file) only to deck and opinion. Returns the path, of several pages as pictures that
    of the first.

    Raises PenUnknown for another ending, and what the pen raises.
    """
    return drawn(sheet, path, paper=paper, scale=scale, template=template)[0]


def drawn(
    sheet: Sheet, path: Path, *, paper: str = "A3", scale: int | None = None, template: Path | None = None
) -> list[Path]:
    """The same, with every file that was written."""
    pen = PENS.get(path.suffix.lower())
    if pen is None:
        raise PenUnknown(ending=path.suffix or path.name, known=", ".join(PENS))
    return pen(sheet, path, paper=paper, scale=scale, template=template)
