"""A case begun on the map: the parcel that is chosen, with the project on it, submitted or kept as a draft."""

from __future__ import annotations

import streamlit as st

from planner.admission.outcome import Case
from planner.desk.cases import ref_of
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.ui.drafts import MapState, drop
from planner.ui.refusals import refused
from planner.ui.session import _, forget_key, named, request_key, signer

PURPOSE = "case-start"


def begin(at: Desk, case: Case, project: Project | None, year: int, state: MapState) -> None:
    """What will be submitted, the person, and the two buttons."""
    what = named(project.called) if project else _("land only")
    st.caption(_("Case {case}: {parcel}, {what}, from {year}", case=ref_of(case.parcel, project),
                 parcel=named(case.parcel.name or case.parcel.id), what=what, year=year))
    note = st.text_input(_("Note"), key="case-start-note", max_chars=500).strip()
    actor = signer("case-start-actor")
    submit, draft = st.columns(2)
    ready = bool(actor)
    if submit.button(_("Submit"), type="primary", disabled=not ready, width="stretch", key="case-submit"):
        _start(at, case, project, year, state, note=note, actor=actor, draft=False)
    if draft.button(_("Keep as draft"), disabled=not ready, width="stretch", key="case-draft"):
        _start(at, case, project, year, state, note=note, actor=actor, draft=True)


def _start(
    at: Desk, case: Case, project: Project | None, year: int, state: MapState, *, note: str, actor: str, draft: bool
) -> None:
    st.session_state["actor"] = actor
    stated = project.model_dump_json() if project else ""
    content = f"{case.parcel.shape.wkb_hex}|{stated}|{year}|{note}|{draft}"
    try:
        answer = at.start_case(
            case.parcel, year=year, project=project, park=case.park, draft=draft, note=note, actor=actor,
            key=request_key(PURPOSE, content),
            keep=bool(state.active),  # a drawing becomes a registered parcel; one that is registered stays as it is
        )
    except PlannerError as refusal:
        refused(refusal)
        return
    forget_key(PURPOSE)
    if state.active:
        drop(state, state.active)
    state.picked = case.parcel.id
    st.session_state["flash"] = _("Case {case} is on its way: see the page of cases.", case=answer["case"])
    st.rerun(scope="app")
