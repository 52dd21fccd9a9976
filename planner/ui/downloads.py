"""The door before what a page hands out and takes in: files under ``/media/``, uploads; and who is logged in there.

Such addresses are beside the pages, so nothing that a page checks holds for them. Whoever has one, out of a history or
a log, is asked the same as for a page: come through the proxy or bear the login's cookie, and hold a role; or sit at
this machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from planner.ui.gate import Receive, Scope, Send

GUARDED = ("/media/", "/_stcore/upload_file/")
COOKIE = "_streamlit_user"  # the one by which Streamlit knows who logged in; signed with the app's own secret


class Downloads:
    """The layer. ``app`` is what it stands before, ``may`` the question about a request."""

    def __init__(self, app: Any, may: Callable[[Request], bool]) -> None:
        self.app, self.may = app, may

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = scope["type"] == "http" and any(part in scope["path"] for part in GUARDED)
        if guarded and not self.may(Request(scope)):
            await Response(status_code=403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def claims_in(request: Request) -> dict[str, Any]:
    """What the login says of whoever sends a request; nothing where it bears none, or one that has run out."""
    if not get_cookie_secret():
        return {}
    signed = _get_signed_cookie_with_chunks(request.cookies, COOKIE)
    try:
        who: dict[str, Any] = json.loads(signed) if signed else {}
    except ValueError:
        return {}
    until = who.get("exp")
    over = isinstance(until, int | float) and until <= time.time()
    return who if who.get("is_logged_in") and not over else {}
