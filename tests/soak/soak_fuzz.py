"""Ten thousand harmed files of every format: read or refused with a code, none slow, never a fault of ours."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from tests.mutants import AT_ONCE, IN_A_CHILD, fate, good, harmed
from tests.soak.conftest import Record

ROUNDS = dict.fromkeys(AT_ONCE, 1_200) | dict.fromkeys(IN_A_CHILD, 320)
SLOWEST_S = 30.0


def test_ten_thousand_harmed_files_are_read_or_refused_with_a_code(tmp_path: Path, record: Record) -> None:
    assert sum(ROUNDS.values()) == 10_000
    fates: Counter[str] = Counter()
    slowest, slow_kind, began = 0.0, "", time.monotonic()
    for kind, rounds in ROUNDS.items():
        path = tmp_path / f"land.{kind}"
        for data in harmed(good(kind), 1_000 + len(kind), rounds):
            started = time.monotonic()
            fates[fate(path, kind, data)] += 1
            if time.monotonic() - started > slowest:
                slowest, slow_kind = time.monotonic() - started, kind
    assert slowest < SLOWEST_S
    record(
        "Harmed files",
        [
            f"{sum(fates.values()):,} files of {len(ROUNDS)} formats in {time.monotonic() - began:,.0f} s; "
            f"{fates['read']:,} read, {sum(fates.values()) - fates['read']:,} refused, none ended in a fault",
            f"the slowest took {slowest:.1f} s ({slow_kind})",
            "refused as: " + ", ".join(f"{code} {count:,}" for code, count in fates.most_common() if code != "read"),
        ],
    )
