"""A table that GDAL read, with its text cleaned, as a ``Raw``."""

from __future__ import annotations

from planner.formats.clean import clean_text, clean_value
from planner.formats.confined import Table
from planner.formats.geojson import CLEANED
from planner.formats.raw import Raw
from planner.text import Text


def table_to_raw(table: Table, format: str, layer: str, encoding: str) -> Raw:
    """Columns cleaned cell by cell, ids from a column ``id`` where there is one."""
    raw = Raw(format=format, layer=layer, encoding=encoding, shapes=table.shapes, crs=table.crs)
    for name, values in table.columns.items():
        fit, _ = clean_text(name)
        cleaned = [clean_value(value) for value in values]
        for position, (_, changed) in enumerate(cleaned):
            if changed:
                raw.note(position, Text(CLEANED))
        raw.columns["geometry_" if fit == "geometry" else fit] = [_none(value) for value, _ in cleaned]
    raw.ids = [_id(value) for value in raw.columns.get("id", [None] * len(table.shapes))]
    return raw


def _none(value: object) -> object:
    """NaN is how a number column says that there is no value."""
    return None if isinstance(value, float) and value != value else value


def _id(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value).strip()
