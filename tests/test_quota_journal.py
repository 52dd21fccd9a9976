"""The journal before outside auditors: beancount and hledger accept it and add up to the book's own figures."""

from __future__ import annotations

import csv
import io
import subprocess
from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest
from beancount import loader
from beancount.core import data
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from planner.quota.accounts import LIST, Account, Cell
from planner.quota.balances import standing
from planner.quota.chain import seal
from planner.quota.entries import Bucket, Draft, Entry
from planner.quota.journal import FormatUnknown, account_name, commodity, journal
from planner.quota.lots import Draw, LotFacts, lots
from planner.quota.movements import MOVEMENTS, Ask, Warrant, grant, reserve_many, reverse, transfer
from planner.quota.year_end import carry, close, expire, expire_lot
from tests.book_machine import BookMachine

ENERGY, PADDY = Account("ZONE", "energy_tce", 2026), Account("ZONE", "offset_paddy_m2", 2026)


class Book:
    """Entries in a list, each a day later than the one before but the last two, which come late."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def warrant(self) -> Warrant:
        count = len(self.entries)
        on = date(2026, 1, 1 + count) if count < 20 else date(2026, 1, 3)
        return Warrant(on, '琼发 7 号; "quoted" | \\ 2', "李 Li", f"key-{count}")

    def write(self, draft: Draft) -> None:
        last = self.entries[-1].hash if self.entries else ""
        self.entries.append(seal(draft, seq=len(self.entries) + 1, at="2026-01-05T00:00:00", previous=last))

    def do(self, verb: str, amount: int, ref: str = "", account: Account = ENERGY) -> None:
        self.write(MOVEMENTS[verb](self.entries, self.warrant(), account=account, amount=amount, ref=ref))


@pytest.fixture(scope="module")
def book() -> list[Entry]:
    """Every verb once, names that no journal takes as they are, a year closed, opened and closed again."""
    b = Book()
    lot = LotFacts("HN//2024 七", "琼山区", expiry=date(2027, 12, 31))
    b.do("grant", 1000)
    b.do("grant", 500, account=PADDY)
    b.write(grant(b.entries, b.warrant(), account=PADDY, amount=300, lot=lot))
    b.do("open", 1200, "BASELINE")
    b.do("release", 500, "BASELINE")
    b.do("grant", 50, account=ENERGY._replace(year=2025))
    b.write(transfer(b.entries, b.warrant(), source="PROVINCE", target="ZONE", quota="energy_tce", year=2026, amount=9))
    b.write(transfer(b.entries, b.warrant(), source="ZONE", target="药谷", quota="energy_tce", year=2026, amount=8))
    asks = [Ask("energy_tce", 2026, 60), Ask("energy_tce", 2027, 5, LIST), Ask("offset_paddy_m2", 2026, 90)]
    draws = [Draw(lots(b.entries)[0].account, 40)]
    b.write(reserve_many(b.entries, b.warrant(), park="ZONE", ref="宗地 a", asks=asks, draws=draws))
    b.do("commit", 30, "宗地 a")
    b.do("commit", 20, "宗地 a", PADDY)
    b.write(expire(b.entries, b.warrant(), ref="宗地 a", park="ZONE"))
    b.write(expire_lot(b.entries, b.warrant(), park="ZONE", lot=lot.id))
    b.do("reserve", 7, "a--b")
    b.write(reverse(b.entries, b.warrant(), seq=14))
    year = ENERGY._replace(year=2025)
    b.write(carry(b.entries, b.warrant(), account=year, share=Fraction(1, 2), source="rule"))
    for _ in range(2):
        b.write(close(b.entries, b.warrant(), park="ZONE", year=2025))
        b.write(reverse(b.entries, b.warrant(), seq=len(b.entries)))
    b.write(close(b.entries, b.warrant(), park="ZONE", year=2025))
    b.do("reserve", 3, "late")
    return b.entries


def ours(entries: list[Entry]) -> dict[tuple[str, str], int]:
    """Account and commodity -> amount by our own fold, empty accounts left out."""
    return {(account_name(at), commodity(at.quota)): n for at, n in standing(entries).cells.items() if n}


def by_beancount(path: str) -> tuple[dict[tuple[str, str], int], list[object]]:
    """What beancount adds up to, and what it complains of."""
    read, errors, _ = loader.load_file(path)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for transaction in (one for one in read if isinstance(one, data.Transaction)):
        for posting in transaction.postings:
            sums[posting.account, posting.units.currency] += int(posting.units.number)
    return {key: amount for key, amount in sums.items() if amount}, errors


def by_hledger(path: str) -> dict[tuple[str, str], int]:
    """What hledger adds up to in its strict mode: every account and commodity declared, every assertion met."""
    call = ["hledger", "-f", path, "balance", "--strict", "--flat", "--no-total", "-O", "csv"]
    said = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    found = {}
    for row in csv.DictReader(io.StringIO(said)):
        for amount in row["balance"].split(", "):
            number, _, unit = amount.partition(" ")
            found[row["account"], unit.strip('"')] = int(number)
    return found


def test_beancount_accepts_the_journal_and_adds_up_to_the_same(book, tmp_path):
    (tmp_path / "book.beancount").write_text(journal(book, "beancount"), "utf-8")
    found, errors = by_beancount(str(tmp_path / "book.beancount"))
    assert (errors, found) == ([], ours(book))


def test_beancount_finds_a_certified_figure_that_was_changed(book, tmp_path):
    told = journal(book, "beancount")
    changed = told.replace(":2025:Free  25 ENERGY-KGCE", ":2025:Free  26 ENERGY-KGCE", 1)
    assert changed != told
    (tmp_path / "book.beancount").write_text(changed, "utf-8")
    assert any("Balance failed" in str(error) for error in by_beancount(str(tmp_path / "book.beancount"))[1])


@pytest.mark.hledger
def test_hledger_accepts_the_journal_and_adds_up_to_the_same(book, tmp_path):
    (tmp_path / "book.journal").write_text(journal(book, "hledger"), "utf-8")
    assert by_hledger(str(tmp_path / "book.journal")) == ours(book)


@pytest.mark.hledger
def test_hledger_finds_an_amount_that_was_changed(book, tmp_path):
    told = journal(book, "hledger")
    changed = told.replace("R-late  3 ", "R-late  4 ", 1).replace("Free  -3 ", "Free  -4 ", 1)
    assert changed != told
    (tmp_path / "book.journal").write_text(changed, "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        by_hledger(str(tmp_path / "book.journal"))


def test_beancount_adds_up_any_history_to_the_same(tmp_path):
    class Audited(BookMachine):
        def teardown(self) -> None:
            entries = self.store.entries()
            (tmp_path / "any.beancount").write_text(journal(entries, "beancount"), "utf-8")
            assert by_beancount(str(tmp_path / "any.beancount")) == (ours(entries), [])
            super().teardown()

    run_state_machine_as_test(Audited, settings=settings(max_examples=8, stateful_step_count=30, deadline=None))


def test_an_empty_book_is_an_empty_journal(tmp_path):
    (tmp_path / "book.beancount").write_text(journal([], "beancount"), "utf-8")
    assert by_beancount(str(tmp_path / "book.beancount")) == ({}, [])


def test_no_two_cells_share_an_account():
    names = ["a b", "a-b", "a_b", "a--b", "宗地 1", "宗地 2", "A-B", ""]
    cells = [Cell(park, "energy_tce", 2026, Bucket.RESERVED, ref) for park in names[:-1] for ref in names]
    assert len({account_name(at) for at in cells}) == len(cells)


def test_a_form_that_no_program_reads_is_refused():
    with pytest.raises(FormatUnknown, match="beancount, hledger"):
        journal([], "ledger")
