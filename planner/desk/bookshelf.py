"""What stands in the book, as it was last read: read on from there, not from its first entry each time.

The book only grows, so what was read stays true as long as the next entry follows it. Proof of the book (`verify`)
never asks here: it reads every row. Nor does who wants entries themselves: they are asked of the store, some at a time.
"""

from __future__ import annotations

from threading import Lock

from planner.quota.balances import AccountBalance, Standing, balances
from planner.store.base import Store

READ_ON = 5_000  # entries; to add up more anew is quicker
KEPT = 4  # of the last moments


class Bookshelf:
    """Remembers what stood in one store when it was last asked, the newest last: whoever looks within a moment may be
    a little behind the others. What it hands out is never changed afterwards."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._kept = {"": Standing()}  # by the hash of the last entry
        self._balances: tuple[Standing, tuple[AccountBalance, ...]] | None = None

    def standing(self) -> Standing:
        """What stands now, or stood at the moment in which it is asked."""
        # The moment first: whoever holds the lock then waits for no connection that somebody holds who waits for it.
        with self._store.moment(), self._lock:
            return self._read()

    def balances(self) -> tuple[AccountBalance, ...]:
        """Every account as it stands now."""
        with self._store.moment(), self._lock:
            stand = self._read()
            if self._balances is None or self._balances[0] is not stand:
                self._balances = stand, balances(stand)
            return self._balances[1]

    def _read(self) -> Standing:
        head = self._store.head()
        if head not in self._kept:
            last, known = next(reversed(self._kept.items()))
            more = self._store.entries(after=known.entries, before=known.entries + READ_ON) if known.entries else []
            if more and more[0].previous == last and len(more) < READ_ON - 1:
                stand = known.copy()
                for entry in more:
                    stand.add(entry.draft)
            else:  # never read, long ago, at an earlier moment, or another book: restored, or damaged
                stand, head = self._store.standing()
            self._kept[head] = stand
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return self._kept[head]
