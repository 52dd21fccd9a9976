"""What the app's server does beside its pages: the gate, the routes of the tiles, warming up and sweeping in the
background."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from threading import Thread
from types import MappingProxyType
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route

from planner.errors import PlannerError
from planner.ui import downloads, gate, identity, sweep, tile_route, tongue
from planner.ui.session import shared_desk


def routes() -> list[Route]:
    """All routes of ours, under the base path that the server is set to."""
    tile_route.GATE.may = may_ask
    return tile_route.routes(str(st.get_option("server.baseUrlPath") or ""))


def middleware() -> list[Middleware]:
    """What stands before everything the server answers."""
    return [Middleware(gate.Gate), Middleware(tongue.Tongue), Middleware(downloads.Downloads, may=may_ask)]


def may_ask(request: Request, what: Mapping[str, str] = MappingProxyType({})) -> bool:
    """Whether a request beside the pages may be answered (``what`` is what an address that a page signed names): behind
    a proxy only one that came through it, with a login only one that bears it, from somebody who holds a role, and the
    person for whom the address was signed; else only one from this machine."""
    try:
        how = identity.mode()
        if how is identity.Mode.ALONE:
            return tile_route.from_this_machine(request, what)
        claims = downloads.claims_in(request)
        name = gate.name_in(request.headers) if how is identity.Mode.PROXY else claims and identity.named_by(claims)
        known = bool(name) and shared_desk().named(str(name)).best is not None
    except PlannerError:
        return False
    return known and what.get("person", name) == name


@asynccontextmanager
async def warmed(app: Any) -> AsyncIterator[None]:
    """While the first person finds the way here, the book is added up, and for large layers the machine code is loaded
    and missing indexes are made. No page is loaded: a component declared outside a run is never served. What pages
    leave behind is swept up for as long as the server runs."""
    Thread(target=warm, daemon=True, name="planner-warm").start()
    over = sweep.start()
    yield
    over.set()


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
