"""DXF drawings: closed outlines become parcels, arcs keep their area, blocks are counted before they unfold."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import ezdxf
import pytest
import shapely
from ezdxf.document import Drawing

from planner.errors import InputError
from planner.formats import read
from planner.formats.confined import Table
from planner.formats.dxf_outlines import outlines
from planner.formats.limits import MAX_ENTITIES

EAST, NORTH = 37_414_154.0, 2_205_933.0
CRS = "EPSG:4525"


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawing parsed here: a child for each costs a second; the tests of harm go through it."""

    def near(path: Path, layer: str | None, tolerance: float) -> Table:
        found = outlines(str(path), layer, tolerance, MAX_ENTITIES)
        shapes = [shapely.MultiLineString(rings) for rings in found.pop("rings")]
        return Table(shapes, found.pop("columns"), None, found)

    monkeypatch.setattr("planner.formats.dxf.read_drawing", near)


def drawing(version: str = "R2010") -> Drawing:
    return ezdxf.new(version)


def at(*corners: tuple[float, ...]) -> list[tuple[float, ...]]:
    return [(EAST + x, NORTH + y, *rest) for x, y, *rest in corners]


SQUARE = at((0, 0), (100, 0), (100, 100), (0, 100))


def saved(path: Path, document: Drawing) -> Path:
    document.saveas(path)
    return path


def refusal(path: Path, **options: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, **options)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.usefixtures("in_process")
def test_an_arc_keeps_its_area_to_the_stated_tolerance(tmp_path: Path) -> None:
    document = drawing()
    # Two half circles of radius 50, one bulging out of a square's side and one into it, and the square closed.
    points = at((0, 0, 0), (100, 0, 1.0), (100, 100, 0), (0, 100, -1.0))
    document.modelspace().add_lwpolyline(points, format="xyb", close=True)
    document.modelspace().add_lwpolyline(at((200, 0, 1), (300, 0, 1)), format="xyb", close=True)
    found = read(saved(tmp_path / "a.dxf", document), crs=CRS)
    both, circle = found.source.area
    # A chord of sagitta s takes at most 2/3 s of area a metre of arc.
    assert both == pytest.approx(10_000.0, abs=0.001 * math.pi * 100)
    assert circle == pytest.approx(math.pi * 50**2, abs=0.001 * math.pi * 100)
    assert circle < math.pi * 50**2
    centre = shapely.Point(EAST + 250, NORTH)
    ring = shapely.get_coordinates(found.source.geometry[1])
    assert max(abs(math.dist(p, (centre.x, centre.y)) - 50) for p in ring) < 1e-6
    middles = shapely.line_interpolate_point(
        [shapely.LineString(pair) for pair in zip(ring[:-1], ring[1:], strict=True)], 0.5, normalized=True
    )
    assert 50 - min(shapely.distance(middles, centre)) <= 0.001


@pytest.mark.usefixtures("in_process")
def test_only_closed_outlines_are_parcels_and_what_is_left_out_is_counted(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    space.add_lwpolyline(SQUARE)
    space.add_line(*SQUARE[:2])
    space.add_lwpolyline([*at((200, 0), (300, 0), (300, 100)), at((200, 0))[0]])
    space.add_polyline2d(at((400, 0), (500, 0), (500, 100)), close=True)
    space.add_circle(at((650, 50))[0], 50)
    found = read(saved(tmp_path / "a.dxf", document), crs=CRS)
    areas = found.source.area.tolist()
    assert areas == pytest.approx([5000.0, 5000.0, math.pi * 2500], abs=0.5)
    assert any("2 open lines" in str(note) for note in found.notes)


@pytest.mark.usefixtures("in_process")
def test_a_hatch_has_islands_as_holes_and_one_that_only_fills_an_outline_is_no_second_parcel(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    space.add_lwpolyline(SQUARE, close=True)
    space.add_hatch().paths.add_polyline_path(SQUARE, is_closed=True)
    other = space.add_hatch()
    other.paths.add_polyline_path(at((200, 0), (300, 0), (300, 100), (200, 100)), is_closed=True)
    edges = other.paths.add_edge_path()
    edges.add_arc(at((250, 50))[0], 20, 0, 180, ccw=True)
    edges.add_arc(at((250, 50))[0], 20, 180, 360, ccw=True)
    found = read(saved(tmp_path / "a.dxf", document), crs=CRS)
    assert found.source.area.tolist() == pytest.approx([10_000.0, 10_000.0 - math.pi * 400], abs=0.1)


@pytest.mark.usefixtures("in_process")
def test_edges_of_a_hatch_may_run_in_either_direction(tmp_path: Path) -> None:
    document = drawing()
    a, b, c, d = SQUARE
    edges = document.modelspace().add_hatch().paths.add_edge_path()
    for start, end in ((b, a), (b, c), (d, c), (a, d)):
        edges.add_line(start, end)
    found = read(saved(tmp_path / "a.dxf", document), crs=CRS)
    assert found.source.geometry[0].equals(shapely.Polygon(SQUARE))


@pytest.mark.usefixtures("in_process")
def test_blocks_are_unfolded_where_they_are_inserted(tmp_path: Path) -> None:
    document = drawing()
    block = document.blocks.new("plot")
    block.add_lwpolyline([(0, 0), (10, 0), (10, 10), (0, 10)], close=True)
    inserted = document.modelspace().add_blockref("plot", at((0, 0))[0], dxfattribs={"layer": "JZD", "xscale": 2})
    inserted.dxf.row_count, inserted.dxf.row_spacing = 3, 50
    found = read(saved(tmp_path / "a.dxf", document), crs=CRS)
    assert found.source.area.tolist() == pytest.approx([200.0, 200.0, 200.0])
    assert found.source.geometry.bounds["miny"].tolist() == [NORTH, NORTH + 50, NORTH + 100]
    assert set(found.frame["layer"]) == {"JZD"}


@pytest.mark.parametrize("deep", [True, False])
def test_blocks_that_unfold_without_end_are_refused_before_they_do(tmp_path: Path, deep: bool) -> None:
    document = drawing()
    names = [f"B{n}" for n in range(9)]
    document.blocks.new("B0").add_lwpolyline(SQUARE, close=True)
    for below, name in zip(names, names[1:], strict=False):
        block = document.blocks.new(name)
        for _ in range(10 if deep else 1):
            block.add_blockref(below, (0, 0))
    if not deep:
        document.blocks.get("B0").add_blockref("B8", (0, 0))
    document.modelspace().add_blockref("B8", (0, 0))
    assert refusal(saved(tmp_path / "a.dxf", document), crs=CRS).code == "E_TOO_COMPLEX"


def test_a_layer_is_chosen_by_its_name_and_asked_for_where_several_have_outlines(tmp_path: Path) -> None:
    document = drawing()
    for n, layer in enumerate(("地块", "建筑")):
        corners = [(x + n * 200, y) for x, y in SQUARE]
        document.modelspace().add_lwpolyline(corners, close=True, dxfattribs={"layer": layer})
    path = saved(tmp_path / "a.dxf", document)
    several = refusal(path, crs=CRS)
    assert (several.code, several.facts["layers"]) == ("E_AMBIGUOUS_LAYER", "地块, 建筑")
    assert refusal(path, crs=CRS, layer="道路").code == "E_LAYER_MISSING"
    assert read(path, crs=CRS, layer="建筑").source.geometry.bounds["minx"].tolist() == [EAST + 200]


@pytest.mark.parametrize("page", ["ANSI_936", "ANSI_1252"])
def test_words_in_gbk_are_read_by_the_mark_of_the_drawing_or_else_proposed(tmp_path: Path, page: str) -> None:
    document = drawing("R2000")
    document.modelspace().add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "地块"})
    document.modelspace().add_circle(at((300, 0))[0], 9, dxfattribs={"layer": "井"})
    document.modelspace().add_text("南沙区粮田", dxfattribs={"insert": at((50, 50))[0]})
    document.encoding = "gbk"
    document.saveas(tmp_path / "a.dxf", encoding="gbk")
    path = tmp_path / "a.dxf"
    path.write_bytes(path.read_bytes().replace(b"ANSI_936", page.encode()))
    assert refusal(path, crs=CRS).facts["layers"] == "地块, 井"
    found = read(path, crs=CRS, layer="地块")
    assert found.frame[["layer", "text"]].to_numpy().tolist() == [["地块", "南沙区粮田"]]
    assert [repair.what for repair in found.repairs] == ([] if page == "ANSI_936" else ["R_ENCODING"])
    assert read(path, crs=CRS, layer="地块", encoding="gbk").repairs == ()


@pytest.mark.usefixtures("in_process")
def test_a_drawing_has_no_system_until_a_person_says_one_and_its_digits_propose_it(tmp_path: Path) -> None:
    document = drawing()
    document.modelspace().add_lwpolyline(SQUARE, close=True)
    missing = refusal(saved(tmp_path / "a.dxf", document))
    assert (missing.code, missing.facts) == ("E_CRS_MISSING", {"proposed": "EPSG:4525"})


def test_a_drawing_without_a_header_and_one_that_is_no_drawing(tmp_path: Path) -> None:
    corners = "".join(f"10\n{x}\n20\n{y}\n" for x, y in SQUARE)
    body = f"100\nAcDbEntity\n8\ntest\n100\nAcDbPolyline\n90\n4\n70\n129\n{corners}"
    path = tmp_path / "a.dxf"
    path.write_text(f"0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n5\n215\n{body}0\nENDSEC\n0\nEOF\n")
    assert read(path, crs=CRS).source.area.tolist() == [10_000.0]
    path.write_text("0\nSECTION\n2\nENTITIES\nthis is\nnothing of the kind\n")
    assert refusal(path, crs=CRS).code == "E_PARSE"
    path.write_bytes(b"AC1032" + bytes(100))
    assert "DXF" in str(refusal(path))


def test_a_drawing_that_was_cut_is_refused_before_a_parcel_is_lost(tmp_path: Path) -> None:
    document = drawing()
    document.modelspace().add_lwpolyline(SQUARE, close=True)
    path = saved(tmp_path / "a.dxf", document)
    path.write_bytes(path.read_bytes()[:-20])
    assert refusal(path, crs=CRS).code == "E_PARSE"


def test_an_arc_that_would_need_endless_chords_is_refused(tmp_path: Path) -> None:
    document = drawing()
    document.modelspace().add_lwpolyline([(0, 0, 1), (1e9, 0, 1)], format="xyb", close=True)
    assert refusal(saved(tmp_path / "a.dxf", document), crs=CRS).code == "E_TOO_COMPLEX"


def test_reading_and_writing_other_formats_does_not_load_the_library_of_drawings() -> None:
    words = "import sys, planner.formats.door, planner.formats.write_parcels; print('ezdxf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], capture_output=True, text=True).stdout == "False\n"
