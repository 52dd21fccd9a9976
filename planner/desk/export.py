"""Paper and files out of a case or of the whole workspace."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.desk.export_parcels import export_parcels
from planner.desk.meeting import case_sheet, scenario_sheet
from planner.desk.opening import parcel_from_file, project_from_file
from planner.energy.project import Project
from planner.errors import FileMissing, UsageError
from planner.formats.table_heads import choices, heads
from planner.formats.write_parcels import KINDS as PARCEL_KINDS
from planner.formats.zips import opened
from planner.sheets.pens import draw
from planner.sheets.voice import voice_in
from planner.sheets.workbook import empty_xlsx
from planner.text import N_, Text

ENDINGS = {"sheet": (".pdf", ".png", ".svg"), "web": (".html",), "workbook": (".xlsx",),
           "deck": (".pptx",), "opinion": (".docx",), "layers": (".gpkg",)}
MEETING = ("workbook", "deck", "opinion")  # what prints more of a case than its map: it can be of a scenario too
WITH_TEMPLATE = ("deck", "opinion")
TEMPLATE_ROLES = ("projects", "quotas")
PAPERS = ("A4", "A3")


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
    lang: str = "zh",
    paper: str = "A3",
    scale: int | None = None,
    scenario: str | None = None,
    template: Path | None = None,
    role: str | None = None,
) -> Path:
    """`planner export`: of a parcel's file, of a case of the workspace, of a scenario, or (web map and parcels) of the
    whole workspace; with ``role`` an empty workbook to be filled in and imported.

    Raises UsageError when two of them are named, or none where one is needed.
    """
    if parcel is not None and case_id is not None:
        raise UsageError(problem=Text(N_("name either --parcel or --case, not both")))
    if role is not None:
        return empty_table(kind, role, out, lang)
    refuse_template(kind, template)
    if scenario is not None:
        if kind not in MEETING or parcel is not None or case_id is not None:
            raise UsageError(problem=Text(N_("--scenario is printed as {known}, without --parcel and --case"),
                                          known=", ".join(MEETING)))
        refuse_kind(kind, out, paper, scale)
        made = scenario_sheet(desk, scenario, park=park, lang=lang)
        return draw(made, out, paper=paper, scale=scale, template=template)
    if kind in PARCEL_KINDS:
        day = on or date.today()
        return export_parcels(desk, kind, out, on=day, parcel=parcel, case_id=case_id, id=id, crs=crs)
    if parcel is None and case_id is None:
        if kind in MEETING:
            said = N_("{kind} is of a case or of a scenario: name --parcel, --case or --scenario")
            raise UsageError(problem=Text(said, kind=kind))
        if kind == "sheet":
            raise UsageError(problem=Text(N_("a sheet shows one case: name it with --parcel or --case")))
        refuse_kind(kind, out, paper, scale)
        return draw(desk.workspace_sheet(lang=lang), out, paper=paper, scale=scale)
    plan = project_from_file(project) if project else None
    shape = parcel_from_file(parcel, id=id, crs=crs) if parcel is not None else desk.case_parcel(str(case_id))
    case = desk.look(shape, on=on or (plan.on if plan else None), project=plan, park=park)
    return export_case(
        desk, case, kind, out, project=plan, lang=lang, paper=paper, scale=scale, template=template)


def export_case(
    desk: Desk, case: Case, kind: str, out: Path, *, project: Project | None = None, lang: str = "zh",
    paper: str = "A3", scale: int | None = None, template: Path | None = None,
) -> Path:
    """A case as a sheet (PDF, PNG, SVG), a web map (one HTML file) or one of the ``MEETING`` papers; ``project`` is
    the one it was looked at with.

    Raises UsageError for a kind, ending, paper or scale that cannot be made.
    """
    refuse_kind(kind, out, paper, scale)
    made = case_sheet(desk, case, project=project, lang=lang, paper=paper, scale=scale) if kind in MEETING else \
        desk.sheet(case, lang=lang, paper=paper, scale=scale)
    return draw(made, out, paper=paper, scale=scale, template=template)


def empty_table(kind: str, role: str, out: Path, lang: str) -> Path:
    """An empty workbook with the headings that `planner import --role` takes, or the opinion's template for an office
    to begin its own from. Raises UsageError."""
    if kind == "opinion" and role == "template":
        from planner.sheets.opinion import blank

        refuse_kind(kind, out, PAPERS[0], None)
        out.write_bytes(blank(voice_in(lang)))
        return out
    if kind != "workbook" or role not in TEMPLATE_ROLES:
        said = N_("--role is for what is filled in: workbook with {known}, opinion with template")
        raise UsageError(problem=Text(said, known=", ".join(TEMPLATE_ROLES)))
    refuse_kind(kind, out, PAPERS[0], None)
    out.write_bytes(empty_xlsx(heads(role), choices(role), title=role))
    return out


def refuse_template(kind: str, template: Path | None) -> None:
    """Raises UsageError for a template that the kind does not take, and what a damaged or bursting file raises."""
    if template is None:
        return
    if kind not in WITH_TEMPLATE:
        raise UsageError(problem=Text(N_("--template is for {known}"), known=", ".join(WITH_TEMPLATE)))
    if not template.is_file():
        raise FileMissing(file=template.name, reason=Text(N_("there is no such file")))
    if template.suffix.lower() not in ENDINGS[kind]:
        raise UsageError(problem=Text(N_("--template {path}: the ending for {kind} is one of {known}"),
                                      path=template.name, kind=kind, known=", ".join(ENDINGS[kind])))
    with opened(template):  # every member measured before a library unpacks it
        pass


def refuse_kind(kind: str, out: Path, paper: str, scale: int | None) -> None:
    """Raises UsageError for a kind, ending, paper or scale that cannot be made."""
    if kind not in ENDINGS:
        known = ", ".join([*ENDINGS, *PARCEL_KINDS])
        raise UsageError(problem=Text(N_("export {kind}: use one of {known}"), kind=kind, known=known))
    if out.suffix.lower() not in ENDINGS[kind]:
        raise UsageError(
            problem=Text(
                N_("--out {path}: the ending for {kind} is one of {known}"),
                path=str(out),
                kind=kind,
                known=", ".join(ENDINGS[kind]),
            )
        )
    if paper not in PAPERS:
        raise UsageError(problem=Text(N_("--paper {word}: use one of {known}"), word=paper, known=", ".join(PAPERS)))
    if scale is not None and scale < 1:
        raise UsageError(problem=Text(N_("--scale {scale}: write the denominator, e.g. 2000 for 1:2000"), scale=scale))


def export_bytes(
    desk: Desk, case: Case, ending: str, *, project: Project | None = None, lang: str = "zh", paper: str = "A3",
    scale: int | None = None,
) -> bytes:
    """The same as bytes, for a download: ``ending`` is one of ``ENDINGS``."""
    kind = next((kind for kind, endings in ENDINGS.items() if ending in endings), ending)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{ending}"
        made = export_case(desk, case, kind, path, project=project, lang=lang, paper=paper, scale=scale)
        return made.read_bytes()
