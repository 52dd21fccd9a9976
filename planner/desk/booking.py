"""Movements of the book: read the balances, think, write one entry, all inside one turn of the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from planner.admission.decision import Override, decided_of
from planner.admission.lot_match import Place
from planner.admission.outcome import Case
from planner.desk import documents_book
from planner.desk.case_acts import refuse_open_conditions
from planner.desk.kept_check import kept_check
from planner.desk.lots import draws_for
from planner.errors import Blocked, InputError, NoAccount, Overdraw, UnknownVerdict
from planner.parameters import Parameters, Quota
from planner.quota.accounts import LIST, Account
from planner.quota.balances import Book, balances, standing
from planner.quota.lots import LotFacts
from planner.quota.movements import MOVEMENTS, Ask, Warrant, reserve_many, transfer
from planner.quota.stock import pooled
from planner.store.base import CaseRecord, Store, Turn, in_turn
from planner.text import N_, Text
from planner.units import base_unit, booked
from planner.verdict import Verdict

Document = dict[str, Any]
NOWHERE = Place()


class QuotaUnknown(InputError):
    code = "E_QUOTA"
    sentence = N_("The quota '{quota}' is not known. Use one of: {known}.")


class UnitMismatch(InputError):
    code = "E_UNIT"
    sentence = N_("The quota {quota} is kept in {kept}; {unit} cannot be converted to it.")


@dataclass(frozen=True)
class Movement:
    """One call of a ledger verb, as a person states it: the amount in ``unit``, not yet in base units."""

    verb: str
    park: str
    quota: str
    year: int
    amount: Any
    unit: str
    basis: str
    actor: str
    key: str
    on: date
    ref: str = ""
    to_park: str = ""
    lot: LotFacts | None = None
    note: str = ""
    place: Place = NOWHERE
    dated: bool = False

    @property
    def request(self) -> Document:
        """What the key stands for: not the person, and the day only where it was stated."""
        stated = ("verb", "park", "quota", "year", "amount", "unit", "basis", "ref", "to_park")
        lot = {"lot": self.lot.note()} if self.lot is not None else {}
        day = {"on": str(self.on)} if self.dated else {}
        return {**{name: str(getattr(self, name)) for name in stated}, **lot, **day}


def known_quota(name: str, parameters: Parameters) -> Quota:
    """The ledger's quota of that name. Raises QuotaUnknown."""
    kept = [quota for quota in parameters.quotas if quota.ledger]
    for quota in kept:
        if quota.quota == name:
            return quota
    raise QuotaUnknown(quota=name, known=", ".join(dict.fromkeys(quota.quota for quota in kept)))


def base_amount(amount: Any, unit: str, quota: Quota) -> int:
    """A stated amount in the quota's base units. Raises UnitUnknown, UnitMismatch."""
    if base_unit(unit) != base_unit(quota.unit):
        raise UnitMismatch(quota=quota.quota, kept=base_unit(quota.unit), unit=unit)
    return booked(amount, unit)


def content_hash(request: Mapping[str, Any]) -> str:
    """The seal of a request under its key."""
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()


def once(
    store: Store, *, key: str, request: Mapping[str, Any], actor: str, work: Callable[[Turn], Document],
    before: Callable[[], object] | None = None,
) -> Document:
    """Do a piece of writing once: the same key with the same request prints the first answer again. What takes long
    and writes nothing is done ``before`` the turn, in which everybody else waits.

    Raises KeyReused (other content) and whatever ``work`` raises; then nothing is written.
    """
    content = content_hash(request)

    def answered(turn: Turn) -> Document:
        earlier = turn.answer(key, content)
        if earlier is not None:
            return earlier
        with store.moment():
            answer = work(turn)
        turn.remember(key, content, answer, actor)
        return answer

    if before is not None:
        with store.moment():
            if store.answer(key, content) is None:
                before()
    return in_turn(store, answered)


def move(store: Store, parameters: Parameters, call: Movement) -> Document:
    """A ledger verb: one entry, or a refusal with the figures."""

    def work(turn: Turn) -> Document:
        return moved(turn, parameters, call)

    return once(store, key=call.key, request=call.request, actor=call.actor, work=work)


def moved(turn: Turn, parameters: Parameters, call: Movement) -> Document:
    """The movement inside a turn; its answer names the entry and what went where."""
    quota = known_quota(call.quota, parameters)
    amount = base_amount(call.amount, call.unit, quota)
    warrant = Warrant(call.on, call.basis, call.actor, call.key, call.note)
    stand = turn.standing()
    if call.verb in ("commit", "release"):
        refuse_open_conditions(turn, call.ref)
    if call.verb == "transfer":
        draft = transfer(
            stand,
            warrant,
            source=call.park,
            target=call.to_park,
            quota=quota.quota,
            year=call.year,
            amount=amount,
            ref=call.ref,
        )
    else:
        more: dict[str, Any] = {}
        if call.verb == "grant" and call.lot is not None:
            more = {"lot": call.lot}
        elif call.verb == "reserve":
            ask = Ask(quota.quota, call.year, amount)
            more = {"draws": draws_for(
                stand, parameters, [ask], park=call.park, ref=call.ref, place=call.place, on=call.on
            )}
        account = Account(call.park, quota.quota, call.year)
        draft = MOVEMENTS[call.verb](stand, warrant, account=account, amount=amount, ref=call.ref, **more)
    entry = turn.append(draft)
    return {"entry": entry.seq, "hash": entry.hash, **documents_book.went(entry, parameters)}


def move_all(turn: Turn, parameters: Parameters, calls: Iterable[Movement]) -> list[Document]:
    """Several movements in one turn: all or none."""
    return [moved(turn, parameters, call) for call in calls]


def refuse_unfit(case: Case, overrides: Sequence[Override] = ()) -> None:
    """Nothing is reserved for a case that is blocked or not known, but where a person decided a finding otherwise; a
    shortage is the book's to refuse, but of what the book keeps no account of (the headroom of a substation). Raises
    Blocked, UnknownVerdict, Overdraw."""
    decided = [(f, decided_of(f, overrides)[0]) for f in case.findings]
    stops = [f for f, verdict in decided if verdict is Verdict.BLOCKED]
    if stops:
        raise Blocked(where={"rule": stops[0].rule, "layer": stops[0].role}, reason=stops[0].message)
    unknown = [f.message for f, verdict in decided if verdict is Verdict.UNKNOWN]
    unknown += list(case.takes.why)
    unknown += [
        row.why or Text(row.quota)
        for row in case.quotas
        if row.state == Verdict.UNKNOWN and (row.asked is None or case.basis == "unknown" or row.park not in ("", LIST))
    ]
    if unknown:
        raise UnknownVerdict(reason=unknown[0])
    for row in case.quotas:
        if row.state is Verdict.EXCEEDS and row.park not in ("", LIST):
            raise Overdraw(quota=Text(row.quota), year=row.year, unit=row.unit, asked=row.asked, park=row.park,
                           free=row.free, short_by=row.short_by)


def reservation(
    case: Case, asks: Sequence[Ask], book: Book, *, first_year: int, parameters: Parameters
) -> tuple[list[Ask], list[Document]]:
    """The asks that are booked, and those of later years that cannot be because the park has no account yet.

    Stocks and the first year are always booked (a missing account refuses all, in ``reserve_many``). LIST needs no
    grant, until it is granted something of a quota: then its accounts are like a park's. Raises NoAccount of LIST.
    """
    stand = standing(book)
    known = {at.account for at in stand.cells if at.park != LIST}
    granted = {Account(LIST, row.quota, row.year) for row in balances(stand) if row.park == LIST and row.granted}
    on_list = {account.quota for account in granted}
    stocks = stocks_of(parameters)
    booked_asks, left = [], []
    for ask in asks:
        account = Account(ask.park or case.park, ask.quota, ask.year)
        free_list = account.park == LIST and ask.quota not in on_list
        if ask.amount <= 0:
            continue
        if free_list or ask.quota in stocks or account in known | granted:
            booked_asks.append(ask)
        elif ask.year > first_year:
            left.append({"quota": ask.quota, "year": ask.year, "because": "no account"})
        elif account.park == LIST:
            raise NoAccount(park=LIST, quota=Text(ask.quota), year=ask.year)
        else:
            booked_asks.append(ask)
    return booked_asks, left


def stocks_of(parameters: Parameters) -> frozenset[str]:
    """The quotas that are one pool of many years."""
    return frozenset(quota.quota for quota in parameters.quotas if quota.kind == "stock")


def book_case(
    turn: Turn,
    parameters: Parameters,
    case: Case,
    asks: Sequence[Ask],
    *,
    ref: str,
    warrant: Warrant,
    first_year: int,
    place: Place = NOWHERE,
) -> Document:
    """Land and energy of a case in one entry; a stock is drawn from what has come together by its year. Raises what
    ``reserve_many`` raises."""
    book = turn.standing()
    asked, left = reservation(case, asks, book, first_year=first_year, parameters=parameters)
    draws = draws_for(book, parameters, asked, park=case.park, ref=ref, place=place, on=case.on)
    stocks = stocks_of(parameters)
    parts = [part for ask in asked
             for part in (pooled(book, ask, park=case.park, on=case.on) if ask.quota in stocks else [ask])]
    draft = reserve_many(book, warrant, park=case.park, ref=ref, asks=parts, draws=draws) if asked else None
    entry = turn.append(draft) if draft else None
    return {
        "case": ref,
        "entry": entry.seq if entry else None,
        "legs": documents_book.legs(entry, parameters) if entry else [],
        **(documents_book.lots(entry, parameters) if entry else {}),
        "not_booked": left,
        "verdict": str(case.verdict),
    }


def keep_reserved(turn: Turn, case: Case, *, ref: str, warrant: Warrant, first_year: int) -> None:
    """The case beside an entry that was booked for it without a decision."""
    turn.keep_case(
        CaseRecord(
            id=ref,
            parcel_id=case.parcel.id,
            shape=case.parcel.shape,
            state="reserved",
            made_at=warrant.on.isoformat(),
            actor=warrant.actor,
            document=kept_check(case),
            request={"year": first_year, "basis": warrant.basis, "key": warrant.key},
        )
    )
