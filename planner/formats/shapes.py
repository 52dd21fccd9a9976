"""Judging shapes: what is land, what can be repaired, what is refused, feature by feature."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.errors import GeometryType, PlannerError
from planner.formats.confined import repaired
from planner.formats.crs import CHINA, LONLAT, parse, plane_bounds, to_lonlat
from planner.formats.errors import AxisOrRange, GeometryEmpty, GeometryNonFinite, TooComplex
from planner.formats.limits import MAX_INVALID_VERTICES, MAX_LAYER_VERTICES, MAX_VERTICES, MIN_AREA_M2
from planner.formats.raw import Raw
from planner.formats.reading import Repair
from planner.formats.rings import kind_name
from planner.land.geodesy import ellipsoid_m2
from planner.text import N_, Text

Objects = NDArray[np.object_]

# Data of one zone may reach into its neighbours, but not across the country: degrees around the system's own area.
AREA_OF_USE_MARGIN = 6.0
# A shape this wide in degrees crosses the date line the long way round.
WIDEST = 180.0


@dataclass
class Judged:
    """Positions that stay (``kept``), their shapes in the file's system and as longitude/latitude, and the repairs."""

    kept: NDArray[np.int64]
    source: Objects
    lonlat: Objects
    repairs: list[Repair] = field(default_factory=list)


def judge(raw: Raw, ids: list[str], crs: CRS) -> Judged:
    """Every shape of a file in order: type, size, numbers, place, validity, area.

    What fails goes to ``raw.errors`` by position, what is noticed to ``raw.feature_notes``. Raises TooComplex for a
    file of more vertices than are read.
    """
    shapes = raw.array()
    if int(shapely.get_num_coordinates(shapes).sum()) > MAX_LAYER_VERTICES:
        reason = Text(N_("it has more than {limit:,} vertices"), limit=MAX_LAYER_VERTICES)
        raise TooComplex(what=Text(N_("The file")), reason=reason)
    for position in _suspects(shapes):
        if position not in raw.errors:
            _keep_error(raw, position, _unfit(shapes[position], ids[position]))
    kept = _left(raw, len(shapes))
    shapes = _tidied(raw, shapes, kept)
    kept, repairs = _valid(raw, ids, shapes, kept)
    lonlat = to_lonlat(shapes[kept], crs)
    _placed(raw, ids, shapes[kept], lonlat, crs, kept)
    stays = np.array([position not in raw.errors for position in kept], dtype=bool)
    kept, lonlat = kept[stays], lonlat[stays]
    turned = _turned_over(raw, ids, lonlat, kept)
    lonlat = shapely.orient_polygons(lonlat)
    areas = dict(zip(kept.tolist(), np.atleast_1d(ellipsoid_m2(lonlat)).tolist(), strict=True))
    _empty(raw, ids, areas)
    stays = np.array([position not in raw.errors for position in kept], dtype=bool)
    said = [_repair(ids[p], before, crs, areas[p]) for p, before in repairs.items() if p not in raw.errors]
    said += [_repair(ids[p], before, parse(LONLAT), areas[p]) for p, before in turned.items() if p not in raw.errors]
    return Judged(kept[stays], shapes[kept[stays]], lonlat[stays], said)


def _turned_over(raw: Raw, ids: list[str], lonlat: Objects, kept: NDArray[np.int64]) -> dict[int, BaseGeometry]:
    """Shapes that were whole in the plane and cross themselves in longitude/latitude, by a spike thinner than its
    digits: repaired in place; returns them as they were, by position."""
    rows = np.flatnonzero(~shapely.is_valid(lonlat))
    before = {int(kept[row]): lonlat[row] for row in rows}
    for row, shape in zip(rows, repaired(list(before.values())), strict=True):
        polygonal = None if shape is None else polygonal_part(shape)
        if polygonal is None:
            raw.errors[int(kept[row])] = _complex(ids[kept[row]], Text(N_("it crosses itself and cannot be repaired")))
        else:
            lonlat[row] = polygonal
    return before


def _left(raw: Raw, count: int) -> NDArray[np.int64]:
    return np.array([position for position in range(count) if position not in raw.errors], dtype=np.int64)


def _keep_error(raw: Raw, position: int, error: PlannerError | None) -> None:
    if error is not None:
        raw.errors[position] = error


def _suspects(shapes: Objects) -> list[int]:
    """Positions of all shapes that may be unfit, found for a million at once."""
    kinds = shapely.get_type_id(shapes)
    odd = (kinds != shapely.GeometryType.POLYGON) & (kinds != shapely.GeometryType.MULTIPOLYGON)
    odd |= shapely.is_empty(shapes) | (shapely.get_num_coordinates(shapes) > MAX_VERTICES)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    odd[owner[~np.isfinite(points).all(axis=1)]] = True
    return [int(position) for position in np.flatnonzero(odd)]


def _unfit(shape: BaseGeometry | None, feature: str) -> PlannerError | None:
    where = {"feature": feature}
    if shape is None or shape.is_empty:
        return GeometryEmpty(feature=feature, reason=Text(N_("it has no readable geometry")), where=where)
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return GeometryType(feature=feature, found=kind_name(shape.geom_type), where=where)
    if shapely.get_num_coordinates(shape) > MAX_VERTICES:
        reason = Text(
            N_("{count:,} vertices, at most {limit:,} are read"),
            count=int(shapely.get_num_coordinates(shape)),
            limit=MAX_VERTICES,
        )
        return TooComplex(what=Text(N_("Feature {feature}"), feature=feature), reason=reason, where=where)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return GeometryNonFinite(feature=feature, where=where)
    return None


def _tidied(raw: Raw, shapes: Objects, kept: NDArray[np.int64]) -> Objects:
    """Repeated vertices dropped and ring directions looked at, both noted."""
    result = shapes.copy()
    before = shapely.get_num_coordinates(shapes[kept])
    result[kept] = shapely.remove_repeated_points(shapes[kept], 0.0)
    after = shapely.get_num_coordinates(result[kept])
    for position, dropped in zip(kept[before > after], (before - after)[before > after], strict=True):
        raw.note(int(position), Text(N_("{count} repeated vertices were dropped"), count=int(dropped)))
    if raw.format == "GeoJSON":
        _direction(raw, result, kept)
    return result


def _direction(raw: Raw, shapes: Objects, kept: NDArray[np.int64]) -> None:
    """RFC 7946 wants shells anticlockwise; older writers do not, and nothing depends on it."""
    parts, owner = shapely.get_parts(shapes[kept], return_index=True)
    wrong = ~shapely.is_ccw(shapely.get_exterior_ring(parts)) if len(parts) else np.array([], dtype=bool)
    for position in np.unique(kept[owner[wrong]]) if len(parts) else []:
        raw.note(int(position), Text(N_("its outer ring runs clockwise")))


def _valid(
    raw: Raw, ids: list[str], shapes: Objects, kept: NDArray[np.int64]
) -> tuple[NDArray[np.int64], dict[int, BaseGeometry]]:
    """Invalid shapes replaced by their polygonal parts in place; returns what stays and the shapes as they were."""
    broken = [int(position) for position in kept[~shapely.is_valid(shapes[kept])]]
    simple = [p for p in broken if shapely.get_num_coordinates(shapes[p]) <= MAX_INVALID_VERTICES]
    for position in set(broken) - set(simple):
        count = int(shapely.get_num_coordinates(shapes[position]))
        reason = Text(
            N_("it is invalid and has {count:,} vertices, at most {limit:,} can be repaired"),
            count=count,
            limit=MAX_INVALID_VERTICES,
        )
        raw.errors[position] = _complex(ids[position], reason)
    before = {position: shapes[position] for position in simple}
    for position, shape in zip(simple, repaired([shapes[p] for p in simple]), strict=True):
        if shape is None:
            raw.errors[position] = _complex(ids[position], Text(N_("its repair takes too long or too much memory")))
        elif (polygonal := polygonal_part(shape)) is None:
            raw.errors[position] = _no_land(ids[position])
        else:
            shapes[position] = polygonal
    return _left(raw, len(shapes)), before


def polygonal_part(shape: BaseGeometry) -> BaseGeometry | None:
    """The polygons of a shape as one Polygon or MultiPolygon, None when it has none."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    areas = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return None if not areas else areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def _placed(raw: Raw, ids: list[str], source: Objects, lonlat: Objects, crs: CRS, kept: NDArray[np.int64]) -> None:
    """Notes what lies in another country; refuses what lies off the earth, or so far from where the system is used that
    something is mixed up."""
    if not len(kept):
        return
    bounds, plane = shapely.bounds(lonlat), shapely.bounds(source)
    west, south, east, north = _allowed(crs)
    least, most = np.array(plane_bounds(crs, (west, south, east, north))).reshape(2, 2)
    with np.errstate(invalid="ignore"):
        fits = (
            np.isfinite(bounds).all(axis=1) & (bounds[:, 0] >= west) & (bounds[:, 1] >= south) & (bounds[:, 2] <= east)
        )
        fits &= (bounds[:, 3] <= north) & (bounds[:, 2] - bounds[:, 0] < WIDEST)
        fits &= (plane[:, :2] >= least).all(axis=1) & (plane[:, 2:] <= most).all(axis=1)
    with np.errstate(invalid="ignore"):
        elsewhere = fits & ((bounds[:, 2:] < CHINA[:2]) | (bounds[:, :2] > CHINA[2:])).any(axis=1)
    if elsewhere.any():
        first = int(elsewhere.argmax())
        x, y = bounds[first, :2]
        said = N_("{count} features lie outside China, the first ({feature}) at ({x}, {y}): "
                  "check the coordinate system")
        raw.notes.append(Text(said, count=int(elsewhere.sum()), feature=ids[kept[first]], x=f"{x:.6g}", y=f"{y:.6g}"))
    for i in np.flatnonzero(~fits):
        position = int(kept[i])
        x, y = shapely.get_coordinates(source[i])[0]
        what = Text(N_("Feature {feature}"), feature=ids[position])
        advice = _advice(source[i], crs, (west, south, east, north))
        raw.errors[position] = AxisOrRange(
            what=what, x=f"{x:.12g}", y=f"{y:.12g}", advice=advice, where={"feature": ids[position]}
        )


def _allowed(crs: CRS) -> tuple[float, float, float, float]:
    area = crs.area_of_use
    if crs.is_geographic or area is None or area.west > area.east:
        return -180.0, -90.0, 180.0, 90.0
    margin = AREA_OF_USE_MARGIN
    return area.west - margin, max(-90.0, area.south - margin), area.east + margin, min(90.0, area.north + margin)


def _advice(shape: BaseGeometry, crs: CRS, allowed: tuple[float, float, float, float]) -> Text:
    turned = to_lonlat(np.array([swapped(shape)], dtype=object), crs)
    west, south, east, north = shapely.bounds(turned)[0]
    if (
        allowed[0] <= west
        and allowed[1] <= south
        and east <= allowed[2]
        and north <= allowed[3]
        and east - west < WIDEST
    ):
        return Text(N_("the axes look swapped; if so, read it again with --swap-axes"))
    if crs.is_geographic and np.abs(shapely.get_coordinates(shape)).max() > 360.0:
        return Text(N_("these are metres, not degrees; state the coordinate system with --crs, e.g. --crs EPSG:4525"))
    if crs.is_geographic and shapely.bounds(shape)[2] - shapely.bounds(shape)[0] >= WIDEST:
        return Text(N_("it is wider than half the earth; cut it at the date line"))
    return Text(N_("check the coordinate system and state the right one with --crs"))


def swapped(shape: BaseGeometry) -> BaseGeometry:
    """The shape with the two coordinates of each vertex in the other order."""
    result: BaseGeometry = shapely.transform(shape, lambda points: points[:, ::-1])
    return result


def _empty(raw: Raw, ids: list[str], areas: dict[int, float]) -> None:
    for position, area_m2 in areas.items():
        if area_m2 < MIN_AREA_M2:
            raw.errors[position] = _no_land(ids[position])


def _repair(feature: str, before: BaseGeometry, crs: CRS, after_m2: float) -> Repair:
    before_m2 = float(abs(np.atleast_1d(ellipsoid_m2(to_lonlat(np.array([before], dtype=object), crs)))[0]))
    message = Text(
        N_("{reason}; repaired, its area goes from {before_m2:,.2f} to {after_m2:,.2f} m2"),
        reason=why_invalid(before),
        before_m2=before_m2,
        after_m2=after_m2,
    )
    return Repair(feature, "R_GEOMETRY", before_m2, after_m2, message)


def why_invalid(shape: BaseGeometry) -> Text:
    """GEOS's reason in our words, with the place."""
    said = shapely.is_valid_reason(shape)
    words, _, place = said.partition("[")
    known = {
        "Self-intersection": N_("its outline crosses itself"),
        "Ring Self-intersection": N_("a ring touches itself"),
        "Hole lies outside shell": N_("a hole lies outside"),
        "Holes are nested": N_("a hole lies in a hole"),
        "Nested shells": N_("a part lies in another"),
        "Interior is disconnected": N_("holes cut it apart"),
        "Duplicate Rings": N_("two rings are the same"),
        "Too few points in geometry component": N_("a ring has too few points"),
    }
    reason = Text(known.get(words.strip(), N_("it is not valid")))
    return Text(N_("{reason} at ({place})"), reason=reason, place=place.rstrip("]")) if place else reason


def _complex(feature: str, reason: Text) -> TooComplex:
    return TooComplex(what=Text(N_("Feature {feature}"), feature=feature), reason=reason, where={"feature": feature})


def _no_land(feature: str) -> GeometryEmpty:
    return GeometryEmpty(feature=feature, reason=Text(N_("its area is zero")), where={"feature": feature})
