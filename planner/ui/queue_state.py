"""The queue as a person is editing it: the workspace's projects with changes on top, judged again at each of them."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from planner.admission.outcome import Simulation
from planner.admission.scenario import absent_named, naming_present
from planner.desk import costs
from planner.desk.desk import Desk
from planner.desk.queue import Asked
from planner.desk.stated import state_of
from planner.energy.project import Project, fields_of
from planner.text import Text
from planner.ui.projects import changed

RUNS_KEPT = 24
UNDONE = 50  # changes that can be taken back
Budget = tuple[tuple[str, float], ...]  # (cap key or baseline.name, figure)
EDITS = ("order", "typed", "moved", "added", "removed", "applied", "extra")


@dataclass(frozen=True)
class Ground:
    """What a queue stands on. ``name`` is "" for the workspace's own, else a saved scenario's, with its ``tables``;
    ``with_book`` whether what a scenario leaves out comes from the book."""

    stored: Sequence[Project]
    name: str = ""
    tables: Mapping[str, Any] = field(default_factory=dict)
    with_book: bool = True


@dataclass
class QueueState:
    """``order`` of ids; figures put in by table (``typed``) and by slider (``moved``), by project and dotted path;
    projects added; ``applied`` projects changed by a way out, ``extra`` rows of other tables of a scenario file
    (retirement, transfer) that came with one; ``epoch`` names the living table, ``clicked`` the way out that was
    applied last.

    ``past`` holds the edits before each change, ``edits`` those judged last; ``tables`` is the scenario judged last and
    ``before`` the one judged before that."""

    order: list[str] = field(default_factory=list)
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    moved: dict[str, dict[str, Any]] = field(default_factory=dict)
    added: dict[str, Project] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    applied: dict[str, Project] = field(default_factory=dict)
    extra: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    epoch: int = 0
    clicked: object = None
    chosen: str | None = None
    past: list[dict[str, Any]] = field(default_factory=list)
    edits: dict[str, Any] | None = None
    tables: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None

    @property
    def touched(self) -> bool:
        return any(getattr(self, name) for name in EDITS)

    @property
    def can_undo(self) -> bool:
        return bool(self.past) or self.edits not in (None, edits_of(self))

    def apply(self, project: Project) -> None:
        """A project as a way out changes it; what was typed or moved before is in it."""
        self.applied[project.id] = project
        self.typed.pop(project.id, None)
        self.moved.pop(project.id, None)


def edits_of(state: QueueState) -> dict[str, Any]:
    """A copy of everything a person changed."""
    return {name: copy.deepcopy(getattr(state, name)) for name in EDITS}


def judged_now(state: QueueState, tables: Mapping[str, Any]) -> None:
    """Remember what is judged now: another state than the last makes that one the answer before, and can be undone."""
    edits = edits_of(state)
    if state.edits is not None and edits != state.edits:
        state.past = [*state.past, state.edits][-UNDONE:]
    state.edits = edits
    if state.tables is not None and tables != state.tables:
        state.before = state.tables
    state.tables = tables


def undo(state: QueueState) -> None:
    """Back to the edits before the last change; a change that could not be judged is taken back alone."""
    if state.edits is not None and edits_of(state) != state.edits:
        back = state.edits
    elif state.past:
        back = state.past.pop()
    else:
        return
    _put(state, back)
    state.edits = edits_of(state)


def reset(state: QueueState) -> None:
    """Back to the kept queue."""
    _put(state, {name: getattr(QueueState(), name) for name in EDITS})


def _put(state: QueueState, edits: Mapping[str, Any]) -> None:
    for name in EDITS:
        setattr(state, name, copy.deepcopy(edits[name]))
    state.epoch += 1


def base(state: QueueState, stored: Sequence[Project]) -> list[Project]:
    """The projects of the table, in order, before what was typed into it."""
    known = {project.id: project for project in stored} | state.added | state.applied
    ids = [id_ for id_ in known if id_ not in state.removed]
    rank = {id_: place for place, id_ in enumerate(state.order)}
    return [known[id_] for id_ in sorted(ids, key=lambda id_: rank.get(id_, len(rank) + ids.index(id_)))]


def edited(state: QueueState, stored: Sequence[Project]) -> list[Project]:
    """The queue with every change in it. Raises ScenarioError naming the project and the figure."""
    return list(naming_present([
        changed(project, state.typed.get(project.id, {}) | state.moved.get(project.id, {}))
        for project in base(state, stored)
    ]))


def no_longer_named(state: QueueState, stored: Sequence[Project]) -> tuple[Text, ...]:
    """What the edited queue drops of who comes with whom, because one of them is out."""
    names = {project.id: project.called for project in (*stored, *state.added.values())}
    return absent_named(base(state, stored), names)


def shift(state: QueueState, stored: Sequence[Project], id_: str, step: int) -> None:
    """Move a project up or down in the queue."""
    place(state, stored, id_, [project.id for project in base(state, stored)].index(id_) + 1 + step)


def place(state: QueueState, stored: Sequence[Project], id_: str, to: int) -> None:
    """Put a project at a place of the queue, counted from 1."""
    ids = [project.id for project in base(state, stored)]
    ids.remove(id_)
    ids.insert(min(max(to - 1, 0), len(ids)), id_)
    natural = [project.id for project in base(replace(state, order=[]), stored)]
    state.order = [] if ids == natural else ids
    state.epoch += 1


def judged(
    desk: Desk, tables: Mapping[str, Any], park: str, *, with_book: bool = True, asked: Asked | None = None
) -> Simulation:
    """A queue against the book, or alone, judged once for each state of queue and book; ``asked``: the same, ready."""
    kept = st.session_state.setdefault("runs", {})
    key = mark(desk, tables, park, with_book=with_book)
    if key not in kept:
        while len(kept) >= RUNS_KEPT:
            kept.pop(next(iter(kept)))
        ready = asked or desk.asked(tables, place="queue", park=park, with_book=with_book)
        kept[key] = ready.simulate()
    simulation: Simulation = kept[key]
    return simulation


def mark(desk: Desk, tables: Mapping[str, Any], park: str, *, with_book: bool = True) -> str:
    """A short name of a state of queue, book and day: the same state, the same name."""
    state = state_of(desk.store, park)
    text = json.dumps([tables, park, with_book, desk.store.head(), desk.today(), state and state.model_dump()],
                      default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def scenario(
    projects: Sequence[Project], years: Sequence[int], stated: Budget, desk: Desk,
    extra: Sequence[tuple[str, dict[str, Any]]] = (), given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The tables of a scenario file for the queue; what is not stated comes from the book. ``given``: the tables of a
    saved scenario that the queue belongs to."""
    rest = {name: copy.deepcopy(table) for name, table in (given or {}).items() if name != "project"}
    head = {"title": "queue", "on": desk.today(), **rest.pop("scenario", {}), "years": list(years)}
    tables: dict[str, Any] = {"scenario": head, **rest, "project": []}
    for name, figure in stated:
        table, _, field_ = name.rpartition(".")
        tables.setdefault(table or "caps", {})[field_] = figure
    for project in projects:
        tables["project"].append({**fields_of(project), "id": project.id})
    ids = {project.id for project in projects}
    if ended := [row for row in tables.pop("retirement", []) if row.get("for") is None or row["for"] in ids]:
        tables["retirement"] = ended
    for name, row in extra:
        if row.get("for") is None or row["for"] in ids:
            tables.setdefault(name, []).append(row)
    if own := costs.own_costs(desk):
        tables["costs"] = {**own, **tables.get("costs", {})}
    return tables
