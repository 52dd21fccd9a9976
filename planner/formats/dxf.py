"""DXF drawings: closed polylines, circles and hatches of one layer as parcels, with the words that stand in them.

A drawing does not say its coordinate system: x is the easting, y the northing, and a person says of which zone.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.formats.confined import Table, read_drawing
from planner.formats.crs import proposed
from planner.formats.decode import guessed_repair, known_encoding
from planner.formats.errors import ParseError
from planner.formats.limits import ARC_TOLERANCE, MAX_TEXT_BYTES
from planner.formats.raw import Raw
from planner.formats.request import Request
from planner.formats.rings import nested, polygon
from planner.formats.tidy import table_to_raw
from planner.text import N_, Text

# Writers that leave the header out still write the markers of this version or a later one.
_HEADER = b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1015\n  0\nENDSEC\n"
_DANGLING = re.compile(rb"\n[ \t]*0[ \t]*\r?\n[ \t]*SECTION[ \t]*\r?\n[ \t]*0[ \t]*\r?\n[ \t]*EOF")
_END = re.compile(rb"\n[ \t]*0[ \t]*\r?\n[ \t]*EOF\s*$")
_SAME_M = 3  # decimals of a metre within which two outlines are one
_LONGEST = 200

Rings = list[NDArray[np.float64]]


def read_dxf(request: Request) -> Raw:
    """The closed outlines of a drawing, on ``request.layer`` or the only layer that has any.

    Raises TooComplex (blocks), AmbiguousLayer, FileLayerMissing, ParseError; shapes that fail go to ``Raw.errors``.
    """
    with TemporaryDirectory(prefix="planner-") as folder:
        copy = Path(folder) / "layer.dxf"
        copy.write_bytes(_mended(request.path.read_bytes()[: MAX_TEXT_BYTES + 1]))
        table = read_drawing(copy, request.layer, ARC_TOLERANCE)
    table, encoding, by = _retold(table, request.encoding)
    rows = _parcels(table)
    names = table.columns["layer"]
    raw = table_to_raw(_columns(table, rows), "DXF", request.layer or (names[0] if names else request.stem), encoding)
    raw.shapes = [raw.shape(position, partial(_shape, rings)) for position, (rings, _) in enumerate(rows)]
    _label(raw, table.extra["texts"])
    raw.notes.extend(_notes(table))
    raw.crs, raw.encoding_from = _said_system(table), by
    if by == "guess":
        raw.repairs.append(guessed_repair())
    return raw


def _said_system(table: Table) -> str | None:
    """The system that this planner wrote beside the outlines, where all of them carry the same and the digits of the
    drawing do not speak against it: someone may have moved it since."""
    said = {_document(record).get("crs") for record in table.columns["record"]}
    system = next(iter(said)) if len(said) == 1 else None
    by_digits = proposed(shapely.get_coordinates([shape for shape in table.shapes if shape is not None]))
    return system if isinstance(system, str) and by_digits in (None, system) else None


def _mended(data: bytes) -> bytes:
    """With a header where there is none and without an empty section before the end: both are met, both stop ezdxf.

    Raises ParseError for a text that was cut.
    """
    if data.startswith(b"AutoCAD Binary DXF"):
        return data
    if not _END.search(data[-200:]):
        # Read on, it would be short of parcels without a word.
        raise ParseError(reason=Text(N_("its end is missing")))
    whole = _DANGLING.sub(b"\n  0\nEOF", data)
    return whole if b"$ACADVER" in whole else _HEADER + whole


def _retold(table: Table, stated: str | None) -> tuple[Table, str, str]:
    """The table with its words in their true encoding: as the person says, as the header says, else as they look."""
    said = str(table.extra["encoding"])
    words = [*table.columns["layer"], *(text for _, _, text in table.extra["texts"])]
    encoding, by = (known_encoding(stated), "option") if stated else _looked_at(words, said, table.extra["marked"])
    if encoding == said:
        return table, "utf-8" if said == "utf8" else said, by

    def told(word: str) -> str:
        return word.encode(said, "surrogateescape").decode(encoding, "replace")

    texts = [(x, y, told(text)) for x, y, text in table.extra["texts"]]
    layers = [told(word) for word in table.columns["layer"]]
    columns = {**table.columns, "layer": layers}
    return replace(table, columns=columns, extra={**table.extra, "texts": texts}), encoding, by


def _looked_at(words: list[str], said: str, marked: bool) -> tuple[str, str]:
    """Western Europe is what a drawing says that says nothing; Chinese words in it are UTF-8 or GBK."""
    strange = [word for word in words if not word.isascii()]
    if not strange or marked:
        return said, "mark" if marked else "format"
    for encoding in ("utf-8", "gb18030"):
        try:
            for word in strange:
                word.encode(said, "surrogateescape").decode(encoding)
        except UnicodeError:
            continue
        return encoding, "content" if encoding == "utf-8" else "guess"
    return said, "format"


def _parcels(table: Table) -> list[tuple[Rings, dict[str, Any]]]:
    """Rings and fields of each parcel: rings that carry the same record are one; a hatch that only fills an outline is
    that outline."""
    rows: list[tuple[Rings, dict[str, Any]]] = []
    by_record: dict[str, Rings] = {}
    kinds = table.columns["entity"]
    outlines = {_key(_rings_of(s)) for s, kind in zip(table.shapes, kinds, strict=True) if kind != "HATCH"}
    for position, shape in enumerate(table.shapes):
        rings, record = _rings_of(shape), table.columns["record"][position]
        fields = {name: table.columns[name][position] for name in ("layer", "entity", "handle")}
        if record and record in by_record:
            by_record[record].extend(rings)
        elif kinds[position] != "HATCH" or _key(rings) not in outlines:
            rows.append((rings, fields | _recorded(record)))
            if record:
                by_record[record] = rings
    return rows


def _rings_of(shape: BaseGeometry | None) -> Rings:
    return [shapely.get_coordinates(ring) for ring in shapely.get_parts(shape)]


def _key(rings: Rings) -> frozenset[tuple[float, float]]:
    return frozenset((x, y) for ring in rings for x, y in np.round(ring, _SAME_M).tolist())


def _recorded(record: str | None) -> dict[str, Any]:
    fields = _document(record).get("fields")
    return fields if isinstance(fields, dict) else {}


def _document(record: str | None) -> dict[str, Any]:
    try:
        found = json.loads(record or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _columns(table: Table, rows: list[tuple[Rings, dict[str, Any]]]) -> Table:
    names = dict.fromkeys(name for _, fields in rows for name in fields)
    columns = {name: [_plain(fields.get(name)) for _, fields in rows] for name in names}
    return replace(table, shapes=[None] * len(rows), columns=columns)


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _shape(rings: Rings, feature: str) -> tuple[BaseGeometry, list[Text]]:
    return polygon(nested(rings, feature), feature)


def _label(raw: Raw, texts: list[tuple[float, float, str]]) -> None:
    """Words that stand in a parcel, and in no smaller one, become its ``text``."""
    if not texts or not raw.shapes:
        return
    areas = [shape.area if shape is not None else np.inf for shape in raw.shapes]
    places = shapely.points(np.array([(x, y) for x, y, _ in texts], dtype=np.float64))
    tree = shapely.STRtree([shape if shape is not None else shapely.Point() for shape in raw.shapes])
    found: dict[int, list[str]] = {}
    owners: dict[int, int] = {}
    for place, position in tree.query(places, predicate="within").T.tolist():
        if place not in owners or areas[position] < areas[owners[place]]:
            owners[place] = position
    for place, position in sorted(owners.items()):
        found.setdefault(position, []).append(" ".join(texts[place][2].split()))
    if found:
        words = {position: "; ".join(said)[:_LONGEST] for position, said in found.items()}
        raw.columns["text"] = [words.get(position) for position in range(len(raw.shapes))]


def _notes(table: Table) -> list[Text]:
    chords = N_("arcs were cut into chords that leave them by at most {tolerance} units")
    notes = [Text(chords, tolerance=ARC_TOLERANCE)]
    if table.extra["mended"]:
        again = N_("the drawing is damaged and was put together again; compare its parcels with the drawing")
        notes.append(Text(again))
    if table.extra["open"]:
        notes.append(Text(N_("{count:,} open lines were left out"), count=table.extra["open"]))
    return notes
