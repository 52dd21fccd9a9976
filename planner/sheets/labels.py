"""Writing on a map of boundaries: numbers of points, lengths of sides, names, each where it meets nothing else.

Shapes here are in mm of the page. What finds no room is left out and counted; the tables hold all of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.sheets import fonts
from planner.sheets.canvas import GREY, INK, Canvas, Stroke
from planner.sheets.paper import Box
from planner.sheets.sheet import Corner

POINT_PT, SIDE_PT, NAME_PT, TITLE_PT = 6.6, 6.0, 6.6, 9.0  # on A3
EVERY = 10  # points that are numbered before the others
CROWDED_MM = 2.4  # points nearer to one another have no room for a number each
TITLE_SHARES = (1.0, 0.85, 0.72)
LEAST_NAME_MM, MOST_NAME_MM = 13.0, 42.0  # a name takes lines as wide as its land, between these, on A3
NAME_LINES = 4  # of a name on the map, at most
FAR_MM = 34.0  # a name that finds no room on its land stands at most so far from it, on a line
Spot = tuple[float, float]


@dataclass
class Taken:
    """What of the frame is written on: ``lines`` may not be crossed, what was taken not met."""

    frame: Box
    lines: BaseGeometry
    _areas: list[BaseGeometry] = field(default_factory=list)
    _boxes: np.ndarray = field(default_factory=lambda: np.empty((0, 4)))

    def free(self, area: BaseGeometry) -> bool:
        """Whether there is room: inside the frame, off the lines and off all that is written."""
        west, south, east, north = area.bounds
        frame = self.frame
        if west < frame.x or east > frame.right or south < frame.y or north > frame.top:
            return False
        return not self.written(area) and not shapely.intersects(self.lines, area)

    def written(self, area: BaseGeometry) -> bool:
        """Whether something is written there."""
        west, south, east, north = area.bounds
        boxes = self._boxes[: len(self._areas)]
        near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        return any(self._areas[i].intersects(area) for i in np.flatnonzero(near))

    def take(self, area: BaseGeometry) -> None:
        if len(self._areas) == len(self._boxes):
            self._boxes = np.vstack([self._boxes, np.zeros((max(64, len(self._boxes)), 4))])
        self._boxes[len(self._areas)] = area.bounds
        self._areas.append(area)


def plate(middle: Spot, wide: float, high: float, angle: float = 0.0) -> BaseGeometry:
    """The rectangle of a text around its middle, turned by degrees."""
    flat = shapely.box(-wide / 2, -high / 2, wide / 2, high / 2)
    turn = math.radians(angle)
    way = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return shapely.transform(flat, lambda points: points @ way + middle)


def height(size: float, lines: int = 1) -> float:
    """Of so many lines of type in mm, with a hair of air."""
    return size * fonts.MM_PER_PT * (1.25 * lines - 0.2)


def write_points(canvas: Canvas, rings: Sequence[Sequence[Corner]], spots: Sequence[np.ndarray], taken: Taken) -> int:
    """The numbers of boundary points, outside the parcel where they can be; the first of each ring first, then every
    tenth, then (where points do not crowd) the rest. Returns how many are not written."""
    size = POINT_PT * canvas.unit
    asked = [
        (i > 0, i % EVERY != 0, number, i, corner)
        for number, ring in enumerate(rings) for i, corner in enumerate(ring)
    ]
    crowds = [_spacing(ring) < CROWDED_MM * canvas.unit for ring in spots]
    left_out = 0
    for _, _, number, i, corner in sorted(asked, key=lambda one: one[:4]):
        wide, high = fonts.width(corner.label, size) + 0.5, height(size)
        crowded = crowds[number] and i % EVERY != 0
        for middle in () if crowded else _around(spots[number], i, wide, high, canvas.unit):
            if taken.free(area := plate(middle, wide, high)):
                canvas.text(middle[0], middle[1] - 0.36 * size * fonts.MM_PER_PT, corner.label, size, align="center")
                taken.take(area)
                break
        else:
            left_out += 1
    return left_out


def _spacing(ring: np.ndarray) -> float:
    """How far the points of a ring are from one to the next, as half of them are."""
    return float(np.median(np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)))


def _around(points: np.ndarray, i: int, wide: float, high: float, unit: float) -> Iterator[Spot]:
    """Places beside a point, straight out of its corner first (outer rings run clockwise, holes the other way, so the
    land is always on the right)."""
    here, before, after = points[i], points[i - 1], points[(i + 1) % len(points)]
    ways = [_unit(here - before), _unit(after - here)]
    out = np.array([-(ways[0][1] + ways[1][1]), ways[0][0] + ways[1][0]])
    start = math.atan2(out[1], out[0]) if np.hypot(*out) > 1e-6 else math.atan2(-ways[0][1], -ways[0][0])
    for far in (0.9, 1.8, 3.0):
        for turn in (0, 30, -30, 60, -60, 90, -90, 130, -130, 180):
            angle = start + math.radians(turn)
            x, y = math.cos(angle), math.sin(angle)
            # As far out as the box reaches that way, and a gap for the circle.
            reach = min(wide / 2 / max(abs(x), 1e-9), high / 2 / max(abs(y), 1e-9)) + far * unit
            yield float(here[0] + x * reach), float(here[1] + y * reach)


def _unit(step: np.ndarray) -> np.ndarray:
    length = float(np.hypot(*step))
    return step / length if length else np.zeros(2)


def write_sides(canvas: Canvas, rings: Sequence[Sequence[Corner]], spots: Sequence[np.ndarray], taken: Taken) -> int:
    """The lengths of sides along them, inside the parcel or else outside, the long ones first. Returns how many found
    no room."""
    size = SIDE_PT * canvas.unit
    high = height(size)
    asked = []
    for number, ring in enumerate(rings):
        steps = np.roll(spots[number], -1, axis=0) - spots[number]
        asked += [(float(np.hypot(*step)), number, i, ring[i].side, step) for i, step in enumerate(steps)]
    left_out = 0
    for length, number, i, said, step in sorted(asked, key=lambda one: -one[0]):
        wide = fonts.width(said, size)
        start = spots[number][i]
        if length < wide + 1.6 * canvas.unit or not _write_side(canvas, start, step, said, size, high, taken):
            left_out += 1
    return left_out


def _write_side(
    canvas: Canvas, start: np.ndarray, step: np.ndarray, said: str, size: float, high: float, taken: Taken
) -> bool:
    angle = math.degrees(math.atan2(step[1], step[0]))
    upright = (angle + 90.0) % 180.0 - 90.0
    inwards = _unit(np.array([step[1], -step[0]]))  # the land is on the right
    for share in (0.5, 0.35, 0.65):
        for side in (1.0, -1.0):
            middle = start + share * step + inwards * side * (high / 2 + 0.45 * canvas.unit)
            area = plate((middle[0], middle[1]), fonts.width(said, size) + 0.4, high, upright)
            if taken.free(area):
                turn = math.radians(upright)
                base = 0.36 * size * fonts.MM_PER_PT
                canvas.text(middle[0] + base * math.sin(turn), middle[1] - base * math.cos(turn), said, size,
                            colour=GREY, align="center", angle=upright)
                taken.take(area)
                return True
    return False


def in_lines(name: str, size: float, room: float) -> list[str]:
    """A name in as many lines of about a width as it takes, ``NAME_LINES`` at most, wider where that would cut it; no
    word is broken to make them narrow. Names that are longer still are cut, and the cut shows."""
    word, wide = min(fonts.longest(name, size), 2 * room), fonts.width(name, size)
    tried = [fonts.wrapped(name, size, max(share * room, word)) for share in (1.0, 1.25, 1.5, 2.0)]
    lines = next((one for one in tried if len(one) <= NAME_LINES), [])
    if not lines:
        return fonts.wrapped(name, size, 2 * room, NAME_LINES)
    # As even as may be: no line of one or two signs below a long one.
    even = fonts.wrapped(name, size, max(word, 1.08 * wide / len(lines)))
    return even if len(even) == len(lines) else lines


def write_title(canvas: Canvas, land: BaseGeometry, name: Sequence[str], area_said: str, taken: Taken) -> bool:
    """The parcel's own number over its area, as a fraction: on its land, in smaller type if need be, else beside it at
    the end of a line."""
    lines = [*name, area_said]
    largest = _largest(land)
    widest = shapely.maximum_inscribed_circle(largest, tolerance=0.5).coords[0]
    spot = (float(widest[0]), float(widest[1]))
    middles = [(largest.centroid.x, largest.centroid.y), spot]
    for share in TITLE_SHARES:
        size = TITLE_PT * canvas.unit * share
        wide, high = max(fonts.width(line, size) for line in lines) + 1.6, height(size, len(lines)) + 1.2
        for middle in middles:
            area = plate(middle, wide, high)
            if shapely.covers(largest, area) and taken.free(area):
                _fraction(canvas, middle, lines, size, wide)
                taken.take(area)
                return True
    for middle in _outwards(spot):
        area = plate(middle, wide, high)
        if taken.free(area) and _leads(canvas, shapely.LineString([spot, middle]), area, taken):
            west, south, east, north = area.bounds
            canvas.box(Box(west, south, east - west, north - south), Stroke("#ffffff", 0.8), zorder=9)
            _fraction(canvas, middle, lines, size, wide)
            taken.take(area)
            return True
    return False


def _leads(canvas: Canvas, lead: BaseGeometry, area: BaseGeometry, taken: Taken) -> bool:
    """Draw the line from the land to its name, unless it would run through something written."""
    outside = shapely.difference(lead, area)
    if taken.written(outside):
        return False
    canvas.line([tuple(point) for point in shapely.get_coordinates(outside).tolist()], INK, 0.12, zorder=9)
    taken.take(shapely.buffer(outside, 0.2))
    return True


def _outwards(centre: Spot) -> Iterator[Spot]:
    for far in np.arange(4.0, FAR_MM, 3.0):
        for turn in range(0, 360, 20):
            angle = math.radians(turn + 45)
            yield centre[0] + far * math.cos(angle), centre[1] + far * math.sin(angle)


def _fraction(canvas: Canvas, middle: Spot, lines: Sequence[str], size: float, wide: float) -> None:
    step = size * fonts.MM_PER_PT * 1.25
    top = middle[1] + len(lines) * step / 2
    for i, line in enumerate(lines):
        canvas.text(middle[0], top - (i + 0.76) * step, line, size, align="center")
        if i == len(lines) - 1:
            canvas.line([(middle[0] - wide / 2 + 0.6, top - i * step), (middle[0] + wide / 2 - 0.6, top - i * step)],
                        INK, 0.15, zorder=10)


def _largest(land: BaseGeometry) -> BaseGeometry:
    return max(shapely.get_parts(land), key=lambda part: part.area)


def write_names(
    canvas: Canvas, named: Iterable[tuple[str, BaseGeometry]], taken: Taken, shown: Callable[[str], str]
) -> None:
    """Names of other land on it, each once where there is room for all of it."""
    size = NAME_PT * canvas.unit
    for name, land in named:
        if land.is_empty:
            continue
        west, _, east, _ = land.bounds
        room = min(max(east - west - 1.0, LEAST_NAME_MM * canvas.unit), MOST_NAME_MM * canvas.unit)
        said = in_lines(shown(name), size, room)
        point = land.representative_point()
        wide, high = max(fonts.width(line, size) for line in said) + 0.8, height(size, len(said))
        for lift in (0.0, 1.3, -1.3, 2.6, -2.6) if wide > 0.8 else ():
            middle = (point.x, point.y + lift * height(size))
            if taken.free(area := plate(middle, wide, high)):
                west, south, east, north = area.bounds
                canvas.box(Box(west, south, east - west, north - south), Stroke("#ffffff", 0.75), zorder=9)
                lines_on(canvas, said, middle, size, GREY)
                taken.take(area)
                break


def lines_on(canvas: Canvas, said: Sequence[str], middle: Spot, size: float, colour: str = INK) -> None:
    """Lines one below the other around a middle."""
    step = 1.25 * size * fonts.MM_PER_PT
    top = middle[1] + (len(said) - 1) / 2 * step - 0.36 * size * fonts.MM_PER_PT
    for i, line in enumerate(said):
        canvas.text(middle[0], top - i * step, line, size, colour=colour, align="center")
