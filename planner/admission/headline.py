"""The first line a person reads: the verdict in one sentence, with the number that decides it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from planner.admission.case import verdict_of
from planner.admission.outcome import Case, QuotaAsk
from planner.figures import area, quota_difference, quota_figure
from planner.land.finding import State
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.verdict import NOTED, Sign, Verdict

NAMES: Mapping[Sign, str] = MappingProxyType({
    Verdict.FITS: N_("fits"),
    NOTED: N_("noted"),
    Verdict.WARN: N_("warning"),
    Verdict.UNKNOWN: N_("not checkable"),
    Verdict.EXCEEDS: N_("exceeds quota"),
    Verdict.BLOCKED: N_("blocked"),
})


def name(sign: Sign) -> Text:
    """The word for a verdict, or for what is only noted."""
    return Text(NAMES[sign])


def quota_title(quota: str, parameters: Parameters) -> Text:
    """The printed name of a quota, by its ledger name or cap key."""
    row = parameters.quota(quota)
    return Text(row.title if row else quota)


def ask_title(row: QuotaAsk, parameters: Parameters) -> Text:
    """The printed name of a quota that a case asks of, with whose it is where it is not the park's own."""
    title = quota_title(row.quota, parameters)
    return Text("{quota} ({park})", quota=title, park=row.park) if row.park else title


def headline(case: Case, parameters: Parameters) -> Text:
    """What decides the verdict of a case: the worst finding or the quota most short, with its figures."""
    return Text(N_("{verdict}: {reason}"), verdict=name(case.verdict), reason=reason(case, parameters))


def reason(case: Case, parameters: Parameters) -> Text:
    """The sentence behind the verdict, without the verdict's own word."""
    for finding in case.findings:
        if case.verdict != Verdict.FITS and verdict_of(finding) == case.verdict:
            return finding.message
    rows = [row for row in case.quotas if row.state == case.verdict and case.verdict != Verdict.FITS]
    if rows:
        return quota_sentence(max(rows, key=_shortage_share), parameters)
    if case.takes.why:
        return case.takes.why[0]
    return holding(case)


def holding(case: Case) -> Text:
    """What holds of a case that fits: rules and quotas counted, beside them what is only noted and what nobody could
    look at."""
    told = {state: sum(1 for seen in case.findings if seen.state == state) for state in State}
    noted, open_ = told[State.HIT], told[State.NOT_CHECKABLE]
    facts = {"area": area(case.ellipsoid_m2), "rules": told[State.CLEAR], "quotas": len(case.quotas)}
    if noted and open_:
        return Text(N_("takes {area}; {rules} rules and {quotas} quotas hold, {noted} noted, {open} not checkable"),
                    noted=noted, open=open_, **facts)
    if noted:
        return Text(N_("takes {area}; {rules} rules and {quotas} quotas hold, {noted} noted"), noted=noted, **facts)
    if open_:
        return Text(N_("takes {area}; {rules} rules and {quotas} quotas hold, {open} not checkable"), open=open_,
                    **facts)
    return Text(N_("takes {area}; all {rules} rules and {quotas} quotas hold"), **facts)


def quota_sentence(row: QuotaAsk, parameters: Parameters) -> Text:
    """One quota row as a sentence: short, unknown, or nearly used up."""
    title = ask_title(row, parameters)
    if row.state == Verdict.UNKNOWN:
        return Text(
            N_("{quota} {year}: {why}"),
            quota=title,
            year=row.year,
            why=row.why or Text(N_("what is free is not known")),
        )
    asked, free = quota_figure(row.asked, row.unit), quota_figure(row.free, row.unit)
    if row.state == Verdict.EXCEEDS:
        return Text(
            N_("{quota} {year} is short by {short}: free {free}, needed {asked}"),
            quota=title,
            year=row.year,
            short=quota_difference(row.asked, row.free, row.unit),
            free=free,
            asked=asked,
        )
    return Text(
        N_("{quota} {year} is nearly used up: free {free}, needed {asked}"),
        quota=title,
        year=row.year,
        free=free,
        asked=asked,
    )


def _shortage_share(row: QuotaAsk) -> float:
    """Shortage as a share of what is asked, so that hectares and tonnes can be compared."""
    return (row.short_by or 0.0) / row.asked if row.asked else 0.0
