"""What can be done with a parcel besides reserving it: put a project on it, name, keep, take up, throw away."""

from __future__ import annotations

import streamlit as st

from planner.desk.desk import Desk
from planner.errors import PlannerError
from planner.land.parcel import Parcel
from planner.ui.drafts import MapState, drop, fly_to, rename, take_up, throw
from planner.ui.map_state import Ground
from planner.ui.parcel_files import files
from planner.ui.projects import quick_form
from planner.ui.refusals import refused
from planner.ui.session import _, actor, named


def attach(at: Desk, state: MapState, parcel: Parcel) -> None:
    """Put a project of the queue, or a new one, on the parcel."""
    queue = {project.id: project for project in at.projects()}
    names = {
        "": _("no project"),
        **{id_: f"{named(project.called)} · {project.start or '-'}" for id_, project in queue.items()},
    }
    now = state.projects.get(parcel.id)
    at_start = list(names).index(now.id) if now is not None and now.id in queue else 0
    picked = st.selectbox(
        _("From the queue"), list(names), at_start, format_func=names.__getitem__, key=f"attach-{parcel.id}"
    )
    if picked and (now is None or now.id != picked):
        state.projects[parcel.id] = queue[picked]
        st.rerun(scope="fragment")
    if not picked and now is not None and now.id in queue:
        del state.projects[parcel.id]
        st.rerun(scope="fragment")
    st.markdown(f"**{_('Or a new one')}**")
    try:
        made = quick_form("quick", at.today().year)
    except PlannerError as refusal:
        refused(refusal)
        return
    if made is not None:
        state.projects[parcel.id] = made
        st.rerun(scope="fragment")


def manage(at: Desk, state: MapState, where: Ground, parcel: Parcel) -> None:
    """Name, keep, take up, throw away."""
    if state.draft is not None and state.active:
        name = st.text_input(_("Name"), parcel.name, key=f"name-{state.active}", max_chars=80)
        if name and name != parcel.name:
            rename(state, state.active, name)
            st.rerun(scope="fragment")
        if st.button(_("Keep in the parcels layer"), width="stretch", key="keep"):
            at.keep_parcel(parcel, actor=actor(_("planner")))
            drop(state, state.active)
            state.picked = parcel.id
            st.rerun(scope="app")
        if st.button(_("Throw this drawing away"), width="stretch", key="throw"):
            throw(state, state.active)
            st.rerun(scope="fragment")
        return
    if where.parcels is not None:
        files(where.parcels.frame[where.parcels.frame["id"] == parcel.id], parcel.id, on=at.today(), key=parcel.id)
    if st.button(_("Edit its boundary"), width="stretch", key="take-up"):
        take_up(state, parcel, registered=True)
        fly_to(state, parcel.shape)
        st.rerun(scope="fragment")
    sure = st.checkbox(_("Really delete {parcel}", parcel=named(parcel.name or parcel.id)), key=f"sure-{parcel.id}")
    if st.button(_("Delete from the parcels layer"), width="stretch", disabled=not sure, key="delete"):
        at.drop_parcel(parcel.id, actor=actor(_("planner")))
        state.picked = None
        st.rerun(scope="app")
