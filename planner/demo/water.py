"""Water as the survey draws it: the river with its banks, brooks as long polygons, reservoirs and ponds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from shapely.geometry.base import BaseGeometry

from planner.demo.plane import Array, Field, Plane, contour
from planner.demo.relief import Brook, Relief

Shapes = NDArray[np.object_]
RIVER_HALF_M, BANK_M = 145.0, 110.0
DITCH_BELOW_M = 11.0
STRIP_M = 1_400.0  # a watercourse or road is cut into pieces about this long
RESERVOIRS = 5
RESERVOIR_M2 = (3e5, 3e6)
PONDS_PER_KM2 = 0.55


@dataclass(frozen=True)
class Piece:
    """Ground with an edge of its own: its shape in metres and the kind of ground (a name of land_mix.csv)."""

    shape: BaseGeometry
    ground: str


@dataclass(frozen=True)
class Water:
    """Everything wet, the cuts across it, and ``keep_off``: where nobody builds."""

    pieces: tuple[Piece, ...]
    cuts: Shapes
    river: BaseGeometry
    reservoirs: Shapes
    keep_off: BaseGeometry


def water(plane: Plane, land: Relief, rng: Generator) -> Water:
    """The river, its banks, the brooks, some reservoirs and many ponds."""
    box = plane.box
    river = _river(land.river, rng).intersection(box)
    banks = shapely.get_parts(_banks(land.river).difference(river).intersection(box))
    reservoirs = _reservoirs(land, river, box, rng)
    pieces = [Piece(shape, "reservoir") for shape in reservoirs] + [Piece(river, "river")]
    pieces += [
        Piece(brook_strip(brook), "ditch" if _width(brook) < DITCH_BELOW_M else "brook") for brook in land.brooks
    ]
    keep_off = shapely.union_all([piece.shape for piece in pieces])
    pieces += [Piece(shape, "pond") for shape in _ponds(plane, land, keep_off, rng)]
    pieces += [Piece(shape, "bank") for shape in banks if shape.area > 4_000]
    cuts = [across(land.river, 2 * RIVER_HALF_M + 60, 2_600.0)]
    cuts += [across(brook.course, _width(brook), STRIP_M) for brook in land.brooks]
    return Water(tuple(pieces), np.concatenate(cuts), river, reservoirs, keep_off)


def _width(brook: Brook) -> float:
    return float(min(34.0, 5.5 + 2.1 * np.sqrt(brook.drains_km2)))


def brook_strip(brook: Brook) -> BaseGeometry:
    """A brook with its width in metres."""
    return brook.course.buffer(_width(brook) / 2, join_style="mitre", mitre_limit=2)


def _river(line: BaseGeometry, rng: Generator) -> BaseGeometry:
    """A river that swells and narrows: circles of slowly changing size run together."""
    xy = shapely.get_coordinates(line)
    slow = gaussian_filter1d(rng.standard_normal(len(xy)), 9)
    half = RIVER_HALF_M * (1 + 0.16 * slow / slow.std())
    # Sides drawn from the normal of the middle line; the buffer of 0 cures inner bends that fold over.
    along = np.gradient(xy, axis=0)
    side = np.c_[-along[:, 1], along[:, 0]] / np.linalg.norm(along, axis=1)[:, None] * half[:, None]
    quads = np.stack([(xy + side)[:-1], (xy + side)[1:], (xy - side)[1:], (xy - side)[:-1]], axis=1)
    joints = shapely.buffer(shapely.points(xy), half, quad_segs=4)
    return shapely.union_all(np.concatenate([shapely.buffer(shapely.polygons(quads), 0), joints])).simplify(3.0)


def _banks(line: BaseGeometry) -> BaseGeometry:
    """Sand on the inner side of the bends: a straighter river's bed, which the water has left."""
    soft = gaussian_filter1d(shapely.get_coordinates(line), 9, axis=0)
    return shapely.LineString(soft).buffer(RIVER_HALF_M + 0.35 * BANK_M).simplify(4.0)


def across(line: BaseGeometry, width_m: float, every_m: float) -> Shapes:
    """Short lines across a strip: close to both ends, and every so often between, a touch wider than the strip."""
    inset = min(width_m, line.length / 4)
    steps = max(1, round((line.length - 2 * inset) / every_m))
    at = np.linspace(inset, line.length - inset, steps + 1)
    here, there = (shapely.get_coordinates(shapely.line_interpolate_point(line, at + d)) for d in (-0.5, 0.5))
    along = there - here
    side = np.c_[-along[:, 1], along[:, 0]] * (width_m / 2 + 0.4) / np.linalg.norm(along, axis=1)[:, None]
    middle = (here + there) / 2
    lines: Shapes = shapely.linestrings(np.stack([middle - side, middle + side], axis=1))
    return lines


def _reservoirs(land: Relief, river: BaseGeometry, box: BaseGeometry, rng: Generator) -> Shapes:
    """Lakes behind dams: the low ground upstream of a place where a brook already carries some water."""
    sites = [brook for brook in land.brooks if 4 < brook.drains_km2 < 30 and brook.course.length > 1_000]
    lakes: list[BaseGeometry] = []
    for number in rng.permutation(len(sites)):
        lake = _lake(land.height, sites[number].course, rng)
        fits = RESERVOIR_M2[0] < lake.area < RESERVOIR_M2[1] and box.buffer(-300).contains(lake)
        if fits and lake.distance(river) > 900 and all(lake.distance(other) > 5_000 for other in lakes):
            lakes.append(lake)
        if len(lakes) == RESERVOIRS:
            break
    return np.array(lakes, dtype=object)


def _lake(height: Field, course: BaseGeometry, rng: Generator) -> BaseGeometry:
    dam, upper = (shapely.get_coordinates(course.interpolate(share, normalized=True))[0] for share in (0.85, 0.35))
    height = height.around(dam, 2_600)
    east, north = height.knots()
    up = (upper - dam) / np.linalg.norm(upper - dam)
    beyond = (east - dam[0]) * up[0] + (north - dam[1]) * up[1]
    level = height.at(dam[None, :])[0] + rng.uniform(3.5, 6)
    reach = np.hypot(east - dam[0] - 900 * up[0], north - dam[1] - 900 * up[1]) - 1_500
    dry = np.maximum.reduce([height.values - level, -beyond / 60, reach / 100])
    shapes = shapely.get_parts(shapely.polygonize([shapely.union_all(contour(height.like(dry), 0.0))]))
    shapes = shapes[height.like(dry).at(shapely.get_coordinates(shapely.point_on_surface(shapes))) < 0]
    lake = max(shapes, key=lambda shape: shape.area, default=shapely.Polygon())
    return shapely.Polygon(lake.exterior).buffer(-25).buffer(35).simplify(6) if not lake.is_empty else lake


def _ponds(plane: Plane, land: Relief, keep_off: BaseGeometry, rng: Generator) -> Shapes:
    """Fish and field ponds in low, flat ground."""
    many = int(PONDS_PER_KM2 * plane.width_m * plane.height_m / 1e6)
    xy = (rng.random((6 * many, 2)) - 0.5) * [plane.width_m - 400, plane.height_m - 400]
    near = land.to_water.at(xy)
    xy = xy[(near > 40) & (rng.random(len(xy)) < np.exp(-near / 450))][:many]
    shapes = blobs(xy, rng.lognormal(np.log(48), 0.4, len(xy)), rng, stretch=1.5)
    shapely.prepare(keep_off)
    return shapes[~shapely.intersects(shapely.buffer(shapes, 12), keep_off)]


def blobs(xy: Array, radius_m: Array, rng: Generator, stretch: float = 1.0) -> Shapes:
    """Rounded irregular outlines about places (n, 2), n polygons of 14 corners."""
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)[None, :] + rng.uniform(-0.12, 0.12, (len(xy), 14))
    waves = sum(
        rng.normal(0, 0.22 / k, (len(xy), 1)) * np.cos(k * turn + rng.uniform(0, 6.3, (len(xy), 1))) for k in (1, 2, 3)
    )
    radius = radius_m[:, None] * np.clip(1 + waves, 0.45, 1.6)
    long = rng.uniform(1, stretch, (len(xy), 1))
    lean = rng.uniform(0, np.pi, (len(xy), 1))
    a, b = radius * np.cos(turn) * long, radius * np.sin(turn) / long
    ring = np.stack([a * np.cos(lean) - b * np.sin(lean), a * np.sin(lean) + b * np.cos(lean)], axis=2) + xy[:, None, :]
    shapes: Shapes = shapely.polygons(ring)
    return shapely.get_parts(shapely.make_valid(shapes[shapely.is_valid(shapes)]))
