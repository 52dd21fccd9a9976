"""Measure the overlay kernel beside its peers: one drawn parcel, many parcels, a fresh process, growing layers.

run.py calls it and writes what it says. Engines take turns within a run, so that a busy machine slows all of them
alike; read the ratios. The synthetic survey comes from the folder PLANNER_SHARED; the peers DuckDB and SedonaDB from
the extra [bench], PostGIS from the server that PLANNER_BENCH_POSTGIS names.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.overlay_data import Ground, generator, survey, waters
from benchmarks.overlay_peers import Engine, engines
from planner.land.geodesy import ellipsoid_m2
from planner.land.kernel.pack import Packed, pack
from planner.land.kernel.takes import areas_by_class, areas_by_class_many, areas_by_patch
from planner.store.packed import load, save

HERE = Path(__file__).parent
TITLE = "# The overlay kernel beside its peers"
SLOW_ONE, SLOW_MANY = 3, 1  # parcels, rounds for engines that take seconds
Times = dict[str, list[float]]


def seconds(work: Any, *args: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = work(*args)
    return time.perf_counter() - began, answer


# ---------------------------------------------------------------- runs
def one_by_one(found: Sequence[Engine], ground: Ground, count: int) -> list[str]:
    """Each engine on the same parcels in turn, after one that is not counted."""
    asked = [engine for engine in found if engine.one]
    for engine in asked:
        engine.one(ground.parcels[count])  # type: ignore[misc]
    times: Times = defaultdict(list)
    off: dict[str, float] = defaultdict(float)
    for n, parcel in enumerate(ground.parcels[:count]):
        answers = {}
        for engine in asked:
            if not engine.slow or n < SLOW_ONE:
                spent, answers[engine.name] = seconds(engine.one, parcel)
                times[engine.name].append(spent)
        for name, areas in answers.items():
            off[name] = max(off[name], _off(areas, answers["STRtree + intersection"], parcel))
    return _table(times, off, "ms", 1e3)


def all_at_once(found: Sequence[Engine], ground: Ground, rounds: int) -> list[str]:
    """Each engine on all parcels, in turn, so many times."""
    times: Times = defaultdict(list)
    answers = {}
    for turn in range(rounds):
        for engine in found:
            if engine.many and (not engine.slow or turn < SLOW_MANY):
                spent, answers[engine.name] = seconds(engine.many, ground.parcels)
                times[engine.name].append(spent)
    exact = answers["STRtree + intersection"]
    return _table(times, {name: _off(areas, exact, ground.parcels) for name, areas in answers.items()}, "s", 1)


def fresh(ground: Ground, packed: Packed) -> list[str]:
    """Three new processes each way."""
    rows = ["| way | first answer s | MB added | area m2 |", "|---|---:|---:|---:|"]
    # As on a person's machine, where Python keeps what it compiled of the packages it imports.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        mapped, parquet, parcel = (Path(folder) / name for name in ("survey.packed", "survey.parquet", "parcel.wkb"))
        save(packed, mapped, "measured")
        gpd.GeoDataFrame({"code": ground.codes}, geometry=ground.shapes, crs="EPSG:4490").to_parquet(parquet)
        parcel.write_bytes(shapely.to_wkb(ground.parcels[0]))
        for way, name, file in (("cold", "mapped file, machine code loaded", mapped),
                                ("warmed", "mapped file, machine code warmed before", mapped),
                                ("parquet", "GeoParquet read, STRtree, intersection", parquet)):
            call = [sys.executable, str(HERE / "overlay_fresh.py"), way, str(file), str(parcel)]
            said = [json.loads(subprocess.run(call, capture_output=True, check=True, env=kept).stdout)
                    for _ in range(4)][1:]
            s, mb = (median(one[key] for one in said) for key in ("s", "MB"))
            rows.append(f"| {name} | {s:.4f} | {mb:,.0f} | {said[0]['m2']:,.4f} |")
        rows += ["", f"The mapped file is {mapped.stat().st_size / 1e6:,.0f} MB. After the imports, whose time is the "
                 "same each way; from the second call on, because the first reads files from the disk."]
    return rows


def growth(make: ModuleType, sizes: Iterable[int], parcels: int) -> list[str]:
    """The kernel alone on layers of the same ground cut finer and finer."""
    rows = ["| patches | made ready s | met by a parcel | one parcel ms | us a patch met, one | "
            "us a patch met, many, 1 thread |", "|---:|---:|---:|---:|---:|---:|"]
    for size in sizes:
        ground = survey(make, size, parcels)
        ready, packed = seconds(pack, ground.shapes, ground.codes, ground.rows())
        areas_by_class_many(packed, ground.parcels, threads=1)
        met = [len(areas_by_patch(packed, parcel)[0]) for parcel in ground.parcels[:500]]
        one = [min(seconds(areas_by_class, packed, parcel)[0] for _ in range(3)) for parcel in ground.parcels[:500]]
        many = min(seconds(_single, packed, ground.parcels[:500])[0] for _ in range(5))
        rows.append(f"| {len(ground.shapes):,} | {ready:.1f} | {np.mean(met):.1f} | {median(one) * 1e3:.3f} | "
                    f"{sum(one) / sum(met) * 1e6:.2f} | {many / sum(met) * 1e6:.2f} |")
    return rows


def _single(packed: Packed, parcels: Any) -> Any:
    return areas_by_class_many(packed, parcels, threads=1)


def _off(areas: Any, exact: Any, parcels: Any) -> float:
    """Largest difference of a class, relative to its parcel."""
    worst = np.abs(np.asarray(areas) - exact).max(axis=-1) / ellipsoid_m2(parcels)
    return float(np.max(worst))


# ---------------------------------------------------------------- the page
def _table(times: Times, off: dict[str, float], unit: str, scale: float) -> list[str]:
    ours = median(times["kernel"])
    rows = [f"| engine | median {unit} | 95 % {unit} | runs | times the kernel | off |",
            "|---|---:|---:|---:|---:|---:|"]
    for name, spent in times.items():
        middle, high = median(spent), np.percentile(spent, 95)
        rows.append(f"| {name} | {middle * scale:,.3f} | {high * scale:,.3f} | {len(spent)} | {middle / ours:,.1f} | "
                    f"{off[name]:.1e} |")
    return rows


def machine() -> list[str]:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    names = ("numpy", "shapely", "geopandas", "numba", "duckdb", "sedonadb", "psycopg")
    found = [f"{package} {_version(package)}" for package in names if _version(package)]
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return [f"Machine: {os.cpu_count()} cores, {name}, {platform.system()}{load}. Python {platform.python_version()}, "
            f"GEOS {shapely.geos_version_string}, {', '.join(found)}."]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def page(options: argparse.Namespace) -> str:
    """The part of the results page about the overlay."""
    make = generator()
    if make is None:
        return f"{TITLE}\n\nNot measured: PLANNER_SHARED names no folder with reference/survey_layer.py.\n"
    lines = ["", *machine()]
    ground = survey(make, options.patches, options.parcels)
    ready, packed = seconds(pack, ground.shapes, ground.codes, ground.rows())
    with tempfile.TemporaryDirectory() as folder:
        save(packed, Path(folder) / "survey.packed", "measured")
        packed = load(Path(folder) / "survey.packed", "measured") or packed
        found, absent = engines(ground, packed)
        lines += [f"Absent: {', '.join(absent) or 'none'}. A layer of {len(ground.shapes):,} patches was made ready in "
                  f"{ready:.1f} s. *off* is the largest difference of a class from GEOS on the same edges, relative to "
                  "the parcel; engines that draw geodesic edges differ by what the edges differ.", "",
                  f"## One parcel over {len(ground.shapes):,} patches", "", *one_by_one(found, ground, options.one), "",
                  f"## {len(ground.parcels):,} parcels over {len(ground.shapes):,} patches", "",
                  *all_at_once(found, ground, options.rounds), "",
                  f"## A fresh process, {len(ground.shapes):,} patches", "", *fresh(ground, packed), ""]
    del found, packed, ground
    wet = waters(make, min(2000, options.parcels))
    found = [e for e in engines(wet, pack(wet.shapes, wet.codes, wet.rows()))[0] if not e.slow]
    lines += ["## Rivers, roads and islands: 300 bands of 4,000 vertices, 60 lakes with 400 holes, 60 patches of 400 "
              "parts", "", *one_by_one(found, wet, options.one), ""]
    sizes = [int(size) for size in options.growth.split(",")]
    lines += ["## The same ground cut finer", "", *growth(make, sizes, 500), ""]
    return "\n".join([TITLE, *lines]).rstrip() + "\n"
