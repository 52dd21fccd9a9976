"""Two reviewers' versions of one scenario as one: every conflict named, nothing saved before a person says so."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.admission.tables import Side
from planner.desk import scenarios
from planner.desk.desk import Desk
from planner.desk.scenarios import Source
from planner.errors import PlannerError
from planner.text import N_
from planner.ui.exports import csv_button
from planner.ui.refusals import refused
from planner.ui.session import _, actor, forget_key, request_key, said

TAKE: Mapping[Side, str] = {"base": N_("the common start"), "mine": N_("the first version"),
                            "theirs": N_("the second version")}


def merging(at: Desk, sources: Mapping[str, Source]) -> None:
    """Choose the common start and both versions, see what conflicts and whose figure is taken, save the result."""
    names = list(sources)
    labels = {"base": _("Common start"), "mine": _("First version"), "theirs": _("Second version")}
    chosen = {}
    for place, (side, label) in zip(st.columns(3), labels.items(), strict=True):
        chosen[side] = place.selectbox(label, names, key=f"merge-{side}", index=0 if side == "mine" else 1,
                                       format_func=lambda name: sources[name].name)
    take: Side = st.segmented_control(
        _("Where they conflict, take"), list(TAKE), key="merge-take", default="base", required=True,
        format_func=lambda side: _(TAKE[side]),
    )
    versions = [sources[chosen[side]] for side in labels]
    found = scenarios.merged(*versions, take=take)
    if found.conflicts:
        by = [said(one.by) for one in versions]
        headings = by if len({*by}) == len(by) else [f"{label}: {one}" for label, one in
                                                     zip(labels.values(), by, strict=True)]
        frame = pd.DataFrame(
            [[said(part) for part in (row.of, row.input, row.base, row.mine, row.theirs)]
             for row in scenarios.told(found, versions, at.parameters)],
            columns=[_("Of"), _("Input"), *headings])
        st.warning(_("{count} places were changed by both, each in its own way.", count=len(found.conflicts)))
        st.dataframe(frame, hide_index=True, row_height=28, key="conflicts")
        csv_button(frame, "conflicts", key="csv-conflicts")
    else:
        st.success(_("No conflict: what either version changed is in."))
    one, two = st.columns([2, 1], vertical_alignment="bottom")
    name = one.text_input(_("Save the merged scenario as"), key="merge-name", max_chars=80).strip()
    if two.button(_("Save merged"), key="merge-save", disabled=not name, width="stretch", icon=":material/save:"):
        try:
            scenarios.keep(at, name, found.tables, actor=actor(_("reviewer")), replace=name in sources,
                           key=request_key("merge", f"{name}{found.tables}"))
        except PlannerError as refusal:
            refused(refusal)
            return
        forget_key("merge")
        st.session_state["flash"] = _("Scenario '{name}' is saved.", name=name)
        st.rerun(scope="app")
