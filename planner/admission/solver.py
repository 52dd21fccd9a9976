"""The best choice of yes-or-no under linear caps, with what is proven about it.

What HiGHS does not prove at once is worked on from two sides. The relaxation (shares instead of yes or no) prices the
caps; at those prices each choice has a loss against the best of its group, and the sum of the bests bounds every
answer. Groups whose second choice loses least make the core, where good answers are found soon. A choice whose loss is
more than the bound is above the answer known can be in no better answer, and is settled. One thread then tightens the
bound on what is left open, the other frees some groups at a time around the best answer and solves those. Of few groups
there is no neighbourhood: both threads prove, one in the form of the fastest tree, one in that of the strongest cuts.

E. Balas and E. Zemel, An Algorithm for Large Zero-One Knapsack Problems, Operations Research 28 (1980): cores.
M. Fisher, The Lagrangian Relaxation Method for Solving Integer Programming Problems, Management Science 27 (1981).
P. Shaw, Using Constraint Programming and Local Search Methods to Solve Vehicle Routing Problems (1998): neighbourhoods.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np

from planner.admission.frontier import Frontier, Open, Task, halves, inside, tighten
from planner.admission.highs import NONE, WHOLE, Flags, Floats, Form, Found, Ints, Part, Problem, Relaxation, solved

Progress = Callable[[float, float], None]
Clock = Callable[[], float]
Stopped = Callable[[], bool]
# What is solved within this share of the time needs no help.
AT_ONCE = 0.05
# Groups of the core, never more than this part of all, and the share of the time it gets.
CORE, PART, CORE_TIME = 150, 0.4, 0.2
# A neighbourhood: groups freed at once, how that grows when it is solved before its time, and that time in seconds.
FREED, GROWTH, MOMENT = 40, 1.2, 1.5
# Of few groups, the share of the time in which all is looked at in the form whose cuts are best, before it is halved.
WITH_CUTS = 0.35
# Choices up to which the proof of all that is open is worth its thread; until then that one searches too.
PROVABLE = 6000
# Groups settled at most before a core is solved around the rest.
DIVES = 30


@dataclass(frozen=True)
class Relaxed:
    """The answer in shares: ``x``, its value, and the dual of each row: what one more unit of its cap is worth."""

    x: Floats
    value: float
    dual: Floats


@dataclass(frozen=True)
class Priced:
    """A problem at the prices of its caps: ``bound`` on every answer, by choice the ``loss`` against the best of its
    group, by group the ``loss_none`` of choosing nothing, and the groups in ``order``, those least sure first."""

    bound: float
    loss: Floats
    loss_none: Floats
    order: Ints


class Best:
    """The best answer and the tightest bound known to all threads; tells whoever listens."""

    def __init__(self, problem: Problem, found: Found, tell: Progress) -> None:
        self.problem, self.found, self._tell, self._lock = problem, found, tell, Lock()

    @property
    def settled(self) -> bool:
        return self.found.x is not None and not self.found.gap

    def met(self, x: Flags) -> None:
        """Take in an answer, if it is one."""
        if self.problem.met_by(x):
            self._put(x, float(self.problem.value @ x), np.inf)

    def proven(self, bound: float) -> None:
        """Take in a bound on all answers."""
        self._put(None, -np.inf, bound)

    def _put(self, x: Flags | None, value: float, bound: float) -> None:
        with self._lock:
            old = self.found
            better = x is not None and value > old.value
            new_x, new_value = (x, value) if better else (old.x, old.value)
            self.found = Found(new_x, new_value, max(new_value, min(old.bound, bound)))
            if better or self.found.bound < old.bound:
                self._tell(self.found.value, self.found.bound)


def relaxed(problem: Problem) -> Relaxed | None:
    """The relaxation; None where even shares cannot meet the caps."""
    return _relaxed(Relaxation(problem))


def _relaxed(relaxation: Relaxation) -> Relaxed | None:
    found = relaxation.solve()
    return None if found is None else Relaxed(*found)


def never() -> bool:
    """Nobody stops the work."""
    return False


def best(
    problem: Problem, *, seconds: float, clock: Clock, progress: Progress | None = None, stopped: Stopped = never
) -> Found:
    """The best choice found within the time by ``clock`` and the bound proven; no answer where the caps cannot be met.

    ``progress`` is told value and bound whenever one of them gets better; ``stopped`` ends the work before its time.
    """
    tell = progress or (lambda value, bound: None)
    if not len(problem.value):
        met = bool(np.all(problem.lower <= 0) and np.all(problem.upper >= 0))
        return Found(np.zeros(0, dtype=bool), 0.0, 0.0) if met else NONE
    until = clock() + seconds

    def left() -> float:
        return 0.0 if stopped() else until - clock()

    relaxation = Relaxation(problem)
    shares = _relaxed(relaxation)
    if shares is None:
        return NONE
    at = priced(problem, shares)
    known = Best(problem, Found(None, -np.inf, at.bound), tell)
    (_by_halves if len(at.order) <= CORE else _by_cores)(problem, relaxation, at, known, left)
    return known.found if known.found.bound > -np.inf else NONE


def _by_halves(
    problem: Problem, relaxation: Relaxation, at: Priced, known: Best, left: Callable[[], float]
) -> None:
    """Few groups: what cannot be solved at once is proven in two forms side by side, since no one knows beforehand
    which of them proves more."""
    seconds = left()
    first = solved(problem, seconds=seconds * AT_ONCE, heard=lambda bound: left() <= 0, met=known.met)
    known.proven(first.bound)
    if known.settled or known.found.bound == -np.inf:
        return

    def listen(bound: float) -> bool:
        known.proven(bound)
        return left() <= 0 or known.settled

    def whole(form: Form, share: float) -> None:
        listen(solved(problem, seconds=min(seconds * share, left()), heard=listen, met=known.met, form=form).bound)

    def halved() -> None:
        _begin(problem, relaxation, known, seconds * AT_ONCE, left)
        whole("both", WITH_CUTS)
        everything = Part(np.ones(len(problem.value), dtype=bool), np.zeros(len(at.loss_none), dtype=bool))
        frontier = Frontier(halves(problem, Open(known.found.bound, everything)), known.proven)
        task = Task(problem, frontier, lambda: unsettled(at, known.found.value), lambda: known.found, known.met, left)
        while left() > 0 and len(frontier) and not known.settled:
            tighten(task, left() / len(frontier))

    with ThreadPoolExecutor(2) as threads:
        for one in [threads.submit(whole, "plain", 1.0), threads.submit(halved)]:
            one.result()


def _by_cores(
    problem: Problem, relaxation: Relaxation, at: Priced, known: Best, left: Callable[[], float]
) -> None:
    """Many groups: what can be proven is worked on from the first second; else both threads search, once there is an
    answer."""
    seconds = left()
    with ThreadPoolExecutor(2) as threads:
        def start(prove: bool) -> Future[None]:
            return threads.submit(_work, problem, at, known, left, prove)

        early = start(True) if len(problem.value) <= PROVABLE else None
        _begin(problem, relaxation, known, seconds * CORE_TIME, left)
        for one in (early or start(True), start(False)):
            one.result()


def _begin(
    problem: Problem, relaxation: Relaxation, known: Best, seconds: float, left: Callable[[], float]
) -> None:
    """A first answer, and the best of the core around it."""
    shares = _relaxed(relaxation)
    if shares is None:
        return
    shares = dived(problem, relaxation, shares)
    near = priced(problem, shares)
    known.met(filled(problem, shares.x > 1 - WHOLE, near))
    part = around(problem, shares.x > 0.5, near.order[:min(CORE, int(PART * len(near.order)))])
    x = known.found.x
    start = x if x is not None and inside(x, part, problem.group) else None
    solved(problem, seconds=seconds, part=part, start=start, heard=lambda bound: left() <= 0, met=known.met)


def dived(problem: Problem, relaxation: Relaxation, shares: Relaxed) -> Relaxed:
    """The relaxation with its large groups settled one by one, the largest first, each as it loses least: what small
    groups are left in shares then fits between them. The last one that can be met."""
    group = problem.group
    size = np.zeros(int(group.max()) + 1)
    np.maximum.at(size, group, np.abs(problem.value))
    for _ in range(DIVES):
        open_ = np.flatnonzero((shares.x > WHOLE) & (shares.x < 1 - WHOLE))
        largest = max(group[open_], key=lambda one: size[one], default=-1)
        if largest < 0 or size[largest] < size.mean():
            break
        tried: list[tuple[float, int]] = []
        for choice in (-1, *(int(n) for n in open_ if group[n] == largest)):
            relaxation.settle(largest, choice)
            found = _relaxed(relaxation)
            tried += [] if found is None else [(found.value, choice)]
        if not tried:
            break
        relaxation.settle(largest, max(tried)[1])
        shares = _relaxed(relaxation) or shares
    return shares


def priced(problem: Problem, relaxation: Relaxed) -> Priced:
    """The bound and the losses at the prices of the rows; a price on a side that has no cap counts nothing."""
    dual = relaxation.dual
    price = np.where(np.isfinite(np.where(dual > 0, problem.upper, problem.lower)), dual, 0.0)
    at_cap = np.where(price > 0, problem.upper, np.where(price < 0, problem.lower, 0.0))
    group = problem.group
    gain = problem.value - problem.rows.T @ price
    top = np.zeros(int(group.max()) + 1)
    np.maximum.at(top, group, gain)
    loss = top[group] - gain
    # Of the choices and of choosing nothing, which is a choice that gains 0: what the second best loses.
    every, owner = np.concatenate([loss, top]), np.concatenate([group, np.arange(len(top))])
    order = np.lexsort((every, owner))
    second = every[order][np.flatnonzero(np.diff(owner[order], prepend=-1)) + 1]
    # Whom only another shuts out loses nothing at the price of that, and is yet no doubt of the relaxation.
    shared = np.zeros(len(top), dtype=bool)
    shared[group[(relaxation.x > WHOLE) & (relaxation.x < 1 - WHOLE)]] = True
    doubt = np.where((second <= WHOLE) & ~shared, np.inf, second)
    return Priced(float(price @ at_cap + top.sum()), loss, top, np.argsort(doubt, kind="stable"))


def filled(problem: Problem, x: Flags, at: Priced) -> Flags:
    """What is whole in the relaxation, and then whatever still fits, those choices first that lose least."""
    x, columns, group = x.copy(), problem.rows.tocsc(), problem.group
    used, taken = problem.rows @ x, np.zeros(len(at.loss_none), dtype=bool)
    taken[group[x]] = True
    for n in np.argsort(at.loss, kind="stable"):
        rows = columns.indices[columns.indptr[n]:columns.indptr[n + 1]]
        more = used[rows] + columns.data[columns.indptr[n]:columns.indptr[n + 1]]
        if problem.value[n] > 0 and not taken[group[n]] and np.all(more <= problem.upper[rows]):
            used[rows], x[n], taken[group[n]] = more, True, True
    return x


def around(problem: Problem, x: Flags, freed: Ints) -> Part:
    """The groups ``freed`` open, the others as they stand in ``x``."""
    group = problem.group
    free = np.zeros(int(group.max()) + 1, dtype=bool)
    free[freed] = True
    taken = np.zeros(len(free), dtype=bool)
    taken[group[x]] = True
    return Part(x | free[group], taken & ~free)


def unsettled(at: Priced, value: float) -> Part:
    """What may be in an answer better than ``value``."""
    room = at.bound - value + WHOLE
    return Part(at.loss <= room, at.loss_none > room)


def _work(problem: Problem, at: Priced, known: Best, left: Callable[[], float], prove: bool) -> None:
    """One thread, until the time is over or the best answer is proven: better answers, or the proof when it is worth
    it."""
    search = Search(problem, at.order, seed=int(prove))
    while left() > 0 and not known.settled:
        if prove and np.count_nonzero(unsettled(at, known.found.value).kept) <= PROVABLE:
            _prove(problem, at, known, left)
        else:
            search.once(known, left)


def _prove(problem: Problem, at: Priced, known: Best, left: Callable[[], float]) -> None:
    """Tighten the bound on what is left open, until better answers have settled half of it."""
    value, x = known.found.value, known.found.x
    part = unsettled(at, value)
    enough = np.count_nonzero(part.kept) / 2

    def heard(bound: float) -> bool:
        # A better answer than the one known can only lie in what is open.
        known.proven(max(value, bound))
        return (left() <= 0 or known.settled
                or bool(np.count_nonzero(unsettled(at, known.found.value).kept) < enough))

    start = x if x is not None and inside(x, part, problem.group) else None
    found = solved(problem, seconds=left(), part=part, start=start, heard=heard, met=known.met)
    known.proven(max(value, found.bound))


class Search:
    """Remembers how many groups can be freed at a time; those that are least sure are drawn most often."""

    def __init__(self, problem: Problem, order: Ints, seed: int) -> None:
        self.problem, self.freed, self._draw = problem, float(FREED), np.random.default_rng(seed)
        self._weight = np.empty(len(order))
        self._weight[order] = 1.0 / (np.arange(len(order)) + FREED)
        self._weight /= self._weight.sum()

    def once(self, known: Best, left: Callable[[], float]) -> None:
        """Free some groups around the best answer and solve those; without an answer, all."""
        seconds = left()
        x, groups = known.found.x, len(self._weight)
        chosen = self._draw.choice(groups, min(int(self.freed), groups), replace=False, p=self._weight)
        part = None if x is None else around(self.problem, x, chosen)
        found = solved(self.problem, seconds=seconds if x is None else min(seconds, MOMENT), part=part, start=x,
                       heard=lambda bound: left() <= 0, met=known.met)
        whole = found.x is not None and not found.gap
        if whole and (part is None or len(chosen) == groups):
            known.proven(found.value)
        self.freed = min(self.freed * GROWTH, groups) if whole else max(self.freed / GROWTH, FREED / 4)
