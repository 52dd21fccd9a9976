"""What the reviewer's page shows: one queue with its answer, and the answer beside which it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.admission.outcome import BalanceRow, Judged, Simulation
from planner.desk.queue import Asked
from planner.energy.project import Project

# An intensity that is only followed has a cap that nothing reaches: no economy burns a million tce for 10,000 yuan.
UNREACHED = 1e6


@dataclass(frozen=True)
class Shown:
    """The queue on the screen: its projects, its tables as a scenario (without a cap that is only followed), what can
    be asked of them, its answer, the one it is compared with (None: none), the park, the name of that state."""

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


def followed(row: BalanceRow) -> bool:
    """Whether a row shows an intensity whose cap is stated and does not hold."""
    return row.cap is not None and row.cap >= UNREACHED and "_per_" in row.unit


def held(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a scenario without the cap of an intensity that is only followed."""
    caps = {name: cap for name, cap in tables.get("caps", {}).items() if cap != UNREACHED}
    rest = {name: table for name, table in tables.items() if name != "caps"}
    return {**rest, "caps": caps} if caps else rest
