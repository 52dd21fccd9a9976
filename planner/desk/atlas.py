"""The atlas: many parcels looked at one after another, and one PDF with an index of them and a page for each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from planner.admission.outcome import Case
from planner.admission.scenario import Scenario
from planner.desk import scenarios
from planner.desk.authority import ANYWHERE, needs
from planner.desk.meeting import PLAIN
from planner.desk.opening import parcels_from_file
from planner.desk.page import Page
from planner.desk.paper import run_hash
from planner.errors import LayerMissing, PlannerError, UsageError
from planner.land.parcel import Parcel
from planner.people import Role
from planner.sheets import atlas
from planner.sheets.paper import paper_named
from planner.sheets.plane import surroundings
from planner.sheets.sheet import Sheet
from planner.text import N_, Text
from planner.units import mu, rounded

if TYPE_CHECKING:
    from planner.desk.desk import Desk

Progress = Callable[[float, Text], object]
OVERVIEW = ("parks", "urban_boundary", "context")  # layers beneath the parcels on the first page
LOOKING = 0.3  # of the work, the rest is drawing


@needs(Role.VIEWER, ANYWHERE)
def export_atlas(
    desk: Desk, out: Path, cases: Sequence[Case], *, page: Page = PLAIN,
    progress: Progress = lambda share, doing: None,
) -> Path:
    """Cases as an atlas, in their order; nothing is written before the last page is drawn.

    Raises UsageError for an ending that is not .pdf, and as the map sheet, naming the parcel.
    """
    if out.suffix.lower() != ".pdf":
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind="atlas", known=".pdf"))
    leaves = [atlas.Leaf(case.parcel.name or case.parcel.id, rounded(mu(case.ellipsoid_m2), 2), case.verdict,
                         case.parcel.shape) for case in cases]
    for case in cases:  # a scale that holds one of them not is found before the first page
        with _named(case.parcel):
            surroundings(case.parcel.shape, desk.plane_crs(), paper_named(page.paper).frame_mm, page.scale)

    def drawn(number: int, pages: int) -> None:
        share = LOOKING + (1 - LOOKING) * (number - 1) / pages
        progress(share, Text(N_("Drawing page {page} of {pages} ..."), page=number, pages=pages))

    return atlas.draw(overview(desk, cases, page), leaves, _sheets(desk, cases, page), out, paper=page.paper,
                      scale=page.scale, drawn=drawn)


def overview(desk: Desk, cases: Sequence[Case], page: Page) -> Sheet:
    """The sheet of the first page: the parks and what helps to find the way, and no parcel."""
    made = page.on(desk.workspace_sheet(lang=page.lang, roles=OVERVIEW))
    seal = hashlib.sha256("".join(run_hash(case) for case in cases).encode()).hexdigest()[:16]
    return replace(made, title=Text(N_("Atlas of {count} parcels"), count=len(cases)), centre=None, run_hash=seal)


def _sheets(desk: Desk, cases: Sequence[Case], page: Page) -> Iterator[Sheet]:
    for case in cases:
        with _named(case.parcel):
            yield page.on(desk.sheet(case, lang=page.lang, paper=page.paper, scale=page.scale))


@needs(Role.VIEWER, ANYWHERE)
def cases_of(
    desk: Desk, *, parcel: Path | None = None, scenario: str | None = None, park: str | None = None,
    on: date | None = None, crs: str | None = None, progress: Progress = lambda share, doing: None,
) -> list[Case]:
    """Every parcel of a file, of a scenario's projects, or of the workspace, looked at.

    Raises UsageError where there is none or two sources are named, and as looking does, naming the parcel.
    """
    if parcel is not None and scenario is not None:
        raise UsageError(problem=Text(N_("name either --parcel or --scenario, not both")))
    if scenario is not None:
        asked = scenarios.asked(desk, scenarios.source(desk, scenario), park=desk.park(park))
        if not asked.cases:
            raise UsageError(problem=Text(N_("no project of the scenario has a parcel: there is nothing to draw")))
        return [replace(case, parcel=replace(case.parcel, name=_called(asked.scenario, id, case.parcel)))
                for id, case in asked.cases.items()]
    parcels = parcels_from_file(parcel, crs=crs) if parcel is not None else _of_workspace(desk)
    cases = []
    for number, one in enumerate(parcels):
        progress(LOOKING * number / len(parcels),
                 Text(N_("Looking at parcel {number} of {count} ..."), number=number + 1, count=len(parcels)))
        with _named(one):
            cases.append(desk.look(one, on=on, park=park))
    return cases


def _called(scenario: Scenario, id: str, parcel: Parcel) -> str:
    """A parcel of a scenario by its project's name and its own."""
    names = {project.id: project.called for project in scenario.projects}
    return f"{names.get(id, id)} · {parcel.name or parcel.id}"


def _of_workspace(desk: Desk) -> list[Parcel]:
    found = [
        Parcel(str(row.id), row.geometry, row.name if isinstance(row.name, str) else "")
        for layer in desk.ground.by_role().get("parcels", ()) for row in layer.frame.itertuples()
    ]
    if not found:
        raise LayerMissing(wanted="parcels", known=", ".join(info.name for info in desk.layers()) or "-")
    return found


@contextmanager
def _named(parcel: Parcel) -> Iterator[None]:
    """Whatever is refused of a parcel among many says which one it was."""
    try:
        yield
    except PlannerError as wrong:
        if wrong.file is None:
            wrong.file = parcel.id
            wrong.where.setdefault("feature", parcel.id)
        raise
