"""Commands about what leaves the house: export, and the templates an office begins its own from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Call, PageCall, day
from planner.cli.frame import Answer, note, verbs
from planner.errors import UsageError
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.desk.page import Page

PARCEL_SHEET, ATLASES = "parcel-sheet", ("atlas", "parcel-atlas")
FOR_TEMPLATE = {"deck": "deck", "opinion": "opinion", "certificate": "letter", "year": "letter"}


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, export, templates)


@dataclass(frozen=True, kw_only=True)
class Printing(AtDesk, PageCall):
    """A call that makes pages as the page of the meeting does, by the same choices, and says how far it is."""

    paper: Annotated[
        str | None, typer.Option("--paper", help="A4, A3, A2 or A1; default A3, of parcel sheets A4.")
    ] = None
    scale: Annotated[
        int | None, typer.Option("--scale", help="Denominator, e.g. 2000; default the roomiest that fits.")
    ] = None
    centre: Annotated[
        str | None, typer.Option("--centre", help="Middle of the map: LON,LAT in degrees; default that of the parcel.")
    ] = None
    extent: Annotated[
        str | None,
        typer.Option("--extent", help="What the map shows: WEST,SOUTH,EAST,NORTH in degrees, at the scale that fits."),
    ] = None
    template: Annotated[
        Path | None, typer.Option("--template", help="The office's own PPTX or DOCX, for what is exported.")
    ] = None
    template_folder: Annotated[
        Path | None,
        typer.Option("--template-folder", help="The office's own deck.pptx, opinion.docx, letter.docx and logo.png."),
    ] = None
    logo: Annotated[Path | None, typer.Option("--logo", help="The office's own sign, PNG or JPEG.")] = None
    office: Annotated[str, typer.Option("--office", help="Title block: the office.")] = ""
    maker: Annotated[str, typer.Option("--maker", help="Title block: who drew.")] = ""
    checker: Annotated[str, typer.Option("--checker", help="Title block: who checked.")] = ""
    approver: Annotated[str, typer.Option("--approver", help="Title block: who approved.")] = ""
    classification: Annotated[
        str, typer.Option("--classification", help="Title block: class of secrecy; default internal.")
    ] = ""
    review_number: Annotated[str, typer.Option("--review-number", help="Title block: map review number.")] = ""
    sheet_number: Annotated[
        str, typer.Option("--sheet-number", help="Title block: national map sheet; default as computed.")
    ] = ""

    def page(self, kind: str) -> Page:
        """The choices of the page. Raises UsageError, PaperUnknown, TemplateFolderWrong, LogoWrong."""
        from planner.desk.export import refuse_template
        from planner.desk.page import FIELDS, Page, title_block
        from planner.desk.templates import from_folder, logo_file
        from planner.sheets.office import Templates

        own, picture = from_folder(self.template_folder) if self.template_folder else (Templates(), None)
        if self.template is not None:
            refuse_template(kind, self.template)
            own = replace(own, **{FOR_TEMPLATE[kind]: self.template})
        picture = logo_file(self.logo) if self.logo else picture
        block = title_block({name: getattr(self, name) for name in FIELDS}, picture)
        paper = self.paper or ("A4" if kind in (PARCEL_SHEET, "parcel-atlas") else "A3")
        return Page("both" if self.lang == "both" else self.language, paper.upper(), self.scale, block=block,
                    templates=own)

    def placed(self, page: Page, settings: Mapping[str, str]) -> Page:
        """The page with its map where it was asked for. Raises PlaceUnreadable, UsageError."""
        from planner.desk.desk import DEFAULT_PLANE_CRS, PLANE_CRS
        from planner.desk.page import around, centre_of

        if self.centre is not None and self.extent is not None:
            raise UsageError(problem=Text(N_("name either --centre or --extent, not both")))
        if self.centre is not None:
            return replace(page, centre=centre_of(self.centre))
        if self.extent is None:
            return page
        middle, scale = around(self.extent, page.paper, settings.get(PLANE_CRS, DEFAULT_PLANE_CRS))
        return replace(page, centre=middle, scale=page.scale or scale)

    def progress(self, share: float, doing: Text) -> None:
        note(f"{share:4.0%} {doing.say(self.say)}")


def export(
    call: Printing,
    kind: Annotated[
        str,
        typer.Argument(
            help="sheet (PDF, PNG, SVG), web (one HTML file), deck (PPTX), opinion (DOCX), workbook (XLSX), layers "
            "(GeoPackage with QGIS styles), pack (ZIP that proves itself); parcels as txt, dxf, dxf-gbk, shapefile, "
            "points-xlsx, points-csv, geojson, topojson, geopackage, flatgeobuf, geoparquet, kml or kmz; "
            "certificate (DOCX): why the --project of a --scenario does not fit; year (DOCX, XLSX, JSON): the park's "
            "report of a --year; meeting (ZIP): all that --print names, together; parcel-sheet (PDF, PNG, SVG): the "
            "boundary with numbered points and their coordinates; atlas (PDF): an index and a sheet of each parcel of "
            "a file, a scenario or the workspace; parcel-atlas (PDF): the same with the parcel sheet of each."
        ),
    ],
    out: opt.Out,
    parcel: Annotated[Path | None, typer.Option("--parcel", help="File with the parcel.")] = None,
    case: Annotated[str | None, typer.Option("--case", help="A case of the workspace.")] = None,
    id: opt.Id = None,
    project: Annotated[
        Path | None, typer.Option("--project", help="TOML file of one project; for a certificate, its id.")
    ] = None,
    park: opt.Park = None,
    on: opt.On = None,
    crs: opt.Crs = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="A scenario file, or a saved one; in place of a case.")
    ] = None,
    role: Annotated[
        str | None,
        typer.Option("--role", help="To fill in: workbook with projects or quotas, opinion with template."),
    ] = None,
    papers: Annotated[
        str,
        typer.Option("--print", help="For meeting, of these: sheet,parcel-sheet,atlas,parcel-atlas,deck,opinion,"
                     "certificate,workbook,web,layers,pack,year."),
    ] = "sheet,deck,opinion,workbook",
    year: Annotated[int | None, typer.Option("--year", help="The year of a report.", min=1900, max=2200)] = None,
) -> Answer:
    """A case or a scenario on paper and as files for Office; parcels as files of others; the whole workspace."""
    from planner.desk.export import export_any

    page = call.page(kind)
    named: dict[str, Any] = {"parcel": parcel, "case_id": case, "id": id, "project": project, "park": park,
                             "on": day(on), "crs": crs}
    if kind == "certificate" and case is None and parcel is None:
        return _written(kind, _stated(call, scenario, str(project or ""), out, park, page))
    if kind == "pack":
        return _pack(call, out, scenario, page, named)
    if kind in (PARCEL_SHEET, *ATLASES):
        if call.centre is not None or call.extent is not None:
            raise UsageError(problem=Text(N_("{kind}: a page lies around its parcel; leave out --centre and "
                                             "--extent"), kind=kind))
        return _parcels(call, kind, out, scenario, page, named)
    page = call.placed(page, call.desk.settings())
    if kind == "year":
        from planner.desk.year_report import export_year, run_hash

        found = export_year(call.desk, out, year=year, park=park, page=page)
        return _written(kind, out, run_hash=run_hash(found))
    if kind in ("meeting", "certificate"):
        wanted = papers if kind == "meeting" else kind
        return _meeting(call, kind, out, wanted, scenario, year, page, named)
    files = export_any(call.desk, kind, out, scenario=scenario, page=page, role=role, **named)
    return _files(kind, files) if len(files) > 1 else _written(kind, files[0])


def _written(kind: str, path: Path, **more: str) -> Answer:
    document = {"kind": kind, "path": str(path), "bytes": path.stat().st_size, **more}
    return Answer(document, ["  ".join([str(path), *more.values()])])


def _files(kind: str, files: Sequence[Path]) -> Answer:
    """Several pages, each a picture: the first by itself, and all of them."""
    rows = [{"path": str(file), "bytes": file.stat().st_size} for file in files]
    return Answer({"kind": kind, **rows[0], "files": rows}, [str(file) for file in files])


def _pack(
    call: Printing, out: Path, scenario: str | None, page: Page, named: dict[str, Any]
) -> Answer:
    from planner.desk.export_pack import contents, export_pack

    at = call.desk if call.workspace or scenario is None else None
    page = call.placed(page, at.settings() if at is not None else {})
    export_pack(at, out, progress=call.progress, scenario=Path(scenario) if scenario else None, page=page, **named)
    document = {"kind": "pack", "path": str(out), "bytes": out.stat().st_size, **contents(out.read_bytes())}
    lines = [f"{row['bytes']:>12,}  {row['name']}" for row in document["members"]]
    return Answer(document, [*lines, f"{document['path']}  {document['run_hash']}"])


def _parcels(
    call: Printing, kind: str, out: Path, scenario: str | None, page: Page, named: dict[str, Any]
) -> Answer:
    """The boundary of one parcel, or many parcels in one book."""
    from planner.desk.atlas import cases_of, export_atlas
    from planner.desk.parcel_paper import export_parcel_sheet

    if kind == PARCEL_SHEET:
        if scenario is not None:
            raise UsageError(problem=Text(N_("a parcel sheet is of one parcel: name it with --parcel, --case or --id")))
        what = {key: named[key] for key in ("parcel", "case_id", "id", "crs")}
        return _files(kind, export_parcel_sheet(call.desk, out, page=page, **what))
    if named["case_id"] is not None or named["id"] is not None:
        raise UsageError(problem=Text(N_("an atlas is of a --parcel file, of a --scenario, or of the whole workspace")))
    cases = cases_of(call.desk, parcel=named["parcel"], scenario=scenario, park=named["park"], on=named["on"],
                     crs=named["crs"], progress=call.progress)
    written = export_atlas(call.desk, out, cases, kind=kind, page=page, progress=call.progress)
    document = {"kind": kind, "path": str(written), "bytes": written.stat().st_size, "parcels": len(cases)}
    return Answer(document, [str(written)])


def _meeting(
    call: Printing, kind: str, out: Path, papers: str, scenario: str | None, year: int | None, page: Page,
    named: dict[str, Any],
) -> Answer:
    """All the papers of one subject in one archive, or one statement by itself."""
    from planner.desk.meeting_papers import document, print_for_meeting, subject_of

    ending = ".zip" if kind == "meeting" else ".docx"
    if out.suffix.lower() != ending:
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind=kind, known=ending))
    subject = subject_of(call.desk, scenario=scenario, **named)
    kinds = [word.strip() for word in papers.split(",") if word.strip()]
    printed = print_for_meeting(call.desk, subject, kinds, page=page, year=year, progress=call.progress)
    out.write_bytes(printed.archive(call.say) if kind == "meeting" else next(iter(printed.files.values())))
    lines = [f"{row['bytes']:>12,}  {row['name']}" for row in printed.rows]
    made = {"kind": kind, "path": str(out), "bytes": out.stat().st_size, **document(printed, call.say)}
    return Answer(made, [*lines, f"{out}  {printed.run_hash}"])


def _stated(
    call: Printing, scenario: str | None, project: str, out: Path, park: str | None, page: Page
) -> Path:
    """A certificate; a scenario is judged against a workspace only where one is named, as by `simulate`."""
    from planner.desk.certificate import export_certificate
    from planner.desk.queue import asked_of_path

    if scenario is None or not project:
        raise UsageError(problem=Text(N_("a certificate states one project of a scenario: give --scenario FILE and "
                                         "--project ID")))
    asked = asked_of_path(call.desk if call.workspace else None, Path(scenario), park=park)
    return export_certificate(asked, project, out, page=page, printed_at=datetime.now())


def templates(call: Call, folder: Annotated[Path, typer.Argument(help="The folder to write them into.")]) -> Answer:
    """Write out the templates at hand (deck, opinion, letter) for the office to edit; use them by --template-folder."""
    from planner.desk.templates import write_defaults

    rows = write_defaults(folder, call.language)
    return Answer({"folder": str(folder), "files": rows}, [f"{folder / row['file']}" for row in rows])
