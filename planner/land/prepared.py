"""A shape made ready to be asked many things."""

from __future__ import annotations

from typing import TypeVar

import shapely

Shapes = TypeVar("Shapes")


def prepared(shapes: Shapes) -> Shapes:
    """A copy of a shape, or of an array of them, made ready for many questions.

    The shape itself must never be: GEOS goes on building what it prepared while it is asked, so two threads that ask
    one prepared shape end the process (github.com/libgeos/geos/issues/825), and all sessions of the app share the
    shapes of the layers.
    """
    mine: Shapes = shapely.from_wkb(shapely.to_wkb(shapes))
    shapely.prepare(mine)
    return mine
