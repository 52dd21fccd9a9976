"""The registers judge by hand-drawn land and arithmetic that a reader can redo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely

from planner.land.finding import Finding, Severity, State
from planner.parameters import RegisterRule, Rule
from planner.registers.check import check_register, counted_twice_m2
from planner.registers.columns import columns_of, document_of, values_of
from planner.registers.contracts import MEASURES
from planner.registers.days import years_after
from planner.registers.rows import Contract, Row, Stock, Temporary, Tract
from planner.registers.scene import Checked, Scene
from planner.store.parameters import load
from tests.drawn_land import land, layer

ON = date(2026, 3, 1)


def scene(*rows: Row, register: str, on: date = ON, booked=None, parameters=None, stock=(), **layers) -> Scene:
    by_role = {role: (one,) for role, one in layers.items()}
    return Scene(parameters or load(), on, by_role, {"stock": stock, register: rows}, booked or {})


def only(*rows: Row, register: str, **more) -> Checked:
    """The first row as checked among the others."""
    return check_register(register, scene(*rows, register=register, **more))[0]


def finding(checked: Checked, rule: str) -> Finding:
    (found,) = (one for one in checked.findings if one.rule == rule)
    return found


def state(checked: Checked, rule: str) -> str:
    return str(finding(checked, rule).state)


# ---------------------------------------------------------------- the ground of a row
FIELD = layer("parcels", land(0, 0, 100, 100), land(100, 0, 100, 100), land(0, 200, 50, 50))


def test_a_row_without_an_outline_means_its_parcels_by_number():
    found = only(Stock(id="S", kind="inefficient", parcels=("a", "b")), register="stock", parcels=FIELD)
    assert found.joined.area_m2 == pytest.approx(20_000, rel=1e-5)
    assert [one.share for one in found.joined.met] == [1.0, 1.0]
    assert state(found, "register_join") == "clear"


def test_a_row_whose_number_no_parcel_has_has_no_ground_and_says_which():
    found = only(Stock(id="S", kind="inefficient", parcels=("a", "z")), register="stock", parcels=FIELD)
    assert found.joined.area_m2 is None and found.joined.missing == ("z",)
    assert finding(found, "register_join").objects == ("z",) and state(found, "register_join") == "hit"


def test_an_outline_names_the_parcels_it_meets_with_their_share_and_one_that_only_touches_is_none():
    row = Stock(id="S", kind="inefficient", parcels=("a", "c"), outline=land(50, 0, 50, 100))
    found = only(row, register="stock", parcels=FIELD)
    assert [(one.id, round(one.share, 6)) for one in found.joined.met] == [("a", 0.5)]
    assert finding(found, "register_join").objects == ("c",)
    beside = replace(row, parcels=("a",), outline=land(50, 0, 100, 100))
    assert finding(only(beside, register="stock", parcels=FIELD), "register_join").objects == ("b",)


def test_land_that_stands_in_two_rows_is_told_with_its_area():
    rows = [
        Stock(id="S-1", kind="inefficient", outline=land(0, 0, 100, 100)),
        Stock(id="S-2", kind="inefficient", outline=land(50, 0, 100, 100)),
        Stock(id="S-3", kind="inefficient", outline=land(0, 100, 50, 50)),  # only touches the first
    ]
    checked = check_register("stock", scene(*rows, register="stock", parcels=FIELD))
    assert [finding(one, "register_twice").objects for one in checked] == [("S-2",), ("S-1",), ()]
    assert counted_twice_m2(checked) == pytest.approx(5_000, rel=1e-5)


# ---------------------------------------------------------------- tract development plans
def tract(public_width: float, **more) -> tuple[Tract, dict]:
    """A hectare of which a strip serves the public, by number."""
    parcels = layer("parcels", land(0, 0, public_width, 100), land(public_width, 0, 100 - public_width, 100))
    row = Tract(id="T", park="P", outline=land(0, 0, 100, 100), public_parcels=("a",), **more)
    return row, {"parcels": parcels}


@pytest.mark.parametrize(
    ("width", "judged"), [(40.0, "clear"), (40.004, "clear"), (39.996, "hit"), (39.9999, "hit"), (10.0, "hit")]
)
def test_the_public_share_is_judged_unrounded(width, judged):
    row, layers = tract(width)
    found = only(row, register="tracts", **layers)
    assert state(found, "tract_public_share") == judged
    assert found.figures["public_share"] == pytest.approx(width / 100, rel=1e-8)


def test_a_share_that_prints_as_the_limit_and_fails_shows_the_digits_that_fail_it():
    row, layers = tract(39.996)
    said = str(finding(only(row, register="tracts", **layers), "tract_public_share").message)
    assert "39.996" in said
    assert "0.40 m2 short of 40 %" in said  # 0.004 m x 100 m


def test_the_share_comes_from_the_planned_use_where_no_parcel_is_named():
    row = Tract(id="T", outline=land(0, 0, 100, 100))
    zoning = layer(
        "zoning", land(0, 0, 30, 100), land(30, 0, 12, 100), land(42, 0, 58, 100),
        code=["1207", "1401", "100102"], code_system=["YDYH-2023"] * 3,
    )  # fmt: skip
    found = only(row, register="tracts", zoning=zoning)
    assert found.figures["public_share"] == pytest.approx(0.42, rel=1e-5)
    assert state(found, "tract_public_share") == "clear"


def test_land_without_a_known_use_is_neither_public_nor_not():
    def share(*widths_and_codes):
        x, shapes, codes = 0.0, [], []
        for width, code in widths_and_codes:
            shapes.append(land(x, 0, width, 100))
            codes.append(code)
            x += width
        zoning = layer("zoning", *shapes, code=codes, code_system=["YDYH-2023"] * len(codes))
        return state(only(Tract(id="T", outline=land(0, 0, 100, 100)), register="tracts", zoning=zoning),
                     "tract_public_share")  # fmt: skip

    assert share((30, "1401"), (55, "100102")) == "not_checkable"  # 30 % sure, 15 % open: 45 % at best
    assert share((30, "1401"), (61, "100102")) == "hit"  # 39 % at best
    assert share((41, "1401"), (10, "100102")) == "clear"  # whatever the rest is
    bare = only(Tract(id="T", outline=land(0, 0, 9, 9)), register="tracts")
    assert state(bare, "tract_public_share") == "not_checkable"


def test_land_that_two_plans_see_differently_is_not_counted_for_the_public():
    shapes = land(0, 0, 45, 100), land(40, 0, 60, 100)
    zoning = layer("zoning", *shapes, code=["1401", "100102"], code_system=["YDYH-2023"] * 2)
    found = only(Tract(id="T", outline=land(0, 0, 100, 100)), register="tracts", zoning=zoning)
    assert found.figures["public_share"] == pytest.approx(0.40, rel=1e-5)
    assert found.figures["unplanned_m2"] == pytest.approx(500, rel=1e-5)


def test_the_figures_of_a_plan_without_land_can_only_speak_against_it():
    def said(public: float) -> str:
        row = Tract(id="T", stated_total_m2=10_000, stated_public_m2=public)
        return state(only(row, register="tracts"), "tract_public_share")

    assert (said(3_999.6), said(4_000), said(9_000)) == ("hit", "not_checkable", "not_checkable")


def test_a_province_may_ask_for_more_and_only_from_its_day_on():
    (country,) = [r for r in load().register_rules if r.rule == "tract_public_share" and r.valid_to is None]
    own = replace(country, region="HI", limit=0.45, valid_from=date(2026, 1, 1))
    rules = replace(load(), register_rules=(*load().register_rules, own))
    row, layers = tract(42.0)

    def judged(province: str, on: date) -> str:
        found = only(replace(row, province=province), register="tracts", parameters=rules, on=on, **layers)
        return state(found, "tract_public_share")

    assert judged("HI", date(2026, 1, 1)) == "hit" and judged("HI", date(2025, 12, 31)) == "clear"
    assert judged("", date(2026, 1, 1)) == "clear"
    assert judged("", date(2019, 1, 1)) == "not_checkable"  # before any standard


def test_basic_farmland_refuses_a_tract_and_outside_its_coverage_nothing_is_clear():
    row, layers = tract(40.0)
    known = land(-10, -10, 120, 120)

    def judged(*shapes, coverage=known) -> Finding:
        farmland = layer("basic_farmland", *shapes, coverage=coverage)
        return finding(only(row, register="tracts", basic_farmland=farmland, **layers), "tract_farmland")

    taken = judged(land(90, 0, 50, 100))
    assert (taken.state, taken.severity) == (State.HIT, Severity.STOP)
    assert taken.value == pytest.approx(1_000, rel=1e-5) and "refusal 1" in taken.source
    assert judged(land(200, 0, 50, 50)).state == State.CLEAR
    assert judged(coverage=land(-10, -10, 60, 120)).state == State.NOT_CHECKABLE
    assert judged(coverage=None).state == State.NOT_CHECKABLE
    assert state(only(row, register="tracts", **layers), "tract_farmland") == "not_checkable"


@pytest.mark.parametrize(("agreed", "judged"), [(21, "clear"), (20, "hit"), (19, "hit")])
def test_more_than_two_thirds_of_the_representatives_must_agree(agreed, judged):
    row = Tract(id="T", villagers=30, villagers_agreed=agreed)
    assert state(only(row, register="tracts"), "tract_consent") == judged


PARK = {
    "parks": layer("parks", land(0, 0, 1_000, 100), id=["P"]),
    "parcels": layer("parcels", *(land(100 * i, 0, 100, 100) for i in range(10))),
}


def test_what_lies_in_the_park_is_held_against_its_parcels():
    row = Tract(id="T", park="P", outline=land(0, 200, 100, 100))
    waiting = Stock(id="S", park="P", kind="approved_not_supplied", approved_on=date(2020, 1, 1), parcels=("a",))

    def judged(rule: str, *stock: Stock) -> Finding:
        return finding(only(row, register="tracts", stock=stock, **PARK), rule)

    assert judged("tract_unsupplied").state == State.NOT_CHECKABLE  # an empty register says nothing
    assert judged("tract_unsupplied", waiting).state == State.CLEAR  # one parcel of ten, 15 % are the limit
    two = judged("tract_unsupplied", waiting, replace(waiting, id="S-2", parcels=("b",)))
    assert two.state == State.HIT and two.value == pytest.approx(0.2, rel=1e-5)
    assert judged("tract_unsupplied", waiting, replace(waiting, id="S-2", parcels=("no",))).state == State.NOT_CHECKABLE
    used = replace(waiting, id="S-2", parcels=("b",), resolved_on=date(2026, 2, 28))
    assert judged("tract_unsupplied", waiting, used).state == State.CLEAR
    idle = replace(waiting, kind="supplied_not_built", start_due_on=date(2025, 2, 28), parcels=("c",))
    assert judged("tract_idle", idle).value == pytest.approx(0.1, rel=1e-5)
    assert judged("tract_idle", replace(idle, start_due_on=date(2025, 3, 2))).value == 0.0
    poor = [replace(waiting, id=f"S-{id}", kind="inefficient", parcels=(id,)) for id in "abc"]
    assert judged("tract_inefficient", *poor).state == State.HIT


def test_an_earlier_plan_that_missed_two_years_running_refuses_the_next():
    row = Tract(id="T-2", park="P", submitted_on=date(2026, 1, 1))
    first = Tract(id="T-1", park="P", approved_on=date(2024, 1, 1))

    def judged(**earlier) -> str:
        return state(only(row, replace(first, **earlier), register="tracts"), "tract_missed")

    assert judged(missed_years=2) == "hit" and judged(missed_years=1) == "clear"
    assert judged(missed_years=None) == "not_checkable"
    assert judged(missed_years=2, park="Q") == "clear"
    assert judged(missed_years=2, approved_on=date(2026, 2, 1)) == "clear"


# ---------------------------------------------------------------- temporary land
USE = Temporary(
    id="L", starts_on=date(2024, 6, 1), ends_on=date(2026, 6, 1), permanent_building="no", outline=land(0, 0, 100, 100)
)


def use(on: date = ON, **changes) -> Checked:
    return only(replace(USE, **changes), register="temporary", on=on)


@pytest.mark.parametrize(
    ("works", "ends_on", "judged"),
    [
        ("ordinary", date(2026, 6, 1), "clear"), ("ordinary", date(2026, 6, 2), "hit"),
        ("listed", date(2028, 6, 1), "clear"), ("listed", date(2028, 6, 2), "hit"), ("", date(2026, 6, 2), "hit"),
    ],
)  # fmt: skip
def test_a_term_is_two_years_and_four_for_long_works(works, ends_on, judged):
    rule = "temporary_term_listed" if works == "listed" else "temporary_term"
    assert state(use(works=works, ends_on=ends_on), rule) == judged


def test_an_extension_counts_into_the_term_and_needs_its_document():
    longer = use(ends_on=date(2025, 6, 1), extended_to=date(2026, 6, 2))
    assert state(longer, "temporary_term") == "hit" and state(longer, "temporary_extension") == "hit"
    papered = use(ends_on=date(2025, 6, 1), extended_to=date(2026, 6, 1), extension_document="No. 7")
    assert state(papered, "temporary_term") == "clear" and state(papered, "temporary_extension") == "clear"


@pytest.mark.parametrize(
    ("on", "judged", "left"),
    [
        (date(2026, 3, 2), "clear", 91), (date(2026, 3, 3), "hit", 90), (date(2026, 6, 1), "hit", 0),
        (date(2026, 6, 2), "hit", -1),
    ],
)  # fmt: skip
def test_it_is_listed_before_it_lapses(on, judged, left):
    found = use(on)
    assert state(found, "temporary_lapse") == judged and found.figures["left_days"] == left


@pytest.mark.parametrize(
    ("on", "judged", "severity", "overdue"),
    [
        (date(2026, 6, 1), "clear", Severity.STOP, 0),
        (date(2026, 6, 2), "hit", Severity.WARN, 0),
        (date(2027, 6, 1), "hit", Severity.WARN, 0),
        (date(2027, 6, 2), "hit", Severity.STOP, 1),
    ],
)
def test_restoration_is_due_a_year_after_expiry_and_then_overdue(on, judged, severity, overdue):
    found = use(on)
    seen = finding(found, "temporary_restoration")
    assert (str(seen.state), seen.severity, found.figures["overdue_days"]) == (judged, severity, overdue)
    assert found.figures["restore_by"] == date(2027, 6, 1)


def test_land_restored_in_time_is_clear_for_ever_and_late_restoration_stays_a_warning():
    on = date(2030, 1, 1)
    assert state(use(on, restored_on=date(2027, 6, 1)), "temporary_restoration") == "clear"
    late = finding(use(on, restored_on=date(2027, 6, 2)), "temporary_restoration")
    assert (late.state, late.severity) == (State.HIT, Severity.WARN)


def test_temporary_land_books_no_quota_and_a_booking_for_it_is_told():
    found = use()
    assert found.figures["quota_m2"] == 0.0 and found.tag == "temporary" and state(found, "temporary_quota") == "clear"
    held = only(USE, register="temporary", booked={"L": 10_000.0})
    assert state(held, "temporary_quota") == "hit"


def test_overdue_land_says_what_it_would_take_of_the_quota_if_it_stays():
    survey = layer(
        "land_survey", land(0, 0, 60, 100), land(60, 0, 40, 100), code=["0101", "0601"],
        code_system=["GBT21010-2017"] * 2, grade=[7, None], ridge_share=[0.0, None],
    )  # fmt: skip
    found = only(USE, register="temporary", on=date(2027, 6, 2), land_survey=survey)
    assert found.figures["would_take_m2"] == pytest.approx(6_000, rel=1e-5)
    assert only(USE, register="temporary", on=date(2026, 6, 2), land_survey=survey).figures["would_take_m2"] is None


def test_a_permanent_building_is_refused_and_silence_about_it_is_not_checkable():
    assert state(use(permanent_building="yes"), "temporary_building") == "hit"
    assert state(use(permanent_building=""), "temporary_building") == "not_checkable"


def test_a_term_that_begins_on_a_leap_day_ends_on_the_28th():
    assert years_after(date(2024, 2, 29), 2) == date(2026, 2, 28)
    assert years_after(date(2025, 8, 31), 0.5) == date(2026, 2, 28)


# ---------------------------------------------------------------- stock land
SURVEY = layer(
    "land_survey", land(0, 0, 30, 100), land(30, 0, 70, 100), code=["0103", "0601"],
    code_system=["GBT21010-2017"] * 2, grade=[8, None], ridge_share=[0.1, None],
)  # fmt: skip


def test_redevelopment_saves_the_land_that_is_construction_land_already():
    row = Stock(id="S", kind="inefficient", outline=land(0, 0, 100, 100))
    found = only(row, register="stock", land_survey=SURVEY)
    assert found.tag == "stock"
    assert found.figures["asks_m2"] == pytest.approx(3_000, rel=1e-5)  # a third is still field
    assert found.figures["saves_m2"] == pytest.approx(7_000, rel=1e-5)


def test_land_that_was_approved_asks_nothing_more_whatever_grows_on_it():
    row = Stock(id="S", kind="approved_not_supplied", approved_on=date(2025, 1, 1), outline=land(0, 0, 100, 100))
    found = only(row, register="stock", land_survey=SURVEY)
    assert found.figures["asks_m2"] == 0.0 and found.figures["saves_m2"] == pytest.approx(10_000, rel=1e-5)


def test_without_a_survey_nobody_knows_what_is_saved():
    found = only(Stock(id="S", kind="inefficient", outline=land(0, 0, 100, 100)), register="stock")
    assert found.figures["saves_m2"] is None


@pytest.mark.parametrize(("on", "judged"), [(date(2026, 1, 5), "clear"), (date(2026, 1, 6), "hit")])
def test_approved_land_is_to_be_supplied_within_two_years(on, judged):
    row = Stock(id="S", kind="approved_not_supplied", approved_on=date(2024, 1, 5))
    assert state(only(row, register="stock", on=on), "stock_unsupplied") == judged


def test_land_is_idle_a_year_after_building_was_due_and_may_be_taken_back_after_two():
    row = Stock(id="S", kind="supplied_not_built", start_due_on=date(2024, 1, 5))

    def judged(on: date) -> tuple[str, str, date | None]:
        found = only(row, register="stock", on=on)
        return state(found, "stock_idle"), state(found, "stock_idle_recover"), found.figures["idle_since"]

    assert judged(date(2025, 1, 5)) == ("clear", "clear", None)
    assert judged(date(2025, 1, 6)) == ("hit", "clear", date(2024, 1, 5))
    assert judged(date(2026, 1, 6)) == ("hit", "hit", date(2024, 1, 5))


@pytest.mark.parametrize(("built", "judged"), [(1 / 3, "clear"), (0.3333, "hit")])
def test_building_that_stopped_a_year_ago_is_idle_below_a_third_built(built, judged):
    row = Stock(
        id="S", kind="supplied_not_built", start_due_on=date(2023, 1, 1), started_on=date(2023, 1, 1),
        stopped_on=date(2025, 2, 1), built_share=built, invested_share=0.25,
    )  # fmt: skip
    found = only(row, register="stock")
    assert state(found, "stock_built_share") == judged and state(found, "stock_invested_share") == "clear"
    assert (found.figures["idle_since"] is not None) == (judged == "hit")
    assert state(only(row, register="stock", on=date(2026, 2, 1)), "stock_built_share") == "clear"  # a year to the day


def test_built_land_below_the_access_standards_is_inefficient_and_exactly_at_them_is_not():
    row = Stock(id="S", kind="inefficient", investment=299.99, output=500.0)
    found = only(row, register="stock")
    assert [state(found, f"stock_{one}") for one in MEASURES] == ["hit", "clear", "not_checkable"]
    assert finding(found, "stock_investment").status == "inferred"


# ---------------------------------------------------------------- access contracts
ZONE = Contract(
    id="C", signed_on=date(2021, 1, 1), investment_promised=300, output_promised=500, tax_promised=30,
    investment_by=2021, output_by=2021, tax_by=2021,
    investment_reached={2021: 670}, output_reached={2021: 976}, tax_reached={2021: 82},
)  # fmt: skip


def test_the_zones_own_figures_of_2021_print_as_its_summary_says():
    found = only(ZONE, register="contracts")
    shares = [found.figures[f"{one}_reached_share"] for one in MEASURES]
    assert shares == pytest.approx([670 / 300, 976 / 500, 82 / 30], rel=1e-12)
    promised = replace(ZONE, investment_promised=670, output_promised=976, tax_promised=82)
    checked = only(promised, register="contracts")
    said = [str(finding(checked, f"contract_{one}_promised").message) for one in MEASURES]
    for sentence, percent in zip(said, ("223 %", "195 %", "273 %"), strict=True):
        assert percent in sentence and "(inferred)" in sentence


def test_a_promise_is_held_against_the_closest_standard_and_the_contracts_own_goes_first():
    mean = next(rule for rule in load().rules if rule.rule == "access_investment" and not rule.parcel)

    def row(region: str, limit: float, since: date | None = None) -> Rule:
        return replace(mean, industry="pharma", region=region, limit=limit, valid_from=since)

    mine = (row("", 400), row("I", 450), row("I", 500, date(2023, 1, 1)))
    parameters = replace(load(), rules=(*load().rules, *mine))

    def limit(**what) -> float | None:
        contract = Contract(id="C", investment_promised=1, **what)
        found = only(contract, register="contracts", parameters=parameters)
        return finding(found, "contract_investment_promised").limit

    assert limit(industry="food") == 300 and limit(industry="pharma", region_class="II") == 400
    assert limit(industry="pharma", region_class="I", signed_on=date(2022, 1, 1)) == 450
    assert limit(industry="pharma", region_class="I", signed_on=date(2024, 1, 1)) == 500
    assert limit(industry="pharma", parcels=("B0610-1",)) == 400  # the notice of that parcel
    assert limit(industry="pharma", standard_investment=1_500.0, standard_document="parcel terms") == 1_500
    none = replace(load(), rules=())
    bare = only(Contract(id="C", investment_promised=1), register="contracts", parameters=none)
    assert state(bare, "contract_investment_promised") == "not_checkable"


def kept(on: date = ON, **changes) -> Checked:
    return only(replace(ZONE, investment_by=2024, output_by=2024, tax_by=2024, **changes), register="contracts", on=on)


def test_a_promise_is_judged_once_its_year_is_over_by_the_last_figure():
    assert state(kept(on=date(2024, 12, 31), output_reached={2023: 1}), "contract_output_reached") == "clear"
    assert state(kept(on=date(2025, 1, 1), output_reached={2023: 1}), "contract_output_reached") == "not_checkable"
    assert state(kept(output_reached={2024: 499}), "contract_output_reached") == "hit"
    assert state(kept(output_reached={2024: 499, 2025: 500}), "contract_output_reached") == "clear"
    assert state(kept(output_reached={2024: 500, 2025: 499}), "contract_output_reached") == "hit"
    assert state(kept(output_reached={2023: 500}), "contract_output_reached") == "clear"  # reached before it was due
    assert state(kept(output_reached={2023: 499}), "contract_output_reached") == "not_checkable"  # 2024 is missing
    assert state(kept(output_reached={2024: 400}, performance_share=0.8), "contract_output_reached") == "clear"
    assert state(kept(output_reached={2027: 900}), "contract_output_reached") == "not_checkable"  # not yet


def test_an_exit_is_flagged_with_its_day_and_its_clause():
    missed = {"output_reached": {2024: 100}, "document": "Contract 7", "exit_clause": "art. 12"}
    before = finding(kept(on=date(2025, 12, 30), **missed), "contract_exit")
    assert (before.state, before.severity) == (State.HIT, Severity.WARN)
    after = kept(on=date(2025, 12, 31), **missed)
    seen = finding(after, "contract_exit")
    assert (seen.state, seen.severity, seen.source) == (State.HIT, Severity.STOP, "Contract 7 art. 12")
    assert after.figures["exit_on"] == date(2025, 12, 31)  # a year after the missed day
    assert "2025-12-31" in str(seen.message) and "art. 12" in str(seen.message) and seen.objects == ("output",)
    own = kept(on=date(2025, 12, 31), exit_on=date(2026, 6, 30), **missed)
    assert finding(own, "contract_exit").severity == Severity.WARN and own.figures["exit_on"] == date(2026, 6, 30)
    assert state(kept(exited_on=date(2026, 1, 1), **missed), "contract_exit") == "clear"


def test_no_exit_where_all_is_kept_and_none_is_denied_where_a_figure_is_missing():
    assert state(kept(), "contract_exit") == "clear"
    assert state(kept(tax_reached={}), "contract_exit") == "not_checkable"


# ---------------------------------------------------------------- rows as documents
@pytest.mark.parametrize("row", [
    ZONE, replace(USE, outline=None), Tract(id="T", public_parcels=("a", "b"), villagers=3),
    Stock(id="S", kind="inefficient", resolved_on=ON),
], ids=lambda row: type(row).__name__)  # fmt: skip
def test_a_row_comes_back_from_its_document(row):
    assert type(row)(**values_of(type(row), document_of(row))) == row


def test_every_column_has_a_title_and_no_two_of_a_register_share_one():
    for kind in (Tract, Temporary, Stock, Contract):
        titles = [column.title for column in columns_of(kind)]
        assert all(titles) and len(set(titles)) == len(titles)


def test_values_that_cannot_stand_together_name_their_column():
    def wrong(row: Row) -> list[str]:
        return [name for name, _ in row.problems()]

    assert wrong(replace(USE, ends_on=date(2020, 1, 1))) == ["ends_on"]
    assert wrong(Tract(id="T", villagers=3, villagers_agreed=4)) == ["villagers_agreed"]
    assert wrong(Stock(id="S", kind="inefficient", standard_tax=3.0)) == ["standard_document"]
    assert wrong(Contract(id="C", tax_by=2024)) == ["tax_promised"]
    assert wrong(ZONE) == []


def test_every_finding_names_its_clause():
    rows = [Tract(id="T", outline=shapely.box(110.2, 19.95, 110.21, 19.96))], [USE], [Stock(id="S", kind="inefficient")]
    for register, some in zip(("tracts", "temporary", "stock"), rows, strict=True):
        for checked in check_register(register, scene(*some, register=register)):
            assert all(one.source and isinstance(one.status, str) for one in checked.findings)
            assert all(isinstance(rule, RegisterRule) for rule in load().register_rules)
