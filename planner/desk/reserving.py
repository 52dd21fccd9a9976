"""`planner reserve`: what a case asks of land and energy in one entry of the book, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.admission.outcome import Case
from planner.desk import booking, cases, casework
from planner.desk.booking import Document
from planner.desk.held import refuse_held
from planner.desk.look import Seen, book_asks
from planner.desk.lots import ready
from planner.energy.project import Project
from planner.land.parcel import Parcel
from planner.quota.movements import Warrant
from planner.store.base import Turn

if TYPE_CHECKING:
    from planner.desk.desk import Desk


def reserve(
    desk: Desk,
    parcel: Parcel,
    *,
    year: int,
    basis: str,
    actor: str,
    key: str,
    project: Project | None = None,
    park: str | None = None,
    keep: bool = False,
) -> Document:
    """Look before the turn, make sure in it, book. Raises Blocked, UnknownVerdict, NoAccount, Overdraw, KeyReused and
    what ``casework.reserved`` raises; then nothing is written."""
    request = {
        "verb": "reserve",
        "parcel": parcel.id,
        "shape": parcel.shape.wkb_hex,
        "year": year,
        "basis": basis,
        "project": project.model_dump(mode="json") if project else None,
        "park": park,
    }
    seen = Seen()

    def looked() -> Case:
        return desk.look(parcel, project=project, park=park, year=year, seen=seen)

    def before() -> None:
        case = looked()
        ready(desk.book.standing(), desk.parameters, case.park, {row.quota for row in case.quotas if row.asked})

    def work(turn: Turn) -> Document:
        case, parameters = looked(), desk.parameters
        ref, warrant = cases.ref_of(parcel, project), Warrant(desk.today(), basis, actor, key)
        if keep:
            desk._put_parcel(turn, parcel)
        known = casework.find(desk.store, ref, turn)
        if known is not None and known.dossier is not None:  # it is decided on: its overrides count
            return casework.reserved(desk, turn, known, case, warrant, project=project, year=year)
        booking.refuse_unfit(case)
        refuse_held(turn, desk.store, parcel, ref, parameters.rules_on(desk.today()))
        asks = book_asks(case, parameters, project, settings=desk.settings())
        answer = booking.book_case(
            turn, parameters, case, asks, ref=ref, warrant=warrant, first_year=year, place=desk._place(case)
        )
        booking.keep_reserved(turn, case, ref=ref, warrant=warrant, first_year=year)
        return answer

    return booking.once(desk.store, key=key, request=request, actor=actor, work=work, before=before)
