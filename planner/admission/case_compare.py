"""Two judgements of one case side by side: what a decision rested on, and what would be found today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from planner.admission.case import verdict_of
from planner.admission.outcome import Case


class Row(NamedTuple):
    """One thing compared: ``part`` is verdict, takes, finding, quota or demand, ``of`` which one (rule:layer, quota
    year, ...), ``figure`` which figure of it. A side that has no such thing is None."""

    part: str
    of: str
    figure: str
    unit: str
    then: Any
    now: Any

    @property
    def differs(self) -> bool:
        """Whether the sides disagree, beyond what the last bits of a float may."""
        if isinstance(self.then, float) and isinstance(self.now, float):
            return abs(self.then - self.now) > 1e-9 * max(1.0, abs(self.then), abs(self.now))
        return bool(self.then != self.now)


TAKES = {"new_construction_m2": "m2", "cultivated_m2": "m2", "paddy_m2": "m2", "grain_capacity_kg": "kg",
         "uncovered_m2": "m2"}
DEMAND = {"energy_tce": "tce", "counted_tce": "tce", "electricity_mwh": "MWh", "carbon_tco2": "tCO2"}


def compared(then: Case, now: Case) -> tuple[Row, ...]:
    """Everything that either side states, in the order verdict, takes, findings, quotas, demand."""
    one, other = dict(_stated(then)), dict(_stated(now))
    keys = list(dict.fromkeys([*one, *other]))
    order = {"verdict": 0, "takes": 1, "finding": 2, "quota": 3, "demand": 4}
    keys.sort(key=lambda key: order[key[0]])
    return tuple(Row(*key, one.get(key), other.get(key)) for key in keys)


def _stated(case: Case) -> Iterator[tuple[tuple[str, str, str, str], Any]]:
    yield ("verdict", "", "verdict", ""), str(case.verdict)
    for name, unit in TAKES.items():
        yield ("takes", "", name, unit), _plain(getattr(case.takes, name))
    for f in case.findings:
        of = f"{f.rule}:{f.layer or f.role}"
        yield ("finding", of, "verdict", ""), str(verdict_of(f))
        yield ("finding", of, "state", ""), str(f.state)
        yield ("finding", of, "value", f.unit), _plain(f.value)
        yield ("finding", of, "limit", f.unit), _plain(f.limit)
        yield ("finding", of, "as_of", ""), f.as_of.isoformat() if f.as_of else None
    for row in case.quotas:
        of = f"{row.quota} {row.year}"
        yield ("quota", of, "state", ""), str(row.state)
        for name in ("asked", "free", "short_by"):
            yield ("quota", of, name, row.unit), _plain(getattr(row, name))
    if case.demand is not None:
        for name, unit in DEMAND.items():
            yield ("demand", "", name, unit), _plain(getattr(case.demand, name))


def _plain(value: Any) -> Any:
    return None if value is None else float(value)
