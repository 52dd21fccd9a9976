"""People and their roles, and the trail of what was written: the administrator's stories."""

from __future__ import annotations

from typing import Any

from planner.desk.authority import tell
from planner.people import Held, Role, in_force, refuse_last
from planner.store.base import Store, Turn, in_turn


def held_rows(store: Store | Turn) -> tuple[Held, ...]:
    """Every role ever given or taken, oldest first."""
    return tuple(
        Held(row["person"], row["park"], Role[row["role"].upper()] if row["role"] else None, row["at"], row["actor"],
             row["reason"])
        for row in store.rows("roles")
    )


def people(store: Store) -> tuple[Held, ...]:
    """The roles in force, by person and park."""
    return in_force(held_rows(store))


def hold(store: Store, change: Held) -> Held:
    """Give a role, or take it (``role`` None). Raises LastAdministrator, PersonWrong."""

    def work(turn: Turn) -> Held:
        rows = held_rows(turn)
        refuse_last(rows, change)
        who = {"person": change.person, "park": change.park}
        held = next((one.role for one in in_force(rows) if {"person": one.person, "park": one.park} == who), None)
        tell(before={**who, "role": str(held or "")}, after={**who, "role": str(change.role or "")})
        turn.add("roles", {"person": change.person, "park": change.park, "role": str(change.role or ""),
                           "at": change.at, "actor": change.actor, "reason": change.reason})
        return change

    return in_turn(store, work)


def trail(store: Store, *, last: int) -> list[dict[str, Any]]:
    """The newest acts, newest first: at, actor, verb, park, subject."""
    return list(reversed(store.rows("trail")))[:last]
