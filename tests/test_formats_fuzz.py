"""Good files with bytes harmed: each is read or refused with a code, never anything else. Ten thousand: make soak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants import AT_ONCE, IN_A_CHILD, fate, good, harmed

# 7 x 66 + 5 x 8: five hundred files, as many in children as half a minute allows.
ROUNDS = dict.fromkeys(AT_ONCE, 66) | dict.fromkeys(IN_A_CHILD, 8)


@pytest.mark.parametrize("kind", ROUNDS)
def test_a_harmed_file_is_read_or_refused_with_a_code(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A repair starts a process; what it does is tested elsewhere.
    monkeypatch.setattr("planner.formats.shapes.repaired", lambda shapes: [None] * len(shapes))
    path, data = tmp_path / f"land.{kind}", good(kind)
    assert fate(path, kind, data) == "read"
    fates = {fate(path, kind, one) for one in harmed(data, len(kind), ROUNDS[kind])}
    assert fates - {"read"}
