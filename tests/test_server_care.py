"""What the server does beside its pages: what they need is loaded before the first, and what they leave behind goes now
and then, for all of them at once, and not after each page."""

from __future__ import annotations

import gc
import subprocess
import sys
import tomllib
import weakref
from pathlib import Path

import pytest

from planner.ui import sweep

ROOT = Path(__file__).resolve().parent.parent


class Ring:
    """Something that holds itself, as a drawn figure does: nothing but a sweep takes it away."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def by_hand():
    """Nothing is swept here but by the sweep: the youngest are still counted."""
    was = gc.get_threshold()
    gc.collect()
    gc.set_threshold(100, 1_000_000, 1_000_000)
    yield
    gc.set_threshold(*was)


def worked() -> list[list[int]]:
    return [[n] for n in range(100 * (sweep.WORKED + 5))]


def test_what_a_page_left_is_gone_after_the_sweep_that_follows_work():
    looked, ring = sweep.Sweep(), Ring()
    gone = weakref.ref(ring)
    gc.collect(0)
    gc.collect(1)  # it grows old while the page still holds it
    del ring
    kept = worked()
    before = gone() is None
    swept = looked.look()
    assert (before, swept, gone() is None) == (False, True, True) and kept


def test_where_nobody_works_nothing_is_looked_through():
    looked = sweep.Sweep()
    assert not looked.look()
    kept = worked()
    assert looked.look() and not looked.look() and kept


def test_the_sweep_runs_beside_the_server_and_ends_with_it(monkeypatch):
    swept = []
    monkeypatch.setattr(sweep, "EVERY_S", 0.01)
    monkeypatch.setattr(sweep.Sweep, "look", lambda self: swept.append(1))
    over = sweep.start()
    for _ in range(500):
        if len(swept) >= 2:
            break
        over.wait(0.01)
    over.set()
    assert len(swept) >= 2


TORN = """
import re
from pathlib import Path
from planner.ui import sweep

def held_mb():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

parts = [b"x" * 100_000 for _ in range(2_000)]
last = b"x" * 100_000
full = held_mb()
parts.clear()
kept = held_mb()
sweep.give_back()
print(full - kept < 50, kept - held_mb() > 150)
"""


def test_what_nobody_uses_goes_back_to_the_system_where_the_c_library_can():
    said = subprocess.run([sys.executable, "-c", TORN], capture_output=True, text=True, check=sweep.TRIM is not None)
    assert sweep.TRIM is None or said.stdout.split() == ["True", "True"]


HEAPS = """
import re
from pathlib import Path
from threading import Barrier, Thread
from planner.ui import sweep

sweep.share_heaps()
met = Barrier(13)

def work():
    kept = [b"x" * 5_000 for _ in range(400)]  # 2 MB, of the C library: Python's own heap takes 512 bytes at most
    met.wait()
    met.wait()

threads = [Thread(target=work) for _ in range(12)]
for one in threads:
    one.start()
met.wait()
# A heap of a thread begins at a multiple of 64 MB.
starts = re.findall(r"^([0-9a-f]+)-[0-9a-f]+ rw-p 00000000 00:00 0 *$", Path("/proc/self/maps").read_text(), re.M)
print(sum(int(start, 16) % (64 << 20) == 0 for start in starts))
met.wait()
"""


def test_all_threads_share_two_heaps_where_the_c_library_has_several():
    said = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, check=sweep.TRIM is not None)
    assert sweep.TRIM is None or int(said.stdout) <= 2


def test_no_page_is_followed_by_a_sweep_of_its_own():
    told = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert told["runner"]["postScriptGC"] is False


LOADED = """
import sys
from planner.ui import server

server.load()
before = {name.split(".")[0] for name in sys.modules}
import planner.ui.app
print(sorted({name.split(".")[0] for name in sys.modules} - before))
"""


def test_what_pages_need_is_loaded_before_the_first_and_no_component_is_declared_there():
    # In a process of its own: here all is loaded. A component that is declared outside the run of a page is not served.
    said = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "['streamlit_folium']"
