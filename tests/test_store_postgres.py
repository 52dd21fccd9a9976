"""The workspace in a database: what it keeps whoever writes to it, what it says when it cannot, and what it hides."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from threading import Event, Thread

import geopandas as gpd
import numpy as np
import psycopg
import pytest
import shapely
from sqlalchemy import text

from planner.cli import main
from planner.errors import StoreBusy, StoreDamaged, StoreFull, UsageError, WorkspaceExists, WorkspaceMissing
from planner.land.parcel import Layer
from planner.quota.accounts import Account
from planner.quota.chain import verify
from planner.quota.movements import Warrant, grant, reserve
from planner.store import postgres
from planner.store.base import TurnLost, in_turn
from planner.store.open import open_store
from planner.store.postgres import PostgresStore
from planner.store.trouble import DatabaseForbids, DatabaseUnfit, DatabaseUnreachable, ValueRefused, translated

pytestmark = pytest.mark.postgres
LAND = Account("P", "new_construction_m2", 2026)
SQUARE = shapely.box(110.2, 19.95, 110.21, 19.96)


def write_grant(store: PostgresStore, amount: int = 100, key: str = "g") -> None:
    with store.turn() as turn:
        turn.append(grant(turn.entries(), Warrant(date(2026, 1, 5), "b", "Li", key), account=LAND, amount=amount))


def patches(count: int, name: str = "land survey 地类") -> Layer:
    """A row of squares of 0.001 degrees, one polygon each."""
    west = 110 + np.arange(count) * 0.001
    frame = gpd.GeoDataFrame(
        {"id": [str(i) for i in range(count)], "code": ["0101"] * count, "grade": np.arange(count) % 15},
        geometry=shapely.box(west, 19.9, west + 0.001, 19.901),
        crs="EPSG:4490",
    )
    return Layer("land_survey", name, frame)


@pytest.fixture
def address(new_database) -> str:
    """A workspace with a layer and a book, closed."""
    address = new_database()
    with closing(PostgresStore(address, create=True)) as store:
        write_grant(store)
        with store.turn() as turn:
            turn.keep_layer(patches(50), sha256="")
    return address


@pytest.fixture
def raw(address) -> Iterator[psycopg.Connection]:
    """The database as another program would write it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET search_path TO planner, public")
        yield connection


def test_gis_programs_find_real_geometry_tables_with_an_index_and_the_right_system(raw):
    listed = raw.execute(
        "SELECT f_table_schema, f_table_name, f_geometry_column, srid, type FROM geometry_columns"
    ).fetchall()
    assert listed == [("planner_layers", "land survey 地类", "geom", 4490, "POLYGON")]
    west = raw.execute(
        'SELECT id FROM planner_layers."land survey 地类" WHERE geom && ST_MakeEnvelope(110, 19, 110.0005, 20, 4490)'
    )
    assert west.fetchall() == [("0",)]
    kinds = raw.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'planner_layers'").fetchall()
    assert any("USING gist (geom)" in kind for (kind,) in kinds)
    sound = raw.execute("""SELECT DISTINCT ST_IsValid(geom) FROM planner_layers."land survey 地类" """)
    assert sound.fetchall() == [(True,)]


def test_a_change_by_another_program_gives_the_layer_another_stamp_and_count(address, raw):
    with closing(PostgresStore(address)) as store:
        before = store.layers()[0]
        raw.execute("""DELETE FROM planner_layers."land survey 地类" WHERE id = '7'""")
        after = store.layers()[0]
        assert (before.features, after.features) == (50, 49) and before.stamp != after.stamp


def test_a_version_put_aside_for_replay_is_changed_by_nobody(address, raw):
    with closing(PostgresStore(address)) as store, store.turn() as turn:
        turn.keep_layer(patches(3), sha256="", replace=True)
    with pytest.raises(psycopg.errors.IntegrityError, match="append-only"):
        raw.execute("""DELETE FROM planner_layers."land survey 地类__v1" """)


BEHIND_OUR_BACK = {
    "an update": "UPDATE planner_legs SET amount = 99",
    "a removal": "DELETE FROM planner_entries WHERE seq = 1",
    "emptying": "TRUNCATE planner_entries, planner_legs",
    "a gap": "INSERT INTO planner_entries VALUES (3, '', 'grant', '2026-01-01', 'b', 'a', 'k3', '', '', 2, '', 'h')",
    "a late leg": "INSERT INTO planner_legs (seq, position, park, quota, year, bucket, amount, ref) "
    "VALUES (1, 2, 'P', 'new_construction_m2', 2026, 'free', 5, '')",
    "an overdraw": "INSERT INTO planner_legs (seq, position, park, quota, year, bucket, amount, ref) "
    "VALUES (2, 0, 'P', 'new_construction_m2', 2026, 'free', -101, '')",
    "a version of a row": "DELETE FROM planner_register_rows",
}


@pytest.mark.parametrize("how", BEHIND_OUR_BACK)
def test_the_database_itself_keeps_the_book_append_only_and_within_what_is_free(address, raw, how):
    with closing(PostgresStore(address)) as store:
        with store.turn() as turn:
            turn.keep_row("stock", id="S-1", document={"a": 1}, shape=None, actor="Li")
        with pytest.raises(psycopg.errors.IntegrityError), raw.transaction():
            if "(2, 0," in BEHIND_OUR_BACK[how]:  # first a well-chained entry for the bad leg to belong to
                raw.execute(
                    "INSERT INTO planner_entries SELECT 2, at, 'reserve', on_day, basis, actor, 'k2', ref, note, 1, "
                    "hash, 'h' FROM planner_entries"
                )
            raw.execute(BEHIND_OUR_BACK[how])
        assert verify(store.entries()).ok and store.faults() == [] and len(store.register("stock")) == 1


def test_writers_that_take_no_turn_cannot_overspend_together(address):
    """Read, check, insert without our lock, in two transactions at once: the chain lets only one through."""
    entry = (
        "INSERT INTO planner_entries SELECT seq + 1, at, 'reserve', on_day, basis, actor, %s, 'A', '', 2, hash, %s "
        "FROM planner_entries ORDER BY seq DESC LIMIT 1"
    )
    legs = (
        "INSERT INTO planner_legs (seq, position, park, quota, year, bucket, amount, ref) "
        "VALUES (2, 0, 'P', 'new_construction_m2', 2026, 'free', -100, ''), "
        "(2, 1, 'P', 'new_construction_m2', 2026, 'reserved', 100, 'A')"
    )
    outcomes = []
    ready = Event()

    def second() -> None:
        with psycopg.connect(address) as two:
            two.execute("SET search_path TO planner, public")
            try:
                ready.set()
                two.execute(entry, ("k-two", "h-two"))
                two.execute(legs)
                two.commit()
                outcomes.append("granted")
            except psycopg.Error as refused:
                outcomes.append(type(refused).__name__)

    with psycopg.connect(address) as one:
        one.execute("SET search_path TO planner, public")
        one.execute(entry, ("k-one", "h-one"))
        one.execute(legs)
        waiting = Thread(target=second)
        waiting.start()
        ready.wait()
        one.commit()
        waiting.join()
    assert outcomes in (["UniqueViolation"], ["IntegrityConstraintViolation"])


UNFENCED = {
    "a fence dropped": "DROP TRIGGER planner_legs_fence ON planner_legs",
    "a fence switched off": "ALTER TABLE planner_entries DISABLE TRIGGER planner_entries_keep",
    "a fence that lets all pass": "CREATE OR REPLACE FUNCTION planner_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NULL; END $$",
    "rows of registers open to change": "DROP TRIGGER planner_register_rows_keep ON planner_register_rows",
}


@pytest.mark.parametrize("how", UNFENCED)
def test_a_workspace_whose_fences_do_not_stand_is_refused(address, raw, how):
    with closing(PostgresStore(address)) as store:
        raw.execute(UNFENCED[how])
        assert len(store.faults()) == 1
    with pytest.raises(StoreDamaged, match="planner_"):
        PostgresStore(address)


def test_a_balance_that_is_not_the_sum_of_the_entries_is_found(address, raw):
    raw.execute("UPDATE planner_balances SET amount = 7 WHERE bucket = 'free'")
    with closing(PostgresStore(address)) as store:
        assert [("7" in str(f), "100" in str(f)) for f in store.faults()] == [(True, True)]


def test_a_second_writer_waits_and_then_is_told_that_the_workspace_is_busy(address):
    with closing(PostgresStore(address)) as first, closing(PostgresStore(address, busy_s=0.2)) as second:
        with first.turn() as turn:
            turn.put_settings({"a": "1"})
            assert second.settings() == {}  # readers never wait
            with pytest.raises(StoreBusy), second.turn():
                pytest.fail("two writers at once")
        write_grant(second, key="g2")
        assert [e.seq for e in first.entries()] == [1, 2]


def test_a_turn_given_up_for_a_deadlock_is_done_again(address):
    """An outsider holds a row and wants the turn while the turn wants the row: the database gives one of them up."""
    with closing(PostgresStore(address)) as store, psycopg.connect(address) as outsider:
        with store.turn() as turn:
            turn.put_settings({"a": "0"})
        outsider.execute("SET deadlock_timeout = '30s'")  # so that ours is the one that is given up
        tries = []

        def want_the_turn() -> None:
            outsider.execute("SELECT one FROM planner.planner_turn FOR UPDATE")
            outsider.commit()

        def work(turn) -> None:
            tries.append(1)
            if len(tries) == 1:
                outsider.execute("UPDATE planner.planner_settings SET value = 'theirs'")
                crossing.start()
            turn.put_settings({"a": "ours"})

        crossing = Thread(target=want_the_turn)
        in_turn(store, work)
        crossing.join()
        assert len(tries) == 2 and store.settings() == {"a": "ours"}


def test_a_connection_that_breaks_is_said_plainly_and_the_next_turn_works(address, raw):
    with closing(PostgresStore(address)) as store:
        with pytest.raises(DatabaseUnreachable, match="same key"), store.turn() as turn:
            turn.put_settings({"a": "lost"})
            raw.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'planner' "
                "AND datname = current_database()"
            )
            turn.put_settings({"b": "lost"})
        write_grant(store, key="again")
        assert store.settings() == {} and len(store.entries()) == 2


@pytest.mark.compiler  # where there is Linux
def test_a_line_that_carries_nothing_any_more_is_given_up_after_a_minute_or_when_the_address_says(address):
    for words, first in (("", 30), ("?keepalives_idle=7", 7)):
        with closing(PostgresStore(address + words)) as store, store._begun(write=False) as connection:
            line = socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno()))
            with line:
                names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
                told = [line.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names]
                assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert told == [first, 10, 3, 60_000]  # seconds, seconds, times, milliseconds


def test_nothing_listens_and_the_sentence_says_so_without_the_password(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"postgresql://owner:hidden-word@127.0.0.1:{port}/plan"
    with pytest.raises(DatabaseUnreachable, match=f"postgresql://owner@127.0.0.1:{port}/plan") as told:
        open_store(address)
    assert "hidden-word" not in str(told.value) and told.value.exit_status == 4


NOT_AN_ADDRESS = ["postgresql://owner:hidden-word@host:no-port/x", "postgresql://owner:hidden-word@[host/x",
                  "postgres://owner:hidden-word@host/x", "mysql://owner:hidden-word@host/x"]


@pytest.mark.parametrize("address", NOT_AN_ADDRESS)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(address):
    with pytest.raises((UsageError, DatabaseUnreachable), match="postgresql://user@host/database") as told:
        open_store(address)
    assert "hidden-word" not in str(told.value)


def test_a_wrong_password_and_a_missing_database_are_refused_without_printing_it(server, capsys):
    for address in (server.address("postgres").replace(server.password, "wrong-word"), server.address("nowhere")):
        assert main(["doctor", "--workspace", address, "--json"]) == 3
        said = capsys.readouterr()
        assert main(["layers", "--workspace", address, "--json"]) == 4
        said_too = capsys.readouterr()
        assert json.loads(said_too.out)["error"]["code"] == "E_UNREACHABLE"
        for word in ("wrong-word", server.password, "Traceback"):
            assert word not in said.out + said.err + said_too.out + said_too.err


def test_a_database_without_a_workspace_is_told_from_one_that_has_one(server, new_database, address):
    with pytest.raises(WorkspaceMissing, match="planner init"):
        PostgresStore(new_database())
    with pytest.raises(WorkspaceExists):
        PostgresStore(address, create=True)
    with pytest.raises(WorkspaceMissing):
        PostgresStore(server.new("TEMPLATE template0"))


def test_a_server_that_cannot_hold_a_workspace_is_refused_with_the_way_out(server, address, monkeypatch):
    latin = server.new("TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(DatabaseUnfit, match="ENCODING 'UTF8'"):
        PostgresStore(latin, create=True)
    monkeypatch.setattr(postgres, "OLDEST", 99)
    with pytest.raises(DatabaseUnfit, match="at least 99"):
        PostgresStore(address)
    monkeypatch.undo()
    without = str(postgres._SERVER).replace("'postgis'", "'postgis_that_nobody_has'")
    monkeypatch.setattr(postgres, "_SERVER", text(without))
    with pytest.raises(DatabaseUnfit, match=r"postgresql-\d+-postgis-3"):
        PostgresStore(address)


def test_a_user_without_the_right_is_told_whom_to_ask(server, new_database, address):
    server.sql(f"CREATE ROLE reader LOGIN PASSWORD '{server.password}'")
    mine = address.replace("owner:", "reader:")
    with pytest.raises(DatabaseForbids, match="administrator"):
        PostgresStore(mine)
    with pytest.raises(DatabaseForbids):
        PostgresStore(new_database().replace("owner:", "reader:"), create=True)


def test_an_ordinary_user_who_owns_the_database_needs_no_other_right(server):
    server.sql(f"CREATE ROLE keeper LOGIN PASSWORD '{server.password}'")
    for template, extension in (("blank", True), ("template0", False)):
        address = server.new(f"TEMPLATE {template} OWNER keeper").replace("owner:", "keeper:")
        if extension:
            with closing(PostgresStore(address, create=True)) as store:
                write_grant(store)
                with store.turn() as turn:
                    turn.keep_layer(patches(3), sha256="")
                assert store.faults() == []
        else:
            with pytest.raises(DatabaseForbids, match="extension"):
                PostgresStore(address, create=True)


def test_a_value_the_database_cannot_hold_is_refused_as_a_value(address):
    with closing(PostgresStore(address)) as store:
        with pytest.raises(ValueRefused), store.turn() as turn:
            turn.put_settings({"a": "nul \0 inside"})
        assert store.settings() == {}


@pytest.mark.parametrize(("state", "kind"), [
    ("QueryCanceled", DatabaseForbids), ("ReadOnlySqlTransaction", DatabaseForbids),
    ("InsufficientPrivilege", DatabaseForbids), ("IdleInTransactionSessionTimeout", DatabaseUnreachable),
    ("AdminShutdown", DatabaseUnreachable), ("InFailedSqlTransaction", StoreBusy), ("LockNotAvailable", StoreBusy),
    ("SerializationFailure", TurnLost), ("DiskFull", StoreFull)])
def test_what_a_server_does_not_allow_is_no_damage_and_no_busy_colleague(state, kind):
    trouble = translated(getattr(psycopg.errors, state)("as the server says it"), "there")
    assert type(trouble) is kind and (kind in (StoreBusy, TurnLost) or "as the server says it" in str(trouble))


def test_a_server_that_allows_a_statement_no_time_is_named_as_what_it_is(address):
    hurried = PostgresStore(f"{address}?options=-c%20statement_timeout%3D300")
    with closing(hurried), pytest.raises(DatabaseForbids, match="timeout"), hurried._look() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(5)")


def test_a_workspace_of_a_newer_planner_is_refused(address, raw):
    raw.execute("INSERT INTO planner_migrations VALUES ('a_later_shape', '2030-01-01')")
    with pytest.raises(StoreDamaged, match="newer version"):
        PostgresStore(address)


def test_postgis_in_a_schema_of_its_own_is_found(server):
    address = server.new("TEMPLATE template0")
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute('CREATE SCHEMA "GIS tools"')
        raw.execute('CREATE EXTENSION postgis SCHEMA "GIS tools"')
    with closing(PostgresStore(address, create=True)) as store:
        with store.turn() as turn:
            turn.keep_layer(patches(2), sha256="")
            turn.put_feature("land survey 地类", id="x", shape=SQUARE, values={"new %s:": "a%b"})
        assert list(store.layer("land survey 地类").frame["new %s:"])[-1] == "a%b"


def test_a_reservation_made_from_many_machines_at_once_is_granted_as_far_as_it_goes(address):
    granted, stores = [], [PostgresStore(address) for _ in range(4)]

    def clerk(store: PostgresStore, who: int) -> None:
        for n in range(40):
            try:
                with store.turn() as turn:
                    warrant = Warrant(date(2026, 1, 5), "b", "Li", f"{who}-{n}")
                    turn.append(reserve(turn.entries(), warrant, account=LAND, amount=1, ref=f"{who}"))
                granted.append(1)
            except Exception as refused:  # noqa: BLE001
                assert getattr(refused, "code", "") == "E_OVERDRAW", refused

    clerks = [Thread(target=clerk, args=(store, who)) for who, store in enumerate(stores)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert len(granted) == 100 and verify(stores[0].entries()).ok and stores[0].faults() == []
    for store in stores:
        store.close()
