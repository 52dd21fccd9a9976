"""The words of the book: entries of legs that cancel out, in whole base units.

Amounts are integers of m2, kg, kgce or kgCO2 (``planner.units.booked``), never floats. An account is a
(park, quota, year, bucket); a stock such as an offset is kept under the year it was granted for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

RESERVED_NAMES = frozenset({"LIST", "CITY", "PROVINCE"})


class Bucket(StrEnum):
    OUTSIDE = "outside"  # where grants and transfers come from; may go below zero
    FREE = "free"
    OPENED = "opened"
    RESERVED = "reserved"
    COMMITTED = "committed"


TAKEN = (Bucket.RESERVED, Bucket.COMMITTED)  # what a reference holds

class Kind(StrEnum):
    GRANT = "grant"
    OPEN = "open"
    RESERVE = "reserve"
    COMMIT = "commit"
    RELEASE = "release"
    TRANSFER = "transfer"
    EXPIRE = "expire"
    CARRY = "carry"
    CLOSE = "close"


@dataclass(frozen=True)
class Leg:
    """``amount`` whole base units into (positive) or out of (negative) one account, for one reference."""

    park: str
    quota: str
    year: int
    bucket: Bucket
    amount: int
    ref: str = ""


@dataclass(frozen=True)
class Draft:
    """An entry before the store gives it its place in the chain. ``basis`` is the document that justifies it."""

    kind: Kind
    on: date
    basis: str
    actor: str
    key: str
    legs: tuple[Leg, ...]
    ref: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """A draft with its place: ``seq`` counts from 1, ``at`` is the store's UTC clock (ISO), ``hash`` seals all fields
    and ``previous``."""

    seq: int
    at: str
    draft: Draft
    previous: str
    hash: str
