"""The one loader of layers/: reference data as rows, each with its source; packed into the wheel as planner/_layers."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from planner.errors import FileMissing, ParameterRow
from planner.store.parameters import Row, lines
from planner.text import N_, Text


@cache
def folder() -> Path:
    """Where the reference data lie: inside an installed package, else beside it in the project. Raises FileMissing."""
    package = Path(str(files("planner")))
    for place in (package / "_layers", package.parent / "layers"):
        if place.is_dir():
            return place
    raise FileMissing(file="layers", reason=Text(N_("the reference data are not installed")))


def catalogue() -> list[Row]:
    """The layers of the reference data: one row each with role, title, source, date, licence."""
    return rows("catalogue")


def rows(name: str) -> list[Row]:
    """A table of the reference data as rows of text, e.g. ``rows("haikou/centres")``; a stated source is not empty.

    Raises FileMissing, ParameterRow.
    """
    path = _path(f"{name}.csv")
    found = lines(path.parent, path.name)
    for number, row in enumerate(found, 2):
        if row.get("source") == "":
            raise ParameterRow(
                table=f"{name}.csv", row=number, problem=Text(N_("the column '{column}' is empty"), column="source")
            )
    return found


def texts(name: str) -> dict[str, str]:
    """The text of every table and document of a folder by file name, e.g. ``texts("haikou")``. Raises FileMissing."""
    place = folder() / name
    if not place.is_dir():
        raise FileMissing(file=f"layers/{name}", reason=Text(N_("it is not there")))
    return {file.name: file.read_text("utf-8") for file in sorted(place.iterdir()) if file.suffix in (".csv", ".toml")}


def document(name: str) -> dict[str, Any]:
    """A TOML document of the reference data, e.g. ``document("haikou/projects")``. Raises FileMissing."""
    return tomllib.loads(_path(f"{name}.toml").read_text("utf-8"))


def _path(name: str) -> Path:
    path = folder() / name
    if not path.is_file():
        raise FileMissing(file=f"layers/{name}", reason=Text(N_("it is not there")))
    return path
