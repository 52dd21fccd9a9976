"""One desk between the hands and the head: every verb of the planner, bound to one workspace.

The desk is the only place that reads from the store, lets the rooms think, and writes to the store. Command line
and app call nothing else. The class remembers the store, the parameters and what it has read; the thinking stands
in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner.admission.outcome import Case, Simulation
from planner.admission.scenario import naming_present
from planner.admission.zero_carbon import Ratio
from planner.desk import booking, cases, casework, index, paper, people, queue, scenarios, stated
from planner.desk.authority import ANYWHERE, WORKSPACE, Witnessed, hold, needs, tell
from planner.desk.book_verbs import BookVerbs
from planner.desk.booking import Document
from planner.desk.bookshelf import Bookshelf
from planner.desk.cases import CaseVerbs
from planner.desk.facts import FactVerbs
from planner.desk.ground import Ground
from planner.desk.look import Seen, book_asks, full_demand, look
from planner.desk.paper import conflicts, sheet_of
from planner.desk.parameter_rows import ParameterVerbs
from planner.energy.answer import Demand
from planner.energy.project import Project, fields_of, project_from
from planner.errors import FeatureMissing, LayerMissing
from planner.land.parcel import Layer, Parcel
from planner.people import EVERY_PARK, Held, Person, Role, alone, person_of
from planner.quota.movements import Warrant
from planner.sheets.sheet import Sheet
from planner.store.base import CaseRecord, LayerInfo, Store, Turn, in_turn
from planner.store.open import open_store
from planner.text import N_, Text
from planner.words import translator

if TYPE_CHECKING:
    from planner.desk import importing

PLANE_CRS = "plane_crs"
DEFAULT_PLANE_CRS = "EPSG:4525"

LOCAL = alone("local")
QUOTAS = "quotas"


class Desk(BookVerbs, FactVerbs, CaseVerbs, ParameterVerbs):
    """All verbs over one workspace, for the person ``who``: by default whoever sits at the machine alone. ``today``
    and ``now`` are the clock, given in so that a test can hold it still."""

    def __init__(
        self,
        store: Store,
        *,
        who: Person = LOCAL,
        today: Callable[[], date] = date.today,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.ground = Ground(store)
        self.book = Bookshelf(store)
        self.today = today
        self.now = now
        self._sit_down(store, who)

    def _sit_down(self, store: Store, who: Person) -> None:
        self.who = who
        self.store = cast(Store, Witnessed(store, who, lambda: self.now().astimezone(UTC).isoformat()))

    @classmethod
    def open(cls, address: str, *, create: bool = False) -> Desk:
        """The desk of a workspace file. Raises WorkspaceMissing, StoreDamaged."""
        return cls(open_store(address, create=create))

    def for_person(self, who: Person) -> Desk:
        """The same desk with another person at it: same store, same ground, that person's rights."""
        other = copy(self)
        other._sit_down(cast(Witnessed, self.store).inner, who)
        return other

    def named(self, name: str) -> Person:
        """A person by the name of the login, with the roles in force; a stranger holds none."""
        return person_of(name, people.held_rows(self.store))

    def close(self) -> None:
        self.store.close()

    # ------------------------------------------------------------ people
    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def people(self) -> tuple[Held, ...]:
        """The roles in force, by person and park."""
        return people.people(self.store)

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def hold(self, person: str, role: Role | None, *, park: str = EVERY_PARK, reason: str = "", actor: str) -> Held:
        """Give a person a role in a park, or take it away (None). Raises LastAdministrator, PersonWrong."""
        at = self.now().astimezone(UTC).isoformat()
        return people.hold(self.store, Held(person, park, role, at, actor, reason))

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def trail(self, *, last: int = 500) -> list[dict[str, Any]]:
        """The newest acts, newest first: at, actor, verb, park, subject, before, after."""
        return people.trail(self.store, last=last)

    # ------------------------------------------------------------ reading
    @needs(Role.VIEWER, ANYWHERE)
    def settings(self) -> dict[str, str]:
        return self.store.settings()

    @needs(Role.VIEWER, ANYWHERE)
    def layers(self) -> list[LayerInfo]:
        return self.store.layers()

    @needs(Role.VIEWER, ANYWHERE)
    def layer(self, name: str) -> Layer:
        """A layer of the workspace, read once a change."""
        info = next((info for info in self.layers() if info.name == name), None)
        return self.ground.layer(info) if info else self.store.layer(name)

    @needs(Role.VIEWER, ANYWHERE)
    def parcel(self, id: str) -> Parcel:
        """A parcel of the workspace by its id. Raises FeatureMissing."""
        for layer in self.ground.by_role().get("parcels", ()):
            hits = layer.frame[layer.frame["id"] == id]
            if len(hits):
                name = hits.iloc[0].get("name")
                return Parcel(id, hits.geometry.iloc[0], name if isinstance(name, str) else "")
        raise FeatureMissing(wanted=id, ids=Text(N_("the parcels of the workspace")))

    @needs(Role.VIEWER, ANYWHERE)
    def case_parcel(self, id: str) -> Parcel:
        """The parcel of a case as it was decided. Raises FeatureMissing, also for a case of a park not the person's."""
        kept = {case.id: case for case in self.cases()}
        if id not in kept:
            raise FeatureMissing(wanted=id, ids=", ".join(kept) or "-")
        return Parcel(kept[id].parcel_id, kept[id].shape, str(kept[id].document["parcel"].get("name", "")))

    @needs(Role.VIEWER, ANYWHERE)
    def cases(self) -> list[CaseRecord]:
        """The cases of the parks that the person may see."""
        kept = self.store.cases()
        return [case for case in kept if not (park := str(case.document.get("park", ""))) or self._sees(park)]

    @needs(Role.VIEWER, ANYWHERE)
    def projects(self) -> list[Project]:
        """The queue as kept, in order of entry."""
        return [project_from({**fields, "id": id_}, place=id_) for id_, fields in self.store.projects().items()]

    @needs(Role.VIEWER, ANYWHERE)
    def scenarios(self) -> list[scenarios.Saved]:
        """The scenarios saved under a name; what is done with them stands in ``planner.desk.scenarios``."""
        return scenarios.saved(self.store)

    @needs(Role.VIEWER, ANYWHERE)
    def stated(self, kind: str) -> dict[str, dict[str, Any]]:
        """What people stated of a kind (``planner.desk.stated``), by id, with who stated it and when."""
        return self.store.records(kind)

    @needs(Role.VIEWER, ANYWHERE)
    def demand(self, project: Project) -> Demand:
        """A project's yearly energy and carbon at full load today, on the workspace's basis, with every step."""
        return full_demand(project, self.parameters, on=project.on or self.today(), settings=self.settings())

    @needs(Role.VIEWER)
    def zero_carbon(self, year: int, *, park: str | None = None) -> Ratio:
        """The zero-carbon ratio of a park in a year with the kept queue judged. Writes nothing."""
        account, projects = self.park(park), self.projects()
        run = self.simulate_queue(projects, years=(year,), park=account)
        return stated.zero_carbon(self, run, tuple(projects), park=account, year=year)

    # ------------------------------------------------------------ looking
    @needs(Role.VIEWER)
    def look(
        self,
        parcel: Parcel,
        *,
        on: date | None = None,
        project: Project | None = None,
        park: str | None = None,
        year: int | None = None,
        seen: Seen | None = None,
    ) -> Case:
        """What a parcel takes, which rules it breaks and which quotas run short. Writes nothing. What of the ground was
        ``seen`` before is looked at again only where it has changed."""
        return look(
            self.store,
            self.ground,
            self.book.standing(),
            self.parameters,
            parcel,
            on=on or self.today(),
            project=project,
            park=park,
            year=year,
            seen=seen,
        )

    @needs(Role.VIEWER)
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
        return self.asked(scenario, place=place, folder=folder, park=park, with_book=with_book).simulate()

    @needs(Role.VIEWER)
    def asked(
        self, scenario: Mapping[str, Any], *, place: str, folder: Path | None = None, park: str | None = None,
        with_book: bool = True,
    ) -> queue.Asked:
        """A scenario, ready to be judged, relieved, selected from and drawn; the parcels it names lie in ``folder`` or
        in the workspace. Writes nothing."""
        return queue.asked_of(self if with_book else None, self.parameters, scenario, place=place, folder=folder,
                              park=park, today=self.today())

    @needs(Role.VIEWER)
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
    @needs(Role.PLANNER)
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

        seen = Seen()

        def looked() -> Case:
            return self.look(parcel, project=project, park=park, year=year, seen=seen)

        def work(turn: Turn) -> Document:
            case, parameters = looked(), self.parameters
            ref, warrant = cases.ref_of(parcel, project), Warrant(self.today(), basis, actor, key)
            if keep:
                self._put_parcel(turn, parcel)
            known = casework.find(self.store, ref, turn)
            if known is not None and known.dossier is not None:  # it is decided on: its overrides count
                return casework.reserved(self, turn, known, case, warrant, project=project, year=year)
            booking.refuse_held(turn, self.store.holders(), parcel, ref)
            booking.refuse_unfit(case)
            asks = book_asks(case, parameters, project, settings=self.settings())
            answer = booking.book_case(
                turn, parameters, case, asks, ref=ref, warrant=warrant, first_year=year, place=self._place(case)
            )
            booking.keep_reserved(turn, case, ref=ref, warrant=warrant, first_year=year)
            return answer

        return booking.once(self.store, key=key, request=request, actor=actor, work=work, before=looked)

    @needs(Role.PLANNER, ANYWHERE)
    def keep_parcel(self, parcel: Parcel, *, actor: str) -> None:
        """Save a drawn or edited parcel into the parcels layer."""
        tell(before=self._outline(parcel.id), after=_outline(parcel))
        in_turn(self.store, lambda turn: self._put_parcel(turn, parcel))

    @needs(Role.PLANNER, ANYWHERE)
    def drop_parcel(self, id: str, *, actor: str) -> None:
        """Take a parcel out of the parcels layer."""
        tell(before=self._outline(id), after=None)
        in_turn(self.store, lambda turn: turn.drop_feature(self._parcels_layer(), id=id))

    def _outline(self, id: str) -> dict[str, Any] | None:
        """A parcel of the workspace as the trail tells it; None where it is not there."""
        try:
            return _outline(self.parcel(id))
        except FeatureMissing:
            return None

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

    @needs(Role.PLANNER, ANYWHERE)
    def keep_project(self, project: Project, *, actor: str) -> None:
        """Put a project into the queue, or change it there."""
        in_turn(self.store, lambda turn: turn.keep_project(project.id, fields_of(project)))

    @needs(Role.PLANNER, ANYWHERE)
    def keep_queue(self, projects: Sequence[Project], *, actor: str) -> None:
        """Make these, in this order, the queue: all of it in one turn, or nothing. Those not among them are dropped."""

        def work(turn: Turn) -> None:
            for id in self.store.projects():
                turn.drop_project(id)
            for project in naming_present(projects):
                turn.keep_project(project.id, fields_of(project))

        in_turn(self.store, work)

    @needs(Role.PLANNER, ANYWHERE)
    def drop_project(self, id: str, *, actor: str) -> None:
        """Take a project out of the queue; none of the others names it any more."""

        def work(turn: Turn) -> None:
            rest = [project for project in self.projects() if project.id != id]
            turn.drop_project(id)
            for before, after in zip(rest, naming_present(rest), strict=True):
                if before is not after:
                    turn.keep_project(after.id, fields_of(after))

        in_turn(self.store, work)

    @needs(Role.PLANNER, WORKSPACE)
    def import_file(self, request: importing.Request) -> Document:
        """A layer or a table into the workspace, all of it or nothing. Quotas are grants: they take a reviewer."""
        from planner.desk import importing  # with the readers of every format: not for a mere look

        if request.role == QUOTAS:
            hold(self.who, Role.REVIEWER, request.park or EVERY_PARK)
        document = importing.import_file(self.store, self.parameters, request)
        index.prepare(self.store, document["layer"])
        return document

    @needs(Role.ADMINISTRATOR, WORKSPACE)
    def backup(self, path: Path) -> None:
        self.store.backup(str(path))

    # ------------------------------------------------------------ paper
    @needs(Role.VIEWER, ANYWHERE)
    def sheet(
        self, case: Case, *, lang: str = "zh", paper: str = "A3", scale: int | None = None,
        centre: tuple[float, float] | None = None,
    ) -> Sheet:
        """The sheet of a case with the layers of the workspace around it, as far as that paper shows them."""
        return sheet_of(
            case,
            self._all_layers(),
            self.parameters,
            printed_at=self.now(),
            lang=lang,
            translate=translator("zh" if lang == "both" else lang),
            plane_crs=self.plane_crs(),
            paper=paper,
            scale=scale,
            centre=centre,
            stated=conflicts(self.facts(), self.parameters),
        )

    @needs(Role.VIEWER, ANYWHERE)
    def workspace_sheet(self, *, lang: str = "zh", roles: Collection[str] = tuple(paper.ROLE_TITLES)) -> Sheet:
        """The sheet of the whole workspace: its layers of these roles, no case."""
        return paper.workspace_sheet(
            self._all_layers(roles),
            self.parameters,
            printed_at=self.now(),
            lang=lang,
            translate=translator("zh" if lang == "both" else lang),
            head=self.store.head(),
            stated=conflicts(self.facts(), self.parameters),
            plane_crs=self.plane_crs(),
        )

    @needs(Role.VIEWER, ANYWHERE)
    def plane_crs(self) -> str:
        """The plane in which the workspace's maps are drawn."""
        return self.settings().get(PLANE_CRS, DEFAULT_PLANE_CRS)

    def _all_layers(self, roles: Collection[str] = tuple(paper.ROLE_TITLES)) -> list[Layer]:
        """The layers of some roles in the order in which a map stacks them."""
        infos = self.layers()
        return [self.ground.layer(info) for role in paper.ROLE_TITLES if role in roles for info in infos
                if info.role == role]


def _outline(parcel: Parcel) -> dict[str, Any]:
    """A parcel as the trail tells it: its name, and its outline to the last digit."""
    return {"parcel": parcel.id, "name": parcel.name, "shape": parcel.shape.wkt}
