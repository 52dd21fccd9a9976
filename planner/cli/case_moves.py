"""The moves of a case on its way to a decision, each by a person under a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import Signed, day
from planner.cli.frame import Answer

Case = Annotated[str, typer.Argument(help="The id of the case.")]
Outcome = Annotated[str, typer.Option("--outcome", help="admitted, conditional or refused.")]
Number = Annotated[int, typer.Option("--condition", help="The number of the condition.")]


@dataclass(frozen=True, kw_only=True)
class Move(Signed):
    """A move of a case: by whom, under which key, after which version of it was looked at."""

    seen: Annotated[
        int | None, typer.Option("--seen", help="The version looked at: refused if it has changed since.")
    ] = None

    @property
    def signed(self) -> dict[str, Any]:
        return {"actor": self.actor, "key": self.key, "seen": self.seen}


def review(call: Move, case: Case) -> Answer:
    """Take a submitted case up."""
    return told(call.desk.review_case(case, **call.signed))


def return_(call: Move, case: Case, reason: opt.Reason) -> Answer:
    """Send a case back to its draft, saying what is missing."""
    return told(call.desk.return_case(case, reason=reason, **call.signed))


def recommend(call: Move, case: Case, outcome: Outcome, reason: opt.Reason) -> Answer:
    """Recommend an outcome; not by whoever submitted the case."""
    return told(call.desk.recommend_case(case, outcome=outcome, reason=reason, **call.signed))


def challenge(call: Move, case: Case, reason: opt.Reason) -> Answer:
    """Object to a recommendation; not by whoever made it."""
    return told(call.desk.challenge_case(case, reason=reason, **call.signed))


def override(
    call: Move,
    case: Case,
    finding: Annotated[str, typer.Option("--finding", help="RULE, or RULE:LAYER where several layers are looked at.")],
    decided: Annotated[str, typer.Option("--decided", help="fits, warn or blocked.")],
    reason: opt.Reason,
    document: opt.Document,
) -> Answer:
    """Decide one finding otherwise than the machine, whose verdict stays beside it; not by whoever submitted."""
    return told(call.desk.override_finding(case, finding, decided=decided, reason=reason, document=document,
                                           **call.signed))


def decide(
    call: Move,
    case: Case,
    outcome: Outcome,
    basis: opt.Basis,
    reason: opt.Reason = "",
    condition: Annotated[
        list[str] | None, typer.Option("--condition", help="TEXT=YYYY-MM-DD, for each condition of the outcome.")
    ] = None,
) -> Answer:
    """Decide: admitted and conditional reserve in the same turn, refused books nothing. By a second person."""
    conditions = [one_condition(word) for word in condition or ()]
    return told(call.desk.decide_case(case, outcome=outcome, basis=basis, reason=reason, conditions=conditions,
                                      **call.signed))


def one_condition(word: str) -> tuple[str, date]:
    """TEXT=YYYY-MM-DD. Raises UsageError."""
    text, _, due = word.rpartition("=")
    return text, day(due or "-", "--condition")


def meet(call: Move, case: Case, condition: Number, document: opt.Document) -> Answer:
    """Record that a condition is met."""
    return told(call.desk.meet_condition(case, condition, document=document, **call.signed))


def lapse(call: Move, case: Case, condition: Number, reason: opt.Reason) -> Answer:
    """Record that a condition was not met: the case closes, its reservation lapses by an entry."""
    return told(call.desk.lapse_condition(case, condition, reason=reason, **call.signed))


def withdraw(call: Move, case: Case, reason: opt.Reason) -> Answer:
    """Take a case back; what it has reserved is released by an entry."""
    return told(call.desk.withdraw_case(case, reason=reason, **call.signed))


def close(call: Move, case: Case, reason: opt.Reason) -> Answer:
    """Close a decided case; what is reserved and not committed is released by an entry."""
    return told(call.desk.close_case(case, reason=reason, **call.signed))


def told(answer: dict[str, Any]) -> Answer:
    """What a move did: the state, the version, the entry it wrote."""
    entry = f"  entry {answer['entry']}" if answer.get("entry") else ""
    return Answer(answer, [f"{answer['case']}  {answer['state']}  version {answer['version']}{entry}"])
