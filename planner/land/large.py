"""A layer too large to be read for one parcel: its index at hand, its rows only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.land.parcel import CRS, Box, Layer

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

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

    @property
    def bounds(self) -> Box:
        tree = self.packed.ground.tree
        west, south, east, north = tree[-1].tolist() if len(tree) else [np.nan] * 4
        return west, south, east, north

    def around(self, box: Box) -> gpd.GeoDataFrame:
        """The same from the index: for drawing, so with the columns of the classes and no other, and of a patch of
        many parts those that meet the box."""
        import geopandas as gpd
        import pandas as pd

        from planner.land.kernel.pack import RowClass, meeting, shapes_of  # its room loads numba

        ground = self.packed.ground
        found = meeting(self.packed, box)
        shapes = shapes_of(self.packed, found)
        meets = shapely.intersects(shapes, shapely.box(*box))
        found, shapes = found[meets], shapes[meets]
        rows = pd.DataFrame([self.packed.classes[code] for code in ground.code[found].tolist()],
                            columns=list(RowClass._fields), dtype=object)
        order = np.argsort(ground.owner[found], kind="stable")
        parts = gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).iloc[order]
        patch = ground.owner[found][order]
        first = np.flatnonzero(np.diff(patch, prepend=-1))
        whole = parts.iloc[first].reset_index(drop=True)
        if len(first) < len(parts):
            groups = np.split(parts.geometry.to_numpy(), first[1:])
            joined = [group[0] if len(group) == 1 else shapely.MultiPolygon(list(group)) for group in groups]
            whole = whole.set_geometry(joined, crs=CRS)
        return whole


def shared(layer: LargeLayer, shape: BaseGeometry) -> tuple[NDArray[np.int64], pd.DataFrame, NDArray[np.float64]]:
    """What a shape shares with the patches of a large layer.

    Returns numbers of polygons in the index, the columns of their patches that classes are told by, and areas in m2.
    """
    import pandas as pd

    from planner.land.kernel.pack import RowClass
    from planner.land.kernel.takes import areas_by_polygon  # loads numba, which only a large layer is worth

    polygons, areas = areas_by_polygon(layer.packed, shape)
    rows = [layer.packed.classes[code] for code in layer.packed.ground.code[polygons].tolist()]
    columns: dict[str, Any] = dict(zip(RowClass._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    return polygons, pd.DataFrame(columns, columns=list(RowClass._fields), dtype=object), areas
