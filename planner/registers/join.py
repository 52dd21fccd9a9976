"""Which ground a row means: by its outline, or by the numbers of its parcels; and whether the two agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.land.geodesy import ellipsoid_m2
from planner.land.noise import is_noise, polygons
from planner.land.parcel import Layer
from planner.registers.rows import Row


@dataclass(frozen=True)
class Met:
    """A parcel that a row's outline meets: the shared area, and its share of the parcel."""

    id: str
    m2: float
    share: float


@dataclass(frozen=True)
class Joined:
    """The ground of a row. ``shape`` is its outline, else its parcels together, None where neither is known;
    ``area_m2`` is on the ellipsoid, unrounded. ``missing`` are numbers that no parcel has."""

    shape: BaseGeometry | None
    area_m2: float | None
    named: tuple[str, ...]
    missing: tuple[str, ...]
    met: tuple[Met, ...]

    @property
    def unnamed(self) -> tuple[str, ...]:
        """Parcels that the outline meets and the row does not name."""
        return tuple(one.id for one in self.met if one.id not in self.named)

    @property
    def unmet(self) -> tuple[str, ...]:
        """Parcels that the row names and its outline does not meet."""
        met = {one.id for one in self.met}
        return tuple(id for id in self.named if id not in met)


def join(row: Row, parcels: Sequence[Layer], *, width_m: float, below_m2: float) -> Joined:
    """Join a row to the parcels of a workspace by number and by geometry.

    Parameters: ``parcels`` the layers of that role; an overlap that vanishes when shrunk by ``width_m`` metres or is
    below ``below_m2`` is no meeting. A row whose numbers are not all found has no ground by number: half of it would
    pass for the whole.
    """
    found = shapes_of(row.parcels, parcels)
    missing = tuple(id for id in row.parcels if id not in found)
    shape = row.outline
    if shape is None and found and not missing:
        shape = polygons(shapely.union_all(list(found.values())))
    area = float(ellipsoid_m2(shape)) if shape is not None else None
    met = tuple(_met(shape, parcels, width_m, below_m2)) if row.outline is not None and shape is not None else ()
    if row.outline is None:
        met = tuple(Met(id, float(ellipsoid_m2(land)), 1.0) for id, land in found.items())
    return Joined(shape, area, tuple(found), missing, met)


def shapes_of(ids: Iterable[str], parcels: Sequence[Layer]) -> dict[str, BaseGeometry]:
    """The shapes of the parcels with these numbers, those that are there, in the order asked."""
    known = {
        str(id): land for layer in parcels for id, land in zip(layer.frame["id"], layer.frame.geometry, strict=True)
    }
    return {id: known[id] for id in ids if id in known}


def inside(shape: BaseGeometry, layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """(rows of a layer that meet a shape, the part of each inside it)."""
    hits = layer.tree.query(shape, predicate="intersects")
    return hits, shapely.intersection(np.asarray(layer.frame.geometry.values)[hits], shape)


def _met(shape: BaseGeometry, parcels: Sequence[Layer], width_m: float, below_m2: float) -> Iterable[Met]:
    for layer in parcels:
        for row, cut in zip(*inside(shape, layer), strict=True):
            land = polygons(cut)
            if not land.is_empty and not is_noise(land, width_m=width_m, below_m2=below_m2):
                area = float(ellipsoid_m2(land))
                whole = float(ellipsoid_m2(layer.frame.geometry.values[row]))
                yield Met(str(layer.frame["id"].iloc[row]), area, area / whole)
