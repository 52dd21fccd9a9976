"""The seven sub-parks: outlines around their published centres, streets that fit the ground, and numbered parcels.

Illustrative: outlines, streets and parcels are invented; only figures that carry a source in the rows are real.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.demo.plane import GEOD, Array, Plane
from planner.demo.rows import KnownParcel, ParkRow

Shapes = NDArray[np.object_]
STREET_M, AVENUE_M = 22.0, 38.0
BUILT_SHARE = 0.66  # of the blocks, from the middle outwards
SMALLEST_M2, LARGEST_M2 = 14_000.0, 132_000.0  # some 20 to 200 mu
BEND = 2.2e-5  # streets bow by this much per metre squared
HOLLOW_M = 150.0  # gaps between built blocks narrower than twice this are green
GREEN_M = 22.0  # kept free along a watercourse


@dataclass(frozen=True)
class Plot:
    """A parcel before it has a name: its outline in metres, its park's code, whether it is built on, and the known
    parcel it stands for, if any."""

    shape: BaseGeometry
    park: str
    built: bool
    known: KnownParcel | None = None


@dataclass(frozen=True)
class Estate:
    """One sub-park on the drawing board, in metres.

    ``blocks`` are the built blocks inside their kerbs, ``grounds`` blocks and streets together, ``green`` the strips
    along watercourses between them; ``cuts`` lines across the avenues, so that they are not
    one net.
    """

    row: ParkRow
    outline: BaseGeometry
    plots: tuple[Plot, ...]
    blocks: Shapes
    grounds: BaseGeometry
    green: BaseGeometry
    cuts: Shapes


@dataclass(frozen=True, eq=False)
class _Cell:
    """A block between four street middle lines: the whole cell and the block inside its kerbs (4 corners each)."""

    place: tuple[int, int]
    cell: Array
    block: Array

    @property
    def middle(self) -> Array:
        return np.asarray(self.cell.mean(axis=0))


def estate(row: ParkRow, plane: Plane, water: BaseGeometry, known: tuple[KnownParcel, ...], rng: Generator) -> Estate:
    """Lay out one sub-park. ``water``: watercourses in metres, kept free with a green strip."""
    centre = plane.metres(row.lon, row.lat)
    outline = sized(_blob(centre, row, rng), plane, row.area_km2 * 1e6)
    wet = shapely.clip_by_rect(water, *outline.buffer(300).bounds).buffer(GREEN_M)
    inside = outline.buffer(-60)
    shapely.prepare(inside)
    cells = [cell for cell in _grid(row, centre, rng) if _usable(cell, inside, wet)]
    cells.sort(key=lambda cell: float(np.hypot(*(cell.middle - centre))))
    sites, spent = _known_sites(
        [cell for cell in cells if not wet.intersects(shapely.Polygon(cell.cell))], known, plane, row.code
    )
    inner = sorted(spent.values(), key=lambda cell: cells.index(cell))
    taken = shapely.union_all([plot.shape.buffer(1.0) for plot in sites])
    shares: dict[tuple[int, int], list[BaseGeometry]] = {}
    used = _enough(cells, shares, row.parcels - len(sites), lambda cell: _split(cell, wet, taken, rng))
    built = used[: round(len(used) * BUILT_SHARE)]
    built += [cell for cell in inner if cell not in built]
    plots = [Plot(shape, row.code, cell in built) for cell in used for shape in shares[cell.place]]
    whole = shapely.union_all(shapely.polygons([cell.cell for cell in built]))
    grounds = whole.difference(wet)
    green = whole.buffer(HOLLOW_M).buffer(-HOLLOW_M).difference(grounds)
    blocks = shapely.get_parts(shapely.difference(shapely.polygons([cell.block for cell in built]), wet))
    return Estate(row, outline, (*sites, *plots[: row.parcels - len(sites)]), blocks, grounds, green, _cuts(built))


def sized(shape: BaseGeometry, plane: Plane, area_m2: float) -> BaseGeometry:
    """A shape in metres grown or shrunk about its middle until it has an area on the ellipsoid."""
    for _ in range(3):
        ratio = np.sqrt(area_m2 / ground_m2(shape, plane))
        middle = shapely.get_coordinates(shape.centroid)
        shape = shapely.transform(shape, lambda xy, r=ratio, m=middle: (xy - m) * r + m)
    return shape


def ground_m2(shape: BaseGeometry, plane: Plane) -> float:
    """Area on the CGCS2000 ellipsoid of a shape in metres."""
    (degrees,) = plane.degrees(np.array([shape]))
    return abs(float(GEOD.geometry_area_perimeter(degrees)[0]))


def _blob(centre: Array, row: ParkRow, rng: Generator) -> BaseGeometry:
    """An outline of few corners, longer across its streets than along them."""
    turn = np.linspace(0, 2 * np.pi, 18, endpoint=False) + rng.uniform(-0.1, 0.1, 18)
    radius = 1 / (np.abs(np.cos(turn)) ** 3 + np.abs(np.sin(turn)) ** 3) ** (1 / 3) * rng.uniform(0.9, 1.08, 18)
    return shapely.Polygon(
        centre + _turned(np.c_[0.86 * radius * np.cos(turn), 1.14 * radius * np.sin(turn)], row.street_deg) * 100
    )


def _turned(xy: Array, degrees: float) -> Array:
    angle = np.radians(degrees)
    return np.asarray(xy @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]))


def _grid(row: ParkRow, centre: Array, rng: Generator) -> list[_Cell]:
    """Blocks between bowed streets, far enough out for all parcels."""
    reach = 1.3 * np.sqrt(row.parcels * row.block_long_m * row.block_deep_m)
    streets_u, streets_v = (_streets(reach, long, rng) for long in (row.block_long_m, row.block_deep_m))
    cells = []
    for i in range(len(streets_u) - 1):
        for j in range(len(streets_v) - 1):
            cell = _corners(streets_u[i : i + 2], streets_v[j : j + 2], (0.0,) * 4)
            kerbs = tuple((AVENUE_M if k % 4 == 0 else STREET_M) / 2 for k in (i, i + 1, j, j + 1))
            block = _corners(streets_u[i : i + 2], streets_v[j : j + 2], kerbs)
            cells.append(_Cell((i, j), _placed(cell, centre, row.street_deg), _placed(block, centre, row.street_deg)))
    return cells


def _streets(reach: float, spacing: float, rng: Generator) -> Array:
    steps = spacing * rng.uniform(0.78, 1.28, int(2 * reach / spacing) + 3)
    return np.asarray(np.cumsum(steps) - steps.sum() / 2)


def _corners(u: Array, v: Array, kerbs: tuple[float, ...]) -> Array:
    west, east, south, north = u[0] + kerbs[0], u[1] - kerbs[1], v[0] + kerbs[2], v[1] - kerbs[3]
    return np.array([[west, south], [east, south], [east, north], [west, north]])


def _placed(corners: Array, centre: Array, degrees: float) -> Array:
    u, v = corners.T
    return centre + _turned(np.c_[u + BEND * v**2 * 0.6, v + BEND * u**2], degrees)


def _usable(cell: _Cell, inside: BaseGeometry, wet: BaseGeometry) -> bool:
    shape = shapely.Polygon(cell.block)
    return bool(inside.contains(shape) and shape.difference(wet).area > 0.45 * shape.area)


def _enough(
    cells: list[_Cell],
    shares: dict[tuple[int, int], list[BaseGeometry]],
    wanted: int,
    split: Callable[[_Cell], list[BaseGeometry]],
) -> list[_Cell]:
    """The innermost blocks that hold as many parcels as are wanted; ``shares`` is filled with their parcels."""
    held = 0
    for number, cell in enumerate(cells):
        shares[cell.place] = split(cell)
        held += len(shares[cell.place])
        if held >= wanted:
            return cells[: number + 1]
    return cells


def _split(cell: _Cell, wet: BaseGeometry, taken: BaseGeometry, rng: Generator) -> list[BaseGeometry]:
    """A block as one to three parcels side by side, less water and what is taken already."""
    parts = int(rng.choice([1, 2, 2, 3]))
    at = np.concatenate([[0], np.cumsum(rng.uniform(0.7, 1.3, parts))])
    at /= at[-1]
    south, north = (
        cell.block[0] + np.outer(at, cell.block[1] - cell.block[0]),
        cell.block[3] + np.outer(at, cell.block[2] - cell.block[3]),
    )
    shapes = [shapely.Polygon([south[k], south[k + 1], north[k + 1], north[k]]) for k in range(parts)]
    dry = shapely.get_parts(shapely.difference(shapely.difference(shapes, wet), taken))
    whole = [shape for shape in dry if shape.geom_type == "Polygon" and not shape.interiors]
    return [
        shape
        for shape in whole
        if SMALLEST_M2 < shape.area < LARGEST_M2 and shape.area > 0.45 * shape.minimum_rotated_rectangle.area
    ]


def _known_sites(
    cells: list[_Cell], known: tuple[KnownParcel, ...], plane: Plane, park: str
) -> tuple[list[Plot], dict[tuple[int, int], _Cell]]:
    """Parcels with a published area, cut from the innermost blocks large enough, and the blocks they stand on."""
    plots: list[Plot] = []
    every = {cell.place: cell for cell in cells}
    free = dict(every)
    for parcel in sorted(known, key=lambda one: -one.area_m2):
        site = _site(free, parcel.area_m2)
        plots.append(Plot(cut_off(site, plane, parcel.area_m2), park, True, parcel))
    return plots, {place: cell for place, cell in every.items() if place not in free}


def _site(free: dict[tuple[int, int], _Cell], area_m2: float) -> BaseGeometry:
    """The innermost site large enough, taken off the free blocks: one block, or a few with the streets between."""
    for i, j in free:
        for wide, deep in ((1, 1), (2, 1), (2, 2), (3, 2)):
            places = [(i + a, j + b) for a in range(wide) for b in range(deep)]
            if not all(place in free for place in places):
                continue
            ends = (
                free[i, j].block[0],
                free[places[-deep]].block[1],
                free[places[-1]].block[2],
                free[places[deep - 1]].block[3],
            )
            site = shapely.Polygon(ends)
            if site.area > 1.02 * area_m2:
                for place in places:
                    del free[place]
                return site
    raise ValueError(f"no built blocks hold {area_m2} m2")


def cut_off(site: BaseGeometry, plane: Plane, area_m2: float) -> BaseGeometry:
    """The west end of a four-cornered site that has an area on the ellipsoid, found by halving."""
    a, b, c, d = shapely.get_coordinates(site)[:4]
    low, high = 0.0, 1.0
    for _ in range(60):
        share = (low + high) / 2
        part = shapely.Polygon([a, a + share * (b - a), d + share * (c - d), d])
        low, high = (share, high) if ground_m2(part, plane) < area_m2 else (low, share)
    return part


def _cuts(built: list[_Cell]) -> Shapes:
    """Lines across the streets that run one way, from kerb to kerb at the corners of neighbouring blocks."""
    by_place = {cell.place: cell for cell in built}
    lines = []
    for (i, j), cell in by_place.items():
        if (i + 1, j) in by_place:
            other = by_place[i + 1, j].block
            lines += [[cell.block[1], other[0]], [cell.block[2], other[3]]]
    return shapely.linestrings(np.array(lines).reshape(-1, 2, 2))
