"""One button makes all that is ticked, says how far it is, and hands out what it made."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.desk.desk import Desk
from planner.desk.meeting_papers import Printed, print_for_meeting
from planner.desk.papers import Subject
from planner.desk.templates import from_files
from planner.errors import PlannerError
from planner.sheets.office import Templates
from planner.ui.printing.state import PrintState
from planner.ui.refusals import refused
from planner.ui.session import _, said, translate

MADE = "print-made"


def making(at: Desk, subject: Subject, kinds: list[str], year: int | None, state: PrintState) -> None:
    """The button, its progress, and the list of what was made with its seal."""
    mark = (state.subject, state.project, tuple(kinds), year, state.page(), tuple(sorted(state.files)),
            at.store.head())
    if st.button(_("Make the papers"), type="primary", icon=":material/print:", key="print-make", width="stretch",
                 disabled=not kinds):
        bar = st.progress(0.0, _("Reading ..."))
        try:
            made = made_of(at, subject, kinds, year, state, bar)
            st.session_state[MADE] = (mark, made, made.archive(translate()))
        except PlannerError as refusal:
            refused(refusal)
        bar.empty()
    known = st.session_state.get(MADE)
    if known is None:
        return
    if known[0] != mark:
        st.caption(_("Something was changed since the papers were made: make them again."))
        return
    handed_out(known[1], known[2])


def made_of(
    at: Desk, subject: Subject, kinds: list[str], year: int | None, state: PrintState, bar: DeltaGenerator
) -> Printed:
    """The papers, on the office's own files where it gave any."""
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        paths = [Path(folder) / name for name in state.files]
        for path in paths:
            path.write_bytes(state.files[path.name])
        templates, logo = from_files(paths, _("Templates")) if paths else (Templates(), None)
        return print_for_meeting(at, subject, kinds, page=state.page(templates, logo), year=year,
                                 progress=lambda share, doing: bar.progress(min(share, 1.0), said(doing)))


def handed_out(made: Printed, whole: bytes) -> None:
    """All of it as one archive, and each file by itself."""
    st.success(_("Run hash {hash}, {count} files", hash=made.run_hash, count=len(made.files)), icon=":material/check:")
    st.download_button(_("Save all (ZIP)"), whole, file_name="meeting.zip", mime="application/zip", key="print-save",
                       on_click="ignore", type="primary", icon=":material/download:", width="stretch")
    for name, data in made.files.items():
        st.download_button(f"{name} · {size(len(data))}", data, file_name=name, mime="application/octet-stream",
                           key=f"print-file-{name}", on_click="ignore", type="tertiary", icon=":material/draft:")


def size(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1_000))} kB"
