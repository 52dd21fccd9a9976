"""The budgets after the whole queue: one row for each quota and year that is capped or asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.admission.budgets import BOOK_BASELINE, CLOSED, LIST, Budget, Key, RatioBudget
from planner.admission.judgement import NOISE_BASE, Bench, RatioState, carried, ratio_state, use_state
from planner.admission.outcome import BalanceRow, Draw
from planner.parameters import Quota
from planner.text import N_, Text
from planner.units import booked, shown
from planner.verdict import Verdict

RETIRED = "RETIRED"
UNCAPPED = "uncapped"
KINDS = (RETIRED, "committed", "candidate")


def balance(bench: Bench, asked: frozenset[str], park: str | None) -> tuple[BalanceRow, ...]:
    """All rows: the park's by quota and year, then the list's. ``asked`` are the cap keys any project asks of."""
    return (*own_rows(bench, asked, park), *list_rows(bench), *substation_rows(bench, park))


def substation_rows(bench: Bench, park: str | None) -> Iterator[BalanceRow]:
    """Rows of the headroom of each substation."""
    for quota in (quota for quota in bench.parameters.quotas if quota.per == "substation"):
        for key, budget in bench.budgets.amounts.items():
            if key.quota == quota.cap_key and key.park is not None:
                yield replace(amount_row(key, quota, budget, bench, park), substation=key.park)


def own_rows(bench: Bench, asked: frozenset[str], park: str | None) -> Iterator[BalanceRow]:
    """Rows of the park itself, in the order of the quotas, then by year."""
    for quota in bench.parameters.quotas:
        keys = [Key(None, quota.cap_key, year) for year in bench.years]
        capped = any(bench.budgets.amounts[key].cap is not None for key in keys if key in bench.budgets.amounts)
        for key in keys:
            if key in bench.budgets.ratios:
                yield ratio_row(key, quota, bench.budgets.ratios[key], bench, park)
            elif key in bench.budgets.amounts and (capped or quota.cap_key in asked):
                yield amount_row(key, quota, bench.budgets.amounts[key], bench, park)


def list_rows(bench: Bench) -> Iterator[BalanceRow]:
    """Rows of what is charged to the list, or granted to it."""
    for quota in bench.parameters.quotas:
        keys = [Key(LIST, quota.cap_key, year) for year in bench.years]
        charged = any(bench.tally.draws[key] or key in bench.tally.unknown for key in keys)
        granted = any(bench.budgets.amounts[key].capped for key in keys if key in bench.budgets.amounts)
        if charged or granted:
            yield from (amount_row(key, quota, bench.budgets.amounts[key], bench, LIST) for key in keys)


def amount_row(key: Key, quota: Quota, budget: Budget, bench: Bench, park: str | None) -> BalanceRow:
    """One quota in one year: left = cap + transferred - (baseline - retired + committed + admitted)."""
    lines = bench.tally.draws[key]
    unknown = bench.tally.unknown.get(key)
    committed = None if unknown else budget.shut + sum(line.draw.amount for line in lines if line.committed)
    candidates = sum(line.draw.amount for line in lines if not line.committed)
    ended = bench.tally.retired.get(key, 0.0)
    left = None
    more = shown(carried(key, bench), quota.cap_unit)
    if budget.cap is not None and budget.baseline is not None and not (budget.unknown or unknown):
        left = budget.cap + budget.transferred + more - (budget.baseline - ended + (committed or 0.0) + candidates)
    parts = [Draw(BOOK_BASELINE, BOOK_BASELINE, budget.baseline or 0.0), Draw(RETIRED, RETIRED, -ended),
             Draw(CLOSED, CLOSED, budget.shut), *(line.draw for line in lines)]
    return BalanceRow(
        park, quota.cap_key, quota.cap_unit, key.year, budget.cap, budget.transferred, budget.baseline, ended,
        committed, candidates, left, amount_state(key, budget, bench),
        tuple(part for part in parts if part.amount),
        note=budget.unknown or unknown or (None if budget.capped else Text(N_("no cap is given"))), carried=more,
    )


def amount_state(key: Key, budget: Budget, bench: Bench) -> str:
    """fits, warn, exceeds, unknown or uncapped, in whole base units."""
    if not budget.capped:
        return UNCAPPED
    if budget.unknown or key in bench.tally.unknown:
        return str(Verdict.UNKNOWN)
    used = budget.baseline_base - bench.tally.retired_base.get(key, 0) + bench.tally.base[key]
    return str(use_state(used, budget, carried(key, bench), bench))


def ratio_row(key: Key, quota: Quota, budget: RatioBudget, bench: Bench, park: str | None) -> BalanceRow:
    """One intensity in one year: the baseline's ratio, and how it changes in turn."""
    unknown = budget.unknown or bench.tally.unknown.get(key)
    if unknown:
        return BalanceRow(park, quota.cap_key, quota.cap_unit, key.year, budget.cap, 0.0,
                          _ratio(budget.baseline, budget.value_added), 0.0, None, None, None, str(Verdict.UNKNOWN),
                          note=unknown)
    steps = ratio_steps(key, budget, bench)
    first = _ratio(budget.baseline, budget.value_added)
    final = ratio_state(key, budget, bench.tally)
    ratio = _ratio(final.numerator, final.value_added)
    changes = {kind: sum(draw.amount for draw, what in steps if what == kind) for kind in KINDS}
    parts = (Draw(BOOK_BASELINE, BOOK_BASELINE, first or 0.0), *(draw for draw, _ in steps))
    excess = final.numerator - budget.limit * final.value_added
    over = max(0.0, excess) if final.base > _allowed(budget, final) + NOISE_BASE else 0.0
    return BalanceRow(
        park, quota.cap_key, quota.cap_unit, key.year, budget.cap, 0.0, first, -changes[RETIRED], changes["committed"],
        changes["candidate"], None if ratio is None else budget.limit - ratio,
        ratio_state_word(budget, final, bench.warn_at),
        tuple(part for part in parts if part.amount),
        short_by_tce=over if budget.unit == "tce" else None, short_by_tco2=over if budget.unit == "tco2" else None,
    )


def ratio_steps(key: Key, budget: RatioBudget, bench: Bench) -> list[tuple[Draw, str]]:
    """How the ratio changes with retirements, then with each project in the order it was booked."""
    tally, amounts = bench.tally, Key(None, budget.numerator, key.year)
    numerator, value_added = budget.baseline or 0.0, budget.value_added or 0.0
    now = _ratio(numerator, value_added) or 0.0
    steps: list[tuple[Draw, str]] = []

    def move(id: str, name: str, more: float, more_value: float, kind: str) -> None:
        nonlocal numerator, value_added, now
        numerator, value_added = numerator + more, value_added + more_value
        then = _ratio(numerator, value_added) or 0.0
        steps.append((Draw(id, name, then - now), kind))
        now = then

    ended, ended_value = tally.retired.get(amounts, 0.0), tally.retired_value_added.get(key.year, 0.0)
    move(RETIRED, RETIRED, -ended, -ended_value, RETIRED)
    for part in tally.joined[key]:
        move(part.id, part.name, part.share.numerator or 0.0, part.share.value_added,
             "committed" if part.committed else "candidate")
    return steps


def ratio_state_word(budget: RatioBudget, final: RatioState, warn_at: float) -> str:
    """fits, warn, exceeds or unknown (no value added)."""
    if final.value_added <= 0:
        return str(Verdict.UNKNOWN)
    allowed = _allowed(budget, final)
    if final.base > allowed + NOISE_BASE:
        return str(Verdict.EXCEEDS)
    return str(Verdict.WARN if budget.limit > 0 and final.base > warn_at * allowed + NOISE_BASE else Verdict.FITS)


def _allowed(budget: RatioBudget, state: RatioState) -> float:
    return budget.limit * booked(1, budget.unit) * state.value_added


def _ratio(numerator: float | None, value_added: float | None) -> float | None:
    return numerator / value_added if numerator is not None and value_added is not None and value_added > 0 else None
