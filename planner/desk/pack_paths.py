"""Documents as paths and values, so that two of them can be laid beside each other number by number."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What tells the rows of a list apart, in this order; rows alike are numbered.
NAMES = ("id", "project", "rule", "quota", "park", "code", "grade", "layer_name", "kind", "entry", "year", "what")
LAST_DIGITS = 1e-9  # relative: what two machines may make of the same areas
_ABSENT = "(absent)"


@dataclass(frozen=True)
class Differs:
    """One place where what is said is not what is found. ``path`` is within the member, empty for all of it."""

    member: str
    path: str
    said: Any
    recomputed: Any


def flat(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of every leaf; a row of a list is named by what tells it apart."""
    if isinstance(document, Mapping) and document:
        for name, value in document.items():
            yield from flat(value, f"{path}.{name}" if path else str(name))
    elif isinstance(document, list | tuple) and document:
        seen: Counter[str] = Counter()
        for row in document:
            name = _named(row)
            seen[name] += 1
            again = f"#{seen[name]}" if seen[name] > 1 or not name else ""
            yield from flat(row, f"{path}[{name}{again}]")
    else:
        yield path, document


def _named(row: Any) -> str:
    if not isinstance(row, Mapping):
        return ""
    stated = [str(row[name])[:60] for name in NAMES if isinstance(row.get(name), str | int) and row[name] != ""]
    return " ".join(stated[:3])


def differing(member: str, said: Any, recomputed: Any, *, exact: bool = True) -> list[Differs]:
    """Every leaf in which two documents differ; numbers to the last digit, or as near as two machines come."""
    one, other = dict(flat(said)), dict(flat(recomputed))
    return [
        Differs(member, path, one.get(path, _ABSENT), other.get(path, _ABSENT))
        for path in dict.fromkeys([*one, *other])
        if not _same(one.get(path, _ABSENT), other.get(path, _ABSENT), exact)
    ]


def _same(one: Any, other: Any, exact: bool) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or not _numbers(one, other):
        return type(one) is type(other) and bool(one == other)
    return one == other if exact else math.isclose(one, other, rel_tol=LAST_DIGITS, abs_tol=LAST_DIGITS)


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) for value in values)
