"""What pages leave behind is swept up for all of them at once, now and then, not after each.

Streamlit looks through everything the server holds whenever a page has run: with the libraries of maps and tables that
takes several times as long as a light page itself, and while it looks nobody else is served. So the settings turn that
off (``runner.postScriptGC``), and one thread looks through all of it, where pages have run since it did last.
"""

from __future__ import annotations

import gc
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
        self._made = self._now()
        return True

    @staticmethod
    def _now() -> int:
        return int(gc.get_stats()[0]["collections"])


def start() -> Event:
    """Sweep in the background until the event that is returned is set."""
    over, sweep = Event(), Sweep()

    def work() -> None:
        while not over.wait(EVERY_S):
            sweep.look()

    Thread(target=work, daemon=True, name="planner-sweep").start()
    return over
