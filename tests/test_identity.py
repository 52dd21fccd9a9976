"""Who sits at the browser: a name counts only from the proxy's address, and alone means on this machine only."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from threading import get_ident

import pytest
from starlette.requests import Request
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette import starlette_websocket
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from planner.desk.desk import Desk
from planner.desk.workspace import begin
from planner.errors import UsageError
from planner.people import Role
from planner.ui import downloads, gate, identity, server, tongue

ROOT = Path(__file__).resolve().parents[1]
EVERYWHERE = ".".join("0000")
PROXY = "10.1.2.3"


@pytest.fixture
def proxied(monkeypatch):
    monkeypatch.setenv(gate.PROXIES, PROXY)


def heard(peer: str, *headers: tuple[bytes, bytes], kind: str = "websocket") -> dict[str, str]:
    """The headers that reach the app behind the gate of a request from an address."""
    reached: list[list[tuple[bytes, bytes]]] = []

    async def app(scope, receive, send):
        reached.append(scope["headers"])

    scope = {"type": kind, "client": (peer, 4711), "headers": list(headers)}
    asyncio.run(gate.Gate(app)(scope, None, None))  # type: ignore[arg-type]
    return {name.decode().lower(): value.decode() for name, value in reached[0]}


NAME = (b"X-Forwarded-User", b"ann")


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_name_from_the_proxy_counts(proxied, kind):
    assert gate.name_in(heard(PROXY, NAME, (b"host", b"planner"), kind=kind)) == "ann"


@pytest.mark.parametrize("peer", ["10.1.2.4", "127.0.0.1", "::1", ""])
def test_a_name_from_any_other_address_is_taken_out(proxied, peer):
    seen = heard(peer, NAME, (b"host", b"planner"))
    assert gate.name_in(seen) is None
    assert "x-forwarded-user" not in seen and seen["host"] == "planner"


def test_a_forged_mark_does_not_help(proxied):
    assert gate.name_in(heard("10.1.2.4", NAME, (gate.MARK.encode(), b"guess"))) is None
    assert gate.name_in({"x-forwarded-user": "ann", gate.MARK: "guess"}) is None


def test_two_names_in_one_request_are_none(proxied):
    assert gate.name_in(heard(PROXY, NAME, (b"x-forwarded-user", b"root"))) is None


def test_without_the_gate_in_front_nobody_is_anybody(proxied):
    assert gate.name_in({"x-forwarded-user": "ann"}) is None


def test_a_proxy_that_is_no_address_is_refused(monkeypatch):
    monkeypatch.setenv(gate.PROXIES, "proxy.local")
    with pytest.raises(UsageError, match=r"proxy\.local"):
        gate.proxies()


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    path = tmp_path / "w.gpkg"
    begin(str(path)).close()
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    return path


def run_app() -> AppTest:
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()


def test_without_a_login_an_app_that_others_can_reach_shows_nothing(workspace, monkeypatch):
    monkeypatch.setattr(identity.st, "get_option", lambda name: EVERYWHERE if name == "server.address" else None)
    app = run_app()
    assert any(EVERYWHERE in one.value for one in app.error)
    assert not app.text_input


def test_past_the_proxy_the_app_shows_nothing(workspace, proxied):
    app = run_app()
    assert app.error and not app.text_input


def test_a_stranger_is_told_how_to_get_in_and_a_viewer_gets_no_administration(workspace, monkeypatch):
    monkeypatch.setattr(identity, "name", lambda: "ann")
    app = run_app()
    assert "planner people give ann viewer" in app.info[0].value
    desk = Desk.open(str(workspace))
    desk.hold("root", Role.ADMINISTRATOR, actor="root")
    desk.hold("ann", Role.VIEWER, actor="root")
    desk.close()
    assert not run_app().info or "planner people" not in run_app().info[0].value


def answered(path: str, referer: str) -> list[tuple[bytes, bytes]]:
    """The headers with which the app behind the layer answers a request."""
    sent: list[dict] = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", b"/")]})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"referer", referer.encode("latin-1"))]}
    asyncio.run(tongue.Tongue(app)(scope, None, send))  # type: ignore[arg-type]
    return sent[0]["headers"]


@pytest.mark.parametrize("path", ["/auth/login", "/park/plan/auth/logout"])
def test_whoever_goes_to_log_in_or_out_takes_the_language_of_the_page_along(path):
    _location, (name, cookie) = answered(path, "http://office/quotas?parcel=1&lang=en")
    assert name == b"set-cookie" and cookie.startswith(b"planner_lang=en;") and b"HttpOnly" in cookie


@pytest.mark.parametrize(("path", "referer"), [
    ("/auth/login", "http://office/"), ("/auth/login", "http://office/?lang=en%0d%0aX: 1"),
    ("/auth/login", "http://[office/?lang=en"), ("/quotas", "http://office/?lang=en"), ("/auth/login", "")])
def test_no_other_page_and_no_other_word_leaves_a_cookie(path, referer):
    assert answered(path, referer) == [(b"location", b"/")]


# ---------------------------------------------------------------- addresses beside the pages
SEALED_WITH = "a secret of this test only"


def linking(path: str) -> bytes:
    """What Streamlit sends where a page hands out a file or takes one in."""
    message = ForwardMsg()
    if "upload" in path:
        message.file_urls_response.file_urls.add(upload_url=path, delete_url=path)
    elif path.endswith(".png"):
        message.delta.new_element.imgs.imgs.add(url=path)
    else:
        message.delta.new_element.download_button.url = path
    return message.SerializeToString()


class Behind:
    """An app behind our layers, whose page names one address beside the pages."""

    def __init__(self, path: str) -> None:
        self.path, self.app = path, self._app
        for layer in reversed(server.middleware()):
            self.app = layer.cls(self.app, *layer.args, **layer.kwargs)

    async def _app(self, scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.send", "bytes": linking(self.path)})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    def _meets(self, kind: str, path: str, peer: str, headers: dict[str, str]) -> list[int]:
        told: list[int] = []

        async def send(message):
            told.append(message.get("status", 0))

        scope = {"type": kind, "method": "GET", "path": path, "query_string": b"", "client": (peer, 4711),
                 "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]}
        asyncio.run(self.app(scope, None, send))
        return told

    def opened(self, peer: str = "127.0.0.1", **headers: str) -> None:
        """Somebody opens the page."""
        self._meets("websocket", "/_stcore/stream", peer, headers)

    def asked(self, path: str, peer: str = "127.0.0.1", **headers: str) -> int:
        """The status with which somebody is answered."""
        return self._meets("http", path, peer, headers)[0]


def asked(path: str, peer: str = "127.0.0.1", **headers: str) -> int:
    """The status for who has just opened the page that names the address."""
    behind = Behind(path)
    behind.opened(peer, **headers)
    return behind.asked(path, peer, **headers)


@pytest.fixture
def held(workspace):
    """Ann and Bo hold a role here, each in a park of their own."""
    desk = Desk.open(str(workspace))
    desk.hold("root", Role.ADMINISTRATOR, actor="root")
    for name, park in (("ann", "A"), ("bo", "B")):
        desk.hold(name, Role.VIEWER, park=park, actor="root")
    desk.close()


FILE, OTHER = "0a1b2c3d" * 4, "4e5f6a7b" * 4  # the digests by which Streamlit names what it hands out
UPLOAD = f"/_stcore/upload_file/{uuid.UUID(int=1)}/{uuid.UUID(int=2)}"
BESIDE = [f"/media/{FILE}.xlsx", f"/park/plan/media/{FILE}.xlsx", UPLOAD]


@pytest.mark.parametrize("path", BESIDE)
def test_a_file_is_handed_to_this_machine_alone_where_nobody_logs_in(path):
    assert asked(path, host="localhost:8501") == 200
    assert asked(path, peer="10.1.2.9", host="localhost") == 403
    assert asked(path, host="evil.example") == 403
    assert asked("/quotas", peer="10.1.2.9", host="planner") == 200  # the page itself says what it has to


@pytest.mark.parametrize("path", BESIDE)
def test_behind_a_proxy_a_file_is_handed_only_through_it_and_to_who_holds_a_role(path, proxied, held):
    named = {"host": "planner", "x-forwarded-user": "ann"}
    assert asked(path, peer=PROXY, **named) == 200
    assert asked(path, peer="10.1.2.4", **named) == asked(path, **named) == 403
    assert asked(path, peer=PROXY, host="planner") == 403  # through it, and nobody named
    assert asked(path, peer=PROXY, **named | {"x-forwarded-user": "eve"}) == 403  # logged in, and without a role


@pytest.mark.parametrize("path", BESIDE)
def test_with_a_login_a_file_is_handed_only_to_who_bears_it_and_holds_a_role(path, monkeypatch, held):
    monkeypatch.setattr(identity, "mode", lambda: identity.Mode.LOGIN)
    monkeypatch.setattr(downloads, "get_cookie_secret", lambda: SEALED_WITH)
    monkeypatch.setattr(starlette_websocket, "get_cookie_secret", lambda: SEALED_WITH)

    def cookie(sealed_with=SEALED_WITH, **who):
        told = {"email": "ann", **who}
        signed = create_signed_value(sealed_with, downloads.COOKIE, json.dumps(told)).decode()
        return {"host": "planner", "cookie": f"{downloads.COOKIE}={signed}"}

    assert asked(path, peer="10.1.2.9", **cookie(is_logged_in=True)) == 200
    assert asked(path, peer="10.1.2.9", host="planner") == 403
    assert asked(path, **cookie(is_logged_in=True, exp=1)) == 403  # run out
    assert asked(path, **cookie("guessed", is_logged_in=True)) == 403
    assert asked(path, **cookie(is_logged_in=False)) == 403
    assert asked(path, **cookie(is_logged_in=True, email="eve")) == 403  # a stranger here
    assert asked(path, **cookie(is_logged_in=True, email_verified=False)) == 403


@pytest.mark.parametrize("path", BESIDE)
def test_what_a_page_gave_one_person_another_does_not_get(path, proxied, held):
    behind = Behind(path)
    ann, bo = ({"host": "planner", "x-forwarded-user": name} for name in ("ann", "bo"))
    assert behind.asked(path, PROXY, **ann) == 403  # no page has named it yet
    behind.opened(PROXY, **ann)
    assert (behind.asked(path, PROXY, **ann), behind.asked(path, PROXY, **bo)) == (200, 403)
    behind.opened(PROXY, **bo)
    assert behind.asked(path, PROXY, **bo) == 200  # a page of his own names it too


@pytest.mark.parametrize("path", [
    f"/media/{OTHER}.xlsx", f"/media/{FILE}.xlsx/../{OTHER}.xlsx", f"/media/{FILE}/media/{OTHER}.xlsx", "/media/",
    f"/media/{FILE[:-1]}.xlsx", "/_stcore/upload_file/s/f", f"/static/media/{OTHER}.xlsx",
    f"/static/static/media/media/{OTHER[:-1]}.xlsx", "/_stcore/upload_file/static/media/f"])
def test_no_other_file_is_handed_to_who_was_given_one(path, proxied, held):
    behind, ann = Behind(f"/media/{FILE}.xlsx"), {"host": "planner", "x-forwarded-user": "ann"}
    behind.opened(PROXY, **ann)
    assert behind.asked(path, PROXY, **ann) == 403


@pytest.mark.parametrize("who", [{}, {"x-forwarded-user": "eve"}])
def test_type_and_icons_of_the_pages_are_for_everybody(proxied, held, who):
    for path in ("/static/media/MaterialSymbols-Rounded.nEdyypZU.woff2", "/cases/static/media/SourceSans.woff2"):
        assert asked(path, PROXY, host="planner", **who) == 200


def test_a_role_given_while_a_page_is_open_counts_and_who_asks_keeps_no_other_waiting():
    path, roles, threads, told = f"/media/{FILE}.xlsx", [], [], []

    def who(request):
        threads.append(get_ident())
        return roles[0] if roles else None

    async def page(scope, receive, send):
        for _ in range(2):
            await send({"type": "websocket.send", "bytes": linking(path)})
            await send({"type": "websocket.send", "text": "no bytes"})
            told.append(door.given.holds("ann", path))
            roles.append("ann")

    async def sent(message):
        assert message["type"] == "websocket.send"

    door = downloads.Downloads(page, who)
    asyncio.run(door({"type": "websocket", "headers": []}, None, sent))
    assert told == [False, True] and get_ident() not in threads and len(threads) == 2


@pytest.mark.parametrize("path", BESIDE)
def test_an_address_that_a_person_wrote_and_a_page_shows_gives_nothing(path):
    shown = ForwardMsg()
    shown.delta.new_element.markdown.body = f"see {path}"
    entered = ForwardMsg()
    entered.delta.new_element.text_area.default = path
    told = [message.SerializeToString() for message in (shown, entered)]
    assert [downloads.given_in(message) for message in told] == [[], []]
    assert set(downloads.given_in(linking(path))) == set(downloads.addresses(path.encode()))


def test_of_what_a_person_was_given_the_newest_is_remembered(monkeypatch):
    monkeypatch.setattr(downloads, "_MOST", 2)
    given = downloads.Given()
    for digest in (FILE, OTHER, FILE, "9" * 32):
        given.note("ann", downloads.given_in(linking(f"x/media/{digest}.png")))
    held = [given.holds("ann", f"/media/{digest}.png") for digest in (FILE, OTHER, "9" * 32)]
    assert held == [True, False, True] and not given.holds("bo", f"/media/{FILE}.png")


def test_two_large_files_that_differ_in_one_byte_have_two_addresses():
    server.middleware()
    pages, size = MemoryMediaFileStorage("/media"), 3_000_000
    for at in range(0, size, 250_000):
        other = bytearray(size)
        other[at] = 1
        files = (bytes(size), bytes(other))
        assert len({pages.load_and_get_id(one, "x/y", MediaFileKind.DOWNLOADABLE, "w.gpkg") for one in files}) == 2


def test_the_address_of_a_picture_is_good_for_the_person_it_was_signed_for(proxied, held):
    def may(name, person):
        headers = [(b"x-forwarded-user", name.encode()), (gate.MARK.encode(), gate._SECRET.encode())]
        scope = {"type": "http", "path": "/", "headers": headers, "client": (PROXY, 1), "query_string": b""}
        return server.may_ask(Request(scope), {"layer": "s", "who": "session", "person": person})

    assert may("ann", "ann") and may("root", "root")
    assert not may("ann", "root") and not may("root", "ann") and not may("eve", "eve")
