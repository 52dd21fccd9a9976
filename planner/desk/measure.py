"""Areas of the features of a file, in every convention a paper may use. Needs no workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from planner import formats
from planner.desk.documents import Document, notes
from planner.errors import Rejected
from planner.formats import crs as systems
from planner.formats.errors import CrsConflict
from planner.formats.reading import Reading
from planner.land.geodesy import ellipsoid_m2, geodesic_m2, perimeter_m, plane_m2
from planner.text import N_, Text, Translate
from planner.units import ha, mu


def measure(
    path: Path,
    *,
    crs: str | None = None,
    plane_crs: str | None = None,
    layer: str | None = None,
    name: str | None = None,
    swap_axes: bool = False,
    say: Translate,
) -> Document:
    """`planner measure`: ellipsoidal, geodesic and plane area, mu, parts and holes of each feature.

    Raises Rejected naming each feature that cannot be measured.
    """
    reading = formats.read(path, crs=crs, layer=layer, name=name, swap_axes=swap_axes)
    if reading.rejected:
        raise Rejected([error for _, error in reading.rejected], kind="features", file=reading.file)
    shapes = np.asarray(reading.frame.geometry.values)
    ellipsoid = np.atleast_1d(ellipsoid_m2(shapes))
    columns = {
        "ellipsoid_m2": ellipsoid,
        "geodesic_m2": np.atleast_1d(geodesic_m2(shapes)),
        "perimeter_m": np.atleast_1d(perimeter_m(shapes)),
    }
    plane, system = plane_areas(reading, plane_crs)
    features = [
        feature(
            reading,
            i,
            {key: float(values[i]) for key, values in columns.items()},
            plane=None if plane is None else float(plane[i]),
            plane_crs=system,
            say=say,
        )
        for i in range(len(shapes))
    ]
    total = float(ellipsoid.sum())
    return {
        "file": reading.file,
        "crs": reading.crs,
        "features": features,
        "total": {"ellipsoid_m2": total, "mu": mu(total), "ha": ha(total)},
        **notes(reading.notes, say),
    }


def plane_areas(reading: Reading, asked: str | None) -> tuple[Any, str | None]:
    """Shoelace areas in the file's own projected system or the one asked for; (None, None) for a geographic file."""
    own = CRS.from_user_input(reading.source.crs)
    if asked is None:
        if own.is_geographic:
            return None, None
        return np.atleast_1d(plane_m2(np.asarray(reading.source.geometry.values))), reading.crs
    wanted = systems.parse(asked)
    if not wanted.is_projected:
        raise CrsConflict(file=reading.file, reason=Text(N_("{crs} is not a plane system"), crs=asked))
    moved = gpd.GeoSeries(reading.source.geometry.values, crs=own).to_crs(wanted)
    return np.atleast_1d(plane_m2(np.asarray(moved.values))), systems.label(wanted)


def feature(
    reading: Reading, i: int, areas: dict[str, float], *, plane: float | None, plane_crs: str | None, say: Translate
) -> Document:
    """One row of `measure`."""
    shape, id_ = reading.source.geometry.values[i], reading.ids[i]
    rings = shapely.get_num_interior_rings(shapely.get_parts(shape))
    return {
        "id": id_,
        "ellipsoid_m2": areas["ellipsoid_m2"],
        "geodesic_m2": areas["geodesic_m2"],
        "plane_m2": plane,
        "plane_crs": plane_crs,
        "mu": mu(areas["ellipsoid_m2"]),
        "ha": ha(areas["ellipsoid_m2"]),
        "perimeter_m": areas["perimeter_m"],
        "parts": int(shapely.get_num_geometries(shape)),
        "holes": int(rings.sum()),
        "declared_m2": reading.declared_m2.get(id_),
        "repairs": [
            {"what": r.what, "before_m2": r.before_m2, "after_m2": r.after_m2, "message": r.message.say(say)}
            for r in reading.repairs
            if r.feature == id_
        ],
        "notes": [note.say(say) for note in reading.feature_notes.get(id_, ())],
    }
