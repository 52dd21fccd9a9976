"""Lots of restored land: what the workspace has, and which of them stand behind a parcel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from planner.admission.lot_match import ORDERS, Match, Need, Place, load, match
from planner.admission.outcome import Case
from planner.desk.ground import largest_part
from planner.land.parcel import Layer, Parcel
from planner.parameters import Parameters
from planner.quota.balances import Book
from planner.quota.lots import Draw, Lot, lots
from planner.quota.movements import Ask
from planner.text import Translate
from planner.units import booked, shown

Document = dict[str, Any]


def place_of(parcel: Parcel | None, parks: Iterable[Layer], settings: Mapping[str, str]) -> Place:
    """County, city and province of a parcel: those of the park that holds most of it, else those of the workspace."""
    feature = largest_part(parcel, parks) if parcel is not None else None
    stated = {name: None if feature is None else feature.get(name) for name in ORDERS}
    return Place(**{
        name: value if isinstance(value, str) and value else settings.get(name, "") for name, value in stated.items()
    })


def draws_for(
    book: Book,
    parameters: Parameters,
    asks: Iterable[Ask],
    *,
    park: str,
    ref: str,
    place: Place,
    on: date,
) -> list[Draw]:
    """The parts of a park's lots that stand behind what is asked of its offset quotas; none where it has no lots.

    What they do not cover has to be free outside of lots: the book refuses the rest.
    """
    stocks = {quota.quota for quota in parameters.quotas if quota.kind == "stock"}
    needs = [
        Need(ref, ask.quota, ask.year, ask.amount, place)
        for ask in asks
        if ask.quota in stocks and (ask.park or park) == park
    ]
    offered = lots(book, park) if needs else ()
    return [use.draw for use in match(needs, offered, parameters, on=on).uses] if offered else []


def ready(book: Book, parameters: Parameters, park: str, quotas: Iterable[str]) -> None:
    """Load what matches lots where a park has some and an offset quota is asked: before the turn that matches them."""
    stocks = {quota.quota for quota in parameters.quotas if quota.kind == "stock"}
    if stocks.intersection(quotas) and lots(book, park):
        load()


def needs_of(case: Case, parameters: Parameters, place: Place) -> list[Need]:
    """What a parcel asks of the offset quotas, in base units; what is not known asks nothing yet."""
    stocks = {quota.quota: quota.unit for quota in parameters.quotas if quota.kind == "stock"}
    return [
        Need(case.parcel.id, row.quota, row.year, booked(row.asked, stocks[row.quota]), place)
        for row in case.quotas
        if row.quota in stocks and row.asked
    ]


def lot_document(lot: Lot, parameters: Parameters, on: date) -> Document:
    """One row of `lots list`, amounts in the unit of the quota."""
    quota = parameters.quota(lot.quota)
    unit = quota.unit if quota else ""
    facts = lot.facts
    return {
        "lot": facts.id,
        "park": lot.park,
        "quota": lot.quota,
        "year": lot.year,
        "unit": unit,
        "county": facts.county,
        "city": facts.city,
        "province": facts.province,
        "expiry": facts.expiry.isoformat() if facts.expiry else None,
        "expired": lot.expired(on),
        "price_yuan": float(facts.price_yuan) if facts.price_yuan is not None else None,
        "price_unit": facts.price_unit or None,
        "lon": facts.lon,
        "lat": facts.lat,
        "document": lot.document,
        "free": shown(lot.free, unit),
        "reserved": shown(lot.reserved, unit),
        "committed": shown(lot.committed, unit),
        "holders": {ref: shown(amount, unit) for ref, amount in lot.holders.items()},
    }


def match_document(found: Match, needs: Sequence[Need], parameters: Parameters, say: Translate) -> Document:
    """`lots match`: what each need takes of which lot, what it is short of, what is left and what it costs."""
    units = {quota.quota: quota.unit for quota in parameters.quotas}
    short = {id(need): amount for need, amount in found.short}
    return {
        "needs": [
            {
                "parcel": need.ref,
                "quota": need.quota,
                "year": need.year,
                "unit": units[need.quota],
                "asked": shown(need.amount, units[need.quota]),
                "short_by": shown(short.get(id(need), 0), units[need.quota]),
                "county": need.place.county,
                "city": need.place.city,
                "province": need.place.province,
            }
            for need in needs
        ],
        "uses": [
            {
                "parcel": use.need.ref,
                "lot": use.lot.facts.id,
                "quota": use.lot.quota,
                "amount": shown(use.amount, units[use.lot.quota]),
                "unit": units[use.lot.quota],
                "order": use.order,
                "expiry": use.lot.facts.expiry.isoformat() if use.lot.facts.expiry else None,
                "cost_yuan": float(use.cost_yuan) if use.cost_yuan is not None else None,
            }
            for use in found.uses
        ],
        "cost_yuan": float(found.cost_yuan),
        "without_price": len(found.unpriced),
        "left": [
            {"lot": lot.facts.id, "quota": lot.quota, "amount": shown(n, units[lot.quota]), "unit": units[lot.quota]}
            for lot, n in found.left
        ],
        "passed": [{"lot": lot.facts.id, "quota": lot.quota, "because": why.say(say)} for lot, why in found.passed],
    }
