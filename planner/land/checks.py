"""The rules a parcel meets or breaks: hit, clear or not checkable, each with the ground that shows it.

A rule is a row of rules.csv, a check a function of this room; ``CHECKS`` names them all. Findings are values: bad land
raises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from planner.land.distance import distance
from planner.land.figures import at_least, at_most, lacks, per_mu, plot_ratio
from planner.land.finding import Finding, Severity, State
from planner.land.form import narrow
from planner.land.look import Look, chosen_rows, no_layer, overlap, within
from planner.land.parcel import Layer, Parcel
from planner.land.share import share
from planner.parameters import Rule

Check = Callable[[Look], Finding | None]

_ORDER = {
    (State.HIT, Severity.STOP): 0, (State.HIT, Severity.WARN): 1, (State.NOT_CHECKABLE, None): 2,
    (State.HIT, Severity.NOTE): 3, (State.CLEAR, None): 4,
}


def check_land(parcel: Parcel, layers: Mapping[str, Sequence[Layer]], rules: Iterable[Rule], *,
               project: Mapping[str, Any] | None = None,
               held: frozenset[str] = frozenset()) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Every rule once per layer of its role, worst first, and the names of the rules that were not asked.

    Parameters
    ----------
    parcel : Parcel, any valid polygon, EPSG:4490
    layers : role -> layers of that role; a role that is not there is not checkable
    rules : the rules in force on the day of application
    project : its figures at full load by the names of a scenario (investment_wan_yuan, area_mu, data_centre = {pue}
        ...), or None
    held : ids of parcels that are reserved or committed in the book

    Returns
    -------
    (findings, not_asked)
        Worst first: hit stop, hit warn, not checkable, hit note, clear; within one kind in the order of the rules.
    """
    found: list[Finding] = []
    not_asked: list[str] = []
    for rule in rules:
        answers = list(_answers(parcel, layers, rule, project, held))
        found += answers
        if not answers:
            not_asked.append(rule.rule)
    return tuple(sorted(found, key=_rank)), tuple(not_asked)


def _answers(parcel: Parcel, layers: Mapping[str, Sequence[Layer]], rule: Rule, project: Mapping[str, Any] | None,
             held: frozenset[str]) -> Iterator[Finding]:
    """The findings of one rule; none where what it asks about is not there.

    Options: without_layer = not_asked leaves a rule out where no layer of its role is there, instead of calling it not
    checkable; asked = where_any looks only at layers that hold features of the rule's kinds or codes.
    """
    if lacks(rule, project):
        return
    peers = tuple(layers.get(rule.role, ()))
    if not peers and rule.options.get("without_layer") == "not_asked":
        return
    if rule.options.get("asked") == "where_any":
        peers = tuple(layer for layer in peers if chosen_rows(rule, layer).any())
        if not peers:
            return
    looks = [Look(parcel, rule, layer, peers, project, held) for layer in (peers if rule.role else (None,))]
    for look in looks:
        finding = CHECKS[rule.check](look)
        if finding:
            yield finding
    if not looks:
        yield no_layer(rule)


def _rank(finding: Finding) -> int:
    return _ORDER[finding.state, finding.severity if finding.state is State.HIT else None]


CHECKS: Mapping[str, Check] = MappingProxyType({
    "overlap": overlap, "within": within, "share": share, "distance": distance, "narrow": narrow,
    "per_mu": per_mu, "plot_ratio": plot_ratio, "at_least": at_least, "at_most": at_most,
})
# Checks that see of a layer nothing but the features that meet the parcel.
SEES_WHAT_MEETS = frozenset({"overlap"})
