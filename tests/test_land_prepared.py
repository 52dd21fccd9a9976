"""All sessions of the app share the shapes of the layers: several ask one of them at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from threading import Barrier, Thread

import numpy as np
import shapely

from planner.land.parcel import Parcel
from planner.land.prepared import prepared
from planner.land.takes import takes
from planner.store.parameters import load
from tests.drawn_land import land, place, survey

PEOPLE, ROUNDS = 6, 12


def star() -> Parcel:
    """A parcel of 60 000 corners, a kilometre wide: what GEOS prepares of it takes a while."""
    turn = np.linspace(0, 2 * np.pi, 60_000)
    reach = 500 * (1 + 0.1 * np.sin(50 * turn))
    return Parcel("star", place(shapely.Polygon(np.c_[reach * np.cos(turn), reach * np.sin(turn)])))


def main() -> None:
    """Everybody looks at one parcel in one moment, time and again; run in a process of its own, for it could end."""
    ground = [survey(*((land(x, y, 100, 100), "0601", None, None)
                       for x in range(-200, 200, 100) for y in range(-200, 200, 100)))]
    rows = load()
    for _ in range(ROUNDS):
        parcel, together, seen = star(), Barrier(PEOPLE), []

        def look(parcel=parcel, together=together, seen=seen) -> None:
            together.wait()
            seen.append(takes(parcel, ground, rows, on=date(2026, 1, 5)).by_class)

        people = [Thread(target=look) for _ in range(PEOPLE)]
        for one in people:
            one.start()
        for one in people:
            one.join()
        if len(seen) != PEOPLE or any(one != seen[0] for one in seen):
            sys.exit("they saw different things")


def test_people_who_look_at_one_parcel_in_one_moment_see_the_same_and_the_app_lives():
    went = subprocess.run([sys.executable, "-c", "from tests.test_land_prepared import main; main()"],
                          capture_output=True, text=True)
    assert (went.returncode, went.stderr) == (0, "")


def test_a_shape_is_never_made_ready_itself_but_a_copy_of_it_is():
    shape = star().shape
    mine = prepared(shape)
    assert shapely.is_prepared(mine) and not shapely.is_prepared(shape) and mine.wkb == shape.wkb
    assert shapely.is_prepared(prepared(np.array([shape, shape]))).all()
