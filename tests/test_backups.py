"""A copy is looked at before it is needed: whole or not, how its book stands to the one in use; nothing is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from planner.desk.backups import BOOK, Relation, compare
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.workspace import begin
from planner.errors import StoreDamaged
from planner.store.copying import FIRST
from planner.store.tables import METADATA
from planner.ui.backups_panel import PARTS

DAY = date(2026, 1, 5)


def grant(desk: Desk, key: str) -> None:
    desk.move(Movement("grant", "ZONE", "new_construction_m2", 2026, 1.0, "ha", "No. 1", "Li", key, DAY))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = begin(str(tmp_path / "w.gpkg"))
    grant(made, "a")
    return made


@pytest.fixture
def copy(desk: Desk, tmp_path: Path) -> Path:
    path = tmp_path / "backup.gpkg"
    desk.backup(path)
    return path


def test_a_fresh_copy_holds_the_same_and_looking_at_it_writes_nothing(desk, copy):
    before, bytes_before = desk.store.marks(), copy.read_bytes()
    found = compare(desk, copy)
    assert (found.relation, found.unlike, found.copy.entries, found.copy.ok) == (Relation.SAME, (), 1, True)
    assert found.copy.head == found.present.head == desk.store.head()
    assert desk.store.marks() == before and copy.read_bytes() == bytes_before


def test_a_copy_made_before_two_entries_is_an_earlier_state_and_what_else_differs_is_named(desk, copy):
    grant(desk, "b")
    grant(desk, "c")
    with desk.store.turn() as turn:
        turn.put_settings({"title": "another"})
    found = compare(desk, copy)
    assert (found.relation, found.present.entries - found.copy.entries) == (Relation.EARLIER, 2)
    assert "planner_settings" in found.unlike and "planner_entries" not in found.unlike


def test_a_workspace_that_went_back_to_an_older_copy_lacks_what_a_newer_copy_knows(desk, copy, tmp_path):
    grant(desk, "b")
    newer = tmp_path / "newer.gpkg"
    desk.backup(newer)
    with closing(Desk.open(str(copy))) as gone_back:
        found = compare(gone_back, newer)
    assert (found.relation, found.copy.entries, found.present.entries) == (Relation.LATER, 2, 1)


@pytest.mark.parametrize("longer", ["here", "there", "neither"])
def test_a_book_that_took_another_way_is_another_book(desk, copy, longer):
    with closing(Desk.open(str(copy))) as other:
        for n in range(2 if longer == "there" else 1):
            grant(other, f"other-{n}")
        other.backup(copy.with_name("taken.gpkg"))
    for n in range(2 if longer == "here" else 1):
        grant(desk, f"mine-{n}")
    assert compare(desk, copy.with_name("taken.gpkg")).relation is Relation.OTHER


def test_a_copy_in_which_an_amount_was_changed_is_refused(desk, copy):
    with closing(sqlite3.connect(copy)) as file:
        # The file itself would not let it happen: so it is done as whoever owns the file could.
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name "
                                                  "IN ('planner_legs', 'planner_entries')")]
        kept = [file.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0] for name in names]
        for name in names:
            file.execute(f'DROP TRIGGER "{name}"')
        file.execute("UPDATE planner_legs SET amount = amount * 2")
        for sql in kept:
            file.execute(sql)
        file.commit()
    with pytest.raises(StoreDamaged):
        compare(desk, copy)


@pytest.mark.parametrize("content", [b"", b"not a file of ours", b"SQLite format 3\x00" + bytes(200)])
def test_what_is_no_backup_is_refused(desk, tmp_path, content):
    path = tmp_path / "given.gpkg"
    path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        compare(desk, path)


def test_a_file_with_a_trigger_of_its_own_is_refused(desk, copy):
    with closing(sqlite3.connect(copy)) as file:
        file.execute("CREATE TRIGGER mine AFTER INSERT ON planner_settings BEGIN DELETE FROM planner_entries; END")
        file.commit()
    with pytest.raises(StoreDamaged, match="mine"):
        compare(desk, copy)


def test_every_table_that_a_copy_may_hold_otherwise_has_a_word():
    held = {*FIRST, *(table.name for table in METADATA.sorted_tables), "planner_layers"}
    assert held - BOOK <= set(PARTS)
