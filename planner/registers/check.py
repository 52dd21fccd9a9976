"""All rows of a register, each with its ground, its figures and its findings, worst first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import shapely

from planner.figures import figure
from planner.land.finding import Finding, Severity, State
from planner.land.geodesy import ellipsoid_m2
from planner.land.noise import is_noise, polygons
from planner.parameters import RegisterRule
from planner.registers.contracts import check_contract
from planner.registers.join import Joined
from planner.registers.rows import Contract, Row, Stock, Temporary, Tract
from planner.registers.scene import JOIN_RULE, Checked, Scene, clear, hit, judged, unknown
from planner.registers.stock import check_stock
from planner.registers.temporary import check_temporary
from planner.registers.tracts import check_tract
from planner.text import N_, Text

_ORDER = {
    (State.HIT, Severity.STOP): 0,
    (State.HIT, Severity.WARN): 1,
    (State.NOT_CHECKABLE, None): 2,
    (State.HIT, Severity.NOTE): 3,
    (State.CLEAR, None): 4,
}


@dataclass(frozen=True)
class Register:
    """One register: its name for programs, its title, the class of its rows and what judges one."""

    name: str
    title: str
    row: type[Row]
    check: Callable[[Any, Joined, Scene], Checked]


REGISTERS: Mapping[str, Register] = MappingProxyType(
    {
        one.name: one
        for one in (
            Register("tracts", N_("Tract development plans"), Tract, check_tract),
            Register("temporary", N_("Temporary land"), Temporary, check_temporary),
            Register("stock", N_("Stock and inefficient land"), Stock, check_stock),
            Register("contracts", N_("Access contracts"), Contract, check_contract),
        )
    }
)


def check_register(name: str, scene: Scene) -> tuple[Checked, ...]:
    """Every row of a register of the scene, in its order."""
    register, rows = REGISTERS[name], tuple(scene.registers.get(name, ()))
    grounds = {row.id: scene.joined(row) for row in rows}
    return tuple(_checked(register, row, grounds, scene) for row in rows)


def counted_twice_m2(checked: Sequence[Checked]) -> float:
    """How much land the rows of a register count more than once, m2 on the ellipsoid."""
    shapes = [one.joined.shape for one in checked if one.joined.shape is not None]
    if not shapes:
        return 0.0
    together = float(ellipsoid_m2(polygons(shapely.union_all(shapes))))
    return max(0.0, sum(float(ellipsoid_m2(shape)) for shape in shapes) - together)


def _checked(register: Register, row: Row, grounds: Mapping[str, Joined], scene: Scene) -> Checked:
    joined = grounds[row.id]
    made = register.check(row, joined, scene)
    more = (
        judged(scene, JOIN_RULE, lambda rule: _join(rule, row, joined)),
        judged(scene, "register_twice", lambda rule: _twice(rule, row.id, grounds, scene)),
    )
    return replace(made, findings=tuple(sorted((*made.findings, *more), key=_rank)))


def _rank(finding: Finding) -> int:
    return _ORDER[finding.state, finding.severity if finding.state is State.HIT else None]


def _join(rule: RegisterRule, row: Row, joined: Joined) -> Finding:
    """Whether the numbers are parcels of the workspace, and whether they are the ones the outline meets."""
    if joined.missing:
        return hit(
            rule,
            Text(
                N_("No parcel of the workspace has the number {ids}. Correct it, or import the parcels."),
                ids=", ".join(joined.missing),
            ),
            objects=joined.missing,
        )
    if joined.shape is None:
        return unknown(rule, Text(N_("The row has neither an outline nor parcels.")))
    if row.outline is not None and row.parcels and joined.unmet:
        return hit(
            rule,
            Text(N_("The outline does not meet the parcels {ids} that the row names."), ids=", ".join(joined.unmet)),
            objects=joined.unmet,
        )
    if row.outline is not None and row.parcels and joined.unnamed:
        return hit(
            rule,
            Text(
                N_("The outline also meets the parcels {ids}, which the row does not name."), ids=_short(joined.unnamed)
            ),
            objects=joined.unnamed,
        )
    return clear(rule, Text(N_("{count} parcels, {area}."), count=len(joined.met), area=figure(joined.area_m2, "m2")))


def _twice(rule: RegisterRule, id: str, grounds: Mapping[str, Joined], scene: Scene) -> Finding:
    """Whether another row of the register lies on the same land."""
    shape = grounds[id].shape
    if shape is None:
        return unknown(rule, Text(N_("The row has neither an outline nor parcels.")))
    joining = scene.rule(JOIN_RULE)
    options = joining.options if joining else {}
    met, total = [], 0.0
    for other, ground in grounds.items():
        if other != id and ground.shape is not None and shape.intersects(ground.shape):
            shared = polygons(shapely.intersection(shape, ground.shape))
            noise = {"width_m": float(options.get("noise_m", 0.0)), "below_m2": float(options.get("noise_m2", 0.0))}
            if not shared.is_empty and not is_noise(shared, **noise):
                met.append(other)
                total += float(ellipsoid_m2(shared))
    if met:
        return hit(
            rule,
            Text(N_("{area} of it also stand in {ids}."), area=figure(total, "m2"), ids=_short(tuple(met))),
            value=total,
            objects=tuple(met),
        )
    return clear(rule, Text(N_("No other row lies on this land.")), value=0.0)


def _short(ids: tuple[str, ...], most: int = 8) -> str:
    return ", ".join(ids[:most]) + (", ..." if len(ids) > most else "")
