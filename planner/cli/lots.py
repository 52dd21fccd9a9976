"""Commands about lots of restored land: what there is, and what would stand behind parcels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import AtDesk, day
from planner.cli.frame import Answer, room, verbs
from planner.text import N_

SHORT, LEFT, EXPIRED = N_("short"), N_("left"), N_("expired")


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(room(app, "lots", "Lots of restored land: each has one use."), list_, match)


def list_(
    call: AtDesk,
    park: opt.Park = None,
    on: Annotated[str | None, typer.Option("--on", help="Day that tells what has expired; default today.")] = None,
) -> Answer:
    """Every lot with something in it: place, expiry, price, what is free and who holds the rest."""
    from planner.desk.lots import lot_document

    opened = call.desk
    told = day(on) or opened.today()
    parameters = opened.parameters
    rows = [lot_document(lot, parameters, told) for lot in opened.lots(park)]
    names = ("free", "reserved", "committed")
    lines = [
        f"{r['lot']:<18} {r['quota']:<20} {r['year']} {r['county'] or '-':<8} {r['expiry'] or '-':<10} "
        + "  ".join(f"{name} {r[name]:,.2f}" for name in names)
        + ("  " + call.say(EXPIRED) if r["expired"] else "")
        for r in rows
    ]
    return Answer(rows, lines)


def match(
    call: AtDesk,
    parcels: Annotated[Path, typer.Argument(help="File with the parcels.")],
    id: opt.Id = None,
    park: opt.Park = None,
    crs: opt.Crs = None,
    on: opt.On = None,
    county: Annotated[str, typer.Option("--county", help="County of the parcels; default that of their park.")] = "",
    city: Annotated[str, typer.Option("--city", help="City of the parcels.")] = "",
    province: Annotated[str, typer.Option("--province", help="Province of the parcels.")] = "",
) -> Answer:
    """Which lots would stand behind parcels, what they cost, what is short and what is left. Writes nothing."""
    from planner.admission.lot_match import Place
    from planner.desk.lots import match_document
    from planner.desk.opening import parcel_from_file, parcels_from_file

    opened = call.desk
    asked = [parcel_from_file(parcels, id=id, crs=crs)] if id else parcels_from_file(parcels, crs=crs)
    cases = [opened.look(parcel, on=day(on), park=park) for parcel in asked]
    place = Place(county, city, province) if county or city or province else None
    needs, found = opened.match(cases, place)
    document = match_document(found, needs, opened.parameters, call.say)
    lines = [
        f"{u['parcel']:<14} {u['quota']:<20} {u['lot']:<18} {u['amount']:>14,.2f} {u['unit']:<4} {u['order']}"
        for u in document["uses"]
    ]
    lines += [
        f"{n['parcel']:<14} {n['quota']:<20} {'-':<18} {n['short_by']:>14,.2f} {n['unit']:<4} {call.say(SHORT)}"
        for n in document["needs"]
        if n["short_by"]
    ]
    passed = {(row["lot"], row["quota"]): row["because"] for row in document["passed"]}
    lines += [
        f"{'-':<14} {n['quota']:<20} {n['lot']:<18} {n['amount']:>14,.2f} {n['unit']:<4} "
        + passed.get((n["lot"], n["quota"]), call.say(LEFT))
        for n in document["left"]
    ]
    return Answer(document, [*lines, f"{document['cost_yuan']:,.2f} CNY"])
