"""The reviewer's page: the queue against the budgets; change a project, see the difference beside the old answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.outcome import Judged, Simulation
from planner.desk.desk import Desk
from planner.desk.paper import BASES
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.figures import figure
from planner.quota.accounts import LIST
from planner.text import N_, Text
from planner.ui import charts, look
from planner.ui.exports import csv_button
from planner.ui.project_card import card, who
from planner.ui.projects import COLUMNS, STATUS, WHOLE, differences, frame_of, quick_form
from planner.ui.queue_state import Budget, QueueState, base, edited, judged, reset
from planner.ui.refusals import guarded, refused
from planner.ui.session import _, desk, kept, lang, named, said
from planner.verdict import Verdict

CHART, SMALL, ROW = 258, 136, 28
ENERGY, INTENSITY = "energy_tce", "intensity_tce_per_wan_yuan"
VALUE_ADDED = "baseline.value_added_wan_yuan"
UNREACHED = 1e6  # tce per 10,000 yuan: no economy burns this much


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
    """Charts above, the queue and its answers below, the chosen project at the side."""
    at = desk()
    stored = at.projects()
    park, years, stated = controls(at, state, stored)
    charts_here = st.container()
    table_side, card_side = st.columns([2.6, 1], gap="small")
    with table_side:
        typed(state, stored)
    try:
        queue = edited(state, stored)
        before = judged(at, stored, years, park, stated)
        after = judged(at, queue, years, park, stated) if state.touched else before
    except PlannerError as refusal:
        refused(refusal)
        return
    state.chosen = picked(after)
    with charts_here:  # first, because a person who moves a slider looks there
        pictures(at, state, before, after)
    with table_side:
        answers(at, before, after)
    with card_side, st.container(height=520, border=False):
        card(at, state, stored, queue, after, years, park, stated)


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


def typed(state: QueueState, stored: Sequence[Project]) -> None:
    """The queue as a table to type into."""
    rows = base(state, stored)
    before = frame_of(rows)
    words = {value: _(word) for value, word in STATUS.items()}
    before["status"] = before["status"].map(words)
    before["name"] = before["name"].map(named)
    config = {path: _column(path) for path in COLUMNS}
    config["status"] = st.column_config.SelectboxColumn(
        _(COLUMNS["status"]), options=list(words.values()), required=True, width="small"
    )
    after = st.data_editor(
        before,
        hide_index=True,
        column_config=config,
        key=f"queue-{state.epoch}-{lang()}",
        row_height=ROW,
        placeholder="",
        height=ROW * (min(len(rows), 9) + 1) + 12,
        disabled=not rows,
    )
    back = {word: value for value, word in words.items()}
    changes = differences(before, after)  # a name left alone keeps both its languages
    for figures in changes.values():
        if "status" in figures:
            figures["status"] = back[figures["status"]]
    state.typed = changes


def _column(path: str) -> Any:
    label = _(COLUMNS[path])
    if path == "name":
        return st.column_config.TextColumn(label, pinned=True, required=True, max_chars=120, width=190)
    if path in WHOLE:
        return st.column_config.NumberColumn(label, format="%d", step=1, min_value=1990, max_value=2100, width="small")
    digits = "%.2f" if path.endswith(("pue", "load_factor", "kw_per_rack", "_ha")) else "localized"
    return st.column_config.NumberColumn(label, format=digits, min_value=0, width="small")


def answers(at: Desk, before: Simulation, after: Simulation) -> None:
    """One row a project: verdict, what binds, what is missing, who used it up; the old verdict where it was another."""
    old = {project.id: project for project in before.projects}
    frame = pd.DataFrame(
        [answer_row(at, project, old.get(project.id)) for project in after.projects],
        columns=[_("Project"), _("Verdict"), _("Before"), _("Bound by"), _("Year"), _("Short by"), _("Used up by")],
    )
    fits = sum(1 for project in after.projects if project.verdict <= Verdict.WARN)
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.markdown(
        f"**{_('{fits} of {count} projects fit', fits=fits, count=len(after.projects))}** · "
        f"{_('energy on the {basis} basis', basis=Text(BASES.get(after.basis, after.basis)))}"
    )
    with right:
        csv_button(frame, "admission", key="csv-answers")
    st.dataframe(
        frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        row_height=ROW,
        height=ROW * (min(len(frame), 9) + 1) + 12,
        key="answers",
        placeholder="",
        column_config={_("Project"): st.column_config.TextColumn(pinned=True, width=190)},
    )


def answer_row(at: Desk, project: Judged, old: Judged | None) -> list[str]:
    """The printed row of one project."""
    was = look.plain_chip(old.verdict) if old is not None and old.verdict != project.verdict else ""
    row = [named(project.name or project.id), look.plain_chip(project.verdict), was]
    bound = project.binding
    if bound is None:
        return [*row, "", "", "", ""]
    if bound.rule is not None:
        rule = next((rule for rule in at.parameters.rules if rule.rule == bound.rule), None)
        return [*row, _(rule.title) if rule else bound.rule, "", said(bound.why) if bound.why else "", ""]
    short = (
        said(figure(bound.short_by, bound.unit)) if bound.short_by is not None else said(bound.why) if bound.why else ""
    )
    users = " · ".join(f"{who(draw.id, draw.name)} {draw.amount:,.0f}" for draw in bound.used_by[:4])
    return [*row, said(quota_title(bound.quota or "", at.parameters)), str(bound.year or ""), short, users]


def pictures(at: Desk, state: QueueState, before: Simulation, after: Simulation) -> None:
    """Energy against its cap, before beside after once something was changed; the other quotas small."""
    title = _("Total energy use, tce")
    if after is not before:
        top = charts.highest((before, after), ENERGY)
        left, right = st.columns(2)
        left.vega_lite_chart(
            charts.budget(before, ENERGY, title=f"{title} · {_('before')}", height=CHART, top=top), key="energy-old"
        )
        right.vega_lite_chart(
            charts.budget(after, ENERGY, title=f"{title} · {_('after')}", height=CHART, top=top, chosen=state.chosen),
            key="energy-new",
        )
    else:
        left, right = st.columns([2, 1])
        left.vega_lite_chart(charts.budget(after, ENERGY, title=title, height=CHART, chosen=state.chosen), key="energy")
        with right:
            intensity(after)
    others = [row.quota for row in after.balance if row.quota not in (ENERGY, INTENSITY) and row.park != LIST]
    if after is not before and any(row.quota == INTENSITY for row in after.balance):
        others = [INTENSITY, *others]
    small = list(dict.fromkeys(others))
    for place, quota in zip(st.columns(max(len(small), 1)), small, strict=False):
        place.vega_lite_chart(small_chart(at, after, quota, state.chosen), key=f"small-{quota}")


def small_chart(at: Desk, after: Simulation, quota: str, chosen: str | None) -> charts.Spec:
    """One of the other quotas, small."""
    unit = next(row.unit for row in after.balance if row.quota == quota)
    title = f"{said(quota_title(quota, at.parameters))}, {_(UNITS.get(unit, unit))}"
    if quota == INTENSITY:
        return charts.ratio(after, quota, title=title, height=SMALL, cap=st.session_state.get("intensity-cap"))
    return charts.budget(after, quota, title=title, height=SMALL, chosen=chosen, legend=False)


UNITS = {
    "ha": N_("ha"),
    "kg": N_("kg"),
    "tce": N_("tce"),
    "tco2": N_("tCO2"),
    "tce_per_wan_yuan": N_("tce per 10,000 yuan"),
    "tco2_per_wan_yuan": N_("tCO2 per 10,000 yuan"),
}


def intensity(simulation: Simulation) -> None:
    """Energy by value added, or what is missing to draw it."""
    if any(row.quota == INTENSITY for row in simulation.balance):
        st.vega_lite_chart(
            charts.ratio(
                simulation,
                INTENSITY,
                title=_("Energy intensity, tce per 10,000 yuan"),
                height=CHART,
                cap=st.session_state.get("intensity-cap"),
            ),
            key="intensity",
        )
    else:
        st.info(_("Energy intensity: state its cap and the value added in place above."))
