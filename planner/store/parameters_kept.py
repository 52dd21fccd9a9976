"""A set of parameters as a workspace keeps it: the rows that judged a decision, to judge it once more by them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter

from planner.parameters import LandClass, Parameters, classes_by_code
from planner.parameters.tables import TABLES


def kept_form(parameters: Parameters) -> dict[str, Any]:
    """All rows as JSON can hold them."""
    values = {field.name: getattr(parameters, field.name) for field in fields(parameters)}
    version, classes = values.pop("version"), values.pop("classes")
    tables = {name: [row_form(row) for row in rows] for name, rows in values.items()}
    return {"version": version, "classes": [row_form(row) for row in classes.values()], **tables}


def digest(form: Mapping[str, Any]) -> str:
    """The seal of a kept form."""
    return hashlib.sha256(json.dumps(form, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Sealed:
    """Remembers the set that was sealed last: decisions come one after another by the same rows, each while everybody
    else waits for its turn."""

    def __init__(self) -> None:
        self._last: tuple[Parameters, dict[str, Any], str] | None = None

    def of(self, parameters: Parameters) -> tuple[Mapping[str, Any], str]:
        """The kept form of a set and its seal."""
        last = self._last
        if last is None or last[0] is not parameters:
            form = kept_form(parameters)
            last = self._last = (parameters, form, digest(form))
        return last[1], last[2]


SEALED = Sealed()


def parameters_from(form: Mapping[str, Any]) -> Parameters:
    """The set again, equal to the one that was kept; tables that came later have no rows."""
    hints, values = get_type_hints(Parameters), {}
    for name, rows in form.items():
        if name == "version":
            values[name] = rows
        elif name == "classes":
            values[name] = classes_by_code(TypeAdapter(LandClass).validate_python(row) for row in rows)
        elif name in hints:
            kind = TypeAdapter(get_args(hints[name])[0])
            values[name] = tuple(kind.validate_python(row) for row in rows)
    return Parameters(**values)


@lru_cache(512)
def row_from(table: str, said: str) -> Any:
    """A row of a table from its kept form as JSON text: equal to the one that was kept."""
    return TypeAdapter(TABLES[table].kind).validate_python(json.loads(said))


def row_form(row: Any) -> dict[str, Any]:
    """One row as JSON can hold it."""
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else value
