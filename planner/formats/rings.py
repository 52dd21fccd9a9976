"""Rings of coordinates to polygons: the one place where a reader without GDAL builds a shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.formats.errors import GeometryEmpty, GeometryNonFinite, TooComplex
from planner.formats.limits import MAX_CORNERS_SORTED, MAX_VERTICES
from planner.land.prepared import prepared
from planner.text import N_, Text

Floats = NDArray[np.float64]

CLOSED = N_("a ring was open and has been closed")
_KINDS = {
    "Point": N_("point"),
    "点": N_("point"),
    "MultiPoint": N_("set of points"),
    "LineString": N_("line"),
    "线": N_("line"),
    "LinearRing": N_("line"),
    "MultiLineString": N_("set of lines"),
    "GeometryCollection": N_("mixed collection"),
}
DROPPED = N_("a ring of fewer than three distinct points encloses nothing and was dropped")


def points(positions: Any, feature: str) -> Floats:
    """Positions of a JSON file as an array of (x, y); heights are dropped.

    Raises GeometryNonFinite for anything but finite numbers, GeometryEmpty for what is no list of positions.
    """
    if not isinstance(positions, list) or not all(isinstance(p, list) and len(p) >= 2 for p in positions):
        raise GeometryEmpty(
            feature=feature, reason=Text(N_("a ring is not a list of positions")), where={"feature": feature}
        )
    flat = [value for position in positions for value in position[:2]]
    if not all(type(value) in (float, int) for value in flat):
        raise GeometryNonFinite(feature=feature, where={"feature": feature})
    try:
        array = np.array(flat, dtype=np.float64).reshape(-1, 2)
    except OverflowError:
        raise GeometryNonFinite(feature=feature, where={"feature": feature}) from None
    return array


def closed(ring: Floats, feature: str) -> tuple[Floats, bool]:
    """The ring with its first point at its end; and whether it had to be put there. Raises GeometryNonFinite."""
    if not np.isfinite(ring).all():
        raise GeometryNonFinite(feature=feature, where={"feature": feature})
    if len(ring) and (ring[0] == ring[-1]).all():
        return ring, False
    return np.vstack([ring, ring[:1]]), True


def kind_name(kind: object) -> Text:
    """What a geometry that is no polygon is called in a sentence."""
    return Text(_KINDS.get(str(kind), N_("geometry of an unknown kind")))


def flat(ring: Floats) -> bool:
    """Whether a closed ring has fewer than three distinct points. Only short rings are looked at: a long one of two
    points is refused later for its area."""
    return len(ring) < 4 or (len(ring) < 8 and len({(x, y) for x, y in ring.tolist()}) < 3)


def polygon(parts: Sequence[Sequence[Floats]], feature: str) -> tuple[BaseGeometry, list[Text]]:
    """A Polygon or MultiPolygon from parts, each a shell and its holes; and what was noticed.

    A ring that is a mere line encloses nothing and is dropped with a note. Raises GeometryNonFinite, TooComplex,
    GeometryEmpty where no ring is left.
    """
    vertices = sum(len(ring) for part in parts for ring in part)
    if vertices > MAX_VERTICES:
        reason = Text(N_("{count:,} vertices, at most {limit:,} are read"), count=vertices, limit=MAX_VERTICES)
        raise TooComplex(what=Text(N_("Feature {feature}"), feature=feature), reason=reason, where={"feature": feature})
    notes: dict[str, None] = {}
    polygons = []
    for part in parts:
        rings = []
        for ring in part:
            whole, changed = closed(ring, feature)
            if changed and not flat(whole):
                notes[CLOSED] = None
            rings.append(whole)
        if rings and not flat(rings[0]):
            polygons.append(_part([ring for ring in rings if not flat(ring)]))
        if any(flat(ring) for ring in rings):
            notes[DROPPED] = None
    if not polygons:
        reason = Text(N_("a ring has fewer than three distinct points")) if notes else Text(N_("it has no rings"))
        raise GeometryEmpty(feature=feature, reason=reason, where={"feature": feature})
    whole_shape = polygons[0] if len(parts) == 1 else shapely.multipolygons(polygons)
    return whole_shape, [Text(note) for note in notes]


def _part(rings: Sequence[Floats]) -> BaseGeometry:
    shell = shapely.linearrings(rings[0])
    holes = [shapely.linearrings(ring) for ring in rings[1:]]
    part: BaseGeometry = shapely.polygons(shell, holes or None)
    return part


def nested(rings: Sequence[Floats], feature: str) -> list[list[Floats]]:
    """Loose rings sorted into parts by where they lie: inside another is its hole, inside a hole is a part again,
    beside is a part. The order of the shells is kept. Rings of one or two points stay parts and are refused later."""
    loose = [closed(ring, feature)[0] for ring in rings]
    if len(rings) == 1 or any(flat(ring) for ring in loose):
        return [[ring] for ring in rings]
    parent = _parents(loose, feature)
    depth: dict[int, int] = {}
    for i, above in parent.items():  # the larger before the smaller
        depth[i] = 0 if above is None else depth[above] + 1
    parts = {i: [rings[i]] for i in range(len(rings)) if depth[i] % 2 == 0}
    for i in range(len(rings)):
        owner = parent[i]
        if depth[i] % 2 and owner is not None:
            parts[owner].append(rings[i])
    return list(parts.values())


def _parents(rings: Sequence[Floats], feature: str) -> dict[int, int | None]:
    """Each closed ring with the smallest one that it lies in, by falling area. Raises TooComplex where so many lie
    about one another that sorting them would take minutes."""
    areas = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    order = np.argsort(-shapely.area(areas), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    outer = prepared(np.where(shapely.is_valid(areas), areas, shapely.convex_hull(areas)))
    boxes, tree, looked = shapely.bounds(areas), shapely.STRtree(areas), 0
    parent: dict[int, int | None] = {}
    for i in order.tolist():
        near = tree.query(areas[i])
        around = near[(rank[near] < rank[i]) & (boxes[near, :2] <= boxes[i, :2]).all(axis=1)
                      & (boxes[near, 2:] >= boxes[i, 2:]).all(axis=1)]  # fmt: skip
        looked += len(near) + len(around) * len(rings[i])
        if looked > MAX_CORNERS_SORTED:
            what, where = Text(N_("Feature {feature}"), feature=feature), {"feature": feature}
            raise TooComplex(what=what, reason=Text(N_("too many of its rings lie in one another")), where=where)
        inmost = sorted(around.tolist(), key=lambda j: -rank[j])
        parent[i] = next((j for j in inmost if _inside(areas[i], outer[j])), None)
    return parent


def _inside(inner: BaseGeometry, outer: BaseGeometry) -> bool:
    """By the vertices, so that a crossing ring does not upset it: all of them in or on the outer ring, one truly in, or
    (all on it) the middle of it."""
    corners = shapely.points(shapely.get_coordinates(inner))
    if not shapely.intersects(outer, corners).all():
        return False
    return bool(shapely.contains(outer, corners).any()) or bool(shapely.contains(outer, inner.representative_point()))
