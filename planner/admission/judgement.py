"""One project against the budgets as they stand when its turn comes: its verdict, and what binds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.admission.budgets import Budget, Budgets, Key, RatioBudget, stands, warns_above
from planner.admission.case import verdict_of, verdict_of_land
from planner.admission.entrant import Ask, Entrant, Share
from planner.admission.outcome import Binding, Draw
from planner.admission.scenario import ParkState, Retirement
from planner.admission.tally import Tally
from planner.parameters import Parameters, Quota
from planner.text import N_, Text
from planner.units import booked, shown
from planner.verdict import Verdict

# A ratio is compared as numerator <= cap x value added; a tenth of a gram is binary noise of that product.
NOISE_BASE = 1e-4
PARK_STATE = "park_state"


@dataclass(frozen=True)
class Bench:
    """What judging looks at: the budgets, what is booked, and how the quotas are ordered."""

    budgets: Budgets
    tally: Tally
    parameters: Parameters
    years: tuple[int, ...]
    warn_at: float
    state: ParkState | None = None


@dataclass(frozen=True)
class Answer:
    """Verdict of one project with what binds it and what is to be noted."""

    verdict: Verdict
    binding: Binding | None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Trial:
    """One budget's answer. ``short_by`` in the cap unit (of the ratio for an intensity) where the quota is short."""

    key: Key
    quota: Quota
    verdict: Verdict
    short_by: float | None = None
    why: Text | None = None


def judge(entrant: Entrant, bench: Bench, tied: Sequence[Retirement] = ()) -> Answer:
    """The verdict is the worst of its parcel, of what stops it, of what is missing and of every budget it asks of.

    The first shortage by year, then by the order of the quotas, binds. ``tied`` is the load that ends for it.
    """
    stops = (*entrant.stops, *held_back(entrant, bench))
    if stops:
        return Answer(Verdict.BLOCKED, stops[0], ratio_notes(entrant, bench))
    trials = [*replaced(entrant, bench, tied), *all_trials(entrant, bench)]
    worst = max((trial.verdict for trial in trials), default=Verdict.FITS)
    land = verdict_of_land(entrant.case.takes, entrant.case.findings) if entrant.case else Verdict.FITS
    verdict = max(worst, land, Verdict.UNKNOWN if entrant.missing else Verdict.FITS)
    if verdict <= Verdict.WARN:
        warned = warning(entrant, bench)
        return Answer(max(verdict, Verdict.WARN) if warned else verdict, None, (*ratio_notes(entrant, bench), *warned))
    if verdict == land and entrant.case and (found := rule_binding(entrant, verdict)):
        binding = found
    elif verdict == Verdict.UNKNOWN and entrant.missing:
        binding = entrant.missing[0]
    else:
        binding = quota_binding(next(trial for trial in trials if trial.verdict == verdict), entrant, bench)
    return Answer(verdict, binding, ratio_notes(entrant, bench))


def held_back(entrant: Entrant, bench: Bench) -> tuple[Binding, ...]:
    """While the park is on hold every candidate that asks energy is blocked, with the document."""
    state = bench.state
    if state is None or state.state != "hold" or entrant.committed or not entrant.uses_energy:
        return ()
    return (Binding(rule=PARK_STATE, why=Text(N_("the park is on hold since {on}: {document}"),
                                              on=state.on.isoformat(), document=state.document)),)


def warning(entrant: Entrant, bench: Bench) -> tuple[Text, ...]:
    """While the park is warned a candidate that asks energy fits with a warning only."""
    state = bench.state
    if state is None or state.state != "warning" or entrant.committed or not entrant.uses_energy:
        return ()
    return (Text(N_("the park is warned since {on}: {document}"), on=state.on.isoformat(), document=state.document),)


def replaced(entrant: Entrant, bench: Bench, tied: Sequence[Retirement]) -> Iterator[Trial]:
    """The years in which a project that must replace load does not bring enough of it."""
    if entrant.replacement_ratio is None:
        return
    for quota in bench.parameters.quotas:
        for year in bench.years if quota.kind == "yearly" and quota.cap_unit == "tce" else ():
            key = next((key for key in entrant.asks if key.quota == quota.cap_key and key.year == year), None)
            asked = entrant.asks[key].amount if key else None
            ended = sum(row.energy_tce for row in tied if row.start <= year)
            short = (asked or 0.0) * entrant.replacement_ratio - ended
            if key is not None and booked(max(0.0, short), quota.cap_unit):
                why = Text(N_("it must retire {ratio:g} tce for each tce it asks: {wanted:,.2f} tce in {year}, "
                              "{ended:,.2f} are retired for it"), ratio=entrant.replacement_ratio, year=year,
                           wanted=(asked or 0.0) * entrant.replacement_ratio, ended=ended)
                yield Trial(key, quota, Verdict.EXCEEDS, short, why)


def carried(key: Key, bench: Bench, entrant: Entrant | None = None) -> int:
    """What the year before leaves unused and this one may use, base units, with the entrant in.

    Nothing where the year before is not judged, not capped or not known.
    """
    budget = bench.budgets.amounts[key]
    if not budget.carry:
        return 0
    before = key._replace(year=key.year - 1)
    last = bench.budgets.amounts.get(before)
    if last is None or last.cap is None or last.unknown or before in bench.tally.unknown:
        return 0
    ask = entrant.asks.get(before) if entrant else None
    used = last.baseline_base - bench.tally.retired_base.get(before, 0) + bench.tally.base[before]
    left = last.limit + carried(before, bench, entrant) - used - (ask.base if ask else 0)
    return int(max(0, left) * budget.carry)


def all_trials(entrant: Entrant, bench: Bench) -> Iterator[Trial]:
    """One trial a budget that the project asks of, by year, then in the order of the quotas."""
    order = {quota.cap_key: (number, quota) for number, quota in enumerate(bench.parameters.quotas)}
    keys = (*entrant.asks, *entrant.shares)
    for key in sorted(keys, key=lambda key: (key.year, order[key.quota][0], key.park or "")):
        quota, budget, ratio = order[key.quota][1], bench.budgets.amounts.get(key), bench.budgets.ratios.get(key)
        if budget is not None:
            yield try_amount(key, quota, entrant.asks[key], budget, bench, entrant)
        elif ratio is not None:
            yield try_ratio(key, quota, entrant.shares[key], ratio, bench)


def try_amount(
    key: Key, quota: Quota, ask: Ask, budget: Budget, bench: Bench, entrant: Entrant | None = None
) -> Trial:
    """One amount against one budget, in whole base units; exactly at the cap fits."""
    if not budget.capped:
        return Trial(key, quota, Verdict.FITS)
    unknown = budget.unknown or bench.tally.unknown.get(key) or (ask.why or NOT_KNOWN if ask.amount is None else None)
    if unknown is not None:
        return Trial(key, quota, Verdict.UNKNOWN, why=unknown)
    tally = bench.tally
    used = budget.baseline_base - tally.retired_base.get(key, 0) + tally.base[key] + ask.base
    more = carried(key, bench, entrant)
    state = use_state(used, budget, more, bench)
    if state is Verdict.EXCEEDS:
        short = shortage(key, ask.amount or 0.0, budget, tally) - shown(more, quota.cap_unit)
        return Trial(key, quota, state, short_by=max(0.0, short))
    return Trial(key, quota, state)


def use_state(used: int, budget: Budget, more: int, bench: Bench) -> Verdict:
    """How a use stands against a budget with ``more`` carried into it, all in whole base units."""
    limit = budget.limit + more
    warn_above = warns_above(limit, Decimal(str(bench.warn_at))) if more else budget.warn_above
    return stands(used, limit, warn_above)


def shortage(key: Key, amount: float, budget: Budget, tally: Tally) -> float:
    """How much is missing, unrounded, in the cap unit."""
    booked_before = sum(draw.draw.amount for draw in tally.draws[key])
    used = (budget.baseline or 0.0) - tally.retired.get(key, 0.0) + budget.shut + booked_before + amount
    return max(0.0, used - (budget.cap or 0.0) - budget.transferred)


def try_ratio(key: Key, quota: Quota, share: Share, budget: RatioBudget, bench: Bench) -> Trial:
    """An intensity with this project in: energy or carbon of baseline and projects by their value added."""
    unknown = budget.unknown or bench.tally.unknown.get(key) or (NOT_KNOWN if share.numerator is None else None)
    if unknown is not None:
        return Trial(key, quota, Verdict.UNKNOWN, why=unknown)
    before = ratio_state(key, budget, bench.tally)
    base, value_added = before.base + share.base, before.value_added + share.value_added
    if value_added <= 0:
        return Trial(key, quota, Verdict.UNKNOWN, why=NO_VALUE_ADDED)
    allowed = budget.limit * booked(1, budget.unit) * value_added
    if base > allowed + NOISE_BASE:
        ratio = (before.numerator + (share.numerator or 0.0)) / value_added
        return Trial(key, quota, Verdict.EXCEEDS, short_by=max(0.0, ratio - budget.limit))
    warns = budget.limit > 0 and base > bench.warn_at * allowed + NOISE_BASE
    return Trial(key, quota, Verdict.WARN if warns else Verdict.FITS)


@dataclass(frozen=True)
class RatioState:
    """Numerator (cap unit and base units) and value added of a ratio as booked so far."""

    numerator: float
    base: int
    value_added: float


def ratio_state(key: Key, budget: RatioBudget, tally: Tally) -> RatioState:
    """A ratio before the next project: baseline less retirements and all that is booked."""
    amounts = Key(None, budget.numerator, key.year)
    return RatioState(
        (budget.baseline or 0.0) - tally.retired.get(amounts, 0.0) + tally.ratio_amount[key],
        budget.baseline_base - tally.retired_base.get(amounts, 0) + tally.ratio_base[key],
        (budget.value_added or 0.0) - tally.retired_value_added.get(key.year, 0.0) + tally.ratio_value_added[key],
    )


def quota_binding(trial: Trial, entrant: Entrant, bench: Bench) -> Binding:
    """What binds, with all who draw on that quota in that year, this project included, largest first."""
    key, tally = trial.key, bench.tally
    if key in bench.budgets.ratios:
        own = Draw(entrant.id, entrant.name, entrant.shares[key].numerator or 0.0)
        draws = [Draw(part.id, part.name, part.share.numerator or 0.0) for part in tally.joined[key]]
    else:
        own = Draw(entrant.id, entrant.name, entrant.asks[key].amount or 0.0)
        draws = [line.draw for line in tally.draws[key]]
    used_by = tuple(sorted([*(draw for draw in draws if draw.amount), own], key=lambda draw: -draw.amount))
    return Binding(quota=key.quota, year=key.year, short_by=trial.short_by, unit=trial.quota.cap_unit, used_by=used_by,
                   why=trial.why, park=key.park)


def rule_binding(entrant: Entrant, verdict: Verdict) -> Binding | None:
    """The finding behind a parcel's verdict; None where the parcel is unknown for want of survey figures alone."""
    findings = entrant.case.findings if entrant.case else ()
    found = next((finding for finding in findings if verdict_of(finding) == verdict), None)
    if found is not None:
        return Binding(rule=found.rule, layer=found.role, why=found.message)
    why = entrant.case.takes.why if entrant.case else ()
    return Binding(rule="land_survey", layer="land_survey", why=why[0]) if why and verdict == Verdict.UNKNOWN else None


def ratio_notes(entrant: Entrant, bench: Bench) -> tuple[Text, ...]:
    """Notes on intensities: value added not stated; lowered, yet already over the cap."""
    notes: list[Text] = []
    for key, share in entrant.shares.items():
        budget = bench.budgets.ratios.get(key)
        if budget is None or share.numerator is None or budget.unknown or key in bench.tally.unknown:
            continue
        before = ratio_state(key, budget, bench.tally)
        after = before.value_added + share.value_added
        if before.value_added <= 0 or after <= 0:
            continue
        ratio, lowered = before.numerator / before.value_added, (before.numerator + share.numerator) / after
        if budget.limit < lowered < ratio:
            quota = bench.parameters.quota(key.quota)
            notes.append(Text(N_("it lowers the {quota} of {year} from {before:.4f} to {after:.4f}, which stays over "
                                 "the cap of {cap:g}"), quota=Text(quota.title if quota else key.quota), year=key.year,
                              before=ratio, after=lowered, cap=budget.limit))
    return tuple(notes)


NOT_KNOWN = Text(N_("what it takes is not known"))
NO_VALUE_ADDED = Text(N_("the value added is 0, so there is no intensity"))
