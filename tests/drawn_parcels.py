"""Ten parcels from a sliver to parts with holes, in metres, with long names and crowded neighbours."""

from __future__ import annotations

import math

import geopandas as gpd
import shapely
from shapely.affinity import rotate
from shapely.geometry import MultiPolygon, Point, Polygon, box

from planner.desk.desk import Desk
from planner.desk.parcel_paper import Surveyed
from planner.land.parcel import CRS, Layer, Parcel
from planner.store.memory import MemoryStore
from tests.drawn_sheet import EAST, NORTH, degrees

LONG_ZH = "海口国家高新技术产业开发区美安科技新城第三十七号综合生物医药产业化基地二期扩建项目用地"
LONG_EN = "Haikou National High-tech Zone Mei'an New Town integrated biopharmaceutical industrial base, phase two"
COMB = Polygon([(0, 0), *((x + d, y) for x in range(0, 200, 20) for d, y in ((0, 90), (9, 90), (9, 30), (20, 30))),
                (200, 0)])
PARCELS = {
    "square": box(0, 0, 155, 155),
    "sliver": Polygon([(0, 0), (1200, 900), (1206, 892), (6, -8)]),
    "L": Polygon([(0, 0), (300, 0), (300, 80), (90, 80), (90, 240), (0, 240)]),
    "holed parts": MultiPolygon([
        box(0, 0, 200, 150).difference(box(50, 40, 120, 100)).difference(box(140, 20, 180, 60)), box(260, 10, 340, 120),
        rotate(box(40, 190, 160, 230), 17),
    ]),
    "round": Point(0, 0).buffer(400, quad_segs=60),
    "speck": box(0, 0, 4.5, 3.5),
    "park": box(0, 0, 9_000, 4_000),
    "comb": COMB,
    "star": Polygon([(math.sin(i * math.pi / 7) * (90 + 70 * (i % 2)), math.cos(i * math.pi / 7) * (90 + 70 * (i % 2)))
                     for i in range(14)]),
    "needle": Polygon([(0, 0), (40, 3), (900, 0.2), (40, -3)]),
}


def crowd(shape) -> gpd.GeoDataFrame:
    """Neighbours all around a shape, adjoining it and one another, named at length in two languages."""
    west, south, east, north = shape.bounds
    step = max((east - west), (north - south)) / 5
    cells = [box(west - 2 * step + i * step, south - 2 * step + j * step, west - step + i * step,
                 south - step + j * step) for i in range(9) for j in range(9)]
    lands = [land for cell in cells if not (land := cell.difference(shape)).is_empty and land.area > 0.1]
    names = [f"{LONG_ZH}{i} / {LONG_EN} {i}" for i in range(len(lands))]
    return gpd.GeoDataFrame({"id": [f"N-{i}" for i in range(len(lands))], "name": names, "kind": None, "status": None},
                            geometry=[degrees(land) for land in lands], crs=CRS)


def survey_desk(shape) -> tuple[Desk, Surveyed]:
    """A desk whose workspace knows the neighbours of a parcel, and the parcel in metres of EPSG:4525."""
    store = MemoryStore()
    with store.turn() as turn:
        turn.keep_layer(Layer("parcels", "parcels", crowd(shape), None, "drawn", illustrative=True), sha256="")
    moved = shapely.transform(shape, lambda at: at + (EAST, NORTH))
    return Desk(store), Surveyed(Parcel("B0610-1", degrees(shape), f"{LONG_ZH} / {LONG_EN}"), moved, "EPSG:4525")
