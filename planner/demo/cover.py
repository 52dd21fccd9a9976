"""What covers open country: paddy in the valleys, dry fields on the plain, orchard, rubber and forest higher up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from planner.demo.plane import Array, Field, contour, mixed
from planner.demo.relief import Relief
from planner.demo.water import Shapes

GROUNDS = ("dry", "paddy", "orchard", "forest", "rubber", "town")


@dataclass(frozen=True)
class Cover:
    """Fields that are above 0 where a ground is; a later one covers an earlier one, dry is what is left."""

    fields: dict[str, Field]

    def ground(self, xy: Array) -> NDArray[np.int64]:
        """The kind of ground at places (n, 2), as numbers into ``GROUNDS``."""
        kind = np.zeros(len(xy), dtype=int)
        for name, field in self.fields.items():
            kind[field.at(xy) > 0] = GROUNDS.index(name)
        return kind

    def edges(self) -> Shapes:
        """The lines between kinds of ground."""
        return np.concatenate([contour(field, 0.0) for field in self.fields.values()])


def cover(land: Relief, town: Field, rng: Generator) -> Cover:
    """Draw the kinds of ground from the relief; heights in metres decide, noise blurs."""
    grid = land.height
    near = land.to_water.values
    east, north = (field.values for field in grid.slope())
    steep = gaussian_filter(np.hypot(east, north), 1.5)
    flat = 1 - near / (430 + 210 * mixed(grid, rng, {2_500: 1.0, 900: 0.5})).clip(120) - 14 * steep
    low = gaussian_filter(flat, 1.0) - ((grid.values - 38) / 18).clip(0)
    high = gaussian_filter(grid.values, 2) / 13 - 3.1 + mixed(grid, rng, {3_000: 0.8, 1_200: 0.75})
    hill = np.minimum(high, -low - 0.12)
    wood = mixed(grid, rng, {2_600: 0.8, 900: 0.5}) + 0.25 * high - 0.55
    tapped = mixed(grid, rng, {3_200: 1.0, 1_000: 0.4}) - 0.15
    # Groves on the plain: small woods that nobody cleared.
    grove = mixed(grid, rng, {1_100: 0.8, 450: 0.6}) - 1.15
    forest = np.maximum(np.minimum(wood, hill), np.minimum(grove, -low - 0.1))
    rubber = np.minimum(tapped, np.minimum(hill - 0.25, -wood))
    values = {"paddy": low, "orchard": hill, "forest": forest, "rubber": rubber, "town": town.values}
    return Cover({name: grid.like(value) for name, value in values.items()})


def along_contour(land: Relief, xy: Array) -> Array:
    """The direction, in radians, in which the ground stays level at places (n, 2): fields lie that way."""
    soft = land.height.like(gaussian_filter(land.height.values, 2.5) + gaussian_filter(land.to_water.values, 2) / 60)
    east, north = soft.slope()
    return np.arctan2(east.at(xy), -north.at(xy))


def within(shapes: Shapes, points: Shapes) -> NDArray[np.int64]:
    """For each point the number of the first shape that holds it, -1 where none does."""
    found = np.full(len(points), np.iinfo(np.int64).max)
    if len(shapes):
        point, shape = shapely.STRtree(shapes).query(points, predicate="within")
        np.minimum.at(found, point, shape)
    return np.where(found == np.iinfo(np.int64).max, -1, found)
