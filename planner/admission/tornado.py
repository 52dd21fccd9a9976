"""Which single input moves a budget most: each figure of each project at its two ends, all others as stated.

The use of a quota in a year is with the whole queue in, admitted or not, as in ``risk``. A figure with a stated range
(``uncertain``) goes to its ends, any other by a share up and down, within what its field allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from planner.admission.book_view import BookView
from planner.admission.budgets import Key
from planner.admission.entrant import Entrant
from planner.admission.outcome import Case
from planner.admission.risk_inputs import Input, inputs_of, placed
from planner.admission.scenario import Scenario
from planner.admission.simulate import Queue, ready
from planner.energy.project import Project
from planner.errors import ScenarioError
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.verdict import Verdict


@dataclass(frozen=True)
class Turned:
    """A project whose verdict is another one when an input moves."""

    id: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True)
class Bar:
    """One input: its figure at both ends and as stated, the use of the quota and the verdicts that turn at either end.
    """

    project: str
    path: str
    low: float
    stated: float
    high: float
    use_low: float
    use_high: float
    turned_low: tuple[Turned, ...] = ()
    turned_high: tuple[Turned, ...] = ()

    @property
    def swing(self) -> float:
        return abs(self.use_high - self.use_low)


@dataclass(frozen=True)
class Tornado:
    """The bars of one quota and year, widest first, then those that turn most verdicts, in ``unit``; ``use`` is with
    every figure as stated."""

    quota: str
    year: int
    unit: str
    cap: float | None
    use: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class _Use:
    """What is used of one budget without the projects, and how a project adds to it."""

    key: Key
    amount: float
    value_added: float | None

    def of(self, parts: Mapping[str, tuple[float, float]]) -> float:
        total = self.amount + sum(part[0] for part in parts.values())
        if self.value_added is None:
            return total
        added = self.value_added + sum(part[1] for part in parts.values())
        return total / added if added > 0 else float("nan")

    def part(self, one: Entrant) -> tuple[float, float]:
        """What an entrant adds: (amount or numerator, value added). Not known counts 0 and moves nothing."""
        if self.value_added is None:
            ask = one.asks.get(self.key)
            return (ask.amount or 0.0 if ask else 0.0, 0.0)
        share = one.shares.get(self.key)
        return (share.numerator or 0.0, share.value_added) if share else (0.0, 0.0)


def tornado(
    scenario: Scenario, parameters: Parameters, *, quota: str, year: int, span: float,
    book: BookView | None = None, cases: Mapping[str, Case] | None = None,
) -> Tornado:
    """The bars of a quota (cap key or ledger name) and year. ``span`` is the share by which a figure goes up and down.

    At each end the whole queue is judged anew: what turns are verdicts by any quota and year, not only by this. An
    input that moves neither the use nor a verdict has no bar. Raises ScenarioError for a quota or year that is not
    judged, as ``simulate`` for the rest.
    """
    queue = ready(scenario, parameters, book=book, cases=cases)
    use = _use(queue, parameters, quota, year)
    parts = {one.id: use.part(one) for one in (*queue.held, *queue.entrants)}
    now, bars = queue.judged(), []
    for place, project in enumerate(scenario.projects):
        case = (cases or {}).get(project.id)
        for path, low, stated, high in _inputs(project, span):
            ends: list[float] = []
            turned: list[tuple[Turned, ...]] = []
            for value in (low, high):
                one = queue.offer(
                    placed(project, [Input(project.id, path, low, stated, high)], np.array([value])), case)
                ends.append(use.of({**parts, project.id: use.part(one)}))
                then = queue.judged((*queue.entrants[:place], one, *queue.entrants[place + 1:]))
                turned.append(tuple(Turned(id, now[id][0].verdict, answer.verdict) for id, (answer, _) in then.items()
                                    if answer.verdict != now[id][0].verdict))
            if ends[0] != ends[1] or any(turned):
                bars.append(Bar(project.id, path, low, stated, high, ends[0], ends[1], turned[0], turned[1]))
    named = parameters.quota(use.key.quota)
    budget = queue.bench.budgets.amounts.get(use.key) or queue.bench.budgets.ratios.get(use.key)
    cap = None if budget is None or budget.cap is None else budget.cap + getattr(budget, "transferred", 0.0)
    return Tornado(use.key.quota, year, named.cap_unit if named else "", cap, use.of(parts),
                   tuple(sorted(bars, key=lambda bar: (-bar.swing, -len(bar.turned_low) - len(bar.turned_high)))))


def _use(queue: Queue, parameters: Parameters, quota: str, year: int) -> _Use:
    named = parameters.quota(quota)
    key = Key(None, named.cap_key if named else quota, year)
    amount, ratio = queue.bench.budgets.amounts.get(key), queue.bench.budgets.ratios.get(key)
    tally = queue.bench.tally
    tally.retire(row for row in queue.sources.scenario.retirements)
    if amount is not None:
        return _Use(key, (amount.baseline or 0.0) - tally.retired.get(key, 0.0), None)
    if ratio is not None:
        ended = tally.retired.get(Key(None, ratio.numerator, year), 0.0)
        return _Use(key, (ratio.baseline or 0.0) - ended,
                    (ratio.value_added or 0.0) - tally.retired_value_added.get(year, 0.0))
    known = sorted({one.quota for one in (*queue.bench.budgets.amounts, *queue.bench.budgets.ratios)})
    problem = Text(N_("{quota} {year} is not judged here. Known are {known} in {years}"), quota=quota, year=year,
                   known=", ".join(known), years=", ".join(map(str, queue.bench.years)))
    raise ScenarioError(place="tornado", problem=problem, where={"quota": quota, "year": year})


def _inputs(project: Project, span: float) -> Iterator[tuple[str, float, float, float]]:
    """(path, low, stated, high) of every figure of a project that is not 0."""
    ranges = {one.path: (one.low, one.high) for one in inputs_of(project)}
    for path, stated, least, most in _figures(project, ""):
        low, high = ranges.get(path, (max(stated * (1 - span), least), min(stated * (1 + span), most)))
        if stated and low < high:
            yield path, low, stated, high


def _figures(table: BaseModel, above: str) -> Iterator[tuple[str, float, float, float]]:
    """(path, figure, least, most) of every plain figure of a table and of the tables in it."""
    for name, kind in type(table).model_fields.items():
        value = getattr(table, name)
        if isinstance(value, BaseModel):
            yield from _figures(value, f"{above}{name}.")
        elif isinstance(value, float):
            marks = list(_marks(kind))
            least = max((float(mark.ge) for mark in marks if hasattr(mark, "ge")), default=0.0)
            most = min((float(mark.le) for mark in marks if hasattr(mark, "le")), default=float("inf"))
            yield f"{above}{name}", value, least, most


def _marks(field: FieldInfo) -> Iterator[Any]:
    """The bounds of a field, also where it may be left out."""
    yield from field.metadata
    for part in getattr(field.annotation, "__args__", ()):
        for mark in getattr(part, "__metadata__", ()):
            yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)
