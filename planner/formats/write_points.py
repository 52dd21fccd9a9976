"""Parcels as a table of boundary points, XLSX or CSV: one row a point, as the offices hand them round.

X is the northing, Y the easting with its zone, in metres to the millimetre; the system stands in a column of its own.
No cell is a formula: texts stay texts in the workbook, in CSV one that looks like a formula gets an apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd

from planner.formats.clean import tame
from planner.formats.crs import label
from planner.formats.write_txt import ring_rows
from planner.land.boundary import DECIMALS

_FIRST = ("地块编号", "地块名称", "点号", "圈号", "X坐标(m)", "Y坐标(m)", "坐标系")
_PLACED = ("id", "name", "geometry")


def write_points_csv(path: Path, frame: gpd.GeoDataFrame) -> None:
    """UTF-8 with a mark, which spreadsheets need to read Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in _rows(frame):
            writer.writerow([f"{v:.{DECIMALS}f}" if n in (4, 5) and not isinstance(v, str) else tame(v)
                             for n, v in enumerate(row)])  # fmt: skip


def write_points_xlsx(path: Path, frame: gpd.GeoDataFrame) -> None:
    """A workbook of one sheet."""
    import openpyxl  # takes a while to come: only where a workbook is written

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("界址点")
    for row in _rows(frame):
        sheet.append([_cell(sheet, value) for value in row])
    book.save(path)


def _cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # set after the value, which would make "=1+1" a formula
    return cell


def _rows(frame: gpd.GeoDataFrame) -> Iterator[list[Any]]:
    """The headings, then the points of each parcel in the order of the TXT; its fields stand in every row of it."""
    others = [str(name) for name in frame.columns if name not in _PLACED]
    headings = list(_FIRST)
    for name in others:
        heading = name.strip() or "-"
        while heading in headings:
            heading += "_"
        headings.append(heading)
    yield headings
    system = label(frame.crs)
    table = frame.drop(columns="geometry").astype(object)
    records = table.where(table.notna(), None).to_dict("records")
    for number, (shape, record) in enumerate(zip(frame.geometry.values, records, strict=True), start=1):
        said = [_plain(record.get(name)) for name in others]
        id, name = str(record.get("id") or number), record.get("name") or ""
        for point, ring, north, east in ring_rows(shape):
            yield [id, str(name), point, ring, round(north, DECIMALS), round(east, DECIMALS), system, *said]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
