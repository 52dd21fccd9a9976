"""The door before what a page hands out and takes in: files under ``/media/``, uploads; and who is logged in there.

Such addresses are beside the pages, so nothing that a page checks holds for them. Whoever has one, out of a history or
a log, is asked the same as for a page: come through the proxy or bear the login's cookie, and hold a role; or sit at
this machine. And it must have been given to them: a page sends its addresses down its socket, and what went down the
sockets of a person is all that this person may ask for. So the files of a park stay with those who may see its pages.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import Response
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import memory_media_file_storage
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from planner.ui.gate import Receive, Scope, Send

GUARDED = ("/media/", "/_stcore/upload_file/")
STATIC = "/static/media/"  # type and icons of the pages themselves, the same for everybody
COOKIE = "_streamlit_user"  # the one by which Streamlit knows who logged in; signed with the app's own secret
# As Streamlit writes them: a file by the digest of its content, an upload by its session and a number of its own.
_ADDRESS = re.compile(rb"/(?:media/[0-9a-f]{32}|_stcore/upload_file/[0-9a-f-]{36}/[0-9a-f-]{36})")
_ASKED = re.compile(_ADDRESS.pattern + rb"(?:\.\w+)?")  # in a path, with the ending of the file
_LINKS = frozenset({"url", "upload_url", "delete_url", "image"})
_MOST = 5_000  # addresses of one person; a page has some ten


class Given:
    """Remembers which addresses pages gave to whom, the newest of each person."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[bytes, None]] = {}

    def note(self, person: str, given: Iterable[bytes]) -> None:
        """Keep addresses that a page gave a person."""
        for address in given:
            kept = self._kept.setdefault(person, OrderedDict())
            kept[address] = None
            kept.move_to_end(address)
            if len(kept) > _MOST:
                kept.popitem(last=False)

    def holds(self, person: str, path: str) -> bool:
        """Whether a path ends in an address that a person was given, and names no other."""
        asked = path.encode("utf-8", "replace")
        end = _ASKED.search(asked)
        if end is None or end.end() != len(asked):
            return False
        return all(address in self._kept.get(person, ()) for address in addresses(asked))


def guarded(path: str) -> bool:
    """Whether a path may lead to a file of a page or to an upload, whatever stands before and behind."""
    rest = path.replace(STATIC, "/")
    return any(part in rest for part in GUARDED) or any(addresses(path.encode("utf-8", "replace")))


def addresses(said: bytes) -> Iterator[bytes]:
    """The files and uploads that are named in what a page sends, or in a path."""
    return (found.group() for found in _ADDRESS.finditer(said))


def given_in(message: bytes) -> list[bytes]:
    """The files and uploads to which a message of a page links. Words that it shows give nothing: whoever knows an
    address, and writes it into a note, sees it there and no more."""
    if not any(addresses(message)):
        return []
    return [address for link in _links(ForwardMsg.FromString(message)) for address in addresses(link.encode())]


def _links(part: Any) -> Iterator[str]:
    """What stands in the fields of a message, and of all that it holds, in which Streamlit puts addresses."""
    for field, value in part.ListFields():
        if field.name in _LINKS:
            yield value
        elif field.message_type is not None:
            for inner in [value] if hasattr(value, "ListFields") else value:
                if hasattr(inner, "ListFields"):
                    yield from _links(inner)


def name_by_every_byte() -> None:
    """Let each file have an address of its own. Streamlit names one of over a megabyte by its length and three parts of
    it: another that differs elsewhere only, a later backup say, would be answered with the earlier one."""
    vars(memory_media_file_storage)["_PARTIAL_HASH_THRESHOLD"] = sys.maxsize


class Downloads:
    """The layer. ``app`` is what it stands before, ``who`` says who sends a request: a name, "" for the one user at
    this machine, None for somebody who may ask nothing."""

    def __init__(self, app: Any, who: Callable[[HTTPConnection], str | None]) -> None:
        self.app, self.who, self.given = app, who, Given()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            send = self._noting(scope, send)
        elif scope["type"] == "http" and guarded(scope["path"]):
            person = await self._person(scope)
            if person is None or not self.given.holds(person, scope["path"]):
                await Response(status_code=403)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _noting(self, scope: Scope, send: Send) -> Send:
        """What sends to a socket, and keeps the addresses that go down it for whoever opened it. Who that is, is asked
        with each: a role may be given while a page is open."""

        async def noting(message: Mapping[str, Any]) -> None:
            given = given_in(message.get("bytes") or b"")
            if given:
                person = await self._person(scope)
                if person is not None:
                    self.given.note(person, given)
            await send(message)

        return noting

    async def _person(self, scope: Scope) -> str | None:
        """Who sends a request, asked in a thread: a workspace that is slow to answer keeps nobody else waiting."""
        return await run_in_threadpool(self.who, HTTPConnection(scope))


def claims_in(request: HTTPConnection) -> dict[str, Any]:
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
