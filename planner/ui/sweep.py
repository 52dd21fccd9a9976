"""What pages leave behind is swept up for all of them at once, now and then, not after each.

Streamlit looks through everything the server holds whenever a page has run: with the libraries of maps and tables that
takes several times as long as a light page itself, and while it looks nobody else is served. So the settings turn that
off (``runner.postScriptGC``), and one thread looks through all of it, where pages have run since it did last.

What pictures and tables of pages have given back then goes back to the system. Of its own accord the C library of Linux
keeps it, torn among eight heaps for each processor; two heaps for all hold a quarter of that unused, and a server that
has served for a day does not look as if it grew.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from threading import Event, Thread

EVERY_S = 10.0
# Collections of the youngest: a server at which nobody works makes a few in that time, one page makes more.
WORKED = 20


class Sweep:
    """Remembers how much had been made when it last swept."""

    def __init__(self) -> None:
        self._made = self._now()

    def look(self) -> bool:
        """Sweep if pages have run since; whether it did."""
        if self._now() - self._made < WORKED:
            return False
        gc.collect()
        give_back()
        self._made = self._now()
        return True

    @staticmethod
    def _now() -> int:
        return int(gc.get_stats()[0]["collections"])


def _of_c(name: str) -> Callable[..., int] | None:
    """A function of the C library, None where it has none of that name."""
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # macOS, musl; Windows knows no library without a name
        return None
    return found


TRIM, SET = _of_c("malloc_trim"), _of_c("mallopt")
_HEAPS = -8  # M_ARENA_MAX of malloc.h
_TWO = 2


def give_back() -> None:
    """Give the memory back to the system that is held and not used; nothing where the C library cannot."""
    if TRIM is not None:
        TRIM(0)


def share_heaps() -> None:
    """Let all threads that come share two heaps: Python lets one of them work at a time anyway."""
    if TRIM is not None and SET is not None:  # of glibc, where the number means this
        SET(_HEAPS, _TWO)


def start() -> Event:
    """Sweep in the background until the event that is returned is set; before any page is run."""
    share_heaps()
    over, sweep = Event(), Sweep()

    def work() -> None:
        while not over.wait(EVERY_S):
            sweep.look()

    Thread(target=work, daemon=True, name="planner-sweep").start()
    return over
