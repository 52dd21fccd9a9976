"""The best set of projects: the planner's search beside HiGHS alone, on the same instances, in turn, for as long.

Instances come from the folder named by PLANNER_SHARED (reference/portfolio_instances.py): projects, five years of
start, caps of energy, land and intensity in each year, pairs that exclude each other.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import highspy
import numpy as np
from scipy import sparse

from planner.admission.highs import Problem
from planner.admission.solver import best

TITLE = "# The best set of projects beside HiGHS alone"
YEARS = 5


@dataclass(frozen=True)
class Run:
    """What one solver came to: value, proven bound, seconds."""

    value: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / self.value if self.value > 0 else float("inf")


def instances() -> ModuleType | None:
    """The generator of instances, or None without PLANNER_SHARED."""
    path = Path(os.environ.get("PLANNER_SHARED", "")) / "reference" / "portfolio_instances.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("portfolio_instances", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def alone(value: np.ndarray, rows: sparse.csr_matrix, upper: np.ndarray, seconds: float) -> Run:
    """HiGHS as it comes, on two threads."""
    model, solver = highspy.HighsLp(), highspy.Highs()
    solver.setOptionValue("output_flag", False)
    model.num_col_, model.num_row_ = len(value), len(upper)
    model.col_cost_, model.col_lower_, model.col_upper_ = -value, np.zeros(len(value)), np.ones(len(value))
    model.row_lower_, model.row_upper_ = np.full(len(upper), -np.inf), upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(value)
    for option, setting in (("threads", 2), ("time_limit", seconds), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, setting)
    solver.passModel(model)
    began = time.perf_counter()
    solver.run()
    info = solver.getInfo()
    return Run(-info.objective_function_value, -info.mip_dual_bound, time.perf_counter() - began)


def ours(value: np.ndarray, rows: sparse.csr_matrix, upper: np.ndarray, count: int, seconds: float) -> Run:
    """The planner's search. That a project has one start is not a row of it but the nature of its groups."""
    problem = Problem(value, rows[count:], np.full(len(upper) - count, -np.inf), upper[count:],
                      np.repeat(np.arange(count), YEARS))
    began = time.perf_counter()
    found = best(problem, seconds=seconds, clock=time.monotonic)
    spent = time.perf_counter() - began
    assert found.x is not None and np.all(rows @ found.x <= upper + 1e-6)
    return Run(found.value, found.bound, spent)


def ratio(theirs: Run, mine: Run) -> str:
    """How many times the planner's gap the other's is; of a gap closed wholly nothing can be a multiple."""
    return f"{theirs.gap / mine.gap:.1f}" if mine.gap else ("both closed" if not theirs.gap else "closed")


def page(options: argparse.Namespace) -> str:
    """The part of the page about the portfolio."""
    made = instances()
    if made is None:
        return f"{TITLE}\n\nNot measured: PLANNER_SHARED names no folder with reference/portfolio_instances.py.\n"
    lines = [
        TITLE, "",
        f"Instances of $PLANNER_SHARED/reference/portfolio_instances.py, {YEARS} years, {options.seconds:g} s for each "
        f"solver and instance, in turn. Machine: {os.cpu_count()} cores, Python {platform.python_version()}, HiGHS "
        f"{version('highspy')}. The gap is proven: no answer is better by more than that share.", "",
        "| projects | seed | gap | gap, HiGHS alone | ratio | value / HiGHS | s | s, HiGHS |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for count in (int(size) for size in options.sizes.split(",")):
        for seed in range(options.seeds):
            value, rows, upper = made.make(count, YEARS, seed)
            # In a process of its own: HiGHS settles the number of its threads once for all.
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
                theirs = other.submit(alone, value.astype(float), rows, upper, options.seconds).result()
            mine = ours(value.astype(float), rows, upper, count, options.seconds)
            line = (f"| {count:,} | {seed} | {mine.gap:.2e} | {theirs.gap:.2e} | {ratio(theirs, mine)} | "
                    f"{mine.value / theirs.value:.6f} | {mine.seconds:.1f} | {theirs.seconds:.1f} |")
            print(line, flush=True)
            lines.append(line)
    return "\n".join(lines) + "\n"
