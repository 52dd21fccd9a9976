"""Every verb that writes, done to a workspace in which it can be done: what the faults of `faults.py` interrupt.

Two are wrong on purpose: a harness that does not find them finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOVED = ("grant", "open", "reserve", "commit", "release", "transfer")
ENDED = ("expire", "carry", "close", "reverse")
CASES = ("submit", "decide", "withdraw")
VERBS = (*MOVED, *ENDED, *CASES, "lot", "import", "replace", "draw", "migrate")
PLANTED = ("two turns", "told too soon")


def prepare(address: str, verb: str) -> None:
    """A workspace in which the verb can be done."""
    from planner.store import migrations
    from planner.store.open import open_store

    if verb == "migrate":  # as it was before everything that came later
        now, migrations.MIGRATIONS = migrations.MIGRATIONS, migrations.MIGRATIONS[:1]
        try:
            store = open_store(address, create=True, clock=lambda: NOON)
            with closing(store), store._begun(write=True) as connection:
                connection.exec_driver_sql("INSERT INTO planner_settings VALUES ('a', 'b')")
        finally:
            migrations.MIGRATIONS = now
        return
    if verb in CASES:
        from tests.test_cases import decide, drawn, start

        with closing(drawn(open_store(address, create=True, clock=lambda: NOON))) as at:
            for step in (start, decide)[: CASES.index(verb)]:
                step(at)
        return
    with closing(desk(address, create=True)) as at:
        at.move(movement("grant", 100, "g"))
        if verb == "carry":
            at.move(replace(movement("grant", 100, "o"), quota="offset_quantity_m2"))
        at.move(movement("reserve", 40, "r", ref="A"))
        if verb in ("carry", "close"):
            at.end(ending("expire", "e", ref="A"))
        with at.store.turn() as turn:
            turn.keep_layer(layer(20), sha256="1")


def act(address: str, verb: str, told: Callable[[], None]) -> None:
    """Do the verb, then tell."""
    with closing(desk(address)) as at:
        if verb in ENDED:
            named = {"expire": {"ref": "A"}, "reverse": {"entry": 2}, "close": {"park": "P", "year": 2026},
                     "carry": {"park": "P", "year": 2026, "quota": "offset_quantity_m2"}}
            at.end(ending(verb, "the-key", **named[verb]))
        elif verb in CASES:
            from tests.test_cases import decide, start

            if verb == "withdraw":
                at.withdraw_case("plant", reason="as asked", actor="Bo", key="the-key")
            else:
                (start if verb == "submit" else decide)(at)
        elif verb == "lot":
            from planner.quota.lots import LotFacts

            at.move(replace(movement("grant", 10, "the-key"), quota="offset_paddy_m2", lot=LotFacts("L")))
        elif verb == "transfer":
            at.move(movement(verb, 10, "the-key", to_park="Q"))
        elif verb in MOVED:
            at.move(movement(verb, 10, "the-key", ref="" if verb == "grant" else "A"))
        elif verb == "import":
            at.import_file(file_of_land())
        elif verb == "replace":
            once(at.store, lambda turn: turn.keep_layer(layer(60), sha256="2", replace=True))
        elif verb == "draw":
            once(at.store, lambda turn: turn.put_feature("survey", id="x", shape=square(7), values={"new": "column"}))
        elif verb == "two turns":  # planted: half of a transfer in a turn of its own
            at.move(movement("release", 10, "the-key-1", ref="A"))
            at.move(movement("reserve", 10, "the-key-2", ref="B"))
        elif verb == "told too soon":  # planted: said to be done before it is
            with at.store.turn() as turn:
                turn.put_settings({"a": "b"})
                told()
    told()


def once(store: Any, work: Callable[[Any], object]) -> None:
    with store.turn() as turn:
        if turn.answer("the-key", "content") is None:
            work(turn)
            turn.remember("the-key", "content", {"done": True}, "Li")


def desk(address: str, *, create: bool = False) -> Any:
    from planner.desk.desk import Desk
    from planner.store.open import open_store

    store = open_store(address, create=create, clock=lambda: NOON)
    return Desk(store, today=lambda: NOON.date(), now=lambda: NOON)


def movement(verb: str, amount: int, key: str, *, ref: str = "", to_park: str = "") -> Any:
    from planner.desk.booking import Movement

    on = date(2026, 1, 5)
    return Movement(verb, "P", "new_construction_m2", 2026, amount, "m2", "b", "Li", key, on, ref, to_park)


def ending(verb: str, key: str, **named: Any) -> Any:
    from planner.desk.year_end import Ending

    return Ending(verb, "b", "Li", key, date(2026, 1, 5), **named)


def file_of_land() -> Any:
    """The parcel of the documentation, asked for as a new layer."""
    from planner.desk.importing import Request

    path = ROOT / "docs" / "examples" / "parcel.geojson"
    return Request(path, "parcels", "Li", "the-key", sha256(path.read_bytes()).hexdigest(), name="taken in")


def square(n: int) -> Any:
    import shapely

    return shapely.box(110 + n * 0.001, 19.9, 110.001 + n * 0.001, 19.901)


def layer(count: int) -> Any:
    import geopandas as gpd

    from planner.land.parcel import Layer

    shapes = [square(n) for n in range(count)]
    frame = gpd.GeoDataFrame({"id": [str(n) for n in range(count)]}, geometry=shapes, crs="EPSG:4490")
    return Layer("land_survey", "survey", frame)
