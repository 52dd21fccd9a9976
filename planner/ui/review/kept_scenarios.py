"""Scenarios under a name: save the queue as it stands, and see two side by side and as a difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.compare import Comparison
from planner.admission.headline import quota_title
from planner.desk import scenarios
from planner.desk.desk import Desk
from planner.desk.scenarios import Source
from planner.errors import PlannerError
from planner.ui import look
from planner.ui.exports import csv_button
from planner.ui.refusals import refused
from planner.ui.session import _, forget_key, kept, named, request_key, said


def kept_scenarios(at: Desk, tables: Mapping[str, Any], park: str) -> None:
    """Save on the left, compare on the right."""
    known = {row.name: row for row in at.scenarios()}
    now = _("the queue as it stands")
    one, two, three, four, five = st.columns([1.4, 0.9, 0.4, 1.4, 1.4], vertical_alignment="bottom")
    name = one.text_input(_("Save the queue as"), key="scenario-name", max_chars=80).strip()
    if two.button(_("Save"), key="scenario-save", disabled=not name, width="stretch", icon=":material/save:"):
        try:
            scenarios.keep(at, name, tables, actor=kept("actor", str) or _("reviewer"),
                           key=request_key("scenario", f"{name}{tables}"), replace=name in known)
            forget_key("scenario")
            st.session_state["flash"] = _("Scenario '{name}' is saved.", name=name)
            st.rerun(scope="app")
        except PlannerError as refusal:
            refused(refusal)
    before = four.selectbox(_("Compare"), [*known], key="scenario-before", index=0 if known else None)
    after = five.selectbox(_("with"), [now, *known], key="scenario-after")
    if before is None or before not in known:
        st.caption(_("No scenario is saved yet."))
        return
    other = Source(now, tables) if after == now else Source(after, known[after].tables)
    try:
        comparison(at, scenarios.compared(at, Source(before, known[before].tables), other, park=park))
    except PlannerError as refusal:
        refused(refusal)


def comparison(at: Desk, found: Comparison) -> None:
    """What is gained, which verdicts differ, and what is left of each budget on both sides."""
    one, two = found.gains
    gains = pd.DataFrame(
        [(_("Projects in"), one.admitted, two.admitted, two.admitted - one.admitted),
         *((label, getattr(one, field), getattr(two, field), getattr(two, field) - getattr(one, field))
           for field, label in (("value_added_wan_yuan", _("Value added, 10,000 yuan")),
                                ("tax_wan_yuan", _("Tax, 10,000 yuan")), ("jobs", _("Jobs"))))],
        columns=["", *found.names, _("Difference")])
    verdicts = pd.DataFrame(
        [(named(row.name or row.id), *(look.plain_chip(side.verdict) if side else "-" for side in
                                       (row.before, row.after))) for row in found.projects if row.changed],
        columns=[_("Project"), *found.names])
    budgets = pd.DataFrame(
        [(said(quota_title(row.quota, at.parameters)), row.year, row.before.left if row.before else None,
          row.after.left if row.after else None, row.more_left) for row in found.balance if row.more_left],
        columns=[_("Quota"), _("Year"), *(f"{_('Left')}: {name}" for name in found.names), _("Difference")])
    for place, frame, name in zip(st.columns([1, 1, 1.4]), (gains, verdicts, budgets), ("gains", "verdicts", "left"),
                                  strict=True):
        with place:
            st.dataframe(frame, hide_index=True, row_height=28, height=28 * 8, key=f"compare-{name}")
            csv_button(frame, f"compare-{name}", key=f"csv-compare-{name}")
