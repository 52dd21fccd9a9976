"""The JSON documents of the book: balances, entries, their legs and the parts of lots."""

from __future__ import annotations

from planner.desk.documents import Document
from planner.parameters import Parameters
from planner.quota.accounts import lot_of
from planner.quota.balances import AccountBalance
from planner.quota.entries import Bucket, Entry, Leg
from planner.units import shown


def balance(row: AccountBalance, parameters: Parameters) -> Document:
    """One row of `ledger balance`, in the quota's own unit."""
    quota = parameters.quota(row.quota)
    unit = quota.unit if quota else ""
    figures = {
        name: shown(getattr(row, name), unit) if unit else getattr(row, name)
        for name in ("granted", "opened", "reserved", "committed", "free")
    }
    return {"park": row.park, "quota": row.quota, "year": row.year, "unit": unit, **figures, "overrun": row.overrun}


def legs(entry: Entry, parameters: Parameters) -> list[Document]:
    """The legs of an entry that a person asks about: what went into an account other than where it came from."""
    return [
        {"account": account(leg), "park": leg.park, **moved(leg, parameters)}
        for leg in entry.draft.legs
        if leg.bucket != Bucket.OUTSIDE and leg.amount > 0 and lot_of(leg.park) is None
    ]


def account(leg: Leg) -> str:
    return f"{leg.park}/{leg.quota}/{leg.year}/{leg.bucket}"


def moved(leg: Leg, parameters: Parameters) -> Document:
    return {
        "account": account(leg),
        "quota": leg.quota,
        "year": leg.year,
        "amount": amount(leg.amount, leg.quota, parameters),
        "ref": leg.ref,
    }


def lots(entry: Entry, parameters: Parameters) -> Document:
    """The parts of lots that an entry moves, under ``lots``; nothing where it moves none."""
    parts = [
        {
            "lot": of[1],
            "park": of[0],
            "quota": leg.quota,
            "year": leg.year,
            "into": str(leg.bucket),
            "amount": amount(leg.amount, leg.quota, parameters),
        }
        for leg in entry.draft.legs
        if leg.amount > 0 and (of := lot_of(leg.park)) is not None
    ]
    return {"lots": parts} if parts else {}


def amount(base: int, quota: str, parameters: Parameters) -> float:
    """A booked amount in the unit that the quota's name carries."""
    row = parameters.quota(quota)
    return shown(base, row.unit) if row else float(base)


def entry(kept: Entry, parameters: Parameters) -> Document:
    """One row of `ledger history`, all its legs."""
    draft = kept.draft
    return {
        "entry": kept.seq,
        "at": kept.at,
        "kind": str(draft.kind),
        "on": draft.on.isoformat(),
        "ref": draft.ref,
        "basis": draft.basis,
        "actor": draft.actor,
        "key": draft.key,
        "note": draft.note,
        "legs": [moved(leg, parameters) for leg in draft.legs],
        "previous": kept.previous,
        "hash": kept.hash,
    }
