"""Text of strangers, made fit for paper, pages and workbooks."""

from __future__ import annotations

import re
from typing import Any

# Control characters but TAB and LF, two non-characters and lone surrogates: DOCX, XLSX, XML writers fail on them.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Marks that turn the reading direction around can make a name look like another: shown by their code.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# What a spreadsheet takes for the start of a formula, full-width forms included; apostrophes may stand before it.
_FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def clean_text(text: str) -> tuple[str, bool]:
    """The text without control characters, direction marks written out as [U+202E]; and whether that changed it.

    Source: XML 1.0 section 2.2 (characters a document may hold); Unicode TR 36 section 2.7 (bidirectional spoofs).
    """
    if text.isascii() and text.isprintable():
        return text, False
    fit = _TURNING.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", _UNFIT.sub("", text))
    return fit, fit != text


def clean_value(value: Any) -> tuple[Any, bool]:
    """``clean_text`` for a cell that may hold anything; other types pass as they are."""
    return clean_text(value) if isinstance(value, str) else (value, False)


def tame(value: Any) -> Any:
    """A cell of a CSV file that no spreadsheet runs: a text like a formula gets an apostrophe; others pass.

    Source: OWASP, CSV injection.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def untamed(text: str) -> str:
    """The text that ``tame`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
