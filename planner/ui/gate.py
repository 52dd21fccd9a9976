"""The door before the app where a proxy logs people in: the name that it sends counts only from its own address.

An ASGI layer around everything the server answers, pages, sockets and routes alike. It takes the header with the name
out of every request, and puts it back, marked, where the request came from the proxy. What reads the name asks for the
mark, so that without this layer nobody is anybody.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

from planner.errors import UsageError
from planner.text import N_, Text

PROXIES, HEADER = "PLANNER_PROXY", "PLANNER_PROXY_HEADER"
DEFAULT_HEADER = "X-Forwarded-User"
MARK = "x-planner-gate"
_SECRET = secrets.token_urlsafe(24)  # of this process; a browser cannot know it

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Any]]
Send: TypeAlias = Callable[[Any], Awaitable[None]]


def proxies() -> frozenset[str]:
    """The addresses of the proxies that log people in; none where there is no proxy. Raises UsageError."""
    stated = [word.strip() for word in os.environ.get(PROXIES, "").split(",") if word.strip()]
    for word in stated:
        try:
            ipaddress.ip_address(word)
        except ValueError:
            problem = Text(N_("{variable} names '{word}', which is no address. Write addresses, separated by commas."),
                           variable=PROXIES, word=word)
            raise UsageError(problem=problem) from None
    return frozenset(stated)


def header() -> str:
    """The header in which the proxy sends the name of the person."""
    return os.environ.get(HEADER) or DEFAULT_HEADER


def name_in(headers: Mapping[str, str]) -> str | None:
    """The person that the proxy logged in, None where the request did not come through it."""
    sent = {name.lower(): value for name, value in headers.items()}
    marked = secrets.compare_digest(sent.get(MARK, "").encode(), _SECRET.encode())
    return sent.get(header().lower(), "").strip() or None if marked else None


class Gate:
    """The layer. ``app`` is what it stands before."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app
        self.trusted = proxies()
        self.header = header().lower().encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = {**scope, "headers": self._checked(scope)}
        await self.app(scope, receive, send)

    def _checked(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        stated = [value for name, value in scope["headers"] if name.lower() == self.header]
        taken = (self.header, MARK.encode())
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in taken]
        peer = (scope.get("client") or ("",))[0]
        # Two names in one request are one too many: somebody put one there before the proxy did.
        if peer in self.trusted and len(stated) == 1:
            kept += [(self.header, stated[0]), (MARK.encode(), _SECRET.encode())]
        return kept
