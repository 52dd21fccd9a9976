"""The book as a journal that other accounting programs read, add up and check: beancount and hledger.

Every entry is a transaction, every cell of the book an account: Assets:Parks for what parks hold, Assets:Lots for the
same amounts by lot, Equity:Outside for where grants come from. Amounts are whole base units, one commodity a quota.
What a closed year was certified with, and what stands at the end, are balance assertions: the program that reads the
journal checks them. Dates are the entries' own; an assertion stands on the day after the last entry before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate
from types import MappingProxyType

from planner.errors import InputError
from planner.quota.accounts import Account, Cell, cell, lot_of, unit_of
from planner.quota.balances import standing
from planner.quota.entries import Bucket, Entry, Kind
from planner.quota.notes import closing, reversed_by
from planner.text import N_
from planner.units import base_unit

INSIDE = (Bucket.FREE, Bucket.OPENED, Bucket.RESERVED, Bucket.COMMITTED)
_PLAIN = re.compile(r"(?!.*--)[A-Za-z0-9-]+\Z")
_ODD = re.compile(r"[^A-Za-z0-9]+")


class FormatUnknown(InputError):
    code = "E_FORMAT"
    sentence = N_("'{format}' is no form of a journal. Use one of: {known}.")


@dataclass(frozen=True)
class Claim:
    """An account, those below it included, holds an amount at the beginning of a day."""

    on: date
    account: str
    commodity: str
    amount: int


def journal(entries: Iterable[Entry], form: str) -> str:
    """The whole book as text in the form beancount or hledger. Raises FormatUnknown."""
    if form not in FORMS:
        raise FormatUnknown(format=form, known=", ".join(FORMS))
    return "\n".join(FORMS[form](tuple(entries))) + "\n"


def account_name(at: Cell) -> str:
    """The account of a cell: plain ASCII, no two cells alike."""
    lot = lot_of(at.park)
    owner, kind = (lot[0], ("Lots", named("L", lot[1]))) if lot else (at.park, ("Parks",))
    quota = "-".join(word.capitalize() for word in at.quota.split("_"))
    if at.bucket is Bucket.OUTSIDE:
        return ":".join(("Equity", "Outside", *kind, named("P", owner), quota, str(at.year)))
    parts = ("Assets", *kind, named("P", owner), quota, str(at.year), at.bucket.value.capitalize())
    return ":".join((*parts, named("R", at.ref)) if at.ref else parts)


def named(kind: str, name: str) -> str:
    """A name as part of an account: itself where it is plain, else what is plain of it and a mark of the whole."""
    if _PLAIN.match(name):
        return f"{kind}-{name}"
    return f"{kind}-{_ODD.sub('-', name).strip('-')}--{sha256(name.encode()).hexdigest()[:12]}"


def commodity(quota: str) -> str:
    """What a quota is counted in: its name with its base unit."""
    stem = quota.removesuffix(unit_of(quota)).strip("_")
    return f"{stem}_{base_unit(unit_of(quota))}".replace("_", "-").upper()


def claims(entries: Sequence[Entry]) -> list[Claim]:
    """What every closed year was certified with, and what stands at the end."""
    if not entries:
        return []
    undone = reversed_by(entries)
    days = list(accumulate((entry.draft.on for entry in entries), max))
    found = []
    for entry, last in zip(entries, days, strict=True):
        stated = closing(entry.draft.note) if entry.draft.kind is Kind.CLOSE and entry.seq not in undone else None
        if stated is not None:
            park, year, certified = stated
            found += [
                _claim(last, Cell(park, quota, year, bucket, ""), figures[bucket.value])
                for quota, figures in certified.items()
                for bucket in INSIDE
            ]
    return found + [_claim(days[-1], at, amount) for at, amount in standing(entries).cells.items()]


def _claim(last: date, at: Cell, amount: int) -> Claim:
    return Claim(last + timedelta(days=1), account_name(at), commodity(at.quota), amount)


def accounts(entries: Sequence[Entry]) -> dict[str, Cell]:
    """The name of every account, and of those above them that a claim may name, with its cell."""
    cells = list(standing(entries).cells)
    above = [Cell(*at.account, bucket, "") for at in cells if at.bucket is not Bucket.OUTSIDE for bucket in INSIDE]
    return dict(sorted((account_name(at), at) for at in {*cells, *above}))


def beancount(entries: Sequence[Entry]) -> Iterator[str]:
    """The lines of a beancount journal (version 3)."""
    yield 'option "title" "Quotas of the park"'
    first = min((entry.draft.on for entry in entries), default=date.min)
    for name, at in accounts(entries).items():
        yield f"{first} open {name} {commodity(at.quota)}"
        yield from (f"  {key}: {_quoted(value)}" for key, value in (("park", at.park), ("for", at.ref)) if value)
    for entry in entries:
        draft = entry.draft
        yield ""
        yield f"{draft.on} * {_quoted(draft.actor)} {_quoted(draft.basis)}"
        yield f"  entry: {entry.seq}"
        facts = {"kind": draft.kind.value, "key": draft.key, "for": draft.ref, "note": draft.note, "seal": entry.hash}
        yield from (f"  {key}: {_quoted(value)}" for key, value in facts.items() if value)
        yield from (f"  {name}  {amount} {unit}" for name, amount, unit in _postings(entry))
    yield ""
    yield from (f"{claim.on} balance {claim.account}  {claim.amount} {claim.commodity}" for claim in claims(entries))


def hledger(entries: Sequence[Entry]) -> Iterator[str]:
    """The lines of an hledger journal (version 1.25 and later)."""
    yield "; Quotas of the park"
    named_cells = accounts(entries)
    yield from (f'commodity 1000. "{unit}"' for unit in sorted({commodity(at.quota) for at in named_cells.values()}))
    for name, at in named_cells.items():
        said = ", ".join(f"{key}: {_line(value)}" for key, value in (("park", at.park), ("for", at.ref)) if value)
        yield f"account {name}" + (f"  ; {said}" if said else "")
    for entry in entries:
        draft = entry.draft
        yield ""
        yield f"{draft.on} * ({entry.seq}) {_line(draft.actor)} | {_line(draft.basis)}"
        facts = {"kind": draft.kind.value, "key": draft.key, "for": draft.ref, "note": draft.note, "seal": entry.hash}
        yield from (f"    ; {key}: {_line(value)}" for key, value in facts.items() if value)
        yield from (f'    {name}  {amount} "{unit}"' for name, amount, unit in _postings(entry))
    for claim in claims(entries):
        yield ""
        yield f"{claim.on} * balance"
        yield f'    {claim.account}  0 "{claim.commodity}" =* {claim.amount} "{claim.commodity}"'


def _postings(entry: Entry) -> Iterator[tuple[str, int, str]]:
    for leg in entry.draft.legs:
        at = cell(Account(leg.park, leg.quota, leg.year), leg.bucket, leg.ref)
        yield account_name(at), leg.amount, commodity(leg.quota)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _line(text: str) -> str:
    """Words on one line; a semicolon would begin a comment and a bar the next part, so they are put in full width."""
    return " ".join(text.split()).replace(";", "；").replace("|", "｜").replace(",", "，")  # noqa: RUF001


Form = Callable[[Sequence[Entry]], Iterator[str]]
FORMS: Mapping[str, Form] = MappingProxyType({"beancount": beancount, "hledger": hledger})
