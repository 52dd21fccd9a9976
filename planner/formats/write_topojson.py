"""Parcels as TopoJSON: a border that two parcels share is one arc, so that they can never come apart.

Source: the TopoJSON format specification, sections 2.1.4 (arcs), 2.2.2 (polygons); no quantisation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.formats.write import DECIMALS

Point = tuple[float, float]
Line = tuple[Point, ...]
# Named as the older GeoJSON names it: a topology has no default.
_CRS = {"type": "name", "properties": {"name": "EPSG:4490"}}


def write_topojson(path: Path, pieces: Iterable[tuple[Mapping[str, Any], BaseGeometry]]) -> None:
    """One object ``parcels`` of (properties, shape in longitude/latitude), coordinates to 1e-9 degree."""
    records, shapes = zip(*pieces, strict=True)
    rings = [[_rings(part) for part in shapely.get_parts(shape)] for shape in shapes]
    junctions = _junctions(ring for parts in rings for part in parts for ring in part)
    arcs: dict[Line, int] = {}
    geometries = []
    for record, parts in zip(records, rings, strict=True):
        pieces_of = [[[_arc(line, arcs) for line in _cut(ring, junctions)] for ring in part] for part in parts]
        kind = {"type": "Polygon", "arcs": pieces_of[0]} if len(parts) == 1 else {"type": "MultiPolygon"}
        said = {"id": record["id"]} if record.get("id") is not None else {}
        geometries.append({**kind, "arcs": kind.get("arcs", pieces_of), **said, "properties": dict(record)})
    document = {
        "type": "Topology",
        "crs": _CRS,
        "objects": {"parcels": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": list(arcs),
    }
    path.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _rings(part: BaseGeometry) -> list[Line]:
    """Outer ring clockwise as TopoJSON has it, then the inner ones; the repeated last point left out."""
    turned = shapely.orient_polygons(part, exterior_cw=True)
    return [_line(ring) for ring in (turned.exterior, *turned.interiors)]


def _line(ring: BaseGeometry) -> Line:
    points = np.round(shapely.get_coordinates(ring)[:-1], DECIMALS).tolist()
    return tuple((x, y) for n, (x, y) in enumerate(points) if [x, y] != points[n - 1])


def _junctions(rings: Iterable[Line]) -> set[Point]:
    """Points where borders part: they lie between different neighbours in different rings."""
    beside: dict[Point, frozenset[Point]] = {}
    found: set[Point] = set()
    for ring in rings:
        for at, point in enumerate(ring):
            pair = frozenset((ring[at - 1], ring[(at + 1) % len(ring)]))
            if beside.setdefault(point, pair) != pair:
                found.add(point)
    return found


def _cut(ring: Line, junctions: set[Point]) -> list[Line]:
    """A ring as lines from junction to junction; one without any as a closed line from its smallest point."""
    cuts = [at for at, point in enumerate(ring) if point in junctions] or [ring.index(min(ring))]
    ends = [*cuts[1:], cuts[0] + len(ring)]
    return [tuple(ring[at % len(ring)] for at in range(one, end + 1)) for one, end in zip(cuts, ends, strict=True)]


def _arc(line: Line, arcs: dict[Line, int]) -> int:
    """The number of an arc; of one that is there the other way round, as TopoJSON writes it: ~number."""
    if line[::-1] in arcs:
        return ~arcs[line[::-1]]
    return arcs.setdefault(line, len(arcs))
