"""Commands about what is stated beside the book: assessments, the region, the park's state, the zero-carbon ratio."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, Call, call_key, run, who

Source = Annotated[str, typer.Option("--source", help="The document and its clause.")]
From = Annotated[str | None, typer.Option("--from", help="First day it holds, YYYY-MM-DD.")]
To = Annotated[str | None, typer.Option("--to", help="Last day it holds, YYYY-MM-DD.")]
Id = Annotated[str, typer.Argument(help="The name of the row.")]
NeedPark = Annotated[str, typer.Option("--park", help="Park code.")]


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    room = typer.Typer(
        no_args_is_help=True,
        help="Regional energy assessment, impact region, state of the park, zero-carbon ratio: rows a person enters.",
    )
    room.command("list")(listed)
    room.command("set")(set_row)
    room.command("zero-carbon")(zero_carbon)
    for command in (drop, region, state, base, types):
        room.command()(command)
    app.add_typer(room, name="assessment")


def keep(made: Call, workspace: str | None, kind: str, id: str, fields: dict[str, Any], actor: str | None,
         key: str | None) -> int:
    """Keep one record and say so."""

    def work() -> Answer:
        from planner.desk import stated

        checked(made)
        at = desk(workspace)
        # What stands there belongs to the call: a row may be set back to what it was.
        sealed = call_key(key, "keep", kind, id, fields, stated.records(at.store, kind).get(id))
        return Answer(stated.keep(at, kind, id, fields, actor=who(actor), key=sealed), [f"{kind}  {id}"])

    return run(made, work)


def listed(
    workspace: opt.Workspace = None, json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False
) -> int:
    """Everything that is stated in the workspace: rows, regions, states, bases of boundaries."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import stated

        checked(made, lang)
        kept = {kind: desk(workspace).store.records(kind) for kind in stated.CHECKS}
        document = {kind: [{"id": id, **fields} for id, fields in rows.items()] for kind, rows in kept.items()}
        lines = [f"{kind:<16} {row['id']:<20} {row.get('source') or row.get('document')}"
                 for kind, rows in document.items() for row in rows]
        return Answer(document, lines)

    return run(made, work)


def set_row(
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
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Enter or change one row of a regional energy assessment."""
    made = call(json, lang, debug)
    fields = {"kind": kind, "then": then, "source": source, "sub_park": sub_park, "measure": measure, "limit": limit,
              "industry": industry, "valid_from": valid_from, "valid_to": valid_to}
    return keep(made, workspace, "assessment", id, fields, actor, key)


def drop(
    id: Id,
    kind: Annotated[
        str, typer.Option("--kind", help="assessment, region, park_state or boundary_base.")
    ] = "assessment",
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Take one of them away."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import stated

        checked(made, lang)
        at = desk(workspace)
        sealed = call_key(key, "drop", kind, id, at.store.records(kind).get(id))
        return Answer(stated.drop(at, kind, id, actor=who(actor), key=sealed), [id])

    return run(made, work)


def region(
    id: Id,
    base_year: Annotated[int, typer.Option("--base-year", help="Year of the region's figures.")],
    energy_tce: Annotated[float, typer.Option("--energy-tce", help="Its energy, equal value.")],
    value_added: Annotated[float, typer.Option("--value-added", help="Its value added, 10 000 yuan.")],
    allowed_increase_tce: Annotated[float, typer.Option("--allowed-increase-tce", help="What its energy may grow.")],
    source: Source,
    valid_from: From = None,
    valid_to: To = None,
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """The region that impact grades m and n compare a project with."""
    made = call(json, lang, debug)
    fields = {"base_year": base_year, "energy_tce": energy_tce, "value_added_wan_yuan": value_added,
              "allowed_increase_tce": allowed_increase_tce, "source": source, "valid_from": valid_from,
              "valid_to": valid_to}
    return keep(made, workspace, "region", id, fields, actor, key)


def state(
    state: Annotated[str, typer.Argument(help="normal, warning or hold.")],
    park: NeedPark,
    document: Annotated[str, typer.Option("--document", help="The document that says so.")],
    on: Annotated[str, typer.Option("--on", help="Day from which it holds, YYYY-MM-DD.")],
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """How a park stands: on hold every candidate that asks energy is blocked, warned it fits with a warning."""
    fields = {"state": state, "document": document, "on": on}
    return keep(call(json, lang, debug), workspace, "park_state", park, fields, actor, key)


def base(
    park: NeedPark,
    base_year: Annotated[int, typer.Option("--base-year", help="Year of the figures.")],
    energy_tce: Annotated[float, typer.Option("--energy-tce", help="Energy inside the boundary.")],
    carbon_tco2: Annotated[float, typer.Option("--carbon-tco2", help="Carbon inside the boundary.")],
    source: Source,
    workspace: opt.Workspace = None,
    actor: opt.Actor = None,
    key: opt.Key = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What already runs inside the zero-carbon boundary of a park."""
    fields = {"base_year": base_year, "energy_tce": energy_tce, "carbon_tco2": carbon_tco2, "source": source}
    return keep(call(json, lang, debug), workspace, "boundary_base", park, fields, actor, key)


def zero_carbon(
    year: Annotated[int, typer.Option("--year", help="Year of the ratio.")],
    workspace: opt.Workspace = None,
    park: opt.Park = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """tCO2 for each tce of all that lies inside the drawn boundary, with its grade. Writes nothing."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk import documents_stated as documents

        checked(made, lang)
        document = documents.ratio(desk(workspace).zero_carbon(year, park=park), made.say)
        shown = document["tco2_per_tce"]
        lines = [f"{'-' if shown is None else format(shown, ',.4f')} tCO2/tce  {document['title'] or ''}".rstrip()]
        lines += [f"{row['id']:<20} {row['inside']}" for row in document["members"]]
        return Answer(document, lines + document.get("notes", []))

    return run(made, work)


def types(
    on: opt.On = None, json: opt.Json = False, lang: opt.Lang = None, debug: opt.Debug = False
) -> int:
    """The project types: formula, fields with units, and the rows behind them with range and source."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from datetime import date

        from planner.desk import documents_stated as documents
        from planner.store.parameters import load

        checked(made, lang)
        document = documents.types(load(), day(on) or date.today(), made.say)
        lines = []
        for kind in document:
            lines += ["", f"{kind['title']}  [{kind['type']}]", f"  {kind['formula']}"]
            lines += [f"  {field['field']:<44} {field['unit']}" for field in kind["fields"]]
            for row in kind["rows"]:
                plausible = f"({row['low']}-{row['high']})"
                lines.append(f"  {row['name']:<30} {row['value']:g} {row['unit']} {plausible}  {row['source']}")
        return Answer(document, lines[1:])

    return run(made, work)


