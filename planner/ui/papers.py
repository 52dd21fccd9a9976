"""What leaves the page: the sheet as PDF, the map as one offline page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.errors import PlannerError
from planner.ui.refusals import refused
from planner.ui.session import _, lang, named

SCALES = (500, 1000, 2000, 5000, 10000)


def papers(at: Desk, case: Case) -> None:
    """Paper size and scale, then the file: made when asked for, handed out as it is."""
    paper = st.radio(_("Paper"), ("A3", "A4"), horizontal=True, key="paper")
    scale = st.selectbox(
        _("Scale"),
        (None, *SCALES),
        key="scale",
        format_func=lambda value: _("fitting") if value is None else f"1:{value:,}",
    )
    for kind, label, mime in (
        ("pdf", _("Sheet as PDF"), "application/pdf"),
        ("html", _("Map as one HTML file"), "text/html"),
    ):
        mark = (kind, case.parcel.id, case.parcel.shape.wkb, case.verdict, paper, scale, lang())
        if st.button(_("Make: {what}", what=label), key=f"make-{kind}", width="stretch"):
            try:
                with st.spinner(_("Drawing ...")):
                    st.session_state[f"paper-{kind}"] = (mark, drawn(at, case, kind, paper, scale))
            except PlannerError as refusal:
                refused(refusal)
        made = st.session_state.get(f"paper-{kind}")
        if made and made[0] == mark:
            st.download_button(
                _("Save: {what}", what=label),
                made[1],
                file_name=f"{case.parcel.id}.{kind}",
                mime=mime,
                key=f"save-{kind}",
                on_click="ignore",
                type="primary",
                width="stretch",
                icon=":material/download:",
            )


def drawn(at: Desk, case: Case, kind: str, paper: str, scale: int | None) -> bytes:
    """The bytes of a sheet in a format, the parcel's name in the reader's language."""
    from planner.desk.export import export_bytes  # matplotlib: only when something is printed

    parcel = replace(case.parcel, name=named(case.parcel.name))
    return export_bytes(at, replace(case, parcel=parcel), f".{kind}", lang=lang(), paper=paper, scale=scale)
