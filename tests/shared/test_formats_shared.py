"""Files made by others: hostile ones get their code, real ones open, areas agree with what the papers declare."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError, Rejected
from planner.formats import read
from planner.formats.tables import read_quotas
from planner.land.geodesy import plane_m2

DECLARED = {
    "44120000072": 1.2247,
    "44120000319": 10.3262,
    "44120000567": 0.2190,
    "44120000669_44120001725_44120002171": 0.0433,
    "44120000957": 0.7749,
}
CROPS = (
    "at/inspire_schlaege_2025-1_polygon.gpkg.zip",
    "bg/bg_arable_land_2024.zip",
    "ch/lwb_nutzungsflaechen_v2_0_lv95.gpkg",
    "de_bb/antrag.zip",
    "ec_si/SI_2021.zip",
    "es_cat/Cultius_DUN2023_GPKG.zip",
    "jp/jp_field_polygons_2024.parquet",
    "nl/brpgewaspercelen_definitief_2023.gpkg",
)


def outcome(path: Path) -> tuple[str, str]:
    """What came of a file, in the words of the manifest."""
    try:
        if path.suffix == ".xlsx":
            read_quotas(path)
            return "accept", ""
        found = read(path)
    except InputError as error:
        return "reject", error.code
    if found.rejected:
        return "reject", Rejected([error for _, error in found.rejected], kind="features").code
    return ("repair", found.repairs[0].what) if found.repairs else ("accept", "")


def test_every_hostile_file_has_the_outcome_of_its_manifest(shared_folder: Path) -> None:
    rows = json.loads((shared_folder / "hostile/manifest.json").read_text("utf-8"))
    wanted = {row["file"]: (row["outcome"], row["code"]) for row in rows}
    started = time.monotonic()
    assert {file: outcome(shared_folder / "hostile" / file) for file in wanted} == wanted
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("stem", DECLARED)
def test_the_plane_area_equals_the_declared_hectares_to_four_decimals(shared_folder: Path, stem: str) -> None:
    found = read(shared_folder / "data/chinese_formats/txt" / f"{stem}.txt")
    plane_ha = plane_m2(found.source.geometry.values)[0] / 10_000
    assert round(plane_ha, 4) == DECLARED[stem]
    assert list(found.declared_m2.values()) == [pytest.approx(DECLARED[stem] * 10_000)]
    assert found.crs == "EPSG:4526"


def test_the_txt_that_declares_no_area_and_labels_its_closing_row_anew_is_read(shared_folder: Path) -> None:
    found = read(shared_folder / "data/chinese_formats/txt/plot_000.txt")
    assert (found.declared_m2, found.feature_notes, len(found.ids)) == ({}, {}, 1)


def test_the_parcels_of_a_city_are_read_and_the_invalid_ones_named_one_by_one(shared_folder: Path) -> None:
    path = shared_folder / "data/parcels/cambridge_ma/ASSESSING_ParcelsFY2013.topojson"
    found = read(path, crs="EPSG:4326")
    assert (found.read, len(found.ids), found.rejected) == (13_159, 13_159, ())
    assert len(found.repairs) == 24
    assert len({repair.feature for repair in found.repairs}) == 24
    assert found.frame.geometry.is_valid.all()


def test_the_zoning_of_a_city_is_read(shared_folder: Path) -> None:
    found = read(shared_folder / "data/parcels/cambridge_ma/CDD_ZoningDistricts.geojson")
    assert (found.read, found.rejected, found.repairs) == (261, (), ())
    assert "ZONE_TYPE" in found.frame


@pytest.mark.parametrize("file", CROPS)
def test_crop_registers_of_several_countries_are_read_whole(shared_folder: Path, file: str) -> None:
    found = read(shared_folder / "data/parcels/crop_parcels" / file)
    assert (len(found.ids), found.rejected) == (100, ())
    assert np.isfinite(found.frame.total_bounds).all()


def test_every_drawing_opens_once_its_system_is_said_and_one_in_a_closed_format_names_the_way_out(
    shared_folder: Path,
) -> None:
    found = {}
    for path in sorted((shared_folder / "data/chinese_formats/dxf").glob("*.d*")):
        try:
            found[path.name] = len(read(path, crs="EPSG:4528").ids)
        except InputError as error:
            assert (path.suffix, error.code) == (".dwg", "E_CONTENT_TYPE")
            assert "save it as DXF" in str(error)
    assert len(found) == 10
    assert found["closed_polyline_with_bulge.dxf"] == 1


def test_odd_and_broken_files_open_or_give_one_typed_error_within_ten_seconds(shared_folder: Path) -> None:
    opened, slow = 0, []
    for path in sorted((shared_folder / "data/malformed").rglob("*")):
        started = time.monotonic()
        try:
            opened += path.is_file() and read(path).read > 0
        except InputError as error:
            assert error.code.startswith("E_")
        if time.monotonic() - started > 10:
            slow.append(path.name)
    assert slow == []
    assert opened > 20
