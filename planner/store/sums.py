"""What stands in the accounts: added up from the legs of all entries, read on from turn to turn, proved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from planner.quota.accounts import Account
from planner.quota.balances import Standing
from planner.quota.entries import Entry
from planner.store import book
from planner.text import N_, Text

_HOLDER = "CASE WHEN bucket IN ('free', 'outside') THEN '' ELSE ref END"
_SUMS = text(
    f"SELECT park, quota, year, bucket, {_HOLDER} AS holder, CAST(SUM(amount) AS BIGINT) FROM planner_legs "  # noqa: S608
    "GROUP BY park, quota, year, bucket, holder ORDER BY MIN(id)"
)
_GRANTED = text(
    "SELECT DISTINCT l.park, l.quota, l.year FROM planner_legs AS l JOIN planner_entries AS e ON e.seq = l.seq "
    "WHERE l.bucket = 'free' AND e.kind IN ('grant', 'transfer')"
)
_TORN = text(
    "SELECT e.seq FROM planner_entries AS e LEFT JOIN "
    "(SELECT seq, COUNT(*) AS n, MIN(position) AS low, MAX(position) AS high FROM planner_legs GROUP BY seq) AS l "
    "ON l.seq = e.seq WHERE COALESCE(l.n, 0) <> e.legs OR l.low <> 0 OR l.high <> l.n - 1 "
    "UNION SELECT seq FROM planner_legs WHERE seq NOT IN (SELECT seq FROM planner_entries) ORDER BY 1"
)


def stands(connection: Connection) -> Standing:
    """What stands, added up by the database from every leg: the same as the fold of all entries."""
    stand = Standing()
    for park, quota, year, bucket, ref, amount in map(tuple, connection.execute(_SUMS)):
        stand.put(book.cell_of(park, quota, year, bucket, ref), amount)
    stand.granted = {Account(*row) for row in connection.execute(_GRANTED)}
    for entry in book.spoken(connection):
        stand.meet(entry.seq, entry.draft)
    stand.entries = book.start(connection).seq
    return stand


class Remembered:
    """What stands as a store last knew it when it wrote: read on from there, as long as the next entry follows it.

    Proof of the book (`verify`) never asks here. What a turn wrote and gave up again is followed by nothing that is in
    the book, and all is added up anew.
    """

    def __init__(self) -> None:
        self._stand, self._last = Standing(), ""

    def at(self, connection: Connection, begun: book.Start) -> Standing:
        """What stands at the beginning of a turn."""
        known, more = self._stand.entries, list[Entry]()
        if 0 < known < begun.seq <= known + _READ_ON:
            more = book.entries(connection, known)
        if known + len(more) != begun.seq or not _follows(more, self._last, begun.hash):
            self._stand, more = stands(connection), []
        for entry in more:
            self._stand.add(entry.draft)
        self._last = begun.hash
        return self._stand

    def wrote(self, entry: Entry) -> None:
        self._stand.add(entry.draft)
        self._last = entry.hash


_READ_ON = 5_000  # entries; to add up more anew is quicker


def _follows(more: Sequence[Entry], last: str, head: str) -> bool:
    """Whether entries go on behind the one with the hash ``last``."""
    return more[0].previous == last if more else last == head


def faults(connection: Connection) -> list[Text]:
    """Entries without the legs they state, and where the cache of balances is not what the entries add up to."""
    torn = [Text(N_("Entry {seq} has not the legs that it states."), seq=seq) for (seq,) in connection.execute(_TORN)]
    return torn or _unlike(connection)


def _unlike(connection: Connection) -> list[Text]:
    rows = connection.exec_driver_sql("SELECT park, quota, year, bucket, ref, amount FROM planner_balances")
    kept = {book.cell_of(*row[:5]): row[5] for row in rows if row[5]}
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
