"""What the app's server does beside its pages: the gate, the routes of the tiles, warming up and sweeping in the
background."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from threading import Thread
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Route

from planner.errors import PlannerError
from planner.ui import downloads, gate, identity, sweep, tile_route, tongue
from planner.ui.session import shared_desk

# What brings in most of what pages import, and declares no component.
BEHIND_PAGES = (
    "planner.desk.importing", "planner.desk.meeting_papers", "planner.desk.queue", "planner.desk.registers_in",
    "planner.desk.year_sheet", "planner.admission.frontier", "planner.admission.risk", "planner.admission.tornado",
    "planner.webmap.build", "planner.webmap.offline", "folium.plugins", "scipy.optimize",
)


def routes() -> list[Route]:
    """All routes of ours, under the base path that the server is set to."""
    tile_route.GATE.may = may_ask
    return tile_route.routes(str(st.get_option("server.baseUrlPath") or ""))


def middleware() -> list[Middleware]:
    """What stands before everything the server answers."""
    downloads.name_by_every_byte()
    return [Middleware(gate.Gate), Middleware(tongue.Tongue), Middleware(downloads.Downloads, who=who_asks)]


def who_asks(request: HTTPConnection) -> str | None:
    """Who sends a request beside the pages: behind a proxy only what came through it counts, with a login only what
    bears it; "" for the one user at this machine. None for somebody who holds no role, or cannot be told."""
    try:
        how = identity.mode()
        if how is identity.Mode.ALONE:
            return "" if tile_route.from_this_machine(request) else None
        claims = downloads.claims_in(request)
        name = gate.name_in(request.headers) if how is identity.Mode.PROXY else claims and identity.named_by(claims)
        return name if name and shared_desk().named(name).best is not None else None
    except PlannerError:
        return None


def may_ask(request: HTTPConnection, what: Mapping[str, str]) -> bool:
    """Whether a request may be answered that bears an address which a page signed for a person; ``what`` it names."""
    who = who_asks(request)
    return who is not None and what.get("person", who) == who


@asynccontextmanager
async def warmed(app: Any) -> AsyncIterator[None]:
    """What pages compute and print with is loaded before the first of them is asked for. While the first person finds
    the way here, the book is added up, and for large layers the machine code is loaded and missing indexes are made.
    No page is loaded: a component declared outside a run is never served. What pages leave behind is swept up for as
    long as the server runs."""
    load()
    over = sweep.start()
    Thread(target=warm, daemon=True, name="planner-warm").start()
    yield
    over.set()


def load() -> None:
    """Load the rooms and libraries behind the pages: it takes some seconds, and the first person would wait for them.
    Not beside the first page: two that load one library at once may find half of it."""
    for name in BEHIND_PAGES:
        import_module(name)


def warm() -> None:
    """Get ready what the first answer needs; what is wrong with the workspace a page will say."""
    from planner.desk import index
    from planner.words import LANGUAGES, translator

    with suppress(PlannerError):
        desk = shared_desk()
        translator(LANGUAGES[0])
        desk.book.balances()
        if index.warm(desk.store):
            _first_tile()


def _first_tile() -> None:
    """Load the machine code that draws."""
    import numpy as np
    import shapely

    from planner.land.kernel.pack import RowClass, pack
    from planner.webmap.tiles import Picture, tile

    packed = pack([shapely.box(0.0, 0.0, 90.0, 45.0)], [0], [RowClass(None, None, None, None)])
    tile(Picture(packed, np.zeros(1, np.intp), [{}]), 0, 0, 0)
