"""Rules on a parcel of 100 m by 100 m: hit, clear, not checkable, noise; and the order they come in."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.admission.case import sign_of, verdict_of
from planner.desk.paper import finding_row
from planner.land.checks import CHECKS, check_land
from planner.land.finding import Finding, Severity, State
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Layer, Parcel
from planner.parameters import Rule
from planner.store.parameters import load
from planner.text import Text
from planner.units import mu
from planner.verdict import NOTED, Verdict
from tests.drawn_land import TODAY, VINTAGE, land, layer, parcel, place

RULES = {rule.rule: rule for rule in load().rules_on(TODAY)}
WHOLE = ellipsoid_m2(parcel().shape)
MU = float(mu(WHOLE))


def look(rule: str | Rule, *layers: Layer, of: Parcel | None = None, **more):
    """The only finding of one rule."""
    row = RULES[rule] if isinstance(rule, str) else rule
    findings, not_asked = check_land(of or parcel(), {row.role: layers}, [row], **more)
    assert not not_asked and len(findings) == 1
    return findings[0]


def farmland(*shapes, **more) -> Layer:
    return layer("basic_farmland", *shapes, **more)


# ---------------------------------------------------------------- land of a layer inside the parcel
def test_half_a_hectare_of_farmland_stops_with_its_area_its_place_and_its_clause():
    found = look("basic_farmland", farmland(land(50, -50, 500, 500), name="pbf-2025"))
    assert (found.state, found.severity) == (State.HIT, Severity.STOP)
    assert found.value == pytest.approx(0.5 * WHOLE, rel=1e-9)
    assert ellipsoid_m2(found.where.symmetric_difference(land(50, 0, 50, 100))) < 1e-3
    assert (found.objects, found.layer, found.role, found.as_of) == (("a",), "pbf-2025", "basic_farmland", VINTAGE)
    assert "art. 35" in found.source and found.limit == 0


def test_the_sentence_names_the_object_its_area_and_the_vintage_and_counts_the_rest():
    fields = [land(20 * i, 0, 20, 100) for i in range(5)]
    said = str(look("basic_farmland", farmland(*fields, name="pbf", **{})).message)
    assert said.startswith(f"Permanent basic farmland: {WHOLE:,.2f} m2 ({MU:,.2f} mu) of the parcel in ")
    assert "and 2 more" in said and "pbf, as of 2025-12-31" in said


def test_a_feature_is_called_by_its_name_where_it_has_one():
    named = replace_column(farmland(land(0, 0, 50, 100)), "name", ["Block 7"])
    assert "of the parcel in Block 7 (" in str(look("basic_farmland", named).message)


def test_land_that_only_touches_is_clear():
    found = look("basic_farmland", farmland(land(100, 0, 100, 100)))
    assert (found.state, found.value, found.where) == (State.CLEAR, 0, None)


def test_a_border_drawn_with_one_more_vertex_on_it_is_clear():
    rng = np.random.default_rng(1)
    for x, y, t in rng.uniform(0.1, 0.9, (200, 3)):
        start, end = np.array([100 + 40 * x, 0.0]), np.array([100 + 40 * y, 100.0])
        between = start + t * (end - start)
        one = place(shapely.Polygon([(0, 0), start, end, (0, 100)]))
        other = place(shapely.Polygon([(300, 0), start, between, end, (300, 100)]))
        assert look("basic_farmland", farmland(other), of=Parcel("P", one)).state is State.CLEAR


def test_features_that_lie_on_each_other_count_once():
    found = look("basic_farmland", farmland(land(0, 0, 50, 100), land(0, 0, 50, 100), land(25, 0, 25, 100)))
    assert found.value == pytest.approx(0.5 * WHOLE, rel=1e-9)
    assert found.objects == ("a", "b", "c")


def test_a_parcel_with_a_hole_does_not_meet_what_lies_in_the_hole():
    ring = Parcel("P", place(shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 80))))
    assert look("basic_farmland", farmland(land(30, 30, 40, 40)), of=ring).state is State.CLEAR
    assert look("basic_farmland", farmland(land(20, 20, 60, 60)), of=ring).state is State.CLEAR
    assert look("basic_farmland", farmland(land(10, 30, 40, 40)), of=ring).value == pytest.approx(10 * 40, rel=1e-4)


def test_every_part_of_a_parcel_is_looked_at():
    two = Parcel("P", place(shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(500, 0, 510, 10)])))
    found = look("basic_farmland", farmland(land(505, -5, 100, 100)), of=two)
    assert found.value == pytest.approx(5 * 10, rel=1e-4)


def test_exactly_at_a_tolerated_limit_passes_and_a_hair_above_does_not():
    exact = ellipsoid_m2(land(0, 0, 50, 100))
    at = replace(RULES["basic_farmland"], limit=exact)
    half = farmland(land(0, 0, 50, 100))
    measured = look(at, half).value
    assert look(replace(at, limit=measured), half).state is State.CLEAR
    above = look(replace(at, limit=measured * (1 - 1e-9)), half)
    assert above.state is State.HIT and above.value == measured


# ---------------------------------------------------------------- too thin to be land
def test_a_strip_thinner_than_two_centimetres_is_a_note_with_its_area_however_long():
    long = Parcel("P", land(0, 0, 10_000, 100))
    found = look("basic_farmland", farmland(land(0, 99.985, 10_000, 100)), of=long)
    assert (found.state, found.severity) == (State.HIT, Severity.NOTE)
    assert found.value == pytest.approx(150, rel=1e-3)
    assert "digitising noise, review" in str(found.message) and "15" in str(found.message)


@pytest.mark.parametrize(("side_m", "severity"), [(0.99, Severity.NOTE), (1.01, Severity.STOP)])
def test_less_than_a_square_metre_is_a_note_and_more_is_land(side_m, severity):
    found = look("basic_farmland", farmland(land(0, 0, side_m, side_m)))
    assert (found.state, found.severity) == (State.HIT, severity)
    assert found.value == pytest.approx(side_m**2, rel=1e-3)


@pytest.mark.parametrize(("width_m", "severity"), [(0.019, Severity.NOTE), (0.021, Severity.STOP)])
def test_a_strip_of_land_begins_at_twice_a_centimetre(width_m, severity):
    found = look("basic_farmland", farmland(land(0, 0, width_m, 100)))
    assert (found.state, found.severity) == (State.HIT, severity)


def test_noise_is_not_taken_for_an_answer_about_ground_the_layer_does_not_know():
    sliver = land(0, 0, 0.005, 100)
    assert look("basic_farmland", farmland(sliver)).severity is Severity.NOTE
    assert look("basic_farmland", farmland(sliver, coverage=None)).state is State.NOT_CHECKABLE


# ---------------------------------------------------------------- where the layer knows the ground
def test_without_a_stated_coverage_nothing_is_clear():
    found = look("basic_farmland", farmland(land(500, 0, 10, 10), coverage=None))
    assert (found.state, found.value, found.as_of) == (State.NOT_CHECKABLE, None, VINTAGE)


def test_a_parcel_that_reaches_beyond_the_coverage_is_not_checkable_and_the_part_is_shown():
    found = look("basic_farmland", farmland(coverage=land(-10, -10, 100, 200)))
    assert found.state is State.NOT_CHECKABLE
    assert ellipsoid_m2(found.where) == pytest.approx(0.1 * WHOLE, rel=1e-6)
    assert f"{0.1 * WHOLE:,.2f} m2 ({0.1 * MU:,.2f} mu)" in str(found.message)


def test_a_parcel_that_ends_where_the_coverage_ends_is_clear():
    assert look("basic_farmland", farmland(coverage=parcel().shape)).state is State.CLEAR


def test_a_feature_is_evidence_wherever_it_lies():
    field = land(50, 0, 100, 100)
    for coverage in (None, land(-10, -10, 20, 20), land(500, 500, 10, 10)):
        assert look("basic_farmland", farmland(field, coverage=coverage)).state is State.HIT


def test_a_rule_whose_layer_is_missing_is_not_checkable_and_names_the_role():
    (found,), _ = check_land(parcel(), {}, [RULES["ecological_redline"]])
    assert (found.state, found.layer, found.as_of, found.value) == (State.NOT_CHECKABLE, None, None, None)
    assert "ecological_redline" in str(found.message)


def test_each_layer_of_a_role_gives_its_own_finding():
    old, new = farmland(land(0, 0, 50, 50), name="2020"), farmland(name="2025")
    findings, _ = check_land(parcel(), {"basic_farmland": (new, old)}, [RULES["basic_farmland"]])
    assert [(f.layer, f.state) for f in findings] == [("2020", State.HIT), ("2025", State.CLEAR)]


# ---------------------------------------------------------------- being inside
def test_the_part_outside_the_park_stops():
    found = look("outside_park", layer("parks", land(-50, -50, 125, 300)))
    assert (found.state, found.severity) == (State.HIT, Severity.STOP)
    assert found.value == pytest.approx(0.25 * WHOLE, rel=1e-9)
    assert ellipsoid_m2(found.where.symmetric_difference(land(75, 0, 25, 100))) < 1e-3


def test_the_part_outside_the_urban_boundary_warns_and_a_parcel_inside_is_clear():
    assert look("urban_boundary", layer("urban_boundary", land(50, 0, 500, 500))).severity is Severity.WARN
    assert look("urban_boundary", layer("urban_boundary", land(-1, -1, 500, 500))).state is State.CLEAR


def test_a_parcel_may_lie_across_two_parks_that_touch_even_of_two_layers():
    west, east = land(-50, -50, 100, 300), land(50, -50, 100, 300)
    assert look("outside_park", layer("parks", west, east)).state is State.CLEAR
    findings, _ = check_land(parcel(), {"parks": (layer("parks", west), layer("parks", east))}, [RULES["outside_park"]])
    assert [f.state for f in findings] == [State.CLEAR, State.CLEAR]


def test_without_any_park_being_outside_is_not_checkable():
    assert look("outside_park", layer("parks")).state is State.NOT_CHECKABLE


def test_a_parcel_that_crosses_the_boundary_by_millimetres_is_a_note():
    found = look("outside_park", layer("parks", land(-50, -50, 149.995, 300)))
    assert (found.state, found.severity) == (State.HIT, Severity.NOTE)
    assert found.value == pytest.approx(0.5, rel=1e-2)


@given(st.lists(st.tuples(*[st.floats(-50, 120)] * 2, *[st.floats(2, 150)] * 2), min_size=1, max_size=6))
def test_what_lies_inside_a_layer_and_what_lies_outside_it_make_the_parcel(boxes):
    shapes = [land(*box) for box in boxes]
    inside = look("basic_farmland", farmland(*shapes)).value
    outside = look("urban_boundary", layer("urban_boundary", *shapes)).value
    assert inside + outside == pytest.approx(WHOLE, rel=1e-9)


# ---------------------------------------------------------------- other parcels
def parcels(*shapes, status=None, ids=None) -> Layer:
    found = layer("parcels", *shapes, status=status or [None] * len(shapes))
    return replace_column(found, "id", ids) if ids else found


def replace_column(given_layer: Layer, column: str, values: list) -> Layer:
    return replace(given_layer, frame=given_layer.frame.assign(**{column: values}))


@pytest.mark.parametrize(("held", "status"), [({"a"}, None), ((), ["reserved"]), ((), ["committed"])])
def test_a_parcel_that_is_held_stops_whether_the_book_or_the_layer_says_so(held, status):
    other = parcels(land(90, 0, 100, 100), status=status)
    stop = look("overlap_held", other, held=frozenset(held))
    warn = look("overlap_parcels", other, held=frozenset(held))
    assert (stop.state, stop.severity, warn.state) == (State.HIT, Severity.STOP, State.CLEAR)
    assert stop.value == pytest.approx(0.1 * WHOLE, rel=1e-9)


def test_a_parcel_that_nobody_holds_warns():
    other = parcels(land(90, 0, 100, 100), status=["vacant"])
    assert look("overlap_held", other).state is State.CLEAR
    assert look("overlap_parcels", other).severity is Severity.WARN


def test_the_parcel_itself_is_left_out_by_its_id_or_by_its_shape_to_a_centimetre():
    assert look("overlap_parcels", parcels(land(0, 0, 80, 80), ids=["P-01"])).state is State.CLEAR
    assert look("overlap_parcels", parcels(land(0.004, 0.004, 100, 100))).state is State.CLEAR
    assert look("overlap_parcels", parcels(land(0.05, 0, 100, 100))).state is State.HIT
    turned = shapely.reverse(parcel().shape)
    assert look("overlap_held", parcels(turned, status=["reserved"])).state is State.CLEAR


def test_the_same_corners_joined_in_another_order_are_another_parcel():
    corners = [(0, 0), (100, 0), (100, 100), (50, 40), (0, 100)]
    one = Parcel("P", place(shapely.Polygon(corners)))
    other = place(shapely.Polygon([(0, 0), (50, 40), (100, 0), (100, 100), (0, 100)]))
    assert look("overlap_parcels", parcels(other), of=one).state is State.HIT


# ---------------------------------------------------------------- figures of the project
def test_investment_is_divided_by_the_mu_of_the_drawn_parcel():
    found = look("access_investment", project={"investment_wan_yuan": 150 * MU})
    assert (found.state, found.severity, found.unit) == (State.HIT, Severity.WARN, "wan_yuan/mu")
    assert found.value == pytest.approx(150, rel=1e-12) and found.limit == 300
    assert found.status == "inferred"


@pytest.mark.parametrize(("rule", "field", "floor"), [("access_investment", "investment_wan_yuan", 300),
                                                      ("access_output", "output_wan_yuan", 500),
                                                      ("access_tax", "tax_wan_yuan", 30)])
def test_exactly_at_an_access_standard_passes_on_any_parcel_and_just_below_warns(rule, field, floor):
    for side in range(60, 160, 7):
        on = parcel(width=side)
        area_mu = float(mu(ellipsoid_m2(on.shape)))
        assert look(rule, of=on, project={field: floor * area_mu}).state is State.CLEAR
        assert look(rule, of=on, project={field: floor * area_mu * (1 - 1e-9)}).state is State.HIT


@pytest.mark.parametrize(("factor", "told"), [(1.009, False), (1.011, True), (0.989, True)])
def test_the_projects_own_area_stands_beside_where_it_differs_by_more_than_one_per_cent(factor, told):
    found = look("access_tax", project={"tax_wan_yuan": 60 * MU, "area_mu": factor * MU})
    assert ("the project states" in str(found.message)) is told
    assert found.value == pytest.approx(60, rel=1e-12)


def test_a_project_that_does_not_state_a_figure_is_not_checkable():
    found = look("access_output", project={"output_wan_yuan": None})
    assert found.state is State.NOT_CHECKABLE and "output_wan_yuan" in str(found.message)


@pytest.mark.parametrize(("pue", "state"), [(1.2, State.CLEAR), (1.30, State.CLEAR), (1.31, State.HIT)])
def test_a_data_centre_is_held_to_the_local_cap(pue, state):
    found = look("pue_cap", project={"data_centre": {"racks": 100, "pue": pue}})
    assert (found.state, found.severity, found.value) == (state, Severity.WARN, pue)


PROJECT_RULES = {"access_investment", "access_output", "access_tax", "pue_cap", "plot_ratio", "building_coefficient",
                 "green_ratio", "admin_land", "admin_floor", "density_low", "density_high", "substation_near"}


def test_rules_about_a_project_are_not_asked_without_one():
    rules = load().rules_on(TODAY)
    findings, not_asked = check_land(parcel(), {}, rules)
    unmet = {rule.rule for rule in rules if rule.options.get("without_layer") and not rule.needs_project}
    assert set(not_asked) == PROJECT_RULES | unmet
    assert {f.rule for f in findings} | set(not_asked) == {rule.rule for rule in rules}
    findings, not_asked = check_land(parcel(), {}, rules, project={"investment_wan_yuan": 1})
    asked = {"access_investment", "access_output", "access_tax"}
    assert asked <= {f.rule for f in findings} and set(not_asked) == (PROJECT_RULES - asked) | unmet


# ---------------------------------------------------------------- all together
def test_findings_come_worst_first():
    ground = {
        "basic_farmland": [farmland(land(99.995, 0, 100, 100))],                # hit, note
        "urban_boundary": [layer("urban_boundary", land(0, 0, 50, 100))],       # hit, warn
        "parks": [layer("parks", land(-10, -10, 200, 200))],                    # clear
        "parcels": [parcels(land(0, 0, 10, 10), status=["reserved"])],          # hit, stop; clear
    }
    findings, _ = check_land(parcel(), ground, load().rules_on(TODAY))
    assert [(f.rule, str(f.state), str(f.severity)) for f in findings] == [
        ("overlap_held", "hit", "stop"), ("urban_boundary", "hit", "warn"),
        ("ecological_redline", "not_checkable", "stop"), ("basic_farmland", "hit", "note"),
        ("outside_park", "clear", "stop"), ("overlap_parcels", "clear", "warn"), ("narrow_parts", "clear", "note")]


def test_every_rule_row_names_a_check_that_exists_and_no_check_can_be_added_by_the_way():
    assert {rule.check for rule in load().rules} == set(CHECKS)
    assert isinstance(CHECKS, MappingProxyType)


@pytest.mark.parametrize(("state", "sign"), [
    (State.NOT_CHECKABLE, Verdict.UNKNOWN), (State.HIT, NOTED), (State.CLEAR, Verdict.FITS)])
def test_a_note_changes_no_verdict_and_is_shown_as_fitting_only_where_it_is_clear(state, sign):
    seen = Finding("zoned", "zoned", state, Severity.NOTE, Text("outside"), None, None, "m2", "zoning",
                   None, None, "a clause", "verified")
    assert (sign_of(seen), verdict_of(seen), finding_row(seen).sign) == (sign, Verdict.FITS, sign)
