"""The one loader of the planner's own rows (planner/parameters/*.csv): strict, so that a bad row never judges land.

Every row must have its source and status, every number its unit, every date its form; a cell too many, an
unknown heading or a row given twice is refused with the table, the row and what is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from planner.errors import ParameterRow
from planner.parameters import (
    CaseTerm,
    Coefficient,
    DeductionRule,
    Grade,
    Holiday,
    LandClass,
    MapDivision,
    Measure,
    Parameters,
    PublicUse,
    Quota,
    RegisterRule,
    Rule,
    Status,
    Threshold,
    cells,
    classes_by_code,
)
from planner.text import N_, Text

Row = dict[str, str]
Kind = TypeVar(
    "Kind",
    Coefficient,
    Rule,
    LandClass,
    Quota,
    Threshold,
    DeductionRule,
    Grade,
    RegisterRule,
    PublicUse,
    CaseTerm,
    Holiday,
    MapDivision,
    Measure,
)


def folder() -> Traversable:
    """Where the planner's own tables lie."""
    return files("planner.parameters")


@cache
def load() -> Parameters:
    """The planner's own rows as one frozen set. Raises ParameterRow for a row that cannot be trusted."""
    return read(folder())


def read(place: Traversable) -> Parameters:
    """The tables of a folder: all ``coefficients*.csv`` together, rules, land_classes, quotas, review, grades,
    deductions, relief_costs, register_rules, public_uses, case_terms, holidays, map_divisions, measures and
    version.txt.

    A table that is not there has no rows. Raises ParameterRow.
    """
    coefficients = tuple(
        row for name in _names(place) if name.startswith("coefficients") for row in _typed(place, name, Coefficient)
    )
    rules, quotas = _typed(place, "rules.csv", Rule), _typed(place, "quotas.csv", Quota)
    classes = _typed(place, "land_classes.csv", LandClass)
    review, grades = _typed(place, "review.csv", Threshold), _typed(place, "grades.csv", Grade)
    deductions = _typed(place, "deductions.csv", DeductionRule)
    _once("coefficients*.csv", ((row.name, row.valid_from) for row in coefficients))
    _once("rules.csv", ((row.rule, row.park, row.region, row.industry, row.parcel, row.valid_from) for row in rules))
    _once("quotas.csv", ((row.quota, row.valid_from) for row in quotas))
    _once("land_classes.csv", ((row.code_system, row.code, row.valid_from) for row in classes))
    _once("review.csv", ((row.category, row.measure, row.test, row.limit, row.valid_from) for row in review))
    _once("grades.csv", ((row.scale, row.grade, row.size_from, row.valid_from) for row in grades))
    relief_costs = _typed(place, "relief_costs.csv", Coefficient)
    _once("relief_costs.csv", ((row.name, row.valid_from) for row in relief_costs))
    _once("deductions.csv", ((row.deduction, row.valid_from) for row in deductions))
    register_rules = _typed(place, "register_rules.csv", RegisterRule)
    _once("register_rules.csv", ((row.rule, row.region, row.valid_from) for row in register_rules))
    public_uses = _typed(place, "public_uses.csv", PublicUse)
    _once("public_uses.csv", ((row.code_system, row.code, row.valid_from) for row in public_uses))
    case_terms, holidays = _typed(place, "case_terms.csv", CaseTerm), _typed(place, "holidays.csv", Holiday)
    _once("case_terms.csv", ((row.term, row.valid_from) for row in case_terms))
    _once("holidays.csv", ((row.first, row.last, row.valid_from) for row in holidays))
    measures = _typed(place, "measures.csv", Measure)
    _once("measures.csv", ((row.measure, row.valid_from) for row in measures))
    map_divisions = _typed(place, "map_divisions.csv", MapDivision)
    _once("map_divisions.csv", ((row.scale, row.valid_from) for row in map_divisions))
    return Parameters(
        version=place.joinpath("version.txt").read_text("utf-8").strip(),
        coefficients=coefficients,
        rules=rules,
        quotas=quotas,
        review=review,
        grades=grades,
        deductions=deductions,
        relief_costs=relief_costs,
        register_rules=register_rules,
        public_uses=public_uses,
        case_terms=case_terms,
        holidays=holidays,
        map_divisions=map_divisions,
        measures=measures,
        classes=classes_by_code(classes),
        class_rows=classes if any(row.valid_from or row.valid_to for row in classes) else (),
    )


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


def _typed(place: Traversable, name: str, kind: type[Kind]) -> tuple[Kind, ...]:
    return tuple(_one(name, number, row, kind) for number, row in enumerate(lines(place, name), 2))


def _one(table: str, number: int, row: Row, kind: type[Kind]) -> Kind:
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


def _once(table: str, keys: Iterable[tuple[Hashable, ...]]) -> None:
    seen: set[tuple[Hashable, ...]] = set()
    for number, key in enumerate(keys, 2):
        if key in seen:
            named = " ".join(str(part) for part in key if part not in (None, ""))
            raise ParameterRow(table=table, row=number, problem=Text(N_("'{key}' is there twice"), key=named))
        seen.add(key)


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
