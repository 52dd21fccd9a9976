"""The queue as a person is editing it: the workspace's projects with changes on top, judged again at each of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from planner.admission.outcome import Judged, Simulation
from planner.desk import costs
from planner.desk.desk import Desk
from planner.energy.project import Project, fields_of
from planner.ui.projects import changed
from planner.verdict import Verdict

RUNS_KEPT = 24
Budget = tuple[tuple[str, float], ...]  # (cap key or baseline.name, figure)


@dataclass
class QueueState:
    """``order`` of ids; figures put in by table (``typed``) and by slider (``moved``), by project and dotted path;
    projects added; ``applied`` projects changed by a way out, ``extra`` rows of other tables of a scenario file
    (retirement, transfer) that came with one; ``epoch`` names the living table."""

    order: list[str] = field(default_factory=list)
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    moved: dict[str, dict[str, Any]] = field(default_factory=dict)
    added: dict[str, Project] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    applied: dict[str, Project] = field(default_factory=dict)
    extra: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    epoch: int = 0
    chosen: str | None = None

    @property
    def touched(self) -> bool:
        return bool(self.typed or self.moved or self.added or self.removed or self.order or self.applied or self.extra)

    def apply(self, project: Project) -> None:
        """A project as a way out changes it; what was typed or moved before is in it."""
        self.applied[project.id] = project
        self.typed.pop(project.id, None)
        self.moved.pop(project.id, None)


def reset(state: QueueState) -> None:
    """Back to the workspace's queue."""
    state.order, state.typed, state.moved, state.added, state.removed = [], {}, {}, {}, set()
    state.applied, state.extra = {}, []
    state.epoch += 1


def base(state: QueueState, stored: Sequence[Project]) -> list[Project]:
    """The projects of the table, in order, before what was typed into it."""
    known = {project.id: project for project in stored} | state.added | state.applied
    ids = [id_ for id_ in known if id_ not in state.removed]
    rank = {id_: place for place, id_ in enumerate(state.order)}
    return [known[id_] for id_ in sorted(ids, key=lambda id_: rank.get(id_, len(rank) + ids.index(id_)))]


def edited(state: QueueState, stored: Sequence[Project]) -> list[Project]:
    """The queue with every change in it. Raises ScenarioError naming the project and the figure."""
    return [
        changed(project, state.typed.get(project.id, {}) | state.moved.get(project.id, {}))
        for project in base(state, stored)
    ]


def shift(state: QueueState, stored: Sequence[Project], id_: str, step: int) -> None:
    """Move a project up or down in the queue."""
    ids = [project.id for project in base(state, stored)]
    at = ids.index(id_)
    to = min(max(at + step, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    state.order = ids
    state.epoch += 1


def place(state: QueueState, stored: Sequence[Project], id_: str, to: int) -> None:
    """Put a project at a place of the queue, counted from 1."""
    ids = [project.id for project in base(state, stored)]
    ids.remove(id_)
    ids.insert(min(max(to - 1, 0), len(ids)), id_)
    state.order = ids
    state.epoch += 1


def judged(desk: Desk, tables: Mapping[str, Any], park: str) -> Simulation:
    """A queue against the book, judged once for each state of queue and book."""
    kept = st.session_state.setdefault("runs", {})
    key = mark(desk, tables, park)
    if key not in kept:
        while len(kept) >= RUNS_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = desk.simulate(tables, place="queue", park=park)
    simulation: Simulation = kept[key]
    return simulation


def mark(desk: Desk, tables: Mapping[str, Any], park: str) -> str:
    """A short name of a state of queue, book and day: the same state, the same name."""
    text = json.dumps([tables, park, desk.store.head(), desk.today()], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def scenario(
    projects: Sequence[Project], years: Sequence[int], stated: Budget, desk: Desk,
    extra: Sequence[tuple[str, dict[str, Any]]] = (),
) -> dict[str, Any]:
    """The tables of a scenario file for the queue; what is not stated comes from the book."""
    tables: dict[str, Any] = {"scenario": {"title": "queue", "on": desk.today(), "years": list(years)}, "project": []}
    for name, figure in stated:
        table, _, field_ = name.rpartition(".")
        tables.setdefault(table or "caps", {})[field_] = figure
    for project in projects:
        tables["project"].append({**fields_of(project), "id": project.id})
    ids = {project.id for project in projects}
    for name, row in extra:
        if row.get("for") is None or row["for"] in ids:
            tables.setdefault(name, []).append(row)
    if own := costs.own_costs(desk):
        tables["costs"] = own
    return tables


def better(before: Mapping[str, Judged], after: Sequence[Judged]) -> list[tuple[Judged, Verdict]]:
    """Projects whose verdict is another one now, with the old verdict."""
    return [
        (now, before[now.id].verdict) for now in after if now.id in before and before[now.id].verdict != now.verdict
    ]
