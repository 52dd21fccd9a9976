"""The lie of the land: heights, and where the water runs.

Illustrative: no height here was measured. A coastal plain rises to low volcanic hills in the south-west; one large
river crosses it to the north, and brooks gather on their way down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter, gaussian_filter1d
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from planner.demo.plane import Array, Field, Plane, blank, mixed, noise

GRID_M = 100.0
RIVER_AT = 0.72  # where the large river crosses, as a share of the area's width from the west
RIVER_WAVE_M = 7_500.0  # way run from one bend to the next of the same hand
RIVER_SWING = 1.15  # radians
MARGIN_M = 3_000.0
VALLEY_M = 2_400.0  # how far the large river has flattened its banks
BROOK_KM2 = 1.3  # a brook begins where that much land drains to one place
SMOOTH_STEP_M = 60.0
PLAIN_M = 2.5  # corners that matter less are left out


@dataclass(frozen=True)
class Brook:
    """A watercourse between two meetings: its course in metres, running down, and the land that drains to its end."""

    course: BaseGeometry
    drains_km2: float


@dataclass(frozen=True)
class Relief:
    """Heights in metres, the large river's middle line, the brooks, and the distance to the nearest water line."""

    height: Field
    river: BaseGeometry
    brooks: tuple[Brook, ...]
    to_water: Field


def relief(plane: Plane, rng: Generator) -> Relief:
    """The land before anyone lived on it."""
    grid = blank(plane, GRID_M)
    river = _river(plane, rng)
    height = grid.like(_heights(plane, grid, river, rng))
    brooks = _brooks(height, river, rng)
    lines = np.array([river, *(brook.course for brook in brooks)])
    return Relief(height, river, brooks, _distance(height, lines))


def _river(plane: Plane, rng: Generator) -> BaseGeometry:
    """A meandering middle line from south to north, beyond both edges.

    A sine-generated curve: the direction swings with the way run, which is how free rivers bend (Langbein and
    Leopold 1966, "River meanders: theory of minimum variance").
    """
    run = np.arange(0, 3 * plane.height_m, SMOOTH_STEP_M)
    bends = 2 * np.pi * run / RIVER_WAVE_M + 1.2 * _drift(run.size, rng) + rng.uniform(0, 2 * np.pi)
    heading = RIVER_SWING * np.sin(bends) * (1 + 0.25 * _drift(run.size, rng)) + 0.15 * _drift(run.size, rng)
    x, y = np.cumsum(np.sin(heading)) * SMOOTH_STEP_M, np.cumsum(np.cos(heading)) * SMOOTH_STEP_M
    x = x - np.polyval(np.polyfit(y, x, 1), y)
    keep = y < plane.height_m + 2 * MARGIN_M
    return shapely.LineString(
        np.c_[x[keep] + (RIVER_AT - 0.5) * plane.width_m, y[keep] - plane.height_m / 2 - MARGIN_M]
    )


def _drift(size: int, rng: Generator) -> Array:
    """Slow random wandering of deviation 1."""
    slow = gaussian_filter1d(rng.standard_normal(size), 45)
    return np.asarray(slow / slow.std())


def _heights(plane: Plane, grid: Field, river: BaseGeometry, rng: Generator) -> Array:
    east, north = grid.knots()
    plain = 34 - 34 * north / plane.height_m - 26 * east / plane.width_m
    rough = mixed(grid, rng, {9_000: 17, 3_600: 9, 1_500: 3.5, 600: 1.0})
    cones = np.zeros_like(plain)
    for _ in range(7):
        x, y = rng.uniform(-0.5, -0.12) * plane.width_m, rng.uniform(-0.5, 0.1) * plane.height_m
        cones += rng.uniform(20, 55) * np.exp(-((east - x) ** 2 + (north - y) ** 2) / rng.uniform(600, 1_300) ** 2)
    far = _distance(grid, np.array([river])).values
    level = 4 - 3 * north / plane.height_m
    flat = np.exp(-((far / VALLEY_M) ** 2))
    return np.maximum((plain + rough + cones) * (1 - flat) + level * flat, 1.0) + far / 4_000


def _distance(grid: Field, lines: object) -> Field:
    """Metres from every knot to the nearest of some lines, to half a grid step."""
    dense = shapely.get_coordinates(shapely.segmentize(lines, grid.step / 2))
    columns = np.round((dense[:, 0] - grid.west) / grid.step).astype(int)
    rows = np.round((dense[:, 1] - grid.south) / grid.step).astype(int)
    inside = (rows >= 0) & (rows < grid.values.shape[0]) & (columns >= 0) & (columns < grid.values.shape[1])
    dry = np.ones(grid.values.shape, dtype=bool)
    dry[rows[inside], columns[inside]] = False
    return grid.like(gaussian_filter(distance_transform_edt(dry) * grid.step, 0.7))


def _brooks(height: Field, river: BaseGeometry, rng: Generator) -> tuple[Brook, ...]:
    """Courses along which the land drains to the river and to the north edge."""
    order, down, outlet = _drains(height, river, rng)
    cells = np.ones(down.size)
    for cell in order[::-1]:
        if down[cell] >= 0:
            cells[down[cell]] += cells[cell]
    square_km2 = (height.step / 1_000) ** 2
    wet = (cells * square_km2 >= BROOK_KM2) & ~outlet
    return tuple(_courses(height, down, wet, cells * square_km2))


def _drains(height: Field, river: BaseGeometry, rng: Generator) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Cells by their way to the sea, the cell each drains to (-1 at an outlet), and which are outlets."""
    outlet = _distance(height, np.array([river])).values < height.step
    outlet[-2:, :] = True
    bumps = height.values + 2.5 * noise(height, rng, 400)
    graph = _steps(np.exp((bumps - bumps.min()) / 9.0) + 0.3, height.step)
    far, down, _ = dijkstra(graph, indices=np.flatnonzero(outlet), min_only=True, return_predecessors=True)
    return np.argsort(far), np.where(down < 0, -1, down), outlet.ravel()


def _steps(cost: Array, step: float) -> coo_matrix:
    """The eight ways out of every cell, each as dear as the cell it leads to."""
    rows, columns = cost.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    froms, tos, prices = [], [], []
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = number[: rows - dr, max(0, -dc) : columns - max(0, dc)].ravel()
        b = number[dr:, max(0, dc) : columns + min(0, dc)].ravel()
        long = step * np.hypot(dr, dc)
        froms += [a, b]
        tos += [b, a]
        prices += [long * cost.ravel()[b], long * cost.ravel()[a]]
    return coo_matrix(
        (np.concatenate(prices), (np.concatenate(froms), np.concatenate(tos))), shape=(number.size,) * 2
    ).tocsr()


def _courses(height: Field, down: NDArray[Any], wet: NDArray[np.bool_], drains_km2: Array) -> list[Brook]:
    """Wet cells joined into smooth lines from spring or meeting to meeting."""
    feeders = np.bincount(down[wet & (down >= 0)], minlength=down.size)
    columns = height.values.shape[1]
    found = []
    for start in np.flatnonzero(wet & (feeders != 1)):
        path = [start, down[start]]
        while wet[path[-1]] and feeders[path[-1]] == 1:
            path.append(down[path[-1]])
        cells = np.array(path)
        xy = np.c_[height.west + cells % columns * height.step, height.south + cells // columns * height.step]
        found.append(Brook(smoothed(xy, 4.0).simplify(PLAIN_M), float(drains_km2[cells[-2]])))
    return found


def smoothed(xy: Array, sigma: float) -> BaseGeometry:
    """A line through rough places without its corners; both ends stay where they are."""
    line = shapely.segmentize(shapely.LineString(xy), SMOOTH_STEP_M)
    dense = shapely.get_coordinates(line)
    span = int(4 * sigma)
    # Odd reflection about the ends pins them.
    first, last = 2 * dense[0] - dense[span:0:-1], 2 * dense[-1] - dense[-2 : -span - 2 : -1]
    padded = np.concatenate([first, dense, last]) if len(dense) > span + 1 else dense
    soft = gaussian_filter1d(padded, sigma, axis=0)
    if len(dense) > span + 1:
        soft = soft[span:-span]
    soft[0], soft[-1] = dense[0], dense[-1]
    return shapely.LineString(soft)
