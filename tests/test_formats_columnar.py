"""FlatGeobuf and GeoParquet: whole files are read, damaged ones and tables without shapes refused."""

from __future__ import annotations

import json
import random
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from planner.errors import InputError
from planner.formats import read

SQUARE = shapely.box(37414154.659, 2205933.526, 37414309.659, 2206088.526)
LAND = gpd.GeoDataFrame(
    {"名称": ["南沙区粮田", None], "DLBM": ["0101", "0601"], "KCXS": [0.05, None]},
    geometry=[SQUARE, shapely.affinity.translate(SQUARE, 200.0)],
    crs="EPSG:4525",
)
WRITERS = {"fgb": gpd.GeoDataFrame.to_file, "parquet": gpd.GeoDataFrame.to_parquet}


def code(path: Path, **options: str) -> str:
    with pytest.raises(InputError) as caught:
        read(path, **options)  # type: ignore[arg-type]
    return caught.value.code


def written(path: Path, frame: gpd.GeoDataFrame = LAND) -> Path:
    WRITERS[path.suffix[1:]](frame, path)
    return path


@pytest.mark.parametrize("ending", WRITERS)
def test_shapes_words_and_system_come_out_as_they_went_in(tmp_path: Path, ending: str) -> None:
    found = read(written(tmp_path / f"land.{ending}"))
    order = found.source["DLBM"].argsort()
    rows = found.source.iloc[order].reset_index(drop=True)
    assert rows.geometry.geom_equals(LAND.geometry).all()
    assert rows["名称"].tolist() == ["南沙区粮田", None]
    assert rows["DLBM"].tolist() == ["0101", "0601"]
    assert rows["KCXS"].tolist() == [0.05, None]
    assert (found.crs, found.crs_from) == ("EPSG:4525", "file")


def test_content_tells_what_a_file_is_and_its_name_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "land.parquet").rename(tmp_path / "land.geojson")
    assert read(path).format == "GeoParquet"


@pytest.mark.parametrize("ending", WRITERS)
def test_a_harmed_file_is_read_or_refused_with_a_code(tmp_path: Path, ending: str) -> None:
    good = written(tmp_path / f"land.{ending}").read_bytes()
    chance = random.Random(7)
    path = tmp_path / f"harmed.{ending}"
    refused = 0
    for cut in (9, len(good) // 2, len(good) - 5, 0, 0, 0):
        data = bytearray(good[: cut or len(good)])
        if not cut:
            for _ in range(8):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            read(path)
        except InputError as error:
            assert error.code.startswith("E_")
            refused += 1
    assert refused >= 3


def test_a_table_without_shapes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    assert code(path) == "E_CONTENT_TYPE"


def test_a_few_bytes_that_stand_for_a_billion_rows_are_not_unrolled(tmp_path: Path) -> None:
    # One value told 3 million times in a run: a file of some kilobytes.
    shape = shapely.to_wkb(SQUARE)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 3_000_000, pa.int32()), pa.array([shape]))
    geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB", "geometry_types": []}}}
    table = pa.table({"g": column}).replace_schema_metadata({"geo": json.dumps(geo)})
    path = tmp_path / "bomb.parquet"
    pq.write_table(table, path)
    assert path.stat().st_size < 100_000
    assert code(path) == "E_TOO_COMPLEX"


def test_a_parquet_that_names_no_system_has_longitudes_and_one_with_none_must_be_told(tmp_path: Path) -> None:
    shape = shapely.to_wkb(shapely.box(110.2, 19.95, 110.21, 19.96))
    for crs, wanted in (({}, "EPSG:4326"), ({"crs": None}, "E_CRS_MISSING")):
        column = {"encoding": "WKB", "geometry_types": [], **crs}
        geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": column}}
        path = tmp_path / "land.parquet"
        table = pa.table({"g": pa.array([shape]), "tags": pa.array([["a", "b"]])})
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
        if wanted.startswith("E_"):
            assert code(path) == wanted
        else:
            found = read(path)
            assert (found.crs, found.frame["tags"][0]) == (wanted, '["a", "b"]')
