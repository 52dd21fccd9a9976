"""Paper and files out of a case or of the whole workspace."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.desk.export_parcels import export_parcels
from planner.desk.opening import parcel_from_file, project_from_file
from planner.errors import UsageError
from planner.formats.write_parcels import KINDS as PARCEL_KINDS
from planner.sheets.pens import draw
from planner.text import N_, Text

ENDINGS = {"sheet": (".pdf", ".png", ".svg"), "web": (".html",)}
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
) -> Path:
    """`planner export`: of a parcel's file, of a case of the workspace, or (all but the sheet) of the whole workspace.

    Raises UsageError when two of them are named, or none for a sheet.
    """
    if parcel is not None and case_id is not None:
        raise UsageError(problem=Text(N_("name either --parcel or --case, not both")))
    if kind in PARCEL_KINDS:
        day = on or date.today()
        return export_parcels(desk, kind, out, on=day, parcel=parcel, case_id=case_id, id=id, crs=crs)
    if parcel is None and case_id is None:
        if kind != "web":
            raise UsageError(problem=Text(N_("a sheet shows one case: name it with --parcel or --case")))
        refuse_kind(kind, out, paper, scale)
        return draw(desk.workspace_sheet(lang=lang), out, paper=paper, scale=scale)
    plan = project_from_file(project) if project else None
    shape = parcel_from_file(parcel, id=id, crs=crs) if parcel is not None else desk.case_parcel(str(case_id))
    case = desk.look(shape, on=on or (plan.on if plan else None), project=plan, park=park)
    return export_case(desk, case, kind, out, lang=lang, paper=paper, scale=scale)


def export_case(
    desk: Desk, case: Case, kind: str, out: Path, *, lang: str = "zh", paper: str = "A3", scale: int | None = None
) -> Path:
    """The sheet (PDF, PNG, SVG) or the web map (one HTML file) of a case.

    Raises UsageError for a kind, ending, paper or scale that cannot be made.
    """
    refuse_kind(kind, out, paper, scale)
    return draw(desk.sheet(case, lang=lang, paper=paper, scale=scale), out, paper=paper, scale=scale)


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
    desk: Desk, case: Case, ending: str, *, lang: str = "zh", paper: str = "A3", scale: int | None = None
) -> bytes:
    """The same as bytes, for a download: ``ending`` is .pdf, .png, .svg or .html."""
    kind = next((kind for kind, endings in ENDINGS.items() if ending in endings), ending)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{ending}"
        return export_case(desk, case, kind, path, lang=lang, paper=paper, scale=scale).read_bytes()
