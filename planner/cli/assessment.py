"""Commands about what is stated beside the book: assessments, the region, the park's state, the zero-carbon ratio."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, Call, Writing, day
from planner.cli.frame import Answer, room, verbs

Source = Annotated[str, typer.Option("--source", help="The document and its clause.")]
From = Annotated[str | None, typer.Option("--from", help="First day it holds, YYYY-MM-DD.")]
To = Annotated[str | None, typer.Option("--to", help="Last day it holds, YYYY-MM-DD.")]
Id = Annotated[str, typer.Argument(help="The name of the row.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(
        room(app, "assessment", "Regional energy assessment, impact region, state of the park, zero-carbon ratio: rows "
                                "a person enters."),
        list_, set_, zero_carbon, drop, region, state, base, types,
    )


def keep(call: Writing, kind: str, id: str, /, **fields: Any) -> Answer:
    """Keep one record and say so."""
    from planner.desk import stated

    # What stands there belongs to the call: a row may be set back to what it was.
    key = call.once("keep", kind, id, fields, stated.records(call.desk.store, kind).get(id))
    return Answer(stated.keep(call.desk, kind, id, fields, actor=call.who, key=key), [f"{kind}  {id}"])


def list_(call: AtDesk) -> Answer:
    """Everything that is stated in the workspace: rows, regions, states, bases of boundaries."""
    from planner.desk import stated

    kept = {kind: call.desk.store.records(kind) for kind in stated.CHECKS}
    document = {kind: [{"id": id, **fields} for id, fields in rows.items()] for kind, rows in kept.items()}
    lines = [f"{kind:<16} {row['id']:<20} {row.get('source') or row.get('document')}"
             for kind, rows in document.items() for row in rows]
    return Answer(document, lines)


def set_(
    call: Writing,
    id: Id,
    kind: Annotated[str, typer.Option("--kind", help="target, bar or negative.")],
    then: Annotated[str, typer.Option("--then", help="What meets it gets: full_review or not_admitted.")],
    source: Source,
    sub_park: Annotated[str, typer.Option("--sub-park", help="Sub-park it stands for; * for all.")] = "*",
    measure: Annotated[str, typer.Option("--measure", help="energy_tce, pue, tce_per_wan_yuan_value_added ...")] = "",
    limit: Annotated[float | None, typer.Option("--limit", help="What the measure must not be above.")] = None,
    industry: Annotated[str, typer.Option("--industry", help="Words or code an industry begins with.")] = "",
    valid_from: From = None,
    valid_to: To = None,
) -> Answer:
    """Enter or change one row of a regional energy assessment."""
    return keep(call, "assessment", id, kind=kind, then=then, source=source, sub_park=sub_park, measure=measure,
                limit=limit, industry=industry, valid_from=valid_from, valid_to=valid_to)


def drop(
    call: Writing,
    id: Id,
    kind: Annotated[
        str, typer.Option("--kind", help="assessment, region, park_state or boundary_base.")
    ] = "assessment",
) -> Answer:
    """Take one of them away."""
    from planner.desk import stated

    key = call.once("drop", kind, id, call.desk.store.records(kind).get(id))
    return Answer(stated.drop(call.desk, kind, id, actor=call.who, key=key), [id])


def region(
    call: Writing,
    id: Id,
    base_year: Annotated[int, typer.Option("--base-year", help="Year of the region's figures.")],
    energy_tce: Annotated[float, typer.Option("--energy-tce", help="Its energy, equal value.")],
    value_added: Annotated[float, typer.Option("--value-added", help="Its value added, 10 000 yuan.")],
    allowed_increase_tce: Annotated[float, typer.Option("--allowed-increase-tce", help="What its energy may grow.")],
    source: Source,
    valid_from: From = None,
    valid_to: To = None,
) -> Answer:
    """The region that impact grades m and n compare a project with."""
    return keep(call, "region", id, base_year=base_year, energy_tce=energy_tce, value_added_wan_yuan=value_added,
                allowed_increase_tce=allowed_increase_tce, source=source, valid_from=valid_from, valid_to=valid_to)


def state(
    call: Writing,
    state: Annotated[str, typer.Argument(help="normal, warning or hold.")],
    park: opt.NeedPark,
    document: opt.Document,
    on: Annotated[str, typer.Option("--on", help="Day from which it holds, YYYY-MM-DD.")],
) -> Answer:
    """How a park stands: on hold every candidate that asks energy is blocked, warned it fits with a warning."""
    return keep(call, "park_state", park, state=state, document=document, on=on)


def base(
    call: Writing,
    park: opt.NeedPark,
    base_year: Annotated[int, typer.Option("--base-year", help="Year of the figures.")],
    energy_tce: Annotated[float, typer.Option("--energy-tce", help="Energy inside the boundary.")],
    carbon_tco2: Annotated[float, typer.Option("--carbon-tco2", help="Carbon inside the boundary.")],
    source: Source,
) -> Answer:
    """What already runs inside the zero-carbon boundary of a park."""
    return keep(call, "boundary_base", park, base_year=base_year, energy_tce=energy_tce, carbon_tco2=carbon_tco2,
                source=source)


def zero_carbon(
    call: AtDesk, year: Annotated[int, typer.Option("--year", help="Year of the ratio.")], park: opt.Park = None
) -> Answer:
    """tCO2 for each tce of all that lies inside the drawn boundary, with its grade. Writes nothing."""
    from planner.desk import documents_stated as documents

    document = documents.ratio(call.desk.zero_carbon(year, park=park), call.say)
    shown = document["tco2_per_tce"]
    lines = [f"{'-' if shown is None else format(shown, ',.4f')} tCO2/tce  {document['title'] or ''}".rstrip()]
    lines += [f"{row['id']:<20} {row['inside']}" for row in document["members"]]
    return Answer(document, lines + document.get("notes", []))


def types(call: Call, on: opt.On = None) -> Answer:
    """The project types: formula, fields with units, and the rows behind them with range and source."""
    from datetime import date

    from planner.desk import documents_stated as documents
    from planner.store.parameters import load

    document = documents.types(load(), day(on) or date.today(), call.say)
    lines = []
    for kind in document:
        lines += ["", f"{kind['title']}  [{kind['type']}]", f"  {kind['formula']}"]
        lines += [f"  {field['field']:<44} {field['unit']}" for field in kind["fields"]]
        for row in kind["rows"]:
            plausible = f"({row['low']}-{row['high']})"
            lines.append(f"  {row['name']:<30} {row['value']:g} {row['unit']} {plausible}  {row['source']}")
    return Answer(document, lines[1:])
