"""HiGHS, silent and on one thread, on choices of yes or no of which each group allows one.

A group's choices stand in order (one project, its years of start). To HiGHS each is put as *begun by then*, which rises
once and stays: caps on what runs in a year then touch each project once, halving such a choice settles half of the
years, and its cuts for knapsacks bite. Values and bounds are the same. Where a proof is wanted of few choices the two
forms may stand side by side, each cap written in the one that it is shorter in: then its cuts bite on caps of one year,
too. Which form proves most no one knows beforehand.

J. Wolsey, Production Planning by Mixed Integer Programming (2006), on step variables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Heard = Callable[[float], bool]
Met = Callable[[Flags], None]
Form = Literal["steps", "plain", "both"]
WHOLE, NEAR = 1e-6, 1e-12
NO_SEARCH = (("mip_heuristic_effort", 0.0), *((f"mip_heuristic_run_{name}", False) for name in (
    "rins", "rens", "root_reduced_cost", "feasibility_jump")))
# Choices given back at most when what HiGHS takes for whole is a hair too much.
HAIRS = 5
_INTERRUPT = highspy.cb.HighsCallbackType.kCallbackMipInterrupt
_IMPROVED = highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution


@dataclass(frozen=True)
class Problem:
    """Maximise ``value @ x`` over x in {0, 1} with ``lower <= rows @ x <= upper`` and at most one x of each group.

    ``groups`` names the group of each choice; the choices of a group stand beside each other. Without it each choice
    stands alone.
    """

    value: Floats
    rows: sparse.csr_matrix
    lower: Floats
    upper: Floats
    groups: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def met_by(self, x: Flags) -> bool:
        """Whether an answer keeps within every row, but for rounding. What HiGHS takes for whole may be a millionth
        off, and of a large project that is not nothing."""
        used = self.rows @ x
        return bool(np.all(used <= self.upper + self.play) and np.all(used >= self.lower - self.play))

    @property
    def play(self) -> Floats:
        """What rounding may be off in each row."""
        limit = np.where(np.isfinite(self.upper), self.upper, np.where(np.isfinite(self.lower), self.lower, 0.0))
        off: Floats = NEAR * np.maximum(1.0, np.abs(limit))
        return off

    @property
    def group(self) -> Ints:
        """The group of each choice, numbered from 0 without gaps."""
        if not len(self.groups):
            return np.arange(len(self.value))
        return np.unique(self.groups, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class Part:
    """What of a problem is left open: the choices kept (all others are no), and the groups in which one must be."""

    kept: Flags
    forced: Flags


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


NONE = Found(None, -np.inf, -np.inf)


class Silent(highspy.Highs):
    """HiGHS that says nothing: its own way of starting prints a banner to stdout, where only one document may be."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            self.setOptionValue(option, value)


class Relaxation:
    """A problem in shares in place of yes or no. It remembers where it stood, so that one more group settled costs
    little to solve again."""

    def __init__(self, problem: Problem, part: Part | None = None) -> None:
        self.problem, self._group = problem, problem.group
        self._solver, self._began = _loaded(problem, whole=False, part=part)

    def solve(self) -> tuple[Floats, float, Floats] | None:
        """Shares, value, and what one more unit of each row's cap is worth; None where even shares do not fit."""
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        answer, rows = self._solver.getSolution(), self.problem.rows.shape[0]
        return (np.asarray(self._began @ np.array(answer.col_value)),
                -float(self._solver.getInfo().objective_function_value), -np.array(answer.row_dual)[:rows])

    def settle(self, group: int, choice: int) -> None:
        """Let a group take one of its choices, or (-1) none."""
        for n in np.flatnonzero(self._group == group):
            begun = 1.0 if 0 <= choice <= int(n) else 0.0
            self._solver.changeColBounds(int(n), begun, begun)


def _nobody(bound: float) -> bool:
    return False


def solved(
    problem: Problem, *, seconds: float, part: Part | None = None, start: Flags | None = None,
    heard: Heard = _nobody, met: Met | None = None, form: Form = "steps", search: bool = True,
) -> Found:
    """HiGHS on a problem, or on the part of it that is open, for a while.

    ``heard`` is told the bound now and then and stops the work with True; ``met`` is shown each better answer.
    ``form`` says how choices are put: as begun-by-then (steps), as they are (plain), or both. Without ``search`` no
    time goes into better answers.
    """
    solver, began = _loaded(problem, whole=True, part=part, form=form)
    for option, value in (("time_limit", max(seconds, 0.01)), ("mip_rel_gap", 0.0), ("mip_abs_gap", WHOLE),
                          *(() if search else NO_SEARCH)):
        solver.setOptionValue(option, value)
    if start is not None:
        guess = highspy.HighsSolution()
        steps, x = _steps(start.astype(float), problem.group, part), start.astype(float)
        plain = x if part is None else x[part.kept]
        guess.col_value = {"steps": [*steps], "plain": [*plain], "both": [*plain, *steps]}[form]
        solver.setSolution(guess)
    solver.setCallback(_listening(problem, heard, met, began, seconds), None)
    solver.startCallback(_INTERRUPT)
    solver.startCallback(_IMPROVED)
    solver.run()
    info, status, took = solver.getInfo(), solver.getModelStatus(), float(solver.getRunTime())
    if status == highspy.HighsModelStatus.kInfeasible:
        return NONE
    bound = -float(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found(None, -np.inf, bound, took)
    x = _within(problem, _choices(began, solver.getSolution().col_value))
    if not problem.met_by(x):
        return Found(None, -np.inf, bound, took)
    if met is not None:
        met(x)
    worth = float(problem.value @ x)
    return Found(x, worth, worth if status == highspy.HighsModelStatus.kOptimal else max(worth, bound), took)


def _listening(
    problem: Problem, heard: Heard, met: Met | None, began: sparse.csr_matrix, most: float
) -> Callable[..., None]:
    """What HiGHS calls while it works; it stops in time, which HiGHS itself looks at less often, or when told."""
    def at(kind: Any, message: str, said: Any, answer: Any, data: Any) -> None:
        if kind == _IMPROVED:
            if met is not None:
                met(_within(problem, _choices(began, said.mip_solution)))
        elif said.running_time > most or heard(-float(said.mip_dual_bound)):
            answer.user_interrupt = True

    return at


def _choices(began: sparse.csr_matrix, steps: Any) -> Flags:
    """The choices of an answer in begun-by-then."""
    return np.asarray(began @ np.round(np.asarray(steps, dtype=float))) > 0.5


def _within(problem: Problem, x: Flags) -> Flags:
    """An answer that is over a cap by less than HiGHS sees, without the least of what takes of that cap."""
    for _ in range(HAIRS):
        over = np.flatnonzero(problem.rows @ x > problem.upper + problem.play)
        if not len(over):
            break
        takes = np.flatnonzero(x & (problem.rows[over[0]].toarray()[0] > 0))
        if not len(takes):
            break
        x[takes[np.argmin(problem.value[takes])]] = False
    return x


def _began(group: Ints, kept: Flags) -> sparse.csr_matrix:
    """Choices as differences of begun-by-then over the kept ones: x = began @ z."""
    at = np.flatnonzero(kept)
    place = np.arange(len(at))
    same = np.flatnonzero(group[at[1:]] == group[at[:-1]]) + 1
    rows, columns = np.concatenate([at, at[same]]), np.concatenate([place, place[same] - 1])
    signs = np.concatenate([np.ones(len(at)), -np.ones(len(same))])
    return sparse.csr_matrix((signs, (rows, columns)), shape=(len(group), len(at)))


def _steps(x: Floats, group: Ints, part: Part | None) -> Floats:
    """The begun-by-then of an answer, for the kept choices."""
    kept = np.ones(len(x), dtype=bool) if part is None else part.kept
    total = np.cumsum(x)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    before = np.concatenate([[0.0], total])[first]
    return np.asarray(total - before[group])[kept]


def _loaded(
    problem: Problem, *, whole: bool, part: Part | None = None, form: Form = "steps"
) -> tuple[Silent, sparse.csr_matrix]:
    """HiGHS with the problem in it, and what turns its answer into choices. It minimises, so signs are turned."""
    group, size = problem.group, len(problem.value)
    kept = np.ones(size, dtype=bool) if part is None else part.kept
    owner, began = group[kept], _began(group, kept)
    forced = np.zeros(int(group.max()) + 1, dtype=bool) if part is None else part.forced
    bound, low, high, least = (_once if form == "plain" else _rising)(owner, forced)
    turn = _picked(kept) if form == "plain" else began
    rows = sparse.csr_matrix(sparse.vstack([problem.rows @ turn, bound]))
    if form == "both":
        rows, turn = _beside(problem, kept, began), sparse.csr_matrix(sparse.hstack([_picked(kept), 0 * began]))
        low, high = np.zeros(len(owner)), np.zeros(len(owner))
        least = np.concatenate([np.zeros(len(owner)), least])
    rows.eliminate_zeros()
    solver, model = Silent(), highspy.HighsLp()
    model.num_col_, model.num_row_ = len(least), rows.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = -(problem.value @ turn), least, np.ones(len(least))
    model.row_lower_, model.row_upper_ = np.concatenate([problem.lower, low]), np.concatenate([problem.upper, high])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(least)
    if form == "both":
        # Made ready, one of the two forms would be put in place of the other again.
        solver.setOptionValue("presolve", "off")
    solver.passModel(model)
    return solver, turn


Bound = tuple[sparse.csr_matrix, Floats, Floats, Floats]


def _rising(owner: Ints, forced: Flags) -> Bound:
    """What begins stays begun: rows, their limits, and the least of each choice: 1 for the last of a forced group."""
    last = np.flatnonzero(np.diff(owner, append=-1))
    least = np.zeros(len(owner))
    least[last[forced[owner[last]]]] = 1.0
    rising = np.setdiff1d(np.arange(len(owner)), last)
    place, ones = np.arange(len(rising)), np.ones(len(rising))
    rows = sparse.csr_matrix((np.concatenate([ones, -ones]), (np.tile(place, 2), np.concatenate([rising, rising + 1]))),
                             shape=(len(rising), len(owner)))
    return rows, np.full(len(rising), -np.inf), np.zeros(len(rising)), least


def _once(owner: Ints, forced: Flags) -> Bound:
    """At most one choice of each group, exactly one of a forced one."""
    kept, place = np.unique(owner, return_inverse=True)
    rows = sparse.csr_matrix((np.ones(len(owner)), (place, np.arange(len(owner)))), shape=(len(kept), len(owner)))
    return rows, forced[kept].astype(float), np.ones(len(kept)), np.zeros(len(owner))


def _beside(problem: Problem, kept: Flags, began: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows over the kept choices and, behind them, what has begun by then: the problem's, each in the shorter form,
    and that a choice is the difference of what has begun."""
    as_is, steps = sparse.csr_matrix(problem.rows[:, kept]), sparse.csr_matrix(problem.rows @ began)
    steps.data[np.abs(steps.data) < NEAR * max(1.0, float(np.abs(steps.data).max(initial=0.0)))] = 0.0
    steps.eliminate_zeros()
    shorter = sparse.diags((np.diff(steps.indptr) < np.diff(as_is.indptr)).astype(float))
    rest = sparse.eye(as_is.shape[0]) - shorter
    return sparse.csr_matrix(sparse.vstack([
        sparse.hstack([rest @ as_is, shorter @ steps]), sparse.hstack([sparse.eye(as_is.shape[1]), -began[kept]])]))


def _picked(kept: Flags) -> sparse.csr_matrix:
    """The kept choices among all."""
    at = np.flatnonzero(kept)
    return sparse.csr_matrix((np.ones(len(at)), (at, np.arange(len(at)))), shape=(len(kept), len(at)))
