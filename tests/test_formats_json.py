"""GeoJSON and TopoJSON through the door, good and bad."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.formats import confined, read
from planner.formats.clean import clean_text
from planner.formats.reading import Reading
from planner.land.geodesy import GEOD

SQUARE = [[110.2, 19.95], [110.21, 19.95], [110.21, 19.96], [110.2, 19.96], [110.2, 19.95]]
BOWTIE = [[110.2, 19.95], [110.21, 19.96], [110.21, 19.95], [110.2, 19.96], [110.2, 19.95]]


def feature(ring: Any = SQUARE, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def reading(tmp_path: Path, document: Any, written: str = "utf-8", **options: Any) -> Reading:
    file = tmp_path / "parcels.geojson"
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    file.write_bytes(text.encode(written))
    return read(file, **options)


def codes(found: Reading) -> list[str]:
    return [error.code for _, error in found.rejected]


def test_a_plain_collection_is_longitude_latitude_and_keeps_its_values(tmp_path: Path) -> None:
    found = reading(tmp_path, collection(feature(name="甲", code="0101", grade=7)))
    assert (found.crs, found.crs_from, found.read) == ("EPSG:4490", "default", 1)
    row = found.source.iloc[0]
    assert (row["name"], row["code"], row["grade"]) == ("甲", "0101", 7)
    assert found.source.geometry.values[0].equals_exact(shapely.Polygon(SQUARE), 0.0)
    assert any("longitude/latitude" in note.say() for note in found.notes)


def test_ids_come_from_the_member_then_the_property_then_the_number(tmp_path: Path) -> None:
    member = feature(id="property") | {"id": 7}
    found = reading(tmp_path, collection(member, feature(id="B"), feature()))
    assert found.ids == ("7", "B", "3")


def test_repeated_ids_become_numbers_with_a_note(tmp_path: Path) -> None:
    found = reading(tmp_path, collection(feature(id="A"), feature(id="A")))
    assert found.ids == ("1", "2")
    assert any("ids are repeated" in note.say() for note in found.notes)


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"type": "LineString", "coordinates": SQUARE}, "E_GEOM_TYPE"),
        (None, "E_GEOM_EMPTY"),
        ({"type": "Polygon", "coordinates": []}, "E_GEOM_EMPTY"),
        ({"type": "Polygon", "coordinates": [[[110.2, 19.9], [110.3, 19.9], [110.2, 19.9]]]}, "E_GEOM_EMPTY"),
        (
            {"type": "Polygon", "coordinates": [[[110.2, 19.9], [110.3, 19.9], [110.4, 19.9], [110.2, 19.9]]]},
            "E_GEOM_EMPTY",
        ),
        (
            {"type": "Polygon", "coordinates": [[[19.95, 110.2], [19.95, 110.21], [19.96, 110.21], [19.95, 110.2]]]},
            "E_AXIS_OR_RANGE",
        ),
        (
            {"type": "Polygon", "coordinates": [[[4e5, 2e6], [4.1e5, 2e6], [4.1e5, 2.1e6], [4e5, 2e6]]]},
            "E_AXIS_OR_RANGE",
        ),
        ({"type": "Polygon", "coordinates": [[[179.9, 1], [-179.9, 1], [-179.9, 2], [179.9, 1]]]}, "E_AXIS_OR_RANGE"),
        ({"type": "Polygon", "coordinates": [[[179.9, 1], [180.1, 1], [180.1, 2], [179.9, 1]]]}, "E_AXIS_OR_RANGE"),
        (
            {"type": "MultiPolygon", "coordinates": [
                [[[179.9, 1], [180, 1], [180, 2], [179.9, 1]]], [[[-180, 1], [-179.9, 1], [-180, 2], [-180, 1]]]]},
            "E_AXIS_OR_RANGE",
        ),
        (
            {"type": "Polygon", "coordinates": [[["110", "19"], ["111", "19"], ["111", "20"], ["110", "19"]]]},
            "E_GEOM_NONFINITE",
        ),
        ({"type": "Polygon", "coordinates": [[None, 1, "x"]]}, "E_GEOM_EMPTY"),
    ],
)
def test_one_bad_feature_is_named_and_the_others_are_read(tmp_path: Path, broken: Any, code: str) -> None:
    bad = {"type": "Feature", "id": "bad", "properties": {}, "geometry": broken}
    found = reading(tmp_path, collection(feature(id="good"), bad))
    assert found.ids == ("good",)
    assert [feature for feature, _ in found.rejected] == ["bad"]
    assert codes(found) == [code]
    assert found.rejected[0][1].where["feature"] == "bad"


def test_land_outside_china_is_read_and_noted_by_its_place(tmp_path: Path) -> None:
    paris = {"type": "Polygon", "coordinates": [[[2.35, 48.85], [2.352, 48.85], [2.352, 48.852], [2.35, 48.85]]]}
    abroad = {"type": "Feature", "id": "abroad", "properties": {}, "geometry": paris}
    found = reading(tmp_path, collection(feature(id="good"), abroad))
    assert found.ids == ("good", "abroad")
    assert [str(note) for note in found.notes if "China" in str(note)] == [
        "1 features lie outside China, the first (abroad) at (2.35, 48.85): check the coordinate system"]
    assert not any("China" in str(note) for note in reading(tmp_path, collection(feature())).notes)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400])
def test_a_coordinate_that_is_no_finite_number_is_refused(tmp_path: Path, number: str) -> None:
    text = json.dumps(collection(feature())).replace("110.21", number, 1)
    assert codes(reading(tmp_path, text)) == ["E_GEOM_NONFINITE"]


def test_swapped_axes_and_metres_are_told_apart_in_the_advice(tmp_path: Path) -> None:
    swapped = reading(tmp_path, collection(feature([[y, x] for x, y in SQUARE])))
    assert "--swap-axes" in str(swapped.rejected[0][1])
    metres = reading(tmp_path, collection(feature([[x * 1e5, y * 1e5] for x, y in SQUARE])))
    assert "--crs" in str(metres.rejected[0][1])
    put_right = reading(tmp_path, collection(feature([[y, x] for x, y in SQUARE])), swap_axes=True)
    assert put_right.frame.geometry.values[0].equals(shapely.Polygon(SQUARE))


def test_a_bowtie_becomes_its_two_triangles_and_shows_both_areas(tmp_path: Path) -> None:
    found = reading(tmp_path, collection(feature(BOWTIE, id="B"), feature(id="S")))
    assert [(repair.feature, repair.what) for repair in found.repairs] == [("B", "R_GEOMETRY")]
    # Half of the square's area: two of its four quarters.
    half = abs(GEOD.geometry_area_perimeter(shapely.Polygon(SQUARE))[0]) / 2
    assert found.repairs[0].after_m2 == pytest.approx(half, rel=1e-4)
    assert found.repairs[0].before_m2 == pytest.approx(0.0, abs=half * 1e-3)
    assert shapely.get_num_geometries(found.frame.geometry.values[0]) == 2


def test_an_invalid_star_of_many_crossings_is_refused_before_it_is_repaired(tmp_path: Path) -> None:
    star = [[110.2 + 0.01 * (n % 2), 19.95 + 1e-6 * ((n * 997) % 2001)] for n in range(2001)]
    found = reading(tmp_path, collection(feature([*star, star[0]])))
    assert codes(found) == ["E_TOO_COMPLEX"]


def test_a_repair_without_end_is_stopped_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    star = shapely.Polygon([(110.2 + 0.01 * (n % 2), 19.95 + 1e-6 * ((n * 997) % 4001)) for n in range(4001)])
    monkeypatch.setattr(confined, "REPAIR_SECONDS", 1.5)
    bowtie = shapely.Polygon(BOWTIE)
    done = confined.repaired([bowtie, star, bowtie])
    assert done[0] is not None
    assert done[1:] == [None, None]


def test_open_rings_repeats_and_direction_are_notes_not_repairs(tmp_path: Path) -> None:
    found = reading(tmp_path, collection(feature([SQUARE[0], SQUARE[0], *SQUARE[3:0:-1]], id="A")))
    said = " | ".join(note.say() for note in found.feature_notes["A"])
    assert "has been closed" in said
    assert "1 repeated vertices were dropped" in said
    assert "clockwise" in said
    assert found.repairs == ()


def test_control_characters_go_and_turning_marks_are_shown(tmp_path: Path) -> None:
    found = reading(tmp_path, json.dumps(collection(feature(name="A\x00\x0b\ud800\ufffeB\u202etxt", id="A"))))
    assert found.source.iloc[0]["name"] == "AB[U+202E]txt"
    assert any("control characters" in note.say() for note in found.feature_notes["A"])


@given(st.text())
def test_cleaned_text_survives_every_writer_and_a_second_cleaning(text: str) -> None:
    clean, changed = clean_text(text)
    assert clean_text(clean) == (clean, False)
    assert changed == (clean != text)
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("encoding", "told", "repairs"),
    [("utf-8-sig", "utf-8", []), ("utf-16", "utf-16", []), ("gbk", "gb18030", ["R_ENCODING"])],
)
def test_marked_text_is_read_and_guessed_text_is_a_repair(
    tmp_path: Path, encoding: str, told: str, repairs: list[str]
) -> None:
    found = reading(tmp_path, collection(feature(name="南沙区粮田")), encoding)
    assert found.source.iloc[0]["name"] == "南沙区粮田"
    assert found.encoding == told
    assert [repair.what for repair in found.repairs] == repairs


def test_a_stated_encoding_is_no_guess(tmp_path: Path) -> None:
    found = reading(tmp_path, collection(feature(name="粮田")), "gbk", encoding="GBK")
    assert (found.source.iloc[0]["name"], found.repairs) == ("粮田", ())
    with pytest.raises(InputError) as caught:
        reading(tmp_path, collection(feature(name="粮田")), "gbk", encoding="utf-8")
    assert caught.value.code == "E_ENCODING"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 10 + "]" * 10, "E_CONTENT_TYPE"),
        ("<html></html>", "E_CONTENT_TYPE"),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><kml/>', "E_XML_DTD"),
        ("<OGRVRTDataSource/>", "E_CONTENT_TYPE"),
        ('{"type": "gdal_streamed_alg"}', "E_CONTENT_TYPE"),
        ('{"type": "FeatureCollection"', "E_PARSE"),
        ('{"type": "FeatureCollection", "features": 1}', "E_PARSE"),
        ('{"a":' * 90_000, "E_PARSE"),
        ("", "E_CONTENT_TYPE"),
        ("0\nSECTION\n", "E_PARSE"),
        ('{"type": "FeatureCollection", "features": [1]}', "E_PARSE"),
    ],
)
def test_what_is_no_geojson_is_refused_by_its_content(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        reading(tmp_path, text)
    assert caught.value.code == code
    assert caught.value.file == "parcels.geojson"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.geojson", "E_FILE"), (tmp_path, "E_CONTENT_TYPE")):
        with pytest.raises(InputError) as caught:
            read(path, name="shown.geojson")
        assert (caught.value.code, caught.value.file) == (code, "shown.geojson")


@pytest.mark.parametrize("member", ["urn:ogc:def:crs:EPSG::4525", "EPSG:4525"])
def test_a_crs_member_is_obeyed_and_a_contradiction_refused(tmp_path: Path, member: str) -> None:
    ring = [
        [37414154.659, 2205933.526],
        [37414309.659, 2205933.526],
        [37414309.659, 2206088.526],
        [37414154.659, 2205933.526],
    ]
    document = collection(feature(ring), crs={"type": "name", "properties": {"name": member}})
    found = reading(tmp_path, document)
    assert (found.crs, found.crs_from) == ("EPSG:4525", "file")
    assert found.frame.total_bounds[0] == pytest.approx(110.18, abs=1e-6)
    with pytest.raises(InputError) as caught:
        reading(tmp_path, document, crs="EPSG:4526")
    assert caught.value.code == "E_CRS_CONFLICT"


def test_a_zone_far_away_is_refused_and_the_neighbouring_one_is_not(tmp_path: Path) -> None:
    def at(easting: float) -> list[list[float]]:
        return [[easting, 2205933.5], [easting + 100, 2205933.5], [easting + 100, 2206033.5], [easting, 2205933.5]]

    # 36 728 259 in zone 36 is 110.18 E, outside of its three degrees but next to them.
    assert codes(reading(tmp_path, collection(feature(at(36728259.5))), crs="EPSG:4524")) == []
    assert codes(reading(tmp_path, collection(feature(at(37414154.7))), crs="EPSG:4524")) == ["E_AXIS_OR_RANGE"]


def topology(**changes: Any) -> dict[str, Any]:
    """Two squares side by side in steps of 0.01 degree, their common border one shared arc; the left one has a hole."""
    return {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [110.0, 20.0]},
        "arcs": [
            [[4, 0], [0, 4]],
            [[4, 4], [-4, 0], [0, -4], [4, 0]],
            [[4, 0], [4, 0], [0, 4], [-4, 0]],
            [[1, 1], [0, 1], [1, 0], [0, -1], [-1, 0]],
        ],
        "objects": {
            "land": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "id": "left", "arcs": [[0, 1], [3]], "properties": {"code": "0101"}},
                    {"type": "MultiPolygon", "id": "right", "arcs": [[[2, ~0]]], "properties": {}},
                ],
            }
        },
    } | changes


def test_a_topology_is_put_together_from_shared_backward_and_quantised_arcs(tmp_path: Path) -> None:
    found = reading(tmp_path, topology(), crs="EPSG:4326")
    assert (found.format, found.ids) == ("TopoJSON", ("left", "right"))
    left, right = found.source.geometry.values
    hole = shapely.box(110.01, 20.01, 110.02, 20.02)
    assert left.symmetric_difference(shapely.box(110.0, 20.0, 110.04, 20.04).difference(hole)).area < 1e-15
    assert right.symmetric_difference(shapely.box(110.04, 20.0, 110.08, 20.04)).area < 1e-15
    assert found.source.iloc[0]["code"] == "0101"


def test_a_topology_never_says_its_system_so_it_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        reading(tmp_path, topology())
    assert caught.value.code == "E_CRS_MISSING"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"arcs": [[[4, 0], [0, 4]]]}, "E_PARSE"),
        ({"arcs": 5}, "E_PARSE"),
        ({"arcs": [["x"]]}, "E_PARSE"),
        ({"transform": {"scale": [1]}}, "E_PARSE"),
        ({"objects": {}}, "E_PARSE"),
        ({"objects": {"a": 5}}, "E_PARSE"),
        (
            {"objects": {"a": {"type": "Polygon", "arcs": [[0]]}, "b": {"type": "Polygon", "arcs": [[0]]}}},
            "E_AMBIGUOUS_LAYER",
        ),
    ],
)
def test_a_damaged_topology_is_refused(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        found = reading(tmp_path, topology(**changes), crs="EPSG:4326")
        raise found.rejected[0][1]
    assert caught.value.code == code


def test_the_child_has_no_driver_but_the_two_it_needs() -> None:
    code = "import pyogrio; print(*sorted(pyogrio.list_drivers()), sep=',')"
    environment = confined._environment()
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ",".join(sorted(confined.DRIVERS))
