"""Closed outlines of a DXF drawing as rings, arcs cut into chords; loaded by the child alone.

Blocks are counted along their inserts before one of them is expanded: a drawing of 2 kB can stand for a million.
Source: Autodesk DXF reference (LWPOLYLINE, POLYLINE, HATCH, INSERT; a bulge is the tangent of a quarter of the arc).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import ezdxf
from ezdxf import recover

Ring = list[tuple[float, float]]

APP = "PARK_PLANNER"
# What a drawing is taken for that does not say its encoding.
WESTERN = "cp1252"
_MOST_CHORDS = 100_000
_WORDS = ("TEXT", "MTEXT", "ATTRIB")


class Refused(Exception):
    """Carries what the parent is told: ``why`` and the facts."""

    def __init__(self, why: str, **facts: Any) -> None:
        self.answer = {"refused": why, **facts}
        super().__init__(why)


def outlines(path: str, chosen: str | None, tolerance: float, most: int) -> dict[str, Any]:
    """Columns, rings and texts of the closed outlines on a layer (or the only layer that has any).

    Parameters: ``tolerance`` how far a chord may leave its arc, in drawing units; ``most`` entities after expansion.
    Raises Refused: ``blocks`` (too many, or one that holds itself), ``layers`` (several have outlines), ``layer``.
    """
    document, mended = _opened(path)
    modelspace = document.modelspace()
    if _weight(document, modelspace, {}, ()) > most:
        raise Refused("blocks")
    found: list[tuple[str, Any, list[Ring]]] = []
    texts: list[tuple[float, float, str]] = []
    open_lines = 0
    for layer, entity in _expanded(modelspace, ""):
        if entity.dxftype() in _WORDS:
            texts.append((*_place(entity), entity.plain_text()))
        elif rings := _rings(entity, tolerance):
            found.append((layer, entity, rings))
        else:
            open_lines += entity.dxftype() in ("LWPOLYLINE", "POLYLINE", "LINE", "ARC")
    layers = {layer: _readable(layer, document.encoding) for layer, _, _ in found}
    if chosen is not None and chosen not in {*layers, *layers.values()}:
        raise Refused("layer", names=list(layers.values()), wanted=chosen)
    if chosen is None and len(layers) > 1:
        raise Refused("layers", names=list(layers.values()))
    kept = [one for one in found if chosen in (None, one[0], layers[one[0]])]
    columns = {
        "layer": [layer for layer, _, _ in kept],
        "entity": [entity.dxftype() for _, entity, _ in kept],
        "handle": [str(entity.dxf.handle or "") or None for _, entity, _ in kept],
        "record": [_record(entity) for _, entity, _ in kept],
    }
    said = {"columns": columns, "rings": [rings for _, _, rings in kept], "texts": texts}
    return {**said, "open": open_lines, "mended": mended, **_encoding(document)}


def _encoding(document: Any) -> dict[str, Any]:
    return {"encoding": document.encoding, "marked": document.encoding != WESTERN}


def _readable(word: str, encoding: str) -> str:
    """A word in Chinese where the drawing, for want of a mark, took it for Western."""
    if word.isascii() or encoding != WESTERN:
        return word
    for better in ("utf-8", "gb18030"):
        try:
            return word.encode(encoding, "surrogateescape").decode(better)
        except UnicodeError:
            continue
    return word


def _opened(path: str) -> tuple[Any, bool]:
    """The drawing as it is, or, where its order is upset, what can be put together again; and which."""
    try:
        return ezdxf.readfile(path), False
    except (ezdxf.DXFError, UnicodeError, ValueError, IndexError, KeyError, AttributeError):
        return recover.readfile(path)[0], True


def _weight(document: Any, entities: Iterable[Any], known: dict[str, int], above: tuple[str, ...]) -> int:
    """How many entities there are when every block is expanded. Raises Refused for a block that holds itself."""
    total = 0
    for entity in entities:
        if entity.dxftype() != "INSERT":
            total += 1
            continue
        name = str(entity.dxf.name).lower()
        if name in above or len(above) > 64:
            raise Refused("blocks")
        if name not in known:
            block = document.blocks.get(name)
            known[name] = 1 if block is None else _weight(document, block, known, (*above, name))
        total += max(1, entity.mcount) * known[name] + len(entity.attribs)
    return total


def _expanded(entities: Iterable[Any], layer: str) -> Iterator[tuple[str, Any]]:
    """(layer, entity) with every insert replaced by what it shows; layer 0 of a block is the layer of its insert."""
    for entity in entities:
        own = layer if layer and entity.dxf.layer == "0" else str(entity.dxf.layer)
        if entity.dxftype() != "INSERT":
            yield own, entity
            continue
        yield from ((own, attribute) for attribute in entity.attribs)
        for single in entity.multi_insert() if entity.mcount > 1 else (entity,):
            yield from _expanded(single.virtual_entities(), own)


def _rings(entity: Any, tolerance: float) -> list[Ring]:
    """The rings of an entity that encloses land; none for all others."""
    kind = entity.dxftype()
    if kind == "HATCH":
        lift = entity.ocs()
        rings = [_path(path, tolerance) for path in entity.paths if path.path_type_flags & 8 == 0]  # 8: of a text
        return [[tuple(lift.to_wcs((x, y, 0.0)))[:2] for x, y in ring] for ring in rings if len(ring) > 2]
    if kind == "LWPOLYLINE":
        corners = [tuple(map(float, point)) for point in entity.get_points("xyb")]
        return _closed(corners, entity, entity.closed, tolerance)
    if kind == "POLYLINE" and (entity.is_2d_polyline or entity.is_3d_polyline):
        # 16: control point of a curve, not on it.
        spots = [(v.dxf.location, v.dxf.get("bulge", 0.0)) for v in entity.vertices if not v.dxf.flags & 16]
        return _closed([(spot.x, spot.y, bulge) for spot, bulge in spots], entity, entity.is_closed, tolerance)
    if kind == "CIRCLE":
        _pieces(math.tau, abs(entity.dxf.radius), tolerance)
        return [[(p.x, p.y) for p in entity.flattening(min(tolerance, entity.dxf.radius / 4))]]
    if (kind == "ELLIPSE" and math.isclose(entity.dxf.end_param - entity.dxf.start_param, math.tau)) or (
        kind == "SPLINE" and entity.closed):
        return [_few(entity.flattening(tolerance))]
    return []


def _few(curve: Iterable[Any]) -> Ring:
    """The points of a curve as they are made. Raises Refused for one without end."""
    ring = [(float(p.x), float(p.y)) for p in islice(curve, _MOST_CHORDS + 1)]
    if len(ring) > _MOST_CHORDS:
        raise Refused("arcs", limit=_MOST_CHORDS)
    return ring


def _pieces(sweep: float, radius: float, tolerance: float) -> int:
    """Chords of an arc that leave it by no more than ``tolerance``. Raises Refused for too many."""
    angle = 2.0 * math.acos(max(0.0, 1.0 - tolerance / radius)) if radius else sweep
    if not angle or not abs(sweep) / angle <= _MOST_CHORDS:
        raise Refused("arcs", limit=_MOST_CHORDS)
    return math.ceil(abs(sweep) / angle)


def _closed(points: Sequence[tuple[float, ...]], entity: Any, closed: bool, tolerance: float) -> list[Ring]:
    """A polyline as one ring when its flag or its ends close it."""
    if not closed and (len(points) < 4 or points[0][:2] != points[-1][:2]):
        return []
    if len(points) < 2:
        return []
    ring = _bulged(points if closed else points[:-1], tolerance)
    if entity.dxftype() == "POLYLINE" and entity.is_3d_polyline:
        return [ring]
    lift = entity.ocs()
    return [[tuple(lift.to_wcs((x, y, 0.0)))[:2] for x, y in ring]]


def _bulged(points: Sequence[tuple[float, ...]], tolerance: float) -> Ring:
    """Corners of a closed polyline with each arc cut so that no chord leaves it by more than ``tolerance``."""
    ring: Ring = []
    for (x, y, bulge), (to_x, to_y, _) in zip(points, [*points[1:], points[0]], strict=True):
        ring.append((x, y))
        chord = math.hypot(to_x - x, to_y - y)
        if not bulge or not chord or not math.isfinite(bulge * chord):
            continue
        sweep = 4.0 * math.atan(bulge)
        radius = chord / (2.0 * abs(math.sin(sweep / 2.0)))
        pieces = _pieces(sweep, radius, tolerance)
        # The centre lies left of the chord for a bulge between 0 and 1, turning anticlockwise.
        height = chord / 2.0 / math.tan(sweep / 2.0)
        centre_x = (x + to_x) / 2.0 - height * (to_y - y) / chord
        centre_y = (y + to_y) / 2.0 + height * (to_x - x) / chord
        start = math.atan2(y - centre_y, x - centre_x)
        angles = (start + sweep * step / pieces for step in range(1, pieces))
        ring.extend((centre_x + radius * math.cos(a), centre_y + radius * math.sin(a)) for a in angles)
    return ring


def _path(path: Any, tolerance: float) -> Ring:
    """A boundary of a hatch: a polyline, or edges that meet."""
    if hasattr(path, "vertices"):
        return _bulged([tuple(map(float, vertex)) for vertex in path.vertices], tolerance)
    pieces = [_edge(edge, tolerance) for edge in path.edges]
    # An edge may be written in either direction: the first ends where the second has an end, each goes on from there.
    if len(pieces) > 1 and _reach(pieces[0][0], pieces[1]) < _reach(pieces[0][-1], pieces[1]):
        pieces[0] = pieces[0][::-1]
    ring: Ring = []
    for piece in pieces:
        if ring and _gap(piece[-1], ring[-1]) < _gap(piece[0], ring[-1]):
            piece = piece[::-1]
        ring.extend(piece if not ring or _gap(piece[0], ring[-1]) > tolerance else piece[1:])
    return ring


def _reach(point: tuple[float, float], piece: Ring) -> float:
    """How far the nearer end of a piece is."""
    return min(_gap(point, piece[0]), _gap(point, piece[-1]))


def _gap(one: tuple[float, float], other: tuple[float, float]) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _edge(edge: Any, tolerance: float) -> Ring:
    if hasattr(edge, "start") and hasattr(edge, "end"):
        return [(edge.start.x, edge.start.y), (edge.end.x, edge.end.y)]
    return _few(edge.construction_tool().flattening(tolerance))


def _place(entity: Any) -> tuple[float, float]:
    point = entity.dxf.insert
    return float(point.x), float(point.y)


def _record(entity: Any) -> str | None:
    """What this planner wrote beside an outline: its parcel and the parcel's fields, as JSON."""
    if not entity.has_xdata(APP):
        return None
    return "".join(str(tag.value) for tag in entity.get_xdata(APP) if tag.code == 1000)
