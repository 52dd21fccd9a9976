"""What a pack says, thought anew from its own members: used when it is made and again when it is verified."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planner.admission.outcome import Case, Simulation
from planner.admission.scenario import Scenario, scenario_from
from planner.desk import case_paper, documents_book, documents_check, documents_queue
from planner.desk.casework import without
from planner.desk.certificate import ENDING, certificate, statement
from planner.desk.desk import Desk
from planner.desk.look import look
from planner.desk.meeting import case_sheet
from planner.desk.meeting_queue import queue_hash, queue_sheet
from planner.desk.pack_ground import BOOK, PackDesk, head_of, parameters_of, parcel_document, parcel_of, same, store_of
from planner.desk.pack_page import OFFICE, page_of
from planner.desk.page import Page
from planner.desk.paper import run_hash
from planner.desk.queue import Asked, book_of, placed
from planner.desk.templates import KNOWN
from planner.energy.demand import demand
from planner.energy.project import Project, fields_of, project_from
from planner.formats.packs import parsed, settled, written
from planner.land.parcel import Parcel
from planner.parameters import Parameters
from planner.sheets.pens import PENS, draw
from planner.sheets.sheet import Sheet
from planner.words import translator

REQUEST, PARCEL, PROJECT, SCENARIO, ACTS = (
    "inputs/request.json", "inputs/parcel.geojson", "inputs/project.json", "inputs/scenario.toml", "inputs/acts.json",
)
DECISION = "documents/decision.json"
LEDGER = "documents/ledger.json"
CANDIDATE = "candidate"
# The picture formats show the page of the PDF once more.
LEFT_OUT = frozenset({".png", ".svg"})
_OF_CASE = tuple(ending for ending in PENS if ending not in LEFT_OUT)
OF_LAND, OF_QUEUE = (".pdf",), (".xlsx", ".pptx", ".docx")


@dataclass(frozen=True)
class Thought:
    """The answer to a pack's question: of one case, or of a scenario ``asked`` with the cases of its parcels."""

    desk: PackDesk
    request: Mapping[str, Any]
    cases: Mapping[str, Case]
    asked: Asked | None = None
    office: Mapping[str, bytes] = field(default_factory=dict)
    project: Project | None = None

    @cached_property
    def simulation(self) -> Simulation | None:
        """The scenario judged year by year."""
        return None if self.asked is None else self.asked.simulate()

    @property
    def documents(self) -> dict[str, Any]:
        """The documents by member name, as JSON has them."""
        found: dict[str, Any] = {}
        for lang in self.request["languages"]:
            say = translator(lang)
            if self.simulation is None:
                case = self.cases[""]
                found[f"documents/check.{lang}.json"] = documents_check.check(case, say)
                if case.demand is not None:
                    found[f"documents/demand.{lang}.json"] = documents_check.demand(case.demand, say)
            else:
                found[f"documents/simulate.{lang}.json"] = documents_queue.simulation(self.simulation, say)
                asked = list(self._demands(self.simulation.basis))
                found[f"documents/demand.{lang}.json"] = [documents_check.demand(one, say) for one in asked]
        if self.simulation is None and (decision := case_paper.document(self.cases[""])) is not None:
            found[DECISION] = decision
        if self.request["park"] is not None:
            found[LEDGER] = self._ledger()
        return {name: same(document) for name, document in found.items()}

    def _demands(self, basis: Any) -> Iterator[Any]:
        if self.asked is None:
            return
        asked = self.asked.scenario
        for project in asked.projects:
            yield demand(
                project, self.desk.parameters, on=project.on or asked.on or self.desk.today(), basis=basis,
                equal_value=asked.equal_value_kgce_per_kwh,
            )

    def _ledger(self) -> dict[str, Any]:
        """The page of the book: what stands in the park's accounts, and the entries of the references asked about."""
        park, rows = self.request["park"], self.desk.parameters
        refs = [ref for ref in self.request["refs"] if ref]
        kept = {entry.seq: entry for ref in refs for entry in self.desk.store.entries(ref=ref)}
        return {
            "park": park,
            "head": self.request["head"],
            "balances": [documents_book.balance(row, rows) for row in self.desk.balances(park)],
            "history": [documents_book.entry(kept[seq], rows) for seq in sorted(kept)],
        }

    @property
    def run_hash(self) -> str:
        """The seal that the sheets print; of a scenario one of its simulation."""
        if self.simulation is None:
            return run_hash(self.cases[""])
        return queue_hash(self.simulation)

    @property
    def members(self) -> set[str]:
        """The members that a pack of this question has, besides its ground, rows and documents."""
        if self.request["kind"] == "case":
            asked, stems = [PARCEL, PROJECT, ACTS], {f"sheet{ending}" for ending in _OF_CASE}
        else:
            asked = [SCENARIO, *self.request["parcels"].values()]
            stems = {f"sheet-{n:02}{ending}" for n in range(1, len(self.cases) + 1) for ending in OF_LAND}
            stems |= {f"queue{ending}" for ending in OF_QUEUE} if self.request["park"] is not None else set()
            stems |= {f"why-not-{n:02}{ENDING}" for n in range(1, len(self._refused()) + 1)}
        return {REQUEST, BOOK, *asked, *(f"printed/{stem}" for stem in stems), *(f"{OFFICE}{name}" for name in KNOWN)}

    def inputs(self) -> dict[str, bytes]:
        """The parcels and the project asked about, as a pack spells them."""
        if self.request["kind"] == "case":
            (case,) = self.cases.values()
            project = {PROJECT: written(fields_of(self.project))} if self.project is not None else {}
            acts = {ACTS: written(case_paper.acts_document(case.decided))} if case.decided is not None else {}
            return {PARCEL: written(parcel_document(case.parcel)), **project, **acts}
        names = self.request["parcels"]
        return {names[id]: written(parcel_document(case.parcel)) for id, case in self.cases.items()}

    def printed(self) -> Iterator[tuple[str, bytes]]:
        """(member, bytes) of every printed member: a case with every pen there is; of a scenario the sheet of each
        parcel, what is printed of the queue, and the statement why not of each refused project."""
        at = self.desk.now()
        with page_of(self.request, self.office) as page, TemporaryDirectory(prefix="planner-") as place:
            own = {".pptx": page.templates.deck, ".docx": page.templates.opinion}
            for stem, sheet, endings in self._sheets(page):
                for ending in endings:
                    path = draw(sheet, Path(place) / f"{stem}{ending}", paper=page.paper, scale=page.scale,
                                template=own.get(ending))
                    yield f"printed/{path.name}", settled(ending, path.read_bytes(), sheet.printed_at)
            for number, id in enumerate(self._refused(), 1):
                said = certificate(statement(self.asked, id), page=page, printed_at=at) if self.asked else b""
                yield f"printed/why-not-{number:02}{ENDING}", settled(ENDING, said, at)

    def _sheets(self, page: Page) -> Iterator[tuple[str, Sheet, Iterable[str]]]:
        """Every sheet with its name and the endings it is drawn to."""
        for number, case in enumerate(self.cases.values(), 1):
            if self.asked is None:
                yield "sheet", case_sheet(self.desk, case, project=self.project, page=page), _OF_CASE
            else:
                sheet = self.desk.sheet(case, lang=page.lang, paper=page.paper, scale=page.scale, centre=page.centre)
                yield f"sheet-{number:02}", page.on(sheet), OF_LAND
        if self.asked is not None and self.request["park"] is not None:
            title = self.asked.scenario.title or self.request["place"]
            yield "queue", queue_sheet(self.desk, self.asked, self.request["park"], title, page=page), OF_QUEUE

    def _refused(self) -> list[str]:
        """The candidates for which there is no room."""
        run = self.simulation
        return [] if run is None else [one.id for one in run.projects if one.status == CANDIDATE and not one.admitted]


def looked_at(
    desk: Desk, parcel: Parcel, *, on: date, project: Project | None, park: str, year: int | None, own: str | None
) -> Case:
    """A parcel looked at; with ``own`` as if that case held nothing of the book, so that it is not short of itself."""
    book = without(desk.book.standing(), own) if own else desk.book.standing()
    return look(desk.store, desk.ground, book, desk.parameters, parcel, on=on, project=project, park=park, year=year)


def thought_of(members: Mapping[str, bytes]) -> Thought:
    """Think a pack's question through from its members alone. Raises whatever a member that is not whole raises."""
    request = parsed(members[REQUEST])
    printed_at, today = datetime.fromisoformat(request["printed_at"]), date.fromisoformat(request["today"])
    rows = parameters_of(members)
    desk = PackDesk(store_of(members), rows, today=lambda: today, now=lambda: printed_at)
    request = {**request, "head": head_of(members)}
    office = {name: data for name, data in members.items() if name.startswith(OFFICE)}
    return replace(_thought(desk, rows, members, request, today), office=office)


def _thought(
    desk: PackDesk, rows: Parameters, members: Mapping[str, bytes], request: Mapping[str, Any], today: date
) -> Thought:
    if request["kind"] == "case":
        project = project_from(parsed(members[PROJECT])) if PROJECT in members else None
        case = looked_at(
            desk, parcel_of(parsed(members[PARCEL])), on=date.fromisoformat(request["on"]), project=project,
            park=request["park"], year=request["year"], own=request["own"],
        )
        decided = case_paper.dossier_in(parsed(members[ACTS])) if ACTS in members else None
        return Thought(desk, request, {"": replace(case, decided=decided)}, project=project)
    scenario = scenario_from(tomllib.loads(members[SCENARIO].decode("utf-8")), place=request["place"], today=today)
    if request["park"] is None:
        return Thought(desk, request, {}, Asked(scenario, rows))
    cases = {
        project.id: _case(desk, members, request, scenario, project)
        for project in scenario.projects
        if project.id in request["parcels"]
    }
    scenario = placed(desk, scenario, cases, request["park"])
    asked = Asked(scenario, desk.parameters, book_of(desk, request["park"]), cases)
    return Thought(desk, request, cases, asked)


def _case(
    desk: PackDesk, members: Mapping[str, bytes], request: Mapping[str, Any], scenario: Scenario, project: Project
) -> Case:
    parcel = parcel_of(parsed(members[request["parcels"][project.id]]))
    return desk.look(parcel, on=scenario.on, project=project, park=request["park"])
