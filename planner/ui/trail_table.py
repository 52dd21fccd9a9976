"""The trail on the administrator's page: what was written, by whom and when, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.admission.decision import OUTCOME_TITLES, STATE_TITLES, VERB_TITLES
from planner.admission.headline import NAMES
from planner.desk import clock
from planner.people import EVERY_PARK, ROLE_TITLES
from planner.text import N_
from planner.ui.session import _, named

ACTS: Mapping[str, str] = {
    "hold": N_("Role given or taken"), "move": N_("Entry in the book"), "end": N_("Ended or undone in the book"),
    "reserve": N_("Reservation"), "import_file": N_("Import of a file"), "keep_parcel": N_("Parcel saved"),
    "drop_parcel": N_("Parcel taken out"), "keep_project": N_("Project saved"), "keep_queue": N_("Queue saved"),
    "drop_project": N_("Project taken out"), "start_case": N_("Case begun"), "submit_case": N_("Case submitted"),
    "review_case": N_("Case taken up"), "return_case": N_("Case sent back"), "recommend_case": N_("Case recommended"),
    "challenge_case": N_("Recommendation challenged"), "override_finding": N_("Finding overridden"),
    "decide_case": N_("Case decided"), "meet_condition": N_("Condition met"), "lapse_condition": N_("Condition lapsed"),
    "withdraw_case": N_("Case withdrawn"), "close_case": N_("Case closed"), "change_parameter": N_("Parameter changed"),
    "add_parameter": N_("Parameter added"), "end_parameter": N_("Parameter ended"),
    "take_parameter_back": N_("Parameter taken back"), "keep_unit_cost": N_("Unit cost stated"),
    "add_fact": N_("Figure stated"), "choose_fact": N_("Figure chosen"), "keep": N_("Statement saved"),
    "drop": N_("Statement taken out"), "import_register": N_("Import of a register"),
    "drop_row": N_("Row of a register taken out"),
}
UNSAID = frozenset({"key", "seen"})  # of use to programs alone
# What the parts of a thing are called; of one that is not here its own name stands. An id needs none.
PARTS: Mapping[str, str] = {
    "id": "", "parcel": N_("Parcel"), "year": N_("Year"), "project": N_("Project"), "note": N_("Note"),
    "reason": N_("Reason"), "outcome": N_("Outcome"), "basis": N_("Document"), "document": N_("Document"),
    "finding": N_("Finding"), "rule": N_("Rule"), "layer": N_("Layer"), "state": N_("State"), "version": N_("Version"),
    "move": N_("Move"), "verb": N_("Move"), "kind": N_("Kind"), "park": N_("Park"), "quota": N_("Quota"),
    "amount": N_("Amount"), "unit": N_("Unit"), "person": N_("Person"), "role": N_("Role"), "entry": N_("Entry"),
    "condition": N_("Condition"), "conditions": N_("Conditions"), "machine": N_("Machine"), "name": N_("Name"),
    "decided": N_("Decided by people"), "value": N_("Value"), "source": N_("Source"), "status": N_("Status"),
    "draft": N_("draft"), "changed": N_("changed"),
}
# Words that are told of some parts, as a person reads them.
WORDS: Mapping[str, Mapping[str, str]] = {
    "state": STATE_TITLES, "move": VERB_TITLES, "outcome": OUTCOME_TITLES,
    "role": {str(role): title for role, title in ROLE_TITLES.items()},
    **dict.fromkeys(("machine", "decided"), {str(verdict): title for verdict, title in NAMES.items()}),
}


def frame_of(acts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row an act, newest first."""
    rows = [
        (clock.told(act["at"]), named(act["actor"]), _(ACTS[act["verb"]]) if act["verb"] in ACTS else act["verb"],
         _("every park") if act["park"] == EVERY_PARK else act["park"], told(act["subject"]), told(act["before"]),
         told(act["after"]))
        for act in acts
    ]
    when = _("Time ({zone})", zone=clock.zone())
    heads = [when, _("Person"), _("Act"), _("Park"), _("About"), _("Before the act"), _("After the act")]
    return pd.DataFrame(rows, columns=heads)


def told(value: object) -> str:
    """What is told of a thing, its parts one after the other; what says nothing is left out."""
    if isinstance(value, Mapping):
        parts = [part(name, one) for name, one in value.items() if name not in UNSAID]
        return "; ".join(filter(None, parts))
    if isinstance(value, list | tuple):
        return ", ".join(told(one) for one in value)
    return "" if value is None else named(str(value))


def part(name: str, value: object) -> str:
    """One part with what it is called; nothing where it is none, or no."""
    called = _(PARTS[name]) if PARTS.get(name) else "" if name in PARTS else name
    if isinstance(value, bool):
        return called if value else ""
    known = WORDS.get(name, {})
    said = _(known[value]) if isinstance(value, str) and value in known else told(value)
    return f"{called}={said}" if said and called else said
