"""Two reviewers on one case, two hundred times on each store: one decides, the other is told what changed."""

from __future__ import annotations

import pytest

from tests.test_cases import race

TRIES = 200


@pytest.mark.parametrize("kind", ["workspace.gpkg", pytest.param("postgresql://", marks=pytest.mark.postgres)])
def test_of_two_reviewers_at_once_one_decides_each_time(kind, tmp_path, request, record):
    race(tmp_path / kind if kind.endswith(".gpkg") else request.getfixturevalue("new_database")(), TRIES)
    store = "one file" if kind.endswith(".gpkg") else "PostgreSQL"
    found = f"{TRIES} of {TRIES}: one decided, the other was told of it, one entry"
    record(f"Two reviewers on one case, {store}", [found])
