"""Which rows not yet verified decided a verdict: a reader of the paper must be able to ask for exactly those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from planner.admission.case import verdict_of
from planner.admission.headline import quota_title
from planner.admission.outcome import Case
from planner.energy.answer import Demand
from planner.parameters import Parameters
from planner.text import N_, Text

VERIFIED = "verified"
OF_PROJECT = frozenset({"energy_tce", "carbon_tco2"})  # quotas whose amounts come out of the steps of the demand


def deciding(case: Case, parameters: Parameters) -> list[Text]:
    """One sentence that names the rows not yet verified behind the verdict of a case; none where all are."""
    return resting(_unverified(case, parameters))


def resting(rows: Iterable[Text]) -> list[Text]:
    """The sentence that names rows not yet verified, each once; none where there are none."""
    named = list(dict.fromkeys(rows))
    return [Text(N_("The verdict rests on parameters not yet verified: {rows}."), rows=_row(named))] if named else []


def unverified_steps(demand: Demand) -> Iterator[Text]:
    """The coefficients not yet verified that a demand was reckoned with, each with its source."""
    for step in demand.steps:
        if step.coefficient is not None and step.status != VERIFIED:
            yield Text(N_("{what} ({source})"), what=step.what, source=step.source)


def _unverified(case: Case, parameters: Parameters) -> Iterator[Text]:
    for finding in case.findings:
        if verdict_of(finding) == case.verdict and finding.status != VERIFIED:
            yield Text(finding.title)
    rows = [row for row in case.quotas if row.state == case.verdict]
    for ask in rows:
        quota = parameters.quota(ask.quota)
        if quota is not None and quota.status != VERIFIED:
            yield quota_title(ask.quota, parameters)
    if case.demand is not None and any(row.quota in OF_PROJECT for row in rows):
        yield from unverified_steps(case.demand)


def _row(texts: Sequence[Text]) -> Text:
    first, *rest = texts
    return Text("{first}; {rest}", first=first, rest=_row(rest)) if rest else first
