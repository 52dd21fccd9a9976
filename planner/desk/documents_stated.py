"""The JSON documents of `planner assessment`: the zero-carbon ratio and the project types."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from planner.admission.zero_carbon import Ratio
from planner.desk.documents import Document, notes
from planner.energy.types import TYPES, fields_of_type, rows_of_type
from planner.parameters import Parameters, in_force
from planner.text import Translate


def ratio(found: Ratio, say: Translate) -> Document:
    """`assessment zero-carbon`."""
    return {
        "year": found.year,
        "tco2_per_tce": found.tco2_per_tce,
        "energy_tce": found.energy_tce,
        "carbon_tco2": found.carbon_tco2,
        "grade": found.graded.grade if found.graded else None,
        "title": say(found.graded.title) if found.graded else None,
        "rule": found.graded.source if found.graded else None,
        "base": asdict(found.base) if found.base else None,
        "members": [asdict(row) for row in found.members],
        **notes(found.why, say),
    }


def types(parameters: Parameters, on: date, say: Translate) -> list[Document]:
    """`assessment types`: one document a project type."""
    return [
        {
            "type": kind.field,
            "title": say(kind.title),
            "formula": say(kind.formula),
            "fields": [{"field": row.path, "unit": row.unit, "required": row.required} for row in fields_of_type(kind)],
            "rows": [
                {
                    "name": row.name,
                    "value": row.value,
                    "low": row.low,
                    "high": row.high,
                    "unit": row.unit,
                    "source": row.source,
                    "status": row.status,
                }
                for row in rows_of_type(kind, parameters)
                if in_force(row, on)
            ],
        }
        for kind in TYPES
    ]
