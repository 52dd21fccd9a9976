"""One sheet: every figure of a case fixed once, so that pens never compute.

Built by the desk from a case or a scenario; map, web page, deck, opinion, workbook and layers draw it. Areas are
printed in parts that add up to their total (planner.units.rounded_parts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from planner.parameters import NO_CLASSES, LandClass
from planner.text import N_, Text, Translate
from planner.verdict import Sign, Verdict

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Row:
    """One printed line: what, the figure as printed with its unit, and its basis or clause.

    ``figures`` are the figures of a table with several columns (one each of ``Sheet.quota_columns``); a row
    that has them leaves ``figure`` empty. A figure given as Text is said in the language of the page.
    """

    label: Text
    figure: str | Text
    note: Text | None = None
    sign: Sign | None = None
    figures: Sequence[str | Text] = ()

    @property
    def cells(self) -> tuple[str | Text, ...]:
        """The figures of the line, however many there are."""
        return tuple(self.figures) or ((self.figure,) if self.figure else ())


@dataclass(frozen=True)
class MapLayer:
    """What a pen draws beneath the parcel: frame in EPSG:4490 clipped to the surroundings (columns id, name, and
    code_system, code where classes are drawn), its role, printed title and vintage."""

    role: str
    title: Text
    frame: gpd.GeoDataFrame
    as_of: date | None
    illustrative: bool


@dataclass(frozen=True)
class Piece:
    """An offending part of a finding, drawn hatched by its sign (EPSG:4490)."""

    shape: BaseGeometry
    sign: Sign
    label: Text


@dataclass(frozen=True)
class TitleBlock:
    """What an office fills in; an empty field is printed as a box to be signed.

    ``review_number`` is the map review number (shown publicly) and ``classification`` the secrecy class;
    ``sheet_number`` takes the place of the national map sheets that the parcel is found on; ``logo`` is the office's
    own sign (PNG or JPEG).
    """

    office: str = ""
    maker: str = ""
    checker: str = ""
    approver: str = ""
    classification: Text | str = field(default_factory=lambda: Text(N_("Internal")))
    review_number: str = ""
    sheet_number: str = ""
    logo: bytes | None = None


@dataclass(frozen=True)
class Table:
    """Lines under heads, every cell as printed: a figure is a Text with its unit (planner.figures), a word a str.

    ``key`` is the name by which a pen or an office's template asks for it; ``graves`` says of each row how grave what
    it states is (planner.verdict.gravity), for a page that has no room for all of them.
    """

    key: str
    title: Text
    columns: Sequence[Text]
    rows: Sequence[Sequence[str | Text]]
    notes: Sequence[Text] = ()
    graves: Sequence[float] = ()


@dataclass(frozen=True)
class Chart:
    """Amounts by year in ``unit``: ``parts`` are stacked on one another, ``cap`` is a line above them. The figures are
    those of the table beside it."""

    title: Text
    unit: Text
    years: Sequence[int]
    parts: Sequence[tuple[Text, Sequence[Decimal | None]]]
    cap: tuple[Text, Sequence[Decimal | None]]


@dataclass(frozen=True)
class Corner:
    """A numbered boundary point: its place in the plane (metres east and north), and what is printed of it: northing,
    easting, and the length of the side to the next point."""

    label: str
    place: tuple[float, float]
    north: str
    east: str
    side: str


@dataclass(frozen=True)
class Outline:
    """One ring of a boundary, the holes of a part after its outer ring."""

    title: Text
    hole: bool
    corners: Sequence[Corner]


@dataclass(frozen=True)
class Survey:
    """A parcel's boundary as its parcel sheet states it, in ``Sheet.plane_crs``: rings, the cells above the map, the
    area as it stands on the land, and on what basis all this is. ``crowded`` are the sides with more neighbours than
    their cell names, each with all of them."""

    rings: Sequence[Outline]
    about: Sequence[Row]
    area: Text
    notes: Sequence[Text]
    crowded: Sequence[Row] = ()


@dataclass(frozen=True)
class Sheet:
    """All that paper may show of one case, or of the whole workspace (then ``parcel`` is None).

    ``lang`` is zh, en or both; ``translate`` is the language of a page in one language (a page in both says
    every Text twice). ``role_titles`` names layers by their role (role -> message id), ``classes`` gives land
    classes their colour and name. ``plane_crs`` is a projected CRS in metres, east first when drawn; ``centre`` (lon,
    lat) is the middle of the map, None for that of what it shows. From ``question`` on it is what a meeting reads
    besides: the deck, the opinion and the workbook print it; the first ``decisive`` of the ``conditions`` stand against
    what is asked. No page cuts those of the ``notes`` that are among
    ``cautions``; ``index`` is what the index map shows, ``survey`` what a parcel sheet prints, ``on_sheets`` the
    national map sheets that the parcel lies on, ``page`` of ``pages`` its place among the pages.
    """

    title: Text
    parcel_id: str
    parcel: BaseGeometry | None
    verdict: Verdict | None
    headline: Text
    takes: Sequence[Row]
    findings: Sequence[Row]
    quotas: Sequence[Row]
    layers: Sequence[MapLayer]
    pieces: Sequence[Piece]
    sources: Sequence[Text]
    notes: Sequence[Text]
    plane_crs: str
    printed_at: datetime
    run_hash: str
    illustrative: bool
    translate: Translate
    lang: str
    classes: Mapping[tuple[str, str], LandClass] = field(default_factory=lambda: NO_CLASSES)
    quota_columns: Sequence[Text] = ()
    role_titles: Mapping[str, str] = field(default_factory=dict)
    title_block: TitleBlock = field(default_factory=TitleBlock)
    question: Text | None = None
    recommendation: Text | None = None
    conditions: Sequence[Text] = ()
    decisive: int = 0
    about: Sequence[Row] = ()
    tables: Sequence[Table] = ()
    chart: Chart | None = None
    centre: tuple[float, float] | None = None
    cautions: Sequence[Text] = ()
    index: Sequence[MapLayer] = ()
    survey: Survey | None = None
    on_sheets: Text | None = None
    page: int = 1
    pages: int = 1

    def table(self, key: str) -> Table | None:
        """The table of that key, None where the sheet has none."""
        return next((table for table in self.tables if table.key == key), None)
