"""The routes that give a browser the pictures of a large layer, and what lies at a place of it.

Routes are beside the pages, so nothing that a page checks holds here. A request must bear an address that a page has
signed for its session; and until there is a login only this machine may ask at all. A login puts its own question,
whether the session still stands, in place of ``GATE.may``.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planner.ui.signed import opened, signed
from planner.webmap.build import Tiles
from planner.webmap.tiles import DEEPEST, Picture, class_at, tile

PREFIX = "planner-tiles"
# From the frame of the map (component/streamlit_folium.st_folium/index.html) to the root of the app, wherever it is.
_FROM_FRAME = "../../"
GOOD_FOR_S = 12 * 3600.0  # a working day with its evening
_PICTURES_KEPT, _TILES_KEPT = 40, 3_000
_PROXIED = ("forwarded", "x-forwarded-for", "x-real-ip")
NOTHING: Mapping[str, str] = MappingProxyType({})
_HERE = ("localhost", "127.0.0.1", "::1")


def from_this_machine(request: HTTPConnection, what: Mapping[str, str] = NOTHING) -> bool:
    """Whether the browser runs where the app runs: near address, near name, no proxy between."""
    host = request.client.host if request.client else ""
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    named = urlsplit(f"//{request.headers.get('host', '')}").hostname
    # A page of a stranger whose name was turned to this machine bears the stranger's name.
    return near and named in _HERE and not any(header in request.headers for header in _PROXIED)


@dataclass
class Gate:
    """Who may ask: a question about the request and what its address names (layer, state, language, who, person)."""

    may: Callable[[HTTPConnection, Mapping[str, str]], bool] = from_this_machine


@dataclass
class Shown:
    """The pictures that pages show now, by layer, state and language; beside each its words for a class."""

    kept: OrderedDict[tuple[str, str, str], tuple[Picture, Callable[[object, object], str]]] = field(
        default_factory=OrderedDict)

    def put(self, key: tuple[str, str, str], picture: Picture, words: Callable[[object, object], str]) -> None:
        self.kept[key] = (picture, words)
        self.kept.move_to_end(key)
        while len(self.kept) > _PICTURES_KEPT:
            self.kept.popitem(last=False)


GATE, SHOWN = Gate(), Shown()


def address(
    layer: str, state: str, lang: str, *, who: str, until: float, picture: Picture, person: str = ""
) -> Tiles:
    """The addresses of a layer's pictures for one session (``who``) of a person; "" for whoever sits here alone."""
    token = signed({"layer": layer, "state": state, "lang": lang, "who": who, "person": person}, until=until)
    west, south, east, north = picture.packed.ground.tree[-1].tolist()
    base = f"{_FROM_FRAME}{PREFIX}/{token}"
    return Tiles(f"{base}/{{z}}/{{x}}/{{y}}.png", f"{base}/at", ((south, west), (north, east)), DEEPEST)


def routes(base: str) -> list[Route]:
    """The routes of an app that stands under a base path."""
    root = f"/{base.strip('/')}/{PREFIX}/{{token}}" if base.strip("/") else f"/{PREFIX}/{{token}}"
    return [Route(f"{root}/{{z:int}}/{{x:int}}/{{y:int}}.png", pictures), Route(f"{root}/at", place)]


def pictures(request: Request) -> Response:
    """One tile as PNG; 403 for who may not ask, 404 for what is not there."""
    key = _asked(request)
    if key is None:
        return Response(status_code=403)
    path = request.path_params
    if key not in SHOWN.kept or max(path["z"], path["x"], path["y"]) > 1 << DEEPEST:
        return Response(status_code=404)
    try:
        made = _tile(key, path["z"], path["x"], path["y"])
    except ValueError:
        return Response(status_code=404)
    return Response(made, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def place(request: Request) -> Response:
    """What lies at a place: {"tip": escaped text}."""
    key = _asked(request)
    if key is None:
        return Response(status_code=403)
    try:
        x, y = float(request.query_params["x"]), float(request.query_params["y"])
    except (KeyError, ValueError):
        return Response(status_code=404)
    if key not in SHOWN.kept or not (math.isfinite(x) and math.isfinite(y)):
        return Response(status_code=404)
    picture, words = SHOWN.kept[key]
    told = (words(row.code_system, row.code) for row in class_at(picture, x, y))
    return JSONResponse({"tip": "<br>".join(dict.fromkeys(text for text in told if text))})


def _asked(request: Request) -> tuple[str, str, str] | None:
    """The layer, state and language that a request asks for, None if it may not."""
    what = opened(request.path_params["token"], now=time.time())
    if what is None or not GATE.may(request, what):
        return None
    return what["layer"], what["state"], what["lang"]


@lru_cache(_TILES_KEPT)
def _tile(key: tuple[str, str, str], zoom: int, column: int, row: int) -> bytes:
    return tile(SHOWN.kept[key][0], zoom, column, row)
