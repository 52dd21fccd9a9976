"""A workspace moves from file to database and back, and comes back from a backup, with nothing lost on the way."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import sqlalchemy

from planner.cli import main
from planner.errors import StoreDamaged, WorkspaceExists
from planner.land.parcel import Layer
from planner.quota.accounts import Account
from planner.quota.chain import verify
from planner.quota.movements import MOVEMENTS, Warrant
from planner.store import copying, moving, tables
from planner.store.base import CaseRecord
from planner.store.copying import WorkspaceMoved
from planner.store.open import open_store

LAND = Account("P", "new_construction_m2", 2026)
SQUARE = shapely.box(110.2, 19.95, 110.21, 19.96)
PARTS = shapely.MultiPolygon([SQUARE - shapely.box(110.202, 19.952, 110.203, 19.953), shapely.box(111, 20, 112, 21)])
# By the type of a column, that of a TEXT being what it is in the file.
VALUES = {
    type(tables.TEXT): "文字",
    sqlalchemy.BigInteger: 2**40,
    sqlalchemy.Integer: 7,
    sqlalchemy.Float: 0.1,
    sqlalchemy.Boolean: True,
    sqlalchemy.Date: date(2026, 2, 28),
    sqlalchemy.LargeBinary: bytes(range(256)),
    tables.Document: {"年": [1, None]},
}


def fill(address: str) -> None:
    """A bit of everything that a workspace can hold, the odd ones too."""
    with closing(open_store(address, create=True)) as store, store.turn() as turn:
        for n, (verb, amount, ref) in enumerate((("grant", 100, ""), ("open", 130, "BASELINE"), ("grant", 50, ""))):
            warrant = Warrant(date(2026, 1, 5), "文件 7", "Li", f"k{n}")
            turn.append(MOVEMENTS[verb](turn.entries(), warrant, account=LAND, amount=amount, ref=ref))
        columns = {
            "id": ["a", "b", "c"],
            "name": ["甲 'x' \"y\"\t\\N", None, ""],
            "share": [0.1 + 0.2, None, 1e-300],
            "count": [1, 2**53, -3],
            "flag": [True, None, False],
            "seen": [date(2024, 2, 29), None, date(1, 1, 1)],
            "规划用途和土地利用现状分类代码及其说明文字的很长的列名": ["1", "2", None],
        }
        frame = gpd.GeoDataFrame(columns, geometry=[SQUARE, PARTS, shapely.Polygon()], crs="EPSG:4490")
        long = "海口国家高新技术产业开发区国土变更调查图斑二〇二四年度版本"
        turn.keep_layer(
            Layer("land_survey", long, frame, date(2025, 12, 31), "a source", PARTS, True), sha256="1"
        )
        turn.keep_layer(Layer("land_survey", long, frame.iloc[:1]), sha256="2", replace=True)
        turn.keep_layer(Layer("parcels", "parcels", frame.iloc[:0]), sha256="")
        turn.put_feature(long, id="d", shape=PARTS, values={"share": "text now"})
        turn.keep_case(CaseRecord("C-1", "a", PARTS, "reserved", "2026-01-05", "Li", {"m2": 0.1}, {"年": [1]}))
        turn.keep_project("z", {"id": "z"})
        turn.keep_project("a", {"id": "a"})
        turn.keep_record("scenario", "s", {"a": 1})
        turn.keep_row("stock", id="S-1", document={"a": 1}, shape=PARTS, actor="Li")
        turn.drop_row("stock", id="S-1", actor="Li")
        turn.put_settings({"basis": "calorific"})
        turn.remember("k", "content", {"entry": 1}, "Li")
        for name, table in tables.METADATA.tables.items():  # and a row in every table, also in those to come
            values = {column.name: VALUES[type(column.type)] for column in table.columns if column.name != "place"}
            turn.add(name.removeprefix("planner_"), values)


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.postgres)])
def elsewhere(request, tmp_path) -> str:
    """An address where nothing is yet."""
    return str(tmp_path / "new.gpkg") if request.param == "file" else request.getfixturevalue("new_database")()


@pytest.fixture
def here(tmp_path) -> str:
    fill(str(tmp_path / "w.gpkg"))
    return str(tmp_path / "w.gpkg")


def test_a_workspace_moves_there_and_back_and_holds_the_same(here, elsewhere, tmp_path):
    with closing(open_store(here)) as store:
        before, book = store.marks(), store.entries()
        assert moving.move(store, elsewhere).ok
    with closing(open_store(elsewhere)) as store:
        assert (store.marks(), store.entries(), store.faults()) == (before, book, [])
        assert [layer.name for layer in store.layers()][1:] == ["parcels"]
        moving.move(store, str(tmp_path / "back.gpkg"))
    with closing(open_store(str(tmp_path / "back.gpkg"))) as store:
        assert (store.marks(), store.entries(), store.faults()) == (before, book, [])
        with store.turn() as turn:  # and the book goes on
            warrant = Warrant(date(2026, 1, 6), "b", "Li", "later")
            turn.append(MOVEMENTS["reserve"](turn.entries(), warrant, account=LAND, amount=20, ref="B"))
        assert verify(store.entries(), book[-1].hash).ok and store.marks() != before


def test_where_it_was_it_is_read_but_written_no_more(here, elsewhere, tmp_path):
    with closing(open_store(here)) as store:
        moving.move(store, elsewhere)
        assert len(store.entries()) == 3 and store.faults() == []
        with pytest.raises(WorkspaceMoved, match="new.gpkg|postgresql://owner@"), store.turn():
            pytest.fail("the turn began")
        with pytest.raises(WorkspaceMoved):
            moving.move(store, str(tmp_path / "third.gpkg"))
        assert not (tmp_path / "third.gpkg").exists()


def test_a_move_to_where_something_is_changes_neither(here, elsewhere):
    fill(elsewhere)
    with closing(open_store(here)) as store, closing(open_store(elsewhere)) as other:
        before = store.marks(), other.marks()
        with pytest.raises(WorkspaceExists):
            moving.move(store, elsewhere)
        assert (store.marks(), other.marks()) == before
        with store.turn() as turn:
            turn.put_settings({"still": "written"})


def test_what_a_killed_move_left_empty_in_a_database_is_filled_and_another_s_work_is_not(here, elsewhere, monkeypatch):
    open_store(elsewhere, create=True).close()  # and here it was killed
    with closing(open_store(here)) as store:
        if not elsewhere.startswith("postgresql"):  # a file can simply be deleted
            with pytest.raises(WorkspaceExists):
                moving.move(store, elsewhere)
            return
        honest, before = moving.copy, store.marks()

        def others_were_quicker(old, new):
            raise WorkspaceExists(path="")

        monkeypatch.setattr(moving, "copy", others_were_quicker)
        with pytest.raises(WorkspaceExists):
            moving.move(store, elsewhere)
        monkeypatch.setattr(moving, "copy", honest)
        assert moving.move(store, elsewhere).ok
    with closing(open_store(elsewhere)) as store:
        assert store.marks() == before


def test_a_workspace_that_was_left_is_written_again_where_it_is_restored(here, elsewhere, tmp_path):
    saved = tmp_path / "backup.gpkg"
    with closing(open_store(here)) as store:
        moving.move(store, str(tmp_path / "lost.gpkg"))
        store.backup(str(saved))
    moving.restore(saved, elsewhere)
    with closing(open_store(elsewhere)) as store, store.turn() as turn:
        turn.put_settings({"the book": "goes on here"})


def test_a_copy_that_differs_is_not_kept_and_the_old_one_goes_on(here, elsewhere, monkeypatch):
    honest = copying._copy_layers

    def forgetful(source, target):
        honest(source, target)
        target.exec_driver_sql("UPDATE planner_layers SET source = 'another'")

    monkeypatch.setattr(copying, "_copy_layers", forgetful)
    with closing(open_store(here)) as store:
        with pytest.raises(StoreDamaged, match="planner_layers"):
            moving.move(store, elsewhere)
        monkeypatch.undo()
        with store.turn() as turn:
            turn.put_settings({"still": "written"})
        moving.move(store, elsewhere)  # the place is free again


def test_a_backup_of_either_is_a_workspace_file_that_comes_back_in_either(here, elsewhere, tmp_path):
    saved = tmp_path / "backup.gpkg"
    with closing(open_store(here)) as store:
        moving.move(store, elsewhere)
    with closing(open_store(elsewhere)) as store:
        before = store.marks()
        store.backup(str(saved))
    content = saved.read_bytes()
    assert moving.restore(saved, str(tmp_path / "again.gpkg")).ok
    with closing(open_store(str(tmp_path / "again.gpkg"))) as store:
        assert store.marks() == before
        store.discard()
    assert saved.read_bytes() == content and "again.gpkg" not in os.listdir(tmp_path)
    with pytest.raises(WorkspaceExists):
        moving.restore(saved, elsewhere)
    if elsewhere.startswith("postgresql"):
        open_store(elsewhere).discard()
    else:
        Path(elsewhere).unlink()
    assert moving.restore(saved, elsewhere).ok
    with closing(open_store(elsewhere)) as store:
        assert store.marks() == before


def test_a_restore_never_writes_over_what_is_there(here, tmp_path, capsys):
    saved = shutil.copy(here, tmp_path / "backup.gpkg")
    before = Path(here).read_bytes()
    assert main(["restore", str(saved), "--workspace", here, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "E_WORKSPACE"
    assert Path(here).read_bytes() == before


def test_the_command_moves_and_every_other_command_works_at_the_new_address(elsewhere, tmp_path, monkeypatch, capsys):
    old = str(tmp_path / "old.gpkg")

    def planner(*words: str, exits: int = 0) -> dict:
        assert main([*words, "--json"]) == exits
        return json.loads(capsys.readouterr().out)

    def grant(workspace: str, key: str, exits: int = 0) -> dict:
        return planner("ledger", "grant", "--park", "P", "--quota", "energy_tce", "--year", "2026", "--amount", "7",
                       "--unit", "tce", "--basis", "b", "--actor", "Li", "--key", key, "--workspace", workspace,
                       exits=exits)

    planner("init", "--workspace", old)
    grant(old, "k1")
    moved = planner("move", elsewhere, "--workspace", old)
    assert (moved["from"], moved["entries"], moved["layers"], moved["ok"]) == (old, 1, 1, True)
    assert ":" not in moved["workspace"].split("@")[0].removeprefix("postgresql:")  # no password
    assert grant(old, "k2", exits=4)["error"]["code"] == "E_MOVED"
    monkeypatch.setenv("PLANNER_WORKSPACE", elsewhere)
    grant(elsewhere, "k3")
    assert planner("ledger", "balance")[0]["granted"] == 14
    assert planner("ledger", "verify")["entries"] == 2
    saved = planner("backup", str(tmp_path / "saved.gpkg"))
    assert planner("ledger", "verify", "--workspace", saved["path"])["head"] == saved["head"]
    checks = planner("doctor", "--workspace", elsewhere)["checks"]
    assert checks[-1]["ok"] and ("PostGIS" in checks[-1]["detail"]) == elsewhere.startswith("postgresql")
