"""What a project that is in keeps out: the later projects that would fit without it, and what they would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.admission.book_view import BookView
from planner.admission.outcome import Case
from planner.admission.scenario import Scenario
from planner.admission.simulate import ready
from planner.parameters import Parameters
from planner.verdict import Verdict


@dataclass(frozen=True)
class Displaced:
    """What one project keeps out. Figures are of the projects kept out, at full load (0 where not stated);
    ``*_per_tce`` by the project's own counted energy of its greatest year, None where it asks none."""

    id: str
    keeps_out: tuple[str, ...]
    counted_tce: float
    value_added_wan_yuan: float
    tax_wan_yuan: float
    jobs: float

    def per_tce(self, figure: float) -> float | None:
        return figure / self.counted_tce if self.counted_tce > 0 else None


def displaced(
    scenario: Scenario, parameters: Parameters, *, only: str | None = None, book: BookView | None = None,
    cases: Mapping[str, Case] | None = None,
) -> tuple[Displaced, ...]:
    """Each project that is in (or ``only`` that one), with those that are refused now and would fit if it were not
    there.

    Later ones only: the earlier are judged before it. The queue is judged once more for each. Raises as ``simulate``.
    """
    queue = ready(scenario, parameters, book=book, cases=cases)
    now = queue.judged()
    projects = {project.id: project for project in scenario.projects}
    found = []
    for one in queue.entrants:
        if not now[one.id][1] or only not in (None, one.id):
            continue
        rest = [other for other in queue.entrants if other.id != one.id]
        without = queue.judged(rest, [row for row in scenario.retirements if row.for_ != one.id])
        out = tuple(other.id for other in rest
                    if without[other.id][0].verdict <= Verdict.WARN < now[other.id][0].verdict)
        tce = max((year.counted_tce or 0.0 for year in one.demand.values()), default=0.0)
        brought = [sum(getattr(projects[id], figure) or 0.0 for id in out)
                   for figure in ("value_added_wan_yuan", "tax_wan_yuan", "jobs")]
        found.append(Displaced(one.id, out, tce, *brought))
    return tuple(found)
