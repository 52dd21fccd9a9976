"""A flat drawing board over the demo area, and smooth random fields on it.

The demo is drawn in metres east and north of the middle of its area and brought to longitude/latitude
(EPSG:4490) at the very end by one affine step, so that straight lines stay straight and shared
corners stay the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from pyproj import Geod
from scipy.ndimage import map_coordinates, zoom
from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]
WHOLE_M = 5.0
GEOD = Geod(ellps="GRS80")  # the ellipsoid of CGCS2000


@dataclass(frozen=True)
class Plane:
    """Degrees to metres and back, for an area small enough to be drawn flat (here some 40 km).

    ``lon``/``lat`` are the middle of the area in degrees, ``width_m``/``height_m`` its sides,
    ``metres_per_lon``/``metres_per_lat`` the length of a degree there.
    """

    lon: float
    lat: float
    width_m: float
    height_m: float
    metres_per_lon: float
    metres_per_lat: float

    @property
    def box(self) -> BaseGeometry:
        """The demo area in metres."""
        return shapely.box(-self.width_m / 2, -self.height_m / 2, self.width_m / 2, self.height_m / 2)

    def metres(self, lon: float, lat: float) -> Array:
        """A place in degrees as metres east and north, shape (2,)."""
        return np.array([(lon - self.lon) * self.metres_per_lon, (lat - self.lat) * self.metres_per_lat])

    def degrees(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Shapes in metres as longitude/latitude; equal corners stay equal to the last bit."""
        scale = np.array([self.metres_per_lon, self.metres_per_lat])
        middle = np.array([self.lon, self.lat])
        moved: NDArray[np.object_] = shapely.transform(shapes, lambda xy: xy / scale + middle)
        return moved


def plane_over(west: float, south: float, east: float, north: float) -> Plane:
    """The drawing board over a box in degrees, its sides shortened to whole tens of metres."""
    lon, lat, half = (west + east) / 2, (south + north) / 2, 0.05
    per_lon = GEOD.inv(lon - half, lat, lon + half, lat)[2] / (2 * half)
    per_lat = GEOD.inv(lon, lat - half, lon, lat + half)[2] / (2 * half)
    width, height = (
        2 * WHOLE_M * np.floor(side / 2 / WHOLE_M) for side in ((east - west) * per_lon, (north - south) * per_lat)
    )
    return Plane(lon, lat, float(width), float(height), per_lon, per_lat)


@dataclass(frozen=True)
class Field:
    """A number at every place: a grid of ``values`` (rows from south to north) every ``step`` metres from
    ``west``/``south``, read between its knots."""

    values: Array
    west: float
    south: float
    step: float

    def at(self, xy: Array) -> Array:
        """Values at places of shape (n, 2), n values; outside the grid the nearest edge."""
        rows = (xy[:, 1] - self.south) / self.step
        columns = (xy[:, 0] - self.west) / self.step
        read: Array = map_coordinates(self.values, [rows, columns], order=1, mode="nearest")
        return read

    def slope(self) -> tuple[Field, Field]:
        """The rise towards east and towards north, each per metre."""
        north, east = np.gradient(self.values, self.step)
        return self.like(np.asarray(east)), self.like(np.asarray(north))

    def like(self, values: Array) -> Field:
        """The same grid with other values."""
        return Field(values, self.west, self.south, self.step)

    def around(self, place: Array, reach_m: float) -> Field:
        """The part of the grid within about ``reach_m`` of a place."""
        column, row = ((place - [self.west, self.south]) / self.step).astype(int)
        cells = int(reach_m / self.step)
        top, left = max(0, row - cells), max(0, column - cells)
        part = self.values[top : row + cells + 1, left : column + cells + 1]
        return Field(part, self.west + left * self.step, self.south + top * self.step, self.step)

    def knots(self) -> tuple[Array, Array]:
        """East and north of every knot, each of the grid's shape."""
        rows, columns = self.values.shape
        return np.meshgrid(self.west + np.arange(columns) * self.step, self.south + np.arange(rows) * self.step)


def blank(plane: Plane, step: float) -> Field:
    """A grid of zeros over the demo area with a margin of one knot."""
    columns, rows = int(plane.width_m / step) + 3, int(plane.height_m / step) + 3
    return Field(np.zeros((rows, columns)), -plane.width_m / 2 - step, -plane.height_m / 2 - step, step)


def noise(grid: Field, rng: Generator, wave_m: float) -> Array:
    """Smooth noise of mean 0 and deviation 1 whose hills are about ``wave_m`` across, of the grid's shape."""
    rows, columns = grid.values.shape
    every = max(2.0, wave_m / grid.step / 2)
    coarse = rng.standard_normal((int(rows / every) + 4, int(columns / every) + 4))
    smooth: Array = zoom(coarse, every, order=3)[:rows, :columns]
    return (smooth - smooth.mean()) / smooth.std()


def mixed(grid: Field, rng: Generator, waves: dict[float, float]) -> Array:
    """A sum of noises: ``waves`` maps the size of the hills in metres to their height."""
    return np.sum([height * noise(grid, rng, wave) for wave, height in waves.items()], axis=0)


def contour(field: Field, level: float) -> NDArray[np.object_]:
    """The line where a field crosses a level, as short segments of at most one grid cell (marching triangles)."""
    east, north = field.knots()
    values = field.values - level
    values = np.where(values == 0, 1e-9, values)
    corner = [
        (slice(None, -1), slice(None, -1)),
        (slice(None, -1), slice(1, None)),
        (slice(1, None), slice(1, None)),
        (slice(1, None), slice(None, -1)),
    ]
    found = []
    for triangle in ((0, 1, 2), (0, 2, 3)):
        x, y, v = (np.stack([array[corner[k]].ravel() for k in triangle]) for array in (east, north, values))
        found.append(_crossings(x, y, v))
    return shapely.linestrings(np.concatenate(found))


def _crossings(x: Array, y: Array, v: Array) -> Array:
    """Segments (n, 2, 2) on which triangles of corner values v (3, m) are zero."""
    mixed_signs = (v.min(axis=0) < 0) & (v.max(axis=0) > 0)
    x, y, v = x[:, mixed_signs], y[:, mixed_signs], v[:, mixed_signs]
    ends = []
    for a in range(3):
        b = (a + 1) % 3
        crossed = v[a] * v[b] < 0
        t = np.divide(v[a], v[a] - v[b], out=np.full(v[a].shape, np.nan), where=crossed)
        place = np.stack([x[a] + t * (x[b] - x[a]), y[a] + t * (y[b] - y[a])], axis=-1)
        ends.append(place)
    sides = np.stack(ends, axis=1)
    return sides[~np.isnan(sides[:, :, 0])].reshape(-1, 2, 2)
