"""The sheet of a queue: a scenario, or the projects as they are kept, judged one after the other against the book."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely

from planner.admission.outcome import Simulation
from planner.desk import documents_queue, scenarios
from planner.desk import meeting_tables as tables
from planner.desk.authority import ANYWHERE, needs
from planner.desk.look import BASES as EVERY_BASIS
from planner.desk.meeting import COMMITTED, PLAIN, about, sources
from planner.desk.meeting_scenario import balance_chart, scenario_balances, scenario_findings, why
from planner.desk.meeting_ways import project_ways
from planner.desk.page import Page
from planner.desk.paper import BASES
from planner.desk.queue import Asked
from planner.energy.carriers import Basis
from planner.energy.demand import demand
from planner.energy.project import fields_of
from planner.errors import InputError
from planner.people import Role
from planner.sheets.sheet import Piece, Sheet
from planner.text import N_, Text, english
from planner.verdict import worst

if TYPE_CHECKING:
    from planner.desk.desk import Desk

# What the map of a queue shows: where the parks are and what bounds them, without the patches of a survey.
OVERVIEW = ("parks", "parcels", "basic_farmland", "ecological_redline", "urban_boundary", "substations")
WAYS_EACH = 3  # of each refused project
KEPT = N_("the queue as kept")


class NothingQueued(InputError):
    code = "E_USAGE"
    sentence = N_("The queue holds no project: there is nothing to print of it. Add projects on the page of admission, "
                  "or with 'planner import FILE --role projects'.")


@needs(Role.VIEWER, ANYWHERE)
def scenario_sheet(desk: Desk, word: str, *, park: str | None = None, page: Page = PLAIN) -> Sheet:
    """The sheet of a scenario (a file, or one saved under that name) against the book of a park.

    Raises ScenarioMissing, ScenarioError, ParkUnknown.
    """
    given, account = scenarios.source(desk, word), desk.park(park)
    asked = scenarios.asked(desk, given, park=account)
    return queue_sheet(desk, asked, account, asked.scenario.title or given.name, page=page)


@needs(Role.VIEWER, ANYWHERE)
def kept_sheet(desk: Desk, *, park: str | None = None, page: Page = PLAIN) -> Sheet:
    """The sheet of the queue as it is kept, in the years of the book that are not over. Raises ParkUnknown,
    NothingQueued."""
    account = desk.park(park)
    asked = kept_queue(desk, account)
    return queue_sheet(desk, asked, account, Text(KEPT), page=page)


def kept_queue(desk: Desk, park: str) -> Asked:
    """The kept queue against the book of a park. Raises NothingQueued."""
    projects, this = desk.projects(), desk.today().year
    if not projects:
        raise NothingQueued()
    years = sorted({row.year for row in desk.balances(park) if row.year >= this}) or [this]
    tables: dict[str, Any] = {
        "scenario": {"title": "queue", "on": desk.today(), "years": years},
        "project": [{**fields_of(project), "id": project.id} for project in projects],
    }
    return desk.asked(tables, place="queue", park=park)


def queue_title(name: str | Text) -> Text:
    """What the sheet of a queue is called."""
    return Text(N_("Admission of projects: {name}"), name=name)


def queue_sheet(desk: Desk, asked: Asked, account: str, title: str | Text, *, page: Page) -> Sheet:
    """The sheet of projects judged one after the other against the book of a park."""
    run = asked.simulate()
    overview = _near_parks(desk.workspace_sheet(lang=page.lang, roles=OVERVIEW))
    made = replace(page.on(overview), run_hash=queue_hash(run))
    on = asked.scenario.on or desk.today()
    names = {one.id: one.called for one in asked.scenario.projects}
    answers = {one.id: one for one in run.projects}
    candidates = [one for one in run.projects if one.status != COMMITTED]
    refused, fitting = ([one for one in candidates if one.admitted is is_in] for is_in in (False, True))
    ways = [(one.id, way) for one in refused for way in asked.relieve(one.id).options[:WAYS_EACH]]
    findings = scenario_findings(run, desk.parameters)
    demands = [(one.called, demand(one, asked.parameters, on=on, basis=basis_named(run.basis),
                                   equal_value=asked.scenario.equal_value_kgce_per_kwh))
               for one in asked.scenario.projects]
    return replace(
        made,
        title=queue_title(title),
        verdict=worst(one.verdict for one in run.projects),
        headline=Text(N_("Of {count} candidates {fitting} fit and {refused} do not"), count=len(candidates),
                      fitting=len(fitting), refused=len(refused)),
        findings=findings,
        pieces=[Piece(case.parcel.shape, answers[id].verdict, Text("{name}", name=names[id]))
                for id, case in asked.cases.items()],
        notes=(*made.cautions, Text(N_("Energy on the {basis} basis."), basis=Text(BASES.get(run.basis, run.basis))),
               *run.notes),
        question=Text(N_("Which projects of the queue does the park have room for?")),
        recommendation=Text(N_("To be admitted: {names}."), names=", ".join(one.name or one.id for one in fitting))
        if fitting else Text(N_("None of the candidates is to be admitted as things stand. See the ways out.")),
        conditions=[Text(N_("{name}: {why}"), name=one.name or one.id, why=why(one, desk.parameters))
                    for one in refused],
        decisive=len(refused),
        about=about(desk, account, made, run.basis, run.parameters, on.isoformat()),
        chart=balance_chart(run, desk.parameters),
        tables=(
            tables.projects_table(asked.scenario.projects, answers, lambda one: why(one, desk.parameters)),
            tables.demand_table(demands),
            scenario_balances(run, desk.parameters),
            tables.rows_table("findings", N_("Findings"), findings, ()),
            tables.displaced_table(asked.displaced(), names),
            tables.ways_out_table(project_ways(names, ways)),
            *sources(desk, account, on),
        ),
    )


def _near_parks(sheet: Sheet) -> Sheet:
    """The layers cut to where the parks are, so that the map shows no more; as they are where there is no park."""
    parks = [shapely.box(*layer.frame.total_bounds) for layer in sheet.layers if layer.role == "parks"
             and len(layer.frame)]
    if not parks:
        return sheet
    box = shapely.union_all(parks).bounds
    return replace(sheet, layers=tuple(replace(layer, frame=layer.frame.clip(box, keep_geom_type=True))
                                       for layer in sheet.layers))


def queue_hash(run: Simulation) -> str:
    """A short seal of a judged queue: the same figures print the same hash, on paper and in a pack."""
    said = json.dumps(documents_queue.simulation(run, english), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def basis_named(word: str) -> Basis:
    """The basis of a run as the energy room knows it."""
    return next((basis for basis in EVERY_BASIS if basis == word), "unknown")
