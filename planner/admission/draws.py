"""The queue judged in thousands of draws at once, in machine code, on threads.

A draw gives every project its own amounts; the rule is that of ``simulate``: committed projects are booked whether
they fit or not, a candidate takes room in every budget or in none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.land.kernel.compiled import kept

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

THREADS = 2
# Draws judged beside one another: their room for a few dozen budgets stays in the nearest caches.
ABREAST = 128


@dataclass(frozen=True)
class Turns:
    """A queue as arrays: P projects in the order they are judged, K budgets (a quota in a year each).

    What project p takes of budget k in a draw is the sum of its rows ``first[p]`` to ``first[p + 1]`` of ``basis``
    (J x K, whole base units of the book), each times its coefficient in that draw, rounded half up; less ``eased``
    (J x K, not rounded: what value added allows a ratio) and ``ended`` (P x K: load that ends with the project).
    ``room`` (K) is what is left of each budget before the first; ``always`` (K) says which budgets are tested even
    where nothing is asked (ratios); ``runs`` (P x K) in which budgets a project stands at all; ``committed`` (P) are
    booked in any case, ``out`` (P) never fit.
    """

    first: Whole
    basis: Floats
    eased: Floats
    ended: Floats
    room: Floats
    always: Flags
    runs: Flags
    committed: Flags
    out: Flags
    before: Whole = field(default_factory=lambda: np.zeros(0, np.int64))
    carry: Floats = field(default_factory=lambda: np.zeros(0))


def judge_draws(turns: Turns, coefficients: Floats, *, threads: int = THREADS) -> tuple[Flags, Floats]:
    """Whether each project has room in each draw (draws x P), and what the whole queue takes (draws x K).

    ``coefficients`` is draws x J. The second figure counts every project, admitted or not, less what eases ratios.
    """
    draws, projects = len(coefficients), len(turns.committed)
    fits, whole = np.empty((draws, projects), np.bool_), np.zeros((draws, len(turns.room)))
    spread = np.ascontiguousarray(coefficients, float)
    single = np.array_equal(turns.first, np.arange(projects + 1))
    simple = single and not (turns.eased.any() or turns.ended.any() or turns.always.any() or turns.carry.any())
    carries = bool(turns.carry.any())
    before = turns.before if carries else np.full(len(turns.room), -1, np.int64)
    carry = turns.carry if carries else np.zeros(len(turns.room))
    # A project that starts late asks nothing of the budgets before: they are passed over.
    asks = turns.basis > 0 if simple else np.zeros((0, 0), bool)
    begins = np.where(asks.any(axis=1), asks.argmax(axis=1), asks.shape[1]) if asks.size else np.zeros(0, np.int64)

    def work(start: int, stop: int) -> None:
        if simple:
            _judge_plain(spread, start, stop, turns.basis, begins, turns.room, turns.committed, turns.out, fits, whole)
        else:
            _judge(spread, start, stop, turns.first, turns.basis, turns.eased, turns.ended, turns.room, turns.always,
                   turns.runs, turns.committed, turns.out, before, carry, fits, whole)

    _on_threads(work, draws, threads)
    return fits, whole


def _on_threads(work: Callable[[int, int], None], count: int, threads: int) -> None:
    parts = list(_parts(count, threads))
    if len(parts) == 1:
        work(*parts[0])
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda part: work(*part), parts))


def _parts(count: int, threads: int) -> Iterator[tuple[int, int]]:
    size = max(1, -(-count // max(1, threads)))
    yield from ((start, min(start + size, count)) for start in range(0, max(count, 1), size))


@kept
def _judge_plain(
    coefficients: Floats, start: int, stop: int, basis: Floats, begins: Whole, room: Floats, committed: Flags,
    out: Flags, fits: Flags, whole: Floats,
) -> None:
    # Many draws beside one another, so that one instruction serves several of them; the last block may be half empty.
    budgets = len(room)
    left, asked, total = np.empty((budgets, ABREAST)), np.empty((budgets, ABREAST)), np.empty((budgets, ABREAST))
    factor, over = np.zeros(ABREAST), np.empty(ABREAST)
    for block in range(start, stop, ABREAST):
        draws = min(ABREAST, stop - block)
        total[:] = 0.0
        for k in range(budgets):
            left[k] = room[k]
        for p in range(len(committed)):
            over[:] = 0.0
            for i in range(draws):
                factor[i] = coefficients[block + i, p]
            for k in range(begins[p], budgets):
                full = basis[p, k]
                for i in range(ABREAST):
                    amount = np.floor(factor[i] * full + 0.5)
                    asked[k, i] = amount
                    total[k, i] += amount
                    # Where nothing is asked nothing is short, whatever the committed have overdrawn.
                    short = amount - left[k, i]
                    short = amount if amount < short else short
                    over[i] = short if short > over[i] else over[i]
            for i in range(draws):
                fits[block + i, p] = over[i] <= 0.0 and not out[p]
            for i in range(ABREAST):
                over[i] = 1.0 if committed[p] or (over[i] <= 0.0 and not out[p]) else 0.0
            for k in range(begins[p], budgets):
                for i in range(ABREAST):
                    left[k, i] -= asked[k, i] * over[i]
        for i in range(draws):
            for k in range(budgets):
                whole[block + i, k] = total[k, i]


@kept
def _judge(
    coefficients: Floats, start: int, stop: int, first: Whole, basis: Floats, eased: Floats, ended: Floats,
    room: Floats, always: Flags, runs: Flags, committed: Flags, out: Flags, before: Whole, carry: Floats, fits: Flags,
    whole: Floats,
) -> None:
    budgets = len(room)
    left, asked, rounded, rest = np.empty(budgets), np.empty(budgets), np.empty(budgets), np.empty(budgets)
    for draw in range(start, stop):
        left[:] = room
        for p in range(len(committed)):
            asked[:] = 0.0
            for j in range(first[p], first[p + 1]):
                for k in range(budgets):
                    asked[k] += coefficients[draw, j] * basis[j, k]
            for k in range(budgets):
                rounded[k] = np.floor(asked[k] + 0.5)
                asked[k] = rounded[k] - ended[p, k]
            for j in range(first[p], first[p + 1]):
                for k in range(budgets):
                    asked[k] -= coefficients[draw, j] * eased[j, k]
            over = 0
            for k in range(budgets):
                whole[draw, k] += asked[k]
                rest[k] = left[k] - asked[k]
                if before[k] >= 0:
                    rest[k] += np.floor(max(0.0, rest[before[k]]) * carry[k])
                over += ((rounded[k] > 0.0) | (always[k] & runs[p, k])) & (rest[k] < 0.0)
            fit = over == 0 and not out[p]
            fits[draw, p] = fit
            if fit or committed[p]:
                for k in range(budgets):
                    left[k] -= asked[k]
