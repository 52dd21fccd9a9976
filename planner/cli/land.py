"""Commands about land: measure, import, layers, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, call_key, note, pairs, read_bytes, run, who


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    app.command()(measure)
    app.command("import")(import_)
    app.command()(layers)
    app.command()(originals)
    app.command()(check)


def measure(
    file: Annotated[Path, typer.Argument(help="GeoJSON, TopoJSON, GeoPackage, zipped shapefile or land-approval TXT.")],
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    plane_crs: Annotated[str | None, typer.Option("--plane-crs", help="Plane system for the plane area.")] = None,
    layer: opt.FileLayer = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Areas of each feature: ellipsoidal, geodesic, plane, mu. Needs no workspace."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.measure import measure as measured

        checked(made, lang)
        document = measured(file, crs=crs, plane_crs=plane_crs, layer=layer, swap_axes=swap_axes, say=made.say)
        return Answer(document, [measured_line(row) for row in document["features"]])

    return run(made, work)


def measured_line(row: dict[str, Any]) -> str:
    plane = "" if row["plane_m2"] is None else f"  {row['plane_m2']:>16,.2f} m2 {row['plane_crs']}"
    return f"{row['id']:<20} {row['ellipsoid_m2']:>16,.2f} m2  {row['mu']:>12,.2f} mu  {row['ha']:>12,.4f} ha{plane}"


def import_(
    file: Annotated[Path, typer.Argument(help="The file to import.")],
    role: Annotated[str, typer.Option("--role", help="What the file is: parks, parcels, land_survey, quotas ...")],
    workspace: opt.Workspace = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the layer; default the file's stem.")] = None,
    layer: opt.FileLayer = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Text encoding of a shapefile.")] = None,
    map: Annotated[list[str] | None, typer.Option("--map", help="FIELD=COLUMN or FIELD==CONSTANT; repeatable.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Vintage of the data, YYYY-MM-DD.")] = None,
    source: Annotated[str, typer.Option("--source", help="Where the data come from.")] = "",
    coverage: Annotated[str | None, typer.Option("--coverage", help="FILE, bounds, hull, features or none.")] = None,
    keep_good: Annotated[bool, typer.Option("--keep-good", help="Store the good features, list the rest.")] = False,
    accept_repairs: Annotated[bool, typer.Option("--accept-repairs", help="Store repaired shapes.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the layer of that name.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; show columns, system, encoding, repairs, shift.")
    ] = False,
    park: opt.Park = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Put a layer or a table (quotas, projects) into the workspace: all of it or nothing."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from hashlib import sha256

        from planner.desk.importing import Request

        checked(made, lang)
        columns, constants = pairs(map or [])
        opened = desk(workspace)
        side = Path(coverage) if coverage and coverage not in ("bounds", "hull", "features", "none") else None
        request = Request(
            path=file,
            role=role,
            actor=who(actor),
            sha256=sha256(read_bytes(file)).hexdigest(),
            key=call_key(
                key,
                "import",
                role,
                name,
                layer,
                crs,
                encoding,
                map,
                as_of,
                source,
                coverage,
                keep_good,
                accept_repairs,
                replace,
                dry_run,
                park,
                # Replacing is a new request once something else stands there: A, then B, then A again.
                [(info.name, info.stamp) for info in opened.layers()] if replace else "",
                files=(file, side),
            ),
            name=name,
            layer=layer,
            crs=crs,
            swap_axes=swap_axes,
            encoding=encoding,
            columns=columns,
            constants=constants,
            as_of=day(as_of, "--as-of"),
            source=source,
            coverage=coverage,
            keep_good=keep_good,
            accept_repairs=accept_repairs,
            replace=replace,
            dry_run=dry_run,
            park=park,
            say=made.say,
        )
        note(str(file))
        document = opened.import_file(request)
        return Answer(
            document, [f"{document['status']}: {document['stored']}/{document['read']} -> {document['layer']}"]
        )

    return run(made, work)


def layers(
    workspace: opt.Workspace = None,
    schema: Annotated[str | None, typer.Option("--schema", help="Show the fields of a role instead.")] = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What the workspace holds, or the fields of a role."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        if schema is not None:
            from planner.formats.schema import schema_document

            fields = schema_document(schema, made.say)
            return Answer(fields, [f"{row['field']:<16} {row['type']:<10} {row['help']}" for row in fields])
        from planner.desk import documents

        rows = [documents.layer(info) for info in desk(workspace).layers()]
        return Answer(
            rows, [f"{row['role']:<20} {row['layer']:<24} {row['features']:>8}  {row['as_of'] or '-'}" for row in rows]
        )

    return run(made, work)


def originals(
    layer: Annotated[str | None, typer.Argument(help="The layer whose file is wanted; without it a list.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Path or folder that the file is handed out to.")] = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """The files that were imported, kept untouched with their hash: list them, or hand out that of a layer."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import originals as kept

        checked(made, lang)
        opened = desk(workspace)
        if layer is not None:
            paths = [str(path) for path in kept.hand_out(opened.store, layer, out or Path())]
            return Answer({"layer": layer, "paths": paths}, paths)
        rows = kept.originals(opened.store)
        return Answer(
            rows, [f"{row['sha256']}  {row['bytes']:>12,}  {row['file']}  {', '.join(row['layers'])}" for row in rows]
        )

    return run(made, work)


def check(
    file: Annotated[Path, typer.Argument(help="File with the parcel.")],
    workspace: opt.Workspace = None,
    id: opt.Id = None,
    project: opt.ProjectFile = None,
    park: opt.Park = None,
    on: opt.On = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    pieces: Annotated[Path | None, typer.Option("--pieces", help="Write the offending pieces as GeoJSON.")] = None,
    fail_on: opt.FailOn = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What a parcel takes, and which rules and quotas it meets or breaks."""
    made = call(json, lang, debug, fail_on)

    def work() -> Answer:
        from planner.admission.headline import headline
        from planner.desk import documents
        from planner.desk.opening import parcel_from_file, project_from_file
        from planner.formats.write import write_geojson

        checked(made, lang)
        parcel = parcel_from_file(file, id=id, crs=crs, swap_axes=swap_axes)
        plan = project_from_file(project) if project else None
        opened = desk(workspace)
        when = day(on) or (plan.on if plan else None)
        case = opened.look(parcel, on=when, project=plan, park=park)
        if pieces is not None:
            write_geojson(pieces, documents.pieces(case.findings, made.say))
        lines = [headline(case, opened.parameters).say(made.say)]
        lines += [f"  {finding.message.say(made.say)}" for finding in case.findings]
        return Answer(documents.check(case, made.say), lines, [case.verdict])

    return run(made, work)
