"""One desk between the hands and the head: every verb of the planner, bound to one workspace.

The desk is the only place that reads from the store, lets the rooms think, and writes to the store. Command line
and app call nothing else. The class remembers the store, the parameters and what it has read; the thinking stands
in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from planner.admission.outcome import Case, Simulation
from planner.desk import booking, importing, index, paper, queue, scenarios
from planner.desk.booking import Document, Movement
from planner.desk.ground import Ground, park_of, parks_with_accounts
from planner.desk.look import book_asks, look, with_ref
from planner.desk.paper import sheet_of
from planner.energy.project import Project, fields_of, project_from
from planner.errors import FeatureMissing, LayerMissing
from planner.land.parcel import Layer, Parcel
from planner.quota.balances import AccountBalance, balances
from planner.quota.chain import Verification, verify
from planner.quota.entries import Entry
from planner.quota.movements import Warrant
from planner.sheets.sheet import Sheet
from planner.store.base import CaseRecord, LayerInfo, Store, Turn
from planner.store.open import open_store
from planner.store.parameters import load
from planner.text import N_, Text
from planner.words import translator

PLANE_CRS = "plane_crs"
DEFAULT_PLANE_CRS = "EPSG:4525"


class Desk:
    """All verbs over one workspace. ``today`` and ``now`` are the clock, given in so that a test can hold it still."""

    def __init__(
        self, store: Store, *, today: Callable[[], date] = date.today, now: Callable[[], datetime] = datetime.now
    ) -> None:
        self.store = store
        self.parameters = load()
        self.ground = Ground(store)
        self.today = today
        self.now = now

    @classmethod
    def open(cls, address: str, *, create: bool = False) -> Desk:
        """The desk of a workspace file. Raises WorkspaceMissing, StoreDamaged."""
        return cls(open_store(address, create=create))

    def close(self) -> None:
        self.store.close()

    # ------------------------------------------------------------ reading
    def settings(self) -> dict[str, str]:
        return self.store.settings()

    def layers(self) -> list[LayerInfo]:
        return self.store.layers()

    def layer(self, name: str) -> Layer:
        """A layer of the workspace, read once a change."""
        info = next((info for info in self.layers() if info.name == name), None)
        return self.ground.layer(info) if info else self.store.layer(name)

    def park_codes(self) -> list[str]:
        """Parks that the book keeps accounts for."""
        return parks_with_accounts(self.store.entries())

    def park(self, asked: str | None = None) -> str:
        """The park named, or the only one with accounts. Raises ParkUnknown."""
        return park_of(None, (), self.store.entries(), asked)

    def balances(self, park: str | None = None, year: int | None = None) -> list[AccountBalance]:
        """What stands in the accounts, base units of each quota."""
        return [row for row in balances(self.store.entries()) if park in (None, row.park) and year in (None, row.year)]

    def entries(self, ref: str | None = None) -> list[Entry]:
        entries = self.store.entries()
        return entries if ref is None else with_ref(entries, ref)

    def verify(self, head: str | None = None) -> Verification:
        return verify(self.store.entries(), head)

    def parcel(self, id: str) -> Parcel:
        """A parcel of the workspace by its id. Raises FeatureMissing."""
        for layer in self.ground.by_role().get("parcels", ()):
            hits = layer.frame[layer.frame["id"] == id]
            if len(hits):
                name = hits.iloc[0].get("name")
                return Parcel(id, hits.geometry.iloc[0], name if isinstance(name, str) else "")
        raise FeatureMissing(wanted=id, ids=Text(N_("the parcels of the workspace")))

    def case_parcel(self, id: str) -> Parcel:
        """The parcel of a case as it was decided. Raises FeatureMissing."""
        kept = {case.id: case for case in self.store.cases()}
        if id not in kept:
            raise FeatureMissing(wanted=id, ids=", ".join(kept) or "-")
        return Parcel(kept[id].parcel_id, kept[id].shape, str(kept[id].document["parcel"].get("name", "")))

    def cases(self) -> list[CaseRecord]:
        return self.store.cases()

    def projects(self) -> list[Project]:
        """The queue as kept, in order of entry."""
        return [project_from({**fields, "id": id_}, place=id_) for id_, fields in self.store.projects().items()]

    def scenarios(self) -> list[scenarios.Saved]:
        """The scenarios saved under a name; what is done with them stands in ``planner.desk.scenarios``."""
        return scenarios.saved(self.store)

    # ------------------------------------------------------------ looking
    def look(
        self,
        parcel: Parcel,
        *,
        on: date | None = None,
        project: Project | None = None,
        park: str | None = None,
        year: int | None = None,
    ) -> Case:
        """What a parcel takes, which rules it breaks and which quotas run short. Writes nothing."""
        return look(
            self.store,
            self.ground,
            self.parameters,
            parcel,
            on=on or self.today(),
            project=project,
            park=park,
            year=year,
        )

    def simulate(
        self,
        scenario: Mapping[str, Any],
        *,
        place: str,
        folder: Path | None = None,
        park: str | None = None,
        with_book: bool = True,
    ) -> Simulation:
        """A scenario against the book (or alone): the queue judged year by year. Writes nothing."""
        return queue.simulate_file(
            self if with_book else None,
            self.parameters,
            scenario,
            place=place,
            folder=folder,
            park=park,
            today=self.today(),
        )

    def simulate_queue(
        self,
        projects: Sequence[Project],
        *,
        years: Sequence[int],
        park: str | None = None,
        caps: Mapping[str, Any] | None = None,
    ) -> Simulation:
        """The projects of the queue, as edited, against what stands in the book. Writes nothing."""
        return queue.simulate_queue(self, projects, years=years, park=self.park(park), caps=caps or {})

    # ------------------------------------------------------------ writing
    def reserve(
        self,
        parcel: Parcel,
        *,
        year: int,
        basis: str,
        actor: str,
        key: str,
        project: Project | None = None,
        park: str | None = None,
        keep: bool = False,
    ) -> Document:
        """Land and energy of one case in one entry, or nothing; with ``keep`` its drawing joins the parcels with it.

        Raises Blocked, UnknownVerdict, NoAccount, Overdraw, KeyReused; then nothing is written.
        """
        request = {
            "verb": "reserve",
            "parcel": parcel.id,
            "shape": parcel.shape.wkb_hex,
            "year": year,
            "basis": basis,
            "project": project.model_dump(mode="json") if project else None,
            "park": park,
        }

        def work(turn: Turn) -> Document:
            case = self.look(parcel, project=project, park=park, year=year)
            booking.refuse_unfit(case)
            ref = project.id if project is not None and "id" in project.model_fields_set else parcel.id
            asks = book_asks(case, self.parameters, project, settings=self.settings())
            warrant = Warrant(self.today(), basis, actor, key)
            if keep:
                self._put_parcel(turn, parcel)
            return booking.reserve_case(turn, self.parameters, case, asks, ref=ref, warrant=warrant, first_year=year)

        return booking.once(self.store, key=key, request=request, actor=actor, work=work)

    def move(self, call: Movement) -> Document:
        """A ledger verb: grant, open, reserve, commit, release, transfer."""
        return booking.move(self.store, self.parameters, call)

    def keep_parcel(self, parcel: Parcel, *, actor: str) -> None:
        """Save a drawn or edited parcel into the parcels layer."""
        with self.store.turn() as turn:
            self._put_parcel(turn, parcel)

    def drop_parcel(self, id: str, *, actor: str) -> None:
        """Take a parcel out of the parcels layer."""
        with self.store.turn() as turn:
            turn.drop_feature(self._parcels_layer(), id=id)

    def _put_parcel(self, turn: Turn, parcel: Parcel) -> None:
        values = {"name": parcel.name, "kind": "drawn"}
        turn.put_feature(self._parcels_layer(), id=parcel.id, shape=parcel.shape, values=values)

    def _parcels_layer(self) -> str:
        """The layer that drawn parcels join: the first of the role. Raises LayerMissing."""
        infos = self.layers()
        name = next((info.name for info in infos if info.role == "parcels"), None)
        if name is None:
            raise LayerMissing(wanted="parcels", known=", ".join(info.name for info in infos) or "-")
        return name

    def keep_project(self, project: Project, *, actor: str) -> None:
        """Put a project into the queue, or change it there."""
        with self.store.turn() as turn:
            turn.keep_project(project.id, fields_of(project))

    def keep_queue(self, projects: Sequence[Project], *, actor: str) -> None:
        """Make these, in this order, the queue: all of it in one turn, or nothing. Those not among them are dropped."""
        with self.store.turn() as turn:
            for id in self.store.projects():
                turn.drop_project(id)
            for project in projects:
                turn.keep_project(project.id, fields_of(project))

    def drop_project(self, id: str, *, actor: str) -> None:
        """Take a project out of the queue."""
        with self.store.turn() as turn:
            turn.drop_project(id)

    def import_file(self, request: importing.Request) -> Document:
        """A layer or a table into the workspace, all of it or nothing."""
        document = importing.import_file(self.store, self.parameters, request)
        index.prepare(self.store, document["layer"])
        return document

    def backup(self, path: Path) -> None:
        self.store.backup(str(path))

    # ------------------------------------------------------------ paper
    def sheet(self, case: Case, *, lang: str = "zh", paper: str = "A3", scale: int | None = None) -> Sheet:
        """The sheet of a case with the layers of the workspace around it, as far as that paper shows them."""
        return sheet_of(
            case,
            self._all_layers(),
            self.parameters,
            printed_at=self.now(),
            lang=lang,
            translate=translator("zh" if lang == "both" else lang),
            plane_crs=self.settings().get(PLANE_CRS, DEFAULT_PLANE_CRS),
            paper=paper,
            scale=scale,
        )

    def workspace_sheet(self, *, lang: str = "zh") -> Sheet:
        """The sheet of the whole workspace: its layers, no case."""
        return paper.workspace_sheet(
            self._all_layers(),
            self.parameters,
            printed_at=self.now(),
            lang=lang,
            translate=translator("zh" if lang == "both" else lang),
            head=self.store.head(),
            plane_crs=self.settings().get(PLANE_CRS, DEFAULT_PLANE_CRS),
        )

    def _all_layers(self) -> list[Layer]:
        """The layers in the order in which a map stacks them."""
        roles = self.ground.by_role()
        return [layer for role in paper.ROLE_TITLES for layer in roles.get(role, ())]
