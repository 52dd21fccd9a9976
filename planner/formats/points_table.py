"""Coordinate tables, XLSX and CSV: one row a boundary point, with its parcel and ring.

As in the land-approval TXT X is the northing and Y the easting, digits tell the zone and show swapped axes, and
geometry decides what is a hole. A cell left empty (a merged one) means what stands above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.errors import InputError, PlannerError, Rejected
from planner.formats.crs import gauss_kruger, label, parse
from planner.formats.decode import decoded
from planner.formats.errors import ContentUnsupported, CrsConflict, CrsRefused, ParseError, RowBad
from planner.formats.geojson import columns
from planner.formats.land_txt import CGCS2000, zone_prefix
from planner.formats.limits import MAX_POINT_ROWS
from planner.formats.numbers import NotANumber, plain_decimal, short
from planner.formats.raw import Raw
from planner.formats.request import Request
from planner.formats.rings import nested, polygon
from planner.formats.sniff import SUPPORTED, TABLE_HEADINGS
from planner.formats.workbook import Formula, read_sheet
from planner.text import N_, Text

_ZONED = range(4491, 4534)
_DEGREES = frozenset({"lon", "lat"})


@dataclass
class _Parcel:
    """Rows of one parcel: rings of (first, second) numbers as they stand, and what else the columns say."""

    id: str
    rings: list[list[tuple[float, float]]] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)
    ring: str = ""
    systems: set[str] = field(default_factory=set)


def read_points(request: Request) -> Raw:
    """The parcels of a table of boundary points.

    Raises Rejected (E_ROWS, one error a bad row), ContentUnsupported for a table without coordinates, ParseError for
    one without rows, what ``zone_prefix`` raises, CrsConflict; what is wrong in one parcel goes to ``Raw.errors``.
    """
    sheet = read_sheet(
        request.path, layer=request.layer, encoding=request.encoding, most_rows=MAX_POINT_ROWS
    )
    fields = roles(sheet.headings)
    axes = _axes(fields)
    if axes is None:
        raise ContentUnsupported(found=Text(N_("a table without columns of coordinates (X and Y)")), known=SUPPORTED)
    parcels = _parcels(list(sheet.records()), fields, axes)
    if not parcels:
        raise ParseError(reason=Text(N_("there is no row under its headings")))
    raw = Raw(format="coordinate table", layer=request.layer or request.stem, encoding="utf-8", crs_from="header")
    _encoding(raw, request)
    turned = request.swap_axes != (axes in (("x", "y"), ("lat", "lon")))
    for parcel in parcels:
        parcel.rings = [[(b, a) if turned else (a, b) for a, b in ring] for ring in parcel.rings]
    prefix = None
    if not set(axes) & _DEGREES and parcels:
        prefix = zone_prefix([np.array(ring) for parcel in parcels for ring in parcel.rings])
    raw.crs = _system(parcels, prefix)
    for stated in (raw.crs, request.crs):
        _zone_fits(prefix, stated)
    for position, parcel in enumerate(parcels):
        _add(raw, position, parcel)
    raw.columns = columns([parcel.record for parcel in parcels])
    return raw


def roles(headings: Sequence[str]) -> dict[str, str]:
    """What each column is by its heading: role -> heading, the first of each role."""
    found: dict[str, str] = {}
    for heading in headings:
        plain = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[\s_:/]", "", unicodedata.normalize("NFKC", heading)).lower()
        role = next((role for role, names in TABLE_HEADINGS.items() if plain in names), None)
        if role:
            found.setdefault(role, heading)
    return found


def _axes(fields: Mapping[str, str]) -> tuple[str, str] | None:
    """The two roles that hold coordinates, in the order they are read."""
    pairs = (("x", "y"), ("east", "north"), ("lon", "lat"))
    return next((pair for pair in pairs if set(pair) <= set(fields)), None)


def _parcels(
    records: Sequence[tuple[int, dict[str, Any]]], fields: Mapping[str, str], axes: tuple[str, str]
) -> list[_Parcel]:
    parcels: dict[str, _Parcel] = {}
    bad: list[PlannerError] = []
    current = ""
    for number, record in records:
        try:
            point = _number(record, fields[axes[0]], number), _number(record, fields[axes[1]], number)
        except InputError as wrong:
            bad.append(wrong)
            continue
        current = _word(record.get(fields.get("parcel", ""))) or current
        _take(parcels.setdefault(current, _Parcel(current)), record, point, fields, axes)
    if bad:
        raise Rejected(bad, kind="rows")
    return list(parcels.values())


def _take(
    parcel: _Parcel,
    record: Mapping[str, Any],
    point: tuple[float, float],
    fields: Mapping[str, str],
    axes: tuple[str, str],
) -> None:
    """One point into its ring: a new one at each change of the ring's number or, without numbers, behind a closed
    one."""
    ring = _word(record.get(fields.get("ring", ""))) or parcel.ring
    last = parcel.rings[-1] if parcel.rings else []
    closed = "ring" not in fields and len(last) > 1 and last[0] == last[-1]
    if not parcel.rings or closed or ring != parcel.ring:
        parcel.rings.append([])
    parcel.ring = ring
    parcel.rings[-1].append(point)
    points = {fields[role] for role in ("label", "ring", "crs", *axes) if role in fields}
    if system := _word(record.get(fields.get("crs", ""))):
        parcel.systems.add(system)
    named = {fields[role]: role for role in ("name",) if role in fields}
    for heading, value in record.items():
        if heading not in points and _word(value):
            column = "id" if heading == fields.get("parcel") else named.get(heading, heading)
            parcel.record.setdefault(column, str(value) if column in ("id", "name") else _plain(value))


def _system(parcels: Sequence[_Parcel], prefix: int | None) -> str | None:
    """The system that a column names; None without one. Raises CrsConflict for several, CrsRefused for an old or local
    one. CGCS2000 without a zone in front of the eastings stays open."""
    said = sorted({system for parcel in parcels for system in parcel.systems})
    if not said:
        return None
    if len(said) > 1:
        raise CrsConflict(reason=Text(N_("its rows name several: {systems}"), systems=short(", ".join(said))))
    if found := re.search(r"EPSG\s*:+\s*(\d{4,6})", said[0], re.IGNORECASE):
        return f"EPSG:{found[1]}"
    if not CGCS2000.search(said[0]):
        raise CrsRefused(crs=short(said[0]), reason=Text(N_("only CGCS2000 needs no local shift")))
    return gauss_kruger(prefix, 3 if prefix >= 25 else 6, prefixed=True) if prefix else None


def _number(record: Mapping[str, Any], heading: str, row: int) -> float:
    value = record.get(heading)
    try:
        if isinstance(value, Formula):
            raise NotANumber(Text(N_("is a formula; paste its value")))
        return float(plain_decimal(value))
    except NotANumber as wrong:
        raise RowBad(
            row=row,
            column=heading,
            value=short("" if value is None else value),
            problem=wrong.problem,
            where={"row": row, "column": heading},
        ) from None


def _word(value: Any) -> str:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return "" if whole is None else str(whole).strip()


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) else str(value)


def _encoding(raw: Raw, request: Request) -> None:
    """What a CSV is written in; a workbook is UTF-8 by its format."""
    data = request.path.read_bytes()
    if data.startswith(b"PK"):
        return
    text = decoded(data, request.encoding)
    raw.encoding, raw.encoding_from, raw.notes = text.encoding, text.by, list(text.notes)
    if text.guessed:
        raw.notes.append(Text(N_("the text is GBK")))


def _zone_fits(prefix: int | None, stated: str | None) -> None:
    """Raises CrsConflict when the person states a zone other than the one in front of the eastings."""
    if prefix is None or stated is None:
        return
    by_points, by_call = gauss_kruger(prefix, 3 if prefix >= 25 else 6, prefixed=True), label(parse(stated))
    code = by_call.removeprefix("EPSG:")
    if code.isdigit() and int(code) in _ZONED and by_call != by_points:
        raise CrsConflict(
            reason=Text(N_("the points say {points}, the call says {call}"), points=by_points, call=by_call)
        )


def _add(raw: Raw, position: int, parcel: _Parcel) -> None:
    feature = parcel.id or str(position + 1)
    raw.ids.append(parcel.id or None)
    try:
        shape, notes = polygon(nested([np.array(ring) for ring in parcel.rings], feature), feature)
    except PlannerError as wrong:
        raw.errors[position] = wrong
        raw.shapes.append(None)
        return
    raw.shapes.append(shape)
    for note in notes:
        raw.note(position, note)
