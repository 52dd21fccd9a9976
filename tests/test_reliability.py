"""What holds whoever writes, dies, repeats or tampers: the short form of what `make soak` does at length."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

import pytest
import shapely

from planner.cli import main
from planner.desk.desk import Desk
from planner.errors import StoreFull
from planner.formats.write import write_geojson
from planner.quota.accounts import Account
from planner.quota.balances import balances
from planner.quota.chain import verify
from planner.quota.movements import MOVEMENTS, Warrant
from planner.store import moving
from planner.store.base import CaseChanged, CaseRecord, Store
from planner.store.geopackage import GeoPackageStore
from planner.store.open import open_store
from planner.store.trouble import translated
from tests.reliability import backups, deeds, faults, long_book, race, tampering

LAND = Account("P", "new_construction_m2", 2026)


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.postgres)])
def places(request, tmp_path) -> Callable[[], str]:
    """Gives addresses where no workspace is."""
    if request.param == "database":
        return request.getfixturevalue("new_database")
    numbers = iter(range(100))
    return lambda: str(tmp_path / f"w{next(numbers)}.gpkg")


# ---------------------------------------------------------------- many at once
def test_whatever_the_number_of_reviewers_exactly_the_cap_is_granted(places):
    went = race.run(places(), reviewers=10, asks=100, cap=30, seed=1)
    assert (went.granted, went.refused + went.busy, went.crashed, went.wrong) == (30, 70, 0, ())


def decide_twice(store: Store, number: int) -> list[str]:
    """Two reviewers who saw the same version decide at once; what each was told."""
    case = CaseRecord(f"C-{number}", "P-1", shapely.box(0, 0, 1, 1), "in review", "2026-01-05", "Li", {}, {})
    with store.turn() as turn:
        turn.keep_case(case, expected=0)
    seen = next(kept for kept in store.cases() if kept.id == case.id)
    ready, told = Barrier(2), []

    def decide(state: str) -> None:
        ready.wait()
        try:
            with store.turn() as turn:
                turn.keep_case(replace(seen, state=state), expected=seen.version)
            told.append(state)
        except CaseChanged as changed:
            told.append(f"was {changed.now.state}")

    both = [Thread(target=decide, args=(state,)) for state in ("approved", "refused")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    return sorted(told)


def test_of_two_reviewers_who_decide_one_case_one_wins_and_the_other_is_told_how(places):
    with closing(open_store(places(), create=True)) as store:
        told = [decide_twice(store, number) for number in range(20)]
        states = [case.state for case in store.cases()]
    assert len(states) == 20
    assert all(what == [state, f"was {state}"] for what, state in zip(told, states, strict=True))


def test_a_request_sent_twice_at_the_same_moment_is_done_once(places):
    address = places()
    with closing(open_store(address, create=True)) as store:
        desk, answers, ready = Desk(store), [], Barrier(4)

        def send() -> None:
            ready.wait()
            answers.append(desk.move(race.movement("grant", 5, "the same key")))

        senders = [Thread(target=send) for _ in range(4)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert len(answers) == 4 and all(answer == answers[0] for answer in answers)
        assert [row.granted for row in balances(store.entries())] == [5]


# ---------------------------------------------------------------- faults of the machine
@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, faults.Report]:
    """What was found at some writes of every verb; `make soak` strikes at all of them."""
    verbs, folder = [*deeds.VERBS, *deeds.PLANTED], tmp_path_factory.mktemp("faults") / "made"
    return {report.verb: report for report in faults.survey(verbs, folder, every=23)}


@pytest.mark.compiler
@pytest.mark.parametrize("verb", deeds.VERBS)
def test_killed_or_refused_by_the_disk_at_a_write_a_verb_is_done_or_not_done(verb, reports):
    report = reports[verb]
    assert report.points >= 13 and report.tries >= 4 and report.problems == []


@pytest.mark.compiler
def test_the_same_harness_finds_what_is_wrong_on_purpose(reports):
    assert reports["two turns"].corrupt and reports["told too soon"].lost


@pytest.mark.compiler
@pytest.mark.postgres
@pytest.mark.parametrize("place", ["line", "server"])
def test_in_a_database_too_whoever_dies_breaks_off_or_finds_no_room(place, tmp_path):
    verbs = ("transfer", "decide", "told too soon")
    found = {report.verb: report for report in faults.survey(verbs, tmp_path / "made", place=place, every=23)}
    assert found.pop("told too soon").lost
    assert {verb: report.problems for verb, report in found.items()} == {verb: [] for verb in verbs[:-1]}
    assert all(report.tries >= 4 for report in found.values())


def fill_the_disk(path: Path, limit: int, told: int) -> None:
    """In a child whose files may not grow beyond ``limit``: write until it is refused, read on, tell what was done."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    done, was = 0, resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(GeoPackageStore(path)) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, was[1]))
        try:
            while done < 10_000:
                with store.turn() as turn:
                    turn.put_settings({f"n{done}": "x" * 20_000})
                done += 1
        except StoreFull:
            ok = len(store.settings()) == done and verify(store.entries()).ok and store.faults() == []
            resource.setrlimit(resource.RLIMIT_FSIZE, was)
            with store.turn() as turn:
                turn.put_settings({"room": "again"})
            os.write(told, f"{done} {ok}".encode())
    os._exit(0)


@pytest.mark.compiler
def test_a_full_disk_is_refused_by_name_read_on_and_written_again_when_there_is_room(tmp_path):
    path = tmp_path / "w.gpkg"
    with closing(GeoPackageStore(path, create=True)):
        pass
    heard, told = os.pipe()
    child = race.PROCESSES.Process(target=fill_the_disk, args=(path, 3_000_000, told))
    child.start()
    child.join()
    os.close(told)
    with os.fdopen(heard) as said, closing(GeoPackageStore(path)) as store:
        done, ok = said.read().split()
        assert int(done) > 10 and ok == "True"
        assert len(store.settings()) == int(done) + 1


@pytest.mark.postgres
def test_a_server_whose_disk_is_full_is_said_in_the_same_words():
    import psycopg

    refused = translated(psycopg.errors.DiskFull("could not extend file"), "postgresql://host/base")
    assert isinstance(refused, StoreFull) and "could not extend file" in str(refused)


@pytest.mark.postgres
def test_what_a_server_had_acknowledged_is_there_after_it_was_killed():
    from tests import postgres

    with postgres.running() as server:
        address = server.new()
        with closing(open_store(address, create=True)) as store:
            for n in range(20):
                with store.turn() as turn:
                    turn.append(MOVEMENTS["grant"]([], warrant(f"k{n}"), account=LAND, amount=1, ref=""))
            with pytest.raises(Exception, match="cannot be reached"), store.turn() as turn:
                turn.put_settings({"half": "done"})
                server.kill()
                turn.put_settings({"half": "more"})
            server.serve()
            assert len(store.entries()) == 20 and store.settings() == {} and store.faults() == []
            assert verify(store.entries()).ok


# ---------------------------------------------------------------- copies and hands
def test_a_backup_taken_while_others_write_is_whole_and_of_one_moment(places, tmp_path):
    address = places()
    with closing(open_store(address, create=True)):
        pass
    with backups.writing(address):
        taken = [backups.take(address, tmp_path, number) for number in range(3)]
    again = places()
    assert [backups.wrong_with(backup, address, again) for backup in taken] == [[], [], []]


@pytest.fixture
def book(places) -> Iterator[Store]:
    address = places()
    tampering.fill(open_store(address, create=True))
    with closing(open_store(address)) as store:
        yield store


def test_a_long_book_moves_whole_is_added_up_looked_up_and_verified_by_its_head(places, tmp_path):
    head = long_book.fill(tmp_path / "long.gpkg", 2_000)
    with closing(GeoPackageStore(tmp_path / "long.gpkg")) as store:
        address = places()
        moving.move(store, address)
    with closing(Desk.open(address)) as desk:
        # 20 grants of 10^12; of the 1 980 others every second takes 7 and the next one commits it
        assert sum(row.committed for row in desk.balances()) == 990 * 7 and len(desk.balances()) == 20
        assert len(desk.entries("case-17")) == 2 and desk.entries(last=1)[0].hash == head
        assert desk.verify(head).ok and desk.verify(head).entries == 2_000


def test_hundreds_of_parcels_are_imported_by_one_command(places, tmp_path):
    path, address = tmp_path / "parcels.geojson", places()
    write_geojson(path, (({"id": str(n), "name": f"parcel {n}"}, deeds.square(n)) for n in range(300)))
    assert main(["init", "--workspace", address]) == 0
    assert main(["import", str(path), "--role", "parcels", "--name", "many", "--workspace", address]) == 0
    with closing(open_store(address)) as store:
        assert [info.features for info in store.layers()] == [0, 300]


def test_every_change_of_the_book_behind_its_fences_is_seen(book):
    assert len(list(tampering.changes())) > 25
    assert tampering.unseen(book) == []


def test_without_a_head_kept_outside_only_the_loss_of_the_last_entries_is_not_seen(book, monkeypatch):
    seen = tampering.seen
    monkeypatch.setattr(tampering, "seen", lambda connection, head: seen(connection, ""))
    assert tampering.unseen(book) == []  # the cache of balances still knows of them
    with tampering.behind_the_fences(book) as connection:
        for statement in [*tampering._without("seq = 7"), *BALANCES_AGAIN]:
            connection.exec_driver_sql(statement)
        assert not seen(connection, "") and seen(connection, book.head())


BALANCES_AGAIN = (
    "DELETE FROM planner_balances",
    "INSERT INTO planner_balances SELECT park, quota, year, bucket, "
    "CASE WHEN bucket IN ('free', 'outside') THEN '' ELSE ref END, SUM(amount) FROM planner_legs "
    "GROUP BY 1, 2, 3, 4, 5",
)


def warrant(key: str) -> Warrant:
    return Warrant(date(2026, 1, 5), "b", "Li", key)
