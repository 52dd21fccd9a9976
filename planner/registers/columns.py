"""Columns of a register: declared once, as the fields of its row; read and written by name, never by position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any, Literal

Kind = Literal["word", "words", "day", "year", "figure", "amount", "share", "whole", "choice", "yearly"]
COLUMN = "column"


@dataclass(frozen=True)
class Column:
    """One column: ``name`` for programs, ``title`` (a message id) for people.

    ``kind``: word; words (several, parted by ;); day; year; figure (0 or more); amount (more than 0); share (0 to 1);
    whole; choice (one of ``choices``, value -> message id); yearly (a figure for each of several years, a column each:
    the title followed by the year).
    """

    name: str
    title: str
    kind: Kind
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    needed: bool = False


def column(title: str, kind: Kind = "word", *, unit: str = "", choices: Mapping[str, str] | None = None) -> Any:
    """A field of a row. Empty is "" for words, () for several, {} for years, None for all else."""
    made = {"title": title, "kind": kind, "unit": unit, "choices": choices or {}}
    if kind == "words":
        return field(default=(), metadata={COLUMN: made})
    if kind == "yearly":
        return field(default_factory=dict, metadata={COLUMN: made})
    return field(default="" if kind in ("word", "choice") else None, metadata={COLUMN: made})


def needed(title: str, kind: Kind = "word", *, choices: Mapping[str, str] | None = None) -> Any:
    """A field without which there is no row."""
    return field(metadata={COLUMN: {"title": title, "kind": kind, "unit": "", "choices": choices or {}}})


def columns_of(row: type[Any]) -> tuple[Column, ...]:
    """The columns of a row class in the order of its fields."""
    return tuple(
        Column(
            name=one.name,
            needed=one.default is MISSING and one.default_factory is MISSING,
            **one.metadata[COLUMN],
        )
        for one in fields(row)
        if COLUMN in one.metadata
    )


def document_of(row: Any) -> dict[str, Any]:
    """A row's values as JSON can hold them, empty ones left out, days as ISO text."""
    values = {one.name: getattr(row, one.name) for one in columns_of(type(row))}
    return {name: _said(value) for name, value in values.items() if value not in (None, "", (), {})}


def values_of(row: type[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a kept document as the fields of its row want them; what the row no longer knows is left out."""
    return {one.name: _meant(one.kind, document[one.name]) for one in columns_of(row) if one.name in document}


def _said(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return {str(key): one for key, one in value.items()} if isinstance(value, Mapping) else value


def _meant(kind: Kind, value: Any) -> Any:
    if kind == "day" and isinstance(value, str):
        return date.fromisoformat(value)
    if kind == "words":
        return tuple(value)
    return {int(year): figure for year, figure in value.items()} if kind == "yearly" else value
