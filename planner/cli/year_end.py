"""Commands of the ledger that end or undo something: expire, carry, close, reverse; and its journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, run

NeedBasis = Annotated[str, typer.Option("--basis", help="The document that justifies it.")]
NeedActor = Annotated[str, typer.Option("--actor", help="Who does it.")]
NeedKey = Annotated[str, typer.Option("--key", help="The key under which it happens once.")]
NeedPark = Annotated[str, typer.Option("--park", help="Park code.")]
NeedYear = Annotated[int, typer.Option("--year", help="Year of the account.")]
Amount = Annotated[str | None, typer.Option("--amount", help="How much, in --unit; default everything that may.")]
Unit = Annotated[str, typer.Option("--unit", help="m2 ha mu kg t kgce tce kgco2 tco2.")]
Quota = Annotated[str, typer.Option("--quota", help="Only this quota.")]


def register(ledger: typer.Typer) -> None:
    """Put the commands of this module under ledger."""
    for command in (expire, carry, close, reverse, journal):
        ledger.command()(command)


def expire(
    basis: NeedBasis,
    actor: NeedActor,
    key: NeedKey,
    ref: Annotated[str, typer.Option("--for", help="Whose reservation; without it all of --park and --year.")] = "",
    park: Annotated[str, typer.Option("--park", help="Only in this park.")] = "",
    quota: Quota = "",
    year: Annotated[int | None, typer.Option("--year", help="Only in this year.")] = None,
    amount: Amount = None,
    unit: Unit = "",
    lot: Annotated[str, typer.Option("--lot", help="Instead: the lot of --park whose free part leaves.")] = "",
    workspace: opt.Workspace = None,
    on: opt.On = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A reservation, or a lot, lapses: nothing does so by itself."""
    words = {"park": park, "quota": quota, "year": year, "amount": amount, "unit": unit, "ref": ref, "lot": lot}
    return _end("expire", words, basis, actor, key, workspace, on, json, lang, debug)


def carry(
    park: NeedPark,
    quota: Annotated[str, typer.Option("--quota", help="energy_tce, new_construction_m2, offset_paddy_m2 ...")],
    year: NeedYear,
    basis: NeedBasis,
    actor: NeedActor,
    key: NeedKey,
    amount: Amount = None,
    unit: Unit = "",
    workspace: opt.Workspace = None,
    on: opt.On = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Free quota of a year into the next, as far as the rule in force lets."""
    words = {"park": park, "quota": quota, "year": year, "amount": amount, "unit": unit}
    return _end("carry", words, basis, actor, key, workspace, on, json, lang, debug)


def close(
    park: NeedPark,
    year: NeedYear,
    basis: NeedBasis,
    actor: NeedActor,
    key: NeedKey,
    workspace: opt.Workspace = None,
    on: opt.On = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Certify the balances of a park's year; from then on it takes no entry."""
    return _end("close", {"park": park, "year": year}, basis, actor, key, workspace, on, json, lang, debug)


def reverse(
    entry: Annotated[int, typer.Argument(help="The number of the entry.")],
    basis: NeedBasis,
    actor: NeedActor,
    key: NeedKey,
    workspace: opt.Workspace = None,
    on: opt.On = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Undo an entry by one that runs backwards; both stay in the book. Each entry once."""
    return _end("reverse", {"entry": entry}, basis, actor, key, workspace, on, json, lang, debug)


def _end(
    verb: str,
    words: Mapping[str, Any],
    basis: str,
    actor: str,
    key: str,
    workspace: str | None,
    on: str | None,
    json: bool,
    lang: str | None,
    debug: bool,
) -> int:
    """Carry out one ending and print its entry."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.year_end import Ending
        from planner.formats.numbers import decimal

        checked(made, lang)
        opened = desk(workspace)
        stated = dict(words)
        if stated.get("amount") is not None:
            stated["amount"] = decimal(stated["amount"], "--amount")
        answer = opened.end(Ending(verb, basis, actor, key, day(on) or opened.today(), **stated))
        lines = [f"  {leg['account']:<50} {leg['amount']:>20,.4f}" for leg in answer["legs"]]
        lines += [
            f"  {row['quota']:<22} " + "  ".join(f"{name} {row[name]:,.3f}" for name in row if name != "quota")
            for row in answer.get("certified", ())
        ]
        return Answer(answer, [str(answer["entry"]), *lines])

    return run(made, work)


def journal(
    format: Annotated[str, typer.Option("--format", help="beancount or hledger.")],
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """The book as a journal that beancount or hledger reads and checks; text, no JSON."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        return Answer(None, text=desk(workspace).journal(format))

    return run(made, work)
