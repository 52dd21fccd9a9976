"""Tables of projects: a heading is a field's dotted path, a cell what TOML would hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from planner.errors import Rejected
from planner.formats.errors import TableColumnMissing
from planner.formats.numbers import NotANumber, meaning, plain_decimal
from planner.formats.tables import BadRow, day_of, sheet_of, text_of
from planner.formats.workbook import Formula
from planner.text import N_, Text

# Fields of a project that are words whatever their cells look like: an id 007 keeps its zeros.
WORDS = frozenset({"id", "name", "status", "site", "parcel", "kind", "industry", "sub_park", "for", "basis"})
_NUMBERISH = re.compile(r"[\d.,+\-eE%\s]*\d[\d.,+\-eE%\s]*\Z")


def read_projects(
    path: Path, *, name: str | None = None, layer: str | None = None, encoding: str | None = None
) -> list[tuple[int, dict[str, Any]]]:
    """Row number and fields of each project, dotted headings as inner tables, empty cells left out.

    Raises Rejected (E_ROWS), TableColumnMissing, and what ``read_sheet`` raises. What the fields mean is checked later.
    """
    sheet = sheet_of(path, name, layer, encoding)
    if "id" not in sheet.headings:
        raise TableColumnMissing(file=name or path.name, column="id", known=", ".join(filter(None, sheet.headings)))
    rows, bad = [], []
    for number, record in sheet.records():
        try:
            rows.append((number, _project_row(number, record)))
        except BadRow as found:
            bad.append(found.error())
    if bad:
        raise Rejected(bad, kind="rows", file=name or path.name)
    return rows


def _project_row(number: int, record: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    bad: list[tuple[str, Any, Text]] = []
    for heading, value in record.items():
        if value is None or text_of(value) == "":
            continue
        try:
            _put(fields, heading, _project_value(heading, value))
        except NotANumber as wrong:
            bad.append((heading, value, wrong.problem))
    if bad:
        raise BadRow(number, bad)
    return fields


def _project_value(heading: str, value: Any) -> Any:
    """A cell as TOML would hold it: words, true and false, days, lists in brackets, whole and other numbers."""
    if isinstance(value, Formula):
        raise NotANumber(Text(N_("is a formula; paste its value")))
    if heading.rsplit(".", 1)[-1] in WORDS:
        return text_of(int(value) if isinstance(value, float) and value.is_integer() else value)
    if isinstance(value, bool | date):
        return value.date() if isinstance(value, datetime) else value
    text = text_of(value)
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if isinstance(value, str) and text[:1] in "[{":
        return _toml(text)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return day_of(text)
    if isinstance(value, str) and not _NUMBERISH.match(text) and meaning(text) is None:
        return text
    number = plain_decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        raise NotANumber(Text(N_("is no list or table as TOML writes them"))) from None


def _put(fields: dict[str, Any], heading: str, value: Any) -> None:
    *path, last = heading.split(".")
    inner = fields
    for step in path:
        inner = inner.setdefault(step, {})
        if not isinstance(inner, dict):
            raise NotANumber(Text(N_("stands beside a value for the whole of '{table}'"), table=step))
    if last in inner:
        raise NotANumber(Text(N_("stands beside a value for the whole of '{table}'"), table=last))
    inner[last] = value
