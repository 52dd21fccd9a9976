"""The queue against the budgets: a scenario file, or the workspace's own queue as edited on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner.admission.book_view import BookView, Reference
from planner.admission.displaced import Displaced, displaced
from planner.admission.matrix import Cell, matrix
from planner.admission.outcome import Case, Simulation
from planner.admission.scenario import ParkState, Scenario, scenario_from, scenario_of
from planner.admission.simulate import simulate, state_of
from planner.energy.carriers import Basis
from planner.energy.demand import Demand, demand
from planner.energy.project import Project
from planner.formats.toml_files import read_scenario
from planner.parameters import Parameters
from planner.quota.accounts import BASELINE, LIST, amount_shown
from planner.quota.balances import Book, balances, references, standing
from planner.quota.entries import Bucket
from planner.quota.stock import barred
from planner.store.parameters import load

# What solves, draws, or looks at land is loaded when it is asked for: a queue is judged without it.
if TYPE_CHECKING:
    from planner.admission.relief import Relief
    from planner.admission.risk import Risk
    from planner.admission.select import Selection, Wanted
    from planner.admission.solver import Progress, Stopped
    from planner.admission.tornado import Tornado
    from planner.desk.desk import Desk


@dataclass(frozen=True)
class Asked:
    """A scenario with all that judging it needs: the rows, the book of a park and the cases of its parcels."""

    scenario: Scenario
    parameters: Parameters
    book: BookView | None = None
    cases: Mapping[str, Case] = field(default_factory=dict)

    def __post_init__(self) -> None:
        on = self.scenario.on or date(self.scenario.years[0], 1, 1)
        object.__setattr__(self, "parameters", self.parameters.of_day(on))

    def with_projects(self, projects: Sequence[Project]) -> Asked:
        """The same with other projects; their parcels are looked at anew by no one."""
        return replace(self, scenario=self.scenario.model_copy(update={"projects": tuple(projects)}))

    def matrix(self) -> dict[str, dict[str, Cell]]:
        return matrix(self.scenario, self.parameters, book=self.book, cases=self.cases)

    def simulate(self) -> Simulation:
        return simulate(self.scenario, self.parameters, book=self.book, cases=self.cases)

    @property
    def state(self) -> ParkState | None:
        """How the park stands on the day of application."""
        return state_of(self.scenario, self.book)

    def demand(self, project: Project, basis: str) -> Demand:
        """What a project asks at full load when it applies on the scenario's day, on the basis that judged it."""
        on = self.scenario.on or date(self.scenario.years[0], 1, 1)
        return demand(project, self.parameters, on=on, basis=cast(Basis, basis),
                      equal_value=self.scenario.equal_value_kgce_per_kwh)

    def displaced(self, only: str | None = None) -> tuple[Displaced, ...]:
        return displaced(self.scenario, self.parameters, only=only, book=self.book, cases=self.cases)

    def tornado(self, quota: str, year: int, span: float) -> Tornado:
        from planner.admission.tornado import tornado

        return tornado(self.scenario, self.parameters, quota=quota, year=year, span=span, book=self.book,
                       cases=self.cases)

    def relieve(
        self, project: str, stopped: Stopped | None = None, progress: Callable[[int], None] | None = None
    ) -> Relief:
        from planner.admission.relief_stage import never
        from planner.admission.relieve import nobody, relieve

        return relieve(self.scenario, project, self.parameters, book=self.book, cases=self.cases,
                       stopped=stopped or never, progress=progress or nobody)

    def select(
        self, wanted: Wanted, progress: Progress | None = None, stopped: Stopped | None = None
    ) -> Selection:
        from planner.admission.select import select
        from planner.admission.solver import never

        return select(
            self.scenario, wanted, self.parameters, book=self.book, cases=self.cases, clock=time.monotonic,
            progress=progress, stopped=stopped or never,
        )

    def risk(self, draws: int, seed: int) -> Risk:
        from planner.admission.risk import risk

        return risk(self.scenario, self.parameters, draws=draws, seed=seed, book=self.book, cases=self.cases)


def asked_of_path(desk: Desk | None, path: Path, *, park: str | None = None) -> Asked:
    """A scenario file, alone or with the book of a workspace."""
    return asked_of(
        desk,
        desk.parameters if desk else load(),
        read_scenario(path),
        place=path.name,
        folder=path.parent,
        park=park,
        today=desk.today() if desk else date.today(),
    )


def asked_of(
    desk: Desk | None,
    parameters: Parameters,
    mapping: Mapping[str, Any],
    *,
    place: str,
    folder: Path | None,
    park: str | None,
    today: date,
) -> Asked:
    """A scenario's tables with what judging them needs; parcels named in it lie beside it in ``folder``."""
    scenario = scenario_from(mapping, place=place, today=today)
    if desk is None:
        return Asked(scenario, parameters)
    account = desk.park(park)
    cases = parcel_cases(desk, scenario, folder, park=account)
    return Asked(placed(desk, scenario, cases, account), parameters, book_of(desk, account), cases)


def simulate_queue(
    desk: Desk, projects: Sequence[Project], *, years: Sequence[int], park: str, caps: Mapping[str, Any]
) -> Simulation:
    """The workspace's queue as edited, on today's rules, against what stands in the book."""
    scenario = scenario_of(projects, years=years, place="queue", on=desk.today(), caps=dict(caps))
    cases = parcel_cases(desk, scenario, None, park=park)
    return Asked(placed(desk, scenario, cases, park), desk.parameters, book_of(desk, park), cases).simulate()


def book_of(desk: Desk, park: str) -> BookView:
    """The accounts of a park with its state, the headroom of its substations and what cases draw on them."""
    from planner.desk import stated, stations

    book = desk.book.standing()
    headroom = stations.headroom(desk.ground.by_role().get("substations", ()))
    return replace(book_view(book, park, desk.settings(), desk.today()), state=stated.state_of(desk.store, park),
                   substations=headroom, draws=stations.draws(book, desk.ground) if headroom else {})


def placed(desk: Desk, scenario: Scenario, cases: Mapping[str, Case], park: str) -> Scenario:
    """The scenario as it stands in a workspace: each project that names no substation on the one nearest to its parcel,
    each without a sub-park in the park, and the workspace's equal value where the file states none."""
    from planner.desk.look import equal_value
    from planner.desk.stations import nearest

    layers = desk.ground.by_role().get("substations", ())

    def told(project: Project) -> Project:
        fields: dict[str, Any] = {} if project.sub_park else {"sub_park": park}
        if layers and project.substation is None and project.id in cases:
            fields["substation"] = nearest(cases[project.id].parcel.shape, layers)
        return project.model_copy(update=fields)

    own = scenario.equal_value_kgce_per_kwh
    return scenario.model_copy(update={
        "projects": tuple(told(project) for project in scenario.projects),
        "equal_value_kgce_per_kwh": equal_value(desk.settings()) if own is None else own,
    })


def parcel_cases(desk: Desk, scenario: Scenario, folder: Path | None, *, park: str) -> dict[str, Case]:
    """The case of each project that names a parcel: a file beside the scenario, or a parcel of the workspace."""
    from planner.desk.opening import parcel_from_file

    cases = {}
    for project in scenario.projects:
        if project.land.parcel:
            parcel = (
                desk.parcel(project.land.parcel)
                if folder is None
                else parcel_from_file(folder / project.land.parcel, id=project.land.id)
            )
            cases[project.id] = desk.look(parcel, on=scenario.on, project=project, park=park)
    return cases


def book_view(entries: Book, park: str, settings: Mapping[str, str], on: date) -> BookView:
    """The accounts of a park and of LIST as the simulation reads them, in the quotas' own units."""
    from planner.desk.look import energy_basis

    held = holders(entries, park)
    return BookView(
        park=park,
        basis=energy_basis(settings),
        granted=granted(entries, park),
        baseline=next((reference.amounts for reference in held if reference.ref == BASELINE), {}),
        references=tuple(reference for reference in held if reference.ref != BASELINE),
        list_granted=granted(entries, LIST),
        list_references=holders(entries, LIST),
        closed=closed(entries, park, on),
        list_closed=closed(entries, LIST, on),
    )


def closed(entries: Book, park: str, on: date) -> dict[tuple[str, int], float]:
    """What nobody can draw on that day: what closed years of a park have left, and what is free of expired lots."""
    return {(quota, year): amount_shown(quota, amount) for (quota, year), amount in barred(entries, park, on).items()}


def granted(entries: Book, park: str) -> dict[tuple[str, int], float]:
    """What stands granted for each quota and year of a park."""
    return {
        (row.quota, row.year): amount_shown(row.quota, row.granted) for row in balances(entries) if row.park == park
    }


def holders(entries: Book, park: str) -> tuple[Reference, ...]:
    """Who holds something of a park, by first entry."""
    reserved: dict[str, dict[tuple[str, int], float]] = {}
    stand = standing(entries)
    for cell, amount in stand.cells.items():
        if cell.park == park and cell.bucket is Bucket.RESERVED and amount:
            reserved.setdefault(cell.ref, {})[cell.quota, cell.year] = amount_shown(cell.quota, amount)
    return tuple(
        Reference(
            reference.ref,
            {(quota, year): amount_shown(quota, amount) for (quota, year), amount in reference.amounts.items()},
            reserved.get(reference.ref, {}),
        )
        for reference in references(stand, park)
    )
