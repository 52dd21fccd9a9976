"""What the reviewer's page shows: one queue with its answer, and the answer beside which it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.admission.outcome import Judged, Simulation
from planner.desk.queue import Asked
from planner.energy.project import Project


@dataclass(frozen=True)
class Shown:
    """The queue on the screen: its projects, its tables as a scenario, what can be asked of them, its answer, the one
    it is compared with (None: none), the park, the name of that state."""

    queue: Sequence[Project]
    tables: Mapping[str, Any]
    asked: Asked
    after: Simulation
    before: Simulation | None
    park: str
    mark: str

    def project(self, id_: str | None) -> Project | None:
        return next((one for one in self.queue if one.id == id_), None)

    def answer(self, id_: str | None) -> Judged | None:
        return next((one for one in self.after.projects if one.id == id_), None)
