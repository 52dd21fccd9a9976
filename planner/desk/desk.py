"""One desk between the hands and the head: every verb of the planner, bound to one workspace.

The desk is the only place that reads from the store, lets the rooms think, and writes to the store. Command line
and app call nothing else. The class remembers the store, the parameters and what it has read; the thinking stands
in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from copy import copy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner.admission.outcome import Case
from planner.desk import index, paper, people, reserving
from planner.desk.authority import ANYWHERE, WORKSPACE, Witnessed, hold, needs
from planner.desk.booking import Document
from planner.desk.bookshelf import Bookshelf
from planner.desk.cases import CaseVerbs
from planner.desk.facts import FactVerbs
from planner.desk.ground import Ground
from planner.desk.ground_verbs import GroundVerbs
from planner.desk.look import Seen, look
from planner.desk.paper import conflicts, sheet_of
from planner.desk.parameter_rows import ParameterVerbs
from planner.desk.queue_verbs import QueueVerbs
from planner.energy.project import Project
from planner.errors import FeatureMissing
from planner.land.parcel import Layer, Parcel
from planner.people import EVERY_PARK, Held, Person, Role, alone, person_of
from planner.sheets.sheet import Sheet
from planner.store.base import CaseRecord, Store
from planner.store.open import MEMORY, open_store
from planner.words import translator

if TYPE_CHECKING:
    from planner.desk import importing

PLANE_CRS = "plane_crs"
DEFAULT_PLANE_CRS = "EPSG:4525"

LOCAL = alone("local")
QUOTAS = "quotas"


class Desk(GroundVerbs, QueueVerbs, FactVerbs, CaseVerbs, ParameterVerbs):
    """All verbs over one workspace, for the person ``who``: by default whoever sits at the machine alone. ``today``
    and ``now`` are the clock, given in so that a test can hold it still; by its ``address`` another process can open
    the same workspace (None: none can)."""

    address: str | None = None

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
        desk = cls(open_store(address, create=create))
        desk.address = address if address != MEMORY else None
        return desk

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
    def stated(self, kind: str) -> dict[str, dict[str, Any]]:
        """What people stated of a kind (``planner.desk.stated``), by id, with who stated it and when."""
        return self.store.records(kind)

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
        with self.store.moment():
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
        return reserving.reserve(
            self, parcel, year=year, basis=basis, actor=actor, key=key, project=project, park=park, keep=keep
        )

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
