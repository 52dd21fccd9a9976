"""What is booked so far while the queue is judged. The tally remembers, the functions beside it think."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.admission.budgets import Key
from planner.admission.entrant import Entrant, Share
from planner.admission.outcome import Draw
from planner.admission.scenario import Retirement
from planner.text import N_, Text
from planner.units import booked


@dataclass(frozen=True)
class Booked:
    """One draw on a budget and whether its project is committed."""

    draw: Draw
    committed: bool


@dataclass(frozen=True)
class Joined:
    """One project's part in a ratio and whether it is committed."""

    id: str
    name: str
    share: Share
    committed: bool


class Tally:
    """Running sums by budget, and who made them; ``unknown`` says which budgets hold something that is not known.

    ``units`` are the cap units by cap key; retirements count from their start in each of ``years``, for the park's own
    budgets only.
    """

    def __init__(self, units: Mapping[str, str], years: Sequence[int]) -> None:
        self.base: dict[Key, int] = defaultdict(int)
        self.draws: dict[Key, list[Booked]] = defaultdict(list)
        self.joined: dict[Key, list[Joined]] = defaultdict(list)
        self.ratio_base: dict[Key, int] = defaultdict(int)
        self.ratio_amount: dict[Key, float] = defaultdict(float)
        self.ratio_value_added: dict[Key, float] = defaultdict(float)
        self.unknown: dict[Key, Text] = {}
        self.retired: dict[Key, float] = {}
        self.retired_base: dict[Key, int] = {}
        self.retired_value_added: dict[int, float] = {}
        self._units, self._years, self._retirements = units, years, tuple[Retirement, ...]()

    def add(self, entrant: Entrant) -> None:
        """Book all that a project asks. What is not known makes its budgets unknown."""
        for key, ask in entrant.asks.items():
            if ask.amount is None:
                self._doubt(key, entrant)
                continue
            self.base[key] += ask.base
            self.draws[key].append(Booked(Draw(entrant.id, entrant.name, ask.amount), entrant.committed))
        for key, share in entrant.shares.items():
            if share.numerator is None:
                self._doubt(key, entrant)
            self.ratio_base[key] += share.base
            self.ratio_amount[key] += share.numerator or 0.0
            self.ratio_value_added[key] += share.value_added
            self.joined[key].append(Joined(entrant.id, entrant.name, share, entrant.committed))

    def retire(self, rows: Iterable[Retirement]) -> None:
        """Put in load that ends."""
        more = tuple(rows)
        if more or not self.retired:
            self._retirements += more
            self._recount()

    def reinstate(self, rows: Iterable[Retirement]) -> None:
        """Take retirements out again."""
        gone = {id(row) for row in rows}
        if not gone:
            return
        self._retirements = tuple(row for row in self._retirements if id(row) not in gone)
        self._recount()

    def _recount(self) -> None:
        for year in self._years:
            ended = [row for row in self._retirements if row.start <= year]
            self.retired_value_added[year] = sum(row.value_added_wan_yuan for row in ended)
            for quota, unit in self._units.items():
                amounts = [getattr(row, quota, 0.0) for row in ended]
                self.retired[Key(None, quota, year)] = sum(amounts)
                self.retired_base[Key(None, quota, year)] = sum(booked(amount, unit) for amount in amounts if amount)

    def _doubt(self, key: Key, entrant: Entrant) -> None:
        self.unknown.setdefault(key, Text(N_("what '{id}' takes is not known"), id=entrant.id))
