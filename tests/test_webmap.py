"""Maps without a network, with texts that stay texts."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pytest
import shapely
from folium.elements import JSCSSMixin
from pyproj import Geod, Transformer

from planner.desk.paper import ROLE_TITLES
from planner.land.parcel import Layer
from planner.verdict import NOTED, Verdict
from planner.webmap import assets, build, layers, offline
from planner.webmap.escape import escape, script_json
from planner.webmap.style import LOOKS, ROLES, patterns_svg
from planner.words import translator

HOSTILE = (
    '<img src=x onerror="window.struck=1">',
    "`${window.struck=1}`",
    "</script><script>window.struck=1</script>",
    "'+(window.struck=1)+'",
    "{{ 7*7 }} {% raw %}",
    "a\x00b\x1fc\ufffe",
    "\u202egnp.exe",
    "$x^$ & \\frac{",
)
NO_CHARACTER = "\ud800"  # half of one: no frame can hold it, a name from a browser can


def squares(
    names: tuple[str, ...] | list[str], *, size: float = 0.001, step: float = 0.0012, **columns: object
) -> gpd.GeoDataFrame:
    """A row of squares near Haikou."""
    shapes = [shapely.box(110.2 + i * step, 20.0, 110.2 + i * step + size, 20.0 + size) for i in range(len(names))]
    ids = [str(i) for i in range(len(names))]
    return gpd.GeoDataFrame({"id": ids, "name": list(names), **columns}, geometry=shapes, crs="EPSG:4490")


def hostile_map() -> folium.Map:
    """Every builder, fed with hostile names."""
    layer = Layer("parcels", "parcels", squares(HOSTILE, status="reserved", kind=HOSTILE[0]))
    parks = Layer("parks", "parks", squares(HOSTILE))
    sheets = [
        build.Sheetlet(one.name, one.role, HOSTILE[0], HOSTILE[1], layers.drawn(one, {}), False, True)
        for one in (layer, parks)
    ]
    made = build.base_map(
        sheets,
        view=None,
        bounds=[[19.99, 110.19], [20.01, 110.22]],
        plane=build.Plane(HOSTILE[2], 111.0, 500_000.0),
        translate=translator("zh"),
    )
    view = layers.View(110.19, 19.99, 110.22, 20.01, 15.0)
    piece = build.Piece(shapely.box(110.2, 20.0, 110.201, 20.001), Verdict.BLOCKED, HOSTILE[0])
    build.marks(
        build.pieces_call([piece, build.Piece(piece.shape, None, HOSTILE[2])]),
        build.view_call(sheets[0], HOSTILE[1], view, translator("zh")),
    ).add_to(made)
    return made


@pytest.mark.parametrize("text", [*HOSTILE, NO_CHARACTER])
def test_an_escaped_text_holds_no_sign_that_means_anything_and_reads_as_it_was(text: str) -> None:
    escaped = escape(text)
    assert not set(escaped) & set("<>\"'`${}\\\x00\x1f\u202e\ufffe\ud800")
    printable = re.sub(r"[\x00-\x1f\ud800\ufffe]", "", text).replace("\u202e", "\ufffd")
    assert html.unescape(escaped) == printable


def test_json_for_a_script_cannot_close_it_and_reads_back() -> None:
    told = {"name": "</script><!--", "n": [1.5, None]}
    dumped = script_json(told)
    assert "<" not in dumped and json.loads(dumped) == told
    with pytest.raises(ValueError):
        script_json(float("nan"))


def test_a_page_carries_everything_and_forbids_the_rest() -> None:
    page = offline.to_html(hostile_map(), title=HOSTILE[0], lang="zh")
    assert "default-src 'none'" in page
    outside_scripts = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href)="', outside_scripts)
    assert assets.script_text("vendor/leaflet/dist/leaflet.js")[:80] in page
    assert HOSTILE[0] not in page and "onerror" not in outside_scripts.replace(escape(HOSTILE[0]), "")


def test_a_resource_without_a_local_copy_is_refused_by_name() -> None:
    class Newcomer(JSCSSMixin):
        default_js = [("brand_new_plugin", "https://example.org/new.js")]

    made = folium.Map(tiles=None)
    made.add_child(Newcomer())
    with pytest.raises(LookupError, match="brand_new_plugin"):
        offline.localise(made, str)


def test_localising_one_map_leaves_the_class_alone() -> None:
    before = list(folium.Map.default_js)
    made = offline.localise(folium.Map(tiles=None), lambda path: f"../{path}")
    assert folium.Map.default_js == before
    assert all(url.startswith("../vendor/") for _, url in [*made.default_js, *made.default_css])


def test_every_vendored_file_is_here() -> None:
    assert assets.missing() == []


def test_a_view_of_a_large_layer_draws_the_largest_and_says_how_many_there_are() -> None:
    count = layers.AT_MOST + 500
    frame = squares([""] * count, size=0.00001, step=0.00001)
    frame.loc[count - 1, "geometry"] = shapely.box(110.2, 20.0, 110.21, 20.01)
    layer = Layer("land_survey", "survey", frame)
    rows, total = layers.in_view(layer, layers.View(110.0, 19.9, 110.4, 20.1, 12.0))
    assert (len(rows), total) == (layers.AT_MOST, count)
    assert count - 1 in rows
    few, there = layers.in_view(layer, layers.View(110.2, 20.0, 110.20005, 20.00001, 18.0))
    assert len(few) == there < count


def test_detail_below_a_pixel_goes_but_no_patch_does() -> None:
    round_ = shapely.Point(110.2, 20.0).buffer(0.01, quad_segs=200)
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": ["", ""]},
        geometry=[round_, shapely.box(110.3, 20, 110.3000001, 20.0000001)],
        crs="EPSG:4490",
    )
    shown = layers.drawn(Layer("context", "c", frame), {}, pixel_degrees=0.001).collection["features"]
    assert len(shown) == 2
    assert len(shown[0]["geometry"]["coordinates"][0]) < 40 < shapely.get_num_coordinates(round_)


def test_a_parcel_to_snap_to_keeps_every_digit() -> None:
    corner = 110.20000000000123
    frame = gpd.GeoDataFrame(
        {"id": ["a"], "name": ["a"], "status": [None]},
        geometry=[shapely.box(corner, 20.0, 110.21, 20.01)],
        crs="EPSG:4490",
    )
    shape = layers.drawn(Layer("parcels", "p", frame), {}).collection["features"][0]["geometry"]
    assert corner in np.array(shape["coordinates"][0])[:, 0]


def test_two_views_of_a_layer_number_their_styles_alike() -> None:
    frame = squares([""] * 4, status=["committed", "reserved", "vacant", "committed"])
    layer = Layer("parcels", "p", frame)
    whole, part = layers.drawn(layer, {}), layers.drawn(layer, {}, rows=np.array([1]))
    assert whole.styles == part.styles
    numbers = [feature["properties"]["s"] for feature in whole.collection["features"]]
    assert part.collection["features"][0]["properties"]["s"] == numbers[1]
    assert numbers[0] == numbers[3] != numbers[1] and numbers[2] == 0


def test_a_name_in_both_languages_is_shown_in_the_readers() -> None:
    layer = Layer("parks", "p", squares(["美安（示意） / Mei'an (illustrative)"]))
    labels = {
        lang: layers.drawn(layer, {}, lang=lang).collection["features"][0]["properties"]["l"] for lang in ("zh", "en")
    }
    assert html.unescape(labels["zh"]) == "美安（示意）"
    assert html.unescape(labels["en"]) == "Mei'an (illustrative)"


def test_verdicts_differ_in_colour_sign_and_hatch() -> None:
    for part in ("colour", "sign", "word", "strokes"):
        assert len({getattr(look, part) for look in LOOKS.values()}) == len({*Verdict, NOTED})
    assert all(f'id="planner-{verdict}"' in patterns_svg() for verdict in Verdict)


def test_every_role_of_a_workspace_has_a_look_of_its_own() -> None:
    assert set(ROLE_TITLES) == set(ROLES)
    assert len({look.rank for look in ROLES.values()}) == len(ROLES)


@pytest.mark.browser
def test_in_a_browser_hostile_names_do_nothing_and_figures_agree_with_proj(chromium_path: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    (tmp_path / "map.html").write_text(offline.to_html(hostile_map(), title="t"), encoding="utf-8")
    ring = [(110.33, 20.03), (110.347, 20.031), (110.345, 20.046), (110.331, 20.044)]
    hole = [(110.335, 20.035), (110.34, 20.035), (110.34, 20.04), (110.335, 20.04)]
    latlngs = [[{"lng": x, "lat": y} for x, y in one] for one in (ring, hole)]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((tmp_path / "map.html").as_uri())
        page.locator(".planner-panel").wait_for()
        for x in range(300, 900, 60):  # tooltips of everything in the middle
            page.mouse.move(x, 360)
        assert page.evaluate("window.struck") is None
        area = page.evaluate("latlngs => Planner.area(latlngs)", latlngs)
        east, north = page.evaluate(
            """() => {const p = Planner.plane({lng: 110.33, lat: 20.03}, {meridian: 111, false_easting: 37500000});
                       return [p.x, p.y];}"""
        )
        browser.close()
    assert [url for url in asked if not url.startswith("file:")] == [] and faults == []
    assert area == pytest.approx(by_geod(ring) - by_geod(hole), rel=3e-8)
    assert (east, north) == pytest.approx(
        Transformer.from_crs(4490, 4525, always_xy=True).transform(110.33, 20.03), abs=1e-3
    )


def by_geod(ring: list[tuple[float, float]]) -> float:
    """The area of a ring with edges straight in longitude/latitude: PROJ's geodesic area of edges cut at 2 m."""
    cut = shapely.segmentize(shapely.Polygon(ring), 2e-5)
    xs, ys = shapely.get_coordinates(cut.exterior).T
    return abs(Geod(a=6378137.0, rf=298.257222101).polygon_area_perimeter(xs, ys)[0])
