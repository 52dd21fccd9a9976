"""Stock and inefficient land: since when it lies, what it brings per mu, and the quota that using it again saves."""

from __future__ import annotations

from datetime import date

from planner.figures import SAME, bound, figure, percent
from planner.land.finding import Finding
from planner.land.parcel import Parcel
from planner.land.takes import takes
from planner.parameters import RegisterRule
from planner.registers.days import said, years_after
from planner.registers.join import Joined
from planner.registers.rows import MEASURES, Stock
from planner.registers.scene import Checked, Scene, clear, hit, judged, lacks, unknown
from planner.registers.standards import share_of, standard_of
from planner.text import N_, Text

TAG = "stock"
_SHARES = {
    "stock_built_share": N_("Share of the land built on (0-1)"),
    "stock_invested_share": N_("Share of the investment made (0-1)"),
}


def check_stock(row: Stock, joined: Joined, scene: Scene) -> Checked:
    """Findings and figures of one piece of land.

    Figures: area_m2; asks_m2, the new construction land it asks for when it is used (0 where the land was approved:
    its quota was taken then; else what the survey still shows as farm or unused land); saves_m2, what the same project
    on new land would ask beyond that; idle_since and the share of each access standard.
    """
    asks = 0.0 if row.approved_on is not None else _asks(row, joined, scene)
    area = joined.area_m2
    saves = None if area is None or asks is None else max(0.0, area - asks)
    since = idle_since(row, scene)
    shares = {
        f"{measure}_share": share_of(getattr(row, measure), standard_of(row, measure, scene.parameters, scene.on))
        for measure in MEASURES
    }
    figures = {
        "area_m2": area,
        "asks_m2": asks,
        "saves_m2": saves if row.open_on(scene.on) else 0.0,
        "idle_since": since,
        **shares,
    }
    return Checked(row, joined, figures, _findings(row, scene, since), TAG)


def _findings(row: Stock, scene: Scene, since: date | None) -> tuple[Finding, ...]:
    if row.kind == "approved_not_supplied":
        return (judged(scene, "stock_unsupplied", lambda rule: _unsupplied(rule, row, scene)),)
    if row.kind == "supplied_not_built":
        return (
            judged(scene, "stock_idle", lambda rule: _not_started(rule, row, scene)),
            judged(scene, "stock_built_share", lambda rule: _stopped(rule, row, scene, row.built_share)),
            judged(scene, "stock_invested_share", lambda rule: _stopped(rule, row, scene, row.invested_share)),
            judged(scene, "stock_idle_recover", lambda rule: _recover(rule, row, scene, since)),
        )
    return tuple(
        judged(scene, f"stock_{measure}", lambda rule, measure=measure: _brings(rule, row, measure, scene))  # type: ignore[misc]
        for measure in MEASURES
    )


def idle_since(row: Stock, scene: Scene) -> date | None:
    """The day from which supplied land counts as idle on the day of the scene; None where it does not.

    Not started, from the day it was due; or stopped with little built or invested, from the day it stopped; either only
    once the term of the rule has passed.
    """
    term = scene.rule("stock_idle")
    if term is None or row.kind != "supplied_not_built" or not row.open_on(scene.on):
        return None
    start = row.start_due_on if row.started_on is None else row.stopped_on if _little(row, scene) else None
    return start if start is not None and scene.on > years_after(start, term.limit or 0.0) else None


def _little(row: Stock, scene: Scene) -> bool:
    """Whether less was built or invested than the rules ask of land that stands still."""
    for name, share in (("stock_built_share", row.built_share), ("stock_invested_share", row.invested_share)):
        rule = scene.rule(name)
        if rule is not None and share is not None and share < (rule.limit or 0.0):
            return True
    return False


def _asks(row: Stock, joined: Joined, scene: Scene) -> float | None:
    if joined.shape is None:
        return None
    found = takes(Parcel(row.id, joined.shape), scene.layers.get("land_survey", ()), scene.parameters, on=scene.on)
    return found.new_construction_m2


def _done(rule: RegisterRule, row: Stock, scene: Scene) -> Finding | None:
    if row.resolved_on is not None and not row.open_on(scene.on):
        return clear(rule, Text(N_("Put to use on {day}."), day=said(row.resolved_on)))
    return None


def _unsupplied(rule: RegisterRule, row: Stock, scene: Scene) -> Finding:
    if found := _done(rule, row, scene):
        return found
    if row.approved_on is None:
        return lacks(rule, N_("Approved on"))
    late = years_after(row.approved_on, rule.limit or 0.0)
    facts = {"day": said(row.approved_on), "late": said(late)}
    if scene.on > late:
        return hit(rule, Text(N_("Approved on {day} and not supplied by {late}. Supply it first."), **facts))
    return clear(rule, Text(N_("Approved on {day}, to be supplied by {late}."), **facts))


def _not_started(rule: RegisterRule, row: Stock, scene: Scene) -> Finding:
    if found := _done(rule, row, scene):
        return found
    if row.started_on is not None:
        return clear(rule, Text(N_("Building started on {day}."), day=said(row.started_on)))
    if row.start_due_on is None:
        return lacks(rule, N_("Building was due to start on"))
    late = years_after(row.start_due_on, rule.limit or 0.0)
    facts = {"day": said(row.start_due_on), "late": said(late)}
    if scene.on > late:
        return hit(rule, Text(N_("Building was due on {day} and has not started by {late}: idle."), **facts))
    return clear(rule, Text(N_("Building was due on {day}; idle only after {late}."), **facts))


def _stopped(rule: RegisterRule, row: Stock, scene: Scene, share: float | None) -> Finding:
    """Building that began and stands still: little of it done, and a year gone by."""
    if found := _done(rule, row, scene):
        return found
    if row.started_on is None or row.stopped_on is None:
        return clear(rule, Text(N_("Building does not stand still.")))
    if share is None:
        return lacks(rule, _SHARES[rule.rule])
    idle = idle_since(row, scene) is not None
    facts = {"day": said(row.stopped_on), "share": percent(share, rule.limit or 0.0), "limit": bound(rule.limit or 0.0)}
    if share < (rule.limit or 0.0) and idle:
        return hit(
            rule, Text(N_("Stopped since {day} with {share} done, less than {limit}: idle."), **facts), value=share
        )
    if share < (rule.limit or 0.0):
        return clear(
            rule,
            Text(N_("Stopped since {day} with {share} done, less than {limit}, but not for long enough yet."), **facts),
            value=share,
        )
    return clear(rule, Text(N_("Stopped since {day} with {share} done, at least {limit}."), **facts), value=share)


def _recover(rule: RegisterRule, row: Stock, scene: Scene, since: date | None) -> Finding:
    if found := _done(rule, row, scene):
        return found
    if since is None:
        if row.started_on is None and row.start_due_on is None:
            return lacks(rule, N_("Building was due to start on"))
        return clear(rule, Text(N_("Not idle.")))
    if row.started_on is not None:
        return clear(rule, Text(N_("Building has started: idle land that was begun is not taken back.")))
    until = years_after(since, rule.limit or 0.0)
    facts = {"since": said(since), "until": said(until)}
    if scene.on > until:
        return hit(rule, Text(N_("Idle since {since}: from {until} on it may be taken back."), **facts))
    return clear(rule, Text(N_("Idle since {since}; it may be taken back from {until} on."), **facts))


def _brings(rule: RegisterRule, row: Stock, measure: str, scene: Scene) -> Finding:
    """A figure of today per mu against the standard of industry and region; exactly at the standard passes."""
    if found := _done(rule, row, scene):
        return found
    value = getattr(row, measure)
    standard = standard_of(row, measure, scene.parameters, scene.on)
    if value is None:
        return lacks(rule, rule.title)
    if standard is None:
        return unknown(
            rule, Text(N_("No access standard is in force for industry '{industry}'."), industry=row.industry)
        )
    share = value / standard.value
    facts = {
        "value": figure(value, rule.unit),
        "limit": figure(standard.value, rule.unit),
        "share": percent(share, 1.0, places=0),
    }
    more = {"value": value, "limit": standard.value, "source": standard.source, "status": standard.status}
    if value < standard.value * (1 - SAME):
        return hit(rule, Text(N_("{value} is {share} of the standard of {limit}: inefficient."), **facts), **more)
    return clear(rule, Text(N_("{value} is {share} of the standard of {limit}."), **facts), **more)
