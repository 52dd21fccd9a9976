"""What judging gives back: a case of one parcel, a simulation of a whole queue. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from planner.energy.demand import Deduction, Demand
from planner.text import Text
from planner.verdict import Verdict

if TYPE_CHECKING:  # a queue without parcels is judged without loading what knows of geometry
    from planner.admission.decision import Dossier
    from planner.land.finding import Finding, Takes
    from planner.land.parcel import Parcel


@dataclass(frozen=True)
class QuotaAsk:
    """What a case asks of one quota in one year, in the quota's unit. ``free`` and ``short_by`` are None when unknown;
    ``why`` then says what is missing. Of a stock ``free`` is what can be drawn: what has come together by the year,
    less what is used by then or promised later. ``park`` is LIST where the list is asked, or the substation."""

    quota: str
    year: int
    asked: float | None
    free: float | None
    short_by: float | None
    unit: str
    state: Verdict
    why: Text | None = None
    park: str = ""


@dataclass(frozen=True)
class Case:
    """A parcel (with its project, if any) with everything known about it on a day; ``decided`` is what people decided
    beside that, where it goes the way of a case."""

    parcel: Parcel
    ellipsoid_m2: float
    on: date
    park: str
    basis: str
    takes: Takes
    findings: tuple[Finding, ...]
    not_asked: tuple[str, ...]
    quotas: tuple[QuotaAsk, ...]
    demand: Demand | None
    verdict: Verdict
    parameters: str
    notes: tuple[Text, ...] = ()
    decided: Dossier | None = None


@dataclass(frozen=True)
class Draw:
    """One user of a quota in a year: a project, "BASELINE", or a reference of the book."""

    id: str
    name: str
    amount: float


@dataclass(frozen=True)
class Binding:
    """Why a project does not fit: the first short quota by year, or the rule that blocks. ``park`` is LIST where the
    list is short. For an intensity ``short_by`` is of the ratio, ``used_by`` of its numerator (tce or tCO2)."""

    quota: str | None = None
    year: int | None = None
    short_by: float | None = None
    unit: str = ""
    used_by: tuple[Draw, ...] = ()
    rule: str | None = None
    layer: str | None = None
    why: Text | None = None
    park: str | None = None


@dataclass(frozen=True)
class YearDemand:
    """One project in one year, with the ramp applied; None where unknown. 0 before the start. ``energy_tce_equal`` is
    the energy on the equal value, to be shown beside the other where the basis is not known."""

    energy_tce: float | None
    gross_energy_tce: float | None
    counted_tce: float | None
    electricity_mwh: float | None
    carbon_tco2: float | None
    value_added_wan_yuan: float
    energy_tce_equal: float | None = None


@dataclass(frozen=True)
class Judged:
    """One project of the queue with its answer."""

    id: str
    name: str
    status: str
    verdict: Verdict
    binding: Binding | None
    demand: Mapping[int, YearDemand]
    deductions: Mapping[int, tuple[Deduction, ...]]
    admitted: bool
    case: Case | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class BalanceRow:
    """A quota in a year after the whole queue, named by its cap key (energy_tce, new_construction_ha ...), in
    ``unit``. ``state`` is fits, warn, exceeds, unknown or uncapped. ``parts`` are the draws that add up to what is
    used, in the order they were booked, for the chart (BASELINE first, RETIRED negative, CLOSED what closed years and
    expired lots still have free, which nobody can draw: ``committed`` holds it too). Of an intensity ``baseline``
    is the baseline's ratio, ``retired``, ``committed``, ``candidates`` and ``parts`` the changes of the ratio in turn,
    ``left`` = cap - ratio, and ``short_by_tce`` (or ``short_by_tco2``) what it would take to meet the cap.

    Of an amount ``carried`` is what the year before left, ``free`` what is left before the candidates, ``asked`` what
    they ask together whether admitted or not (None where one is not known), ``reserved`` what of the committed is only
    reserved in the book. ``substation`` names the one whose headroom it is."""

    park: str | None
    quota: str
    unit: str
    year: int
    cap: float | None
    transferred: float
    baseline: float | None
    retired: float
    committed: float | None
    candidates: float | None
    left: float | None
    state: str
    parts: tuple[Draw, ...] = ()
    short_by_tce: float | None = None
    short_by_tco2: float | None = None
    note: Text | None = None
    carried: float = 0.0
    asked: float | None = None
    reserved: float = 0.0
    free: float | None = None
    substation: str | None = None


@dataclass(frozen=True)
class Simulation:
    """The queue against the budgets, year by year. ``parameters`` is the version of the rows that judged it."""

    scenario: str
    basis: str
    parameters: str
    years: tuple[int, ...]
    projects: tuple[Judged, ...]
    balance: tuple[BalanceRow, ...]
    notes: tuple[Text, ...] = ()
