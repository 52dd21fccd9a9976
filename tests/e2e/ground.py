"""Places on the demo's ground where a story can happen, found by looking at the layers, not at the rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from planner.desk.desk import Desk

WIDE, HIGH = 0.0014, 0.0013  # degrees: some 145 m each way


@dataclass(frozen=True)
class Corner:
    """A rectangle with one corner in basic farmland; ``kept`` is where that corner goes to leave it."""

    corners: list[tuple[float, float]]
    wet: int
    kept: tuple[float, float]


def unions(desk: Desk) -> dict[str, shapely.Geometry]:
    """The ground of each layer as one shape."""
    wanted = ("parks", "parcels", "basic_farmland", "ecological_redline")
    return {info.role: desk.layer(info.name).frame.union_all() for info in desk.layers() if info.role in wanted}


def farmland_corner(desk: Desk, seed: int = 5) -> Corner:
    """Inside a park, clear of parcels and red line, one corner well inside basic farmland, the rest outside it; free of
    paddy so that the offset is not what decides."""
    ground = unions(desk)
    survey = desk.layer("land_survey")
    taken = shapely.union(ground["parcels"], ground["ecological_redline"])
    rng = np.random.default_rng(seed)
    west, south, east, north = ground["parks"].bounds
    while True:
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        box = shapely.box(x, y, x + WIDE, y + HIGH)
        if not ground["parks"].contains(box) or taken.intersects(box):
            continue
        wet_share = ground["basic_farmland"].intersection(box).area / box.area
        codes = survey.frame["code"].iloc[survey.tree.query(box, predicate="intersects")]
        if not 0.04 < wet_share < 0.2 or (codes == "0101").any():
            continue
        corners = [(x, y), (x + WIDE, y), (x + WIDE, y + HIGH), (x, y + HIGH)]
        wet = [i for i, corner in enumerate(corners) if ground["basic_farmland"].contains(shapely.Point(corner))]
        if len(wet) != 1:
            continue
        cx, cy = corners[wet[0]]
        kept = (x + WIDE / 2 + (cx - x - WIDE / 2) * 0.2, y + HIGH / 2 + (cy - y - HIGH / 2) * 0.2)
        clear = shapely.Polygon([kept if i == wet[0] else corner for i, corner in enumerate(corners)])
        if not ground["basic_farmland"].intersects(clear):
            return Corner(corners, wet[0], kept)


def beside(desk: Desk) -> tuple[list[tuple[float, float]], str]:
    """Four corners of a new parcel whose first two are corners of a vacant parcel, on free ground; and that
    parcel's id."""
    ground, frame = unions(desk), desk.layer("parcels").frame
    for _, row in frame[frame["status"] == "vacant"].iterrows():
        ring = list(shapely.get_coordinates(row.geometry.exterior))[:-1]
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            long = np.hypot(x2 - x1, y2 - y1)
            if long < 0.0008:
                continue
            for side in (1, -1):
                nx, ny = side * (y2 - y1) / long * 0.0009, -side * (x2 - x1) / long * 0.0009
                far = [(x2 + nx, y2 + ny), (x1 + nx, y1 + ny)]
                new = shapely.Polygon([(x1, y1), (x2, y2), *far])
                others = ground["parcels"].intersection(new).area + ground["basic_farmland"].intersection(new).area
                strip = shapely.Polygon([(x1 + nx / 9, y1 + ny / 9), (x2 + nx / 9, y2 + ny / 9), *far])
                apart = not ground["parcels"].buffer(0.00015).intersects(shapely.LineString(far))
                if others < 1e-12 and apart and not ground["parcels"].intersects(strip):
                    return [(x1, y1), (x2, y2), *far], str(row["id"])
    raise LookupError("no vacant parcel has free ground beside it")


def free_square(desk: Desk, seed: int = 3) -> list[tuple[float, float]]:
    """A rectangle inside a park on ground that is nobody's and protected by nothing."""
    ground = unions(desk)
    taken = shapely.union_all([ground[role] for role in ("parcels", "basic_farmland", "ecological_redline")])
    rng = np.random.default_rng(seed)
    west, south, east, north = ground["parks"].bounds
    while True:
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        box = shapely.box(x, y, x + WIDE, y + HIGH)
        if ground["parks"].contains(box) and not taken.buffer(0.0003).intersects(box):
            return [(x, y), (x + WIDE, y), (x + WIDE, y + HIGH), (x, y + HIGH)]
