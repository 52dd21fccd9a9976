"""Measure the overlay kernel beside its peers: one drawn parcel, many parcels, a fresh process, growing layers.

run.py calls it and writes what it says. Engines take turns within a run, so that a busy machine slows all of them
alike; read the ratios. The synthetic survey comes from the folder PLANNER_SHARED; the peers DuckDB and SedonaDB from
the extra [bench], PostGIS from the server that PLANNER_BENCH_POSTGIS names or from one that postgis.py starts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
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
from benchmarks.postgis import server
from planner.land.geodesy import ellipsoid_m2
from planner.land.kernel.pack import Packed, pack
from planner.land.kernel.takes import areas_by_class, areas_by_class_many, areas_by_polygon, looked_over
from planner.store.packed import load, save

HERE = Path(__file__).parent
TITLE = "# The overlay kernel beside its peers"
SLOW_ONE, SLOW_MANY = 3, 1  # parcels, rounds for engines that take seconds
BLOCK = 20  # parcels that an engine takes before it is another's turn
OTHER_WORK_MB = 96
PARTS = ("one", "many", "fresh", "waters", "growth")
Times = dict[str, list[float]]

# What is to be reached: how many times the kernel's median each engine's is, by the beginning of its name.
TIMES_ONE = {"STRtree + prepared": 8, "PostGIS": 20, "DuckDB": 20, "geopandas.overlay": 10_000}
TIMES_MANY = {"STRtree, prepared": 25, "DuckDB": 40, "PostGIS": 50, "SedonaDB": 50, "geopandas.overlay": 150}
ONE_MS, ONE_P95_MS = 0.15, 0.5
COLD_S, WARMED_S, ADDED_MB = 0.4, 0.1, 100.0


def seconds(work: Any, *args: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = work(*args)
    return time.perf_counter() - began, answer


# ---------------------------------------------------------------- runs
def one_by_one(found: Sequence[Engine], ground: Ground, count: int) -> list[str]:
    """Each engine on the same parcels, a block of them at a time in turn, after one that is not counted. What a call
    costs right after other work, its code and data no longer in the cache, is told of the kernel beside it."""
    asked = [engine for engine in found if engine.one]
    for engine in asked:
        engine.one(ground.parcels[count])  # type: ignore[misc]
    times: Times = defaultdict(list)
    off: dict[str, float] = defaultdict(float)
    other_work, cold = np.ones(OTHER_WORK_MB * 125_000), []
    for start in range(0, count, BLOCK):
        block = ground.parcels[start:min(start + BLOCK, count)]
        answers: dict[str, Any] = {}
        for engine in asked:
            these = block if not engine.slow else block[:max(SLOW_ONE - start, 0)]
            answers[engine.name] = []
            for parcel in these:
                spent, areas = seconds(engine.one, parcel)
                times[engine.name].append(spent)
                answers[engine.name].append(areas)
        for name, areas in answers.items():
            if areas:
                off[name] = max(off[name], _off(areas, answers["STRtree + intersection"][:len(areas)],
                                                block[:len(areas)]))
        for parcel in block:
            other_work.sum()
            cold.append(seconds(asked[0].one, parcel)[0])
    middle, high = median(times["kernel"]) * 1e3, float(np.percentile(times["kernel"], 95)) * 1e3
    return [*_table(times, off, "ms", 1e3, TIMES_ONE), "",
            f"Each engine takes {BLOCK} parcels, then the next one. Of the kernel: median "
            f"{reached(middle, ONE_MS, 'ms')}; 95 % {reached(high, ONE_P95_MS, 'ms')}. Right after {OTHER_WORK_MB} MB "
            f"of other work, nothing of it in the cache: median {median(cold) * 1e3:.3f} ms, 95 % "
            f"{float(np.percentile(cold, 95)) * 1e3:.3f} ms."]


def all_at_once(found: Sequence[Engine], ground: Ground, rounds: int) -> list[str]:
    """Each engine on all parcels, in turn, so many times."""
    times: Times = defaultdict(list)
    answers = {}
    ours = found[0]
    for turn in range(rounds):
        for engine in found:
            if engine.many and (not engine.slow or turn < SLOW_MANY):
                if engine is not ours:  # beside each of the others, so that both meet the machine as it is just then
                    times[ours.name].append(seconds(ours.many, ground.parcels)[0])
                spent, answers[engine.name] = seconds(engine.many, ground.parcels)
                times[engine.name].append(spent)
    exact = answers["STRtree + intersection"]
    off = {name: _off(areas, exact, ground.parcels) for name, areas in answers.items()}
    return _table(times, off, "s", 1, TIMES_MANY)


def fresh(ground: Ground, packed: Packed) -> list[str]:
    """Five new processes each way."""
    rows = ["| way | imports s | first answer s | MB added | area m2 | |", "|---|---:|---:|---:|---:|---|"]
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
                    for _ in range(6)][1:]
            imports, s, mb = (median(one[key] for one in said) for key in ("imports", "s", "MB"))
            goal = {"cold": reached(s, COLD_S, "s"), "warmed": reached(s, WARMED_S, "s")}.get(way, "")
            goal += f"; {reached(mb, ADDED_MB, 'MB')}" if goal else ""
            rows.append(f"| {name} | {imports:.2f} | {s:.4f} | {mb:,.0f} | {said[0]['m2']:,.4f} | {goal} |")
        rows += ["", f"The mapped file is {mapped.stat().st_size / 1e6:,.0f} MB. The first answer is timed "
                 "after the imports; from the second call on, because the first reads files from the disk."]
    return rows


def growth(make: ModuleType, sizes: Iterable[int], parcels: int) -> list[str]:
    """The kernel alone on layers of the same ground cut finer and finer."""
    rows = ["| patches | made ready s | met by a parcel | one parcel ms | us a patch met, one | "
            "us a patch met, many, 1 thread |", "|---:|---:|---:|---:|---:|---:|"]
    for size in sizes:
        ground = survey(make, size, parcels)
        ready, packed = seconds(pack, ground.shapes, ground.codes, ground.rows())
        areas_by_class_many(packed, ground.parcels, threads=1)
        few = ground.parcels[:500]
        met = [len(np.unique(packed.ground.owner[areas_by_polygon(packed, parcel)[0]])) for parcel in few]
        one = [min(seconds(areas_by_class, packed, parcel)[0] for _ in range(3)) for parcel in few]
        many = min(seconds(_single, packed, few)[0] for _ in range(5))
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
def _table(times: Times, off: dict[str, float], unit: str, scale: float, goals: dict[str, int]) -> list[str]:
    ours = median(times["kernel"])
    rows = [f"| engine | median {unit} | 95 % {unit} | runs | times the kernel | off | |",
            "|---|---:|---:|---:|---:|---:|---|"]
    for name, spent in times.items():
        middle, high = median(spent), np.percentile(spent, 95)
        goal = next((least for start, least in goals.items() if name.startswith(start)), None)
        said = "" if goal is None else reached(middle / ours, goal, "times", at_least=True)
        rows.append(f"| {name} | {middle * scale:,.3f} | {high * scale:,.3f} | {len(spent)} | {middle / ours:,.1f} | "
                    f"{off[name]:.1e} | {said} |")
    return rows


def reached(value: float, goal: float, unit: str, *, at_least: bool = False) -> str:
    """A goal and whether it was reached; a miss with its size."""
    good = value >= goal if at_least else value <= goal
    word = "at least" if at_least else "at most"
    return f"{word} {goal:,g} {unit}: {'reached' if good else f'missed, {value:,.3g}'}"


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
    lines = [TITLE, "", *machine()]
    with server() as (address, why_not):
        if {"one", "many", "fresh"} & set(options.parts):
            lines += on_the_survey(make, options, address, why_not)
        if "waters" in options.parts:
            lines += on_waters(make, options, address)
    if "growth" in options.parts:
        sizes = [int(size) for size in options.growth.split(",")]
        lines += ["## The same ground cut finer", "", *growth(make, sizes, 500), ""]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return "\n".join([*lines, f"Peak memory of the whole run: {peak:,.0f} MB."]).rstrip() + "\n"


def on_the_survey(make: ModuleType, options: argparse.Namespace, address: str | None, why_not: str) -> list[str]:
    """One parcel, many parcels and a fresh process over the synthetic survey."""
    ground = survey(make, options.patches, options.parcels)
    size = f"{len(ground.shapes):,}"
    ready, plain = seconds(pack, ground.shapes, ground.codes, ground.rows())
    looked, packed = seconds(looked_over, plain)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        save(packed, Path(folder) / "survey.packed", "measured")
        packed = load(Path(folder) / "survey.packed", "measured") or packed
        found = engines(ground, packed, address, why_not)
        lines += [f"Absent: {', '.join(found.absent) or 'none'}. A layer of {size} patches was made ready in "
                  f"{ready:.1f} s, and looked over for patches on others in {looked:.1f} s. *off* is the largest "
                  "difference of a class from GEOS on the same edges, relative to the parcel; engines that draw "
                  "geodesic edges differ by what the edges differ.", "",
                  "| made ready | s | MB |", "|---|---:|---:|",
                  *(f"| {name} | {s:.1f} | {mb:,.0f} |" for name, s, mb in found.ready), ""]
        if "one" in options.parts:
            lines += [f"## One parcel over {size} patches", "", *one_by_one(found.engines, ground, options.one), ""]
        if "many" in options.parts:
            lines += [f"## {len(ground.parcels):,} parcels over {size} patches", "",
                      *all_at_once(found.engines, ground, options.rounds), ""]
        if "fresh" in options.parts:
            lines += [f"## A fresh process, {size} patches", "", *fresh(ground, packed), ""]
    return lines


def on_waters(make: ModuleType, options: argparse.Namespace, address: str | None) -> list[str]:
    """One parcel, many and a fresh process over rivers, roads and islands."""
    wet = waters(make, min(2000, options.parcels))
    packed = looked_over(pack(wet.shapes, wet.codes, wet.rows()))
    found = engines(wet, packed, address).engines
    quick = [engine for engine in found if not engine.slow or engine.name.startswith("geopandas")]
    return ["## Rivers, roads and islands: 300 bands of 4,000 vertices, 60 lakes with 400 holes, 60 patches of 400 "
            "parts", "", *one_by_one(quick, wet, options.one), "",
            f"{len(wet.parcels):,} parcels at once:", "", *all_at_once(quick, wet, options.rounds), "",
            "A fresh process on them:", "", *fresh(wet, packed), ""]
