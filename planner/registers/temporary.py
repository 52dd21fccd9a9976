"""Temporary land: its term, what is due when, and that it books no quota while it is temporary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.figures import figure
from planner.land.finding import Finding, Severity
from planner.land.parcel import Parcel
from planner.land.takes import takes
from planner.parameters import RegisterRule
from planner.registers.days import said, years_after
from planner.registers.join import Joined
from planner.registers.rows import Temporary
from planner.registers.scene import Checked, Scene, clear, hit, judged, lacks
from planner.text import N_, Text

TAG = "temporary"


def check_temporary(row: Temporary, joined: Joined, scene: Scene) -> Checked:
    """Findings and figures of one use.

    Figures: area_m2; last_day; left_days (below 0 once it has lapsed); restore_by; overdue_days; quota_m2, which is 0
    while the land is temporary; would_take_m2, the new construction land it would be if it stays (only once overdue).
    """
    dues = due(row, scene)
    overdue = dues["overdue_days"]
    figures = {
        "area_m2": joined.area_m2,
        **dues,
        "quota_m2": 0.0,
        "would_take_m2": _would_take(row, joined, scene) if overdue else None,
    }
    term = "temporary_term_listed" if row.works == "listed" else "temporary_term"
    findings = (
        judged(scene, term, lambda rule: _term(rule, row)),
        judged(scene, "temporary_extension", lambda rule: _extension(rule, row)),
        judged(scene, "temporary_lapse", lambda rule: _lapse(rule, row, scene)),
        judged(scene, "temporary_restoration", lambda rule: _restoration(rule, row, scene, figures)),
        judged(scene, "temporary_building", lambda rule: _building(rule, row)),
        judged(scene, "temporary_quota", lambda rule: _quota(rule, row, scene)),
    )
    return Checked(row, joined, figures, findings, TAG)


def last_day(row: Temporary) -> date | None:
    """The last day of use, extension included."""
    return row.extended_to or row.ends_on


def due(row: Temporary, scene: Scene) -> dict[str, Any]:
    """The days that matter, seen from the day of the scene; None where the row or the rules do not say."""
    last = last_day(row)
    rule = scene.rule("temporary_restoration")
    by = years_after(last, rule.limit or 0.0) if last and rule else None
    done = row.restored_on is not None and row.restored_on <= scene.on
    late = (scene.on - by).days if by and not done else 0
    return {
        "last_day": last,
        "left_days": (last - scene.on).days if last else None,
        "restore_by": by,
        "overdue_days": None if by is None else max(0, late),
    }


def _term(rule: RegisterRule, row: Temporary) -> Finding:
    last = last_day(row)
    if row.starts_on is None or last is None:
        return lacks(rule, N_("Begins on"), N_("Ends on"))
    longest = years_after(row.starts_on, rule.limit or 0.0)
    facts = {"first": said(row.starts_on), "last": said(last), "years": rule.limit, "longest": said(longest)}
    value = (last - row.starts_on).days / 365.25
    if last > longest:
        return hit(
            rule,
            Text(N_("{first} to {last} is longer than {years:g} years: {longest} at the latest."), **facts),
            value=value,
        )
    return clear(rule, Text(N_("{first} to {last}, within {years:g} years ({longest})."), **facts), value=value)


def _extension(rule: RegisterRule, row: Temporary) -> Finding:
    if row.extended_to is None:
        return clear(rule, Text(N_("Not extended.")))
    if not row.extension_document:
        return hit(
            rule,
            Text(N_("Extended to {last} without a document. Enter it, or end the use."), last=said(row.extended_to)),
        )
    return clear(
        rule, Text(N_("Extended to {last} by {document}."), last=said(row.extended_to), document=row.extension_document)
    )


def _lapse(rule: RegisterRule, row: Temporary, scene: Scene) -> Finding:
    last = last_day(row)
    if last is None:
        return lacks(rule, N_("Ends on"))
    left = (last - scene.on).days
    facts = {"last": said(last), "days": abs(left)}
    if row.restored_on is not None and row.restored_on <= scene.on:
        return clear(rule, Text(N_("Restored on {day}."), day=said(row.restored_on)), value=float(left))
    if left < 0:
        return hit(
            rule,
            Text(N_("Lapsed on {last}, {days} days ago: no use any more, restore it."), **facts),
            value=float(left),
        )
    if left <= (rule.limit or 0.0):
        return hit(
            rule,
            Text(N_("Lapses on {last}, in {days} days: extend it or prepare its restoration."), **facts),
            value=float(left),
        )
    return clear(rule, Text(N_("Ends on {last}, in {days} days."), **facts), value=float(left))


def _restoration(rule: RegisterRule, row: Temporary, scene: Scene, figures: Mapping[str, Any]) -> Finding:
    last, by = last_day(row), figures["restore_by"]
    if last is None or by is None:
        return lacks(rule, N_("Ends on"))
    facts: dict[str, Any] = {"by": said(by), "last": said(last)}
    if row.restored_on is not None and row.restored_on <= scene.on:
        facts["day"] = said(row.restored_on)
        if row.restored_on > by:
            return hit(
                rule,
                Text(N_("Restored on {day}, after {by}; the use ended on {last}."), **facts),
                severity=Severity.WARN,
            )
        return clear(rule, Text(N_("Restored on {day}, due by {by}; the use ended on {last}."), **facts))
    if scene.on > by:
        takes_m2 = figure(figures["would_take_m2"], "m2")
        facts = {"by": said(by), "days": figures["overdue_days"], "takes": takes_m2}
        return hit(
            rule,
            Text(
                N_(
                    "Overdue by {days} days: to be restored by {by}. What stays is illegal occupation; as "
                    "construction land it would take {takes} of the quota."
                ),
                **facts,
            ),
            value=float(figures["overdue_days"]),
        )
    if scene.on > last:
        return hit(rule, Text(N_("To be restored by {by}; the use ended on {last}."), **facts), severity=Severity.WARN)
    return clear(rule, Text(N_("To be restored by {by}; the use ends on {last}."), **facts))


def _building(rule: RegisterRule, row: Temporary) -> Finding:
    if row.permanent_building == "yes":
        return hit(rule, Text(N_("A permanent building stands on temporary land.")))
    if row.permanent_building == "no":
        return clear(rule, Text(N_("No permanent building.")))
    return lacks(rule, N_("Permanent building on it"))


def _quota(rule: RegisterRule, row: Temporary, scene: Scene) -> Finding:
    booked = scene.booked_m2.get(row.id, 0.0)
    if booked > (rule.limit or 0.0):
        return hit(
            rule,
            Text(
                N_("The book holds {booked} for '{id}', though temporary land takes none. Release it."),
                booked=figure(booked, "m2"),
                id=row.id,
            ),
            value=booked,
        )
    return clear(rule, Text(N_("Nothing is booked for '{id}', and nothing need be."), id=row.id), value=booked)


def _would_take(row: Temporary, joined: Joined, scene: Scene) -> float | None:
    if joined.shape is None:
        return None
    found = takes(Parcel(row.id, joined.shape), scene.layers.get("land_survey", ()), scene.parameters, on=scene.on)
    return found.new_construction_m2
