"""Commands about lots of restored land: what there is, and what would stand behind parcels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked, day, desk
from planner.cli.frame import Answer, run


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    lots = typer.Typer(no_args_is_help=True, help="Lots of restored land: each has one use.")
    lots.command("list")(list_lots)
    lots.command()(match)
    app.add_typer(lots, name="lots")


def list_lots(
    park: opt.Park = None,
    on: Annotated[str | None, typer.Option("--on", help="Day that tells what has expired; default today.")] = None,
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Every lot with something in it: place, expiry, price, what is free and who holds the rest."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.lots import lot_document

        checked(made, lang)
        opened = desk(workspace)
        told = day(on) or opened.today()
        parameters = opened.parameters
        rows = [lot_document(lot, parameters, told) for lot in opened.lots(park)]
        names = ("free", "reserved", "committed")
        lines = [
            f"{r['lot']:<18} {r['quota']:<20} {r['year']} {r['county'] or '-':<8} {r['expiry'] or '-':<10} "
            + "  ".join(f"{name} {r[name]:,.2f}" for name in names)
            for r in rows
        ]
        return Answer(rows, lines)

    return run(made, work)


def match(
    parcels: Annotated[Path, typer.Argument(help="File with the parcels.")],
    id: opt.Id = None,
    park: opt.Park = None,
    crs: opt.Crs = None,
    on: opt.On = None,
    county: Annotated[str, typer.Option("--county", help="County of the parcels; default that of their park.")] = "",
    city: Annotated[str, typer.Option("--city", help="City of the parcels.")] = "",
    province: Annotated[str, typer.Option("--province", help="Province of the parcels.")] = "",
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Which lots would stand behind parcels, what they cost, what is short and what is left. Writes nothing."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.admission.lot_match import Place
        from planner.desk.lots import match_document
        from planner.desk.opening import parcel_from_file, parcels_from_file

        checked(made, lang)
        opened = desk(workspace)
        asked = [parcel_from_file(parcels, id=id, crs=crs)] if id else parcels_from_file(parcels, crs=crs)
        cases = [opened.look(parcel, on=day(on), park=park) for parcel in asked]
        place = Place(county, city, province) if county or city or province else None
        needs, found = opened.match(cases, place)
        document = match_document(found, needs, opened.parameters, made.say)
        lines = [
            f"{u['parcel']:<14} {u['quota']:<20} {u['lot']:<18} {u['amount']:>14,.2f} {u['unit']:<4} {u['order']}"
            for u in document["uses"]
        ]
        lines += [
            f"{n['parcel']:<14} {n['quota']:<20} {'-':<18} {n['short_by']:>14,.2f} {n['unit']:<4} short"
            for n in document["needs"]
            if n["short_by"]
        ]
        return Answer(document, [*lines, f"{document['cost_yuan']:,.2f} CNY"])

    return run(made, work)
