"""Ground and paper: the plane in metres, the scale that suits, and what the frame then shows.

A sheet is true at 100 %: a length of L metres is L / scale metres of paper, in the plane of ``Sheet.plane_crs``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from planner.errors import InputError
from planner.land.parcel import CRS as GEOGRAPHIC
from planner.text import N_

# Scales of the national series (GB/T 13989-2012), smaller ones in the same steps.
SCALES = (500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)
GRID_MM = 30.0  # least distance of grid lines on paper
EDGE_DEGREES = 0.002  # edges are straight in degrees: longer ones are cut before they are bent into the plane


class ScaleTooLarge(InputError):
    """The parcel does not fit the frame at the scale asked for."""

    code = "E_USAGE"
    sentence = N_(
        "At 1:{scale} the parcel is {needs_mm:,.0f} mm long on paper and the frame only {frame_mm:,.0f} mm. "
        "Use --scale {fits} or leave the scale out."
    )


class FrameElsewhere(InputError):
    """The frame asked for shows nothing of what the sheet is about."""

    code = "E_USAGE"
    sentence = N_(
        "A frame at 1:{scale} around the centre asked for shows nothing of the parcel: it lies {away:,.0f} m away. "
        "Choose another centre, or leave it out."
    )


class PlaneUnsuitable(InputError):
    """A sheet needs a projected system in metres."""

    code = "E_CRS_REFUSED"
    sentence = N_(
        "A sheet cannot be drawn in {crs}: it is not a plane in metres. Use a CGCS2000 zone such as EPSG:4525."
    )


@dataclass(frozen=True)
class Fit:
    """How a frame chooses its scale: the scales there are, and how much of its tighter side the land takes at most."""

    scales: Sequence[int]
    fill: float


MAP = Fit(SCALES, 0.8)


@dataclass(frozen=True)
class Window:
    """What a frame shows: metres east and north of its lower left corner, size of the frame in mm, scale 1:N."""

    east: float
    north: float
    width_mm: float
    height_mm: float
    scale: int

    @property
    def width_m(self) -> float:
        """Ground width of the frame."""
        return self.width_mm * self.scale / 1_000.0

    @property
    def height_m(self) -> float:
        """Ground height of the frame."""
        return self.height_mm * self.scale / 1_000.0

    def mm(self, metres: float) -> float:
        """A length on the ground as it is on paper."""
        return metres * 1_000.0 / self.scale

    def box(self, margin_mm: float = 0.0) -> BaseGeometry:
        """The ground in the frame, in metres from its lower left corner."""
        margin = margin_mm * self.scale / 1_000.0
        return shapely.box(-margin, -margin, self.width_m + margin, self.height_m + margin)


@dataclass(frozen=True)
class Plane:
    """The way from degrees on CGCS2000 to metres of a sheet and back."""

    code: str
    name: str
    there: Transformer
    back: Transformer

    def point(self, place: tuple[float, float] | None) -> tuple[float, float] | None:
        """A place (lon, lat) in metres of the plane (east, north)."""
        if place is None:
            return None
        east, north = self.there.transform(*place)
        return float(east), float(north)

    def flat(self, shapes: Any, origin: tuple[float, float] = (0.0, 0.0)) -> Any:
        """Shapes (EPSG:4490, one or an array) in metres from ``origin`` (east, north)."""
        def move(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            east, north = self.there.transform(x, y)
            return east - origin[0], north - origin[1]

        return shapely.transform(shapely.segmentize(shapely.force_2d(shapes), EDGE_DEGREES), move, interleaved=False)


    def true_north_deg(self, east: float, north: float) -> float:
        """How far true north lies to the east (negative: west) of grid north at a place in metres."""
        lon, lat = self.back.transform(east, north)
        step = 1e-4
        (west_e, up_e), (west_n, up_n) = self.there.transform([lon, lon], [lat - step, lat + step])
        return math.degrees(math.atan2(up_e - west_e, up_n - west_n))


def zone_prefix(code: str) -> int | None:
    """The number that the eastings of a plane carry in front, None where they carry none."""
    false_easting = next((step.value for step in _operation(code) if step.name == "False easting"), 0.0)
    return int(false_easting // 1e6) or None


def _operation(code: str) -> Iterable[Any]:
    operation = CRS.from_user_input(code).coordinate_operation
    return operation.params if operation is not None else ()


def plane(code: str) -> Plane:
    """The plane of a projected CRS. Raises PlaneUnsuitable for degrees or feet."""
    crs = CRS.from_user_input(code)
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise PlaneUnsuitable(crs=code)
    return Plane(
        code, crs.name, Transformer.from_crs(GEOGRAPHIC, crs, always_xy=True),
        Transformer.from_crs(crs, GEOGRAPHIC, always_xy=True),
    )


def window(
    flat: BaseGeometry, frame_mm: tuple[float, float], scale: int | None = None,
    centre: tuple[float, float] | None = None, fit: Fit = MAP,
) -> Window:
    """The frame around a shape in metres: at ``scale``, or at the largest scale of ``fit`` at which it fills no more
    than that allows.

    With ``centre`` (east, north in metres) the frame lies around it and may show a part of the shape; without a scale
    it then shows all of it. Raises ScaleTooLarge when the shape does not fit at the scale asked for, FrameElsewhere
    when nothing of it lies around the centre.
    """
    west, south, east, north = flat.bounds
    if centre is not None:
        return _around(flat, frame_mm, scale, centre)
    sizes = (east - west, north - south)
    if scale is None:
        scale = _suits(sizes, frame_mm, fit.fill, fit.scales)
    for size, frame in zip(sizes, frame_mm, strict=True):
        if size * 1_000.0 / scale > frame:
            fits = _suits(sizes, frame_mm, 1.0)
            raise ScaleTooLarge(scale=scale, needs_mm=size * 1_000.0 / scale, frame_mm=frame, fits=fits)
    wide, high = (frame * scale / 1_000.0 for frame in frame_mm)
    return Window((west + east - wide) / 2, (south + north - high) / 2, frame_mm[0], frame_mm[1], scale)


def _around(
    flat: BaseGeometry, frame_mm: tuple[float, float], scale: int | None, centre: tuple[float, float]
) -> Window:
    west, south, east, north = flat.bounds
    x, y = centre
    if scale is None:
        scale = _suits((2 * max(x - west, east - x), 2 * max(y - south, north - y)), frame_mm, 1.0)
    wide, high = (frame * scale / 1_000.0 for frame in frame_mm)
    frame = shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    if not frame.intersects(flat):
        raise FrameElsewhere(scale=scale, away=frame.distance(flat))
    return Window(x - wide / 2, y - high / 2, frame_mm[0], frame_mm[1], scale)


def scale_for(flat: BaseGeometry, frame_mm: tuple[float, float]) -> int:
    """The largest of SCALES at which a frame shows all of a shape in metres."""
    west, south, east, north = flat.bounds
    return _suits((east - west, north - south), frame_mm, 1.0)


def _suits(
    sizes_m: Iterable[float], frame_mm: Iterable[float], fill: float, scales: Sequence[int] = SCALES
) -> int:
    least = max(size * 1_000.0 / (frame * fill) for size, frame in zip(sizes_m, frame_mm, strict=True))
    last = scales[-1]
    return next((scale for scale in scales if scale >= least), math.ceil(least / last) * last)


def round_length(metres: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a length."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= metres * (1 + 1e-9))


def round_up(metres: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below a length."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= metres * (1 - 1e-9))


def grid(view: Window) -> tuple[list[float], list[float]]:
    """Eastings and northings (whole metres) at which the grid is drawn: at least GRID_MM apart on paper."""
    step = max(1.0, round_up(GRID_MM * view.scale / 1_000.0))
    return _multiples(view.east, view.width_m, step), _multiples(view.north, view.height_m, step)


def _multiples(start: float, length: float, step: float) -> list[float]:
    first = math.ceil(start / step)
    return [k * step for k in range(first, math.floor((start + length) / step) + 1)]


def surroundings(
    shape: BaseGeometry, plane_crs: str, frame_mm: tuple[float, float], scale: int | None = None,
    centre: tuple[float, float] | None = None, fit: Fit = MAP,
) -> BaseGeometry:
    """The ground that a frame around a shape shows, as a box in degrees (EPSG:4490): what a layer must cover.

    ``centre`` is the middle of the frame (lon, lat), None for that of the shape.
    """
    flat = plane(plane_crs)
    view = window(flat.flat(shape), frame_mm, scale, flat.point(centre), fit)
    return shapely.box(*outline(view, flat).bounds)


def scale_of(
    shape: BaseGeometry, plane_crs: str, frame_mm: tuple[float, float], scale: int | None = None,
    centre: tuple[float, float] | None = None, fit: Fit = MAP,
) -> int:
    """The scale at which a frame shows a shape (EPSG:4490). Raises as ``window``."""
    flat = plane(plane_crs)
    return window(flat.flat(shape), frame_mm, scale, flat.point(centre), fit).scale


def outline(view: Window, flat: Plane) -> BaseGeometry:
    """The ground of a frame in degrees (EPSG:4490), its edges bent as the plane bends them."""
    ground = shapely.box(view.east, view.north, view.east + view.width_m, view.north + view.height_m)
    corners = shapely.get_coordinates(shapely.segmentize(ground, max(view.width_m, view.height_m) / 8))
    return shapely.Polygon(np.column_stack(flat.back.transform(*corners.T)))
