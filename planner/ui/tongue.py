"""Whoever goes to log in or out comes back in the language of the page they left.

The way to the office's login and back ends at an address without ``?lang=``. So the answer that sends a browser on its
way leaves it a cookie with the language of the page that it came from; the page it comes back to reads it.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from planner.ui.gate import Receive, Scope, Send
from planner.words import LANGUAGES

COOKIE = "planner_lang"
WAYS = ("/auth/login", "/auth/logout")
GOOD_FOR_S = 24 * 3600


class Tongue:
    """The layer. ``app`` is what it stands before."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lang = language_left(scope) if scope["type"] == "http" and scope["path"].rstrip("/").endswith(WAYS) else None
        if lang is None:
            await self.app(scope, receive, send)
            return

        async def marked(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                cookie = f"{COOKIE}={lang}; Path=/; Max-Age={GOOD_FOR_S}; HttpOnly; SameSite=Lax"
                message = {**message, "headers": [*message["headers"], (b"set-cookie", cookie.encode("ascii"))]}
            await send(message)

        await self.app(scope, receive, marked)


def language_left(scope: Scope) -> str | None:
    """The language of the page from which a request comes, as its address says; None where it says none of ours."""
    left = next((value for name, value in scope["headers"] if name.lower() == b"referer"), b"").decode("latin-1")
    try:
        stated = parse_qs(urlsplit(left).query).get("lang", [""])[-1]
    except ValueError:
        return None
    return stated if stated in LANGUAGES else None
