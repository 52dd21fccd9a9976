"""What the desk does with the book: balances, movements, endings, lots, proof and journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from planner.admission.lot_match import Match, Need, Place, match
from planner.admission.outcome import Case
from planner.desk import booking, documents_book, year_end
from planner.desk.authority import ANYWHERE, OUTSIDE, WORKSPACE, hold, needs
from planner.desk.booking import Document, Movement
from planner.desk.bookshelf import Bookshelf
from planner.desk.ground import Ground, park_of, parks_with_accounts
from planner.desk.lots import needs_of, place_of, ready
from planner.desk.stated import with_stated
from planner.desk.year_end import Ending
from planner.parameters import Parameters
from planner.people import Person, Role
from planner.quota.accounts import Account
from planner.quota.balances import AccountBalance
from planner.quota.chain import Verification
from planner.quota.entries import Entry
from planner.quota.journal import journal
from planner.quota.lots import Lot, lots
from planner.quota.notes import closing, reversed_by
from planner.store.base import Store
from planner.store.parameters import load


class BookVerbs:
    """The part of the desk that keeps the book. Remembers nothing but what the desk gives it."""

    store: Store
    ground: Ground
    book: Bookshelf
    today: Callable[[], date]
    who: Person

    @property
    def parameters(self) -> Parameters:
        """The planner's rows with the assessments that the workspace holds."""
        return with_stated(load(), self.store)

    @needs(Role.VIEWER, ANYWHERE)
    def park_codes(self) -> list[str]:
        """Parks that the book keeps accounts for."""
        return parks_with_accounts(self.book.balances())

    @needs(Role.VIEWER, "asked")
    def park(self, asked: str | None = None) -> str:
        """The park named, or the only one with accounts. Raises ParkUnknown."""
        return park_of(None, (), self.book.standing(), asked)

    @needs(Role.VIEWER, ANYWHERE)
    def balances(self, park: str | None = None, year: int | None = None) -> list[AccountBalance]:
        """What stands in the accounts of the parks that the person may see, base units of each quota."""
        rows = self.book.balances()
        return [row for row in rows if park in (None, row.park) and year in (None, row.year) and self._sees(row.park)]

    @needs(Role.VIEWER, ANYWHERE)
    def entries(
        self,
        ref: str | None = None,
        *,
        account: Account | None = None,
        before: int | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        """The book as far as it concerns parks that the person may see: all of it, or what names ``ref``, touches an
        account, stands before an entry; of these only the ``last`` ones, asked of the store."""
        found = self.store.entries(ref=ref, account=account, before=before, last=last)
        return [one for one in found if not one.draft.legs or any(self._sees(leg.park) for leg in one.draft.legs)]

    @needs(Role.VIEWER, ANYWHERE)
    def count_entries(self, account: Account) -> int:
        """How many entries touch an account of a park that the person may see."""
        return self.store.count_entries(account) if self._sees(account.park) else 0

    def _sees(self, park: str) -> bool:
        return park in OUTSIDE or self.who.may(Role.VIEWER, park)

    @needs(Role.VIEWER, ANYWHERE)
    def verify(self, head: str | None = None) -> Verification:
        """The whole book recomputed from its rows, and the store's own examination of what it keeps beside them."""
        found = self.store.verify(head)
        fault = next(iter(self.store.faults()), None) if found.ok else None
        return replace(found, ok=False, problem=fault) if fault else found

    @needs(Role.VIEWER, ANYWHERE)
    def certified(self, park: str | None = None, year: int | None = None) -> list[Document]:
        """Every close of a year with what it certified, in order, of the parks that the person may see."""
        book = self.store.entries()
        undone, rows = reversed_by(book), self.parameters
        found = [documents_book.certified(one, undone.get(one.seq), rows) for one in book if closing(one.draft.note)]
        return [row for row in found
                if park in (None, row["park"]) and year in (None, row["year"]) and self._sees(row["park"])]

    @needs(Role.VIEWER, WORKSPACE)
    def journal(self, form: str) -> str:
        """The book as a journal for beancount or hledger. Raises FormatUnknown."""
        return journal(self.store.entries(), form)

    @needs(Role.VIEWER, ANYWHERE)
    def lots(self, park: str | None = None) -> list[Lot]:
        """Lots of restored land with something in them, of the parks that the person may see."""
        return [lot for lot in lots(self.book.standing(), park) if self._sees(lot.park)]

    def _place(self, case: Case | None = None) -> Place:
        """County, city and province of a parcel; without one those of the workspace."""
        parks = self.ground.by_role().get("parks", ()) if case else ()
        return place_of(case.parcel if case else None, parks, self.store.settings())

    @needs(Role.VIEWER, ANYWHERE)
    def match(self, cases: Sequence[Case], place: Place | None = None) -> tuple[list[Need], Match]:
        """Which lots would stand behind these parcels, together. Writes nothing."""
        needs_ = [need for case in cases for need in needs_of(case, self.parameters, place or self._place(case))]
        offered = [lot for lot in self.lots() if lot.park in {case.park for case in cases}]
        on = max((case.on for case in cases), default=self.today())
        return needs_, match(needs_, offered, self.parameters, on=on)

    @needs(Role.REVIEWER, "call")
    def move(self, call: Movement) -> Document:
        """A ledger verb: grant, open, reserve, commit, release, transfer."""
        rows = self.parameters
        known = rows.quota(call.quota)
        if call.verb == "reserve" and known is not None and known.kind == "stock":
            call = replace(call, place=self._place())
            ready(self.book.standing(), rows, call.park, [call.quota])
        return booking.move(self.store, rows, call)

    @needs(Role.REVIEWER, ANYWHERE)
    def end(self, call: Ending) -> Document:
        """A ledger verb that ends or undoes something: expire, carry, close, reverse; in every park it touches."""
        for park in year_end.concerned(self.store, call):
            hold(self.who, Role.REVIEWER, park)
        return year_end.end(self.store, self.parameters, call)
