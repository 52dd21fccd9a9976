"""What a person states of a row, column by column, as the table has it; what cannot stand there is refused by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from typing import Any

from planner.errors import InputError
from planner.parameters import cells
from planner.parameters.rows import Row
from planner.parameters.tables import TABLES, columns, editable, required
from planner.text import N_

# What a column of free text may say where another room knows the words, by table and column; of several words each.
Words = Mapping[tuple[str, str], Collection[str]]


class ParameterColumn(InputError):
    code = "E_PARAMETER_COLUMN"
    sentence = N_("The table {table} has no column '{column}'. It has: {known}.")


class ParameterFixed(InputError):
    code = "E_PARAMETER_COLUMN"
    sentence = N_("'{column}' cannot change while '{name}' keeps its name: the book and other rows rest on it. What "
                  "may change is: {known}.")


class ParameterCell(InputError):
    code = "E_PARAMETER_VALUE"
    sentence = N_("'{value}' cannot be the {column} of a row of {table}: {why}.")


class ParameterEmpty(InputError):
    code = "E_PARAMETER_VALUE"
    sentence = N_("A row of {table} needs its columns {needed}; {missing} says nothing.")


def typed(table: str, name: str, given: Mapping[str, Any], words: Words, *, old: Row | None = None) -> dict[str, Any]:
    """Stated columns as values of their types; of a row that takes the place of ``old`` those that may change.

    Raises ParameterColumn, ParameterFixed, ParameterCell, ParameterEmpty.
    """
    known = columns(table)
    for column in given:
        if column not in known:
            raise ParameterColumn(table=table, column=column, known=", ".join(known), where={"column": column})
    values = {column: _value(table, column, given[column], known[column], words) for column in given}
    if old is not None:
        for column in values:
            if column not in editable(table) and values[column] != getattr(old, column):
                raise ParameterFixed(column=column, name=name, known=", ".join(editable(table)),
                                     where={"name": name, "column": column})
        return {column: value for column, value in values.items() if column in editable(table)}
    missing = [column for column in required(table) if values.get(column) in (None, "")]
    if missing:
        raise ParameterEmpty(table=table, needed=", ".join(required(table)), missing=", ".join(missing),
                             where={"table": table, "column": missing[0]})
    return values


def _value(table: str, column: str, given: Any, hint: Any, words: Words) -> Any:
    text = given.strip() if isinstance(given, str) else cells.written(given)
    try:
        value = cells.read(text, hint)
    except (ValueError, KeyError, TypeError):
        raise ParameterCell(value=text, column=column, table=table, why=cells.why_not(hint),
                            where={"column": column, "value": text}) from None
    open_to = words.get((table, column))
    if open_to is not None and any(word not in open_to for word in (str(value).split() or [""])):
        raise ParameterCell(value=text, column=column, table=table, why=cells.one_of(open_to),
                            where={"column": column, "value": text})
    return value


def filled(table: str) -> dict[str, Any]:
    """What the columns say of which nothing is stated: their defaults, no number, no options, no words, no."""
    empty: dict[Any, Any] = {bool: False, str: "", Mapping[str, str]: {}}
    defaults = {field.name: field.default for field in fields(TABLES[table].kind)}
    return {column: empty.get(hint) if defaults[column] is MISSING else defaults[column]
            for column, hint in columns(table).items()}
