"""A layer made ready for the kernel: flat arrays that can be mapped from a file as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.land.geodesy import ellipsoid_m2
from planner.land.kernel.outlines import Floats, Outlines, Whole, flat_many, outlines
from planner.land.kernel.shared import Ground
from planner.land.kernel.tree import FAN, hilbert_order, packed_tree

Value = str | int | float | None


class RowClass(NamedTuple):
    """What distinguishes the rows of a land survey's answer, as the survey writes it; None where it does not say."""

    code_system: Value
    code: Value
    grade: Value
    ridge_share: Value


@dataclass(frozen=True)
class Packed:
    """A layer of ``patches`` patches, ready. ``classes[ground.code[i]]`` is the class of the i-th polygon.

    ``twice[i]`` tells whether another patch lies on land of the i-th polygon; None where nobody has looked yet
    (``planner.land.kernel.takes.looked_over``). The arrays are read-only, in memory or mapped from a file.
    """

    patches: int
    classes: tuple[RowClass, ...]
    ground: Ground
    twice: NDArray[np.bool_] | None = None


def pack(shapes: Any, codes: Any, classes: Sequence[RowClass]) -> Packed:
    """Patches as flat arrays.

    Parameters
    ----------
    shapes : n valid Polygons or MultiPolygons, degrees (EPSG:4490); missing and empty ones have no area anywhere
    codes : n numbers, the place of each patch's class in ``classes``
    classes : the classes (``row_classes`` makes both of a survey)

    Patches may overlap: each counts in its class. Parts of a MultiPolygon are polygons of their own to the index,
    so that a class spread over a county costs no more than its parts near the parcel. Raises ValueError where the
    lengths differ, a code is out of range, or a shape is not a polygon.
    """
    patches, code = np.asarray(shapes, object), np.asarray(codes, np.int64)
    if code.shape != patches.shape or (len(code) and (code.min() < 0 or code.max() >= len(classes))):
        raise ValueError(f"{patches.shape} shapes need as many codes from 0 to {len(classes) - 1}")
    polygons, owner = shapely.get_parts(patches, return_index=True)
    kept = ~shapely.is_empty(polygons)
    polygons, owner = polygons[kept], owner[kept]
    if (shapely.get_type_id(polygons) != shapely.GeometryType.POLYGON).any():
        raise ValueError("only polygons and multipolygons can be packed")
    boxes = shapely.bounds(polygons).reshape(-1, 4)
    order = hilbert_order(boxes) if len(boxes) else np.empty(0, np.intp)
    tree, levels = packed_tree(boxes[order])
    polygons, owner = polygons[order], owner[order].astype(np.int64)
    ground = Ground(_outlines(polygons), _m2(polygons), owner, code[owner], tree, levels)
    return Packed(len(patches), tuple(classes), read_only(ground))


# ---------------------------------------------------------------- back to shapes
def meeting(packed: Packed, box: tuple[float, float, float, float]) -> NDArray[np.intp]:
    """The polygons whose boxes meet a box (west, south, east, north), as numbers of leaves."""
    tree, levels = packed.ground.tree, packed.ground.levels
    nodes = np.arange(levels[-1] - levels[-2]) if len(levels) > 1 else np.empty(0, np.intp)
    for level in reversed(range(len(levels) - 1)):
        boxes = tree[levels[level] + nodes]
        nodes = nodes[(boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0]) & (boxes[:, 1] <= box[3])
                      & (boxes[:, 3] >= box[1])]
        if level:
            nodes = (nodes[:, None] * FAN + np.arange(FAN)).ravel()
            nodes = nodes[nodes < levels[level] - levels[level - 1]]
    return nodes


def shapes_of(packed: Packed, polygons: NDArray[np.intp]) -> NDArray[Any]:
    """Those polygons as shapely knows them, vertex by vertex as they were packed."""
    shapes = packed.ground.shapes
    rings, of_polygons = _runs(shapes.polygons[polygons], shapes.polygons[polygons + 1])
    vertices, of_rings = _runs(shapes.rings[rings], shapes.rings[rings + 1])
    found: NDArray[Any] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, shapes.xy[vertices], (of_rings, of_polygons))
    return found


def _runs(starts: Whole, ends: Whole) -> tuple[Whole, Whole]:
    """The numbers start ... end - 1 of every run behind each other, and where each run begins among them."""
    lengths = ends - starts
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths), offsets


def row_classes(frame: pd.DataFrame) -> tuple[Whole, tuple[RowClass, ...]]:
    """The class number of each row of a survey (columns as ``RowClass``, any of them absent), and the classes."""
    columns = frame.reindex(columns=list(RowClass._fields)).astype(object)
    columns = columns.where(columns.notna(), None)
    numbers = columns.groupby(list(RowClass._fields), dropna=False, sort=False).ngroup().to_numpy(np.int64)
    _, first = np.unique(numbers, return_index=True)
    return numbers, tuple(RowClass(*map(_plain, row)) for row in columns.iloc[first].itertuples(index=False))


def _plain(value: Any) -> Value:
    """A value as JSON knows it."""
    if pd.isna(value):
        return None
    plain: Value = value.item() if isinstance(value, np.generic) else value
    return plain


def read_only(ground: Ground) -> Ground:
    """The same arrays, closed to writing: compiled code is one for arrays in memory and in a file."""
    for array in (*ground.shapes, *ground[1:]):
        array.flags.writeable = False
    return ground


def _outlines(polygons: NDArray[Any]) -> Outlines:
    if len(polygons):
        return outlines(*flat_many(polygons))
    none = np.zeros(1, np.int64)
    return Outlines(np.empty((0, 2)), none, none.copy(), np.empty(0, np.int8), none.copy(), np.empty((0, 4)),
                    np.empty((0, 4)))


def _m2(polygons: NDArray[Any]) -> Floats:
    areas: Floats = ellipsoid_m2(polygons)
    return areas
