"""The entries of the book and their legs as rows of the workspace: read, chained behind each other, written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from planner.errors import KeyReused, StoreDamaged
from planner.quota.accounts import Account, Cell
from planner.quota.balances import Standing, fence
from planner.quota.chain import Verification, balanced, seal, verify
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg
from planner.store.guard import changed
from planner.text import N_

_ROWS = (
    "SELECT e.seq, e.at, e.kind, e.on_day, e.basis, e.actor, e.key, e.ref, e.note, e.previous, e.hash, "
    "l.park, l.quota, l.year, l.bucket, l.amount, l.ref FROM planner_entries AS e "
    "LEFT JOIN planner_legs AS l ON l.seq = e.seq WHERE {which} ORDER BY e.seq, l.position"
)
START = (
    "SELECT (SELECT value FROM planner_settings WHERE key = 'moved_to') AS moved_to, "
    "(SELECT MAX(seq) FROM planner_entries) AS seq, "
    "(SELECT hash FROM planner_entries ORDER BY seq DESC LIMIT 1) AS hash"
)
_START = text(START)
_SPOKEN = text(_ROWS.format(which=(
    "e.kind IN ('carry', 'close') OR (e.kind = 'grant' AND e.note <> '') OR e.note LIKE 'reverses %'"
)))
_COUNT = text(
    "SELECT COUNT(DISTINCT seq) FROM planner_legs WHERE park = :park AND quota = :quota AND year = :year"
)
_ADD_ENTRY = text(
    "INSERT INTO planner_entries (seq, at, kind, on_day, basis, actor, key, ref, note, legs, previous, hash) "
    "SELECT :seq, :at, :kind, :on_day, :basis, :actor, :key, :ref, :note, :legs, :previous, :hash "
    "WHERE NOT EXISTS (SELECT 1 FROM planner_entries WHERE key = :key)"
)
_ADD_LEG = text(
    "INSERT INTO planner_legs (seq, position, park, quota, year, bucket, amount, ref) "
    "VALUES (:seq, :position, :park, :quota, :year, :bucket, :amount, :ref)"
)


def entries(
    connection: Connection,
    after: int = 0,
    *,
    before: int | None = None,
    ref: str | None = None,
    account: Account | None = None,
    last: int | None = None,
) -> list[Entry]:
    """Entries of the book in order, read from the rows as they stand (nothing comes from a cache): those behind
    ``after`` and before ``before`` that name a reference, or touch an account; of them only the ``last`` ones."""
    values = {"after": after, "before": before, "ref": ref, "last": last, **(account._asdict() if account else {})}
    which = _which(before is not None, ref is not None, account is not None, last is not None)
    return list(_read(connection, which, {name: n for name, n in values.items() if n is not None}))


def _read(connection: Connection, which: TextClause, values: Mapping[str, Any] | None = None) -> Iterator[Entry]:
    """Entries as they come: a long book is never held as a whole here."""
    rows = connection.execute(which, values, execution_options={"yield_per": 2_000})
    head, legs = None, list[Leg]()
    for row in rows:
        if head is not None and row[0] != head[0]:
            yield _entry(head, legs)
            legs = []
        head = row
        if row[11] is not None:
            legs.append(_leg(row))
    if head is not None:
        yield _entry(head, legs)


class EntryUnreadable(StoreDamaged):
    """A row of it holds what the planner never writes."""

    sentence = N_("Entry {seq} was changed after it was written.")


_BUCKETS = {bucket.value: bucket for bucket in Bucket}


def _leg(row: Sequence[Any]) -> Leg:
    seq, (park, quota, year, bucket, amount, ref) = row[0], row[11:]
    if bucket not in _BUCKETS or not _are(str, park, quota, ref) or not _are(int, year, amount):
        raise EntryUnreadable(seq=seq)
    return Leg(park, quota, year, _BUCKETS[bucket], amount, ref)


def _entry(row: Sequence[Any], legs: Sequence[Leg]) -> Entry:
    seq, at, kind, on, basis, actor, key, ref, note, previous, sealed, *_ = row
    if not _are(str, *row[1:11]):
        raise EntryUnreadable(seq=seq)
    try:
        draft = Draft(Kind(kind), date.fromisoformat(on), basis, actor, key, tuple(legs), ref, note)
    except ValueError as word:
        raise EntryUnreadable(seq=seq) from word
    return Entry(seq=seq, at=at, draft=draft, previous=previous, hash=sealed)


def _are(kind: type, *values: Any) -> bool:
    """Whether values are of the kind that the planner writes: a column of SQLite takes any."""
    return all(type(value) is kind for value in values)


def cell_of(park: str, quota: str, year: int, bucket: str, ref: str) -> Cell:
    """A cell by what a row calls it. Raises StoreDamaged."""
    if bucket not in _BUCKETS or not _are(str, park, quota, ref) or not _are(int, year):
        named = "/".join(map(str, (park, quota, year, bucket, ref)))
        raise StoreDamaged(reason=changed(named))
    return Cell(park, quota, year, _BUCKETS[bucket], ref)


def verified(connection: Connection, head: str | None) -> Verification:
    """The whole book recomputed from its rows (``planner.quota.chain.verify``)."""
    try:
        return verify(_read(connection, _which(False, False, False, False), {"after": -1}), head)
    except EntryUnreadable as changed:
        there = start(connection)
        return Verification(there.seq, False, there.hash, changed.text)


@cache
def _which(before: bool, ref: bool, account: bool, last: bool) -> TextClause:
    """The question for entries, by what is asked of them."""
    asked = ["seq > :after"]
    asked += ["seq < :before"] * before
    asked += ["(ref = :ref OR seq IN (SELECT seq FROM planner_legs WHERE ref = :ref))"] * ref
    asked += [
        "seq IN (SELECT seq FROM planner_legs WHERE park = :park AND quota = :quota AND year = :year)"
    ] * account
    those = f"SELECT seq FROM planner_entries WHERE {' AND '.join(asked)}"  # noqa: S608
    if last:
        those += " ORDER BY seq DESC LIMIT :last"
    simple = not (before or ref or account or last)
    return text(_ROWS.format(which="e.seq > :after" if simple else f"e.seq IN ({those})"))


def spoken(connection: Connection) -> Iterator[Entry]:
    """The entries that say something to the book beside their amounts (``Standing.meet``)."""
    return _read(connection, _SPOKEN)


def count_entries(connection: Connection, account: Account) -> int:
    """How many entries touch an account."""
    return int(connection.execute(_COUNT, account._asdict()).scalar_one())


@dataclass(frozen=True)
class Start:
    """Where a turn begins: number and hash of the last entry (0 and "" for an empty book), and where the workspace
    was moved to, None where it is still written here."""

    moved_to: str | None
    seq: int
    hash: str


def start(connection: Connection) -> Start:
    return started(connection.execute(_START).one())


def started(row: Any) -> Start:
    moved_to, seq, last = row
    return Start(moved_to, seq or 0, last or "")


def append(connection: Connection, draft: Draft, at: str, *, stand: Standing, previous: str) -> Entry:
    """Chain a draft behind the last entry, whose hash is ``previous``. Raises Overdraw, NotHeld, Unbalanced,
    KeyReused."""
    fence(balanced(draft), stand)
    entry = seal(draft, seq=stand.entries + 1, at=at, previous=previous)
    write(connection, entry)
    return entry


def write(connection: Connection, entry: Entry) -> None:
    """The rows of a sealed entry; the fences of the store look at each. Raises KeyReused."""
    heads, legs = rows_of([entry])
    if not connection.execute(_ADD_ENTRY, heads[0]).rowcount:
        raise KeyReused(key=entry.draft.key)
    if legs:
        connection.execute(_ADD_LEG, legs)


def rows_of(sealed: Iterable[Entry]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of entries and those of their legs, in order."""
    heads, legs = [], []
    for entry in sealed:
        draft = entry.draft
        heads.append(
            {
                "seq": entry.seq,
                "at": entry.at,
                "kind": draft.kind.value,
                "on_day": draft.on.isoformat(),
                "basis": draft.basis,
                "actor": draft.actor,
                "key": draft.key,
                "ref": draft.ref,
                "note": draft.note,
                "legs": len(draft.legs),
                "previous": entry.previous,
                "hash": entry.hash,
            }
        )
        legs += [
            {
                "seq": entry.seq,
                "position": position,
                "park": leg.park,
                "quota": leg.quota,
                "year": leg.year,
                "bucket": leg.bucket.value,
                "amount": leg.amount,
                "ref": leg.ref,
            }
            for position, leg in enumerate(draft.legs)
        ]
    return heads, legs
