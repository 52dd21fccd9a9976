"""The datum-shift alarm: does a layer fit the ground that is known far better after a shift that often happens?

Tried are the offsets of the Chinese web maps (GCJ-02, BD-09), a Gauss-Krueger zone beside the stated one, and swapped
axes. A shift is reported with its measured length, never made: what is right, the author of the data knows.

Source: the public form of the GCJ-02 and BD-09 offsets (eviltransform 0.2); EPSG register, codes 4491-4554 (zones).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.land.geodesy import GEOD
from planner.text import N_, Text

Floats = NDArray[np.float64]

# How many corners are looked at: enough for a share to a few per cent.
SAMPLE = 2_000
# A corner this near to a line of the known ground lies on it: digitising noise is below, the smallest offset of a web
# map far above.
ON_LINE_M = 2.0
# A shift is believed when it puts this share of corners on lines, or of features into the known ground ...
ENOUGH_ON_LINE, ENOUGH_INSIDE = 0.5, 0.9
# ... and as it stands at most this share is.
FEW_ON_LINE, FEW_INSIDE = 0.25, 0.2
_FAR = ("zone", "axes")
METRES_PER_DEGREE = 111_320.0

# Krasovsky 1940, which the offset is computed on, and the middle of it.
_GCJ_AXIS_M, _GCJ_E2 = 6_378_245.0, 0.00669342162296594323
_GCJ_LON, _GCJ_LAT = 105.0, 35.0
_BD_TURN = math.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006
_ROUNDS = 12  # each halves the error of the inverse at least tenfold


@dataclass(frozen=True)
class Alarm:
    """``change``: GCJ-02, BD-09, zone or axes. ``offset_m`` is how far the layer lies from where it would fit,
    ``towards_deg`` the bearing of that offset (0 north, 90 east); ``before`` and ``after`` the share (0-1) that fits,
    corners on known lines (``by`` = lines) or features inside the known ground (``by`` = ground)."""

    change: str
    offset_m: float
    towards_deg: float
    before: float
    after: float
    by: str

    def text(self, reference: str) -> Text:
        """The sentence; ``reference`` is the name of the layer that it was held against."""
        measure = {"lines": N_("corners on its lines"), "ground": N_("features inside it")}[self.by]
        return Text(
            N_(
                "it lies {offset_m:,.0f} m off towards {towards}°, as after {change}: without that {after:.0f} % "
                "instead of {before:.0f} % of it fit '{reference}' ({measure}); check its coordinate system before use"
            ),
            offset_m=self.offset_m,
            towards=round(self.towards_deg),
            change=Text(_CHANGES[self.change]),
            before=self.before * 100,
            after=self.after * 100,
            reference=reference,
            measure=Text(measure),
        )


_CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "GCJ-02": N_("the GCJ-02 offset of web maps"),
        "BD-09": N_("the BD-09 offset of web maps"),
        "zone": N_("a wrong zone"),
        "axes": N_("swapped axes"),
    }
)


def alarm(frame: gpd.GeoDataFrame, reference: gpd.GeoDataFrame) -> Alarm | None:
    """The shift after which ``frame`` fits ``reference`` far better; None where it fits or nothing makes it fit.

    Parameters: two frames of Polygons or MultiPolygons in EPSG:4490 (x = longitude); ``reference`` is ground whose
    place is known: parcels of a cadastre, a park.
    """
    if frame.empty or reference.empty:
        return None
    ground = _Ground(reference)
    shapes = _sample(np.asarray(frame.geometry.values, dtype=object))
    corners, middles = _sample(shapely.get_coordinates(shapes)), _sample(_coordinates(shapely.point_on_surface(shapes)))
    before = ground.fit(corners, middles)
    if before.on_line > FEW_ON_LINE:
        return None
    found: list[tuple[float, Alarm]] = []
    for change, undo in _undone():
        after = ground.fit(undo(corners), undo(middles))
        if after.on_line >= ENOUGH_ON_LINE:
            found.append((1.0 + after.on_line, _alarm(change, corners, undo, before.on_line, after.on_line, "lines")))
        # Half a kilometre off may just be the next block: only lines tell that. A wrong zone is hundreds away.
        elif change in _FAR and after.inside >= ENOUGH_INSIDE and before.inside <= FEW_INSIDE:
            found.append((after.inside, _alarm(change, corners, undo, before.inside, after.inside, "ground")))
    return max(found, key=lambda one: one[0])[1] if found else None


def gcj02(points: Floats) -> Floats:
    """n (longitude, latitude) on WGS 84 as the web maps of China show them."""
    x, y = points[:, 0] - _GCJ_LON, points[:, 1] - _GCJ_LAT
    root = np.sqrt(np.abs(x))
    waves = (20.0 * np.sin(6.0 * math.pi * x) + 20.0 * np.sin(2.0 * math.pi * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += _waves(y, (20.0, 1.0), (40.0, 1 / 3)) + _waves(y, (160.0, 1 / 12), (320.0, 1 / 30))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += _waves(x, (20.0, 1.0), (40.0, 1 / 3)) + _waves(x, (150.0, 1 / 12), (300.0, 1 / 30))
    latitude = np.radians(points[:, 1])
    magic = 1.0 - _GCJ_E2 * np.sin(latitude) ** 2
    north_radius = _GCJ_AXIS_M * (1.0 - _GCJ_E2) / (magic * np.sqrt(magic))
    east_radius = _GCJ_AXIS_M / np.sqrt(magic) * np.cos(latitude)
    return np.asarray(points + np.degrees(np.column_stack([east / east_radius, north / north_radius])))


def bd09(points: Floats) -> Floats:
    """n (longitude, latitude) on WGS 84 as Baidu's maps show them: GCJ-02 and a second offset."""
    x, y = gcj02(points).T
    length = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return np.column_stack([length * np.cos(angle) + _BD_LON, length * np.sin(angle) + _BD_LAT])


def _waves(values: Floats, *waves: tuple[float, float]) -> Floats:
    """Two thirds of a sum of sines: (height, share of a half turn a degree)."""
    total = sum((height * np.sin(values * math.pi * pace) for height, pace in waves), np.zeros(len(values)))
    return np.asarray(total * 2.0 / 3.0)


def undone(points: Floats, offset: Callable[[Floats], Floats]) -> Floats:
    """The points that ``offset`` moves to these, by fixed-point iteration: to 1e-10 degree in China."""
    found = points.copy()
    for _ in range(_ROUNDS):
        found += points - offset(found)
    return found


def _undone() -> list[tuple[str, Callable[[Floats], Floats]]]:
    """Each change and the way back from it, on longitudes and latitudes."""
    ways: list[tuple[str, Callable[[Floats], Floats]]] = [
        ("GCJ-02", lambda points: undone(points, gcj02)),
        ("BD-09", lambda points: undone(points, bd09)),
        ("axes", lambda points: points[:, ::-1]),
    ]
    # An easting means the same east of whichever meridian: the wrong zone is a turn by three degrees.
    ways += [("zone", lambda points, turn=turn: points + [turn, 0.0]) for turn in (-6.0, -3.0, 3.0, 6.0)]  # type: ignore[misc]
    return ways


@dataclass(frozen=True)
class _Fit:
    on_line: float
    inside: float


class _Ground:
    """Known ground in metres about its middle, with an index of its lines and of its areas."""

    def __init__(self, reference: gpd.GeoDataFrame) -> None:
        west, south, east, north = reference.total_bounds
        self.middle = np.array([(west + east) / 2.0, (south + north) / 2.0])
        self.scale = METRES_PER_DEGREE * np.array([math.cos(math.radians(self.middle[1])), 1.0])
        areas = shapely.transform(np.asarray(reference.geometry.values, dtype=object), self._plane)
        self.areas, self.lines = shapely.STRtree(areas), shapely.STRtree(shapely.boundary(areas))

    def fit(self, corners: Floats, middles: Floats) -> _Fit:
        """Which share of corners lies on a line, which share of middles inside an area."""
        spots, places = shapely.points(self._plane(corners)), shapely.points(self._plane(middles))
        near = np.unique(self.lines.query(spots, predicate="dwithin", distance=ON_LINE_M)[0])
        inside = np.unique(self.areas.query(places, predicate="intersects")[0])
        return _Fit(len(near) / len(spots), len(inside) / len(places))

    def _plane(self, points: Floats) -> Floats:
        return np.asarray((points - self.middle) * self.scale)


def _alarm(
    change: str, corners: Floats, undo: Callable[[Floats], Floats], before: float, after: float, by: str
) -> Alarm:
    """The offset as measured: from where the middle corner would fit to where it lies."""
    lies = np.median(corners, axis=0, keepdims=True)
    fits = undo(lies)
    bearing, _, length = GEOD.inv(*fits[0], *lies[0])
    return Alarm(change, float(length), float(bearing) % 360.0, before, after, by)


def _coordinates(points: NDArray[np.object_]) -> Floats:
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)


def _sample(row: NDArray[Any]) -> NDArray[Any]:
    """At most SAMPLE of a row, evenly out of it."""
    return row[:: max(1, -(-len(row) // SAMPLE))]
