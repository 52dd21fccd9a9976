"""What a meeting takes along: the papers that were chosen, all of one subject, one page and one moment, in one archive.

A paper that the subject does not have is said with its reason; nothing is left out without a word. Books of many
parcels are printed in processes of their own (``planner.desk.presses``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.desk import presses, scenarios
from planner.desk.authority import ANYWHERE, needs
from planner.desk.export import MEETING, PLAIN
from planner.desk.opening import parcel_from_file, project_from_file
from planner.desk.pack import Progress
from planner.desk.page import Page
from planner.desk.papers import ALL_FIT, ATLASES, OF_LAND, TITLES, Papers, Subject, held
from planner.errors import StoreRefused, UsageError
from planner.formats.packs import archive
from planner.formats.seals import digest
from planner.people import Role
from planner.text import N_, Text
from planner.verdict import Verdict

if TYPE_CHECKING:
    from planner.desk.desk import Desk

CONTENTS = "contents.json"
ONE_PARCEL = N_("it shows the boundary of one parcel: choose a parcel or a case")
MANY_PARCELS = N_("it is of several parcels: choose a scenario or the whole workspace")
ONLY_LAND = N_("it shows land: choose a parcel, a case or the whole workspace")
NO_PACK = N_("a pack proves one case or one scenario")
NO_PROJECT = N_("no project is named that could be refused")
NO_QUEUE = N_("the queue holds no project")


class Meanwhile(StoreRefused):
    """The papers of one archive would not say the same."""

    code = "E_CHANGED"
    sentence = N_("The workspace was changed while its papers were printed. Print them again.")


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


def document(printed: Printed, say: Callable[[str], str]) -> dict[str, Any]:
    """What was printed, as `planner export meeting` says it."""
    return {"subject": printed.subject.say(say), "run_hash": printed.run_hash, "files": printed.rows}
