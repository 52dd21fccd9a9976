"""Answers that all sessions share: made once for what they rest on, the oldest given up for new ones.

A key names everything that an answer rests on, so that another state of the workspace is another key: nothing here
grows old.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Remembered(Generic[Answer]):
    """The ``most`` answers that were asked for last, by key."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()

    def known(self, key: Hashable) -> Answer | None:
        """The answer that was made for a key, None where none is kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer for a key, made where none is kept; meanwhile others are answered."""
        found = self.known(key)
        if found is None:
            found = make()
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return found
