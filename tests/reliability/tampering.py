"""Every change that somebody with the file and an SQL tool can make to the book, each of which verify must see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import text

ENTRY = ("at", "kind", "on_day", "basis", "actor", "key", "ref", "note", "legs", "previous", "hash", "seq")
LEG = ("park", "quota", "year", "bucket", "amount", "ref", "position", "seq")
OTHER = {"kind": "'open'", "bucket": "'opened'", "on_day": "'2001-01-01'", "year": "2099", "amount": "amount + 1",
         "legs": "legs + 1", "position": "position + 7", "seq": "seq + 40"}


def changes() -> Iterator[tuple[str, list[str]]]:
    """What is done and the statements that do it; the book has at least five entries of two legs."""
    for column in ENTRY:
        value = OTHER.get(column, f"{column} || 'x'")
        where = "seq = 5" if column == "seq" else "seq = 3"
        yield f"entry.{column}", [f"UPDATE planner_entries SET {column} = {value} WHERE {where}"]  # noqa: S608
    for column in LEG:
        value = OTHER.get(column, f"{column} || 'x'")
        yield f"leg.{column}", [f"UPDATE planner_legs SET {column} = {value} WHERE seq = 3 AND position = 1"]  # noqa: S608
    for column, value in (("kind", "nonsense"), ("on_day", "2026-02-30")):
        yield f"entry.{column} as no entry has it", [
            f"UPDATE planner_entries SET {column} = '{value}' WHERE seq = 3"  # noqa: S608
        ]
    yield "two legs changed so that they still cancel", [
        "UPDATE planner_legs SET amount = amount * 2 WHERE seq = 3"
    ]
    yield "an entry in the middle removed", _without("seq = 3")
    yield "the first removed", _without("seq = 1")
    yield "two entries in each other's place", [
        f"UPDATE {table} SET seq = {new} WHERE seq = {old}"  # noqa: S608
        for old, new in ((2, 99), (3, 2), (99, 3)) for table in ("planner_entries", "planner_legs")
    ]
    yield "two legs in each other's place", [
        f"UPDATE planner_legs SET position = {new} WHERE seq = 3 AND position = {old}"  # noqa: S608
        for old, new in ((0, 99), (1, 0), (99, 1))
    ]
    yield "an entry put in twice", [
        "INSERT INTO planner_entries SELECT 90, at, kind, on_day, basis, actor, 'again', ref, note, legs, hash, 'h' "
        "FROM planner_entries WHERE seq = 3"
    ]
    yield "a leg too many", [
        "INSERT INTO planner_legs (seq, position, park, quota, year, bucket, amount, ref) "
        "VALUES (3, 2, 'P', 'new_construction_m2', 2026, 'free', 5, '')"
    ]
    yield "the last removed", _without("seq = (SELECT MAX(seq) FROM planner_entries)")
    yield "the last two removed", _without("seq > (SELECT MAX(seq) - 2 FROM planner_entries)")


def _without(which: str) -> list[str]:
    return [f"DELETE FROM {table} WHERE {which}" for table in ("planner_legs", "planner_entries")]  # noqa: S608


def unseen(store: Any) -> list[str]:
    """Each change made in turn, looked at with the head that was written down before, and undone: what was missed."""
    from planner.quota.chain import verify

    head = store.head()
    missed = []
    for what, statements in changes():
        with behind_the_fences(store) as connection:
            for statement in statements:
                connection.execute(text(statement))
            if not seen(connection, head):
                missed.append(what)
    assert verify(store.entries(), head).ok  # all of it was undone
    return missed


def seen(connection: Any, head: str) -> bool:
    """What ``ledger verify --head`` and the store's own examination say of the rows as they are now."""
    from planner.store import book, sums

    return not book.verified(connection, head).ok or bool(sums.faults(connection))


@contextmanager
def behind_the_fences(store: Any) -> Iterator[Any]:
    """A transaction without triggers and keys, undone at the end."""
    engine = getattr(store, "_engine", None) or store._writers
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for name in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'planner_%'"
            ).scalars().all():
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        try:
            yield connection
        finally:
            connection.rollback()


def fill(store: Any) -> None:
    """A book of some entries of every common kind."""
    from datetime import date

    from planner.quota.accounts import Account
    from planner.quota.movements import MOVEMENTS, Warrant

    land = Account("P", "new_construction_m2", 2026)
    deeds = (("grant", 100, ""), ("reserve", 40, "A"), ("reserve", 30, "B"), ("commit", 20, "A"), ("release", 5, "B"),
             ("grant", 7, ""), ("reserve", 2, "C"))
    with closing(store):
        for n, (verb, amount, ref) in enumerate(deeds):
            with store.turn() as turn:
                warrant = Warrant(date(2026, 1, 5), f"basis {n}", "Li", f"k{n}")
                turn.append(MOVEMENTS[verb](turn.entries(), warrant, account=land, amount=amount, ref=ref))
