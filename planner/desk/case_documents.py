"""The JSON documents of cases: a row of the list, a case whole, a replay; sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.admission.case import sign_of
from planner.admission.case_compare import Row
from planner.admission.case_days import stays, terms, years_without_holidays
from planner.admission.decision import OUTCOME_TITLES, STATE_TITLES, Override, decided_of, open_moves
from planner.desk import documents, documents_book, documents_check
from planner.desk.booking import Document
from planner.desk.case_acts import said_of
from planner.desk.casework import Opened
from planner.desk.kept_check import Reader, told_check
from planner.desk.replay import Replay
from planner.land.finding import Finding, Severity, State
from planner.parameters import Parameters
from planner.quota.accounts import lot_of
from planner.quota.balances import held
from planner.text import N_, Text, Translate
from planner.verdict import Verdict, worst

if TYPE_CHECKING:
    from planner.desk.desk import Desk

# What an act may say besides its move, in the order of the trail.
SAID = ("outcome", "rule", "machine", "decided", "reason", "basis", "document", "note", "condition", "conditions",
        "entry", "changed")
CHANGED = {"parcel": N_("parcel"), "ellipsoid_m2": N_("area"), "year": N_("first year"), "project": N_("project")}
NO_HOLIDAYS = N_("no holiday of {year} is entered: only weekends are taken out of its days")


def finding_of(row: Mapping[str, Any]) -> Finding:
    """A finding as its document states it."""
    return Finding(
        rule=row["rule"], title="", state=State(row["state"]), severity=Severity[row["severity"].upper()],
        message=Text("{said}", said=row["message"]), value=row.get("value", row["area_m2"]), limit=row["limit"],
        unit=row["unit"], role=row["layer"], layer=row["layer_name"], as_of=None, source=row["source"],
        status=row["status"],
    )


def override(made: Override) -> Document:
    return {"rule": made.rule, "layer": made.layer or made.role, "state": str(made.state), "value": made.value,
            "decided": str(made.decided), "reason": made.reason, "document": made.document, "actor": made.actor,
            "on": made.on.isoformat()}


def verdicts(case: Opened, reader: Reader = str) -> tuple[Verdict, list[Document]]:
    """The decided verdict of a case as last judged, and its findings with both verdicts side by side."""
    rows, parts = [], []
    for row in told_check(case.record.document, reader)["findings"]:
        seen = finding_of(row)
        decided, made = decided_of(seen, case.overrides)
        parts.append(decided)
        machine = sign_of(seen)  # what is only noted holds nothing up, yet is never shown as fitting
        beside = override(made) if made else None
        rows.append({**row, "machine": str(machine), "decided": str(decided if made else machine),
                     "override": beside})
    parts += [Verdict[row["state"].upper()] for row in case.record.document["quotas"]]
    parts += [Verdict.UNKNOWN] if case.record.document["takes"].get("notes") else []
    return worst(parts), rows


def listed(desk: Desk, cases: Sequence[Opened], say: Translate) -> list[Document]:
    """`case list`."""
    today = desk.today()
    rows = desk.parameters.of_day(today)
    return [row(one, today, rows, say) for one in cases]


def row(case: Opened, today: date, rows: Parameters, say: Translate) -> Document:
    """One row of `case list`."""
    record, now = case.record, case.dossier
    spent = terms(now, today, rows.case_terms, rows.holidays) if now else ()
    due = [one for one in now.open_conditions if one.overdue(today)] if now else []
    here = stays(now, today, rows.holidays)[-1] if now else None
    return {
        "case": record.id,
        "parcel": record.parcel_id,
        "name": record.document["parcel"].get("name", ""),
        "park": case.park,
        "state": record.state,
        "state_title": say(STATE_TITLES.get(record.state, record.state)),
        "outcome": str(now.outcome) if now and now.outcome else None,
        "outcome_title": say(OUTCOME_TITLES[now.outcome]) if now and now.outcome else None,
        "version": record.version,
        "verdict": record.document["verdict"],
        "decided_verdict": str(verdicts(case)[0]),
        "since": here.first.isoformat() if here else record.made_at,
        "days_in_state": here.days if here else None,
        "terms": [{"term": one.term.term, "title": say(one.term.title), "days": one.spent,
                   "limit": one.term.limit, "unit": one.term.unit, "running": one.running, "overdue": one.overdue,
                   "source": one.term.source, "status": one.term.status} for one in spent],
        "overdue": any(one.overdue and one.running for one in spent) or bool(due),
        "conditions_overdue": len(due),
        "actor": record.actor,
    }


def whole(desk: Desk, case: Opened, say: Translate) -> Document:
    """`case show`."""
    now = case.dossier
    assert now is not None  # noqa: S101  (a case that is opened has acts)
    today = desk.today()
    rows = desk.parameters.of_day(today)
    holidays = rows.holidays
    holds = held(desk.book.standing(), case.record.id)
    notes = [Text(NO_HOLIDAYS, year=year) for year in years_without_holidays(now, today, holidays)]
    return {
        **row(case, today, rows, say),
        "year": case.year,
        "project": case.record.request.get("project"),
        "stays": [{"state": str(s.state), "from": s.first.isoformat(), "to": s.last.isoformat() if s.last else None,
                   "working_days": s.days} for s in stays(now, today, holidays)],
        "findings": verdicts(case, lambda text: text.say(say))[1],
        "overrides": [override(made) for made in now.overrides],
        "conditions": [{"condition": c.number, "text": c.text, "due": c.due.isoformat(), "state": c.state,
                        "overdue": c.overdue(today), "actor": c.actor, "on": c.on.isoformat() if c.on else None,
                        "document": c.document} for c in now.conditions],
        "holds": [{"park": a.park, "quota": a.quota, "year": a.year,
                   "reserved": documents_book.amount(h.reserved, a.quota, rows),
                   "committed": documents_book.amount(h.committed, a.quota, rows)}
                  for a, h in sorted(holds.items()) if lot_of(a.park) is None],
        "moves": {verb: {"to": str(step.to), "role": str(step.role)} for verb, step in open_moves(now).items()},
        "history": [{"version": act.number, "move": act.verb, "state": str(act.state), "actor": act.actor, "at": act.at,
                     "on": act.on.isoformat(), **said_of(act)}
                    for act in now.acts],
        "check": told_check(case.record.document, lambda text: text.say(say)),
        **documents.notes(notes, say),
    }


def trail(case: Opened) -> list[Document]:
    """Every act of a case in order: who, when, the state before and after, and all that was said with it."""
    assert case.dossier is not None  # noqa: S101  (a case that is opened has acts)
    before, rows = None, []
    for act in case.dossier.acts:
        rows.append({"case": case.record.id, "version": act.number, "at": act.at, "on": act.on.isoformat(),
                     "actor": act.actor, "move": act.verb, "state_before": before, "state_after": str(act.state),
                     **{name: said_of(act).get(name) for name in SAID}})
        before = str(act.state)
    return rows


def changed(row: Mapping[str, Any]) -> list[Text]:
    """What an act of the trail made a case ask otherwise, before and after."""
    said = []
    for what, pair in (row["changed"] or {}).items():
        one, other = (f"{value:,.2f} m2" if what == "ellipsoid_m2" else _called(value) for value in pair.values())
        said.append(Text("{what}: {one} → {other}", what=Text(CHANGED[what]), one=one, other=other))
    return said


def _called(value: Any) -> str:
    return str(value.get("name") or value.get("id") or "-") if isinstance(value, Mapping) else str(value or "-")


def compared(line: Row) -> Document:
    return {"part": line.part, "of": line.of, "figure": line.figure, "unit": line.unit, "then": line.then,
            "today": line.now, "differs": line.differs}


def replay(found: Replay, say: Translate) -> Document:
    """`case replay`."""
    return {
        "case": found.case,
        "version": found.version,
        "on": found.on.isoformat(),
        "agrees": found.agrees,
        "missing": [text.say(say) for text in found.missing],
        "unlike": [{"path": one.path, "said": one.said, "recomputed": one.recomputed} for one in found.unlike],
        "stored_verdict": found.stored["verdict"],
        "then_verdict": str(found.then.verdict) if found.then else None,
        "today_verdict": str(found.now.verdict),
        "inputs": [compared(line) for line in found.inputs],
        "rows": [compared(line) for line in found.rows],
        "differing": sum(line.differs for line in found.rows),
        "then": documents_check.check(found.then, say) if found.then else None,
        "today": documents_check.check(found.now, say),
    }
