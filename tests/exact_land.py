"""The area two polygons share, found another way: triangles clipped in fractions, strips summed by Gauss.

Nothing here is shared with what it checks: no sum over pairs, no series, no box, no rounding of a crossing.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

# GB 22021-2008 (CGCS2000).
A, F = 6378137.0, 1 / 298.257222101
E2 = F * (2 - F)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)
NODES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2

Point = tuple[Fraction, Fraction]


def exact_m2(one: BaseGeometry, other: BaseGeometry) -> float:
    """Area on the ellipsoid, edges straight in longitude/latitude, that two polygons in degrees share."""
    pieces = (clipped(a, b) for a in triangles(one) for b in triangles(other) if meet(a, b))
    return sum(area(piece) for piece in pieces if len(piece) > 2)


def triangles(shape: BaseGeometry) -> list[list[Point]]:
    """Counterclockwise triangles between the shape's own vertices."""
    found = shapely.get_parts(shapely.constrained_delaunay_triangles(shape))
    corners = [[(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(t)[:3]] for t in found]
    return [c if left_of(c[0], c[1], c[2]) > 0 else c[::-1] for c in corners]


def meet(one: list[Point], other: list[Point]) -> bool:
    """Whether the boxes of two triangles share more than a side."""
    def ends(triangle: list[Point], k: int) -> tuple[Fraction, Fraction]:
        return min(p[k] for p in triangle), max(p[k] for p in triangle)

    pairs = [(ends(one, k), ends(other, k)) for k in (0, 1)]
    return all(max(a[0], b[0]) < min(a[1], b[1]) for a, b in pairs)


def clipped(piece: list[Point], triangle: list[Point]) -> list[Point]:
    """The part of a convex polygon inside a triangle, exactly."""
    for a, b in zip(triangle, [*triangle[1:], triangle[0]], strict=True):
        kept: list[Point] = []
        for p, q in zip(piece, [*piece[1:], *piece[:1]], strict=True):
            p_side, q_side = left_of(a, b, p), left_of(a, b, q)
            if p_side >= 0:
                kept.append(p)
            if p_side * q_side < 0:
                t = p_side / (p_side - q_side)
                kept.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
        piece = kept
    return piece


def left_of(a: Point, b: Point, p: Point) -> Fraction:
    """Positive where p lies to the left of the line from a to b."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def area(piece: list[Point]) -> float:
    """Area on the ellipsoid of a polygon: strips from its first vertex's latitude, whose digits stay its own."""
    x0, y0 = piece[0]
    x = np.array([float(p[0] - x0) for p in [*piece, piece[0]]])
    y = np.array([float(p[1] - y0) for p in [*piece, piece[0]]])
    along = y[:-1, None] + np.diff(y)[:, None] * NODES
    under = strip(float(y0), along) @ WEIGHTS
    return abs(float(np.radians(np.diff(x)) @ under))


def strip(lat: float, above: np.ndarray) -> np.ndarray:
    """Area of the ellipsoid per radian of longitude from a latitude to so many degrees above it."""
    sine = np.sin(np.radians(lat + above[..., None] * NODES))
    narrow = A**2 * (1 - E2) * np.sqrt(1 - sine**2) / (1 - E2 * sine**2) ** 2
    return np.radians(above) * (narrow @ WEIGHTS)
