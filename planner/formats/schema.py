"""Roles of layers, the fields of each, and how the columns of a file become them.

A field is filled by the column or constant the person names, else by a column of the field's own name, else (for the
classes of a survey) by the column that survey databases call it. Source of those names: TD/T 1016-2019 (layer DLTB).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd

from planner.errors import PlannerError
from planner.formats.crs import LONLAT
from planner.formats.errors import ColumnMissing, FieldUnknown, RoleUnknown, RowBad
from planner.formats.numbers import NotANumber, short
from planner.formats.reading import Reading
from planner.formats.values import absent, plain, value_of
from planner.text import N_, Text, Translate, english


@dataclass(frozen=True)
class Field:
    """``columns`` are names under which surveys keep it, taken without being asked when ``assumed``."""

    field: str
    type: str
    help: str
    required: bool = False
    columns: tuple[str, ...] = ()
    assumed: bool = True


_ID = Field(
    "id",
    "text",
    N_("what tells the feature from the others; by default the file's id or its number"),
    columns=("BSM", "TBBH"),
    assumed=False,
)
_NAME = Field("name", "text", N_("its name on maps and in findings"), columns=("DLMC", "NAME", "名称", "地块名称"))
_KIND = Field("kind", "text", N_("a free word for what it is"))
_CLASSED = (
    _ID,
    _NAME,
    _KIND,
    Field(
        "code",
        "text",
        N_("land class; a text, as 0101 is not 101"),
        required=True,
        columns=("DLBM", "地类编码", "用地代码", "YDDM"),
    ),
    Field(
        "code_system", "text", N_("the list its codes are from, e.g. GBT21010-2017; without it the class is unknown")
    ),
    Field(
        "grade",
        "whole number 1-15",
        N_("quality grade of cultivated land; without it the grain capacity is unknown"),
        columns=("GDDB", "质量等别"),  # not GDPDJB, which is the slope grade
    ),
    Field(
        "ridge_share",
        "number 0-1",
        N_("share of field ridges, deducted from cultivated land"),
        columns=("KCXS", "TKXS"),
    ),
)
_PLAIN = (_ID, _NAME, _KIND)

FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "parks": (
            *_PLAIN,
            Field("account", "text", N_("the park code whose quotas its parcels draw on; by default its id")),
            Field("county", "text", N_("the county it lies in; lots of restored land of that county come first")),
            Field("city", "text", N_("the city it lies in")),
            Field("province", "text", N_("the province it lies in")),
            Field("region", "text", N_("the class of its region in the access standards; without it none is known")),
        ),
        "parcels": (*_PLAIN, Field("status", "text", N_("what stands on it or is planned"))),
        "land_survey": _CLASSED,
        "basic_farmland": _PLAIN,
        "ecological_redline": _PLAIN,
        "urban_boundary": _PLAIN,
        "zoning": _CLASSED,
        "substations": (
            *_PLAIN,
            Field("capacity_kw", "number, kW", N_("what it can give; without it its headroom is not judged")),
            Field("used_kw", "number, kW", N_("what is drawn from it already; without it its headroom is unknown")),
        ),
        "carbon_boundary": _PLAIN,
        "context": _PLAIN,
    }
)
ROLES = tuple(FIELDS)
NUMBERS = ("ridge_share", "capacity_kw", "used_kw")

# What the columns of a national land survey hold. Source: TD/T 1016-2019, attribute table of DLTB.
SURVEY_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "BSM": N_("identifier of the patch"),
        "YSDM": N_("code of the feature class"),
        "TBBH": N_("number of the patch in its village"),
        "DLBM": N_("land class code"),
        "DLMC": N_("land class name"),
        "QSXZ": N_("kind of ownership"),
        "QSDWDM": N_("code of the owner"),
        "QSDWMC": N_("owner"),
        "ZLDWDM": N_("code of the village it lies in"),
        "ZLDWMC": N_("village it lies in"),
        "TBMJ": N_("area of the patch as the survey states it, m2"),
        "KCDLBM": N_("class of what is deducted"),
        "KCXS": N_("share deducted for field ridges"),
        "KCMJ": N_("area deducted, m2"),
        "TBDLMJ": N_("area of the class without what is deducted, m2"),
        "GDLX": N_("kind of cultivated land"),
        "GDPDJB": N_("slope grade of cultivated land (not its quality grade)"),
        "GDDB": N_("quality grade of cultivated land"),
        "ZZSXDM": N_("what is planted"),
        "SJNF": N_("year of the data"),
    }
)
STATED_AREA = "TBMJ"


def schema(role: str) -> tuple[Field, ...]:
    """The fields of a role. Raises RoleUnknown."""
    if role not in FIELDS:
        raise RoleUnknown(role=role, known=", ".join(ROLES))
    return FIELDS[role]


def schema_document(role: str, say: Translate = english) -> list[dict[str, Any]]:
    """The same for `planner layers --schema`: one mapping a field. Raises RoleUnknown."""
    return [
        {
            "field": one.field,
            "type": one.type,
            "required": one.required,
            "help": say(one.help),
            "columns": list(one.columns),
        }
        for one in schema(role)
    ]


def suggested(reading: Reading, role: str) -> dict[str, str]:
    """Field -> column that is taken when nobody says otherwise, for the columns this file has. Raises RoleUnknown."""
    known = {str(column).upper(): str(column) for column in reading.frame.columns if column != "geometry"}
    found = {}
    for one in schema(role):
        names = (one.field, *one.columns) if one.assumed else ()
        column = next((known[name.upper()] for name in names if name.upper() in known), None)
        if column is not None:
            found[one.field] = column
    return found


def offered(reading: Reading, role: str) -> dict[str, str]:
    """Field -> column that would fit it but is not taken without a person's word: numbers that tell every feature from
    the others. Raises RoleUnknown."""
    known = {str(column).upper(): str(column) for column in reading.frame.columns if column != "geometry"}
    found: dict[str, str] = {}
    for one in schema(role):
        for name in () if one.assumed else one.columns:
            values = [None if absent(v) else plain(v) for v in reading.frame[known[name]]] if name in known else []
            if values and None not in values and len(set(values)) == len(values):
                found.setdefault(one.field, known[name])
    return found


def apply_mapping(
    reading: Reading,
    role: str,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
) -> tuple[gpd.GeoDataFrame, tuple[PlannerError, ...]]:
    """The features of a reading with the fields of a role, in EPSG:4490, and one error for each bad value.

    Parameters: ``mapping`` field -> column, ``constants`` field -> value for all. A row with a bad value is left
    out of the frame. Raises RoleUnknown, FieldUnknown, ColumnMissing.
    """
    fields = schema(role)
    chosen = {**suggested(reading, role), **dict(mapping or {})}
    fixed = dict(constants or {})
    _check_names(reading, role, dict(mapping or {}), fixed)
    data: dict[str, list[Any]] = {}
    bad: dict[int, PlannerError] = {}
    for one in fields:
        values = _values(reading, one, chosen, fixed)
        column = chosen.get(one.field, one.field)
        data[one.field] = _typed(reading, one.field, column, values, fixed.get("code_system"), bad)
    if role == "parks":
        data["account"] = [account or id_ for account, id_ in zip(data["account"], data["id"], strict=True)]
    _unique(reading, chosen.get("id", "id"), data["id"], bad)
    good = [i for i in range(len(reading.ids)) if i not in bad]
    columns = {
        name: pd.Series([values[i] for i in good], dtype="float64" if name in NUMBERS else object)
        for name, values in data.items()
    }
    frame = gpd.GeoDataFrame(columns, geometry=reading.frame.geometry.values[good], crs=LONLAT)
    return frame, tuple(bad[i] for i in sorted(bad))


def _check_names(reading: Reading, role: str, mapping: Mapping[str, str], constants: Mapping[str, str]) -> None:
    known = [one.field for one in schema(role)]
    for name in (*mapping, *constants):
        if name not in known:
            raise FieldUnknown(file=reading.file, field=name, role=role, known=", ".join(known))
    columns = [str(column) for column in reading.frame.columns if column != "geometry"]
    for name, column in mapping.items():
        if column not in columns:
            raise ColumnMissing(
                file=reading.file, field=name, known=", ".join(columns) or "-", where={"column": column}
            )


def _values(reading: Reading, one: Field, chosen: Mapping[str, str], fixed: Mapping[str, str]) -> list[Any]:
    if one.field in fixed:
        return [fixed[one.field]] * len(reading.ids)
    if one.field in chosen:
        return list(reading.frame[chosen[one.field]])
    if one.field == "id":
        return list(reading.ids)
    if one.required:
        columns = [str(column) for column in reading.frame.columns if column != "geometry"]
        raise ColumnMissing(file=reading.file, field=one.field, known=", ".join(columns) or "-")
    return [None] * len(reading.ids)


def _typed(
    reading: Reading, field: str, column: str, values: list[Any], code_system: str | None, bad: dict[int, PlannerError]
) -> list[Any]:
    typed: list[Any] = [None] * len(values)
    for position, value in enumerate(values):
        try:
            typed[position] = value_of(field, value, code_system)
        except NotANumber as wrong:
            bad.setdefault(position, _bad(reading.ids[position], position, column, value, wrong.problem))
    return typed


def _unique(reading: Reading, column: str, ids: list[Any], bad: dict[int, PlannerError]) -> None:
    seen: set[str] = set()
    for position, value in enumerate(ids):
        if position in bad:
            continue
        if value is None or value in seen:
            problem = (
                Text(N_("is empty")) if value is None else Text(N_("stands twice, but tells a feature from the others"))
            )
            bad[position] = _bad(reading.ids[position], position, column, value, problem)
        else:
            seen.add(value)


def _bad(feature: str, position: int, column: str, value: Any, problem: Text) -> RowBad:
    where = {"feature": feature, "row": position + 1, "column": column}
    return RowBad(
        row=position + 1, column=column, value=short("" if value is None else value), problem=problem, where=where
    )
