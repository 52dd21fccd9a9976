"""Bytes to text: which encoding, who said so, and what is worth a note."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from planner.formats.clean import clean_text
from planner.formats.errors import EncodingWrong
from planner.formats.reading import Repair
from planner.formats.sniff import wide_encoding
from planner.text import N_, Text

# Python also knows codecs that are no encodings of text (hex, zip, idna).
_OF_TEXT = re.compile(r"(utf|gb|big5|cp\d|shift_jis|euc_|iso8859|ascii|koi8|mac)")
GUESSED = N_("the text has no mark of its encoding and was read as GBK; look at the names before accepting it")


@dataclass(frozen=True)
class Decoded:
    """The text without its mark; ``by`` is who said what it is: the person (option), a mark in the file, its content
    (strict UTF-8), or nobody (guess)."""

    text: str
    encoding: str
    notes: tuple[Text, ...]
    by: str

    @property
    def guessed(self) -> bool:
        return self.by == "guess"


def decoded(data: bytes, encoding: str | None) -> Decoded:
    """Text of a file: as the person states, else by its mark, else strict UTF-8, else GB 18030.

    Raises EncodingWrong where none fits.
    """
    if encoding:
        return _noted(
            _strict(data, known_encoding(encoding)).removeprefix("\ufeff"), known_encoding(encoding), (), "option"
        )
    wide = wide_encoding(data)
    if wide:
        return _noted(_strict(data, wide).removeprefix("\ufeff"), "utf-16", (Text(N_("the text is UTF-16")),), "mark")
    if data.startswith(codecs.BOM_UTF8):
        mark = Text(N_("the text begins with a byte order mark"))
        return _noted(_strict(data, "utf-8-sig"), "utf-8", (mark,), "mark")
    try:
        return _noted(data.decode("utf-8"), "utf-8", (), "content")
    except UnicodeDecodeError:
        return _noted(_strict(data, "gb18030", "UTF-8 / GB 18030"), "gb18030", (), "guess")


def guessed_repair() -> Repair:
    """The R_ENCODING a person must accept; ``feature`` is empty as it concerns the whole file."""
    return Repair(feature="", what="R_ENCODING", before_m2=None, after_m2=None, message=Text(GUESSED))


def known_encoding(name: str) -> str:
    """Python's name of an encoding; GB2312 and GBK are read as their superset GB 18030. Raises EncodingWrong."""
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        found = ""
    if not _OF_TEXT.match(found):
        raise EncodingWrong(encoding=clean_text(name)[0][:40], reason=Text(N_("no such encoding is known")))
    return "gb18030" if found in ("gb2312", "gbk") else found


def _strict(data: bytes, encoding: str, shown: str = "") -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise EncodingWrong(
            encoding=shown or encoding, reason=Text(N_("byte {at} does not fit"), at=wrong.start)
        ) from None


def _noted(text: str, encoding: str, notes: tuple[Text, ...], by: str) -> Decoded:
    if "\r\n" in text:
        notes = (*notes, Text(N_("its lines end in CR LF")))
    return Decoded(text, encoding, notes, by)
