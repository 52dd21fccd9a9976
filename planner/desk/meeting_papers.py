"""What a meeting takes along: the papers that were chosen, all of one subject and one page, in one archive.

A paper that the subject does not have is said with its reason; nothing is left out without a word.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.admission.outcome import Case
from planner.desk import certificate, scenarios
from planner.desk.authority import ANYWHERE, needs
from planner.desk.export import MEETING, PLAIN, drawn, workspace_page
from planner.desk.meeting import COMMITTED, asked_for, case_sheet
from planner.desk.meeting_queue import kept_queue, kept_sheet, scenario_sheet
from planner.desk.opening import parcel_from_file, project_from_file
from planner.desk.pack import Progress, case_pack, scenario_pack
from planner.desk.page import Page
from planner.desk.queue import Asked
from planner.desk.year_report import run_hash as year_hash
from planner.desk.year_report import year_report
from planner.desk.year_sheet import year_sheet
from planner.energy.project import Project
from planner.errors import UsageError
from planner.formats.packs import archive, settled
from planner.formats.seals import digest
from planner.people import Role
from planner.sheets.sheet import Sheet
from planner.text import N_, Text
from planner.verdict import Verdict

if TYPE_CHECKING:
    from planner.desk.desk import Desk

CONTENTS = "contents.json"
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
ONE_PARCEL = N_("it shows the boundary of one parcel: choose a parcel or a case")
MANY_PARCELS = N_("it is of several parcels: choose a scenario or the whole workspace")
ONLY_LAND = N_("it shows land: choose a parcel, a case or the whole workspace")
NO_PACK = N_("a pack proves one case or one scenario")
NO_PROJECT = N_("no project is named that could be refused")
ALL_FIT = N_("nothing is refused: there is nothing to state")
NO_QUEUE = N_("the queue holds no project")


@dataclass(frozen=True)
class Subject:
    """What the papers are about: a case (with its project; ``own`` is its id in the workspace), a scenario (a file, or
    one saved under that name), or, without either, the whole workspace with its queue as kept."""

    case: Case | None = None
    project: Project | None = None
    own: str | None = None
    scenario: str | None = None
    park: str | None = None


@dataclass(frozen=True)
class Printed:
    """The papers by file name, what they are about, the seal of the figures they share, and who else is sealed."""

    files: Mapping[str, bytes]
    subject: Text
    run_hash: str
    page: Page

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """What is in it: name, size and digest of each file."""
        return [{"name": name, "bytes": len(data), "sha256": digest(data)} for name, data in self.files.items()]

    def archive(self, say: Callable[[str], str]) -> bytes:
        """All of it with a list of what it contains, as one zip: the same papers give the same bytes."""
        listed = {"subject": self.subject.say(say), "run_hash": self.run_hash, "language": self.page.lang,
                  "paper": self.page.paper, "scale": self.page.scale, "files": self.rows}
        text = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
        return archive({**self.files, CONTENTS: text.encode()})


def subject_of(
    desk: Desk, *, scenario: str | None = None, parcel: Path | None = None, case_id: str | None = None,
    id: str | None = None, project: Path | None = None, park: str | None = None, on: date | None = None,
    crs: str | None = None,
) -> Subject:
    """What a call names: a parcel's file (with a project's), a case, a scenario, or nothing: the whole workspace.

    Raises UsageError for more than one of them, and what opening them raises.
    """
    if sum(one is not None for one in (scenario, parcel, case_id)) > 1:
        raise UsageError(problem=Text(N_("name only one of --parcel, --case and --scenario")))
    if case_id is not None:
        return case_subject(desk, case_id)
    if parcel is None:
        return Subject(scenario=scenario, park=park)
    plan = project_from_file(project) if project else None
    shape = parcel_from_file(parcel, id=id, crs=crs)
    case = desk.look(shape, on=on or (plan.on if plan else None), project=plan, park=park)
    return Subject(case=case, project=plan, park=case.park)


def case_subject(desk: Desk, id: str) -> Subject:
    """A case of the workspace as it stands today, its own reservation left out. Raises CaseMissing."""
    opened, seen = desk.case(id), desk.case_seen(id)
    return Subject(case=seen, project=opened.project, own=id, park=seen.park)


def why_not(desk: Desk, subject: Subject, kind: str) -> Text | None:
    """Why a subject has no paper of a kind, None where it has one."""
    if kind in OF_LAND and subject.scenario is not None:
        return Text(ONLY_LAND)
    if kind == "parcel-sheet" and subject.case is None:
        return Text(ONE_PARCEL)
    if kind in ATLASES and subject.case is not None:
        return Text(MANY_PARCELS)
    if subject.case is not None:
        if kind == "certificate":
            return _not_refused(subject)
        return None
    if kind == "pack" and subject.scenario is None:
        return Text(NO_PACK)
    if kind in (*MEETING, "certificate") and subject.scenario is None and not desk.store.projects():
        return Text(NO_QUEUE)
    return None


def _not_refused(subject: Subject) -> Text | None:
    if subject.project is None:
        return Text(NO_PROJECT)
    return Text(ALL_FIT) if subject.case is not None and subject.case.verdict <= Verdict.WARN else None


@needs(Role.VIEWER, ANYWHERE)
def print_for_meeting(
    desk: Desk, subject: Subject, kinds: Collection[str], *, page: Page = PLAIN, year: int | None = None,
    progress: Progress = lambda share, doing: None,
) -> Printed:
    """The papers of some kinds (``TITLES``). ``year`` is that of the report, where it is among them.

    Raises UsageError for no kind, one that is not known or that the subject does not have, or a report without a year,
    and what each pen raises; then nothing is printed.
    """
    chosen = _chosen(desk, subject, kinds, year)
    papers = _Papers(desk, subject, page, year)
    files: dict[str, bytes] = {}
    for done, kind in enumerate(chosen):
        def within(share: float, doing: Text, before: int = done) -> None:
            progress((before + min(share, 1.0)) / len(chosen), doing)

        within(0.0, Text(N_("Making: {what}"), what=Text(TITLES[kind])))
        files |= dict(papers.of(kind, within))
    progress(1.0, Text(N_("Done.")))
    return Printed(files, papers.sheet.title, papers.sheet.run_hash, page)


def _chosen(desk: Desk, subject: Subject, kinds: Collection[str], year: int | None) -> list[str]:
    chosen = [kind for kind in TITLES if kind in kinds]
    unknown = [kind for kind in kinds if kind not in TITLES]
    if unknown or not chosen:
        said = N_("print {words}: name one or more of {known}")
        raise UsageError(problem=Text(said, words=", ".join(unknown) or "-", known=", ".join(TITLES)))
    if "year" in chosen and year is None:
        raise UsageError(problem=Text(N_("a report is of one year: name it with --year")))
    for kind in chosen:
        if (reason := why_not(desk, subject, kind)) is not None:
            said = N_("{kind} cannot be printed here: {reason}")
            raise UsageError(problem=Text(said, kind=Text(TITLES[kind]), reason=reason))
    return chosen


@dataclass(frozen=True)
class _Papers:
    """Makes the papers of one subject; the sheet they share is built once."""

    desk: Desk
    subject: Subject
    page: Page
    year: int | None

    @cached_property
    def sheet(self) -> Sheet:
        """The sheet that all papers share."""
        subject, page = self.subject, self.page
        if subject.case is not None:
            return case_sheet(self.desk, subject.case, project=subject.project, page=page)
        if subject.scenario is not None:
            return scenario_sheet(self.desk, subject.scenario, park=subject.park, page=page)
        if self.desk.store.projects():
            return kept_sheet(self.desk, park=subject.park, page=page)
        return workspace_page(self.desk, page)

    def of(self, kind: str, progress: Progress) -> Iterator[tuple[str, bytes]]:
        """(file name, bytes) of one kind of paper."""
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
        asked, refused = self._refused()
        if not refused:
            raise UsageError(problem=Text(ALL_FIT))
        for number, id in enumerate(refused, 1):
            at = self.desk.now().replace(microsecond=0)
            made = certificate.certificate(certificate.statement(asked, id), page=self.page, printed_at=at)
            name = f"certificate-{number:02}.docx" if len(refused) > 1 else "certificate.docx"
            yield name, settled(".docx", made, at)

    def _refused(self) -> tuple[Asked, Sequence[str]]:
        subject, desk = self.subject, self.desk
        if subject.case is not None and subject.project is not None:
            return asked_for(desk, subject.case, subject.project), [subject.project.id]
        account = desk.park(subject.park)
        asked = kept_queue(desk, account) if subject.scenario is None else scenarios.asked(
            desk, scenarios.source(desk, subject.scenario), park=account)
        run = asked.simulate()
        return asked, [one.id for one in run.projects if one.status != COMMITTED and not one.admitted]

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
        from planner.desk.atlas import cases_of, export_atlas

        subject = self.subject
        cases = cases_of(self.desk, scenario=subject.scenario, park=subject.park, progress=progress)
        page = replace(self.page, scale=None, centre=None)
        with tempfile.TemporaryDirectory(prefix="planner-") as folder:
            made = export_atlas(self.desk, Path(folder) / "a.pdf", cases, kind=kind, page=page, progress=progress)
            return made.read_bytes()

    def _pack(self, progress: Progress) -> bytes:
        subject, page = self.subject, self.page
        if subject.case is not None:
            return case_pack(self.desk, subject.case, project=subject.project, own=subject.own, page=page,
                             progress=progress)
        given = scenarios.source(self.desk, str(subject.scenario))
        return scenario_pack(self.desk, given.tables, place=given.name, folder=given.folder, park=subject.park,
                             page=replace(page, centre=None), progress=progress)


def document(printed: Printed, say: Callable[[str], str]) -> dict[str, Any]:
    """What was printed, as `planner export meeting` says it."""
    return {"subject": printed.subject.say(say), "run_hash": printed.run_hash, "files": printed.rows}
