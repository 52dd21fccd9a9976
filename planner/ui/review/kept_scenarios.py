"""Scenarios under a name: saved, taken in and out as files, opened, compared, merged, asked what moves them most."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.compare import Comparison
from planner.admission.headline import quota_title
from planner.desk import scenarios
from planner.desk.desk import Desk
from planner.desk.scenarios import Source
from planner.errors import PlannerError
from planner.formats.toml_files import read_scenario
from planner.formats.write_toml import scenario_text
from planner.text import N_
from planner.ui import look
from planner.ui.exports import csv_button
from planner.ui.refusals import refused
from planner.ui.review.keeping import OPEN_NEXT
from planner.ui.review.merging import merging
from planner.ui.review.shown import Shown
from planner.ui.review.swings import swings
from planner.ui.session import _, actor, forget_key, named, request_key, said
from planner.ui.tables import table

WORK: Mapping[str, str] = {"compare": N_("Compare"), "merge": N_("Merge"), "tornado": N_("What moves it most")}
WIDE_NARROW = (1.2, 1)
FIRST = 118  # pixels of the first column of a table, so that the others show
NOW = ""  # the queue as it stands, among the names of saved scenarios


def kept_scenarios(at: Desk, shown: Shown) -> None:
    """Save and files on the left, what can be done with saved ones on the right."""
    sources = {NOW: Source(_("the queue as it stands"), shown.tables),
               **{row.name: Source(row.name, row.tables, actor=row.actor) for row in at.scenarios()}}
    left, right = st.columns([1, 3], gap="medium")
    with left:
        saving(at, shown.tables, set(sources))
        files(at, shown.tables, set(sources))
    with right:
        work = st.segmented_control(_("What to do"), list(WORK), key="scenario-work", default="compare", required=True,
                                    format_func=lambda name: _(WORK[name]), label_visibility="collapsed")
        try:
            if work == "tornado":
                swings(at, shown)
            elif len(sources) == 1:
                st.caption(_("No scenario is saved yet."))
            elif work == "merge":
                merging(at, sources)
            else:
                compare(at, sources, shown.park)
        except PlannerError as refusal:
            refused(refusal)


def saving(at: Desk, tables: Mapping[str, Any], known: set[str]) -> None:
    """Save the queue under a name."""
    one, two = st.columns([2, 1], vertical_alignment="bottom")
    name = one.text_input(_("Save the queue as"), key="scenario-name", max_chars=80).strip()
    if two.button(_("Save"), key="scenario-save", disabled=not name, width="stretch", icon=":material/save:"):
        save(at, name, tables, known)


def save(at: Desk, name: str, tables: Mapping[str, Any], known: set[str], *, opened: bool = False) -> None:
    """Keep tables under a name, and say so; ``opened``: the page then works on them."""
    try:
        scenarios.keep(at, name, tables, actor=actor(_("reviewer")), key=request_key("scenario", f"{name}{tables}"),
                       replace=name in known)
    except PlannerError as refusal:
        refused(refusal)
        return
    forget_key("scenario")
    st.session_state["flash"] = _("Scenario '{name}' is saved.", name=name)
    if opened:
        st.session_state[OPEN_NEXT] = name
    st.rerun(scope="app")


def files(at: Desk, tables: Mapping[str, Any], known: set[str]) -> None:
    """The queue as a scenario file, and a scenario file into the workspace."""
    st.download_button(_("Scenario file (TOML)"), scenario_text(tables), file_name="scenario.toml", mime="text/plain",
                       key="scenario-out", on_click="ignore", icon=":material/download:", type="tertiary")
    look.drop_hint("scenario-in", _("or drop it here: TOML"))
    given = st.file_uploader(_("Open a scenario file"), type=["toml"], key="scenario-in")
    if given is None:
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scenario.toml"
            path.write_bytes(given.getvalue())
            read = read_scenario(path)
    except PlannerError as refusal:
        refused(refusal)
        return
    name = Path(given.name).stem[:80]
    label = _(N_("Replace '{name}' and open") if name in known else N_("Save as '{name}' and open"), name=name)
    if st.button(label, key="scenario-open", width="stretch", icon=":material/folder_open:"):
        save(at, name, read, known, opened=True)


def compare(at: Desk, sources: Mapping[str, Source], park: str) -> None:
    """Two of them side by side and as a difference."""
    one, two = st.columns(2)
    names = list(sources)
    before = one.selectbox(_("Compare"), names, key="scenario-before", index=1,
                           format_func=lambda name: sources[name].name)
    after = two.selectbox(_("with"), names, key="scenario-after", format_func=lambda name: sources[name].name)
    comparison(at, scenarios.compared(at, sources[before], sources[after], park=park))


def comparison(at: Desk, found: Comparison) -> None:
    """What is gained, which verdicts differ, and what is left of each budget on both sides."""
    one, two = found.gains
    gains = pd.DataFrame(
        [(_("Projects in"), one.admitted, two.admitted, two.admitted - one.admitted),
         *((label, getattr(one, field), getattr(two, field), getattr(two, field) - getattr(one, field))
           for field, label in (("value_added_wan_yuan", _("Value added, 10,000 yuan")),
                                ("tax_wan_yuan", _("Tax, 10,000 yuan")), ("jobs", _("Jobs"))))],
        columns=["", *sides(found), _("Difference")])
    verdicts = pd.DataFrame(
        [(named(row.name or row.id), *(look.plain_chip(side.verdict) if side else "-" for side in
                                       (row.before, row.after))) for row in found.projects if row.changed],
        columns=[_("Project"), *sides(found)])
    budgets = pd.DataFrame(
        [(said(quota_title(row.quota, at.parameters)), row.year, row.before.left if row.before else None,
          row.after.left if row.after else None, row.more_left) for row in found.balance if row.more_left],
        columns=[_("Quota"), _("Year"), *(f"{_('Left')}: {name}" for name in sides(found)), _("Difference")])
    inputs = pd.DataFrame(
        [[said(part) for part in (row.of, row.input, row.before, row.after)]
         for row in scenarios.told_inputs(found, at.parameters)], columns=[_("Of"), _("Input"), *sides(found)])
    alike = {"verdicts": _("No verdict differs."), "left": _("No budget differs."), "inputs": _("No input differs.")}
    tables = {"gains": gains, "verdicts": verdicts, "left": budgets, "inputs": inputs}
    titles = {"gains": _("What comes of it"), "verdicts": _("Verdicts that differ"), "left": _("Budgets that differ"),
              "inputs": _("Inputs that differ")}
    places = [*st.columns(WIDE_NARROW), *st.columns(WIDE_NARROW)]
    for place, (name, frame) in zip(places, tables.items(), strict=True):
        with place:
            st.markdown(f"**{titles[name]}**")
            if frame.empty:
                st.caption(alike[name])
                continue
            table(frame, most=7, key=f"compare-{name}", column_config=figures_of(frame))
            csv_button(frame, f"compare-{name}", key=f"csv-compare-{name}")


def sides(found: Comparison) -> tuple[str, str]:
    """Names for the two sides that are never the same."""
    one, two = found.names
    return (one, two) if one != two else (one, f"{two} (2)")


def figures_of(frame: pd.DataFrame) -> dict[str, Any]:
    """How the columns of a table are printed: figures grouped, years as they are, the first no wider than it needs."""
    found: dict[str, Any] = {name: st.column_config.NumberColumn(format="localized") for name in frame.columns
                             if pd.api.types.is_float_dtype(frame[name])}
    found[frame.columns[0]] = st.column_config.TextColumn(width=FIRST)
    return found
