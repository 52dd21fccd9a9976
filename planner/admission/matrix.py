"""Every project against every quota: where in the queue's order each stands, not only the one that binds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.admission.book_view import BookView
from planner.admission.entrant import Entrant
from planner.admission.judgement import Bench, Trial, all_trials
from planner.admission.outcome import Case
from planner.admission.scenario import Scenario
from planner.admission.simulate import ready, run_queue
from planner.parameters import Parameters
from planner.verdict import Verdict


@dataclass(frozen=True)
class Cell:
    """A project against one quota over the years: the worst verdict, the first year that has it, and its shortage there
    in ``unit``."""

    verdict: Verdict
    year: int
    short_by: float | None
    unit: str


def matrix(
    scenario: Scenario, parameters: Parameters, *, book: BookView | None = None, cases: Mapping[str, Case] | None = None
) -> dict[str, dict[str, Cell]]:
    """Cells by project id and cap key; a quota without a cap, or of which a project asks nothing, has none. Judged as
    ``simulate`` does.

    Raises as ``simulate``.
    """
    queue = ready(scenario, parameters, book=book, cases=cases)
    found: dict[str, dict[str, Cell]] = {}

    def look(one: Entrant) -> None:
        found[one.id] = _cells(trial for trial in all_trials(one, queue.bench) if _capped(trial, queue.bench))

    run_queue(queue.entrants, queue.held, scenario.retirements, queue.bench, look)
    return found


def _capped(trial: Trial, bench: Bench) -> bool:
    budget = bench.budgets.amounts.get(trial.key)
    return budget is None or budget.capped


def _cells(trials: Iterable[Trial]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for trial in trials:
        known = cells.get(trial.key.quota)
        if known is None or trial.verdict > known.verdict:
            cells[trial.key.quota] = Cell(trial.verdict, trial.key.year, trial.short_by, trial.quota.cap_unit)
    return cells
