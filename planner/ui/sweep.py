"""What pages leave behind is swept up for all of them at once, now and then, not after each.

Streamlit looks through everything the server holds whenever a page has run: with the libraries of maps and tables that
takes several times as long as a light page itself, and while it looks nobody else is served. So the settings turn that
off (``runner.postScriptGC``), and one thread looks through all of it, where pages have run since it did last.

What pictures and tables of pages have given back then goes back to the system: of its own accord the C library of Linux
keeps it, torn among the threads that used it, and a server that has served for days looks as if it grew.
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


def _trim() -> Callable[[int], int] | None:
    """The C library's own way to give back what it holds and nobody uses; None where it has none."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # macOS, musl; Windows knows no library without a name
        return None
    return found


TRIM = _trim()


def give_back() -> None:
    """Give the memory back to the system that is held and not used; nothing where the C library cannot."""
    if TRIM is not None:
        TRIM(0)


def start() -> Event:
    """Sweep in the background until the event that is returned is set."""
    over, sweep = Event(), Sweep()

    def work() -> None:
        while not over.wait(EVERY_S):
            sweep.look()

    Thread(target=work, daemon=True, name="planner-sweep").start()
    return over
