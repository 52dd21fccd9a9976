"""Commands about shapes as such: split and fit a parcel, the topology of a whole layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Call, day
from planner.cli.frame import Answer, note, verbs

OutGeoJson = Annotated[Path | None, typer.Option("--out", help="Write the shapes as GeoJSON.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, split, fit, topology)


def split(
    call: Call,
    file: opt.ParcelFile,
    areas: Annotated[str, typer.Option("--areas", help="Areas of the parts in mu, from the side on, e.g. 12,8.5,20.")],
    side: Annotated[
        str, typer.Option("--side", help="north, east, south, west, or the number of a boundary edge.")
    ] = "north",
    id: opt.Id = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    out: OutGeoJson = None,
) -> Answer:
    """Divide a parcel into given areas along a side; what is left is the last part. Needs no workspace."""
    from planner.desk.opening import parcel_from_file
    from planner.desk.reshape import areas_m2, parcel_document, part_document, part_line
    from planner.formats.write import write_geojson
    from planner.land.split import split as divide

    parcel = parcel_from_file(file, id=id, crs=crs, swap_axes=swap_axes)
    parts = divide(parcel, areas_m2(areas), side)
    rows = [part_document(part) for part in parts]
    if out is not None:
        write_geojson(out, [(row, part.parcel.shape) for row, part in zip(rows, parts, strict=True)])
    document = {"parcel": parcel_document(parcel), "side": side, "parts": rows}
    return Answer(document, [part_line(part, call.say) for part in parts])


def fit(
    call: AtDesk,
    file: opt.ParcelFile,
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
) -> Answer:
    """Make a parcel smaller, or move it, until it takes no more than it may; the new shape is checked again."""
    from planner.desk.opening import parcel_from_file, project_from_file
    from planner.desk.reshape import NO_WAY, parcel_document, way_document, way_shapes, ways
    from planner.formats.write import write_geojson
    from planner.land.fit import WAYS

    parcel = parcel_from_file(file, id=id, crs=crs, swap_axes=swap_axes)
    plan = project_from_file(project) if project else None
    chosen = [way for word in how or ["largest"] for way in (WAYS if word == "all" else (word,))]
    note(str(file))
    found = ways(
        call.desk, parcel, chosen, limits=limit or (), on=day(on) or (plan.on if plan else None),
        project=plan, park=park, reach_m=reach,
    )
    if out is not None:
        write_geojson(out, way_shapes(found, parcel, call.say))
    document = {"parcel": parcel_document(parcel), "ways": [way_document(way, call.say) for way in found]}
    return Answer(document, [way.sentence.say(call.say) for way in found] or [call.say(NO_WAY)])


def topology(
    call: AtDesk,
    file: Annotated[Path | None, typer.Argument(help="File to look at; without it a layer of the workspace.")] = None,
    layer: Annotated[
        str | None, typer.Option("--layer", help="Which layer of the workspace, or of a file with several.")
    ] = None,
    crs: opt.Crs = None,
    swap_axes: opt.SwapAxes = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the faults: .csv, .xlsx, .geojson, .parquet or .geoparquet.")
    ] = None,
) -> Answer:
    """What is wrong with a layer as a whole: overlaps, duplicates, gaps and slivers."""
    from datetime import date

    from planner.desk import topology as story
    from planner.errors import UsageError
    from planner.land.topology import topology as faults_of
    from planner.store.parameters import load
    from planner.text import N_, Text

    if out is not None:
        story.check_ending(out)
    if file is not None:
        found, rows = story.layer_of_file(file, crs=crs, name=layer, swap_axes=swap_axes), load()
    elif layer is not None:
        opened = call.desk
        found, rows = opened.layer(layer), opened.parameters
    else:
        raise UsageError(problem=Text(N_("name a file, or a layer of the workspace with --layer")))
    sizes = story.sizes_on(rows, date.today())
    faults = faults_of(found, sizes, lambda step: note(call.say(step)))
    if out is not None:
        story.write(out, faults, call.say)
    lines = [story.said(found, faults, call.say)]
    for fault in faults:
        kind, features = call.say(story.KINDS[fault.kind]), ", ".join(fault.features[:4])
        lines.append(f"  {kind:<10} {fault.area_m2:>14,.2f} m2 {fault.width_m:>10,.3f} m  {features}")
    return Answer(story.document(found, faults, sizes), lines)
