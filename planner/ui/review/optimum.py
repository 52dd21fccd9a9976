"""The best set beside the reviewer's own list: what changed, what it is worth, what one more unit of a cap would be."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.outcome import Simulation
from planner.admission.portfolio import TITLES
from planner.admission.relief import DEFER, Move, moved
from planner.admission.select import Price, Selection, Wanted
from planner.desk.desk import Desk
from planner.desk.queue import Asked
from planner.energy.project import Project
from planner.ui.exports import csv_button
from planner.ui.queue_state import QueueState
from planner.ui.review import waiting
from planner.ui.review.pictures import UNITS as AMOUNTS
from planner.ui.session import _, named, said
from planner.ui.tables import table

ALTERNATIVES, DIFFER, WITHIN = 2, 2, 0.05
PRICES = 8
WIDTHS = (215, 70, 70, 100, 425)  # pixels: project, best set, own list, what changed, why it is out
# An intensity has no natural unit step: a thousandth is what targets move by.
RATIO_STEP = 0.001


def optimum(at: Desk, state: QueueState, queue: Sequence[Project], after: Simulation, asked: Asked, mark: str) -> None:
    """Ask for the best set, see it beside the own list, take it over."""
    one, two, three = st.columns([1.2, 1, 3], vertical_alignment="bottom")
    wanted = one.selectbox(_("Most"), list(TITLES), format_func=lambda name: _(TITLES[name]), key="objective")
    seconds = two.number_input(_("Seconds at most"), 1, 120, 5, key="select-seconds")
    known: dict[tuple[str, str], Selection] = st.session_state.setdefault("selection", {})
    if three.button(_("Find the best set"), icon=":material/star:", key="select", type="primary"):
        heard: list[tuple[float, float]] = []
        call = Wanted(wanted, float(seconds), ALTERNATIVES, DIFFER, WITHIN)
        known.clear()
        waiting.begin(
            "select", (mark, wanted),
            lambda stopped: asked.select(call, lambda value, bound: heard.append((value, bound)), stopped),
            lambda: so_far(heard), seconds=float(seconds) * (1 + ALTERNATIVES), stop=_("Stop, take the best so far"))
    if (answer := waiting.taken("select", (mark, wanted))) is not None:
        known[mark, wanted] = answer
    if waiting.waited_for("select"):
        return
    found = known.get((mark, wanted))
    if found is None:
        st.caption(_("Candidates and their starts under all caps together; what is approved stays."))
        return
    shown(at, state, queue, after, asked, found)


def so_far(heard: Sequence[tuple[float, float]]) -> str:
    """The best value so far and the proven bound."""
    if not heard or heard[-1][0] <= 0:
        return _("Searching ...")
    value, bound = heard[-1]
    return _("so far {value:,.0f}, at most {bound:,.0f} (gap {gap:.2%})", value=value, bound=bound,
             gap=max(0.0, bound / value - 1))


def shown(
    at: Desk, state: QueueState, queue: Sequence[Project], after: Simulation, asked: Asked, found: Selection
) -> None:
    """The set beside the own list, then the prices."""
    if found.chosen is None:
        st.warning("; ".join(said(note) for note in found.notes))
        return
    own = {one.id for one in after.projects if one.admitted and one.status == "candidate"}
    left, right = st.columns([1.95, 1])
    with left:
        best = found.chosen
        st.markdown(_("**Best set: {worth}** over {first}-{last}, proven within {gap:.2%}; {count} candidates in, "
                      "{own} in the own list", worth=worth(round(best.value), found.objective), first=after.years[0],
                      last=after.years[-1], gap=found.gap, count=len(best.ids), own=len(own)))
        frame = compared(queue, found, own)
        table(frame, most=9, key="optimum", column_config={
            name: st.column_config.Column(width=width) for name, width in zip(frame.columns, WIDTHS, strict=True)})
        take, save = st.columns([1, 1])
        if take.button(_("Take this set over"), icon=":material/check:", key="take-optimum", width="stretch"):
            take_over(state, queue, found, asked.scenario.years)
            st.rerun(scope="fragment")
        with save:
            csv_button(frame, "best-set", key="csv-optimum")
    with right:
        sentences = [price(at, *rows, found.objective) for rows in worth_most(found.prices)]
        st.markdown(f"**{_('What one more unit is worth')}**")
        st.markdown("\n".join(f"- {line}" for line in sentences) or _("No cap binds: more of any is worth nothing."))
        if sentences:
            csv_button(prices_frame(at, found.prices), "shadow-prices", key="csv-prices")
        for other in found.alternatives:
            away = ", ".join(named(project.called) for project in queue
                             if (project.id in other.ids) != (project.id in best.ids))
            st.caption(_("Nearly as good ({worth}): the other way round for {names}",
                         worth=worth(round(other.value), found.objective), names=away))


def compared(queue: Sequence[Project], found: Selection, own: set[str]) -> pd.DataFrame:
    """One row a candidate: in the best set, in the own list, what changed and why it is out."""
    best = found.chosen
    rows = []
    for project in queue:
        if project.status != "candidate" or best is None:
            continue
        inside = project.id in best.ids
        start = best.starts.get(project.id, project.start)
        change = (_("+ comes in") if inside and project.id not in own else _("- goes out")
                  if project.id in own and not inside else _("starts {year}", year=start)
                  if inside and start != project.start else "")
        why = found.left_out.get(project.id)
        rows.append((named(project.called), "●" if inside else "", "●" if project.id in own else "", change,
                     said(why) if why and not inside else ""))
    headings = [_("Project"), _("Best set"), _("Own list"), _("What changed"), _("Why it is out")]
    return pd.DataFrame(rows, columns=headings)


def worth_most(prices: Sequence[Price]) -> list[tuple[Price, Price]]:
    """Prices above nothing, those first whose own year comes first; of years in a row that are worth the same the first
    and the last."""
    found: list[tuple[Price, Price]] = []
    worth_some = (row for row in prices if row.per_unit > 0)
    for row in sorted(worth_some, key=lambda row: (row.quota, str(row.park), row.year)):
        first, last = found[-1] if found else (row, row)
        here, before = ((one.quota, one.park, told_as(one)) for one in (row, last))
        if found and here == before and row.year == last.year + 1:
            found[-1] = (first, row)
        else:
            found.append((row, row))
    return sorted(found, key=lambda rows: (rows[0].year, rows[0].quota))[:PRICES]


def told_as(row: Price) -> float:
    """A price with as many digits as it is told with."""
    return float(f"{row.per_unit * (RATIO_STEP if '_per_' in row.unit else 1.0):.3g}")


def price(at: Desk, row: Price, last: Price, objective: str) -> str:
    """One shadow price in plain words, or one of several years."""
    title, value = said(quota_title(row.quota, at.parameters)), worth(told_as(row), objective)
    years = str(row.year) if row is last else _("any one year from {first} to {last}", first=row.year, last=last.year)
    if "_per_" in row.unit:
        return _("{quota} {year}: {step} looser is worth {worth}", quota=title, year=years, step=RATIO_STEP,
                 worth=value)
    return _("one more {unit} of {quota} in {year} is worth {worth}", unit=_(AMOUNTS.get(row.unit, row.unit)),
             quota=title, year=years, worth=value)


def worth(value: float, objective: str) -> str:
    """An amount of what is maximised, in words; of tax per tce the tax."""
    if objective == "jobs":
        return _("{value:,.10g} jobs", value=value)
    what = _(TITLES["tax" if objective == "tax_per_tce" else objective])
    return _("{value:,.10g} x 10,000 yuan of {what}", value=value, what=what)


def prices_frame(at: Desk, prices: Sequence[Price]) -> pd.DataFrame:
    """Every price as data."""
    return pd.DataFrame([(said(quota_title(row.quota, at.parameters)), row.year, row.unit, row.per_unit)
                         for row in prices], columns=[_("Quota"), _("Year"), _("Unit"), _("Worth of one more")])


def take_over(state: QueueState, queue: Sequence[Project], found: Selection, years: Sequence[int]) -> None:
    """The chosen with their starts become the queue's candidates; the others are taken out."""
    best = found.chosen
    for project in queue:
        if best is None or project.status != "candidate":
            continue
        if project.id not in best.ids:
            state.removed.add(project.id)
        elif best.starts[project.id] != project.start:
            later = best.starts[project.id] - (project.start or 0)
            state.apply(moved(project, Move(DEFER, later, "years", project.id), years))
    state.epoch += 1
