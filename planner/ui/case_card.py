"""One case on its page: where it stands, what the machine and people say of it, what it holds, what was done."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.admission.case_days import stays, terms, years_without_holidays
from planner.admission.decision import CONDITION_TITLES, OUTCOME_TITLES, STATE_TITLES, VERB_TITLES, CaseState
from planner.admission.headline import quota_title
from planner.desk import clock
from planner.desk.case_documents import NO_HOLIDAYS, changed, trail, verdicts
from planner.desk.casework import Opened
from planner.desk.desk import Desk
from planner.desk.replay_words import STATES, titles
from planner.figures import quota_figure
from planner.quota.accounts import lot_of
from planner.quota.balances import held
from planner.ui import cards, look
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.session import _, named, said
from planner.units import shown
from planner.verdict import sign_named


def top(at: Desk, case: Opened) -> None:
    """Name, state, days against the terms."""
    now = case.dossier
    assert now is not None  # noqa: S101  (the caller asked)
    today, parameters = at.today(), at.parameters
    holidays = parameters.of_day(today).holidays
    stands = now.outcome if now.state is not CaseState.WITHDRAWN else None
    state = _(STATE_TITLES[now.state]) + (f": {_(OUTCOME_TITLES[stands])}" if stands else "")
    project = case.project
    what = " · ".join(part for part in (named(case.parcel.name or case.record.parcel_id),
                                        named(project.called) if project else "", case.park, str(case.year)) if part)
    way = " → ".join(f"{_(STATE_TITLES[s.state])} {s.days}" for s in stays(now, today, holidays))
    lines = [
        f"{_(one.term.title)}: " + _("{spent} of {limit:g} working days", spent=one.spent, limit=one.term.limit)
        + (f" {_('✕ overdue')}" if one.overdue else "")
        for one in terms(now, today, parameters.case_terms, holidays)
    ]
    notes = [_(NO_HOLIDAYS, year=year) for year in years_without_holidays(now, today, holidays)]
    look.html(
        f'<div class="name"><span>{look.escape(now.id)} · {look.escape(state)}</span>'
        f'<span class="muted">{look.escape(_("version {version}", version=now.version))}</span></div>',
        f'<div class="muted">{look.escape(what)}</div>',
        f'<div class="muted">{look.escape(_("Working days in each state"))}: {look.escape(way)}</div>',
        f'<div class="muted">{look.escape(" · ".join(lines))}</div>',
        "".join(f'<div class="muted">{look.escape(note)}</div>' for note in notes),
    )


def findings(at: Desk, case: Opened) -> None:
    """Each finding as last judged, with the machine's verdict and the decided one side by side."""
    known = titles(at.parameters)
    rows: list[tuple[str, ...]] = []
    decided, found = verdicts(case, said)
    for f in sorted(found, key=lambda f: f["override"] is None and f["machine"] == "fits"):  # what matters first
        value = f["area_m2"] if f["unit"] == "m2" else f.get("value")
        measured = cards.measured(value, f["unit"]) if value is not None else "-"
        made = f["override"]
        why = "; ".join([*(named(made[name]) for name in ("reason", "document", "actor")), made["on"]]) if made else ""
        title = _(known.get(str(f["rule"])) or str(f["rule"]))
        beside = chip(f["decided"]) if made else "="
        answer = _(STATES[f["state"]]) + (f": {f['message']}" if f["machine"] != "fits" else "")
        rows.append((title, answer, measured, chip(f["machine"]), beside, why))
    judged = case.record.document
    look.html(look.fold(
        " · ".join([_("Findings"), f"{_('machine')} {chip(judged['verdict'])}",
                    f"{_('Decided by people')} {look.plain_chip(decided)}", _("judged on {on}", on=judged["on"])]),
        look.table((_("Rule"), _("Answer"), _("Measured"), _("Machine"), _("Decided by people"),
                    _("Reason and document")), rows, figures={2, 3, 4}),
        opened=True,
    ))


def chip(word: str) -> str:
    """A verdict by its word, as sign and word."""
    return look.plain_chip(sign_named(word))


def quotas(at: Desk, case: Opened) -> None:
    """What the case asks of the book, as last judged."""
    parameters = at.parameters  # once: each reading asks the workspace for what it changed of them
    rows = [
        (f"{chip(row['state'])}", said(quota_title(row["quota"], parameters)), str(row["year"]),
         *(said(quota_figure(row[name], row["unit"])) if row[name] is not None else "-"
           for name in ("asked", "free", "short_by")))
        for row in case.record.document["quotas"]
        if row["asked"] is None or row["asked"] > 0
    ]
    heads = ("", _("Quota"), _("Year"), _("Needed"), _("Free"), _("Short by"))
    tight = any(row["state"] not in ("fits", "uncapped") for row in case.record.document["quotas"])
    table = look.table(heads, rows, figures={2, 3, 4, 5})
    look.html(look.fold(_("Quotas of {park}", park=case.park), table, opened=tight))


def history(at: Desk, case: Opened) -> None:
    """Every act, newest first, to take away as a table."""
    rows = trail_rows(at, case)
    heads = ("", _("Time ({zone})", zone=clock.zone()), _("Move"), _("Person"), _("State before"), _("State after"),
             _("What was said"))
    look.html(look.fold(_("History"), look.table(heads, rows[::-1], figures={1}), opened=True))
    frame = pd.DataFrame(rows, columns=[_("Version"), *heads[1:]])
    with st.container(horizontal=True):
        csv_button(frame, f"trail-{case.record.id}", key="csv-case-trail")
        xlsx_button(frame, f"trail-{case.record.id}", key="xlsx-case-trail")


def trail_rows(at: Desk, case: Opened) -> list[tuple[str, ...]]:
    """The acts as a person reads them, oldest first."""
    rows: list[tuple[str, ...]] = []
    known = titles(at.parameters)
    for act in trail(case):
        beside = [f"{chip(act['machine'])} → {chip(act['decided'])}"] if act["decided"] else []
        outcome = _(OUTCOME_TITLES[str(act["outcome"])]) if act["outcome"] else ""
        entry = _("entry {entry}", entry=act["entry"]) if act["entry"] else ""
        told = [named(str(act[name] or "")) for name in ("reason", "note", "basis", "document")]
        due = [f"{named(one['text'])} ({one['due']})" for one in act["conditions"] or ()]
        rule = str(act["rule"] or "")
        more = (outcome, _(known[rule]) if rule in known else rule, *beside, *told, *due, *map(said, changed(act)),
                entry)
        rows.append((str(act["version"]), clock.told(act["at"])[:16], _(VERB_TITLES[act["move"]]),
                     named(act["actor"]), _(STATE_TITLES[act["state_before"]]) if act["state_before"] else "",
                     _(STATE_TITLES[act["state_after"]]), " · ".join(part for part in more if part)))
    return rows


def conditions(at: Desk, case: Opened) -> None:
    """Conditions with their days; what is overdue is marked and changes nothing."""
    assert case.dossier is not None  # noqa: S101  (the caller asked)
    if not case.dossier.conditions:
        return
    today = at.today()
    rows = [
        (str(one.number), named(one.text), one.due.isoformat(),
         _(CONDITION_TITLES[one.state]) + (f" {_('✕ overdue')}" if one.overdue(today) else ""), named(one.document))
        for one in case.dossier.conditions
    ]
    late = {i for i, one in enumerate(case.dossier.conditions) if one.overdue(today)}
    heads = ("", _("Condition"), _("By"), _("State"), _("Document"))
    look.html(look.fold(_("Conditions"), look.table(heads, rows, figures={2, 3}, marked=late), opened=True))


def holds(at: Desk, case: Opened) -> None:
    """What the case holds in the book now."""
    rows, parameters = [], at.parameters
    for account, has in sorted(held(at.book.standing(), case.record.id).items()):
        quota = parameters.quota(account.quota)
        if lot_of(account.park) is None and quota is not None:
            amounts = [said(quota_figure(shown(n, quota.unit), quota.unit)) for n in (has.reserved, has.committed)]
            rows.append((said(quota_title(account.quota, parameters)), str(account.year), *amounts))
    if rows:
        heads = (_("Quota"), _("Year"), _("Reserved"), _("Committed"))
        look.html(look.fold(_("Held in the book"), look.table(heads, rows, figures={1, 2, 3}), opened=True))

