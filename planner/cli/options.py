"""The options that commands share, each named and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en; default by locale.")]
PageLang = Annotated[str | None, typer.Option("--lang", help="zh, en or both; default by locale.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show a traceback for an error.")]
FailOn = Annotated[
    str | None,
    typer.Option("--fail-on", help="Exit 3 when the worst verdict is at least warn, unknown, exceeds or blocked."),
]
Workspace = Annotated[
    str | None,
    typer.Option("--workspace", help="A .gpkg, or postgresql://...; default $PLANNER_WORKSPACE, then workspace.gpkg."),
]
Actor = Annotated[str | None, typer.Option("--actor", help="Who does it; default the login name.")]
Key = Annotated[str | None, typer.Option("--key", help="The key under which it happens once.")]
Park = Annotated[str | None, typer.Option("--park", help="Park code whose accounts are meant.")]
On = Annotated[str | None, typer.Option("--on", help="Day of application, YYYY-MM-DD; default today.")]
SwapAxes = Annotated[
    bool, typer.Option("--swap-axes", help="The two coordinates of the file stand in the other order.")
]
Crs = Annotated[str | None, typer.Option("--crs", help="Coordinate system of the file, e.g. EPSG:4525.")]
FileLayer = Annotated[str | None, typer.Option("--layer", help="Which layer of a file with several.")]
Id = Annotated[str | None, typer.Option("--id", help="Which feature of a file with several.")]
ProjectFile = Annotated[Path | None, typer.Option("--project", help="TOML file with the fields of one project.")]
Out = Annotated[Path, typer.Option("--out", help="Where to write; the ending says the format.")]
