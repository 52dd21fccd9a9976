"""Terms in years and days, as permits count them."""

from __future__ import annotations

from datetime import date


def years_after(day: date, years: float) -> date:
    """The same day so many years later; 29 February becomes the 28th where there is none.

    Parameters: ``years`` whole or in months (0.5 is six months).
    Source: 《民法典》(2020) 第二百零二条: a term of years ends on the day that corresponds to the one it began.
    """
    months = day.month - 1 + round(years * 12)
    year, month = day.year + months // 12, months % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise ValueError(day)


def said(day: date) -> str:
    return day.isoformat()
