"""Coordinate systems: which one a file is in, which ones are refused, and the way to longitude/latitude.

Everything behind the door is EPSG:4490 with x = longitude. Data in a projected system has its edges cut first, so
that an edge that is straight in the plane stays where it was to a micrometre although edges are straight in
longitude/latitude afterwards.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from planner.formats.errors import CrsConflict, CrsRefused, TooComplex
from planner.formats.limits import CUT_TIMES, MAX_FILE_VERTICES
from planner.text import N_, Text

Floats = NDArray[np.float64]

LONLAT = "EPSG:4490"
# WGS 84 and CGCS2000 differ by millimetres: their longitudes and latitudes are taken as equal numbers.
EQUAL_NUMBERS = frozenset({"EPSG:4490", "EPSG:4326"})
# Gauss-Krueger northings of China in metres.
CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north of its land and islands, in whole degrees
NORTHING_M = (300_000.0, 6_000_000.0)
EARTH_RADIUS_M = 6_378_137.0
# Further than any plane of the earth reaches, zone prefixes (45 000 000) included.
WHOLE_EARTH_M = 1e8
# Degrees: a wider piece of the earth bends round in most planes, and has no box there.
WIDEST_PLANE = 60.0

_REFUSED_DATUM = re.compile(r"beijing19?54|newbeijing|xian19?80|19?80xian")
_REFUSED_ELLIPSOID = re.compile(r"krasovsky|krassovsky|krassowsky|krasowsky|iag1975|xian")


def parse(text: str) -> CRS:
    """The system a person or a file names (EPSG:n, WKT). Raises CrsRefused if unknown or not for use."""
    try:
        found = CRS.from_user_input(text.strip())
    except CRSError:
        raise CrsRefused(crs=_short(text), reason=Text(N_("it is not known"))) from None
    return _admitted(found)


def label(crs: CRS) -> str:
    """``EPSG:n`` where the definition is that of the register, else another register's code, else its name."""
    code = crs.to_epsg(min_confidence=70) or _register_match(crs.to_wkt())
    authority = None if code else crs.to_authority(min_confidence=70)
    return f"EPSG:{code}" if code else ":".join(authority) if authority else str(crs.name)


def agree(one: CRS, other: CRS) -> bool:
    """Whether two systems give a point the same numbers."""
    if {label(one), label(other)} <= EQUAL_NUMBERS:
        return True
    return label(one) == label(other) or bool(one.equals(other, ignore_axis_order=True))


def stated(of_file: str | None, of_person: str | None) -> tuple[CRS | None, str]:
    """The system to use and who named it: ``file`` or ``option``. Raises CrsConflict where both did and differ."""
    mine = parse(of_file) if of_file else None
    theirs = parse(of_person) if of_person else None
    if mine and theirs and not agree(mine, theirs):
        raise CrsConflict(
            reason=Text(N_("the file says {file}, the call says {call}"), file=label(mine), call=label(theirs))
        )
    return (mine, "file") if mine else (theirs, "option")


def gauss_kruger(zone: int, degrees: int, *, prefixed: bool) -> str:
    """The EPSG code of a CGCS2000 Gauss-Krueger zone: 25-45 for 3 degrees, 13-23 for 6, with or without zone prefix.

    Source: EPSG register, codes 4491-4554. Raises CrsRefused for a zone outside China.
    """
    first, last, with_prefix, without = (25, 45, 4513, 4534) if degrees == 3 else (13, 23, 4491, 4502)
    if degrees not in (3, 6) or not first <= zone <= last:
        raise CrsRefused(crs=f"{degrees}° / {zone}", reason=Text(N_("CGCS2000 has no such zone")))
    return f"EPSG:{(with_prefix if prefixed else without) + zone - first}"


def proposed(points: Floats) -> str | None:
    """The system that n points (x = east) look like by their digits: a zone in front of every easting, or degrees in
    China; None where they tell nothing (an easting without its zone). A proposal, never a decision."""
    if not len(points):
        return None
    x, y = points[:, 0], points[:, 1]
    zones = np.unique(x // 1e6)
    northings = (y >= NORTHING_M[0]) & (y <= NORTHING_M[1])
    if len(zones) == 1 and northings.all() and (13 <= zones[0] <= 23 or 25 <= zones[0] <= 45):
        return gauss_kruger(int(zones[0]), 3 if zones[0] >= 25 else 6, prefixed=True)
    west, south, east, north = CHINA
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return LONLAT if inside.all() else None


def to_lonlat(geoms: Any, crs: CRS, *, tolerance_m: float = 1e-6) -> NDArray[np.object_]:
    """Polygons of any admitted system as longitude/latitude (EPSG:4490), edges of projected data cut first.

    Parameters: n Polygons or MultiPolygons with x = east or longitude, in ``crs``. Returns n, same order;
    a point that has no longitude and latitude becomes infinite.
    """
    shapes = np.asarray(geoms, dtype=object)
    if label(crs) in EQUAL_NUMBERS or not len(shapes):
        return shapes
    cut = densified(shapes, crs, tolerance_m=tolerance_m)
    return np.asarray(shapely.transform(cut, lambda points: _lonlat(points, crs)), dtype=object)


def plane_bounds(crs: CRS, lonlat: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Where a piece of the earth (west, south, east, north) lies in a system, with half its size around it: what is
    outside comes from nowhere, even if a longitude and latitude can be computed of it. Where the piece is too wide for
    a plane, the size of the earth."""
    if not crs.is_projected:
        return -np.inf, -np.inf, np.inf, np.inf
    whole = (-WHOLE_EARTH_M, -WHOLE_EARTH_M, WHOLE_EARTH_M, WHOLE_EARTH_M)
    if lonlat[2] - lonlat[0] > WIDEST_PLANE:
        return whole
    try:
        left, low, right, top = _transformer(crs.to_wkt()).transform_bounds(*lonlat, direction="INVERSE")
    except ProjError:
        return whole
    across, up = (right - left) / 2, (top - low) / 2
    found = (left - across, low - up, right + across, top + up)
    return found if np.isfinite(found).all() else whole


def densified(geoms: Any, crs: CRS | str, tolerance_m: float = 1e-6) -> NDArray[np.object_]:
    """The same polygons with long edges cut, so that drawing the pieces straight in longitude/latitude moves no edge by
    more than ``tolerance_m``.

    Parameters: n Polygons or MultiPolygons in ``crs``; a geographic one needs no cut. Returns n, in ``crs``;
    corners are kept to the bit. Raises TooComplex when the cut would make more vertices than a file may have.
    """
    shapes = np.asarray(geoms, dtype=object)
    system = CRS.from_user_input(crs)
    if not system.is_projected or not len(shapes):
        return shapes
    kinds = shapely.get_type_id(shapes)
    _, points, (ring_ends, part_ends, shape_ends) = shapely.to_ragged_array(_as_multi(shapes))
    if not len(points):
        return shapes
    starts = np.ones(len(points), dtype=bool)
    starts[ring_ends[1:] - 1] = False
    pieces = np.ones(len(points), dtype=np.int64)
    pieces[starts] = _pieces(points[starts.nonzero()[0]], points[starts.nonzero()[0] + 1], system, tolerance_m)
    if pieces.sum() > max(MAX_FILE_VERTICES, CUT_TIMES * len(points)):
        raise TooComplex(
            what=Text(N_("The file")), reason=Text(N_("its long edges need {count:,} cuts"), count=int(pieces.sum()))
        )
    before = np.concatenate([[0], np.cumsum(pieces)])
    cut = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, _cut(points, pieces, before), (before[ring_ends], part_ends, shape_ends)
    )
    single = kinds == shapely.GeometryType.POLYGON
    cut[single] = shapely.get_geometry(cut[single], 0)
    return np.asarray(cut, dtype=object)


def _as_multi(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    multi = shapes.copy()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    multi[single] = shapely.multipolygons(shapes[single], indices=np.arange(single.sum())) if single.any() else None
    return multi


def _pieces(a: Floats, b: Floats, crs: CRS, tolerance_m: float) -> NDArray[np.int64]:
    """Into how many pieces each edge a-b is cut. The sag of an edge grows with the square of its length; taken at 1/3
    and 2/3, where an S-shaped one shows too (a parabola reaches 8/9 of its sag there)."""
    from_, to = _lonlat(a, crs), _lonlat(b, crs)
    sag = np.zeros(len(a))
    with np.errstate(invalid="ignore", over="ignore"):
        for share in (1 / 3, 2 / 3):
            straight = from_ + share * (to - from_)
            sag = np.fmax(sag, _metres(_lonlat(a + share * (b - a), crs) - straight, straight[:, 1]))
        counts = np.ceil(np.sqrt(sag * (9 / 8) / tolerance_m) * 1.02)
    # A point that has no longitude is refused later; here it only must not ask for infinite pieces.
    return np.clip(np.nan_to_num(counts, nan=1.0, posinf=1.0), 1, MAX_FILE_VERTICES).astype(np.int64)


def _cut(points: Floats, pieces: NDArray[np.int64], before: NDArray[np.int64]) -> Floats:
    owner = np.repeat(np.arange(len(points)), pieces)
    share = (np.arange(before[-1]) - before[owner]) / pieces[owner]
    after = np.minimum(owner + 1, len(points) - 1)
    return np.asarray(points[owner] + share[:, None] * (points[after] - points[owner]), dtype=np.float64)


def _metres(degrees: Floats, latitude: Floats) -> Floats:
    east = np.radians(degrees[:, 0]) * np.cos(np.radians(latitude))
    return np.asarray(np.hypot(east, np.radians(degrees[:, 1])) * EARTH_RADIUS_M, dtype=np.float64)


def _lonlat(points: Floats, crs: CRS) -> Floats:
    return np.column_stack(_transformer(crs.to_wkt()).transform(points[:, 0], points[:, 1]))


@lru_cache(maxsize=32)
def _transformer(wkt: str) -> Transformer:
    return Transformer.from_crs(CRS.from_wkt(wkt), CRS.from_user_input(LONLAT), always_xy=True)


@lru_cache(maxsize=64)
def _register_match(wkt: str) -> int | None:
    """A register entry of lower confidence (the WKT of other programs) counts only if it defines the same system."""
    crs = CRS.from_wkt(wkt)
    code = crs.to_epsg(min_confidence=20)
    if code is None:
        return None
    entry = CRS.from_epsg(code)
    try:
        return code if crs.is_geographic == entry.is_geographic and _same_numbers(crs, entry) else None
    except CRSError:
        return None


def _same_numbers(one: CRS, other: CRS) -> bool:
    return _definition(one) == _definition(other)


def _definition(crs: CRS) -> tuple[object, ...]:
    """Projection and ellipsoid of a system; the datum's name is spelt as each writer likes, but it must have one."""
    params = crs.coordinate_operation.params if crs.coordinate_operation else []
    values = sorted((p.name, round(float(p.value) * p.unit_conversion_factor, 9)) for p in params)
    shape = (crs.ellipsoid.semi_major_metre, round(crs.ellipsoid.inverse_flattening, 6)) if crs.ellipsoid else None
    named = crs.datum is not None and not re.search("unknown|unnamed|specified", crs.datum.name.lower())
    return tuple(values), shape, named


def _admitted(crs: CRS) -> CRS:
    if crs.is_compound and crs.sub_crs_list:
        crs = crs.sub_crs_list[0]
    if crs.is_bound and crs.source_crs is not None:
        shift = crs.coordinate_operation
        moves = shift is None or shift.grids or any(float(one.value) for one in shift.params)
        if moves and _homeless(_datum_words(crs.source_crs)[0]):
            reason = Text(N_("its datum has no name and lies off by a shift of its own"))
            raise CrsRefused(crs=_short(crs.name), reason=reason)
        crs = crs.source_crs
    if not (crs.is_projected or crs.is_geographic):
        raise CrsRefused(crs=_short(crs.name), reason=Text(N_("it is local, or has no plane or longitude/latitude")))
    datum, ellipsoid = _datum_words(crs)
    if _REFUSED_DATUM.search(datum) or (_REFUSED_ELLIPSOID.search(ellipsoid) and _homeless(datum)):
        reason = Text(N_("the shift from it to CGCS2000 needs local parameters that are not public"))
        raise CrsRefused(crs=label(crs), reason=reason)
    flat = crs.to_2d()
    try:
        _transformer(flat.to_wkt())
    except ProjError:
        raise CrsRefused(crs=label(flat), reason=Text(N_("no way from it to CGCS2000 is known"))) from None
    return flat


def _homeless(datum: str) -> bool:
    return not datum or "unknown" in datum or "basedon" in datum or "xian" in datum or "beijing" in datum


def _datum_words(crs: CRS) -> tuple[str, str]:
    datum = crs.datum.name if crs.datum else ""
    base = crs.geodetic_crs.name if crs.geodetic_crs else ""
    words = re.sub(r"[^a-z0-9]", "", f"{datum}{base}".lower())
    return words, re.sub(r"[^a-z0-9]", "", crs.ellipsoid.name.lower()) if crs.ellipsoid else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
