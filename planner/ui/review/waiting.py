"""Work that takes seconds, with its progress on the page: it runs beside, the page looks at it now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

import streamlit as st

Done = TypeVar("Done")
Say = Callable[[], str]
Stopped = Callable[[], bool]


def watched(work: Callable[[], Done], say: Say, *, seconds: float) -> Done:
    """The answer of ``work``; until then a bar that fills in ``seconds``, with what ``say`` has to tell.

    What ``work`` raises is raised here.
    """
    return stoppable(lambda told: work(), say, lambda answer: None, seconds=seconds)


def stoppable(work: Callable[[Stopped], Done], say: Say, keep: Callable[[Done], None], *, seconds: float) -> Done:
    """As ``watched``, for work that answers with what it has once it is told to stop.

    A click anywhere ends this run of the page: the work is told, and ``keep`` has its answer for the next run.
    """
    bar, began, told = st.progress(0.0, say()), time.monotonic(), Event()
    with ThreadPoolExecutor(1) as beside:
        answer = beside.submit(work, told.is_set)
        try:
            while not answer.done():
                time.sleep(0.15)
                bar.progress(min(0.99, (time.monotonic() - began) / seconds), say())
        finally:
            told.set()
            if answer.exception() is None:
                keep(answer.result())
    bar.empty()
    return answer.result()
