"""Commands about people: who holds which role, give and take, the trail of what was written."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import Acting, AtDesk
from planner.cli.frame import Answer, room, verbs
from planner.people import EVERY_PARK, Held
from planner.text import N_, Text

Name = Annotated[str, typer.Argument(help="The person, as the login names them.")]
NO_ACCOUNT = N_("The book has no account of park {park} yet: check how it is written.")
InPark = Annotated[str, typer.Option("--park", help="Park code; default every park.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(room(app, "people", "People and their roles, for a planner with a login."), list_, give, take, trail)


def list_(call: AtDesk) -> Answer:
    """The roles in force."""
    held = [document(row) for row in call.desk.people()]
    return Answer(held, [f"{row['person']:30} {row['role']:15} {row['park']}" for row in held])


def give(
    call: Acting,
    person: Name,
    role: Annotated[str, typer.Argument(help="viewer, planner, reviewer or administrator.")],
    park: InPark = EVERY_PARK,
    reason: opt.Reason = "",
) -> Answer:
    """Give a person a role in a park, in place of the one held there."""
    from planner.people import role_of

    held = call.desk.hold(person, role_of(role), park=park, reason=reason, actor=call.who)
    known = park in (EVERY_PARK, *call.desk.park_codes())
    notes = [] if known else [Text(NO_ACCOUNT, park=park).say(call.say)]
    return Answer({**document(held), **({"notes": notes} if notes else {})},
                  [f"{held.person}  {held.role}  {held.park}", *notes])


def take(call: Acting, person: Name, park: InPark = EVERY_PARK, reason: opt.Reason = "") -> Answer:
    """Take the role that a person holds in a park."""
    held = call.desk.hold(person, None, park=park, reason=reason, actor=call.who)
    return Answer(document(held), [f"{held.person}  -  {held.park}"])


def trail(
    call: AtDesk, last: Annotated[int, typer.Option("--last", min=1, help="How many acts.")] = 100
) -> Answer:
    """What was written, by whom and when, newest first."""
    acts = call.desk.trail(last=last)
    return Answer(acts, [f"{act['at']}  {act['actor']:20} {act['verb']:16} {act['park']}" for act in acts])


def document(row: Held) -> dict[str, Any]:
    """A row of the roles as JSON has it."""
    return {"person": row.person, "park": row.park, "role": str(row.role) if row.role else None, "at": row.at,
            "actor": row.actor, "reason": row.reason}
