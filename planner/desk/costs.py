"""Unit costs of the ways out: the parameters' rows, and what a person put in their place in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.desk.authority import ANYWHERE, WORKSPACE, needs, tell
from planner.desk.booking import Document, once
from planner.errors import UsageError
from planner.parameters import Parameters, in_force
from planner.people import Role
from planner.store.base import Turn
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.desk.desk import Desk

KIND = "unit_cost"
MOST = 1e9


@dataclass(frozen=True)
class UnitCost:
    """One lever's cost a unit: what the parameters say (None without a row) and the workspace's own (None: none)."""

    lever: str
    unit: str
    row: float | None
    own: float | None
    source: str

    @property
    def value(self) -> float | None:
        return self.row if self.own is None else self.own


@needs(Role.VIEWER, ANYWHERE)
def unit_costs(desk: Desk) -> list[UnitCost]:
    """Every lever that can have a price, in the order of the parameters; transfers of the other quotas last."""
    own = own_costs(desk)
    rows = {row.name: row for row in desk.parameters.relief_costs if in_force(row, desk.today())}
    priced = [UnitCost(name, row.unit, row.value, own.get(name), row.source) for name, row in rows.items()]
    return priced + [UnitCost(name, unit, None, own.get(name), "") for name, unit in _unpriced(desk.parameters)
                     if name not in rows]


def own_costs(desk: Desk) -> dict[str, float]:
    """The workspace's own unit costs by lever."""
    return {name: float(fields["value"]) for name, fields in desk.store.records(KIND).items()}


@needs(Role.REVIEWER, WORKSPACE)
def keep_unit_cost(desk: Desk, lever: str, value: float | None, *, actor: str, key: str) -> Document:
    """Put a unit cost in the place of the parameters' one, or (None) take it back. Raises UsageError, KeyReused."""
    known = [row.lever for row in unit_costs(desk)]
    if lever not in known:
        raise UsageError(problem=Text(N_("'{name}' is not known here. Known are: {known}."), name=lever,
                                      known=", ".join(known)))
    if value is not None and not 0 <= value <= MOST:
        raise UsageError(problem=Text(N_("a unit cost of {value:g} is out of range. Take 0 to {most:g}"), value=value,
                                      most=MOST))

    def work(turn: Turn) -> Document:
        before = desk.store.records(KIND).get(lever, {}).get("value")
        tell(before={"lever": lever, "value": before}, after={"lever": lever, "value": value})
        if value is not None:
            turn.keep_record(KIND, lever, {"value": value, "actor": actor})
        elif lever in desk.store.records(KIND):
            turn.drop_record(KIND, lever)
        return {"lever": lever, "value": value}

    return once(desk.store, key=key, request={"verb": "unit cost", "lever": lever, "value": value}, actor=actor,
                work=work)


def _unpriced(parameters: Parameters) -> list[tuple[str, str]]:
    """Transfers that no row prices; of a ratio nothing can be transferred."""
    return [(f"quota_transfer.{quota.cap_key}", f"wan_yuan/{quota.cap_unit}") for quota in parameters.quotas
            if quota.kind != "ratio"]
