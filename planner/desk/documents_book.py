"""The JSON documents of the book: balances, entries, their legs and the parts of lots."""

from __future__ import annotations

from collections import defaultdict

from planner.desk.documents import Document
from planner.parameters import Parameters
from planner.quota.accounts import Account, lot_of
from planner.quota.balances import AccountBalance
from planner.quota.entries import Bucket, Entry, Leg
from planner.quota.notes import Certificate, closing, reverses
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
    return [leg_of(leg, parameters) for leg in inside(entry) if leg.amount > 0]


def went(entry: Entry, parameters: Parameters) -> Document:
    """Where an entry moved what, as the verb that wrote it answers."""
    return {"legs": legs(entry, parameters), **gone(entry, parameters), **lots(entry, parameters)}


def gone(entry: Entry, parameters: Parameters) -> Document:
    """What left an account for good, under ``out`` with a minus: to another park or year, to the province or city, by a
    lot that lapsed or a grant that was reversed. Nothing where all stays in its account."""
    whole = defaultdict[Account, int](int)
    for leg in inside(entry):
        whole[Account(leg.park, leg.quota, leg.year)] += leg.amount
    out = [leg_of(leg, parameters) for leg in inside(entry)
           if leg.amount < 0 and whole[Account(leg.park, leg.quota, leg.year)] < 0]
    return {"out": out} if out else {}


def inside(entry: Entry) -> list[Leg]:
    """The legs of the parks' own accounts."""
    return [leg for leg in entry.draft.legs if leg.bucket != Bucket.OUTSIDE and lot_of(leg.park) is None]


def leg_of(leg: Leg, parameters: Parameters) -> Document:
    return {"account": account(leg), "park": leg.park, **moved(leg, parameters)}


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
    """One row of `ledger history`, all its legs; what it reverses, and what a close certified."""
    draft = kept.draft
    back, closed = reverses(draft.note), closing(draft.note)
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
        **({"reverses": back} if back is not None else {}),
        **(figures(closed, parameters) if closed else {}),
        "previous": kept.previous,
        "hash": kept.hash,
    }


def figures(closed: tuple[str, int, Certificate], parameters: Parameters) -> Document:
    """What a close says: the park, the year and what each of its accounts was certified with, in the quota's unit."""
    park, year, certified = closed
    rows = [
        {"quota": quota, **{name: amount(n, quota, parameters) for name, n in of.items()}}
        for quota, of in certified.items()
    ]
    return {"park": park, "year": year, "certified": rows}


def certified(kept: Entry, by: int | None, parameters: Parameters) -> Document:
    """One row of `ledger certified`: a close with its figures; ``reversed_by`` the entry that opened the year again."""
    draft, closed = kept.draft, closing(kept.draft.note)
    facts = {"entry": kept.seq, "on": draft.on.isoformat(), "actor": draft.actor, "basis": draft.basis}
    return {**facts, "reversed_by": by, **(figures(closed, parameters) if closed else {})}
