"""The long form of the histories of the book and of its lots, and how soon what is wrong on purpose is found."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from planner.store.open import MEMORY, open_store
from tests import test_quota_machine as short
from tests.book_machine import BookMachine
from tests.lot_machine import LotMachine

STEPS, SEEDS = 40, 20
LOOKING = settings(max_examples=400, stateful_step_count=STEPS, deadline=None, phases=[Phase.generate], database=None,
                   print_blob=False, report_multiple_bugs=False)


def counted(machine):
    """The machine, and what it counts of its histories."""
    told = Counter()

    class Counted(machine):
        def teardown(self):
            told["histories"] += 1
            told["entries"] += len(self.store.entries())
            super().teardown()

    return Counted, told


def run(machine, histories, record, topic, held):
    """So many histories at least, none of them wrong."""
    machine, told = counted(machine)
    run_state_machine_as_test(machine, settings=settings(max_examples=histories, stateful_step_count=STEPS,
                                                         deadline=None))
    assert told["histories"] >= histories
    record(topic, [f"{told['histories']:,} of up to {STEPS} steps, {told['entries']:,} entries written: {held}"])


def test_two_thousand_histories_of_forty_steps_agree_with_the_model(record):
    run(BookMachine, 2_000, record, "Histories of the book",
        "book and model refused and did the same and held the same after every step")


def test_two_hundred_of_them_agree_in_a_workspace_too(record):
    class InWorkspace(BookMachine):
        make_store = staticmethod(lambda: open_store(MEMORY))

    run(InWorkspace, 200, record, "Histories of the book in a workspace", "as the model after every step")


def test_a_thousand_histories_with_lots_leave_each_part_in_one_place(record):
    run(LotMachine, 1_000, record, "Histories with lots", "each part of a lot in one place after every step")


@pytest.mark.parametrize("fault", [*short.FAULTS, *short.FAULTS_OF_LOTS])
def test_what_is_wrong_on_purpose_is_found_each_time(fault, monkeypatch, record):
    short.plant(monkeypatch, fault)
    took = []
    for number in range(SEEDS):
        machine, told = counted(LotMachine if fault in short.FAULTS_OF_LOTS else BookMachine)
        with pytest.raises(AssertionError):
            run_state_machine_as_test(seed(number)(machine), settings=LOOKING)
        took.append(told["histories"])
    record("Histories with a fault on purpose", [
        f"{fault}: found {len(took)} of {SEEDS} times, after {sorted(took)[SEEDS // 2]} histories (median), "
        f"{max(took)} at most"], part=fault)
