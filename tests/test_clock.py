"""Moments are kept in UTC and told on the clock of the place."""

from __future__ import annotations

import time

import pytest

from planner.desk import clock


@pytest.mark.parametrize(("place", "said", "zone"), [
    ("Asia/Shanghai", "2026-03-01 07:30:05", "UTC+08:00"), ("UTC", "2026-02-28 23:30:05", "UTC")])
def test_an_act_of_the_evening_in_utc_is_one_of_the_next_morning_in_haikou(place, said, zone, monkeypatch):
    monkeypatch.setenv("TZ", place)
    time.tzset()
    try:
        assert clock.told("2026-02-28T23:30:05.359428+00:00") == said
        assert clock.zone() == zone
    finally:
        monkeypatch.undo()
        time.tzset()
