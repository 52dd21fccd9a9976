"""The registers of a park out of the house: as a table that reads back, as findings, as ground on a map."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import shapely

from planner.desk import documents
from planner.desk.authority import ANYWHERE, needs
from planner.desk.booking import Document
from planner.desk.desk import Desk
from planner.desk.registers import checked, register_of, rows, verdict
from planner.errors import UsageError
from planner.formats import registers as tables
from planner.people import Role
from planner.registers.columns import columns_of, document_of
from planner.registers.rows import Row
from planner.registers.scene import Checked
from planner.sheets.workbook import Cell, table_xlsx
from planner.text import N_, Text, Translate, english

ENDINGS = (".xlsx", ".geojson")


@needs(Role.VIEWER, ANYWHERE)
def export_register(desk: Desk, name: str, out: Path, *, say: Translate = english) -> Document:
    """A register as XLSX (reads back as it is) or its ground as GeoJSON. Raises UsageError, RegisterUnknown."""
    _refuse_ending(out, ENDINGS)
    kept = rows(desk, name)
    if out.suffix.lower() == ".geojson":
        out.write_text(json.dumps(geojson(checked(desk, name)), ensure_ascii=False), encoding="utf-8")
        return _written(name, out, len(kept))
    data, notes = workbook(name, kept, year=desk.today().year, say=say)
    out.write_bytes(data)
    return {**_written(name, out, len(kept)), **documents.notes(notes, say)}


def workbook(name: str, kept: Sequence[Row], *, year: int, say: Translate = english) -> tuple[bytes, list[Text]]:
    """The table of a register with its titles in a language, and what it could not hold.

    ``year`` is the one a yearly column is offered for where no row has a figure yet.
    """
    register = register_of(name)
    columns = columns_of(register.row)
    years = [one for row in kept for column in columns if column.kind == "yearly" for one in getattr(row, column.name)]
    heads = tables.headings(columns, years or [year], say)
    lines: list[list[Cell]] = []
    notes: list[Text] = []
    for row in kept:
        wkt = shapely.to_wkt(row.outline, rounding_precision=-1) if row.outline is not None else None
        if wkt is not None and len(wkt) > tables.MOST_CELL:
            notes.append(
                Text(N_("The outline of {id} is too long for a cell: export the register as GeoJSON."), id=row.id)
            )
            wkt = None
        cells = [tables.cell_of(column, getattr(row, column.name), year, say) for column, year, _ in heads]
        lines.append([*cells, wkt])
    titles = [*(title for _, _, title in heads), Text(tables.OUTLINE_TITLE).say(say)]
    return table_xlsx(titles, lines, title=Text(register.title).say(say)), notes


def write_findings(name: str, found: Sequence[Checked], out: Path, *, say: Translate = english) -> None:
    """The findings as XLSX. Raises UsageError for another ending."""
    _refuse_ending(out, ENDINGS[:1])
    out.write_bytes(findings_workbook(name, found, say=say))


def _refuse_ending(out: Path, endings: Sequence[str]) -> None:
    if out.suffix.lower() not in endings:
        raise UsageError(
            problem=Text(
                N_("--out {path}: the ending for {kind} is one of {known}"),
                path=str(out),
                kind="register",
                known=", ".join(endings),
            )
        )


def findings_workbook(name: str, found: Sequence[Checked], *, say: Translate = english) -> bytes:
    """Every finding of a register on a row of its own: for whoever has to answer for it."""
    titles = [
        N_("Number"), N_("Name"), N_("Check"), N_("Answer"), N_("What was found"), N_("Value"), N_("Limit"), N_("Unit"),
        N_("Clause"), N_("Status"),
    ]  # fmt: skip
    lines: list[list[Cell]] = [
        [one.row.id, one.row.name, Text(seen.title).say(say), Text(ANSWERS[str(seen.state)]).say(say),
         seen.message.say(say), seen.value, seen.limit, seen.unit, seen.source, Text(seen.status).say(say)]
        for one in found
        for seen in one.findings
    ]  # fmt: skip
    return table_xlsx([Text(one).say(say) for one in titles], lines, title=Text(register_of(name).title).say(say))


ANSWERS = {"hit": N_("hit"), "clear": N_("clear"), "not_checkable": N_("not checkable")}


def geojson(found: Sequence[Checked]) -> Document:
    """The ground of the rows that have one, with their values and their verdicts."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": one.row.id,
                "properties": {**document_of(one.row), "area_m2": one.joined.area_m2, "verdict": str(verdict(one))},
                "geometry": shapely.geometry.mapping(one.joined.shape),
            }
            for one in found
            if one.joined.shape is not None
        ],
    }


def _written(name: str, out: Path, count: int) -> Document:
    return {"register": name, "path": str(out), "rows": count, "bytes": out.stat().st_size}
