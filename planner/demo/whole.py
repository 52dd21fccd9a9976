"""The demo: the seven sub-parks on invented land, from rows and chance alone.

The same rows and the same generator give the same demo to the last bit. Nothing drawn here is a real boundary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator
from shapely.geometry.base import BaseGeometry

from planner.demo import protection
from planner.demo.bend import unfolded
from planner.demo.cover import cover
from planner.demo.entries import Request, requests
from planner.demo.parks import Estate, estate
from planner.demo.plane import Plane, plane_over
from planner.demo.registers import register_rows
from planner.demo.relief import relief
from planner.demo.rows import LayerRow, SeedRows
from planner.demo.settlements import Settled, settle, town_field
from planner.demo.survey import CODE_SYSTEM, Patches, patches
from planner.demo.water import Shapes, Water, water
from planner.land.parcel import CRS, Layer
from planner.registers.rows import Row

AREA = (110.12, 19.862, 110.51, 20.058)  # degrees: west, south, east, north
ACCOUNT = "ZONE"  # the park whose accounts all sub-parks draw on
PLANE_CRS = "EPSG:4525"  # the plane of Haikou: CGCS2000, 3-degree zone 37
PLANNING_CODES = "YDYH-2023"
SEED = 2021


@dataclass(frozen=True)
class Demo:
    """What a demo workspace holds.

    ``movements`` are booked in order; ``projects`` is the queue (fields of a scenario's [[project]]), led by the large
    projects that the book holds already under the same ids; ``registers`` the rows of each land register.
    """

    layers: tuple[Layer, ...]
    movements: tuple[Request, ...]
    projects: tuple[dict[str, Any], ...]
    registers: Mapping[str, tuple[Row, ...]]
    plane_crs: str = PLANE_CRS


@dataclass(frozen=True)
class _Drawn:
    """The drawing board when all is drawn and bent, in metres."""

    plane: Plane
    estates: tuple[Estate, ...]
    wet: Water
    settled: Settled
    ground: Patches


def build(rows: SeedRows, rng: Generator, *, area: tuple[float, float, float, float] = AREA) -> Demo:
    """Make the demo.

    Parameters
    ----------
    rows : SeedRows
        The tables of layers/.
    rng : Generator
        ``numpy.random.default_rng(SEED)`` gives the demo that the project shows.
    area : tuple
        West, south, east, north in degrees. All sub-parks of the rows must lie inside.

    Returns
    -------
    Demo
        Ten layers in EPSG:4490, one of each role; the land survey tiles the demo area with shared edges.

    Raises
    ------
    ValueError
        If no built blocks can hold a parcel with a published area.
    """
    drawing, lines, entered = rng.spawn(3)
    drawn = _draw(rows, plane_over(*area), drawing)
    made = _frames(rows, drawn, lines)
    layers = tuple(_layer(row, made[row.role], drawn.plane) for row in rows.layers)
    parcels = next(layer.frame for layer in layers if layer.role == "parcels")
    return Demo(
        layers=layers,
        movements=requests(rows.accounts, rows.lots),
        projects=tuple(deepcopy(dict(fields)) for fields in rows.projects),
        registers=register_rows(_of_parks(rows), parcels, entered),
    )


def _of_parks(rows: SeedRows) -> dict[str, list[Mapping[str, Any]]]:
    """The rows of the registers whose sub-park is drawn, and those that name none."""
    codes = {row.code for row in rows.parks}
    return {
        name: [row for row in found if row.get("park") is None or row["park"] in codes]
        for name, found in rows.registers.items()
    }


def _draw(rows: SeedRows, plane: Plane, rng: Generator) -> _Drawn:
    relief_rng, water_rng, park_rng, road_rng, cover_rng, patch_rng, bend_rng = rng.spawn(7)
    land = relief(plane, relief_rng)
    wet = water(plane, land, water_rng)
    known = {row.code: tuple(parcel for parcel in rows.parcels if parcel.park == row.code) for row in rows.parks}
    estates = tuple(estate(row, plane, wet.keep_off, known[row.code], park_rng) for row in rows.parks)
    centres = np.array([plane.metres(row.lon, row.lat) for row in rows.parks])
    town = town_field(land.height, centres[[row.in_town == 1 for row in rows.parks]], road_rng)
    grounds = shapely.union_all([one.grounds for one in estates])
    settled = settle(plane, land, wet, centres, grounds, town, road_rng)
    covers = cover(land, town, cover_rng)
    cuts = np.concatenate([wet.cuts, settled.cuts])
    ground = patches(plane, land, covers, [*wet.pieces, *settled.pieces], cuts, estates, rows.mix, patch_rng)
    straight = shapely.union_all([grounds, *(plot.shape for one in estates for plot in one.plots)])
    crook = unfolded(plane, ground.shapes, straight, bend_rng)
    (river,) = crook(shapely.segmentize(np.array([wet.river]), 60))
    wet = replace(wet, river=river, reservoirs=crook(wet.reservoirs))
    settled = replace(settled, highways=crook(settled.highways), villages=crook(settled.villages))
    return _Drawn(plane, estates, wet, settled, replace(ground, shapes=crook(ground.shapes)))


def _frames(rows: SeedRows, drawn: _Drawn, rng: Generator) -> dict[str, gpd.GeoDataFrame]:
    """A frame in metres for each role."""
    plane, estates = drawn.plane, drawn.estates
    words = {row.what: row for row in rows.names}
    boundary = protection.urban_boundary(plane, drawn.ground, estates, drawn.wet)
    inside = shapely.union_all(boundary)
    farm = protection.basic_farmland(plane, drawn.ground, estates, inside, rng)
    red = protection.red_line(plane, drawn.ground, estates, drawn.wet, inside)
    plan: dict[str, list[tuple[str, float]]] = {}
    for row in rows.plan:
        plan.setdefault(row.use, []).append((row.code, row.weight))
    zones = protection.zoning(estates, plan, rng)
    yards = protection.substations(estates, rng)
    return {
        "parks": _parks(rows, estates),
        "parcels": _parcels(rows, estates),
        "land_survey": _survey(drawn.ground),
        "basic_farmland": _numbered(farm, "PBF", words["farmland"].name, words["farmland"].kind),
        "ecological_redline": _kinds(
            [shape for shape, _ in red], [kind for _, kind in red], "ERL", words["redline"].name
        ),
        "urban_boundary": _numbered(boundary, "UDB", words["boundary"].name, words["boundary"].kind),
        "zoning": _zones(zones, {row.code: row.name for row in rows.plan}),
        "substations": _yards(yards, rows),
        "carbon_boundary": _numbered(
            [min((one.outline for one in estates), key=lambda outline: outline.area)], "ZCB", words["zero_carbon"].name,
            words["zero_carbon"].kind),
        "context": _context(drawn, rows),
    }


def _layer(row: LayerRow, frame: gpd.GeoDataFrame, plane: Plane) -> Layer:
    """A frame in metres as a layer in degrees; what a layer states covers the demo area, a plan only what it plans."""
    shapes = _sound(plane.degrees(frame.geometry.to_numpy()))
    covered = np.array([shapely.union_all(frame.geometry.to_numpy()) if row.role == "zoning" else plane.box])
    placed = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index), crs=CRS)
    (coverage,) = plane.degrees(covered)
    return Layer(row.role, row.layer, placed, row.as_of, row.source, coverage, row.illustrative)


def _sound(shapes: Shapes) -> Shapes:
    """Polygons that touch themselves after rounding, mended; all others untouched."""
    bad = np.flatnonzero(~shapely.is_valid(shapes))
    for number in bad:
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapes[number])))
        shapes[number] = max(parts, key=lambda part: part.area)
    return shapes


def _frame(shapes: Sequence[BaseGeometry] | Shapes, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=list(shapes))


def _parks(rows: SeedRows, estates: Sequence[Estate]) -> gpd.GeoDataFrame:
    name = next(row.name for row in rows.names if row.what == "park")
    names = [name.format(zh=row.name_zh, en=row.name_en) for row in rows.parks]
    codes = [row.code for row in rows.parks]
    kinds = [row.kind for row in rows.parks]
    return _frame([one.outline for one in estates], id=codes, name=names, kind=kinds, account=[ACCOUNT] * len(codes))


def _parcels(rows: SeedRows, estates: Sequence[Estate]) -> gpd.GeoDataFrame:
    """Numbered within each sub-park; a parcel with a published figure keeps its own number."""
    word = next(row for row in rows.names if row.what == "parcel")
    plots, ids, names, kinds, states = [], [], [], [], []
    for one in estates:
        for number, plot in enumerate(one.plots, 1):
            known = plot.known
            plots.append(plot.shape)
            ids.append(known.id if known else f"{one.row.code}-{number:03d}")
            names.append(known.name if known else word.name.format(park=one.row.name_zh, n=f"{number:03d}"))
            kinds.append(known.kind if known else word.kind)
            states.append(known.status if known else "built" if plot.built else "vacant")
    return _frame(plots, id=ids, name=names, kind=kinds, status=states)


def _survey(ground: Patches) -> gpd.GeoDataFrame:
    table = ground.table
    count = len(table)
    return _frame(
        ground.shapes,
        id=[f"DLTB-{number:05d}" for number in range(1, count + 1)],
        name=table["kind"].to_numpy(),
        kind=ground.ground,
        code=table["code"].to_numpy(),
        code_system=[CODE_SYSTEM] * count,
        grade=table["grade"].to_numpy(dtype=float),
        ridge_share=table["ridge_share"].to_numpy(dtype=float),
    )


def _numbered(shapes: Sequence[BaseGeometry] | Shapes, prefix: str, name: str, kind: str) -> gpd.GeoDataFrame:
    return _kinds(shapes, [kind] * len(shapes), prefix, name)


def _kinds(shapes: Sequence[BaseGeometry] | Shapes, kinds: Sequence[str], prefix: str, name: str) -> gpd.GeoDataFrame:
    numbers = range(1, len(shapes) + 1)
    return _frame(
        shapes, id=[f"{prefix}-{n:03d}" for n in numbers], name=[name.format(n=n) for n in numbers], kind=list(kinds)
    )


def _zones(zones: Sequence[tuple[BaseGeometry, str]], names: Mapping[str, str]) -> gpd.GeoDataFrame:
    codes = [code for _, code in zones]
    frame = _numbered([shape for shape, _ in zones], "ZON", "{n}", "planned use")
    return frame.assign(
        name=[names[code] for code in codes], code=codes, code_system=PLANNING_CODES, grade=np.nan, ridge_share=np.nan
    )


def _yards(yards: Sequence[tuple[BaseGeometry, str]], rows: SeedRows) -> gpd.GeoDataFrame:
    word = next(row for row in rows.names if row.what == "substation")
    parks = {row.code: row.name_zh for row in rows.parks}
    frame = _numbered([shape for shape, _ in yards], "SUB", "{n}", word.kind)
    return frame.assign(name=[word.name.format(park=parks[code], n=n) for n, (_, code) in enumerate(yards, 1)])


def _context(drawn: _Drawn, rows: SeedRows) -> gpd.GeoDataFrame:
    """What helps people find their way: the river, reservoirs, highways and villages."""
    box = drawn.plane.box
    parts = []
    roads = shapely.intersection(shapely.buffer(drawn.settled.highways, 15.0, cap_style="flat"), box)
    for what, shapes in (
        ("river", [drawn.wet.river]),
        ("reservoir", drawn.wet.reservoirs),
        ("road", roads),
        ("village", drawn.settled.villages),
    ):
        word = next(row for row in rows.names if row.what == what)
        parts.append(_numbered(list(shapes), what.upper(), word.name, word.kind))
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True))
