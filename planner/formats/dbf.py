"""The table of a shapefile, as far as its header and the encoding of its text go."""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.formats.errors import ParseError
from planner.text import N_, Text

# Byte 29 of the header. 0x57 says "the code page of that machine", which says nothing here.
_MARKS = {
    0x4D: "gb18030",
    0x4F: "cp950",
    0x13: "cp932",
    0x4E: "cp949",
    0x03: "cp1252",
    0x01: "cp437",
    0x02: "cp850",
    0x64: "cp852",
    0x65: "cp866",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}


@dataclass(frozen=True)
class Dbf:
    """``texts`` are the raw values of text fields and the field names that hold a byte above 127."""

    records: int
    mark: int
    texts: tuple[bytes, ...]

    def has_wide_text(self) -> bool:
        """Whether the encoding matters at all."""
        return bool(self.texts)

    def marked_encoding(self) -> str | None:
        """What byte 29 names."""
        return _MARKS.get(self.mark)

    def fits(self, encoding: str) -> bool:
        """Whether every value is good text in it; a last character cut in half by the field's width is forgiven."""
        decoder = codecs.getincrementaldecoder(encoding)
        try:
            for text in self.texts:
                decoder().decode(text, final=False)
        except UnicodeDecodeError:
            return False
        return True


def dbf_of(data: bytes) -> Dbf:
    """Header and text fields of a .dbf. Raises ParseError where its lengths do not agree."""
    if len(data) < 33:
        raise ParseError(reason=Text(N_("its {part} is cut short"), part=".dbf"))
    records, start, width = struct.unpack_from("<IHH", data, 4)
    if start < 33 or start > len(data) or width < 1 or start + records * width > len(data):
        raise ParseError(reason=Text(N_("its {part} is cut short"), part=".dbf"))
    names, columns = _fields(data, start, width)
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated:  # GDAL gives both one name, and one of them is lost
        shown = repeated.decode("gb18030", "replace")
        raise ParseError(reason=Text(N_("the heading '{heading}' stands twice"), heading=shown))
    rows = np.frombuffer(data, dtype=np.uint8, count=records * width, offset=start).reshape(records, width)
    values = [value for column in columns for value in _wide(rows[:, column])]
    return Dbf(records, data[29], tuple(name for name in names if not name.isascii()) + tuple(values))


def _fields(data: bytes, start: int, width: int) -> tuple[list[bytes], list[slice]]:
    names, columns, at = [], [], 1
    for offset in range(32, start - 31, 32):
        if data[offset] == 0x0D:
            break
        size = data[offset + 16]
        names.append(data[offset : offset + 11].split(b"\x00")[0])
        if data[offset + 11 : offset + 12] in (b"C", b"V") and at + size <= width:
            columns.append(slice(at, at + size))
        at += size
    return names, columns


def _wide(column: NDArray[np.uint8]) -> list[bytes]:
    rows = column[(column >= 0x80).any(axis=1)]
    return sorted({row.tobytes().rstrip(b" \x00") for row in rows})
