"""The reviewer's page: the queue against the budgets; change a project, see the difference beside the old answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.admission.outcome import Simulation
from planner.admission.risk import Risk
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.ui.project_card import Shown, card, keeps_out
from planner.ui.projects import quick_form
from planner.ui.queue_state import Budget, QueueState, edited, judged, mark, reset, scenario
from planner.ui.refusals import guarded, refused
from planner.ui.review.kept_scenarios import kept_scenarios
from planner.ui.review.matrix_table import matrix_table
from planner.ui.review.optimum import optimum
from planner.ui.review.pictures import INTENSITY, pictures
from planner.ui.review.queue_table import answers, typed
from planner.ui.review.sureness import UNREACHED, sureness
from planner.ui.review.unit_costs import costs_table
from planner.ui.session import _, desk, kept

VALUE_ADDED = "baseline.value_added_wan_yuan"



def show() -> None:
    """The page: everything a change of a project moves lies in one fragment."""
    if not desk().park_codes():
        st.info(_("The book has no account yet."))
        return
    if flash := st.session_state.pop("flash", None):
        st.success(flash, icon=":material/check:")
    review(kept("queue", QueueState))


@st.fragment
@guarded
def review(state: QueueState) -> None:
    """Charts above, the queue and its answers below, the chosen project at the side, further questions at the foot."""
    at = desk()
    stored = at.projects()
    park, years, stated = controls(at, state, stored)
    charts_here = st.container()
    table_side, card_side = st.columns([2.6, 1], gap="small")
    with table_side:
        typed(state, stored)
    try:
        queue = edited(state, stored)
        tables = scenario(queue, years, stated, at, state.extra)
        before = judged(at, scenario(stored, years, stated, at), park)
        after = judged(at, tables, park) if state.touched else before
    except PlannerError as refusal:
        refused(refusal)
        return
    state.chosen = picked(after)
    on_screen = Shown(queue, after, tables, park, mark(at, tables, park))
    with table_side:
        answers(at, before, after, state.chosen, keeps_out(at, state, on_screen))
    with card_side, st.container(height=520, border=False):
        card(at, state, stored, on_screen)
    risk = questions(at, state, on_screen)
    with charts_here:  # above all, because a person who moves a slider looks there
        pictures(at, before, after, state.chosen, risk)


def questions(at: Desk, state: QueueState, on_screen: Shown) -> Risk | None:
    """What can be asked of the queue as it stands: matrix, best set, how sure, scenarios, unit costs."""
    names = [_("Matrix"), _("Best set"), _("How sure"), _("Scenarios"), _("Unit costs")]
    matrix, best, sure, saved, costs = st.tabs(names)
    asked = at.asked(on_screen.tables, place="queue", park=on_screen.park)
    with matrix:
        matrix_table(at, on_screen.after, asked.matrix())
    with best:
        optimum(at, state, on_screen.queue, on_screen.after, asked, on_screen.mark)
    with saved:
        kept_scenarios(at, on_screen.tables, on_screen.park)
    with costs:
        costs_table(at)
    with sure:
        return sureness(at, on_screen.queue, asked, on_screen.mark)


def picked(after: Simulation) -> str | None:
    """The project whose row of answers is selected."""
    rows = (st.session_state.get("answers") or {}).get("selection", {}).get("rows", [])
    return after.projects[rows[0]].id if rows and rows[0] < len(after.projects) else None


def controls(at: Desk, state: QueueState, stored: Sequence[Project]) -> tuple[str, list[int], Budget]:
    """Park, years, the intensity's two figures, and what can be done with the whole queue."""
    one, two, three, held, four, five, six = st.columns([0.9, 1.7, 1.3, 0.9, 1.3, 1, 1], vertical_alignment="bottom")
    parks = at.park_codes()
    park = one.selectbox(_("Park"), parks, key="admission-park")
    known = sorted({row.year for row in at.balances(park)})
    first, last = (
        two.select_slider(_("Years"), known, (known[0], known[-1]), key="admission-years")
        if len(known) > 1
        else (known[0], known[0])
    )
    settings = at.settings()
    cap = three.number_input(
        _("Intensity cap, tce per 10,000 yuan"),
        0.0,
        100.0,
        key="intensity-cap",
        format="%.3f",
        value=_number(settings.get("intensity_cap_tce_per_wan_yuan")),
        step=0.01,
    )
    binding = held.toggle(_("holds"), key="intensity-holds", help=_("Refuse what would exceed the intensity cap"))
    added = four.number_input(
        _("Value added in place, 10,000 yuan"),
        0.0,
        1e12,
        key="value-added",
        format="%.0f",
        value=_number(settings.get("baseline_value_added_wan_yuan")),
    )
    with five.popover(_("Add a project"), icon=":material/add:", width="stretch"):
        try:
            made = quick_form("queue", at.today().year)
        except PlannerError as refusal:
            refused(refusal)
            made = None
        if made is not None:
            taken = {project.id for project in stored} | set(state.added)
            state.added[made.id] = (
                made if made.id not in taken else made.model_copy(update={"id": f"{made.id}-{len(taken)}"})
            )
            state.epoch += 1
            st.rerun(scope="fragment")
    with six.popover(_("Queue"), icon=":material/list:", width="stretch"):
        manage(at, state, stored)
    # Without a hold the ratio is still followed: against a cap that nothing reaches.
    stated: Budget = ((INTENSITY, cap if binding else UNREACHED), (VALUE_ADDED, added)) if cap and added else ()
    return park, list(range(first, last + 1)), stated


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def manage(at: Desk, state: QueueState, stored: Sequence[Project]) -> None:
    """Keep the edited queue in the workspace, or go back to what is kept there."""
    st.caption(_("{count} projects kept in the workspace", count=len(stored)))
    if st.button(_("Keep this queue"), disabled=not state.touched, width="stretch", type="primary", key="keep-queue"):
        actor = kept("actor", str) or _("reviewer")
        queue = edited(state, stored)
        at.keep_queue(queue, actor=actor)
        reset(state)
        st.session_state["flash"] = _("The queue is kept: {count} projects.", count=len(queue))
        st.rerun(scope="app")
    if st.button(_("Back to the kept queue"), disabled=not state.touched, width="stretch", key="reset-queue"):
        reset(state)
        st.rerun(scope="fragment")
