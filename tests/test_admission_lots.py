"""Lots behind parcels: each offset for itself, near before far, and the least cost a brute search can find."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.admission.lot_match import Match, Need, Place, match
from planner.quota.lots import Lot, LotFacts
from planner.store.parameters import load

ON = date(2026, 5, 1)
HOME = Place("秀英区", "海口市", "海南省")
QUANTITY, PADDY = "offset_quantity_m2", "offset_paddy_m2"


def lot(id: str, free: int, *, quota: str = QUANTITY, year: int = 2025, price: str | None = None, **facts) -> Lot:
    place = {"county": HOME.county, "city": HOME.city, "province": HOME.province} | facts
    known = LotFacts(id, price_yuan=None if price is None else Decimal(price), price_unit="m2", **place)
    return Lot(known, "ZONE", quota, year, free, 0, 0)


def need(amount: int, *, quota: str = QUANTITY, ref: str = "P-1", place: Place = HOME) -> Need:
    return Need(ref, quota, 2026, amount, place)


def taken(found: Match) -> dict[str, int]:
    return {use.lot.facts.id: use.amount for use in found.uses}


def matched(needs: list[Need], lots: list[Lot]) -> Match:
    return match(needs, lots, load(), on=ON)


def test_a_surplus_of_dry_land_covers_no_paddy():
    # Scenario S2 of the domain's figures: 12.0 ha cultivated of which 3.0 ha paddy; the pool has 20 ha and 1.0 ha.
    found = matched(
        [need(120_000), need(30_000, quota=PADDY)], [lot("dry", 200_000), lot("wet", 10_000, quota=PADDY)]
    )
    assert taken(found) == {"dry": 120_000, "wet": 10_000}
    assert [(short.quota, amount) for short, amount in found.short] == [(PADDY, 20_000)]
    assert [(one.facts.id, amount) for one, amount in found.left] == [("dry", 80_000)]


def test_the_own_county_comes_before_the_city_and_the_province_whatever_the_price():
    far = lot("far", 50, county="儋州市", city="儋州市", price="1")
    near, own = lot("near", 50, county="龙华区", price="2"), lot("own", 50, price="9")
    found = matched([need(120)], [far, near, own])
    assert taken(found) == {"own": 50, "near": 50, "far": 20}
    assert [use.order for use in found.uses] == ["province", "city", "county"]
    assert found.cost_yuan == 50 * 9 + 50 * 2 + 20 * 1


def test_at_the_same_distance_the_cheaper_lot_goes_then_what_expires_first():
    found = matched([need(30)], [lot("dear", 99, price="2"), lot("cheap", 99, price="1")])
    assert taken(found) == {"cheap": 30}
    found = matched([need(30)], [lot("a", 99), lot("b", 20, expiry=date(2026, 12, 31))])
    assert taken(found) == {"b": 20, "a": 10} and len(found.unpriced) == 2


def test_a_lot_that_expired_counts_later_or_lies_in_another_province_is_passed_with_its_reason():
    old, later = lot("old", 9, expiry=date(2026, 4, 30)), lot("later", 9, year=2027)
    last_day, abroad = lot("today", 9, expiry=ON), lot("abroad", 9, county="徐闻县", city="湛江市", province="广东省")
    found = matched([need(30)], [old, later, last_day, abroad])
    assert taken(found) == {"today": 9}
    assert {one.facts.id: why.msgid.split()[0] for one, why in found.passed} == {
        "old": "expired", "later": "counts", "abroad": "lies",
    }


def test_a_lot_without_a_county_is_taken_after_all_others():
    found = matched([need(10)], [lot("a", 8, county="", city="", province=""), lot("b", 8, county="x", city="y")])
    assert taken(found) == {"a": 2, "b": 8}
    assert [use.order for use in found.uses] == ["unknown", "province"]


def test_two_parcels_share_the_lots_and_none_is_used_twice():
    other = Place("龙华区", "海口市", "海南省")
    here, there = lot("here", 10), lot("there", 10, county="龙华区")
    found = matched([need(10), need(10, ref="P-2", place=other)], [here, there])
    assert {(use.need.ref, use.lot.facts.id, use.amount) for use in found.uses} == {
        ("P-1", "here", 10), ("P-2", "there", 10),
    }


def test_a_price_for_a_mu_is_paid_for_the_part_that_is_taken():
    facts = LotFacts("mu", price_yuan=Decimal(120_000), price_unit="mu")
    found = matched([need(1_000)], [Lot(facts, "ZONE", QUANTITY, 2025, 5_000, 0, 0)])
    assert found.cost_yuan == Decimal(180_000)  # 1 000 m2 are 1.5 mu


AMOUNTS = st.integers(0, 3)


@settings(max_examples=60)
@given(
    st.lists(AMOUNTS, min_size=1, max_size=2),
    st.lists(st.tuples(AMOUNTS, st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=3),
)
def test_no_other_use_of_the_lots_covers_more_lies_nearer_or_costs_less(asks, offers):
    counties = ["秀英区", "龙华区", "别处"]
    cities = ["海口市", "海口市", "三亚市"]
    lots = [
        lot(f"L{i}", free, county=counties[far], city=cities[far], price=str(price))
        for i, (free, far, price) in enumerate(offers)
    ]
    found = matched([need(ask, ref=f"P{i}") for i, ask in enumerate(asks)], lots)

    def value(parts: dict[tuple[int, int], int]) -> tuple[int, ...]:
        near = [sum(n for (_, at), n in parts.items() if offers[at][1] == far) for far in range(3)]
        return (-sum(parts.values()), -near[0], -near[1], sum(n * offers[at][2] for (_, at), n in parts.items()))

    def allowed(parts: dict[tuple[int, int], int]) -> bool:
        return all(
            sum(n for (p, _), n in parts.items() if p == i) <= ask for i, ask in enumerate(asks)
        ) and all(sum(n for (_, at), n in parts.items() if at == j) <= lots[j].free for j in range(len(lots)))

    keys = list(product(range(len(asks)), range(len(lots))))
    ours = {(int(use.need.ref[1:]), int(use.lot.facts.id[1:])): use.amount for use in found.uses}
    assert allowed(ours)
    others = (dict(zip(keys, amounts, strict=True)) for amounts in product(range(4), repeat=len(keys)))
    assert value(ours) == min(value(parts) for parts in others if allowed(parts))


def test_the_order_of_lots_follows_the_rows_of_parameters():
    from dataclasses import replace

    rows = load()
    swapped = {"lot_order_county": 2.0, "lot_order_city": 1.0}
    turned = replace(rows, coefficients=tuple(
        replace(row, value=swapped.get(row.name, row.value)) for row in rows.coefficients
    ))
    lots = [lot("own", 9), lot("near", 9, county="龙华区")]
    found = match([need(9)], lots, turned, on=ON)
    assert taken(found) == {"near": 9}
    with pytest.raises(Exception, match="lot_order"):
        match([need(9)], lots, replace(rows, coefficients=()), on=ON)
