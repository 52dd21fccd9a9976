"""The command for many parcels at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.calls import Call
from planner.cli.frame import Answer, note, verbs


def register(app: typer.Typer) -> None:
    """Put the command of this module on the command line."""
    verbs(app, screen)


def screen(
    call: Call,
    parcels: Annotated[Path, typer.Argument(help="File of the parcels.")],
    patches: Annotated[Path, typer.Argument(help="File of the patches they are laid over.")],
    by: Annotated[str, typer.Option("--by", help="Column of the patches whose values are the classes.")],
    out: Annotated[Path, typer.Option("--out", help="The table: .csv, .parquet, or .geoparquet with shapes.")],
    id: Annotated[str | None, typer.Option("--id", help="Column that names the parcels; default their ids.")] = None,
) -> Answer:
    """What each of many parcels takes of each class, and what no patch covers. Needs no workspace."""
    from planner.desk.screening import screen as screened

    note(f"{parcels}, {patches}")
    document = screened(parcels, patches, by=by, id=id, out=out, say=call.say)
    line = f"{document['parcels']:,} x {document['patches']:,}: {document['rows']:,} -> {out}"
    return Answer(document, [line, f"{document['total_m2']:,.2f} m2"])
