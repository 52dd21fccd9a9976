"""What ends: reservations and lots that lapse, years that are carried over and closed.

Nothing lapses by itself. An account changes by a written entry only, so that no clock can bring a reservation back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from planner.errors import NoAccount, NotHeld, StoreRefused, UsageError
from planner.quota.accounts import LIST, Account, Cell, amount_shown, cell, checked, lot_of, unit_of
from planner.quota.balances import Book, Standing, YearClosed, certificate, standing
from planner.quota.entries import Bucket, Draft, Kind, Leg
from planner.quota.lots import Draw, LotUnknown, lots, way, with_lots
from planner.quota.movements import Warrant, drafted, fenced, legs_of
from planner.quota.notes import closing_note
from planner.text import N_, Text

LAPSE = (Bucket.RESERVED, Bucket.FREE)


class NothingReserved(NotHeld):
    sentence = N_("Nothing that was asked to lapse is reserved: {what}.")


class CarryRefused(StoreRefused):
    code = "E_CARRY"
    sentence = N_("Of {quota} {year} of {park} the rule lets {limit:,.10g} {unit} be carried into the next year; "
                  "{asked:,.10g} {unit} were asked. Rule: {share:.0%} of what is free ({source}).")


class StillReserved(StoreRefused):
    code = "E_RESERVED"
    sentence = N_("{year} of {park} cannot be closed: {holders} still have something reserved. Commit, release or "
                  "expire it first.")


def expire(
    entries: Book, warrant: Warrant, *, ref: str = "", park: str = "", quota: str = "", year: int | None = None
) -> Draft:
    """Everything reserved that fits what is named lapses in one entry: of a reference, or of a park and year.

    Raises NothingReserved, UsageError.
    """
    if not ref.strip() and not (park and year):
        raise UsageError(problem=Text(N_("Say whose reservations lapse: --for, or --park with --year.")))
    stand = standing(entries)
    legs = _reserved(stand, ref, park, quota, year)
    if not legs:
        what = " ".join(str(part) for part in (ref, park, quota, year) if part)
        raise NothingReserved(what=what)
    return fenced(stand, drafted(warrant, Kind.EXPIRE, with_lots(stand, legs), ref))


def give_back(entries: Book, warrant: Warrant, *, ref: str, kind: Kind) -> Draft | None:
    """Everything that a reference still has reserved goes back in one entry (release or expire); None for nothing.

    What is committed stays: only a correcting entry reverses it. Raises YearClosed.
    """
    stand = standing(entries)
    legs = _reserved(stand, ref, "", "", None)
    return fenced(stand, drafted(warrant, kind, with_lots(stand, legs), ref)) if legs else None


def _reserved(stand: Standing, ref: str, park: str, quota: str, year: int | None) -> list[Leg]:
    legs: list[Leg] = []
    for at, amount in stand.of_ref(ref) if ref else list(stand.cells.items()):
        named = ref in ("", at.ref) and park in ("", at.park) and quota in ("", at.quota) and year in (None, at.year)
        if named and amount > 0 and at.bucket is Bucket.RESERVED and lot_of(at.park) is None:
            legs += legs_of(at.account, amount, at.ref, LAPSE)
    return legs


def expire_part(entries: Book, warrant: Warrant, *, account: Account, amount: int, ref: str) -> Draft:
    """A part of what a reference has reserved in one account lapses. Raises NotHeld, UsageError."""
    stand = standing(entries)
    legs = with_lots(stand, legs_of(checked(account, amount), amount, ref, LAPSE))
    return fenced(stand, drafted(warrant, Kind.EXPIRE, legs, ref))


def expire_lot(entries: Book, warrant: Warrant, *, park: str, lot: str, quota: str = "") -> Draft:
    """What is free of a lot leaves the book, and the park's account with it. Raises LotUnknown, Overdraw."""
    stand, legs = standing(entries), list[Leg]()
    for found in lots(stand, park):
        if found.facts.id != lot or quota not in ("", found.quota) or not found.free:
            continue
        legs += way(found.account, found.free, "", Bucket.FREE, Bucket.OUTSIDE)
        for draw in _oldest_free(stand.cells.items(), park, found.quota, found.free):
            legs += way(draw.account, draw.amount, "", Bucket.FREE, Bucket.OUTSIDE)
    if not legs:
        raise LotUnknown(park=park, lot=lot)
    return fenced(stand, drafted(warrant, Kind.EXPIRE, legs, ""))


def _oldest_free(cells: Iterable[tuple[Cell, int]], park: str, quota: str, amount: int) -> list[Draw]:
    """From which of a park's accounts an amount is taken: the oldest first; what is short falls on the last."""
    free = sorted(
        (at.year, there) for at, there in cells if (at.park, at.quota, at.bucket) == (park, quota, Bucket.FREE)
    )
    draws, left = [], amount
    for place, (year, there) in enumerate(free, 1):
        part = left if place == len(free) else max(0, min(left, there))
        draws += [Draw(Account(park, quota, year), part)] if part else []
        left -= part
    return draws


def carry(
    entries: Book, warrant: Warrant, *, account: Account, share: Fraction, source: str, amount: int | None = None
) -> Draft:
    """Free quota into the next year's account, as much as the rule lets; all of that when no amount is given.

    Parameters: ``share`` of what is free at the year's end, as the rule in force says; ``source`` who says so.
    Raises CarryRefused, UsageError.
    """
    stand = standing(entries)
    if account.park == LIST:
        raise UsageError(problem=Text(N_("What is charged to {park} is not carried over."), park=LIST))
    free = stand.amount(cell(account, Bucket.FREE, ""))
    carried = stand.carried.get(account, 0)
    limit = max(0, int(share * (free + carried)) - carried)
    asked = limit if amount is None else amount
    if asked > limit or not limit:
        raise CarryRefused(
            quota=Text(account.quota),
            year=account.year,
            park=account.park,
            unit=unit_of(account.quota),
            limit=amount_shown(account.quota, limit),
            asked=amount_shown(account.quota, asked),
            share=float(share),
            source=source,
        )
    target = checked(account, asked)._replace(year=account.year + 1)
    legs = [Leg(*account, Bucket.FREE, -asked), Leg(*target, Bucket.FREE, asked)]
    return fenced(stand, drafted(warrant, Kind.CARRY, legs, ""))


def close(entries: Book, warrant: Warrant, *, park: str, year: int) -> Draft:
    """Certify what every account of a park stood at in a year. From then on the year takes no entry.

    Raises NoAccount (nothing to close), StillReserved, YearClosed.
    """
    stand = standing(entries)
    certified = certificate(stand, park, year)
    if not certified:
        raise NoAccount(park=park, quota=Text(N_("any quota")), year=year)
    by = stand.closed_by(park, year)
    if by is not None:
        raise YearClosed(park=park, year=year, by=by)
    holders = sorted({
        at.ref for at, n in stand.cells.items() if (at.park, at.year, at.bucket) == (park, year, Bucket.RESERVED) and n
    })
    if holders:
        raise StillReserved(park=park, year=year, holders=", ".join(holders))
    draft = drafted(warrant, Kind.CLOSE, (), "")
    return replace(draft, note=closing_note(park, year, certified))
