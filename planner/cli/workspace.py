"""Commands about the workspace: demo, init, app, export, backup, restore, move, doctor."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import address, call, checked, day, desk
from planner.cli.frame import Answer, call_key, note, read_bytes, run, who
from planner.errors import UsageError
from planner.text import N_, Text


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    for command in (demo, init, export, backup, restore, move, doctor):
        app.command()(command)
    app.command("app")(start_app)


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder for workspace.gpkg.")] = Path("demo"),
    actor: opt.Actor = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Make DIR/workspace.gpkg with the illustrative Haikou demo."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.workspace import make_demo

        checked(made, lang)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "workspace.gpkg"
        note(made.say(N_("Building the illustrative demo ...")))
        opened = make_demo(str(path), actor=who(actor), on=date.today())
        document = {
            "workspace": str(path),
            "layers": len(opened.layers()),
            "entries": len(opened.entries()),
            "projects": len(opened.projects()),
            "illustrative": True,
        }
        opened.close()
        how = made.say(N_("Open it with: planner app --workspace {path}")).format(path=path)
        said = made.say(N_("{path}: {layers} layers, {entries} entries, {projects} projects"))
        return Answer(
            document, [said.format(path=path, **{k: document[k] for k in ("layers", "entries", "projects")}), how]
        )

    return run(made, work)


def init(
    workspace: opt.Workspace = None,
    park: Annotated[Path | None, typer.Option("--park", help="File with the park's boundary.")] = None,
    crs: opt.Crs = None,
    energy_basis: Annotated[str, typer.Option("--energy-basis", help="calorific, equal or unknown.")] = "unknown",
    actor: opt.Actor = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """An empty workspace."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from hashlib import sha256

        from planner.desk.importing import Request
        from planner.desk.workspace import begin

        checked(made, lang)
        parks = None
        if park is not None:
            parks = Request(
                path=park,
                role="parks",
                actor=who(actor),
                key=call_key(None, "init", files=(park,)),
                crs=crs,
                sha256=sha256(read_bytes(park)).hexdigest(),
                name="parks",
                say=made.say,
            )
        opened = begin(address(workspace), energy_basis=energy_basis, parks=parks)
        where = opened.store.where
        opened.close()
        return Answer({"workspace": where, "energy_basis": energy_basis}, [where])

    return run(made, work)


def start_app(
    workspace: opt.Workspace = None,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 8501,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Start the app on the workspace and print its address."""
    made = call(False, lang, debug)

    def work() -> Answer:
        from planner.desk.serving import serve

        checked(made, lang)
        serve(address(workspace), port)
        return Answer({})

    return run(made, work)


def export(
    kind: Annotated[
        str,
        typer.Argument(
            help="sheet (PDF, PNG, SVG), web (one HTML file), deck (PPTX), opinion (DOCX), workbook (XLSX), layers "
            "(GeoPackage with QGIS styles), pack (ZIP that proves itself); parcels as txt, dxf, dxf-gbk, shapefile, "
            "points-xlsx, points-csv, geojson, topojson, geopackage, flatgeobuf, geoparquet, kml or kmz; "
            "certificate (DOCX): why the --project of a --scenario does not fit; year (DOCX, JSON): the park's "
            "report of a --year."
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
    workspace: opt.Workspace = None,
    paper: Annotated[str, typer.Option("--paper", help="A4 or A3.")] = "A3",
    scale: Annotated[
        int | None, typer.Option("--scale", help="Denominator, e.g. 2000; default the roomiest that fits.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="A scenario file, or a saved one; in place of a case.")
    ] = None,
    role: Annotated[
        str | None,
        typer.Option("--role", help="To fill in: workbook with projects or quotas, opinion with template."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="The office's own PPTX or DOCX, for deck or opinion.")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="The year of a report.", min=1900, max=2200)] = None,
    json: opt.Json = False,
    lang: opt.PageLang = None,
    debug: opt.Debug = False,
) -> int:
    """A case or a scenario on paper and as files for Office; parcels as files of others; the whole workspace."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.export import export_any

        checked(made, None if lang == "both" else lang)
        if kind == "pack":
            from planner.desk.export_pack import contents, export_pack

            at = desk(workspace) if workspace or scenario is None else None
            export_pack(
                at, out, progress=lambda share, doing: note(f"{share:4.0%} {doing.say(made.say)}"), parcel=parcel,
                case_id=case, scenario=Path(scenario) if scenario else None, id=id, project=project, park=park,
                on=day(on), crs=crs, lang="both" if lang == "both" else made.lang, paper=paper, scale=scale,
            )
            document = {"kind": kind, "path": str(out), "bytes": out.stat().st_size, **contents(out.read_bytes())}
            lines = [f"{row['bytes']:>12,}  {row['name']}" for row in document["members"]]
            return Answer(document, [*lines, f"{document['path']}  {document['run_hash']}"])
        if kind == "year":
            from planner.desk.year_report import export_year, run_hash

            found = export_year(desk(workspace), out, year=year, park=park,
                                lang="both" if lang == "both" else made.lang)
            document = {"kind": kind, "path": str(out), "bytes": out.stat().st_size, "run_hash": run_hash(found)}
            return Answer(document, [f"{out}  {document['run_hash']}"])
        if kind == "certificate":
            written = stated(scenario, str(project or ""), out, workspace, park, lang or made.lang)
            return Answer({"kind": kind, "path": str(written), "bytes": written.stat().st_size}, [str(written)])
        opened = desk(workspace)
        path = export_any(
            opened,
            kind,
            out,
            parcel=parcel,
            case_id=case,
            id=id,
            project=project,
            park=park,
            on=day(on),
            crs=crs,
            lang="both" if lang == "both" else made.lang,
            paper=paper,
            scale=scale,
            scenario=scenario,
            role=role,
            template=template,
        )
        return Answer({"kind": kind, "path": str(path), "bytes": path.stat().st_size}, [str(path)])

    return run(made, work)


def stated(
    scenario: str | None, project: str, out: Path, workspace: str | None, park: str | None, lang: str
) -> Path:
    """A certificate; a scenario is judged against a workspace only where one is named, as by `simulate`."""
    from planner.desk.certificate import export_certificate
    from planner.desk.queue import asked_of_path

    if scenario is None or not project:
        raise UsageError(problem=Text(N_("a certificate states one project of a scenario: give --scenario FILE and "
                                         "--project ID")))
    asked = asked_of_path(desk(workspace) if workspace else None, Path(scenario), park=park)
    return export_certificate(asked, project, out, lang=lang, printed_at=datetime.now())


def backup(
    path: Annotated[Path, typer.Argument(help="Where the copy goes.")],
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A consistent copy of the workspace, checked; also while others work in it."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        opened = desk(workspace)
        opened.backup(path)
        return Answer({"path": str(path), "bytes": path.stat().st_size, "head": opened.store.head()}, [str(path)])

    return run(made, work)


def restore(
    path: Annotated[Path, typer.Argument(help="A copy made by backup.")],
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A workspace again from a backup, checked; nothing that is there is overwritten."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.workspace import restore

        checked(made, lang)
        document = restore(path, address(workspace))
        return Answer(document, [document["workspace"]])

    return run(made, work)


def move(
    to: Annotated[str, typer.Argument(help="Where it goes: a new .gpkg, or postgresql://user@host/database.")],
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Take the workspace from file to database or back, compared and checked; the old one is then only read."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.workspace import move

        checked(made, lang)
        document = move(desk(workspace), to)
        return Answer(document, [f"{document['from']} -> {document['workspace']}"])

    return run(made, work)


def doctor(
    workspace: Annotated[str | None, typer.Option("--workspace", help="Look at this workspace too.")] = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What is ready and what is not: fonts, offline assets, tables, store. Exit 3 when something is not."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.doctor import examine

        checked(made, lang)
        rows = examine(workspace)
        document = [{"what": row.what, "ok": row.ok, "detail": row.detail.say(made.say)} for row in rows]
        return Answer(
            {"ok": all(row.ok for row in rows), "checks": document},
            [f"{'+' if row['ok'] else '-'} {row['what']}: {row['detail']}" for row in document],
            not_right=not all(row.ok for row in rows),
        )

    return run(made, work)
