"""The one loader of the planner's own rows (planner/parameters/*.csv): strict, so that a bad row never judges land.

Every row must have its source and status, every number its unit, every date its form; a cell too many, an
unknown heading or a row given twice is refused with the table, the row and what is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from planner.errors import ParameterRow
from planner.parameters import Parameters, Status, cells
from planner.parameters.tables import TABLES, Table, with_rows
from planner.text import N_, Text

Row = dict[str, str]
NONE = Parameters("", (), (), {}, ())


def folder() -> Traversable:
    """Where the planner's own tables lie."""
    return files("planner.parameters")


@cache
def load() -> Parameters:
    """The planner's own rows as one frozen set. Raises ParameterRow for a row that cannot be trusted."""
    return read(folder())


def read(place: Traversable) -> Parameters:
    """The tables of ``parameters.tables`` as files of a folder, beside version.txt; one that is not there has no rows.

    Raises ParameterRow.
    """
    version = place.joinpath("version.txt").read_text("utf-8").strip()
    read_in = {name: _rows(place, name, shape) for name, shape in TABLES.items()}
    return replace(with_rows(NONE, read_in), version=version)


def _rows(place: Traversable, name: str, shape: Table) -> tuple[Any, ...]:
    """The rows of one table: of coefficients those of every ``coefficients*.csv``. No two are of one name and day."""
    many = f"{name}*.csv" if name == "coefficients" else f"{name}.csv"
    typed = tuple(_one(file, number, row, shape.kind) for file in _names(place) if fnmatch(file, many)
                  for number, row in enumerate(lines(place, file), 2))
    seen = set()
    for number, row in enumerate(typed, 2):
        key = (*(getattr(row, column) for column in shape.names), row.valid_from)
        if key in seen:
            named = " ".join(str(part) for part in key if part not in (None, ""))
            raise ParameterRow(table=many, row=number, problem=Text(N_("'{key}' is there twice"), key=named))
        seen.add(key)
    return typed


def table(name: str) -> list[Row]:
    """A further table as plain rows of text, e.g. ``table("review")``; every row has its source and status.

    Raises ParameterRow for a bad row or an unknown name.
    """
    file = f"{name}.csv"
    if name not in tables():
        raise ParameterRow(
            table=file, row=0, problem=Text(N_("there is no such table; known are {known}"), known=", ".join(tables()))
        )
    rows = lines(folder(), file)
    for number, row in enumerate(rows, 2):
        _sourced(file, number, row)
    return rows


def tables() -> list[str]:
    """The names of all tables, without their ending."""
    return [name.removesuffix(".csv") for name in _names(folder())]


def _names(place: Traversable) -> list[str]:
    return sorted(file.name for file in place.iterdir() if file.name.endswith(".csv"))


def lines(place: Traversable, name: str) -> list[Row]:
    """Rows of one table as text, each as long as the heading."""
    if name not in _names(place):
        return []
    with place.joinpath(name).open(encoding="utf-8") as handle:
        heading, *rest = list(csv.reader(handle, strict=True))
    if len(set(heading)) != len(heading):
        raise ParameterRow(table=name, row=1, problem=Text(N_("a heading is there twice")))
    for number, row in enumerate(rest, 2):
        if len(row) != len(heading):
            raise ParameterRow(
                table=name,
                row=number,
                problem=Text(
                    N_("there are {cells} cells under {headings} headings"), cells=len(row), headings=len(heading)
                ),
            )
    return [dict(zip(heading, (cell.strip() for cell in row), strict=True)) for row in rest]


def _one(table: str, number: int, row: Row, kind: type[Any]) -> Any:
    """One row as its dataclass; a heading of the class may be absent only where the class has a default."""
    wanted = {f.name: f.default is MISSING for f in fields(kind)}
    row = {heading: cell for heading, cell in row.items() if heading not in GONE.get(table, ())}
    for heading in row:
        if heading not in wanted:
            raise ParameterRow(
                table=table, row=number, problem=Text(N_("the heading '{heading}' is not known"), heading=heading)
            )
    for name, needed in wanted.items():
        if needed and name not in row:
            raise ParameterRow(
                table=table, row=number, problem=Text(N_("the column '{column}' is missing"), column=name)
            )
    _sourced(table, number, row)
    hints = cells.wanted(kind)
    return kind(**{name: _cell(table, number, name, value, hints[name]) for name, value in row.items()})


def _sourced(table: str, number: int, row: Mapping[str, str]) -> None:
    """A row says where it is from and how sure it is; a number says its unit."""
    numbered = bool(row.get("value") or row.get("limit"))
    for column in ("source", "status", *(["unit"] if numbered else [])):
        if not row.get(column):
            raise ParameterRow(
                table=table, row=number, problem=Text(N_("the column '{column}' is empty"), column=column)
            )
    _cell(table, number, "status", row["status"], Status)


def _cell(table: str, number: int, column: str, value: str, wanted: Any) -> Any:
    """A cell as the field of its column wants it. Raises ParameterRow naming the cell."""
    if cells.choices(wanted) and value not in cells.choices(wanted):
        raise ParameterRow(
            table=table,
            row=number,
            problem=Text(
                N_("{column} is '{value}', not one of {known}"),
                column=column,
                value=value,
                known=", ".join(cells.choices(wanted)),
            ),
        )
    try:
        return cells.read(value, wanted)
    except (ValueError, KeyError) as bad:
        raise ParameterRow(
            table=table, row=number, problem=Text(N_("{column} '{value}' cannot be read"), column=column, value=value)
        ) from bad


# Headings of earlier sets that said nothing (0 in every row): packs made then are still read.
GONE: Mapping[str, tuple[str, ...]] = {"quotas.csv": ("carry_over",)}
