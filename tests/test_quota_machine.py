"""Histories of all verbs and of lots, and the planted faults that the same machines must find: three of each."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from planner.desk import booking, year_end
from planner.quota import movements
from planner.quota.entries import Bucket
from planner.quota.lots import drawn
from planner.quota.movements import MOVEMENTS, transfer
from planner.store.open import MEMORY, open_store
from tests.book_machine import BookMachine
from tests.lot_machine import LotMachine

HISTORIES = settings(max_examples=200, stateful_step_count=40, deadline=None)
FEW = settings(max_examples=10, stateful_step_count=40, deadline=None)
FINDING = settings(HISTORIES, phases=[Phase.generate], database=None, print_blob=False, report_multiple_bugs=False)


def test_two_hundred_histories_of_forty_steps_agree_with_the_model():
    run_state_machine_as_test(BookMachine, settings=HISTORIES)


def test_a_few_of_them_agree_in_a_workspace_too():
    class InWorkspace(BookMachine):
        make_store = staticmethod(lambda: open_store(MEMORY))

    run_state_machine_as_test(InWorkspace, settings=FEW)


def forgetful(store, *, key, request, actor, work):
    """Fault: the answer given before under a key is not looked for."""
    with store.turn() as turn:
        return work(turn)


def double_release(entries, warrant, *, account, amount, ref):
    """Fault: what is released becomes free and stays reserved."""
    draft = MOVEMENTS["release"](entries, warrant, account=account, amount=amount, ref=ref)
    legs = tuple(leg if leg.bucket is Bucket.FREE else replace(leg, bucket=Bucket.OUTSIDE) for leg in draft.legs)
    return replace(draft, legs=legs)


def half_transfer(entries, warrant, **words):
    """Fault: the giving park gives, the receiving park gets nothing."""
    draft = transfer(entries, warrant, **words)
    lost = tuple(replace(leg, bucket=Bucket.OUTSIDE) if leg.amount > 0 else leg for leg in draft.legs)
    return replace(draft, legs=lost)


def kept_lot(stand, legs):
    """Fault: what the park's account gives back or uses up stays as it was in the lot."""
    return list(legs)


def used_twice(draws, ref):
    """Fault: what is drawn of a lot stays free in it."""
    return [replace(leg, bucket=Bucket.OUTSIDE) if leg.bucket is Bucket.FREE else leg for leg in drawn(draws, ref)]


def granted_twice(book, facts, quota):
    """Fault: nobody asks whether the lot is in the book."""


# What is put wrong on purpose: the module, the name in it, what stands there instead.
FAULTS = {
    "lost idempotency": ((booking, "once", forgetful), (year_end, "once", forgetful)),
    "double release": ((booking, "MOVEMENTS", MappingProxyType({**MOVEMENTS, "release": double_release})),),
    "lost half of a transfer": ((booking, "transfer", half_transfer),),
}
FAULTS_OF_LOTS = {
    "a use that leaves the lot free": ((movements, "drawn", used_twice),),
    "a lot that comes twice": ((movements, "refuse_known", granted_twice),),
    "a lot that stays with who gave it back": ((movements, "with_lots", kept_lot),),
}


def plant(monkeypatch, fault):
    for place in (FAULTS | FAULTS_OF_LOTS)[fault]:
        monkeypatch.setattr(*place)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_finds_a_planted_fault(monkeypatch, fault):
    plant(monkeypatch, fault)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(BookMachine, settings=FINDING)


LOTS = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_histories_with_lots_leave_each_part_of_a_lot_in_one_place():
    run_state_machine_as_test(LotMachine, settings=LOTS)


@pytest.mark.parametrize("fault", FAULTS_OF_LOTS)
def test_the_machine_of_lots_finds_a_planted_fault(monkeypatch, fault):
    plant(monkeypatch, fault)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(LotMachine, settings=settings(FINDING, max_examples=400))
