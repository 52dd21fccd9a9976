"""Large layers as pictures: each pixel is of the patch under its middle, and only who was given an address may ask."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from planner.land.kernel.pack import Packed, RowClass, pack
from planner.ui import tile_route
from planner.ui.signed import opened, signed
from planner.webmap.layers import of_classes, told_class
from planner.webmap.tiles import SIDE, Picture, class_at, tile
from tests.drawn_land import land
from tests.test_webmap import HOSTILE

STYLES = [{"color": "#102030", "weight": 1, "fillColor": "#fa0", "fillOpacity": 0.6},
          {"color": "#000000", "weight": 1, "fillColor": "#00ff00", "fillOpacity": 1.0}]
SYSTEM = "GBT21010-2017"


def packed(*shapes: shapely.Geometry) -> Packed:
    return pack(shapes, range(len(shapes)), [RowClass(SYSTEM, str(i), None, None) for i in range(len(shapes))])


def picture(*shapes: shapely.Geometry) -> Picture:
    return Picture(packed(*shapes), np.arange(len(shapes)), [{**STYLES[0], "weight": 0}] * len(shapes))


def decoded(png: bytes) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Palette numbers of the pixels, and the palette with its opacities: a reader of our own of what the file says."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + body)
        chunks[kind], at = body, at + 12 + size
    wide, tall, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour) == (8, 3)
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(tall, wide + 1)
    colours = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3).tolist()
    return lines[:, 1:], [(*rgb, a) for rgb, a in zip(colours, chunks[b"tRNS"], strict=True)]


def tile_of(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """The tile a place lies in. Source: the usual formula of the slippy map."""
    n = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int((longitude + 180) / 360 * n), int(y * n)


def middles(zoom: int, column: int, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of the middle of every pixel."""
    across = (column + (np.arange(SIDE) + 0.5) / SIDE) / (1 << zoom) * 360 - 180
    down = math.pi * (1 - 2 * (row + (np.arange(SIDE) + 0.5) / SIDE) / (1 << zoom))
    return np.meshgrid(across, np.degrees(2 * np.arctan(np.exp(down)) - math.pi / 2))


# ---------------------------------------------------------------- pictures
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(12, 19))
def test_a_pixel_has_the_ink_of_the_patch_under_its_middle(seed, zoom):
    rng = np.random.default_rng(seed)
    reach = 150.0 * 2.0 ** (19 - zoom)
    turn = np.sort(rng.uniform(0, 2 * np.pi, 90))
    star = shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * rng.uniform(0.3, 1, 90)[:, None] * reach)
    disc = shapely.Point(*rng.uniform(-reach, reach, 2)).buffer(reach / 2)
    ring = disc.difference(shapely.Point(0, 0).buffer(reach / 9))
    shapes = [shapely.transform(one, lambda c: c * 9e-6 + (110.2, 19.95)) for one in (star, ring)]
    if not all(one.is_valid and one.geom_type == "Polygon" for one in shapes):
        return
    made = picture(*shapes)
    at = tile_of(110.2, 19.95, zoom)
    x, y = middles(zoom, *at)
    pixels, palette = decoded(tile(made, zoom, *at))
    under = np.zeros(pixels.shape, bool)
    for shape in shapes:
        under |= shapely.contains_xy(shape, x, y)
    edges = shapely.union_all([shape.boundary for shape in shapes])
    clear = shapely.distance(shapely.points(x, y), edges) > 1.5 * 360 / (SIDE << zoom)  # of the line that is drawn
    assert ((pixels > 0) == under)[clear].all()
    assert palette[1] == (255, 170, 0, 153)


def test_boundaries_are_drawn_where_patches_are_large_enough_to_see():
    shape = land(0, 0, 100, 100)
    made = Picture(packed(shape), np.zeros(1, int), STYLES)
    near, far = (decoded(tile(made, zoom, *tile_of(110.2004, 19.9504, zoom)))[0] for zoom in (18, 12))
    assert {1, 2} <= set(np.unique(near))
    assert 2 not in np.unique(far)
    inside = near[near > 0]
    assert 0.005 < (inside == 2).mean() < 0.1  # a line one pixel thick around a patch of some 170 pixels


def test_neighbouring_tiles_fit_together():
    shape = land(-3000, -3000, 6000, 6000)
    x, y = tile_of(110.2, 19.95, 16)
    made = picture(shape)
    assert all((decoded(tile(made, 16, x + i, y + j))[0] == 1).all() for i in (0, 1) for j in (0, 1))


def test_what_lies_elsewhere_is_an_empty_picture():
    pixels, palette = decoded(tile(picture(land(0, 0, 100, 100)), 12, 0, 0))
    assert not pixels.any() and palette[0][3] == 0


@pytest.mark.parametrize("place", [(-1, 0, 0), (40, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_a_tile_that_no_zoom_has_is_refused(place):
    with pytest.raises(ValueError, match="no tile"):
        tile(picture(land(0, 0, 10, 10)), *place)


def test_a_place_tells_every_class_that_lies_there():
    made = picture(land(0, 0, 100, 100), land(50, 0, 100, 100))
    at = shapely.centroid(land(70, 40, 10, 10))
    assert [row.code for row in class_at(made, at.x, at.y)] == ["0", "1"]
    assert class_at(made, 100.0, 10.0) == []


def test_more_styles_than_a_palette_holds_still_give_a_picture():
    shapes = [land(10 * i, 0, 10, 50) for i in range(300)]
    made = Picture(packed(*shapes), np.arange(300), [STYLES[0]] * 300)
    assert decoded(tile(made, 15, *tile_of(110.205, 19.9502, 15)))[0].any()


# ---------------------------------------------------------------- signed addresses
KEY = b"k" * 32


def test_a_signed_address_gives_back_what_it_names_until_its_time_is_over():
    made = signed({"layer": "地类 survey", "who": "a"}, until=100.0, key=KEY)
    assert opened(made, now=99.0, key=KEY) == {"layer": "地类 survey", "who": "a"}
    assert opened(made, now=100.0, key=KEY) is None
    assert set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 80), st.characters())
def test_an_address_with_any_sign_changed_opens_nothing(place, sign):
    made = signed({"layer": "a"}, until=100.0, key=KEY)
    place %= len(made)
    changed = made[:place] + sign + made[place + 1 :]
    assert changed == made or opened(changed, now=1.0, key=KEY) is None


def test_an_address_of_another_key_and_none_at_all_open_nothing():
    assert opened(signed({"layer": "a"}, until=100.0, key=b"o" * 32), now=1.0, key=KEY) is None
    assert opened("", now=1.0, key=KEY) is None and opened("a.b", now=1.0, key=KEY) is None


# ---------------------------------------------------------------- the route
@pytest.fixture
def shown() -> Iterator[str]:
    """A layer that pages show; gives the path under which its tiles lie."""
    made = picture(land(0, 0, 500, 500))
    rows = [(HOSTILE[0], row.code) for row in made.packed.classes]
    of_classes("land_survey", rows, {}, str)
    tile_route.SHOWN.put(("s", "1", "zh"), made, lambda system, code: told_class(system, HOSTILE[0], {}, str))
    address = tile_route.address("s", "1", "zh", who="me", until=4e9, picture=made)
    yield address.place.removeprefix("../..").removesuffix("/at")
    tile_route.SHOWN.kept.clear()


def asked(path: str, *, base: str = "http://localhost:8501", host: str = "127.0.0.1", **headers: str):
    client = TestClient(Starlette(routes=tile_route.routes("")), base_url=base, client=(host, 5))
    return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def near(zoom: int = 16) -> str:
    x, y = tile_of(110.2005, 19.9505, zoom)
    return f"/{zoom}/{x}/{y}.png"


def test_this_machine_gets_a_tile_with_the_address_it_was_given(shown):
    answer = asked(shown + near())
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert "private" in answer.headers["cache-control"]
    assert decoded(answer.content)[0].any()


@pytest.mark.parametrize("call", [
    {"host": "10.1.2.3"}, {"base": "http://park.example:8501"}, {"x_forwarded_for": "10.1.2.3"}, {"forwarded": "for=a"},
    {"host": "not an address"},
])
def test_nobody_else_gets_one_until_there_is_a_login(shown, call):
    assert asked(shown + near(), **call).status_code == 403
    assert asked(f"{shown}/at?x=110.2005&y=19.9505", **call).status_code == 403


def test_a_login_puts_its_own_question(shown, monkeypatch):
    monkeypatch.setattr(tile_route.GATE, "may", lambda request, what: what["who"] == "me")
    assert asked(shown + near(), host="10.1.2.3", base="http://park.example").status_code == 200
    monkeypatch.setattr(tile_route.GATE, "may", lambda request, what: what["who"] == "you")
    assert asked(shown + near()).status_code == 403


def test_an_address_that_nobody_signed_is_refused_everywhere(shown):
    forged = shown[:-3] + ("abc" if not shown.endswith("abc") else "cba")
    assert asked(forged + near()).status_code == 403
    assert asked(f"/{tile_route.PREFIX}/x{near()}").status_code == 403


@pytest.mark.parametrize("path", ["/99/0/0.png", "/3/9/0.png", "/at", "/at?x=a&y=1", "/at?x=nan&y=1"])
def test_what_is_not_there_is_not_found(shown, path):
    assert asked(shown + path).status_code == 404


def test_a_layer_that_no_page_shows_is_not_found(shown):
    tile_route.SHOWN.kept.clear()
    assert asked(shown + "/22/1/1.png").status_code == 404


def test_what_lies_at_a_place_is_told_as_text_only(shown):
    told = asked(f"{shown}/at?x=110.2005&y=19.9505").json()["tip"]
    assert "&lt;img" in told and "<img" not in told
    assert asked(f"{shown}/at?x=100&y=10").json() == {"tip": ""}


def test_the_routes_follow_the_base_path_of_the_app():
    assert tile_route.routes("park/plan")[0].path.startswith("/park/plan/planner-tiles/")
    assert tile_route.routes("")[0].path.startswith("/planner-tiles/")
