"""Lots of restored land: what each is, what is left of it, who holds it.

A lot is an accepted batch of one offset quota: quantity, paddy or grain capacity, which are deducted separately and
never netted (国土资规〔2017〕13号). Its facts stand in the note of the entry that granted it; its amounts stand in an
account of its own, moved by the entry that moves the park's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from planner.errors import Overdraw, StoreRefused
from planner.quota.accounts import OUTSIDERS, Account, Cell, amount_shown, lot_of, lot_park, unit_of
from planner.quota.balances import Book, Standing, standing
from planner.quota.entries import Bucket, Draft, Kind, Leg
from planner.quota.notes import facts_of, noted
from planner.text import N_, Text

_READ: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"expiry": date.fromisoformat, "price_yuan": Decimal, "lon": float, "lat": float}
)


class LotExists(StoreRefused):
    code = "E_LOT"
    sentence = N_("The lot '{lot}' of {quota} is in the book already, by entry {by}. Each lot is granted once; give "
                  "another batch its own name.")


class LotUnknown(StoreRefused):
    code = "E_LOT"
    sentence = N_("{park} has no lot '{lot}' with something free.")


class LotsNeeded(Overdraw):
    sentence = N_("Of {quota} of {park} {free:,.10g} {unit} are free outside of lots; {asked:,.10g} {unit} were asked, "
                  "{short_by:,.10g} {unit} more. The rest lies in lots that cannot serve it: see 'planner lots list'.")


@dataclass(frozen=True)
class LotFacts:
    """A lot as its acceptance states it. ``price_yuan`` is for one ``price_unit`` (mu, ha, m2, kg); ``lon`` and ``lat``
    are CGCS2000 degrees."""

    id: str
    county: str = ""
    city: str = ""
    province: str = ""
    expiry: date | None = None
    price_yuan: Decimal | None = None
    price_unit: str = ""
    lon: float | None = None
    lat: float | None = None

    def note(self) -> str:
        """The facts as the note of the entry that grants the lot; what is not known is left out."""
        return noted(lot={name: _said(value) for name, value in asdict(self).items() if value not in (None, "")})


@dataclass(frozen=True)
class Lot:
    """A lot, or the part of it that one park has: base units of its quota. ``holders`` is what each reference has
    reserved or committed."""

    facts: LotFacts
    park: str
    quota: str
    year: int
    free: int
    reserved: int
    committed: int
    document: str = ""
    holders: Mapping[str, int] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        return Account(lot_park(self.park, self.facts.id), self.quota, self.year)

    def expired(self, on: date) -> bool:
        """Whether its last day lies before a day; a lot without one does not expire."""
        return self.facts.expiry is not None and self.facts.expiry < on


@dataclass(frozen=True)
class Draw:
    """A part of a lot, base units."""

    account: Account
    amount: int


def lots(book: Book, park: str | None = None) -> tuple[Lot, ...]:
    """Every lot with something in it, of one park or of all, by park, quota, expiry and name."""
    stand = standing(book)
    sums: dict[Account, dict[Bucket, int]] = defaultdict(lambda: defaultdict(int))
    holders: dict[Account, dict[str, int]] = defaultdict(dict)
    for at, amount in stand.in_lots():
        if amount:
            sums[at.account][at.bucket] += amount
            if at.ref:
                holders[at.account][at.ref] = holders[at.account].get(at.ref, 0) + amount
    found = []
    for account, by in sums.items():
        owner, name = lot_of(account.park) or ("", "")
        if owner in OUTSIDERS or park not in (None, owner):
            continue
        if any(by[bucket] for bucket in (Bucket.FREE, Bucket.RESERVED, Bucket.COMMITTED)):
            note, document = stand.lot_notes[name, account.quota]
            found.append(
                Lot(
                    facts_from(facts_of(note)["lot"]),
                    owner,
                    account.quota,
                    account.year,
                    by[Bucket.FREE],
                    by[Bucket.RESERVED],
                    by[Bucket.COMMITTED],
                    document,
                    holders[account],
                )
            )
    return tuple(sorted(found, key=lambda lot: (lot.park, lot.quota, lot.facts.expiry or date.max, lot.facts.id)))


def facts_from(stated: Mapping[str, Any]) -> LotFacts:
    """The facts of a lot as they stand in a note."""
    return LotFacts(**{name: _READ.get(name, str)(value) for name, value in stated.items()})


def refuse_known(book: Book, facts: LotFacts, quota: str) -> None:
    """A lot enters the book once. Raises LotExists."""
    by = standing(book).lots.get((facts.id, quota))
    if by is not None:
        raise LotExists(lot=facts.id, quota=Text(quota), by=by)


def refuse_returned(stand: Standing, seq: int) -> None:
    """To undo the entry that took a lot out grants it again: not where it was granted anew since. Raises LotExists."""
    for lot, quota in stand.lots_back.get(seq, ()):
        if (lot, quota) in stand.lots:
            raise LotExists(lot=lot, quota=Text(quota), by=stand.lots[lot, quota])


def with_lots(stand: Standing, legs: Sequence[Leg]) -> list[Leg]:
    """The legs of a park with those by which the lots of the same reference follow it: from bucket to bucket alike.

    Legs come in pairs, out and in. Parts of lots are taken in the order in which they stand in the book, until the
    amount is reached or no lot is left.
    """
    moved, used = list(legs), dict[Cell, int]()
    for out, into in zip(legs[::2], legs[1::2], strict=True):
        left = -out.amount
        for at, there in held_parts(stand, out.park, out.quota, out.bucket, out.ref):
            part = min(left, there - used.get(at, 0))
            if part > 0:
                moved += way(at.account, part, out.ref, out.bucket, into.bucket)
                used[at] = used.get(at, 0) + part
                left -= part
    return moved


def held_parts(stand: Standing, park: str, quota: str, bucket: Bucket, ref: str) -> list[tuple[Cell, int]]:
    """Parts of lots of a park in one bucket, those of ``ref`` only where the bucket belongs to a reference."""
    return [
        (at, amount)
        for at, amount in stand.of_lots(park, quota)
        if amount > 0 and at.bucket is bucket and (bucket is Bucket.FREE or at.ref == ref)
    ]


def drawn(draws: Iterable[Draw], ref: str) -> list[Leg]:
    """The legs by which parts of lots are reserved for a reference."""
    return [leg for draw in draws for leg in way(draw.account, draw.amount, ref, Bucket.FREE, Bucket.RESERVED)]


def beyond(stand: Standing, park: str, quota: str, amount: int) -> list[tuple[Cell, int]]:
    """The parts of a park's lots, in the order of the book, by which an amount exceeds what is free outside of them."""
    parts, (outside, _) = [], free_of(stand, park, quota)
    left = amount - max(outside, 0)
    for at, there in held_parts(stand, park, quota, Bucket.FREE, ""):
        part = min(left, there)
        parts += [(at, part)] if part > 0 else []
        left -= max(part, 0)
    return parts


def free_of(stand: Standing, park: str, quota: str) -> tuple[int, int]:
    """What is free of a quota in all years: outside of lots, and in lots."""
    total = sum(n for at, n in stand.cells.items() if (at.park, at.quota, at.bucket) == (park, quota, Bucket.FREE))
    lotted = lotted_of(stand, park, quota)
    return total - lotted, lotted


def lotted_of(stand: Standing, park: str, quota: str) -> int:
    """What is free of a quota in the lots of a park."""
    return sum(n for _, n in held_parts(stand, park, quota, Bucket.FREE, ""))


def way(account: Account, amount: int, ref: str, source: Bucket, target: Bucket) -> list[Leg]:
    """A part of a lot from one bucket to another."""
    return [Leg(*account, source, -amount, ref), Leg(*account, target, amount, ref)]


def backed(stand: Standing, draft: Draft) -> None:
    """Refuse a draft that takes from the park what only its lots still cover: the lots must be named.

    An opening is a fact and may. Raises LotsNeeded.
    """
    if draft.kind is Kind.OPEN:
        return
    changes: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for leg in draft.legs:
        if leg.bucket is Bucket.FREE:
            of = lot_of(leg.park)
            changes[of[0] if of else leg.park, leg.quota][1 if of else 0] += leg.amount
    for (park, quota), (own, in_lots) in changes.items():
        if own >= in_lots or park in OUTSIDERS or not lotted_of(stand, park, quota):
            continue
        outside, _ = free_of(stand, park, quota)
        asked = in_lots - own
        if asked > outside:
            raise LotsNeeded(
                park=park,
                quota=Text(quota),
                unit=unit_of(quota),
                asked=amount_shown(quota, asked),
                free=amount_shown(quota, max(outside, 0)),
                short_by=amount_shown(quota, asked - max(outside, 0)),
            )


def _said(value: Any) -> Any:
    return value if isinstance(value, float) else str(value)
