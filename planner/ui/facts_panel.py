"""Figures of the park on the Quotas page: what is stated, where sources disagree, and the choice between them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.admission.facts import STATUS_WORDS, State, Told, amount
from planner.desk.desk import Desk
from planner.desk.facts import measure_titles
from planner.errors import PlannerError
from planner.text import N_
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.refusals import refused
from planner.ui.session import _, forget_key, kept, request_key, said
from planner.ui.tables import table

STATES = {State.CONFLICT: N_("✕ sources disagree"), State.CHOSEN: N_("▲ chosen"), State.ONE: N_("● one value")}


def show(at: Desk) -> None:
    """The list, and a form for each conflict."""
    rows = at.facts()
    if not rows:
        st.info(_("No figure is stated. `planner import FILE --role facts` or `planner facts add` brings them."))
        return
    frame = pd.DataFrame([fact_row(at, row) for row in rows])
    table(frame, most=12, column_config={_("As printed"): st.column_config.TextColumn(width=660)})
    with st.container(horizontal=True):
        csv_button(frame, "figures", key="csv-facts")
        xlsx_button(frame, "figures", key="xlsx-facts")
    open_rows = [row for row in rows if row.state in (State.CONFLICT, State.CHOSEN)]
    for number, row in enumerate(open_rows):
        choose(at, row, number)


def title(at: Desk, row: Told) -> str:
    """What a figure is of."""
    named = _(measure_titles(at.parameters).get(row.thing.measure, row.thing.measure))
    parts = (named, row.thing.scope, row.thing.period, _(STATUS_WORDS[row.thing.status]))
    return " · ".join(part for part in parts if part)


def fact_row(at: Desk, row: Told) -> dict[str, object]:
    """One thing as printed: all that is stated of it."""
    return {
        _("Figure"): title(at, row),
        _("State"): _(STATES[row.state]),
        _("As printed"): said(row.text),
        _("Choices"): "; ".join(f"{c.on} {c.actor}: {c.chosen} ({c.reason})" for c in row.history),
    }


def choose(at: Desk, row: Told, number: int) -> None:
    """The figures that disagree, and the choice of one with its reason."""
    with st.expander(f"{_(STATES[row.state])}: {title(at, row)}", expanded=row.state is State.CONFLICT):
        parts = {f.id: (f.id, said(amount(f)), f.source, f.page) for f in row.figures}
        picked = st.radio(
            _("Figure to reckon with"),
            list(parts),
            format_func=lambda id: " · ".join(part for part in parts[id] if part),
            key=f"fact-{number}",
        )
        left, right = st.columns(2)
        reason = left.text_input(_("Reason"), key=f"fact-reason-{number}", max_chars=200)
        actor = right.text_input(_("Person"), value=kept("actor", str), key=f"fact-actor-{number}", max_chars=60)
        ready = bool(reason.strip() and actor.strip() and picked)
        if st.button(_("Choose it"), disabled=not ready, key=f"fact-go-{number}") and picked:
            try:
                key = request_key(f"fact-{number}", f"{picked}|{reason}")
                at.choose_fact(picked, reason=reason.strip(), actor=actor.strip(), key=key)
            except PlannerError as refusal:
                refused(refusal)
                return
            forget_key(f"fact-{number}")
            st.rerun()
