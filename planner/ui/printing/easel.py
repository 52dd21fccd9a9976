"""Pages that are drawn to be looked at: one at a time for all who ask, in the order in which they asked; and the page
that one person saw is shown to the next who asks for the same.

Who waits is told how many are before; who goes elsewhere meanwhile leaves the line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Condition

import streamlit as st

from planner.ui.remembered import Remembered

KEPT = 48  # pages, some 200 kB each
LOOK_S = 0.5  # how often who waits looks whether they still do
Picture = tuple[bytes, int]  # PNG, and how many pages there are


class Easel:
    """Remembers the pages drawn last, and who is in the line."""

    def __init__(self) -> None:
        self._pages: Remembered[Picture] = Remembered(KEPT)
        self._line: deque[object] = deque()
        self._moved = Condition()

    def known(self, key: Hashable) -> Picture | None:
        """A page that was drawn before, None where none was."""
        return self._pages.known(key)

    def drawn(self, key: Hashable, draw: Callable[[], Picture], *, waiting: Callable[[int], None]) -> Picture:
        """The page, drawn when it is this one's turn; until then ``waiting`` is told how many are before. Who was
        before may have asked for the same: then nothing is drawn."""
        known = self.known(key)
        if known is not None:
            return known
        with self._turn(waiting):
            return self._pages.get(key, draw)

    @contextmanager
    def _turn(self, waiting: Callable[[int], None]) -> Iterator[None]:
        mine = object()
        with self._moved:
            self._line.append(mine)
        try:
            while before := self._before(mine):
                waiting(before)  # outside the lock: it may be here that the person goes elsewhere
                with self._moved:
                    if self._line[0] is not mine:
                        self._moved.wait(LOOK_S)
            yield
        finally:
            with self._moved:
                self._line.remove(mine)
                self._moved.notify_all()

    def _before(self, mine: object) -> int:
        with self._moved:
            return self._line.index(mine)


@st.cache_resource(show_spinner=False)
def easel() -> Easel:
    """The one that all sessions share."""
    return Easel()
