"""What stands in the book: folds over entries. A balance is never the truth, the entries are.

free + opened + reserved + committed = granted, in every account and at every time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from planner.errors import NotHeld, Overdraw, ReservedShort, StoreRefused
from planner.quota.accounts import HOLDING, LIST, OUTSIDERS, Account, Cell, amount_shown, cell, lot_of, unit_of
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg
from planner.quota.notes import FIGURES, Certificate, closed_years, facts_of, reverses
from planner.text import N_, Text

GRANTING = (Kind.GRANT, Kind.TRANSFER)  # the kinds that make or move what stands granted


class YearClosed(StoreRefused):
    code = "E_CLOSED"
    sentence = N_("{year} of {park} was closed by entry {by}. To correct it, reverse that entry first, then close "
                  "anew.")


class Stand(Protocol):
    """What the fence asks of whoever knows what stands."""

    def amount(self, at: Cell) -> int: ...
    def is_granted(self, account: Account) -> bool: ...
    def closed_by(self, park: str, year: int) -> int | None: ...


@dataclass(frozen=True)
class AccountBalance:
    """One account in whole base units of its quota. ``granted`` includes transfers; ``overrun`` says that opened use
    exceeds what was granted. An ungranted LIST is uncapped: its negative free is no overrun."""

    park: str
    quota: str
    year: int
    granted: int
    opened: int
    reserved: int
    committed: int
    free: int
    overrun: bool


@dataclass(frozen=True)
class Held:
    """What one reference holds of one account, in base units."""

    opened: int = 0
    reserved: int = 0
    committed: int = 0

    @property
    def total(self) -> int:
        return self.opened + self.reserved + self.committed


@dataclass(frozen=True)
class Reference:
    """One user of a park's quotas (a case, a project, BASELINE) with what it holds, base units by (quota, year)."""

    ref: str
    amounts: Mapping[tuple[str, int], int]


@dataclass
class Standing:
    """Everything that stands after some entries: amounts by cell, the accounts something was granted to, what was
    carried out of an account into the next year, the entries that closed a year or granted a lot (lot, quota), the note
    and the document of each lot, which entry undoes which, which lots an entry took out again, how many entries."""

    cells: dict[Cell, int] = field(default_factory=lambda: defaultdict(int))
    granted: set[Account] = field(default_factory=set)
    carried: dict[Account, int] = field(default_factory=lambda: defaultdict(int))
    closed: dict[tuple[str, int], int] = field(default_factory=dict)
    lots: dict[tuple[str, str], int] = field(default_factory=dict)
    lot_notes: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    undone: dict[int, int] = field(default_factory=dict)
    entries: int = 0
    _closings: list[tuple[int, str]] = field(default_factory=list)
    lots_back: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)
    # Where to look: the cells of a reference, and of a park's lots by quota, as they were first written. Copies share
    # them; a cell that only another copy has counts as empty.
    _of_ref: dict[str, dict[Cell, None]] = field(default_factory=lambda: defaultdict(dict))
    _of_lots: dict[tuple[str, str], dict[Cell, None]] = field(default_factory=lambda: defaultdict(dict))

    def copy(self) -> Standing:
        """One to add to while others still read this one."""
        return Standing(
            self.cells.copy(),
            set(self.granted),
            self.carried.copy(),
            dict(self.closed),
            dict(self.lots),
            dict(self.lot_notes),
            dict(self.undone),
            self.entries,
            list(self._closings),
            dict(self.lots_back),
            self._of_ref,
            self._of_lots,
        )

    def amount(self, at: Cell) -> int:
        return self.cells.get(at, 0)

    def is_granted(self, account: Account) -> bool:
        return account in self.granted

    def closed_by(self, park: str, year: int) -> int | None:
        return self.closed.get((park, year))

    def stands_by(self, seq: int) -> int | None:
        """The entry by which entry ``seq`` stands: itself, or what undid its reversal; None where it is undone."""
        while seq in self.undone:
            by = self.undone[seq]
            if by not in self.undone:
                return None
            seq = self.undone[by]
        return seq

    def of_ref(self, ref: str) -> list[tuple[Cell, int]]:
        """What stands in the cells of a reference, those of lots too, as they were first written."""
        return [(at, self.amount(at)) for at in list(self._of_ref.get(ref, ()))]

    def of_lots(self, park: str, quota: str) -> list[tuple[Cell, int]]:
        """What stands in the cells of a park's lots, as they were first written."""
        return [(at, self.amount(at)) for at in list(self._of_lots.get((park, quota), ()))]

    def in_lots(self) -> Iterator[tuple[Cell, int]]:
        """What stands in the cells of all lots."""
        return ((at, self.amount(at)) for cells in list(self._of_lots.values()) for at in list(cells))

    def put(self, at: Cell, amount: int) -> None:
        """More (or less) in a cell."""
        if at not in self.cells:
            if at.ref:
                self._of_ref[at.ref][at] = None
            lot = lot_of(at.park)
            if lot is not None:
                self._of_lots[lot[0], at.quota][at] = None
        self.cells[at] += amount

    def add(self, draft: Draft) -> None:
        self.meet(self.entries + 1, draft)
        self.entries += 1
        for leg in draft.legs:
            account = Account(leg.park, leg.quota, leg.year)
            self.put(cell(account, leg.bucket, leg.ref), leg.amount)
            if draft.kind in GRANTING and leg.bucket is Bucket.FREE:
                self.granted.add(account)

    def meet(self, seq: int, draft: Draft) -> None:
        """What entry ``seq`` says beside its amounts."""
        back = reverses(draft.note)
        if back is not None:
            self.undone[back] = seq
        if draft.kind is Kind.CLOSE:
            self._closings.append((seq, draft.note))
            self.closed = closed_years(self._closings)
        elif draft.kind is Kind.GRANT and draft.note:
            self._meet_lot(seq, draft, back)
        elif draft.kind is Kind.CARRY:
            first = min((leg.year for leg in draft.legs), default=0)
            for leg in draft.legs:
                if leg.year > first:
                    self.carried[Account(leg.park, leg.quota, first)] += leg.amount

    def _meet_lot(self, seq: int, draft: Draft, back: int | None) -> None:
        lot = facts_of(draft.note).get("lot")
        if lot is not None:
            which = str(lot["id"]), draft.legs[0].quota
            self.lots[which] = seq
            self.lot_notes[which] = draft.note, draft.basis
        elif back is not None and back in self.lots_back:  # the reversal of a grant is itself undone
            self.lots |= dict.fromkeys(self.lots_back.pop(back), seq)
        else:
            self.lots_back[seq] = {which: by for which, by in self.lots.items() if by == back}
            self.lots = {which: by for which, by in self.lots.items() if by != back}


Book = Standing | Iterable[Entry]


def standing(entries: Book) -> Standing:
    """The fold of all entries, O(legs); what is folded already stays as it is."""
    if isinstance(entries, Standing):
        return entries
    stand = Standing()
    for entry in entries:
        stand.add(entry.draft)
    return stand


def balances(entries: Book) -> tuple[AccountBalance, ...]:
    """Every account of the book by park, quota and year; CITY and PROVINCE stand outside and are not listed, nor are
    lots, whose amounts are in the accounts of their park."""
    stand = standing(entries)
    sums: dict[Account, dict[Bucket, int]] = defaultdict(lambda: defaultdict(int))
    for at, amount in stand.cells.items():
        if at.park not in OUTSIDERS and lot_of(at.park) is None:
            sums[at.account][at.bucket] += amount
    return tuple(_balance(account, sums[account], stand.is_granted(account)) for account in sorted(sums))


def _balance(account: Account, sums: Mapping[Bucket, int], granted: bool) -> AccountBalance:
    inside = sum(amount for bucket, amount in sums.items() if bucket is not Bucket.OUTSIDE)
    free = sums.get(Bucket.FREE, 0)
    uncapped = account.park == LIST and not granted
    return AccountBalance(
        *account,
        granted=inside,
        opened=sums.get(Bucket.OPENED, 0),
        reserved=sums.get(Bucket.RESERVED, 0),
        committed=sums.get(Bucket.COMMITTED, 0),
        free=free,
        overrun=free < 0 and not uncapped,
    )


def shut(entries: Book, park: str) -> dict[tuple[str, int], int]:
    """What is free in the closed years of a park, base units by (quota, year): nobody can draw on it."""
    stand = standing(entries)
    return {(at.quota, at.year): amount for at, amount in stand.cells.items()
            if at.park == park and at.bucket is Bucket.FREE and amount > 0
            and stand.closed_by(park, at.year) is not None}


def certificate(entries: Book, park: str, year: int) -> Certificate:
    """What each account of a park stands at in a year, whole base units: what its close certifies."""
    return {
        row.quota: {name: getattr(row, name) for name in FIGURES}
        for row in balances(entries)
        if (row.park, row.year) == (park, year)
    }


def free(entries: Book, account: Account) -> int | None:
    """What is free in one account, base units (negative when overrun); None when the book has no such account."""
    found = next((row for row in balances(entries) if (row.park, row.quota, row.year) == account), None)
    return found.free if found else None


def held(entries: Book, ref: str) -> dict[Account, Held]:
    """What a reference holds, by account; accounts in which it holds nothing any more are left out."""
    found: dict[Account, dict[str, int]] = defaultdict(dict)
    for at, amount in standing(entries).of_ref(ref):
        if amount:
            found[at.account][at.bucket.value] = amount
    return {account: Held(**amounts) for account, amounts in found.items()}


def references(entries: Book, park: str) -> tuple[Reference, ...]:
    """Who holds something of a park (BASELINE too), in the order of their first entry there."""
    amounts: dict[str, dict[tuple[str, int], int]] = defaultdict(lambda: defaultdict(int))
    for at, amount in standing(entries).cells.items():  # cells stand in the order they were first written
        if at.park == park and at.bucket in HOLDING:
            amounts[at.ref][at.quota, at.year] += amount
    alive = {ref: {key: n for key, n in by.items() if n} for ref, by in amounts.items()}
    return tuple(Reference(ref, by) for ref, by in alive.items() if by)


def fence(draft: Draft, stand: Stand) -> None:
    """Refuse a draft of which a leg would take more than there is, or touch a closed year; the legs count in turn.

    What may go below zero: ``outside``; ``free`` by kind open (a fact, not a decision); ``free`` of an
    ungranted LIST by kind reserve. Raises Overdraw, ReservedShort, NotHeld, YearClosed.
    """
    now: dict[Cell, int] = {}
    for leg in draft.legs:
        at = cell(Account(leg.park, leg.quota, leg.year), leg.bucket, leg.ref)
        by = stand.closed_by(leg.park, leg.year)
        if by is not None:
            raise YearClosed(park=leg.park, year=leg.year, by=by)
        before = now.get(at, stand.amount(at))
        now[at] = before + leg.amount
        if leg.amount < 0 and now[at] < 0 and not _may_sink(draft.kind, at, stand):
            raise _short(draft, leg, before)


def _may_sink(kind: Kind, at: Cell, stand: Stand) -> bool:
    if at.bucket is Bucket.OUTSIDE:
        return True
    if at.bucket is not Bucket.FREE:
        return False
    return kind is Kind.OPEN or (kind is Kind.RESERVE and at.park == LIST and not stand.is_granted(at.account))


def _short(draft: Draft, leg: Leg, before: int) -> Overdraw | NotHeld:
    asked, there = amount_shown(leg.quota, -leg.amount), amount_shown(leg.quota, before)
    where = {"park": leg.park, "quota": leg.quota, "year": leg.year}
    facts: dict[str, Any] = {"quota": Text(leg.quota), "year": leg.year, "unit": unit_of(leg.quota), "asked": asked,
                             "where": where}
    if leg.bucket is Bucket.FREE:
        return Overdraw(**facts, park=leg.park, free=there, short_by=asked - there)
    if leg.bucket is Bucket.RESERVED and draft.kind is Kind.COMMIT:
        return ReservedShort(**facts, park=leg.park, ref=leg.ref, free=there, short_by=asked - there)
    return NotHeld(**facts, ref=leg.ref, held=there)
