"""What is wrong with a layer as a whole: features that overlap, lie there twice, leave gaps, or are slivers.

The validator of coverages names the few features whose borders do not fit their neighbours'; only these are cut with
each other. A layer of a million patches that fits everywhere is so read once, and nothing of it is overlaid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.geodesy import ellipsoid_m2, local_metres
from planner.land.noise import METRES_PER_DEGREE, is_noise, polygons
from planner.land.parcel import Layer
from planner.text import N_

Kind = Literal["overlap", "duplicate", "gap", "sliver"]
Shapes = NDArray[Any]
STEPS = (N_("borders that do not fit"), N_("overlaps and duplicates"), N_("gaps"), N_("slivers"))


@dataclass(frozen=True)
class Sizes:
    """What counts: an overlap or a gap broader than ``noise_m``; features that lie within ``noise_m`` of each other
    are one feature twice; open gaps up to ``gap_m``; features narrower than ``sliver_m``. Metres."""

    noise_m: float
    gap_m: float
    sliver_m: float


@dataclass(frozen=True)
class Fault:
    """One place where a layer is wrong. ``width_m`` is the broadest circle that fits in; ``rows`` the features, by
    their rows in the frame, ``features`` by their ids; ``where`` in EPSG:4490."""

    kind: Kind
    rows: tuple[int, ...]
    features: tuple[str, ...]
    area_m2: float
    width_m: float
    where: BaseGeometry


def topology(layer: Layer, sizes: Sizes, tell: Callable[[str], None] = lambda step: None) -> tuple[Fault, ...]:
    """Every fault of a layer, the largest first within each kind.

    Parameters: a layer of valid polygons (EPSG:4490); ``tell`` is told each step of ``STEPS`` when it begins.
    Gaps are holes of the layer as a whole, whatever their size, and narrow slits that are open to the outside.
    """
    shapes = np.asarray(layer.frame.geometry.values)
    ids = [str(value) for value in layer.frame["id"]] if "id" in layer.frame else \
        [str(n) for n in range(1, len(shapes) + 1)]
    if not len(shapes):
        return ()
    tell(STEPS[0])
    odd = shapely.coverage_invalid_edges(shapes, gap_width=sizes.gap_m / METRES_PER_DEGREE * _stretch(shapes))
    suspects = np.flatnonzero(~shapely.is_empty(odd))
    tell(STEPS[1])
    found = list(_pairs(shapes, suspects, layer.tree, sizes))
    tell(STEPS[2])
    found += _gaps(shapes, suspects, layer.tree, sizes)
    tell(STEPS[3])
    found += _slivers(shapes, sizes)
    order = {kind: place for place, kind in enumerate(("overlap", "duplicate", "gap", "sliver"))}
    faults = [Fault(kind, rows, tuple(ids[row] for row in rows), float(ellipsoid_m2(where)), width_m(where), where)
              for kind, rows, where in found]
    return tuple(sorted(faults, key=lambda fault: (order[fault.kind], -fault.area_m2, fault.rows)))


def width_m(shape: BaseGeometry) -> float:
    """The diameter of the largest circle within a shape (degrees), metres, to a hundredth of itself.

    Its radius lies between the area by the length of the boundary and that of a circle as large; shrinking tells where.
    """
    flat = local_metres(shape).metres(shape)
    parts = shapely.get_parts(flat)
    low = float((shapely.area(parts) / shapely.length(parts)).max())
    high = math.sqrt(float(shapely.area(parts).max()) / math.pi)
    while high - low > low / 100:
        middle = (low + high) / 2
        low, high = (low, middle) if flat.buffer(-middle, join_style="mitre").is_empty else (middle, high)
    return low + high


# ---------------------------------------------------------------- (kind, rows, where)
Found = tuple[Kind, tuple[int, ...], BaseGeometry]


def _pairs(shapes: Shapes, suspects: NDArray[np.intp], tree: shapely.STRtree, sizes: Sizes) -> Iterator[Found]:
    """Overlaps, and features that lie there twice. Of two that overlap one at least is a suspect."""
    one, other = tree.query(shapes[suspects], predicate="intersects")
    pairs = np.sort(np.stack([suspects[one], other]), axis=0)
    pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
    cut = shapely.intersection(shapes[pairs[0]], shapes[pairs[1]])
    for a, b, shared in zip(*pairs.tolist(), cut, strict=True):
        where = polygons(shared)
        if where.is_empty or _thin(where, sizes.noise_m):
            continue
        apart = polygons(shapely.symmetric_difference(shapes[a], shapes[b]))
        twice = apart.is_empty or _thin(apart, sizes.noise_m)
        yield ("duplicate" if twice else "overlap"), (a, b), where


def _gaps(shapes: Shapes, suspects: NDArray[np.intp], tree: shapely.STRtree, sizes: Sizes) -> Iterator[Found]:
    fitting = np.delete(shapes, suspects)
    whole = shapely.union_all([shapely.coverage_union_all(fitting), *shapes[suspects]])
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    holes = [shapely.Polygon(ring) for ring in rings]
    # An island within a hole is no part of the gap.
    gaps = [polygons(shapely.difference(hole, whole)) for hole in holes]
    gaps += _slits(shapes, suspects, whole, holes, sizes)
    for gap in gaps:
        if not gap.is_empty and not _thin(gap, sizes.noise_m):
            yield "gap", tuple(sorted(int(row) for row in tree.query(gap, predicate="intersects"))), gap


def _slits(shapes: Shapes, suspects: NDArray[np.intp], whole: BaseGeometry, holes: list[BaseGeometry],
           sizes: Sizes) -> list[BaseGeometry]:
    """Narrow gaps between suspects that are open to the outside: what closing the ground by ``gap_m`` fills."""
    if not len(suspects):
        return []
    plane = local_metres(whole)
    ground = plane.metres(shapely.union_all(shapes[suspects]))
    closed = ground.buffer(sizes.gap_m / 2, join_style="mitre").buffer(-sizes.gap_m / 2, join_style="mitre")
    filled = polygons(shapely.difference(plane.degrees(closed), whole))
    known = shapely.union_all(holes)
    # A corner between two borders is filled by a hair; a slit is longer than the gap it leaves is broad.
    long = [part for part in shapely.get_parts(filled)
            if shapely.length(plane.metres(part)) > 4 * sizes.gap_m and not shapely.intersects(known, part)]
    return long


def _slivers(shapes: Shapes, sizes: Sizes) -> Iterator[Found]:
    """Features that vanish when shrunk by half a width. A circle within a polygon has a radius of at least its area by
    its length, so that most need not be shrunk to know."""
    lengths = shapely.length(shapes) * METRES_PER_DEGREE
    for row in np.flatnonzero(ellipsoid_m2(shapes) < lengths * sizes.sliver_m / 2):
        if _thin(shapes[row], sizes.sliver_m):
            yield "sliver", (int(row),), shapes[row]


def _thin(shape: BaseGeometry, width: float) -> bool:
    """Whether no part of a shape is as broad as a width in metres."""
    return is_noise(shape, width_m=width / 2, below_m2=0.0)


def _stretch(shapes: Shapes) -> float:
    """How many more degrees of longitude than of latitude a metre is at these shapes."""
    plane = local_metres(shapely.box(*shapely.total_bounds(shapes)))
    return METRES_PER_DEGREE / plane.x
