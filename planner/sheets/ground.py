"""What the frame shows: layers, offending pieces, the parcel, and as many names as find room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.land.boundary import corners
from planner.land.prepared import prepared
from planner.sheets import fonts, labels, marks
from planner.sheets.canvas import GREY, Canvas, Stroke
from planner.sheets.paper import Box
from planner.sheets.plane import Plane, Window
from planner.sheets.sheet import MapLayer, Sheet
from planner.sheets.voice import NAMED, Voice
from planner.text import N_
from planner.verdict import Sign, gravity
from planner.webmap.style import PARCEL_STATUS, UNKNOWN_CLASS, role_look

PARCEL = Stroke(edge="#d7191c", width=0.3)  # red boundary of 0.3 mm, points as circles of 0.8 mm: parcel-map practice
POINT = Stroke("#ffffff", edge="#d7191c", width=0.15)
POINT_MM = 0.8
MOST_POINTS = 60
STATUS_HATCH_MM = 0.1
CASING = Stroke(edge="#ffffff", width=1.0)  # keeps the red line apart from any ground
GROUND_OPACITY = 0.6  # of a class layer's screen opacity, so that lines and hatches stand out in print
MM_PER_PX = 0.16  # screen strokes on paper
SLACK_MM = 2.0  # drawn beyond the frame so that no cut edge shows; nothing farther leaves the house
ILLUSTRATIVE = N_("illustrative")


@dataclass(frozen=True)
class Entry:
    """A line of the legend. A heading has no stroke; ``shape`` is area, line, point or (of a boundary) corner."""

    label: str
    stroke: Stroke | None = None
    shape: str = "area"
    sign: Sign | None = None


@dataclass(frozen=True)
class Drawn:
    """Land of one look, in metres from the frame's corner: shapes to be filled, or (``dot`` mm wide) points."""

    shapes: Any
    stroke: Stroke
    rank: float
    dot: float = 0.0


@dataclass(frozen=True)
class Ground:
    """All land that a frame shows, and the legend of it."""

    drawn: Sequence[Drawn]
    entries: Sequence[Entry]


def ground_of(
    sheet: Sheet, plane: Plane, view: Window, voice: Voice, points: np.ndarray | None = None
) -> Ground:
    """All land of a sheet in the frame, the parcel with its boundary points: ``points`` (n x 2, metres from the
    frame's corner), or its corners where they are few."""
    by_rank = sorted(sheet.layers, key=lambda one: role_look(one.role).rank)
    layers = [[*_layer(layer, sheet, plane, view, voice)] for layer in by_rank]
    found = [[*_piece(piece, plane, view, voice)] for piece in sheet.pieces]
    drawn = [one for part in (*layers, *found) for _, many in part for one in many]
    # Boundaries lead the legend, the many classes of the ground close it: that is where it is cut if it must be.
    entries = [entry for layer in reversed(layers) for entry, _ in layer]
    own = dict.fromkeys(entry for part in found for entry, _ in part)
    if sheet.parcel is None:
        return Ground(drawn, [*own, *entries])
    drawn += _parcel(plane.flat(sheet.parcel, (view.east, view.north)), points)
    parcel = Entry(f"{voice.word(N_('Parcel'))} {voice.name(sheet.parcel_id)}", PARCEL)
    return Ground(drawn, [parcel, *own, *entries])


def put(canvas: Canvas, ground: Ground) -> None:
    """Draw the land of a frame."""
    for one in ground.drawn:
        if one.dot:
            canvas.dots(one.shapes, one.dot, one.stroke.edge or GREY, one.stroke.fill or "white", one.rank)
        else:
            canvas.ground(one.shapes, one.stroke, one.rank)


def visible(shapes: Any, plane: Plane, view: Window) -> np.ndarray:
    """Shapes (EPSG:4490) in metres from the frame's corner, cut a little outside it; empty ones where unseen."""
    flat = plane.flat(np.asarray(shapes, dtype=object), (view.east, view.north))
    flat = np.where(shapely.is_missing(flat), shapely.Polygon(), flat)
    frame = prepared(view.box(SLACK_MM))
    cut = shapely.intersects(flat, frame) & ~shapely.contains_properly(frame, flat)
    broken = cut & ~shapely.is_valid(flat)
    flat[broken] = shapely.make_valid(flat[broken])
    flat[cut] = shapely.intersection(flat[cut], frame)
    flat[~cut & ~shapely.intersects(flat, frame)] = shapely.Polygon()
    return flat


Look = tuple[Entry, Sequence[Drawn]]


def _layer(layer: MapLayer, sheet: Sheet, plane: Plane, view: Window, voice: Voice) -> Iterator[Look]:
    """The looks of a layer that are seen, each as the legend names it, under the layer's own title."""
    shapes = visible(layer.frame.geometry.values, plane, view)
    seen = ~shapely.is_empty(shapes)
    if not seen.any():
        return
    title, rank = _title(layer, voice), role_look(layer.role).rank
    groups = dict(_groups(layer, layer.frame, sheet, voice))
    if len(groups) > 1 or None not in groups:
        yield Entry(title), ()
    for name, (stroke, rows) in groups.items():
        shown = shapes[rows & seen]
        if len(shown):
            kind, drawn = _by_kind(shown, stroke, 1.0 + rank)
            yield Entry(name or title, stroke, kind), drawn


def _title(layer: MapLayer, voice: Voice) -> str:
    parts = [voice.line(layer.title), f"({voice.word(ILLUSTRATIVE)})" if layer.illustrative else ""]
    parts += [layer.as_of.isoformat() if layer.as_of else ""]
    return " ".join(part for part in parts if part)


def _by_kind(shapes: np.ndarray, stroke: Stroke, rank: float) -> tuple[str, list[Drawn]]:
    """Areas, then lines, then points; and the kind that says most in a legend."""
    parts = shapely.get_parts(shapes)
    parts = np.concatenate([shapely.get_parts(parts), np.array([], dtype=object)])
    kind = shapely.get_dimensions(parts)
    drawn = [Drawn(parts[kind == 2], stroke, rank),
             Drawn(parts[kind == 1], Stroke(edge=stroke.edge, width=max(stroke.width, 0.15)), rank + 0.3)]
    points = parts[kind == 0]
    if len(points):
        drawn.append(Drawn(shapely.get_coordinates(points), stroke, rank + 0.5, dot=1.8))
    return "area" if (kind == 2).any() else "line" if (kind == 1).any() else "point", drawn


def stroke_of(path: Mapping[str, Any]) -> Stroke:
    """The screen's path options as a stroke on paper."""
    dashes = tuple(float(dash) * MM_PER_PX for dash in str(path.get("dashArray", "")).split())
    fill = path.get("fillColor") if path.get("fill") else None
    return Stroke(fill, float(path.get("fillOpacity", 1.0)), path.get("color"), path["weight"] * MM_PER_PX, dashes)


Group = tuple[str | None, tuple[Stroke, np.ndarray]]


def _groups(layer: MapLayer, frame: gpd.GeoDataFrame, sheet: Sheet, voice: Voice) -> Iterator[Group]:
    """Rows by how they look: the name for the legend (None: the layer's own), the stroke, which rows."""
    look = role_look(layer.role)
    plain = stroke_of(look.path)
    if look.by_class and {"code_system", "code"} <= set(frame.columns):
        yield from _classes(frame, sheet, plain, voice)
        return
    told = layer.role == "parcels" and "status" in frame.columns
    status = np.array([str(s) for s in frame["status"]] if told else [""] * len(frame), dtype=object)
    for key in sorted(set(status)):
        own = PARCEL_STATUS.get(key)
        if own is not None:
            hatched = replace(stroke_of(own), hatch=marks.STATUS_HATCH[key], hatch_width=STATUS_HATCH_MM)
            yield voice.word(key), (hatched, status == key)
    rest = ~np.isin(status, [*PARCEL_STATUS])
    if rest.any():
        yield None, (plain, rest)


def _classes(frame: gpd.GeoDataFrame, sheet: Sheet, plain: Stroke, voice: Voice) -> Iterator[Group]:
    keys = [*zip(frame["code_system"].astype(str), frame["code"].astype(str), strict=True)]
    for key in sorted(set(keys)):
        row = sheet.classes.get(key)
        colour = row.colour if row else UNKNOWN_CLASS
        name = f"{voice.line(key[1])} {voice.word(row.name)}" if row else voice.line(key[1])
        stroke = Stroke(colour, plain.opacity * GROUND_OPACITY, plain.edge, plain.width)
        yield name, (stroke, np.array([own == key for own in keys]))


def _piece(piece: Any, plane: Plane, view: Window, voice: Voice) -> Iterator[Look]:
    shown = visible([piece.shape], plane, view)
    if not shapely.is_empty(shown[0]):
        stroke, rank = marks.area_stroke(piece.sign), 20.0 + gravity(piece.sign) / 10
        label = f"{voice.word(marks.word(piece.sign))} · {voice.line(piece.label)}"
        _, drawn = _by_kind(shown, stroke, rank + 0.05)
        yield Entry(label, stroke, "area", piece.sign), [Drawn(shown, Stroke("#ffffff", 0.45), rank), *drawn]


def _parcel(flat: BaseGeometry, points: np.ndarray | None) -> Iterator[Drawn]:
    yield Drawn(flat, CASING, 21.9)
    yield Drawn(flat, PARCEL, 22.0)
    if points is None:
        points = shapely.get_coordinates(corners(shapely.remove_repeated_points(flat, 0.01)))
        points = points if len(points) <= MOST_POINTS else points[:0]
    yield Drawn(points, POINT, 23.0, dot=POINT_MM)


# The lines of what is written, their size in pt, where in mm, and whether beside that place (a point) or on it (land).
Name = tuple[Sequence[str], float, tuple[float, float], bool]


def draw_names(canvas: Canvas, sheet: Sheet, plane: Plane, view: Window, voice: Voice) -> list[str]:
    """Write the parcel's name, then its neighbours', each where it meets no other. Returns those written."""
    taken: list[Box] = []
    written = []
    for said, size, at, beside in _names(canvas, sheet, plane, view, voice):
        if any(said) and (box := _room(canvas, said, size, at, beside, taken)):
            canvas.box(box, Stroke("#ffffff", 0.75), zorder=9)
            labels.lines_on(canvas, said, (box.x + box.w / 2, box.y + box.h / 2), size)
            taken.append(box)
            written.append(" ".join(said))
    return written


def _names(
    canvas: Canvas, sheet: Sheet, plane: Plane, view: Window, voice: Voice
) -> Iterator[Name]:
    """The names of a sheet, the most important first."""
    if sheet.parcel is not None:
        own = plane.flat(sheet.parcel, (view.east, view.north))
        yield from _placed([(sheet.parcel_id, own)], 8.5, canvas, view, voice)
    for role in NAMED:
        for layer in (one for one in sheet.layers if one.role == role and "name" in one.frame.columns):
            shapes = visible(layer.frame.geometry.values, plane, view)
            ids = layer.frame["id"] if "id" in layer.frame.columns else layer.frame["name"]
            others = [i for i, own in enumerate(ids) if str(own) != sheet.parcel_id and not shapely.is_empty(shapes[i])]
            others.sort(key=lambda i: -shapely.area(shapes[i]))
            names = layer.frame["name"].where(layer.frame["name"].notna(), "")
            yield from _placed([(names.iloc[i], shapes[i]) for i in others[:200]], 6.5, canvas, view, voice)


def _placed(
    named: Iterable[tuple[Any, BaseGeometry]], size: float, canvas: Canvas, view: Window, voice: Voice
) -> Iterator[Name]:
    for name, shape in named:
        inside = shapely.intersection(shapely.make_valid(shape), view.box())
        if not inside.is_empty:
            point = inside.representative_point()
            said = labels.in_lines(voice.name(str(name)), size * canvas.unit, 45.0 * canvas.unit)
            frame = canvas.paper.frame
            at = (frame.x + view.mm(point.x), frame.y + view.mm(point.y))
            yield said, size * canvas.unit, at, inside.area == 0.0


def _room(
    canvas: Canvas, said: Sequence[str], size: float, at: tuple[float, float], beside: bool, taken: Sequence[Box]
) -> Box | None:
    """A box for a name at a point, or a little above or below it, inside the frame and free of others."""
    wide, frame = max(fonts.width(line, size) for line in said) + 0.8, canvas.paper.frame
    high = size * fonts.MM_PER_PT * (1.25 * len(said) - 0.05)
    for lift in (0.0, 1.2, -1.2, 2.4, -2.4)[int(beside):]:
        x = min(max(at[0] - wide / 2, frame.x + 0.5), frame.right - wide - 0.5)
        box = Box(x, at[1] - high / 2 + lift * high, wide, high)
        if box.y > frame.y and box.top < frame.top and not any(box.meets(other) for other in taken):
            return box
    return None
