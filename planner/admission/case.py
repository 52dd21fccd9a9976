"""One parcel, with or without a project, against its rules and the budgets of its park."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING

from planner.admission.budgets import LIST, stands, warns_above
from planner.admission.outcome import Case, QuotaAsk
from planner.energy.demand import Demand
from planner.land import offsets
from planner.land.finding import Finding, Severity, State, Takes
from planner.parameters import Parameters, Quota
from planner.text import N_, Text
from planner.units import booked, shown
from planner.verdict import NOTED, Sign, Verdict, worst

if TYPE_CHECKING:
    from planner.land.parcel import Parcel


@dataclass(frozen=True)
class Account:
    """What stands in one account of the book, whole base units. ``free`` may be negative after an opening."""

    granted: int
    free: int

    def __add__(self, other: Account) -> Account:
        return Account(self.granted + other.granted, self.free + other.free)


@dataclass(frozen=True)
class Ask:
    """An amount a case asks of a quota in a year, in the quota's unit; None with ``why`` when it cannot be known.
    ``park`` LIST where the list is charged with it, or the substation whose headroom it is of."""

    quota: str
    year: int
    amount: float | None
    why: Text | None = None
    park: str = ""


# By whose account (empty: the park's own), quota and year.
Accounts = Mapping[tuple[str, str, int], Account]


CHARGED = Text(N_("charged to the list"))


def drawn_on(accounts: Accounts, quota: Quota, year: int, park: str = "") -> tuple[Account | None, ...]:
    """The accounts that an ask must fit, None for one that the book does not have: of a yearly quota that of the year;
    of a stock what has come together by the year and by every later one, as the queue tests it."""
    if quota.kind != "stock":
        return (accounts.get((park, quota.quota, year)),)
    years = sorted(given for whose, name, given in accounts if (whose, name) == (park, quota.quota))
    sums = dict(zip(years, accumulate(accounts[park, quota.quota, given] for given in years), strict=True))
    before = [sums[given] for given in years if given <= year]
    return (before[-1] if before else None, *(sums[given] for given in years if given > year))


def land_asks(
    takes: Takes, quotas: Iterable[Quota], *, year: int, listed: Collection[str] = (), on_list: Collection[str] = ()
) -> list[Ask]:
    """What a parcel asks of the land quotas in the year it is taken; ``listed`` and ``on_list`` as for ``charged``."""
    amounts = offsets.land_asks(takes)
    unknown = takes.why[0] if takes.why else Text(N_("the land survey does not tell"))
    return [charged(Ask(quota, year, amounts[quota], None if amounts[quota] is not None else unknown), listed, on_list)
            for quota in (q.quota for q in quotas if q.quota in amounts)]


def charged(ask: Ask, listed: Collection[str], on_list: Collection[str]) -> Ask:
    """The ask as it is charged: of a quota that a national or provincial list pays for (``listed``) the park is asked
    nothing, and LIST only where it was granted something of it (``on_list``)."""
    if ask.quota not in listed:
        return ask
    return replace(ask, park=LIST) if ask.quota in on_list else Ask(ask.quota, ask.year, 0.0, CHARGED)


def judge_ask(ask: Ask, quota: Quota, accounts: Sequence[Account | None], *, warn_at: float, basis: str) -> QuotaAsk:
    """One ask against the accounts it must fit (``drawn_on``), by the rule of the queue.

    Amounts are compared as the book would hold them (whole base units, half up); exactly what is free
    fits. A quota that is asked for without an account is unknown, never a fit.
    """
    known = [account for account in accounts if account is not None]
    free = shown(min(account.free for account in known), quota.unit) if known else None

    def answer(state: Verdict, short_by: float | None, why: Text | None = ask.why) -> QuotaAsk:
        return QuotaAsk(ask.quota, ask.year, ask.amount, free, short_by, quota.unit, state, why, ask.park)

    if ask.amount is None:
        return answer(Verdict.UNKNOWN, None)
    asked = booked(ask.amount, quota.unit)
    if asked <= 0:
        return answer(Verdict.FITS, 0.0)
    if quota.cap_unit == "tce" and basis == "unknown":
        return answer(Verdict.UNKNOWN, None, Text(N_("the basis of the energy quota is not known")))
    share = Decimal(str(warn_at))
    state = worst(stands(one.granted - one.free + asked, one.granted, warns_above(one.granted, share))
                  for one in known)
    if state is Verdict.EXCEEDS and free is not None:
        return answer(state, ask.amount - free)
    if None in accounts:
        return answer(Verdict.UNKNOWN, None, ask.why or Text(N_("the book has no account for {year}"), year=ask.year))
    return answer(state, 0.0)


def verdict_of(finding: Finding) -> Verdict:
    """What one finding means for the whole: a hit by its severity, what could not be checked is unknown; a note
    never changes it."""
    if finding.state == State.CLEAR or finding.severity == Severity.NOTE:
        return Verdict.FITS
    if finding.state == State.NOT_CHECKABLE:
        return Verdict.UNKNOWN
    return Verdict.BLOCKED if finding.severity == Severity.STOP else Verdict.WARN


def sign_of(finding: Finding) -> Sign:
    """What one finding is shown as: what is against the parcel and what nobody could look at are never shown as
    fitting, be they a note only."""
    if finding.state == State.NOT_CHECKABLE:
        return Verdict.UNKNOWN
    return NOTED if finding.state == State.HIT and finding.severity == Severity.NOTE else verdict_of(finding)


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
        judge_ask(ask, quotas[ask.quota], drawn_on(accounts, quotas[ask.quota], ask.year, ask.park), warn_at=warn_at,
                  basis=basis)
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
