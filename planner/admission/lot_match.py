"""Which lots of restored land stand behind which parcels: a small optimisation, the same answer every time.

Each offset quota is matched for itself: a paddy lot serves a paddy need, a surplus of one never covers another
(国土资规〔2017〕13号). Within a quota the answer is the best in this order: as much as possible is covered; lots of the
parcel's own county before those of its city, before those of its province (the ranks are rows of parameters); lots
with a known price before others; the least cost; what expires first; the name of the lot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from planner.errors import InputError
from planner.parameters import Parameters
from planner.quota.lots import Draw, Lot
from planner.text import N_, Text
from planner.units import booked

ORDERS = ("county", "city", "province")
UNPLACED = "unknown"  # the county of the parcel or of the lot is not stated
SLACK = 1e-9  # of a cost, by which a later aim may exceed what an earlier one reached


class NotSolved(InputError):
    code = "E_LOT_MATCH"
    sentence = N_("The lots of {quota} could not be matched: {reason}.")


@dataclass(frozen=True)
class Place:
    """Where a parcel lies or a lot was restored; empty where it is not stated."""

    county: str = ""
    city: str = ""
    province: str = ""


@dataclass(frozen=True)
class Need:
    """What one parcel asks of one offset quota in a year, base units."""

    ref: str
    quota: str
    year: int
    amount: int
    place: Place = Place()


@dataclass(frozen=True)
class Use:
    """A part of a lot for a parcel; ``cost_yuan`` None where the lot has no price."""

    need: Need
    lot: Lot
    amount: int
    order: str
    cost_yuan: Decimal | None

    @property
    def draw(self) -> Draw:
        return Draw(self.lot.account, self.amount)


@dataclass(frozen=True)
class Match:
    """The parts taken, what each need is short of (base units), what is left of each lot, and why lots were passed."""

    uses: tuple[Use, ...]
    short: tuple[tuple[Need, int], ...]
    left: tuple[tuple[Lot, int], ...]
    passed: tuple[tuple[Lot, Text], ...]

    @property
    def cost_yuan(self) -> Decimal:
        """Of the parts whose lot has a price."""
        return sum((use.cost_yuan for use in self.uses if use.cost_yuan is not None), Decimal(0))

    @property
    def unpriced(self) -> tuple[Use, ...]:
        return tuple(use for use in self.uses if use.cost_yuan is None)


@dataclass(frozen=True)
class _Pair:
    need: Need
    lot: Lot
    order: str


def load() -> None:
    """Load what solves. It takes from a third of a second to a whole one: before a turn, in which everybody waits."""
    import scipy.optimize
    import scipy.sparse  # noqa: F401


def match(needs: Sequence[Need], lots: Sequence[Lot], parameters: Parameters, *, on: date) -> Match:
    """The best use of lots for these needs on a day, quota by quota. Takes nothing from any lot yet.

    Raises CoefficientMissing when the order of places has no row on that day, NotSolved.
    """
    ranks = {order: parameters.coefficient(f"lot_order_{order}", on).value for order in ORDERS}
    ranks[UNPLACED] = max(ranks.values()) + 1
    uses: list[Use] = []
    for quota in dict.fromkeys(need.quota for need in needs):
        asked = [need for need in needs if need.quota == quota and need.amount > 0]
        offered = sorted(
            (lot for lot in lots if lot.quota == quota and lot.free > 0),
            key=lambda lot: (lot.facts.expiry or date.max, lot.facts.id, lot.park),
        )
        pairs = [_Pair(n, lot, order) for n in asked for lot in offered if (order := _order(n, lot, on)) in ranks]
        uses += _solved(quota, pairs, asked, offered, ranks)
    taken = {lot.account: sum(use.amount for use in uses if use.lot.account == lot.account) for lot in lots}
    covered = {id(need): sum(use.amount for use in uses if use.need is need) for need in needs}
    return Match(
        tuple(uses),
        tuple((need, need.amount - covered[id(need)]) for need in needs if need.amount > covered[id(need)]),
        tuple((lot, lot.free - taken[lot.account]) for lot in lots if lot.free > taken[lot.account]),
        tuple((lot, why) for lot in lots if lot.free and (why := _passed(needs, lot, on)) is not None),
    )


def _order(need: Need, lot: Lot, on: date) -> str:
    """How near a lot lies to a parcel: county, city, province, unknown; empty where it cannot serve at all."""
    if lot.expired(on) or lot.year > need.year:
        return ""
    here, there = need.place, Place(lot.facts.county, lot.facts.city, lot.facts.province)

    def same(name: str) -> bool | None:
        ours, theirs = getattr(here, name), getattr(there, name)
        return ours == theirs if ours and theirs else None

    if same("province") is False:
        return ""
    if same("city") is False:
        return "province" if same("province") else UNPLACED
    if same("county"):
        return "county"
    if same("city"):
        return "city" if same("county") is False else UNPLACED
    return "province" if same("province") and same("county") is False else UNPLACED


def _passed(needs: Sequence[Need], lot: Lot, on: date) -> Text | None:
    """Why a lot of a quota that is needed can serve none of the needs."""
    asked = [need for need in needs if need.quota == lot.quota]
    if not asked or any(_order(need, lot, on) for need in asked):
        return None
    if lot.expired(on):
        return Text(N_("expired on {day}"), day=lot.facts.expiry)
    if all(lot.year > need.year for need in asked):
        return Text(N_("counts from {year} on"), year=lot.year)
    return Text(N_("lies in another province: {province}"), province=lot.facts.province)


def _solved(
    quota: str, pairs: Sequence[_Pair], needs: Sequence[Need], lots: Sequence[Lot], ranks: dict[str, float]
) -> list[Use]:
    """One quota: aim by aim, each keeping what the aims before it reached."""
    from scipy import sparse  # see ``load``
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not pairs:
        return []
    limits = np.array([need.amount for need in needs] + [lot.free for lot in lots], dtype=float)
    at_need = [needs.index(pair.need) for pair in pairs]
    at_lot = [len(needs) + lots.index(pair.lot) for pair in pairs]
    columns = np.arange(len(pairs))
    sums = sparse.csr_matrix(
        (np.ones(2 * len(pairs)), (at_need + at_lot, np.concatenate([columns, columns]))), (len(limits), len(pairs))
    )
    kept: list[Any] = [LinearConstraint(sums, ub=limits)]
    answer = np.zeros(len(pairs))
    for aim in _aims(pairs, lots, ranks):
        found = milp(aim, constraints=kept, integrality=np.ones(len(pairs)), bounds=Bounds(0, np.inf))
        if found.x is None:
            raise NotSolved(quota=Text(quota), reason=found.message)
        answer = np.rint(found.x)
        reached = float(aim @ answer)
        kept.append(LinearConstraint(sparse.csr_matrix(aim), ub=reached + abs(reached) * SLACK))
    return [
        Use(pair.need, pair.lot, int(amount), pair.order, _cost(pair.lot, int(amount)))
        for pair, amount in zip(pairs, answer, strict=True)
        if amount > 0
    ]


def _aims(pairs: Sequence[_Pair], lots: Sequence[Lot], ranks: dict[str, float]) -> list[Any]:
    """What is minimised, in turn; an aim that is the same for all parts is left out."""

    def row(value: Callable[[_Pair], float]) -> Any:
        return np.array([value(pair) for pair in pairs], dtype=float)

    orders = sorted(ranks, key=lambda order: ranks[order])
    aims = [row(lambda _: -1.0)]
    aims += [row(lambda pair, order=order: -float(pair.order == order)) for order in orders]  # type: ignore[misc]
    aims += [row(lambda pair: float(pair.lot.facts.price_yuan is None)), row(lambda pair: _price(pair.lot))]
    aims += [row(lambda pair: float(lots.index(pair.lot)))]
    return [aims[0], *(aim for aim in aims[1:] if np.ptp(aim) > 0)]


def _price(lot: Lot) -> float:
    """Yuan for one base unit; 0 where the lot has no price."""
    price = lot.facts.price_yuan
    return 0.0 if price is None else float(price) / _base_units(lot)


def _base_units(lot: Lot) -> float:
    """How many base units the price is for: 1 mu is 666.67 m2."""
    return booked(10**6, lot.facts.price_unit) / 10**6


def _cost(lot: Lot, amount: int) -> Decimal | None:
    """What a part of a lot costs, to the fen."""
    if lot.facts.price_yuan is None:
        return None
    exact = lot.facts.price_yuan * amount * 10**6 / booked(10**6, lot.facts.price_unit)
    return exact.quantize(Decimal("0.01"))
