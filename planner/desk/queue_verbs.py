"""What the desk does with the queue: projects and scenarios kept, judged against the book, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner.admission.outcome import Simulation
from planner.admission.scenario import naming_present
from planner.admission.zero_carbon import Ratio
from planner.desk import queue, scenarios, stated
from planner.desk.authority import ANYWHERE, needs
from planner.desk.book_verbs import BookVerbs
from planner.desk.look import full_demand
from planner.energy.answer import Demand
from planner.energy.project import Project, fields_of, project_from
from planner.people import Role
from planner.store.base import Turn, in_turn

if TYPE_CHECKING:
    from planner.desk.desk import Desk


class QueueVerbs(BookVerbs):
    """The part of the desk that lines projects up against the book. Remembers nothing but what the desk gives it."""

    @needs(Role.VIEWER, ANYWHERE)
    def projects(self) -> list[Project]:
        """The queue as kept, in order of entry."""
        return [project_from({**fields, "id": id_}, place=id_) for id_, fields in self.store.projects().items()]

    @needs(Role.VIEWER, ANYWHERE)
    def scenarios(self) -> list[scenarios.Saved]:
        """The scenarios saved under a name; what is done with them stands in ``planner.desk.scenarios``."""
        return scenarios.saved(self.store)

    @needs(Role.VIEWER, ANYWHERE)
    def demand(self, project: Project) -> Demand:
        """A project's yearly energy and carbon at full load today, on the workspace's basis, with every step."""
        return full_demand(project, self.parameters, on=project.on or self.today(), settings=self.store.settings())

    @needs(Role.VIEWER)
    def zero_carbon(self, year: int, *, park: str | None = None) -> Ratio:
        """The zero-carbon ratio of a park in a year with the kept queue judged. Writes nothing."""
        account, projects = self.park(park), self.projects()
        run = self.simulate_queue(projects, years=(year,), park=account)
        return stated.zero_carbon(cast("Desk", self), run, tuple(projects), park=account, year=year)

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
        return queue.asked_of(cast("Desk", self) if with_book else None, self.parameters, scenario, place=place,
                              folder=folder, park=park, today=self.today())

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
        return queue.simulate_queue(cast("Desk", self), projects, years=years, park=self.park(park), caps=caps or {})

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
