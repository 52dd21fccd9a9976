"""What a meeting waits for: a scenario of 30 parcels with every kind of paper it has, together as the meeting prints
them and each kind by itself in one process; one sheet from a cold command; the page drawn while somebody chooses.

Processor time is counted beside the clock, since a busy machine stretches only the clock. A cold command runs in a
process of its own whose bytecode is written (as an installer leaves it), on the demo.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shapely.geometry import mapping

TITLE = "# Paper"
PARCELS, ALL_S, COLD_S = 30, 60.0, 3.0
OF_SCENARIO = ("atlas", "parcel-atlas", "deck", "opinion", "certificate", "workbook", "pack", "year")
OF_LAND = ("sheet", "web", "layers")
YEAR = 2026


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, of the processor, and the answer."""
    began, used = time.perf_counter(), time.process_time()
    answer = work()
    return time.perf_counter() - began, time.process_time() - used, answer


def scenario(desk: Any, folder: Path) -> Path:
    """A scenario of the demo's first parcels, each with a plant that buys power, in a file beside its parcels."""
    frame = desk.ground.by_role()["parcels"][0].frame.head(PARCELS)
    features = [{"type": "Feature", "id": str(row.id), "properties": {"name": row.name}, "geometry":
                 mapping(row.geometry)} for row in frame.itertuples()]
    (folder / "p.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    lines = [f'[scenario]\ntitle = "{PARCELS} plants"\nyears = [{YEAR}]\non = {YEAR}-03-02\n']
    for number, one in enumerate(features, 1):
        lines.append(f'[[project]]\nid = "plant-{number}"\nstart = {YEAR}\nparcel = "p.geojson"\n'
                     f'[project.land]\nid = "{one["id"]}"\n[project.carriers]\n'
                     f"electricity_mwh = {2_000 * number}\n")
    path = folder / "scenario.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path


def spent() -> float:
    """Processor seconds of this process and of those it started and that are over."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (
        resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def peak_mb(whose: int) -> float:
    """The most memory that this process, or the largest of those it started, has held."""
    return resource.getrusage(whose).ru_maxrss / (1_024 if sys.platform == "linux" else 1_024**2)


def meeting(workspace: Path, folder: Path) -> tuple[float, float]:
    """All papers as a meeting prints them, those of the scenario in one call and those of the land in another: seconds
    by the clock, and of the processor in all processes."""
    from planner.desk.desk import Desk
    from planner.desk.meeting_papers import print_for_meeting
    from planner.desk.page import Page
    from planner.desk.papers import Subject

    desk = Desk.open(str(workspace))
    asked, before = Subject(scenario=str(scenario(desk, folder))), spent()
    wall, _, _ = timed(lambda: [print_for_meeting(desk, subject, kinds, page=Page("zh"), year=YEAR)
                                for subject, kinds in ((asked, OF_SCENARIO), (Subject(), OF_LAND))])
    desk.close()
    return wall, spent() - before


def papers(workspace: Path, folder: Path) -> list[tuple[str, float, float, int]]:
    """Every kind of paper by itself, printed by this process: seconds, processor seconds, bytes."""
    from planner.desk.desk import Desk
    from planner.desk.meeting_papers import print_for_meeting
    from planner.desk.page import Page
    from planner.desk.papers import Subject

    desk = Desk.open(str(workspace))
    asked = Subject(scenario=str(scenario(desk, folder)))
    rows = []
    for kind in (*OF_SCENARIO, *OF_LAND):
        subject = asked if kind in OF_SCENARIO else Subject()
        wall, used, made = timed(lambda: print_for_meeting(desk, subject, [kind], page=Page("zh"), year=YEAR,  # noqa: B023
                                                              processes=0))
        rows.append((kind, wall, used, sum(len(data) for data in made.files.values())))
        print(f"{kind}: {wall:.1f} s, {used:.1f} s of the processor", file=sys.stderr)
    desk.close()
    return rows


def cold(workspace: Path, folder: Path, rounds: int) -> list[tuple[float, float]]:
    """(seconds, processor seconds) of one sheet by a command of its own."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    call = [sys.executable, "-c", "from planner.cli import entry; entry()", "export", "sheet", "--parcel",
            str(folder / "one.geojson"), "--out", str(folder / "one.pdf"), "--workspace", str(workspace)]
    found = []
    for _ in range(rounds + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall, _, _ = timed(lambda: subprocess.run(call, check=True, env=environment, capture_output=True))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append((wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return found[1:]  # the first one writes the bytecode


def previews(workspace: Path, rounds: int) -> dict[str, list[float]]:
    """Processor seconds of the page on the screen, by paper."""
    from planner.desk.desk import Desk
    from planner.sheets.preview import preview

    desk = Desk.open(str(workspace))
    case = desk.look(desk.parcel("B0610-1"))
    found: dict[str, list[float]] = {}
    for paper in ("A4", "A3", "A1"):
        sheet = desk.sheet(case, paper=paper)
        found[paper] = [timed(lambda: preview(sheet, paper=paper, scale=None, width_px=900))[1]  # noqa: B023
                        for _ in range(rounds)]
    desk.close()
    return found


def page(options: argparse.Namespace) -> str:
    """The part of the page."""
    from planner.cli import main as planner
    from planner.desk.desk import Desk

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if planner(["demo", place]):
            sys.exit("the demo could not be made")
        workspace = folder / "workspace.gpkg"
        desk = Desk.open(str(workspace))
        one = desk.parcel("B0610-1")
        desk.close()
        feature = {"type": "Feature", "id": one.id, "properties": {"name": one.name}, "geometry": mapping(one.shape)}
        (folder / "one.geojson").write_text(json.dumps(feature), "utf-8")
        sheets, (wall, used) = cold(workspace, folder, options.rounds), meeting(workspace, folder)
        peaks = peak_mb(resource.RUSAGE_SELF), peak_mb(resource.RUSAGE_CHILDREN)
        shown = previews(workspace, options.rounds)
        made = papers(workspace, folder)
    alone = sum(row[2] for row in made)
    clock, own = (statistics.median(row[i] for row in sheets) for i in (0, 1))
    load = f"{os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} at the end"
    return "\n".join([
        TITLE, "", f"`make bench ARGS=\"--only paper\"`, {load}, Python {platform.python_version()}.", "",
        f"A scenario of {PARCELS} parcels with every kind of paper, printed together: {wall:.1f} s, {used:.1f} s of "
        f"the processor in all processes (goal: {ALL_S:.0f} s on 2 quiet cores); the process that asked held "
        f"{peaks[0]:.0f} MB at most, the largest it started {peaks[1]:.0f} MB. Each kind by itself, one after another "
        f"in one process: {alone:.1f} s of the processor. One sheet from a cold command: {clock:.2f} s, {own:.2f} s of "
        f"the processor (goal: {COLD_S:.0f} s).", "",
        "| what | s | processor s | kB |", "|---|---:|---:|---:|",
        *(f"| {kind} | {seconds:.1f} | {spent:.1f} | {size / 1_000:,.0f} |" for kind, seconds, spent, size in made),
        *(f"| page on the screen, {paper} | | {statistics.median(spent):.2f} | |" for paper, spent in shown.items()),
        "",
    ])
