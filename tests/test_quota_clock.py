"""The clock moves and the balances do not: only a written entry changes what stands."""

from __future__ import annotations

import os
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest

from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.year_end import Ending
from planner.store.open import MEMORY, open_store

NEW_YEAR, SPRING = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
CLOCKS = {
    "still": [NEW_YEAR],
    "a day forth and back": [NEW_YEAR, NEW_YEAR + timedelta(days=1), NEW_YEAR - timedelta(days=1)],
    "over the end of the year": [NEW_YEAR, NEW_YEAR + timedelta(seconds=1)],
    "back over the end of the year": [NEW_YEAR + timedelta(seconds=1), NEW_YEAR],
    "over a change of summer time": [SPRING, SPRING + timedelta(seconds=2), SPRING - timedelta(hours=1)],
    "from zone to zone": [NEW_YEAR.astimezone(ZoneInfo(name)) for name in ("Asia/Shanghai", "America/New_York")],
}


def history(clock):
    """What stands after a history told under a clock, and the desk it was told to."""
    ticks = cycle(clock)
    desk = Desk(open_store(MEMORY, clock=lambda: next(ticks)), today=lambda: next(ticks).date())
    calls = [
        Movement(verb, "P", "energy_tce", year, amount, "tce", "d", "Li", f"k{n}", date(2026, 12, 31), ref)
        for n, (verb, year, amount, ref) in enumerate([
            ("grant", 2026, 100, ""), ("grant", 2027, 50, ""), ("reserve", 2026, 40, "A"), ("reserve", 2027, 40, "A"),
            ("commit", 2026, 15, "A"), ("reserve", 2026, 60, "B"), ("release", 2026, 10, "B"),
        ])
    ]
    for call in calls:
        desk.move(call)
    return desk


@pytest.mark.parametrize("name", CLOCKS)
def test_the_same_history_under_another_clock_leaves_the_same_balances(name):
    with closing(history(CLOCKS["still"])) as still, closing(history(CLOCKS[name])) as moved:
        assert moved.balances() == still.balances()
        assert [entry.seq for entry in moved.entries()] == list(range(1, 8)) and moved.verify().ok


def test_days_pass_and_a_reservation_neither_lapses_nor_comes_alive_again(monkeypatch):
    with closing(history(CLOCKS["still"])) as desk:
        before = desk.balances()
        for days in (1, 400, -400):
            desk.today = lambda days=days: date(2026, 12, 31) + timedelta(days=days)
            assert desk.balances() == before
        lapse = Ending("expire", "d", "Li", "lapse", date(2027, 1, 1), ref="B")
        desk.end(lapse)
        after = desk.balances()
        assert (before[0].reserved - after[0].reserved) == 50_000
        desk.today = lambda: date(2026, 6, 1)  # the clock goes back before the reservation
        assert desk.balances() == after


def test_another_time_zone_of_the_machine_changes_no_balance(monkeypatch):
    with closing(history(CLOCKS["still"])) as desk:
        before, head = desk.balances(), desk.verify().head
        for zone in ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert (desk.balances(), desk.verify().head) == (before, head)
    assert "TZ" in os.environ
    monkeypatch.undo()
    time.tzset()
