"""Why a project does not fit, as a statement to be handed over: what was asked, which clause and quota, how much short,
who used it up, and what would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from planner.admission.book_view import BookView
from planner.admission.case import verdict_of
from planner.admission.deciding import OF_PROJECT, VERIFIED, resting, unverified_steps
from planner.admission.judgement import PARK_STATE, Trial
from planner.admission.outcome import Case, Draw, Judged
from planner.admission.relief_stage import Stage
from planner.admission.relieve import relieve
from planner.admission.scenario import Scenario
from planner.admission.simulate import simulate
from planner.admission.stops import why_stopped
from planner.energy.carriers import Basis
from planner.energy.demand import demand
from planner.errors import ScenarioError
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.verdict import Verdict

# Ways out and users that are printed.
WAYS, USERS = 6, 6
STOPS = {"regional_assessment": N_("Regional energy assessment"), PARK_STATE: N_("State of the park"),
         "site": N_("One project a site")}


@dataclass(frozen=True)
class Lack:
    """One clause that is not met: a quota in a year (``asked``, ``free`` and ``short_by`` in ``unit``; of an intensity
    only the shortage), or a rule with its sentence. ``clause`` is the document behind it."""

    title: Text
    clause: str
    verdict: Verdict
    year: int | None = None
    asked: float | None = None
    free: float | None = None
    short_by: float | None = None
    unit: str = ""
    why: Text | None = None


@dataclass(frozen=True)
class Way:
    """What would do, with its cost (None without a price)."""

    sentence: Text
    cost_wan_yuan: float | None


@dataclass(frozen=True)
class WhyNot:
    """The statement. ``ways`` have been put back through the simulation; without any, ``conflict`` is irreducible."""

    project: str
    name: str
    scenario: str
    on: date
    park: str | None
    basis: str
    parameters: str
    verdict: Verdict
    lacks: tuple[Lack, ...]
    used_by: tuple[Draw, ...]
    used_unit: str
    ways: tuple[Way, ...]
    conflict: tuple[Text, ...]
    notes: tuple[Text, ...]


def why_not(
    scenario: Scenario, project: str, parameters: Parameters, *, book: BookView | None = None,
    cases: Mapping[str, Case] | None = None,
) -> WhyNot:
    """The statement of one project that does not fit. Raises ScenarioError for one that does or is not known, and as
    ``simulate``."""
    relief = relieve(scenario, project, parameters, book=book, cases=cases)
    judged = simulate(scenario, parameters, book=book, cases=cases)
    answer = next(one for one in judged.projects if one.id == project)
    if answer.verdict <= Verdict.WARN:
        raise ScenarioError(place=project, where={"project": project},
                            problem=Text(N_("it fits as it is: there is nothing to state")))
    target = next(one for one in scenario.projects if one.id == project)
    stage = Stage(scenario, target, parameters, book, cases or {})
    bound = answer.binding
    return WhyNot(
        project, target.called, judged.scenario, stage.on, book.park if book else None, judged.basis,
        judged.parameters, answer.verdict, tuple(_lacks(answer, stage, parameters)),
        bound.used_by[:USERS] if bound else (), bound.unit if bound else "",
        tuple(Way(option.sentence, option.cost_wan_yuan) for option in relief.options[:WAYS]),
        tuple(clash.sentence for clash in relief.conflict),
        (*answer.notes, *resting(_unverified(answer, stage, judged.basis))),
    )


def _unverified(answer: Judged, stage: Stage, basis: str) -> Iterator[Text]:
    """The rows not yet verified behind what is not met: rules, quotas, and the coefficients of energy and carbon."""
    for finding in answer.case.findings if answer.case else ():
        if verdict_of(finding) > Verdict.WARN and finding.status != VERIFIED:
            yield Text(finding.title)
    failures = stage.failures(())
    for trial in failures:
        if trial.quota.status != VERIFIED:
            yield Text(trial.quota.title)
    reckoned = {trial.quota.quota for trial in failures} | {trial.quota.numerator for trial in failures}
    if reckoned & OF_PROJECT and not stage.entrant(()).missing:
        stated: Basis = next((one for one in get_args(Basis) if one == basis), "unknown")
        found = demand(stage.target, stage.parameters, on=stage.on, basis=stated,
                       equal_value=stage.scenario.equal_value_kgce_per_kwh)
        yield from unverified_steps(found)


def _lacks(answer: Judged, stage: Stage, parameters: Parameters) -> Iterator[Lack]:
    """The rules that stop it, what is not known, and every budget that is short, in the order they were judged."""
    sources = {rule.rule: rule.source for rule in parameters.rules}
    for finding in answer.case.findings if answer.case else ():
        if verdict_of(finding) > Verdict.WARN:
            yield Lack(Text(finding.title), finding.source or sources.get(finding.rule, ""), verdict_of(finding),
                       why=finding.message)
    for stop in stage.stopped(()):
        yield Lack(Text(STOPS.get(stop.rule or "", STOPS["site"])), "", Verdict.BLOCKED, why=why_stopped(stop))
    for missing in stage.entrant(()).missing:
        title = next((quota.title for quota in parameters.quotas if quota.cap_key == missing.quota), None)
        yield Lack(Text(title) if title else Text(N_("the project's own figures")), "", Verdict.UNKNOWN,
                   year=missing.year, why=missing.why)
    asks = stage.entrant(()).asks
    for trial in stage.unreplaced(()):
        yield Lack(Text(N_("Replacement of retired load")), stage.rows.row("replacement_ratio").source, trial.verdict,
                   trial.key.year, short_by=trial.short_by, unit=trial.quota.cap_unit, why=trial.why)
    for trial in stage.failures(()):
        ask = asks.get(trial.key)
        yield _lack(trial, ask.amount if ask else None)


def _lack(trial: Trial, asked: float | None) -> Lack:
    short = trial.short_by
    free = asked - short if asked is not None and short is not None else None
    return Lack(Text(trial.quota.title), trial.quota.source, trial.verdict, trial.key.year, asked, free, short,
                trial.quota.cap_unit, trial.why)
