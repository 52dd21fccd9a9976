"""Ten thousand harmed files of every format: read or refused with a code, none slow, never a fault of ours."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from planner.formats import confined
from tests.mutants import AT_ONCE, IN_A_CHILD, fate, good, harmed
from tests.nursery import Nurseries
from tests.soak.conftest import Record

ROUNDS = dict.fromkeys(AT_ONCE, 1_000) | dict.fromkeys(IN_A_CHILD, 600)
OTHERS_ROUNDS = 40
# Of our own processor: a child is stopped by itself, and a busy machine is no fault of the file.
SLOWEST_S = 10.0


@pytest.fixture(autouse=True)
def nurseries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Children split off from ready ones: the same work within the same bounds, without the start."""
    ready = Nurseries()
    monkeypatch.setattr(confined, "_child", ready.child)
    yield
    ready.close()


def harm(files: Iterable[tuple[str, Path, bytes, int, int]], record: Record, topic: str) -> None:
    """Every file (kind, where to put it, its bytes, seed, rounds) harmed so often, and what came of them recorded."""
    fates: Counter[str] = Counter()
    faults: list[str] = []
    slowest, slow_kind, began, kinds = 0.0, "", time.monotonic(), 0
    for kind, path, data, seed, rounds in files:
        kinds += 1
        for number, one in enumerate(harmed(data, seed, rounds)):
            started, used = time.monotonic(), time.process_time()
            try:
                fates[fate(path, kind, one)] += 1
            except Exception as fault:  # told with all others at the end of the long run
                path.with_name(f"fault-{number}-{path.name}").write_bytes(one)
                faults.append(f"{path.name}, seed {seed}, round {number}: {fault!r}")
            if time.process_time() - used > SLOWEST_S:
                faults.append(f"{path.name}, seed {seed}, round {number}: {time.process_time() - used:.0f} s")
            if time.monotonic() - started > slowest:
                slowest, slow_kind = time.monotonic() - started, path.name
    assert faults == []
    record(
        topic,
        [
            f"{sum(fates.values()):,} files made of {kinds} in {time.monotonic() - began:,.0f} s; "
            f"{fates['read']:,} read, {sum(fates.values()) - fates['read']:,} refused, none ended in a fault",
            f"the slowest took {slowest:.1f} s on a machine with a load of {os.getloadavg()[0]:.0f} ({slow_kind})",
            "refused as: " + ", ".join(f"{code} {count:,}" for code, count in fates.most_common() if code != "read"),
        ],
    )


def test_ten_thousand_harmed_files_are_read_or_refused_with_a_code(tmp_path: Path, record: Record) -> None:
    assert sum(ROUNDS.values()) == 10_000
    files = ((kind, tmp_path / f"land.{kind}", good(kind), 1_000 + len(kind), n) for kind, n in ROUNDS.items())
    harm(files, record, "Harmed files")
