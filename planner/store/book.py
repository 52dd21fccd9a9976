"""The book, the acts, cases, queue, records and settings as rows of the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import shapely
from sqlalchemy import Connection, Row, TextClause, text

from planner.errors import KeyReused
from planner.quota.accounts import Account, Cell
from planner.quota.balances import Standing, fence
from planner.quota.chain import Verification, balanced, seal, verify
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg
from planner.store.base import CaseChanged, CaseRecord
from planner.store.tables import dumped
from planner.text import N_, Text

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
_HOLDER = "CASE WHEN bucket IN ('free', 'outside') THEN '' ELSE ref END"
_SUMS = text(
    f"SELECT park, quota, year, bucket, {_HOLDER} AS holder, CAST(SUM(amount) AS BIGINT) FROM planner_legs "  # noqa: S608
    "GROUP BY park, quota, year, bucket, holder ORDER BY MIN(id)"
)
_GRANTED = text(
    "SELECT DISTINCT l.park, l.quota, l.year FROM planner_legs AS l JOIN planner_entries AS e ON e.seq = l.seq "
    "WHERE l.bucket = 'free' AND e.kind IN ('grant', 'transfer')"
)
# What entries say to the book beside their amounts (``Standing.meet``).
_SPOKEN = "e.kind IN ('carry', 'close') OR (e.kind = 'grant' AND e.note <> '') OR e.note LIKE 'reverses %'"
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
_TORN = text(
    "SELECT e.seq FROM planner_entries AS e LEFT JOIN "
    "(SELECT seq, COUNT(*) AS n, MIN(position) AS low, MAX(position) AS high FROM planner_legs GROUP BY seq) AS l "
    "ON l.seq = e.seq WHERE COALESCE(l.n, 0) <> e.legs OR l.low <> 0 OR l.high <> l.n - 1 "
    "UNION SELECT seq FROM planner_legs WHERE seq NOT IN (SELECT seq FROM planner_entries) ORDER BY 1"
)
_CASE = "id, parcel_id, shape, state, made_at, actor, document, request, version"
_ADD_CASE = text(
    f"INSERT INTO planner_cases ({_CASE}) "  # noqa: S608
    "VALUES (:id, :parcel_id, :shape, :state, :made_at, :actor, :document, :request, :version)"
)
_CHANGE_CASE = text(
    "UPDATE planner_cases SET parcel_id = :parcel_id, shape = :shape, state = :state, made_at = :made_at, "
    "actor = :actor, document = :document, request = :request, version = :version WHERE id = :id AND version = :was"
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
            legs.append(Leg(row[11], row[12], row[13], _BUCKETS[row[14]], row[15], row[16]))
    if head is not None:
        yield _entry(head, legs)


_BUCKETS = {bucket.value: bucket for bucket in Bucket}


def _entry(row: Sequence[Any], legs: Sequence[Leg]) -> Entry:
    seq, at, kind, on, basis, actor, key, ref, note, previous, sealed, *_ = row
    draft = Draft(Kind(kind), date.fromisoformat(on), basis, actor, key, tuple(legs), ref, note)
    return Entry(seq=seq, at=at, draft=draft, previous=previous, hash=sealed)


def verified(connection: Connection, head: str | None) -> Verification:
    """The whole book recomputed from its rows (``planner.quota.chain.verify``)."""
    return verify(_read(connection, _which(False, False, False, False), {"after": -1}), head)


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


def count_entries(connection: Connection, account: Account) -> int:
    """How many entries touch an account."""
    return int(connection.execute(_COUNT, account._asdict()).scalar_one())


def stands(connection: Connection) -> Standing:
    """What stands, added up by the database from every leg: the same as the fold of all entries."""
    stand = Standing()
    for park, quota, year, bucket, ref, amount in map(tuple, connection.execute(_SUMS)):
        stand.put(Cell(park, quota, year, Bucket(bucket), ref), amount)
    stand.granted = {Account(*row) for row in connection.execute(_GRANTED)}
    for entry in _read(connection, text(_ROWS.format(which=_SPOKEN))):
        stand.meet(entry.seq, entry.draft)
    stand.entries = start(connection).seq
    return stand


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


class Remembered:
    """What stands as a store last knew it when it wrote: read on from there, as long as the next entry follows it.

    Proof of the book (`verify`) never asks here. What a turn wrote and gave up again is followed by nothing that is in
    the book, and all is added up anew.
    """

    def __init__(self) -> None:
        self._stand, self._last = Standing(), ""

    def at(self, connection: Connection, begun: Start) -> Standing:
        """What stands at the beginning of a turn."""
        known, more = self._stand.entries, list[Entry]()
        if 0 < known < begun.seq <= known + _READ_ON:
            more = entries(connection, known)
        if known + len(more) != begun.seq or not _follows(more, known, self._last, begun.hash):
            self._stand, more = stands(connection), []
        for entry in more:
            self._stand.add(entry.draft)
        self._last = begun.hash
        return self._stand

    def wrote(self, entry: Entry) -> None:
        self._stand.add(entry.draft)
        self._last = entry.hash


_READ_ON = 5_000  # entries; to add up more anew is quicker


def _follows(more: Sequence[Entry], known: int, last: str, head: str) -> bool:
    """Whether entries go on behind the one numbered ``known`` with the hash ``last``."""
    return more[0].previous == last if more else last == head


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


def faults(connection: Connection) -> list[Text]:
    """Entries without the legs they state, and where the cache of balances is not what the entries add up to."""
    torn = [Text(N_("Entry {seq} has not the legs that it states."), seq=seq) for (seq,) in connection.execute(_TORN)]
    return torn or _unlike(connection)


def _unlike(connection: Connection) -> list[Text]:
    rows = connection.exec_driver_sql("SELECT park, quota, year, bucket, ref, amount FROM planner_balances")
    kept = {Cell(row[0], row[1], row[2], Bucket(row[3]), row[4]): row[5] for row in rows if row[5]}
    true = {cell: n for cell, n in stands(connection).cells.items() if n}
    return [
        Text(
            N_("The balance of {quota} {year} of {park} ({bucket}) is kept as {kept}, the entries add up to {true}."),
            quota=cell.quota,
            year=cell.year,
            park=cell.park,
            bucket=cell.bucket.value,
            kept=kept.get(cell, 0),
            true=true.get(cell, 0),
        )
        for cell in sorted(kept.keys() | true.keys())
        if kept.get(cell) != true.get(cell)
    ]


def answer(connection: Connection, key: str, content: str) -> dict[str, Any] | None:
    found = connection.execute(
        text("SELECT content, answer FROM planner_acts WHERE key = :key"), {"key": key}
    ).one_or_none()
    if found is None:
        return None
    if found.content != content:
        raise KeyReused(key=key)
    kept: dict[str, Any] = json.loads(found.answer)
    return kept


def remember(connection: Connection, key: str, content: str, given: Mapping[str, Any], actor: str, at: str) -> None:
    connection.execute(
        text(
            "INSERT INTO planner_acts (key, content, answer, actor, at) VALUES (:key, :content, :answer, :actor, :at)"
        ),
        {"key": key, "content": content, "answer": dumped(given), "actor": actor, "at": at},
    )


def cases(connection: Connection) -> list[CaseRecord]:
    return [_case(row) for row in connection.execute(text(f"SELECT {_CASE} FROM planner_cases ORDER BY place"))]  # noqa: S608


def keep_case(connection: Connection, case: CaseRecord, expected: int | None = None) -> CaseRecord:
    """Write a case, as the version after the one that is there. Raises CaseChanged if that is not ``expected``."""
    one = text(f"SELECT {_CASE} FROM planner_cases WHERE id = :id")  # noqa: S608
    there = connection.execute(one, {"id": case.id}).one_or_none()
    version = there.version if there else 0
    if expected is not None and expected != version:
        raise CaseChanged(case.id, expected, _case(there) if there else None)
    fields = {
        "id": case.id,
        "parcel_id": case.parcel_id,
        "shape": shapely.to_wkb(case.shape),
        "state": case.state,
        "made_at": case.made_at,
        "actor": case.actor,
        "document": dumped(case.document),
        "request": dumped(case.request),
        "version": version + 1,
    }
    if there is None:
        connection.execute(_ADD_CASE, fields)
    elif not connection.execute(_CHANGE_CASE, {**fields, "was": version}).rowcount:
        raise CaseChanged(case.id, version, None)  # the second fence: the lock of the turn lets nobody come between
    return replace(case, version=version + 1)


def _case(row: Row[Any]) -> CaseRecord:
    return CaseRecord(
        row.id,
        row.parcel_id,
        shapely.from_wkb(row.shape),
        row.state,
        row.made_at,
        row.actor,
        json.loads(row.document),
        json.loads(row.request),
        row.version,
    )


def projects(connection: Connection) -> dict[str, dict[str, Any]]:
    return {
        row.id: json.loads(row.fields)
        for row in connection.execute(text("SELECT id, fields FROM planner_projects ORDER BY place"))
    }


def keep_project(connection: Connection, id: str, fields: Mapping[str, Any]) -> None:
    connection.execute(
        text(
            "INSERT INTO planner_projects (id, fields) VALUES (:id, :fields) "
            "ON CONFLICT (id) DO UPDATE SET fields = excluded.fields"
        ),
        {"id": id, "fields": dumped(fields)},
    )


def drop_project(connection: Connection, id: str) -> None:
    connection.execute(text("DELETE FROM planner_projects WHERE id = :id"), {"id": id})


def records(connection: Connection, kind: str) -> dict[str, dict[str, Any]]:
    found = connection.execute(
        text("SELECT id, fields FROM planner_records WHERE kind = :kind ORDER BY place"), {"kind": kind}
    )
    return {row.id: json.loads(row.fields) for row in found}


def keep_record(connection: Connection, kind: str, id: str, fields: Mapping[str, Any]) -> None:
    connection.execute(
        text(
            "INSERT INTO planner_records (kind, id, fields) VALUES (:kind, :id, :fields) "
            "ON CONFLICT (kind, id) DO UPDATE SET fields = excluded.fields"
        ),
        {"kind": kind, "id": id, "fields": dumped(fields)},
    )


def drop_record(connection: Connection, kind: str, id: str) -> None:
    connection.execute(text("DELETE FROM planner_records WHERE kind = :kind AND id = :id"), {"kind": kind, "id": id})


def settings(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT key, value FROM planner_settings ORDER BY key"))
    return {row.key: row.value for row in rows}


def put_settings(connection: Connection, values: Mapping[str, str]) -> None:
    for key, value in values.items():
        connection.execute(
            text(
                "INSERT INTO planner_settings (key, value) VALUES (:key, :value) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            ),
            {"key": key, "value": str(value)},
        )
