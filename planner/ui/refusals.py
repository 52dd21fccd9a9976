"""The one place that shows a refusal of the planner: what was refused and the way out, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from planner.errors import PlannerError
from planner.ui.session import translate

Given = ParamSpec("Given")


def guarded(show: Callable[Given, None]) -> Callable[Given, None]:
    """A part of a page whose refusals become sentences. A fragment needs it inside itself: nothing leaves one."""

    @wraps(show)
    def part(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            show(*args, **kwargs)
        except PlannerError as refusal:
            refused(refusal)

    return part


def refused(refusal: PlannerError) -> None:
    """What was refused, with which values, and the way out."""
    st.error(refusal.say(translate()), icon=":material/block:")
