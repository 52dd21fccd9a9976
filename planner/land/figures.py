"""Looking at the project's own figures: what it brings per mu of land, and figures with a floor or an upper limit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from planner.figures import SAME, beside, exact, figure, places
from planner.land.finding import Finding, State
from planner.land.geodesy import ellipsoid_m2
from planner.land.look import Look, answer
from planner.parameters import Rule
from planner.text import N_, Text
from planner.units import mu


def per_mu(look: Look) -> Finding | None:
    """A figure of the project per mu of the parcel (ellipsoidal) against a floor; exactly at the floor passes.

    Options: field, the figure (its unit is rule.unit times mu); differ_share, from which difference on the project's
    own area_mu is shown beside. Not checkable where the project lacks the figure.
    Source: the land control indices are per mu of land granted.
    """
    rule, stated = look.rule, _stated(look)
    if stated is None:
        return _missing(look)
    area_mu = float(mu(ellipsoid_m2(look.parcel.shape)))
    value = stated / area_mu
    facts = {"rule": Text(rule.title), "area": figure(area_mu, "mu"), "beside": _beside(look, stated, area_mu),
             "value": figure(value, rule.unit, rule.limit), "limit": figure(rule.limit, rule.unit)}
    if value < (rule.limit or 0.0) * (1 - SAME):
        return answer(rule, State.HIT, value=value, message=Text(
            N_("{rule}: {value} on {area} is below the standard of {limit}{beside}. "
               "Raise the figure or take less land."), **facts))
    return answer(rule, State.CLEAR, value=value, message=Text(
        N_("{rule}: {value} on {area} meets the standard of {limit}{beside}."), **facts))


def at_most(look: Look) -> Finding | None:
    """A figure of the project against an upper limit; exactly at the limit passes.

    Options: field, the figure.
    """
    return _bounded(look, _stated(look), floor=False)


def at_least(look: Look) -> Finding | None:
    """A figure of the project against a floor; exactly at the floor passes. Options: field, the figure."""
    return _bounded(look, _stated(look), floor=True)


def plot_ratio(look: Look) -> Finding | None:
    """Floor area by the area of the parcel against a floor; where no floor area is given, the ratio that is stated.

    Options: floor, the floor area in m2; high, the part of it in high storeys, which counts high_counts times; field,
    the ratio stated.
    """
    options = look.rule.options
    floor_m2, high_m2 = (_number(look, options[name]) for name in ("floor", "high"))
    if floor_m2 is None:
        return _bounded(look, _stated(look), floor=True)
    counted = floor_m2 + (high_m2 or 0.0) * (float(options["high_counts"]) - 1)
    return _bounded(look, counted / float(ellipsoid_m2(look.parcel.shape)), floor=True)


def lacks(rule: Rule, project: Mapping[str, Any] | None) -> bool:
    """Whether a project (None: no project) does not have what a rule asks about at all, so that it is not asked.

    Options: part, the part of the project without which the rule does not ask; given, fields ("a|b") of which one
    must be stated for the rule to ask.
    """
    if project is None:
        return rule.needs_project
    if "part" in rule.options and _at(project, rule.options["part"]) is None:
        return True
    given = rule.options.get("given", "")
    return bool(given) and all(_at(project, field) is None for field in given.split("|"))


def _bounded(look: Look, value: float | None, *, floor: bool) -> Finding:
    rule, limit = look.rule, look.rule.limit or 0.0
    if value is None:
        return _missing(look)
    facts = {"rule": Text(rule.title), "limit": exact(limit),
             "value": exact(beside(value, limit, places(rule.unit), SAME if floor else 0.0))}
    if floor:
        broken = value < limit * (1 - SAME)
        said = (N_("{rule}: {value:,} is below the floor of {limit:,}. Raise it.") if broken else
                N_("{rule}: {value:,} meets the floor of {limit:,}."))
    else:
        broken = value > limit
        said = (N_("{rule}: {value:,} is above the cap of {limit:,}. Lower it.") if broken else
                N_("{rule}: {value:,} is within the cap of {limit:,}."))
    return answer(rule, State.HIT if broken else State.CLEAR, Text(said, **facts), value=value)


def _stated(look: Look) -> float | None:
    """The figure a rule asks for; None where it is missing or no finite number."""
    return _number(look, look.rule.options["field"])


def _number(look: Look, path: str) -> float | None:
    found = _at(look.project, path)
    return float(found) if found is not None and math.isfinite(float(found)) else None


def _at(project: Any, path: str) -> Any:
    """A value by its dotted path, None where any step is missing."""
    for name in path.split("."):
        project = project.get(name) if isinstance(project, Mapping) else None
    return project


def _beside(look: Look, stated: float, area_mu: float) -> Text | str:
    """The project's own area and what the figure would be on it, where it differs from the parcel's."""
    own = _at(look.project, "area_mu")
    if not own or abs(float(own) - area_mu) <= float(look.rule.options["differ_share"]) * area_mu:
        return ""
    return Text(N_(" (the project states {own}, on which it would be {value})"),
                own=figure(float(own), "mu"), value=figure(stated / float(own), look.rule.unit))


def _missing(look: Look) -> Finding:
    return answer(look.rule, State.NOT_CHECKABLE, Text(
        N_("{rule}: the project does not state {field}. Add it."),
        rule=Text(look.rule.title), field=look.rule.options["field"]))
