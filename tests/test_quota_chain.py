"""The seal of the book: whatever is changed, moved or cut off is found."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from planner.quota.chain import seal, verify
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg


def chain(count: int) -> list[Entry]:
    """Grants of 10 with every field in use."""
    entries: list[Entry] = []
    for n in range(1, count + 1):
        legs = (
            Leg("P", "energy_tce", 2026, Bucket.OUTSIDE, -10, "A"),
            Leg("P", "energy_tce", 2026, Bucket.FREE, 10, "A"),
        )
        draft = Draft(Kind.GRANT, date(2026, 1, n), "文件 7", "Li", f"k{n}", legs, "A", "note")
        entries.append(
            seal(draft, seq=n, at=f"2026-01-0{n}T00:00:00+00:00", previous=entries[-1].hash if entries else "")
        )
    return entries


def other(value: object) -> object:
    """Something else of the same kind."""
    if isinstance(value, Bucket):
        return Bucket.COMMITTED
    if isinstance(value, Kind):
        return Kind.TRANSFER
    if isinstance(value, date):
        return value + timedelta(days=1)
    return value + 1 if isinstance(value, int) else f"{value}x"


def altered(entry: Entry) -> list[Entry]:
    """The entry with one field changed, for each of its fields, its draft's and its legs'."""
    draft, legs = entry.draft, entry.draft.legs
    found = [replace(entry, **{f.name: other(getattr(entry, f.name))}) for f in fields(Entry) if f.name != "draft"]
    found += [
        replace(entry, draft=replace(draft, **{f.name: other(getattr(draft, f.name))}))
        for f in fields(Draft)
        if f.name != "legs"
    ]
    found += [
        replace(entry, draft=replace(draft, legs=(replace(leg, **{f.name: other(getattr(leg, f.name))}), legs[1])))
        for leg in legs[:1]
        for f in fields(Leg)
    ]
    return [
        *found,
        replace(entry, draft=replace(draft, legs=legs[::-1])),
        replace(entry, draft=replace(draft, legs=())),
    ]


def test_a_book_as_it_was_written_is_whole_and_an_empty_one_too():
    entries = chain(4)
    assert (verify(entries).ok, verify(entries).head, verify(entries).entries) == (True, entries[-1].hash, 4)
    assert (verify([]).ok, verify([]).head) == (True, "")


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_change_in_any_field_of_any_entry_is_found(place):
    entries = chain(4)
    for bad in altered(entries[place]):
        assert not verify([*entries[:place], bad, *entries[place + 1 :]]).ok, bad


def test_an_entry_removed_or_moved_is_found_and_a_cut_tail_by_a_head_kept_elsewhere():
    entries = chain(4)
    head = entries[-1].hash
    assert not verify([entries[0], *entries[2:]]).ok
    assert not verify([entries[1], entries[0], *entries[2:]]).ok
    assert verify(entries[:2]).ok and not verify(entries[:2], head).ok
    assert verify(entries, head).ok and verify(entries, entries[1].hash).ok
    assert not verify(entries, hashlib.sha256(b"elsewhere").hexdigest()).ok


def test_an_overdraw_sealed_by_someone_else_is_found():
    legs = (Leg("P", "energy_tce", 2026, Bucket.FREE, -11, "A"), Leg("P", "energy_tce", 2026, Bucket.RESERVED, 11, "A"))
    entries = chain(1)
    forged = Draft(Kind.RESERVE, date(2026, 2, 1), "b", "Li", "k2", legs, "A")
    found = verify([*entries, seal(forged, seq=2, at="x", previous=entries[0].hash)])
    assert not found.ok and "Entry 2" in str(found.problem)


def test_legs_that_do_not_cancel_are_found():
    lone = Draft(Kind.GRANT, date(2026, 2, 1), "b", "Li", "k", (Leg("P", "energy_tce", 2026, Bucket.FREE, 5),))
    assert not verify([seal(lone, seq=1, at="x", previous="")]).ok
