"""The cheapest ways to make a refused project fit, alone and combined; each put back through the simulation.

A lever is pulled as weakly as will do: its choices are halved, the queue before the project standing still. Two levers
together: one at its strongest, the other as weak as will do, since costs are proportional to the pull.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.admission.book_view import BookView
from planner.admission.outcome import Case
from planner.admission.relief import DEFER, DROP, PHASE, SCALE, Move, Option, Relief, sentence, with_moves
from planner.admission.relief_conflict import clashes
from planner.admission.relief_levers import Lever, cost, levers, other_levers, prices_of
from planner.admission.relief_stage import Halted, Stage, Stopped, never
from planner.admission.scenario import Scenario
from planner.admission.simulate import simulate
from planner.errors import ScenarioError
from planner.parameters import Parameters, in_force
from planner.text import N_, Text
from planner.verdict import Verdict

MOST_SHOWN = 30
# Of many projects before it, the likeliest to make room are tried: alone, and the largest with another lever.
OTHERS_ALONE, OTHERS_COMBINED = 12, 3

Moves = tuple[Move, ...]
Progress = Callable[[int], None]


def nobody(found: int) -> None:
    """Hears how many ways were found, and says it to nobody."""


@dataclass(frozen=True)
class Search:
    """What the search for one project looks at: the stage it is tried on, its own levers and the others'."""

    stage: Stage
    own: tuple[Lever, ...]
    others: tuple[Lever, ...]


def relieve(
    scenario: Scenario, project: str, parameters: Parameters, *, book: BookView | None = None,
    cases: Mapping[str, Case] | None = None, stopped: Stopped = never, progress: Progress = nobody,
) -> Relief:
    """The ways out for one project, cheapest first, those without a price last. Once ``stopped`` says so the ways found
    so far are the answer, with a note; ``progress`` hears how many were found.

    Raises ScenarioError for a project that is not in the scenario, and as ``simulate``.
    """
    target = next((one for one in scenario.projects if one.id == project), None)
    if target is None:
        known = ", ".join(one.id for one in scenario.projects)
        raise ScenarioError(place="--project", problem=Text(N_("'{name}' is not known here. Known are: {known}."),
                                                            name=project, known=known), where={"project": project})
    stage = Stage(scenario, target, parameters, book, cases or {}, stopped)
    if stage.fits(()):
        return Relief(project, (), (), (Text(N_("'{id}' fits as it is"), id=project),))
    entrant, budgets = stage.entrant(()), stage.standing(()).budgets
    search = Search(stage, tuple(levers(scenario, target, entrant, budgets, stage.rows)),
                    tuple(likely(other_levers(scenario, target), stage)))
    tried: dict[Moves, None] = {}
    said: tuple[Text, ...] = ()
    try:
        for moves in ways(search):
            tried[moves] = None
            progress(len(tried))
    except Halted:
        said = (Text(N_("stopped before every lever was tried: there may be cheaper ways")),)
    shown = tuple(proven(priced(tried, search), project, scenario, parameters, book, cases or {}))
    return Relief(project, shown, () if shown or said else clashes(stage, search.own, search.others), said)


def ways(search: Search) -> Iterator[Moves]:
    """Moves that fit, one lever and several."""
    stage = search.stage
    every = (*search.own, *search.others)
    alone: dict[Lever, Moves | None] = {}
    for lever in every:
        alone[lever] = least(lever, (), stage)
        yield from filter(None, [alone[lever]])
    given = transfers((), stage)
    if given:
        yield given
    failing = [lever for lever in search.own if alone[lever] is None]
    failing += largest([lever for lever in search.others if alone[lever] is None], stage)
    for first in failing:
        pulled = (first.strongest,)
        for second in (*search.own, *failing):
            if (second.name, second.project) != (first.name, first.project) and clear(first, second):
                yield from filter(None, [least(second, pulled, stage)])
        if given:
            yield from filter(None, [transfers(pulled, stage)])
    if not given and not any(alone.values()):
        yield from filter(None, [everything(search)])


def least(lever: Lever, before: Moves, stage: Stage) -> Moves | None:
    """The weakest pull that fits after ``before``; None where even the strongest does not."""
    if not lever.rising:
        steps = (n for n in range(lever.steps) if stage.fits((*before, lever.move(n))))
        first = next(steps, None)
        return None if first is None else (*before, lever.move(first))
    if not stage.fits((*before, lever.strongest)):
        return None
    n = bisect_left(range(lever.steps), True, key=lambda n: stage.fits((*before, lever.move(n))))
    return (*before, lever.move(min(n, lever.steps - 1)))


def transfers(before: Moves, stage: Stage) -> Moves | None:
    """Quota from the province that lets the project in after ``before``; None where no quota can be had for it.

    What is added may let an earlier project in that was refused, which takes it: then more is asked for.
    """
    wanted: dict[tuple[str, int], Move] = {}
    for _ in range(len(stage.scenario.projects) + len(stage.scenario.years)):
        short = stage.shortages((*before, *wanted.values()))
        if not short:
            break
        for move in short:
            place = (move.quota or "", move.year or 0)
            known = wanted.get(place)
            wanted[place] = replace(move, value=round(move.value + (known.value if known else 0.0), 9))
    moves = (*before, *wanted.values())
    return moves if wanted and stage.fits(moves) else None


def everything(search: Search) -> Moves | None:
    """All levers at their strongest, then one by one let go where the rest suffices."""
    pulled = [lever.strongest for lever in search.own if lever.name not in (DEFER, PHASE)]
    pulled += [lever.strongest for lever in search.others if lever.name == DROP]
    for given in ((), tuple(transfers(tuple(pulled), search.stage) or ())[len(pulled):]):
        moves = [*pulled, *given]
        if search.stage.fits(tuple(moves)):
            for move in list(moves):
                rest = [other for other in moves if other is not move]
                if rest and search.stage.fits(tuple(rest)):
                    moves = rest
            return tuple(moves)
    return None


def clear(first: Lever, second: Lever) -> bool:
    """Whether two levers can be pulled together: a project that is dropped has no other lever, one that is built in
    phases starts when it says and in its size."""
    kinds = {first.name, second.name}
    return first.project != second.project or not (DROP in kinds or PHASE in kinds and kinds & {DEFER, SCALE})


def likely(others: Sequence[Lever], stage: Stage) -> list[Lever]:
    """The levers of the projects before it that take enough of what is short, least value added first, then of the
    largest users; what it is short of first decides."""
    amounts, short = stage.used_before(), stage.short_before()
    worth = {project.id: project.value_added_wan_yuan or 0.0 for project in stage.scenario.projects}
    ids = dict.fromkeys(lever.project for lever in others if amounts.get(lever.project, 0.0) > 0)
    order = sorted(ids, key=lambda id: (amounts[id] < short, worth[id] if amounts[id] >= short else -amounts[id]))
    kept = {*order[:OTHERS_ALONE], *(lever.project for lever in largest(others, stage))}
    return [lever for lever in others if lever.project in kept]


def largest(others: Iterable[Lever], stage: Stage) -> list[Lever]:
    """Dropping the projects before it that take most of what the project is short of."""
    amounts = stage.used_before()
    drops = [lever for lever in others if lever.name == DROP and amounts.get(lever.project, 0.0) > 0]
    return sorted(drops, key=lambda lever: -amounts[lever.project])[:OTHERS_COMBINED]


def priced(found: Iterable[Moves], search: Search) -> list[Option]:
    """Options cheapest first, without price last; one that only adds a lever to a cheaper one is left out."""
    stage, scenario = search.stage, search.stage.scenario
    on = stage.on
    prices = prices_of(scenario, [row for row in stage.parameters.relief_costs if in_force(row, on)])
    titles = {quota.cap_key: quota.title for quota in stage.parameters.quotas}
    options = []
    for moves in found:
        costs = [cost(move, scenario, stage.rows, prices) for move in moves]
        total = None if any(one is None for one in costs) else sum(one for one in costs if one is not None)
        options.append(Option(moves, total, sentence(moves, scenario.projects, titles)))
    options.sort(key=lambda option: (option.cost_wan_yuan is None, option.cost_wan_yuan or 0.0, len(option.moves)))
    return [option for n, option in enumerate(options) if not any(within(less, option) for less in options[:n])]


def within(less: Option, more: Option) -> bool:
    """Whether ``more`` pulls every lever of a cheaper option and another one."""
    def kinds(option: Option) -> set[tuple[object, ...]]:
        return {(move.lever, move.project, move.quota, move.year) for move in option.moves}

    return kinds(less) < kinds(more)


def proven(
    options: Iterable[Option], project: str, scenario: Scenario, parameters: Parameters, book: BookView | None,
    cases: Mapping[str, Case],
) -> Iterator[Option]:
    """The options that fit when the whole scenario is simulated again with them, the first ``MOST_SHOWN``."""
    shown = 0
    for option in options:
        again = simulate(with_moves(scenario, option.moves), parameters, book=book, cases=cases)
        if next(one for one in again.projects if one.id == project).verdict <= Verdict.WARN:
            yield option
            shown += 1
        if shown == MOST_SHOWN:
            return
