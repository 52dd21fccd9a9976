"""The one place where text from outside becomes text of a map.

Everything a map shows ends up in HTML inside JavaScript, sometimes inside a template literal: a name is made
harmless for all three at once, and data is written as JSON that cannot close its script.
"""

from __future__ import annotations

import html
import json
from typing import Any

# Signs that mean something inside a template literal, a Jinja template or a JavaScript string.
_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "`${}\\"}

# Not printable, or able to turn the reading direction of the text behind them.
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN: dict[int, str | None] = dict.fromkeys([*range(0x20), 0x7F, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
_UNSEEN |= {ord("\t"): " ", ord("\n"): " "} | {ord(mark): "\N{REPLACEMENT CHARACTER}" for mark in _BIDI}


def plain(value: object) -> str:
    """Text without control characters and surrogates; marks that turn the reading direction become visible."""
    return "" if value is None else str(value).translate(_UNSEEN)


def escape(value: object) -> str:
    """Text that is only text in HTML, in an attribute, in a script string and in a template literal."""
    return html.escape(plain(value)).translate(_ENTITIES)


def script_json(value: Any) -> str:
    """JSON that may stand inside a script element: ASCII only, no sign that could end the script.

    Raises ValueError for NaN and infinities, which are not JSON.
    """
    dumped = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return dumped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
