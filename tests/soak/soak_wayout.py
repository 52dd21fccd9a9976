"""The way out against the simulation on many drawn queues: what is chosen, what is offered, what every draw says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests import test_admission_wayout as short

DRAWN = 400
TESTS = (short.test_the_chosen_set_is_the_best_of_all_that_hold_when_they_are_booked,
         short.test_each_way_out_of_every_refusal_fits_and_without_one_the_conflict_is_named,
         short.test_where_nothing_is_uncertain_every_draw_is_the_simulation)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.__name__)
def test_many_queues_of_everything(test, record):
    many = settings(max_examples=DRAWN, deadline=None, suppress_health_check=list(HealthCheck))
    many(given(short.queues())(test.hypothesis.inner_test))()
    record(test.__name__.removeprefix("test_").replace("_", " "), [f"{DRAWN} drawn queues"])
