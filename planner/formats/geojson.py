"""GeoJSON (RFC 7946, and the older ``crs`` member) by json and shapely; TopoJSON is told apart here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from planner.errors import GeometryType
from planner.formats.clean import clean_text, clean_value
from planner.formats.errors import ContentUnsupported, CrsRefused, GeometryEmpty, ParseError
from planner.formats.raw import Raw
from planner.formats.rings import kind_name, points, polygon
from planner.formats.sniff import SUPPORTED
from planner.text import N_, Text

POLYGONS = ("Polygon", "MultiPolygon")
GEOMETRIES = (*POLYGONS, "Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection")
CLEANED = N_("control characters were removed from its text")


def parsed(text: str) -> Mapping[str, Any]:
    """The JSON object of a text. Raises ParseError; numbers too large to hold become infinite and are refused later."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ParseError(reason=Text(N_("it is nested too deeply"))) from None
    except json.JSONDecodeError as wrong:
        place = Text(N_("no JSON at line {line}, column {column}"), line=wrong.lineno, column=wrong.colno)
        raise ParseError(reason=place, where={"line": wrong.lineno, "column": wrong.colno}) from None
    except ValueError:
        raise ParseError(reason=Text(N_("a number has too many digits"))) from None
    if not isinstance(found, dict):
        raise ContentUnsupported(found=Text(N_("a bare JSON list")), known=SUPPORTED)
    return found


def is_topojson(document: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a TopoJSON topology."""
    return document.get("type") == "Topology"


def read_geojson(document: Mapping[str, Any], *, layer: str, encoding: str) -> Raw:
    """The features of a FeatureCollection, a Feature or a bare geometry.

    Raises ContentUnsupported for another kind of JSON, ParseError where ``features`` is no list, CrsRefused for a crs
    that is linked or unreadable; what is wrong in one feature goes to ``Raw.errors``.
    """
    raw = Raw(format="GeoJSON", layer=layer, encoding=encoding, crs=_crs(document))
    records: list[dict[str, Any]] = []
    for position, feature in enumerate(_features(document)):
        properties = feature.get("properties")
        raw.ids.append(_id(feature, properties))
        records.append(_record(raw, position, properties))
        raw.shapes.append(raw.shape(position, partial(feature_shape, feature.get("geometry"))))
    raw.columns = columns(records)
    return raw


def columns(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Records to columns, in order of first appearance; None where a record lacks one. ``geometry`` gets a low line."""
    names: dict[str, None] = {name: None for record in records for name in record}
    return {("geometry_" if name == "geometry" else name): [r.get(name) for r in records] for name in names}


def feature_shape(geometry: Any, feature: str) -> tuple[Any, list[Text]]:
    """The shape of one GeoJSON geometry and what was noticed.

    Raises GeometryType, GeometryEmpty, GeometryNonFinite, TooComplex.
    """
    if geometry is None:
        raise GeometryEmpty(feature=feature, reason=Text(N_("it has no geometry")), where={"feature": feature})
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in POLYGONS:
        raise GeometryType(feature=feature, found=kind_name(kind), where={"feature": feature})
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not all(isinstance(part, list) for part in parts):
        raise GeometryEmpty(feature=feature, reason=Text(N_("it has no rings")), where={"feature": feature})
    return polygon([[points(ring, feature) for ring in part] for part in parts], feature)


def _features(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise ParseError(reason=Text(N_("'features' is not a list")))
        bad = next((n for n, one in enumerate(features, start=1) if not _is_feature(one)), None)
        if bad:
            raise ParseError(
                reason=Text(N_("feature {feature} is not a GeoJSON feature"), feature=bad), where={"feature": str(bad)}
            )
        return features
    if kind == "Feature" and _is_feature(document):
        return [document]
    if kind in GEOMETRIES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    raise ContentUnsupported(found=Text(N_("JSON that is neither GeoJSON nor TopoJSON")), known=SUPPORTED)


def _is_feature(one: Any) -> bool:
    return isinstance(one, dict) and one.get("type") == "Feature" and isinstance(one.get("properties") or {}, dict)


def _id(feature: Mapping[str, Any], properties: Any) -> str | None:
    for holder in (feature, properties or {}):
        value = holder.get("id")
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
            return clean_text(text)[0].strip() or None
    return None


def _record(raw: Raw, position: int, properties: Any) -> dict[str, Any]:
    record = {}
    for name, value in (properties or {}).items():
        if isinstance(value, dict | list):
            value = json.dumps(value, ensure_ascii=False)
        clean, changed = clean_value(value)
        fit, renamed = clean_text(str(name))
        record[fit] = clean
        if changed or renamed:
            raw.note(position, Text(CLEANED))
    return record


def _crs(document: Mapping[str, Any]) -> str | None:
    member = document.get("crs")
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise CrsRefused(crs="crs", reason=Text(N_("the file links to it instead of naming it")))
    # CRS84 is WGS 84 with longitude first, which is how GeoJSON means EPSG:4326 as well.
    return "EPSG:4326" if name.upper().endswith("CRS84") else name
