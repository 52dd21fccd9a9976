"""Two simulated scenarios side by side, and as a difference: inputs, verdicts, budgets, what is gained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.admission.outcome import BalanceRow, Judged, Simulation
from planner.admission.scenario import Scenario
from planner.admission.tables import Change, differences


@dataclass(frozen=True)
class Simulated:
    """A scenario as written, as read and as judged, under the name a person knows it by."""

    name: str
    tables: Mapping[str, Any]
    scenario: Scenario
    simulation: Simulation


@dataclass(frozen=True)
class Gain:
    """What the projects that are in bring at full load; those that do not state a figure bring 0 of it."""

    admitted: int
    value_added_wan_yuan: float
    tax_wan_yuan: float
    jobs: float


@dataclass(frozen=True)
class ProjectPair:
    """One project in both scenarios; None where a side does not have it."""

    id: str
    name: str
    before: Judged | None
    after: Judged | None

    @property
    def changed(self) -> bool:
        return (self.before and self.before.verdict) != (self.after and self.after.verdict)


@dataclass(frozen=True)
class BalancePair:
    """One budget in one year of both scenarios; ``more_left`` is after less before, None where a side is not known."""

    park: str | None
    quota: str
    unit: str
    year: int
    before: BalanceRow | None
    after: BalanceRow | None

    @property
    def more_left(self) -> float | None:
        if self.before is None or self.after is None or self.before.left is None or self.after.left is None:
            return None
        return self.after.left - self.before.left


@dataclass(frozen=True)
class Comparison:
    """Both sides, every input that differs, every project and every budget in pairs."""

    names: tuple[str, str]
    gains: tuple[Gain, Gain]
    inputs: tuple[Change, ...]
    projects: tuple[ProjectPair, ...]
    balance: tuple[BalancePair, ...]


def compare(before: Simulated, after: Simulated) -> Comparison:
    """Two scenarios side by side. Both must have been judged by the same parameters to differ by their inputs alone."""
    one, other = ({row.id: row for row in side.simulation.projects} for side in (before, after))
    projects = tuple(ProjectPair(id, (one.get(id) or other[id]).name, one.get(id), other.get(id))
                     for id in dict.fromkeys((*one, *other)))
    rows = tuple({(row.park, row.quota, row.year): row for row in side.simulation.balance} for side in (before, after))
    balance = tuple(
        BalancePair(park, quota, (rows[0].get(key) or rows[1][key]).unit, year, rows[0].get(key), rows[1].get(key))
        for key in dict.fromkeys((*rows[0], *rows[1])) for park, quota, year in (key,))
    return Comparison((before.name, after.name), (gain(before), gain(after)),
                      differences(before.tables, after.tables), projects, balance)


def gain(side: Simulated) -> Gain:
    """What the admitted and the committed bring together."""
    admitted = {row.id for row in side.simulation.projects if row.admitted}
    inside = [project for project in side.scenario.projects if project.id in admitted]
    return Gain(len(inside), *(sum(getattr(project, field) or 0.0 for project in inside)
                               for field in ("value_added_wan_yuan", "tax_wan_yuan", "jobs")))
