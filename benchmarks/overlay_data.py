"""The layers that the overlay is measured on: a synthetic survey, and one of rivers, roads and islands."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.land.geodesy import ellipsoid_m2
from planner.land.kernel.pack import RowClass
from planner.land.kernel.tree import hilbert_order


@dataclass(frozen=True)
class Ground:
    """A layer in the order of a Hilbert curve, as every engine is handed it: n shapes, the class number of each,
    their areas m2, and how many classes there are; and the parcels laid over it."""

    shapes: NDArray[Any]
    codes: NDArray[np.int64]
    m2: NDArray[np.float64]
    classes: int
    parcels: NDArray[Any]

    def rows(self) -> tuple[RowClass, ...]:
        return tuple(RowClass("measured", str(number), None, None) for number in range(self.classes))


def generator() -> ModuleType | None:
    """The maker of the synthetic survey in the folder PLANNER_SHARED; None where there is none."""
    path = Path(os.environ.get("PLANNER_SHARED", "")) / "reference" / "survey_layer.py"
    if not os.environ.get("PLANNER_SHARED") or not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("survey_layer", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


def survey(make: ModuleType, patches: int, parcels: int) -> Ground:
    """The synthetic survey with about so many patches of 60 x 60 km, and parcels of 2 to 60 ha."""
    coords, rings, code, grade, _ = make.patches(patches)
    shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, coords, (rings, np.arange(len(rings))))
    kinds, codes = np.unique(code.astype(np.int64) * 16 + grade, return_inverse=True)
    return _ordered(shapes, codes, len(kinds), drawn(make, parcels))


@cache
def drawn(make: ModuleType, count: int) -> NDArray[Any]:
    """Star-shaped parcels, the same ones each time."""
    shapes: NDArray[Any] = make.blobs(count, 2, 60, 4, 30, 7)
    return shapes


def waters(make: ModuleType, parcels: int) -> Ground:
    """Over the same 60 km: 300 winding rivers and roads of 4,000 vertices that cross, 60 lakes with 400 islands each,
    and the islands of each lake as one patch of 400 parts."""
    rng = np.random.default_rng(11)
    bands = [_band(rng) for _ in range(300)]
    lakes, islands = zip(*(_lake(rng) for _ in range(60)), strict=True)
    shapes = np.array([*bands, *lakes, *islands], dtype=object)
    return _ordered(shapes, np.repeat([0, 1, 2], [300, 60, 60]), 3, drawn(make, parcels))


def _band(rng: np.random.Generator) -> shapely.Polygon:
    t = np.linspace(-0.26, 0.26, 2000)
    sway = rng.normal(0, 1, 6) @ np.sin(np.outer(rng.uniform(5, 60, 6), t)) * 0.006 + rng.uniform(-0.25, 0.25)
    along, width = np.column_stack([t, sway]), rng.uniform(1e-4, 8e-4)
    line = along if rng.random() < 0.5 else along[:, ::-1]
    shift = (0, width) if line is along else (width, 0)
    return shapely.Polygon(np.concatenate([line, (line + shift)[::-1]]) + (110.2, 19.95))


def _lake(rng: np.random.Generator) -> tuple[shapely.Polygon, shapely.MultiPolygon]:
    x, y = rng.uniform(109.96, 110.42), rng.uniform(19.72, 20.16)
    cells = [(x + i * 5e-4, y + j * 5e-4) for i in range(20) for j in range(20)]
    islands = [shapely.box(a + 1e-4, b + 1e-4, a + rng.uniform(2e-4, 4e-4), b + 3e-4) for a, b in cells]
    shore = shapely.box(x, y, x + 0.01, y + 0.01).segmentize(1e-5)
    return shapely.Polygon(shore.exterior, [i.exterior for i in islands]), shapely.MultiPolygon(islands)


def _ordered(shapes: NDArray[Any], codes: NDArray[np.int64], classes: int, parcels: NDArray[Any]) -> Ground:
    order = hilbert_order(shapely.bounds(shapes))
    shapes = shapes[order]
    return Ground(shapes, codes[order], ellipsoid_m2(shapes), classes, parcels)
