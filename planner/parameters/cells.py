"""A cell of a table of parameters: its text as the column has it, and what is wrong with one that cannot be."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from planner.text import N_, Text


def wanted(kind: Any) -> Mapping[str, Any]:
    """The type of each column of a row, by the order of the columns."""
    return _hints(cast(Hashable, kind))


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def read(text: str, hint: Any) -> Any:
    """The value of a cell. Raises ValueError, KeyError for one that the column cannot have."""
    if choices(hint):
        if text not in choices(hint):
            raise ValueError(text)
        return text
    return READERS.get(hint, str)(text)


def choices(hint: Any) -> tuple[str, ...]:
    """What a column may say, where it is one of a few words; else empty."""
    return get_args(hint) if get_origin(hint) is Literal else ()


def why_not(hint: Any) -> Text:
    """What a column wants, for whoever gave it something else."""
    if choices(hint):
        return one_of(choices(hint))
    return Text(WANTS.get(hint, N_("it cannot be read")))


def one_of(words: Iterable[str]) -> Text:
    """That a column says one of some words."""
    return Text(N_("it is one of {known}"), known=", ".join(word or "''" for word in words))


def written(value: Any) -> str:
    """A value as the text of its cell: ``read`` gives it again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={one}" for key, one in value.items())
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _number_or_none(text: str) -> float | None:
    return _number(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _yes(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _options(text: str) -> Mapping[str, str]:
    """``{"field": "x"}`` or ``field=x; other=y``."""
    if text.startswith("{"):
        return MappingProxyType({str(k): str(v) for k, v in json.loads(text).items()})
    parts = [part.split("=", 1) for part in text.split(";") if part.strip()]
    return MappingProxyType({key.strip(): value.strip() for key, value in parts})


# By the type that the dataclass of a row states for a field; text where there is no other reader.
READERS: Mapping[Any, Callable[[str], Any]] = MappingProxyType(
    {
        int: int,
        float: _number,
        float | None: _number_or_none,
        date: date.fromisoformat,
        date | None: _day,
        bool: _yes,
        Mapping[str, str]: _options,
    }
)
WANTS: Mapping[Any, str] = MappingProxyType(
    {
        int: N_("it is a whole number"),
        float: N_("it is a number"),
        float | None: N_("it is a number, or empty"),
        date: N_("it is a day, YYYY-MM-DD"),
        date | None: N_("it is a day, YYYY-MM-DD, or empty"),
        bool: N_("it is true or false"),
        Mapping[str, str]: N_("it is written as name=value; name=value"),
    }
)
