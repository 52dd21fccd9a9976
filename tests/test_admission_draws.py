"""The queue in thousands of draws at once, against the same rule written as a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.draws import plain_turns
from planner.admission.draws import Turns, judge_draws
from planner.admission.risk_inputs import Input, drawn


def by_hand(turns: Turns, coefficients):
    """The rule of the queue, one draw, project and budget at a time."""
    fits = np.zeros((len(coefficients), len(turns.committed)), bool)
    whole = np.zeros((len(coefficients), len(turns.room)))
    for draw, row in enumerate(coefficients):
        left = turns.room.copy()
        for p in range(len(turns.committed)):
            rows = slice(turns.first[p], turns.first[p + 1])
            rounded = np.floor(row[rows] @ turns.basis[rows] + 0.5)
            asked = rounded - row[rows] @ turns.eased[rows] - turns.ended[p]
            tested = (rounded > 0) | (turns.always & turns.runs[p])
            fits[draw, p] = not turns.out[p] and bool(np.all(asked[tested] <= left[tested]))
            whole[draw] += asked
            if fits[draw, p] or turns.committed[p]:
                left -= asked
    return fits, whole


def queue(seed, projects=12, budgets=8, draws=200):
    rng = np.random.default_rng(seed)
    basis = np.floor(rng.gamma(2.0, 500.0, (projects, budgets))) * (rng.random((projects, budgets)) < 0.8)
    return basis, basis.sum(axis=0) * 0.6, rng.random(projects) < 0.2, rng.triangular(0.7, 1.0, 1.6, (draws, projects))


@pytest.mark.parametrize("seed", range(5))
def test_every_draw_is_judged_as_the_plain_loop_judges_it(seed):
    basis, room, committed, factors = queue(seed)
    turns = plain_turns(basis, room, committed)
    fits, whole = judge_draws(turns, factors)
    expected = by_hand(turns, factors)
    assert np.array_equal(fits, expected[0]) and 0 < fits.mean() < 1
    np.testing.assert_allclose(whole, expected[1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_several_coefficients_a_project_ratios_and_load_that_ends_follow_the_same_rule(seed):
    rng = np.random.default_rng(seed)
    first = np.array([0, 2, 3, 3 + 4, 8, 9])
    basis = np.floor(rng.gamma(2.0, 500.0, (9, 6)))
    eased = np.where(np.arange(6) >= 4, rng.gamma(2.0, 400.0, (9, 6)), 0.0)
    ended = np.where(rng.random((5, 6)) < 0.2, 300.0, 0.0)
    always = np.arange(6) >= 4
    turns = Turns(first, basis, eased, ended, basis.sum(axis=0) * 0.3, always, np.ones((5, 6), bool),
                  np.array([True, False, False, False, False]), np.array([False, False, False, True, False]))
    coefficients = rng.random((300, 9))
    fits, whole = judge_draws(turns, coefficients)
    expected = by_hand(turns, coefficients)
    assert np.array_equal(fits, expected[0]) and not fits[:, 3].any()
    np.testing.assert_allclose(whole, expected[1], rtol=1e-12)


def test_exactly_the_room_that_is_left_fits_and_half_a_unit_more_is_rounded_up_to_one():
    turns = plain_turns(np.array([[100.0]]), np.array([100.0]), np.array([False]))
    assert judge_draws(turns, np.array([[1.0], [1.0049], [1.0051]]))[0].ravel().tolist() == [True, True, False]


def test_a_refused_project_takes_nothing_and_a_committed_one_takes_its_room_even_where_there_is_none():
    turns = plain_turns(np.array([[80.0], [30.0], [20.0]]), np.array([100.0]), np.array([False, False, False]))
    assert judge_draws(turns, np.ones((1, 3)))[0].tolist() == [[True, False, True]]
    turns = plain_turns(np.array([[180.0], [30.0], [0.0]]), np.array([100.0]), np.array([True, False, False]))
    assert judge_draws(turns, np.ones((1, 3)))[0].tolist() == [[False, False, True]]


def test_the_same_seed_gives_the_same_draws_on_any_number_of_threads():
    one = drawn(1001, 7, 42)
    assert np.array_equal(one, drawn(1001, 7, 42)) and not np.array_equal(one, drawn(1001, 7, 43))
    basis, room, committed, factors = queue(3, draws=1001)
    turns = plain_turns(basis, room, committed)
    answers = [judge_draws(turns, factors, threads=threads) for threads in (1, 2, 5)]
    assert all(np.array_equal(answers[0][0], fits) and np.array_equal(answers[0][1], whole) for fits, whole in answers)


def test_shares_are_uniform_independent_and_the_figures_triangular():
    shares = drawn(1 << 15, 3, 7)
    # Each axis of the sequence puts one point into each of 32 768 equal intervals: nearer to even than chance.
    assert all(stats.kstest(row, "uniform").statistic < 1e-4 for row in shares)
    assert np.abs(np.corrcoef(shares) - np.eye(3)).max() < 0.02
    one = Input("p", "x", 1.0, 1.3, 5.0)
    expected = stats.triang(c=(one.mode - one.low) / (one.high - one.low), loc=one.low, scale=one.high - one.low)
    np.testing.assert_allclose(one.at(shares[1]), expected.ppf(shares[1]), rtol=1e-12)
    assert Input("p", "x", 5.0, 5.0, 5.0).at(shares[2]).tolist() == [5.0] * shares.shape[1]


def test_no_draw_and_no_project_are_no_trouble():
    turns = plain_turns(np.zeros((0, 3)), np.ones(3), np.zeros(0, bool))
    assert judge_draws(turns, np.zeros((4, 0)))[0].shape == (4, 0)
    assert drawn(5, 0, 1).shape == (0, 5)
