"""What ends in the book, and what is undone: expire, carry, close, reverse, each one entry in one turn of the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from planner.desk import documents_book
from planner.desk.booking import Document, base_amount, known_quota, once
from planner.desk.case_acts import refuse_open_conditions
from planner.errors import UsageError
from planner.parameters import Parameters
from planner.quota.accounts import Account, lot_of
from planner.quota.entries import RESERVED_NAMES, Draft
from planner.quota.movements import Warrant, reverse
from planner.quota.notes import closing
from planner.quota.year_end import carry, close, expire, expire_lot, expire_part
from planner.store.base import Store, Turn
from planner.text import N_, Text


@dataclass(frozen=True)
class Ending:
    """One call of a verb that ends or undoes something, as a person states it; what does not apply is left empty."""

    verb: str
    basis: str
    actor: str
    key: str
    on: date
    park: str = ""
    quota: str = ""
    year: int | None = None
    amount: Any = None
    unit: str = ""
    ref: str = ""
    lot: str = ""
    entry: int | None = None
    dated: bool = False

    @property
    def request(self) -> Document:
        """What the key stands for: not the person, and the day only where it was stated."""
        names = ("verb", "park", "quota", "year", "unit", "ref", "lot", "entry")
        stated = {name: getattr(self, name) for name in names}
        return {**stated, "amount": str(self.amount), "basis": self.basis,
                **({"on": str(self.on)} if self.dated else {})}

    @property
    def warrant(self) -> Warrant:
        return Warrant(self.on, self.basis, self.actor, self.key)

    def need(self, *names: str) -> None:
        """Refuse a call that lacks one of these. Raises UsageError."""
        for name in names:
            if not getattr(self, name):
                option = {"ref": "for"}.get(name, name)
                raise UsageError(problem=Text(N_("An entry needs --{option}."), option=option))


def concerned(store: Store, call: Ending) -> set[str]:
    """The parks whose accounts an ending touches."""
    if call.park and call.entry is None:
        return {call.park}
    named_in = store.entries(ref=call.ref) if call.ref else []
    legs = [leg for entry in named_in for leg in entry.draft.legs if leg.ref == call.ref]
    there = store.entries(after=call.entry - 1, before=call.entry + 1) if call.entry else []
    undone = there[0].draft if there else None
    closed = closing(undone.note) if undone else None
    named = {leg.park for leg in (*legs, *(undone.legs if undone else ()))} | ({closed[0]} if closed else set())
    return {(lot_of(park) or (park,))[0] for park in named} - RESERVED_NAMES


def end(store: Store, parameters: Parameters, call: Ending) -> Document:
    """One entry, or a refusal with the figures. Raises what the verb raises; then nothing is written."""

    def work(turn: Turn) -> Document:
        entry = turn.append(ENDINGS[call.verb](turn, parameters, call))
        certified = closing(entry.draft.note)
        return {
            "entry": entry.seq,
            "hash": entry.hash,
            **documents_book.went(entry, parameters),
            **({"certified": documents_book.figures(certified, parameters)["certified"]} if certified else {}),
            **({"reverses": call.entry} if call.verb == "reverse" else {}),
        }

    return once(store, key=call.key, request=call.request, actor=call.actor, work=work)


def _expire(turn: Turn, parameters: Parameters, call: Ending) -> Draft:
    quota = known_quota(call.quota, parameters).quota if call.quota else ""
    if call.ref:
        refuse_open_conditions(turn, call.ref)
    if call.lot:
        call.need("park")
        return expire_lot(turn.standing(), call.warrant, park=call.park, lot=call.lot, quota=quota)
    if call.amount is None:
        return expire(turn.standing(), call.warrant, ref=call.ref, park=call.park, quota=quota, year=call.year)
    call.need("ref", "park", "quota", "year", "unit")
    amount = base_amount(call.amount, call.unit, known_quota(quota, parameters))
    return expire_part(turn.standing(), call.warrant, account=_account(call, quota), amount=amount, ref=call.ref)


def _carry(turn: Turn, parameters: Parameters, call: Ending) -> Draft:
    call.need("park", "quota", "year", *(["unit"] if call.amount is not None else []))
    quota = known_quota(call.quota, parameters)
    rule = parameters.coefficient(f"carry_over_share_{quota.quota}", call.on)
    return carry(
        turn.standing(),
        call.warrant,
        account=_account(call, quota.quota),
        share=Fraction(str(rule.value)),
        source=rule.source,
        amount=None if call.amount is None else base_amount(call.amount, call.unit, quota),
    )


def _close(turn: Turn, parameters: Parameters, call: Ending) -> Draft:
    call.need("park", "year")
    return close(turn.standing(), call.warrant, park=call.park, year=call.year or 0)


def _reverse(turn: Turn, parameters: Parameters, call: Ending) -> Draft:
    return reverse(turn.entries(), call.warrant, seq=call.entry or 0)


def _account(call: Ending, quota: str) -> Account:
    return Account(call.park, quota, call.year or 0)


ENDINGS: Mapping[str, Callable[[Turn, Parameters, Ending], Draft]] = MappingProxyType(
    {"expire": _expire, "carry": _carry, "close": _close, "reverse": _reverse}
)
