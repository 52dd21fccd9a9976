"""A machine that writes histories into a book and into a plain model of it, and compares the two after every step.

The model knows nothing of legs, folds or fences: it holds amounts in dictionaries and the rules of the verbs in a few
lines each. ``Light`` is the least store that can keep a book; the machine takes any other in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from planner.desk import booking, year_end
from planner.desk.booking import Movement
from planner.desk.year_end import Ending
from planner.errors import KeyReused, PlannerError
from planner.quota.balances import balances, fence, standing
from planner.quota.chain import balanced, seal, verify
from planner.quota.entries import Bucket
from planner.store.parameters import load

PARKS, OUTSIDE, YEARS, REFS = ("P", "Q"), ("PROVINCE", "CITY"), (2025, 2026), ("A", "B")
QUOTAS = ("energy_tce", "offset_paddy_m2")
UNITS = {"energy_tce": "kgce", "offset_paddy_m2": "m2"}
SHARES = {"energy_tce": 0, "offset_paddy_m2": 1}  # of what is free that the rules let be carried
OPEN, RESERVED, COMMITTED, FREE = "opened", "reserved", "committed", "free"
AMOUNTS, DAYS = st.integers(1, 12), st.dates(date(2025, 1, 1), date(2027, 12, 31))


class Light:
    """A store of nothing but a book and the answers given under keys."""

    def __init__(self) -> None:
        self.kept, self.acts = [], {}

    def entries(self):
        return list(self.kept)

    def standing(self):
        return standing(self.kept)

    def rows(self, table, **where):
        return []  # no case stands in the way of the book

    def close(self) -> None:
        return None

    def moment(self):
        return nullcontext()  # nobody else writes

    @contextmanager
    def turn(self):
        kept, acts = list(self.kept), dict(self.acts)
        try:
            yield self
        except BaseException:
            self.kept, self.acts = kept, acts
            raise

    def answer(self, key, content):
        if key in self.acts and self.acts[key][0] != content:
            raise KeyReused(key=key)
        return self.acts[key][1] if key in self.acts else None

    def remember(self, key, content, answer, actor) -> None:
        self.acts[key] = (content, answer)

    def append(self, draft):
        if any(entry.draft.key == draft.key for entry in self.kept):
            raise KeyReused(key=draft.key)
        fence(balanced(draft), standing(self.kept))
        last = self.kept[-1].hash if self.kept else ""
        self.kept.append(seal(draft, seq=len(self.kept) + 1, at="2026-01-01T00:00:00+00:00", previous=last))
        return self.kept[-1]


class Refused(Exception):
    """The model says no."""


class Model:
    """What should stand: amounts by (park, quota, year, bucket, ref)."""

    def __init__(self) -> None:
        self.amounts = defaultdict(int)
        self.granted, self.closed, self.carried = set(), {}, defaultdict(int)
        self.past: list[tuple[str, list, object]] = []  # kind, changes, what a close closed
        self.undone: set[int] = set()
        self.reversals: dict[int, int] = {}  # the entry that undoes -> the one undone

    def apply(self, kind: str, changes: list, closes: object = None) -> None:
        now = dict(self.amounts)
        for at, change in changes:
            park, _, year, bucket, _ = at
            if (park, year) in self.closed:
                raise Refused
            now[at] = now.get(at, 0) + change
            fact = bucket == FREE and kind == "open"
            listed = bucket == FREE and kind == "reserve" and park == "LIST" and at[:3] not in self.granted
            if change < 0 and now[at] < 0 and park not in OUTSIDE and not fact and not listed:
                raise Refused
        self.amounts = defaultdict(int, now)
        if kind in ("grant", "transfer"):
            self.granted |= {at[:3] for at, _ in changes if at[3] == FREE}
        self.past.append((kind, changes, closes))
        if closes:
            self.closed[closes] = len(self.past)

    def of(self, account: tuple, bucket: str, ref: str = "") -> int:
        return self.amounts.get((*account, bucket, ref), 0)

    def carry(self, account: tuple, amount: int | None) -> None:
        park, quota, year = account
        before = self.carried[account]
        limit = max(0, SHARES[quota] * (self.of(account, FREE) + before) - before)
        asked = limit if amount is None else amount
        if not limit or asked > limit:
            raise Refused
        self.apply("carry", [((*account, FREE, ""), -asked), ((park, quota, year + 1, FREE, ""), asked)])
        self.carried[account] += asked

    def close(self, park: str, year: int) -> None:
        rows = {at: n for at, n in self.amounts.items() if (at[0], at[2]) == (park, year)}
        if not rows or (park, year) in self.closed or any(n for at, n in rows.items() if at[3] == RESERVED):
            raise Refused
        self.apply("close", [], (park, year))

    def expire(self, **named: object) -> None:
        fields = ("park", "quota", "year", "bucket", "ref")
        hits = [
            (at, n) for at, n in self.amounts.items()
            if at[3] == RESERVED and n and all(at[fields.index(name)] == value for name, value in named.items())
        ]
        if not hits:
            raise Refused
        self.apply("expire", [leg for at, n in hits for leg in ((at, -n), ((*at[:3], FREE, ""), n))])

    def reverse(self, seq: int) -> None:
        if not 0 < seq <= len(self.past) or seq in self.undone:
            raise Refused
        kind, changes, closes = self.past[seq - 1]
        if kind == "close" and seq in self.reversals:  # a year is closed anew, not by undoing that it was opened
            raise Refused
        self.apply(kind, [(at, -change) for at, change in changes])
        self.undone.add(seq)
        self.reversals[len(self.past)] = seq
        if self.closed.get(closes) == seq:
            del self.closed[closes]
        if kind == "carry":
            (account, _), (_, back) = ((at[:3], n) for at, n in sorted(self.past[-1][1], key=lambda leg: leg[0][2]))
            self.carried[account] += back


def changes_of(verb: str, account: tuple, amount: int, ref: str, held: Callable[[str], int]) -> list:
    """What a verb inside one account changes."""
    def at(bucket: str) -> tuple:
        return (*account, bucket, "" if bucket == FREE else ref)

    ways = {"open": (FREE, OPEN), "reserve": (FREE, RESERVED), "commit": (RESERVED, COMMITTED)}
    if verb == "grant":
        return [(at(FREE), amount)]
    if verb != "release":
        return [(at(ways[verb][0]), -amount), (at(ways[verb][1]), amount)]
    if amount > held(RESERVED) + held(OPEN):
        raise Refused
    first = min(amount, held(RESERVED))
    parts = [(RESERVED, first), (OPEN, amount - first)]
    return [leg for bucket, part in parts if part for leg in ((at(bucket), -part), (at(FREE), part))]


class BookMachine(RuleBasedStateMachine):
    """Histories of every verb, keys repeated, days out of order."""

    make_store: Callable[[], object] = Light

    def __init__(self) -> None:
        super().__init__()
        self.store, self.model, self.rows = self.make_store(), Model(), load()
        self.calls: list[tuple[object, object]] = []

    def do(self, call: object, change: Callable[[], None]) -> None:
        """The same call to the book and to the model: both do it, or both refuse."""
        try:
            change()
            expected = True
        except Refused:
            expected = False
        try:
            answer = self.send(call)
        except PlannerError as refusal:
            assert not expected, f"the book refused what the model did: {refusal}"
        else:
            assert expected, f"the book did what the model refused: {call}"
            self.calls.append((call, answer))
        self.compare()

    def send(self, call: object) -> object:
        run = booking.move if isinstance(call, Movement) else year_end.end
        return run(self.store, self.rows, call)

    def compare(self) -> None:
        entries = self.store.entries()
        names = {b.value: b.value for b in Bucket}
        ours = {
            (*at.account, names[at.bucket.value], at.ref): n
            for at, n in standing(entries).cells.items() if n and at.bucket is not Bucket.OUTSIDE
        }
        theirs = {at: n for at, n in self.model.amounts.items() if n and at[0] not in OUTSIDE}
        assert ours == theirs
        assert len(entries) == len(self.model.past)
        for row in balances(entries):
            assert row.granted == row.opened + row.reserved + row.committed + row.free

    def key(self) -> str:
        return f"k{len(self.calls)}-{len(self.store.entries())}"

    @rule(verb=st.sampled_from(("grant", "grant", "open")), park=st.sampled_from((*PARKS, "LIST")),
          quota=st.sampled_from(QUOTAS), year=st.sampled_from(YEARS), ref=st.sampled_from(REFS), amount=AMOUNTS,
          on=DAYS)
    def begin(self, verb, park, quota, year, ref, amount, on) -> None:
        self.move(verb, (park, quota, year), "" if verb == "grant" else ref, amount, on)

    @rule(park=st.sampled_from((*PARKS, "LIST")), quota=st.sampled_from(QUOTAS), year=st.sampled_from(YEARS),
          ref=st.sampled_from(REFS), amount=AMOUNTS, on=DAYS)
    def reserve(self, park, quota, year, ref, amount, on) -> None:
        self.move("reserve", (park, quota, year), ref, amount, on)

    @precondition(lambda self: self.held())
    @rule(verb=st.sampled_from(("commit", "release", "release")), data=st.data(), amount=AMOUNTS, on=DAYS)
    def go_on(self, verb, data, amount, on) -> None:
        """What somebody holds is committed or given back; the amount may be too large."""
        park, quota, year, _, ref = data.draw(st.sampled_from(self.held()))
        self.move(verb, (park, quota, year), ref, amount, on)

    def held(self) -> list[tuple]:
        return sorted(at for at, n in self.model.amounts.items() if at[3] in (OPEN, RESERVED) and n)

    def move(self, verb, account, ref, amount, on) -> None:
        park, quota, year = account
        call = Movement(verb, park, quota, year, amount, UNITS[quota], "d", "Li", self.key(), on, ref)
        self.do(call, lambda: self.model.apply(
            verb, changes_of(verb, account, amount, ref, lambda bucket: self.model.of(account, bucket, ref))
        ))

    @rule(source=st.sampled_from((*PARKS, *OUTSIDE)), to=st.sampled_from((*PARKS, *OUTSIDE)),
          quota=st.sampled_from(QUOTAS), year=st.sampled_from(YEARS), amount=AMOUNTS, on=DAYS)
    def transfer(self, source, to, quota, year, amount, on) -> None:
        call = Movement("transfer", source, quota, year, amount, UNITS[quota], "d", "Li", self.key(), on, "", to)

        def change() -> None:
            if source == to or not {source, to} - set(OUTSIDE):
                raise Refused
            ends = [((park, quota, year, FREE, ""), n) for park, n in ((source, -amount), (to, amount))]
            self.model.apply("transfer", [end for end in ends if end[0][0] not in OUTSIDE])

        self.do(call, change)

    @rule(ref=st.sampled_from(REFS), on=DAYS)
    def expire(self, ref, on) -> None:
        self.do(Ending("expire", "d", "Li", self.key(), on, ref=ref), lambda: self.model.expire(ref=ref))

    @rule(park=st.sampled_from(PARKS), year=st.sampled_from(YEARS), on=DAYS)
    def expire_a_year(self, park, year, on) -> None:
        call = Ending("expire", "d", "Li", self.key(), on, park=park, year=year)
        self.do(call, lambda: self.model.expire(park=park, year=year))

    @rule(park=st.sampled_from(PARKS), quota=st.sampled_from(QUOTAS), year=st.sampled_from(YEARS),
          amount=st.none() | AMOUNTS, on=DAYS)
    def carry(self, park, quota, year, amount, on) -> None:
        unit = UNITS[quota] if amount else ""
        call = Ending("carry", "d", "Li", self.key(), on, park=park, quota=quota, year=year, amount=amount, unit=unit)
        self.do(call, lambda: self.model.carry((park, quota, year), amount))

    @rule(park=st.sampled_from(PARKS), year=st.sampled_from(YEARS), on=DAYS)
    def close_a_year(self, park, year, on) -> None:
        call = Ending("close", "d", "Li", self.key(), on, park=park, year=year)
        self.do(call, lambda: self.model.close(park, year))

    @rule(back=st.integers(0, 6), on=DAYS)
    def reverse(self, back, on) -> None:
        seq = len(self.model.past) - back
        call = Ending("reverse", "d", "Li", self.key(), on, entry=seq)
        self.do(call, lambda: self.model.reverse(seq))

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def repeat(self, data) -> None:
        """A request whose answer was lost is sent again: it is answered as before and nothing happens."""
        call, answer = data.draw(st.sampled_from(self.calls))
        try:
            again = self.send(call)
        except PlannerError as refusal:
            raise AssertionError(f"a repeated request was done again: {refusal}") from refusal
        assert again == answer
        self.compare()

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def reuse(self, data) -> None:
        """Another request under a key that was used is refused."""
        call, _ = data.draw(st.sampled_from(self.calls))
        try:
            self.send(replace(call, basis="another"))
        except KeyReused:
            return self.compare()
        except PlannerError as refusal:
            raise AssertionError(f"a used key was not recognised: {refusal}") from refusal
        raise AssertionError("a key was taken twice")

    def teardown(self) -> None:
        assert verify(self.store.entries()).ok
        self.store.close()
