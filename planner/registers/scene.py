"""What a check of a register may know, and how it answers: findings with the clause they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from planner.land.finding import Finding, Severity, State
from planner.land.parcel import Layer
from planner.parameters import Parameters, RegisterRule
from planner.registers.join import Joined, join
from planner.registers.rows import Row
from planner.text import N_, Text

JOIN_RULE = "register_join"


@dataclass(frozen=True)
class Scene:
    """One day in a park: the rules in force, the layers by role, all registers by name, and what the book holds of
    new construction land and offsets by reference (m2)."""

    parameters: Parameters
    on: date
    layers: Mapping[str, Sequence[Layer]] = field(default_factory=dict)
    registers: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    booked_m2: Mapping[str, float] = field(default_factory=dict)

    def rule(self, name: str, region: str = "") -> RegisterRule | None:
        """The rule of that name in force on the day, the province's own before the country's."""
        return self.parameters.register_rule(name, self.on, region)

    def joined(self, row: Row) -> Joined:
        """The ground of a row; digitising noise as the rule of joining says."""
        rule = self.rule(JOIN_RULE)
        options = rule.options if rule else {}
        return join(
            row,
            self.layers.get("parcels", ()),
            width_m=float(options.get("noise_m", 0.0)),
            below_m2=float(options.get("noise_m2", 0.0)),
        )


@dataclass(frozen=True)
class Checked:
    """A row with its ground, its figures (names carry their unit; None is unknown) and what was found, worst first.

    ``tag`` marks what the row's land is to other ledgers: "stock" asks for no new quota, "temporary" for none yet.
    """

    row: Row
    joined: Joined
    figures: Mapping[str, Any]
    findings: tuple[Finding, ...]
    tag: str = ""


def judged(scene: Scene, name: str, judge: Callable[[RegisterRule], Finding], *, region: str = "") -> Finding:
    """The answer of a rule in force on the day, in its province; not checkable where none is."""
    rule = scene.rule(name, region)
    if rule is None:
        message = Text(N_("No rule '{rule}' is in force on {on}: nothing can be said."), rule=name, on=str(scene.on))
        return Finding(
            name, name, State.NOT_CHECKABLE, Severity.WARN, message, None, None, "", "", None, None, "-", "unverified"
        )
    return judge(rule)


def answer(
    rule: RegisterRule,
    state: State,
    message: Text,
    *,
    value: float | None = None,
    severity: Severity | None = None,
    where: BaseGeometry | None = None,
    source: str = "",
    status: str = "",
    limit: float | None = None,
    objects: tuple[str, ...] = (),
) -> Finding:
    """A finding of a rule; its own severity, limit, source and status unless others are given."""
    return Finding(
        rule=rule.rule,
        title=rule.title,
        state=state,
        severity=severity or Severity[rule.severity.upper()],
        message=message,
        value=value,
        limit=rule.limit if limit is None else limit,
        unit=rule.unit,
        role="",
        layer=None,
        as_of=None,
        source=source or rule.source,
        status=status or rule.status,
        objects=objects,
        where=where,
    )


def hit(rule: RegisterRule, message: Text, **more: Any) -> Finding:
    return answer(rule, State.HIT, message, **more)


def clear(rule: RegisterRule, message: Text, **more: Any) -> Finding:
    return answer(rule, State.CLEAR, message, **more)


def unknown(rule: RegisterRule, message: Text, **more: Any) -> Finding:
    return answer(rule, State.NOT_CHECKABLE, message, **more)


def lacks(rule: RegisterRule, *titles: str) -> Finding:
    """Not checkable, because the row does not say something."""
    first, *rest = (Text(title) for title in titles)
    said: Text = first
    for one in rest:
        said = Text(N_("{one}, {other}"), one=said, other=one)
    return unknown(rule, Text(N_("The row does not state: {columns}. Add it."), columns=said))
