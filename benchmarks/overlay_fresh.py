"""One way to a first answer in a fresh process; prints JSON. Called by overlay.py.

    python benchmarks/overlay_fresh.py cold|warmed|parquet FILE PARCEL.wkb
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

BEGAN = time.perf_counter()

import geopandas as gpd  # noqa: E402  (the imports are measured)
import psutil  # noqa: E402
import shapely  # noqa: E402

from planner.land.geodesy import ellipsoid_m2  # noqa: E402

if sys.argv[1] != "parquet":
    from planner.land.kernel.takes import areas_by_class, warm
    from planner.store.packed import load

IMPORTED = time.perf_counter() - BEGAN


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
    print(json.dumps({"imports": IMPORTED, "s": spent, "MB": (process.memory_info().rss - before) / 1e6, "m2": area}))
