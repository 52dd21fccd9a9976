"""What the demo's book opens with: grants and use in place, as plain requests the desk books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.demo.rows import AccountRow


@dataclass(frozen=True)
class Request:
    """One movement asked of the book: ``kind`` grant or open, ``amount`` plain decimal text in ``unit``, ``ref`` the
    user of an opening ("" for a grant), ``basis`` the document."""

    kind: str
    park: str
    quota: str
    year: int
    amount: str
    unit: str
    ref: str
    basis: str


def requests(rows: Iterable[AccountRow]) -> tuple[Request, ...]:
    """The rows as requests, grants before openings, both in the order of the table.

    The basis of an invented amount says so first.
    """
    ordered = sorted(rows, key=lambda row: row.kind != "grant")
    return tuple(
        Request(row.kind, row.park, row.quota, row.year, row.amount, row.unit, row.ref, row.basis) for row in ordered
    )
