"""A stock is one pool of many years: what came in an earlier year and is not used yet may be drawn in a later one.

The accounts stay apart by year (each with its own grants and its own close); a draw names the accounts it takes from.
"""

from __future__ import annotations

from itertools import accumulate

from planner.errors import Overdraw
from planner.quota.accounts import Account, amount_shown, cell, unit_of
from planner.quota.balances import Book, shut, standing
from planner.quota.entries import Bucket
from planner.quota.movements import Ask
from planner.text import Text


def pooled(entries: Book, ask: Ask, *, park: str) -> list[Ask]:
    """The parts of what is asked of a stock by the account that gives them: the year's own first, then the years before
    it, the nearest first. Without such an account it is asked of the year's own, which refuses it.

    What a later year overdrew is kept back, and what is left in a closed year. Raises Overdraw with what can be drawn
    in all.
    """
    stand = standing(entries)
    years = sorted({at.year for at in stand.cells if (at.park, at.quota) == (park, ask.quota)})
    closed = shut(stand, park)
    frees = [stand.amount(cell(Account(park, ask.quota, year), Bucket.FREE, "")) - closed.get((ask.quota, year), 0)
             for year in years]
    sums = dict(zip(years, accumulate(frees), strict=True))
    before = [year for year in years if year <= ask.year]
    if not before:
        return [ask]
    most = min(sums[year] for year in years if year >= before[-1])
    if ask.amount > most:
        asked, there = amount_shown(ask.quota, ask.amount), amount_shown(ask.quota, most)
        raise Overdraw(quota=Text(ask.quota), year=ask.year, unit=unit_of(ask.quota), asked=asked, park=park,
                       free=there, short_by=asked - there)
    free, parts, left = dict(zip(years, frees, strict=True)), [], ask.amount
    for year in reversed(before):
        part = min(left, max(0, free[year]))
        parts += [ask._replace(year=year, amount=part)] if part else []
        left -= part
    return parts
