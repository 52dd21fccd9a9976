"""What people decided of a case, for paper: where it stands, each overridden finding beside the machine's verdict, the
conditions with their days. And the same as a document, and as the acts that a pack brings along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planner.admission.case import sign_of
from planner.admission.decision import (
    CONDITION_TITLES,
    OUTCOME_TITLES,
    STATE_TITLES,
    VERB_TITLES,
    Act,
    CaseState,
    Dossier,
    covers,
    decided_of,
    decided_verdict,
    dossier,
)
from planner.admission.headline import name
from planner.admission.outcome import Case
from planner.desk.case_acts import acts_of
from planner.land.finding import Finding
from planner.text import N_, Text
from planner.verdict import Verdict

Document = dict[str, Any]
SPOKEN = ("recommend", "challenge", "decide", "return", "withdraw", "lapse", "close")  # moves that say why


def decided_verdict_of(case: Case) -> Verdict:
    """The verdict of a case with what people decided of its findings; the machine's where nobody did."""
    return decided_verdict(case, case.decided.overrides) if case.decided is not None else case.verdict


def beside(case: Case, seen: Finding) -> Text | None:
    """What a person decided of a finding, in a few words; None where nobody did."""
    decided, made = decided_of(seen, case.decided.overrides if case.decided is not None else ())
    return Text(N_("decided by people: {verdict}"), verdict=name(decided)) if made else None


def decision_lines(case: Case) -> tuple[Text, ...]:
    """Where a case stands, with both verdicts, why, what was decided otherwise than the machine found, and what is
    still to be brought; nothing for a parcel that is no case."""
    now = case.decided
    if now is None:
        return ()
    last = now.acts[-1]
    decided = now.state is CaseState.DECIDED and now.outcome is not None
    state = Text(OUTCOME_TITLES[str(now.outcome)] if decided else STATE_TITLES[now.state])
    head = Text(N_("Case {case}: {state} ({actor}, {on}). Verdict of the machine: {machine}; decided by people: "
                   "{decided}."), case=now.id, state=state, actor=last.actor, on=last.on.isoformat(),
                machine=name(case.verdict), decided=name(decided_verdict_of(case)))
    said = [_said(act) for act in now.acts[now.began:] if act.verb in SPOKEN][-1:]
    return (head, *said, *_overrides(case, now), *(
        Text(N_("Condition {number}: {text}, by {due}: {state}"), number=one.number, text=one.text,
             due=one.due.isoformat(), state=Text(CONDITION_TITLES[one.state])) for one in now.conditions))


def _said(act: Act) -> Text:
    why = "; ".join(str(act.fields[part]) for part in ("reason", "basis") if act.fields.get(part))
    outcome = act.fields.get("outcome")
    move = Text(VERB_TITLES[act.verb])
    if outcome:
        move = Text(N_("{move}: {outcome}"), move=move, outcome=Text(OUTCOME_TITLES[outcome]))
    return Text(N_("{move} ({actor}, {on}): {why}"), move=move, actor=act.actor, on=act.on.isoformat(), why=why)


def _overrides(case: Case, now: Dossier) -> Iterable[Text]:
    titles = {f.rule: Text(f.title) for f in case.findings}
    for made in now.overrides:
        held = next((f for f in case.findings if covers(made, f)), None)
        facts = {"rule": titles.get(made.rule, Text(made.rule)), "actor": made.actor, "on": made.on.isoformat()}
        if held is None:
            yield Text(N_("{rule}: what {actor} decided on {on} does not cover what is found now."), **facts)
        else:
            yield Text(N_("{rule}: the machine says {machine}, {actor} decided {decided} on {on}: {reason}; "
                          "{document}"), machine=name(sign_of(held)), decided=name(made.decided), reason=made.reason,
                       document=made.document, **facts)


def document(case: Case) -> Document | None:
    """The same for JSON; None for a parcel that is no case."""
    now = case.decided
    if now is None:
        return None
    return {
        "case": now.id, "state": str(now.state), "outcome": str(now.outcome) if now.outcome else None,
        "version": now.version, "verdict": str(case.verdict), "decided_verdict": str(decided_verdict_of(case)),
        "overrides": [{"rule": one.rule, "layer": one.layer or one.role, "decided": str(one.decided),
                       "reason": one.reason, "document": one.document, "actor": one.actor, "on": one.on.isoformat(),
                       "covers": any(covers(one, f) for f in case.findings)} for one in now.overrides],
        "conditions": [{"condition": one.number, "text": one.text, "due": one.due.isoformat(), "state": one.state}
                       for one in now.conditions],
    }


# ---------------------------------------------------------------- in a pack
def acts_document(now: Dossier) -> Document:
    """The acts of a case as a pack holds them: all but what each kept of its day for a replay."""
    return {"case": now.id, "acts": [
        {"number": act.number, "verb": act.verb, "state": str(act.state), "actor": act.actor, "at": act.at,
         "day": act.on.isoformat(), "fields": {key: value for key, value in act.fields.items() if key != "ground"}}
        for act in now.acts]}


def dossier_in(told: Mapping[str, Any]) -> Dossier | None:
    """What acts that a pack holds add up to."""
    id = str(told["case"])
    return dossier(id, acts_of({"case_id": id, **row} for row in told["acts"]).get(id, ()))
