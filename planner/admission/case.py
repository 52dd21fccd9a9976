"""One parcel, with or without a project, against its rules and the budgets of its park."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from planner.admission.outcome import Case, QuotaAsk
from planner.energy.demand import Demand
from planner.land import offsets
from planner.land.finding import Finding, Severity, State, Takes
from planner.land.parcel import Parcel
from planner.parameters import Parameters, Quota
from planner.text import N_, Text
from planner.units import booked
from planner.verdict import Verdict, worst


@dataclass(frozen=True)
class Account:
    """What stands in one account of the book, in the quota's shown unit. ``free`` may be negative after an opening."""

    granted: float
    free: float


@dataclass(frozen=True)
class Ask:
    """An amount a case asks of a quota in a year, in the quota's unit; None with ``why`` when it cannot be known."""

    quota: str
    year: int
    amount: float | None
    why: Text | None = None


Accounts = Mapping[tuple[str, int], Account]


def land_asks(takes: Takes, quotas: Iterable[Quota], *, year: int, listed: frozenset[str] = frozenset()) -> list[Ask]:
    """What a parcel asks of the land quotas in the year it is taken.

    ``listed`` names quotas charged to a national or provincial list: of these the park is asked nothing.
    """
    amounts = offsets.land_asks(takes)
    unknown = takes.why[0] if takes.why else Text(N_("the land survey does not tell"))
    asks = []
    for quota in (q.quota for q in quotas if q.quota in amounts):
        if quota in listed:
            asks.append(Ask(quota, year, 0.0, Text(N_("charged to the list"))))
        else:
            asks.append(Ask(quota, year, amounts[quota], None if amounts[quota] is not None else unknown))
    return asks


def judge_ask(ask: Ask, quota: Quota, account: Account | None, *, warn_at: float, basis: str) -> QuotaAsk:
    """One ask against one account.

    Amounts are compared as the book would hold them (whole base units, half up); exactly what is free
    fits. A quota that is asked for without an account is unknown, never a fit.
    """

    def answer(state: Verdict, short_by: float | None, why: Text | None = ask.why) -> QuotaAsk:
        free = account.free if account else None
        return QuotaAsk(ask.quota, ask.year, ask.amount, free, short_by, quota.unit, state, why)

    if ask.amount is None:
        return answer(Verdict.UNKNOWN, None)
    if booked(ask.amount, quota.unit) <= 0:
        return answer(Verdict.FITS, 0.0)
    if quota.quota == "energy_tce" and basis == "unknown":
        return answer(Verdict.UNKNOWN, None, Text(N_("the basis of the energy quota is not known")))
    if account is None:
        return answer(Verdict.UNKNOWN, None, Text(N_("the book has no account for {year}"), year=ask.year))
    if booked(ask.amount, quota.unit) > booked(account.free, quota.unit):
        return answer(Verdict.EXCEEDS, ask.amount - account.free)
    used = account.granted - account.free + ask.amount
    return answer(Verdict.WARN if account.granted > 0 and used > warn_at * account.granted else Verdict.FITS, 0.0)


def verdict_of(finding: Finding) -> Verdict:
    """What one finding means for the whole: a hit by its severity, what could not be checked is unknown; a note
    never changes it."""
    if finding.state == State.CLEAR or finding.severity == Severity.NOTE:
        return Verdict.FITS
    if finding.state == State.NOT_CHECKABLE:
        return Verdict.UNKNOWN
    return Verdict.BLOCKED if finding.severity == Severity.STOP else Verdict.WARN


def verdict_of_land(takes: Takes, findings: Iterable[Finding]) -> Verdict:
    """The verdict of the ground alone, before any quota: totals that are unknown make it unknown."""
    unknown = [Verdict.UNKNOWN] if takes.why else []
    return worst([*unknown, *(verdict_of(f) for f in findings)])


def judge(
    parcel: Parcel,
    *,
    ellipsoid_m2: float,
    on: date,
    park: str,
    basis: str,
    takes: Takes,
    findings: Sequence[Finding],
    not_asked: Sequence[str],
    asks: Iterable[Ask],
    accounts: Accounts,
    parameters: Parameters,
    warn_at: float,
    demand: Demand | None = None,
    notes: Sequence[Text] = (),
) -> Case:
    """Everything known about a parcel on a day; its verdict is the worst of its findings and its quotas."""
    quotas = {quota.quota: quota for quota in parameters.quotas}
    rows = tuple(
        judge_ask(ask, quotas[ask.quota], accounts.get((ask.quota, ask.year)), warn_at=warn_at, basis=basis)
        for ask in asks
    )
    verdict = worst([verdict_of_land(takes, findings), *(row.state for row in rows)])
    return Case(
        parcel,
        ellipsoid_m2,
        on,
        park,
        basis,
        takes,
        tuple(findings),
        tuple(not_asked),
        rows,
        demand,
        verdict,
        parameters.version,
        tuple(notes),
    )
