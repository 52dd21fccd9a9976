"""The ways out of the chosen project as cards: each was judged again; one click applies it to the queue."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.admission.outcome import Judged
from planner.admission.relief import DROP, RETIRE, TRANSFER, Move, Option, Relief, moved
from planner.desk import certificate
from planner.desk.desk import Desk
from planner.desk.page import Page
from planner.desk.queue import Asked
from planner.energy.project import Project
from planner.ui.queue_state import QueueState
from planner.ui.review.shown import Shown
from planner.ui.session import _, lang, said

CARDS = 6
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def relief_cards(at: Desk, state: QueueState, shown: Shown, answer: Judged) -> None:
    """Cards for a refused project, asked for with a button; kept as long as the queue is the same."""
    asked, mark = shown.asked, shown.mark
    known: dict[tuple[str, str], Relief] = st.session_state.setdefault("relief", {})
    if (mark, answer.id) not in known:
        place = st.empty()
        if not place.button(_("Ways out"), icon=":material/alt_route:", key="relieve", type="primary", width="stretch"):
            return
        place.empty()
        with st.spinner(_("Trying every lever, each judged again ...")):
            known.clear()
            known[mark, answer.id] = asked.relieve(answer.id)
    found = known[mark, answer.id]
    for number, option in enumerate(found.options[:CARDS]):
        card(state, shown.queue, option, number, asked)
    if found.conflict:
        st.warning(_("No lever helps; these cannot be met together") + ": "
                   + "; ".join(said(clash.sentence) for clash in found.conflict))
    statement(at, answer, asked)


def card(state: QueueState, queue: Sequence[Project], option: Option, number: int, asked: Asked) -> None:
    """One way out with its price and what applies it."""
    with st.container(border=True):
        cost = (_("no unit cost is known") if option.cost_wan_yuan is None
                else _("about {cost:,.2f} x 10,000 yuan", cost=option.cost_wan_yuan))
        st.markdown(f"{said(option.sentence)}  \n**{cost}**")
        if st.button(_("Apply"), key=f"apply-{number}", icon=":material/check:", width="stretch"):
            apply(state, queue, option.moves, asked.scenario.years)
            st.rerun(scope="fragment")


def apply(state: QueueState, queue: Sequence[Project], moves: Sequence[Move], years: Sequence[int]) -> None:
    """Put the moves of an option into the edited queue."""
    projects = {project.id: project for project in queue}
    # Load ends when the project starts, so its start is settled first.
    for move in sorted(moves, key=lambda move: move.lever == RETIRE):
        if move.lever == DROP:
            state.removed.add(move.project)
        elif move.lever == TRANSFER:
            state.extra.append(("transfer", {"quota": move.quota, "year": move.year, "amount": move.value,
                                             "basis": _("to be asked for")}))
        elif move.lever == RETIRE:
            start = projects[move.project].start
            state.extra.append(("retirement", {"start": start, "energy_tce": move.value, "for": move.project}))
        else:
            projects[move.project] = moved(projects[move.project], move, years)
            state.apply(projects[move.project])
    state.epoch += 1


def statement(at: Desk, answer: Judged, asked: Asked) -> None:
    """The statement why it does not fit, as a Word document made when it is clicked."""
    page = Page(lang())
    st.download_button(
        _("Statement why not (Word)"),
        lambda: certificate.certificate(certificate.statement(asked, answer.id), page=page, printed_at=at.now()),
        file_name=f"{answer.id}.docx",
        mime=DOCX,
        key="why-not",
        on_click="ignore",
        icon=":material/description:",
        width="stretch",
    )
