"""One small sheet drawn in metres near Haikou, to be changed by each test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import geopandas as gpd
import shapely
from pyproj import Transformer
from shapely.affinity import translate as moved
from shapely.geometry import box

from planner.parameters import LandClass
from planner.sheets.sheet import MapLayer, Piece, Row, Sheet, TitleBlock
from planner.text import Text
from planner.verdict import Verdict
from planner.words import translator

EAST, NORTH = 37_414_000.0, 2_206_000.0  # EPSG:4525, near Haikou
HOSTILE = (
    '=HYPERLINK("http://x","点我")', "$x^$", "$\\frac{$", "cost $5 & $6 <b>", "$$", "a\x00b\x08c\x0bd\ufffe\ud800",
    "`${alert(1)}`", "</script><script>window.__xss=1</script>", "\u202egnp.exe", "\U00020bb7" * 200, "宗地" * 400,
    "W" * 900, "{0} {name} %s", "{{ 7 * 7 }}{% raw %}", "\t\n",
)


def degrees(shape):
    """A shape drawn in metres from (EAST, NORTH), as the layers hold it."""
    back = Transformer.from_crs("EPSG:4525", "EPSG:4490", always_xy=True)
    return shapely.transform(moved(shape, EAST, NORTH), lambda x, y: back.transform(x, y), interleaved=False)


def layer(role, *shapes, names=(), **columns):
    frame = gpd.GeoDataFrame(
        {"id": [f"{role}-{i}" for i in range(len(shapes))], "name": [*names] or [None] * len(shapes), **columns},
        geometry=[degrees(shape) for shape in shapes], crs="EPSG:4490",
    )
    return MapLayer(role, Text(role), frame, date(2025, 12, 31), illustrative=True)


def sheet(parcel=None, *, lang="zh", name="B0610-1", **changes) -> Sheet:
    shape = box(0, 0, 100, 100) if parcel is None else parcel
    made = Sheet(
        title=Text("{name}", name=f"地块 {name}"), parcel_id=name, parcel=degrees(shape), verdict=Verdict.BLOCKED,
        headline=Text("{said}", said="占用永久基本农田 0.6200 公顷"),
        takes=[Row(Text("{n}", n="耕地"), "1.0000 ha")],
        findings=[Row(Text("{n}", n="永久基本农田"), "", Text("{n}", n="Land Law art. 35"), Verdict.BLOCKED)],
        quotas=[Row(Text("{n}", n="能耗总量 2026"), "", None, Verdict.EXCEEDS, ("135,491.30 tce", "26,703.00 tce"))],
        quota_columns=[Text("Needed"), Text("Free")],
        layers=[layer("land_survey", box(-400, -400, 400, 400), code_system=["S"], code=["0101"])],
        pieces=[Piece(degrees(shape), Verdict.BLOCKED, Text("{n}", n="永久基本农田"))],
        sources=[Text("{n}", n="a survey")], notes=[Text("{n}", n="a note")], plane_crs="EPSG:4525",
        printed_at=datetime(2026, 5, 1, 9, 30), run_hash="3f9a1c0b77de4521", illustrative=True,
        translate=translator("en" if lang == "en" else "zh"), lang=lang,
        classes={("S", "0101"): LandClass("S", "0101", "paddy field", "farm", True, True, "#f8d072", source="s",
                                          status="verified")},
        title_block=TitleBlock(office="高新区", maker="张三"),
    )
    return replace(made, **changes)
