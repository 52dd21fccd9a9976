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
Book = Annotated[str | None, typer.Option("--workspace", help="Judge against the book of this workspace.")]

Actor = Annotated[str | None, typer.Option("--actor", help="Who does it; default the login name.")]
NeedActor = Annotated[str, typer.Option("--actor", help="Who does it.")]
Key = Annotated[str | None, typer.Option("--key", help="The key under which it happens once.")]
NeedKey = Annotated[str, typer.Option("--key", help="The key under which it happens once.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
Basis = Annotated[str, typer.Option("--basis", help="The document that justifies it.")]
Document = Annotated[str, typer.Option("--document", help="The document that says so.")]

Park = Annotated[str | None, typer.Option("--park", help="Park code whose accounts are meant.")]
NeedPark = Annotated[str, typer.Option("--park", help="Park code.")]
Quota = Annotated[str, typer.Option("--quota", help="energy_tce, new_construction_m2, offset_paddy_m2 ...")]
Year = Annotated[int, typer.Option("--year", help="Year of the account.")]
Unit = Annotated[str, typer.Option("--unit", help="m2 ha mu kg t kgce tce kgco2 tco2.")]
On = Annotated[str | None, typer.Option("--on", help="Day of application, YYYY-MM-DD; default today.")]

ParcelFile = Annotated[Path, typer.Argument(help="File with the parcel.")]
ProjectFile = Annotated[Path | None, typer.Option("--project", help="TOML file with the fields of one project.")]
ScenarioFile = Annotated[Path, typer.Argument(help="Scenario file (TOML).")]
Crs = Annotated[str | None, typer.Option("--crs", help="Coordinate system of the file, e.g. EPSG:4525.")]
SwapAxes = Annotated[
    bool, typer.Option("--swap-axes", help="The two coordinates of the file stand in the other order.")
]
FileLayer = Annotated[str | None, typer.Option("--layer", help="Which layer of a file with several.")]
Id = Annotated[str | None, typer.Option("--id", help="Which feature of a file with several.")]
Out = Annotated[Path, typer.Option("--out", help="Where to write; the ending says the format.")]
