"""The queue as a table to type into, and the answers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.outcome import Judged, Simulation
from planner.desk.desk import Desk
from planner.desk.paper import BASES
from planner.energy.project import Project
from planner.figures import figure
from planner.text import Text
from planner.ui import look
from planner.ui.exports import csv_button
from planner.ui.project_card import who
from planner.ui.projects import COLUMNS, STATUS, WHOLE, differences, frame_of
from planner.ui.queue_state import QueueState, base, place
from planner.ui.session import _, lang, named, said
from planner.verdict import Verdict

ROW, SHOWN = 28, 9
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
        _("Place in the queue"), format="%d", step=1, min_value=1, max_value=max(len(rows), 1), width=52, pinned=True,
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


def answers(at: Desk, before: Simulation, after: Simulation, chosen: str | None, keeps_out: str) -> None:
    """One row a project: verdict, what binds, what is missing, who used it up; the old verdict where it was another;
    whom the chosen project keeps out, on its own row."""
    old = {project.id: project for project in before.projects}
    frame = pd.DataFrame(
        [[*answer_row(at, project, old.get(project.id)), keeps_out if project.id == chosen else ""]
         for project in after.projects],
        columns=[_("Project"), _("Verdict"), _("Before"), _("Bound by"), _("Year"), _("Short by"), _("Used up by"),
                 _("Keeps out")],
    )
    fits = sum(1 for project in after.projects if project.verdict <= Verdict.WARN)
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.markdown(
        f"**{_('{fits} of {count} projects fit', fits=fits, count=len(after.projects))}** · "
        f"{_('energy on the {basis} basis', basis=Text(BASES.get(after.basis, after.basis)))}"
    )
    with right:
        csv_button(frame, "admission", key="csv-answers")
    st.dataframe(
        frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        row_height=ROW,
        height=ROW * (min(len(frame), SHOWN) + 1) + 12,
        key="answers",
        placeholder="",
        column_config={_("Project"): st.column_config.TextColumn(pinned=True, width=190)},
    )


def answer_row(at: Desk, project: Judged, old: Judged | None) -> list[str]:
    """The printed row of one project."""
    was = look.plain_chip(old.verdict) if old is not None and old.verdict != project.verdict else ""
    row = [named(project.name or project.id), look.plain_chip(project.verdict), was]
    bound = project.binding
    if bound is None:
        return [*row, "", "", "", ""]
    if bound.rule is not None:
        rule = next((rule for rule in at.parameters.rules if rule.rule == bound.rule), None)
        return [*row, _(rule.title) if rule else bound.rule, "", said(bound.why) if bound.why else "", ""]
    short = (
        said(figure(bound.short_by, bound.unit)) if bound.short_by is not None else said(bound.why) if bound.why else ""
    )
    users = " · ".join(f"{who(draw.id, draw.name)} {draw.amount:,.0f}" for draw in bound.used_by[:4])
    return [*row, said(quota_title(bound.quota or "", at.parameters)), str(bound.year or ""), short, users]
