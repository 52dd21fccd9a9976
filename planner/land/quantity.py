"""How much of one thing a shape takes, measured again and again while the shape is being changed.

The ground is cut out once around the parcel; afterwards a shape of it is measured without asking the layers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.geodesy import ellipsoid_m2
from planner.land.look import Look, met
from planner.land.noise import more_than_rounding, polygons
from planner.land.parcel import Layer, absent
from planner.parameters import LandClass, Parameters
from planner.text import Text

Weigh = Callable[[LandClass, float, int | None], float]  # class, ridge share, grade
_ENOUGH = 1e-4  # a limit is met when it is exceeded by less: the area of a cut is known to about as much


@dataclass(frozen=True)
class Quantity:
    """Pieces of ground of which at most ``most`` may be taken. ``weights`` is what a square metre of each counts: 1 for
    an area, less for one net of its ridges, kilograms for grain."""

    title: Text
    most: float
    shapes: NDArray[Any]
    weights: NDArray[np.float64]
    tree: shapely.STRtree = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", shapely.STRtree(self.shapes))

    def of(self, shape: BaseGeometry) -> float:
        """How much of it a shape (degrees) takes; pieces thinner than rounding are nothing."""
        hits = self.tree.query(shape, predicate="intersects")
        cut = shapely.intersection(self.shapes[hits], shape)
        areas = ellipsoid_m2(cut)
        return float((areas * self.weights[hits])[more_than_rounding(cut, areas)].sum())

    def holds(self, shape: BaseGeometry) -> bool:
        """Whether a shape takes no more than may be taken."""
        return self.of(shape) <= self.most + (_ENOUGH if self.most else 0.0)


def features(title: Text, look: Look, around: BaseGeometry, most: float) -> Quantity:
    """Land of the features that a rule counts (a check of overlap), each place once."""
    assert look.layer is not None  # noqa: S101  (a rule of overlap looks at a layer)
    shapes = np.asarray(look.layer.frame.geometry.values)[met(look, around)]
    return plain(title, polygons(shapely.intersection(shapely.union_all(shapes), around)), most)


def outside(title: Text, layers: Iterable[Layer], around: BaseGeometry, most: float) -> Quantity:
    """Land outside the features of some layers (a check of being within)."""
    shapes = [np.asarray(layer.frame.geometry.values)[layer.tree.query(around, predicate="intersects")]
              for layer in layers]
    inside = shapely.union_all(np.concatenate(shapes)) if shapes else shapely.Polygon()
    return plain(title, polygons(shapely.difference(around, inside)), most)


def classes(title: Text, surveys: Sequence[Layer], around: BaseGeometry, most: float, *, parameters: Parameters,
            weigh: Weigh) -> Quantity:
    """Land as the surveys show it, newest first; ``weigh`` says what a square metre of a class, with its ridge share
    and grade, counts (0: not at all)."""
    shapes: list[BaseGeometry] = []
    weights: list[float] = []
    for shape, kind, ridges, grade in _patches(around, surveys, parameters):
        weight = weigh(kind, ridges, grade)
        if weight:
            shapes.append(shape)
            weights.append(weight)
    return Quantity(title, most, np.array(shapes, object), np.array(weights, float))


def plain(title: Text, shape: BaseGeometry, most: float) -> Quantity:
    """An area of ground, each square metre of which counts."""
    parts = shapely.get_parts(shape)
    return Quantity(title, most, parts, np.ones(len(parts)))


def _patches(around: BaseGeometry, surveys: Sequence[Layer],
             parameters: Parameters) -> Iterator[tuple[BaseGeometry, LandClass, float, int | None]]:
    """(shape, class, ridge share, grade) of the patches around, a newer survey before an older one; unknown classes
    are left out, which is for the caller to refuse."""
    def vintage(layer: Layer) -> date:
        return layer.as_of or date.min

    left = around
    for _, same in itertools.groupby(sorted(surveys, key=vintage, reverse=True), key=vintage):
        seen: list[BaseGeometry] = []
        for layer in same:
            hits = layer.tree.query(left, predicate="intersects")
            rows = layer.frame.iloc[hits]
            cut = shapely.intersection(np.asarray(rows.geometry.values), left)
            seen += list(cut)
            for shape, (_, row) in zip(cut, rows.iterrows(), strict=True):
                kind = parameters.classes.get((str(row.get("code_system")), str(row.get("code"))))
                ridges, grade = row.get("ridge_share"), row.get("grade")
                if kind is not None:
                    yield (polygons(shape), kind, 0.0 if absent(ridges) else float(ridges),
                           None if absent(grade) else int(grade))
        left = polygons(shapely.difference(left, shapely.union_all(seen)))
