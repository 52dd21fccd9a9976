"""The statement why a project does not fit: its document, its seal and its paper."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

from planner.admission.certificate import WhyNot, why_not
from planner.desk.documents import Document, notes
from planner.desk.page import Page
from planner.desk.paper import LAYER_TITLES
from planner.desk.queue import Asked
from planner.errors import UsageError
from planner.text import N_, Text, Translate, english

ENDING = ".docx"


def statement(asked: Asked, project: str) -> WhyNot:
    """The statement of one project of a scenario. Raises ScenarioError for one that fits."""
    return why_not(asked.scenario, project, asked.parameters, book=asked.book, cases=asked.cases)


def document(stated: WhyNot, say: Translate) -> Document:
    """The statement as one JSON document, with its run hash."""
    return {**_plain(stated, say), "run_hash": run_hash(stated)}


def run_hash(stated: WhyNot) -> str:
    """A short seal of all that is stated: the same judgement prints the same hash, in every language."""
    text = json.dumps(_plain(stated, english), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def certificate(stated: WhyNot, *, page: Page, printed_at: datetime) -> bytes:
    """The Word document, in the languages of the page and on the office's own letter. Raises TemplateWrong."""
    from planner.sheets.certificate import certificate_docx

    return certificate_docx(stated, run_hash=run_hash(stated), printed_at=printed_at, langs=page.langs,
                            block=page.block, template=page.templates.letter, titles=LAYER_TITLES)


def export_certificate(asked: Asked, project: str, out: Path, *, page: Page, printed_at: datetime) -> Path:
    """`planner export certificate`. Raises UsageError for another ending, ScenarioError for a project that fits."""
    if out.suffix.lower() != ENDING:
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind="certificate", known=ENDING))
    out.write_bytes(certificate(statement(asked, project), page=page, printed_at=printed_at))
    return out


def _plain(stated: WhyNot, say: Translate) -> Document:
    return {
        "project": stated.project,
        "name": stated.name,
        "scenario": stated.scenario,
        "on": stated.on.isoformat(),
        "park": stated.park,
        "basis": stated.basis,
        "parameters": stated.parameters,
        "verdict": str(stated.verdict),
        "lacks": [
            {
                "what": row.title.say(say),
                "source": row.clause,
                "state": str(row.verdict),
                "year": row.year,
                "asked": row.asked,
                "free": row.free,
                "short_by": row.short_by,
                "unit": row.unit,
                "why": row.why.say(say) if row.why else None,
            }
            for row in stated.lacks
        ],
        "used_by": [{"id": draw.id, "amount": draw.amount} for draw in stated.used_by],
        "would_do": [{"sentence": way.sentence.say(say), "cost_wan_yuan": way.cost_wan_yuan} for way in stated.ways],
        "conflict": [clash.say(say) for clash in stated.conflict],
        **notes(stated.notes, say),
    }
