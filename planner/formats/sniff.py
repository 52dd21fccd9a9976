"""What a file is, by its content alone; a name proves nothing."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from planner.formats.errors import ContentUnsupported, XmlDtd
from planner.text import N_, Text

SUPPORTED = Text(
    N_(
        "GeoJSON, TopoJSON, GeoPackage (.gpkg), zipped shapefile (.zip), FlatGeobuf, GeoParquet, KML/KMZ, DXF, "
        "coordinate table (.xlsx, .csv), land-approval TXT"
    )
)
HEAD_BYTES = 4096

_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_HTML = re.compile(rb"<!\s*doctype\s+html|<html", re.IGNORECASE)
_KML = re.compile(rb"<(\w+:)?kml[\s>]")
_DXF = re.compile(rb"(999[ \t]*\r?\n.*\r?\n\s*)*0[ \t]*\r?\n[ \t]*SECTION\s", re.IGNORECASE)
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# The heading of the coordinate section, in the encodings it comes in, and the marker of a parcel line.
_TXT_MARKS = tuple(word.encode(code) for word in ("地块坐标", "属性描述", "项目信息") for code in ("utf-8", "gb18030"))
_TXT_POINT = re.compile(
    rb"^\s*J?\d+\s*(,|\xef\xbc\x8c|\xa3\xac)\s*\d+\s*(,|\xef\xbc\x8c|\xa3\xac)\s*\d+\.?\d*", re.MULTILINE
)

# Headings of a table of boundary points, as the offices and their programs write them, without blanks and units.
TABLE_HEADINGS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "x": frozenset({"x", "x坐标", "坐标x", "纵坐标", "纵坐标x", "x纵坐标"}),
        "y": frozenset({"y", "y坐标", "坐标y", "横坐标", "横坐标y", "y横坐标"}),
        "north": frozenset({"northing", "north", "n", "北坐标"}),
        "east": frozenset({"easting", "east", "e", "东坐标"}),
        "lon": frozenset({"lon", "lng", "longitude", "经度"}),
        "lat": frozenset({"lat", "latitude", "纬度"}),
        "label": frozenset({"点号", "界址点号", "界址点", "点名", "序号", "point", "label"}),
        "ring": frozenset({"圈号", "地块圈号", "环号", "ring"}),
        "parcel": frozenset({"地块编号", "地块号", "宗地号", "宗地代码", "图斑编号", "parcel", "parcelid", "id"}),
        "name": frozenset({"地块名称", "名称", "name"}),
        "crs": frozenset({"坐标系", "坐标系统", "crs"}),
    }
)

_MAGIC = (
    (b"%PDF", N_("a PDF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"AC10", N_("a DWG drawing (save it as DXF in the program that made it)")),
    (b"II*\x00", N_("a picture")),
    (b"MM\x00*", N_("a picture")),
    (b"Rar!", N_("a RAR archive")),
    (b"7z\xbc\xaf", N_("a 7z archive")),
    (b"\x1f\x8b", N_("a gzip archive")),
    (b"\xd0\xcf\x11\xe0", N_("an old Office document")),
)


class Kind(StrEnum):
    JSON = "json"
    TXT = "txt"
    GPKG = "gpkg"
    ZIP = "zip"
    SHP = "shp"
    KML = "kml"
    FGB = "fgb"
    PARQUET = "parquet"
    DXF = "dxf"
    TABLE = "table"


def kind_of(head: bytes) -> Kind:
    """The kind of a file from its first bytes (HEAD_BYTES of them, or all).

    Raises XmlDtd for XML with a document type, ContentUnsupported naming what was found for all else.
    """
    if head.startswith(b"SQLite format 3\x00"):
        return Kind.GPKG
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    if head[:4] == b"\x00\x00\x27\x0a":  # 9994, the file code of .shp and .shx
        return Kind.SHP
    if head.startswith(b"fgb\x03fgb"):
        return Kind.FGB
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    text = _narrow(head).lstrip()
    if text.startswith(b"{"):
        return Kind.JSON
    if text.startswith(b"<"):
        return _markup(text)
    if _DXF.match(text) or head.startswith(b"AutoCAD Binary DXF"):
        return Kind.DXF
    if _is_table(text):
        return Kind.TABLE
    if any(mark in text for mark in _TXT_MARKS) or _TXT_POINT.search(text):
        return Kind.TXT
    raise ContentUnsupported(found=_name(head, text), known=SUPPORTED)


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 by its mark, or by the zero byte beside its first ASCII character; else None."""
    if data.startswith(_WIDE_MARKS):
        return "utf-16"
    if len(data) > 3 and data[1] == 0 and data[0] and data[3] == 0:
        return "utf-16-le"
    if len(data) > 3 and data[0] == 0 and data[1] and data[2] == 0:
        return "utf-16-be"
    return None


def _narrow(head: bytes) -> bytes:
    wide = wide_encoding(head)
    if wide:
        return head[: len(head) // 2 * 2].decode(wide, "replace").encode("utf-8", "replace")
    return head.removeprefix(codecs.BOM_UTF8)


def _is_table(text: bytes) -> bool:
    """Whether the first line names two coordinates."""
    first = text.split(b"\n", 1)[0]
    for encoding in ("utf-8", "gb18030"):
        words = unicodedata.normalize("NFKC", first.decode(encoding, "ignore")).lower()
        cells = {re.sub(r"\([^()]*\)|[\s_\"']", "", word) for word in re.split("[,;\t]", words)}
        axes = [bool(cells & TABLE_HEADINGS[role]) for role in ("x", "y", "east", "north", "lon", "lat")]
        if any(one and other for one, other in zip(axes[::2], axes[1::2], strict=True)):
            return True
    return False


def _markup(text: bytes) -> Kind:
    if _HTML.search(text):
        raise ContentUnsupported(found=Text(N_("a web page, perhaps a login page")), known=SUPPORTED)
    if _DTD.search(text):
        raise XmlDtd(part=Text(N_("the file")))
    if _KML.search(text):
        return Kind.KML
    raise ContentUnsupported(found=Text(N_("XML")), known=SUPPORTED)


def _name(head: bytes, text: bytes) -> Text | str:
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return Text(found)
    if not text:
        return Text(N_("empty"))
    if text.startswith(b"["):
        return Text(N_("a bare JSON list"))
    printable = sum(byte >= 32 or byte in (9, 10, 13) for byte in head)
    return Text(N_("plain text")) if printable > 0.95 * len(head) else Text(N_("unknown binary data"))
