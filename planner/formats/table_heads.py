"""The headings of the tables that `planner import` takes, for an empty file to be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel

from planner.energy.project import Project
from planner.formats.tables import LOT_COLUMNS, NEEDED, QUOTA_TYPES, UNITS

QUOTA_HEADS = ("park", *NEEDED, "basis", "document", "lot", "expiry", *LOT_COLUMNS)


def heads(role: str) -> tuple[str, ...]:
    """The headings of the table of a role: quotas or projects, inner tables of a project as dotted headings."""
    return QUOTA_HEADS if role == "quotas" else tuple(_fields(Project))


def choices(role: str) -> Mapping[str, Sequence[str]]:
    """The columns that take one of few words, and those words."""
    return CHOICES[role]


def _fields(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = _table(field.annotation)
        yield from _fields(inner, f"{before}{name}.") if inner is not None else [f"{before}{field.alias or name}"]


def _table(annotation: Any) -> type[BaseModel] | None:
    """The table that a field holds one of; None for a figure, a word and a list of tables."""
    found = [one for one in (annotation, *get_args(annotation)) if isinstance(one, type) and issubclass(one, BaseModel)]
    return found[0] if found and getattr(annotation, "__origin__", None) is not tuple else None


CHOICES: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType({
    "quotas": {"quota_type": tuple(QUOTA_TYPES), "unit": UNITS},
    "projects": {"status": ("candidate", "committed")},
})
