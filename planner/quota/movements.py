"""The verbs of the book: each makes one draft whose legs cancel, or refuses with the figures.

    grant     outside -> free        reserve   free -> reserved        transfer  free -> free of another park
    open      free -> opened         commit    reserved -> committed   reverse   an entry backwards
                                     release   reserved, else opened -> free

What ends (expire, carry, close) is in ``year_end``. Where a park has lots, the lots follow their park's legs.

Nothing is written here: the store chains the draft and checks it once more under its lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from planner.errors import NoAccount, NotHeld, UsageError
from planner.quota.accounts import LIST, OUTSIDERS, Account, amount_shown, checked, lot_name, lot_park, unit_of
from planner.quota.balances import Book, fence, held, standing
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg
from planner.quota.lots import Draw, LotFacts, backed, beyond, drawn, refuse_known, refuse_returned, with_lots
from planner.quota.notes import reversal_note, reverses
from planner.text import N_, Text

RESERVING = (Bucket.FREE, Bucket.RESERVED)
_FIRST, _LAST = date(1000, 1, 1), date(9998, 12, 31)  # years of four digits, with a day after it for assertions


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


def grant(
    entries: Book, warrant: Warrant, *, account: Account, amount: int, ref: str = "", lot: LotFacts | None = None
) -> Draft:
    """Quota given to a park (or to LIST) from outside; a lot where ``lot`` says which. Raises LotExists, UsageError."""
    way = (Bucket.OUTSIDE, Bucket.FREE)
    legs = legs_of(checked(account, amount), amount, ref, way)
    if lot is not None:
        refuse_known(entries, lot, account.quota)
        warrant = replace(warrant, note=lot.note())
        legs += legs_of(account._replace(park=lot_park(account.park, lot.id)), amount, ref, way)
    return fenced(entries, drafted(warrant, Kind.GRANT, legs, ref))


def open_use(entries: Book, warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """Use from before the book began: the one entry that may exceed what is granted. Raises UsageError."""
    return _moved(
        entries, warrant, Kind.OPEN, checked(account, amount), amount, _named(ref), (Bucket.FREE, Bucket.OPENED)
    )


def reserve(
    entries: Book, warrant: Warrant, *, account: Account, amount: int, ref: str, draws: Sequence[Draw] = ()
) -> Draft:
    """Free quota set aside for a reference, ``draws`` of it from these lots. Raises Overdraw, UsageError."""
    legs = legs_of(checked(account, amount), amount, _named(ref), RESERVING)
    return fenced(entries, drafted(warrant, Kind.RESERVE, [*legs, *drawn(draws, ref)], ref))


def commit(entries: Book, warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """What a reference has reserved becomes final. Raises ReservedShort (E_OVERDRAW), UsageError."""
    stand = standing(entries)
    legs = legs_of(checked(account, amount), amount, _named(ref), (Bucket.RESERVED, Bucket.COMMITTED))
    return fenced(stand, drafted(warrant, Kind.COMMIT, with_lots(stand, legs), ref))


def release(entries: Book, warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """Give back what a reference has reserved, and beyond that what was opened for it. Raises NotHeld, UsageError."""
    stand = standing(entries)
    holding = held(stand, _named(ref)).get(checked(account, amount))
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
        *legs_of(account, first, ref, (Bucket.RESERVED, Bucket.FREE)),
        *legs_of(account, amount - first, ref, (Bucket.OPENED, Bucket.FREE)),
    ]
    return fenced(stand, drafted(warrant, Kind.RELEASE, with_lots(stand, legs), ref))


def transfer(
    entries: Book,
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
    stand = standing(entries)
    ends = {park: Bucket.OUTSIDE if park in OUTSIDERS else Bucket.FREE for park in (source, target)}
    legs = [
        Leg(park, quota, year, ends[park], signed, ref) for park, signed in ((source, -amount), (target, amount))
    ]
    # What is free outside of lots goes first; then lots go along, whole or in part, and keep their names.
    for at, part in () if source in OUTSIDERS else beyond(stand, source, quota, amount):
        there = at.account._replace(park=lot_park(target, lot_name(at.park)))
        legs += [Leg(*at.account, Bucket.FREE, -part, ref), Leg(*there, ends[target], part, ref)]
    return fenced(stand, drafted(warrant, Kind.TRANSFER, legs, ref))


def reserve_many(
    entries: Book,
    warrant: Warrant,
    *,
    park: str,
    ref: str,
    asks: Sequence[Ask | tuple[str, int, int]],
    draws: Sequence[Draw] = (),
) -> Draft:
    """Land and energy of all years in one entry, or nothing.

    Parameters: ``asks`` in the order in which a shortage is to be named; an amount of 0 is left out; ``draws`` the
    parts of lots that stand behind them. Raises NoAccount for an account the book does not know (LIST needs none),
    Overdraw, UsageError.
    """
    stand, legs = standing(entries), []
    known = {at.account for at in stand.cells}
    for ask in (Ask(*ask) for ask in asks):
        if not ask.amount:
            continue
        account = checked(Account(ask.park or park, ask.quota, ask.year), ask.amount)
        if account.park != LIST and account not in known:
            raise NoAccount(park=account.park, quota=Text(account.quota), year=account.year)
        legs += legs_of(account, ask.amount, _named(ref), RESERVING)
    return fenced(stand, drafted(warrant, Kind.RESERVE, [*legs, *drawn(draws, ref)], _named(ref)))


def reverse(entries: Iterable[Entry], warrant: Warrant, *, seq: int) -> Draft:
    """The entry that undoes another; both stay in the book. The only way back for what is committed. Each entry is
    reversed at most once: what was brought back stands by the entry that did so, and goes by reversing that.

    Raises UsageError (no such entry, or already reversed), Overdraw or NotHeld when what it gave is used, LotExists.
    """
    entries = tuple(entries)
    undone = next((entry.draft for entry in entries if entry.seq == seq), None)
    if undone is None:
        raise UsageError(problem=Text(N_("There is no entry {seq} in the book."), seq=seq))
    stand = standing(entries)
    by, stands = stand.undone.get(seq), stand.stands_by(seq)
    if by is not None and stands is not None:
        raise UsageError(problem=Text(N_("Entry {seq} was reversed by entry {by} and brought back by entry {stands}. "
                                         "Reverse entry {stands}."), seq=seq, by=by, stands=stands))
    if by is not None:
        raise UsageError(problem=Text(N_("Entry {seq} is already reversed by entry {by}."), seq=seq, by=by))
    if undone.kind is Kind.CLOSE and reverses(undone.note) is not None:
        raise UsageError(problem=Text(N_("Entry {seq} opened a year again. Close the year anew: what it stood at may "
                                         "have changed."), seq=seq))
    refuse_returned(stand, seq)
    legs = [Leg(leg.park, leg.quota, leg.year, leg.bucket, -leg.amount, leg.ref) for leg in undone.legs]
    said = replace(warrant, note=reversal_note(seq, warrant.note))
    return fenced(stand, drafted(said, undone.kind, legs, undone.ref))


def _moved(
    entries: Book,
    warrant: Warrant,
    kind: Kind,
    account: Account,
    amount: int,
    ref: str,
    way: tuple[Bucket, Bucket],
) -> Draft:
    return fenced(entries, drafted(warrant, kind, legs_of(account, amount, ref, way), ref))


def legs_of(account: Account, amount: int, ref: str, way: tuple[Bucket, Bucket]) -> list[Leg]:
    """The two legs from one bucket of an account to another; none for nothing."""
    return [Leg(*account, way[0], -amount, ref), Leg(*account, way[1], amount, ref)] if amount else []


def drafted(warrant: Warrant, kind: Kind, legs: Sequence[Leg], ref: str) -> Draft:
    """Legs with what stands behind them. Raises UsageError for a warrant that lacks something."""
    for name, value in (("basis", warrant.basis), ("actor", warrant.actor), ("key", warrant.key)):
        if not value.strip():
            raise UsageError(problem=Text(N_("An entry needs --{option}."), option=name))
    if not _FIRST <= warrant.on <= _LAST:
        raise UsageError(problem=Text(N_("The day {on} is none that an entry can have; it lies between {first} and "
                                         "{last}."), on=warrant.on, first=_FIRST, last=_LAST))
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


def fenced(entries: Book, draft: Draft) -> Draft:
    """The draft, if the book has what it takes. Raises Overdraw, NotHeld, YearClosed, LotsNeeded."""
    stand = standing(entries)
    fence(draft, stand)
    backed(stand, draft)
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
