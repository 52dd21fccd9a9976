"""From a layer of the workspace to what a browser draws of it: escaped, small, and only what is in view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.land.parcel import Layer
from planner.parameters import LandClass
from planner.text import Translate, english
from planner.webmap.escape import escape, script_json
from planner.webmap.style import PARCEL_STATUS, PARCEL_WORDS, RoleLook, role_look
from planner.words import in_language

WHOLE_UP_TO = 2_000  # features of a layer that is sent once; larger ones are sent by view
FINEST = 360.0 / (256 * 2.0**18)  # degrees; half a metre at Haikou: no layer that is only looked at needs more
AT_MOST = 3_000  # features drawn of one layer in one view
MARGIN = 0.35  # of the view, loaded around it so that a small pan asks for nothing
_PIXELS_AROUND_EARTH = 256  # width of the whole Mercator world in pixels at zoom 0


@dataclass(frozen=True)
class View:
    """What a person looks at: degrees of longitude and latitude, and Leaflet's zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: float

    def wider(self) -> View:
        """The view with its margin."""
        dx, dy = (self.east - self.west) * MARGIN, (self.north - self.south) * MARGIN
        return View(self.west - dx, self.south - dy, self.east + dx, self.north + dy, self.zoom)

    @property
    def pixel_degrees(self) -> float:
        """One pixel, in degrees of longitude."""
        return 360.0 / (_PIXELS_AROUND_EARTH * 2.0**self.zoom)

    @property
    def bounds(self) -> list[list[float]]:
        """As Leaflet writes bounds: [[south, west], [north, east]]."""
        return [[self.south, self.west], [self.north, self.east]]


@dataclass(frozen=True)
class Drawn:
    """Features ready for the browser (GeoJSON with style number, tooltip and row), and how many of how many."""

    collection: dict[str, Any]
    styles: tuple[dict[str, Any], ...]
    legend: tuple[dict[str, str], ...]
    shown: int
    total: int

    @cached_property
    def dumped(self) -> str:
        """The features as they stand in a script, written once for all maps that show them."""
        return script_json(self.collection)


def by_view(layer: Layer) -> bool:
    """Whether a layer is too large to be sent whole."""
    return layer.size > WHOLE_UP_TO


def in_view(layer: Layer, view: View) -> tuple[np.ndarray, int]:
    """Row positions of a layer to draw in a view, and how many there are in it.

    Above ``AT_MOST`` the largest by extent are kept: a patch smaller than a pixel is the one nobody misses.
    """
    wide = view.wider()
    rows = np.sort(layer.tree.query(shapely.box(wide.west, wide.south, wide.east, wide.north)))
    if len(rows) <= AT_MOST:
        return rows, len(rows)
    west, south, east, north = shapely.bounds(layer.frame.geometry.values[rows]).T
    largest = np.argsort(-(east - west) * (north - south), kind="stable")[:AT_MOST]
    return np.sort(rows[largest]), len(rows)


def drawn(
    layer: Layer,
    classes: Mapping[tuple[str, str], LandClass],
    *,
    rows: np.ndarray | None = None,
    total: int | None = None,
    pixel_degrees: float = 0.0,
    translate: Translate = english,
    lang: str = "zh",
) -> Drawn:
    """A layer (or some of its rows) as the browser wants it.

    ``pixel_degrees`` above 0 drops detail below a pixel; 0 keeps every digit, as snapping needs. All texts are
    escaped copies: attributes are taken from the workspace again, never from what a browser sends back.
    """
    rows = np.arange(len(layer.frame)) if rows is None else rows
    frame = layer.frame.iloc[rows]
    shapes = _smaller(frame.geometry.values, pixel_degrees)
    numbers, styles, legend = _styled(layer, frame, classes, translate)
    names = called(frame, lang)
    tips, look = _tips(frame, names, classes, translate), role_look(layer.role)
    features = []
    for i, (row, shape, number, tip) in enumerate(zip(rows, shapes, numbers, tips, strict=True)):
        if shape is not None and not shape.is_empty:
            properties = {"s": number, "t": tip, "i": int(row)}
            if look.labels:
                properties["l"] = escape(names[i])
            features.append({"type": "Feature", "properties": properties, "geometry": _geometry(shape, pixel_degrees)})
    collection = {"type": "FeatureCollection", "features": features}
    return Drawn(collection, tuple(styles), tuple(legend), len(features), len(rows) if total is None else total)


def _smaller(shapes: Any, pixel_degrees: float) -> Any:
    if pixel_degrees <= 0.0:
        return shapes
    # Below a pixel nothing is seen; what collapses altogether stays as it was, so that no patch goes missing.
    simple = shapely.simplify(shapes, pixel_degrees, preserve_topology=False)
    return np.where(shapely.is_empty(simple), shapes, simple)


def _geometry(shape: Any, pixel_degrees: float) -> Any:
    """GeoJSON of a shape; for drawing only, a tenth of a pixel is enough."""
    geometry = shapely.geometry.mapping(shape)
    if pixel_degrees <= 0.0:
        return geometry
    places = max(4, int(np.ceil(-np.log10(pixel_degrees))) + 1)
    return {"type": geometry["type"], "coordinates": _short(geometry["coordinates"], places)}


def _short(coordinates: Any, places: int) -> Any:
    if isinstance(coordinates[0], (int, float)):
        return [round(value, places) for value in coordinates[:2]]
    return [_short(part, places) for part in coordinates]


def _styled(
    layer: Layer, frame: gpd.GeoDataFrame, classes: Mapping[tuple[str, str], LandClass], translate: Translate
) -> tuple[list[int], list[dict[str, Any]], list[dict[str, str]]]:
    """Style number of each row, the styles, and the legend (its first entry stands for the whole layer)."""
    look = role_look(layer.role)
    # Numbered over the whole layer, so that two views of it agree with the styles the browser has.
    known, styles, legend = _numbered(keys_of(layer.role, layer.frame), look, classes, translate)
    return [known[key] for key in keys_of(layer.role, frame)], styles, legend


def _numbered(
    keys: Iterable[Any], look: RoleLook, classes: Mapping[tuple[str, str], LandClass], translate: Translate
) -> tuple[dict[Any, int], list[dict[str, Any]], list[dict[str, str]]]:
    """The number of the style of each key, the styles, and the legend."""
    styles: list[dict[str, Any]] = [dict(look.path)]
    legend = [_entry(styles[0], "")]
    known: dict[Any, int] = {}
    for key in sorted(dict.fromkeys(keys)):
        style, name = key_style(key, look, classes)
        known[key] = len(styles) if style else 0
        if style:
            styles.append(style)
            legend.append(_entry(style, escape(translate(name))))
    return known, styles, legend


def of_classes(
    role: str, rows: Sequence[tuple[Any, Any]], classes: Mapping[tuple[str, str], LandClass], translate: Translate
) -> tuple[list[int], Drawn]:
    """Style number of each (code system, code) of a layer that is shown as tiles, and its styles and legend."""
    look = role_look(role)
    keys = [(str(system), str(code)) if look.by_class else "" for system, code in rows]
    known, styles, legend = _numbered(keys, look, classes, translate)
    nothing: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    return [known[key] for key in keys], Drawn(nothing, tuple(styles), tuple(legend), 0, 0)


def told_class(system: Any, code: Any, classes: Mapping[tuple[str, str], LandClass], translate: Translate) -> str:
    """A class as it is told beside the cursor, escaped; empty where there is none."""
    row = classes.get((str(system), str(code))) if _told(code) else None
    return escape(f"{code} {translate(row.name)}" if row else code) if _told(code) else ""


def keys_of(role: str, frame: gpd.GeoDataFrame) -> list[Any]:
    """What decides how each feature of a role's layer is drawn: its class, its status, or nothing ("")."""
    if role_look(role).by_class and {"code_system", "code"} <= set(frame.columns):
        return [*zip(frame["code_system"].astype(str), frame["code"].astype(str), strict=True)]
    column = {"parcels": "status", "context": "kind"}.get(role)
    return [str(value) for value in frame[column]] if column in frame.columns else [""] * len(frame)


def key_style(
    key: Any, look: RoleLook, classes: Mapping[tuple[str, str], LandClass]
) -> tuple[dict[str, Any] | None, str]:
    """The look of such a key and its message id; None where the role's own look holds."""
    if isinstance(key, tuple):
        row = classes.get(key)
        return ({**look.path, "fillColor": row.colour}, row.name) if row else (None, "")
    return (PARCEL_STATUS[key], PARCEL_WORDS[key]) if key in PARCEL_STATUS else (None, "")


def _entry(style: Mapping[str, Any], name: str) -> dict[str, str]:
    fill = str(style.get("fillColor", "#fff")) if style.get("fill", True) else "#fff"
    return {"fill": fill, "stroke": str(style.get("color", "#777")), "name": name}


def called(frame: gpd.GeoDataFrame, lang: str) -> list[Any]:
    """The names of features for a reader of a language; a missing one stays missing."""
    if "name" not in frame.columns:
        return [None] * len(frame)
    return [in_language(name, lang) if isinstance(name, str) else name for name in frame["name"]]


def _tips(
    frame: gpd.GeoDataFrame, names: Sequence[Any], classes: Mapping[tuple[str, str], LandClass], translate: Translate
) -> list[str]:
    """What stands beside the cursor over each row: its name or id, and its class where it has one."""
    columns = [
        frame[name] if name in frame.columns else pd.Series([None] * len(frame))
        for name in ("id", "code", "code_system")
    ]
    tips = []
    for name, id_, code, system in zip(names, *columns, strict=True):
        called_ = escape(name if _told(name) else id_ if _told(id_) else "")
        tips.append("<br>".join(part for part in (called_, told_class(system, code, classes, translate)) if part))
    return tips


def _told(value: Any) -> bool:
    return value is not None and value == value and str(value) != ""
