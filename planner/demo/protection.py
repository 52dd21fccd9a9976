"""The lines a plan must keep: basic farmland, red line, urban boundary; and the plan's own zoning and substations.

All illustrative: drawn from the generated survey, never from a real line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.demo.parks import Estate, Plot
from planner.demo.plane import Array, Plane, blank, mixed
from planner.demo.survey import Patches
from planner.demo.water import Shapes, Water

BEST_GRADE = 10  # fields of this grade or better may be basic farmland
FARM_FIELDS = ("0101", "0102", "0103")
WOODS = ("0301", "0305")
KEEP_FREE_M = 180.0  # between basic farmland and the estates
TOUCHED = 5  # vacant parcels that a block of basic farmland reaches into
CLOSE_M, FARM_BLOCK_M2 = 14.0, 60_000.0
WOOD_BLOCK_M2, HOLE_M2 = 900_000.0, 40_000.0
RIVERSIDE_M, LAKESIDE_M = 60.0, 120.0
TOWN_ROUND_M = 260.0
SUBSTATION_M = (78.0, 62.0)


def basic_farmland(
    plane: Plane, ground: Patches, estates: Sequence[Estate], inside: BaseGeometry, rng: Generator
) -> Shapes:
    """Blocks of good fields away from the estates and the urban boundary, and a few that reach into vacant parcels."""
    grid = blank(plane, 200.0)
    liked = grid.like(mixed(grid, rng, {4_000: 1.0, 1_500: 0.5}))
    codes = ground.table["code"].to_numpy()
    grades = ground.table["grade"].to_numpy(dtype=float)
    good = np.isin(codes, FARM_FIELDS) & (grades <= BEST_GRADE)
    places = shapely.get_coordinates(shapely.point_on_surface(ground.shapes))
    good &= liked.at(places) > np.where(codes == "0101", -0.9, 0.1)
    near = shapely.union_all(
        [plot.shape for estate in estates for plot in estate.plots] + [estate.grounds for estate in estates]
    )
    free = inside.union(near.buffer(KEEP_FREE_M))
    shapely.prepare(free)
    good &= ~shapely.intersects(free, ground.shapes)
    good |= _touched(ground, estates, codes)
    return _blocks(ground.shapes[good], FARM_BLOCK_M2, within=None)


def _touched(ground: Patches, estates: Sequence[Estate], codes: Array) -> NDArray[np.bool_]:
    """The cultivated patches under the vacant parcels that stand most on cultivated land, clear of other parcels."""
    fields = np.flatnonzero(np.isin(codes, FARM_FIELDS))
    tree = shapely.STRtree(ground.shapes[fields])
    plots = [plot for estate in estates for plot in estate.plots]
    others = shapely.STRtree([plot.shape for plot in plots])
    score = []
    for plot in plots:
        met = [] if plot.built else tree.query(plot.shape, predicate="intersects")
        parts = shapely.area(shapely.intersection(ground.shapes[fields[met]], plot.shape)) if len(met) else np.zeros(0)
        score.append(float(parts.sum()) / plot.shape.area)
    chosen = np.argsort(score)[-TOUCHED:]
    marked = np.zeros(len(codes), dtype=bool)
    for number in chosen:
        met = fields[tree.query(plots[number].shape, predicate="intersects")]
        # A patch that lies under many parcels would spoil them all.
        marked[met[[len(others.query(shape, predicate="intersects")) <= 3 for shape in ground.shapes[met]]]] = True
    return marked


def _blocks(shapes: Shapes, smallest_m2: float, within: BaseGeometry | None) -> Shapes:
    """Shapes run together over the lanes and ditches between them, small blocks and small holes left out."""
    grown = shapely.coverage_union_all(shapes).buffer(CLOSE_M, join_style="mitre", mitre_limit=2)
    closed = shapely.get_parts(grown.buffer(-CLOSE_M, join_style="mitre", mitre_limit=2))
    closed = closed[shapely.area(closed) > smallest_m2]
    filled = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area > HOLE_M2])
        for part in closed
    ]
    tidy = shapely.make_valid(shapely.simplify(filled, 1.0))
    cut = shapely.intersection(tidy, within) if within is not None else tidy
    parts = shapely.get_parts(shapely.get_parts(cut))
    return parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > smallest_m2 / 4)]


def red_line(
    plane: Plane, ground: Patches, estates: Sequence[Estate], wet: Water, inside: BaseGeometry
) -> list[tuple[BaseGeometry, str]]:
    """The river with its sides, the reservoirs with their shores, and the large woods outside the sub-parks.

    ``inside`` the urban boundary there is none. Returns shapes and what they keep.
    """
    woods = ground.shapes[np.isin(ground.table["code"].to_numpy(), WOODS)]
    shapely.prepare(inside)
    parks = shapely.union_all([estate.outline for estate in estates])
    shapely.prepare(parks)
    woods = woods[~shapely.dwithin(inside, woods, KEEP_FREE_M) & ~shapely.intersects(parks, woods)]
    kept = [(wet.river.buffer(RIVERSIDE_M).simplify(4), "river")]
    kept += [(shape, "reservoir") for shape in shapely.buffer(wet.reservoirs, LAKESIDE_M)]
    covered = shapely.union_all([shape for shape, _ in kept])
    kept += [(shape, "forest") for shape in _blocks(woods, WOOD_BLOCK_M2, within=plane.box.difference(covered))]
    clipped = [(shapely.intersection(shape, plane.box).difference(inside), kind) for shape, kind in kept]
    return [
        (part, kind)
        for shape, kind in clipped
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and part.area > 1e4
    ]


def urban_boundary(plane: Plane, ground: Patches, estates: Sequence[Estate], wet: Water) -> Shapes:
    """Around the town and the laid-out parts of the sub-parks, rounded, clear of the large water."""
    town = shapely.coverage_union_all(ground.shapes[ground.ground == "town"]).simplify(5)
    laid_out = [shape for estate in estates for shape in (estate.grounds, *(plot.shape for plot in estate.plots))]
    core = shapely.union_all([*laid_out, town.buffer(40).buffer(-40)])
    round_about = core.buffer(TOWN_ROUND_M, quad_segs=4).buffer(-TOWN_ROUND_M + 90, quad_segs=4).simplify(8)
    large_water = shapely.union_all([wet.river, *wet.reservoirs]).buffer(80).difference(shapely.union_all(laid_out))
    parts = shapely.get_parts(round_about.difference(large_water).intersection(plane.box))
    large = parts[shapely.area(parts) > 2e5]
    return np.array(
        [
            shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area > 3e5])
            for part in large
        ]
    )


def zoning(
    estates: Sequence[Estate], plan: dict[str, list[tuple[str, float]]], rng: Generator
) -> list[tuple[BaseGeometry, str]]:
    """Planned use of each estate's parcels, streets and greens: shapes and planning codes.

    ``plan`` maps a use (works, estate, street) to planning codes with their weights.
    """
    zones: list[tuple[BaseGeometry, str]] = []
    for estate in estates:
        plots = [plot.shape for plot in estate.plots]
        codes = _drawn(plan["works"], len(plots), rng)
        zones += [
            (shape, _planned(plot, code, plan)) for plot, shape, code in zip(estate.plots, plots, codes, strict=True)
        ]
        taken = shapely.union_all(plots).buffer(0.005)
        blocks = shapely.union_all(estate.blocks)
        streets = estate.grounds.difference(shapely.union_all([blocks, taken]))
        greens = shapely.union_all([estate.green, blocks]).difference(taken.union(streets))
        rest = [(streets, plan["street"]), (greens, plan["estate"])]
        zones += [
            (part, options[0][0]) for shape, options in rest for part in shapely.get_parts(shape) if part.area > 30
        ]
    return zones


def _planned(plot: Plot, code: str, plan: dict[str, list[tuple[str, float]]]) -> str:
    known = plan.get(plot.known.id) if plot.known else None
    return known[0][0] if known else code


def _drawn(options: list[tuple[str, float]], many: int, rng: Generator) -> list[str]:
    weights = np.array([weight for _, weight in options])
    return [str(code) for code in rng.choice([code for code, _ in options], many, p=weights / weights.sum())]


def substations(estates: Sequence[Estate], rng: Generator) -> list[tuple[BaseGeometry, str]]:
    """One to three small yards in each estate's outer built parcels, and the park's code."""
    yards = []
    for estate in estates:
        hosts = [plot.shape for plot in estate.plots if plot.built and plot.known is None]
        for number in rng.permutation(len(hosts))[: 1 + len(hosts) // 20]:
            x, y = shapely.get_coordinates(hosts[number].point_on_surface())[0]
            yard = shapely.box(
                x - SUBSTATION_M[0] / 2, y - SUBSTATION_M[1] / 2, x + SUBSTATION_M[0] / 2, y + SUBSTATION_M[1] / 2
            )
            yards.append((_turned_about(yard, estate.row.street_deg), estate.row.code))
    return yards


def _turned_about(shape: BaseGeometry, degrees: float) -> BaseGeometry:
    angle, middle = np.radians(degrees), shapely.get_coordinates(shape.centroid)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return shapely.transform(shape, lambda xy: (xy - middle) @ turn + middle)
