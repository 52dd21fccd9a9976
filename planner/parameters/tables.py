"""The tables of parameters that a workspace may change: what names a row, what of it may change, what every row says.

Each table is one line of ``TABLES``; what its columns hold is what the dataclass of its rows says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from planner.parameters import Parameters, classes_by_code, rows
from planner.parameters.cells import wanted
from planner.parameters.rows import Row

# What every row says beside its own columns: how long it holds, and where it is from.
OF_ALL = ("valid_from", "valid_to", "status", "source")


# Columns that may say nothing: a rule about the project has no role, what has no number no unit ...
BLANK = frozenset({"role", "unit", "basis", "region"})


class Table(NamedTuple):
    """A table: the rows it has, the columns that name one, the one that holds its number (empty where none does),
    those that stay as they are while it has that name, those that belong to its source and so are stated anew, and
    whether the planner reckons by each of its rows, so that none may end."""

    kind: type[Any]
    names: tuple[str, ...]
    number: str = ""
    fixed: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    needed: bool = False


NUMBERED = ("low", "high", "note")
TABLES: Mapping[str, Table] = MappingProxyType({
    "coefficients": Table(rows.Coefficient, ("name",), "value", ("unit", "basis"), NUMBERED, needed=True),
    "rules": Table(rows.Rule, ("rule", "park", "region", "industry", "parcel"), "limit",
                   ("unit", "check", "role", "needs_project")),
    "land_classes": Table(rows.LandClass, ("code_system", "code")),
    "quotas": Table(rows.Quota, ("quota",), "", ("kind", "unit", "cap_key", "cap_unit", "ledger", "numerator", "per")),
    "deductions": Table(rows.DeductionRule, ("deduction",)),
    "review": Table(rows.Threshold, ("category", "measure", "test"), "limit", ("unit",)),
    "relief_costs": Table(rows.Coefficient, ("name",), "value", ("unit", "basis"), NUMBERED, needed=True),
    "register_rules": Table(rows.RegisterRule, ("rule", "region"), "limit", ("unit", "register")),
    "grades": Table(rows.Grade, ("scale", "grade", "size_from"), "up_to", ("unit",)),
    "public_uses": Table(rows.PublicUse, ("code_system", "code")),
    "case_terms": Table(rows.CaseTerm, ("term",), "limit", ("unit",)),
    "holidays": Table(rows.Holiday, ("first", "last")),
    "map_divisions": Table(rows.MapDivision, ("scale",)),
    "measures": Table(rows.Measure, ("measure",), "", ("unit",)),
})


def columns(table: str) -> Mapping[str, Any]:
    """The type of each column of a table but those that every row has."""
    return {name: hint for name, hint in wanted(TABLES[table].kind).items() if name not in OF_ALL}


def required(table: str) -> tuple[str, ...]:
    """The columns without which there is no row."""
    has_none = {field.name for field in fields(TABLES[table].kind) if field.default is MISSING}
    return tuple(name for name, hint in columns(table).items()
                 if name in has_none and name not in BLANK and hint not in (float | None, Mapping[str, str]))


def editable(table: str) -> tuple[str, ...]:
    """The columns that may change while a row keeps its name."""
    shape = TABLES[table]
    return tuple(name for name in columns(table) if name not in (*shape.names, *shape.fixed))


def address(table: str, row: Row) -> str:
    """What a row is called in its table: the columns that name it, "/" between them."""
    parts = map(row.__getattribute__, TABLES[table].names)
    return "/".join(str(part) for part in parts if part not in ("", None))


def number(table: str, row: Row) -> float | None:
    """The number of a row; None where it has none."""
    found: float | None = getattr(row, TABLES[table].number) if TABLES[table].number else None
    return found


def unit(row: Row) -> str:
    """The unit of a row's number; empty where it has none."""
    return str(getattr(row, "unit", ""))


def rows_of(parameters: Parameters, table: str) -> tuple[Row, ...]:
    """The rows of a table, in its order."""
    if table == "land_classes":
        return parameters.class_rows or tuple(parameters.classes.values())
    found: tuple[Row, ...] = getattr(parameters, table)
    return found


def with_rows(parameters: Parameters, tables: Mapping[str, tuple[Row, ...]]) -> Parameters:
    """The set with other rows in some tables."""
    made: dict[str, Any] = dict(tables)
    if "land_classes" in made:
        classes = made.pop("land_classes")
        dated = any(row.valid_from or row.valid_to for row in classes)
        made |= {"classes": classes_by_code(classes), "class_rows": classes if dated else ()}
    return replace(parameters, **made) if made else parameters


def days_of(rows: Iterable[Row]) -> list[date]:
    """The days on which something changes among rows, the first of them that on which the earliest holds."""
    return sorted({row.valid_from or date.min for row in rows})
