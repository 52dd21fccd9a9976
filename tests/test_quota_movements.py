"""The verbs of the book: what moves, what is refused, and laws that hold after any history."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import NoAccount, NotHeld, Overdraw, PlannerError, ReservedShort, UsageError
from planner.quota.accounts import BASELINE, LIST, Account
from planner.quota.balances import balances, free, held, references
from planner.quota.chain import seal, verify
from planner.quota.entries import Draft, Entry
from planner.quota.movements import MOVEMENTS, Ask, Warrant, reserve_many, reverse, transfer

LAND, ENERGY = Account("P", "new_construction_m2", 2026), Account("P", "energy_tce", 2026)


class Book:
    """Entries in a list, chained as a store would."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def warrant(self) -> Warrant:
        return Warrant(date(2026, 1, 5), "Decision 7", "Li", f"key-{len(self.entries) + 1}")

    def write(self, draft: Draft) -> Book:
        last = self.entries[-1].hash if self.entries else ""
        self.entries.append(seal(draft, seq=len(self.entries) + 1, at="2026-01-05T00:00:00+00:00", previous=last))
        return self

    def do(self, verb: str, amount: int, ref: str = "", account: Account = LAND) -> Book:
        return self.write(MOVEMENTS[verb](self.entries, self.warrant(), account=account, amount=amount, ref=ref))

    def row(self, account: Account = LAND) -> tuple[int, int, int, int, int, bool]:
        b = next(b for b in balances(self.entries) if (b.park, b.quota, b.year) == account)
        return b.granted, b.opened, b.reserved, b.committed, b.free, b.overrun


def granted(amount: int = 100, account: Account = LAND) -> Book:
    return Book().do("grant", amount, account=account)


def test_a_reservation_moves_free_quota_and_a_commit_makes_it_final():
    book = granted().do("reserve", 40, "A")
    assert book.row() == (100, 0, 40, 0, 60, False)
    assert book.do("commit", 30, "A").row() == (100, 0, 10, 30, 60, False)


def test_exactly_what_is_free_can_be_reserved_and_one_more_cannot():
    assert granted().do("reserve", 100, "A").row()[4] == 0
    with pytest.raises(Overdraw) as refused:
        granted(100_000, ENERGY).do("reserve", 100_001, "A", ENERGY)
    assert (refused.value.facts["asked"], refused.value.facts["free"]) == (100.001, 100.0)  # tce, not kgce
    assert refused.value.facts["short_by"] == pytest.approx(0.001)
    assert refused.value.exit_status == 4


def test_opening_may_exceed_the_grant_and_then_every_draw_is_refused_until_it_is_covered():
    book = granted().do("open", 130, BASELINE)
    assert book.row() == (100, 130, 0, 0, -30, True)
    with pytest.raises(Overdraw):
        book.do("reserve", 1, "A")
    book.do("grant", 20)
    assert book.row()[4:] == (-10, True)
    book.do("release", 15, BASELINE)
    assert book.do("reserve", 5, "A").row() == (120, 115, 5, 0, 0, False)


def test_a_commit_beyond_the_reservation_is_an_overdraw_even_when_the_park_has_free_quota():
    with pytest.raises(ReservedShort) as refused:
        granted().do("reserve", 40, "A").do("commit", 41, "A")
    assert refused.value.code == "E_OVERDRAW"
    with pytest.raises(ReservedShort):
        granted().do("reserve", 40, "A").do("commit", 1, "B")


def test_release_gives_back_the_reserved_first_then_the_opened_but_never_the_committed():
    book = granted().do("open", 10, "A").do("reserve", 20, "A").do("commit", 5, "A").do("release", 18, "A")
    assert book.row() == (100, 7, 0, 5, 88, False)
    with pytest.raises(NotHeld) as refused:
        book.do("release", 8, "A")
    assert refused.value.facts["held"] == 7


def test_a_transfer_moves_what_is_granted_and_cannot_take_what_is_not_free():
    book = granted()
    book.write(transfer(book.entries, book.warrant(), source="P", target="Q", quota=LAND.quota, year=2026, amount=60))
    assert book.row()[0] == 40
    assert book.row(LAND._replace(park="Q")) == (60, 0, 0, 0, 60, False)
    with pytest.raises(Overdraw):
        transfer(book.entries, book.warrant(), source="P", target="Q", quota=LAND.quota, year=2026, amount=41)


def test_the_province_gives_without_limit_and_has_no_row_in_the_balance():
    book = Book()
    book.write(transfer([], book.warrant(), source="PROVINCE", target="P", quota=LAND.quota, year=2026, amount=10**9))
    assert [(b.park, b.granted) for b in balances(book.entries)] == [("P", 10**9)]
    with pytest.raises(Overdraw):
        transfer(book.entries, book.warrant(), source="P", target="CITY", quota=LAND.quota, year=2026, amount=10**9 + 1)
    with pytest.raises(UsageError):
        transfer([], book.warrant(), source="PROVINCE", target="CITY", quota=LAND.quota, year=2026, amount=1)


def test_the_list_is_uncapped_until_it_is_granted_something():
    listed = ENERGY._replace(park=LIST)
    book = Book().do("reserve", 500, "A", listed)
    assert book.row(listed)[2:] == (500, 0, -500, False)
    book.do("grant", 600, account=listed)
    with pytest.raises(Overdraw):
        book.do("reserve", 101, "B", listed)


def test_land_and_energy_are_reserved_in_one_entry_or_not_at_all():
    book = granted().do("grant", 50, account=ENERGY)
    asks = [Ask("new_construction_m2", 2026, 60), ("energy_tce", 2026, 51)]
    with pytest.raises(Overdraw) as refused:
        reserve_many(book.entries, book.warrant(), park="P", ref="C-1", asks=asks)
    assert str(refused.value.facts["quota"]) == "energy_tce"
    book.write(
        reserve_many(book.entries, book.warrant(), park="P", ref="C-1", asks=[asks[0], ("energy_tce", 2026, 50)])
    )
    assert (len(book.entries), book.row()[4], book.row(ENERGY)[4]) == (3, 40, 0)


def test_the_same_quota_asked_twice_in_one_entry_counts_twice():
    with pytest.raises(Overdraw):
        reserve_many(
            granted().entries, Book().warrant(), park="P", ref="C", asks=[("new_construction_m2", 2026, 60)] * 2
        )


def test_a_quota_without_account_is_named_when_a_case_asks_for_it():
    with pytest.raises(NoAccount) as refused:
        reserve_many(granted().entries, Book().warrant(), park="P", ref="C", asks=[("energy_tce", 2026, 1)])
    facts = refused.value.facts
    assert (facts["park"], str(facts["quota"]), facts["year"]) == ("P", "energy_tce", 2026)


def test_references_come_in_the_order_of_their_first_entry_and_vanish_with_their_last_amount():
    book = granted().do("open", 10, BASELINE).do("reserve", 20, "Z").do("reserve", 5, "A").do("reserve", 1, "Z")
    key = ("new_construction_m2", 2026)
    assert [(r.ref, r.amounts[key]) for r in references(book.entries, "P")] == [(BASELINE, 10), ("Z", 21), ("A", 5)]
    book.do("release", 21, "Z")
    assert [r.ref for r in references(book.entries, "P")] == [BASELINE, "A"]
    assert held(book.entries, "A")[LAND].reserved == 5


def test_only_a_correcting_entry_takes_back_what_is_committed_and_it_does_so_once():
    book = granted().do("reserve", 40, "A").do("commit", 40, "A")
    book.write(reverse(book.entries, book.warrant(), seq=3))
    assert book.row() == (100, 0, 40, 0, 60, False)
    with pytest.raises(UsageError):
        reverse(book.entries, book.warrant(), seq=3)
    with pytest.raises(Overdraw):
        reverse(book.entries, book.warrant(), seq=1)


@pytest.mark.parametrize(
    "change",
    [
        {"account": LAND._replace(park="CITY")},
        {"account": LAND._replace(park=" ")},
        {"account": LAND._replace(year=26)},
        {"account": LAND._replace(quota="apples")},
        {"amount": 0},
        {"amount": -1},
        {"amount": 10**16},
        {"ref": ""},
    ],
)
def test_a_call_that_cannot_be_booked_is_an_input_error(change):
    call = {"account": LAND, "amount": 1, "ref": "A"} | change
    with pytest.raises(PlannerError) as refused:
        MOVEMENTS["open"](granted().entries, Book().warrant(), **call)
    assert refused.value.exit_status == 2


STEPS = st.lists(
    st.tuples(
        st.sampled_from([*MOVEMENTS, "transfer", "reverse"]),
        st.integers(1, 60),
        st.sampled_from("AB"),
        st.sampled_from(["P", "Q"]),
        st.sampled_from([LAND[1:], ENERGY[1:]]),
    ),
    max_size=25,
)


def step(book: Book, verb: str, amount: int, ref: str, park: str, quota: tuple[str, int]) -> None:
    """One move of a history; what the book refuses is left out."""
    try:
        if verb == "reverse":
            book.write(reverse(book.entries, book.warrant(), seq=amount))
        elif verb == "transfer":
            name, year = quota
            other = {"P": "Q", "Q": "PROVINCE"}[park]
            book.write(
                transfer(book.entries, book.warrant(), source=park, target=other, quota=name, year=year, amount=amount)
            )
        else:
            book.do(verb, amount, ref, Account(park, *quota))
    except PlannerError:
        return


@settings(max_examples=50)
@given(STEPS)
def test_after_any_history_the_legs_cancel_and_nothing_but_opened_use_overruns(steps):
    book = Book()
    for one in steps:
        step(book, *one)
    assert verify(book.entries).ok
    opened_in = {
        (leg.park, leg.quota, leg.year) for e in book.entries if e.draft.kind == "open" for leg in e.draft.legs
    }
    for b in balances(book.entries):
        assert b.granted == b.free + b.opened + b.reserved + b.committed
        assert min(b.opened, b.reserved, b.committed) >= 0
        assert b.free >= 0 or (b.park, b.quota, b.year) in opened_in
        assert free(book.entries, Account(b.park, b.quota, b.year)) == b.free
    assert sum(leg.amount for e in book.entries for leg in e.draft.legs) == 0


@settings(max_examples=50)
@given(STEPS)
def test_reversing_the_last_entry_and_its_reversal_leaves_what_there_was(steps):
    book = granted()
    for one in steps:
        step(book, *one)
    before, last = balances(book.entries), book.entries[-1]
    try:
        book.write(reverse(book.entries, book.warrant(), seq=last.seq))
    except Overdraw:  # opened use stands on what came in: it cannot be taken back
        assert last.draft.kind in ("grant", "transfer", "release")
        return
    assert balances(book.entries) != before
    book.write(reverse(book.entries, book.warrant(), seq=len(book.entries)))
    assert balances(book.entries) == before
