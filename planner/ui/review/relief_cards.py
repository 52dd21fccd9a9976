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
from planner.ui.queue_state import QueueState, edited
from planner.ui.review import waiting
from planner.ui.review.shown import Shown
from planner.ui.session import _, lang, said

CARDS = 6
Click = tuple[str, str, int, int]  # state of the queue, project, card, and the epoch in which it was drawn
SECONDS = 20.0  # that a search among a few dozen projects takes at most
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def relief_cards(at: Desk, state: QueueState, stored: Sequence[Project], shown: Shown, answer: Judged) -> None:
    """Cards for a refused project, asked for with a button; kept as long as the queue is the same."""
    asked, of = shown.asked, (shown.mark, answer.id)
    known: dict[tuple[str, str], Relief] = st.session_state.setdefault("relief", {})
    if of not in known and not waiting.asked("ways", of):
        place = st.empty()
        if not place.button(_("Ways out"), icon=":material/alt_route:", key="relieve", type="primary", width="stretch"):
            return
        place.empty()
        known.clear()
        ways: list[int] = []
        waiting.begin("ways", of, lambda stopped: asked.relieve(answer.id, stopped, ways.append),
                      lambda: _("Trying every lever: {count} ways so far", count=len(ways)), seconds=SECONDS,
                      stop=_("Stop, show these"))
    if (done := waiting.taken("ways", of)) is not None:
        known[of] = done
    if waiting.waited_for("ways"):
        return
    found = known[of]
    for number, option in enumerate(found.options[:CARDS]):
        card(state, stored, option, number, (*of, number, state.epoch), asked.scenario.years)
    if found.conflict:
        st.warning(_("No lever helps; these cannot be met together") + ": "
                   + "; ".join(said(clash.sentence) for clash in found.conflict))
    for note in found.notes:
        st.caption(said(note))
    statement(at, answer, asked)


def card(
    state: QueueState, stored: Sequence[Project], option: Option, number: int, click: Click, years: Sequence[int]
) -> None:
    """One way out with its price and what applies it: as the click is heard, before the page is drawn again, so that
    it is not lost where that drawing has no such card any more."""
    with st.container(border=True):
        cost = (_("no unit cost is known") if option.cost_wan_yuan is None
                else _("about {cost:,.2f} x 10,000 yuan", cost=option.cost_wan_yuan))
        st.markdown(f"{said(option.sentence)}  \n**{cost}**")
        st.button(_("Apply"), key=f"apply-{number}", icon=":material/check:", width="stretch", on_click=apply,
                  args=(state, stored, option.moves, click, years))


def apply(
    state: QueueState, stored: Sequence[Project], moves: Sequence[Move], click: Click, years: Sequence[int]
) -> None:
    """Put the moves of an option into the queue as it is edited now; two clicks on one card are one."""
    if state.clicked == click:
        return
    state.clicked = click
    projects = {project.id: project for project in edited(state, stored)}
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
