"""Commands of the ledger that end or undo something: expire, carry, close, reverse; and its journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Signed, day
from planner.cli.entry_lines import figure_lines, leg_lines
from planner.cli.frame import Answer
from planner.text import N_, Text

Amount = Annotated[str | None, typer.Option("--amount", help="How much, in --unit; default everything that may.")]
AGAIN = N_("opened again by entry {entry}")
Only = Annotated[str, typer.Option("--quota", help="Only this quota.")]


@dataclass(frozen=True, kw_only=True)
class End(Signed):
    """A call that ends something."""

    basis: opt.Basis
    on: opt.On = None


def expire(
    call: End,
    ref: Annotated[str, typer.Option("--for", help="Whose reservation; without it all of --park and --year.")] = "",
    park: Annotated[str, typer.Option("--park", help="Only in this park.")] = "",
    quota: Only = "",
    year: Annotated[int | None, typer.Option("--year", help="Only in this year.")] = None,
    amount: Amount = None,
    unit: opt.Unit = "",
    lot: Annotated[str, typer.Option("--lot", help="Instead: the lot of --park whose free part leaves.")] = "",
) -> Answer:
    """A reservation, or a lot, lapses: nothing does so by itself."""
    return _end(call, "expire", amount, park=park, quota=quota, year=year, unit=unit, ref=ref, lot=lot)


def carry(
    call: End, park: opt.NeedPark, quota: opt.Quota, year: opt.Year, amount: Amount = None, unit: opt.Unit = ""
) -> Answer:
    """Free quota of a year into the next, as far as the rule in force lets."""
    return _end(call, "carry", amount, park=park, quota=quota, year=year, unit=unit)


def close(call: End, park: opt.NeedPark, year: opt.Year) -> Answer:
    """Certify the balances of a park's year; from then on it takes no entry."""
    return _end(call, "close", park=park, year=year)


def certified(
    call: AtDesk,
    park: opt.Park = None,
    year: Annotated[int | None, typer.Option("--year", help="Only this year.")] = None,
) -> Answer:
    """What closed years were certified with, as it stands in the book; a year that was opened again too."""
    rows = call.desk.certified(park, year)
    lines = []
    for row in rows:
        again = "" if row["reversed_by"] is None else Text(AGAIN, entry=row["reversed_by"]).say(call.say)
        lines.append(f"{row['park']:<10} {row['year']}  {row['entry']:>6} {row['on']} {row['basis']} {again}".rstrip())
        lines += figure_lines(row["certified"])
    return Answer(rows, lines)


def reverse(call: End, entry: Annotated[int, typer.Argument(help="The number of the entry.")]) -> Answer:
    """Undo an entry by one that runs backwards; both stay in the book. Each entry once."""
    return _end(call, "reverse", entry=entry)


def _end(call: End, verb: str, amount: str | None = None, **words: Any) -> Answer:
    """Carry out one ending and print its entry."""
    from planner.desk.year_end import Ending
    from planner.formats.numbers import decimal

    at = call.desk
    wanted = None if amount is None else decimal(amount, "--amount")
    answer = at.end(Ending(verb, call.basis, call.actor, call.key, day(call.on) or at.today(), amount=wanted,
                           dated=call.on is not None, **words))
    lines = [*leg_lines(answer), *figure_lines(answer.get("certified", ()))]
    return Answer(answer, [str(answer["entry"]), *lines])


def journal(
    call: AtDesk, format: Annotated[str, typer.Option("--format", help="beancount or hledger.")]
) -> Answer:
    """The book as a journal that beancount or hledger reads and checks; text, no JSON."""
    return Answer(None, text=call.desk.journal(format))
