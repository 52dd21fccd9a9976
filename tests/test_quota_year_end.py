"""What ends in the book: reservations and lots lapse, years are carried over and closed, errors are reversed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from planner.desk.ground import accounts_of
from planner.desk.queue import book_view
from planner.errors import NoAccount, NotHeld, Overdraw, UsageError
from planner.quota.accounts import LIST, Account
from planner.quota.balances import YearClosed, balances, certificate, standing
from planner.quota.chain import seal, verify
from planner.quota.entries import Draft, Entry, Kind
from planner.quota.lots import Draw, LotExists, LotFacts, LotsNeeded, LotUnknown, lots
from planner.quota.movements import MOVEMENTS, Ask, Warrant, grant, reserve, reserve_many, reverse, transfer
from planner.quota.notes import closing_note
from planner.quota.stock import barred, pooled
from planner.quota.year_end import (
    CarryRefused,
    NothingReserved,
    StillReserved,
    carry,
    close,
    expire,
    expire_lot,
    expire_part,
)

LAND = Account("P", "new_construction_m2", 2026)
PADDY = Account("P", "offset_paddy_m2", 2026)
HALF = {"share": Fraction(1, 2), "source": "rule 7"}


class Book:
    """Entries in a list, chained as a store would."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def warrant(self) -> Warrant:
        return Warrant(date(2026, 12, 30), "Decision 7", "Li", f"key-{len(self.entries) + 1}")

    def write(self, draft: Draft) -> Book:
        last = self.entries[-1].hash if self.entries else ""
        self.entries.append(seal(draft, seq=len(self.entries) + 1, at="2026-12-30T00:00:00+00:00", previous=last))
        return self

    def do(self, verb: str, amount: int, ref: str = "", account: Account = LAND) -> Book:
        return self.write(MOVEMENTS[verb](self.entries, self.warrant(), account=account, amount=amount, ref=ref))

    def end(self, verb, **words) -> Book:
        return self.write(verb(self.entries, self.warrant(), **words))

    def lot(self, id: str, amount: int, account: Account = PADDY, **facts) -> Book:
        return self.write(
            grant(self.entries, self.warrant(), account=account, amount=amount, lot=LotFacts(id, **facts))
        )

    def row(self, account: Account = LAND) -> tuple[int, int, int, int]:
        b = next(b for b in balances(self.entries) if (b.park, b.quota, b.year) == account)
        return b.granted, b.reserved, b.committed, b.free

    def parts(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        return {(lot.park, lot.facts.id): (lot.free, lot.reserved, lot.committed) for lot in lots(self.entries)}


def granted(amount: int = 100, account: Account = LAND) -> Book:
    return Book().do("grant", amount, account=account)


# ---------------------------------------------------------------- expire
def test_all_that_a_reference_has_reserved_lapses_in_one_entry_and_what_is_final_stays():
    later = LAND._replace(year=2027)
    book = granted().do("grant", 50, account=later).do("reserve", 30, "A").do("reserve", 9, "A", later)
    book.do("commit", 10, "A").do("reserve", 5, "B").end(expire, ref="A")
    assert (book.row(), book.row(later)) == ((100, 5, 10, 85), (50, 0, 0, 50))
    assert book.entries[-1].draft.kind is Kind.EXPIRE and len(book.entries[-1].draft.legs) == 4


def test_everybody_s_reservations_of_a_year_lapse_when_the_park_and_the_year_are_named():
    book = granted().do("reserve", 30, "A").do("reserve", 5, "B").end(expire, park="P", year=2026)
    assert book.row() == (100, 0, 0, 100)


def test_a_part_lapses_and_more_than_is_reserved_does_not():
    book = granted().do("reserve", 30, "A").end(expire_part, account=LAND, amount=10, ref="A")
    assert book.row() == (100, 20, 0, 80)
    with pytest.raises(NotHeld):
        book.end(expire_part, account=LAND, amount=21, ref="A")


def test_nothing_reserved_is_nothing_to_lapse_and_a_call_without_anybody_is_refused():
    with pytest.raises(NothingReserved, match="A P"):
        granted().end(expire, ref="A", park="P")
    with pytest.raises(UsageError, match="--for"):
        granted().end(expire, park="P")


# ---------------------------------------------------------------- carry
def test_half_of_what_is_free_is_carried_and_the_whole_stays_the_same():
    book = granted(100).do("reserve", 20, "A").end(carry, account=LAND, **HALF)
    assert (book.row(), book.row(LAND._replace(year=2027))) == ((60, 20, 0, 40), (40, 0, 0, 40))


def test_carrying_twice_carries_no_more_than_the_rule_and_a_reversed_carry_counts_for_nothing():
    book = granted(100).end(carry, account=LAND, amount=30, **HALF).end(carry, account=LAND, **HALF)
    assert book.row(LAND._replace(year=2027))[0] == 50
    with pytest.raises(CarryRefused, match="50%"):
        book.end(carry, account=LAND, **HALF)
    book.end(reverse, seq=2).end(carry, account=LAND, amount=30, **HALF)
    assert book.row(LAND._replace(year=2027))[0] == 50


@pytest.mark.parametrize("words", [{"amount": 51, **HALF}, {"share": Fraction(0), "source": "none"}])
def test_more_than_the_rule_lets_is_not_carried(words):
    with pytest.raises(CarryRefused):
        granted(100).end(carry, account=LAND, **words)


def test_an_overrun_account_and_the_list_carry_nothing():
    with pytest.raises(CarryRefused):
        granted(10).do("open", 20, "BASELINE").end(carry, account=LAND, **HALF)
    with pytest.raises(UsageError, match="LIST"):
        granted(10, LAND._replace(park=LIST)).end(carry, account=LAND._replace(park=LIST), **HALF)


# ---------------------------------------------------------------- close
def closed() -> Book:
    return granted().do("reserve", 30, "A").do("commit", 30, "A").end(close, park="P", year=2026)


def test_a_close_certifies_what_stands_and_verification_holds_the_book_to_it():
    book = closed()
    figures = {"granted": 100, "opened": 0, "reserved": 0, "committed": 30, "free": 70}
    assert certificate(book.entries, "P", 2026) == {"new_construction_m2": figures}
    assert verify(book.entries).ok
    forged = {"new_construction_m2": figures | {"free": 71}}
    last = book.entries.pop()
    book.write(replace(last.draft, note=closing_note("P", 2026, forged)))
    assert "certifies" in str(verify(book.entries).problem)
    book.entries.pop()
    book.write(replace(last.draft, note='{"certified": 7}'))
    assert not verify(book.entries).ok


def test_a_closed_year_is_opened_only_by_reversing_its_close():
    book = closed()
    for verb, amount, ref in (("grant", 1, ""), ("reserve", 1, "B"), ("open", 1, "B")):
        with pytest.raises(YearClosed, match="entry 4"):
            book.do(verb, amount, ref)
    with pytest.raises(YearClosed):
        book.end(close, park="P", year=2026)
    book.do("grant", 5, account=LAND._replace(year=2027)).do("grant", 5, account=LAND._replace(park="Q"))
    book.end(reverse, seq=4).do("reserve", 1, "B").end(expire, ref="B").end(close, park="P", year=2026)
    with pytest.raises(YearClosed, match=f"entry {len(book.entries)}"):
        book.end(reverse, seq=2)
    assert verify(book.entries).ok


def test_a_year_that_was_opened_again_is_closed_anew_and_not_by_reversing_the_reversal():
    book = closed().end(reverse, seq=4).do("grant", 5)  # what the close had certified stands no more
    with pytest.raises(UsageError, match="Close the year anew"):
        book.end(reverse, seq=5)
    assert verify(book.end(close, park="P", year=2026).entries).ok


def test_what_a_reversed_reversal_brought_back_goes_once_by_reversing_what_brought_it_back():
    book = granted().do("reserve", 30, "A").end(reverse, seq=2).end(reverse, seq=3)
    assert book.row() == granted().do("reserve", 30, "A").row()
    with pytest.raises(UsageError, match="reversed by entry 4"):
        book.end(reverse, seq=3)
    with pytest.raises(UsageError, match="Reverse entry 4"):
        book.end(reverse, seq=2)
    book.do("reserve", 30, "A").end(reverse, seq=4)  # another 30, which must stay whatever is undone
    assert book.row() == granted().do("reserve", 30, "A").row()
    for seq, said in ((2, "already reversed by entry 3"), (3, "Reverse entry 6"), (4, "already reversed by entry 6")):
        with pytest.raises(UsageError, match=said):
            book.end(reverse, seq=seq)
    assert verify(book.entries).ok


def test_a_year_with_reservations_is_not_closed_and_a_year_without_accounts_neither():
    with pytest.raises(StillReserved, match="A, B"):
        granted().do("reserve", 1, "B").do("reserve", 1, "A").end(close, park="P", year=2026)
    with pytest.raises(NoAccount):
        granted().end(close, park="P", year=2030)


# ---------------------------------------------------------------- lots
def test_a_lot_is_granted_once_and_again_only_after_its_grant_was_reversed():
    book = Book().lot("L1", 60)
    with pytest.raises(LotExists, match="entry 1"):
        book.lot("L1", 5)
    book.lot("L1", 7, PADDY._replace(quota="offset_quantity_m2")).end(reverse, seq=1).lot("L1", 50)
    assert [(lot.quota, lot.free) for lot in lots(book.entries)] == [("offset_paddy_m2", 50), ("offset_quantity_m2", 7)]
    assert book.row(PADDY)[0] == 50


def drawn(book: Book, id: str, amount: int) -> Draw:
    return Draw(next(lot for lot in lots(book.entries) if lot.facts.id == id).account, amount)


def test_a_lot_follows_its_reservation_to_the_end_and_its_parts_are_used_once():
    book = Book().do("grant", 40, account=PADDY).lot("L1", 60)
    book.end(reserve, account=PADDY, amount=50, ref="A", draws=[drawn(book, "L1", 45)])
    assert book.parts() == {("P", "L1"): (15, 45, 0)}
    book.do("commit", 20, "A", PADDY).do("release", 10, "A", PADDY)
    assert book.parts() == {("P", "L1"): (25, 15, 20)}
    book.end(expire, ref="A")
    assert book.parts() == {("P", "L1"): (40, 0, 20)} and book.row(PADDY) == (100, 0, 20, 80)
    with pytest.raises(Overdraw):
        book.end(reserve, account=PADDY, amount=50, ref="B", draws=[drawn(book, "L1", 41)])


def test_what_only_lots_cover_is_not_reserved_without_naming_them():
    book = Book().do("grant", 40, account=PADDY).lot("L1", 60)
    with pytest.raises(LotsNeeded, match="40 m2 are free outside of lots; 41"):
        book.do("reserve", 41, "A", PADDY)
    assert book.do("reserve", 40, "A", PADDY).row(PADDY)[3] == 60


def test_lots_go_along_when_quota_goes_to_another_park_and_keep_their_names():
    book = Book().do("grant", 40, account=PADDY).lot("L1", 60, county="X")
    book.end(transfer, source="P", target="Q", quota=PADDY.quota, year=2026, amount=70)
    assert book.parts() == {("P", "L1"): (30, 0, 0), ("Q", "L1"): (30, 0, 0)}
    book.end(transfer, source="P", target="PROVINCE", quota=PADDY.quota, year=2026, amount=30)
    assert book.parts() == {("Q", "L1"): (30, 0, 0)} and verify(book.entries).ok
    assert all(lot.facts.county == "X" for lot in lots(book.entries))


def test_an_expired_lot_leaves_the_book_by_a_written_entry_with_what_is_free_of_it():
    book = Book().do("grant", 40, account=PADDY).lot("L1", 60)
    book.end(reserve, account=PADDY, amount=10, ref="A", draws=[drawn(book, "L1", 10)])
    book.end(expire_lot, park="P", lot="L1")
    assert book.parts() == {("P", "L1"): (0, 10, 0)} and book.row(PADDY) == (50, 10, 0, 40)
    with pytest.raises(LotUnknown):
        book.end(expire_lot, park="P", lot="L1")
    book.end(reverse, seq=4)
    assert book.parts() == {("P", "L1"): (50, 10, 0)} and book.row(PADDY) == (100, 10, 0, 90)


def test_what_is_free_of_an_expired_lot_or_in_a_closed_year_is_barred_and_an_entry_takes_it_out():
    book = Book().do("grant", 40, account=PADDY).lot("L1", 60, expiry=date(2026, 12, 30))
    last, after = date(2026, 12, 30), date(2026, 12, 31)
    assert barred(book.entries, "P", last) == {} and barred(book.entries, "P", after) == {(PADDY.quota, 2026): 60}
    assert pooled(book.entries, Ask(PADDY.quota, 2026, 100), park="P", on=last)
    with pytest.raises(Overdraw, match="free 40 m2"):
        pooled(book.entries, Ask(PADDY.quota, 2026, 41), park="P", on=after)
    assert accounts_of(book.entries, "P", after)["", PADDY.quota, 2026].free == 40  # as a check and the queue see it
    assert book_view(standing(book.entries), "P", {}, after).closed == {(PADDY.quota, 2026): 60.0}
    shut = Book().do("grant", 40, account=PADDY).lot("L1", 60, expiry=date(2026, 1, 1)).end(close, park="P", year=2026)
    assert barred(shut.entries, "P", after) == {(PADDY.quota, 2026): 100}  # not twice
    assert barred(book.end(expire_lot, park="P", lot="L1").entries, "P", after) == {}


def test_a_reversed_reservation_gives_its_lots_back():
    book = Book().lot("L1", 60)
    book.end(reserve, account=PADDY, amount=50, ref="A", draws=[drawn(book, "L1", 50)]).end(reverse, seq=2)
    assert book.parts() == {("P", "L1"): (60, 0, 0)}
    with pytest.raises(UsageError, match="already reversed by entry 3"):
        book.end(reverse, seq=2)


# ---------------------------------------------------------------- the years of a project, and the list
def test_a_project_takes_every_year_of_its_ramp_in_one_entry_and_the_list_pays_without_a_grant():
    energy = Account("P", "energy_tce", 2026)
    book = granted(100, energy).do("grant", 100, account=energy._replace(year=2027))
    asks = [Ask("energy_tce", 2026, 40), Ask("energy_tce", 2027, 80), Ask("carbon_tco2", 2026, 9, LIST)]
    book.end(reserve_many, park="P", ref="A", asks=asks)
    assert len(book.entries) == 3
    assert (book.row(energy)[1], book.row(energy._replace(year=2027))[1]) == (40, 80)
    assert book.row(Account(LIST, "carbon_tco2", 2026)) == (0, 9, 0, -9)
    with pytest.raises(Overdraw):
        book.end(reserve_many, park="P", ref="B", asks=[Ask("energy_tce", 2026, 60), Ask("energy_tce", 2027, 21)])
    assert book.row(energy)[1] == 40
