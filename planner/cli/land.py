"""Commands about land: measure, import, layers, check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Call, JudgingAtDesk, Writing, day, read_bytes
from planner.cli.frame import Answer, note, verbs
from planner.errors import UsageError
from planner.text import N_, Text


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, measure, import_, layers, originals, check)


def measure(
    call: Call,
    file: Annotated[Path, typer.Argument(help="GeoJSON, TopoJSON, GeoPackage, zipped shapefile or land-approval TXT.")],
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    plane_crs: Annotated[str | None, typer.Option("--plane-crs", help="Plane system for the plane area.")] = None,
    layer: opt.FileLayer = None,
) -> Answer:
    """Areas of each feature: ellipsoidal, geodesic, plane, mu. Needs no workspace."""
    from planner.desk.measure import measure as measured

    document = measured(file, crs=crs, plane_crs=plane_crs, layer=layer, swap_axes=swap_axes, say=call.say)
    return Answer(document, [measured_line(row) for row in document["features"]])


def measured_line(row: dict[str, Any]) -> str:
    plane = "" if row["plane_m2"] is None else f"  {row['plane_m2']:>16,.2f} m2 {row['plane_crs']}"
    return f"{row['id']:<20} {row['ellipsoid_m2']:>16,.2f} m2  {row['mu']:>12,.2f} mu  {row['ha']:>12,.4f} ha{plane}"


def import_(
    call: Writing,
    file: Annotated[Path, typer.Argument(help="The file to import.")],
    role: Annotated[str, typer.Option("--role", help="What the file is: parks, parcels, land_survey, quotas ...")],
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
) -> Answer:
    """Put a layer or a table (quotas, projects) into the workspace: all of it or nothing."""
    from hashlib import sha256

    from planner.desk.importing import Request

    columns, constants = pairs(map or [])
    at = call.desk
    side = Path(coverage) if coverage and coverage not in ("bounds", "hull", "features", "none") else None
    words = (role, name, layer, crs, encoding, map, as_of, source, coverage, keep_good, accept_repairs, replace,
             dry_run, park, *(["swap axes"] if swap_axes else []))
    # Replacing is a new request once something else stands there: A, then B, then A again.
    there = [(info.name, info.stamp) for info in at.layers()] if replace else ""
    request = Request(
        path=file, role=role, actor=call.who, sha256=sha256(read_bytes(file)).hexdigest(),
        key=call.once("import", *words, there, files=(file, side)), name=name, layer=layer, crs=crs,
        swap_axes=swap_axes, encoding=encoding, columns=columns, constants=constants, as_of=day(as_of, "--as-of"),
        source=source, coverage=coverage, keep_good=keep_good, accept_repairs=accept_repairs, replace=replace,
        dry_run=dry_run, park=park, say=call.say,
    )
    note(str(file))
    document = at.import_file(request)
    said = f"{document['status']}: {document['stored']}/{document['read']} -> {document['layer']}"
    return Answer(document, [said, *(f"  {noted}" for noted in document.get("notes", ()))])


def pairs(words: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """--map words as (field -> column, field -> constant): FIELD=COLUMN and FIELD==CONSTANT."""
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    for word in words:
        name, equals, rest = word.partition("=")
        if not equals or not name or not rest:
            raise UsageError(problem=Text(N_("--map {word}: write FIELD=COLUMN or FIELD==CONSTANT"), word=word))
        if rest.startswith("="):
            constants[name] = rest[1:]
        else:
            columns[name] = rest
    return columns, constants


def layers(
    call: AtDesk,
    schema: Annotated[str | None, typer.Option("--schema", help="Show the fields of a role instead.")] = None,
) -> Answer:
    """What the workspace holds, or the fields of a role."""
    if schema is not None:
        from planner.formats.schema import schema_document

        fields = schema_document(schema, call.say)
        return Answer(fields, [f"{row['field']:<16} {row['type']:<10} {row['help']}" for row in fields])
    from planner.desk import documents

    rows = [documents.layer(info) for info in call.desk.layers()]
    return Answer(
        rows, [f"{row['role']:<20} {row['layer']:<24} {row['features']:>8}  {row['as_of'] or '-'}" for row in rows]
    )


def originals(
    call: AtDesk,
    layer: Annotated[str | None, typer.Argument(help="The layer whose file is wanted; without it a list.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Path or folder that the file is handed out to.")] = None,
) -> Answer:
    """The files that were imported, kept untouched with their hash: list them, or hand out that of a layer."""
    from planner.desk import originals as kept

    opened = call.desk
    if layer is not None:
        paths = [str(path) for path in kept.hand_out(opened.store, layer, out or Path())]
        return Answer({"layer": layer, "paths": paths}, paths)
    rows = kept.originals(opened.store)
    return Answer(
        rows, [f"{row['sha256']}  {row['bytes']:>12,}  {row['file']}  {', '.join(row['layers'])}" for row in rows]
    )


def check(
    call: JudgingAtDesk,
    file: opt.ParcelFile,
    id: opt.Id = None,
    project: opt.ProjectFile = None,
    park: opt.Park = None,
    on: opt.On = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    pieces: Annotated[Path | None, typer.Option("--pieces", help="Write the offending pieces as GeoJSON.")] = None,
) -> Answer:
    """What a parcel takes, and which rules and quotas it meets or breaks."""
    from planner.admission.headline import headline
    from planner.desk import documents_check as documents
    from planner.desk.opening import parcel_from_file, project_from_file
    from planner.formats.write import write_geojson

    parcel = parcel_from_file(file, id=id, crs=crs, swap_axes=swap_axes)
    plan = project_from_file(project) if project else None
    opened = call.desk
    when = day(on) or (plan.on if plan else None)
    case = opened.look(parcel, on=when, project=plan, park=park)
    if pieces is not None:
        write_geojson(pieces, documents.pieces(case.findings, call.say))
    lines = [headline(case, opened.parameters).say(call.say)]
    lines += [f"  {finding.message.say(call.say)}" for finding in case.findings]
    return Answer(documents.check(case, call.say), lines, [case.verdict])
