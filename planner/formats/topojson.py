"""TopoJSON: shared arcs, delta-coded and quantised, put together to polygons.

Source: the TopoJSON format specification, sections 2.1.2 (transforms), 2.1.3 (positions), 2.1.4 (arcs).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import GeometryType, PlannerError
from planner.formats.errors import AmbiguousLayer, FileLayerMissing, GeometryEmpty, ParseError, TooComplex
from planner.formats.geojson import _crs, _id, _record, columns
from planner.formats.limits import MAX_FILE_VERTICES, MAX_VERTICES
from planner.formats.raw import Raw
from planner.formats.rings import kind_name, points, polygon
from planner.text import N_, Text

Floats = NDArray[np.float64]


def read_topojson(document: Mapping[str, Any], *, layer: str | None, encoding: str) -> Raw:
    """The polygons of one object of a topology. A topology seldom says its coordinate system; one in a
    ``crs`` member, as the older GeoJSON has it, is heeded.

    Raises ParseError, AmbiguousLayer (several objects and none named), FileLayerMissing.
    """
    objects = document.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise ParseError(reason=Text(N_("the topology has no 'objects'")))
    name = _choose(list(objects), layer)
    arcs = _arcs(document)
    raw = Raw(format="TopoJSON", layer=name, encoding=encoding, crs=_crs(document))
    records: list[dict[str, Any]] = []
    unfolded = 0
    for position, geometry in enumerate(_geometries(objects[name])):
        raw.ids.append(_id(geometry, geometry.get("properties") or {}))
        records.append(_record(raw, position, geometry.get("properties") or {}))
        shape = raw.shape(position, partial(_shape, geometry, arcs))
        raw.shapes.append(shape)
        unfolded += int(shapely.get_num_coordinates(shape))
        if unfolded > MAX_FILE_VERTICES:
            raise TooComplex(what=Text(N_("The file")), reason=_too_many(MAX_FILE_VERTICES))
    raw.columns = columns(records)
    return raw


def _too_many(limit: int) -> Text:
    return Text(N_("it has more than {limit:,} vertices"), limit=limit)


def _choose(names: list[str], layer: str | None) -> str:
    if layer is None and len(names) > 1:
        raise AmbiguousLayer(layers=", ".join(names))
    if layer is not None and layer not in names:
        raise FileLayerMissing(wanted=layer, known=", ".join(names))
    return layer or names[0]


def _geometries(one: Any) -> list[Mapping[str, Any]]:
    found = one.get("geometries") if isinstance(one, dict) and one.get("type") == "GeometryCollection" else [one]
    if not isinstance(found, list) or not all(_is_object(member) for member in found):
        raise ParseError(reason=Text(N_("an object of the topology is not a geometry")))
    return found


def _is_object(member: Any) -> bool:
    return isinstance(member, dict) and isinstance(member.get("properties") or {}, dict)


def _arcs(document: Mapping[str, Any]) -> list[Floats]:
    """Every arc as positions. With a transform the positions are running sums of whole steps, scaled and moved."""
    found = document.get("arcs")
    if not isinstance(found, list):
        raise ParseError(reason=Text(N_("the topology has no 'arcs'")))
    transform = document.get("transform")
    try:
        arcs = [points(arc, "-") for arc in found]
        if transform is None:
            return arcs
        scale = np.array(transform["scale"], dtype=np.float64).reshape(2)
        move = np.array(transform["translate"], dtype=np.float64).reshape(2)
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond all numbers is refused with its feature
            return [np.cumsum(arc, axis=0) * scale + move for arc in arcs]
    except (PlannerError, TypeError, KeyError, ValueError):
        raise ParseError(reason=Text(N_("an arc or the transform of the topology is damaged"))) from None


def _shape(geometry: Mapping[str, Any], arcs: list[Floats], feature: str) -> tuple[BaseGeometry, list[Text]]:
    parts = _parts(geometry, feature)
    _refuse_unfolding(parts, arcs, feature)
    return polygon([[_ring(ring, arcs) for ring in part] for part in parts], feature)


def _parts(geometry: Mapping[str, Any], feature: str) -> list[list[list[int]]]:
    kind = geometry.get("type")
    if kind is None:
        raise GeometryEmpty(feature=feature, reason=Text(N_("it has no geometry")), where={"feature": feature})
    if kind not in ("Polygon", "MultiPolygon"):
        raise GeometryType(feature=feature, found=kind_name(kind), where={"feature": feature})
    arcs = geometry.get("arcs")
    parts = [arcs] if kind == "Polygon" else arcs
    if not isinstance(parts, list) or not all(
        isinstance(p, list) and all(isinstance(r, list) and r for r in p) for p in parts
    ):
        raise ParseError(
            reason=Text(N_("the arcs of feature {feature} are damaged"), feature=feature), where={"feature": feature}
        )
    return parts


def _refuse_unfolding(parts: list[list[list[int]]], arcs: list[Floats], feature: str) -> None:
    """Arcs are shared: a ring that names a long one a thousand times is counted before it is put together.

    Raises ParseError for an arc that is not there, TooComplex.
    """
    count = 0
    for index in (index for part in parts for ring in part for index in ring):
        if type(index) is not int or not -len(arcs) <= index < len(arcs):
            raise ParseError(reason=Text(N_("the topology has no arc {arc}"), arc=str(index)[:20]))
        count += len(arcs[index if index >= 0 else ~index])
    # Each arc repeats a point of the one before: what is so little above the limit is counted well later.
    if count > 2 * MAX_VERTICES:
        what = Text(N_("Feature {feature}"), feature=feature)
        raise TooComplex(what=what, reason=_too_many(MAX_VERTICES), where={"feature": feature})


def _ring(indices: list[int], arcs: list[Floats]) -> Floats:
    """Arcs end to end; a negative index ~i is arc i backwards; each arc repeats the last point of the one before."""
    pieces = []
    for number, index in enumerate(indices):
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        pieces.append(arc[1:] if number else arc)
    return np.concatenate(pieces)
