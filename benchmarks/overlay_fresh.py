"""One way to a first answer in a fresh process; prints JSON. Called by overlay.py.

    python benchmarks/overlay_fresh.py cold|warmed|parquet FILE PARCEL.wkb
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import geopandas as gpd
import psutil
import shapely

from planner.land.geodesy import ellipsoid_m2
from planner.land.kernel.takes import areas_by_class, warm
from planner.store.packed import load


def kernel(path: str, parcel: shapely.Polygon) -> float:
    packed = load(Path(path), "measured")
    assert packed is not None
    return float(areas_by_class(packed, parcel).sum())


def parquet(path: str, parcel: shapely.Polygon) -> float:
    shapes = gpd.read_parquet(path).geometry.values
    hits = shapely.STRtree(shapes).query(parcel, predicate="intersects")
    return float(ellipsoid_m2(shapely.intersection(shapes[hits], parcel)).sum())


if __name__ == "__main__":
    way, path, wkb = sys.argv[1:]
    parcel = shapely.from_wkb(Path(wkb).read_bytes())
    process = psutil.Process()
    before = process.memory_info().rss
    if way == "warmed":
        warm()
    began = time.perf_counter()
    area = (parquet if way == "parquet" else kernel)(path, parcel)
    spent = time.perf_counter() - began
    print(json.dumps({"s": spent, "MB": (process.memory_info().rss - before) / 1e6, "m2": area}))
