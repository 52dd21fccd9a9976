"""The queue in 10 000 draws: 200 projects, 10 years, 4 caps, drawing included, beside the same rule in plain numpy.

Both ways judge the same queue from the same seed; the answers must be equal before a time is printed. "numpy" is the
loop over projects with arrays over draws; "loop" is the plain Python loop, measured on 20 draws and scaled.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

from planner.admission.draws import Flags, Floats, Turns, judge_draws
from planner.admission.risk_inputs import Input, drawn

TITLE = "# The queue in ten thousand draws"
DRAWS, PROJECTS, YEARS, CAPS, FEW = 10_000, 200, 10, 4, 20
MOST_S = 0.1


RANGE = (0.7, 1.0, 1.5)


def queue(seed: int = 1) -> tuple[Floats, Floats, Flags]:
    """Asks (projects x years * caps), room, who is committed; each project is drawn in the same range."""
    rng = np.random.default_rng(seed)
    full = np.floor(rng.gamma(1.5, 2e6, (PROJECTS, 1, CAPS)))
    starts = rng.integers(0, YEARS, (PROJECTS, 1, 1))
    asks = np.where(np.arange(YEARS)[None, :, None] >= starts, full, 0.0).reshape(PROJECTS, YEARS * CAPS)
    return asks, asks.sum(axis=0) * 0.6, rng.random(PROJECTS) < 0.1


def factors_of_draws() -> Floats:
    """The figures as `planner risk` draws them: a Sobol sequence, put into each project's range."""
    figures, one = np.empty((DRAWS, PROJECTS)), Input("", "", *RANGE)
    for project, shares in enumerate(drawn(DRAWS, PROJECTS, 7)):
        figures[:, project] = one.at(shares)
    return figures


def plain_turns(basis: Floats, room: Floats, committed: Flags) -> Turns:
    """A queue of one coefficient a project and of amounts alone: ``basis`` P x K, ``room`` K, ``committed`` P."""
    projects, budgets = basis.shape
    none = np.zeros((projects, budgets))
    return Turns(np.arange(projects + 1), np.ascontiguousarray(basis, float), none, none, np.asarray(room, float),
                 np.zeros(budgets, bool), basis > 0, np.asarray(committed, bool), np.zeros(projects, bool))


def compiled(asks: Floats, room: Floats, committed: Flags) -> Flags:
    """The planner's own way."""
    return judge_draws(plain_turns(asks, room, committed), factors_of_draws())[0]


def by_numpy(asks: Floats, room: Floats, committed: Flags) -> Flags:
    """Project by project, all draws side by side."""
    factors = factors_of_draws()
    used, fits = np.zeros((DRAWS, len(room))), np.zeros((DRAWS, PROJECTS), bool)
    for p in range(PROJECTS):
        asked = np.floor(factors[:, p, None] * asks[p] + 0.5)
        fits[:, p] = np.all((asked == 0) | (used + asked <= room), axis=1)
        used += np.where((fits[:, p] | committed[p])[:, None], asked, 0.0)
    return fits


def by_loop(asks: Floats, room: Floats, committed: Flags) -> Flags:
    """One draw, one project at a time; the drawing is scaled with it."""
    factors = factors_of_draws()[:FEW]
    fits = np.zeros((FEW, PROJECTS), bool)
    for draw in range(FEW):
        used = [0.0] * len(room)
        for p in range(PROJECTS):
            asked = [float(int(factors[draw, p] * ask + 0.5)) for ask in asks[p]]
            fit = all(ask == 0 or was + ask <= most for ask, was, most in zip(asked, used, room, strict=True))
            fits[draw, p] = fit
            if fit or committed[p]:
                used = [was + ask for was, ask in zip(used, asked, strict=True)]
    return fits


def seconds(work: Callable[[], Flags], rounds: int) -> list[float]:
    """How long each round took."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return times


def page(options: argparse.Namespace) -> str:
    """The part of the page, after the three answers were found equal."""
    given, load = queue(), os.getloadavg()[0]
    own, other, few = compiled(*given), by_numpy(*given), by_loop(*given)
    if not (np.array_equal(own, other) and np.array_equal(own[:FEW], few)):
        raise SystemExit("the answers differ")
    ours = seconds(lambda: compiled(*given), options.draw_rounds)
    peers = {
        "numpy, project by project": seconds(lambda: by_numpy(*given), max(3, options.draw_rounds // 5)),
        f"plain loop ({FEW} draws, scaled)": [spent * DRAWS / FEW for spent in seconds(lambda: by_loop(*given), 3)],
    }
    median = statistics.median(ours)
    reached = "reached" if median <= MOST_S else f"missed, {median:.3f}"
    lines = [f"| planner, drawing included | {median:.4f} | {max(ours):.4f} | 1.0 | at most {MOST_S} s: {reached} |"]
    for name, spent in peers.items():
        theirs = statistics.median(spent)
        lines.append(f"| {name} | {theirs:.4f} | {max(spent):.4f} | {theirs / median:.1f} | |")
    return "\n".join([
        TITLE, "",
        f"{DRAWS:,} draws, {PROJECTS} projects, {YEARS} years, {CAPS} caps; {own.mean():.1%} of projects and draws are "
        "let in, by all three alike.",
        f"Machine: {os.cpu_count()} cores, load {load:.1f} at the start. Python {platform.python_version()}, numpy "
        f"{np.__version__}.", "",
        "| way | median s | slowest s | times the planner | |", "|---|---:|---:|---:|---|", *lines, "",
    ])
