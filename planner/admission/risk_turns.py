"""A queue with uncertain inputs as the arrays that ``draws`` judges: a column a budget, some rows a project.

A ratio is a column of what it takes less what its value added allows, beside one of the value added alone, which must
be more than nothing. A site is a budget of one project; the load that a project must replace is a budget of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.admission.budgets import Budget, Key, RatioBudget
from planner.admission.case import verdict_of_land
from planner.admission.draws import Turns, Whole
from planner.admission.entrant import Entrant
from planner.admission.highs import Floats
from planner.admission.judgement import NOISE_BASE, Bench, RatioState, ratio_state
from planner.admission.risk_inputs import Asked, Mixed
from planner.admission.scenario import Retirement
from planner.admission.stops import stops
from planner.energy.project import LAND_QUOTAS
from planner.units import booked
from planner.verdict import Verdict

# Less than this of value added is none; less than half a base unit of load to be replaced is none.
LEAST, HALF = 1e-9, 0.5


@dataclass(frozen=True)
class Columns:
    """The columns in order: amounts by year, ratios, the value added of each ratio, sites, and each year's load that a
    project must replace; ``room`` is what is left in each before the file's projects, in base units."""

    amounts: tuple[Key, ...]
    ratios: tuple[Key, ...]
    sites: tuple[str, ...]
    replaced: tuple[tuple[str, Key], ...]
    room: Floats

    @property
    def places(self) -> Mapping[object, int]:
        """The column of an amount or a ratio by its key, of the rest by kind and name."""
        every = (*self.amounts, *self.ratios, *(("added", key) for key in self.ratios),
                 *(("site", name) for name in self.sites), *self.replaced)
        return {name: place for place, name in enumerate(every)}


def judged(budget: Budget | RatioBudget, key: Key, bench: Bench) -> bool:
    """Whether a cap is there and all of it is known."""
    return budget.cap is not None and budget.unknown is None and key not in bench.tally.unknown


def columns(queue: Sequence[Entrant], retirements: Sequence[Retirement], bench: Bench) -> Columns:
    """The columns of a queue on a bench that holds what stands before it."""
    amounts = tuple(sorted((key for key, row in bench.budgets.amounts.items() if judged(row, key, bench)),
                           key=lambda key: key.year))
    ratios = tuple(key for key, row in bench.budgets.ratios.items() if judged(row, key, bench))
    sites = tuple(dict.fromkeys(one.site for one in queue if one.site))
    replaced = tuple((one.id, key) for one in queue if one.replacement_ratio for key in one.asks
                     if key.quota in _energy(bench))
    states = [ratio_state(key, bench.budgets.ratios[key], bench.tally) for key in ratios]
    ended = [sum(row.energy_tce for row in retirements if row.for_ == id and row.start <= key.year)
             for id, key in replaced]
    room = [*(_left(key, bench) for key in amounts),
            *(_spare(bench.budgets.ratios[key], state) for key, state in zip(ratios, states, strict=True)),
            *(state.value_added - LEAST for state in states), *(1.0 for _ in sites),
            *(booked(1, "tce") * tce + HALF - NOISE_BASE for tce in ended)]
    return Columns(amounts, ratios, sites, replaced, np.array(room, dtype=float))


def _energy(bench: Bench) -> frozenset[str]:
    return frozenset(quota.cap_key for quota in bench.parameters.quotas
                     if quota.kind == "yearly" and quota.cap_unit == "tce")


def _left(key: Key, bench: Bench) -> float:
    budget, tally = bench.budgets.amounts[key], bench.tally
    return float(budget.limit - budget.baseline_base + tally.retired_base.get(key, 0) - tally.base[key])


def _spare(ratio: RatioBudget, state: RatioState) -> float:
    return ratio.limit * booked(1, ratio.unit) * state.value_added - state.base + NOISE_BASE


def turns(
    queue: Sequence[Entrant], asks: Mapping[str, Mixed], retirements: Sequence[Retirement], at: Columns, bench: Bench
) -> tuple[Turns, Floats]:
    """The arrays of a queue in the order it is judged, and the coefficients of its parts in each draw (draws x parts).

    Each project has one part more than it has in ``asks``: what it asks in every draw alike.
    """
    places, size = at.places, len(at.room)
    unit = {quota.cap_key: booked(1, quota.cap_unit) for quota in bench.parameters.quotas if quota.kind != "ratio"}
    basis, eased, ended, runs, coefficients = [], [], [], [], []
    taken: set[str] = set()
    for one in queue:
        mixed = asks[one.id]
        parts = without_land(mixed.parts) if one.committed and one.site in taken else mixed.parts
        count = len(mixed.coefficients) + 1
        rows, less, stands = np.zeros((count, size)), np.zeros((count, size)), np.zeros(size, dtype=bool)
        for key, row in parts.amounts.items():
            if key in places:
                rows[:-1, places[key]] = row * unit[key.quota]
            if (one.id, key) in places:
                less[:-1, places[one.id, key]] = -row * unit[key.quota] * (one.replacement_ratio or 0.0)
                stands[places[one.id, key]] = True
        for key, row in parts.numerators.items():
            if key in places:
                ratio = bench.budgets.ratios[key]
                rows[:-1, places[key]] = row * booked(1, ratio.unit)
                less[:-1, places[key]] = parts.added[key] * ratio.limit * booked(1, ratio.unit)
                less[:-1, places["added", key]] = parts.added[key]
                stands[[places[key], places["added", key]]] = True
        if one.site and not (one.committed and one.site in taken):
            rows[-1, places["site", one.site]] = 1.0
        taken |= {one.site} if one.committed and one.site else set()
        basis.append(rows)
        eased.append(less)
        ended.append(_ends([row for row in retirements if row.for_ == one.id], at, bench))
        runs.append(stands)
        coefficients.append(np.vstack([mixed.coefficients, np.ones((1, mixed.coefficients.shape[1]))]))
    firsts = np.cumsum([0, *(len(rows) for rows in basis)])
    tested = np.array([place >= len(at.amounts) for place in range(size)])
    tested[[places["site", name] for name in at.sites]] = False
    before, carry = carried_columns(at, bench)
    made = Turns(firsts, _stacked(basis, size), _stacked(eased, size), _stacked(ended, size), at.room, tested,
                 np.array(runs, dtype=bool).reshape(len(queue), size), np.array([one.committed for one in queue], bool),
                 np.array(doubtful(queue, bench), dtype=bool), before, carry)
    return made, np.vstack(coefficients).T if coefficients else np.zeros((1, 0))


def _stacked(rows: Sequence[Floats], size: int) -> Floats:
    return np.vstack(rows) if len(rows) else np.zeros((0, size))


def without_land(parts: Asked) -> Asked:
    """What a project asks of yearly use alone: its land has been counted for another on the same site."""
    return Asked({key: row for key, row in parts.amounts.items() if key.quota not in LAND_QUOTAS}, parts.numerators,
                 parts.added)


def _ends(rows: Sequence[Retirement], at: Columns, bench: Bench) -> Floats:
    """What ends with a project, by column."""
    places = at.places
    found = np.zeros(len(at.room))
    for row in rows:
        for key in at.amounts:
            unit = next(quota.cap_unit for quota in bench.parameters.quotas if quota.cap_key == key.quota)
            amount = getattr(row, key.quota, 0.0) if key.park is None and key.year >= row.start else 0.0
            found[places[key]] += booked(amount, unit) if amount else 0
        for key in (key for key in at.ratios if key.year >= row.start):
            ratio = bench.budgets.ratios[key]
            found[places[key]] += booked(getattr(row, ratio.numerator, 0.0), ratio.unit)
            found[places[key]] -= ratio.limit * booked(1, ratio.unit) * row.value_added_wan_yuan
            found[places["added", key]] -= row.value_added_wan_yuan
    return found


def carried_columns(at: Columns, bench: Bench) -> tuple[Whole, Floats]:
    """By column the year before and the share of what it leaves that is carried."""
    places, size = at.places, len(at.room)
    before, carry = np.full(size, -1, np.int64), np.zeros(size)
    for key in at.amounts:
        last, share = key._replace(year=key.year - 1), bench.budgets.amounts[key].carry
        if share and last in places:
            before[places[key]], carry[places[key]] = places[last], share
    return before, carry


def doubtful(queue: Sequence[Entrant], bench: Bench) -> list[bool]:
    """By project whether something that no draw changes keeps it out: what stops it, its parcel, what is missing, an
    unknown cap, or a committed project of which nobody knows what it takes."""
    unknown = {key for one in queue if one.committed for key, ask in one.asks.items() if ask.amount is None}
    unknown |= {key for one in queue if one.committed for key, share in one.shares.items() if share.numerator is None}
    return [_doubtful(one, bench, frozenset() if one.committed else frozenset(unknown)) for one in queue]


def _doubtful(one: Entrant, bench: Bench, unknown: frozenset[Key]) -> bool:
    if one.missing or stops(one, bench) or (
            one.case and verdict_of_land(one.case.takes, one.case.findings) > Verdict.WARN):
        return True
    amounts = ((ask.amount, bench.budgets.amounts.get(key), key) for key, ask in one.asks.items())
    ratios = ((share.numerator, bench.budgets.ratios.get(key), key) for key, share in one.shares.items())
    return any(budget is not None and (budget.cap is not None or budget.unknown is not None)
               and (amount is None or key in unknown or not judged(budget, key, bench))
               for amount, budget, key in (*amounts, *ratios))
