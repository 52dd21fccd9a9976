"""The JSON documents of `planner scenario`, and the rows behind its charts."""

from __future__ import annotations

from collections.abc import Sequence

from planner.admission.compare import Comparison, Gain
from planner.admission.tables import Conflict, Merged
from planner.admission.tornado import Tornado, Turned
from planner.desk import documents_queue
from planner.desk.documents import Document
from planner.desk.scenarios import Saved, Told
from planner.text import Translate


def saved(row: Saved) -> Document:
    """One row of `scenario list`."""
    head = row.tables.get("scenario", {})
    return {
        "scenario": row.name,
        "title": head.get("title", ""),
        "years": list(head.get("years", [])),
        "projects": len(row.tables.get("project", [])),
        "actor": row.actor,
        "saved_at": row.saved_at,
        "note": row.note,
    }


def comparison(found: Comparison, say: Translate) -> Document:
    """`scenario compare`: what is gained on either side, inputs that differ, projects and budgets in pairs."""
    return {
        "before": {"scenario": found.names[0], **gain(found.gains[0])},
        "after": {"scenario": found.names[1], **gain(found.gains[1])},
        "inputs": [{"path": row.path, "before": row.before, "after": row.after} for row in found.inputs],
        "projects": [
            {
                "id": row.id,
                "name": row.name,
                "before": str(row.before.verdict) if row.before else None,
                "after": str(row.after.verdict) if row.after else None,
                "changed": row.changed,
                "binding_before": documents_queue.binding(row.before.binding, say) if row.before else None,
                "binding_after": documents_queue.binding(row.after.binding, say) if row.after else None,
            }
            for row in found.projects
        ],
        "balance": [
            {
                "park": row.park,
                "quota": row.quota,
                "unit": row.unit,
                "year": row.year,
                "left_before": row.before.left if row.before else None,
                "left_after": row.after.left if row.after else None,
                "more_left": row.more_left,
                "state_before": row.before.state if row.before else None,
                "state_after": row.after.state if row.after else None,
            }
            for row in found.balance
        ],
    }


def gain(row: Gain) -> Document:
    return {
        "admitted": row.admitted,
        "value_added_wan_yuan": row.value_added_wan_yuan,
        "tax_wan_yuan": row.tax_wan_yuan,
        "jobs": row.jobs,
    }


def merged(found: Merged, told: Sequence[Told], say: Translate) -> Document:
    """`scenario merge`; ``told`` are its conflicts in words."""
    return {"conflicts": [conflict(row, words, say) for row, words in zip(found.conflicts, told, strict=True)],
            "tables": found.tables}


def conflict(row: Conflict, words: Told, say: Translate) -> Document:
    return {
        "path": row.path,
        "of": words.of.say(say),
        "input": words.input.say(say),
        "base": row.base,
        "mine": row.mine,
        "theirs": row.theirs,
        "sentence": words.sentence.say(say),
    }


def tornado(found: Tornado) -> Document:
    """`scenario tornado`: one row a bar, widest first."""
    return {
        "quota": found.quota,
        "year": found.year,
        "unit": found.unit,
        "cap": found.cap,
        "use": found.use,
        "bars": [
            {
                "input": f"{row.project}.{row.path}",
                "project": row.project,
                "path": row.path,
                "low": row.low,
                "stated": row.stated,
                "high": row.high,
                "use_low": row.use_low,
                "use_high": row.use_high,
                "swing": row.swing,
                "turned_low": [turned(one) for one in row.turned_low],
                "turned_high": [turned(one) for one in row.turned_high],
            }
            for row in found.bars
        ],
    }


def turned(row: Turned) -> Document:
    """A verdict that turns at one end of a bar."""
    return {"id": row.id, "before": str(row.before), "after": str(row.after)}
