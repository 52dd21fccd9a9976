"""What would change a bad verdict, and a parcel given another shape: fitted to its limits, or divided.

The result is a drawing like any other: it is judged at once, and undo brings the parcel back.
"""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from planner.admission.headline import name
from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.desk.reshape import NO_WAY, Way, advice, areas_m2, one_way
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.land.fit import INWARD, LARGEST, SHIFT
from planner.land.split import split
from planner.land.sweep import COMPASS, edges_of
from planner.text import N_
from planner.ui import look
from planner.ui.drafts import MapState, fly_to, replace_by
from planner.ui.map_state import Ground
from planner.ui.refusals import refused
from planner.ui.session import _, said
from planner.verdict import Verdict
from planner.webmap.escape import escape

SIDES = {"north": N_("north side"), "east": N_("east side"), "south": N_("south side"), "west": N_("west side")}
WAYS = {LARGEST: N_("largest part"), INWARD: N_("all sides alike"), SHIFT: N_("move it")}
EXAMPLE = N_("paddy<=37.2 mu, basic_farmland<=0")
KEPT = 16


def way_out(at: Desk, state: MapState, where: Ground, case: Case, project: Project | None) -> None:
    """The second line of the card: how far which side must come in, with a button that does it."""
    if case.verdict not in (Verdict.WARN, Verdict.EXCEEDS, Verdict.BLOCKED):
        return
    found = _kept(where, case, project, lambda: advice(at, case, project))
    if found is None:
        return
    line, button = st.columns([3.2, 1], vertical_alignment="center", gap="small")
    with line:
        then = _("then: {verdict}", verdict=name(found.case.verdict))
        look.html(f'<div class="muted">{escape(said(found.sentence))} <b>{escape(then)}</b></div>')
    if button.button(_("Do it"), key="advice", width="stretch", icon=":material/crop:"):
        _take(state, case, [(case.parcel.id, case.parcel.name, found.fitted.shape)])


def reshape(at: Desk, state: MapState, case: Case, project: Project | None) -> None:
    """Fit the parcel to its limits, or divide it."""
    try:
        _fit(at, state, case, project)
        st.divider()
        _split(state, case)
    except PlannerError as refusal:
        refused(refusal)


def _fit(at: Desk, state: MapState, case: Case, project: Project | None) -> None:
    st.markdown(f"**{_('Fit to limits')}**")
    words = {**WAYS, **SIDES}
    how = st.selectbox(_("How"), list(words), format_func=lambda way: _(words[way]), key="fit-how")
    limits = st.text_input(
        _("Limits, separated by commas"), key="fit-limits", max_chars=200,
        placeholder=_(EXAMPLE),
        help=_("Empty: what stands against it. Units: mu, ha, m2."),
    )
    if st.button(_("Fit"), key="fit", width="stretch"):
        asked = [word for word in re.split("[,，;；]", limits) if word.strip()]
        with st.spinner(_("Looking for the way")):
            found = one_way(at, case, how, asked, project)
        if found is None:
            st.warning(_(NO_WAY))
            return
        st.session_state["flash"] = said(found.sentence)
        _take(state, case, [(case.parcel.id, case.parcel.name, found.fitted.shape)])


def _split(state: MapState, case: Case) -> None:
    st.markdown(f"**{_('Divide')}**")
    edges = {str(n): _("edge {number}", number=n) for n in range(1, edges_of(case.parcel.shape) + 1)}
    sides = {**{side: _(SIDES[side]) for side in COMPASS}, **edges}
    side = st.selectbox(_("From"), list(sides), format_func=sides.__getitem__, key="split-side")
    words = st.text_input(_("Areas of the parts, mu"), key="split-areas", max_chars=200, placeholder="12, 8.5, 20",
                          help=_("What is left becomes the last part."))
    if st.button(_("Divide"), key="split", width="stretch", disabled=not words.strip()):
        parts = split(case.parcel, areas_m2(words), side)
        st.session_state["flash"] = _("{count} parts", count=len(parts))
        _take(state, case, [(part.parcel.id, part.parcel.name, part.parcel.shape) for part in parts])


def _take(state: MapState, case: Case, shapes: list[tuple[str, str, Any]]) -> None:
    """The shapes in place of what is chosen, and the map drawn anew."""
    replace_by(state, shapes)
    fly_to(state, case.parcel.shape)
    st.rerun(scope="fragment")


def _kept(where: Ground, case: Case, project: Project | None, think: Any) -> Way | None:
    """The advice on a case, thought of once."""
    known: dict[Any, Way | None] = st.session_state.setdefault("advice_kept", {})
    key = (case.parcel.id, case.parcel.shape.wkb, project.model_dump_json() if project else "", case.on, where.stamp)
    if key not in known:
        while len(known) >= KEPT:
            known.pop(next(iter(known)))
        known[key] = think()
    return known[key]
