"""What a pack says, thought anew from its own members: used when it is made and again when it is verified."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planner.admission.outcome import Case, Simulation
from planner.admission.scenario import Scenario, scenario_from
from planner.desk import documents
from planner.desk.casework import without
from planner.desk.desk import Desk
from planner.desk.look import look, with_ref
from planner.desk.pack_ground import PackDesk, head_of, parameters_of, parcel_of, same, store_of
from planner.desk.paper import run_hash
from planner.desk.queue import Asked, book_of, on_nearest
from planner.energy.demand import demand
from planner.energy.project import Project, project_from
from planner.formats.packs import parsed, settled, written
from planner.formats.seals import digest
from planner.land.parcel import Parcel
from planner.sheets.pens import PENS, draw
from planner.words import translator

REQUEST, PARCEL, PROJECT, SCENARIO = (
    "inputs/request.json", "inputs/parcel.geojson", "inputs/project.json", "inputs/scenario.toml",
)
LEDGER = "documents/ledger.json"
# The picture formats show the page of the PDF once more, and the layers lie in the pack as text already (a GeoPackage
# holds the time of writing, so it cannot be drawn again to the same bytes).
LEFT_OUT = frozenset({".png", ".svg", ".gpkg"})


@dataclass(frozen=True)
class Thought:
    """The answer to a pack's question: of one case, or of a scenario with the cases of its parcels."""

    desk: PackDesk
    request: Mapping[str, Any]
    cases: Mapping[str, Case]
    simulation: Simulation | None = None
    scenario: Scenario | None = None

    @property
    def documents(self) -> dict[str, Any]:
        """The documents by member name, as JSON has them."""
        found: dict[str, Any] = {}
        for lang in self.request["languages"]:
            say = translator(lang)
            if self.simulation is None:
                case = self.cases[""]
                found[f"documents/check.{lang}.json"] = documents.check(case, say)
                if case.demand is not None:
                    found[f"documents/demand.{lang}.json"] = documents.demand(case.demand, say)
            else:
                found[f"documents/simulate.{lang}.json"] = documents.simulation(self.simulation, say)
                asked = list(self._demands(self.simulation.basis))
                found[f"documents/demand.{lang}.json"] = [documents.demand(one, say) for one in asked]
        if self.request["park"] is not None:
            found[LEDGER] = self._ledger()
        return {name: same(document) for name, document in found.items()}

    def _demands(self, basis: Any) -> Iterator[Any]:
        asked = self.scenario
        if asked is None:
            return
        for project in asked.projects:
            yield demand(
                project, self.desk.parameters, on=project.on or asked.on or self.desk.today(), basis=basis,
                equal_value=asked.equal_value_kgce_per_kwh,
            )

    def _ledger(self) -> dict[str, Any]:
        """The page of the book: what stands in the park's accounts, and the entries of the references asked about."""
        park, rows = self.request["park"], self.desk.parameters
        refs = [ref for ref in self.request["refs"] if ref]
        kept = {entry.seq: entry for ref in refs for entry in with_ref(self.desk.book.entries(), ref)}
        return {
            "park": park,
            "head": self.request["head"],
            "balances": [documents.balance(row, rows) for row in self.desk.balances(park)],
            "history": [documents.entry(kept[seq], rows) for seq in sorted(kept)],
        }

    @property
    def run_hash(self) -> str:
        """The seal that the sheets print; of a scenario one of its simulation."""
        if self.simulation is None:
            return run_hash(self.cases[""])
        return digest(written(same(documents.simulation(self.simulation, translator("en")))))[:16]

    def printed(self) -> Iterator[tuple[str, bytes]]:
        """(member, bytes) of every printed member: each case with every pen there is, of a scenario only the sheet."""
        request = self.request
        endings = [ending for ending in PENS if ending not in LEFT_OUT] if self.simulation is None else [".pdf"]
        with TemporaryDirectory(prefix="planner-") as place:
            for number, case in enumerate(self.cases.values(), 1):
                sheet = self.desk.sheet(case, lang=request["lang"], paper=request["paper"], scale=request["scale"])
                stem = "sheet" if self.simulation is None else f"sheet-{number:02}"
                for ending in endings:
                    path = draw(sheet, Path(place) / f"{stem}{ending}", paper=request["paper"], scale=request["scale"])
                    yield f"printed/{path.name}", settled(ending, path.read_bytes(), sheet.printed_at)


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
    if request["kind"] == "case":
        project = project_from(parsed(members[PROJECT])) if PROJECT in members else None
        case = looked_at(
            desk, parcel_of(parsed(members[PARCEL])), on=date.fromisoformat(request["on"]), project=project,
            park=request["park"], year=request["year"], own=request["own"],
        )
        return Thought(desk, request, {"": case})
    scenario = scenario_from(tomllib.loads(members[SCENARIO].decode("utf-8")), place=request["place"], today=today)
    if request["park"] is None:
        return Thought(desk, request, {}, Asked(scenario, rows).simulate(), scenario)
    cases = {
        project.id: _case(desk, members, request, scenario, project)
        for project in scenario.projects
        if project.id in request["parcels"]
    }
    asked = Asked(on_nearest(desk, scenario, cases), desk.parameters, book_of(desk, request["park"]), cases)
    return Thought(desk, request, cases, asked.simulate(), scenario)


def _case(
    desk: PackDesk, members: Mapping[str, bytes], request: Mapping[str, Any], scenario: Scenario, project: Project
) -> Case:
    parcel = parcel_of(parsed(members[request["parcels"][project.id]]))
    return desk.look(parcel, on=scenario.on, project=project, park=request["park"])
