"""A proof by halves: what is open is split, and the half that promises more is tightened.

A half is better bounded than the whole, for its cuts hold in it alone. The bound on every answer is the larger of those
on what is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from planner.admission.highs import WHOLE, Flags, Floats, Found, Ints, Part, Problem, Relaxation, solved

# Places at which a part may be split that are tried.
PLACES = 8
Proven = Callable[[float], None]


@dataclass(frozen=True)
class Open:
    """A part of the problem with the bound on its answers."""

    bound: float
    part: Part


class Frontier:
    """Remembers what is open, and the part that is being tightened; ``proven`` hears the bound of it all."""

    def __init__(self, first: list[Open], proven: Proven) -> None:
        self._open, self._proven, self._taken = first, proven, -np.inf
        self._say()

    def __len__(self) -> int:
        return len(self._open)

    def take(self) -> Open:
        """The open part of the largest bound."""
        best = max(self._open, key=lambda one: one.bound)
        self._open.remove(best)
        self._taken = best.bound
        return best

    def heard(self, bound: float) -> None:
        """A better bound on what is taken."""
        self._taken = min(self._taken, bound)
        self._say()

    def give(self, parts: list[Open]) -> None:
        """What is left open of what was taken."""
        self._taken = -np.inf
        self._open += parts
        self._say()

    def _say(self) -> None:
        self._proven(max([self._taken, *(one.bound for one in self._open)]))


def halves(problem: Problem, whole: Open) -> list[Open]:
    """A part split where both halves are bounded best by their relaxations: a group begins by a choice, or later or
    never. The part itself where its relaxation is whole."""
    relaxed = _shares(problem, whole.part)
    if relaxed is None:
        return []
    tried = []
    for begun in _places(problem, whole.part, relaxed[0]):
        pair = [(part, _shares(problem, part)) for part in _split(problem, whole.part, begun)]
        bounds = [-np.inf if shares is None else shares[1] for _, shares in pair]
        found = [Open(min(whole.bound, bound), part) for (part, _), bound in zip(pair, bounds, strict=True)
                 if bound > -np.inf]
        tried.append((max(bounds), sum(max(bound, -1e300) for bound in bounds), found))
    return min(tried, key=lambda one: one[:2])[2] if tried else [whole]


def _shares(problem: Problem, part: Part) -> tuple[Floats, float, Floats] | None:
    return Relaxation(problem, part).solve() if part.kept.any() else None


def _places(problem: Problem, part: Part, shares: Floats) -> Iterator[int]:
    """Choices by which a group has begun in part only, those of the largest value first."""
    group, total = problem.group, np.cumsum(shares)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    begun = total - np.concatenate([[0.0], total])[first][group]
    open_ = np.flatnonzero(part.kept & (begun > WHOLE) & (begun < 1 - WHOLE))
    weight = np.abs(problem.value[open_]) * np.minimum(begun[open_], 1 - begun[open_])
    yield from (int(n) for n in open_[np.argsort(-weight, kind="stable")][:PLACES])


def _split(problem: Problem, part: Part, choice: int) -> tuple[Part, Part]:
    """The group of a choice begun with it or before; and begun later or never."""
    same = problem.group == problem.group[choice]
    at = np.arange(len(same))
    forced = part.forced.copy()
    forced[problem.group[choice]] = True
    return (Part(part.kept & ~(same & (at > choice)), forced),
            Part(part.kept & ~(same & (at <= choice)), part.forced))


def inside(x: Flags, part: Part, group: Ints) -> bool:
    """Whether an answer is one of a part."""
    taken = np.zeros(len(part.forced), dtype=bool)
    taken[group[x]] = True
    return not np.any(x & ~part.kept) and not np.any(part.forced & ~taken)


def within(one: Part, other: Part) -> Part:
    """What is open in both."""
    return Part(one.kept & other.kept, one.forced | other.forced)


@dataclass(frozen=True)
class Task:
    """What a proof works with: the problem and its frontier, what may be better than what is known (``unsettled``), the
    best answer known, what hears of better ones, and the seconds left."""

    problem: Problem
    frontier: Frontier
    unsettled: Callable[[], Part]
    known: Callable[[], Found]
    met: Callable[[Flags], None]
    left: Callable[[], float]


def tighten(task: Task, seconds: float) -> None:
    """Take what promises most, tighten it for a while, give back what is left of it."""
    taken = task.frontier.take()
    part, x = within(taken.part, task.unsettled()), task.known().x

    def heard(bound: float) -> bool:
        task.frontier.heard(bound)
        return task.left() <= 0 or bound <= task.known().value + WHOLE

    bound = -np.inf
    if part.kept.any():
        start = x if x is not None and inside(x, part, task.problem.group) else None
        found = solved(task.problem, seconds=seconds, part=part, start=start, heard=heard, met=task.met, form="both",
                       search=False)
        whole = found.x is not None and not found.gap
        bound = -np.inf if whole else min(taken.bound, found.bound)
    task.frontier.give([] if bound <= task.known().value + WHOLE else [Open(bound, taken.part)])
