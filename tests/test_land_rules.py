"""Shares, distances, narrow parts, the figures of a building, and which row of a rule holds where and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.admission.case import verdict_of
from planner.land.checks import check_land
from planner.land.finding import Finding, Severity, State
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Layer, Parcel
from planner.land.takes import takes
from planner.parameters import Rule, Site
from planner.store.parameters import load
from planner.verdict import Verdict
from tests.drawn_land import CGCS2000, TODAY, land, layer, parcel, place, survey

WHOLE = ellipsoid_m2(parcel().shape)
RULES = {rule.rule: rule for rule in load().rules_on(TODAY)}


def asked(rule: Rule | str, *layers: Layer, of: Parcel | None = None, **more) -> list[Finding]:
    row = RULES[rule] if isinstance(rule, str) else rule
    findings, _ = check_land(of or parcel(), {row.role: layers} if layers else {}, [row], **more)
    return list(findings)


def answer(rule: Rule | str, *layers: Layer, **more) -> Finding:
    (found,) = asked(rule, *layers, **more)
    return found


def zoning(*parts: tuple, **more) -> Layer:
    return layer("zoning", *(part[0] for part in parts), kind=[part[1] for part in parts], **more)


# ---------------------------------------------------------------- shares
PUBLIC = replace(RULES["planned_use"], severity="stop", limit=0.40, options={"bound": "least", "kinds": "public"})


def test_a_share_of_39_996_per_cent_fails_a_floor_of_40_though_it_prints_as_40_00():
    plan = zoning((land(0, 0, 39.996, 100), "public"), (land(39.996, 0, 60.004, 100), "works"))
    found = answer(PUBLIC, plan)
    assert (found.state, found.severity) == (State.HIT, Severity.STOP)
    assert found.value == pytest.approx(0.39996, abs=1e-9) and f"{100 * found.value:.2f}" == "40.00"
    assert "39.996" in str(found.message)
    assert ellipsoid_m2(found.where) == pytest.approx(WHOLE * 0.60004, rel=1e-9)


def test_a_share_of_exactly_40_per_cent_passes_and_overlapping_features_count_once():
    plan = zoning((land(0, 0, 100, 40), "public"), (land(0, 0, 100, 20), "public"), (land(0, 40, 100, 60), "works"))
    assert answer(PUBLIC, plan).state is State.CLEAR


def test_ground_the_plan_does_not_know_may_make_up_for_a_share_and_is_then_not_checkable():
    half = zoning((land(0, 0, 30, 100), "public"), coverage=land(0, 0, 80, 100))
    assert answer(PUBLIC, half).state is State.NOT_CHECKABLE
    tenth = zoning((land(0, 0, 10, 100), "public"), coverage=land(0, 0, 80, 100))
    assert answer(PUBLIC, tenth).state is State.HIT


def test_a_ceiling_on_a_share_shows_the_ground_that_is_too_much():
    rule = replace(PUBLIC, options={"bound": "most", "kinds": "works"}, limit=0.5)
    plan = zoning((land(0, 0, 40, 100), "public"), (land(40, 0, 60, 100), "works"))
    found = answer(rule, plan)
    assert found.state is State.HIT and ellipsoid_m2(found.where) == pytest.approx(0.6 * WHOLE, rel=1e-9)
    assert answer(replace(rule, limit=0.6), plan).state is State.CLEAR


def test_a_parcel_planned_for_housing_is_told_and_its_verdict_stays():
    plan = layer("zoning", land(0, 0, 90, 100), land(90, 0, 10, 100), code=["100102", "070101"])
    found = answer("planned_use", plan)
    assert (found.state, found.severity, verdict_of(found)) == (State.HIT, Severity.NOTE, Verdict.FITS)
    assert found.value == pytest.approx(0.9, rel=1e-9) and asked("planned_use") == []


# ---------------------------------------------------------------- distances
AWAY = RULES["road_county"]  # 10 m


def roads(*shapes, kind: str = "county_road", **more) -> Layer:
    return layer("context", *shapes, kind=[kind] * len(shapes), **more)


@pytest.mark.parametrize(("metres", "state"), [(9.99, State.HIT), (10.01, State.CLEAR), (300, State.CLEAR)])
def test_a_parcel_keeps_ten_metres_from_a_county_road(metres, state):
    assert answer(AWAY, roads(land(100 + metres, -50, 8, 300))).state is state


def test_the_distance_is_the_geodesic_one_and_the_part_too_near_is_shown():
    found = answer(AWAY, roads(land(104, -50, 8, 300)))
    geodesic = CGCS2000.inv(found.where.bounds[2], 19.95, land(104, 0, 1, 1).bounds[0], 19.95)[2]
    assert found.value == pytest.approx(geodesic, rel=1e-3) == pytest.approx(4, rel=1e-3)
    assert ellipsoid_m2(found.where) == pytest.approx(6 * 100, rel=1e-3)  # 10 m less the 4 m between, along 100 m


def test_only_features_of_the_kind_count_and_without_any_the_rule_is_not_asked():
    assert asked(AWAY, roads(land(101, 0, 8, 100), kind="township_road")) == []
    assert asked(AWAY) == []


def test_clear_of_a_road_only_where_the_layer_knows_the_ground_as_far_as_the_limit():
    far = land(500, 0, 8, 100)
    assert answer(AWAY, roads(far, coverage=land(-5, -5, 110, 110))).state is State.NOT_CHECKABLE
    assert answer(AWAY, roads(far, coverage=land(-11, -11, 122, 122))).state is State.CLEAR
    assert answer(AWAY, roads(land(104, 0, 8, 100), coverage=None)).state is State.HIT


def test_a_data_centre_is_told_how_far_the_next_substation_is_and_a_note_changes_no_verdict():
    centre = {"data_centre": {"pue": 1.2}}
    near, far = (layer("substations", land(x, 0, 10, 10)) for x in (4000, 5200))
    assert answer("substation_near", near, project=centre).state is State.CLEAR
    found = answer("substation_near", far, project=centre)
    assert (found.state, found.severity) == (State.HIT, Severity.NOTE)
    assert found.value == pytest.approx(5100, rel=1e-3) and verdict_of(found) == Verdict.FITS
    unknown = answer("substation_near", layer("substations", land(5200, 0, 10, 10), coverage=None), project=centre)
    assert unknown.state is State.NOT_CHECKABLE and verdict_of(unknown) == Verdict.FITS
    assert asked("substation_near", near, project={}) == asked("substation_near", project=centre) == []


def test_a_nature_reserve_of_the_context_warns_and_other_ground_of_it_does_not():
    park = roads(land(50, 0, 100, 100), kind="地质公园")
    found = answer("sensitive_places", park)
    assert (found.state, found.severity) == (State.HIT, Severity.WARN)
    assert found.value == pytest.approx(WHOLE / 2, rel=1e-9)
    assert asked("sensitive_places", roads(land(50, 0, 100, 100))) == []


# ---------------------------------------------------------------- form
def test_a_tail_of_eight_metres_is_a_narrow_part_with_its_area():
    body, tail = shapely.box(0, 0, 100, 100), shapely.box(100, 40, 200, 48)
    found = answer("narrow_parts", of=Parcel("P", place(shapely.union(body, tail))))
    assert (found.state, found.severity) == (State.HIT, Severity.NOTE)
    assert found.value == pytest.approx(800, rel=0.01)
    assert ellipsoid_m2(shapely.intersection(found.where, place(body))) < 10


@pytest.mark.parametrize("shape", [shapely.box(0, 0, 10.01, 400), shapely.Polygon([(0, 0), (90, 0), (0, 30)]),
                                   shapely.box(0, 0, 60, 60).difference(shapely.box(20, 20, 40, 40))])
def test_corners_and_broad_arms_are_not_narrow(shape):
    assert answer("narrow_parts", of=Parcel("P", place(shape))).state is State.CLEAR


def test_a_parcel_narrower_than_ten_metres_is_narrow_all_over():
    assert answer("narrow_parts", of=Parcel("P", land(0, 0, 9.9, 50))).value == pytest.approx(9.9 * 50, rel=1e-3)


# ---------------------------------------------------------------- the figures of a building
@pytest.mark.parametrize(("rule", "field", "passes", "fails"), [
    ("building_coefficient", "building_coefficient_share", 0.40, 0.39996),   # floors
    ("plot_ratio", "plot_ratio", 0.5, 0.49999),
    ("green_ratio", "green_share", 0.20, 0.200001),                          # ceilings
    ("admin_land", "admin_land_share", 0.07, 0.0700001),
    ("admin_floor", "admin_floor_share", 0.15, 0.1501),
    ("density_low", "building_density_share", 0.35, 0.3499),
    ("density_high", "building_density_share", 0.65, 0.6501)])
def test_floors_and_ceilings_of_the_control_indices_hold_unrounded(rule, field, passes, fails):
    assert answer(rule, project={field: passes}).state is State.CLEAR
    assert answer(rule, project={field: fails}).state is State.HIT
    assert asked(rule, project={"output_wan_yuan": 1}) == [] == asked(rule)


def test_storeys_above_eight_metres_count_twice_in_the_plot_ratio_of_the_drawn_parcel():
    low = {"floor_area_m2": 0.4 * WHOLE}
    assert answer("plot_ratio", project=low).value == pytest.approx(0.4, rel=1e-12)
    high = {**low, "floor_area_above_8m_m2": 0.2 * WHOLE}
    found = answer("plot_ratio", project=high)
    assert found.state is State.CLEAR and found.value == pytest.approx(0.6, rel=1e-12)
    stated = {**low, "plot_ratio": 3.0}  # what is drawn and built decides, not what is said of it
    assert answer("plot_ratio", project=stated).state is State.HIT


# ---------------------------------------------------------------- which row holds
def test_the_day_of_application_chooses_the_floor_of_the_building_coefficient():
    def floor(on: date) -> list[float]:
        return [row.limit for row in load().rules_on(on) if row.rule == "building_coefficient"]

    assert [floor(date(2007, 1, 1)), floor(date(2023, 5, 4)), floor(date(2023, 5, 5))] == [[], [0.3], [0.4]]


def test_the_terms_of_a_parcel_go_before_the_general_standard():
    own = {rule.rule: rule for rule in load().rules_on(TODAY, Site(parcel="B0610-1"))}
    assert (own["access_investment"].limit, own["plot_ratio"].limit) == (400, 1.0)
    assert (RULES["access_investment"].limit, RULES["plot_ratio"].limit) == (300, 0.5)
    assert own["access_tax"] is RULES["access_tax"]


def test_of_the_rows_of_a_rule_the_narrowest_that_holds_is_taken_and_of_equals_the_latest():
    base = RULES["access_investment"]
    rows = [base, replace(base, limit=310, valid_from=date(2024, 1, 1)), replace(base, limit=500, region="A"),
            replace(base, limit=600, industry="27"), replace(base, limit=700, park="ZONE"),
            replace(base, limit=800, park="MEIAN"), replace(base, limit=850, park="MEIAN", industry="27"),
            replace(base, limit=900, parcel="P-9"), replace(base, limit=990, park="ELSEWHERE")]
    every = replace(load(), rules=tuple(rows))

    def floor(**site) -> float:
        (row,) = every.rules_on(TODAY, Site(**site))
        return row.limit

    zone, meian = ("ZONE",), ("MEIAN", "ZONE")
    assert [floor(), floor(region="A"), floor(region="A", industry="27"), floor(parks=zone, industry="27"),
            floor(parks=meian), floor(parks=meian, industry="27"), floor(parks=meian, parcel="P-9")] == [
        310, 500, 600, 700, 800, 850, 900]


def test_a_rule_of_one_park_alone_is_not_asked_elsewhere():
    only = replace(RULES["green_ratio"], rule="flood", park="MEIAN")
    every = replace(load(), rules=(only,))
    assert (every.rules_on(TODAY), every.rules_on(TODAY, Site(parks=("MEIAN",)))) == ((), (only,))


# ---------------------------------------------------------------- what a parcel takes adds up
RING = shapely.box(0, 0, 100, 100).difference(shapely.box(30, 30, 60, 60))
APART = shapely.union(shapely.box(0, 0, 40, 90), shapely.Polygon([(60, 0), (120, 10), (70, 80)]))


@given(st.lists(st.tuples(st.floats(-20, 110), st.floats(-20, 110), st.floats(1, 90), st.floats(1, 90),
                          st.sampled_from(["0101", "0103", "0601"]), st.booleans()), max_size=10),
       st.sampled_from([RING, APART]))
def test_of_two_surveys_the_newer_goes_first_and_every_square_metre_is_somewhere(patches, drawn):
    shape = place(drawn)
    new, old = ([(land(x, y, w, h), code, 8, 0.1) for x, y, w, h, code, newer in patches if newer is wanted]
                for wanted in (True, False))
    surveys = [survey(*new, as_of=date(2025, 1, 1)), survey(*old, as_of=date(2020, 1, 1))]
    found = takes(Parcel("P", shape), surveys, load(), on=TODAY)
    above = shapely.union_all([patch[0] for patch in new])
    by_hand = {code: sum(ellipsoid_m2(shapely.intersection(patch[0], shape)) for patch in new if patch[1] == code)
               + sum(ellipsoid_m2(shapely.difference(shapely.intersection(patch[0], shape), above))
                     for patch in old if patch[1] == code) for code in ("0101", "0103", "0601")}
    counted = {code: sum(row.gross_m2 for row in found.by_class if row.code == code) for code in by_hand}
    assert counted == pytest.approx(by_hand, rel=1e-9, abs=1e-5)
    total = sum(counted.values()) + found.uncovered_m2 - found.overlap_m2
    assert total == pytest.approx(ellipsoid_m2(shape), rel=1e-9)
