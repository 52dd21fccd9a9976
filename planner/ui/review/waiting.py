"""Work that takes seconds, with its progress on the page: it runs beside, the page looks at it now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import streamlit as st

Done = TypeVar("Done")
Say = Callable[[], str]


def watched(work: Callable[[], Done], say: Say, *, seconds: float) -> Done:
    """The answer of ``work``; until then a bar that fills in ``seconds``, with what ``say`` has to tell.

    What ``work`` raises is raised here.
    """
    bar, began = st.progress(0.0, say()), time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        answer = beside.submit(work)
        while not answer.done():
            time.sleep(0.15)
            bar.progress(min(0.99, (time.monotonic() - began) / seconds), say())
    bar.empty()
    return answer.result()
