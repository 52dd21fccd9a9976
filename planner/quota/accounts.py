"""Whose quota, of what, for which year: the names of the book and the rules that names obey."""

from __future__ import annotations

from typing import NamedTuple

from planner.errors import UsageError
from planner.quota.entries import Bucket
from planner.text import N_, Text
from planner.units import base_unit, shown

BASELINE = "BASELINE"  # the reference under which what already runs is opened
LIST = "LIST"  # national or provincial major-project list: uncapped until it is granted something
OUTSIDERS = frozenset({"CITY", "PROVINCE"})  # stand outside the book: only ends of a transfer, without limit

# Buckets that belong to a reference; free and outside belong to the park as a whole.
HOLDING = (Bucket.OPENED, Bucket.RESERVED, Bucket.COMMITTED)

# A lot of restored land is kept in an account of its own beside the park's: "ZONE//HN-2024-07". It never goes below
# zero, so no part of a lot is used twice; the park's account holds the same amounts once more, with all others.
LOT_MARK = "//"

# Keeps every sum far inside 64 bits and inside the whole numbers a float can show.
MOST = 10**15


class Account(NamedTuple):
    """One quota of one park for one year."""

    park: str
    quota: str
    year: int


class Cell(NamedTuple):
    """One bucket of an account; ``ref`` only in the buckets that belong to a reference."""

    park: str
    quota: str
    year: int
    bucket: Bucket
    ref: str

    @property
    def account(self) -> Account:
        return Account(self.park, self.quota, self.year)


def cell(account: Account, bucket: Bucket, ref: str) -> Cell:
    """The cell in which a leg of that reference is counted."""
    return Cell(*account, bucket, ref if bucket in HOLDING else "")


def lot_park(park: str, lot: str) -> str:
    """The name under which the book keeps a lot of a park."""
    return f"{park}{LOT_MARK}{lot}"


def lot_of(park: str) -> tuple[str, str] | None:
    """The park that has a lot, and the lot, of the name of a lot's account; None for a park's own."""
    owner, mark, lot = park.partition(LOT_MARK)
    return (owner, lot) if mark else None


def lot_name(park: str) -> str:
    """The lot's own name in that of its account."""
    return park.partition(LOT_MARK)[2]


def unit_of(quota: str) -> str:
    """The unit in which a quota is shown: its name ends in it (energy_tce). Raises UnitUnknown."""
    unit = quota.rsplit("_", 1)[-1]
    base_unit(unit)
    return unit


def amount_shown(quota: str, amount: int) -> float:
    """A booked amount in the quota's unit."""
    return shown(amount, unit_of(quota))


def checked(account: Account, amount: int) -> Account:
    """The account as given, if it can have entries. Raises UsageError, UnitUnknown."""
    park, quota, year = account
    unit_of(quota)
    if not park.strip():
        raise UsageError(problem=Text(N_("The park is missing.")))
    if park in OUTSIDERS:
        raise UsageError(problem=Text(N_("{park} stands outside the book: use it only in a transfer."), park=park))
    if LOT_MARK in park:
        raise UsageError(problem=Text(N_("The code of a park cannot hold '{mark}': {park}."), mark=LOT_MARK, park=park))
    if not 1000 <= year <= 9999:
        raise UsageError(problem=Text(N_("The year {year} has not four digits."), year=year))
    if amount <= 0:
        raise UsageError(
            problem=Text(
                N_("The amount of {quota} rounds to {amount} base units; it must be above zero."),
                quota=quota,
                amount=amount,
            )
        )
    if amount > MOST:
        raise UsageError(
            problem=Text(N_("The amount of {quota} is beyond what the book can hold; check its unit."), quota=quota)
        )
    return account
