"""Lots behind the program's back: whatever is believed, no part of a lot has two uses and no lot comes twice."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from planner.errors import StoreDamaged
from planner.quota.accounts import Account, lot_park
from planner.quota.balances import fence, standing
from planner.quota.entries import Bucket, Draft, Kind, Leg
from planner.quota.lots import Draw, LotExists, LotFacts, lots
from planner.quota.movements import Ask, Warrant, grant, reserve_many, reverse
from planner.store import book, guard, migrations
from planner.store.open import open_store

PADDY = Account("P", "offset_paddy_m2", 2026)
LOT = PADDY._replace(park=lot_park("P", "HN//七"))
ON = date(2026, 1, 5)


def warrant(key: str) -> Warrant:
    return Warrant(ON, "b", "Li", key)


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.postgres)])
def address(request, tmp_path) -> str:
    return str(tmp_path / "w.gpkg") if request.param == "file" else request.getfixturevalue("new_database")()


@pytest.fixture
def store(address):
    """A lot of 100 m2, of which A has 60."""
    with closing(open_store(address, create=True)) as opened:
        with opened.turn() as turn:
            turn.append(grant(turn.standing(), warrant("g"), account=PADDY, amount=100, lot=LotFacts("HN//七")))
            asks, draws = [Ask("offset_paddy_m2", 2026, 60)], [Draw(LOT, 60)]
            turn.append(reserve_many(turn.standing(), warrant("r"), park="P", ref="A", asks=asks, draws=draws))
        yield opened


def legs(source: Bucket, target: Bucket, amount: int, account: Account = LOT, ref: str = "B") -> tuple[Leg, ...]:
    return Leg(*account, source, -amount, ref), Leg(*account, target, amount, ref)


TWICE = {
    "reserved twice": Draft(Kind.RESERVE, ON, "b", "Li", "x", legs(Bucket.FREE, Bucket.RESERVED, 41), "B"),
    "opened beyond it": Draft(Kind.OPEN, ON, "b", "Li", "x", legs(Bucket.FREE, Bucket.OPENED, 41), "B"),
    "committed beyond it": Draft(
        Kind.COMMIT, ON, "b", "Li", "x", legs(Bucket.RESERVED, Bucket.COMMITTED, 61, ref="A"), "A"),
    "granted once more": Draft(Kind.GRANT, ON, "b", "Li", "x", legs(Bucket.OUTSIDE, Bucket.FREE, 1)),
    "granted in another park and year": Draft(
        Kind.GRANT, ON, "b", "Li", "x",
        legs(Bucket.OUTSIDE, Bucket.FREE, 1, Account(lot_park("Q", "HN//七"), "offset_paddy_m2", 2027))),
}


@pytest.mark.parametrize("how", TWICE)
def test_the_store_itself_lets_no_part_of_a_lot_have_two_uses(store, how, monkeypatch):
    monkeypatch.setattr(book, "fence", lambda draft, stand: None)  # a program that believes everything
    with pytest.raises((StoreDamaged, DBAPIError)), store.turn() as turn:
        turn.append(TWICE[how])
    assert store.verify().entries == 2 and store.verify().ok and store.faults() == []
    assert [(lot.free, lot.holders) for lot in lots(store.standing()[0])] == [(40, {"A": 60})]


def test_what_is_free_of_a_lot_can_still_be_taken_to_the_last_part(store):
    with store.turn() as turn:
        asks, draws = [Ask("offset_paddy_m2", 2026, 40)], [Draw(LOT, 40)]
        turn.append(reserve_many(turn.standing(), warrant("s"), park="P", ref="B", asks=asks, draws=draws))
    assert store.faults() == []


def test_a_lot_whose_grant_was_reversed_may_come_again_and_one_whose_reversal_was_undone_may_not(address):
    with closing(open_store(address, create=True)) as store:
        def again(key: str) -> None:
            with store.turn() as turn:
                turn.append(grant(turn.standing(), warrant(key), account=PADDY, amount=5, lot=LotFacts("L")))

        def undo(seq: int) -> None:
            with store.turn() as turn:
                turn.append(reverse(turn.entries(), warrant(f"back {seq}"), seq=seq))

        again("1")
        undo(1)
        again("3")
        undo(3)
        undo(4)  # the grant stands again
        with pytest.raises(LotExists):
            again("6")
        assert store.verify().ok and store.faults() == []


@pytest.mark.parametrize("count", range(1, len(migrations.MIGRATIONS)))
def test_a_workspace_of_any_earlier_shape_opens_with_what_it_held_and_goes_on(address, count, monkeypatch):
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:count])
    guard.base.cache_clear()
    with closing(open_store(address, create=True)) as old, old._begun(write=True) as connection:
        connection.exec_driver_sql("INSERT INTO planner_settings (key, value) VALUES ('a', 'b')")
        book.append(connection, grant([], warrant("g"), account=PADDY, amount=7), "2026-01-05T12:00:00+00:00",
                    stand=standing([]), previous="")
    monkeypatch.undo()
    guard.base.cache_clear()
    with closing(open_store(address)) as store:
        assert store.settings() == {"a": "b"} and store.faults() == []
        with store.turn() as turn:
            turn.append(grant(turn.standing(), warrant("h"), account=PADDY, amount=5, lot=LotFacts("L")))
            turn.keep_record("scenario", "a", {"n": 1})
        assert store.records("scenario") == {"a": {"n": 1}} and store.layers() == []
        assert store.verify().ok and [lot.free for lot in lots(store.standing()[0])] == [5]


def test_the_program_refuses_the_same_with_the_figures(store):
    for draft in TWICE.values():
        if draft.kind in (Kind.RESERVE, Kind.COMMIT):
            with pytest.raises(Exception, match="41|61"):
                fence(draft, store.standing()[0])
