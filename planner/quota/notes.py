"""What an entry's note says to the book itself: which entry it reverses, what a year was certified with, which lot.

A note is sealed with its entry, so nothing in it can be changed afterwards. Facts stand in it as one line of JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from planner.quota.entries import Entry

_REVERSES = re.compile(r"reverses (\d+)(?:; |$)")
FIGURES = ("granted", "opened", "reserved", "committed", "free")

Certificate = Mapping[str, Mapping[str, int]]  # quota -> figure -> whole base units


def reversal_note(seq: int, more: str = "") -> str:
    """The note of the entry that undoes entry ``seq``."""
    return "; ".join(part for part in (f"reverses {seq}", more) if part)


def reverses(note: str) -> int | None:
    """The number of the entry that an entry with this note undoes."""
    found = _REVERSES.match(note)
    return int(found[1]) if found else None


def reversed_by(entries: Iterable[Entry]) -> dict[int, int]:
    """Undone entry -> the entry that undoes it."""
    return {seq: entry.seq for entry in entries if (seq := reverses(entry.draft.note)) is not None}


def noted(**facts: Any) -> str:
    """Facts as a note."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def facts_of(note: str) -> Mapping[str, Any]:
    """The facts in a note; none in a note of plain words."""
    if not note.startswith("{"):
        return {}
    try:
        facts = json.loads(note)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def closing_note(park: str, year: int, certified: Certificate) -> str:
    """The note of a year's close: what every account stood at."""
    return noted(park=park, year=year, certified={quota: dict(figures) for quota, figures in certified.items()})


def closing(note: str) -> tuple[str, int, Certificate] | None:
    """Park, year and certified figures in the note of a close; None in that of its reversal."""
    facts = facts_of(note)
    try:
        stated = facts["certified"].items()
        certified = {str(quota): {name: int(figures[name]) for name in FIGURES} for quota, figures in stated}
        return str(facts["park"]), int(facts["year"]), certified
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def closed_years(notes: Iterable[tuple[int, str]]) -> dict[tuple[str, int], int]:
    """(park, year) -> the entry that closed it, from the numbered notes of all closes, without the reversed."""
    closed: dict[tuple[str, int], int] = {}
    for seq, note in notes:
        found, undone = closing(note), reverses(note)
        if found is not None:
            closed[found[0], found[1]] = seq
        closed = {at: by for at, by in closed.items() if by != undone}
    return closed
