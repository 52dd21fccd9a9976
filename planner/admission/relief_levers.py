"""The levers that a scenario offers for one project, each a row of choices from the weakest pull to the strongest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.admission.budgets import Budgets
from planner.admission.entrant import Entrant
from planner.admission.relief import (
    CERTIFICATES,
    DEFER,
    DROP,
    LOAD,
    PHASE,
    PUE,
    RETIRE,
    SCALE,
    Move,
    certificates_bought,
    moved,
    value_added,
)
from planner.admission.scenario import Scenario
from planner.energy.carriers import Conversion
from planner.energy.data_centre import it_load
from planner.energy.project import Project
from planner.parameters import Coefficient
from planner.units import KGCE_PER_TCE

# How finely a lever is pulled: a thousandth of a figure, a certificate, a kilogram; a phase in twentieths.
PER_UNIT = 1000
PHASES = 20


@dataclass(frozen=True)
class Lever:
    """A lever of one project: ``move(n)`` for n in ``range(steps)``, from the weakest pull to the strongest.

    ``rising``: a stronger pull never fits worse, so that the weakest that fits can be found by halving.
    """

    name: str
    project: str
    steps: int
    move: Callable[[int], Move]
    rising: bool = True

    @property
    def strongest(self) -> Move:
        return self.move(self.steps - 1)


def levers(scenario: Scenario, project: Project, entrant: Entrant, budgets: Budgets, rows: Conversion) -> list[Lever]:
    """The levers of the refused project itself, and of load that ends elsewhere."""
    found = [*_centre(project, rows), _down(SCALE, "share", project.id, 1.0, rows.row("scale_lowest_plausible").value)]
    bought = max((year.electricity_mwh or 0.0 for year in entrant.demand.values()), default=0.0)
    found.append(Lever(CERTIFICATES, project.id, math.ceil(bought),
                       lambda n: Move(CERTIFICATES, float(n + 1), "MWh", project.id)))
    found += [*_phases(scenario, project, rows.row("scale_lowest_plausible").value), *_defer(scenario, project)]
    ends = _running(scenario, project, budgets) * KGCE_PER_TCE
    found.append(Lever(RETIRE, project.id, int(ends), lambda n: Move(RETIRE, (n + 1) / PER_UNIT, "tce", project.id)))
    return [lever for lever in found if lever.steps > 0]


def other_levers(scenario: Scenario, target: Project) -> list[Lever]:
    """What candidates judged before the target could do: stand back, or start later."""
    found: list[Lever] = []
    for project in scenario.projects:
        if project.id == target.id or target.status == "committed":
            break
        if project.status == "candidate":
            found.append(Lever(DROP, project.id, 1, _drop(project.id)))
            found += _defer(scenario, project)
    return found


def _centre(project: Project, rows: Conversion) -> Iterator[Lever]:
    """The levers of a data centre: PUE and load."""
    if project.data_centre:
        yield _down(PUE, "1", project.id, project.data_centre.pue, rows.row("pue_lowest_plausible").value)
        yield _down(LOAD, "share", project.id, project.data_centre.load_factor, rows.row("load_lowest_plausible").value)


def _down(name: str, unit: str, project: str, now: float, lowest: float) -> Lever:
    """A figure that goes down in steps from just below ``now`` to ``lowest``."""
    first, last = math.ceil(round(now * PER_UNIT, 6)) - 1, math.ceil(round(lowest * PER_UNIT, 6))
    return Lever(name, project, max(0, first - last + 1), lambda n: Move(name, (first - n) / PER_UNIT, unit, project))


def _defer(scenario: Scenario, project: Project) -> list[Lever]:
    """A candidate's start may move to the last year of the scenario, and past its own window it may not."""
    if project.status != "candidate" or project.start is None:
        return []
    last = min(scenario.years[-1], project.window[1]) if project.window else scenario.years[-1]
    return [Lever(DEFER, project.id, max(0, last - project.start),
                  lambda n: Move(DEFER, n + 1, "years", project.id), rising=False)]


def _phases(scenario: Scenario, project: Project, lowest: float) -> list[Lever]:
    """A part built at first, the rest in a later year of the scenario, what is put off least before the rest."""
    first = max(project.start or scenario.years[0], scenario.years[0])
    # What is built in phases already says so itself.
    later = [] if project.phases else [year for year in scenario.years if year > first]
    ways = sorted(((PHASES - part) * (year - first), year, part) for year in later for part in range(1, PHASES)
                   if part >= lowest * PHASES)
    return [Lever(PHASE, project.id, len(ways),
                  lambda n: Move(PHASE, ways[n][2] / PHASES, "share", project.id, ways[n][1]), rising=False)]


def _drop(id: str) -> Callable[[int], Move]:
    return lambda n: Move(DROP, 1, "project", id)


def _running(scenario: Scenario, project: Project, budgets: Budgets) -> float:
    """tce a year that run from the project's start on and do not end yet: no more can be retired for it."""
    start = max(project.start or scenario.years[0], scenario.years[0])
    standing = [budget.baseline or 0.0 for key, budget in budgets.amounts.items()
                if key.park is None and key.quota == "energy_tce" and key.year >= start]
    ended = sum(row.energy_tce for row in scenario.retirements)
    return max(0.0, min(standing, default=0.0) - ended)


def cost(move: Move, scenario: Scenario, rows: Conversion, prices: Mapping[str, float]) -> float | None:
    """What a move costs over the scenario's years, wan_yuan; None where no unit cost is known or no value stated."""
    price = prices.get(move.lever if move.quota is None else f"{move.lever}.{move.quota}")
    amount = amount_of(move, scenario, rows)
    return None if price is None or amount is None else price * amount


def amount_of(move: Move, scenario: Scenario, rows: Conversion) -> float | None:
    """What the unit cost multiplies: kW x PUE, wan_yuan of value added forgone, MWh, tce, quota."""
    if move.lever == RETIRE or move.quota is not None:
        return move.value
    old = next(project for project in scenario.projects if project.id == move.project)
    if move.lever == DROP:
        return value_added(old, scenario.years)
    new = moved(old, move, scenario.years)
    if move.lever == CERTIFICATES:
        return certificates_bought(old, new, scenario.years)
    if move.lever == PUE and old.data_centre:
        return it_load(old.data_centre, rows)[0] * (old.data_centre.pue - move.value)
    before, after = value_added(old, scenario.years), value_added(new, scenario.years)
    if before is None or after is None:
        return None
    # A lower load earns less in the same measure; the project's stated value added is that of its stated load.
    kept = move.value / old.data_centre.load_factor if move.lever == LOAD and old.data_centre else 1.0
    return before - after * kept


def prices_of(scenario: Scenario, rows: Sequence[Coefficient]) -> dict[str, float]:
    """Unit costs by lever: the parameters' rows in force, the scenario's own in their place."""
    return {row.name: row.value for row in rows} | scenario.costs
