"""Reviewers in processes of their own who admit the parcels of one ground at once: each is looked at over all its
layers and booked; every parcel is asked for by two of them."""

from __future__ import annotations

import random
import time
from contextlib import closing
from typing import Any

from tests.reliability.race import PROCESSES, Race

THINKING_S = 4.0  # at most, between two asks of one reviewer
RICH = {"investment_wan_yuan": 100_000, "output_wan_yuan": 100_000, "tax_wan_yuan": 100_000}  # enough for any parcel


def run(address: str, *, reviewers: int, seed: int, parcels: int | None = None) -> tuple[Race, float]:
    """How it went over the parcels of a workspace (all, or so many), and the processor time of one ask in seconds."""
    from planner.desk.desk import Desk

    with closing(Desk.open(address)) as desk:
        layers = desk.ground.by_role()
        ids = [id for layer in layers["parcels"] for id in layer.frame["id"].astype(str)]
        held, known = set(desk.store.holders()), desk.ground._kept
        desk.look(desk.parcel(ids[0]))  # read, indexed and warm: each reviewer has the map open, as the app has
    random.Random(seed).shuffle(ids)
    ids = ids[:parcels]
    start, told = PROCESSES.Event(), PROCESSES.SimpleQueue()
    workers = [
        PROCESSES.Process(target=admit, args=(address, who, dealt(ids, who, reviewers), seed, known, start, told))
        for who in range(reviewers)
    ]
    for worker in workers:
        worker.start()
    start.set()
    counts = [told.get() for _ in workers]
    for worker in workers:
        worker.join()
    return judged(address, held, counts, sum(worker.exitcode != 0 for worker in workers))


def dealt(ids: list[str], who: int, reviewers: int) -> list[str]:
    """What a reviewer asks for: his own share, and after it that of the next one."""
    return ids[who::reviewers] + ids[(who + 1) % reviewers :: reviewers]


def admit(address: str, who: int, ids: list[str], seed: int, known: Any, start: Any, told: Any) -> None:
    """In a child: reserve one parcel, decide the case of the next, and so on; tell how it went."""
    from planner.admission import lot_match
    from planner.desk.desk import Desk
    from planner.energy.project import project_from
    from planner.errors import PlannerError, StoreBusy

    lot_match.load()  # as the app has
    chance = random.Random(seed * 1000 + who)
    count: dict[str, Any] = {"granted": 0, "refused": [], "busy": 0, "seconds": [], "wrong": [], "used": 0.0}
    with closing(Desk.open(address)) as desk:
        desk.ground._kept = dict(known)
        parcels = [desk.parcel(id) for id in ids]
        start.wait()
        for n, parcel in enumerate(parcels):
            time.sleep(chance.random() * THINKING_S)
            name = f"{who}-{n}"
            project = project_from({"id": name, "start": 2026, "carriers": {"electricity_mwh": 10}, **RICH})
            begun, used = time.perf_counter(), time.process_time()
            try:
                if n % 2:
                    desk.start_case(parcel, year=2026, project=project, actor="Ann", key=f"{name}-start")
                    begun, used = time.perf_counter(), time.process_time()
                    desk.decide_case(name, outcome="admitted", basis="b", reason="as found", actor="Li", key=name)
                else:
                    desk.reserve(parcel, project=project, year=2026, basis="b", actor="Li", key=name, keep=True)
                count["granted"] += 1
            except StoreBusy:
                count["busy"] += 1
            except PlannerError as refused:
                count["refused"].append(refused.code)
            except Exception as raw:  # noqa: BLE001
                count["wrong"].append(f"{type(raw).__name__} {raw}")
            finally:
                count["seconds"].append(time.perf_counter() - begun)
                count["used"] += time.process_time() - used
    told.put(count)


def judged(address: str, before: set[str], counts: list[dict[str, Any]], crashed: int) -> tuple[Race, float]:
    from planner.desk.desk import Desk
    from planner.quota.balances import held

    with closing(Desk.open(address)) as desk:
        wrong = [str(fault) for fault in desk.store.faults()]
        found, stand = desk.verify(), desk.book.standing()
        parcels = [parcel for case, parcel in desk.store.holders().items() if case not in before and held(stand, case)]
    wrong += [str(found.problem)] if found.problem else []
    wrong += [said for count in counts for said in count["wrong"]]
    wrong += [f"{id} is booked more than once" for id in sorted({id for id in parcels if parcels.count(id) > 1})]
    granted, asks = sum(count["granted"] for count in counts), sum(len(count["seconds"]) for count in counts)
    if len(parcels) != granted:
        wrong.append(f"{granted} were told they have it, {len(parcels)} have")
    refused = [code for count in counts for code in count["refused"]]
    wrong += [f"refused with {code}" for code in sorted(set(refused) - EXPECTED)]
    seconds = tuple(sorted(second for count in counts for second in count["seconds"]))
    went = Race(granted, len(refused), sum(count["busy"] for count in counts), crashed, seconds, tuple(wrong))
    return went, sum(count["used"] for count in counts) / asks


EXPECTED = {"E_HELD", "E_OVERDRAW", "E_BLOCKED"}  # somebody else was first
