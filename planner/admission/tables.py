"""The tables of scenarios beside one another: what differs between two, and three-way merging of two versions.

Tables are compared as they are written (TOML or JSON). Projects are told by their id, retirements by their name,
transfers by quota, year and document; everything else by its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from planner.admission.places import ORDER

Side = Literal["base", "mine", "theirs"]
# How the tables of an array are told from one another, by its name in a scenario.
KEYS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "project": lambda row: str(row.get("id", "")),
    "retirement": lambda row: str(row.get("name", "")),
    "transfer": lambda row: f"{row.get('quota', '')} {row.get('year', '')} {row.get('basis', '')}",
}


class _Missing:
    """Stands where a side has nothing."""

    def __repr__(self) -> str:
        return "-"


MISSING = _Missing()


@dataclass(frozen=True)
class Change:
    """One place of two scenarios that differs; None where a side has nothing there. ``parts`` are those of the path."""

    path: str
    before: Any
    after: Any
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """One place that both sides changed, each in its own way. ``parts`` are those of the path."""

    path: str
    base: Any
    mine: Any
    theirs: Any
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merged:
    """The merged tables; where the two sides conflict they hold the side that was asked for."""

    tables: dict[str, Any]
    conflicts: tuple[Conflict, ...]


def plain(value: Any) -> Any:
    """Tables as JSON can hold them: days as ISO text, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every place where two scenarios differ, in the order of the first, then of the second."""
    return tuple(_differences(plain(before), plain(after), ()))


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> list[Change]:
    if before == after:
        return []
    one, other = (_named(side, path) for side in (before, after))
    if one is None or other is None:
        return [Change(".".join(path), _or_none(before), _or_none(after), path)]
    found = [change for name in dict.fromkeys((*one, *other))
             for change in _differences(one.get(name, MISSING), other.get(name, MISSING), (*path, name))]
    common = [[name for name in side if name in one and name in other] for side in (one, other)]
    if isinstance(before, list) and common[0] != common[1]:
        found.append(Change(".".join((*path, ORDER)), list(one), list(other), (*path, ORDER)))
    return found


def merge(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], *, take: Side = "base"
) -> Merged:
    """Two versions of one scenario as one: what only one side changed is taken, what both changed alike too.

    Where both changed one place in different ways it is a conflict; the merged tables then hold what ``take`` has
    there.
    """
    merging = _Merging(take)
    tables = merging.three(plain(base), plain(mine), plain(theirs), ())
    return Merged(tables, tuple(merging.conflicts))


@dataclass
class _Merging:
    """The conflicts met on the way, and whose value is taken there."""

    take: Side
    conflicts: list[Conflict] = field(default_factory=list)

    def three(self, base: Any, mine: Any, theirs: Any, path: tuple[str, ...]) -> Any:
        """One place merged; MISSING where nothing is left of it."""
        if mine == theirs or theirs == base:
            return mine
        if mine == base:
            return theirs
        sides = [_named(side, path) for side in (_empty_like(mine) if base is MISSING else base, mine, theirs)]
        if any(side is None for side in sides):
            return self.conflict(path, base, mine, theirs)
        of_base, of_mine, of_theirs = (side or {} for side in sides)
        names = self.order(of_base, of_mine, of_theirs, path) if isinstance(mine, list) else dict.fromkeys(
            (*of_base, *of_mine, *of_theirs))
        made = {name: self.three(of_base.get(name, MISSING), of_mine.get(name, MISSING), of_theirs.get(name, MISSING),
                                 (*path, name)) for name in names}
        left = {name: value for name, value in made.items() if value is not MISSING}
        return list(left.values()) if isinstance(mine, list) else left

    def order(
        self, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], path: tuple[str, ...]
    ) -> list[str]:
        """The names of an array in the order of the merged one: new ones stand behind their neighbour."""
        orders = [[name for name in side if name in base and name in mine and name in theirs]
                  for side in (base, mine, theirs)]
        chosen = orders[1]
        if orders[1] == orders[0]:
            chosen = orders[2]
        elif orders[2] not in (orders[0], orders[1]):
            chosen = self.conflict((*path, ORDER), *orders)
        names = list(chosen)
        for side in (base, mine, theirs):
            behind = 0
            for name in side:
                if name not in names:
                    names.insert(behind, name)
                behind = names.index(name) + 1
        return names

    def conflict(self, path: tuple[str, ...], base: Any, mine: Any, theirs: Any) -> Any:
        self.conflicts.append(Conflict(".".join(path), _or_none(base), _or_none(mine), _or_none(theirs), path))
        return {"base": base, "mine": mine, "theirs": theirs}[self.take]


def _named(value: Any, path: Sequence[str]) -> Mapping[str, Any] | None:
    """The parts of a table, or of an array of tables by their keys; None where it cannot be taken apart."""
    if isinstance(value, Mapping):
        return value
    key = KEYS.get(path[-1]) if len(path) == 1 else None
    if key is None or not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        return None
    rows = {key(row): row for row in value}
    return rows if len(rows) == len(value) else None


def _empty_like(value: Any) -> Any:
    return type(value)() if isinstance(value, dict | list) else MISSING


def _or_none(value: Any) -> Any:
    return None if value is MISSING else value
