"""How sure the queue is: it is judged in every draw of the uncertain inputs, all draws at once.

A breach is use above a cap with the whole queue in; how often a project is admitted comes from judging the queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.admission.book_view import BookView
from planner.admission.budgets import Budget, Key, RatioBudget
from planner.admission.case import verdict_of_land
from planner.admission.entrant import Entrant, entrant
from planner.admission.highs import Flags, Floats
from planner.admission.judgement import NOISE_BASE, Bench, ratio_state
from planner.admission.outcome import Case
from planner.admission.risk_inputs import Asked, Input, Response, drawn, inputs_of, response
from planner.admission.scenario import Retirement, Scenario
from planner.admission.simulate import ready
from planner.energy.project import Project
from planner.errors import ScenarioError
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.units import booked
from planner.verdict import Verdict

MOST_DRAWS = 1_000_000
# Draws for what decides; a power of two, as the sequence wants.
SOBOL_DRAWS = 1024
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Breach:
    """How often a cap is broken; the use that a tenth, half and nine tenths of the draws stay below, in ``unit``."""

    key: Key
    unit: str
    cap: float
    probability: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Driver:
    """How much of the variance of a use one input explains alone, and with all it acts through together."""

    input: str
    share: float
    total: float


@dataclass(frozen=True)
class Risk:
    """The answer: breaches by year and quota, what decides the use of ``decided``, how often each project is in."""

    draws: int
    seed: int
    breach: tuple[Breach, ...]
    decided: Key | None
    drivers: tuple[Driver, ...]
    admitted: Mapping[str, float]
    notes: tuple[Text, ...] = ()


@dataclass
class Used:
    """Running sums over all draws, in base units, by key; ``added`` is the value added of a ratio."""

    amounts: dict[Key, Floats] = field(default_factory=dict)
    numerators: dict[Key, Floats] = field(default_factory=dict)
    added: dict[Key, Floats] = field(default_factory=dict)


def risk(
    scenario: Scenario, parameters: Parameters, *, draws: int, seed: int, book: BookView | None = None,
    cases: Mapping[str, Case] | None = None,
) -> Risk:
    """Probabilities over the uncertain inputs. Raises ScenarioError for a range that does not fit, as ``simulate``."""
    if not 1 <= draws <= MOST_DRAWS:
        raise ScenarioError(place="--draws", problem=Text(N_("{draws} is out of range. Take 1 to {most:,}"),
                                                          draws=draws, most=MOST_DRAWS))
    queue = ready(scenario, parameters, book=book, cases=cases)

    def entered(project: Project) -> Entrant:
        return entrant(project, scenario.years, queue.rows, parameters, (cases or {}).get(project.id))

    inputs = {project.id: inputs_of(project) for project in scenario.projects}
    flat = [one for mine in inputs.values() for one in mine]
    responses = {project.id: response(project, inputs[project.id], entered) for project in scenario.projects}
    shares = drawn(draws, len(flat), seed)
    asks = {id: responses[id](figures(mine, flat, shares)) for id, mine in inputs.items()}
    for one in queue.held:
        queue.bench.tally.add(one)
    queue.bench.tally.retire(row for row in scenario.retirements if row.for_ is None)
    admitted = in_turn(queue.entrants, asks, scenario.retirements, queue.bench, draws)
    whole = opened(queue.bench, draws)
    for one in queue.entrants:
        put(whole, asks[one.id], queue.bench, np.ones(draws, dtype=bool))
    for row in scenario.retirements:
        if row.for_ is not None:
            end(whole, row, queue.bench, np.ones(draws, dtype=bool), 1)
    unknown = {key for one in queue.entrants for key, ask in one.asks.items() if ask.amount is None}
    breach = tuple(breaches(whole, queue.bench, unknown))
    decided = deciding(breach) if flat else None
    drivers = () if decided is None else explained(decided, inputs, flat, responses, queue.bench, seed)
    said = () if flat else (Text(N_("no input is uncertain: every draw is the same")),)
    return Risk(draws, seed, breach, decided, drivers, {id: float(np.mean(ok)) for id, ok in admitted.items()},
                (*queue.notes, *said))


def figures(mine: Sequence[Input], flat: Sequence[Input], shares: Floats) -> Floats:
    """The figures of a project's inputs in every draw, (inputs, draws)."""
    rows = [one.at(shares[flat.index(one)]) for one in mine]
    return np.array(rows) if rows else np.zeros((0, shares.shape[1]))


def opened(bench: Bench, draws: int) -> Used:
    """What is used of every known cap before the file's projects, in each draw."""
    used, tally = Used(), bench.tally
    for key, budget in bench.budgets.amounts.items():
        if judged(budget, key, bench):
            start = budget.baseline_base - tally.retired_base.get(key, 0) + tally.base[key]
            used.amounts[key] = np.full(draws, float(start))
    for key, ratio in bench.budgets.ratios.items():
        if judged(ratio, key, bench):
            state = ratio_state(key, ratio, tally)
            used.numerators[key] = np.full(draws, float(state.base))
            used.added[key] = np.full(draws, state.value_added)
    return used


def judged(budget: Budget | RatioBudget, key: Key, bench: Bench) -> bool:
    """Whether a cap is there and all of it is known."""
    return budget.cap is not None and budget.unknown is None and key not in bench.tally.unknown


def put(used: Used, asks: Asked, bench: Bench, where: Flags) -> None:
    """Book a project in the draws named."""
    for key, amount in asks.amounts.items():
        if key in used.amounts:
            used.amounts[key] += np.where(where, whole_units(amount, unit_of(key, bench)), 0.0)
    for key, amount in asks.numerators.items():
        if key in used.numerators:
            used.numerators[key] += np.where(where, whole_units(amount, bench.budgets.ratios[key].unit), 0.0)
            used.added[key] += np.where(where, asks.added[key], 0.0)


def whole_units(amount: Floats, unit: str) -> Floats:
    """Amounts as the book would hold them, half up."""
    rounded: Floats = np.floor(amount * booked(1, unit) + 0.5)
    return rounded


def unit_of(key: Key, bench: Bench) -> str:
    quota = bench.parameters.quota(key.quota)
    return quota.cap_unit if quota else ""


def end(used: Used, row: Retirement, bench: Bench, where: Flags, sign: int) -> None:
    """Take ended load off in the draws named, or (``sign`` -1) put it back."""
    for key in used.amounts:
        ended = getattr(row, key.quota, 0.0) if key.park is None and key.year >= row.start else 0.0
        if ended:
            used.amounts[key] -= np.where(where, sign * float(booked(ended, unit_of(key, bench))), 0.0)
    for key in used.numerators:
        if key.year >= row.start:
            ratio = bench.budgets.ratios[key]
            ended = getattr(row, ratio.numerator, 0.0)
            used.numerators[key] -= np.where(where, sign * float(booked(ended, ratio.unit)), 0.0)
            used.added[key] -= np.where(where, sign * row.value_added_wan_yuan, 0.0)


def in_turn(
    entrants: Sequence[Entrant], asks: Mapping[str, Asked], retirements: Sequence[Retirement], bench: Bench, draws: int
) -> dict[str, Flags]:
    """In which draws each project is let in: the committed first, always; then the candidates in their order."""
    used, answers = opened(bench, draws), {}
    everywhere = np.ones(draws, dtype=bool)
    for one in sorted(entrants, key=lambda entry: not entry.committed):
        tied = [row for row in retirements if row.for_ == one.id]
        for row in tied:
            end(used, row, bench, everywhere, 1)
        fits = everywhere & room(one, asks[one.id], used, bench)
        kept = everywhere if one.committed else fits
        put(used, asks[one.id], bench, kept)
        for row in tied:
            end(used, row, bench, ~kept, -1)
        answers[one.id] = fits
    return answers


def room(one: Entrant, asks: Asked, used: Used, bench: Bench) -> Flags:
    """In which draws there is room for a project in every cap it asks of."""
    fits = np.array([not doubtful(one, bench)])
    for key, amount in asks.amounts.items():
        if key in used.amounts:
            base = whole_units(amount, unit_of(key, bench))
            fits = fits & ((used.amounts[key] + base <= bench.budgets.amounts[key].limit) | (base == 0))
    for key, amount in asks.numerators.items():
        if key in used.numerators:
            base = used.numerators[key] + whole_units(amount, bench.budgets.ratios[key].unit)
            added = used.added[key] + asks.added[key]
            fits = fits & (added > 0) & (base <= allowed(bench.budgets.ratios[key], added))
    return fits


def allowed(ratio: RatioBudget, added: Floats) -> Floats:
    """The numerator that a ratio's cap allows, base units."""
    most: Floats = ratio.limit * booked(1, ratio.unit) * added + NOISE_BASE
    return most


def doubtful(one: Entrant, bench: Bench) -> bool:
    """Whether something that no draw changes keeps a project out: its parcel, what is missing, an unknown cap."""
    if one.missing or (one.case and verdict_of_land(one.case.takes, one.case.findings) > Verdict.WARN):
        return True
    amounts = ((ask.amount, bench.budgets.amounts.get(key), key) for key, ask in one.asks.items())
    ratios = ((share.numerator, bench.budgets.ratios.get(key), key) for key, share in one.shares.items())
    return any(budget is not None and (budget.cap is not None or budget.unknown is not None)
               and (amount is None or not judged(budget, key, bench)) for amount, budget, key in (*amounts, *ratios))


def breaches(whole: Used, bench: Bench, unknown: set[Key]) -> list[Breach]:
    """Every known cap by year, then in the order of the quotas."""
    order = {quota.cap_key: number for number, quota in enumerate(bench.parameters.quotas)}
    found = []
    for key, used in whole.amounts.items():
        budget, unit = bench.budgets.amounts[key], unit_of(key, bench)
        if key not in unknown:
            found.append(_breach(key, unit, budget.limit / booked(1, unit), used > budget.limit,
                                 used / booked(1, unit)))
    for key, base in whole.numerators.items():
        ratio, added = bench.budgets.ratios[key], whole.added[key]
        if Key(None, ratio.numerator, key.year) not in unknown and np.all(added > 0):
            found.append(_breach(key, unit_of(key, bench), ratio.limit, base > allowed(ratio, added),
                                 base / booked(1, ratio.unit) / added))
    return sorted(found, key=lambda row: (row.key.year, order[row.key.quota]))


def _breach(key: Key, unit: str, cap: float, over: Flags, use: Floats) -> Breach:
    p10, p50, p90 = (float(value) for value in np.quantile(use, (LOW, MIDDLE, HIGH)))
    return Breach(key, unit, cap, float(np.mean(over)), p10, p50, p90)


def deciding(breach: Sequence[Breach]) -> Key | None:
    """The budget whose breach is least sure; among equals the one whose use spreads most against its cap."""
    open_ = [row for row in breach if row.p90 > row.p10]
    if not open_:
        return None
    doubt = {row.key: (row.probability * (1 - row.probability), (row.p90 - row.p10) / (row.cap or 1)) for row in open_}
    return max(doubt, key=lambda key: doubt[key])


def explained(
    key: Key, inputs: Mapping[str, list[Input]], flat: Sequence[Input], responses: Mapping[str, Response],
    bench: Bench, seed: int,
) -> tuple[Driver, ...]:
    """Sobol' indices of a use, largest first: the share of its variance that each input explains.

    A. Saltelli et al., Variance based sensitivity analysis of model output, Comp. Phys. Comm. 181 (2010).
    """
    if len(flat) == 1:
        return (Driver(flat[0].name, 1.0, 1.0),)
    both = drawn(SOBOL_DRAWS, 2 * len(flat), seed)
    one, other = both[:len(flat)], both[len(flat):]
    at_one, at_other = ({id: drawing(id, responses, mine, flat, shares, key) for id, mine in inputs.items()}
                        for shares in (one, other))
    whole = sum(at_one.values())
    mixed = []
    for n, row in enumerate(flat):
        # Only the project that the input is of answers otherwise.
        changed = np.vstack([one[:n], other[n:n + 1], one[n + 1:]])
        mixed.append(whole - at_one[row.project]
                     + drawing(row.project, responses, inputs[row.project], flat, changed, key))
    f_a, f_b, *f_ab = (use_of(key, parts, bench) for parts in (whole, sum(at_other.values()), *mixed))
    first, total = indices(np.column_stack([f_a, *f_ab, f_b]).ravel(), [row.name for row in flat])
    rows = [Driver(row.name, max(0.0, float(first[n])), max(0.0, float(total[n]))) for n, row in enumerate(flat)]
    return tuple(sorted(rows, key=lambda row: -row.share))


def indices(use: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """First-order and total indices of a use that was answered for A, A with each column of B in turn, and B."""
    if not np.ptp(use):  # nothing varies: nothing decides
        return np.zeros(len(names)), np.zeros(len(names))
    # Loaded when asked for: it brings scipy.stats with it, which takes longer than most answers.
    from SALib.analyze import sobol

    asked = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = sobol.analyze(asked, use, calc_second_order=False, num_resamples=2, seed=0)
    return found["S1"], found["ST"]


def drawing(
    id: str, responses: Mapping[str, Response], mine: Sequence[Input], flat: Sequence[Input], shares: Floats, key: Key
) -> Floats:
    """What one project adds to a budget in each draw: (amount or numerator, value added) x draws."""
    asks = responses[id](figures(mine, flat, shares))
    amount = asks.amounts.get(key, asks.numerators.get(key, np.zeros(1)))
    return np.array([np.broadcast_to(part, shares.shape[1]) for part in (amount, asks.added.get(key, np.zeros(1)))])


def use_of(key: Key, parts: Floats | int, bench: Bench) -> Floats:
    """The use of a budget by its parts: the amount itself, of a ratio with what the park has before the projects."""
    amount, added = np.asarray(parts)
    ratio = bench.budgets.ratios.get(key)
    if ratio is None:
        return np.asarray(amount)
    state = ratio_state(key, ratio, bench.tally)
    share: Floats = (state.numerator + amount) / (state.value_added + added)
    return share
