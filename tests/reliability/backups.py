"""Backups taken while others write: each must be whole, verified, and what the book was at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.reliability.race import PROCESSES, movement


@contextmanager
def writing(address: str) -> Iterator[Any]:
    """A process that grants, draws and replaces a layer without pause for the length of a block."""
    stop = PROCESSES.Event()
    writer = PROCESSES.Process(target=write_on, args=(address, stop))
    writer.start()
    try:
        yield writer
    finally:
        stop.set()
        writer.join()
    assert writer.exitcode == 0


def write_on(address: str, stop: Any) -> None:
    from planner.desk.desk import Desk
    from tests.reliability.deeds import layer

    with closing(Desk.open(address)) as desk:
        n = 0
        while not stop.is_set():
            n += 1
            desk.move(movement("grant", n, f"g{n}"))
            with desk.store.turn() as turn:  # a layer of n squares belongs to a setting that says n
                turn.keep_layer(layer(n % 50 + 1), sha256=str(n), replace=True)
                turn.put_settings({"squares": str(n % 50 + 1)})


def take(address: str, folder: Path, number: int) -> Path:
    """One backup."""
    from planner.desk.desk import Desk

    target = folder / f"backup-{number}.gpkg"
    with closing(Desk.open(address)) as desk:
        desk.store.backup(str(target))
    return target


def wrong_with(backup: Path, address: str, again: str) -> list[str]:
    """What is not as it was at the cut: looked at in the backup, and in what it is restored to."""
    from planner.desk.desk import Desk
    from planner.store import moving

    wrong = []
    if not moving.restore(backup, again).ok:
        wrong.append("the restored book does not verify")
    with closing(Desk.open(str(backup))) as copy, closing(Desk.open(again)) as restored:
        if copy.store.marks() != restored.store.marks():
            wrong.append("what was restored is not what was saved")
        entries = copy.entries()
        squares = copy.settings().get("squares")
        if squares is not None and copy.store.layers()[0].features != int(squares):
            wrong.append("a layer and its setting are of two moments")
        restored.store.discard()
    with closing(Desk.open(address)) as now:
        if now.entries()[: len(entries)] != entries:
            wrong.append("its book is not the beginning of the book")
    return wrong
