"""What the app's server does beside its pages: the routes of the tiles, and warming up in the background."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any

import streamlit as st
from starlette.routing import Route

from planner.errors import PlannerError
from planner.ui import tile_route
from planner.ui.session import ADDRESS, DEFAULT_ADDRESS


def routes() -> list[Route]:
    """All routes of ours, under the base path that the server is set to."""
    return tile_route.routes(str(st.get_option("server.baseUrlPath") or ""))


@asynccontextmanager
async def warmed(app: Any) -> AsyncIterator[None]:
    """While the first person opens a page, the machine code is loaded and missing indexes of large layers are made."""
    Thread(target=warm, daemon=True, name="planner-warm").start()
    yield


def warm() -> None:
    """Get ready what the first answer needs; what is wrong with the workspace a page will say."""
    from planner.desk import index
    from planner.desk.desk import Desk

    try:
        desk = Desk.open(os.environ.get(ADDRESS) or DEFAULT_ADDRESS)
    except PlannerError:
        return
    try:
        index.warm(desk.store)
    except PlannerError:
        return
    finally:
        desk.close()
