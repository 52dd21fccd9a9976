"""What the verbs of a case share: reading its acts, judging it, writing one act, booking and giving back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

import shapely

from planner.admission.decision import (
    OUTCOME_TITLES,
    STATE_TITLES,
    VERB_TITLES,
    Act,
    CaseState,
    Dossier,
    Override,
    Step,
    decided_verdict,
    dossier,
    step,
)
from planner.admission.outcome import Case
from planner.desk import clock, documents_book
from planner.desk.authority import hold, tell
from planner.desk.booking import Document, book_case, refuse_unfit, reservation, stocks_of
from planner.desk.case_acts import ACTS, acts_of, dossier_of, said_of, telling
from planner.desk.held import refuse_held
from planner.desk.kept_check import kept_check
from planner.desk.look import Seen, book_asks, look
from planner.energy.project import Project, fields_of, project_from
from planner.errors import InputError, StoreRefused
from planner.land.parcel import Parcel
from planner.quota.accounts import Account, amount_shown, cell, lot_of, unit_of
from planner.quota.balances import Book, Standing, held, standing
from planner.quota.entries import TAKEN, Bucket, Kind
from planner.quota.movements import Warrant
from planner.quota.year_end import give_back
from planner.store.base import CaseChanged, CaseRecord, Store, Turn
from planner.store.tables import dumped
from planner.text import N_, Text, joined

if TYPE_CHECKING:
    from planner.desk.desk import Desk

LISTED = 20  # ids that a sentence names at most


class CaseMissing(InputError):
    code = "E_CASE_MISSING"
    sentence = N_("There is no case '{wanted}'. Known are: {known}.")


class CaseConflict(CaseChanged):
    sentence = N_("Case '{case}' was changed meanwhile: you saw version {seen}, it is now version {version}, {state}. "
                  "Since then: {changes}. Look at it again, then decide.")

    def __init__(self, case: str, seen: int, now: Dossier) -> None:
        since = [act for act in now.acts if act.number > seen]
        said = joined([Text("{move} ({actor}, {at})", move=_moved(act), actor=act.actor, at=clock.told(act.at))
                       for act in since])
        self.now = None
        StoreRefused.__init__(
            self, where={"case": case, "version": now.version, "state": str(now.state),
                         "changes": [{"verb": act.verb, "actor": act.actor, "at": act.at, "state": str(act.state),
                                      **said_of(act)} for act in since]},
            case=case, seen=seen, version=now.version, state=Text(STATE_TITLES[now.state]), changes=said,
        )


def _moved(act: Act) -> Text:
    """A move in words, with the outcome that it named."""
    outcome = act.fields.get("outcome")
    move = Text(VERB_TITLES[act.verb])
    return Text("{move}: {outcome}", move=move, outcome=Text(OUTCOME_TITLES[outcome])) if outcome else move


class CaseHolds(StoreRefused):
    code = "E_CASE_HOLDS"
    sentence = N_("Case '{case}' already holds {held} in the book, and would now need {wanted}. Release what it "
                  "holds first.")


class CaseOther(StoreRefused):
    code = "E_CASE_OTHER"
    sentence = N_("Case '{case}' asks for another {what} than this. Submit it again with this one, or give this one an "
                  "id of its own.")


@dataclass(frozen=True)
class Opened:
    """A case in hand: its record, and what its acts add up to (None for one that was only reserved)."""

    record: CaseRecord
    dossier: Dossier | None

    @property
    def park(self) -> str:
        return str(self.record.document.get("park", ""))

    @property
    def parcel(self) -> Parcel:
        return Parcel(self.record.parcel_id, self.record.shape, str(self.record.document["parcel"].get("name", "")))

    @property
    def project(self) -> Project | None:
        stated = self.record.request.get("project")
        return project_from(stated, place=self.record.id) if stated else None

    @property
    def year(self) -> int:
        return int(self.record.request["year"])

    @property
    def overrides(self) -> tuple[Override, ...]:
        return self.dossier.overrides if self.dossier else ()


def all_opened(store: Store) -> list[Opened]:
    """Every case of the workspace."""
    acts = acts_of(store.rows(ACTS))
    return [Opened(record, dossier(record.id, acts.get(record.id, ()))) for record in store.cases()]


def find(store: Store, id: str, turn: Turn | None = None) -> Opened | None:
    """A case, None where there is none; inside a turn its acts are read under the lock."""
    record = store.case(id)
    if record is None:
        return None
    return Opened(record, dossier_of(turn or store, id))


def opened(store: Store, id: str, turn: Turn | None = None) -> Opened:
    """A case that went the way of a case. Raises CaseMissing."""
    found = find(store, id, turn)
    if found is None or found.dossier is None:
        known = [one.record.id for one in all_opened(store) if one.dossier]
        said = ", ".join(known[:LISTED]) + (", ..." if len(known) > LISTED else "")
        raise CaseMissing(where={"case": id}, wanted=id, known=said or "-")
    return found


def stepped(desk: Desk, case: Opened, verb: str, actor: str, seen: int | None) -> Step:
    """Where a move leads for this person. Raises CaseConflict, MoveRefused, SamePerson, Forbidden."""
    now = case.dossier
    if now is not None and seen is not None and seen != now.version:
        raise CaseConflict(now.id, seen, now)
    found = step(now, verb, actor, case=case.record.id)
    hold(desk.who, found.role, case.park)
    return found


def changes(before: CaseRecord, after: CaseRecord) -> Document:
    """What a case asks otherwise than before, for the act that changes it: name -> before and after; the outline that
    was, for it stands nowhere else any more. Nothing where it asks the same."""
    asked = [{"parcel": one.parcel_id, "ellipsoid_m2": one.document["parcel"]["ellipsoid_m2"],
              "outline": shapely.to_wkb(one.shape, hex=True), "year": int(one.request["year"]),
              "project": one.request.get("project")} for one in (before, after)]
    found = {name: {"before": asked[0][name], "after": asked[1][name]} for name in asked[0]
             if asked[0][name] != asked[1][name]}
    return {"changed": found} if found else {}


def without(book: Book, ref: str) -> Standing:
    """The book as if a reference held nothing: what it has reserved or committed is free again."""
    stand = standing(book).copy()
    for at, amount in list(stand.cells.items()):
        if at.ref == ref and at.bucket in TAKEN and amount:
            stand.cells[at] -= amount
            stand.cells[cell(at.account, Bucket.FREE, "")] += amount
    return stand


def judged(desk: Desk, case: Opened, *, on: date | None = None, seen: Seen | None = None) -> Case:
    """A case looked at on the ground and against the book of today, without what it holds itself."""
    book = without(desk.book.standing(), case.record.id)
    return look(desk.store, desk.ground, book, desk.parameters, case.parcel, on=on or desk.today(),
                project=case.project, park=case.park or None, year=case.year, seen=seen)


def write(
    desk: Desk, turn: Turn, case: Opened, verb: str, to: CaseState, *, actor: str, fields: Mapping[str, Any],
    document: Mapping[str, Any] | None = None,
) -> Document:
    """Keep one act with the case as it leaves it, and tell the trail; the version is the fence. Raises CaseChanged."""
    record, before = case.record, case.dossier
    kept = turn.keep_case(
        replace(record, state=str(to), actor=actor, made_at=desk.today().isoformat(),
                document=document or record.document),
        expected=record.version,
    )
    at = desk.now().astimezone(UTC).isoformat()
    turn.add(ACTS, {"case_id": record.id, "number": kept.version, "at": at, "day": desk.today().isoformat(),
                    "actor": actor, "verb": verb, "state": str(to), "fields": dict(fields)})
    was = {name: pair["before"] for name, pair in fields.get("changed", {}).items()}
    tell(before={"state": str(before.state), "version": before.version, **was} if before else None,
         after={**telling(fields), "state": str(to), "version": kept.version, "move": verb}, park=case.park)
    return {"case": record.id, "move": verb, "state": str(to), "version": kept.version}


def booked(desk: Desk, turn: Turn, case: Opened, seen: Case, warrant: Warrant) -> Document:
    """Reserve what a case asks, in one entry; what it holds already in the same amounts stands. Raises CaseHolds and
    what ``refuse_held`` and ``reserve_many`` raise."""
    refuse_unfit(seen, case.overrides)
    _refuse_held(desk, turn, case, seen)
    ref, parameters = case.record.id, desk.parameters
    asks = book_asks(seen, parameters, case.project, settings=desk.settings())
    stand = turn.standing()
    has = {account: row.reserved + row.committed for account, row in held(stand, ref).items()
           if lot_of(account.park) is None and row.reserved + row.committed}
    if has:
        wanted, _ = reservation(seen, asks, stand, first_year=case.year, parameters=parameters)
        asked = {Account(ask.park or seen.park, ask.quota, ask.year): ask.amount for ask in wanted}
        stocks = stocks_of(parameters)
        if _in_all(has, stocks) != _in_all(asked, stocks):
            raise CaseHolds(where={"case": ref}, case=ref, held=_said(has), wanted=_said(asked))
        return {"entry": None, "legs": [], "not_booked": [], "held_already": True}
    answer = book_case(turn, parameters, seen, asks, ref=ref, warrant=warrant, first_year=case.year,
                       place=desk._place(seen))
    return {name: value for name, value in answer.items() if name not in ("case", "verdict")}


def _refuse_held(desk: Desk, turn: Turn, case: Opened, seen: Case) -> None:
    """Nothing is booked on what others hold, but for a rule that a person decided otherwise. Raises ParcelHeld."""
    otherwise = {one.rule for one in case.overrides}
    rules = [rule for rule in desk.parameters.rules_on(desk.today()) if rule.rule not in otherwise]
    refuse_held(turn, desk.store, seen.parcel, case.record.id, rules, again=True)


def _in_all(amounts: Mapping[Account, int], stocks: frozenset[str]) -> dict[Account, int]:
    """Amounts by account, those of a stock in all years together: it may be drawn from the accounts of several."""
    found: dict[Account, int] = {}
    for account, amount in amounts.items():
        key = account._replace(year=0) if account.quota in stocks else account
        found[key] = found.get(key, 0) + amount
    return found


def _said(amounts: Mapping[Account, int]) -> str:
    rows = sorted(amounts.items())
    return ", ".join(f"{a.quota} {a.year}: {amount_shown(a.quota, n):,.10g} {unit_of(a.quota)}" for a, n in rows) or "-"


def returned(desk: Desk, turn: Turn, id: str, warrant: Warrant, kind: Kind = Kind.RELEASE) -> Document:
    """What a case still has reserved goes back by one written entry; none where there is nothing."""
    draft = give_back(turn.standing(), warrant, ref=id, kind=kind)
    entry = turn.append(draft) if draft else None
    return {"entry": entry.seq if entry else None, "legs": documents_book.legs(entry, desk.parameters) if entry else []}


def reserved(
    desk: Desk, turn: Turn, case: Opened, seen: Case, warrant: Warrant, *, project: Project | None, year: int
) -> Document:
    """`planner reserve` for a case that is on its way: its overrides count for the land they were made for.

    Raises MoveRefused, CaseOther, CaseHolds, and what ``refuse_unfit`` and ``reserve_many`` raise.
    """
    to = stepped(desk, case, "reserve", warrant.actor, None).to
    own = seen.parcel.shape.equals(case.record.shape)
    refuse_unfit(seen, case.overrides if own else ())
    stated, asked = (dumped(one) for one in (fields_of(project) if project else None, case.record.request["project"]))
    if not own or stated != asked:
        what = N_("parcel") if not own else N_("project")
        raise CaseOther(where={"case": case.record.id, "what": what}, case=case.record.id, what=Text(what))
    has = {account: row.total for account, row in held(turn.standing(), case.record.id).items()}
    if has:
        raise CaseHolds(where={"case": case.record.id}, case=case.record.id, held=_said(has), wanted="-")
    _refuse_held(desk, turn, case, seen)
    asks = book_asks(seen, desk.parameters, project, settings=desk.settings())
    answer = book_case(turn, desk.parameters, seen, asks, ref=case.record.id, warrant=warrant, first_year=year,
                       place=desk._place(seen))
    fields = {"entry": answer["entry"], "basis": warrant.basis}
    write(desk, turn, case, "reserve", to, actor=warrant.actor, fields=fields, document=kept_check(seen))
    return {**answer, "decided_verdict": str(decided_verdict(seen, case.overrides))}

