"""A turn that notes what is written in it: how each thing stood before and how it stands after, for the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, cast

from planner.store.base import Store, Turn

READING = frozenset({"answer", "entries", "head", "register", "rows", "standing"})
MOST = 50  # things of one act that are told one by one; of a file with more the count
Note = tuple[str, Any, Any]  # what, before, after


class Noted:
    """A turn in other hands. ``wrote`` says whether anything was written; ``before`` and ``after`` what of.

    How a thing stood is asked of the store beside the turn, which does not see what the turn has written yet.
    """

    def __init__(self, turn: Turn, store: Store) -> None:
        self._turn, self._earlier = turn, Earlier(store)
        self._notes: dict[str, tuple[Any, Any]] = {}
        self.wrote = False

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._turn, name)
        if name in READING:
            return verb
        self.wrote = True
        note = NOTES.get(name)
        if note is None:
            return verb

        def noted(*args: Any, **kwargs: Any) -> Any:
            earlier = note[0](self._earlier, *args, **kwargs)
            answer = verb(*args, **kwargs)
            what, before, after = note[1](earlier, answer, *args, **kwargs)
            self._notes[what] = (self._notes[what][0] if what in self._notes else before, after)
            return answer

        return noted

    @property
    def told(self) -> tuple[Any, Any]:
        """(before, after) of all that changed, each by what it is; None where nothing is to be told."""
        changed = {what: pair for what, pair in self._notes.items() if pair[0] != pair[1]}
        some = dict(list(changed.items())[:MOST])
        left = {"further": len(changed) - MOST} if len(changed) > MOST else {}
        sides = [{what: pair[side] for what, pair in some.items() if pair[side] is not None} for side in (0, 1)]
        return sides[0] or None, {**sides[1], **left} or None


class Earlier:
    """What a store held before the turn, each kind read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._records: dict[str, dict[str, dict[str, Any]]] = {}

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        if kind not in self._records:
            self._records[kind] = self._store.records(kind)
        return self._records[kind]

    @cached_property
    def projects(self) -> dict[str, dict[str, Any]]:
        return self._store.projects()

    @cached_property
    def settings(self) -> dict[str, str]:
        return self._store.settings()


def _nothing(earlier: Earlier, *args: Any, **kwargs: Any) -> None:
    return None


def _appended(earlier: Any, entry: Any, *args: Any, **kwargs: Any) -> Note:
    legs = [{"park": leg.park, "quota": leg.quota, "year": leg.year, "bucket": str(leg.bucket), "amount": leg.amount,
             "ref": leg.ref} for leg in entry.draft.legs[:MOST]]
    return f"entry {entry.seq}", None, {"kind": str(entry.draft.kind), "hash": entry.hash, "legs": legs}


def _layer(earlier: Any, info: Any, *args: Any, **kwargs: Any) -> Note:
    before = {"version": info.version - 1} if info.version > 1 else None
    after = {"version": info.version, "role": info.role, "features": info.features, "sha256": info.sha256}
    return f"layer {info.name}", before, after


def _row(earlier: Any, row: Any, *args: Any, **kwargs: Any) -> Note:
    after = {"version": row.version, "document": None if row.document is None else dict(row.document)}
    before = {"version": row.version - 1} if row.version > 1 else None
    return f"row {row.id} of {row.register}", before, after


# Verb of a turn -> (what is asked before it, what is noted after it).
NOTES: Mapping[str, tuple[Callable[..., Any], Callable[..., Note]]] = {
    "append": (_nothing, _appended),
    "keep_layer": (_nothing, _layer),
    "keep_row": (_nothing, _row),
    "drop_row": (_nothing, _row),
    "keep_record": (
        lambda earlier, kind, id, fields: earlier.records(kind).get(id),
        lambda earlier, answer, kind, id, fields: (f"{kind} {id}", earlier, dict(fields)),
    ),
    "drop_record": (
        lambda earlier, kind, id: earlier.records(kind).get(id),
        lambda earlier, answer, kind, id: (f"{kind} {id}", earlier, None),
    ),
    "keep_project": (
        lambda earlier, id, fields: earlier.projects.get(id),
        lambda earlier, answer, id, fields: (f"project {id}", earlier, dict(fields)),
    ),
    "drop_project": (
        lambda earlier, id: earlier.projects.get(id),
        lambda earlier, answer, id: (f"project {id}", earlier, None),
    ),
    "put_settings": (
        lambda earlier, values: {name: earlier.settings.get(name) for name in values},
        lambda earlier, answer, values: ("settings", earlier, dict(values)),
    ),
}


def noted(turn: Turn, store: Store) -> tuple[Turn, Noted]:
    """The turn for the verb, and the same as what notes it."""
    made = Noted(turn, store)
    return cast(Turn, made), made
