"""Columns to fields of a role, drawings to parcels, and the small files around them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from planner.errors import InputError
from planner.formats import read, schema
from planner.formats.drawing import parcel_from_drawing
from planner.formats.errors import ColumnMissing, FieldUnknown, GeometryInvalid, RoleUnknown, TomlWrong
from planner.formats.reading import Reading
from planner.formats.toml_files import read_project, read_scenario
from planner.formats.write import geojson, write_geojson

SQUARE = [[110.2, 19.95], [110.21, 19.95], [110.21, 19.96], [110.2, 19.96], [110.2, 19.95]]


def reading(tmp_path: Path, *rows: dict[str, Any]) -> Reading:
    features = [
        {"type": "Feature", "properties": row, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}} for row in rows
    ]
    (tmp_path / "land.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return read(tmp_path / "land.geojson")


def test_the_columns_of_the_land_survey_are_known_by_name(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        {"DLBM": "0101", "DLMC": "水田", "GDDB": 7, "KCXS": 0.125, "QSXZ": "20"},
        {"DLBM": "1006", "DLMC": "农村道路", "GDDB": None, "KCXS": None},
    )
    frame, bad = schema.apply_mapping(found, "land_survey", {}, {"code_system": "GBT21010-2017"})
    assert bad == ()
    assert list(frame["code"]) == ["0101", "1006"]
    assert list(frame["name"]) == ["水田", "农村道路"]
    assert list(frame["grade"]) == [7, None]
    assert frame["ridge_share"].tolist()[0] == 0.125
    assert list(frame["code_system"]) == ["GBT21010-2017"] * 2
    assert frame.crs == "EPSG:4490"
    assert "QSXZ" not in frame


def test_a_named_column_and_a_constant_win_over_what_is_known(tmp_path: Path) -> None:
    found = reading(tmp_path, {"DLBM": "0101", "plan": "1001", "no": "A7"})
    frame, _ = schema.apply_mapping(found, "zoning", {"code": "plan", "id": "no"}, {"kind": "industry"})
    assert (frame.iloc[0]["code"], frame.iloc[0]["id"], frame.iloc[0]["kind"]) == ("1001", "A7", "industry")


@pytest.mark.parametrize(
    ("row", "proposal"),
    [
        ({"GDDB": 16}, None),
        ({"GDDB": "7等"}, "7"),
        ({"GDDB": 2.5}, None),
        ({"KCXS": 12.5}, "0.125"),
        ({"KCXS": "12.5%"}, "0.125"),
        ({"KCXS": 1.0}, None),
        ({"KCXS": -0.1}, None),
        ({"DLBM": None}, None),
        ({"DLBM": 101}, "0101"),
    ],
)
def test_a_value_that_cannot_be_is_named_and_its_row_left_out(
    tmp_path: Path, row: dict[str, Any], proposal: str | None
) -> None:
    good = {"id": "A", "DLBM": "0101", "GDDB": 7, "KCXS": 0.1}
    frame, bad = schema.apply_mapping(
        reading(tmp_path, good, {**good, **row, "id": "B"}), "land_survey", {}, {"code_system": "GBT21010-2017"}
    )
    assert list(frame["id"]) == ["A"]
    (error,) = bad
    assert (error.where["feature"], error.where["column"]) == ("B", next(iter(row)))
    assert (f"perhaps {proposal}" in str(error)) == (proposal is not None)


def test_a_numeric_code_of_another_list_is_taken_as_it_is(tmp_path: Path) -> None:
    frame, bad = schema.apply_mapping(
        reading(tmp_path, {"crop": 301}), "land_survey", {"code": "crop"}, {"code_system": "CROPS"}
    )
    assert (list(frame["code"]), bad) == (["301"], ())


def test_what_is_missing_or_unknown_is_named_with_what_there_is(tmp_path: Path) -> None:
    found = reading(tmp_path, {"ZONE": "I"})
    with pytest.raises(ColumnMissing, match="The file has: ZONE"):
        schema.apply_mapping(found, "zoning")
    with pytest.raises(ColumnMissing):
        schema.apply_mapping(found, "zoning", {"code": "zone"})
    with pytest.raises(FieldUnknown, match="id, name, kind"):
        schema.apply_mapping(found, "parks", {"grade": "ZONE"})
    with pytest.raises(RoleUnknown, match="land_survey"):
        schema.apply_mapping(found, "rivers")


def test_an_id_column_that_repeats_is_refused_row_by_row(tmp_path: Path) -> None:
    frame, bad = schema.apply_mapping(reading(tmp_path, {"no": "A"}, {"no": "A"}, {"no": ""}), "parcels", {"id": "no"})
    assert list(frame["id"]) == ["A"]
    assert [error.where["row"] for error in bad] == [2, 3]


def test_a_park_draws_on_its_own_code_unless_it_says_otherwise(tmp_path: Path) -> None:
    frame, _ = schema.apply_mapping(reading(tmp_path, {"id": "MEIAN", "account": "ZONE"}, {"id": "YAOGU"}), "parks")
    assert list(frame["account"]) == ["ZONE", "YAOGU"]


def test_every_role_lists_its_fields_in_words() -> None:
    for role in schema.ROLES:
        rows = schema.schema_document(role)
        assert {"id", "name", "kind"} <= {row["field"] for row in rows}
        assert all(row["help"] and row["type"] for row in rows)


def drawn(ring: list[Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_a_drawing_becomes_a_parcel() -> None:
    parcel = parcel_from_drawing(drawn(SQUARE), id="P-1", name="新地块\x00")
    assert (parcel.id, parcel.name) == ("P-1", "新地块")
    assert parcel.shape.equals(shapely.Polygon(SQUARE))
    assert parcel_from_drawing(drawn(SQUARE)["geometry"], id="P-2").shape.equals(parcel.shape)


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        ([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]], "E_GEOM_INVALID"),
        ([[y, x] for x, y in SQUARE], "E_AXIS_OR_RANGE"),
        ([SQUARE[0], SQUARE[1], SQUARE[0]], "E_GEOM_EMPTY"),
        ([SQUARE[0], SQUARE[1], [110.22, 19.95], SQUARE[0]], "E_GEOM_EMPTY"),
        ([[float("nan"), 1], *SQUARE], "E_GEOM_NONFINITE"),
        ([[110.2, 19.95]] * 200_001, "E_TOO_COMPLEX"),
        ([], "E_GEOM_EMPTY"),
        ("x", "E_GEOM_EMPTY"),
    ],
)
def test_a_drawing_that_is_no_parcel_is_refused(ring: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parcel_from_drawing(drawn(ring), id="P-1")
    assert caught.value.code == code


def test_a_drawing_that_crosses_itself_says_where() -> None:
    with pytest.raises(GeometryInvalid, match=r"crosses itself at \(110.205 19.955\)"):
        parcel_from_drawing(drawn([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), id="P-1")


def test_pieces_are_written_so_that_another_reader_finds_them(tmp_path: Path) -> None:
    shape = shapely.MultiPolygon([shapely.box(110.2, 19.9, 110.3, 20.0), shapely.box(110.4, 19.9, 110.5, 20.0)])
    write_geojson(tmp_path / "pieces.geojson", [({"rule": "永久基本农田", "area_m2": 1.5}, shape)])
    found = gpd.read_file(tmp_path / "pieces.geojson")
    assert found.geometry.values[0].equals(shape)
    assert list(found["rule"]) == ["永久基本农田"]
    assert all(part.exterior.is_ccw for part in found.geometry.values[0].geoms)
    assert json.loads(geojson([]))["features"] == []


def test_a_scenario_is_read_and_a_broken_line_named(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('\ufeff[scenario]\ntitle = "海口"\nyears = [2022, 2023]\n', encoding="utf-8")
    assert read_scenario(path) == {"scenario": {"title": "海口", "years": [2022, 2023]}}
    path.write_text("[scenario]\nyears = [2022,\nwarn_at = 0.9\n", encoding="utf-8")
    with pytest.raises(TomlWrong) as caught:
        read_project(path)
    assert caught.value.where == {"line": 3}
    assert "warn_at = 0.9" in str(caught.value)
    path.write_bytes("title = '海口'".encode("gbk"))
    with pytest.raises(InputError) as wrong:
        read_scenario(path)
    assert wrong.value.code == "E_ENCODING"
