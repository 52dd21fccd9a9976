"""The inputs of a project in the reader's words, where a page would else show a dotted path."""

from __future__ import annotations

from planner.admission.places import titled
from planner.ui.session import said


def input_title(path: str) -> str:
    """An input in the reader's words; one that has none by its path."""
    return said(titled(path))
