"""How sure the answer is: ranges on inputs, how often a cap breaks, what decides it, whom to admit at a confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.risk import Risk
from planner.desk.desk import Desk
from planner.desk.queue import Asked
from planner.energy.project import Project
from planner.ui.exports import csv_button
from planner.ui.inputs import input_title
from planner.ui.projects import get
from planner.ui.review import waiting
from planner.ui.review.shown import UNREACHED
from planner.ui.session import _, named, said

# Inputs that get a range when a project states none, and what they may reach at most.
RANGED: Mapping[str, float | None] = {
    "data_centre.load_factor": 1.0, "data_centre.pue": None, "carriers.electricity_mwh": None,
    "carriers.natural_gas_m3": None, "gas_power.generation_mwh": None,
}
WHOLE_FROM = 1000  # a use above this is shown without a fraction
FIRST = {"breach": 128, "drivers": 270, "admitted": 150}  # pixels of the first column, so that all columns show
LEAST = {"data_centre.pue": 1.0}


def ranged(project: Project, spread: float) -> Project:
    """The project with a range of ``spread`` up and down on its main inputs, unless it states its own."""
    if project.uncertain or not spread:
        return project
    found = {}
    for path, most in RANGED.items():
        mode = get(project, path)
        if mode:
            low, high = max(LEAST.get(path, 0.0), mode * (1 - spread)), mode * (1 + spread)
            found[path] = (low, mode, high if most is None else min(most, high))
    return project.model_copy(update={"uncertain": found})


def last_risk(mark: str) -> Risk | None:
    """What was last found for this state of the queue, for the bands of the charts."""
    known: dict[tuple[str, float, int], Risk] = st.session_state.get("risk", {})
    return next((found for (of, _spread, _draws), found in known.items() if of == mark), None)


def sureness(at: Desk, queue: Sequence[Project], asked: Asked, mark: str) -> None:
    """Ask how sure the queue is; then the answer of this state of the queue."""
    one, two, three, four = st.columns([1.2, 1.2, 1.2, 2], vertical_alignment="bottom")
    spread = one.slider(_("Range where none is stated, ±%"), 0, 50, 10, 5, key="risk-spread") / 100
    draws = int(two.select_slider(_("Draws"), (1000, 4000, 10_000, 40_000), 4000, key="risk-draws"))
    confidence = three.slider(_("Admit at a confidence of, %"), 50, 99, 90, 1, key="risk-confidence") / 100
    known: dict[tuple[str, float, int], Risk] = st.session_state.setdefault("risk", {})
    key = (mark, spread, draws)
    if four.button(_("How sure?"), icon=":material/casino:", key="risk-run", type="primary"):
        known.clear()
        wide = asked.with_projects([ranged(project, spread) for project in asked.scenario.projects])
        waiting.begin("risk", key, lambda stopped: wide.risk(draws, 0),
                      lambda: _("Judging the queue in {count:,} draws ...", count=draws), seconds=5.0)
    if (answer := waiting.taken("risk", key)) is not None:
        known[key] = answer
        st.rerun()  # the charts above get their bands
    if waiting.waited_for("risk"):
        return
    found = known.get(key)
    if found is None:
        st.caption(_("Draws the uncertain inputs, judges the queue in each, and says how often every cap breaks."))
        return
    left, middle, right = st.columns([1.6, 1.05, 1])
    with left:
        table(breaches(at, found), "breach")
    with middle:
        table(deciding(queue, found), "drivers")
    with right:
        table(admitted(queue, found, confidence), "admitted")


def table(frame: pd.DataFrame, name: str) -> None:
    """A table and its file."""
    figures: dict[str, Any] = {column: st.column_config.NumberColumn(format="localized") for column in frame.columns
                               if pd.api.types.is_float_dtype(frame[column])}
    figures[frame.columns[0]] = st.column_config.TextColumn(width=FIRST[name])
    st.dataframe(frame, hide_index=True, row_height=28, height=28 * 9, key=f"risk-{name}", column_config=figures)
    csv_button(frame, name, key=f"csv-{name}")


def breaches(at: Desk, found: Risk) -> pd.DataFrame:
    """Probability of breach by quota and year, and the range of the use."""
    rows = [
        (said(quota_title(row.key.quota, at.parameters)), row.key.year, round(100 * row.probability, 2), row.cap,
         *(round(use, 0 if use >= WHOLE_FROM else 3) for use in (row.p10, row.p50, row.p90)))
        for row in found.breach if row.cap < UNREACHED or "_per_" not in row.unit
    ]
    return pd.DataFrame(rows, columns=[_("Quota"), _("Year"), _("Breaks in %"), _("Cap"), "P10", "P50", "P90"])


def deciding(queue: Sequence[Project], found: Risk) -> pd.DataFrame:
    """What decides the use that is least sure."""
    names = {project.id: named(project.called) for project in queue}
    rows = []
    for row in found.drivers:
        id_ = next((id_ for id_ in names if row.input.startswith(f"{id_}.")), "")
        path = row.input.removeprefix(f"{id_}.")
        rows.append((f"{names.get(id_, id_)}: {input_title(path)}", round(100 * row.share, 1)))
    return pd.DataFrame(rows, columns=[_("What decides"), _("Share, %")])


def admitted(queue: Sequence[Project], found: Risk, confidence: float) -> pd.DataFrame:
    """In what share of the draws each project is in, and whether that is often enough."""
    names = {project.id: named(project.called) for project in queue}
    return pd.DataFrame(
        [(names.get(id_, id_), round(100 * share, 1), "● " + _("admit") if share >= confidence else "✕ " + _("not yet"))
         for id_, share in found.admitted.items()],
        columns=[_("Project"), _("In, %"), _("At this confidence")])
