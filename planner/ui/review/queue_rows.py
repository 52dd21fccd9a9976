"""The rows of the queue's list: each figure with its arithmetic, and the documents that it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from planner.admission.budgets import CLOSED
from planner.admission.headline import quota_title
from planner.admission.outcome import Binding, Draw, Judged, Simulation
from planner.desk.desk import Desk
from planner.energy.answer import Demand
from planner.energy.project import Project
from planner.figures import figure
from planner.quota.accounts import LIST
from planner.quota.entries import Bucket
from planner.text import N_
from planner.ui import charts, look
from planner.ui.projects import STATUS
from planner.ui.review.queue_list import Cell, Heading, Row
from planner.ui.review.shown import Shown
from planner.ui.session import _, lang, named, said
from planner.verdict import Verdict
from planner.webmap.style import LOOKS

DEMANDS_KEPT = 2000
USERS = 3  # users of a quota named in a cell; all of them stand in its arithmetic
_REMARK = re.compile(r"\s*[(（].*$")
BEFORE = N_("Before")
APPROVED = "✓ "


def who(id_: str, name: str) -> str:
    """The name of a user of a quota for a reader."""
    return _(charts.NOBODYS[id_]) if id_ in charts.NOBODYS else named(name or id_)


def short_names(projects: Sequence[Project]) -> dict[str, str]:
    """The names of projects by id for where there is little room: without the remark in brackets, as long as nobody
    else is then called alike."""
    full = {project.id: named(project.called) for project in projects}
    short = {id_: _REMARK.sub("", name) for id_, name in full.items()}
    return {id_: short[id_] if list(short.values()).count(short[id_]) == 1 else name for id_, name in full.items()}


def headings(changed: bool) -> list[Heading]:
    """The columns after the place; ``changed``: some verdict is another one than before."""
    def wide(chinese: int, english: int) -> str:
        """Pixels that the words of either language need."""
        return f"{chinese if lang() == 'zh' else english}px"

    verdict = wide(72, 118)
    return [
        Heading(f"{_('Project')} ({APPROVED}{_(STATUS['committed'])})", width="14.5%"),
        Heading(_("Start"), True, "42px"), Heading(_("tce a year"), True, "64px"),
        Heading(_("Value added, 10,000 yuan"), True, wide(60, 74)),
        Heading(_("Tax, 10,000 yuan per tce"), True, wide(76, 70)), Heading(_("Verdict"), width=verdict),
        *([Heading(_(BEFORE), width="52px")] if changed else []), Heading(_("Bound by"), width=wide(118, 138)),
        Heading(_("Short by"), True, wide(132, 104)), Heading(_("Used up by")),
    ]


def rows_of(at: Desk, shown: Shown, chosen: str | None, keeps: str) -> list[Row]:
    """One row a project, in the queue's order; ``keeps`` stands below the chosen one."""
    projects = {project.id: project for project in shown.queue}
    old = {one.id: one for one in shown.before.projects} if shown.before else {}
    changed = anything_changed(shown)
    return [
        Row(one.id, cells(at, shown, projects[one.id], one, old.get(one.id), changed),
            keeps if one.id == chosen else "")
        for one in shown.after.projects
    ]


def anything_changed(shown: Shown) -> bool:
    """Whether some project has another verdict than before."""
    old = {one.id: one.verdict for one in shown.before.projects} if shown.before else {}
    return any(old.get(one.id, one.verdict) != one.verdict for one in shown.after.projects)


def cells(
    at: Desk, shown: Shown, project: Project, answer: Judged, old: Judged | None, changed: bool
) -> tuple[Cell, ...]:
    """The cells of one project."""
    found = demand_of(shown, project)
    other = old if old and old.verdict != answer.verdict else None
    was = Cell(LOOKS[other.verdict].sign, full=look.plain_chip(other.verdict)) if other else Cell("")
    return (
        Cell((APPROVED if project.status == "committed" else "") + named(project.called)),
        Cell("" if project.start is None else str(project.start)),
        energy(found), Cell(money(project.value_added_wan_yuan)), tax_per_tce(project, found),
        Cell(look.plain_chip(answer.verdict), colour=LOOKS[answer.verdict].colour), *([was] if changed else []),
        *bound(at, shown, answer, old),
    )


def demand_of(shown: Shown, project: Project) -> Demand:
    """What a project asks at full load, thought out once for each state of the project."""
    known: dict[tuple[str, str, str], Demand] = st.session_state.setdefault("demands", {})
    key = (project.model_dump_json(), str(shown.asked.scenario.on), shown.after.basis)
    if key not in known:
        while len(known) >= DEMANDS_KEPT:
            known.pop(next(iter(known)))
        known[key] = shown.asked.demand(project, shown.after.basis)
    return known[key]


def money(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def energy(found: Demand) -> Cell:
    """What the project counts for at full load, with every step that made it."""
    if found.counted_tce is None:
        return Cell(_("unknown"), tuple(said(note) for note in found.notes))
    lines = [step_line(said(step.what), said(figure(step.value, step.unit)), step.coefficient) for step in found.steps]
    total = _("counted at full load: {amount}", amount=figure(found.counted_tce, "tce"))
    sources = dict.fromkeys(named(step.source) for step in found.steps if step.source)
    return Cell(f"{found.counted_tce:,.0f}", (*lines, f"= {total}"), tuple(sources))


def step_line(what: str, amount: str, coefficient: float | None) -> str:
    """One step of the arithmetic on one line."""
    return f"{what}: {amount}" + (f"  ({_('coefficient {value:g}', value=coefficient)})" if coefficient else "")


def tax_per_tce(project: Project, found: Demand) -> Cell:
    """Tax at full load for each tce that counts."""
    if project.tax_wan_yuan is None or not found.counted_tce or found.counted_tce < 0:
        return Cell("")
    ratio = project.tax_wan_yuan / found.counted_tce
    return Cell(f"{ratio:,.2f}", (f"{project.tax_wan_yuan:,.0f} ÷ {found.counted_tce:,.2f} = {ratio:,.4f}",))


def bound(at: Desk, shown: Shown, answer: Judged, old: Judged | None) -> tuple[Cell, Cell, Cell]:
    """What binds and in which year, what is missing, who used it up."""
    found = answer.binding
    if found is None:
        return Cell(""), Cell(""), Cell("")
    if found.rule is not None:
        rule = next((rule for rule in shown.asked.parameters.rules if rule.rule == found.rule), None)
        why = (said(found.why),) if found.why else ()
        title = _(rule.title) if rule else _("state of the park") if found.rule == "park_state" else found.rule
        return Cell(title, why, (named(rule.source),) if rule else ()), Cell(why[0] if why else "", why), Cell("")
    title = f"{found.year or ''} {said(quota_title(found.quota or '', shown.asked.parameters))}"
    if found.short_by is None:
        why = (said(found.why),) if found.why else ()
        return Cell(title), Cell(why[0] if why else _("unknown"), why), Cell("")
    lines = shortage(shown, found, answer.id)
    if old and old.binding and old.binding.short_by is not None and old.binding.short_by != found.short_by:
        lines = [*lines, f"{_(BEFORE)}: {said(figure(old.binding.short_by, old.binding.unit))}"]
    users = tuple(user(draw, found.unit) for draw in found.used_by)
    told = " · ".join(f"{_REMARK.sub('', who(draw.id, draw.name))} {brief(draw.amount)}"
                      for draw in found.used_by[:USERS] if draw.id != answer.id)
    return (Cell(title), Cell(said(figure(found.short_by, found.unit)), tuple(lines),
                              tuple(documents(at, shown, found))), Cell(told, users))


def brief(amount: float) -> str:
    """An amount with as many digits as a narrow cell has room for."""
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.2f}"


def user(draw: Draw, unit: str) -> str:
    """A user of a quota with its amount."""
    return f"{who(draw.id, draw.name)}: {said(figure(draw.amount, unit.partition('_per_')[0]))}"


def shortage(shown: Shown, found: Binding, id_: str) -> list[str]:
    """How the shortage comes about, line by line: in place, each user, this project, less the cap."""
    place = (found.quota, found.year, found.park == LIST, None if found.park == LIST else found.park)
    row = next((row for row in shown.after.balance
                if (row.quota, row.year, row.park == LIST, row.substation) == place), None)
    if row is None or row.cap is None:
        return []
    unit = found.unit
    if "_per_" in unit:
        ratio = row.cap + (found.short_by or 0.0)
        return [_("ratio with this project {ratio} - cap {cap} = {short}", ratio=figure(ratio, unit),
                  cap=figure(row.cap, unit), short=figure(found.short_by, unit))]
    shut = sum(draw.amount for draw in row.parts if draw.id == CLOSED)
    parts = [(_("in place"), row.baseline or 0.0), (_("ended"), -row.retired), (_(charts.SHUT), shut),
             *((who(draw.id, draw.name), draw.amount) for draw in found.used_by if draw.id != id_),
             *((_("this project"), draw.amount) for draw in found.used_by if draw.id == id_),
             (_("cap"), -row.cap), (_("transferred"), -row.transferred), (_("left over from the year before"),
                                                                         -row.carried)]
    lines = [f"{'-' if amount < 0 else '+'} {said(figure(abs(amount), unit))}  {name}"
             for name, amount in parts if amount]
    return [*lines, f"= {_('short by {short}', short=figure(found.short_by, unit))}"]


def documents(at: Desk, shown: Shown, found: Binding) -> list[str]:
    """What the cap rests on: the scenario's own figure, or the entries of the book that granted it."""
    if found.quota in shown.tables.get("caps", {}):
        return [_("stated in the scenario")]
    return granted_by(at, shown.park).get((found.quota or "", found.year or 0), [])


def granted_by(at: Desk, park: str) -> dict[tuple[str, int], list[str]]:
    """The documents of a park's grants and transfers by cap key and year, read once for a state of the book."""
    known: dict[tuple[str, str], dict[tuple[str, int], list[str]]] = st.session_state.setdefault("granted-by", {})
    key = (at.store.head(), park)
    if key not in known:
        known.clear()
        found: dict[tuple[str, int], list[str]] = {}
        parameters = at.parameters
        for entry in at.entries():
            outside = {leg.quota for leg in entry.draft.legs if leg.bucket is Bucket.OUTSIDE or leg.park != park}
            for leg in entry.draft.legs:
                quota = parameters.quota(leg.quota)
                if leg.park == park and leg.bucket is Bucket.FREE and leg.quota in outside and quota is not None:
                    line = f"{named(entry.draft.basis)} ({_('entry {entry}', entry=entry.seq)}, {entry.draft.on})"
                    found.setdefault((quota.cap_key, leg.year), []).append(line)
        known[key] = found
    return known[key]


def frame_of(headings_: Sequence[Heading], rows: Sequence[Row]) -> pd.DataFrame:
    """The list as a table to hand out; what the chosen project keeps out in the last column."""
    return pd.DataFrame([[*(cell.full or cell.text for cell in row.cells), row.keeps] for row in rows],
                        columns=[*(heading.title for heading in headings_), _("Keeps out")])


def fitting(after: Simulation) -> int:
    """How many projects fit, with a warning or without."""
    return sum(1 for project in after.projects if project.verdict <= Verdict.WARN)
