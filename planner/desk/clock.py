"""Moments as people read them: the book keeps them in UTC, they are told on the clock of the place where the planner
runs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def told(at: str) -> str:
    """A moment that was kept (ISO 8601 with its offset) as it was here, to the second."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def zone() -> str:
    """What the clock here is called, by what it is ahead of UTC now: "UTC+08:00"."""
    return str(timezone(datetime.now().astimezone().utcoffset() or timedelta()))
