"""The verbs of the book: each makes one draft whose legs cancel, or refuses with the figures.

    grant     outside -> free        reserve   free -> reserved        transfer  free -> free of another park
    open      free -> opened         commit    reserved -> committed   reverse   an entry backwards
                                     release   reserved, else opened -> free

Nothing is written here: the store chains the draft and checks it once more under its lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from planner.errors import NoAccount, NotHeld, UsageError
from planner.quota.accounts import LIST, OUTSIDERS, Account, amount_shown, checked, unit_of
from planner.quota.balances import fence, held, standing
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg
from planner.text import N_, Text


@dataclass(frozen=True)
class Warrant:
    """What stands behind an entry: its day, the document, the person, and the key under which it happens once."""

    on: date
    basis: str
    actor: str
    key: str
    note: str = ""


class Ask(NamedTuple):
    """``amount`` base units of one quota in one year; ``park`` only where it is not the park of the whole entry."""

    quota: str
    year: int
    amount: int
    park: str = ""


def grant(entries: Iterable[Entry], warrant: Warrant, *, account: Account, amount: int, ref: str = "") -> Draft:
    """Quota given to a park (or to LIST) from outside. Raises UsageError."""
    return _moved(entries, warrant, Kind.GRANT, checked(account, amount), amount, ref, (Bucket.OUTSIDE, Bucket.FREE))


def open_use(entries: Iterable[Entry], warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """Use from before the book began: the one entry that may exceed what is granted. Raises UsageError."""
    return _moved(
        entries, warrant, Kind.OPEN, checked(account, amount), amount, _named(ref), (Bucket.FREE, Bucket.OPENED)
    )


def reserve(entries: Iterable[Entry], warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """Free quota set aside for a reference. Raises Overdraw, UsageError."""
    return _moved(
        entries, warrant, Kind.RESERVE, checked(account, amount), amount, _named(ref), (Bucket.FREE, Bucket.RESERVED)
    )


def commit(entries: Iterable[Entry], warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """What a reference has reserved becomes final. Raises ReservedShort (E_OVERDRAW), UsageError."""
    return _moved(
        entries,
        warrant,
        Kind.COMMIT,
        checked(account, amount),
        amount,
        _named(ref),
        (Bucket.RESERVED, Bucket.COMMITTED),
    )


def release(entries: Iterable[Entry], warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """Give back what a reference has reserved, and beyond that what was opened for it. Raises NotHeld, UsageError."""
    entries = tuple(entries)
    holding = held(entries, _named(ref)).get(checked(account, amount))
    reserved, opened = (holding.reserved, holding.opened) if holding else (0, 0)
    if amount > reserved + opened:
        raise NotHeld(
            ref=ref,
            quota=account.quota,
            year=account.year,
            unit=unit_of(account.quota),
            held=amount_shown(account.quota, reserved + opened),
            asked=amount_shown(account.quota, amount),
        )
    first = min(amount, reserved)
    legs = [
        *_legs(account, first, ref, (Bucket.RESERVED, Bucket.FREE)),
        *_legs(account, amount - first, ref, (Bucket.OPENED, Bucket.FREE)),
    ]
    return _fenced(entries, _draft(warrant, Kind.RELEASE, legs, ref))


def transfer(
    entries: Iterable[Entry],
    warrant: Warrant,
    *,
    source: str,
    target: str,
    quota: str,
    year: int,
    amount: int,
    ref: str = "",
) -> Draft:
    """Free quota of one park to another. PROVINCE and CITY stand outside and are not limited.

    Raises Overdraw (the giving park), UsageError.
    """
    inside = [park for park in (source, target) if park not in OUTSIDERS]
    if source == target or not inside:
        raise UsageError(
            problem=Text(
                N_(
                    "A transfer goes between two parks, or between a park and the province or city, "
                    "not from {source} to {target}."
                ),
                source=source,
                target=target,
            )
        )
    for park in inside:
        checked(Account(park, quota, year), amount)
    legs = [
        Leg(park, quota, year, Bucket.OUTSIDE if park in OUTSIDERS else Bucket.FREE, signed, ref)
        for park, signed in ((source, -amount), (target, amount))
    ]
    return _fenced(entries, _draft(warrant, Kind.TRANSFER, legs, ref))


def reserve_many(
    entries: Iterable[Entry], warrant: Warrant, *, park: str, ref: str, asks: Sequence[Ask | tuple[str, int, int]]
) -> Draft:
    """Land and energy of all years in one entry, or nothing.

    Parameters: ``asks`` in the order in which a shortage is to be named; an amount of 0 is left out. Raises
    NoAccount for an account the book does not know (LIST needs none), Overdraw, UsageError.
    """
    entries, legs = tuple(entries), []
    known = {at.account for at in standing(entries).cells}
    for ask in (Ask(*ask) for ask in asks):
        if not ask.amount:
            continue
        account = checked(Account(ask.park or park, ask.quota, ask.year), ask.amount)
        if account.park != LIST and account not in known:
            raise NoAccount(park=account.park, quota=Text(account.quota), year=account.year)
        legs += _legs(account, ask.amount, _named(ref), (Bucket.FREE, Bucket.RESERVED))
    return _fenced(entries, _draft(warrant, Kind.RESERVE, legs, _named(ref)))


def reverse(entries: Iterable[Entry], warrant: Warrant, *, seq: int) -> Draft:
    """The entry that undoes another; both stay in the book. The only way back for what is committed.

    Raises UsageError (no such entry, or already reversed), Overdraw or NotHeld when what it gave is used.
    """
    entries, note = tuple(entries), f"reverses {seq}"
    undone = next((entry.draft for entry in entries if entry.seq == seq), None)
    if undone is None:
        raise UsageError(problem=Text(N_("There is no entry {seq} in the book."), seq=seq))
    for entry in entries:
        if entry.draft.note.split("; ")[0] == note:
            raise UsageError(problem=Text(N_("Entry {seq} is already reversed by entry {by}."), seq=seq, by=entry.seq))
    legs = [Leg(leg.park, leg.quota, leg.year, leg.bucket, -leg.amount, leg.ref) for leg in undone.legs]
    said = "; ".join(part for part in (note, warrant.note) if part)
    return _fenced(
        entries,
        _draft(Warrant(warrant.on, warrant.basis, warrant.actor, warrant.key, said), undone.kind, legs, undone.ref),
    )


def _moved(
    entries: Iterable[Entry],
    warrant: Warrant,
    kind: Kind,
    account: Account,
    amount: int,
    ref: str,
    way: tuple[Bucket, Bucket],
) -> Draft:
    return _fenced(entries, _draft(warrant, kind, _legs(account, amount, ref, way), ref))


def _legs(account: Account, amount: int, ref: str, way: tuple[Bucket, Bucket]) -> list[Leg]:
    """The two legs from one bucket of an account to another; none for nothing."""
    return [Leg(*account, way[0], -amount, ref), Leg(*account, way[1], amount, ref)] if amount else []


def _draft(warrant: Warrant, kind: Kind, legs: Sequence[Leg], ref: str) -> Draft:
    for name, value in (("basis", warrant.basis), ("actor", warrant.actor), ("key", warrant.key)):
        if not value.strip():
            raise UsageError(problem=Text(N_("An entry needs --{option}."), option=name))
    return Draft(
        kind=kind,
        on=warrant.on,
        basis=warrant.basis,
        actor=warrant.actor,
        key=warrant.key,
        legs=tuple(legs),
        ref=ref,
        note=warrant.note,
    )


def _fenced(entries: Iterable[Entry], draft: Draft) -> Draft:
    fence(draft, standing(entries))
    return draft


def _named(ref: str) -> str:
    if not ref.strip():
        raise UsageError(problem=Text(N_("An entry needs --{option}."), option="for"))
    return ref


Movement = Callable[..., Draft]

# The verbs that move quota inside one account, by the name the command line gives them.
MOVEMENTS: Mapping[str, Movement] = MappingProxyType(
    {
        "grant": grant,
        "open": open_use,
        "reserve": reserve,
        "commit": commit,
        "release": release,
    }
)
