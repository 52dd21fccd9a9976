"""A running server behind a proxy: a forged name gets nothing, a picture of the page goes to who may see pages, and the
figures of a park go to its people only."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from planner.desk.booking import Movement
from planner.desk.workspace import begin
from planner.people import Role
from tests.drawn_land import land, layer
from tests.e2e.conftest import ROOT, _healthy, free_port

PROXY, ELSEWHERE = "127.0.0.1", "127.0.0.2"
HEADER, PATIENCE_S = "X-Forwarded-User", 120
GRANTED = 4321.5  # ha; a figure that nothing else has
OURS = "4,321.50"  # as the page of quotas writes it


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The app behind a proxy at 127.0.0.1, on two parks; Ann reads in A, Bo in B, Eve is known to the proxy alone."""
    path, port = tmp_path_factory.mktemp("served") / "w.gpkg", free_port()
    desk = begin(str(path))
    with desk.store.turn() as turn:
        turn.keep_layer(layer("parks", land(0, 0, 1000, 1000), land(1000, 0, 1000, 1000), account=["A", "B"]),
                        sha256="")
        turn.put_feature("parcels", id="P-1", shape=land(100, 100, 50, 50), values={"name": "P-1"})
    for park, amount in (("A", GRANTED), ("B", 1.0)):
        desk.move(Movement("grant", park, "new_construction_m2", date.today().year, amount, "ha", "No. 1", "Li", park,
                           date.today()))
    for person, role, park in (("root", Role.ADMINISTRATOR, "*"), ("ann", Role.VIEWER, "A"), ("bo", Role.VIEWER, "B")):
        desk.hold(person, role, park=park, actor="root")
    desk.close()
    words = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    environment = {**os.environ, "PLANNER_WORKSPACE": str(path), "PLANNER_PROXY": PROXY, "FORWARDED_ALLOW_IPS": ""}
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as app:
        try:
            _healthy(f"http://127.0.0.1:{port}/_stcore/health")
            yield port
        finally:
            app.terminate()


def page(port: int, name: str, *, by: str | None, peer: str = PROXY) -> str:
    """All that a page sends to who opens it from an address."""
    line = socket.create_connection(("127.0.0.1", port), source_address=(peer, 0))
    headers = {HEADER: by} if by else {}
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", sock=line, subprotocols=["streamlit"], max_size=None,
                 additional_headers=headers, ping_interval=None) as stream:
        asked, said = BackMsg(), []
        asked.rerun_script.query_string, asked.rerun_script.page_name = "lang=en", name
        stream.send(asked.SerializeToString())
        while True:
            message = stream.recv(timeout=PATIENCE_S)
            said.append(message.decode("utf-8", "replace"))
            if ForwardMsg.FromString(message).WhichOneof("type") == "script_finished":
                return "\n".join(said)


def got(port: int, path: str, *, by: str | None, peer: str = PROXY, method: str = "GET") -> int:
    """The status of an answer beside the pages."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S, source_address=(peer, 0))
    try:
        line.request(method, path, headers={HEADER: by} if by else {})
        return line.getresponse().status
    finally:
        line.close()


def test_a_name_from_another_address_than_the_proxys_sees_no_page(port):
    assert "ann · viewer" in page(port, "quotas", by="ann")
    for by, peer in (("ann", ELSEWHERE), ("root", ELSEWHERE), (None, PROXY), (None, ELSEWHERE)):
        told = page(port, "quotas", by=by, peer=peer)
        assert "through the office's login only" in told and OURS not in told and "viewer" not in told


def test_the_figures_of_a_park_are_shown_to_its_own_people_only(port):
    assert OURS in page(port, "quotas", by="ann")
    assert OURS not in page(port, "quotas", by="bo") and "bo · viewer" in page(port, "quotas", by="bo")
    told = page(port, "quotas", by="eve")
    assert OURS not in told and "planner people give eve viewer" in told


def test_a_picture_of_a_page_goes_to_who_may_see_pages_and_through_the_proxy_only(port):
    (path,) = set(re.findall(r"/media/[0-9a-f]+\.png", page(port, "meeting", by="ann")))
    assert got(port, path, by="ann") == 200
    # Bo holds a role, in another park: no page of his has shown it.
    for by, peer in (("ann", ELSEWHERE), (None, PROXY), (None, ELSEWHERE), ("eve", PROXY), ("bo", PROXY)):
        assert got(port, path, by=by, peer=peer) == 403, (by, peer)


def test_the_icons_of_the_pages_are_drawn_for_everybody(port):
    folder = Path(streamlit.__file__).parent / "static"
    (font,) = folder.glob("static/media/MaterialSymbols-Rounded.*.woff2")
    for by in ("ann", "eve", None):
        assert got(port, f"/{font.relative_to(folder)}", by=by) == 200


def test_nothing_is_uploaded_and_no_tile_asked_for_past_the_proxy(port):
    upload, tile = "/_stcore/upload_file/session/file", "/planner-tiles/made-up/12/1/1.png"
    for by, peer in (("ann", ELSEWHERE), (None, PROXY), ("eve", PROXY)):
        assert got(port, upload, by=by, peer=peer, method="PUT") == 403
    for by, peer in (("ann", PROXY), ("ann", ELSEWHERE), (None, PROXY)):
        assert got(port, tile, by=by, peer=peer) == 403  # nobody signed that address
