"""A fault at every write to the workspace file: killed before it, killed halfway through it, EIO, a full disk.

    python -m tests.reliability.faults VERB,VERB FOLDER EVERY

is run under LD_PRELOAD (``survey`` does it) and prints one JSON document, for each verb: at how many points it was
struck, which of them left the workspace damaged or between before and after, lost what was acknowledged, failed with an
error that is not ours, or could not be completed with the same key afterwards. Two verbs are wrong on purpose: the
harness must find them.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WORD = "struck.gpkg"  # the file whose writes are broken, with its companions
KILL, TORN, EIO_ONCE, ENOSPC_ON = 1, 2, 3, 4
MODES = {KILL: "kill -9", TORN: "kill -9 in a half-written page", EIO_ONCE: "EIO", ENOSPC_ON: "ENOSPC"}
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MOVED = ("grant", "open", "reserve", "commit", "release", "transfer")
ENDED = ("expire", "carry", "close", "reverse")
VERBS = (*MOVED, *ENDED, "lot", "import", "draw", "migrate")
PLANTED = ("two turns", "told too soon")


@dataclass
class Report:
    """What was found for one verb; every list but ``points`` should be empty."""

    verb: str
    points: int = 0
    tries: int = 0
    corrupt: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untyped: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    durable_untold: int = 0  # done but not acknowledged: found again by its key

    @property
    def problems(self) -> list[str]:
        return self.corrupt + self.lost + self.untyped + self.unfinished


def shim(folder: Path) -> Path:
    """The compiled fault library."""
    made = folder / "faults.so"
    compiler = shutil.which("gcc") or shutil.which("cc") or "cc"
    call = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "faults.c"), "-ldl"]
    subprocess.run(call, check=True, capture_output=True)
    return made


def can_break() -> bool:
    """Whether this machine can load such a library before the C library: Linux with a compiler."""
    return sys.platform == "linux" and "musl" not in str(sysconfig.get_config_var("HOST_GNU_TYPE")) and bool(
        shutil.which("gcc") or shutil.which("cc")
    )


def survey(verbs: Sequence[str], folder: Path, *, every: int = 1) -> dict[str, Report]:
    """Strike each verb at every ``every``-th write in each way."""
    folder.mkdir()
    environment = {**os.environ, "LD_PRELOAD": str(shim(folder))}
    call = [sys.executable, "-m", "tests.reliability.faults", ",".join(verbs), str(folder), str(every)]
    done = subprocess.run(call, cwd=HERE.parent.parent, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {report["verb"]: Report(**report) for report in json.loads(done.stdout)}


# ---------------------------------------------------------------- what is done
def prepare(path: Path, verb: str) -> None:
    """A workspace in which the verb can be done."""
    from planner.store import migrations
    from planner.store.geopackage import GeoPackageStore

    if verb == "migrate":  # as it was before everything that came later
        now, migrations.MIGRATIONS = migrations.MIGRATIONS, migrations.MIGRATIONS[:1]
        try:
            store = GeoPackageStore(path, create=True, clock=lambda: NOON)
            with store._begun(write=True) as connection:
                connection.exec_driver_sql("INSERT INTO planner_settings VALUES ('a', 'b')")
            store.close()
        finally:
            migrations.MIGRATIONS = now
        return
    with closing(desk(path, create=True)) as at:
        at.move(movement("grant", 100, "g"))
        if verb == "carry":
            at.move(replace(movement("grant", 100, "o"), quota="offset_quantity_m2"))
        at.move(movement("reserve", 40, "r", ref="A"))
        if verb in ("carry", "close"):
            at.end(ending("expire", "e", ref="A"))
        with at.store.turn() as turn:
            turn.keep_layer(layer(20), sha256="1")


def act(path: Path, verb: str, told: Callable[[], None]) -> None:
    """Do the verb, then tell."""
    with closing(desk(path)) as at:
        if verb in ENDED:
            named = {"expire": {"ref": "A"}, "reverse": {"entry": 2}, "close": {"park": "P", "year": 2026},
                     "carry": {"park": "P", "year": 2026, "quota": "offset_quantity_m2"}}
            at.end(ending(verb, "the-key", **named[verb]))
        elif verb == "lot":
            from planner.quota.lots import LotFacts

            at.move(replace(movement("grant", 10, "the-key"), quota="offset_paddy_m2", lot=LotFacts("L")))
        elif verb in MOVED and verb != "transfer":
            at.move(movement(verb, 10, "the-key", ref="" if verb == "grant" else "A"))
        elif verb == "transfer":
            at.move(movement(verb, 10, "the-key", to_park="Q"))
        elif verb == "import":
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


def desk(path: Path, *, create: bool = False) -> Any:
    from planner.desk.desk import Desk
    from planner.store.geopackage import GeoPackageStore

    store = GeoPackageStore(path, create=create, clock=lambda: NOON)
    return Desk(store, today=lambda: NOON.date(), now=lambda: NOON)


def movement(verb: str, amount: int, key: str, *, ref: str = "", to_park: str = "") -> Any:
    from planner.desk.booking import Movement

    on = date(2026, 1, 5)
    return Movement(verb, "P", "new_construction_m2", 2026, amount, "m2", "b", "Li", key, on, ref, to_park)


def ending(verb: str, key: str, **named: Any) -> Any:
    from planner.desk.year_end import Ending

    return Ending(verb, "b", "Li", key, date(2026, 1, 5), **named)


def square(n: int) -> Any:
    import shapely

    return shapely.box(110 + n * 0.001, 19.9, 110.001 + n * 0.001, 19.901)


def layer(count: int) -> Any:
    import geopandas as gpd

    from planner.land.parcel import Layer

    shapes = [square(n) for n in range(count)]
    frame = gpd.GeoDataFrame({"id": [str(n) for n in range(count)]}, geometry=shapes, crs="EPSG:4490")
    return Layer("land_survey", "survey", frame)


# ---------------------------------------------------------------- the harness
def strike(verb: str, folder: Path, every: int) -> Report:
    from planner.store import layers

    layers.stamp = lambda version: f"{version}.still"  # so that the same deed leaves the same marks
    lib = ctypes.CDLL(None)
    base, struck, whole = folder / "base.gpkg", folder / WORD, folder / "whole.gpkg"
    base.unlink(missing_ok=True)
    prepare(base, verb)
    report = Report(verb)
    put(base, whole)
    act(whole, verb, lambda: None)
    after = marks(whole, report, "the end")
    put(base, struck)
    report.points = counted(lib, struck, verb)
    put(base, struck)
    before = None if verb == "migrate" else marks(struck, report, "the start")
    for mode in MODES:
        for point in range(1, report.points + 1, every if verb in VERBS else min(every, 5)):
            where = f"{MODES[mode]} at {point}"
            put(base, struck)
            said = in_child(lambda mode=mode, point=point: broken(lib, struck, verb, mode, point))
            report.tries += 1
            judge(report, verb, struck, where, said, before, after)
    return report


def judge(report: Report, verb: str, path: Path, where: str, said: str, before: Any, after: Any) -> None:
    told = said.startswith("told")
    if "untyped" in said:
        report.untyped.append(f"{where}: {said}")
    found = marks(path, report, where)
    if found is None:
        return
    if told and found != after:
        report.lost.append(where)
    elif found not in (before, after):
        report.corrupt.append(f"{where}: neither before nor after")
    elif found == after and not told and verb != "migrate":  # an old workspace is migrated by whoever opens it
        report.durable_untold += 1
    try:
        act(path, verb, lambda: None)
        if marks(path, report, where) != after:
            report.unfinished.append(f"{where}: done again it is not what it should be")
    except Exception as refused:  # noqa: BLE001
        report.unfinished.append(f"{where}: {type(refused).__name__} {refused}")


def marks(path: Path, report: Report, where: str) -> Any:
    """What the workspace holds, None where it is damaged."""
    from planner.quota.chain import verify
    from planner.store.geopackage import GeoPackageStore

    try:
        with closing(GeoPackageStore(path, clock=lambda: NOON)) as store:
            problem = next(iter(store.faults()), None) or verify(store.entries()).problem
            if problem is not None:
                report.corrupt.append(f"{where}: {problem}")
                return None
            return store.marks()
    except Exception as damaged:  # noqa: BLE001
        report.corrupt.append(f"{where}: {type(damaged).__name__} {damaged}")
        return None


def put(source: Path, target: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        target.with_name(target.name + end).unlink(missing_ok=True)
    shutil.copyfile(source, target)


def counted(lib: ctypes.CDLL, path: Path, verb: str) -> int:
    def count() -> str:
        lib.fault_arm(0, 0, WORD.encode())
        act(path, verb, lambda: None)
        return str(lib.fault_seen())

    return int(in_child(count))


def broken(lib: ctypes.CDLL, path: Path, verb: str, mode: int, point: int) -> str:
    from planner.errors import PlannerError

    told: list[str] = []

    def tell() -> None:
        told.append("told")
        os.write(TELLING[1], b"told ")

    lib.fault_arm(mode, point, WORD.encode())
    try:
        act(path, verb, tell)
    except PlannerError as refused:
        return f"refused {refused.code}"
    except Exception as raw:  # noqa: BLE001
        return f"untyped {type(raw).__name__} {raw}"
    return ""


TELLING = (0, 0)


def in_child(work: Callable[[], str]) -> str:
    """What a child of this process told before it ended or was killed."""
    global TELLING
    TELLING = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            os.write(TELLING[1], work().encode()[:4000])
        finally:
            os._exit(0)
    os.close(TELLING[1])
    with os.fdopen(TELLING[0], "rb") as heard:
        said = heard.read().decode()
    os.waitpid(child, 0)
    return said


if __name__ == "__main__":
    print(json.dumps([asdict(strike(verb, Path(sys.argv[2]), int(sys.argv[3]))) for verb in sys.argv[1].split(",")]))
