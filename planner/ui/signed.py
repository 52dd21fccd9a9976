"""Addresses that only who was given them can ask for: what they name is signed, and good until a moment.

The key is of this process: when the app starts anew, all addresses it ever gave are void and pages ask for new ones.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping

_KEY = secrets.token_bytes(32)
_LONGEST = 2_000  # characters of an address that is looked at


def signed(what: Mapping[str, str], *, until: float, key: bytes = _KEY) -> str:
    """An address part for what it names, good until a moment (seconds since 1970). Letters, digits, - _ and one dot."""
    body = _text(json.dumps({**what, "until": until}, ensure_ascii=True, sort_keys=True).encode())
    return f"{body}.{_text(_seal(body, key))}"


def opened(address: str, *, now: float, key: bytes = _KEY) -> dict[str, str] | None:
    """What a signed address names; None if it is not ours, was changed, or its time is over."""
    body, dot, seal = address[:_LONGEST].partition(".")
    if not dot or not hmac.compare_digest(_text(_seal(body, key)).encode(), seal.encode("utf-8", "replace")):
        return None
    what = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    until = what.pop("until")
    return what if now < until else None


def _seal(body: str, key: bytes) -> bytes:
    # A stranger may send what is no text; nothing of ours holds the sign that takes its place.
    return hmac.new(key, body.encode("utf-8", "replace"), hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
