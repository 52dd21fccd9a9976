"""What is printed: a case, a parcel (drawn, imported or registered), a scenario, or the whole workspace."""

from __future__ import annotations

import streamlit as st

from planner.desk.desk import Desk
from planner.desk.meeting_papers import case_subject
from planner.desk.papers import Subject
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.text import N_
from planner.ui.drafts import MapState
from planner.ui.map_state import Ground, case_of, ground, registered
from planner.ui.printing.state import PrintState
from planner.ui.refusals import refused
from planner.ui.session import _, kept, named, translate

KINDS = {"parcel": N_("Parcel"), "case": N_("Case"), "scenario": N_("Scenario"), "workspace": N_("Workspace")}
LAND_ONLY = ""


def chosen_subject(at: Desk, state: PrintState) -> Subject | None:
    """The choice, and what it names; None where there is nothing of the kind, which is said."""
    chosen = st.segmented_control(
        _("Of what"), list(KINDS), format_func=lambda kind: _(KINDS[kind]), default=state.what, required=True,
        key="print-what", label_visibility="collapsed",
    )
    if chosen != state.what:
        state.what, state.id, state.project = str(chosen), None, None
    try:
        return {"parcel": _parcel, "case": _case, "scenario": _scenario, "workspace": _workspace}[state.what](at, state)
    except PlannerError as refusal:
        refused(refusal)
        return None


def _pick(label: str, names: dict[str, str], state: PrintState, nothing: str) -> str | None:
    """One of some ids, shown by their names."""
    if not names:
        st.info(_(nothing))
        return None
    ids = list(names)
    at = ids.index(state.id) if state.id in names else 0
    state.id = st.selectbox(_(label), ids, index=at, format_func=lambda id: names[id], key=f"print-id-{state.what}")
    return state.id


def _parcel(at: Desk, state: PrintState) -> Subject | None:
    where, drawn = ground(at), kept("map", MapState)
    found = {draft.id: draft.parcel for draft in drawn.drafts.values() if draft.parcel is not None}
    names = {id: f"✎ {named(parcel.name or id)}" for id, parcel in found.items()}
    names |= {id: _registered_name(where, id) for id in where.ids if id not in names}
    if state.id is None:
        state.id = drawn.draft.id if drawn.draft and drawn.draft.id in names else drawn.picked
    id = _pick(N_("Parcel"), names, state, N_("No parcel yet: draw one on the map, or import a layer of parcels."))
    if id is None:
        return None
    parcel = found.get(id) or registered(where, id)
    assert parcel is not None  # noqa: S101  (its id is one of theirs)
    project = _project(at, state, drawn.projects.get(id))
    return Subject(case=case_of(at, where, parcel, project, None), project=project)


def _registered_name(where: Ground, id: str) -> str:
    name = named(where.names.get(id, ""))
    return f"{id} · {name}" if name not in ("", id) else id


def _project(at: Desk, state: PrintState, on_map: Project | None) -> Project | None:
    """The project on the parcel: that of the map, one of the queue, or none."""
    known = {one.id: one for one in at.projects()} | ({on_map.id: on_map} if on_map else {})
    ids = [LAND_ONLY, *known]
    if state.project is None and on_map is not None:
        state.project = on_map.id
    at_first = ids.index(state.project) if state.project in known else 0
    state.project = st.selectbox(
        _("Project on it"), ids, index=at_first, key="print-project",
        format_func=lambda id: named(known[id].called) if id else _("land only"),
    )
    return known.get(state.project)


def _case(at: Desk, state: PrintState) -> Subject | None:
    names = {row["case"]: f"{row['case']} · {named(row['name']) or row['parcel']}" for row in at.case_list(translate())}
    id = _pick(N_("Case"), names, state, N_("No case yet. Choose a parcel on the map and submit it as a case, or use "
                                            "`planner case submit`."))
    return case_subject(at, id) if id is not None else None


def _scenario(at: Desk, state: PrintState) -> Subject | None:
    names = {one.name: one.name for one in at.scenarios()}
    id = _pick(N_("Scenario"), names, state, N_("No scenario is saved yet: save one on the page of admission."))
    return Subject(scenario=id, park=_park(at)) if id is not None else None


def _workspace(at: Desk, state: PrintState) -> Subject:
    state.id = None
    return Subject(park=_park(at))


def _park(at: Desk) -> str | None:
    """The park whose book is meant: asked only where there are several."""
    parks = at.park_codes()
    return st.selectbox(_("Park"), parks, key="print-park") if len(parks) > 1 else (parks[0] if parks else None)
