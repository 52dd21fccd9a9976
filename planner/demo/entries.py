"""What the demo's book opens with: grants and use in place, as plain requests the desk books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.demo.rows import AccountRow, LotRow


@dataclass(frozen=True)
class Request:
    """One movement asked of the book: ``kind`` grant or open, ``amount`` plain decimal text in ``unit``, ``ref`` the
    user of an opening ("" for a grant), ``basis`` the document, ``lot`` the lot that is granted, if it is one."""

    kind: str
    park: str
    quota: str
    year: int
    amount: str
    unit: str
    ref: str
    basis: str
    lot: LotRow | None = None


def requests(rows: Iterable[AccountRow], lots: Iterable[LotRow]) -> tuple[Request, ...]:
    """The rows as requests, grants before lots before openings, each in the order of its table.

    The basis of an invented amount says so first.
    """
    stated = [
        Request(row.kind, row.park, row.quota, row.year, row.amount, row.unit, row.ref, row.basis) for row in rows
    ]
    granted = [
        Request("grant", row.park, row.quota, row.year, row.amount, row.unit, "", row.basis, row) for row in lots
    ]
    return tuple(sorted([*stated, *granted], key=lambda one: (one.kind != "grant", one.lot is not None)))
