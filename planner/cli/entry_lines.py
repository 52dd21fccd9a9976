"""Entries of the book as lines for people: what they moved, what they certified, what they say beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.text import N_, Text, Translate


def leg_lines(went: Mapping[str, Any]) -> list[str]:
    """What went into accounts and, with a minus, what left them."""
    return [f"  {leg['account']:<50} {leg['amount']:>20,.4f}" for leg in (*went["legs"], *went.get("out", ()))]


def figure_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the accounts of a year were certified with."""
    return [
        f"  {row['quota']:<22} " + "  ".join(f"{name} {row[name]:,.3f}" for name in row if name != "quota")
        for row in rows
    ]


def reading(note: str, say: Translate) -> str:
    """What an entry says beside its amounts, in words: which it reverses, which year it closed."""
    from planner.quota.notes import closing, reverses

    back, closed = reverses(note), closing(note)
    if back is not None:
        return Text(N_("reverses entry {entry}"), entry=back).say(say)
    return Text(N_("closes {year} of {park}"), park=closed[0], year=closed[1]).say(say) if closed else ""
