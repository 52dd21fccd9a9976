"""Days that a case has spent in each state, in working days, against the terms that were promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner.admission.decision import CaseState, Dossier
from planner.parameters import CaseTerm, Holiday, in_force

LAST = frozenset({CaseState.WITHDRAWN, CaseState.CLOSED})  # nothing is waited for any more
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """A case in one state from a day on, until it left (None: it is there); ``days`` are working days."""

    state: CaseState
    first: date
    last: date | None
    days: int


@dataclass(frozen=True)
class TermSpent:
    """How much of a promised term is used, in working days."""

    term: CaseTerm
    spent: int
    running: bool

    @property
    def overdue(self) -> bool:
        return self.spent > self.term.limit


def working_days(first: date, last: date, holidays: Iterable[Holiday]) -> int:
    """Working days after ``first`` up to and with ``last``: Monday to Friday without the days off of ``holidays``,
    and the weekends that these make working days."""
    off: list[date] = []
    worked: list[date] = []
    for row in holidays:
        days = [row.first + n * A_DAY for n in range((row.last - row.first).days + 1)]
        (off if row.kind == "off" else worked).extend(days)
    if last <= first:
        return 0
    counted = int(np.busday_count(first + A_DAY, last + A_DAY, holidays=np.array(off, dtype="datetime64[D]")))
    return counted + len({day for day in worked if first < day <= last and day.weekday() >= 5})


def stays(now: Dossier, today: date, holidays: Sequence[Holiday]) -> tuple[Stay, ...]:
    """The states of this round in order; days add up, none counts twice."""
    found: list[tuple[CaseState, date]] = []
    for act in now.acts[now.began:]:
        if not found or found[-1][0] is not act.state:
            found.append((act.state, act.on))
    ends = [day for _, day in found[1:]] + [None]
    return tuple(
        Stay(state, first, last, 0 if state in LAST else working_days(first, last or max(today, first), holidays))
        for (state, first), last in zip(found, ends, strict=True)
    )


def terms(
    now: Dossier, today: date, promised: Sequence[CaseTerm], holidays: Sequence[Holiday]
) -> tuple[TermSpent, ...]:
    """Each term in force on the day the round began, with what is spent of it."""
    spent = stays(now, today, holidays)
    began = now.acts[now.began].on
    return tuple(
        TermSpent(term, sum(stay.days for stay in spent if stay.state in term.states.split()),
                  now.state in term.states.split())
        for term in promised
        if in_force(term, began)
    )


def years_without_holidays(now: Dossier, today: date, holidays: Sequence[Holiday]) -> tuple[int, ...]:
    """Years of this round for which no holiday is entered: weekends alone were taken out there."""
    known = {row.first.year for row in holidays}
    return tuple(year for year in range(now.acts[now.began].on.year, today.year + 1) if year not in known)
