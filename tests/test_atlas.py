"""The atlas, reopened by a reader that knows nothing of the pen."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from shapely.geometry import box, mapping

from planner.cli import main
from planner.desk.desk import Desk
from planner.sheets import atlas
from planner.sheets.plane import ScaleTooLarge
from planner.text import Text
from planner.verdict import Verdict
from tests.drawn_sheet import degrees, layer, sheet
from tests.page_faults import faults

SQUARES = [box(x, y, x + 100, y + 100) for x in range(0, 1_000, 150) for y in range(0, 1_000, 150)]


def leaves(count: int) -> list[atlas.Leaf]:
    return [atlas.Leaf(f"地块 {i} 一个名称很长很长的项目用地 / Parcel {i} of a very long name", Decimal("15.00"),
                       list(Verdict)[i % 5], degrees(SQUARES[i % len(SQUARES)]), "1:2000  E49I009210, E49I009211")
            for i in range(count)]


def makers(sheets):
    return [lambda made=made: made for made in sheets]


def overview(lang: str = "zh"):
    parks = layer("parks", box(-500, -500, 1_500, 1_500))
    return sheet(lang=lang, title=Text("{n}", n="Atlas"), layers=[parks], index=[parks], pieces=(), parcel=None)


def texts(path: Path) -> list[str]:
    return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(path).pages]


def test_an_atlas_leads_with_its_index_and_counts_its_pages(tmp_path):
    seen = []
    sheets = [sheet(shape, name=f"P-{i}") for i, shape in enumerate(SQUARES[:3])]
    path = atlas.draw(overview(), leaves(3), makers(sheets), tmp_path / "a.pdf", paper="A4",
                      drawn=lambda *at: seen.append(at))
    pages = texts(path)
    assert [f"页{n}/4" in page for n, page in enumerate(pages, 1)] == [True] * 4
    assert "共3宗，合计45.00亩" in pages[0] and "15.003" in pages[0]  # the second parcel stands on the third page
    assert all(f"P-{i}" in pages[i + 1] for i in range(3))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert not any("/XObject" in page["/Resources"] and any(
        one.get_object()["/Subtype"] == "/Image" for one in page["/Resources"]["/XObject"].values())
        for page in PdfReader(path).pages)


def test_an_index_that_is_longer_than_a_page_goes_on_with_every_parcel_on_its_own_page():
    front = atlas.front(overview(), leaves(300), "A4", [1] * 300)
    drawn = [page() for page in front]
    numbers = [text.get_text() for made in drawn for text in made.page.texts]
    assert len(front) > 1
    assert all(str(len(front) + n) in numbers for n in range(1, 301))


@pytest.mark.parametrize(("lang", "paper", "count"), [("both", "A4", 200), ("zh", "A3", 30), ("en", "A1", 30)])
def test_nothing_on_the_first_pages_overlaps_or_leaves_its_room(lang, paper, count):
    for page in atlas.front(overview(lang), leaves(count), paper, [1] * count):
        assert not faults(page)


def test_a_file_of_parcels_becomes_an_atlas_and_a_scale_too_large_names_the_parcel(
    demo_workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture
):
    work = tmp_path / "w.gpkg"
    shutil.copy(demo_workspace, work)
    desk = Desk.open(str(work))
    known = [desk.parcel(id) for id in ("B0610-1", "MEIAN-010")]
    features = [{"type": "Feature", "id": one.id, "properties": {"name": one.name}, "geometry": mapping(one.shape)}
                for one in known]
    (tmp_path / "p.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    call = ["export", "atlas", "--parcel", str(tmp_path / "p.geojson"), "--out", str(tmp_path / "a.pdf"),
            "--workspace", str(work), "--lang", "zh"]
    assert main([*call, "--json", "--office", "高新区管委会"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["parcels"] == 2 and "页" in told.err
    pages = texts(tmp_path / "a.pdf")
    assert len(pages) == 3 and all("高新区管委会" in page for page in pages)
    assert "36.04" in pages[0] and "36.04亩" in pages[1]
    assert main([*call, "--scale", "100"]) == 2
    assert "B0610-1" in capsys.readouterr().err


def test_a_scale_that_does_not_hold_a_parcel_is_the_map_sheets_own_refusal(tmp_path):
    with pytest.raises(ScaleTooLarge):
        atlas.draw(overview(), leaves(1), makers([sheet(box(0, 0, 5_000, 100))]), tmp_path / "a.pdf", scale=1_000)
    assert not list(tmp_path.iterdir())
