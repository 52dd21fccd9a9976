"""The card of one project of the queue: why it has its verdict, whom it keeps out, and the levers to change it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.outcome import Judged
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.figures import figure
from planner.ui import look
from planner.ui.projects import WHOLE, get
from planner.ui.queue_state import QueueState, shift
from planner.ui.review.matrix_table import nearly_used_up
from planner.ui.review.queue_rows import who
from planner.ui.review.relief_cards import relief_cards
from planner.ui.review.shown import Shown
from planner.ui.session import _, named, said
from planner.verdict import Verdict


def card(at: Desk, state: QueueState, stored: Sequence[Project], shown: Shown) -> None:
    """The chosen project: why, the ways out, and the levers."""
    project, answer = shown.project(state.chosen), shown.answer(state.chosen)
    if project is None or answer is None:
        st.caption(_("Choose a project of the queue: its reasons and levers stand here."))
        return
    look.html(
        f'<div class="name">{look.escape(named(project.called))}</div>',
        look.headline(answer.verdict, sentence(at, shown, answer)),
    )
    if answer.verdict > Verdict.WARN:
        relief_cards(at, state, stored, shown, answer)
    levers(state, stored, project)
    reasons(answer)


def sentence(at: Desk, shown: Shown, answer: Judged) -> str:
    """Why the project has its verdict, with the number that decides it."""
    bound = answer.binding
    if bound is None:
        if answer.verdict == Verdict.FITS:
            return _("fits every budget of the years shown")
        near = nearly_used_up(shown, answer.id)
        return _("fits; nearly used up: {budgets}", budgets=near) if near else _("fits, but a budget is nearly used up")
    if bound.quota is None or bound.short_by is None:
        return said(bound.why) if bound.why else look.plain_chip(answer.verdict)
    return _(
        "{quota} {year} is short by {short}",
        quota=quota_title(bound.quota, at.parameters),
        year=bound.year or "",
        short=figure(bound.short_by, bound.unit),
    )


def levers(state: QueueState, stored: Sequence[Project], project: Project) -> None:
    """Place in the queue, start, and the figures of its kind, as sliders."""
    up, down, out = st.columns(3)
    if up.button(_("Up"), icon=":material/arrow_upward:", width="stretch", key="up"):
        shift(state, stored, project.id, -1)
        st.rerun(scope="fragment")
    if down.button(_("Down"), icon=":material/arrow_downward:", width="stretch", key="down"):
        shift(state, stored, project.id, 1)
        st.rerun(scope="fragment")
    if out.button(_("Take out"), icon=":material/remove:", width="stretch", key="out"):
        state.removed.add(project.id)
        state.epoch += 1
        st.rerun(scope="fragment")
    original = next((one for one in stored if one.id == project.id), project)
    slider(state, project, original, "start", _("Start, year"), 2020, 2040, 1)
    if project.data_centre is not None:
        slider(state, project, original, "data_centre.pue", _("PUE"), 1.0, 2.0, 0.01)
        slider(state, project, original, "data_centre.load_factor", _("Load factor"), 0.05, 1.0, 0.05)
        most = max((original.data_centre.racks or 0.0) * 2, 100.0) if original.data_centre else 100.0
        if project.data_centre.racks is not None:
            slider(state, project, original, "data_centre.racks", _("Racks"), 0.0, most, 100.0)
    if project.carriers is not None:
        for path, label in (
            ("carriers.electricity_mwh", _("Electricity, MWh")),
            ("carriers.natural_gas_m3", _("Natural gas, m3")),
        ):
            if amount := get(original, path):
                slider(state, project, original, path, label, 0.0, float(amount) * 2, float(amount) / 20)


def slider(
    state: QueueState, project: Project, original: Project, path: str, label: str, low: float, high: float, step: float
) -> None:
    """One figure of a project. Its change is known before the page runs again, so that it runs once."""
    now = get(project, path)
    if now is None:
        return
    kind = int if path in WHOLE else float
    key = f"slide-{state.epoch}-{project.id}-{path}"
    st.slider(
        label,
        kind(min(low, now)),
        kind(max(high, now)),
        kind(now),
        kind(step),
        key=key,
        on_change=moved,
        format="%d" if path in WHOLE or high > 100 else "%.2f",
        args=(state, project.id, path, key, get(original, path)),
    )


def moved(state: QueueState, id_: str, path: str, key: str, original: float) -> None:
    """A slider was moved; back at the kept figure it is no change."""
    figures = {**state.moved.get(id_, {}), path: st.session_state[key]}
    if figures[path] == original:
        del figures[path]
    state.moved = {other: figures_ for other, figures_ in state.moved.items() if other != id_}
    if figures:
        state.moved[id_] = figures


def reasons(answer: Judged) -> None:
    """Who uses the quota that binds, and the project's own figures by year."""
    parts = []
    if answer.binding is not None and answer.binding.used_by:
        rows = [(who(draw.id, draw.name), f"{draw.amount:,.2f}") for draw in answer.binding.used_by]
        parts.append(look.fold(_("Who uses it"), look.table((_("Who"), _("Amount")), rows, figures={1}), opened=True))
    by_year = [
        (str(year), *(f"{value:,.1f}" if value is not None else "?" for value in (one.counted_tce, one.carbon_tco2)))
        for year, one in answer.demand.items()
    ]
    yearly = look.table((_("Year"), _("Counted, tce"), _("tCO2")), by_year, figures={1, 2})
    parts.append(look.fold(_("By year"), yearly))
    notes = "".join(f'<div class="muted">{look.escape(said(note))}</div>' for note in answer.notes)
    look.html(*parts, notes)


def keeps_out(shown: Shown, chosen: str | None) -> str:
    """Whom the chosen project keeps out, in words: those that would fit without it, and what they would bring."""
    answer = shown.answer(chosen)
    if answer is None or not answer.admitted:
        return ""
    found = next(iter(shown.asked.displaced(only=answer.id)), None)
    if found is None or not found.keeps_out:
        return _("Keeps nobody out: without it the same projects would fit.")
    names = " · ".join(named(project.called) for project in shown.queue if project.id in found.keeps_out)
    sentence = _(
        "Keeps out {names}: together {value:,.0f} x 10,000 yuan of value added, {tax:,.0f} x 10,000 yuan of tax, "
        "{jobs:,.0f} jobs a year.", names=names, value=found.value_added_wan_yuan, tax=found.tax_wan_yuan,
        jobs=found.jobs)
    each = found.per_tce(found.value_added_wan_yuan)
    more = "" if each is None else " " + _(
        "That is {each:,.2f} x 10,000 yuan of value added for each tce that {name} takes.", each=each,
        name=named(answer.name or answer.id))
    return sentence + more
