"""The best choice of yes-or-no under linear caps, with what is proven about it: HiGHS, and beside it a search in cores.

What HiGHS does not prove at once is worked on from two sides at the same time. One thread solves the whole, which
tightens the bound. The other takes the relaxation (shares instead of yes or no), searches among the choices nearest the
edge, which finds good answers soon, and then settles every choice whose reduced cost is more than the bound is above
the answer: no better answer can hold it, so what is proven of the rest holds for the whole.

E. Balas and E. Zemel, An Algorithm for Large Zero-One Knapsack Problems, Operations Research 28 (1980): cores.
G. Nemhauser and L. Wolsey, Integer and Combinatorial Optimization (1988), II.1: settling by reduced costs.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Progress = Callable[[float, float], None]
# Choices in a core (never more than this part of all) and its share of the time; the rest of it is for the proof.
CORES = ((600, 0.3), (2000, 0.3))
PART = 0.8
# What is solved within this share of the time needs no help.
AT_ONCE = 0.05
WHOLE = 1e-6


@dataclass(frozen=True)
class Problem:
    """Maximise ``value @ x`` over x in {0, 1} with ``lower <= rows @ x <= upper``."""

    value: Floats
    rows: sparse.csr_matrix
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class Relaxed:
    """The answer in shares: ``x``, its value, the reduced cost of each choice and the dual of each row: what one more
    unit of its cap is worth."""

    x: Floats
    value: float
    reduced: Floats
    dual: Floats
    seconds: float


@dataclass(frozen=True)
class Found:
    """The best answer known (None where there is none), the proven bound on any, and the seconds it took."""

    x: Flags | None
    value: float
    bound: float
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """How much more there could be at most, as a share of the value."""
        more = self.bound - self.value
        return 0.0 if self.x is None or more <= WHOLE else more / max(abs(self.value), WHOLE)


def relaxed(problem: Problem) -> Relaxed | None:
    """The relaxation; None where even shares cannot meet the caps."""
    solver = _loaded(problem, whole=False)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    answer = solver.getSolution()
    return Relaxed(np.array(answer.col_value), -float(solver.getInfo().objective_function_value),
                   -np.array(answer.col_dual), -np.array(answer.row_dual), float(solver.getRunTime()))


def best(problem: Problem, *, seconds: float, progress: Progress | None = None) -> Found:
    """The best choice found within the time and the bound proven; no answer where the caps cannot be met.

    ``progress`` is told value and bound whenever one of them gets better.
    """
    tell = progress or (lambda value, bound: None)
    if not len(problem.value):
        met = bool(np.all(problem.lower <= 0) and np.all(problem.upper >= 0))
        return Found(np.zeros(0, dtype=bool), 0.0, 0.0) if met else NONE
    first = _solve(problem, seconds=seconds * AT_ONCE)
    shares = relaxed(problem) if first.gap or first.x is None else None
    if shares is None or first.bound == -np.inf:
        return first
    tell(first.value, min(first.bound, shares.value))
    with ThreadPoolExecutor(2) as threads:
        left = max(0.0, seconds - first.seconds - shares.seconds)
        whole = threads.submit(_solve, problem, seconds=left, start=first.x)
        cores = threads.submit(_cores, problem, shares, first, left, tell)
        return _joined(_joined(first, whole.result()), cores.result())


def _joined(one: Found, other: Found) -> Found:
    """The better answer and the tighter bound of two."""
    better = other if other.value > one.value else one
    return Found(better.x, better.value, max(better.value, min(one.bound, other.bound)))


def _cores(problem: Problem, shares: Relaxed, first: Found, seconds: float, tell: Progress) -> Found:
    """Good answers from cores of growing size, then what reduced costs leave open of the whole."""
    found = Found(first.x, first.value, min(first.bound, shares.value))
    order = np.argsort(np.abs(shares.reduced), kind="stable")
    stands = shares.x > 0.5
    left = seconds
    for size, share in CORES:
        free = (shares.x > WHOLE) & (shares.x < 1 - WHOLE)
        free[order[:min(size, int(PART * len(order)))]] = True
        core = _solve(problem, seconds=min(left, seconds * share), free=free, stands=stands)
        left -= core.seconds
        if core.value > found.value:
            found = Found(core.x, core.value, found.bound)
            tell(found.value, found.bound)
    if found.x is None:
        return found
    open_ = np.abs(shares.reduced) <= shares.value - found.value + WHOLE
    rest = _solve(problem, seconds=left, free=open_, stands=stands,
                  start=found.x if np.array_equal(found.x[~open_], stands[~open_]) else None)
    # A better answer than the one known can only lie in what is open.
    return _joined(found, Found(rest.x, rest.value, max(found.value, rest.bound)))


def _solve(
    problem: Problem, *, seconds: float, free: Flags | None = None, stands: Flags | None = None,
    start: Flags | None = None,
) -> Found:
    """HiGHS on the free choices for a while, the others as they stand."""
    solver = _loaded(problem, whole=True, free=free, stands=stands)
    solver.setOptionValue("time_limit", max(seconds, 0.01))
    if start is not None:
        guess = highspy.HighsSolution()
        guess.col_value = start.astype(float).tolist()
        solver.setSolution(guess)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return NONE
    bound, took = -float(info.mip_dual_bound), float(solver.getRunTime())
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found(None, -np.inf, bound, took)
    x = np.array(solver.getSolution().col_value) > 0.5
    worth = float(problem.value @ x)
    return Found(x, worth, worth if status == highspy.HighsModelStatus.kOptimal else max(worth, bound), took)


class Silent(highspy.Highs):
    """HiGHS that says nothing: its own way of starting prints a banner to stdout, where only one document may be."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def _loaded(problem: Problem, *, whole: bool, free: Flags | None = None, stands: Flags | None = None) -> Silent:
    """HiGHS with the problem in it, silent, on one thread and without chance. It minimises, so signs are turned."""
    solver, model, size = Silent(), highspy.HighsLp(), len(problem.value)
    model.num_col_, model.num_row_ = size, problem.rows.shape[0]
    model.col_cost_ = -problem.value
    low, high = np.zeros(size), np.ones(size)
    if free is not None and stands is not None:
        low, high = np.where(free, 0.0, stands), np.where(free, 1.0, stands)
    model.col_lower_, model.col_upper_ = low, high
    model.row_lower_, model.row_upper_ = problem.lower, problem.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = problem.rows.indptr, problem.rows.indices
    model.a_matrix_.value_ = problem.rows.data
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * size
    for option, value in (("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0), ("mip_abs_gap", WHOLE)):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver


NONE = Found(None, -np.inf, -np.inf)
