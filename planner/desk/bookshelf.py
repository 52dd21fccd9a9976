"""The book as it was last read, and what stands in it: read on from there, not from its first entry each time.

The book only grows, so what was read stays true as long as its last entry is still in its place. Proof of the book
(`verify`) never asks here: it reads every row.
"""

from __future__ import annotations

from threading import Lock

from planner.quota.balances import Standing
from planner.quota.entries import Entry
from planner.store.base import Store


class Bookshelf:
    """Remembers the entries of one store with their fold. What it hands out is never changed afterwards."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._entries: list[Entry] = []
        self._standing = Standing()

    def entries(self) -> list[Entry]:
        """The book in order, as it is now."""
        return self._read()[0]

    def standing(self) -> Standing:
        """What stands now."""
        return self._read()[1]

    def _read(self) -> tuple[list[Entry], Standing]:
        with self._lock:
            last = self._entries[-1].hash if self._entries else ""
            if self._store.head() != last:
                more = self._store.entries(after=len(self._entries))
                if not more or more[0].previous != last or more[0].seq != len(self._entries) + 1:
                    # Another book than the one read before: restored, or damaged.
                    self._entries, self._standing, more = [], Standing(), self._store.entries()
                stand = self._standing.copy()
                for entry in more:
                    stand.add(entry.draft)
                self._entries, self._standing = [*self._entries, *more], stand
            return self._entries, self._standing
