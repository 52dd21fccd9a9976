"""The atlas: many parcels looked at one after another, and one PDF with an index of them and the sheet of each: its map
sheet, or its boundary as a parcel sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.admission.outcome import Case
from planner.admission.scenario import Scenario
from planner.desk import scenarios
from planner.desk.authority import ANYWHERE, needs
from planner.desk.meeting import PLAIN
from planner.desk.opening import parcels_from_file
from planner.desk.page import Page
from planner.desk.paper import run_hash
from planner.desk.parcel_paper import Surveyed, parcel_sheet
from planner.desk.queue import Asked
from planner.errors import LayerMissing, PlannerError, UsageError
from planner.land.parcel import Parcel
from planner.people import Role
from planner.sheets import atlas, map_sheet, printing
from planner.sheets import parcel_sheet as parcel_pen
from planner.sheets.sheet import Sheet
from planner.text import N_, Text
from planner.units import mu, rounded

if TYPE_CHECKING:
    from planner.desk.desk import Desk

Progress = Callable[[float, Text], object]
OVERVIEW = ("parks", "urban_boundary", "context")  # layers beneath the parcels on the first page
LOOKING, SETTING = 0.25, 0.15  # of the work, the rest is drawing


@needs(Role.VIEWER, ANYWHERE)
def export_atlas(
    desk: Desk, out: Path, cases: Sequence[Case], *, kind: str = "atlas", page: Page = PLAIN,
    progress: Progress = lambda share, doing: None,
) -> Path:
    """Cases as an atlas, in their order; nothing is written before the last page is drawn. ``kind`` is atlas (of map
    sheets) or parcel-atlas (of parcel sheets).

    Raises UsageError for an ending that is not .pdf, and as the map sheet, naming the parcel.
    """
    if out.suffix.lower() != ".pdf":
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind=kind, known=".pdf"))
    make, pen = KINDS[kind]
    sheets = [partial(make, desk, case, page) for case in cases]
    # Of a parcel sheet no verdict is printed, in its index neither.
    leaves = [atlas.Leaf(case.parcel.name or case.parcel.id, rounded(mu(case.ellipsoid_m2), 2),
                         case.verdict if kind == "atlas" else None, case.parcel.shape,
                         page.block.sheet_number or _shortly(first.on_sheets))
              for case, first in zip(cases, _first(sheets, progress), strict=True)]

    def drawn(number: int, pages: int) -> None:
        share = LOOKING + SETTING + (1 - LOOKING - SETTING) * (number - 1) / pages
        progress(share, Text(N_("Drawing page {page} of {pages} ..."), page=number, pages=pages))

    return atlas.draw(overview(desk, cases, page), leaves, sheets, out, paper=page.paper, scale=page.scale, pen=pen,
                      drawn=drawn)


def overview(desk: Desk, cases: Sequence[Case], page: Page) -> Sheet:
    """The sheet of the first page: the parks and what helps to find the way, and no parcel."""
    made = page.on(desk.workspace_sheet(lang=page.lang, roles=OVERVIEW))
    seal = hashlib.sha256("".join(run_hash(case) for case in cases).encode()).hexdigest()[:16]
    return replace(made, title=Text(N_("Atlas of {count} parcels"), count=len(cases)), centre=None, run_hash=seal)


def _first(sheets: Sequence[Callable[[], Sheet]], progress: Progress) -> Iterator[Sheet]:
    """Every sheet once, before a page is drawn: a scale that does not hold a parcel is found here."""
    for number, make in enumerate(sheets, 1):
        progress(LOOKING + SETTING * (number - 1) / len(sheets),
                 Text(N_("Setting the sheet of parcel {number} of {count} ..."), number=number, count=len(sheets)))
        yield make()


def _shortly(on_sheets: Text | None) -> Text | str:
    """The first of the map sheets and how many more there are; the parcel's own page names them all."""
    facts = dict(on_sheets.facts) if on_sheets is not None else {}
    first, *more = str(facts.get("numbers", "")).split(", ")
    return Text("1:{scale}  {first} +{more}", scale=facts["scale"], first=first, more=len(more)) if more else \
        on_sheets or ""


def _map(desk: Desk, case: Case, page: Page) -> Sheet:
    with _named(case.parcel):
        return page.on(desk.sheet(case, lang=page.lang, paper=page.paper, scale=page.scale))


def _boundary(desk: Desk, case: Case, page: Page) -> Sheet:
    with _named(case.parcel):
        return parcel_sheet(desk, Surveyed(case.parcel), lang=page.lang, paper=page.paper, scale=page.scale,
                            block=page.block)


KINDS: Mapping[str, tuple[Callable[[Desk, Case, Page], Sheet], Callable[..., list[printing.Page]]]] = MappingProxyType({
    "atlas": (_map, map_sheet.pages), "parcel-atlas": (_boundary, parcel_pen.pages),
})


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
        return cases_in(scenarios.asked(desk, scenarios.source(desk, scenario), park=desk.park(park)))
    parcels = parcels_from_file(parcel, crs=crs) if parcel is not None else _of_workspace(desk)
    cases = []
    for number, one in enumerate(parcels):
        progress(LOOKING * number / len(parcels),
                 Text(N_("Looking at parcel {number} of {count} ..."), number=number + 1, count=len(parcels)))
        with _named(one):
            cases.append(desk.look(one, on=on, park=park))
    return cases


def cases_in(asked: Asked) -> list[Case]:
    """The parcels of a scenario, each by its project's name too. Raises UsageError where there is none."""
    if not asked.cases:
        raise UsageError(problem=Text(N_("no project of the scenario has a parcel: there is nothing to draw")))
    return [replace(case, parcel=replace(case.parcel, name=_called(asked.scenario, id, case.parcel)))
            for id, case in asked.cases.items()]


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
