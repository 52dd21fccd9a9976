"""Pages to be looked at: drawn one at a time in the order of the asking, once for all who ask for the same."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from planner.ui.printing.easel import Easel
from planner.ui.remembered import Remembered

PATIENCE_S = 20


class Desk:
    """One who draws slowly, and those who wait."""

    def __init__(self) -> None:
        self.easel, self.begun, self.go = Easel(), Event(), Event()
        self.order: list[str] = []
        self.told: dict[str, list[int]] = {}
        self.waits: dict[str, Event] = {}
        self.got: dict[str, tuple[bytes, int]] = {}

    def ask(self, name: str, key: str, *, leaves: bool = False) -> Thread:
        self.told[name], self.waits[name] = [], Event()

        def draw() -> tuple[bytes, int]:
            self.order.append(name)
            self.begun.set()
            assert self.go.wait(PATIENCE_S)
            return key.encode(), 1

        def waiting(before: int) -> None:
            self.told[name].append(before)
            self.waits[name].set()
            if leaves:
                raise InterruptedError

        def work() -> None:
            try:
                self.got[name] = self.easel.drawn(key, draw, waiting=waiting)
            except InterruptedError:
                return

        thread = Thread(target=work)
        thread.start()
        return thread


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_pages_are_drawn_in_the_order_of_the_asking_and_who_waits_is_told_how_many_are_before(desk):
    first = desk.ask("Ann", "a")
    assert desk.begun.wait(PATIENCE_S)
    second = desk.ask("Bo", "b")
    assert desk.waits["Bo"].wait(PATIENCE_S)
    third = desk.ask("Cy", "c")
    assert desk.waits["Cy"].wait(PATIENCE_S)
    desk.go.set()
    for one in (first, second, third):
        one.join(PATIENCE_S)
    assert desk.order == ["Ann", "Bo", "Cy"]
    assert (desk.told["Ann"], desk.told["Bo"][0], desk.told["Cy"][0]) == ([], 1, 2)
    assert desk.got == {"Ann": (b"a", 1), "Bo": (b"b", 1), "Cy": (b"c", 1)}


def test_who_waits_for_the_same_page_gets_the_one_that_is_drawn(desk):
    first = desk.ask("Ann", "a")
    assert desk.begun.wait(PATIENCE_S)
    second = desk.ask("Bo", "a")
    assert desk.waits["Bo"].wait(PATIENCE_S)
    desk.go.set()
    first.join(PATIENCE_S)
    second.join(PATIENCE_S)
    assert desk.order == ["Ann"] and desk.got["Bo"] is desk.got["Ann"] is desk.easel.known("a")


def test_who_goes_elsewhere_leaves_the_line(desk):
    first = desk.ask("Ann", "a")
    assert desk.begun.wait(PATIENCE_S)
    desk.ask("Bo", "b", leaves=True).join(PATIENCE_S)
    third = desk.ask("Cy", "c")
    assert desk.waits["Cy"].wait(PATIENCE_S)
    desk.go.set()
    first.join(PATIENCE_S)
    third.join(PATIENCE_S)
    assert desk.order == ["Ann", "Cy"] and desk.told["Cy"][0] == 1 and "Bo" not in desk.got


def test_a_page_that_cannot_be_drawn_does_not_keep_others_from_theirs():
    easel = Easel()

    def fails() -> tuple[bytes, int]:
        raise ValueError("no land")

    with pytest.raises(ValueError, match="no land"):
        easel.drawn("a", fails, waiting=lambda _: None)
    assert easel.drawn("a", lambda: (b"drawn", 2), waiting=lambda _: None) == (b"drawn", 2)


def test_the_answers_asked_for_last_are_kept():
    made: list[str] = []
    known: Remembered[str] = Remembered(2)

    def ask(key: str) -> str:
        return known.get(key, lambda: made.append(key) or key.upper())

    assert [ask(key) for key in "abacab"] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]  # b was asked for longest ago when c came
