"""The stage on which levers are tried: the queue as it stands just before one project, and that project judged on it.

What stands before it is kept, so that a lever of the project itself costs one judgement, not a whole simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from planner.admission.book_view import BookView
from planner.admission.budgets import Key
from planner.admission.entrant import Entrant
from planner.admission.judgement import Bench, Trial, all_trials, carried, replaced
from planner.admission.outcome import Binding, Case
from planner.admission.relief import RETIRE, TRANSFER, Move, moved, with_moves
from planner.admission.scenario import Retirement, Scenario
from planner.admission.simulate import Queue, bench_of, judged_offer, ready, run_queue
from planner.admission.stops import stops
from planner.energy.project import Project
from planner.parameters import Parameters
from planner.units import shown
from planner.verdict import Verdict

Moves = tuple[Move, ...]
Stopped = Callable[[], bool]


class Halted(Exception):  # noqa: N818  (no fault: the search is over)
    """Whoever searches is to end with what is found."""


def never() -> bool:
    return False


@dataclass(frozen=True)
class Before:
    """The queue before a project: its bench, and who holds each site."""

    bench: Bench
    sites: Mapping[str, str]


class Stage:
    """Remembers the queue before ``target`` for each set of moves that changes it; writes nothing. Trying ends once
    ``told`` says so."""

    def __init__(
        self, scenario: Scenario, target: Project, parameters: Parameters, book: BookView | None,
        cases: Mapping[str, Case], told: Stopped = never,
    ) -> None:
        self.scenario, self.target, self.parameters = scenario, target, parameters
        self.book, self.cases, self._told = book, cases, told
        self.on = scenario.on or date(scenario.years[0], 1, 1)
        self._before: dict[Moves, Before] = {}
        self._answers: dict[Moves, bool] = {}
        self._queue: Queue = ready(before(scenario, target), parameters, book=book, cases=cases)
        self._known = {id(project): one for project, one in
                       zip(before(scenario, target).projects, self._queue.entrants, strict=True)}
        self.rows = self._queue.rows

    def fits(self, moves: Moves) -> bool:
        """Whether the project is let in with these moves. Raises Halted once it is told to stop."""
        if moves not in self._answers:
            if moves and self._told():
                raise Halted
            with self.trial(moves) as (one, bench, tied):
                answer = judged_offer(one, self.holder(one, moves), bench, tied)[1]
                self._answers[moves] = answer.verdict <= Verdict.WARN
        return self._answers[moves]

    def trial(self, moves: Moves) -> Standing:
        """The project with the moves, on the queue before it with them; its retirements in while it lasts."""
        rows = [row for row in with_moves(self.scenario, moves).retirements if row.for_ == self.target.id]
        return Standing(self.entrant(moves), self.standing(moves), rows)

    def entrant(self, moves: Moves) -> Entrant:
        """What the project asks with its own levers pulled."""
        project = self.target
        for move in moves:
            if move.project == project.id and move.lever not in (RETIRE, TRANSFER):
                project = moved(project, move, self.scenario.years)
        return self._queue.offer(project, self.cases.get(project.id))

    def standing(self, moves: Moves) -> Bench:
        """The queue before the project, after the moves that change it."""
        return self._at(moves).bench

    def holder(self, one: Entrant, moves: Moves) -> str | None:
        """Who before it has taken the project's site."""
        return self._at(moves).sites.get(one.site) if one.site else None

    def _at(self, moves: Moves) -> Before:
        outside = tuple(move for move in moves if move.project != self.target.id or move.lever == TRANSFER)
        if outside not in self._before:
            self._before[outside] = self._run(before(with_moves(self.scenario, outside), self.target))
        return self._before[outside]

    def _run(self, scenario: Scenario) -> Before:
        sources = self._queue.sources
        bench = bench_of(type(sources)(scenario, sources.parameters, sources.book, sources.basis, sources.warn_at))
        entrants = [self._known.get(id(project)) or self._queue.offer(project, self.cases.get(project.id))
                    for project in scenario.projects]
        answers = run_queue(entrants, self._queue.held, scenario.retirements, bench)
        sites: dict[str, str] = {}
        for one in sorted(entrants, key=lambda entry: not entry.committed):
            if one.site and answers[one.id][1]:
                sites.setdefault(one.site, one.id)
        return Before(bench, sites)

    def shortages(self, moves: Moves) -> list[Move]:
        """For each quota and year that is short with these moves, the transfer that would cover it. Of a stock the
        later years are covered by what is obtained for the first."""
        with self.trial(moves) as (one, bench, _):
            short = [(trial, lacking(one, trial.key, bench)) for trial in all_trials(one, bench)
                     if trial.verdict == Verdict.EXCEEDS and trial.key in bench.budgets.amounts
                     and trial.key.park is None]
        found: dict[tuple[str, int], Move] = {}
        covered: dict[str, int] = {}
        for trial, base in short:
            more = base - (covered.get(trial.quota.quota, 0) if trial.quota.kind == "stock" else 0)
            if more > 0:
                covered[trial.quota.quota] = covered.get(trial.quota.quota, 0) + more
                found[trial.key.quota, trial.key.year] = Move(
                    TRANSFER, shown(more, trial.quota.cap_unit), trial.quota.cap_unit, self.target.id, trial.key.year,
                    trial.key.quota)
        return list(found.values())

    def failures(self, moves: Moves) -> list[Trial]:
        """The budgets that keep the project out with these moves."""
        with self.trial(moves) as (one, bench, _):
            return [trial for trial in all_trials(one, bench) if trial.verdict > Verdict.WARN]

    def unreplaced(self, moves: Moves) -> list[Trial]:
        """The years in which the project brings too little load that ends for it."""
        with self.trial(moves) as (one, bench, tied):
            return list(replaced(one, bench, tied))

    def stopped(self, moves: Moves) -> list[Binding]:
        """What blocks the project with these moves besides its parcel, the site that another has taken included."""
        with self.trial(moves) as (one, bench, tied):
            found, holder = list(stops(one, bench)), self.holder(one, moves)
            if holder is not None and not one.committed:
                taken = judged_offer(one, holder, bench, tied)[1].binding
                found += [taken] if taken else []
        return found

    def used_before(self) -> dict[str, float]:
        """How much each project before it takes of the first budget that keeps the project out; who has its site
        stands in its way whatever it takes."""
        holder, failing = self.holder(self.entrant(()), ()), self.failures(())
        first = {} if holder is None else {holder: float("inf")}
        if not failing:
            return first
        key, bench = failing[0].key, self.standing(())
        if key in bench.budgets.ratios:
            return {part.id: part.share.numerator or 0.0 for part in bench.tally.joined[key]} | first
        return {line.draw.id: line.draw.amount for line in bench.tally.draws[key]} | first

    def short_before(self) -> float:
        """How much of that budget is missing; 0 where it is not an amount."""
        failing = self.failures(())
        return failing[0].short_by or 0.0 if failing and failing[0].quota.kind != "ratio" else 0.0


class Standing:
    """A project on a bench with the retirements tied to it, for as long as it is looked at."""

    def __init__(self, one: Entrant, bench: Bench, retirements: Iterable[Retirement]) -> None:
        self.one, self.bench, self.retirements = one, bench, list(retirements)

    def __enter__(self) -> tuple[Entrant, Bench, list[Retirement]]:
        self.bench.tally.retire(self.retirements)
        return self.one, self.bench, self.retirements

    def __exit__(self, *problem: object) -> None:
        self.bench.tally.reinstate(self.retirements)


def before(scenario: Scenario, target: Project) -> Scenario:
    """The part of a scenario that is judged before the target."""
    committed = [project for project in scenario.projects if project.status == "committed"]
    place = next(n for n, project in enumerate(scenario.projects) if project.id == target.id)
    earlier = [project for project in scenario.projects[:place] if project.status == target.status]
    kept = tuple(earlier if target.status == "committed" else (*committed, *earlier))
    return scenario.model_copy(update={"projects": kept})


def lacking(one: Entrant, key: Key, bench: Bench) -> int:
    """Whole base units that a budget is short of with the project in."""
    budget, tally = bench.budgets.amounts[key], bench.tally
    used = budget.baseline_base - tally.retired_base.get(key, 0) + tally.base[key] + one.asks[key].base
    return used - budget.limit - carried(key, bench, one)
