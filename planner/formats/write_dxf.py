"""Parcels as a drawing: a closed polyline for each ring, a label in each parcel, the parcel's fields beside its lines.

AutoCAD 2010, which writes UTF-8, or for older programs AutoCAD 2004 in GBK; x is the easting with its zone, y the
northing, in metres.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ezdxf
import geopandas as gpd
import numpy as np
import shapely
from ezdxf.lldxf.const import DXFError

from planner.formats.crs import label
from planner.formats.dxf_outlines import APP

PARCELS, LABELS = "PARCELS", "LABELS"
_METRES = 6
# A string of extended data holds 255 bytes, all of an entity 16 383. Source: Autodesk DXF reference, extended data.
_CHUNK, _MOST = 250, 15_000
_LABEL_SHARE = 0.06


def write_dxf(path: Path, frame: gpd.GeoDataFrame, *, gbk: bool = False) -> None:
    """Parcels in metres of a zone; the columns id and name, where they are there, as labels."""
    document = ezdxf.new("R2004" if gbk else "R2010")
    if gbk:
        document.encoding = "gbk"  # written as $DWGCODEPAGE ANSI_936; a sign that GBK lacks becomes \\U+XXXX
    document.header["$INSUNITS"] = _METRES
    document.appids.add(APP)
    for layer, colour in ((PARCELS, 1), (LABELS, 7)):
        document.layers.add(layer, color=colour)
    space = document.modelspace()
    system = label(frame.crs)
    table = frame.drop(columns="geometry").astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    for number, (shape, row) in enumerate(zip(frame.geometry.values, rows, strict=True), start=1):
        tags = _tags(number, row, system)
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                line = space.add_lwpolyline(
                    shapely.get_coordinates(ring)[:-1].tolist(), close=True, dxfattribs={"layer": PARCELS}
                )
                line.set_xdata(APP, tags)
        _write_label(space, shape, row)
    try:
        document.saveas(path)
    except DXFError as wrong:  # a drawing of ours is whole: its path is what can be wrong
        raise OSError(str(wrong)) from wrong


def _tags(number: int, row: dict[str, Any], system: str) -> list[tuple[int, str]]:
    """The fields as JSON of ASCII letters, in pieces; only id and name where all is more than an entity may carry."""
    for fields in (row, {name: row[name] for name in ("id", "name") if name in row}, {}):
        said = {name: _plain(value) for name, value in fields.items() if value is not None}
        text = json.dumps({"parcel": number, "crs": system, "fields": said})
        if len(text) <= _MOST:
            break
    return [(1000, text[at : at + _CHUNK]) for at in range(0, len(text), _CHUNK)]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, str | int | float | bool) else str(value)


def _write_label(space: Any, shape: Any, row: dict[str, Any]) -> None:
    words = " ".join(" ".join(str(row[name]).split()) for name in ("id", "name") if row.get(name))
    if not words:
        return
    inside = shape.representative_point()
    west, south, east, north = shape.bounds
    height = max(0.5, _LABEL_SHARE * min(east - west, north - south))
    attributes = {"layer": LABELS, "height": height, "insert": (inside.x, inside.y)}
    # Two signs after %% mean something in a drawing.
    space.add_text(words.replace("%%", "% %"), dxfattribs=attributes)
