"""Commands about shapes as such: split and fit a parcel, the topology of a whole layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, note, run

Parcels = Annotated[Path, typer.Argument(help="File with the parcel.")]
OutGeoJson = Annotated[Path | None, typer.Option("--out", help="Write the shapes as GeoJSON.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    app.command()(split)
    app.command()(fit)
    app.command()(topology)


def split(
    file: Parcels,
    areas: Annotated[str, typer.Option("--areas", help="Areas of the parts in mu, from the side on, e.g. 12,8.5,20.")],
    side: Annotated[
        str, typer.Option("--side", help="north, east, south, west, or the number of a boundary edge.")
    ] = "north",
    id: opt.Id = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    out: OutGeoJson = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Divide a parcel into given areas along a side; what is left is the last part. Needs no workspace."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.opening import parcel_from_file
        from planner.desk.reshape import areas_m2, parcel_document, part_document, part_line
        from planner.formats.write import write_geojson
        from planner.land.split import split as divide

        checked(made, lang)
        parcel = parcel_from_file(file, id=id, crs=crs, swap_axes=swap_axes)
        parts = divide(parcel, areas_m2(areas), side)
        rows = [part_document(part) for part in parts]
        if out is not None:
            write_geojson(out, [(row, part.parcel.shape) for row, part in zip(rows, parts, strict=True)])
        document = {"parcel": parcel_document(parcel), "side": side, "parts": rows}
        return Answer(document, [part_line(part, made.say) for part in parts])

    return run(made, work)


def fit(
    file: Parcels,
    workspace: opt.Workspace = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(
            "--limit",
            help="At most so much, e.g. 'paddy<=37.2mu' or 'ecological_redline<=0'; repeatable. "
            "Without any: what stands against the parcel.",
        ),
    ] = None,
    how: Annotated[
        list[str] | None,
        typer.Option(
            "--how",
            help="largest (default), a side as in split, inward, shift, or all; repeatable.",
        ),
    ] = None,
    reach: Annotated[float | None, typer.Option("--reach", min=1, max=5000, help="Metres to shift at most.")] = None,
    id: opt.Id = None,
    project: opt.ProjectFile = None,
    park: opt.Park = None,
    on: opt.On = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    out: OutGeoJson = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Make a parcel smaller, or move it, until it takes no more than it may; the new shape is checked again."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.opening import parcel_from_file, project_from_file
        from planner.desk.reshape import NO_WAY, parcel_document, way_document, way_shapes, ways
        from planner.formats.write import write_geojson
        from planner.land.fit import WAYS

        checked(made, lang)
        parcel = parcel_from_file(file, id=id, crs=crs, swap_axes=swap_axes)
        plan = project_from_file(project) if project else None
        chosen = [way for word in how or ["largest"] for way in (WAYS if word == "all" else (word,))]
        note(str(file))
        found = ways(
            desk(workspace), parcel, chosen, limits=limit or (), on=day(on) or (plan.on if plan else None),
            project=plan, park=park, reach_m=reach,
        )
        if out is not None:
            write_geojson(out, way_shapes(found, parcel, made.say))
        document = {"parcel": parcel_document(parcel), "ways": [way_document(way, made.say) for way in found]}
        return Answer(document, [way.sentence.say(made.say) for way in found] or [made.say(NO_WAY)])

    return run(made, work)


def topology(
    file: Annotated[Path | None, typer.Argument(help="File to look at; without it a layer of the workspace.")] = None,
    layer: Annotated[
        str | None, typer.Option("--layer", help="Which layer of the workspace, or of a file with several.")
    ] = None,
    workspace: opt.Workspace = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the faults: .csv, .xlsx, .geojson, .parquet or .geoparquet.")
    ] = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What is wrong with a layer as a whole: overlaps, duplicates, gaps and slivers."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from datetime import date

        from planner.desk import topology as story
        from planner.errors import UsageError
        from planner.land.topology import topology as faults_of
        from planner.store.parameters import load
        from planner.text import N_, Text

        checked(made, lang)
        if out is not None:
            story.check_ending(out)
        if file is not None:
            found, rows = story.layer_of_file(file, crs=crs, name=layer, swap_axes=swap_axes), load()
        elif layer is not None:
            opened = desk(workspace)
            found, rows = opened.layer(layer), opened.parameters
        else:
            raise UsageError(problem=Text(N_("name a file, or a layer of the workspace with --layer")))
        sizes = story.sizes_on(rows, date.today())
        faults = faults_of(found, sizes, lambda step: note(made.say(step)))
        if out is not None:
            story.write(out, faults, made.say)
        lines = [story.said(found, faults, made.say)]
        for fault in faults:
            kind, features = made.say(story.KINDS[fault.kind]), ", ".join(fault.features[:4])
            lines.append(f"  {kind:<10} {fault.area_m2:>14,.2f} m2 {fault.width_m:>10,.3f} m  {features}")
        return Answer(story.document(found, faults, sizes), lines)

    return run(made, work)
