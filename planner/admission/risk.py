"""How sure the queue is: it is judged in every draw of the uncertain inputs, all draws at once.

A breach is use above a cap with the whole queue in; how often a project is admitted comes from judging the queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.admission.book_view import BookView
from planner.admission.budgets import Key
from planner.admission.draws import judge_draws
from planner.admission.entrant import Entrant
from planner.admission.highs import Flags, Floats
from planner.admission.judgement import NOISE_BASE, Bench, ratio_state
from planner.admission.outcome import Case
from planner.admission.risk_inputs import Input, Response, drawn, inputs_of, response
from planner.admission.risk_turns import LEAST, Columns, carried_columns, columns, turns
from planner.admission.scenario import Scenario
from planner.admission.simulate import ready
from planner.energy.project import Project
from planner.errors import ScenarioError
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.units import booked

MOST_DRAWS = 1_000_000
# Draws judged at a time, so that a million of them need no more room than these.
ABREAST = 1 << 12
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


def risk(
    scenario: Scenario, parameters: Parameters, *, draws: int, seed: int, book: BookView | None = None,
    cases: Mapping[str, Case] | None = None,
) -> Risk:
    """Probabilities over the uncertain inputs. Raises ScenarioError for a range that does not fit, as ``simulate``."""
    if not 1 <= draws <= MOST_DRAWS:
        raise ScenarioError(place="--draws", problem=Text(N_("{draws} is out of range. Take 1 to {most:,}"),
                                                          draws=draws, most=MOST_DRAWS))
    queue = ready(scenario, parameters, book=book, cases=cases)

    def entering(project: Project) -> Entrant:
        return queue.offer(project, (cases or {}).get(project.id))

    inputs = {project.id: inputs_of(project) for project in scenario.projects}
    flat = [one for mine in inputs.values() for one in mine]
    responses = {project.id: response(project, inputs[project.id], entering) for project in scenario.projects}
    shares = drawn(draws, len(flat), seed)
    for one in queue.held:
        queue.bench.tally.add(one)
    queue.bench.tally.retire(row for row in scenario.retirements if row.for_ is None)
    in_order = sorted(queue.entrants, key=lambda entry: not entry.committed)
    at = columns(in_order, scenario.retirements, queue.bench)
    times, use = np.zeros(len(in_order)), np.zeros((draws, len(at.room)))
    for start in range(0, draws, ABREAST):
        part = shares[:, start:start + ABREAST]
        asks = {id: responses[id](figures(mine, flat, part)).shortest() for id, mine in inputs.items()}
        fits, use[start:start + ABREAST] = judge_draws(*turns(in_order, asks, scenario.retirements, at, queue.bench))
        times += fits.sum(axis=0)
    breach = tuple(breaches(use, at, queue.bench, unasked(in_order)))
    decided = deciding(breach) if flat else None
    drivers = () if decided is None else explained(decided, inputs, flat, responses, queue.bench, seed)
    said = () if flat else (Text(N_("no input is uncertain: every draw is the same")),)
    admitted = {one.id: float(count) / draws for one, count in zip(in_order, times, strict=True)}
    return Risk(draws, seed, breach, decided, drivers, {id: admitted[id] for id in inputs}, (*queue.notes, *said))


def figures(mine: Sequence[Input], flat: Sequence[Input], shares: Floats) -> Floats:
    """The figures of a project's inputs in every draw, (inputs, draws)."""
    rows = [one.at(shares[flat.index(one)]) for one in mine]
    return np.array(rows) if rows else np.zeros((0, shares.shape[1]))


def unasked(queue: Sequence[Entrant]) -> set[Key]:
    """The budgets of which a project asks nobody knows how much."""
    return {key for one in queue for key, ask in one.asks.items() if ask.amount is None}


def breaches(use: Floats, at: Columns, bench: Bench, unknown: set[Key]) -> list[Breach]:
    """Every known cap by year, then in the order of the quotas; ``use`` is what the whole queue adds (draws x columns).

    What a year leaves unused widens the next by the rule of carrying over.
    """
    order = {quota.cap_key: (number, quota.cap_unit) for number, quota in enumerate(bench.parameters.quotas)}
    places, found = at.places, []
    before, carry = carried_columns(at, bench)
    rest: dict[int, Floats] = {}
    for place, key in enumerate(at.amounts):
        unit = order[key.quota][1]
        left: Floats = at.room[place] - use[:, place]
        if before[place] >= 0:
            left = left + np.floor(np.maximum(0.0, rest[int(before[place])]) * carry[place])
        rest[place] = left
        limit = bench.budgets.amounts[key].limit
        if key not in unknown:
            used = (limit - at.room[place] + use[:, place]) / booked(1, unit)
            found.append(_breach(key, unit, limit / booked(1, unit), left < 0, used))
    for key in at.ratios:
        ratio, per = bench.budgets.ratios[key], booked(1, bench.budgets.ratios[key].unit)
        added = at.room[places["added", key]] + LEAST - use[:, places["added", key]]
        over = use[:, places[key]] - at.room[places[key]]
        if Key(None, ratio.numerator, key.year) not in unknown and np.all(added > 0):
            base = over + NOISE_BASE + ratio.limit * per * added
            found.append(_breach(key, order[key.quota][1], ratio.limit, over > 0, base / per / added))
    return sorted(found, key=lambda row: (row.key.year, order[row.key.quota][0]))


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
    asks = responses[id](figures(mine, flat, shares)).summed()
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
