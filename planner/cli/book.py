"""Commands about the book: reserve, and under ledger its movements, balances, history and proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli import year_end
from planner.cli.calls import AtDesk, Signed, Writing, day
from planner.cli.entry_lines import leg_lines, reading
from planner.cli.frame import Answer, room, verbs
from planner.errors import UsageError
from planner.text import N_, Text


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, reserve)
    ledger = room(app, "ledger", "The book of quotas: double entry, append-only.")
    verbs(ledger, *map(movement, MOVEMENTS), transfer, balance, history, verify, year_end.expire, year_end.carry,
          year_end.close, year_end.certified, year_end.reverse, year_end.journal)


def reserve(
    call: Writing,
    parcel: opt.ParcelFile,
    year: Annotated[int, typer.Option("--year", help="First year: land is booked in it, energy from it.")],
    basis: opt.Basis,
    project: opt.ProjectFile = None,
    id: opt.Id = None,
    park: opt.Park = None,
    crs: opt.Crs = None,
) -> Answer:
    """Land and energy of one case in one entry, or nothing."""
    from planner.desk.opening import parcel_from_file, project_from_file

    shape = parcel_from_file(parcel, id=id, crs=crs)
    plan = project_from_file(project) if project else None
    answer = call.desk.reserve(
        shape,
        year=year,
        basis=basis,
        actor=call.who,
        project=plan,
        park=park,
        key=call.once("reserve", id, year, basis, park, crs, files=(parcel, project)),
    )
    return Answer(answer, [f"{answer['case']}: {answer['entry']}", *leg_lines(answer)])


@dataclass(frozen=True, kw_only=True)
class Moving(Signed):
    """A call that moves an amount of a quota."""

    quota: opt.Quota
    year: opt.Year
    amount: Annotated[str, typer.Option("--amount", help="How much, in --unit.")]
    unit: opt.Unit
    basis: opt.Basis
    ref: Annotated[str, typer.Option("--for", help="The case, project or BASELINE it is for.")] = ""
    on: opt.On = None


MOVEMENTS = {
    "grant": "Quota given to a park.",
    "open": "What was used before the book began: the one entry that may exceed the grant.",
    "reserve": "Set free quota aside for a case.",
    "commit": "What a case has reserved becomes final.",
    "release": "Give back what a case has reserved, or what was opened for it.",
}


def movement(verb: str) -> Callable[..., Answer]:
    """The verb that moves quota inside one account in that way."""

    def moves(call: Moving, park: opt.NeedPark) -> Answer:
        return move(call, verb, park)

    moves.__name__, moves.__doc__ = verb, MOVEMENTS[verb]
    return moves


def transfer(
    call: Moving,
    source: Annotated[str, typer.Option("--from", help="Park that gives, or PROVINCE or CITY.")],
    to: Annotated[str, typer.Option("--to", help="Park that receives, or PROVINCE or CITY.")],
) -> Answer:
    """Quota from one park to another, or from and to the province or city."""
    return move(call, "transfer", source, to)


def move(call: Moving, verb: str, park: str, to: str = "") -> Answer:
    """Carry out one movement and print its entry."""
    from planner.desk.booking import Movement
    from planner.formats.numbers import decimal

    at = call.desk
    answer = at.move(Movement(
        verb, park, call.quota, call.year, decimal(call.amount, "--amount"), call.unit, call.basis, call.actor,
        call.key, day(call.on) or at.today(), call.ref, to, dated=call.on is not None,
    ))
    return Answer(answer, [f"{answer['entry']}", *leg_lines(answer)])


def balance(
    call: AtDesk,
    park: opt.Park = None,
    year: Annotated[int | None, typer.Option("--year", help="Only this year.")] = None,
) -> Answer:
    """What stands in each account: granted, opened, reserved, committed, free."""
    from planner.desk import documents_book as documents

    parameters = call.desk.parameters
    rows = [documents.balance(row, parameters) for row in call.desk.balances(park, year)]
    names = ("granted", "opened", "reserved", "committed", "free")
    lines = [
        f"{r['park']:<10} {r['quota']:<22} {r['year']}  " + "  ".join(f"{n} {r[n]:,.3f}" for n in names)
        for r in rows
    ]
    return Answer(rows, lines)


def history(
    call: AtDesk,
    ref: Annotated[str | None, typer.Option("--for", help="Only what concerns this case.")] = None,
    last: Annotated[int | None, typer.Option("--last", min=1, help="Only so many, the newest.")] = None,
    before: Annotated[int | None, typer.Option("--before", help="Only what stands before this entry.")] = None,
) -> Answer:
    """All entries with what they moved, oldest first; of a long book --last 50, then --before the first of them."""
    from planner.desk import documents_book as documents

    parameters, entries = call.desk.parameters, call.desk.entries(ref, before=before, last=last)
    if call.json:
        return Answer([documents.entry(entry, parameters) for entry in entries])
    lines = []
    for entry in entries:
        draft, said = entry.draft, reading(entry.draft.note, call.say)
        lines.append(f"{entry.seq:>6} {draft.on} {draft.kind.value:<9} {draft.ref:<16} {draft.basis} {said}".rstrip())
        lines += [f"     {line}" for line in leg_lines(documents.went(entry, parameters))]
    return Answer(None, lines)


def verify(
    call: AtDesk,
    head: Annotated[
        str | None, typer.Option("--head", help="A hash written down earlier; it must be in the chain.")
    ] = None,
) -> Answer:
    """Recompute the whole book: exit 3 when something is not right."""
    if head is not None and not head.strip():
        raise UsageError(problem=Text(N_("The hash after --head is empty: nothing would be compared.")))
    found = call.desk.verify(head)
    problem = {"problem": found.problem.say(call.say)} if found.problem else {}
    document = {"entries": found.entries, "ok": found.ok, "head": found.head, **problem}
    line = f"{found.entries} {'ok' if found.ok else problem['problem']} {found.head}"
    return Answer(document, [line], not_right=not found.ok)
