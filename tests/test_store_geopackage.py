"""The workspace file: what other programs see in it, what it refuses, and that it is only ever ours."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.cli import main
from planner.errors import (
    NetworkShare,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    UsageError,
    WorkspaceExists,
    WorkspaceMissing,
)
from planner.land.parcel import Layer
from planner.quota.accounts import Account
from planner.quota.chain import verify
from planner.quota.movements import Warrant, grant, reserve
from planner.store import backup, blobs, moving
from planner.store.geopackage import GeoPackageStore
from planner.store.open import drive_kind, open_store, share_kind
from planner.store.trouble import StoreReadOnly

LAND = Account("P", "new_construction_m2", 2026)
FAR = shapely.box(110.6, 20.1, 110.7, 20.2)


def write_grant(store: GeoPackageStore, amount: int = 100, key: str = "g") -> None:
    with store.turn() as turn:
        turn.append(grant(turn.entries(), Warrant(date(2026, 1, 5), "b", "Li", key), account=LAND, amount=amount))


def patches(count: int) -> Layer:
    """A row of squares of 0.001 degrees, one polygon each."""
    west = 110 + np.arange(count) * 0.001
    frame = gpd.GeoDataFrame(
        {"id": [str(i) for i in range(count)], "code": ["0101"] * count, "grade": np.arange(count) % 15},
        geometry=shapely.box(west, 19.9, west + 0.001, 19.901),
        crs="EPSG:4490",
    )
    return Layer("land_survey", "land survey 地类", frame)


@pytest.fixture
def path(tmp_path) -> Path:
    """A workspace with a layer and a book, closed."""
    with closing(GeoPackageStore(tmp_path / "w.gpkg", create=True)) as store:
        write_grant(store)
        with store.turn() as turn:
            turn.keep_layer(patches(50), sha256="")
            turn.keep_layer(patches(60), sha256="", replace=True)
            turn.put_feature("land survey 地类", id="far", shape=FAR, values={"code": "0201"})
            turn.put_feature("land survey 地类", id="0", shape=FAR, values={})
            turn.drop_feature("land survey 地类", id="1")
    return tmp_path / "w.gpkg"


@pytest.fixture
def raw(path) -> Iterator[sqlite3.Connection]:
    """The file as another program would write it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


LOOK = """
import json, sys, pyogrio
path, layer = sys.argv[1:]
box = pyogrio.read_dataframe(path, layer=layer, bbox=(110.55, 20.05, 110.8, 20.3))
info = pyogrio.read_info(path, layer=layer)
print(json.dumps({"layers": pyogrio.list_layers(path)[:, 0].tolist(), "ids": sorted(box["id"]),
                  "features": info["features"],
                  "crs": info["crs"], "fields": list(info["fields"]), "kind": info["geometry_type"],
                  "bounds": list(pyogrio.read_bounds(path, layer=layer)[1].shape), "total": info["total_bounds"]}))
"""


def test_gis_programs_see_the_layers_by_their_names_and_find_features_by_place(path, tmp_path):
    copy = shutil.copy(path, tmp_path / "copy.gpkg")
    call = [sys.executable, "-W", "error", "-c", LOOK, str(copy), "land survey 地类"]
    seen = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    assert seen["layers"] == ["land survey 地类", "planner_entries", "planner_legs"]
    assert (seen["ids"], seen["features"], seen["crs"]) == (["0", "far"], 60, "EPSG:4490")
    assert (seen["fields"], seen["kind"], seen["bounds"]) == (["id", "code", "grade"], "Polygon", [4, 60])
    assert seen["total"][2:] == [110.7, 20.2]


def test_the_index_holds_each_features_bounds_after_every_kind_of_change(path, raw):
    with closing(GeoPackageStore(path)) as store:
        shapes = store.layer("land survey 地类").frame.geometry
    kept = raw.execute(
        'SELECT r.minx, r.miny, r.maxx, r.maxy FROM "rtree_land survey 地类_geom" r ORDER BY id'
    ).fetchall()
    assert np.allclose(kept, shapes.bounds.to_numpy(), atol=2e-5)  # the index holds 32-bit bounds, rounded outward
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_the_file_says_that_it_is_a_geopackage_1_3(raw):
    assert raw.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG", "big"),)
    assert raw.execute("PRAGMA user_version").fetchone() == (10300,)
    assert raw.execute("SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY 1").fetchall() == [
        (-1,),
        (0,),
        (4326,),
        (4490,),
    ]
    assert raw.execute("SELECT last_change FROM gpkg_contents WHERE julianday(last_change) IS NULL").fetchall() == []


BEHIND_OUR_BACK = {
    "an update": "UPDATE planner_legs SET amount = 99 WHERE id = 2",
    "a removal": "DELETE FROM planner_entries WHERE seq = 1",
    "a replacement": "INSERT OR REPLACE INTO planner_entries SELECT seq, at, kind, on_day, 'x', actor, key, ref, note, "
    "legs, previous, hash FROM planner_entries",
    "a gap": "INSERT INTO planner_entries VALUES (3, '', 'grant', '2026-01-01', 'b', 'a', 'k3', '', '', 2, '', 'h')",
    "a late leg": "INSERT INTO planner_legs VALUES (9, 1, 2, 'P', 'new_construction_m2', 2026, 'free', 5, '')",
    "an overdraw": "INSERT INTO planner_legs VALUES (9, 2, 0, 'P', 'new_construction_m2', 2026, 'free', -101, '')",
    "a fraction": "INSERT INTO planner_legs VALUES (9, 2, 0, 'P', 'new_construction_m2', 2026, 'free', 0.5, '')",
}


@pytest.mark.parametrize("how", BEHIND_OUR_BACK)
def test_the_file_itself_keeps_the_book_append_only_and_within_what_is_free(path, raw, how):
    raw.execute("BEGIN")
    if "(9, 2," in BEHIND_OUR_BACK[how]:  # first a well-chained entry for the bad leg to belong to
        raw.execute(
            "INSERT INTO planner_entries SELECT 2, at, 'reserve', on_day, basis, actor, 'k2', ref, note, 1, hash, 'h' "
            "FROM planner_entries"
        )
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(BEHIND_OUR_BACK[how])
    raw.execute("ROLLBACK")
    with closing(GeoPackageStore(path)) as store:
        assert verify(store.entries()).ok and store.faults() == []


CHANGES = (
    'INSERT INTO "land survey 地类" (geom, id) SELECT geom, \'x\' FROM "land survey 地类" WHERE id = \'7\'',
    'UPDATE "land survey 地类" SET code = \'0301\' WHERE id = \'7\'',
    'DELETE FROM "land survey 地类" WHERE id = \'7\'',
)


@pytest.mark.parametrize("made", ["now", "by an earlier planner"])
def test_a_change_by_another_program_gives_the_layer_another_stamp_and_count(path, raw, made):
    if made != "now":
        touching = raw.execute("SELECT name FROM sqlite_master WHERE name LIKE 'planner_touch%'").fetchall()
        for (name,) in touching:
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("DELETE FROM planner_migrations WHERE name = 'layers_touched'")
        assert len(touching) == 3
    blobs.register(raw)
    with closing(GeoPackageStore(path)) as store:
        seen = [store.layers()[0]]
        for change in CHANGES:
            raw.execute(change)
            seen.append(store.layers()[0])
            assert seen[-1].features == len(store.layer(seen[-1].name).frame)
        assert len({info.stamp for info in seen}) == 4 and {info.version for info in seen} == {2}
        assert store.faults() == []


@pytest.mark.parametrize("what", [
    "planner_entries SET kind = 'nonsense'", "planner_entries SET on_day = 'x'", "planner_entries SET basis = x'ff00'",
    "planner_legs SET bucket = 'x'", "planner_legs SET year = 'abc'", "planner_legs SET amount = 'abc'",
    "planner_legs SET amount = amount + 0.5"])
def test_what_no_entry_can_hold_is_a_changed_entry_and_no_fault_of_the_planner(path, raw, what, capsys):
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f'DROP TRIGGER "{name}"')
    raw.execute("PRAGMA ignore_check_constraints = ON")
    raw.execute(f"UPDATE {what}")
    for _, text in triggers:
        raw.execute(text)
    assert main(["ledger", "verify", "--workspace", str(path), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["problem"] == "Entry 1 was changed after it was written."
    assert main(["ledger", "history", "--workspace", str(path), "--json"]) in (0, 4)
    assert main(["ledger", "balance", "--workspace", str(path), "--json"]) in (0, 4)
    assert main(["backup", str(path.with_name("copy.gpkg")), "--workspace", str(path), "--json"]) == 4


def test_a_balance_that_is_not_the_sum_of_the_entries_is_found(path, raw):
    raw.execute("UPDATE planner_balances SET amount = 7 WHERE bucket = 'free'")
    with closing(GeoPackageStore(path)) as store:
        assert [("7" in str(f), "100" in str(f)) for f in store.faults()] == [(True, True)]


FOREIGN = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON planner_legs BEGIN DELETE FROM planner_acts; END",
    "an endless view": "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT x FROM c",
    "a table": "CREATE TABLE layer_styles (id INTEGER)",
    "a missing fence": "DROP TRIGGER planner_legs_fence",
    "a missing index": 'DROP TRIGGER "rtree_land survey 地类_geom_insert"',
    "a column": "ALTER TABLE planner_acts ADD COLUMN extra TEXT",
    "a virtual table": "CREATE VIRTUAL TABLE f USING fts5(x)",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_an_object_that_is_not_exactly_ours_is_refused_at_opening_and_while_open(path, raw, what):
    with closing(GeoPackageStore(path)) as store:
        assert store.layers()
        raw.execute(FOREIGN[what])
        with pytest.raises(StoreDamaged), store.turn():
            pytest.fail("the turn began")
    with pytest.raises(StoreDamaged):
        GeoPackageStore(path)


def test_a_file_that_is_not_a_workspace_is_refused_and_stays_as_it_is_byte_for_byte(tmp_path):
    foreign, text = tmp_path / "upload.gpkg", tmp_path / "text.gpkg"
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
        other.execute("CREATE VIEW planner_migrations AS SELECT 'first_shape' AS name")
        other.execute(f"PRAGMA application_id = {int.from_bytes(b'GPKG', 'big')}")
        other.execute("PRAGMA user_version = 10300")
        other.commit()
    text.write_text("not a database at all, only words" * 100)
    for file in (foreign, text):
        before = file.read_bytes()
        with pytest.raises(StoreDamaged):
            open_store(str(file))
        with pytest.raises(WorkspaceExists):
            open_store(str(file), create=True)
        assert file.read_bytes() == before and len(os.listdir(tmp_path)) == 2


def test_a_workspace_from_before_the_registers_opens_with_its_book_and_takes_rows(path, raw):
    raw.execute("DROP TABLE planner_register_rows")  # its triggers go with it
    raw.execute("DELETE FROM planner_migrations WHERE name = 'registers'")
    with closing(GeoPackageStore(path)) as store:
        assert verify(store.entries()).ok and store.entries() and store.register("stock") == []
        with store.turn() as turn:
            turn.keep_row("stock", id="S-1", document={"a": 1}, shape=FAR, actor="Li")
    with closing(GeoPackageStore(path)) as store:
        assert [row.shape for row in store.register("stock")] == [FAR]


def test_the_file_itself_keeps_every_version_of_a_row(path, raw):
    with closing(GeoPackageStore(path)) as store, store.turn() as turn:
        turn.keep_row("stock", id="S-1", document={"a": 1}, shape=None, actor="Li")
    for statement in ("UPDATE planner_register_rows SET document = '{}'", "DELETE FROM planner_register_rows"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)


def test_a_workspace_of_a_newer_planner_is_refused_with_the_way_out(path, raw):
    raw.execute("INSERT INTO planner_migrations VALUES ('a_later_shape', '2030-01-01')")
    with pytest.raises(StoreDamaged, match="newer version"):
        GeoPackageStore(path)


def test_addresses_that_are_no_workspace_are_refused(tmp_path):
    with pytest.raises(WorkspaceMissing):
        open_store(str(tmp_path / "none.gpkg"))
    for address in ("mysql://host/base", "plan.xlsx", str(tmp_path / "no" / "folder.gpkg")):
        with pytest.raises(UsageError):
            open_store(address, create=True)
    assert os.listdir(tmp_path) == []


def test_a_network_share_is_told_from_a_local_disk(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/plans {tmp_path}/net\\040drive nfs4 rw 0 0\n")
    assert share_kind(tmp_path / "net drive" / "w.gpkg", mounts) == "nfs4"
    assert share_kind(tmp_path / "w.gpkg", mounts) is None
    with pytest.raises(NetworkShare, match="[Pp]ostgreSQL|local disk"):
        open_store(r"\\server\plans\w.gpkg")
    kinds = {"C:\\": 3, "Z:\\": 4}  # DRIVE_FIXED, DRIVE_REMOTE
    assert drive_kind("C:\\", kinds.__getitem__) is None and "Z:" in str(drive_kind("Z:\\", kinds.__getitem__))


def test_what_is_wrong_is_said_of_the_file_in_which_it_is_with_the_way_out(path, tmp_path):
    whole = path.read_bytes()
    cases = {
        "short": (whole[: len(whole) // 2], StoreDamaged, "planner restore"),
        "other": (b"SQLite format 3", StoreDamaged, "planner restore"),
        "foreign": (None, StoreDamaged, "planner import"),
        "folder": ("", StoreReadOnly, "right to write"),
    }
    for name, (content, kind, way_out) in cases.items():
        place = tmp_path / f"{name}.gpkg"
        if content is None:
            gpd.GeoDataFrame({"id": ["a"]}, geometry=[FAR], crs="EPSG:4490").to_file(place)
        elif content == "":
            place.mkdir()
        else:
            place.write_bytes(content)
        with pytest.raises(kind, match=way_out) as refused:
            open_store(str(place))
        assert refused.value.file == str(place)


def test_what_is_wrong_with_a_workspace_is_not_said_of_its_copy(path, raw, tmp_path):
    raw.execute("CREATE VIEW foreign_one AS SELECT 1")
    with pytest.raises(StoreDamaged, match="foreign_one") as refused:
        backup.write_file(path, tmp_path / "copy.gpkg")
    assert refused.value.file == str(path)
    (tmp_path / "folder.gpkg").mkdir()
    with pytest.raises(UsageError, match="folder"):
        backup.write_file(path, tmp_path / "folder.gpkg")


def test_a_copy_takes_no_log_of_another_workspace_for_its_own_and_replaces_an_earlier_copy_alone(path, tmp_path):
    saved, lost, other = (tmp_path / f"{name}.gpkg" for name in ("saved", "lost", "other"))
    with closing(GeoPackageStore(path)) as store:
        store.backup(str(saved))
        store.backup(str(saved))  # each night
        with closing(GeoPackageStore(other, create=True)) as open_one:
            write_grant(open_one)
            with pytest.raises(UsageError, match="other.gpkg-wal"):
                store.backup(str(other))
        for kept in (other, tmp_path / "paper.docx"):
            content = b"paper" if kept.suffix == ".docx" else kept.read_bytes()
            kept.write_bytes(content)
            with pytest.raises(WorkspaceExists):
                store.backup(str(kept))
            assert kept.read_bytes() == content
        write_grant(store, key="later")
        log = path.with_name("w.gpkg-wal").read_bytes()
    lost.with_name("lost.gpkg-wal").write_bytes(log)  # its workspace was deleted, the log was not
    with pytest.raises(UsageError, match="lost.gpkg-wal"):
        moving.restore(saved, str(lost))
    lost.with_name("lost.gpkg-wal").unlink()
    assert moving.restore(saved, str(lost)).entries == 1


def test_a_second_writer_waits_and_then_is_told_that_the_workspace_is_busy(path):
    with closing(GeoPackageStore(path)) as first, closing(GeoPackageStore(path, busy_s=0.05)) as second:
        with first.turn() as turn:
            turn.put_settings({"a": "1"})
            assert second.settings() == {}  # readers never wait
            with pytest.raises(StoreBusy), second.turn():
                pytest.fail("two writers at once")
        write_grant(second, key="g2")
        assert [e.seq for e in first.entries()] == [1, 2]


def test_whoever_has_the_turn_can_read_however_many_wait_for_it(path):
    with closing(GeoPackageStore(path)) as store, ThreadPoolExecutor(80) as crowd:

        def waits() -> None:
            with store.turn():
                pass

        with store.turn():
            waiting = [crowd.submit(waits) for _ in range(80)]
            while store._engine.pool.checkedout() < 81 and not any(one.done() for one in waiting):
                time.sleep(0.01)
            with store.moment():
                assert len(store.entries()) == 1
        assert [one.exception() for one in waiting] == [None] * 80


def test_a_full_disk_is_said_plainly_and_the_store_goes_on_when_there_is_room(path):
    with closing(GeoPackageStore(path)) as store:
        with pytest.raises(StoreFull), store.turn() as turn:
            pages = turn._connection.exec_driver_sql("PRAGMA page_count").scalar()
            turn._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # a small disk, by SQLite's own limit
            turn.put_settings({"big": "x" * 200_000})
        assert store.settings() == {} and verify(store.entries()).ok
        with store.turn() as turn:
            turn._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
            turn.put_settings({"big": "x" * 200_000})
        assert len(store.settings()["big"]) == 200_000


def test_a_backup_taken_in_the_middle_of_writing_is_whole_alone_and_verified(path, tmp_path):
    target = tmp_path / "copy" / "backup.gpkg"
    target.parent.mkdir()
    with closing(GeoPackageStore(path)) as store:
        with store.turn() as turn:
            turn.append(
                reserve(turn.entries(), Warrant(date(2026, 1, 6), "b", "Li", "r"), account=LAND, amount=5, ref="A")
            )
            store.backup(str(target))
        store.backup(str(target))
        assert os.listdir(target.parent) == ["backup.gpkg"]
        moved = Path(shutil.move(target, tmp_path / "elsewhere.gpkg"))
        with closing(GeoPackageStore(moved)) as copy:
            assert (copy.entries(), copy.layers(), copy.faults()) == (store.entries(), store.layers(), [])
        with pytest.raises(UsageError):
            store.backup(str(path))


def test_a_damaged_workspace_gives_no_backup(path, raw, tmp_path):
    raw.execute("DROP TRIGGER planner_legs_keep")
    raw.execute("UPDATE planner_legs SET amount = amount * 2")
    raw.execute(
        "CREATE TRIGGER planner_legs_keep BEFORE UPDATE ON planner_legs\nBEGIN\n"
        "  SELECT RAISE(ABORT, 'the book is append-only');\nEND"
    )
    with closing(GeoPackageStore(path)) as store:
        assert not verify(store.entries()).ok
        with pytest.raises(StoreDamaged):
            store.backup(str(tmp_path / "backup.gpkg"))
    assert not list(tmp_path.glob("*backup*"))


def test_twenty_thousand_patches_are_read_fast_enough_to_draw(tmp_path):
    with closing(GeoPackageStore(tmp_path / "w.gpkg", create=True)) as store:
        with store.turn() as turn:
            turn.keep_layer(patches(20_000), sha256="")
        took = []
        for _ in range(3):
            begun = time.process_time()
            frame = store.layer("land survey 地类").frame
            took.append(time.process_time() - begun)
    assert len(frame) == 20_000 and min(took) < 0.6
