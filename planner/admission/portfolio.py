"""Which projects together, as a problem in yes or no: one choice for each candidate, year of start and how many of its
phases are built.

Caps are judged on the chosen set as a whole, as if all chosen were committed, in the whole units that the book would
hold. An intensity is linear once multiplied out: numerator <= cap x value added. So is what a year carries to the next
as long as no year is over its cap: use + share x use of the year before <= cap + share x cap of the year before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from scipy import sparse

from planner.admission.budgets import LIST, Key
from planner.admission.case import verdict_of_land
from planner.admission.entrant import Entrant
from planner.admission.highs import Floats, Problem
from planner.admission.judgement import NOISE_BASE, Bench, ratio_state, replaced
from planner.admission.outcome import Case
from planner.admission.relief import DEFER, Move, moved
from planner.admission.scenario import Retirement, Scenario
from planner.admission.simulate import Queue
from planner.admission.stops import UNKNOWN, stops, why_stopped
from planner.energy.project import Phase, Project
from planner.errors import ScenarioError
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.units import booked
from planner.verdict import Verdict


@dataclass(frozen=True)
class Choice:
    """One candidate with one start; what it takes of each budget in base units and, for a ratio, in value added."""

    project: Project
    entrant: Entrant
    takes: Mapping[Key, int]
    adds: Mapping[Key, float]
    tce: float


@dataclass(frozen=True)
class Row:
    """One cap: what is free of it before any candidate, and how much a unit of the cap is in the row's own units.

    ``carried`` are the budgets of the years before whose unused part counts here, each with its share.
    """

    key: Key
    free: float
    per_cap: float
    ratio_limit: float | None = None
    value_added: float = 0.0
    carried: tuple[tuple[Key, float], ...] = ()

    def coefficient(self, choice: Choice) -> float:
        """What a choice takes of the row, in base units."""
        taken = float(choice.takes.get(self.key, 0))
        if self.ratio_limit is not None:
            return taken - self.ratio_limit * choice.adds.get(self.key, 0.0)
        return taken + sum(share * choice.takes.get(key, 0) for key, share in self.carried)


@dataclass(frozen=True)
class Portfolio:
    """Choices, caps that hold and why the other candidates cannot be chosen at all, by id."""

    choices: tuple[Choice, ...]
    caps: tuple[Row, ...]
    barred: Mapping[str, Text]
    links: tuple[tuple[Mapping[int, float], float, float], ...]


def portfolio(
    scenario: Scenario, queue: Queue, bench: Bench, cases: Mapping[str, Case]
) -> Portfolio:
    """The problem over the candidates of a scenario; ``bench`` holds what is committed."""
    caps = tuple(rows(bench))
    barred: dict[str, Text] = {}
    choices: list[Choice] = []
    for project in scenario.projects:
        if project.status == "candidate":
            possible, why = startable(project, scenario, queue, bench, cases, caps)
            choices += possible
            if not possible:
                barred[project.id] = why
    together_barred(scenario, choices, barred)
    kept = tuple(choice for choice in choices if choice.project.id not in barred)
    return Portfolio(kept, tuple(row for row in caps if row.free >= 0), barred, tuple(links(scenario, kept)))


def rows(bench: Bench) -> Iterator[Row]:
    """Every cap that is known, with what committed projects leave of it."""
    tally = bench.tally
    known: dict[Key, Row] = {}
    units = {quota.cap_key: quota.cap_unit for quota in bench.parameters.quotas}
    for key in sorted(bench.budgets.amounts, key=lambda key: key.year):
        budget = bench.budgets.amounts[key]
        if budget.capped and not budget.unknown and key not in tally.unknown:
            used = budget.baseline_base - tally.retired_base.get(key, 0) + tally.base[key]
            last = known.get(key._replace(year=key.year - 1)) if budget.carry else None
            row = Row(key, float(budget.limit - used), float(booked(1, units[key.quota])))
            # A year that is over its cap leaves nothing.
            known[key] = row if last is None or last.free < 0 else replace(
                row, free=row.free + budget.carry * last.free,
                carried=tuple((before, budget.carry * share) for before, share in ((last.key, 1.0), *last.carried)))
    yield from known.values()
    for key, ratio in bench.budgets.ratios.items():
        if not ratio.unknown and key not in tally.unknown:
            state, per_unit = ratio_state(key, ratio, tally), float(booked(1, ratio.unit))
            limit = ratio.limit * per_unit
            yield Row(key, limit * state.value_added - state.base, per_unit, limit, state.value_added)


def startable(
    project: Project, scenario: Scenario, queue: Queue, bench: Bench, cases: Mapping[str, Case], caps: tuple[Row, ...]
) -> tuple[list[Choice], Text]:
    """The starts of a candidate that could be chosen; without any, why."""
    if project.must is False:
        return [], Text(N_("it must not be chosen"))
    found, why = [], Text(N_("it starts after the last year"))
    first, last = project.window or (project.start or 0, project.start or 0)
    tied = [row for row in scenario.retirements if row.for_ == project.id]
    for start in range(first, min(last, scenario.years[-1]) + 1):
        moving = Move(DEFER, start - (project.start or 0), "years", project.id)
        later = moved(project, moving, scenario.years) if moving.value else project
        for built in (later.model_copy(update={"phases": part}) for part in parts(project)):
            one = queue.offer(built, cases.get(project.id))
            made = choice(built, one, tied, scenario)
            bar = kept_out(one, bench, tied) or unknown(one, bench) or broken(made, caps, bench)
            if bar is None:
                found.append(made)
            else:
                why = bar
    return found, why


def parts(project: Project) -> list[tuple[Phase, ...]]:
    """The phases that could be built: all of them, or as many of the first as make sense without the rest."""
    order = sorted(project.phases, key=lambda phase: phase.after)
    return [tuple(order[:count]) for count in range(1, len(order) + 1)] or [()]


def kept_out(one: Entrant, bench: Bench, tied: list[Retirement]) -> Text | None:
    """What keeps a project out whatever is chosen beside it: it is stopped, or replaces too little load."""
    stopped = next(iter(stops(one, bench)), None)
    if stopped is not None:
        return why_stopped(stopped)
    short = next(replaced(one, bench, tied), None)
    return short.why if short else None


def unknown(one: Entrant, bench: Bench) -> Text | None:
    """What keeps a project from being judged, or blocks it on its parcel."""
    if one.case and (verdict := verdict_of_land(one.case.takes, one.case.findings)) > Verdict.WARN:
        return Text(N_("its parcel is blocked")) if verdict == Verdict.BLOCKED else Text(N_("its parcel is unknown"))
    if one.missing:
        return why_stopped(one.missing[0])
    for key, ask in one.asks.items():
        budget = bench.budgets.amounts.get(key)
        if budget is None or not budget.capped:
            continue
        if budget.unknown or key in bench.tally.unknown or ask.amount is None:
            return budget.unknown or bench.tally.unknown.get(key) or ask.why or UNKNOWN
    for key, share in one.shares.items():
        ratio = bench.budgets.ratios.get(key)
        if ratio is not None and (ratio.unknown or key in bench.tally.unknown or share.numerator is None):
            return ratio.unknown or bench.tally.unknown.get(key) or UNKNOWN
    return None


def choice(project: Project, one: Entrant, tied: list[Retirement], scenario: Scenario) -> Choice:
    """What a candidate takes of every budget, what ends for it taken off."""
    takes = {key: ask.base for key, ask in one.asks.items()} | {key: share.base for key, share in one.shares.items()}
    adds = {key: share.value_added for key, share in one.shares.items()}
    for row in tied:
        for year in (year for year in scenario.years if year >= row.start):
            for name, ended, unit in (("energy_tce", row.energy_tce, "tce"), ("carbon_tco2", row.carbon_tco2, "tco2")):
                for key in _own_keys(name, year):
                    takes[key] = takes.get(key, 0) - booked(ended, unit)
                    if key.quota != name:
                        adds[key] = adds.get(key, 0.0) - row.value_added_wan_yuan
    tce = sum(year.counted_tce or 0.0 for year in one.demand.values())
    return Choice(project, one, takes, adds, tce)


def _own_keys(name: str, year: int) -> tuple[Key, ...]:
    ratio = {"energy_tce": "intensity_tce_per_wan_yuan", "carbon_tco2": "carbon_intensity_tco2_per_wan_yuan"}[name]
    return Key(None, name, year), Key(None, ratio, year)


def broken(made: Choice, caps: tuple[Row, ...], bench: Bench) -> Text | None:
    """A cap already over before any candidate, to which this one adds."""
    for row in caps:
        if row.free < 0 and row.coefficient(made) > 0:
            return Text(N_("{quota} {year} is already over its cap without any candidate"),
                        quota=named(row.key, bench.parameters), year=row.key.year)
    return None


def named(key: Key, parameters: Parameters) -> Text:
    """A budget's quota for a person, with the list or the substation that it is of."""
    quota = parameters.quota(key.quota)
    title = Text(quota.title if quota else key.quota)
    if key.park is None:
        return title
    if key.park == LIST:
        return Text(N_("{quota} of the list"), quota=title)
    return Text(N_("{quota} {station}"), quota=title, station=key.park)


def together_barred(scenario: Scenario, choices: list[Choice], barred: dict[str, Text]) -> None:
    """Bar who is bound to one that is barred, or apart from or on the site of one that is committed."""
    committed = [project for project in scenario.projects if project.status == "committed"]
    ids, sites = {project.id for project in committed}, {project.site for project in committed if project.site}
    for made in choices:
        project = made.project
        for other in committed:
            if other.id in project.apart or project.id in other.apart:
                barred[project.id] = Text(N_("it is apart from '{other}', which is committed"), other=other.id)
        if project.site in sites:
            barred[project.id] = Text(N_("its site is taken by a committed project"))
    groups = [(project.id, other) for project in scenario.projects for other in project.together]
    again = True
    while again:
        again = False
        for one, two in (*groups, *((two, one) for one, two in groups)):
            if one in barred and two not in barred and two not in ids:
                barred[two] = Text(N_("it goes together with '{other}', which cannot be chosen"), other=one)
                again = True


def required(scenario: Scenario) -> frozenset[str]:
    """Candidates that must be chosen: it says so, or it goes together with a committed project."""
    committed = {project.id for project in scenario.projects if project.status == "committed"}
    bound = {other for project in scenario.projects if project.id in committed for other in project.together}
    return frozenset(project.id for project in scenario.projects if project.status == "candidate"
                     and (project.must or project.id in bound or committed.intersection(project.together)))


def links(scenario: Scenario, choices: tuple[Choice, ...]) -> Iterator[tuple[Mapping[int, float], float, float]]:
    """Rows between choices: must, apart, together, one project a site. That each has one start is a group's nature."""
    of: dict[str, list[int]] = {}
    needed = required(scenario)
    for n, made in enumerate(choices):
        of.setdefault(made.project.id, []).append(n)
    sites: dict[str, list[int]] = {}
    for project in scenario.projects:
        mine = of.get(project.id, [])
        if mine and project.id in needed:
            yield dict.fromkeys(mine, 1.0), 1.0, 1.0
        for other in project.apart:
            if mine and other in of:
                yield dict.fromkeys((*mine, *of[other]), 1.0), 0.0, 1.0
        for other in project.together:
            if mine and other in of and other != project.id:
                yield {**dict.fromkeys(mine, 1.0), **dict.fromkeys(of[other], -1.0)}, 0.0, 0.0
        if project.site and mine:
            sites.setdefault(project.site, []).extend(mine)
    yield from ((dict.fromkeys(mine, 1.0), 0.0, 1.0) for mine in sites.values())


def problem(made: Portfolio, value: Floats) -> Problem:
    """The matrices. Caps are scaled to the figures people write (tce, ha), so that tolerances are grams, not tonnes."""
    size = len(made.choices)
    caps = [np.array([row.coefficient(one) for one in made.choices], dtype=float) / row.per_cap for row in made.caps]
    bound = [np.array([row.get(n, 0.0) for n in range(size)]) for row, _, _ in made.links]
    matrix = sparse.csr_matrix(np.array([*caps, *bound]).reshape(len(caps) + len(bound), size))
    lower = [*([-np.inf] * len(caps)), *(low for _, low, _ in made.links)]
    upper = [*((row.free + NOISE_BASE) / row.per_cap for row in made.caps), *(high for _, _, high in made.links)]
    place: dict[str, int] = {}
    groups = np.array([place.setdefault(one.project.id, len(place)) for one in made.choices], dtype=np.int64)
    return Problem(value, matrix, np.array(lower), np.array(upper), groups)


Worth = Callable[[Choice, tuple[int, ...]], float]


def objective(wanted: str) -> Worth:
    """What a choice is worth: one of ``OBJECTIVES``, or a sum of some with weights, as ``value_added + 3*tax``.

    Raises ScenarioError for a name that is not known or a weight that is no number.
    """
    if wanted == TAX_PER_TCE:
        return OBJECTIVES["tax"]
    terms = [_term(part, wanted) for part in wanted.split("+")]
    return lambda made, years: sum(weight * OBJECTIVES[name](made, years) for weight, name in terms)


def _term(part: str, wanted: str) -> tuple[float, str]:
    weight, _, name = part.rpartition("*")
    try:
        times = float(weight) if weight else 1.0
    except ValueError:
        times = np.nan
    if name.strip() not in OBJECTIVES or not np.isfinite(times):
        problem = Text(N_("'{name}' is not known here. Known are: {known}; or a sum with weights, as 2*tax+jobs."),
                       name=wanted, known=", ".join((*OBJECTIVES, TAX_PER_TCE)))
        raise ScenarioError(place="--maximise", problem=problem)
    return times, name.strip()


def _yearly(field: str) -> Worth:
    def worth(made: Choice, years: tuple[int, ...]) -> float:
        full: float | None = getattr(made.project, field)
        return (full or 0.0) * sum(made.project.share_in(year) for year in years)

    return worth


def built_share(project: Project) -> float:
    """How much of a project is built in the end."""
    return sum(phase.share for phase in project.phases) if project.phases else 1.0


OBJECTIVES: Mapping[str, Worth] = MappingProxyType({
    "value_added": _yearly("value_added_wan_yuan"), "tax": _yearly("tax_wan_yuan"),
    "output": _yearly("output_wan_yuan"),
    "jobs": lambda made, years: (made.project.jobs or 0.0) * built_share(made.project),
})
# Most tax; of sets with as much, the one that takes the least energy.
TAX_PER_TCE = "tax_per_tce"
TITLES: Mapping[str, str] = MappingProxyType({
    "value_added": N_("value added"), "tax": N_("tax"), "jobs": N_("jobs"), "output": N_("output"),
    TAX_PER_TCE: N_("tax per tce")})


def titled(wanted: str) -> Text:
    """An objective for a person; a sum with weights as it is written."""
    return Text(TITLES[wanted]) if wanted in TITLES else Text("{sum}", sum=wanted)
