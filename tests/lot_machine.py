"""A machine that writes histories with lots of restored land and counts every square metre of each lot.

How a need is spread over the lots is the matching's own affair (`test_admission_lots`); here it is counted that,
however it is spread, each lot was granted once, each part of it is in one place, and no reference holds more of lots
than it holds of the park's quota.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from planner.desk import booking, year_end
from planner.desk.booking import Movement
from planner.desk.year_end import Ending
from planner.errors import PlannerError
from planner.quota.accounts import lot_of
from planner.quota.balances import standing
from planner.quota.chain import verify
from planner.quota.entries import Bucket, Kind
from planner.quota.lots import LotFacts, lots
from planner.quota.notes import reverses
from planner.store.parameters import load
from tests.book_machine import Light

PADDY, ON = "offset_paddy_m2", date(2026, 5, 1)
PARKS, REFS, NAMES = st.sampled_from(("P", "Q")), st.sampled_from(("A", "B")), st.sampled_from("LMN")
YEARS = (2025, 2026)
AMOUNTS, GRANTS = st.integers(1, 12), st.integers(10, 60)


class LotMachine(RuleBasedStateMachine):
    """Histories of every verb that moves lots; what the book refuses is no step."""

    make_store: Callable[[], object] = Light

    def __init__(self) -> None:
        super().__init__()
        self.store, self.rows, self.asked = self.make_store(), load(), 0

    def do(self, call: Movement | Ending) -> None:
        self.asked += 1
        run = booking.move if isinstance(call, Movement) else year_end.end
        with suppress(PlannerError):
            run(self.store, self.rows, replace(call, key=f"k{self.asked}"))
        self.count()

    def count(self) -> None:
        entries = self.store.entries()
        stand = standing(entries)
        granted = self._granted(entries)
        inside, of_lots, of_park = defaultdict(int), defaultdict(int), defaultdict(int)
        for at, amount in stand.cells.items():
            owner = lot_of(at.park)
            if owner is not None:
                assert amount >= 0 or at.bucket is Bucket.OUTSIDE, f"{at} holds {amount}"
                inside[owner[1]] += amount if at.bucket is not Bucket.OUTSIDE else 0
                of_lots[owner[0], at.bucket, at.ref] += amount
            else:
                of_park[at.park, at.bucket, at.ref] += amount
        for name, amount in inside.items():
            assert amount <= sum(granted[name]), f"{amount} of the lot {name} are in use, {granted[name]} were granted"
        assert all(len(grants) <= 1 for grants in granted.values()), f"a lot was granted twice: {granted}"
        for (park, bucket, ref), amount in of_lots.items():
            if bucket in (Bucket.RESERVED, Bucket.COMMITTED):
                assert amount <= of_park[park, bucket, ref], f"{ref} holds more of lots than of the quota of {park}"
        free = {(lot.park, lot.facts.id, lot.year): lot.free for lot in lots(stand)}
        assert all(amount >= 0 for amount in free.values())

    def _granted(self, entries) -> dict[str, list[int]]:
        """The grants of each lot that stand, counted from the entries alone."""
        undone, found = set(), defaultdict(list)
        for entry in reversed(entries):  # whatever undid an entry comes after it, and may be undone itself
            back = reverses(entry.draft.note)
            if entry.seq not in undone and back is not None:
                undone.add(back)
            for leg in entry.draft.legs if entry.seq not in undone and back is None else ():
                lot = lot_of(leg.park)
                if lot and entry.draft.kind is Kind.GRANT and leg.bucket is Bucket.FREE and leg.amount > 0:
                    found[lot[1]].append(leg.amount)
        return found

    def move(self, verb, park, year, amount, **more) -> None:
        self.do(Movement(verb, park, PADDY, year, amount, "m2", "d", "Li", "", ON, **more))

    @rule(park=PARKS, year=st.sampled_from(YEARS), amount=GRANTS, lot=NAMES, expired=st.booleans())
    def grant_a_lot(self, park, year, amount, lot, expired) -> None:
        facts = LotFacts(lot, county="秀英区", expiry=date(2026, 1, 1) if expired else None)
        self.move("grant", park, year, amount, lot=facts)

    @rule(park=PARKS, year=st.sampled_from(YEARS), amount=GRANTS)
    def grant_without_a_lot(self, park, year, amount) -> None:
        self.move("grant", park, year, amount)

    @rule(verb=st.sampled_from(("reserve", "reserve", "reserve", "commit", "release")), park=PARKS,
          year=st.sampled_from(YEARS), amount=AMOUNTS, ref=REFS)
    def use(self, verb, park, year, amount, ref) -> None:
        self.move(verb, park, year, amount, ref=ref)

    @precondition(lambda self: self.held())
    @rule(verb=st.sampled_from(("commit", "release")), data=st.data(), amount=AMOUNTS)
    def go_on(self, verb, data, amount) -> None:
        """What somebody has reserved is committed or given back; the amount may be too large."""
        park, year, ref = data.draw(st.sampled_from(self.held()))
        self.move(verb, park, year, amount, ref=ref)

    def held(self) -> list[tuple[str, int, str]]:
        return sorted((at.park, at.year, at.ref) for at, amount in standing(self.store.entries()).cells.items()
                      if at.bucket is Bucket.RESERVED and amount > 0 and lot_of(at.park) is None)

    @rule(park=PARKS, year=st.sampled_from(YEARS), amount=AMOUNTS, ref=REFS)
    def open(self, park, year, amount, ref) -> None:
        self.move("open", park, year, amount, ref=ref)

    @rule(park=PARKS, year=st.sampled_from(YEARS), amount=AMOUNTS)
    def transfer(self, park, year, amount) -> None:
        self.move("transfer", park, year, amount, to_park="Q" if park == "P" else "P")

    @rule(ref=REFS)
    def lapse(self, ref) -> None:
        self.do(Ending("expire", "d", "Li", "", ON, ref=ref))

    @rule(park=PARKS, lot=NAMES)
    def expire_a_lot(self, park, lot) -> None:
        self.do(Ending("expire", "d", "Li", "", ON, park=park, lot=lot))

    @rule(back=st.integers(0, 5))
    def reverse(self, back) -> None:
        self.do(Ending("reverse", "d", "Li", "", ON, entry=len(self.store.entries()) - back))

    def teardown(self) -> None:
        assert verify(self.store.entries()).ok
        self.store.close()
