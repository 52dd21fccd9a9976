"""A layer too large to be read for one parcel: its index at hand, its rows only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.parcel import Layer

if TYPE_CHECKING:
    from planner.land.kernel.pack import Packed


class LargeLayer(Layer):
    """A layer whose packed index answers for it. ``frame`` and ``coverage`` are read by ``read`` when first used."""

    packed: Packed
    read: Callable[[], Layer]

    def __init__(self, about: Layer, packed: Packed, read: Callable[[], Layer]) -> None:
        """``about`` gives role, name, day, source and whether it is illustrative; its rows are not looked at."""
        for name in ("role", "name", "as_of", "source", "illustrative"):
            object.__setattr__(self, name, getattr(about, name))
        object.__setattr__(self, "packed", packed)
        object.__setattr__(self, "read", read)

    def __repr__(self) -> str:
        return f"LargeLayer({self.role!r}, {self.name!r}, {self.size})"

    @cached_property
    def _whole(self) -> Layer:
        return self.read()

    @property
    def frame(self) -> gpd.GeoDataFrame:
        return self._whole.frame

    @property
    def coverage(self) -> BaseGeometry | None:
        return self._whole.coverage

    @property
    def size(self) -> int:
        return self.packed.patches


def shared(layer: LargeLayer, shape: BaseGeometry) -> tuple[NDArray[np.int64], pd.DataFrame, NDArray[np.float64]]:
    """What a shape shares with the patches of a large layer.

    Returns numbers of polygons in the index, the columns of their patches that classes are told by, and areas in m2.
    """
    from planner.land.kernel.pack import RowClass
    from planner.land.kernel.takes import areas_by_polygon  # loads numba, which only a large layer is worth

    polygons, areas = areas_by_polygon(layer.packed, shape)
    rows = [layer.packed.classes[code] for code in layer.packed.ground.code[polygons].tolist()]
    columns: dict[str, Any] = dict(zip(RowClass._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    return polygons, pd.DataFrame(columns, columns=list(RowClass._fields), dtype=object), areas
