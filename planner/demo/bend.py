"""Straight lines of the drawing board given the small crookedness of real land.

One smooth displacement moves every corner, so what shared an edge still shares it. It fades to nothing at the border of
the demo area and at the estates, whose streets were surveyed straight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

from planner.demo.plane import Array, Field, Plane, blank, mixed

STEP_M = 100.0
WAVES = {1_500.0: 42.0, 650.0: 9.0}  # the displacement grows by well under 1 m per m, so nothing folds over
TRIES = 6
FADE_M, BORDER_M = 450.0, 250.0


@dataclass(frozen=True)
class Bend:
    """The displacement towards east and north, metres."""

    east: Field
    north: Field

    def __call__(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Shapes bent; corners at equal places stay equal to the last bit."""
        moved: NDArray[np.object_] = shapely.transform(shapes, self._moved)
        return moved

    def _moved(self, xy: Array) -> Array:
        return np.asarray(xy + np.c_[self.east.at(xy), self.north.at(xy)])


def unfolded(plane: Plane, shapes: NDArray[np.object_], straight: BaseGeometry, rng: Generator) -> Bend:
    """A bend under which every one of some shapes stays valid.

    A corner that all but touches a long edge can be carried across it; around such a place nothing is bent.
    """
    seed = int(rng.integers(2**32))
    for _ in range(TRIES):
        crook = bend(plane, straight, np.random.default_rng(seed))
        folded = ~shapely.is_valid(crook(shapes))
        if not folded.any():
            return crook
        straight = shapely.union_all([straight, *shapely.buffer(shapes[folded], STEP_M)])
    return bend(plane, plane.box, np.random.default_rng(seed))


def bend(plane: Plane, straight: BaseGeometry, rng: Generator) -> Bend:
    """Draw a displacement that leaves ``straight`` (metres) and the border alone."""
    grid = blank(plane, STEP_M)
    east, north = grid.knots()
    shapely.prepare(straight)
    held = shapely.dwithin(straight, shapely.points(east, north), STEP_M)
    away = distance_transform_edt(~held) * STEP_M
    border = np.minimum(plane.width_m / 2 - np.abs(east), plane.height_m / 2 - np.abs(north)) - 2 * STEP_M
    fade = np.clip(away / FADE_M, 0, 1) * np.clip(border / BORDER_M, 0, 1)
    return Bend(grid.like(fade * mixed(grid, rng, WAVES)), grid.like(fade * mixed(grid, rng, WAVES)))
