"""What leaves the page: the sheet as PDF, the map as one offline page, the case as files for Office."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.text import N_
from planner.ui.printing.state import PrintState
from planner.ui.refusals import refused
from planner.ui.session import _, kept, lang, named, said

SCALES = (500, 1000, 2000, 5000, 10000)
OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = (
    ("pdf", N_("Sheet as PDF"), "application/pdf"),
    ("html", N_("Map as one HTML file"), "text/html"),
    ("pptx", N_("Deck (PPTX)"), f"{OFFICE}presentationml.presentation"),
    ("docx", N_("Opinion (DOCX)"), f"{OFFICE}wordprocessingml.document"),
    ("xlsx", N_("Workbook (XLSX)"), f"{OFFICE}spreadsheetml.sheet"),
    ("gpkg", N_("Layers with styles (GeoPackage)"), "application/geopackage+sqlite3"),
)


def papers(at: Desk, case: Case, project: Project | None = None) -> None:
    """Paper size and scale, then the file: made when asked for, handed out as it is."""
    paper = st.radio(_("Paper"), ("A3", "A4"), horizontal=True, key="paper")
    scale = st.selectbox(
        _("Scale"),
        (None, *SCALES),
        key="scale",
        format_func=lambda value: _("fitting") if value is None else f"1:{value:,}",
    )
    for kind, title, mime in KINDS:
        label, plan = _(title), project.model_dump_json() if project is not None else ""
        mark = (kind, case.parcel.id, case.parcel.shape.wkb, case.verdict, plan, paper, scale, lang())
        if st.button(_("Make: {what}", what=label), key=f"make-{kind}", width="stretch"):
            try:
                with st.spinner(_("Drawing ...")):
                    st.session_state[f"paper-{kind}"] = (mark, drawn(at, case, kind, paper, scale, project))
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
    packed(at, case, project, paper, scale)
    to_meeting(case, project)


def to_meeting(case: Case, project: Project | None) -> None:
    """The door to the page of the meeting, with this parcel chosen there."""
    page = st.session_state.get("pages", {}).get("meeting")
    if page is not None and st.button(_("All papers of a meeting ..."), icon=":material/groups:", key="to-meeting",
                                      width="stretch"):
        state = kept("printing", PrintState)
        state.what, state.id, state.project = "parcel", case.parcel.id, project.id if project else None
        for name in ("print-what", "print-id-parcel", "print-project"):
            st.session_state.pop(name, None)
        st.switch_page(page)


def packed(at: Desk, case: Case, project: Project | None, paper: str, scale: int | None) -> None:
    """The pack with everything the case rests on: made with its progress shown, then what it holds and its seal."""
    mark = (case.parcel.id, case.parcel.shape.wkb, case.verdict, project, paper, scale, lang())
    if st.button(_("Make: {what}", what=_("Pack that proves itself (ZIP)")), key="make-pack", width="stretch"):
        from planner.desk.pack import case_pack
        from planner.desk.page import Page

        bar = st.progress(0.0, _("Reading ..."))
        try:
            data = case_pack(
                at, case, project=project, page=Page(lang(), paper, scale),
                progress=lambda share, doing: bar.progress(share, said(doing)),
            )
            st.session_state["paper-pack"] = (mark, data)
        except PlannerError as refusal:
            refused(refusal)
        bar.empty()
    made = st.session_state.get("paper-pack")
    if made and made[0] == mark:
        from planner.desk.export_pack import contents

        held = contents(made[1])
        st.caption(_("Run hash {hash}, {count} files", hash=held["run_hash"], count=len(held["members"])))
        rows = [{_("File"): row["name"], _("Bytes"): row["bytes"]} for row in held["members"]]
        st.dataframe(rows, height=180, hide_index=True)
        st.download_button(
            _("Save: {what}", what=_("Pack that proves itself (ZIP)")),
            made[1],
            file_name=f"{case.parcel.id}.zip",
            mime="application/zip",
            key="save-pack",
            on_click="ignore",
            type="primary",
            width="stretch",
            icon=":material/download:",
        )


def drawn(
    at: Desk, case: Case, kind: str, paper: str, scale: int | None, project: Project | None = None
) -> bytes:
    """The bytes of a sheet in a format, the parcel's name in the reader's language."""
    from planner.desk.export import export_bytes  # matplotlib: only when something is printed
    from planner.desk.page import Page

    parcel = replace(case.parcel, name=named(case.parcel.name))
    named_case = replace(case, parcel=parcel)
    return export_bytes(at, named_case, f".{kind}", project=project, page=Page(lang(), paper, scale))
