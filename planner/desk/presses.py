"""Papers printed in processes of their own, as many at once as there are processors: a book of thirty pages holds up
neither the other papers nor the other people of the app.

Whole kinds are given out, the longest first, each to the press that is free first. One that is stopped, refused or
lost stops all.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

from planner.desk.page import Page
from planner.desk.press import AT, BROKEN, MADE, REFUSED
from planner.errors import PlannerError
from planner.people import Person
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.desk.papers import Subject

MOST = 2  # each takes 300 to 600 MB
FEW = 15  # parcels, whose papers are printed before a press has begun
BOOKS = ("pack", "atlas", "parcel-atlas")  # a page and more for each parcel
LONGEST = (*BOOKS, "web", "sheet", "certificate", "deck", "layers")  # then all others
_PATIENCE_S = 0.5  # so often whoever waits is asked whether they still do

Named = tuple[Text, str]  # title and seal of what papers are of
Sheaf = tuple[Mapping[str, bytes], Named]  # the files of one kind of paper
Progress = Callable[[float, Text], object]


class PressLost(PlannerError):
    """A process that printed is gone: killed, or out of memory."""

    code = "E_PRESS"
    sentence = N_("The process that printed {kind} ended without a word (status {status}), most likely for want of "
                  "memory. Print fewer papers at once.")


@dataclass(frozen=True)
class Order:
    """All that a press must know: which workspace, for whom, of which moment, of what, how."""

    address: str
    who: Person
    today: date
    now: datetime
    subject: Subject
    page: Page
    year: int | None


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worth(kinds: Sequence[str], parcels: int) -> int:
    """How many presses print so many parcels' papers sooner than this process alone: none, or two and more."""
    many = len(kinds) > 1 and parcels > FEW and any(kind in BOOKS for kind in kinds)
    return min(MOST, processors(), len(kinds)) if many and processors() > 1 else 0


def printed_by(
    presses: int, order: Order, kinds: Sequence[str], progress: Progress
) -> dict[str, Sheaf]:
    """The files of each kind and how the press named what they are of. ``progress`` is told the share of the whole.

    Raises what a press refused, PressLost; then all presses are stopped, as whenever ``progress`` raises.
    """
    heard: Queue[tuple[_Press, tuple[Any, ...] | None]] = Queue()
    waiting = deque(sorted(kinds, key=lambda kind: LONGEST.index(kind) if kind in LONGEST else len(LONGEST)))
    shares, doing = dict.fromkeys(kinds, 0.0), Text("")
    made: dict[str, Sheaf] = {}
    busy = [_Press(order, heard) for _ in range(presses)]
    try:
        for press in busy:
            press.ask(waiting.popleft())
        while len(made) < len(kinds):
            try:
                press, said = heard.get(timeout=_PATIENCE_S)
            except Empty:
                progress(sum(shares.values()) / len(kinds), doing)
                continue
            what, *facts = said or (None,)
            if what == AT:
                shares[press.kind], doing = min(facts[0], 1.0), facts[1]
            elif what == MADE:
                shares[press.kind], made[press.kind] = 1.0, (facts[0], facts[1])
                if waiting:
                    press.ask(waiting.popleft())
            elif what == REFUSED:
                raise facts[0]
            elif what == BROKEN:
                raise RuntimeError(facts[0])
            elif press.kind not in made:
                raise PressLost(kind=press.kind, status=press.status())
            progress(sum(shares.values()) / len(kinds), doing)
    finally:
        for press in busy:
            press.stop()
    return made


class _Press:
    """One process, what it prints now, and a thread that hears it."""

    def __init__(self, order: Order, heard: Queue[tuple[_Press, tuple[Any, ...] | None]]) -> None:
        self.kind = ""
        # The interpreter of this process and a module of this package: nothing in the call comes from outside.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "planner.desk.press"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=_environment(),
        )
        self._tell(order)
        self._listener = Thread(target=self._hear, args=(heard,), daemon=True)
        self._listener.start()

    def ask(self, kind: str) -> None:
        self.kind = kind
        self._tell(kind)

    def status(self) -> int:
        return self._process.wait()

    def stop(self) -> None:
        """At once: nothing is written by a press that could be left half done."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it was told last may still wait to be written
                    pipe.close()

    def _tell(self, what: Any) -> None:
        assert self._process.stdin is not None  # noqa: S101  (a pipe was asked for)
        with suppress(OSError):  # it is gone, which is heard
            self._process.stdin.write(pickle.dumps(what))
            self._process.stdin.flush()

    def _hear(self, heard: Queue[tuple[_Press, tuple[Any, ...] | None]]) -> None:
        assert self._process.stdout is not None  # noqa: S101
        try:
            while True:
                heard.put((self, pickle.load(self._process.stdout)))  # noqa: S301  (from a process of our own)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            heard.put((self, None))


def _environment() -> dict[str, str]:
    """This process's own; the package is found where it was found here."""
    place = str(Path(__file__).parents[2])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([place, *([known] if known else [])])}
