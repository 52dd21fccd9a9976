"""Processes that die, and processes that race: what was acknowledged stays, what was not leaves no trace."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import event

from planner.errors import Overdraw, StoreBusy
from planner.land.parcel import Layer
from planner.quota.accounts import Account
from planner.quota.balances import balances
from planner.quota.chain import verify
from planner.quota.movements import Warrant, grant, reserve
from planner.store.base import Turn
from planner.store.geopackage import GeoPackageStore

# Forked children start in milliseconds; where there is no fork they start slower and do the same.
METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
PROCESSES = multiprocessing.get_context(METHOD)
LAND = Account("P", "new_construction_m2", 2026)
SQUARE = shapely.box(110.2, 19.95, 110.21, 19.96)
CAP, CLERKS, ASKS = 100, 8, 20


@pytest.fixture
def path(tmp_path) -> Path:
    with closing(GeoPackageStore(tmp_path / "w.gpkg", create=True)) as store, store.turn() as turn:
        warrant = Warrant(date(2026, 1, 5), "b", "Li", "grant")
        turn.append(grant([], warrant, account=LAND, amount=CAP))
        turn.keep_layer(
            Layer("parcels", "parcels", gpd.GeoDataFrame({"id": ["1"]}, geometry=[SQUARE], crs="EPSG:4490")), sha256=""
        )
    return tmp_path / "w.gpkg"


def draw(turn: Turn, ref: str) -> None:
    warrant = Warrant(date(2026, 1, 5), "b", "Li", f"key-{ref}")
    turn.append(reserve(turn.entries(), warrant, account=LAND, amount=1, ref=ref))


def whole_turn(turn: Turn, ref: str) -> None:
    """A bit of everything that a reservation writes, and a layer replaced."""
    draw(turn, ref)
    turn.put_feature("parcels", id=ref, shape=SQUARE, values={"status": "reserved"})
    turn.keep_layer(
        Layer("parcels", "other", gpd.GeoDataFrame({"id": [ref]}, geometry=[SQUARE], crs="EPSG:4490")),
        sha256=ref,
        replace=True,
    )
    turn.remember(f"key-{ref}", "content", {"done": ref}, "Li")


def die_at(path: Path, statement: int, ref: str) -> None:
    """In a child: do a whole turn, but be killed before the Nth statement (the commit is the last)."""
    store, seen = GeoPackageStore(path), 0

    @event.listens_for(store._engine, "commit")
    @event.listens_for(store._engine, "before_cursor_execute")
    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    with store.turn() as turn:
        whole_turn(turn, ref)
    os._exit(0)


def test_a_writer_killed_before_any_of_its_statements_leaves_the_workspace_as_it_was(path):
    statement, died = 0, True
    while died:
        statement += 1
        child = PROCESSES.Process(target=die_at, args=(path, statement, "A"))
        child.start()
        child.join()
        died = child.exitcode == -signal.SIGKILL
        assert died or child.exitcode == 0
        with closing(GeoPackageStore(path)) as store:
            assert verify(store.entries()).ok and store.faults() == []
            state = (len(store.entries()), store.layers()[0].features, len(store.layers()))
            assert state == ((1, 1, 1) if died else (2, 2, 2))
    assert statement > 30  # the turn is one of many statements, and each was a place to die
    with closing(GeoPackageStore(path)) as store, store.turn() as turn:
        assert turn.answer("key-A", "content") == {"done": "A"}


def write_on(path: Path, told: object) -> None:
    """In a child: one entry after the other, each told to the parent when it is done."""
    with closing(GeoPackageStore(path)) as store:
        for n in range(CAP):
            with store.turn() as turn:
                draw(turn, str(n))
            told.send(n)


def test_what_a_killed_writer_had_acknowledged_is_there(path):
    parent, child_end = PROCESSES.Pipe(duplex=False)
    child = PROCESSES.Process(target=write_on, args=(path, child_end))
    child.start()
    acknowledged = [parent.recv() for _ in range(20)]
    child.kill()
    child.join()
    while parent.poll():
        acknowledged.append(parent.recv())
    with closing(GeoPackageStore(path)) as store:
        entries = store.entries()
        assert verify(entries).ok and store.faults() == []
        assert [e.draft.ref for e in entries[1:]][: len(acknowledged)] == [str(n) for n in acknowledged]
        assert len(entries) - 1 - len(acknowledged) in (0, 1)  # at most one durable that nobody was told of


def ask_for_ones(path: Path, who: int, told: object) -> None:
    """In a child: ask for one unit again and again; tell how often it was granted, refused, busy."""
    count = {"granted": 0, "refused": 0, "busy": 0}
    with closing(GeoPackageStore(path, busy_s=60)) as store:
        for n in range(ASKS):
            try:
                with store.turn() as turn:
                    draw(turn, f"{who}-{n}")
                count["granted"] += 1
            except Overdraw:
                count["refused"] += 1
            except StoreBusy:
                count["busy"] += 1
    told.put(count)


def test_eight_processes_that_race_for_a_cap_are_granted_exactly_the_cap(path):
    told = PROCESSES.SimpleQueue()
    clerks = [PROCESSES.Process(target=ask_for_ones, args=(path, who, told)) for who in range(CLERKS)]
    for clerk in clerks:
        clerk.start()
    counts = [told.get() for _ in clerks]
    for clerk in clerks:
        clerk.join()
    assert sum(c["granted"] for c in counts) == CAP
    assert sum(c["refused"] for c in counts) == CLERKS * ASKS - CAP
    with closing(GeoPackageStore(path)) as store:
        assert [(b.reserved, b.free) for b in balances(store.entries())] == [(CAP, 0)]
        assert verify(store.entries()).ok and store.faults() == []


SECOND_WRITER = """
import sys
from planner.errors import StoreBusy
from planner.store.geopackage import GeoPackageStore
store = GeoPackageStore(sys.argv[1], busy_s=0.1)
try:
    with store.turn() as turn:
        turn.put_settings({"second": "written"})
    print("written")
except StoreBusy:
    print("busy")
"""


def test_reading_layers_while_writing_does_not_give_the_write_lock_away(path):
    with closing(GeoPackageStore(path)) as store:
        with store.turn() as turn:
            turn.put_settings({"first": "written"})
            for _ in range(3):  # each read takes and gives back a handle on the same file
                assert len(store.layer("parcels").frame) == 1
            store.backup(str(path.with_name("copy.gpkg")))
            call = [sys.executable, "-c", SECOND_WRITER, str(path)]
            assert subprocess.run(call, check=True, capture_output=True, text=True).stdout.strip() == "busy"
        assert store.settings() == {"first": "written"}
