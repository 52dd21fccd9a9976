"""The reservation, asked for once in a dialogue that repeats what will be booked."""

from __future__ import annotations

import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.figures import quota_figure
from planner.text import N_
from planner.ui import look
from planner.ui.drafts import MapState, drop
from planner.ui.refusals import refused
from planner.ui.session import _, desk, forget_key, named, request_key, said, signer

PURPOSE = "reserve"
DONE = N_("Booked as entry {entry}: {case}, {legs} quotas.")


def ask(case: Case, project: Project | None, year: int, state: MapState) -> None:
    """Open the dialogue in the reader's language."""
    st.dialog(_("Reserve quotas for {parcel}", parcel=named(case.parcel.name or case.parcel.id)), width="medium")(
        _dialogue
    )(case, project, year, state)


def _dialogue(case: Case, project: Project | None, year: int, state: MapState) -> None:
    rows = [
        (
            said(quota_title(row.quota, desk().parameters)),
            str(row.year),
            said(quota_figure(row.asked, row.unit)),
            said(quota_figure(row.free, row.unit)) if row.free is not None else "-",
        )
        for row in case.quotas
        if row.asked
    ]
    who = named(project.called) if project else _("land only")
    look.html(
        f"<p>{look.escape(_('Will be booked in {park}: {who}, from {year}', park=case.park, who=who, year=year))}</p>",
        look.table((_("Quota"), _("Year"), _("Amount"), _("Free before")), rows, figures={1, 2, 3}),
    )
    basis = st.text_input(_("Document (number and title)"), key="reserve-basis", max_chars=200)
    actor = signer("reserve-actor")
    ready = bool(basis.strip() and actor)
    if not ready:
        st.caption(_("The book wants the document and the person."))
    if st.button(_("Book it"), type="primary", disabled=not ready, key="reserve-go"):
        _book(desk(), case, project, year, basis.strip(), actor, state)


def _book(at: Desk, case: Case, project: Project | None, year: int, basis: str, actor: str, state: MapState) -> None:
    st.session_state["actor"] = actor
    content = f"{case.parcel.shape.wkb_hex}|{project.model_dump_json() if project else ''}|{year}|{basis}"
    try:
        answer = at.reserve(
            case.parcel,
            year=year,
            basis=basis,
            actor=actor,
            key=request_key(PURPOSE, content),
            project=project,
            keep=bool(state.active),  # a drawing becomes a registered parcel; one that is registered stays as it is
        )
    except PlannerError as refusal:
        refused(refusal)
        st.caption(_("Nothing was booked."))
        return
    forget_key(PURPOSE)
    if state.active:
        drop(state, state.active)
    state.picked = case.parcel.id
    st.session_state["flash"] = _(DONE, entry=answer["entry"], case=answer["case"], legs=len(answer["legs"]))
    st.rerun(scope="app")
