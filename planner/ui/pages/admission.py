"""The reviewer's page: the queue against the budgets; change a project, see the difference beside the old answer."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from planner.desk.desk import Desk
from planner.desk.paper import BASES
from planner.errors import PlannerError
from planner.text import N_, Text
from planner.ui.exports import csv_button
from planner.ui.project_card import card, keeps_out
from planner.ui.projects import quick_form
from planner.ui.queue_state import (
    Budget,
    Ground,
    QueueState,
    edited,
    judged,
    judged_now,
    mark,
    no_longer_named,
    place,
    scenario,
    undo,
)
from planner.ui.refusals import guarded, refused
from planner.ui.review import keeping
from planner.ui.review.kept_scenarios import kept_scenarios
from planner.ui.review.matrix_table import matrix_table
from planner.ui.review.optimum import optimum
from planner.ui.review.pictures import INTENSITY, figures_menu, pictures
from planner.ui.review.queue_list import queue_list
from planner.ui.review.queue_rows import anything_changed, fitting, frame_of, headings, rows_of
from planner.ui.review.queue_table import typed
from planner.ui.review.shown import UNREACHED, Shown, held
from planner.ui.review.sureness import last_risk, sureness
from planner.ui.review.unit_costs import costs_table
from planner.ui.session import _, desk, said

VALUE_ADDED = "baseline.value_added_wan_yuan"
QUESTIONS: Mapping[str, str] = {
    "matrix": N_("Matrix"), "best": N_("Best set"), "sure": N_("How sure"), "scenarios": N_("Scenarios"),
    "figures": N_("Figures of the projects"), "costs": N_("Unit costs"),
}
GHOSTS: Mapping[str, str] = {"before": N_("dashed: before the last change"), "kept": N_("dashed: the kept queue")}
STATES: Mapping[str, str] = {
    "warning": N_("The park is warned since {on} ({document}): a candidate that asks energy fits with a warning only."),
    "hold": N_("The park is on hold since {on} ({document}): every candidate that asks energy is blocked."),
}
LIST, CARD = 262, 318  # heights in pixels, so that charts and queue stand on one screen of 768


def show() -> None:
    """The page: everything a change of a project moves lies in one fragment."""
    if not desk().park_codes():
        st.info(_("The book has no account yet."))
        return
    if flash := st.session_state.pop("flash", None):
        st.success(flash, icon=":material/check:")
    review()


@st.fragment
@guarded
def review() -> None:
    """Charts above, the queue with its answers below, the chosen project beside it, further questions at the foot."""
    at = desk()
    ground, state, park, years, stated = controls(at)
    top, middle, foot = (st.container() for _part in range(3))
    with foot:
        question = asked_for()
        if question == "figures":  # what is typed there is judged with the rest
            typed(state, ground.stored)
    try:
        shown = judged_queue(at, ground, state, park, years, stated)
    except PlannerError as refusal:
        refused(refusal)
        return
    with top:
        standing(shown)
        for dropped in no_longer_named(state, ground.stored):
            st.caption(said(dropped))
        pictures(shown, state.chosen, last_risk(shown.mark))
    with middle:
        queue_side, card_side = st.columns([3.5, 1], gap="small")
        with queue_side:
            the_queue(at, ground, state, shown)
        with card_side, st.container(height=CARD, border=False):
            card(at, state, ground.stored, shown)
    with foot:
        answer(at, question, state, shown)


def judged_queue(
    at: Desk, ground: Ground, state: QueueState, park: str, years: list[int], stated: Budget
) -> Shown:
    """The edited queue with its answer and the one it is compared with. Raises ScenarioError for a figure that cannot
    be."""
    queue = edited(state, ground.stored)
    tables = scenario(queue, years, stated, at, state.extra, ground.tables)
    asked = at.asked(tables, place="queue", park=park, with_book=ground.with_book)
    after = judged(at, tables, park, with_book=ground.with_book, asked=asked)
    judged_now(state, tables)
    other = (scenario(ground.stored, years, stated, at, (), ground.tables)
             if st.session_state.get("ghost") == "kept" else state.before)
    before = None if other in (None, tables) else judged(at, other, park, with_book=ground.with_book)
    if state.chosen not in {project.id for project in queue}:
        state.chosen = None
    return Shown(queue, held(tables), asked, after, before, park, mark(at, tables, park, with_book=ground.with_book))


def asked_for() -> str:
    """The question at the foot that is open; its name is the same in both languages."""
    chosen = st.segmented_control(_("Further questions"), list(QUESTIONS), key="question", default="matrix",
                                  format_func=lambda name: _(QUESTIONS[name]), required=True,
                                  label_visibility="collapsed")
    return str(chosen)


def answer(at: Desk, question: str, state: QueueState, shown: Shown) -> None:
    """What can be asked of the queue as it stands: matrix, best set, how sure, scenarios, unit costs."""
    match question:
        case "matrix":
            matrix_table(shown)
        case "best":
            optimum(at, state, shown.queue, shown.after, shown.asked, shown.mark)
        case "sure":
            sureness(at, shown.queue, shown.asked, shown.mark)
        case "scenarios":
            kept_scenarios(at, shown)
        case "costs":
            costs_table(at)


def standing(shown: Shown) -> None:
    """How the park stands with the province, where it is not normal."""
    state = shown.asked.state
    if state is not None and state.state in STATES:
        say = st.error if state.state == "hold" else st.warning
        say(_(STATES[state.state], on=state.on.isoformat(), document=state.document), icon=":material/front_hand:")


def the_queue(at: Desk, ground: Ground, state: QueueState, shown: Shown) -> None:
    """How many fit and beside which answer, then the list."""
    def moved(id_: str, to: int) -> None:
        place(state, ground.stored, id_, to)

    def picked(id_: str) -> None:
        state.chosen = id_

    columns = headings(anything_changed(shown))
    rows = rows_of(at, shown, state.chosen, keeps_out(shown, state.chosen))
    said_, ghost, files = st.columns([2.5, 3, 1.6], vertical_alignment="center")
    said_.markdown(
        f"**{_('{fits} of {count} projects fit', fits=fitting(shown.after), count=len(shown.after.projects))}** · "
        f"{_('energy on the {basis} basis', basis=Text(BASES.get(shown.after.basis, shown.after.basis)))}"
    )
    with ghost:
        st.segmented_control(_("Compared with"), list(GHOSTS), key="ghost", default="before", required=True,
                             format_func=lambda name: _(GHOSTS[name]), label_visibility="collapsed")
    with files, st.container(horizontal=True, horizontal_alignment="right"):
        csv_button(frame_of(columns, rows), "admission", key="csv-answers")
        figures_menu(shown)
    queue_list(columns, rows, chosen=state.chosen, height=LIST, moved=moved, picked=picked)


def controls(at: Desk) -> tuple[Ground, QueueState, str, list[int], Budget]:
    """Which queue, park, years, the intensity's figures, and what can be done with the whole queue. Raises
    ScenarioError for a saved scenario that is none any more."""
    one, two, three, four, five, six, seven = st.columns([1.5, 0.8, 1.7, 1.25, 1.2, 0.8, 0.95],
                                                         vertical_alignment="bottom")
    with one:
        ground = keeping.ground(at)
    state = keeping.state_of(ground)
    park = two.selectbox(_("Park"), at.park_codes(), key="admission-park")
    with three:
        years = shown_years(at, ground, park)
    with four:
        stated: Budget = () if ground.name else intensity(at)
        if ground.name:
            ground = keeping.beside_the_book(ground)
    with five.popover(_("Add a project"), icon=":material/add:", width="stretch"):
        add(at, ground, state)
    six.button(_("Undo"), icon=":material/undo:", width="stretch", key="undo", on_click=undo, args=(state,),
               disabled=not state.can_undo)
    with seven.popover(_("Queue"), icon=":material/list:", width="stretch"):
        keeping.manage(at, state, ground, years)
    return ground, state, park, years, stated


def shown_years(at: Desk, ground: Ground, park: str) -> list[int]:
    """The years judged: those of the book, or of the scenario."""
    known = sorted(ground.tables["scenario"]["years"]) if ground.name else sorted(
        {row.year for row in at.balances(park)})
    if len(known) < 2:
        return known
    first, last = st.select_slider(_("Years"), known, (known[0], known[-1]), key=f"years-{ground.name}-{park}")
    return [year for year in known if first <= year <= last]


def intensity(at: Desk) -> Budget:
    """The intensity's cap and the value added in place, and whether the cap refuses."""
    settings = at.settings()
    with st.popover(_("Intensity cap"), icon=":material/speed:", width="stretch"):
        cap = st.number_input(
            _("Intensity cap, tce per 10,000 yuan"), 0.0, 100.0, key="intensity-cap", format="%.3f", step=0.01,
            value=_number(settings.get("intensity_cap_tce_per_wan_yuan")),
        )
        binding = st.toggle(_("holds"), key="intensity-holds", help=_("Refuse what would exceed the intensity cap"))
        added = st.number_input(
            _("Value added in place, 10,000 yuan"), 0.0, 1e12, key="value-added", format="%.0f",
            value=_number(settings.get("baseline_value_added_wan_yuan")),
        )
    # Without a hold the ratio is still followed: against a cap that nothing reaches.
    return ((INTENSITY, cap if binding else UNREACHED), (VALUE_ADDED, added)) if cap and added else ()


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def add(at: Desk, ground: Ground, state: QueueState) -> None:
    """A project in a few fields, put at the end of the queue."""
    try:
        made = quick_form("queue", at.today().year)
    except PlannerError as refusal:
        refused(refusal)
        return
    if made is not None:
        taken = {project.id for project in ground.stored} | set(state.added)
        state.added[made.id] = (
            made if made.id not in taken else made.model_copy(update={"id": f"{made.id}-{len(taken)}"})
        )
        state.epoch += 1
        st.rerun(scope="fragment")
