"""How things are printed together: language, paper, scale, what the map shows, who signs, the office's own files.

The same choices come from the page of the meeting and from the command line, and go to every pen alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError, UsageError
from planner.sheets.office import Templates
from planner.sheets.paper import paper_named
from planner.sheets.plane import outline, plane, scale_for, window
from planner.sheets.sheet import Sheet, TitleBlock
from planner.text import N_, Text

SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000)
LANGS = ("zh", "en", "both")
FIELDS = ("office", "maker", "checker", "approver", "classification", "review_number", "sheet_number")
LonLat = tuple[float, float]


class PlaceUnreadable(InputError):
    code = "E_USAGE"
    sentence = N_("--{option} '{words}' is no place: write {form} in degrees (CGCS2000), numbers separated by commas.")


@dataclass(frozen=True)
class Page:
    """The choices. ``scale`` is N of 1:N, None for the roomiest that fits; ``centre`` (lon, lat, EPSG:4490) is the
    middle of the map, None for that of what is shown."""

    lang: str = "zh"
    paper: str = "A3"
    scale: int | None = None
    centre: LonLat | None = None
    block: TitleBlock = field(default_factory=TitleBlock)
    templates: Templates = field(default_factory=Templates)

    def __post_init__(self) -> None:
        paper_named(self.paper)
        if self.scale is not None and self.scale < 1:
            said = N_("--scale {scale}: write the denominator, e.g. 2000 for 1:2000")
            raise UsageError(problem=Text(said, scale=self.scale))

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages, one after the other."""
        return ("zh", "en") if self.lang == "both" else (self.lang,)

    def on(self, sheet: Sheet) -> Sheet:
        """A sheet signed and framed as chosen."""
        return replace(sheet, title_block=self.block, centre=self.centre)


def title_block(fields: Mapping[str, str], logo: bytes | None = None) -> TitleBlock:
    """What an office fills in (``FIELDS``), as it is written."""
    words: dict[str, Any] = {name: said for name, said in fields.items() if name != "classification"}
    block = TitleBlock(**words, logo=logo)
    secrecy = fields.get("classification", "")
    return replace(block, classification=Text("{said}", said=secrecy)) if secrecy else block


def block_fields(block: TitleBlock) -> dict[str, str]:
    """The words of a title block by field, as ``title_block`` takes them; empty where nothing was filled in."""
    words = {name: str(getattr(block, name)) for name in FIELDS}
    return {**words, "classification": "" if block.classification == TitleBlock().classification else
            str(block.classification)}


def place(words: str, option: str, form: str) -> tuple[float, ...]:
    """Numbers of a place as a person writes them, as many as ``form`` names. Raises PlaceUnreadable."""
    try:
        found = tuple(float(word) for word in words.replace("，", ",").split(","))
    except ValueError:
        found = ()
    lons, lats = found[::2], found[1::2]
    whole = len(found) == len(form.split(",")) and all(-180 <= lon <= 180 for lon in lons) and all(
        -90 <= lat <= 90 for lat in lats)
    if not whole:
        raise PlaceUnreadable(option=option, words=words, form=form)
    return found


def centre_of(words: str) -> LonLat:
    """A middle as a person writes it: LON,LAT. Raises PlaceUnreadable."""
    lon, lat = place(words, "centre", "LON,LAT")
    return lon, lat


def around(words: str, paper: str, plane_crs: str) -> tuple[LonLat, int]:
    """An extent WEST,SOUTH,EAST,NORTH as the middle and the largest scale of the series at which a paper shows all of
    it. Raises PlaceUnreadable."""
    west, south, east, north = place(words, "extent", "WEST,SOUTH,EAST,NORTH")
    if west >= east or south >= north:
        raise PlaceUnreadable(option="extent", words=words, form="WEST,SOUTH,EAST,NORTH")
    flat = plane(plane_crs)
    box = flat.flat(shapely.box(west, south, east, north))
    middle = shapely.box(*box.bounds).centroid
    lon, lat = flat.back.transform(middle.x, middle.y)
    return (lon, lat), scale_for(box, paper_named(paper).frame_mm)


@dataclass(frozen=True)
class Framed:
    """What the map of a page will show: the scale, the middle and the frame itself (EPSG:4490)."""

    scale: int
    centre: LonLat
    shape: BaseGeometry


def framed(subject: BaseGeometry, plane_crs: str, page: Page) -> Framed:
    """The frame of a page around a subject (EPSG:4490), as the pen will draw it.

    Raises ScaleTooLarge, FrameElsewhere, PlaneUnsuitable.
    """
    flat = plane(plane_crs)
    view = window(flat.flat(subject), paper_named(page.paper).frame_mm, page.scale, flat.point(page.centre))
    lon, lat = flat.back.transform(view.east + view.width_m / 2, view.north + view.height_m / 2)
    return Framed(view.scale, (lon, lat), outline(view, flat))

