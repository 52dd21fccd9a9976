"""What else would do, as rows of one table: the parcel given another shape or place, and the levers of its project.

Every row was judged again before it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from planner.admission.headline import name
from planner.admission.outcome import Case
from planner.admission.relief import Option
from planner.desk.meeting_tables import Cell
from planner.desk.reshape import Way, advice, one_way
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.figures import figure
from planner.land.fit import LARGEST, SHIFT
from planner.text import N_, Text
from planner.verdict import Verdict

if TYPE_CHECKING:
    from planner.desk.desk import Desk

WayRow = tuple[Cell, Cell, Cell, Cell]  # of what, the way, what it is then, what it costs
HELPS = (Verdict.WARN, Verdict.EXCEEDS, Verdict.BLOCKED)  # what is not known becomes known by no other shape


def shape_ways(desk: Desk, case: Case, project: Project | None) -> list[WayRow]:
    """The largest part of the parcel, the nearest place for all of it, the side that comes in with the least loss:
    those whose own case is better."""
    if case.verdict not in HELPS:
        return []
    found = [_tried(desk, case, how, project) for how in (LARGEST, SHIFT)]
    better = [way for way in (*found, advice(desk, case, project)) if way and way.case.verdict < case.verdict]
    return [(case.parcel.name or case.parcel.id, way.sentence, name(way.case.verdict), "") for way in better]


def _tried(desk: Desk, case: Case, how: str, project: Project | None) -> Way | None:
    """One way, None where it leads nowhere or where the ground does not say enough to try it."""
    try:
        return one_way(desk, case, how, (), project)
    except PlannerError:
        return None


def project_ways(names: Mapping[str, str], options: Iterable[tuple[str, Option]]) -> Iterator[WayRow]:
    """The ways out of projects (id, option), cheapest first, with what they cost where a price is known."""
    for id, option in options:
        cost = Text(N_("no price known")) if option.cost_wan_yuan is None else figure(option.cost_wan_yuan, "wan_yuan")
        yield names[id], option.sentence, Text(N_("admitted")), cost
