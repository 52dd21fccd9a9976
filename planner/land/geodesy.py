"""Areas and lengths on the CGCS2000 ellipsoid, for arrays of polygons at once.

The convention: edges are straight in longitude/latitude, as every overlay cuts them, and the area is the one on the
ellipsoid. Under an edge lies a strip of the ellipsoid; with q(latitude) the area from the equator per radian of
longitude, its area is the integral of q along the edge, taken by Simpson's rule (its error is below 1e-10 of the
strip for edges up to a degree). The geodesic and the plane area stand beside it as checks.

Source: TD/T 1055-2019 (area on the ellipsoid from the vertices' latitudes and longitudes); GB 22021-2008 (CGCS2000).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Strips = Callable[[Floats, NDArray[np.int64]], Floats]

SEMI_MAJOR_M = 6_378_137.0
INVERSE_FLATTENING = 298.257222101
GEOD = Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)

_E2 = (2.0 - 1.0 / INVERSE_FLATTENING) / INVERSE_FLATTENING
# q(latitude) = s * R(s^2) with s = sin(latitude); eight terms reach the last digit of a double.
_SERIES = tuple(SEMI_MAJOR_M**2 * (1.0 - _E2) * (k + 1) * _E2**k / (2 * k + 1) for k in range(8))


def ellipsoid_m2(geoms: Any) -> Any:
    """Area on the CGCS2000 ellipsoid with edges straight in longitude/latitude, holes deducted.

    Parameters: one geometry or n of them, longitude/latitude in degrees (EPSG:4490). Returns m2: a float or an
    array of n. Points, lines, empty and missing geometries have no area; of a collection its polygons count.
    """
    return _areas(geoms, _ellipsoid_strips)


def plane_m2(geoms: Any) -> Any:
    """Area in the plane of a projected system, by the shoelace about each ring's first vertex, holes deducted.

    Parameters: one geometry or n of them in metres. Returns m2: a float or an array of n.
    """
    return _areas(geoms, _plane_strips)


def geodesic_m2(geoms: Any) -> Any:
    """Area within geodesic edges between the same vertices, holes deducted: a check beside ``ellipsoid_m2``.

    Parameters and result as there.
    """
    return _ringwise(geoms, lambda ring: abs(GEOD.polygon_area_perimeter(*ring.T)[0]), hole_sign=-1.0)


def perimeter_m(geoms: Any) -> Any:
    """Geodesic length of the whole boundary in metres, that of holes included. Parameters as ``ellipsoid_m2``."""
    return _ringwise(geoms, lambda ring: GEOD.line_length(*ring.T), hole_sign=1.0)


@dataclass(frozen=True)
class LocalMetres:
    """A plane in metres around one place: for widths and distances of a few kilometres, never for areas.

    ``x`` and ``y`` are metres per degree of longitude and latitude at (``lon``, ``lat``); 1 km away lengths are
    off by less than 1e-4.
    """

    lon: float
    lat: float
    x: float
    y: float

    def metres(self, shape: Any) -> Any:
        """A shape (or an array of them) in degrees as metres east and north of the place."""
        return shapely.transform(shape, lambda c: (c - (self.lon, self.lat)) * (self.x, self.y))

    def degrees(self, shape: Any) -> Any:
        """Metres east and north of the place back to degrees."""
        return shapely.transform(shape, lambda c: c / (self.x, self.y) + (self.lon, self.lat))


def local_metres(around: BaseGeometry) -> LocalMetres:
    """The plane in metres around the middle of a shape's box (degrees; not empty)."""
    west, south, east, north = around.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    s2 = math.sin(math.radians(lat)) ** 2
    prime_vertical = SEMI_MAJOR_M / math.sqrt(1 - _E2 * s2)
    meridian = prime_vertical * (1 - _E2) / (1 - _E2 * s2)
    return LocalMetres(lon, lat, math.radians(prime_vertical) * math.cos(math.radians(lat)), math.radians(meridian))


# ---------------------------------------------------------------- rings
@dataclass(frozen=True)
class _Rings:
    """All rings of n geometries: ``coords`` (m, 2), where each ring starts and ends in them (``bounds``), whose it is
    (``owner``), and whether it is a hole."""

    coords: Floats
    bounds: NDArray[np.int64]
    owner: NDArray[np.int64]
    hole: NDArray[np.bool_]

    def sums(self, per_ring: Floats, hole_sign: float, n: int) -> Floats:
        """Values of rings added up per geometry, holes times ``hole_sign``."""
        signed = np.where(self.hole, hole_sign * per_ring, per_ring)
        totals: Floats = np.bincount(self.owner, weights=signed, minlength=n).astype(np.float64)
        return totals


def _rings(geoms: NDArray[Any]) -> _Rings:
    # Twice, because a collection may hold multipolygons.
    parts, owner = shapely.get_parts(geoms, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    owner = owner[inner]
    kept = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    if not kept.any():
        none = np.empty(0, np.int64)
        return _Rings(np.empty((0, 2)), np.zeros(1, np.int64), none, none.astype(bool))
    _, coords, (bounds, first) = shapely.to_ragged_array(parts[kept], include_z=False)
    hole = np.ones(len(bounds) - 1, bool)
    hole[first[:-1]] = False
    return _Rings(coords, bounds.astype(np.int64), np.repeat(owner[kept], np.diff(first)), hole)


def _areas(geoms: Any, strips: Strips) -> Any:
    many = np.atleast_1d(np.asarray(geoms, dtype=object))
    rings = _rings(many)
    areas = np.zeros(len(many))
    if len(rings.owner):
        edges = strips(rings.coords, np.repeat(rings.bounds[:-1], np.diff(rings.bounds)))
        edges[rings.bounds[1:-1] - 1] = 0.0  # the step from one ring to the next is no edge
        per_ring = np.abs(np.add.reduceat(np.append(edges, 0.0), rings.bounds[:-1]))
        areas = rings.sums(per_ring, -1.0, len(many))
    return float(areas[0]) if isinstance(geoms, BaseGeometry) else areas


def _ringwise(geoms: Any, measure: Callable[[Floats], float], *, hole_sign: float) -> Any:
    many = np.atleast_1d(np.asarray(geoms, dtype=object))
    rings = _rings(many)
    pairs = zip(rings.bounds[:-1], rings.bounds[1:], strict=True)
    per_ring = np.array([measure(rings.coords[start:end]) for start, end in pairs], dtype=float)
    sums = rings.sums(per_ring, hole_sign, len(many)) if len(per_ring) else np.zeros(len(many))
    return float(sums[0]) if isinstance(geoms, BaseGeometry) else sums


# ---------------------------------------------------------------- strips under edges
def _plane_strips(coords: Floats, start: NDArray[np.int64]) -> Floats:
    x, y = coords[:, 0], coords[:, 1] - coords[start, 1]
    strips: Floats = np.diff(x) * (y[1:] + y[:-1]) / 2
    return strips


def _ellipsoid_strips(coords: Floats, start: NDArray[np.int64]) -> Floats:
    """Area between each edge and the parallel through its ring's first vertex, m2."""
    lat = coords[:, 1]
    origin = lat[start]
    q = _q_above(lat, origin)
    middle = _q_above((lat[1:] + lat[:-1]) / 2, origin[:-1])
    strips: Floats = np.radians(np.diff(coords[:, 0])) * (q[:-1] + 4 * middle + q[1:]) / 6
    return strips


def _q_above(lat: Floats, origin: Floats) -> Floats:
    """q(lat) - q(origin) without the loss of digits of subtracting two large areas.

    sin a - sin b is taken as 2 cos((a+b)/2) sin((a-b)/2), and the polynomial by its divided difference:
    s R(t) - s0 R(t0) = (s - s0) (R(t) + s0 (s + s0) R[t, t0]) with t = s^2.
    """
    half = np.radians(lat - origin) / 2
    s0 = np.sin(np.radians(origin))
    step = 2 * np.cos(np.radians(origin) + half) * np.sin(half)
    s = s0 + step
    t, t0 = s * s, s0 * s0
    value, divided = np.full_like(s, _SERIES[-1]), np.zeros_like(s)
    for c in reversed(_SERIES[:-1]):
        divided = divided * t0 + value
        value = value * t + c
    above: Floats = step * (value + s0 * (s + s0) * divided)
    return above
