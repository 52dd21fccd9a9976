"""Twenty people at the app for an hour: it neither fails nor grows, while entries come into its book.

A session speaks to the server as a browser does, without drawing anything: pages are opened, the answers read to their
end. ``SOAK_MINUTES`` (60) says how long.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Thread

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.workspace import make_demo
from tests.e2e.conftest import ROOT, _healthy, free_port

MINUTES, SESSIONS = float(os.environ.get("SOAK_MINUTES", "60")), 20
PAGES = ("map", "import", "admission", "assessment", "cases", "quotas", "meeting", "registers", "administration")
LOOKS, WARM = 12, 3  # how often the memory is looked at, and which of them counts as the beginning
PATIENCE_S = 300
REFUSED = ":material/block:"  # the sign of a refusal: here nobody does what could be refused


@contextmanager
def served(workspace: Path, log: Path) -> Iterator[tuple[int, int]]:
    """The app on a workspace, what it says in a file: its port and process."""
    port = free_port()
    words = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    environment = {**os.environ, "PLANNER_WORKSPACE": str(workspace)}
    with log.open("wb") as said, subprocess.Popen(words, cwd=ROOT, env=environment, stdout=said, stderr=said) as app:
        try:
            _healthy(f"http://127.0.0.1:{port}/_stcore/health")
            yield port, app.pid
        finally:
            app.terminate()


def memory_mb(process: int) -> float:
    said = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", said)[1]) / 1024


def visit(port: int, chance: random.Random, until: float, told: Counter[str]) -> None:
    """Come, open some pages, leave, come again."""
    while time.monotonic() < until:
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        patience = {"open_timeout": PATIENCE_S, "ping_interval": None, "max_size": None}
        with connect(address, subprotocols=["streamlit"], **patience) as line:
            told["sessions"] += 1
            for _ in range(chance.randint(3, 12)):
                if time.monotonic() > until:
                    return
                page, asked, begun = chance.choice(PAGES), BackMsg(), time.monotonic()
                asked.rerun_script.query_string = f"lang={chance.choice(('zh', 'en'))}"
                asked.rerun_script.page_name = page
                line.send(asked.SerializeToString())
                try:
                    faults = answered(line)
                except TimeoutError:  # this person gives up and comes again
                    told[f"broken: {page}: no word in {PATIENCE_S} s"] += 1
                    break
                told["errors"] += len(faults)
                told.update(f"told: {page}: {fault}" for fault in faults)
                told["pages"] += 1
                told["milliseconds"] += (took := round((time.monotonic() - begun) * 1000))
                told[f"slowest {page}"] = max(took, told[f"slowest {page}"])
                time.sleep(chance.uniform(1, 4))


def answered(line) -> list[str]:
    """Read one page to its end; the faults and refusals that it showed."""
    faults = []
    while True:
        message = ForwardMsg.FromString(line.recv(timeout=PATIENCE_S))
        if message.WhichOneof("type") == "script_finished":
            return faults
        element = message.delta.new_element if message.HasField("delta") else None
        if element is not None and element.HasField("exception"):
            faults.append(element.exception.message[:200] or element.exception.type)
        elif element is not None and element.HasField("alert") and element.alert.icon == REFUSED:
            faults.append(element.alert.body[:200])


def write_on(workspace: Path, until: float, told: Counter[str]) -> None:
    """Somebody works on the command line meanwhile."""
    with closing(Desk.open(str(workspace))) as desk:
        while time.monotonic() < until:
            told["entries"] += 1
            desk.move(Movement("grant", "ZONE", "new_construction_m2", 2026, 1, "m2", "soak", "Li",
                               f"soak-{told['entries']}", date(2026, 1, 5)))
            time.sleep(5)


def watched(work, told: Counter[str], *words) -> Thread:
    def run() -> None:
        try:
            work(*words, told)
        except Exception as broken:  # noqa: BLE001
            told[f"broken: {type(broken).__name__} {broken}"[:200]] += 1

    thread = Thread(target=run)
    thread.start()
    return thread


def test_twenty_sessions_for_an_hour_neither_fail_nor_grow(tmp_path, record):
    path, log, told = tmp_path / "workspace.gpkg", tmp_path / "server.log", Counter()
    make_demo(str(path), actor="test", on=date(2026, 1, 5)).close()
    with served(path, log) as (port, process):
        until = time.monotonic() + MINUTES * 60
        people = [watched(visit, told, port, random.Random(seed), until) for seed in range(SESSIONS)]
        people.append(watched(write_on, told, path, until))
        held = []
        for _ in range(LOOKS):
            time.sleep(MINUTES * 60 / LOOKS)
            held.append(memory_mb(process))
        for one in people:
            one.join()
        early, late = held[WARM - 1], memory_mb(process)
    broken = [f"{word} ({count} times)" for word, count in told.items() if word.startswith(("broken", "told"))]
    growth = late / early - 1
    record("Twenty sessions", [
        f"{MINUTES:g} minutes, {told['sessions']} sessions by {SESSIONS} people, {told['pages']} pages, "
        f"{told['entries']} entries written meanwhile",
        f"a page took {told['milliseconds'] / max(1, told['pages']) / 1000:.2f} s on average; at most "
        + ", ".join(f"{page} {told[f'slowest {page}'] / 1000:.0f} s" for page in PAGES),
        f"errors: {told['errors'] + sum(count for word, count in told.items() if word.startswith('broken'))}",
        f"memory {early:,.0f} MB after {WARM / LOOKS:.0%} of the time, {late:,.0f} MB at the end ({growth:+.1%}); on "
        f"the way {', '.join(f'{one:,.0f}' for one in held)}",
        *(broken or []),
    ])
    assert not broken and told["errors"] == 0 and told["pages"] > 0 and growth < 0.10, log.read_text("utf-8")[-20_000:]
