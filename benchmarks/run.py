"""Measure what a person waits for, beside the tools they would otherwise use: on the demo, a large survey, a portfolio.

    python benchmarks/run.py [--only demo|overlay|map|screen|portfolio|draws|paper] [--out benchmarks/RESULTS.md]

What is not measured anew keeps its part of the page.

Engines take turns on the same parcels, so that a busy machine slows all of them alike; the areas each finds are
compared, because a fast wrong answer is no answer.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from benchmarks import draws, large_map, overlay, paper, portfolio, screen

ON = date(2026, 1, 5)
SEED = 20260105


@dataclass(frozen=True)
class Line:
    """One engine: its median and slowest time, and how far its areas lie from ours (relative, None where none)."""

    what: str
    engine: str
    times_s: Sequence[float]
    off: float | None = None

    def row(self) -> str:
        median, slowest = statistics.median(self.times_s) * 1e3, max(self.times_s) * 1e3
        off = "" if self.off is None else f"{self.off:.1e}"
        return f"| {self.what} | {self.engine} | {median:,.2f} | {slowest:,.2f} | {len(self.times_s)} | {off} |"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and the answer."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def drawn(ground: gpd.GeoDataFrame, count: int) -> list[BaseGeometry]:
    """Star-shaped parcels of 2 to 20 ha inside the survey, the same ones each time."""
    rng = np.random.default_rng(SEED)
    west, south, east, north = ground.total_bounds
    parcels: list[BaseGeometry] = []
    while len(parcels) < count:
        centre = rng.uniform((west, south), (east, north))
        corners = int(rng.integers(4, 16))
        angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
        reach = rng.uniform(0.6, 1.0, corners) * rng.uniform(0.0008, 0.0025)
        shape = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None] + centre)
        if shape.is_valid and shape.within(shapely.box(west, south, east, north)):
            parcels.append(shape)
    return parcels


def equal_area(around: BaseGeometry) -> str:
    """A plane in which areas at the parcel are ellipsoidal ones to 1e-7: Lambert azimuthal around it."""
    centre = around.centroid
    return f"+proj=laea +lat_0={centre.y} +lon_0={centre.x} +ellps=GRS80 +units=m"


def by_overlay(parcel: BaseGeometry, ground: gpd.GeoDataFrame) -> dict[str, float]:
    """What a script with geopandas does: overlay, then areas in an equal-area plane."""
    pieces = gpd.overlay(gpd.GeoDataFrame(geometry=[parcel], crs=ground.crs), ground[["code", "geometry"]])
    areas = pieces.to_crs(equal_area(parcel)).area
    return areas.groupby(pieces["code"]).sum().to_dict()


def by_tree(parcel: BaseGeometry, ground: gpd.GeoDataFrame) -> dict[str, float]:
    """The careful script: spatial index, intersection of what it finds, areas in an equal-area plane."""
    hits = ground.iloc[ground.sindex.query(parcel, predicate="intersects")]
    pieces = gpd.GeoSeries(shapely.intersection(hits.geometry.values, parcel), crs=ground.crs)
    return pieces.to_crs(equal_area(parcel)).area.groupby(hits["code"].values).sum().to_dict()


def distance(ours: dict[str, float], theirs: dict[str, float]) -> float:
    """Largest difference of a class, relative to the parcel."""
    whole = sum(ours.values())
    return max((abs(ours.get(c, 0.0) - theirs.get(c, 0.0)) / whole for c in ours | theirs), default=0.0)


def taking(desk: Any, parcels: Sequence[BaseGeometry]) -> list[Line]:
    """Area by class of one parcel."""
    from planner.land.parcel import Parcel
    from planner.land.takes import takes

    survey = desk.layer("land_survey")
    peers = {"geopandas.overlay": by_overlay, "STRtree + intersection, geopandas": by_tree}
    times: dict[str, list[float]] = {name: [] for name in ("planner", *peers)}
    off = dict.fromkeys(peers, 0.0)
    for number, shape in enumerate(parcels):
        spent, answer = timed(lambda: takes(Parcel(f"B-{number}", shape), [survey], desk.parameters, on=ON))  # noqa: B023
        times["planner"].append(spent)
        ours: dict[str, float] = {}
        for area in answer.by_class:
            ours[area.code] = ours.get(area.code, 0.0) + area.gross_m2
        for name, engine in peers.items():
            spent, theirs = timed(lambda: engine(shape, survey.frame))  # noqa: B023
            times[name].append(spent)
            off[name] = max(off[name], distance(ours, theirs))
    return [Line("area by class of one parcel", name, spent, off.get(name)) for name, spent in times.items()]


def checking(desk: Any, parcels: Sequence[BaseGeometry]) -> Line:
    """From a drawing to takes, findings and quotas: what the map waits for."""
    from planner.land.parcel import Parcel

    park = desk.park_codes()[0]
    spent = [timed(lambda: desk.look(Parcel(f"B-{n}", shape), on=ON, park=park))[0]  # noqa: B023
             for n, shape in enumerate(parcels)]
    return Line("drawing to findings", "planner", spent)


def loading(workspace: Path, times: int = 5) -> list[Line]:
    """The land survey from the workspace into memory, by a new desk each time."""
    from planner.desk.desk import Desk

    ours, theirs = [], []
    copy = workspace.with_name("copy.gpkg")  # GDAL never opens a workspace in use
    shutil.copy(workspace, copy)
    for _ in range(times):
        desk = Desk.open(str(workspace))
        ours.append(timed(lambda: desk.layer("land_survey"))[0])  # noqa: B023
        desk.close()
        theirs.append(timed(lambda: pyogrio.read_dataframe(copy, layer="land_survey"))[0])
    return [Line("read the land survey", "planner", ours), Line("read the land survey", "pyogrio (GDAL)", theirs)]


def queueing(desk: Any, times: int = 20) -> Line:
    """The whole queue against ten years of budgets: what a moved slider waits for."""
    projects, years = desk.projects(), range(2021, 2031)
    spent = [timed(lambda: desk.simulate_queue(projects, years=list(years)))[0] for _ in range(times)]
    return Line(f"queue of {len(projects)} over {len(years)} years", "planner", spent)


def report(lines: Sequence[Line], patches: int) -> str:
    """The page."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, geopandas {gpd.__version__}"
    return "\n".join([
        "# Benchmarks", "",
        f"`make bench` writes this page. Land survey of the demo: {patches:,} patches. Machine: {machine}.",
        "*off* is the largest difference of a class from the planner's area, relative to the parcel; it comes from",
        "edges, which the peers draw straight in their plane and the planner straight in longitude and latitude.", "",
        "| what | engine | median ms | slowest ms | runs | off |", "|---|---|---:|---:|---:|---:|",
        *[line.row() for line in lines], "",
    ])


def demo(count: int) -> str:
    """The part of the page about the demo."""
    from planner.cli import main as planner
    from planner.desk.desk import Desk

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        if planner(["demo", folder]):
            sys.exit("the demo could not be made")
        made = Line("make the demo", "planner", [time.perf_counter() - began])
        workspace = Path(folder) / "workspace.gpkg"
        read = loading(workspace)
        desk = Desk.open(str(workspace))
        ground = desk.layer("land_survey").frame
        ground.sindex.query(shapely.Point(0, 0))  # every engine is handed a built index
        parcels = drawn(ground, count)
        lines = [*taking(desk, parcels), checking(desk, parcels), queueing(desk), *read, made]
        page = report(lines, len(ground))
        desk.close()
    return page


def parts(page: str) -> dict[str, str]:
    """Each part of the page by its title, in their order."""
    found: dict[str, str] = {}
    title = ""
    for line in page.splitlines(keepends=True):
        title = line.strip() if line.startswith("# ") else title
        found[title] = found.get(title, "") + line
    return found


# Name of a part -> its title and what measures it anew.
PARTS: dict[str, tuple[str, Callable[[argparse.Namespace], str]]] = {
    "demo": ("# Benchmarks", lambda options: demo(options.demo_parcels)),
    "overlay": (overlay.TITLE, overlay.page),
    "map": (large_map.TITLE, large_map.page),
    "screen": (screen.TITLE, screen.page),
    "portfolio": (portfolio.TITLE, portfolio.page),
    "draws": (draws.TITLE, draws.page),
    "paper": (paper.TITLE, paper.page),
}


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", choices=list(PARTS))
    asked.add_argument("--demo-parcels", type=int, default=40)
    asked.add_argument("--patches", type=int, default=1_000_000, help="of the survey for the overlay")
    asked.add_argument("--parcels", type=int, default=10_000, help="laid over it at once")
    asked.add_argument("--one", type=int, default=200, help="laid over it one by one")
    asked.add_argument("--parts", nargs="+", choices=overlay.PARTS, default=list(overlay.PARTS))
    asked.add_argument("--chromium", default="/usr/bin/chromium", help="the browser that opens the map")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--screen-rounds", type=int, default=5)
    asked.add_argument("--growth", default="100000,300000,1000000,3000000", help="sizes of the survey")
    asked.add_argument("--sizes", default="100,1000,5000", help="projects of the portfolio")
    asked.add_argument("--seeds", type=int, default=5, help="instances of each size")
    asked.add_argument("--seconds", type=float, default=20.0, help="for each solver and instance")
    asked.add_argument("--draw-rounds", type=int, default=15)
    asked.add_argument("--out", type=Path, default=Path(__file__).parent / "RESULTS.md")
    return asked.parse_args()


def main() -> None:
    options = arguments()
    old = parts(options.out.read_text("utf-8")) if options.out.exists() else {}
    new = {title: make(options) if options.only in (None, name) else old.get(title, "")
           for name, (title, make) in PARTS.items()}
    page = "\n".join(part.strip() + "\n" for part in (old | new).values() if part)
    options.out.write_text(page, "utf-8")
    print(page)


if __name__ == "__main__":
    main()
