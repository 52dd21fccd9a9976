"""What a row of parameters must be in itself and among the rows of its table, so that it judges nothing wrongly."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import get_args

from planner.errors import InputError, UnitUnknown
from planner.parameters import (
    CaseTerm,
    Coefficient,
    Grade,
    Holiday,
    LandClass,
    MapDivision,
    Measure,
    Quota,
    Status,
    Threshold,
    in_force,
)
from planner.parameters.rows import Row
from planner.parameters.tables import TABLES, address, days_of, number, unit
from planner.text import N_, Text
from planner.units import base_unit, stated_in_base

SHARE = "share"  # of a whole: never more than one
MOST, LONGEST = 1e12, 500
SAID = ("title", "name")  # what a page prints of a row
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ParameterValue(InputError):
    code = "E_PARAMETER_VALUE"
    sentence = N_("'{name}' cannot have {value} as its {column}: it must be a number from {least:g} to {most:g}.")


class ParameterRange(InputError):
    code = "E_PARAMETER_VALUE"
    sentence = N_("The range {low:g} to {high:g} of '{name}' does not hold its value {value:g}.")


class ParameterWords(InputError):
    code = "E_PARAMETER_WORDS"
    sentence = N_("The {column} of a row of '{name}' must be 1 to {most} signs.")


class ParameterStatus(InputError):
    code = "E_PARAMETER_STATUS"
    sentence = N_("The status of a row is one of {known}, not '{status}'.")


class ParameterUnsound(InputError):
    code = "E_PARAMETER_UNSOUND"
    sentence = N_("'{name}' cannot be so: {why}.")


def refuse_unsound_row(table: str, row: Row) -> None:
    """Raises ParameterStatus, ParameterWords, ParameterValue, ParameterRange, ParameterUnsound for a row that cannot
    be, whatever stands beside it."""
    name = address(table, row)
    if row.status not in get_args(Status):
        raise ParameterStatus(known=", ".join(get_args(Status)), status=row.status, where={"name": name})
    for field in fields(row):
        value = getattr(row, field.name)
        if isinstance(value, str) and (len(value) > LONGEST or (field.name == "source" and not value.strip())):
            raise ParameterWords(column=_word(field.name), name=name, most=LONGEST, where={"name": name})
        if field.name in SAID and ("{" in str(value) or "}" in str(value)):
            raise _unsound(name, Text(N_("what is printed holds no curly brackets")))
        if isinstance(value, float):
            _refuse_number(table, row, name, field.name, value)
    if number(table, row) is not None and not unit(row):
        raise _unsound(name, Text(N_("a number needs its unit")))
    if isinstance(row, Coefficient):
        low, high = (row.value if bound is None else bound for bound in (row.low, row.high))
        if not low <= row.value <= high:
            raise ParameterRange(low=low, high=high, name=name, value=row.value, where={"name": name})
    for why in OF_ROW[table](row) if table in OF_ROW else ():
        raise _unsound(name, why)


def _refuse_number(table: str, row: Row, name: str, column: str, value: float) -> None:
    most = 1.0 if unit(row) == SHARE and column in (TABLES[table].number, "low", "high") else MOST
    if not (math.isfinite(value) and 0 <= value <= most):
        raise ParameterValue(column=_word(column), name=name, value=value, least=0.0, most=most,
                             where={"name": name, "value": str(value)})


def refuse_unsound_table(table: str, rows: Sequence[Row], new: Row) -> None:
    """Raises ParameterUnsound where on some day of a new row the rows of a table cannot stand beside each other."""
    if table not in OF_TABLE:
        return
    first, last = new.valid_from or date.min, new.valid_to or date.max
    for day in [first, *(day for day in days_of(rows) if first < day <= last)]:
        for why in OF_TABLE[table]([row for row in rows if in_force(row, day)]):
            raise _unsound(address(table, new), why)


def _unsound(name: str, why: Text) -> ParameterUnsound:
    return ParameterUnsound(name=name, why=why, where={"name": name})


def _word(column: str) -> Text:
    return Text(WORDS.get(column, column))


WORDS = {"value": N_("value"), "limit": N_("value"), "up_to": N_("value"), "low": N_("least value"),
         "high": N_("most value"), "source": N_("source"), "note": N_("note")}


# ---------------------------------------------------------------- a row in itself
def _land_class(row: Row) -> Iterable[Text]:
    assert isinstance(row, LandClass)  # noqa: S101  (asked by table)
    if row.paddy and not row.cultivated:
        yield Text(N_("paddy is cultivated land"))
    if row.cultivated and row.three_way != "farm":
        yield Text(N_("cultivated land is farm land"))
    if not COLOUR.fullmatch(row.colour):
        yield Text(N_("a colour is written as #rrggbb"))


def _quota(row: Row) -> Iterable[Text]:
    assert isinstance(row, Quota)  # noqa: S101
    if row.kind == "ratio" and row.ledger:
        yield Text(N_("the book keeps no account of a ratio"))
    if (row.kind == "ratio") != bool(row.numerator):
        yield Text(N_("a ratio says what its numerator is, and nothing else does"))
    if row.per not in ("", "substation"):
        yield Text(N_("a budget is the park's, or each substation's"))
    if row.ledger and not row.quota.endswith(f"_{row.unit}"):
        yield Text(N_("the name of a quota of the book ends in its unit, _{unit}"), unit=row.unit)
    if row.kind != "ratio":
        yield from _same_unit(row.unit, row.cap_unit)


def _same_unit(kept: str, cap: str) -> Iterable[Text]:
    try:
        same = base_unit(kept) == base_unit(cap)
    except UnitUnknown:
        same = False
    if not same:
        yield Text(N_("amounts in {unit} cannot be counted in {cap_unit}"), unit=kept, cap_unit=cap)


def _term(row: Row) -> Iterable[Text]:
    assert isinstance(row, CaseTerm)  # noqa: S101
    if row.limit <= 0:
        yield Text(N_("a term has at least a part of a day"))


def _holiday(row: Row) -> Iterable[Text]:
    assert isinstance(row, Holiday)  # noqa: S101
    if row.last < row.first:
        yield Text(N_("its last day is before its first"))


def _measure(row: Row) -> Iterable[Text]:
    assert isinstance(row, Measure)  # noqa: S101
    try:
        stated_in_base(Decimal(1), row.unit)
    except UnitUnknown:
        yield Text(N_("the unit {unit} is not known"), unit=row.unit)


# ---------------------------------------------------------------- rows beside each other
def _ladder(rows: Iterable[tuple[str, float | None]]) -> Iterable[Text]:
    """Steps in their order, each higher than the one before it; nothing is above a step without an end."""
    before: tuple[str, float | None] | None = None
    for name, most in rows:
        if before is not None and (before[1] is None or (most is not None and most <= before[1])):
            yield Text(N_("{upper} must begin above {lower}"), upper=name, lower=before[0])
        before = name, most


def _grades(rows: Sequence[Row]) -> Iterable[Text]:
    scales: dict[tuple[str, float | None], list[tuple[str, float | None]]] = {}
    for row in rows:
        if isinstance(row, Grade):
            scales.setdefault((row.scale, row.size_from), []).append((address("grades", row), row.up_to))
    for steps in scales.values():
        yield from _ladder(steps)


def _review(rows: Sequence[Row]) -> Iterable[Text]:
    kinds: dict[str, list[tuple[str, float | None]]] = {}
    for row in rows:
        if isinstance(row, Threshold) and row.test == "from":
            kinds.setdefault(row.measure, []).append((address("review", row), row.limit))
    for steps in kinds.values():
        yield from _ladder(steps)


def _quotas(rows: Sequence[Row]) -> Iterable[Text]:
    quotas = [row for row in rows if isinstance(row, Quota)]
    keys = [quota.cap_key for quota in quotas]
    for quota in quotas:
        if keys.count(quota.cap_key) > 1:
            yield Text(N_("two quotas have the cap key {key}"), key=quota.cap_key)


def _holidays(rows: Sequence[Row]) -> Iterable[Text]:
    known = [row for row in rows if isinstance(row, Holiday)]
    for one in known:
        for other in known:
            if one.kind == "off" and other.kind == "work" and one.first <= other.last and other.first <= one.last:
                yield Text(N_("{first} to {last} would be off and worked on"), first=other.first.isoformat(),
                           last=other.last.isoformat())


def _division(row: Row) -> Iterable[Text]:
    assert isinstance(row, MapDivision)  # noqa: S101
    if row.scale < 1 or row.divisions < 1 or row.digits < 0:
        yield Text(N_("a map sheet is divided by whole numbers above 0"))


OF_ROW: Mapping[str, Callable[[Row], Iterable[Text]]] = MappingProxyType({
    "land_classes": _land_class, "quotas": _quota, "case_terms": _term, "holidays": _holiday, "measures": _measure,
    "map_divisions": _division,
})
OF_TABLE: Mapping[str, Callable[[Sequence[Row]], Iterable[Text]]] = MappingProxyType({
    "grades": _grades, "review": _review, "quotas": _quotas, "holidays": _holidays,
})
