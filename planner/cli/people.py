"""Commands about people: who holds which role, give and take, the trail of what was written."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, desk
from planner.cli.frame import Answer, run, who
from planner.people import EVERY_PARK, Held

Name = Annotated[str, typer.Argument(help="The person, as the login names them.")]
InPark = Annotated[str, typer.Option("--park", help="Park code; default every park.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    room = typer.Typer(no_args_is_help=True, help="People and their roles, for a planner with a login.")
    room.command("list")(listed)
    for command in (give, take, trail):
        room.command()(command)
    app.add_typer(room, name="people")


def listed(
    workspace: opt.Workspace = None, json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False
) -> int:
    """The roles in force."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        held = [document(row) for row in desk(workspace).people()]
        return Answer(held, [f"{row['person']:30} {row['role']:15} {row['park']}" for row in held])

    return run(made, work)


def give(
    person: Name,
    role: Annotated[str, typer.Argument(help="viewer, planner, reviewer or administrator.")],
    park: InPark = EVERY_PARK,
    reason: Reason = "",
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Give a person a role in a park, in place of the one held there."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.people import role_of

        checked(made, lang)
        held = desk(workspace).hold(person, role_of(role), park=park, reason=reason, actor=who(actor))
        return Answer(document(held), [f"{held.person}  {held.role}  {held.park}"])

    return run(made, work)


def take(
    person: Name,
    park: InPark = EVERY_PARK,
    reason: Reason = "",
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Take the role that a person holds in a park."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        held = desk(workspace).hold(person, None, park=park, reason=reason, actor=who(actor))
        return Answer(document(held), [f"{held.person}  -  {held.park}"])

    return run(made, work)


def trail(
    last: Annotated[int, typer.Option("--last", min=1, help="How many acts.")] = 100,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What was written, by whom and when, newest first."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        acts = desk(workspace).trail(last=last)
        return Answer(acts, [f"{act['at']}  {act['actor']:20} {act['verb']:16} {act['park']}" for act in acts])

    return run(made, work)


def document(row: Held) -> dict[str, Any]:
    """A row of the roles as JSON has it."""
    return {"person": row.person, "park": row.park, "role": str(row.role) if row.role else None, "at": row.at,
            "actor": row.actor, "reason": row.reason}
