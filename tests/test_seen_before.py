"""The ground is looked at before the turn in which everybody else waits; inside it only what has changed meanwhile."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from planner.desk import look as looking
from planner.desk import lots as of_lots
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.errors import Blocked
from planner.parameters.changes import Wish
from planner.quota.lots import LotFacts
from planner.store.open import MEMORY, open_store
from tests.drawn_land import land, layer, parcel, survey
from tests.test_cases import TODAY, decide, drawn, plant, start


@pytest.fixture
def desk():
    made = drawn(open_store(MEMORY))
    yield made
    made.close()


@pytest.fixture
def looks(desk, monkeypatch):
    """Whether each look at the rules of the ground was taken inside a turn; ``meanwhile`` is done once, after the
    first."""
    taken, inside = [], []
    check, turn = looking.check_land, desk.store.inner.turn

    @contextmanager
    def counted():
        with turn() as made:
            inside.append(made)
            try:
                yield made
            finally:
                inside.pop()

    def seen(*args, **kwargs):
        found = check(*args, **kwargs)
        taken.append(bool(inside))
        if len(taken) == 1 and looks_of.meanwhile is not None:
            looks_of.meanwhile()
        return found

    class Looks:
        meanwhile = None
        inside_turn = taken
        turns = inside

    looks_of = Looks()
    monkeypatch.setattr(desk.store.inner, "turn", counted)
    monkeypatch.setattr(looking, "check_land", seen)
    return looks_of


def reserve(desk, at=(600, 100), key="r", **more):
    return desk.reserve(parcel(*at, id="P-1"), year=2026, basis="b", actor="Ann", key=key, project=plant(), **more)


def other(desk):
    """Another desk over the same workspace, as in another process."""
    return Desk(desk.store.inner, today=desk.today, now=desk.now)


def test_a_reservation_looks_once_and_before_its_turn(desk, looks):
    assert reserve(desk)["entry"]
    assert looks.inside_turn == [False]
    assert reserve(desk) and looks.inside_turn == [False]  # the first answer again needs no look


def test_a_case_is_submitted_and_decided_with_the_looks_before_the_turn(desk, looks):
    start(desk)
    decide(desk)
    assert looks.inside_turn == [False, False]


def test_a_layer_that_changed_meanwhile_is_looked_at_again(desk, looks):
    def protect():
        with desk.store.inner.turn() as turn:
            turn.keep_layer(layer("basic_farmland", land(500, 0, 400, 400)), sha256="", replace=True)

    looks.meanwhile = protect
    with pytest.raises(Blocked):
        reserve(desk)
    assert looks.inside_turn == [False, True] and len(desk.entries()) == 6


def test_a_rule_that_changed_meanwhile_is_asked_again(desk, looks):
    def sharpen():
        wish = Wish("access_tax", {"severity": "stop", "limit": "1e9", "unit": "wan_yuan/mu"}, TODAY, "s", "unverified")
        other(desk).change_parameter(wish, reason="r", actor="root", key="p")

    looks.meanwhile = sharpen
    with pytest.raises(Blocked):
        reserve(desk)
    assert looks.inside_turn == [False, True]


def test_a_neighbour_that_was_reserved_meanwhile_stops_the_second(desk, looks):
    first, second = parcel(600, 100, id="A"), parcel(650, 100, id="B")
    for one in (first, second):
        desk.keep_parcel(one, actor="Ann")
    looks.meanwhile = lambda: other(desk).reserve(first, year=2026, basis="b", actor="Bo", key="1", project=plant(
        mwh=10, id="small"))
    with pytest.raises(Blocked):
        desk.reserve(second, year=2026, basis="b", actor="Ann", key="2", project=plant(mwh=10))
    assert looks.inside_turn == [False, False, True]


def test_what_was_booked_meanwhile_elsewhere_is_counted_without_another_look(desk, looks):
    far = parcel(200, 600, id="far")
    looks.meanwhile = lambda: other(desk).reserve(far, year=2026, basis="b", actor="Bo", key="far", project=plant(
        mwh=8_000, id="large"))  # 983 of the 1 000 tce
    with pytest.raises(Exception, match="energy"):
        reserve(desk)
    assert looks.inside_turn == [False, False]


def test_a_drawing_elsewhere_asks_for_no_other_look(desk, looks):
    looks.meanwhile = lambda: other(desk).keep_parcel(parcel(200, 600, id="far"), actor="Bo")
    assert reserve(desk, keep=True)["entry"]
    assert looks.inside_turn == [False]


@pytest.mark.parametrize("near", [parcel(650, 100, id="near"), parcel(700, 100, id="touches")])
def test_a_drawing_that_meets_the_parcel_is_looked_at(desk, looks, near):
    looks.meanwhile = lambda: other(desk).keep_parcel(near, actor="Bo")
    assert reserve(desk)["entry"]
    assert looks.inside_turn == [False, True]


def test_a_drawing_elsewhere_is_looked_at_where_a_rule_sees_further(desk, looks):
    options = "noise_m=0.01; noise_m2=1; parcels=others; itself_m=0.01; asked=where_any"
    wish = Wish("overlap_parcels", {"options": options}, TODAY, "s", "unverified")
    desk.change_parameter(wish, reason="r", actor="root", key="p")
    looks.meanwhile = lambda: other(desk).keep_parcel(parcel(200, 600, id="far"), actor="Bo")
    assert reserve(desk)["entry"]
    assert looks.inside_turn == [False, True]


def test_what_one_reservation_reads_is_of_two_moments_before_its_turn_and_in_it(desk):
    writing = []

    def begun(connection):
        writing.append(connection.get_execution_options()["planner_write"])

    event.listen(Engine, "begin", begun)
    try:
        reserve(desk)
    finally:
        event.remove(Engine, "begin", begun)
    assert writing == [False, True, False]


def test_what_matches_lots_is_loaded_before_the_turn_where_a_lot_may_be_needed(desk, looks, monkeypatch):
    loaded = []
    monkeypatch.setattr(of_lots, "load", lambda: loaded.append(bool(looks.turns)))
    with desk.store.inner.turn() as turn:
        turn.keep_layer(survey((land(0, 0, 1000, 1000), "0101", 8, 0.05)), sha256="", replace=True)
    reserve(desk)
    assert loaded == []  # the park has no lot
    for quota, unit in (("offset_quantity_m2", "m2"), ("offset_paddy_m2", "m2")):
        desk.move(Movement("grant", "ZONE", quota, 2026, 10_000, unit, "b", "Li", f"g-{quota}", TODAY,
                           lot=LotFacts(f"lot of {quota}")))
    desk.move(Movement("reserve", "ZONE", "offset_paddy_m2", 2026, 1, "m2", "b", "Li", "m", TODAY, ref="X"))
    assert loaded == [False]
    desk.reserve(parcel(100, 100, id="P-2"), year=2026, basis="b", actor="Ann", key="p")
    assert loaded == [False, False]
    start(desk, at=(100, 400), id="Q")
    decide(desk, "Q")
    assert loaded == [False, False, False]
