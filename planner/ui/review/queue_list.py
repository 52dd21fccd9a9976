"""The queue as a list to drag, mounted as a component of this package's own script: nothing is fetched from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

import streamlit as st

from planner.ui.session import _

KEY = "queue-list"
_HERE = files(__package__)
_mounted = st.components.v2.component(
    "planner_queue",
    html='<div class="queue"></div>',
    css=_HERE.joinpath("queue_list.css").read_text("utf-8"),
    js=_HERE.joinpath("queue_list.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Heading:
    """A column: its title, whether it holds figures, its width in CSS ("" for what is left)."""

    title: str
    figure: bool = False
    width: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell; ``lines`` is its arithmetic, shown when hovered, ``sources`` with it when clicked;
    ``full`` the words in a file and when hovered, where the list has room for a sign only."""

    text: str
    lines: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    colour: str = ""
    full: str = ""


@dataclass(frozen=True)
class Row:
    """One project: a cell a column, the first its name; ``keeps`` is said on a row of its own below."""

    id: str
    cells: tuple[Cell, ...]
    keeps: str = ""


def queue_list(
    headings: Sequence[Heading], rows: Sequence[Row], *, chosen: str | None, height: int,
    moved: Callable[[str, int], None], picked: Callable[[str], None],
) -> None:
    """The list. ``moved`` hears a project and its new place counted from 1, ``picked`` a project; both before the page
    is drawn again, and only of projects and places that there are."""
    known = {row.id for row in rows}

    def told(name: str) -> Any:
        return (st.session_state.get(KEY) or {}).get(name)

    def hear_move() -> None:
        said = told("moved")
        id_, to = (said.get("id"), said.get("to")) if isinstance(said, dict) else (None, None)
        if id_ in known and isinstance(to, int) and 1 <= to <= len(rows):
            moved(str(id_), to)

    def hear_choice() -> None:
        if (id_ := told("chosen")) in known:
            picked(str(id_))

    words = {
        "grip": _("Drag to another place, or press the arrow keys"), "close": _("Close"), "source": _("Source"),
        "more": _("Click for the source"),
    }
    _mounted(
        key=KEY,
        data={"headings": [asdict(one) for one in (Heading(_("No."), width="44px"), *headings)],
              "rows": [asdict(row) for row in rows], "chosen": chosen, "height": height, "words": words},
        on_moved_change=hear_move,
        on_chosen_change=hear_choice,
    )
