"""The figures of a park's yearly report, each computed once: pens print them and compute nothing.

Amounts are unrounded and in the unit beside them; what is not known is None, and what is left out of a sum is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from planner.admission.outcome import BalanceRow, Simulation
from planner.energy.project import Project
from planner.parameters import Parameters
from planner.text import Text
from planner.verdict import Verdict

EARNED = ("value_added_wan_yuan", "tax_wan_yuan", "jobs")


@dataclass(frozen=True)
class Budget:
    """One account in one year. ``used`` is opened and committed; ``over`` says that it is more than was granted."""

    quota: str
    title: Text
    unit: str
    year: int
    granted: float
    used: float
    reserved: float
    free: float
    over: bool


@dataclass(frozen=True)
class SubPark:
    """What was used of land (ha) and energy (tce) in a year in one sub-park, as printed: the parts add up to the
    whole. ``id`` is empty for what no sub-park is known of; the caps are those of the whole park."""

    year: int
    id: str
    name: str
    land_ha: Decimal
    energy_tce: Decimal
    land_cap_ha: float
    energy_cap_tce: float


@dataclass(frozen=True)
class Earned:
    """Sums over projects at full load, ``unstated`` counts the projects whose figure is missing from a sum."""

    value_added_wan_yuan: float
    tax_wan_yuan: float
    jobs: float
    unstated: int


@dataclass(frozen=True)
class Started:
    """A project whose start lies in the year."""

    id: str
    name: str
    status: str
    verdict: Verdict
    counted_tce: float | None
    investment_wan_yuan: float | None
    value_added_wan_yuan: float | None
    tax_wan_yuan: float | None
    jobs: float | None


@dataclass(frozen=True)
class Supplied:
    """A parcel whose land was committed in the book in the year, with the document that says so."""

    case: str
    parcel: str
    on: date
    area_m2: float
    document: str


@dataclass(frozen=True)
class Promise:
    """One promise of an access contract on the day of the report: kept, missed, waiting or unknown."""

    contract: str
    party: str
    measure: str
    due: int | None
    state: str
    said: Text


@dataclass(frozen=True)
class Asked:
    """A quota to be asked of the province: what the candidates need beyond what is free, and who is refused now for
    want of it. ``amount`` is None
    where what one of them needs is not known."""

    quota: str
    title: Text
    unit: str
    year: int
    free: float
    wanted: float | None
    amount: float | None
    refused: tuple[str, ...]
    refused_names: tuple[str, ...]
    earned: Earned


@dataclass(frozen=True)
class Stated:
    """A figure of the park as documents state it; all values where they disagree."""

    title: Text
    scope: str
    period: str
    text: Text
    conflict: bool


@dataclass(frozen=True)
class YearReport:
    """All that the report of a year prints. ``on`` is the day as of which contracts are judged."""

    park: str
    year: int
    on: date
    printed_at: datetime
    parameters: str
    basis: str
    head: str
    budgets: tuple[Budget, ...]
    sub_parks: tuple[SubPark, ...]
    started: tuple[Started, ...]
    supplied: tuple[Supplied, ...]
    promises: tuple[Promise, ...]
    asked: tuple[Asked, ...]
    unknown: tuple[str, ...]
    facts: tuple[Stated, ...]
    illustrative: bool


def started_in(projects: Iterable[Project], run: Simulation, year: int) -> tuple[Started, ...]:
    """The projects that start in a year, as the queue was judged."""
    judged = {row.id: row for row in run.projects}
    return tuple(
        Started(
            one.id, one.called, one.status, judged[one.id].verdict,
            judged[one.id].demand[year].counted_tce if year in judged[one.id].demand else None,
            one.investment_wan_yuan, one.value_added_wan_yuan, one.tax_wan_yuan, one.jobs,
        )
        for one in projects
        if one.start == year
    )


def asked_in(
    run: Simulation, projects: Iterable[Project], park: str, year: int, parameters: Parameters
) -> tuple[Asked, ...]:
    """What to ask of the province for a year: each quota that keeps a candidate out, or that all candidates together
    would exceed."""
    by_id = {project.id: project for project in projects}
    found = []
    for row in run.balance:
        if row.year != year or row.park not in (park, None) or row.free is None:
            continue
        refused = [one for one in run.projects if not one.admitted and one.binding is not None
                   and (one.binding.quota, one.binding.year) == (row.quota, year) and one.binding.short_by is not None]
        missing = None if row.asked is None else max(0.0, row.asked - row.free)
        if refused or missing:
            found.append(_asked(row, [one.id for one in refused], missing, by_id, parameters))
    return tuple(found)


def _asked(
    row: BalanceRow, refused: Sequence[str], missing: float | None, projects: Mapping[str, Project],
    parameters: Parameters,
) -> Asked:
    quota = next((one for one in parameters.quotas if one.cap_key == row.quota), None)
    title = Text(quota.title if quota else row.quota)
    names = tuple(projects[id].called for id in refused)
    return Asked(row.quota, title, row.unit, row.year, row.free or 0.0, row.asked, missing, tuple(refused), names,
                 earned([projects[id] for id in refused]))


def earned(projects: Sequence[Project]) -> Earned:
    """What projects bring together, at full load."""
    value_added, tax, jobs = (sum(getattr(one, name) or 0.0 for one in projects) for name in EARNED)
    unstated = sum(any(getattr(one, name) is None for name in EARNED) for one in projects)
    return Earned(value_added, tax, jobs, unstated)
