"""The figures of the queue's projects as a table to type into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.energy.project import Project
from planner.ui.projects import COLUMNS, STATUS, WHOLE, differences, frame_of
from planner.ui.queue_state import QueueState, base, place
from planner.ui.session import _, lang, named

ROW, SHOWN = 28, 14
PLACE = "place"


def typed(state: QueueState, stored: Sequence[Project]) -> None:
    """The queue as a table to type into; another number in the first column moves a project to that place."""
    rows = base(state, stored)
    before = frame_of(rows)
    words = {value: _(word) for value, word in STATUS.items()}
    before["status"] = before["status"].map(words)
    before["name"] = before["name"].map(named)
    before.insert(0, PLACE, range(1, len(rows) + 1))
    config = {path: _column(path) for path in COLUMNS}
    config[PLACE] = st.column_config.NumberColumn(
        _("No."), format="%d", step=1, min_value=1, max_value=max(len(rows), 1), width=52, pinned=True,
        help=_("Type another number to move the project there")
    )
    config["status"] = st.column_config.SelectboxColumn(
        _(COLUMNS["status"]), options=list(words.values()), required=True, width="small"
    )
    after = st.data_editor(
        before,
        hide_index=True,
        column_config=config,
        key=f"queue-{state.epoch}-{lang()}",
        row_height=ROW,
        placeholder="",
        height=ROW * (min(len(rows), SHOWN) + 1) + 12,
        disabled=not rows,
    )
    for id_, old, new in zip(after.index, before[PLACE], after[PLACE], strict=True):
        if not pd.isna(new) and int(new) != old:
            place(state, stored, str(id_), int(new))
            st.rerun(scope="fragment")
    back = {word: value for value, word in words.items()}
    changes = differences(before, after)  # a name left alone keeps both its languages
    for figures in changes.values():
        if "status" in figures:
            figures["status"] = back[figures["status"]]
    state.typed = changes


def _column(path: str) -> Any:
    label = _(COLUMNS[path])
    if path == "name":
        return st.column_config.TextColumn(label, pinned=True, required=True, max_chars=120, width=190)
    if path in WHOLE:
        return st.column_config.NumberColumn(label, format="%d", step=1, min_value=1990, max_value=2100, width="small")
    digits = "%.2f" if path.endswith(("pue", "load_factor", "kw_per_rack", "_ha")) else "localized"
    return st.column_config.NumberColumn(label, format=digits, min_value=0, width="small")


