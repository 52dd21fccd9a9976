"""What stands in the book, remembered: read on, not added up twice for nothing, of the moment in which it is asked."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from threading import Event, Thread
from time import sleep

import pytest
from sqlalchemy.pool import QueuePool

from planner.desk.bookshelf import KEPT, Bookshelf
from planner.quota.accounts import Account
from planner.quota.balances import balances
from planner.quota.movements import MOVEMENTS, Warrant
from planner.store.geopackage import GeoPackageStore

LAND = Account("P", "new_construction_m2", 2026)


class Added(GeoPackageStore):
    """A workspace that counts how often everything was added up."""

    times = 0

    def standing(self):
        self.times += 1
        return super().standing()


@pytest.fixture
def store(tmp_path):
    with closing(Added(tmp_path / "workspace.gpkg", create=True)) as made:
        grant(made)
        yield made


def grant(store) -> None:
    """One m2 more."""
    with store.turn() as turn:
        stand = turn.standing()
        warrant = Warrant(date(2026, 1, 5), "b", "Li", f"k{stand.entries}")
        turn.append(MOVEMENTS["grant"](stand, warrant, account=LAND, amount=1, ref=""))


def elsewhere(work) -> None:
    thread = Thread(target=work)
    thread.start()
    thread.join()


def granted(shelf: Bookshelf) -> int:
    (row,) = balances(shelf.standing())
    assert shelf.balances() == (row,)
    return row.granted


def test_the_book_is_added_up_once_and_read_on_from_there(store):
    shelf = Bookshelf(store)
    assert granted(shelf) == 1
    for amount in range(2, 2 * KEPT + 3):
        grant(store)
        assert granted(shelf) == amount
    assert store.times == 1


def test_within_a_moment_it_is_of_that_moment_and_others_need_not_add_up_again(store):
    shelf, seen = Bookshelf(store), []
    assert granted(shelf) == 1
    with store.moment():
        store.head()
        for _ in range(3):
            elsewhere(lambda: grant(store))
            assert granted(shelf) == 1
            elsewhere(lambda: seen.append(granted(shelf)))
    assert seen == [2, 3, 4] and granted(shelf) == 4 and store.times == 1


def test_a_moment_from_long_before_is_added_up_for_itself_and_the_newest_is_read_on(store):
    shelf = Bookshelf(store)
    with store.moment():
        store.head()
        for _ in range(KEPT + 1):
            elsewhere(lambda: (grant(store), granted(shelf)))
        assert granted(shelf) == 1
    assert granted(shelf) == KEPT + 2 and store.times == 2


def test_a_book_that_lost_its_last_entries_is_told_as_it_is(store, tmp_path):
    shelf = Bookshelf(store)
    store.backup(str(tmp_path / "earlier.gpkg"))
    grant(store)
    assert granted(shelf) == 2
    with closing(Added(tmp_path / "earlier.gpkg")) as earlier:
        shelf._store = earlier
        assert granted(shelf) == 1
        grant(earlier)
        assert granted(shelf) == 2 and shelf.standing().entries == 2


def test_who_holds_the_last_connection_and_waits_for_the_shelf_is_not_waited_for(store):
    pool = store._engine.pool
    store._engine.pool = QueuePool(pool._creator, pool_size=1, max_overflow=0, timeout=3, dialect=store._engine.dialect)
    shelf, looks, told = Bookshelf(store), Event(), []

    def page() -> None:
        looks.wait()
        told.append(granted(shelf))

    other = Thread(target=page)
    other.start()
    with store.moment():
        looks.set()
        sleep(0.3)  # the page has come to where it waits
        assert granted(shelf) == 1
    other.join()
    assert told == [1]
