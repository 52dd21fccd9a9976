"""Patches as one piece of ground: the quick way and the general one give the same, whatever the patches do."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.land.union import union

GRID = [shapely.box(x, y, x + 1, y + 1) for x in range(12) for y in range(9)]
CORNERED = shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])  # a corner on the edge of its neighbour
PATCHES = {
    "a survey": GRID,
    "a survey with gaps": GRID[::2] + GRID[1::4],
    "one patch twice": [*GRID, GRID[5]],
    "one patch on others": [*GRID, shapely.box(0.3, 0.3, 2.6, 1.7)],
    "a corner on an edge": [shapely.box(0, 0, 1, 1), CORNERED],
    "patches apart": [shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)],
    "an island in a hole": [shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6), shapely.box(4, 4, 5, 5)],
    "a filled hole": [shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6), shapely.box(3, 3, 6, 6)],
    "one": GRID[:1],
    "none": [],
}


@pytest.mark.parametrize("what", PATCHES)
def test_the_union_is_that_of_the_general_way(what: str) -> None:
    found = union(PATCHES[what])
    assert found.equals(shapely.union_all(PATCHES[what]))


@given(st.integers(0, 10_000))
def test_patches_at_random_give_the_same_ground(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners, sizes = rng.integers(0, 6, (12, 2)), rng.integers(1, 4, (12, 2))
    patches = [shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    found = union(patches)
    assert found.is_valid and found.equals(shapely.union_all(patches))
