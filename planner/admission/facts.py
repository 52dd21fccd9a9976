"""Figures of a park as documents state them, and what to print where two of them disagree.

A figure is of one thing: a measure (tax, energy used ...) of a scope in a period, forecast or actual. Figures of other
scopes or of another status are other things. Two figures of one thing with different values are in conflict until an
authorised person chooses one, with a reason; whoever prints such a figure prints all that was stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple

from planner.text import N_, Text, joined
from planner.units import stated_in_base

Status = Literal["forecast", "actual"]
STATUSES: tuple[Status, ...] = ("actual", "forecast")  # the first that is there is told
STATUS_WORDS: Mapping[str, str] = {"forecast": N_("forecast"), "actual": N_("actual")}
UNIT_WORDS: Mapping[str, str] = {
    "yuan": N_("yuan"),
    "wan_yuan": N_("x 10,000 yuan"),
    "yi_yuan": N_("x 100 million yuan"),
    "tce": N_("tce"),
    "tco2": N_("tCO2"),
    "mwh": N_("MWh"),
}


class Thing(NamedTuple):
    """What a figure is of."""

    measure: str
    scope: str
    period: str
    status: str


@dataclass(frozen=True)
class Figure:
    """One figure with the place it was read at; ``value`` exactly as stated, in ``unit``."""

    id: str
    thing: Thing
    value: Decimal
    unit: str
    source: str
    page: str = ""
    actor: str = ""
    on: str = ""


@dataclass(frozen=True)
class Choice:
    """One figure preferred to the others of its thing that were there then."""

    id: str
    chosen: str
    among: tuple[str, ...]
    reason: str
    actor: str
    on: str


class State(StrEnum):
    NONE = "none"
    ONE = "one"  # one value, however often it is stated
    CHOSEN = "chosen"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Told:
    """A figure as it may be printed: everything stated of one thing, and the choice in force where there is one."""

    thing: Thing
    figures: tuple[Figure, ...]
    choice: Choice | None
    history: tuple[Choice, ...] = ()

    @property
    def state(self) -> State:
        if not self.figures:
            return State.NONE
        if len({stated_in_base(figure.value, figure.unit) for figure in self.figures}) == 1:
            return State.ONE
        return State.CHOSEN if self.choice else State.CONFLICT

    @property
    def chosen(self) -> Figure | None:
        """The figure to reckon with: the only one stated, or the one that was chosen; None while they disagree."""
        if self.state is State.ONE:
            return self.figures[0]
        return next((figure for figure in self.figures if self.choice and figure.id == self.choice.chosen), None)

    @property
    def text(self) -> Text:
        """What is printed: the value; all values where they disagree, the chosen one first and named so."""
        if self.state is State.NONE:
            return Text(N_("not stated"))
        if self.state is State.ONE:
            return _with_source(self.figures)
        if self.choice is None or self.chosen is None:
            return Text(N_("{figures}: the sources disagree"), figures=_row(_alike(self.figures)))
        same, *others = _alike(self.figures, first=self.chosen)
        return Text(
            N_("{chosen}, chosen by {actor}: {reason}; also stated: {others}"),
            chosen=_with_source(same),
            actor=self.choice.actor,
            reason=self.choice.reason,
            others=_row(others),
        )


def told(
    figures: Sequence[Figure], choices: Sequence[Choice], *, measure: str, scope: str, period: str, status: str = ""
) -> Told:
    """The value or both values of one thing; without a ``status`` the actual figure where there is one."""
    for wanted in (status,) if status else STATUSES:
        thing = Thing(measure, scope, period, wanted)
        found = of_thing(figures, choices, thing)
        if found.figures:
            break
    return found


def of_thing(figures: Iterable[Figure], choices: Iterable[Choice], thing: Thing) -> Told:
    """Everything stated of a thing. A choice holds until a figure that it did not know says something else."""
    stated = tuple(figure for figure in figures if figure.thing == thing)
    ids = {figure.id for figure in stated}
    history = tuple(choice for choice in choices if choice.chosen in ids)
    known = {stated_in_base(figure.value, figure.unit): figure.id for figure in stated}
    values = {figure.id: stated_in_base(figure.value, figure.unit) for figure in stated}
    last = history[-1] if history else None
    covered = last is not None and known.keys() <= {values[id] for id in last.among if id in values}
    return Told(thing, stated, last if covered else None, history)


def all_told(figures: Sequence[Figure], choices: Sequence[Choice]) -> list[Told]:
    """Every thing that something is stated of, conflicts first."""
    things = dict.fromkeys(figure.thing for figure in figures)
    rows = [of_thing(figures, choices, thing) for thing in things]
    return sorted(rows, key=lambda row: row.state is not State.CONFLICT)


def amount(figure: Figure) -> Text:
    """The value with its unit."""
    unit = UNIT_WORDS.get(figure.unit)
    return Text("{value:,} {unit}", value=figure.value, unit=Text(unit) if unit else figure.unit)


def _alike(figures: Sequence[Figure], first: Figure | None = None) -> list[list[Figure]]:
    """The figures by their value, in whatever unit they are stated; the value of ``first`` before the others, and it
    before those that state the same."""
    groups: dict[tuple[str, Decimal], list[Figure]] = {}
    for figure in (*([first] if first else []), *(one for one in figures if one is not first)):
        groups.setdefault(stated_in_base(figure.value, figure.unit), []).append(figure)
    return list(groups.values())


def _with_source(figures: Sequence[Figure]) -> Text:
    """One value with every place that states it."""
    amount_, status = amount(figures[0]), Text(STATUS_WORDS[figures[0].thing.status])
    sources = joined([_source(figure) for figure in figures])
    return Text(N_("{amount} ({status}; {sources})"), amount=amount_, status=status, sources=sources)


def _source(figure: Figure) -> Text:
    return Text(N_("{source}, p. {page}"), source=figure.source, page=figure.page) if figure.page else Text(
        "{source}", source=figure.source)


def _row(values: Sequence[Sequence[Figure]]) -> Text:
    first, *rest = values
    return Text("{first} / {rest}", first=_with_source(first), rest=_row(rest)) if rest else _with_source(first)
