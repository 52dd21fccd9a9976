"""The land survey: patches with class, grade and ridge share, in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.demo.cover import GROUNDS, Cover, along_contour, within
from planner.demo.parks import Estate
from planner.demo.partition import faces, field_cuts, knotted, knotted_with, without_slivers
from planner.demo.plane import Array, Plane, mixed
from planner.demo.relief import Relief
from planner.demo.rows import MixRow
from planner.demo.water import Piece, Shapes

CODE_SYSTEM = "GBT21010-2017"
NEAR_M, FAR_M = 2_500.0, 7_000.0  # fields are drawn finer near the sub-parks
LIKE_BLOCK = 0.55  # share of a block's patches that follow the block
COMMON = 0.09  # a class is common in a kind of ground from this share on
SMALLEST_M2 = 420.0
STRIPS = {"highway", "street", "lane", "brook", "ditch", "river", "bank"}
# What lies on top where two meet; open country comes last.
ORDER = (
    "works",
    "estate",
    "street in estate",
    "reservoir",
    "highway",
    "river",
    "lane",
    "street",
    "brook",
    "ditch",
    "green",
    "pond",
    "village",
    "bank",
)
TOWN_LEAN = np.radians(10)


@dataclass(frozen=True)
class Patches:
    """Patches in metres with the kind of ground each is of, and the columns of the survey."""

    shapes: Shapes
    ground: NDArray[np.object_]
    table: pd.DataFrame


def patches(
    plane: Plane,
    land: Relief,
    cover: Cover,
    pieces: Sequence[Piece],
    cuts: Shapes,
    estates: Sequence[Estate],
    mix: Sequence[MixRow],
    rng: Generator,
) -> Patches:
    """Tile the demo area."""
    grounds = shapely.union_all([estate.grounds for estate in estates])
    ordered = sorted(
        [*_estate_pieces(estates), *_outside(pieces, grounds)], key=lambda piece: ORDER.index(piece.ground)
    )
    edges = knotted(_lines(plane, cover, ordered, cuts, grounds, estates))
    blocks = faces(edges)
    kinds = _grounds(blocks, ordered, cover)
    wanted, aspect = _targets(blocks, kinds, mix, estates)
    middles = shapely.get_coordinates(shapely.point_on_surface(blocks))
    lean = np.where(kinds == "town", TOWN_LEAN, along_contour(land, middles))
    inner = field_cuts(blocks, wanted, aspect, lean, rng)
    shapes = faces(knotted_with(edges, inner))
    block = within(blocks, shapely.point_on_surface(shapes))
    names, numbers = np.unique(kinds.astype(str), return_inverse=True)
    strip = np.isin(kinds, list(STRIPS))[block]
    shapes, kept = without_slivers(shapes, numbers[block], np.where(strip, 120.0, SMALLEST_M2), 3.0)
    block = within(blocks, shapely.point_on_surface(shapes))
    return Patches(shapes, names[kept].astype(object), _table(land, shapes, names[kept], block, mix, rng))


def _estate_pieces(estates: Sequence[Estate]) -> list[Piece]:
    green = [Piece(part, "green") for estate in estates for part in shapely.get_parts(estate.green)]
    works = [Piece(plot.shape, "works") for estate in estates for plot in estate.plots if plot.built]
    blocks = [Piece(block, "estate") for estate in estates for block in estate.blocks]
    return (
        green
        + works
        + blocks
        + [Piece(part, "street in estate") for estate in estates for part in shapely.get_parts(estate.grounds)]
    )


def _outside(pieces: Sequence[Piece], grounds: BaseGeometry) -> list[Piece]:
    """Pieces less the estates' grounds, which have streets of their own."""
    shapes = np.array([piece.shape for piece in pieces], dtype=object)
    shapely.prepare(grounds)
    met = shapely.intersects(shapes, grounds)
    shapes[met] = shapely.difference(shapes[met], grounds)
    return [
        Piece(part, piece.ground)
        for piece, shape in zip(pieces, shapes, strict=True)
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and part.area > 1
    ]


def _lines(
    plane: Plane, cover: Cover, pieces: list[Piece], cuts: Shapes, grounds: BaseGeometry, estates: Sequence[Estate]
) -> Shapes:
    """Every edge there is: of the area, of the pieces where nothing lies on top of them, of open country."""
    rims, covered = [], shapely.Polygon()
    for ground in ORDER:
        shapes = [piece.shape for piece in pieces if piece.ground == ground]
        if ground in STRIPS:
            # Strips of one kind run together where they meet: no seam across a crossing.
            shapes = [shapely.union_all(shapes)]
        # One call for all: a difference costs as much as the larger side is long.
        rims.append(shapely.difference(shapely.multilinestrings(shapely.get_parts(shapely.boundary(shapes))), covered))
        covered = shapely.union_all([covered, *shapes])
    borders = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(cover.edges())))
    country = shapely.multilinestrings(shapely.simplify(borders, 9.0, preserve_topology=False))
    works = shapely.union_all([piece.shape for piece in pieces if piece.ground == "works"])
    inner = shapely.difference(np.concatenate([estate.cuts for estate in estates]), works)
    edges = np.concatenate([rims, [shapely.difference(country, covered)], shapely.difference(cuts, grounds), inner])
    return np.append(shapely.get_parts(shapely.intersection(edges, plane.box)), plane.box.boundary)


def _grounds(blocks: Shapes, pieces: list[Piece], cover: Cover) -> NDArray[np.object_]:
    points = shapely.point_on_surface(blocks)
    top = within(np.array([piece.shape for piece in pieces], dtype=object), points)
    names = np.array([piece.ground.replace(" in estate", "") for piece in pieces] + [""], dtype=object)
    wild = np.array(GROUNDS, dtype=object)[cover.ground(shapely.get_coordinates(points))]
    return np.where(top >= 0, names[top], wild)


def _targets(
    blocks: Shapes, kinds: NDArray[np.object_], mix: Sequence[MixRow], estates: Sequence[Estate]
) -> tuple[Array, Array]:
    """Wanted patch area (m2) and length over width of each block."""
    by_ground = {row.ground: row for row in mix}
    rows = [by_ground[kind] for kind in kinds]
    near, far, aspect = (np.array([getattr(row, name) for row in rows]) for name in ("near_ha", "far_ha", "aspect"))
    away = shapely.distance(shapely.point_on_surface(blocks), shapely.union_all([estate.outline for estate in estates]))
    share = np.clip((away - NEAR_M) / (FAR_M - NEAR_M), 0, 1)
    return (near + share * (far - near)) * 1e4, aspect


def _table(
    land: Relief,
    shapes: Shapes,
    ground: NDArray[np.str_],
    block: NDArray[np.int64],
    mix: Sequence[MixRow],
    rng: Generator,
) -> pd.DataFrame:
    """Class, grade and ridge share: neighbours in a block tend to agree on what is common there."""
    like, alone = rng.random(int(block.max()) + 1)[block], rng.random(len(shapes))
    follows = rng.random(len(shapes)) < LIKE_BLOCK
    grid = land.height
    quality = grid.like(mixed(grid, rng, {4_000: 0.5, 1_500: 0.3}) + 0.5).at(
        shapely.get_coordinates(shapely.centroid(shapes))
    )
    table = pd.DataFrame(
        {"code": "", "kind": "", "grade": np.nan, "ridge_share": np.nan}, index=range(len(shapes)), dtype=object
    )
    for name in np.unique(ground):
        rows = sorted((row for row in mix if row.ground == name), key=lambda row: -row.weight)
        upto = np.cumsum([row.weight for row in rows])
        common = upto[np.array([row.weight for row in rows]) >= COMMON * upto[-1]][-1]
        at = np.flatnonzero(ground == name)
        draw = np.where(follows[at], like[at] * common, alone[at] * upto[-1])
        chosen = np.searchsorted(upto, draw).clip(0, len(rows) - 1)
        for number, row in enumerate(rows):
            _fill(table, at[chosen == number], row, quality, rng)
    return table


def _fill(table: pd.DataFrame, at: NDArray[np.int64], row: MixRow, quality: Array, rng: Generator) -> None:
    table.loc[at, ["code", "kind"]] = [row.code, row.name]
    if row.grade_low is not None and row.grade_high is not None:
        span = row.grade_high - row.grade_low
        table.loc[at, "grade"] = np.clip(np.round(row.grade_low + span * quality[at]), row.grade_low, row.grade_high)
    if row.ridge_low is not None and row.ridge_high is not None:
        table.loc[at, "ridge_share"] = np.round(rng.uniform(row.ridge_low, row.ridge_high, len(at)), 4)
