"""What an import would do, before anything is stored: facts a person confirms, and the layer they then get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from planner import formats
from planner.desk.booking import Document
from planner.errors import PlannerError
from planner.formats import schema
from planner.formats.datum_alarm import Alarm, alarm
from planner.formats.errors import ColumnMissing
from planner.formats.numbers import short
from planner.formats.reading import Reading
from planner.land.geodesy import ellipsoid_m2
from planner.store.base import Store
from planner.text import N_, Text, Translate

if TYPE_CHECKING:
    from planner.desk.importing import Request

# Layers whose place is taken for granted when a new one is held against them, best first.
KNOWN_GROUND = ("parcels", "parks")
# Values of a column shown, enough to tell what it is.
_SAMPLES = 3
# A stated area is that of the shape when they differ by less: plane, ellipsoid and rounding lie below.
_SAME_AREA = 0.002

CRS_WHY: Mapping[str, str] = MappingProxyType(
    {
        "file": N_("the file names it"),
        "option": N_("as you stated it"),
        "header": N_("by its header and the digits of its coordinates"),
        "default": N_("the rule of the format where the file names none"),
    }
)
ENCODING_WHY: Mapping[str, str] = MappingProxyType(
    {
        "format": N_("the format has it so"),
        "option": N_("as you stated it"),
        "mark": N_("as the file marks it"),
        "content": N_("its bytes are nothing else"),
        "guess": N_("a guess: look at the names"),
    }
)


@dataclass(frozen=True)
class ColumnSeen:
    """A column of the file: how many of its cells are filled, some of their values, what surveys keep under its name,
    the field it fills, and the field it would fit but fills only on a person's word."""

    name: str
    filled: int
    sample: tuple[str, ...]
    meaning: str
    fills: str | None
    offered: str | None


@dataclass(frozen=True)
class Preview:
    """Facts of one file for one role. ``frame`` (EPSG:4490, fields of the role) is None while a required field has no
    column (``missing``); ``refused`` are the features and rows that would be left out; ``shift`` is the alarm of a
    layer that would lie right after a shift, against the layer ``beside``."""

    reading: Reading
    columns: tuple[ColumnSeen, ...]
    frame: gpd.GeoDataFrame | None
    missing: ColumnMissing | None
    refused: tuple[PlannerError, ...]
    shift: Alarm | None = None
    beside: str = ""
    notes: tuple[Text, ...] = field(default=())

    @property
    def alarm(self) -> Text | None:
        """The sentence of the datum-shift alarm."""
        return self.shift.text(self.beside) if self.shift else None


def look_into(store: Store, request: Request) -> Preview:
    """A file of polygons as it would become a layer. Writes nothing.

    Raises what the door of files raises, RoleUnknown, FieldUnknown, ColumnMissing for a column named that is not there.
    """
    reading = request.reading or formats.read(
        request.path,
        crs=request.crs,
        encoding=request.encoding,
        layer=request.layer,
        name=request.file,
        swap_axes=request.swap_axes,
    )
    frame, missing = None, None
    bad: tuple[PlannerError, ...] = ()
    try:
        frame, bad = schema.apply_mapping(reading, request.role, dict(request.columns), dict(request.constants))
    except ColumnMissing as lacking:
        if "column" in lacking.where:  # a column named that is not there: the call is wrong, not the file
            raise
        missing = lacking
    shift, beside = shift_of(store, reading.frame if frame is None else frame, request.name)
    refused = (*(error for _, error in reading.rejected), *bad)
    notes = (*stated_areas(reading), *slope_grade(reading, request))
    return Preview(reading, columns_of(reading, request), frame, missing, refused, shift, beside, notes)


def shift_of(store: Store, frame: gpd.GeoDataFrame, name: str | None) -> tuple[Alarm | None, str]:
    """What the datum-shift alarm says of a layer beside the parcels, else the parks, of the workspace."""
    for role in KNOWN_GROUND:
        for info in store.layers():
            if info.role == role and info.name != name:
                found = alarm(frame, store.layer(info.name).frame)
                if found is not None:
                    return found, info.name
    return None, ""


def columns_of(reading: Reading, request: Request) -> tuple[ColumnSeen, ...]:
    """The columns of a file as a person wants to see them before saying what is what."""
    taken = {**schema.suggested(reading, request.role), **request.columns}
    fills = {column: name for name, column in taken.items() if name not in request.constants}
    offered = {column: name for name, column in schema.offered(reading, request.role).items()}
    found = []
    for column in reading.frame.columns.drop("geometry"):
        values = [value for value in reading.frame[column] if value is not None and value == value and value != ""]
        sample = tuple(dict.fromkeys(short(value) for value in values[:200]))[:_SAMPLES]
        meaning = schema.SURVEY_COLUMNS.get(str(column).upper(), "")
        found.append(
            ColumnSeen(str(column), len(values), sample, meaning, fills.get(column), offered.get(column))
        )
    return tuple(found)


def stated_areas(reading: Reading) -> tuple[Text, ...]:
    """Whether the areas a survey states are those of its shapes; both are shown where they differ most."""
    known = {str(column).upper(): column for column in reading.frame.columns}
    if schema.STATED_AREA not in known or not len(reading.frame):
        return ()
    stated = np.array([_number(value) for value in reading.frame[known[schema.STATED_AREA]]])
    measured = np.atleast_1d(ellipsoid_m2(np.asarray(reading.frame.geometry.values)))
    with np.errstate(invalid="ignore"):
        off = np.abs(stated - measured)
        wrong = off > np.maximum(_SAME_AREA * measured, 1.0)
    if not wrong.any():
        return ()
    worst = int(np.nanargmax(np.where(wrong, off, -1.0)))
    return (
        Text(
            N_(
                "{count:,} of {total:,} stated areas (TBMJ) are not those of their shapes; most of all that of "
                "{feature}: {stated:,.2f} m2 stated, {measured:,.2f} m2 measured"
            ),
            count=int(wrong.sum()),
            total=len(stated),
            feature=reading.ids[worst],
            stated=float(stated[worst]),
            measured=float(measured[worst]),
        ),
    )


def slope_grade(reading: Reading, request: Request) -> tuple[Text, ...]:
    """GDPDJB looks like a quality grade and is none."""
    has_grade = "grade" in {*request.columns, *request.constants, *schema.suggested(reading, request.role)}
    wants = any(one.field == "grade" for one in schema.schema(request.role))
    if not wants or has_grade or "GDPDJB" not in {str(column).upper() for column in reading.frame.columns}:
        return ()
    return (
        Text(
            N_(
                "its GDPDJB is the slope grade and was not taken for the quality grade; name the column of that with "
                "--map grade=COLUMN, or the grain capacity stays unknown"
            )
        ),
    )


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def document(preview: Preview, request: Request, coverage_m2: float | None, say: Translate) -> Document:
    """The ``preview`` member of `import --dry-run`."""
    reading, shift = preview.reading, preview.shift
    west, south, east, north = reading.frame.total_bounds.tolist() if len(reading.frame) else [None] * 4
    return {
        "format": reading.format,
        "file_layer": reading.layer,
        "bytes": request.path.stat().st_size,
        "crs_why": say(CRS_WHY[reading.crs_from]),
        "encoding_from": reading.encoding_from,
        "encoding_why": say(ENCODING_WHY[reading.encoding_from]),
        "columns": [
            {
                "column": one.name,
                "filled": one.filled,
                "sample": list(one.sample),
                "meaning": say(one.meaning) if one.meaning else None,
                "field": one.fills,
                "offered": one.offered,
            }
            for one in preview.columns
        ],
        "bounds": [west, south, east, north],
        "total_m2": float(np.sum(ellipsoid_m2(np.asarray(reading.frame.geometry.values)))) if len(reading.ids) else 0.0,
        "feature_notes": {id_: [note.say(say) for note in notes] for id_, notes in reading.feature_notes.items()},
        "coverage_m2": coverage_m2,
        "shift": {
            "change": shift.change,
            "offset_m": shift.offset_m,
            "towards_deg": shift.towards_deg,
            "before_share": shift.before,
            "after_share": shift.after,
            "layer": preview.beside,
        }
        if shift
        else None,
    }
