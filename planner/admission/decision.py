"""A case on its way from draft to close: its states, who may move it where, and what its acts add up to.

A case is the fold of its acts, which are only ever added to, as a balance is the fold of entries. The machine's
verdict is never written over: what a person decides about a finding stands beside it, with reason and document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from planner.admission.case import verdict_of
from planner.admission.outcome import Case
from planner.errors import StoreRefused
from planner.land.finding import Finding, State
from planner.people import Role, same
from planner.text import N_, Text, joined
from planner.verdict import Verdict, worst


class CaseState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RECOMMENDED = "recommended"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Outcome(StrEnum):
    ADMITTED = "admitted"
    CONDITIONAL = "conditional"
    REFUSED = "refused"


STATE_TITLES: Mapping[str, str] = MappingProxyType({
    CaseState.DRAFT: N_("draft"), CaseState.SUBMITTED: N_("submitted"), CaseState.IN_REVIEW: N_("in review"),
    CaseState.RECOMMENDED: N_("recommended"), CaseState.DECIDED: N_("decided"),
    CaseState.WITHDRAWN: N_("withdrawn"), CaseState.CLOSED: N_("closed"),
    "reserved": N_("reserved without a case"),
})
OUTCOME_TITLES: Mapping[str, str] = MappingProxyType({
    Outcome.ADMITTED: N_("admitted"), Outcome.CONDITIONAL: N_("conditionally admitted"),
    Outcome.REFUSED: N_("refused"),
})
VERB_TITLES: Mapping[str, str] = MappingProxyType({
    "draft": N_("Keep as draft"), "submit": N_("Submit"), "review": N_("Take up"), "return": N_("Send back"),
    "recommend": N_("Recommend"), "challenge": N_("Challenge"), "decide": N_("Decide"),
    "override": N_("Override a finding"), "reserve": N_("Reserve"), "meet": N_("Condition met"),
    "lapse": N_("Condition lapsed"), "withdraw": N_("Withdraw"), "close": N_("Close"),
})
CONDITION_TITLES: Mapping[str, str] = MappingProxyType({
    "open": N_("○ open"), "met": N_("● met"), "lapsed": N_("✕ lapsed"),
})


class Step(NamedTuple):
    """Where a move leads, and the least role that may make it."""

    to: CaseState
    role: Role


_S = CaseState
OPEN = (_S.SUBMITTED, _S.IN_REVIEW, _S.RECOMMENDED)
# (verb, state it is in; None where there is no case yet) -> where it leads. What does not stand here is refused.
STEPS: Mapping[tuple[str, CaseState | None], Step] = MappingProxyType({
    **{("draft", at): Step(_S.DRAFT, Role.PLANNER) for at in (None, _S.DRAFT, _S.WITHDRAWN, _S.CLOSED)},
    **{("submit", at): Step(_S.SUBMITTED, Role.PLANNER) for at in (None, _S.DRAFT, _S.WITHDRAWN, _S.CLOSED)},
    ("review", _S.SUBMITTED): Step(_S.IN_REVIEW, Role.REVIEWER),
    **{("return", at): Step(_S.DRAFT, Role.REVIEWER) for at in OPEN},
    **{("recommend", at): Step(_S.RECOMMENDED, Role.REVIEWER) for at in (_S.SUBMITTED, _S.IN_REVIEW)},
    ("challenge", _S.RECOMMENDED): Step(_S.IN_REVIEW, Role.REVIEWER),
    **{("override", at): Step(at, Role.REVIEWER) for at in OPEN},
    **{("decide", at): Step(_S.DECIDED, Role.REVIEWER) for at in OPEN},
    **{("reserve", at): Step(at, Role.PLANNER) for at in (*OPEN, _S.DECIDED)},
    ("meet", _S.DECIDED): Step(_S.DECIDED, Role.REVIEWER),
    ("lapse", _S.DECIDED): Step(_S.CLOSED, Role.REVIEWER),
    **{("withdraw", at): Step(_S.WITHDRAWN, Role.PLANNER) for at in (_S.DRAFT, *OPEN)},
    ("withdraw", _S.DECIDED): Step(_S.WITHDRAWN, Role.REVIEWER),
    ("close", _S.DECIDED): Step(_S.CLOSED, Role.REVIEWER),
})
# Of a decided case some moves are only for what was decided so.
ONLY_FOR: Mapping[str, frozenset[Outcome]] = MappingProxyType({
    "meet": frozenset({Outcome.CONDITIONAL}), "lapse": frozenset({Outcome.CONDITIONAL}),
    "reserve": frozenset({Outcome.ADMITTED, Outcome.CONDITIONAL}),
    "withdraw": frozenset({Outcome.ADMITTED, Outcome.CONDITIONAL}),
})
# A move takes a second person: not whoever made one of these moves in the same round.
NOT_BY: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "recommend": ("submit",), "challenge": ("recommend",), "override": ("submit",), "decide": ("submit", "recommend"),
})
BEGINNING = frozenset({CaseState.WITHDRAWN, CaseState.CLOSED})  # what is submitted again begins a new round


class MoveRefused(StoreRefused):
    code = "E_CONFLICT"
    sentence = N_("'{verb}' is not open for case '{case}': it is {state} since {since}, by {actor}. Open are: {open}.")


class SamePerson(StoreRefused):
    code = "E_SECOND_PERSON"
    sentence = N_("'{verb}' takes a second person: {actor} has already made the move '{made}' on case '{case}'. "
                  "Ask somebody else.")


class ConditionsOpen(StoreRefused):
    code = "E_CONDITION"
    sentence = N_("Case '{case}' was admitted on conditions that are still open: {conditions}. Record each as met "
                  "first, or let it lapse.")


@dataclass(frozen=True)
class Act:
    """One move as kept: ``number`` is the version of the case after it, ``at`` UTC (ISO), ``on`` the day it counts."""

    number: int
    verb: str
    state: CaseState
    actor: str
    at: str
    on: date
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Override:
    """What a person decided about one finding. ``value`` is what was measured then: a larger one is not covered."""

    rule: str
    role: str
    layer: str | None
    state: State
    value: float | None
    decided: Verdict
    reason: str
    document: str
    actor: str
    on: date


@dataclass(frozen=True)
class Condition:
    """Something still to be brought by a day; until then the reservation is held and cannot be committed."""

    number: int
    text: str
    due: date
    state: str = "open"  # met, lapsed
    actor: str = ""
    on: date | None = None
    document: str = ""

    def overdue(self, today: date) -> bool:
        """Shown, never acted upon by itself."""
        return self.state == "open" and self.due < today


@dataclass(frozen=True)
class Dossier:
    """A case as its acts leave it; ``by`` is who made which move last in this round, ``began`` its first act."""

    id: str
    state: CaseState
    outcome: Outcome | None
    acts: tuple[Act, ...]
    overrides: tuple[Override, ...] = ()
    conditions: tuple[Condition, ...] = ()
    by: Mapping[str, str] = field(default_factory=dict)
    began: int = 0

    @property
    def version(self) -> int:
        return self.acts[-1].number

    @property
    def decisions(self) -> tuple[Act, ...]:
        """The decisions of all rounds, oldest first."""
        return tuple(act for act in self.acts if act.verb == "decide")

    @property
    def open_conditions(self) -> tuple[Condition, ...]:
        return tuple(one for one in self.conditions if one.state == "open")


def dossier(id: str, acts: Iterable[Act]) -> Dossier | None:
    """What the acts of a case add up to, in their order; None where there are none."""
    now: Dossier | None = None
    for act in acts:
        if now is None or (act.verb in ("draft", "submit") and now.state in BEGINNING):
            before = now.acts if now else ()
            now = Dossier(id, act.state, None, before, began=len(before))
        now = _after(now, act)
    return now


def _after(now: Dossier, act: Act) -> Dossier:
    f = act.fields
    now = replace(now, state=act.state, acts=(*now.acts, act), by={**now.by, act.verb: act.actor})
    if set(f.get("changed", ())) - {"year"}:  # what was decided of other land, or another project, says nothing of this
        return replace(now, overrides=())
    if act.verb == "decide":
        conditions = tuple(Condition(n, one["text"], date.fromisoformat(one["due"]))
                           for n, one in enumerate(f.get("conditions", ()), 1))
        return replace(now, outcome=Outcome(f["outcome"]), conditions=conditions)
    if act.verb == "override":
        made = Override(f["rule"], f["role"], f["layer"], State(f["state"]), f["value"], Verdict[f["decided"].upper()],
                        f["reason"], f["document"], act.actor, act.on)
        return replace(now, overrides=(*now.overrides, made))
    if act.verb in ("meet", "lapse"):
        state = {"meet": "met", "lapse": "lapsed"}[act.verb]
        return replace(now, conditions=tuple(
            replace(one, state=state, actor=act.actor, on=act.on, document=f.get("document") or f.get("reason", ""))
            if one.number == f["condition"] else one
            for one in now.conditions
        ))
    return now


def open_moves(now: Dossier | None) -> dict[str, Step]:
    """The moves that are open, whoever makes them, by their verb."""
    state = now.state if now else None
    return {
        verb: step
        for (verb, at), step in STEPS.items()
        if at == state and _for_outcome(verb, now) and (verb not in ("meet", "lapse") or (now and now.open_conditions))
    }


def _for_outcome(verb: str, now: Dossier | None) -> bool:
    if now is None or now.state is not CaseState.DECIDED or verb not in ONLY_FOR:
        return True
    return now.outcome in ONLY_FOR[verb]


def step(now: Dossier | None, verb: str, actor: str, *, case: str) -> Step:
    """Where a move leads. Raises MoveRefused, SamePerson."""
    found = open_moves(now).get(verb)
    if found is None:
        last = now.acts[-1] if now else None
        raise MoveRefused(
            where={"case": case, "state": str(now.state) if now else None, "open": sorted(open_moves(now))},
            verb=Text(VERB_TITLES[verb]), case=case,
            state=Text(STATE_TITLES[now.state]) if now else Text(N_("not there")),
            since=last.on.isoformat() if last else "-", actor=last.actor if last else "-",
            open=joined([Text(VERB_TITLES[verb]) for verb in open_moves(now)]),
        )
    for made in NOT_BY.get(verb, ()):
        if now is not None and made in now.by and same(now.by[made], actor):
            raise SamePerson(where={"case": case, "actor": actor}, case=case, actor=actor,
                             verb=Text(VERB_TITLES[verb]), made=Text(VERB_TITLES[made]))
    return found


def covers(override: Override, finding: Finding) -> bool:
    """Whether an override speaks of a finding as it is now: same rule, layer and state, and no more than was seen."""
    if (override.rule, override.role, override.layer, override.state) != (
        finding.rule, finding.role, finding.layer, finding.state
    ):
        return False
    if finding.value is None or override.value is None:
        return finding.value is None and override.value is None
    slack = 1e-9 * max(1.0, abs(override.value))
    if finding.limit is not None and finding.value < finding.limit:  # too little of something: less is worse
        return finding.value >= override.value - slack
    return finding.value <= override.value + slack


def decided_of(finding: Finding, overrides: Iterable[Override]) -> tuple[Verdict, Override | None]:
    """The verdict that stands for a finding, and the override that made it so (the last one); else the machine's."""
    made = [one for one in overrides if covers(one, finding)]
    return (made[-1].decided, made[-1]) if made else (verdict_of(finding), None)


def decided_verdict(case: Case, overrides: Iterable[Override]) -> Verdict:
    """The verdict of the whole with the overrides beside the machine's; unknown totals and quotas stay as they are."""
    made = tuple(overrides)
    unknown = [Verdict.UNKNOWN] if case.takes.why else []
    return worst([*unknown, *(decided_of(f, made)[0] for f in case.findings), *(row.state for row in case.quotas)])
