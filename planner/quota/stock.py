"""A stock is one pool of many years: what came in an earlier year and is not used yet may be drawn in a later one.

The accounts stay apart by year (each with its own grants and its own close); a draw names the accounts it takes from.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate

from planner.errors import Overdraw
from planner.quota.accounts import Account, amount_shown, cell, unit_of
from planner.quota.balances import Book, shut, standing
from planner.quota.entries import Bucket
from planner.quota.lots import lots
from planner.quota.movements import Ask
from planner.text import Text


def barred(entries: Book, park: str, on: date) -> dict[tuple[str, int], int]:
    """What stands free in a park and nobody can draw on a day, base units by (quota, year): what is left in closed
    years, and in the others what is free of lots whose last day is over, until an entry takes them out."""
    stand = standing(entries)
    found = shut(stand, park)
    for lot in lots(stand, park):
        if lot.free and lot.expired(on) and stand.closed_by(park, lot.year) is None:
            found[lot.quota, lot.year] = found.get((lot.quota, lot.year), 0) + lot.free
    return found


def pooled(entries: Book, ask: Ask, *, park: str, on: date) -> list[Ask]:
    """The parts of what is asked of a stock by the account that gives them: the year's own first, then the years before
    it, the nearest first. Without such an account it is asked of the year's own, which refuses it.

    What a later year overdrew is kept back, and what nobody can draw on that day (``barred``). Raises Overdraw with
    what can be drawn in all.
    """
    stand = standing(entries)
    years = sorted({at.year for at in stand.cells if (at.park, at.quota) == (park, ask.quota)})
    kept = barred(stand, park, on)
    frees = [stand.amount(cell(Account(park, ask.quota, year), Bucket.FREE, "")) - kept.get((ask.quota, year), 0)
             for year in years]
    sums = dict(zip(years, accumulate(frees), strict=True))
    before = [year for year in years if year <= ask.year]
    if not before:
        return [ask]
    most = min(sums[year] for year in years if year >= before[-1])
    if ask.amount > most:
        asked, there = amount_shown(ask.quota, ask.amount), amount_shown(ask.quota, most)
        raise Overdraw(quota=Text(ask.quota), year=ask.year, unit=unit_of(ask.quota), asked=asked, park=park,
                       free=there, short_by=asked - there,
                       where={"park": park, "quota": ask.quota, "year": ask.year})
    free, parts, left = dict(zip(years, frees, strict=True)), [], ask.amount
    for year in reversed(before):
        part = min(left, max(0, free[year]))
        parts += [ask._replace(year=year, amount=part)] if part else []
        left -= part
    return parts
