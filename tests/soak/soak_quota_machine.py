"""The long form of the histories of the book: two thousand of forty steps, and two hundred in a workspace."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from planner.store.open import MEMORY, open_store
from tests.book_machine import BookMachine
from tests.lot_machine import LotMachine


def test_two_thousand_histories_of_forty_steps_agree_with_the_model():
    run_state_machine_as_test(BookMachine, settings=settings(max_examples=2000, stateful_step_count=40, deadline=None))


def test_two_hundred_of_them_agree_in_a_workspace_too():
    class InWorkspace(BookMachine):
        make_store = staticmethod(lambda: open_store(MEMORY))

    run_state_machine_as_test(InWorkspace, settings=settings(max_examples=200, stateful_step_count=40, deadline=None))


def test_a_thousand_histories_with_lots_leave_each_part_in_one_place(record):
    run_state_machine_as_test(LotMachine, settings=settings(max_examples=1000, stateful_step_count=40, deadline=None))
    record("Histories with lots", ["1,000 of 40 steps: each part of a lot in one place"])
