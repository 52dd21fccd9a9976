"""Numbers that people type: plain ASCII decimals pass, everything else is refused with the reading it probably means.

Nothing is guessed: a comma may be thousands or decimals, and a quota is not the place to find out.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from planner.formats.errors import AmountWrong
from planner.text import N_, Text

MOST = Decimal(10) ** 12

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?\Z")
_YEAR = re.compile(r"[0-9]{4}\Z")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\Z")
_DIGITS = {
    c: n
    for n, chars in enumerate(("〇零", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in chars
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}


class NotANumber(ValueError):
    """Carries the ``problem`` as a Text, proposal included."""

    def __init__(self, problem: Text) -> None:
        self.problem = problem
        super().__init__(str(problem))


def amount(value: Any) -> Decimal:
    """A cell or word as an amount: finite, more than 0, at most 10^12. Raises NotANumber."""
    number = plain_decimal(value)
    if number <= 0:
        raise NotANumber(Text(N_("is not more than 0")))
    if number > MOST:
        raise NotANumber(Text(N_("is more than 1,000,000,000,000; check its unit")))
    return number


def plain_decimal(value: Any) -> Decimal:
    """A cell or word as a decimal of any size, 0 and minus included for number cells. Raises NotANumber."""
    if isinstance(value, bool) or value is None:
        raise NotANumber(Text(N_("is not a number")))
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if not number.is_finite():
            raise NotANumber(Text(N_("is not a finite number")))
        return number
    if isinstance(value, Decimal) and value.is_finite():
        return value
    text = str(value).strip(" ")
    if _PLAIN.match(text):
        return Decimal(text)
    raise NotANumber(_problem(text))


def year(value: Any) -> int:
    """A cell or word as a year of four ASCII digits. Raises NotANumber."""
    if isinstance(value, date | datetime):
        raise NotANumber(Text(N_("is a date, not a year; perhaps {proposal}"), proposal=value.year))
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip(" ")
    if isinstance(value, bool) or not _YEAR.match(text):
        meant = meaning(text)
        if meant is not None and _YEAR.match(str(meant)):
            raise NotANumber(Text(N_("is not a year in four plain digits; perhaps {proposal}"), proposal=str(meant)))
        raise NotANumber(Text(N_("is not a year in four plain digits")))
    return int(text)


def decimal(text: Any, place: str) -> Decimal:
    """An amount given on a call, e.g. ``--amount``. Raises AmountWrong."""
    try:
        return amount(text)
    except NotANumber as wrong:
        raise AmountWrong(place=place, value=short(text), problem=wrong.problem) from None


def short(value: Any) -> str:
    """A value as an error repeats it: cut where it would fill a page."""
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def meaning(text: str) -> Decimal | None:
    """The number that a text probably means, None where nobody can tell: full width, thousands, exponents, Chinese."""
    narrow = unicodedata.normalize("NFKC", text).strip().replace("，", ",")
    if _GROUPED.match(narrow):
        narrow = narrow.replace(",", "")
    try:
        number = Decimal(narrow)
        return number if number.is_finite() and abs(number.adjusted()) < 16 else None
    except InvalidOperation:
        return _chinese(narrow)


def _problem(text: str) -> Text:
    if not text:
        return Text(N_("is empty"))
    if text.startswith("="):
        return Text(N_("is a formula; paste its value"))
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return Text(N_("is not a finite number"))
    meant = meaning(text)
    if meant is None:
        return Text(N_("is not a plain number"))
    if meant <= 0:
        return Text(N_("is not more than 0"))
    if meant > MOST:
        return Text(N_("is more than 1,000,000,000,000; check its unit"))
    return Text(N_("is not a plain number; perhaps {proposal}"), proposal=format(meant.normalize(), "f"))


def _chinese(text: str) -> Decimal | None:
    """Chinese numerals: digits in a row (a year), or with tens, hundreds, thousands, 10^4 and 10^8."""
    if not text or any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total, section, digit = 0, 0, 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS[c]
            section = digit = 0
    return Decimal(total + section + digit)
