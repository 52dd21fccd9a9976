"""What every store does: one test, each store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Thread

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.errors import (
    FeatureMissing,
    KeyReused,
    LayerExists,
    LayerMissing,
    NotHeld,
    Overdraw,
    RegisterRowMissing,
    StoreBusy,
    Unbalanced,
    UsageError,
)
from planner.land.parcel import Layer
from planner.quota.accounts import LIST, Account
from planner.quota.balances import YearClosed, balances, certificate
from planner.quota.chain import verify
from planner.quota.entries import Bucket, Draft, Kind, Leg
from planner.quota.movements import MOVEMENTS, Warrant
from planner.quota.notes import closing_note, reversal_note
from planner.store.base import TRIES, CaseChanged, CaseRecord, Store, Turn, TurnLost, in_turn
from planner.store.open import open_store

LAND = Account("P", "new_construction_m2", 2026)
SQUARE, TRIANGLE = (
    shapely.box(110.2, 19.95, 110.21, 19.96),
    shapely.Polygon([(110.2, 19.9), (110.3, 19.9), (110.2, 20)]),
)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(params=["memory:", "workspace.gpkg", pytest.param("postgresql://", marks=pytest.mark.postgres)])
def store(request, tmp_path) -> Iterator[Store]:
    address = request.param if request.param == "memory:" else str(tmp_path / request.param)
    if request.param == "postgresql://":
        address = request.getfixturevalue("new_database")()
    with closing(open_store(address, create=True, clock=lambda: NOON)) as opened:
        yield opened


def book(turn: Turn, verb: str, amount: int, ref: str = "", account: Account = LAND, key: str = "") -> None:
    warrant = Warrant(date(2026, 1, 5), "Decision 7", "Li", key or f"k{len(turn.entries())}")
    turn.append(MOVEMENTS[verb](turn.entries(), warrant, account=account, amount=amount, ref=ref))


def raw(kind: Kind, *legs: Leg, key: str = "raw") -> Draft:
    return Draft(kind, date(2026, 1, 5), "b", "Li", key, legs)


def layer(name: str = "survey", **columns: list) -> Layer:
    data = {"id": ["a", "b"], "name": ["甲 'x' \"y\"", None]} | columns
    frame = gpd.GeoDataFrame(data, geometry=[SQUARE, TRIANGLE], crs="EPSG:4490")
    return Layer("land_survey", name, frame, date(2025, 12, 31), "a source", shapely.box(110, 19, 111, 21), True)


def test_a_new_workspace_is_empty(store):
    assert (store.layers(), store.entries(), store.cases(), store.projects(), store.settings()) == ([], [], [], {}, {})
    assert (store.head(), store.faults()) == ("", [])


def test_entries_come_back_as_they_were_chained_and_the_clock_is_the_stores(store):
    with store.turn() as turn:
        book(turn, "grant", 100)
        book(turn, "reserve", 40, "宗地 1")
    entries = store.entries()
    assert verify(entries, store.head()).ok
    assert [(e.seq, e.at, e.draft.kind, e.draft.ref) for e in entries] == [
        (1, "2026-01-05T12:00:00+00:00", "grant", ""),
        (2, "2026-01-05T12:00:00+00:00", "reserve", "宗地 1"),
    ]
    assert [(b.granted, b.reserved, b.free) for b in balances(entries)] == [(100, 40, 60)]


def test_a_turn_that_fails_leaves_nothing_of_it(store):
    with store.turn() as turn:
        book(turn, "grant", 100)
    with pytest.raises(ZeroDivisionError), store.turn() as turn:
        book(turn, "reserve", 40, "A")
        turn.keep_layer(layer(), sha256="1")
        turn.put_settings({"basis": "equal"})
        turn.keep_project("p", {"id": "p"})
        turn.keep_record("scenario", "s", {"a": 1})
        turn.remember("key", "content", {"a": 1}, "Li")
        assert len(turn.entries()) == 2
        raise ZeroDivisionError
    assert (len(store.entries()), store.layers(), store.settings(), store.projects()) == (1, [], {}, {})
    assert store.records("scenario") == {}
    with store.turn() as turn:
        assert turn.answer("key", "content") is None
        book(turn, "reserve", 100, "B")


def test_the_store_refuses_an_overdraw_whatever_the_draft_believes(store):
    with store.turn() as turn:
        book(turn, "grant", 100)
        book(turn, "reserve", 100, "A")
    free, reserved = Leg(*LAND, Bucket.FREE, -1, "B"), Leg(*LAND, Bucket.RESERVED, 1, "B")
    with pytest.raises(Overdraw), store.turn() as turn:
        turn.append(raw(Kind.RESERVE, free, reserved))
    with pytest.raises(NotHeld), store.turn() as turn:
        turn.append(raw(Kind.RELEASE, Leg(*LAND, Bucket.RESERVED, -1, "B"), Leg(*LAND, Bucket.FREE, 1, "B")))
    with pytest.raises(Unbalanced), store.turn() as turn:
        turn.append(raw(Kind.GRANT, Leg(*LAND, Bucket.FREE, 1)))
    with store.turn() as turn:
        turn.append(raw(Kind.OPEN, free, Leg(*LAND, Bucket.OPENED, 1, "B")))
    assert len(store.entries()) == 3


def test_the_list_sinks_until_something_is_granted_to_it(store):
    listed = LAND._replace(park=LIST)
    with store.turn() as turn:
        book(turn, "reserve", 500, "A", listed)
        book(turn, "grant", 501, account=listed)
    with pytest.raises(Overdraw), store.turn() as turn:
        turn.append(raw(Kind.RESERVE, Leg(*listed, Bucket.FREE, -2, "B"), Leg(*listed, Bucket.RESERVED, 2, "B")))


def test_a_closed_year_takes_no_entry_until_its_close_is_reversed(store):
    with store.turn() as turn:
        book(turn, "grant", 100)
        note = closing_note("P", 2026, certificate(turn.entries(), "P", 2026))
        turn.append(replace(raw(Kind.CLOSE, key="close"), note=note))
    with pytest.raises(YearClosed, match="entry 2"), store.turn() as turn:
        turn.append(raw(Kind.RESERVE, Leg(*LAND, Bucket.FREE, -1, "B"), Leg(*LAND, Bucket.RESERVED, 1, "B")))
    with store.turn() as turn:
        book(turn, "grant", 100, account=LAND._replace(year=2027))
        turn.append(replace(raw(Kind.CLOSE, key="open again"), note=reversal_note(2)))
        book(turn, "reserve", 100, "B")
    assert verify(store.entries()).ok


def test_a_turn_that_was_given_up_is_forgotten_and_the_next_reads_what_is_there(store):
    with store.turn() as turn:
        book(turn, "grant", 100)
    with pytest.raises(ZeroDivisionError), store.turn() as turn:
        book(turn, "reserve", 40, "A")
        assert len(turn.entries()) == 2
        raise ZeroDivisionError
    with store.turn() as turn:
        assert [entry.draft.kind for entry in turn.entries()] == [Kind.GRANT]
        book(turn, "reserve", 100, "B", key="again")
    with store.turn() as turn:
        assert turn.entries() == store.entries()


def test_only_the_entries_behind_a_place_are_read_when_asked(store):
    with store.turn() as turn:
        for n in range(3):
            book(turn, "grant", n + 1)
    assert (store.entries(1), store.entries(3)) == (store.entries()[1:], [])


def test_a_key_is_answered_once_and_refused_with_other_content(store):
    with store.turn() as turn:
        turn.remember("k", "content", {"entry": 7, "名": "甲"}, "Li")
        book(turn, "grant", 1, key="entry-key")
    with store.turn() as turn:
        assert turn.answer("k", "content") == {"entry": 7, "名": "甲"}
        with pytest.raises(KeyReused):
            turn.answer("k", "other content")
        with pytest.raises(KeyReused):
            book(turn, "grant", 1, key="entry-key")


def test_a_layer_comes_back_with_its_shapes_values_and_description(store):
    holed = shapely.MultiPolygon([shapely.box(1, 1, 3, 3) - shapely.box(1.5, 1.5, 2, 2), shapely.box(5, 5, 6, 6)])
    given = layer(
        code=["0101", None],
        grade=[7, None],
        share=[0.25, 0.0],
        count=[1, 2],
        flag=[True, False],
        seen=[date(2024, 2, 29), None],
        nothing=[None, None],
    )
    given.frame.geometry = [SQUARE, holed]
    with store.turn() as turn:
        info = turn.keep_layer(given, sha256="abc")
    assert store.layers() == [info]
    assert (
        info.role,
        info.name,
        info.features,
        info.crs,
        info.version,
        info.sha256,
        info.as_of,
        info.illustrative,
    ) == ("land_survey", "survey", 2, "EPSG:4490", 1, "abc", date(2025, 12, 31), True)
    back = store.layer("survey")
    assert (back.role, back.name, back.as_of, back.source, back.illustrative) == (
        "land_survey",
        "survey",
        date(2025, 12, 31),
        "a source",
        True,
    )
    assert back.coverage == given.coverage and list(back.frame.geometry) == [SQUARE, holed]
    assert back.frame.crs == "EPSG:4490" and list(back.frame.index) == [0, 1]
    first, second = (row for _, row in back.frame.iterrows())
    assert (
        first["name"],
        first["code"],
        first["grade"],
        first["share"],
        first["count"],
        first["flag"],
        first["seen"],
    ) == ("甲 'x' \"y\"", "0101", 7, 0.25, 1, True, date(2024, 2, 29))
    assert second[["name", "code", "grade", "seen", "nothing"]].isna().all()
    assert [str(back.frame[c].dtype) for c in ("id", "grade", "count", "flag")] == ["str", "float64", "int64", "bool"]


def test_coverage_is_measured_on_the_ellipsoid(store):
    with store.turn() as turn:
        info = turn.keep_layer(layer(), sha256="")
    from pyproj import Geod

    ring = shapely.segmentize(layer().coverage, 0.001).exterior.coords
    area, _ = Geod(a=6378137, rf=298.257222101).polygon_area_perimeter(*np.array(ring).T)
    assert info.coverage_m2 == pytest.approx(abs(area), rel=1e-6)


def test_a_layer_is_replaced_only_when_asked_and_the_old_version_stays(store):
    with store.turn() as turn:
        first = turn.keep_layer(layer(), sha256="1")
        turn.keep_layer(layer("roads"), sha256="x")
    with pytest.raises(LayerExists), store.turn() as turn:
        turn.keep_layer(layer("SURVEY"), sha256="2")
    with store.turn() as turn:
        second = turn.keep_layer(layer(code=["01", "02"]), sha256="2", replace=True)
    assert (second.version, second.stamp != first.stamp) == (2, True)
    assert [info.name for info in store.layers()] == ["survey", "roads"]
    assert "code" in store.layer("survey").frame and "code" not in store.layer("survey", 1).frame
    assert list(store.layer("survey", 1).frame.geometry) == [SQUARE, TRIANGLE]
    with pytest.raises(LayerMissing):
        store.layer("survey", 3)


def test_features_are_added_changed_and_dropped_by_id_and_the_stamp_tells(store):
    parts = shapely.MultiPolygon([SQUARE, shapely.box(111, 20, 112, 21)])
    with store.turn() as turn:
        stamps = [turn.keep_layer(layer(grade=[1, 2]), sha256="").stamp]
    for change in (
        lambda turn: turn.put_feature("survey", id="c", shape=TRIANGLE, values={"name": "new", "status": "drawn"}),
        lambda turn: turn.put_feature("survey", id="a", shape=parts, values={"status": "reserved"}),
        lambda turn: turn.drop_feature("survey", id="b"),
    ):
        with store.turn() as turn:
            change(turn)
        stamps.append(store.layers()[0].stamp)
    assert len(set(stamps)) == 4
    frame = store.layer("survey").frame.set_index("id")
    assert sorted(frame.index) == ["a", "c"] and store.layers()[0].features == 2
    assert (frame.loc["a", "name"], frame.loc["a", "grade"], frame.loc["a", "status"]) == (
        "甲 'x' \"y\"",
        1,
        "reserved",
    )
    assert frame.loc["a", "geometry"] == parts and frame.loc["c", "geometry"] == TRIANGLE
    with pytest.raises(FeatureMissing), store.turn() as turn:
        turn.drop_feature("survey", id="b")
    with pytest.raises(LayerMissing), store.turn() as turn:
        turn.put_feature("nowhere", id="b", shape=SQUARE, values={})


def test_an_empty_layer_can_be_drawn_into(store):
    empty = gpd.GeoDataFrame({"id": [], "name": []}, geometry=[], crs="EPSG:4490")
    with store.turn() as turn:
        turn.keep_layer(Layer("parcels", "parcels", empty), sha256="")
        turn.put_feature("parcels", id="1", shape=SQUARE, values={"name": "甲"})
    assert list(store.layer("parcels").frame["name"]) == ["甲"]
    assert store.layers()[0].coverage_m2 is None


@pytest.mark.parametrize("name", ["", " ", "planner_entries", "gpkg_contents", "sqlite_x", "a__v2", "x" * 101, "a\nb"])
def test_a_name_the_file_needs_itself_is_refused(store, name):
    with pytest.raises(UsageError), store.turn() as turn:
        turn.keep_layer(layer(name), sha256="")


@pytest.mark.parametrize("name", ["规划 用地", "a\"b'c", "{table}", "select", "x%s:y?"])
def test_any_other_name_is_a_name(store, name):
    with store.turn() as turn:
        turn.keep_layer(layer(name, **{name: [1, 2]}), sha256="")
        turn.put_feature(name, id="c", shape=SQUARE, values={name: 3})
        turn.keep_layer(layer(name), sha256="", replace=True)
    assert list(store.layer(name, 1).frame[name]) == [1, 2, 3]
    assert [info.name for info in store.layers()] == [name]


def test_a_column_that_cannot_be_kept_is_named(store):
    for columns in ({"fid": [1, 2]}, {"Name": [1, 2]}):
        with pytest.raises(UsageError, match=f"(?i){next(iter(columns))}"), store.turn() as turn:
            turn.keep_layer(layer(**columns), sha256="")


def test_cases_projects_and_settings_are_kept_in_order_and_changed_in_place(store):
    case = CaseRecord(
        "C-1", "P-1", SQUARE, "reserved", "2026-01-05", "Li", {"on": date(2026, 1, 5), "m2": 1.5}, {"年": [1]}
    )
    with store.turn() as turn:
        turn.keep_case(case)
        turn.keep_case(CaseRecord("C-0", "P-2", TRIANGLE, "reserved", "x", "Wu", {}, {}))
        turn.keep_case(CaseRecord("C-1", "P-1", SQUARE, "committed", "2026-01-05", "Li", case.document, case.request))
        turn.keep_project("z", {"id": "z", "ramp": [0.5, 1.0]})
        turn.keep_project("a", {"id": "a"})
        turn.keep_project("gone", {"id": "gone"})
        turn.drop_project("gone")
        turn.put_settings({"basis": "equal", "park": "P"})
        turn.put_settings({"basis": "calorific"})
    assert [(c.id, c.state, c.parcel_id) for c in store.cases()] == [
        ("C-1", "committed", "P-1"),
        ("C-0", "reserved", "P-2"),
    ]
    assert (store.cases()[0].shape, store.cases()[0].document) == (SQUARE, {"on": "2026-01-05", "m2": 1.5})
    assert list(store.case_versions().items()) == [("C-1", 2), ("C-0", 1)]
    assert list(store.outlines().items()) == [("C-1", ("P-1", SQUARE)), ("C-0", ("P-2", TRIANGLE))]
    assert list(store.projects().items()) == [("z", {"id": "z", "ramp": [0.5, 1.0]}), ("a", {"id": "a"})]
    assert store.settings() == {"basis": "calorific", "park": "P"}


def test_of_two_who_change_the_case_they_both_saw_the_second_is_told_what_changed(store):
    case = CaseRecord("C-1", "P-1", SQUARE, "submitted", "2026-01-05", "Li", {}, {})
    with store.turn() as turn:
        assert turn.keep_case(case, expected=0).version == 1
    seen = store.cases()[0]
    with store.turn() as turn:
        assert turn.keep_case(replace(seen, state="decided", actor="Wu"), expected=seen.version).version == 2
    with pytest.raises(CaseChanged, match="by Wu: it is now 'decided', version 2") as told, store.turn() as turn:
        turn.put_settings({"half": "done"})
        turn.keep_case(replace(seen, state="withdrawn"), expected=seen.version)
    assert (told.value.code, told.value.now) == ("E_CONFLICT", store.cases()[0])
    assert (store.cases()[0].state, store.settings()) == ("decided", {})
    with pytest.raises(CaseChanged), store.turn() as turn:
        turn.keep_case(replace(case, id="C-2"), expected=3)


def test_work_that_the_database_gave_up_is_done_again_but_not_for_ever(store):
    tries: list[int] = []

    def work(turn: Turn) -> str:
        turn.put_settings({"n": str(len(tries))})
        tries.append(1)
        if len(tries) < 3:
            raise TurnLost
        return "done"

    assert in_turn(store, work) == "done" and store.settings() == {"n": "2"}
    tries.clear()

    def hopeless(turn: Turn) -> None:
        tries.append(1)
        raise TurnLost

    with pytest.raises(TurnLost):
        in_turn(store, hopeless)
    assert len(tries) == TRIES


def test_threads_that_race_for_one_cap_never_pass_it(store):
    with store.turn() as turn:
        book(turn, "grant", 10)
    refused: list[str] = []

    def clerk(who: int) -> None:
        for n in range(5):
            try:
                with store.turn() as turn:
                    book(turn, "reserve", 1, f"{who}", key=f"{who}-{n}")
            except Overdraw as short:
                refused.append(short.code)

    clerks = [Thread(target=clerk, args=(who,)) for who in range(4)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert len(store.entries()) == 11 and refused == ["E_OVERDRAW"] * 10
    assert verify(store.entries()).ok and store.faults() == []


def test_records_come_back_by_kind_in_the_order_they_were_first_kept(store):
    with store.turn() as turn:
        turn.keep_record("scenario", "乙", {"on": date(2026, 1, 5), "名": "甲"})
        turn.keep_record("scenario", "a", {"n": 1})
        turn.keep_record("assessment", "a", {"n": 2})
        turn.keep_record("scenario", "乙", {"on": date(2026, 1, 6)})
    assert list(store.records("scenario").items()) == [("乙", {"on": "2026-01-06"}), ("a", {"n": 1})]
    with store.turn() as turn:
        turn.drop_record("scenario", "a")
        turn.drop_record("scenario", "never kept")
    assert (store.records("scenario").keys(), store.records("assessment")) == ({"乙"}, {"a": {"n": 2}})
    assert store.records("other") == {}


def test_rows_of_a_register_keep_every_version_and_an_unchanged_row_makes_none(store):
    with store.turn() as turn:
        first = turn.keep_row("stock", id="S-2", document={"on": date(2026, 1, 5), "m2": 1.5}, shape=SQUARE, actor="Li")
        turn.keep_row("stock", id="S-1", document={"名": "甲"}, shape=None, actor="Li")
        turn.keep_row("contracts", id="S-1", document={}, shape=None, actor="Li")
        assert [row.id for row in turn.register("stock")] == ["S-1", "S-2"]
    with store.turn() as turn:
        again = turn.keep_row("stock", id="S-2", document={"on": "2026-01-05", "m2": 1.5}, shape=SQUARE, actor="Wu")
        moved = turn.keep_row("stock", id="S-2", document={"m2": 1.5}, shape=TRIANGLE, actor="Wu")
        gone = turn.drop_row("stock", id="S-1", actor="Wu")
    assert (first.version, again, moved.version, moved.actor, moved.at) == (1, first, 2, "Wu", NOON.isoformat())
    assert (gone.version, gone.document) == (2, None)
    assert store.register("stock") == [moved] and [row.id for row in store.register("contracts")] == ["S-1"]
    assert [row.document for row in store.row_versions("stock", "S-1")] == [{"名": "甲"}, None]
    assert store.row_versions("stock", "S-2")[0].shape == SQUARE and store.row_versions("stock", "no") == []


def test_a_row_that_is_not_there_cannot_be_taken_out_and_one_taken_out_may_return(store):
    with pytest.raises(RegisterRowMissing), store.turn() as turn:
        turn.drop_row("stock", id="S-1", actor="Li")
    with store.turn() as turn:
        turn.keep_row("stock", id="S-1", document={"a": 1}, shape=None, actor="Li")
        turn.drop_row("stock", id="S-1", actor="Li")
        back = turn.keep_row("stock", id="S-1", document={"a": 1}, shape=None, actor="Li")
    assert back.version == 3 and store.register("stock") == [back]
    with pytest.raises(ZeroDivisionError), store.turn() as turn:
        turn.drop_row("stock", id="S-1", actor="Li")
        raise ZeroDivisionError
    assert store.register("stock") == [back]


def test_every_version_of_a_layer_is_listed_oldest_first_and_read_back(store):
    with store.turn() as turn:
        turn.keep_layer(layer(code=["0101", "0102"]), sha256="1" * 64)
        turn.keep_layer(layer(code=["0601", "0602"]), sha256="2" * 64, replace=True)
    found = store.layer_versions("SURVEY")
    assert [(info.version, info.sha256[0]) for info in found] == [(1, "1"), (2, "2")]
    assert found[1] == store.layers()[0] and store.layer_versions("nothing") == []
    assert store.layer("survey", 1).frame["code"].tolist() == ["0101", "0102"]


def elsewhere(work) -> None:
    """Do something in a thread of its own, to its end; what goes wrong there goes wrong here."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(work).result()


def keep(store: Store, kept: Layer, *, replace: bool = False) -> None:
    with store.turn() as turn:
        turn.keep_layer(kept, sha256="", replace=replace)


def put_wider(store: Store) -> None:
    """A feature with a column that the layer has not: its table is written anew."""
    with store.turn() as turn:
        turn.put_feature("survey", id="c", shape=SQUARE, values={"a new column": 1})


def set_to(store: Store, value: str) -> None:
    with store.turn() as turn:
        turn.put_settings({"plane_crs": value})


def test_what_is_read_within_a_moment_is_of_that_moment_and_the_next_is_of_now(store):
    set_to(store, "before")
    with store.moment():
        assert store.settings()["plane_crs"] == "before"
        elsewhere(lambda: set_to(store, "after"))
        assert store.settings()["plane_crs"] == "before"
        with store.moment():
            assert store.settings()["plane_crs"] == "before"
    assert store.settings()["plane_crs"] == "after"


def test_a_moment_is_of_its_thread_alone(store):
    seen = []
    set_to(store, "before")
    with store.moment():
        store.settings()
        elsewhere(lambda: set_to(store, "after"))
        elsewhere(lambda: seen.append(store.settings()["plane_crs"]))
    assert seen == ["after"]


def test_a_moment_within_a_turn_sees_what_stood_when_the_turn_was_taken(store):
    set_to(store, "before")
    with store.turn() as turn, store.moment():
        turn.put_settings({"plane_crs": "after"})
        assert store.settings()["plane_crs"] == "before"
    assert store.settings()["plane_crs"] == "after"


def test_a_turn_taken_within_a_moment_reads_what_stands_now(store):
    set_to(store, "before")
    with store.moment():
        store.settings()
        elsewhere(lambda: set_to(store, "after"))
        with store.turn():
            assert store.settings()["plane_crs"] == "after"
        assert store.settings()["plane_crs"] == "before"


def test_what_a_moment_cannot_read_is_said_as_ever_and_the_moment_ends(store):
    with pytest.raises(LayerMissing), store.moment():
        store.layer("nowhere")
    set_to(store, "after")
    assert store.settings()["plane_crs"] == "after"


def test_a_layer_that_is_replaced_meanwhile_is_read_as_it_was_at_the_moment(store):
    """A reader who got the newer table by its name would find none of its rows: an empty layer crosses nothing."""
    keep(store, layer(code=["0101", "0102"]))
    with store.moment():
        assert [info.version for info in store.layers()] == [1]
        elsewhere(lambda: keep(store, layer(note=["x", "y"]), replace=True))
        assert store.layer("survey").frame["code"].tolist() == ["0101", "0102"]
        assert "layer survey" in store.marks()
    assert store.layer("survey").frame["note"].tolist() == ["x", "y"]


def test_a_layer_read_within_a_moment_can_be_replaced_and_changed_meanwhile(store):
    """Nobody who only looks keeps a writer waiting, the writer's own looking least of all."""
    keep(store, layer())
    with store.turn() as turn, store.moment():
        assert len(store.layer("survey").frame) == 2
        turn.put_feature("survey", id="c", shape=SQUARE, values={"a new column": 1})
    with store.moment():
        assert len(store.layer("survey").frame) == 3
        elsewhere(lambda: keep(store, layer(), replace=True))
        assert len(store.layer("survey").frame) == 3
    assert [info.version for info in store.layers()] == [2]


def test_a_layer_whose_table_was_written_anew_meanwhile_is_never_read_as_an_empty_one(store):
    keep(store, layer())
    with store.moment():
        store.layers()
        elsewhere(lambda: put_wider(store))
        try:
            assert len(store.layer("survey").frame) == 2
        except StoreBusy:
            assert len(store.layers()) == 1  # and the moment goes on
    assert len(store.layer("survey").frame) == 3
