"""A fault at every write of every verb: killed before it, killed halfway through it, EIO, a full disk.

    python -m tests.reliability.faults PLACE VERB,VERB LIBRARY SWITCH EVERY

is run under LD_PRELOAD (``survey`` does it) and prints one line of JSON for each verb: at how many points it was
struck, which of them left the workspace damaged or between before and after, lost what was acknowledged, failed with an
error that is not ours or not at all within a minute, could not be completed with the same key afterwards, or were never
come to. PLACE says whose writes are struck (``places.py``); the verbs, two of them wrong on purpose, are in
``deeds.py``.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.reliability.deeds import PLANTED, act, prepare
from tests.reliability.places import COUNT, KILLS, MODES, Place, Switch, opened

HERE = Path(__file__).parent
FEW = 12  # so many points are all struck
AT_LEAST_EVERY = len(MODES)  # what is wrong on purpose: so that every point is struck in one of the ways


@dataclass
class Report:
    """What was found for one verb; the lists should be empty."""

    verb: str
    points: int = 0
    tries: int = 0
    corrupt: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untyped: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)  # no write of that number came
    durable_untold: int = 0  # done but not acknowledged: found again by its key

    @property
    def kinds(self) -> dict[str, list[str]]:
        return {name: getattr(self, name) for name in ("corrupt", "lost", "untyped", "unfinished", "missed")}

    @property
    def problems(self) -> list[str]:
        return sum(self.kinds.values(), [])


@dataclass
class State:
    """A workspace as it was found: what it holds (None where it is damaged), and whether the verb can be done again."""

    marks: Any = None
    corrupt: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)


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


def survey(verbs: Sequence[str], folder: Path, *, place: str = "file", every: int = 1) -> Iterator[Report]:
    """Strike each verb at every ``every``-th write in each way; tells of each when it is done."""
    folder.mkdir()
    library, switch = shim(folder), folder / "switch"
    Switch.lay(switch)
    environment = {**os.environ, "LD_PRELOAD": str(library), "FAULT_SWITCH": str(switch)}
    call = [sys.executable, "-m", "tests.reliability.faults", place, ",".join(verbs), str(library), str(switch),
            str(every)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(call, cwd=HERE.parent.parent, env=environment, text=True, **pipes) as harness:
        for line in harness.stdout:
            yield Report(**json.loads(line))
        complaint = harness.stderr.read()
    assert harness.returncode == 0, complaint


def strike(verb: str, place: Place, every: int) -> Report:
    """One verb, struck and looked at."""
    from planner.store import layers

    layers.stamp = lambda version: f"{version}.still"  # so that the same deed leaves the same marks
    report = Report(verb)
    prepare(place.empty(), verb)
    whole = place.copy()
    act(whole, verb, lambda: None)
    after = marks(place, whole, report.corrupt)
    report.points = counted(place, verb)
    if verb in PLANTED:
        every = min(every, AT_LEAST_EVERY)
    every = 1 if report.points <= FEW else every
    before = None if verb == "migrate" else marks(place, place.copy(), report.corrupt)
    seen: dict[str, State] = {}  # what is the same to the last byte is looked at once
    for number, mode in enumerate(MODES):
        address = place.copy()
        for point in points(report.points, every, number):
            where = f"{MODES[mode]} at {point}"
            said, struck = broken(place, address, verb, mode, point)
            report.tries += struck
            report.missed += [where] if place.steady and not struck else []
            known = place.known()
            state, undone = seen.get(known) if known else None, False
            if state is None:
                state = seen[known] = State()
                state.marks = marks(place, address, state.corrupt)
                undone = place.undoes and before is not None and state.marks == before
                state.unfinished = [] if undone else done_again(place, address, verb, after)
            judge(report, verb, where, said, before, after, state)
            if not undone:  # else the next is struck where this one was undone, and at last it must be done
                address = place.copy()
        report.unfinished += done_again(place, address, verb, after)
    return report


def points(count: int, every: int, number: int) -> Iterator[int]:
    """Every ``every``-th point counted from the last, which is near where it is decided; each way begins at another."""
    return (point for point in range(1, count + 1) if (count - point - number) % every == 0)


def judge(report: Report, verb: str, where: str, said: str, before: Any, after: Any, state: State) -> None:
    told = said.startswith("told")
    if "untyped" in said:
        report.untyped.append(f"{where}: {said}")
    report.corrupt += [f"{where}: {wrong}" for wrong in state.corrupt]
    report.unfinished += [f"{where}: {wrong}" for wrong in state.unfinished]
    if state.marks is None:
        return
    if told and state.marks != after:
        report.lost.append(where)
    elif state.marks not in (before, after):
        report.corrupt.append(f"{where}: neither before nor after")
    elif state.marks == after and not told and verb != "migrate":  # an old one is migrated by whoever opens it
        report.durable_untold += 1


def done_again(place: Place, address: str, verb: str, after: Any) -> list[str]:
    """What is wrong after the verb was asked for once more with the same key."""
    wrong: list[str] = []
    try:
        act(address, verb, lambda: None)
        if marks(place, address, wrong) != after:
            wrong.append("done again it is not what it should be")
    except Exception as refused:  # noqa: BLE001
        wrong.append(f"{type(refused).__name__} {refused}")
    return wrong


def marks(place: Place, address: str, wrong: list[str]) -> Any:
    """What the workspace holds, None where it is damaged; what is wrong with it is said."""
    try:
        with place.seen_by(address) as store:
            problem = next(iter(store.faults()), None) or store.verify().problem
            if problem is None:
                return store.marks()
            wrong.append(str(problem))
    except Exception as damaged:  # noqa: BLE001
        wrong.append(f"{type(damaged).__name__} {damaged}")
    return None


def counted(place: Place, verb: str) -> int:
    """How many writes the verb is."""
    address = place.copy()
    place.switch.arm(COUNT, 0)
    said = in_child(lambda _told: act(address, verb, lambda: None))
    assert said == "", said
    return place.switch.rest()


def broken(place: Place, address: str, verb: str, mode: int, point: int) -> tuple[str, bool]:
    """The verb done while its ``point``-th write fails: what was told of it, and whether it came to that write."""
    from planner.errors import PlannerError

    def attempt(tell: Callable[[str], None]) -> None:
        try:
            act(address, verb, lambda: tell("told "))
        except PlannerError as refused:
            tell(f"refused {refused.code}")
        except Exception as raw:  # noqa: BLE001
            tell(f"untyped {type(raw).__name__} {raw}")

    place.switch.arm(mode, point)
    said = in_child(attempt)
    struck = place.switch.rest() >= point
    place.calm(struck and mode in KILLS)
    return said, struck


def in_child(work: Callable[[Callable[[str], None]], None]) -> str:
    """What a child of this process told before it ended or was killed; one that hangs is ended, and that is told."""
    heard, telling = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            work(lambda word: os.write(telling, word.encode()[:4000]) and None)
        except Exception as raw:  # noqa: BLE001
            os.write(telling, f"untyped {type(raw).__name__} {raw}".encode()[:4000])
        finally:
            os._exit(0)
    os.close(telling)
    with os.fdopen(heard, "rb") as ear:
        said = ear.read().decode(errors="replace")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return said if status in (0, -signal.SIGKILL) else f"{said} untyped: it ended with {status}"


if __name__ == "__main__":
    _, where, verbs, library, switch, every = sys.argv
    with opened(where, Path(library), Path(switch)) as ready:
        gc.freeze()  # children touch less of what they share with this one
        for verb in verbs.split(","):
            print(json.dumps(asdict(strike(verb, ready, int(every)))), flush=True)
