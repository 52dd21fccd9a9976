"""What a person is drawing, kept apart from the widgets: the state of the map page and how it changes.

The frame of the map holds its own copy of the drawings as long as it lives. Here is ours: ``frozen`` is what the
living frame was built from, ``drafts`` what it has become since. Whenever we change a drawing ourselves (undo,
import, take up a registered parcel) a new frame is needed: ``epoch`` counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from planner.energy.project import Project
from planner.errors import PlannerError
from planner.land.parcel import Parcel
from planner.ui.edit_map import Edits
from planner.webmap.layers import View

UNDO_STEPS = 20
ToParcel = Callable[[Mapping[str, Any], str, str], Parcel]  # GeoJSON feature, id, name


@dataclass(frozen=True)
class Draft:
    """A drawing on its way to a parcel. ``problem`` says why the last shape is none; ``shape`` is then the last good
    one, or None. ``registered`` is true for a parcel taken up from the parcels layer."""

    id: str
    name: str
    shape: BaseGeometry | None
    problem: PlannerError | None = None
    registered: bool = False

    @property
    def parcel(self) -> Parcel | None:
        return None if self.shape is None or self.problem is not None else Parcel(self.id, self.shape, self.name)


@dataclass
class MapState:
    """Everything the map page of one session remembers."""

    epoch: int = 0
    turn: int = 0
    drafts: dict[str, Draft] = field(default_factory=dict)
    frozen: dict[str, BaseGeometry] = field(default_factory=dict)
    active: str | None = None
    picked: str | None = None
    view: View | None = None
    opened_at: View | None = None
    on: frozenset[str] | None = None
    on_at_start: frozenset[str] | None = None
    fly: tuple[int, BaseGeometry] | None = None
    projects: dict[str, Project] = field(default_factory=dict)
    past: list[tuple[dict[str, Draft], str | None]] = field(default_factory=list)

    @property
    def draft(self) -> Draft | None:
        return self.drafts.get(self.active) if self.active else None


def take(
    state: MapState,
    edits: Edits,
    *,
    parcel_ids: Collection[str],
    row_ids: list[str],
    new_name: Callable[[int], str],
    to_parcel: ToParcel,
) -> None:
    """Bring what the frame says into the state. Old messages are ignored.

    ``row_ids`` are the ids of the parcels layer by row; ``parcel_ids`` ids that are taken. A shape that is no
    parcel stays as the draft's problem; nothing raises.
    """
    if edits.turn <= state.turn:
        return
    state.turn = edits.turn
    state.view, state.on = edits.view or state.view, edits.on
    if edits.why in ("drawn", "edited", "cut", "removed"):
        remember(state)
        changed = _changed(state, edits)
        for token in changed:
            known = state.drafts.get(token)
            id_ = known.id if known else new_id(state, parcel_ids, new_name)
            state.drafts[token] = _shaped(known, id_, edits.drawings[token], to_parcel)
        for gone in set(state.drafts) - set(edits.drawings):
            del state.drafts[gone]
    if edits.why in ("drawn", "edited", "cut", "chosen", "picked", "removed"):
        state.active = edits.active if edits.active in state.drafts else None
        state.picked = row_ids[edits.picked] if edits.picked is not None and 0 <= edits.picked < len(row_ids) else None


def _changed(state: MapState, edits: Edits) -> list[str]:
    """New drawings and the one that was touched; the others keep the shape they have here, with all its digits."""
    return [token for token in edits.drawings if token not in state.drafts or token == edits.active]


def _shaped(known: Draft | None, id_: str, geometry: Mapping[str, Any], to_parcel: ToParcel) -> Draft:
    name = known.name if known else id_
    registered = known.registered if known else False
    try:
        shape = to_parcel({"type": "Feature", "properties": {}, "geometry": geometry}, id_, name).shape
    except PlannerError as problem:
        return Draft(id_, name, known.shape if known else None, problem, registered)
    return Draft(id_, name, shape, None, registered)


def new_id(state: MapState, parcel_ids: Collection[str], new_name: Callable[[int], str]) -> str:
    """The first free name of the series "new-01", "new-02" ... in the reader's language."""
    used = {draft.id for draft in state.drafts.values()} | set(parcel_ids)
    return next(name for n in range(1, len(used) + 2) if (name := new_name(n)) not in used)


def remember(state: MapState) -> None:
    """Keep the drawings as they are for undo."""
    state.past = [*state.past[-UNDO_STEPS + 1 :], (dict(state.drafts), state.active)]


def undo(state: MapState) -> None:
    """The drawings as they were before the last change."""
    if state.past:
        state.drafts, state.active = state.past.pop()
        renew(state)


def renew(state: MapState) -> None:
    """A new frame for the drawings as they are, opened where the person is looking."""
    state.epoch += 1
    state.turn = 0
    state.frozen = {token: draft.shape for token, draft in state.drafts.items() if draft.shape is not None}
    state.opened_at, state.on_at_start = state.view, state.on


def take_up(state: MapState, parcel: Parcel, *, registered: bool) -> None:
    """A parcel (registered, or from a file) becomes a drawing that can be edited."""
    remember(state)
    token = f"kept-{state.epoch}-{len(state.drafts)}"
    state.drafts[token] = Draft(parcel.id, parcel.name or parcel.id, parcel.shape, None, registered)
    state.active, state.picked = token, None
    renew(state)


def replace_by(state: MapState, shapes: Sequence[tuple[str, str, BaseGeometry]]) -> None:
    """What is chosen gives way to other shapes (id, name, shape), of which the first is active; undo brings it back."""
    remember(state)
    gone = state.drafts.pop(state.active, None) if state.active else None
    kept = (gone.id if gone.registered else None) if gone else state.picked
    tokens = [f"made-{state.epoch}-{number}" for number in range(len(shapes))]
    for token, (id_, name, shape) in zip(tokens, shapes, strict=True):
        state.drafts[token] = Draft(id_, name or id_, shape, None, registered=id_ == kept)
    state.active, state.picked = tokens[0], None
    renew(state)


def drop(state: MapState, token: str) -> None:
    """Forget a drawing that was kept or reserved: there is no way back to it but the parcels layer."""
    state.drafts.pop(token, None)
    state.past = []
    state.active = None
    renew(state)


def throw(state: MapState, token: str) -> None:
    """Throw a drawing away; undo brings it back."""
    remember(state)
    state.drafts.pop(token, None)
    state.active = None
    renew(state)


def rename(state: MapState, token: str, name: str) -> None:
    """Another name for a drawing; its id stays."""
    state.drafts[token] = replace(state.drafts[token], name=name)


def fly_to(state: MapState, shape: BaseGeometry) -> None:
    """Look at a piece of land at the next drawing of the map."""
    state.fly = ((state.fly[0] if state.fly else 0) + 1, shape)
