"""The command for many parcels at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import call, checked
from planner.cli.frame import Answer, note, run


def register(app: typer.Typer) -> None:
    """Put the command of this module on the command line."""
    app.command()(screen)


def screen(
    parcels: Annotated[Path, typer.Argument(help="File of the parcels.")],
    patches: Annotated[Path, typer.Argument(help="File of the patches they are laid over.")],
    by: Annotated[str, typer.Option("--by", help="Column of the patches whose values are the classes.")],
    out: Annotated[Path, typer.Option("--out", help="The table: .csv, .parquet, or .geoparquet with shapes.")],
    id: Annotated[str | None, typer.Option("--id", help="Column that names the parcels; default their ids.")] = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What each of many parcels takes of each class, and what no patch covers. Needs no workspace."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.screening import screen as screened

        checked(made, lang)
        note(f"{parcels}, {patches}")
        document = screened(parcels, patches, by=by, id=id, out=out, say=made.say)
        line = f"{document['parcels']:,} x {document['patches']:,}: {document['rows']:,} -> {out}"
        return Answer(document, [line, f"{document['total_m2']:,.2f} m2"])

    return run(made, work)
