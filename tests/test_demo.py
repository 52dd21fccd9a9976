"""The demo: land that looks like land, published figures where there are any, a book that tells the zone's story."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import cache
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.admission.scenario import scenario_from
from planner.admission.simulate import simulate
from planner.demo import SEED, TABLES, Demo, SeedRows, build, seed_rows
from planner.desk.desk import Desk
from planner.store import catalogue, parameters

GEOD = Geod(a=6378137, rf=298.257222101)
M2_PER_MU = 10_000 / 15
YEARS = range(2021, 2031)
# The centres the rows were given, degrees: Mei'an, Yaogu, Shiziling, Haima, Yunlong, Mission Hills, West Coast.
CENTRES = MappingProxyType(
    {
        "MEIAN": (110.18, 19.94), "YAOGU": (110.26, 20.01), "SHIZILING": (110.23, 19.97), "HAIMA": (110.31, 19.99),
        "YUNLONG": (110.47, 19.88), "GUANLANHU": (110.33, 19.91), "XIHAIAN": (110.20, 20.03),
    }
)  # fmt: skip


@cache
def tables() -> dict[str, str]:
    return catalogue.texts("") | catalogue.texts("haikou")


@cache
def rows() -> SeedRows:
    return seed_rows(tables())


@cache
def demo() -> Demo:
    return build(rows(), np.random.default_rng(SEED))


@cache
def frame(role: str) -> gpd.GeoDataFrame:
    return next(layer.frame for layer in demo().layers if layer.role == role)


def m2(shapes: object) -> np.ndarray:
    return np.array([abs(GEOD.geometry_area_perimeter(shape)[0]) for shape in np.atleast_1d(shapes)])


def one_park(seed: int) -> Demo:
    alone = replace(rows(), parks=tuple(row for row in rows().parks if row.code == "HAIMA"), parcels=())
    return build(alone, np.random.default_rng(seed), area=(110.275, 19.96, 110.36, 20.02))


def book(quota: str, kind: str) -> dict[int, float]:
    """Amounts of one quota by year, in the unit of its rows (one unit a quota and kind but for new land)."""
    found = dict.fromkeys(YEARS, 0.0)
    for asked in demo().movements:
        if (asked.quota, asked.kind) == (quota, kind):
            found[asked.year] += float(asked.amount) / (15 if asked.unit == "mu" else 1)
    return found


def scenario(years: list[int]) -> dict[str, object]:
    """The queue against the book's own rows, as a file would say it."""
    energy, carbon = book("energy_tce", "grant"), book("carbon_tco2", "grant")
    return {
        "scenario": {"years": years, "basis": "calorific", "on": "2026-01-01"},
        "baseline": {"energy_tce": 120_000, "carbon_tco2": 330_000, "value_added_wan_yuan": 1_290_000},
        "caps": {"energy_tce": {str(y): energy[y] for y in years}, "carbon_tco2": {str(y): carbon[y] for y in years}},
        "project": [
            dict(project) for project in demo().projects if project["start"] == 2022 or project["start"] in years
        ],
    }


def test_seven_sub_parks_lie_around_their_published_centres_and_have_the_published_total():
    parks = frame("parks").set_index("id")
    assert set(parks.index) == set(CENTRES)
    for code, (lon, lat) in CENTRES.items():
        middle = parks.geometry[code].centroid
        assert GEOD.inv(lon, lat, middle.x, middle.y)[2] < 3_000
    assert m2(parks.geometry.values).sum() == pytest.approx(85.42e6, abs=100)
    assert set(parks["account"]) == {"ZONE"}


def test_the_survey_tiles_the_demo_area_without_gap_or_overlap():
    shapes = frame("land_survey").geometry.values
    coverage = next(layer.coverage for layer in demo().layers if layer.role == "land_survey")
    assert 18_000 < len(shapes) < 24_000
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    assert shapely.get_num_interior_rings(whole) == 0
    assert whole.area == pytest.approx(coverage.area, rel=1e-12)


def test_every_patch_has_a_known_class_and_only_cultivated_land_has_grade_and_ridges():
    survey, known = frame("land_survey"), parameters.load().classes
    classes = [known[system, code] for system, code in zip(survey["code_system"], survey["code"], strict=True)]
    cultivated = np.array([one.cultivated for one in classes])
    assert (survey["grade"].notna() == cultivated).all()
    assert (survey["ridge_share"].notna() == cultivated).all()
    assert survey["grade"].dropna().between(1, 15).all() and (survey["grade"].dropna() % 1 == 0).all()
    assert survey["ridge_share"].dropna().between(0, 0.2).all()
    assert {one.three_way for one in classes} == {"farm", "construction", "unused"}


def test_the_land_is_uneven_as_land_is():
    survey = frame("land_survey")
    area = m2(survey.geometry.values)
    assert np.percentile(area, 95) > 20 * np.percentile(area, 5)
    boxes = shapely.minimum_rotated_rectangle(survey.geometry.values[survey["code"].isin(["1101", "1107", "1006"])])
    sides = np.array([np.hypot(*np.diff(shapely.get_coordinates(box), axis=0)[:2].T) for box in boxes])
    assert np.median(sides.max(axis=1) / sides.min(axis=1)) > 4  # rivers, ditches and lanes run long
    # Paddy keeps to the valleys: more of it near water than dry fields.
    water = shapely.union_all(survey.geometry.values[survey["code"].isin(["1101", "1107"])])
    shapely.prepare(water)
    near = {
        code: shapely.dwithin(water, survey.geometry.values[survey["code"] == code], 0.002).mean()
        for code in ("0101", "0103")
    }
    assert near["0101"] > 2 * near["0103"]


def test_parcels_with_published_figures_have_them():
    parcels = frame("parcels").set_index("id")
    assert m2(parcels.geometry["B0610-1"])[0] == pytest.approx(24_023.52, abs=0.01)
    assert round(m2(parcels.geometry["B0610-1"])[0] / M2_PER_MU, 2) == 36.04
    assert round(m2(parcels.geometry["TELECOM"])[0] / M2_PER_MU, 2) == 390.56


def test_some_200_parcels_stand_apart_in_their_parks():
    parcels = frame("parcels")
    shapes = parcels.geometry.values
    assert 190 <= len(parcels) <= 220 and parcels["id"].is_unique
    assert (m2(shapes)[parcels["status"] != "committed"] / M2_PER_MU > 20).all()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    shared = m2(shapely.intersection(shapes[left[pairs]], shapes[right[pairs]]))
    assert shared.max() < 0.5
    assert shapely.covers(shapely.union_all(frame("parks").geometry.values), shapes).all()


def test_vacant_parcels_offer_clear_land_and_some_conflicts():
    parcels = frame("parcels")
    vacant = parcels[parcels["status"] == "vacant"].geometry.values
    farm, red, bound = (
        shapely.union_all(frame(r).geometry.values) for r in ("basic_farmland", "ecological_redline", "urban_boundary")
    )
    meets = np.array([m2(shapely.intersection(vacant, line)) > 1 for line in (farm, red)])
    assert 3 <= meets[0].sum() <= 12
    clear = ~meets.any(axis=0) & shapely.covers(bound, vacant)
    assert clear.sum() >= 10
    survey = frame("land_survey")
    paddy = shapely.union_all(survey.geometry.values[survey["code"] == "0101"])
    on_paddy = m2(shapely.intersection(vacant, paddy)) > 500
    assert on_paddy.sum() >= 3 and (clear & ~on_paddy).sum() >= 5


def test_what_is_built_meets_no_protection_line():
    parcels = frame("parcels")
    built = shapely.union_all(parcels[parcels["status"] != "vacant"].geometry.values)
    for role in ("basic_farmland", "ecological_redline"):
        assert m2(shapely.intersection(built, shapely.union_all(frame(role).geometry.values)))[0] < 1


def test_every_layer_says_that_it_is_illustrative_and_when_and_where_it_knows_the_ground():
    for layer in demo().layers:
        assert layer.illustrative and "示意" in layer.source and layer.as_of is not None
        assert layer.coverage is not None and shapely.is_valid(layer.frame.geometry.values).all()
        assert layer.frame["id"].is_unique and layer.frame.crs == "EPSG:4490"
    invented = ("parks", "parcels", "basic_farmland", "ecological_redline", "urban_boundary", "substations", "context",
                "carbon_boundary")
    assert all("示意" in name or "illustrative" in name for role in invented for name in frame(role)["name"])


def test_the_same_seed_draws_the_same_land_and_another_seed_another():
    first, again, other = one_park(1), one_park(1), one_park(2)
    for a, b in zip(first.layers, again.layers, strict=True):
        assert a.frame.drop(columns="geometry").equals(b.frame.drop(columns="geometry"))
        assert (shapely.to_wkb(a.frame.geometry.values) == shapely.to_wkb(b.frame.geometry.values)).all()
    assert len(first.layers[2].frame) != len(other.layers[2].frame)


def test_the_zone_stands_over_its_energy_cap_from_2022_to_2025_and_has_room_after():
    free = {y: book("energy_tce", "grant")[y] - book("energy_tce", "open")[y] for y in YEARS}
    datang = 2_500_000 * 1_000 * 0.192 * 1.2143 / 1_000 - 2_500_000 * 0.1229
    telecom = 40_000 * 2.5 * 0.7 * 1.3 * 8_760 / 1_000 * 0.1229
    assert free[2021] == 387_000 - 120_000
    for year in range(2022, 2026):
        assert free[year] == pytest.approx(387_000 - 120_000 - datang - telecom, abs=0.001)
        assert free[year] == pytest.approx(-106_584.964, abs=0.001)
    assert all(free[year] > 0 for year in range(2026, 2031))


def test_every_quota_in_force_has_an_account_in_each_year():
    known, asked = parameters.load(), {(m.park, m.quota, m.year) for m in demo().movements if m.kind == "grant"}
    for year in YEARS:
        day = f"{year}-12-31"
        quotas = known.quotas_on(np.datetime64(day).astype(object))
        needed = {("ZONE", q.quota, year) for q in quotas if q.ledger and q.in_force == "always"}
        assert needed == {key for key in asked if key[2] == year}


def test_only_energy_is_opened_beyond_its_grant():
    for quota in ("new_construction_m2", "offset_quantity_m2", "offset_paddy_m2", "offset_grain_kg", "carbon_tco2"):
        grant, used = book(quota, "grant"), book(quota, "open")
        assert all(grant[year] >= used[year] for year in YEARS), quota


def test_a_small_plant_of_2023_is_refused_for_what_came_before_it():
    judged = {p.id: p for p in simulate(scenario_from(scenario([2022, 2023])), parameters.load()).projects}
    pharma = judged["pharma-1"]
    asked = 12_000 * 0.1229 + 600_000 * 1.2143 / 1_000
    assert str(pharma.verdict) == "exceeds" and (pharma.binding.quota, pharma.binding.year) == ("energy_tce", 2023)
    assert pharma.binding.short_by == pytest.approx(106_584.964 + asked, abs=0.001)
    amounts = {draw.id: draw.amount for draw in pharma.binding.used_by}
    assert amounts["datang-1"] == pytest.approx(275_614) and amounts["telecom"] == pytest.approx(97_970.964)


def test_from_2026_part_of_the_queue_fits_and_both_energy_and_carbon_bind():
    judged = simulate(scenario_from(scenario(list(range(2026, 2031)))), parameters.load()).projects
    later = [p for p in judged if p.status == "candidate"]
    refused = [p for p in later if not p.admitted]
    assert len(later) - len(refused) >= 4 and len(refused) >= 2
    assert {p.binding.quota for p in refused} == {"energy_tce", "carbon_tco2"}


def test_the_queue_holds_manufacturers_of_the_four_kinds():
    candidates = [project for project in demo().projects if project["status"] == "candidate"]
    assert len(candidates) >= 12
    assert {project["id"].rsplit("-", 1)[0] for project in candidates} == {"pharma", "device", "degradable", "food"}
    assert all("示意" in project["name"] for project in candidates)
    assert {project["start"] for project in candidates} == set(range(2023, 2029))


def test_every_row_of_the_demo_has_a_source_and_a_status():
    for name in TABLES:
        if not name.endswith(".csv"):
            continue
        for row in csv.DictReader(io.StringIO(tables()[name])):
            for column, cell in row.items():
                if column.endswith(("source", "basis")):
                    assert cell.strip(), f"{name}: {row}"
                if column.endswith("status") and name != "parcels.csv":
                    assert cell in ("verified", "unverified", "inferred", "illustrative"), f"{name}: {row}"


def test_the_readme_of_the_layers_lists_every_layer_and_table():
    text = (catalogue.folder() / "README.md").read_text("utf-8")
    assert all(f"| {row.layer} |" in text for row in rows().layers)
    assert all(f"haikou/{name}" in text for name in catalogue.texts("haikou"))


def test_every_row_of_a_register_is_marked_or_sourced_and_lies_on_the_demos_land():
    known = set(frame("parcels")["id"])
    parks = frame("parks").set_index("id").geometry
    assert {name: len(found) for name, found in demo().registers.items()} == {
        "tracts": 4, "temporary": 5, "stock": 7, "contracts": 6,
    }  # fmt: skip
    for found in demo().registers.values():
        assert len({row.id for row in found}) == len(found)
        for row in found:
            assert row.source if row.status != "illustrative" else "示意" in row.name
            assert set(row.parcels) <= known and not list(row.problems())
            if row.outline is not None:
                assert row.outline.is_valid and parks[row.park].intersection(row.outline).area > 0.9 * row.outline.area


def test_no_land_stands_twice_in_a_register_of_the_demo():
    parcels = frame("parcels").set_index("id").geometry
    for found in demo().registers.values():
        shapes = [row.outline or shapely.union_all(list(parcels[list(row.parcels)])) for row in found if row.park]
        whole = shapely.union_all(shapes)
        assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-9)


def test_the_registers_of_the_same_seed_are_the_same():
    assert one_park(5).registers == one_park(5).registers
    assert one_park(5).registers["stock"] != one_park(6).registers["stock"]


def test_some_of_the_restored_land_stands_in_lots_with_a_place_an_expiry_and_a_price(demo_workspace):
    with closing(Desk.open(str(demo_workspace))) as desk:
        found = desk.lots("ZONE")
        assert len({lot.facts.id for lot in found}) == 4 and sum(lot.expired(date(2026, 1, 5)) for lot in found) == 3
        assert all(lot.facts.county and lot.facts.lon and lot.facts.expiry for lot in found)
        totals = {"offset_quantity_m2": 600_000, "offset_paddy_m2": 40_000, "offset_grain_kg": 600_000}
        for quota, total in totals.items():
            assert sum(row.granted for row in desk.balances("ZONE") if row.quota == quota) == total  # as without lots
        assert desk.verify().ok
