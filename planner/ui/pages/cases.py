"""The page of cases: the list with days against the term, one case with both verdicts, its moves, its day again."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.decision import OUTCOME_TITLES, STATE_TITLES
from planner.desk.casework import CaseConflict
from planner.text import N_
from planner.ui import case_card, look
from planner.ui.case_moves import moves
from planner.ui.case_replay import replay
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.refusals import refused
from planner.ui.session import _, desk, named, translate
from planner.ui.tables import choice
from planner.verdict import Verdict

ALL = "all"
FLASH = "case-flash"
SHOWN = "case-shown"  # case -> the version that the person last saw, None after an act of their own


def show() -> None:
    """The page."""
    at = desk()
    rows = at.case_list(translate())
    if not rows:
        st.info(_("No case yet. Choose a parcel on the map and submit it as a case, or use `planner case submit`."))
        return
    if told := st.session_state.pop(FLASH, None):
        st.success(told, icon=":material/check:")
    picked = table(rows)
    one = at.case(picked["case"]) if picked["days_in_state"] is not None else None
    if one is None or one.dossier is None:
        st.info(_("{case} was reserved without a case: it is in the book alone.", case=picked["case"]))
        return
    seen = st.session_state.get(SHOWN, {}).get(one.record.id)
    left, right = st.columns([1.7, 1], gap="medium")
    with right:
        above = st.container()
        told = moves(at, one, seen)
        if seen is not None and seen != one.dossier.version and not told:
            with above:
                refused(CaseConflict(one.record.id, seen, one.dossier))
        case_card.conditions(at, one)
        case_card.holds(at, one)
    with left:
        case_card.top(at, one)
        case_card.findings(at, one)
        case_card.quotas(at, one)
        case_card.history(at, one)
        replay(at, one)
    st.session_state[SHOWN] = {one.record.id: one.dossier.version}


def table(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The list, filtered by state; the row chosen, else the first."""
    states = [ALL, *(state for state in STATE_TITLES if any(row["state"] == state for row in rows))]
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    wanted = left.segmented_control(
        _("State"), states, default=ALL, required=True, key="case-state", label_visibility="collapsed",
        format_func=lambda state: _("all") if state == ALL else _(STATE_TITLES[state]),
    )
    listed = [row for row in rows if wanted in (None, ALL, row["state"])] or rows
    frame = pd.DataFrame([printed(row) for row in listed])
    with right, st.container(horizontal=True):
        csv_button(frame, "cases", key="csv-cases")
        xlsx_button(frame, "cases", key="xlsx-cases")
    # A choice is kept by its place: where the rows stand otherwise it is another table.
    order = hashlib.sha256("\n".join(row["case"] for row in listed).encode()).hexdigest()[:12]
    chosen = choice(frame, key=f"case-table-{order}", most=6)
    if chosen is not None:
        return listed[chosen]
    known = st.session_state.get(SHOWN, {})
    return next((row for row in listed if row["case"] in known), listed[0])


def printed(row: dict[str, Any]) -> dict[str, object]:
    """A row as a person reads it."""
    state = _(STATE_TITLES[row["state"]])
    if row["state"] == "decided":
        state = f"{state}: {_(OUTCOME_TITLES[row['outcome']])}"
    running = [one for one in row["terms"] if one["running"]]
    term = "; ".join(
        f"{'✕ ' if one['overdue'] else ''}{one['days']} / {one['limit']:g}" for one in running
    )
    return {
        _("Case"): row["case"],
        _("Name"): named(row["name"]) or row["parcel"],
        _("State"): state,
        _("Machine"): look.plain_chip(Verdict[row["verdict"].upper()]),
        _("Decided by people"): look.plain_chip(Verdict[row["decided_verdict"].upper()]),
        _("In this state since"): row["since"],
        _("Working days"): row["days_in_state"],
        _("Of the promised term"): term or "-",
        _("Overdue"): _(OVERDUE) if row["overdue"] else "",
        _("Last act by"): named(row["actor"]),
    }


OVERDUE = N_("✕ overdue")
