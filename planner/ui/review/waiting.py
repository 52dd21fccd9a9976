"""Work that takes seconds: it runs in a thread beside the page, which stays free and looks at it twice a second.

A click inside a fragment never ends a run of the page that is under way; it waits until that run is over. So nothing
that a person may want to stop is waited for inside a run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import streamlit as st

from planner.ui.session import _, kept

Say = Callable[[], str]
Stopped = Callable[[], bool]
LOOK_S = 0.5
AT_ONCE_S = 0.8  # work that is done by then shows its answer in the same run
LEFT_S = 30.0  # nobody has looked for so long: the page was left, the work is told to stop


@dataclass
class Work:
    """One question under way: what it is asked of, what it says of itself, and how long it is expected to take."""

    of: Hashable
    say: Say
    seconds: float
    stop: str
    began: float = field(default_factory=time.monotonic)
    seen: float = field(default_factory=time.monotonic)
    told: Event = field(default_factory=Event)
    answer: Future[Any] = field(default_factory=Future)

    def stopped(self) -> bool:
        """Whether it is to end with what it has."""
        return self.told.is_set() or time.monotonic() - self.seen > LEFT_S


def under_way() -> dict[str, Work]:
    """The questions of this session that have no answer yet, by name."""
    return kept("under-way", dict)


def begin(name: str, of: Hashable, work: Callable[[Stopped], Any], say: Say, *, seconds: float, stop: str = "") -> None:
    """Begin a question of ``of``; one that is under way under this name is told to stop. ``work`` touches no widget;
    ``stop`` is what its button says, where it answers with what it has when it is told to stop."""
    drop(name)
    one = under_way()[name] = Work(of, say, seconds, stop)

    def run() -> None:
        try:
            one.answer.set_result(work(one.stopped))
        except BaseException as problem:  # it is raised where the answer is taken
            one.answer.set_exception(problem)

    Thread(target=run, name=name, daemon=True).start()
    wait([one.answer], AT_ONCE_S)


def asked(name: str, of: Hashable) -> bool:
    """Whether the question of ``of`` is under way, or has an answer that nobody took yet."""
    one = under_way().get(name)
    return one is not None and one.of == of


def taken(name: str, of: Hashable) -> Any:
    """The answer to the question of ``of``, once; None while there is none. What it raised is raised here. A question
    of anything else is told to stop: nobody waits for it."""
    one = under_way().get(name)
    if one is None:
        return None
    if one.of != of:
        drop(name)
        return None
    if not one.answer.done():
        return None
    del under_way()[name]
    return one.answer.result()


def drop(name: str) -> None:
    """Nobody waits for the answer any more."""
    one = under_way().pop(name, None)
    if one is not None:
        one.told.set()


def waited_for(name: str) -> bool:
    """Whether a question is under way; then its bar, and its button where it can be stopped."""
    if name not in under_way():
        return False
    look_at(name)
    return True


@st.fragment(run_every=LOOK_S)
def look_at(name: str) -> None:
    """How far a question is; the whole page runs again when its answer is there."""
    one = under_way().get(name)
    if one is None:
        return
    one.seen = time.monotonic()
    if one.answer.done():
        st.rerun()
    st.progress(min(0.99, (one.seen - one.began) / one.seconds), one.say())
    if one.stop:
        st.button(_("Stopping ...") if one.told.is_set() else one.stop, icon=":material/stop_circle:",
                  key=f"{name}-stop", on_click=one.told.set, disabled=one.told.is_set())
