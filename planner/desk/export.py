"""Paper and files out of a case or of the whole workspace."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.desk.export_parcels import export_parcels
from planner.desk.meeting import PLAIN, case_sheet
from planner.desk.meeting_queue import kept_sheet, scenario_sheet
from planner.desk.opening import parcel_from_file, project_from_file
from planner.desk.page import Page
from planner.desk.templates import measured
from planner.energy.project import Project
from planner.errors import FileMissing, UsageError
from planner.formats.table_heads import choices, heads
from planner.formats.write_parcels import KINDS as PARCEL_KINDS
from planner.sheets.pens import drawn as by_pen
from planner.sheets.sheet import Sheet
from planner.sheets.voice import voice_in
from planner.sheets.workbook import empty_xlsx
from planner.text import N_, Text

ENDINGS = {"sheet": (".pdf", ".png", ".svg"), "web": (".html",), "workbook": (".xlsx",),
           "deck": (".pptx",), "opinion": (".docx",), "layers": (".gpkg",)}
MEETING = ("workbook", "deck", "opinion")  # what prints more of a case than its map: it can be of a queue too
TEMPLATES = {"deck": (".pptx",), "opinion": (".docx",), "certificate": (".docx",), "year": (".docx",)}
TEMPLATE_ROLES = ("projects", "quotas")
# Kinds that are not of one sheet.
OTHERS = ("parcel-sheet", "atlas", "parcel-atlas", "certificate", "year", "pack", "meeting")


def export_any(
    desk: Desk,
    kind: str,
    out: Path,
    *,
    parcel: Path | None = None,
    case_id: str | None = None,
    id: str | None = None,
    project: Path | None = None,
    park: str | None = None,
    on: date | None = None,
    crs: str | None = None,
    scenario: str | None = None,
    page: Page = PLAIN,
    role: str | None = None,
) -> list[Path]:
    """`planner export`: of a parcel's file, of a case of the workspace, of a scenario, or of the whole workspace (its
    map, its layers, its parcels, and its queue as it is kept); with ``role`` an empty workbook to be filled in and
    imported. Returns the files: one, or of several pages as pictures one each.

    Raises UsageError when two of them are named.
    """
    if parcel is not None and case_id is not None:
        raise UsageError(problem=Text(N_("name either --parcel or --case, not both")))
    if role is not None:
        return [empty_table(kind, role, out, page.lang)]
    if scenario is not None:
        if kind not in MEETING or parcel is not None or case_id is not None:
            raise UsageError(problem=Text(N_("--scenario is printed as {known}, without --parcel and --case"),
                                          known=", ".join(MEETING)))
        refuse_kind(kind, out)
        return drawn(scenario_sheet(desk, scenario, park=park, page=page), kind, out, page)
    if kind in PARCEL_KINDS:
        day = on or date.today()
        return [export_parcels(desk, kind, out, on=day, parcel=parcel, case_id=case_id, id=id, crs=crs)]
    if parcel is None and case_id is None:
        refuse_kind(kind, out)
        made = kept_sheet(desk, park=park, page=page) if kind in MEETING else workspace_page(desk, page)
        return drawn(made, kind, out, page)
    plan = project_from_file(project) if project else None
    if case_id is not None and plan is None and on is None:
        return export_case(desk, desk.case_seen(case_id), kind, out, project=desk.case(case_id).project, page=page)
    shape = parcel_from_file(parcel, id=id, crs=crs) if parcel is not None else desk.case_parcel(str(case_id))
    case = desk.look(shape, on=on or (plan.on if plan else None), project=plan, park=park)
    return export_case(desk, case, kind, out, project=plan, page=page)


def export_case(
    desk: Desk, case: Case, kind: str, out: Path, *, project: Project | None = None, page: Page = PLAIN
) -> list[Path]:
    """A case as a sheet (PDF, PNG, SVG), a web map (one HTML file) or one of the ``MEETING`` papers; ``project`` is
    the one it was looked at with.

    Raises UsageError for a kind or ending that cannot be made.
    """
    refuse_kind(kind, out)
    return drawn(sheet_for(desk, case, kind, project=project, page=page), kind, out, page)


def sheet_for(desk: Desk, case: Case, kind: str, *, project: Project | None, page: Page) -> Sheet:
    """The sheet of a case as a kind of paper needs it: only what a meeting reads judges the queue again."""
    if kind in MEETING:
        return case_sheet(desk, case, project=project, page=page)
    return page.on(desk.sheet(case, lang=page.lang, paper=page.paper, scale=page.scale, centre=page.centre))


def workspace_page(desk: Desk, page: Page) -> Sheet:
    """The sheet of all layers, signed and framed."""
    return page.on(desk.workspace_sheet(lang=page.lang))


def drawn(sheet: Sheet, kind: str, out: Path, page: Page) -> list[Path]:
    """A sheet by the pen of its ending, on the office's own template where the kind has one."""
    return by_pen(sheet, out, paper=page.paper, scale=page.scale, template=getattr(page.templates, kind, None))


def empty_table(kind: str, role: str, out: Path, lang: str) -> Path:
    """An empty workbook with the headings that `planner import --role` takes, or the opinion's template for an office
    to begin its own from. Raises UsageError."""
    if kind == "opinion" and role == "template":
        from planner.sheets.opinion import blank

        refuse_kind(kind, out)
        out.write_bytes(blank(voice_in(lang)))
        return out
    if kind != "workbook" or role not in TEMPLATE_ROLES:
        said = N_("--role is for what is filled in: workbook with {known}, opinion with template")
        raise UsageError(problem=Text(said, known=", ".join(TEMPLATE_ROLES)))
    refuse_kind(kind, out)
    out.write_bytes(empty_xlsx(heads(role), choices(role), title=role))
    return out


def refuse_template(kind: str, template: Path) -> None:
    """Raises UsageError for a template that the kind does not take, and what a damaged or bursting file raises."""
    if kind not in TEMPLATES:
        raise UsageError(problem=Text(N_("--template is for {known}"), known=", ".join(TEMPLATES)))
    if not template.is_file():
        raise FileMissing(file=template.name, reason=Text(N_("there is no such file")))
    if template.suffix.lower() not in TEMPLATES[kind]:
        raise UsageError(problem=Text(N_("--template {path}: the ending for {kind} is one of {known}"),
                                      path=template.name, kind=kind, known=", ".join(TEMPLATES[kind])))
    measured(template)


def refuse_kind(kind: str, out: Path) -> None:
    """Raises UsageError for a kind or ending that cannot be made."""
    if kind not in ENDINGS:
        known = ", ".join([*ENDINGS, *OTHERS, *PARCEL_KINDS])
        raise UsageError(problem=Text(N_("export {kind}: use one of {known}"), kind=kind, known=known))
    if out.suffix.lower() not in ENDINGS[kind]:
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind=kind, known=", ".join(ENDINGS[kind])))


def export_bytes(
    desk: Desk, case: Case, ending: str, *, project: Project | None = None, page: Page = PLAIN
) -> bytes:
    """The same as bytes, for a download: ``ending`` is one of ``ENDINGS``."""
    kind = next((kind for kind, endings in ENDINGS.items() if ending in endings), ending)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{ending}"
        export_case(desk, case, kind, path, project=project, page=page)
        return path.read_bytes()
