"""A book of many entries, sealed and put in through the fences of the file: what a zone writes in some decades."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from planner.quota.chain import seal
from planner.quota.entries import Bucket, Draft, Kind, Leg
from planner.store import book
from planner.store.geopackage import GeoPackageStore

YEARS, HOLDERS = 10, 5_000
QUOTAS = ("energy_tce", "new_construction_m2")


def fill(path: Path, count: int) -> str:
    """A workspace with ``count`` entries: a grant for each account, then reservations and commitments in turn. Gives
    the hash of the last one."""
    previous = ""
    with closing(GeoPackageStore(path, create=True)) as store, store._transaction(write=True) as connection:
        for n, draft in enumerate(drafts(count), start=1):
            entry = seal(draft, seq=n, at="2026-01-05T12:00:00+00:00", previous=previous)
            book.write(connection, entry)
            previous = entry.hash
    return previous


def drafts(count: int):
    """Grants first; then each holder reserves and later commits, over and over."""
    accounts = [("ZONE", quota, 2021 + year) for quota in QUOTAS for year in range(YEARS)]
    for n in range(count):
        on, key = date(2021, 1, 1) + timedelta(days=n // 50), f"k{n}"
        if n < len(accounts):
            legs = _way(accounts[n], 10**12, "", Bucket.OUTSIDE, Bucket.FREE)
            yield Draft(Kind.GRANT, on, "grant", "Li", key, legs)
            continue
        ref, account = f"case-{n // 2 % HOLDERS}", accounts[n // 2 % len(accounts)]
        kind, *way = (Kind.COMMIT, Bucket.RESERVED, Bucket.COMMITTED) if n % 2 else (
            Kind.RESERVE, Bucket.FREE, Bucket.RESERVED)
        yield Draft(kind, on, "文件 7", "Li", key, _way(account, 7, ref, *way), ref)


def _way(account: tuple[str, str, int], amount: int, ref: str, source: Bucket, target: Bucket) -> tuple[Leg, Leg]:
    return Leg(*account, source, -amount, ref), Leg(*account, target, amount, ref)
