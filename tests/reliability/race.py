"""Reviewers in processes of their own who all ask for the same quota at once, some of them twice with one key."""

from __future__ import annotations

import multiprocessing
import random
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

# Forked children start in milliseconds; where there is no fork they start slower and do the same.
METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
PROCESSES = multiprocessing.get_context(METHOD)


@dataclass(frozen=True)
class Race:
    """How it went. ``seconds`` are those of each ask, in order of size; ``wrong`` says what should not have been."""

    granted: int
    refused: int
    busy: int
    crashed: int
    seconds: tuple[float, ...]
    wrong: tuple[str, ...]

    def percentile(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


def run(address: str, *, reviewers: int, asks: int, cap: int, seed: int) -> Race:
    """Grant ``cap`` m2 in an empty workspace, let each of the reviewers ask for 1 m2 as often as his share of ``asks``
    says, and look at the book."""
    from planner.desk.desk import Desk

    with closing(Desk.open(address, create=True)) as desk:
        desk.move(movement("grant", cap, "the-grant"))
    start, told = PROCESSES.Event(), PROCESSES.SimpleQueue()
    shares = [asks // reviewers + (who < asks % reviewers) for who in range(reviewers)]
    workers = [
        PROCESSES.Process(target=review, args=(address, who, share, seed, start, told))
        for who, share in enumerate(shares)
    ]
    for worker in workers:
        worker.start()
    start.set()
    counts = [told.get() for _ in workers]
    for worker in workers:
        worker.join()
    return judged(address, cap, counts, crashed=sum(worker.exitcode != 0 for worker in workers))


def judged(address: str, cap: int, counts: list[dict[str, Any]], crashed: int) -> Race:
    from planner.desk.desk import Desk

    with closing(Desk.open(address)) as desk:
        wrong = [str(fault) for fault in desk.store.faults()]
        found, entries = desk.verify(), desk.entries()
        (stand,) = [row for row in desk.balances() if row.park == "P"]
    wrong += [str(found.problem)] if found.problem else []
    granted = sum(count["granted"] for count in counts)
    if (stand.reserved, len(entries) - 1) != (granted, granted):
        wrong.append(f"{granted} were told they have it, {stand.reserved} m2 are booked in {len(entries) - 1} entries")
    if granted > cap:
        wrong.append(f"{granted} granted of {cap}")
    wrong += [word for count in counts for word in count["wrong"]]
    return Race(
        granted=granted,
        refused=sum(count["refused"] for count in counts),
        busy=sum(count["busy"] for count in counts),
        crashed=crashed,
        seconds=tuple(sorted(second for count in counts for second in count["seconds"])),
        wrong=tuple(wrong),
    )


def review(address: str, who: int, asks: int, seed: int, start: Any, told: Any) -> None:
    """In a child: ask for one square metre again and again; tell how it went."""
    from planner.desk.desk import Desk
    from planner.errors import Overdraw, StoreBusy

    chance = random.Random(seed * 1000 + who)
    count: dict[str, Any] = {"granted": 0, "refused": 0, "busy": 0, "seconds": [], "wrong": []}
    with closing(Desk.open(address)) as desk:
        start.wait()
        for n in range(asks):
            time.sleep(chance.random() * 0.005)
            call, begun = movement("reserve", 1, f"{who}-{n}", ref=f"{who}-{n}"), time.perf_counter()
            try:
                first = desk.move(call)
                count["granted"] += 1
                if chance.random() < 0.1 and desk.move(call) != first:  # a double click
                    count["wrong"].append(f"{who}-{n} was answered twice, differently")
            except Overdraw:
                count["refused"] += 1
            except StoreBusy:
                count["busy"] += 1
            finally:
                count["seconds"].append(time.perf_counter() - begun)
    told.put(count)


def movement(verb: str, amount: int, key: str, ref: str = "") -> Any:
    from planner.desk.booking import Movement

    return Movement(verb, "P", "new_construction_m2", 2026, amount, "m2", "b", "Li", key, date(2026, 1, 5), ref)
