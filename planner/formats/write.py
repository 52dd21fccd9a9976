"""Shapes back into a file others can read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

# 1e-9 degree is 0.1 mm: enough for any border, short enough for any reader.
DECIMALS = 9


def write_geojson(path: Path, pieces: Iterable[tuple[Mapping[str, Any], BaseGeometry]]) -> None:
    """A FeatureCollection (RFC 7946) of (properties, shape in longitude/latitude), in place of whatever stood there."""
    path.write_text(geojson(pieces), encoding="utf-8")


def geojson(pieces: Iterable[tuple[Mapping[str, Any], BaseGeometry]]) -> str:
    """The text of that file: shells anticlockwise, coordinates to 1e-9 degree."""
    features = [
        {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": _rounded(shapely.geometry.mapping(_oriented(shape))),
        }
        for properties, shape in pieces
    ]
    return (
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False, indent=1)
        + "\n"
    )


def _oriented(shape: BaseGeometry) -> BaseGeometry:
    result: BaseGeometry = shapely.orient_polygons(shape)
    return result


def _rounded(node: Any) -> Any:
    if isinstance(node, float):
        return round(node, DECIMALS)
    if isinstance(node, Mapping):
        return {key: _rounded(value) for key, value in node.items()}
    return [_rounded(item) for item in node] if isinstance(node, list | tuple) else node
