"""What a meeting takes along: the papers that were chosen, all of one subject, one page and one moment, in one archive.

A paper that the subject does not have is said with its reason; nothing is left out without a word. Books of many
parcels are printed in processes of their own (``planner.desk.presses``).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.admission.outcome import Case
from planner.desk import certificate, presses, scenarios
from planner.desk.authority import ANYWHERE, needs
from planner.desk.export import MEETING, PLAIN, drawn, workspace_page
from planner.desk.meeting import COMMITTED, asked_for, case_sheet
from planner.desk.meeting_queue import KEPT, kept_queue, queue_hash, queue_sheet, queue_title
from planner.desk.opening import parcel_from_file, project_from_file
from planner.desk.pack import Progress, case_pack, scenario_pack
from planner.desk.page import Page
from planner.desk.queue import Asked
from planner.desk.year_report import run_hash as year_hash
from planner.desk.year_report import year_report
from planner.desk.year_sheet import year_sheet
from planner.energy.project import Project
from planner.errors import StoreRefused, UsageError
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


class Meanwhile(StoreRefused):
    """The papers of one archive would not say the same."""

    code = "E_CHANGED"
    sentence = N_("The workspace was changed while its papers were printed. Print them again.")


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
    progress: Progress = lambda share, doing: None, processes: int | None = None,
) -> Printed:
    """The papers of some kinds (``TITLES``). ``year`` is that of the report, where it is among them. The bytes are the
    same whatever the number of ``processes``: 0 is this one alone, None as many as are worth it.

    Raises UsageError for no kind, one that is not known or that the subject does not have, or a report without a year,
    and what each pen raises, PressLost, Meanwhile; then nothing is printed.
    """
    chosen, today, now = _chosen(desk, subject, kinds, year), desk.today(), desk.now()
    if processes is None:
        processes = presses.worth(chosen, _parcels(desk, subject)) if desk.address else 0
    if processes:
        order = presses.Order(str(desk.address), desk.who, today, now, subject, page, year)
        made = presses.printed_by(min(processes, len(chosen)), order, chosen, progress)
    else:
        made = _printed_here(Papers(held(desk, today, now), subject, page, year), chosen, progress)
    progress(1.0, Text(N_("Done.")))
    title, run_hash = made[chosen[0]][1]
    if any(named != (title, run_hash) for _, named in made.values()):
        raise Meanwhile
    return Printed({name: data for kind in chosen for name, data in made[kind][0].items()}, title, run_hash, page)


def _printed_here(
    papers: Papers, chosen: Sequence[str], progress: Progress
) -> dict[str, presses.Sheaf]:
    made: dict[str, presses.Sheaf] = {}
    for done, kind in enumerate(chosen):
        def within(share: float, doing: Text, before: int = done) -> None:
            progress((before + min(share, 1.0)) / len(chosen), doing)

        made[kind] = dict(papers.of(kind, within)), papers.named
    return made


def held(desk: Desk, today: date, now: datetime) -> Desk:
    """The same desk with its clock held: all that is made with it is of one moment."""
    other = copy(desk)
    other.today, other.now = lambda: today, lambda: now
    return other


def _parcels(desk: Desk, subject: Subject) -> int:
    """How many parcels the books of a subject may have."""
    if subject.case is not None:
        return 1
    if subject.scenario is not None:
        return len(scenarios.source(desk, subject.scenario).tables.get("project", ()))
    return sum(info.features for info in desk.store.layers() if info.role == "parcels")


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


def document(printed: Printed, say: Callable[[str], str]) -> dict[str, Any]:
    """What was printed, as `planner export meeting` says it."""
    return {"subject": printed.subject.say(say), "run_hash": printed.run_hash, "files": printed.rows}
