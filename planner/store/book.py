"""The book, the acts, cases, queue, records and settings as rows of the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import shapely
from sqlalchemy import Connection, Row, text

from planner.errors import KeyReused
from planner.quota.accounts import Account, Cell
from planner.quota.balances import Standing, fence, standing
from planner.quota.chain import balanced, seal
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg
from planner.quota.notes import closed_years
from planner.store.base import CaseChanged, CaseRecord
from planner.store.tables import dumped
from planner.text import N_, Text

_ENTRIES = text(
    "SELECT seq, at, kind, on_day, basis, actor, key, ref, note, previous, hash FROM planner_entries "
    "WHERE seq > :after ORDER BY seq"
)
_LEGS = text(
    "SELECT seq, park, quota, year, bucket, amount, ref FROM planner_legs WHERE seq > :after ORDER BY seq, position"
)
_SEAL = text("SELECT hash FROM planner_entries WHERE seq = :seq")
_LAST = text("SELECT seq, hash FROM planner_entries ORDER BY seq DESC LIMIT 1")
_AMOUNT = text(
    "SELECT amount FROM planner_balances WHERE park = :park AND quota = :quota AND year = :year "
    "AND bucket = :bucket AND ref = :ref"
)
_GRANTED = text(
    "SELECT 1 FROM planner_legs AS l JOIN planner_entries AS e ON e.seq = l.seq WHERE l.park = :park "
    "AND l.quota = :quota AND l.year = :year AND l.bucket = 'free' AND e.kind IN ('grant', 'transfer') LIMIT 1"
)
_CLOSINGS = text("SELECT seq, note FROM planner_entries WHERE kind = 'close' ORDER BY seq")
_ADD_ENTRY = text(
    "INSERT INTO planner_entries (seq, at, kind, on_day, basis, actor, key, ref, note, legs, previous, hash) "
    "VALUES (:seq, :at, :kind, :on_day, :basis, :actor, :key, :ref, :note, :legs, :previous, :hash)"
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


def entries(connection: Connection, after: int = 0) -> list[Entry]:
    """The book behind the entry ``after``, in order, read from the rows as they stand (nothing comes from a cache)."""
    behind = {"after": after}
    # Plain tuples: of a long book a third of the time went into asking each row for its columns by name.
    legs = {
        seq: tuple(Leg(park, quota, year, Bucket(bucket), n, ref) for _, park, quota, year, bucket, n, ref in rows)
        for seq, rows in groupby(map(tuple, connection.execute(_LEGS, behind)), key=itemgetter(0))
    }
    return [
        Entry(
            seq=seq,
            at=at,
            previous=previous,
            hash=sealed,
            draft=Draft(Kind(kind), date.fromisoformat(on), basis, actor, key, legs.get(seq, ()), ref, note),
        )
        for seq, at, kind, on, basis, actor, key, ref, note, previous, sealed in map(
            tuple, connection.execute(_ENTRIES, behind)
        )
    ]


class Remembered:
    """The book as a store last read it to write in it: read on from there, as long as its last entry is in its place.

    Proof of the book (`verify`) never asks here. What a turn wrote and gave up again is not in its place, and all is
    read anew.
    """

    def __init__(self) -> None:
        self._kept: list[Entry] = []

    def entries(self, connection: Connection) -> list[Entry]:
        kept = self._kept
        if kept and connection.execute(_SEAL, {"seq": kept[-1].seq}).scalar() != kept[-1].hash:
            kept = []
        self._kept = [*kept, *entries(connection, len(kept))]
        return list(self._kept)


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry; 0 and "" for an empty book."""
    last = connection.execute(_LAST).one_or_none()
    return (last.seq, last.hash) if last else (0, "")


def append(connection: Connection, draft: Draft, at: str) -> Entry:
    """Chain a draft behind the last entry. Raises Overdraw, NotHeld, Unbalanced, KeyReused."""
    if connection.execute(text("SELECT 1 FROM planner_entries WHERE key = :key"), {"key": draft.key}).first():
        raise KeyReused(key=draft.key)
    fence(balanced(draft), _Kept(connection))
    seq, previous = head(connection)
    entry = seal(draft, seq=seq + 1, at=at, previous=previous)
    write(connection, entry)
    return entry


def write(connection: Connection, entry: Entry) -> None:
    """The rows of a sealed entry; the fences of the store look at each."""
    heads, legs = rows_of([entry])
    connection.execute(_ADD_ENTRY, heads[0])
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


class _Kept:
    """What stands, asked of the rows one figure at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._closed: dict[tuple[str, int], int] | None = None

    def amount(self, at: Cell) -> int:
        """From the cache that the file keeps beside the legs."""
        found = self._connection.execute(_AMOUNT, {**at._asdict(), "bucket": at.bucket.value}).scalar()
        return int(found or 0)

    def is_granted(self, account: Account) -> bool:
        return self._connection.execute(_GRANTED, account._asdict()).first() is not None

    def closed_by(self, park: str, year: int) -> int | None:
        if self._closed is None:
            self._closed = closed_years((row.seq, row.note) for row in self._connection.execute(_CLOSINGS))
        return self._closed.get((park, year))


def faults(connection: Connection) -> list[Text]:
    """Entries without the legs they state, and where the cache of balances is not what the entries add up to."""
    torn = [Text(N_("Entry {seq} has not the legs that it states."), seq=seq) for (seq,) in connection.execute(_TORN)]
    return torn or _unlike(connection)


def _unlike(connection: Connection) -> list[Text]:
    rows = connection.exec_driver_sql("SELECT park, quota, year, bucket, ref, amount FROM planner_balances")
    kept = {Cell(row[0], row[1], row[2], Bucket(row[3]), row[4]): row[5] for row in rows if row[5]}
    fold: Standing = standing(entries(connection))
    true = {cell: n for cell, n in fold.cells.items() if n}
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
