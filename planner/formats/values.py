"""What one cell of a file says in a field of a role, strictly: what is not quite what it should be is refused with a
proposal."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from planner.formats.numbers import NotANumber, meaning
from planner.text import N_, Text

GRADES = range(1, 16)  # farmland quality grades, 1 the best: GB/T 33469-2016 and the national grading of 15


def value_of(field: str, value: Any, code_system: str | None) -> Any:
    """What a cell says in a field, None where it is empty; ``code_system`` is that of all codes of the file. Raises
    NotANumber with what is wrong."""
    if absent(value):
        if field == "code":
            raise NotANumber(Text(N_("is empty")))
        return None
    if field == "code":
        _whole_code(value, code_system)
    return TYPES.get(field, plain)(value)


def absent(value: Any) -> bool:
    """Whether a cell says nothing."""
    return (
        value is None
        or value is pd.NA
        or (isinstance(value, float) and math.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


def plain(value: Any) -> str:
    """A cell as text; a whole number without the point that a table gave it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _grade(value: Any) -> int:
    text = plain(value)
    if re.fullmatch(r"[0-9]{1,2}", text) and int(text) in GRADES:
        return int(text)
    digits = re.search(r"[0-9]{1,2}", text)
    if digits and int(digits[0]) in GRADES and not re.fullmatch(r"[-+0-9.]+", text):
        raise NotANumber(Text(N_("is not a whole number from 1 to 15; perhaps {proposal}"), proposal=digits[0]))
    raise NotANumber(Text(N_("is not a whole number from 1 to 15")))


def _share(value: Any) -> float:
    text = str(value).strip()
    try:
        number = float(text) if not isinstance(value, bool) and re.fullmatch(r"[-+0-9.eE]+", text) else math.nan
    except ValueError:
        number = math.nan
    if 0.0 <= number < 1.0:
        return number
    percent = (
        number
        if 1.0 < number < 100.0
        else float(meaning(text.rstrip("%％")) or 0)
        if text.endswith(("%", "％"))
        else 0.0
    )
    if 0.0 < percent < 100.0:
        raise NotANumber(
            Text(N_("is not a share from 0 to below 1; perhaps {proposal}"), proposal=f"{percent / 100:.6g}")
        )
    raise NotANumber(Text(N_("is not a share from 0 to below 1")))


def _kilowatts(value: Any) -> float:
    text = str(value).strip()
    if not isinstance(value, bool) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    raise NotANumber(Text(N_("is not a plain number of kW, 0 or more")))


def _whole_code(value: Any, code_system: str | None) -> None:
    """In the national lists a class has at least four digits: a number of three has lost its zero."""
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (code_system or "").upper().startswith(("GBT21010", "SD3"))
    ):
        digits = plain(value)
        if len(digits) == 3:
            raise NotANumber(
                Text(
                    N_("is a number that has lost its leading zero; make the column text, perhaps {proposal}"),
                    proposal=f"0{digits}",
                )
            )


TYPES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"grade": _grade, "ridge_share": _share, "capacity_kw": _kilowatts, "used_kw": _kilowatts}
)
