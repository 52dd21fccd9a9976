"""Commands about the book: reserve, and under ledger its movements, balances, history and proof."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from planner.cli import options as opt
from planner.cli import year_end
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, Call, call_key, run, who

Quota = Annotated[str, typer.Option("--quota", help="energy_tce, new_construction_m2, offset_paddy_m2 ...")]
Year = Annotated[int, typer.Option("--year", help="Year of the account.")]
Amount = Annotated[str, typer.Option("--amount", help="How much, in --unit.")]
Unit = Annotated[str, typer.Option("--unit", help="m2 ha mu kg t kgce tce kgco2 tco2.")]
Basis = Annotated[str, typer.Option("--basis", help="The document that justifies it.")]
Ref = Annotated[str, typer.Option("--for", help="The case, project or BASELINE it is for.")]
NeedActor = Annotated[str, typer.Option("--actor", help="Who does it.")]
NeedKey = Annotated[str, typer.Option("--key", help="The key under which it happens once.")]
NeedPark = Annotated[str, typer.Option("--park", help="Park code.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    app.command()(reserve)
    ledger = typer.Typer(no_args_is_help=True, help="The book of quotas: double entry, append-only.")
    for verb in VERBS:
        ledger.command(verb)(movement(verb))
    for command in (transfer, balance, history, verify):
        ledger.command()(command)
    year_end.register(ledger)
    app.add_typer(ledger, name="ledger")


def reserve(
    parcel: Annotated[Path, typer.Argument(help="File with the parcel.")],
    year: Annotated[int, typer.Option("--year", help="First year: land is booked in it, energy from it.")],
    basis: Basis,
    workspace: opt.Workspace = None,
    project: opt.ProjectFile = None,
    id: opt.Id = None,
    park: opt.Park = None,
    crs: opt.Crs = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Land and energy of one case in one entry, or nothing."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.opening import parcel_from_file, project_from_file

        checked(made, lang)
        shape = parcel_from_file(parcel, id=id, crs=crs)
        plan = project_from_file(project) if project else None
        answer = desk(workspace).reserve(
            shape,
            year=year,
            basis=basis,
            actor=who(actor),
            project=plan,
            park=park,
            key=call_key(key, "reserve", id, year, basis, park, crs, files=(parcel, project)),
        )
        return Answer(answer, [f"{answer['case']}: {answer['entry']}", *(leg_line(leg) for leg in answer["legs"])])

    return run(made, work)


def leg_line(leg: dict[str, object]) -> str:
    return f"  {leg['account']:<50} {leg['amount']:>20,.4f}"


VERBS = {
    "grant": "Quota given to a park.",
    "open": "What was used before the book began: the one entry that may exceed the grant.",
    "reserve": "Set free quota aside for a case.",
    "commit": "What a case has reserved becomes final.",
    "release": "Give back what a case has reserved, or what was opened for it.",
}


def movement(verb: str) -> Callable[..., int]:
    """The command of a verb that moves quota inside one account; all have the same options."""

    def command(
        park: NeedPark,
        quota: Quota,
        year: Year,
        amount: Amount,
        unit: Unit,
        basis: Basis,
        actor: NeedActor,
        key: NeedKey,
        ref: Ref = "",
        workspace: opt.Workspace = None,
        on: opt.On = None,
        json: opt.Json = False,
        lang: opt.Lang = None,
        debug: opt.Debug = False,
    ) -> int:
        words = Words(verb, park, quota, year, amount, unit, basis, actor, key, ref, "", on)
        return move(words, workspace, call(json, lang, debug), lang)

    command.__doc__ = VERBS[verb]
    return command


def transfer(
    source: Annotated[str, typer.Option("--from", help="Park that gives, or PROVINCE or CITY.")],
    to: Annotated[str, typer.Option("--to", help="Park that receives, or PROVINCE or CITY.")],
    quota: Quota,
    year: Year,
    amount: Amount,
    unit: Unit,
    basis: Basis,
    actor: NeedActor,
    key: NeedKey,
    ref: Ref = "",
    workspace: opt.Workspace = None,
    on: opt.On = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Quota from one park to another, or from and to the province or city."""
    words = Words("transfer", source, quota, year, amount, unit, basis, actor, key, ref, to, on)
    return move(words, workspace, call(json, lang, debug), lang)


class Words(NamedTuple):
    """A movement as it stands on the command line."""

    verb: str
    park: str
    quota: str
    year: int
    amount: str
    unit: str
    basis: str
    actor: str
    key: str
    ref: str
    to: str
    on: str | None


def move(words: Words, workspace: str | None, made: Call, lang: str | None) -> int:
    """Carry out one movement and print its entry."""

    def work() -> Answer:
        from planner.desk.booking import Movement
        from planner.formats.numbers import decimal

        checked(made, lang)
        opened = desk(workspace)
        w = words
        asked = Movement(
            w.verb,
            w.park,
            w.quota,
            w.year,
            decimal(w.amount, "--amount"),
            w.unit,
            w.basis,
            w.actor,
            w.key,
            day(w.on) or opened.today(),
            w.ref,
            w.to,
        )
        answer = opened.move(asked)
        return Answer(answer, [f"{answer['entry']}", *(leg_line(leg) for leg in answer["legs"])])

    return run(made, work)


def balance(
    park: opt.Park = None,
    year: Annotated[int | None, typer.Option("--year", help="Only this year.")] = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What stands in each account: granted, opened, reserved, committed, free."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import documents

        checked(made, lang)
        opened = desk(workspace)
        parameters = opened.parameters
        rows = [documents.balance(row, parameters) for row in opened.balances(park, year)]
        names = ("granted", "opened", "reserved", "committed", "free")
        lines = [
            f"{r['park']:<10} {r['quota']:<22} {r['year']}  " + "  ".join(f"{n} {r[n]:,.3f}" for n in names)
            for r in rows
        ]
        return Answer(rows, lines)

    return run(made, work)


def history(
    ref: Annotated[str | None, typer.Option("--for", help="Only what concerns this case.")] = None,
    last: Annotated[int | None, typer.Option("--last", min=1, help="Only so many, the newest.")] = None,
    before: Annotated[int | None, typer.Option("--before", help="Only what stands before this entry.")] = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """All entries, oldest first; of a long book --last 50, then --before the first of them."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import documents

        checked(made, lang)
        opened = desk(workspace)
        parameters, entries = opened.parameters, opened.entries(ref, before=before, last=last)
        if json:
            return Answer([documents.entry(entry, parameters) for entry in entries])
        drafts = ((entry.seq, entry.draft) for entry in entries)
        return Answer(None, [f"{seq:>6} {d.on} {d.kind.value:<9} {d.ref:<16} {d.basis}" for seq, d in drafts])

    return run(made, work)


def verify(
    head: Annotated[
        str | None, typer.Option("--head", help="A hash written down earlier; it must be in the chain.")
    ] = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Recompute the whole book: exit 3 when something is not right."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        found = desk(workspace).verify(head)
        problem = {"problem": found.problem.say(made.say)} if found.problem else {}
        document = {"entries": found.entries, "ok": found.ok, "head": found.head, **problem}
        return Answer(
            document,
            [f"{found.entries} {'ok' if found.ok else problem['problem']} {found.head}"],
            not_right=not found.ok,
        )

    return run(made, work)
