"""The best set of candidates under all caps: the proven gap, what each cap is worth, why the others are out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from planner.admission.balance import balance
from planner.admission.book_view import BookView
from planner.admission.budgets import Key
from planner.admission.highs import Flags, Floats, Found, Problem
from planner.admission.judgement import NOISE_BASE, Bench
from planner.admission.outcome import Case
from planner.admission.portfolio import Portfolio, Row, named, objective, portfolio, problem, required
from planner.admission.scenario import Scenario
from planner.admission.simulate import Queue, bench_of, ready, run_queue
from planner.admission.solver import Clock, Progress, Stopped, best, never, relaxed
from planner.figures import figure
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.verdict import Verdict


@dataclass(frozen=True)
class Wanted:
    """What to look for: the objective, how long, and how many other sets that differ in ``differ`` projects at least
    and lose at most the share ``within``."""

    objective: str
    seconds: float
    alternatives: int = 0
    differ: int = 1
    within: float = 0.0


@dataclass(frozen=True)
class Chosen:
    """One set: ids in the order of the file, the year each starts, what it comes to, and of projects with phases how
    many are built."""

    ids: tuple[str, ...]
    starts: Mapping[str, int]
    value: float
    tce: float
    phases: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Price:
    """What one more unit of a cap in a year would be worth, in the objective's unit."""

    quota: str
    year: int
    per_unit: float
    unit: str
    park: str | None


@dataclass(frozen=True)
class Selection:
    """The best set found. ``gap`` is proven: no set is better by more than this share of ``value``."""

    objective: str
    chosen: Chosen | None
    left_out: Mapping[str, Text]
    gap: float
    prices: tuple[Price, ...]
    alternatives: tuple[Chosen, ...]
    notes: tuple[Text, ...] = ()


def select(
    scenario: Scenario, wanted: Wanted, parameters: Parameters, *, book: BookView | None = None,
    cases: Mapping[str, Case] | None = None, clock: Clock, progress: Progress | None = None, stopped: Stopped = never,
) -> Selection:
    """The best set of candidates; ``clock`` gives seconds that only grow, for the time limit. Once ``stopped`` says so
    the best set so far is the answer, with the gap proven by then. Raises ScenarioError for an unknown objective, and
    as ``simulate``."""
    worth = objective(wanted.objective)
    queue = ready(scenario, parameters, book=book, cases=cases)
    committed = [one for one in queue.entrants if one.committed]
    run_queue(committed, queue.held, scenario.retirements, queue.bench)
    made = portfolio(scenario, queue, queue.bench, cases or {})
    needed = required(scenario)
    lost = [project.id for project in scenario.projects if project.id in needed and project.id in made.barred]
    if lost:
        return Selection(wanted.objective, None, made.barred, 0.0, (), (), (Text(
            N_("'{id}' must be chosen and cannot be: {why}"), id=lost[0], why=made.barred[lost[0]]),))
    values = np.array([worth(one, scenario.years) for one in made.choices], dtype=float)
    task = problem(made, values)
    solve = Solve(made, wanted.seconds, clock, Ground(scenario, queue, made), stopped)
    found = solve.exact(task, progress)
    if found.x is None:
        return Selection(wanted.objective, None, made.barred, 0.0, (), (), (Text(
            N_("no set meets the caps and what must be chosen; or none was found in {seconds:g} s"),
            seconds=wanted.seconds),))
    if wanted.objective == "tax_per_tce":
        found = sparing(task, found, solve)
    others = tuple(alternatives(task, found, wanted, scenario, solve))
    x = found.x if found.x is not None else np.zeros(0, dtype=bool)
    return Selection(wanted.objective, chosen(made, x, values, scenario), left_out(made, x, found, values, parameters),
                     found.gap, prices(task, made, parameters), others)


class Ground:
    """What a set stands on: the committed projects of a queue, and the budgets that are broken without any set."""

    def __init__(self, scenario: Scenario, queue: Queue, made: Portfolio) -> None:
        self.scenario, self.queue, self.made = scenario, queue, made
        self.broken = broken(queue.bench)

    def holds(self, x: Flags) -> bool:
        """Whether the set, written into the file as committed, breaks no budget that holds without it."""
        picked = {self.made.choices[n].project.id: self.made.choices[n].entrant for n in np.flatnonzero(x)}
        entrants = [replace(picked[one.id], committed=True) if one.id in picked else one
                    for one in self.queue.entrants if one.committed or one.id in picked]
        bench = bench_of(self.queue.sources)
        run_queue(entrants, self.queue.held, self.scenario.retirements, bench)
        return broken(bench) <= self.broken


def broken(bench: Bench) -> frozenset[Key]:
    """The budgets that are over their cap or not known."""
    return frozenset(Key(row.substation or row.park, row.quota, row.year) for row in balance(bench, frozenset(), None)
                     if row.state in (str(Verdict.EXCEEDS), str(Verdict.UNKNOWN)))


@dataclass(frozen=True)
class Solve:
    """How each problem over a portfolio is solved: the seconds it may take by a clock, the ground its sets must hold
    on, and who stops it."""

    made: Portfolio
    seconds: float
    clock: Clock
    ground: Ground
    stopped: Stopped = never

    def exact(self, task: Problem, progress: Progress | None = None) -> Found:
        """The solver's answer, checked in whole units: a set over a cap within the solver's tolerance is cut off, and
        one that does not hold when it is booked."""
        while True:
            found = best(task, seconds=self.seconds, clock=self.clock, progress=progress, stopped=self.stopped)
            if found.x is None:
                return found
            over = [row for row in self.made.caps if short_of(row, self.made, found.x) > NOISE_BASE]
            if over:
                task = cut(task, over[0], self.made, found.x)
            elif self.ground.holds(found.x):
                return found
            else:
                task = without(task, found.x)


def short_of(row: Row, made: Portfolio, x: Flags) -> float:
    """How far a set is over a cap, in base units."""
    return sum(row.coefficient(made.choices[n]) for n in np.flatnonzero(x)) - row.free


def cut(task: Problem, row: Row, made: Portfolio, x: Flags) -> Problem:
    """Without this set in this row: less of what takes, or more of what gives."""
    takes = np.array([row.coefficient(one) for one in made.choices])
    line = np.where((takes > 0) & x, -1.0, 0.0) + np.where((takes < 0) & ~x, 1.0, 0.0)
    return with_row(task, line, 1.0 - float(np.count_nonzero((takes > 0) & x)), np.inf)


def without(task: Problem, x: Flags) -> Problem:
    """Without exactly this set."""
    return with_row(task, np.where(x, -1.0, 1.0), 1.0 - float(np.count_nonzero(x)), np.inf)


def with_row(task: Problem, line: Floats, low: float, high: float) -> Problem:
    """The problem with one more row."""
    matrix = sparse.csr_matrix(sparse.vstack([task.rows, sparse.csr_matrix(line)]))
    return replace(task, rows=matrix, lower=np.append(task.lower, low), upper=np.append(task.upper, high))


def sparing(task: Problem, found: Found, solve: Solve) -> Found:
    """Of the sets with as much, the one with the least tce."""
    tce = np.array([one.tce for one in solve.made.choices])
    less = solve.exact(replace(with_row(task, task.value, found.value - 1e-6, np.inf), value=-tce))
    return found if less.x is None else Found(less.x, float(task.value @ less.x), max(found.bound, found.value))


def alternatives(task: Problem, found: Found, wanted: Wanted, scenario: Scenario, solve: Solve) -> list[Chosen]:
    """The next best sets, each of them different enough from all before it."""
    made = solve.made
    task = with_row(task, task.value, found.value - wanted.within * abs(found.value) - 1e-6, np.inf)
    sets: list[Chosen] = []
    x = found.x
    for _ in range(wanted.alternatives):
        if x is None or solve.stopped():
            break
        ids = {made.choices[n].project.id for n in np.flatnonzero(x)}
        line = np.array([-1.0 if one.project.id in ids else 1.0 for one in made.choices])
        task = with_row(task, line, float(wanted.differ - len(ids)), np.inf)
        x = solve.exact(task).x
        if x is not None:
            sets.append(chosen(made, x, task.value, scenario))
    return sets


def chosen(made: Portfolio, x: Flags, values: Floats, scenario: Scenario) -> Chosen:
    """A set by ids, in the order of the file."""
    picked = {made.choices[n].project.id: made.choices[n] for n in np.flatnonzero(x)}
    ids = tuple(project.id for project in scenario.projects if project.id in picked)
    return Chosen(ids, {id: picked[id].project.start or 0 for id in ids}, float(values @ x),
                  sum(picked[id].tce for id in ids),
                  {id: len(picked[id].project.phases) for id in ids if picked[id].project.phases})


def left_out(made: Portfolio, x: Flags, found: Found, values: Floats, parameters: Parameters) -> dict[str, Text]:
    """Why each candidate that is not chosen is out: barred, no room beside the chosen, or nothing gained."""
    ids = {made.choices[n].project.id for n in np.flatnonzero(x)}
    over = [short_of(row, made, x) for row in made.caps]
    possible: dict[str, list[int]] = {}
    for n, one in enumerate(made.choices):
        if one.project.id not in ids:
            possible.setdefault(one.project.id, []).append(n)
    return {**made.barred, **{id: reason(starts, made, x, values, found, over, parameters)
                              for id, starts in possible.items()}}


def reason(
    starts: list[int], made: Portfolio, x: Flags, values: Floats, found: Found, over: list[float],
    parameters: Parameters,
) -> Text:
    """Why a project is out beside the chosen set: what stands against each of its starts; said of the first."""
    against = [obstacle(n, made, x, over, parameters) for n in starts]
    if all(against) and against[0] is not None:
        return against[0]
    if all(values[n] <= 0 for n, one in zip(starts, against, strict=True) if one is None):
        return Text(N_("it adds nothing to what is maximised"))
    return Text(N_("a set with it is not proven better (gap {gap:.2%})"), gap=found.gap)


def obstacle(n: int, made: Portfolio, x: Flags, over: list[float], parameters: Parameters) -> Text | None:
    """What keeps one choice out beside the chosen set: the first cap it would break, or what it does not go with."""
    for row, short in zip(made.caps, over, strict=True):
        more = row.coefficient(made.choices[n])
        if more > 0 and short + more > NOISE_BASE:
            title = named(row.key, parameters)
            if row.ratio_limit is not None:
                return Text(N_("beside the chosen it would break {quota} {year}"), quota=title, year=row.key.year)
            quota = parameters.quota(row.key.quota)
            return Text(N_("beside the chosen it is short of {short} of {quota} {year}"), quota=title,
                        short=figure(round(short + more) / row.per_cap, quota.cap_unit if quota else ""),
                        year=row.key.year)
    for line, low, high in made.links:
        total = sum(part for m, part in line.items() if x[m]) + line.get(n, 0.0)
        if n in line and not low <= total <= high:
            others = [made.choices[m].project.id for m in line if made.choices[m].project.id
                      != made.choices[n].project.id]
            return Text(N_("it does not go with {others}"), others=", ".join(dict.fromkeys(others)))
    return None


def prices(task: Problem, made: Portfolio, parameters: Parameters) -> tuple[Price, ...]:
    """Shadow prices of the caps from the relaxation; of a ratio, what a unit more of the ratio is worth.

    One more unit of a stock counts from its year on; of a quota that is carried over, in the years after as well.
    """
    shares = relaxed(task) if made.choices else None
    if shares is None:
        return ()
    found = []
    for row in made.caps:
        quota = parameters.quota(row.key.quota)
        if quota:
            worth = sum(float(dual) * widened(other, row.key, made, shares.x, stock=quota.kind == "stock")
                        for dual, other in zip(shares.dual, made.caps, strict=False) if dual)
            found.append(Price(row.key.quota, row.key.year, worth, quota.cap_unit, row.key.park))
    return tuple(found)


def widened(row: Row, key: Key, made: Portfolio, x: Floats, *, stock: bool) -> float:
    """How much one more unit of the cap ``key`` widens a row, in the row's units."""
    if row.key == key:
        # A looser ratio frees room in proportion to all value added, that of the chosen included.
        return 1.0 if row.ratio_limit is None else row_value_added(row, made, x)
    if stock:
        return float(row.key[:2] == key[:2] and row.key.year > key.year)
    return dict(row.carried).get(key, 0.0)


def row_value_added(row: Row, made: Portfolio, x: Floats) -> float:
    """Value added of baseline, committed and chosen that a ratio divides by, wan_yuan."""
    parts = (float(share) * one.adds.get(row.key, 0.0) for one, share in zip(made.choices, x, strict=True))
    return row.value_added + sum(parts)

