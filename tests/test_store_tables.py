"""A new table is stated once: old workspaces get it when they are opened, every store reads and writes it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import Column, Date, Integer, UniqueConstraint
from sqlalchemy.exc import DBAPIError

from planner.desk import facts
from planner.errors import StoreDamaged
from planner.store import guard, migrations, tables
from planner.store.geopackage import GeoPackageStore


@pytest.fixture
def notes(monkeypatch) -> None:
    """Two tables of a planner to come: notes, and the log of them that only grows."""
    made = [
        tables.kept(
            "test_notes",
            Column("id", tables.TEXT, nullable=False, unique=True),
            Column("version", Integer, nullable=False),
            Column("day", Date),
            Column("content", tables.Document),
        ),
        tables.kept(
            "test_log",
            Column("who", tables.TEXT, nullable=False),
            Column("what", tables.TEXT, nullable=False),
            UniqueConstraint("who", "what"),
            append_only=True,
        ),
    ]

    def notes_and_log(connection):
        for table in made:
            tables.create(connection, table)

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, notes_and_log))
    guard.base.cache_clear()
    yield
    guard.base.cache_clear()
    for table in made:
        tables.METADATA.remove(table)


@pytest.fixture
def old(tmp_path) -> str:
    """A workspace made before the tables came."""
    with closing(GeoPackageStore(tmp_path / "w.gpkg", create=True)) as store, store.turn() as turn:
        turn.put_settings({"park": "P"})
    return str(tmp_path / "w.gpkg")


def test_an_old_workspace_gets_the_table_and_keeps_what_it_held(old, notes):
    with closing(GeoPackageStore(old)) as store, closing(GeoPackageStore(old)) as second:
        with store.turn() as turn:
            turn.add("test_notes", {"id": "乙", "version": 1, "day": date(2026, 2, 28), "content": {"a": [1, "甲"]}})
            turn.add("test_notes", {"id": "a", "version": 1}, {"id": "b", "version": 7})
        assert [row["id"] for row in second.rows("test_notes")] == ["乙", "a", "b"]
        assert second.rows("test_notes", id="乙") == [
            {"id": "乙", "version": 1, "day": date(2026, 2, 28), "content": {"a": [1, "甲"]}}
        ]
        assert [row["id"] for row in second.rows("test_notes", day=None, version=7)] == ["b"]
        assert store.settings() == {"park": "P"}


def test_a_change_happens_only_to_the_version_that_was_seen(old, notes):
    with closing(GeoPackageStore(old)) as store, store.turn() as turn:
        turn.add("test_notes", {"id": "a", "version": 1})
        assert turn.change("test_notes", {"id": "a", "version": 1}, {"version": 2}) == 1
        assert turn.change("test_notes", {"id": "a", "version": 1}, {"version": 3}) == 0
        assert turn.drop("test_notes", {"id": "a", "version": 2}) == 1 and turn.rows("test_notes") == []


AGAINST_THE_LOG = [
    "UPDATE planner_test_log SET who = 'Wu'",
    "DELETE FROM planner_test_log",
    "INSERT OR REPLACE INTO planner_test_log VALUES (1, 'Wu', 'else')",
    "INSERT OR REPLACE INTO planner_test_log VALUES (9, 'Li', 'came')",
]


@pytest.mark.parametrize("how", AGAINST_THE_LOG)
def test_a_table_that_only_grows_refuses_every_other_change(old, notes, how):
    with closing(GeoPackageStore(old)) as store, store.turn() as turn:
        turn.add("test_log", {"who": "Li", "what": "came"})
    with closing(sqlite3.connect(old)) as raw, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(how)


def test_values_are_values_whatever_they_hold(old, notes):
    nasty = "'); DROP TABLE planner_entries; --"
    with closing(GeoPackageStore(old)) as store:
        with store.turn() as turn:
            turn.add("test_notes", {"id": nasty, "version": 1})
        assert store.rows("test_notes", id=nasty)[0]["id"] == nasty and store.entries() == []
        with pytest.raises(KeyError), store.turn() as turn:
            turn.add("test_notes; DROP TABLE planner_entries", {"id": "x"})


def test_an_old_workspace_that_was_tampered_with_is_refused_before_it_is_changed(old, notes):
    with closing(sqlite3.connect(old)) as raw:
        raw.execute("CREATE TABLE foreign_one (x)")
    with pytest.raises(StoreDamaged, match="foreign_one"):
        GeoPackageStore(old)
    with closing(sqlite3.connect(old)) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'planner_test%'").fetchone() == (0,)


def test_a_migration_that_fails_leaves_the_workspace_as_it_was(old, notes, monkeypatch):
    def broken(connection):
        connection.exec_driver_sql("CREATE TABLE planner_half (x)")
        connection.exec_driver_sql("this is no SQL")

    made = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", (*made, broken))
    with pytest.raises((StoreDamaged, DBAPIError)):
        GeoPackageStore(old)
    monkeypatch.setattr(migrations, "MIGRATIONS", made)
    with closing(GeoPackageStore(old)) as store:
        assert store.rows("test_notes") == [] and store.settings() == {"park": "P"}


ONLY_GROWS = sorted(name for name, table in tables.METADATA.tables.items() if table.info["append_only"])


@pytest.mark.parametrize("name", ["planner_choices", "planner_figures", "planner_parameter_rows", "planner_roles",
                                  "planner_trail", "planner_case_acts"])
def test_what_people_stated_decided_and_were_given_only_grows(old, name):
    assert name in ONLY_GROWS
    with closing(GeoPackageStore(old)):
        pass
    with closing(sqlite3.connect(old)) as raw:
        columns = [row[1] for row in raw.execute(f"PRAGMA table_info({name})")][1:]
        marks = ", ".join("?" for _ in columns)
        raw.execute(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", ["1"] * len(columns))  # noqa: S608
        for how in (f"UPDATE {name} SET {columns[0]} = '2'", f"DELETE FROM {name}"):  # noqa: S608
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(how)


def test_figures_kept_as_records_by_an_earlier_planner_go_behind_the_fence(tmp_path, monkeypatch):
    every = migrations.MIGRATIONS
    before = every[:[one.__name__ for one in every].index("figures")]
    monkeypatch.setattr(migrations, "MIGRATIONS", before)
    guard.base.cache_clear()
    stated = {"measure": "tax", "scope": "zone", "period": "2021", "status": "forecast", "unit": "yi_yuan",
              "source": "report", "page": "3", "actor": "Li", "on": "2026-01-05"}
    with closing(GeoPackageStore(tmp_path / "w.gpkg", create=True)) as store, store.turn() as turn:
        for number, value in enumerate(("53", "60"), 1):
            turn.keep_record("figure", f"F{number}", {**stated, "value": value})
        turn.keep_record("choice", "C1", {"chosen": "F2", "among": ["F1", "F2"], "reason": "r", "actor": "Li",
                                          "on": "2026-01-06"})
        turn.keep_record("assessment", "A1", {"kind": "target"})
    monkeypatch.setattr(migrations, "MIGRATIONS", every)
    guard.base.cache_clear()
    with closing(GeoPackageStore(tmp_path / "w.gpkg")) as store:
        (told,) = facts.all_told(facts.figures(store), facts.choices(store))
        assert [str(one.value) for one in told.figures] == ["53", "60"]
        assert (told.chosen.id, told.choice.on, told.figures[0].on) == ("F2", "2026-01-06", "2026-01-05")
        assert store.records("figure") == store.records("choice") == {} and "A1" in store.records("assessment")
    guard.base.cache_clear()
