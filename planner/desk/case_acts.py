"""The acts of cases as the workspace keeps them, and what they forbid the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from planner.admission.decision import Act, CaseState, ConditionsOpen, Dossier, dossier
from planner.store.base import Store, Turn

ACTS = "case_acts"


def acts_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Act]]:
    """Kept acts by case, in their order."""
    found: dict[str, list[Act]] = {}
    for row in rows:
        act = Act(row["number"], row["verb"], CaseState(row["state"]), row["actor"], row["at"],
                  date.fromisoformat(row["day"]), row["fields"] or {})
        found.setdefault(row["case_id"], []).append(act)
    return found


def dossier_of(where: Store | Turn, id: str) -> Dossier | None:
    """What the acts of a case add up to; None where it has none."""
    return dossier(id, acts_of(where.rows(ACTS, case_id=id)).get(id, ()))


def telling(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What an act says of itself to a reader: all but what it keeps for a replay. The state of a finding is not that of
    the case, and of a changed outline the parcel's area speaks."""
    said = {"finding_state" if name == "state" else name: value for name, value in fields.items() if name != "ground"}
    if "changed" in said:
        said["changed"] = {name: pair for name, pair in said["changed"].items() if name != "outline"}
    return said


def said_of(act: Act) -> dict[str, Any]:
    """The same of an act as it is kept."""
    return telling(act.fields)


def refuse_open_conditions(turn: Turn, ref: str) -> None:
    """Nothing is committed or given back for a case whose conditions are open: they hold what is reserved. Raises
    ConditionsOpen."""
    now = dossier_of(turn, ref)
    if now is not None and now.open_conditions:
        said = "; ".join(f"{one.number}. {one.text} ({one.due.isoformat()})" for one in now.open_conditions)
        raise ConditionsOpen(where={"case": ref}, case=ref, conditions=said)
