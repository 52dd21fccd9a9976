"""The papers of one subject, kind by kind: what they share is thought once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from planner.admission.outcome import Case
from planner.desk import certificate, presses, scenarios
from planner.desk.export import drawn, workspace_page
from planner.desk.meeting import COMMITTED, asked_for, case_sheet
from planner.desk.meeting_queue import KEPT, kept_queue, queue_hash, queue_sheet, queue_title
from planner.desk.pack import Progress, case_pack, scenario_pack
from planner.desk.page import Page
from planner.desk.queue import Asked
from planner.desk.year_report import run_hash as year_hash
from planner.desk.year_report import year_report
from planner.desk.year_sheet import year_sheet
from planner.energy.project import Project
from planner.errors import UsageError
from planner.formats.packs import settled
from planner.sheets.sheet import Sheet
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.desk.desk import Desk

TITLES: Mapping[str, str] = {
    "sheet": N_("Map sheet (PDF)"), "parcel-sheet": N_("Parcel sheet (PDF)"), "atlas": N_("Atlas of parcels (PDF)"),
    "parcel-atlas": N_("Atlas of parcel sheets (PDF)"),
    "deck": N_("Deck (PPTX)"), "opinion": N_("Opinion (DOCX)"),
    "certificate": N_("Statement why not (DOCX)"), "workbook": N_("Workbook (XLSX)"), "web": N_("Web map (HTML)"),
    "layers": N_("Layers with styles (GeoPackage)"), "pack": N_("Pack that proves itself (ZIP)"),
    "year": N_("Report of a year (DOCX, XLSX)"),
}
ENDING = {"sheet": ".pdf", "deck": ".pptx", "opinion": ".docx", "workbook": ".xlsx", "web": ".html", "layers": ".gpkg"}
ATLASES = ("atlas", "parcel-atlas")
OF_LAND = ("sheet", "web", "layers")
ALL_FIT = N_("nothing is refused: there is nothing to state")


@dataclass(frozen=True)
class Subject:
    """What the papers are about: a case (with its project; ``own`` is its id in the workspace), a scenario (a file, or
    one saved under that name), or, without either, the whole workspace with its queue as kept."""

    case: Case | None = None
    project: Project | None = None
    own: str | None = None
    scenario: str | None = None
    park: str | None = None


def held(desk: Desk, today: date, now: datetime) -> Desk:
    """The same desk with its clock held: all that is made with it is of one moment."""
    other = copy(desk)
    other.today, other.now = lambda: today, lambda: now
    return other


@dataclass(frozen=True)
class Papers:
    """Makes the papers of one subject; what they share is thought once."""

    desk: Desk
    subject: Subject
    page: Page
    year: int | None

    @cached_property
    def account(self) -> str:
        """The park whose book they are judged against."""
        return self.desk.park(self.subject.park)

    @cached_property
    def asked(self) -> Asked | None:
        """The queue that they are of, with the cases of its parcels; None where there is no project."""
        subject, desk = self.subject, self.desk
        if subject.case is not None:
            return asked_for(desk, subject.case, subject.project) if subject.project is not None else None
        if subject.scenario is not None:
            return scenarios.asked(desk, self.given, park=self.account)
        return kept_queue(desk, self.account) if desk.store.projects() else None

    @cached_property
    def given(self) -> scenarios.Source:
        """The scenario as it was written."""
        return scenarios.source(self.desk, str(self.subject.scenario))

    @cached_property
    def sheet(self) -> Sheet:
        """The sheet that all papers share."""
        subject, page = self.subject, self.page
        if subject.case is not None:
            return case_sheet(self.desk, subject.case, project=subject.project, page=page)
        if self.asked is None:
            return workspace_page(self.desk, page)
        return queue_sheet(self.desk, self.asked, self.account, self._queue, page=page)

    @cached_property
    def named(self) -> presses.Named:
        """Title and seal of that sheet, without the ways out that it takes long to find for a queue."""
        if self.subject.case is None and self.asked is not None:
            return queue_title(self._queue), queue_hash(self.asked.simulate())
        return self.sheet.title, self.sheet.run_hash

    @property
    def _queue(self) -> str | Text:
        if self.asked is None or self.subject.scenario is None:
            return Text(KEPT)
        return self.asked.scenario.title or self.given.name

    def of(self, kind: str, progress: Progress) -> Iterator[tuple[str, bytes]]:
        """(file name, bytes) of one kind of paper."""
        progress(0.0, Text(N_("Making: {what}"), what=Text(TITLES[kind])))
        if kind == "year":
            yield from self._year()
        elif kind == "certificate":
            yield from self._certificates()
        elif kind == "pack":
            yield "pack.zip", self._pack(progress)
        elif kind == "parcel-sheet":
            yield f"{kind}.pdf", self._boundary()
        elif kind in ATLASES:
            yield f"{kind}.pdf", self._atlas(kind, progress)
        else:
            whole = self.subject.case is None and kind in OF_LAND
            sheet = workspace_page(self.desk, self.page) if whole else self.sheet
            yield f"{kind}{ENDING[kind]}", self._drawn(sheet, kind)

    def _drawn(self, sheet: Sheet, kind: str) -> bytes:
        with tempfile.TemporaryDirectory(prefix="planner-") as folder:
            (path,) = drawn(sheet, kind, Path(folder) / f"{kind}{ENDING[kind]}", self.page)
            return settled(path.suffix, path.read_bytes(), sheet.printed_at)

    def _year(self) -> Iterator[tuple[str, bytes]]:
        from planner.sheets import workbook
        from planner.sheets.year import year_docx

        report = year_report(self.desk, int(self.year or 0), park=self.subject.park)
        sheet = year_sheet(report, year_hash(report), lang=self.page.lang, block=self.page.block)
        document = year_docx(sheet, langs=self.page.langs, template=self.page.templates.letter)
        yield f"year-{report.year}.docx", settled(".docx", document, report.printed_at)
        with tempfile.TemporaryDirectory(prefix="planner-") as folder:
            made = workbook.draw(sheet, Path(folder) / "year.xlsx").read_bytes()
        yield f"year-{report.year}.xlsx", settled(".xlsx", made, report.printed_at)

    def _certificates(self) -> Iterator[tuple[str, bytes]]:
        """One for each project that is refused."""
        asked, refused = self.asked, self._refused()
        if asked is None or not refused:
            raise UsageError(problem=Text(ALL_FIT))
        for number, id in enumerate(refused, 1):
            at = self.desk.now().replace(microsecond=0)
            made = certificate.certificate(certificate.statement(asked, id), page=self.page, printed_at=at)
            name = f"certificate-{number:02}.docx" if len(refused) > 1 else "certificate.docx"
            yield name, settled(".docx", made, at)

    def _refused(self) -> Sequence[str]:
        if self.subject.case is not None and self.subject.project is not None:
            return [self.subject.project.id]
        run = self.asked.simulate() if self.asked is not None else None
        return [one.id for one in run.projects if one.status != COMMITTED and not one.admitted] if run else []

    def _boundary(self) -> bytes:
        """The parcel sheet, on the paper and at the scale that are its own: those of the page are the map's."""
        from planner.desk.parcel_paper import Surveyed, parcel_sheet
        from planner.sheets.parcel_sheet import draw

        assert self.subject.case is not None  # noqa: S101  (asked before)
        made = parcel_sheet(self.desk, Surveyed(self.subject.case.parcel), lang=self.page.lang, block=self.page.block)
        with tempfile.TemporaryDirectory(prefix="planner-") as folder:
            file, = draw(made, Path(folder) / "parcel.pdf")
            return file.read_bytes()

    def _atlas(self, kind: str, progress: Progress) -> bytes:
        """Every parcel of the scenario or of the workspace, each at the scale that suits it."""
        from planner.desk.atlas import cases_in, cases_of, export_atlas

        subject = self.subject
        if self.asked is not None and subject.scenario is not None:
            cases = cases_in(self.asked)
        else:
            cases = cases_of(self.desk, park=subject.park, progress=progress)
        page = replace(self.page, scale=None, centre=None)
        with tempfile.TemporaryDirectory(prefix="planner-") as folder:
            made = export_atlas(self.desk, Path(folder) / "a.pdf", cases, kind=kind, page=page, progress=progress)
            return made.read_bytes()

    def _pack(self, progress: Progress) -> bytes:
        subject, page = self.subject, self.page
        if subject.case is not None:
            return case_pack(self.desk, subject.case, project=subject.project, own=subject.own, page=page,
                             progress=progress)
        return scenario_pack(self.desk, self.given.tables, place=self.given.name, folder=self.given.folder,
                             park=subject.park, page=replace(page, centre=None), progress=progress, asked=self.asked)
