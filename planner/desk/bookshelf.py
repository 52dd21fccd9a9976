"""What stands in the book, as it was last read: read on from there, not from its first entry each time.

The book only grows, so what was read stays true as long as the next entry follows it. Proof of the book (`verify`)
never asks here: it reads every row. Nor does who wants entries themselves: they are asked of the store, some at a time.
"""

from __future__ import annotations

from threading import Lock

from planner.quota.balances import AccountBalance, Standing, balances
from planner.store.base import Store

READ_ON = 5_000  # entries; to add up more anew is quicker


class Bookshelf:
    """Remembers what stands in one store. What it hands out is never changed afterwards."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._standing, self._last = Standing(), ""
        self._balances: tuple[AccountBalance, ...] | None = ()

    def standing(self) -> Standing:
        """What stands now."""
        with self._lock:
            return self._read()

    def balances(self) -> tuple[AccountBalance, ...]:
        """Every account as it stands now."""
        with self._lock:
            stand = self._read()
            if self._balances is None:
                self._balances = balances(stand)
            return self._balances

    def _read(self) -> Standing:
        if self._store.head() != self._last:
            known = self._standing.entries
            more = self._store.entries(after=known, before=known + READ_ON) if known else []
            if more and more[0].previous == self._last and len(more) < READ_ON - 1:
                self._standing = self._standing.copy()
                for entry in more:
                    self._standing.add(entry.draft)
                self._last = more[-1].hash
            else:  # never read, long ago, or another book than the one read before: restored, or damaged
                self._standing, self._last = self._store.standing()
            self._balances = None
        return self._standing
