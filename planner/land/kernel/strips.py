"""The area of the ellipsoid under an edge, by a series about one latitude.

q(latitude), the area from the equator per longitude, has the derivative a^2 (1 - e^2) cos / (1 - e^2 sin^2)^2. Its
Taylor series to the fourth power is off by less than 1e-15 of the strip within 3 km, so a parcel taller than
``BAND_DEG`` is taken in bands. Along a straight edge the series has a closed integral: no sine is taken there.

Source: GB 22021-2008 (CGCS2000); the strip of an ellipsoid between parallels.
"""

from __future__ import annotations

import math

import numpy as np

from planner.land.geodesy import INVERSE_FLATTENING, SEMI_MAJOR_M
from planner.land.kernel.compiled import compiled, inlined
from planner.land.kernel.outlines import Floats

BAND_DEG = 0.05

_POWERS = 4
_THIRD, _FIFTH = 1.0 / 3.0, 1.0 / 5.0  # a division in the innermost loop costs as much as all the rest of it
_E2 = (2.0 - 1.0 / INVERSE_FLATTENING) / INVERSE_FLATTENING
_DEGREE = math.pi / 180.0

# c0 ... c4: m2 per degree of longitude times u^k, u in degrees of latitude from the series' middle.
Series = tuple[float, float, float, float, float]


@compiled
def series(latitude: float) -> Series:
    """q - q(latitude) about a latitude in degrees."""
    sine, cosine = np.empty(_POWERS), np.empty(_POWERS)
    scale = 1.0
    for k in range(_POWERS):
        turned = latitude * _DEGREE + k * math.pi / 2
        sine[k], cosine[k] = scale * math.sin(turned), scale * math.cos(turned)
        scale *= _DEGREE / (k + 1)
    narrowing = -_E2 * _times(sine, sine)
    narrowing[0] += 1.0
    wide = _inverse(narrowing)
    slope = _times(cosine, _times(wide, wide)) * (SEMI_MAJOR_M**2 * (1.0 - _E2) * _DEGREE * _DEGREE)
    return 0.0, slope[0], slope[1] / 2, slope[2] / 3, slope[3] / 4


@inlined
def from_south(c: Series, south: float) -> Series:
    """The same series made zero at u = south."""
    return -height(c, south), c[1], c[2], c[3], c[4]


@inlined
def height(c: Series, u: float) -> float:
    """The series at u."""
    return c[0] + u * (c[1] + u * (c[2] + u * (c[3] + u * c[4])))


@inlined
def mean(c: Series, u0: float, u1: float) -> float:
    """Mean of the series along a straight edge from u0 to u1, m2 per degree of longitude.

    About the edge's middle the odd powers cancel; with h half its height the mean is Q + h^2 Q''/3! + h^4 Q''''/5!.
    """
    m, h = 0.5 * (u0 + u1), 0.5 * (u1 - u0)
    h2 = h * h
    return height(c, m) + h2 * (c[2] * _THIRD + m * (c[3] + m * (2.0 * c[4])) + h2 * (c[4] * _FIFTH))


@inlined
def _times(a: Floats, b: Floats) -> Floats:
    """Product of two power series."""
    product = np.zeros(_POWERS)
    for k in range(_POWERS):
        for i in range(k + 1):
            product[k] += a[i] * b[k - i]
    return product


@inlined
def _inverse(a: Floats) -> Floats:
    """1 / a as a power series; a[0] is not zero."""
    inverse = np.zeros(_POWERS)
    inverse[0] = 1.0 / a[0]
    for k in range(1, _POWERS):
        for i in range(1, k + 1):
            inverse[k] -= a[i] * inverse[k - i] / a[0]
    return inverse
