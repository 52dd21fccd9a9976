"""Which queue the page works on, and where its changes are kept: the workspace's own queue, or a saved scenario."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from planner.admission.scenario import scenario_from
from planner.desk import scenarios
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.ui.queue_state import Ground, QueueState, edited, reset, scenario
from planner.ui.refusals import refused
from planner.ui.session import _, actor, forget_key, request_key

OWN = ""
CHOSEN, KEPT_BEFORE, OPEN_NEXT = "ground", "kept-before", "ground-next"


def ground(at: Desk) -> Ground:
    """The queue that is worked on, chosen above it. Raises ScenarioError for a saved scenario that is none any more."""
    saved = {row.name: row.tables for row in at.scenarios()}
    if OPEN_NEXT in st.session_state:  # a widget's value is set before the widget is drawn
        st.session_state[CHOSEN] = st.session_state.pop(OPEN_NEXT)
    if st.session_state.get(CHOSEN) not in (OWN, *saved):
        st.session_state[CHOSEN] = OWN
    name = st.selectbox(_("Scenario"), [OWN, *saved], key=CHOSEN,
                        format_func=lambda one: one or _("queue of the workspace"))
    if not name:
        return Ground(at.projects())
    tables = saved[name]
    return Ground(scenario_from(tables, place=name, today=at.today()).projects, name, tables)


def beside_the_book(one: Ground) -> Ground:
    """A scenario with what it leaves out taken from the book, or judged alone."""
    why = _("What the scenario leaves out comes from the book; without it the scenario stands alone")
    return replace(one, with_book=st.toggle(_("with the book"), value=True, key=f"with-book-{one.name}", help=why))


def state_of(one: Ground) -> QueueState:
    """The edits of a queue; each has its own."""
    states: dict[str, QueueState] = st.session_state.setdefault("queues", {})
    return states.setdefault(one.name, QueueState())


def manage(at: Desk, state: QueueState, one: Ground, years: list[int]) -> None:
    """Keep the edited queue where it came from, go back to what is kept there, or put back what was kept before."""
    st.caption(_("{count} projects kept in the scenario '{name}'", count=len(one.stored), name=one.name) if one.name
               else _("{count} projects kept in the workspace", count=len(one.stored)))
    if st.button(_("Keep this queue"), disabled=not state.touched, width="stretch", type="primary", key="keep-queue"):
        try:
            keep(at, state, one, years)
        except PlannerError as refusal:
            refused(refusal)
            return
        st.rerun(scope="app")
    if st.button(_("Back to the kept queue"), disabled=not state.touched, width="stretch", key="reset-queue"):
        reset(state)
        st.rerun(scope="fragment")
    before: list[Project] | None = st.session_state.get(KEPT_BEFORE)
    if not one.name and before is not None and st.button(
        _("Put the queue back that was kept before"), width="stretch", key="unkeep-queue"
    ):
        at.keep_queue(before, actor=actor(_("reviewer")))
        forget(one)
        st.session_state.pop(KEPT_BEFORE)
        st.session_state["flash"] = _("The queue that was kept before is back: {count} projects.", count=len(before))
        st.rerun(scope="app")


def keep(at: Desk, state: QueueState, one: Ground, years: list[int]) -> None:
    """Write the queue back. Raises what the desk refuses; then nothing is written."""
    queue, who = edited(state, one.stored), actor(_("reviewer"))
    if one.name:
        tables = scenario(queue, years, (), at, state.extra, one.tables)
        key = request_key("scenario", f"{one.name}{tables}")
        scenarios.keep(at, one.name, tables, actor=who, key=key, replace=True)
        forget_key("scenario")
    else:
        at.keep_queue(queue, actor=who)
        st.session_state[KEPT_BEFORE] = list(one.stored)
    forget(one)
    st.session_state["flash"] = _("The queue is kept: {count} projects.", count=len(queue))


def forget(one: Ground) -> None:
    """What was edited is written: the next change starts from there."""
    st.session_state["queues"].pop(one.name, None)
