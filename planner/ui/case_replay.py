"""A decision recomputed as of its day, beside today: what agrees, and a table of what differs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.admission.case_compare import Row
from planner.desk.casework import Opened
from planner.desk.desk import Desk
from planner.desk.replay import Replay
from planner.desk.replay_words import AGREES, DIFFERS, FIGURES, PARTS, subject, unlike
from planner.desk.replay_words import value as side
from planner.ui import look
from planner.ui.case_card import chip
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.session import _, said
from planner.ui.tables import table
from planner.verdict import Verdict


def replay(at: Desk, case: Opened) -> None:
    """Recompute at a click; nothing is written."""
    now = case.dossier
    if now is None or not now.decisions:
        return
    key = f"replay-{now.id}"
    if st.button(_("Recompute as of the day of the decision"), icon=":material/history:", key="case-replay"):
        with st.spinner(_("Recomputing"), show_time=True):
            st.session_state[key] = at.replay(now.id)
    found: Replay | None = st.session_state.get(key)
    if found is None:
        return
    if found.agrees:
        st.success(_(AGREES, on=found.on.isoformat()), icon=":material/check:")
    else:
        st.error(_(DIFFERS, on=found.on.isoformat()), icon=":material/block:")
    if why := [*found.missing, *unlike(found)]:
        st.warning("\n\n".join(map(said, why)), icon=":material/warning:")
    then = look.plain_chip(found.then.verdict) if found.then else "-"
    st.markdown(f"{found.on.isoformat()}: **{then}** · {_('today')}: **{look.plain_chip(found.now.verdict)}**")
    whole = st.toggle(_("Show what is equal too"), key="case-replay-all")
    rows = [row for row in (*found.inputs, *found.rows) if whole or row.differs]
    if not rows:
        st.caption(_("Nothing differs today."))
        return
    frame = pd.DataFrame([printed(at, row) for row in rows])
    table(frame, most=12)
    with st.container(horizontal=True):
        csv_button(frame, f"replay-{now.id}", key="csv-replay")
        xlsx_button(frame, f"replay-{now.id}", key="xlsx-replay")


def printed(at: Desk, row: Row) -> dict[str, str]:
    """One line of the comparison as a person reads it."""
    rows = at.parameters
    return {
        _("Part"): _(PARTS[row.part]), _("Of"): said(subject(row, rows)),
        _("Figure"): _(FIGURES.get(row.figure, row.figure)),
        _("On that day"): value(row, row.then), _("Today"): value(row, row.now), _("Unit"): row.unit,
        _("Differs"): "▲" if row.differs else "",
    }


def value(row: Row, one: object) -> str:
    """A figure or a word of one side; a verdict with its sign."""
    verdict = row.figure in ("verdict", "state") and str(one).upper() in Verdict.__members__
    return chip(str(one)) if verdict else said(side(row, one))
