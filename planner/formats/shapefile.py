"""Shapefiles: all parts there, their lengths agreeing, the text's encoding found; then GDAL in a child.

GDAL reads a cut shapefile without a word and gives no shape for what is missing, so the headers are compared first.
Source: ESRI Shapefile Technical Description (1998), pages 3-5 and 24; dBASE table header, byte 29.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from planner.formats.clean import clean_text
from planner.formats.confined import Table, read_table
from planner.formats.dbf import Dbf, dbf_of
from planner.formats.decode import guessed_repair, known_encoding
from planner.formats.errors import EncodingWrong, MissingPart, ParseError
from planner.formats.raw import Raw
from planner.formats.request import Request
from planner.formats.tidy import table_to_raw
from planner.text import N_, Text

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED = (".shp", ".shx", ".dbf")
_HEADER = 100
_CODE = 9994


def parts_beside(path: Path) -> dict[str, Path]:
    """The parts of a shapefile that lies unpacked: suffix -> the file of the same stem beside it."""
    near = path.parent.glob("*")
    return {one.suffix.lower(): one for one in near if one.stem == path.stem and one.suffix.lower() in PARTS}


def read_shapefile(request: Request) -> Raw:
    """A shapefile that lies unpacked."""
    beside = parts_beside(request.path)
    with TemporaryDirectory(prefix="planner-") as folder:
        return read_parts(
            {suffix: path.read_bytes() for suffix, path in beside.items()}, request.stem, request, Path(folder)
        )


def read_parts(files: Mapping[str, bytes], layer: str, request: Request, folder: Path) -> Raw:
    """The parts of one shapefile, suffix -> bytes, put into ``folder`` under a name of ours and read.

    Raises MissingPart, ParseError, TooComplex.
    """
    for part in NEEDED:
        if not files.get(part):
            raise MissingPart(layer=layer, part=part)
    records = _records(files[".shp"], files[".shx"])
    dbf = dbf_of(files[".dbf"])
    if dbf.records != records:
        reason = Text(N_("its .dbf has {rows:,} rows for {shapes:,} shapes"), rows=dbf.records, shapes=records)
        raise ParseError(reason=reason)
    encoding, by = _encoding(dbf, files.get(".cpg"), request.encoding)
    for part in NEEDED:
        (folder / f"layer{part}").write_bytes(files[part])
    # GDAL passes every byte on as one character; which characters they make together is settled here.
    table = retold(read_table(folder / "layer.shp", None, "ISO-8859-1"), encoding)
    raw = table_to_raw(table, "shapefile", layer, encoding)
    if len(raw.shapes) != records:
        raise ParseError(
            reason=Text(N_("only {found:,} of its {count:,} shapes can be read"), found=len(raw.shapes), count=records)
        )
    raw.crs, raw.encoding_from = _prj(files.get(".prj")), by
    if by == "guess":
        raw.repairs.append(guessed_repair())
    return raw


def _records(shp: bytes, shx: bytes) -> int:
    """How many shapes the index lists, each of them inside the .shp. Raises ParseError."""
    for part, data in ((".shp", shp), (".shx", shx)):
        if len(data) < _HEADER or struct.unpack_from(">i", data)[0] != _CODE:
            raise ParseError(reason=Text(N_("its {part} has no shapefile header"), part=part))
        if struct.unpack_from(">i", data, 24)[0] * 2 > len(data):
            raise ParseError(reason=Text(N_("its {part} is cut short"), part=part))
    count = (struct.unpack_from(">i", shx, 24)[0] * 2 - _HEADER) // 8
    index = np.frombuffer(shx, dtype=">i4", count=2 * max(count, 0), offset=_HEADER).astype(np.int64).reshape(-1, 2) * 2
    if len(index) and (index.min() < 0 or int((index.sum(axis=1) + 8).max()) > len(shp)):
        raise ParseError(reason=Text(N_("its .shx points outside of its .shp")))
    return max(count, 0)


def _encoding(dbf: Dbf, cpg: bytes | None, stated: str | None) -> tuple[str, str]:
    """The encoding of the text, and who said so: the person's word, the mark in the table or the .cpg, strict UTF-8,
    then as a guess GB 18030; a mark that does not fit the bytes is passed over."""
    if stated:
        return known_encoding(stated), "option"
    if not dbf.has_wide_text():
        return "utf-8", "content"
    named = (cpg or b"").decode("ascii", "ignore").strip()
    for candidate, by in ((dbf.marked_encoding(), "mark"), (_code_page(named), "mark"), ("utf-8", "content")):
        if candidate and dbf.fits(candidate):
            return candidate, by
    return ("gb18030" if dbf.fits("gb18030") else "cp1252"), "guess"


def retold(table: Table, encoding: str) -> Table:
    """The table with its text, read as one character a byte, in its true encoding."""
    columns = {
        _told(name, encoding): [_told(value, encoding) for value in values] for name, values in table.columns.items()
    }
    return replace(table, columns=columns)


def _told(value: Any, encoding: str) -> Any:
    if not isinstance(value, str) or value.isascii():
        return value
    # Not final: the field's width may have cut the last character in half.
    return codecs.getincrementaldecoder(encoding)("replace").decode(value.encode("latin-1", "replace"), final=False)


def _code_page(name: str) -> str | None:
    if not name:
        return None
    digits = name.upper().removeprefix("CP").removeprefix("ANSI").strip(" _-")
    try:
        return known_encoding({"936": "gbk", "65001": "utf-8", "88591": "latin-1", "1252": "cp1252"}.get(digits, name))
    except EncodingWrong:  # a .cpg of nonsense is as good as none
        return None


def _prj(data: bytes | None) -> str | None:
    text = clean_text((data or b"").decode("utf-8-sig", "replace"))[0].strip()
    return text or None
