"""The entries behind one account: date, kind, from where into what, document, person, and what reverses what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from planner.quota.accounts import Account
from planner.quota.entries import Bucket, Entry, Leg
from planner.quota.notes import reverses
from planner.text import N_
from planner.ui.session import _
from planner.ui.tables import table
from planner.units import ha, shown

BUCKETS = {"opened": N_("opened"), "reserved": N_("reserved"), "committed": N_("committed"), "free": N_("free")}
KINDS = {
    "grant": N_("grant"),
    "open": N_("open"),
    "reserve": N_("reserve"),
    "commit": N_("commit"),
    "release": N_("release"),
    "transfer": N_("transfer"),
    "expire": N_("lapse"),
    "carry": N_("carry-over"),
    "close": N_("year close"),
}
Row = dict[str, object]


def account_rows(entries: Sequence[Entry], account: Account, unit: str, undone: Mapping[int, int]) -> list[Row]:
    """One row for each movement of an account, oldest first; land in hectares. An amount that leaves is negative;
    ``undone`` says which entry reverses which."""
    rows = []
    for entry in entries:
        legs = [leg for leg in entry.draft.legs if (leg.park, leg.quota, leg.year) == account]
        for out, into in _paired(legs):
            amount = into.amount if into is not None else out.amount if out is not None else 0
            value = shown(amount, unit)
            rows.append(
                {
                    _("Entry"): entry.seq,
                    _("Date"): entry.draft.on.isoformat(),
                    _("Kind"): _(KINDS.get(str(entry.draft.kind), str(entry.draft.kind))),
                    _("For"): (into or out or legs[0]).ref or entry.draft.ref,
                    _("From"): _bucket(out),
                    _("Into"): _bucket(into),
                    _("Amount"): float(ha(value)) if unit == "m2" else value,
                    _("Document"): entry.draft.basis,
                    _("Person"): entry.draft.actor,
                    _("Reversal"): _links(entry, undone),
                    _("Seal"): entry.hash[:8],
                }
            )
    return rows


def _paired(legs: Sequence[Leg]) -> list[tuple[Leg | None, Leg | None]]:
    """Each amount once: out of a bucket and into another, or over the border of the account."""
    inside = [leg for leg in legs if leg.bucket is not Bucket.OUTSIDE]
    out, into = [leg for leg in inside if leg.amount < 0], [leg for leg in inside if leg.amount > 0]
    if len(out) == len(into):
        return list(zip(out, into, strict=True))
    return [(leg, None) for leg in out] + [(None, leg) for leg in into]


def _bucket(leg: Leg | None) -> str:
    return _(BUCKETS[str(leg.bucket)]) if leg is not None else "-"


def _links(entry: Entry, undone: Mapping[int, int]) -> str:
    """Which entry this one reverses, or which one reverses it."""
    seq = reverses(entry.draft.note)
    if seq is not None:
        return _("reverses {entry}", entry=seq)
    return _("reversed by {entry}", entry=undone[entry.seq]) if entry.seq in undone else ""


def show_rows(frame: pd.DataFrame) -> None:
    """The table on the page."""
    table(frame, most=8, column_config={_("Amount"): st.column_config.NumberColumn(format="localized")})
