"""The page of a meeting: what to print, of what, how it will look, and one button that makes all of it."""

from __future__ import annotations

import streamlit as st

from planner.desk.desk import Desk
from planner.desk.meeting_papers import why_not
from planner.desk.papers import TITLES, Subject
from planner.text import N_
from planner.ui.printing.block import how_signed
from planner.ui.printing.making import making
from planner.ui.printing.page_view import page_view
from planner.ui.printing.state import PrintState
from planner.ui.printing.subject import chosen_subject
from planner.ui.refusals import guarded
from planner.ui.session import _, desk, kept, said

FIRST = ("sheet", "deck", "opinion", "workbook")  # ticked when the page opens
WHAT = N_("What to print")


def show() -> None:
    """The page: what on the left, the living page in the middle, who signs on the right."""
    at, state = desk(), kept("printing", PrintState)
    left, middle, right = st.columns([1.2, 2.45, 1.1], gap="medium")
    with left:
        subject = chosen_subject(at, state)
        if subject is None:
            return
        kinds, year = ticks(at, subject, state)
    with right:
        guarded(how_signed)(state)
    with middle:
        page_view(at, subject, state)
    with right:
        guarded(making)(at, subject, kinds, year, state)


def ticks(at: Desk, subject: Subject, state: PrintState) -> tuple[list[str], int | None]:
    """A tick for each paper; one that the subject does not have says why."""
    st.markdown(f"**{_(WHAT)}**")
    kinds = []
    for kind, title in TITLES.items():
        reason = why_not(at, subject, kind)
        ticked = st.checkbox(
            _(title), value=state.ticked.get(kind, kind in FIRST) and reason is None, disabled=reason is not None,
            key=f"print-{kind}-{reason is None}", help=said(reason) if reason is not None else None,
        )
        if reason is None:
            state.ticked[kind] = ticked
            kinds += [kind] if ticked else []
    if "year" not in kinds:
        return kinds, None
    known = sorted({row.year for row in at.balances()}) or [at.today().year]
    last = max([year for year in known if year <= at.today().year] or known[:1])
    return kinds, st.selectbox(_("Year of the report"), known, index=known.index(last), key="print-year")
