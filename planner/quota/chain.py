"""The seal of the book: each entry's hash covers every field of it and the hash before."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.errors import StoreRefused, Unbalanced
from planner.quota.balances import Standing, certificate, fence
from planner.quota.entries import Draft, Entry, Kind
from planner.quota.notes import closing, reverses
from planner.text import N_, Text


@dataclass(frozen=True)
class Verification:
    """``ok`` with the number of entries and the hash of the last; else ``problem`` says what is wrong and where."""

    entries: int
    ok: bool
    head: str
    problem: Text | None = None


def canonical(seq: int, at: str, draft: Draft, previous: str) -> bytes:
    """One spelling of an entry: JSON with sorted keys, ASCII, all business fields, legs in order."""
    fields = {
        "seq": seq,
        "at": at,
        "kind": draft.kind.value,
        "on": draft.on.isoformat(),
        "basis": draft.basis,
        "actor": draft.actor,
        "key": draft.key,
        "ref": draft.ref,
        "note": draft.note,
        "previous": previous,
        "legs": [[leg.park, leg.quota, leg.year, leg.bucket.value, leg.amount, leg.ref] for leg in draft.legs],
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


def seal(draft: Draft, *, seq: int, at: str, previous: str) -> Entry:
    """The draft in its place of the chain."""
    return Entry(
        seq=seq,
        at=at,
        draft=draft,
        previous=previous,
        hash=hashlib.sha256(canonical(seq, at, draft, previous)).hexdigest(),
    )


def residue(draft: Draft) -> dict[str, int]:
    """What does not cancel, by quota; empty for a sound draft."""
    left: dict[str, int] = defaultdict(int)
    for leg in draft.legs:
        left[leg.quota] += leg.amount
    return {quota: amount for quota, amount in left.items() if amount}


def balanced(draft: Draft) -> Draft:
    """The draft itself, if its legs cancel. Raises Unbalanced."""
    for quota, left in residue(draft).items():
        raise Unbalanced(quota=quota, left=left)
    return draft


def verify(entries: Iterable[Entry], head: str | None = None) -> Verification:
    """Recompute the whole book from nothing: places, seals, balanced legs, no overdraw, certified years.

    ``head`` is a hash written down elsewhere: it must be in the chain, which shows that no last entry was cut
    off since (later entries may follow).
    """
    stand, last, count, met = Standing(), "", 0, not head
    problem: Text | None = None
    for entry in entries:
        count += 1
        if problem is None:  # behind the first one nothing more can be told
            problem = _problem(entry, stand, last)
            stand.add(entry.draft)
        last = entry.hash
        met |= last == head
    if problem is None and not met:
        problem = Text(N_("The hash {head} is not in the book: entries after it or itself were removed."), head=head)
    return Verification(count, problem is None, last, problem)


def _problem(entry: Entry, stand: Standing, last: str) -> Text | None:
    """What is wrong with the entry that follows what stands, and the hash before it."""
    if entry.seq != stand.entries + 1 or entry.previous != last:
        return Text(N_("Entry {seq} does not follow the one before it: an entry was removed or moved."), seq=entry.seq)
    if seal(entry.draft, seq=entry.seq, at=entry.at, previous=last).hash != entry.hash:
        return Text(N_("Entry {seq} was changed after it was written."), seq=entry.seq)
    if residue(entry.draft):
        return Text(N_("The legs of entry {seq} do not cancel."), seq=entry.seq)
    try:
        fence(entry.draft, stand)
    except StoreRefused as refused:
        return Text(N_("Entry {seq} takes more than there was: {reason}"), seq=entry.seq, reason=refused.text)
    if entry.draft.kind is Kind.CLOSE and not _certified(entry.draft, stand):
        return Text(N_("Entry {seq} certifies figures that the entries before it do not add up to."), seq=entry.seq)
    return None


def _certified(draft: Draft, stand: Standing) -> bool:
    """Whether a close says what stands, or is the reversal of one."""
    if reverses(draft.note) is not None:
        return True
    stated = closing(draft.note)
    return stated is not None and certificate(stand, *stated[:2]) == stated[2]
