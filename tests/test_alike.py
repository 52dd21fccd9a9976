"""One state, one answer: what simulate says of a project, check says too, and reserve and decide do it or refuse it.

Any kind of project on any ground, in a book of several years with stocks, a list, substations, a held park: whatever is
drawn, the four agree, and neither of the first two writes anything.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.admission.headline import headline
from planner.desk import stated
from planner.desk.booking import Movement, move_all
from planner.desk.desk import Desk
from planner.desk.look import BASIS_SETTING, EQUAL_SETTING
from planner.desk.year_end import Ending
from planner.energy.project import project_from
from planner.errors import Blocked, NoAccount, Overdraw, UnknownVerdict
from planner.quota.balances import YearClosed
from planner.store.open import MEMORY, open_store
from planner.units import shown
from tests.drawn_land import land, layer, parcel, survey

TODAY = date(2026, 1, 5)
YEARS = (2026, 2027, 2028)
RICH = {"investment_wan_yuan": 1e7, "output_wan_yuan": 1e7, "tax_wan_yuan": 1e7}  # beyond every standard per mu
PLOT_M = 100  # a square plot: 1 ha
YEARLY = (("energy_tce", "tce"), ("carbon_tco2", "tco2"))
STOCKS = (("offset_quantity_m2", "m2"), ("offset_paddy_m2", "m2"), ("offset_grain_kg", "kg"))


# ---------------------------------------------------------------- kinds of project
def amounts(most):
    return st.floats(most / 1000, most)


def table(fields, **optional):
    return st.fixed_dictionaries(fields, optional=optional)


KINDS = st.one_of(
    table({"carriers": table({"electricity_mwh": amounts(8000)}, natural_gas_m3=amounts(4e5), raw_coal_t=amounts(500),
                             heat_gj=amounts(900))}, renewable=table({}, certificates_mwh=amounts(9000),
                                                                     added_mwh=amounts(3000))),
    table({"carriers": table({"natural_gas_m3": st.just(4e5), "natural_gas_kgce_per_m3": st.floats(1.1, 1.33)},
                             feedstock=table({"natural_gas_m3": st.floats(0, 4e5)}))}),
    table({"data_centre": table({"it_load_kw": amounts(2000), "load_factor": st.floats(0.2, 1),
                                 "pue": st.floats(1.1, 1.6)},
                                load_factor_by_year=st.just({"2026": 0.1, "2027": 0.6}),
                                own_generation_mwh=amounts(500))}),
    table({"gas_power": table({"generation_mwh": amounts(9000)}, count=st.sampled_from(("net", "gross")))}),
    table({"combined_heat_power": st.just({"fuel_amount": 4e5, "power_mwh": 1200, "heat_gj": 4000})}),
    table({"boiler": table({"heat_gj": amounts(20_000)}, sold_share=st.floats(0, 1), fuel=st.just("raw_coal"))}),
    table({"products": st.lists(table({"name": st.just("x"), "output": amounts(900),
                                       "norm": st.just("pharma_preparation")}), min_size=1, max_size=2)}),
    table({"floor_area": table({"floor_area_m2": amounts(20_000), "norm": st.just("clean_room")})}),
    table({"campus": table({"floor_area_m2": st.just({"office": 30_000.0}), "natural_gas_m3": amounts(9e4)})}),
    table({"electric_vehicles": st.just({"vehicles": 300, "km_per_year": 40_000, "kind": "bus"})}),
    st.just({}),
)
MORE = table(
    {"start": st.sampled_from(YEARS), "paddy": st.booleans()},
    ramp=st.lists(st.sampled_from((0.0, 0.3, 1.0)), min_size=1, max_size=3),
    phases=st.just([{"share": 0.4}, {"after": 1, "share": 0.5}]), land_year=st.sampled_from(YEARS),
    listed=st.sampled_from((True, ["energy_tce"], ["new_construction_m2", "carbon_tco2"])), water_m3=amounts(3e4),
    grid_kw=amounts(3000), industry=st.sampled_from(("cement", "pharma")), sub_park=st.just("south"),
)
STATES = table(
    {"basis": st.sampled_from(("calorific", "calorific", "equal", "unknown")), "energy": st.floats(0, 2500),
     "carbon": st.floats(0, 9000), "land": st.floats(0, 30_000), "stock": st.floats(0, 15_000),
     "earlier": st.floats(0, 15_000), "overrun": st.sampled_from((0, 0, 4000))},
    state=st.sampled_from(("hold", "warning")), on_list=st.floats(1, 900), water=st.floats(1, 5e4),
    capacity_kw=st.floats(10, 4000), barred=st.sampled_from(("ZONE", "south", "*")), equal_value=st.floats(0.28, 0.31),
    closed=st.sampled_from((2025, 2025, 2026)),
)


# ---------------------------------------------------------------- the workspace
def workspace(store, drawn):
    """Two square kilometres, half of it paddy, with a book of three years and stocks from the year before them."""
    at = Desk(store, today=lambda: TODAY, now=lambda: datetime(2026, 1, 5, 9))
    whole = land(0, 0, 2000, 1000)
    substation = {} if "capacity_kw" not in drawn else {"capacity_kw": [drawn["capacity_kw"]], "used_kw": [0.0]}
    with store.turn() as turn:
        turn.put_settings({BASIS_SETTING: drawn["basis"]} | (
            {EQUAL_SETTING: str(drawn["equal_value"])} if "equal_value" in drawn else {}))
        built, paddy, far = land(0, 0, 1000, 1000), land(1000, 0, 1000, 1000), land(-900, -900, 1, 1)
        for made in (survey((built, "0601", None, None), (paddy, "0101", 7, 0.0)),
                     layer("parks", whole, account=["ZONE"]), layer("urban_boundary", whole),
                     layer("basic_farmland", far), layer("ecological_redline", far),
                     layer("parcels", far, status=[""]),
                     layer("substations", land(-300, 0, 9, 9), **substation)):
            turn.keep_layer(made, sha256="")
        move_all(turn, at.parameters, list(book(drawn)))
    if drawn.get("closed") in {row.year for row in at.balances("ZONE")}:
        at.end(Ending("close", "Report 3", "Li", "close", TODAY, park="ZONE", year=drawn["closed"]))
    if "state" in drawn:
        park = {"state": drawn["state"], "on": "2026-01-01", "document": "Notice 7"}
        stated.keep(at, stated.PARK_STATE, "ZONE", park, actor="Li", key="state")
    if "barred" in drawn:
        row = {"kind": "negative", "then": "not_admitted", "industry": "cement", "source": "list"}
        row["sub_park"] = drawn["barred"]
        stated.keep(at, stated.ASSESSMENT, "row", row, actor="Li", key="row")
    return at


def book(drawn):
    """What the drawn state says stands in the book."""
    rows = [("grant", "ZONE", quota, year, drawn[name], unit, "") for year in YEARS
            for quota, unit, name in (("energy_tce", "tce", "energy"), ("carbon_tco2", "tco2", "carbon"),
                                      ("new_construction_m2", "m2", "land"))]
    rows += [("open", "ZONE", quota, 2026, drawn["energy"] / 4, unit, "BASELINE") for quota, unit in YEARLY]
    for quota, unit in STOCKS:
        rows += [("grant", "ZONE", quota, 2025, drawn["earlier"], unit, ""),
                 ("grant", "ZONE", quota, 2027, drawn["stock"], unit, ""),
                 ("open", "ZONE", quota, 2028, drawn["overrun"], unit, "older use")]
    rows += [("grant", "LIST", "energy_tce", year, drawn.get("on_list", 0), "tce", "") for year in YEARS[:2]]
    rows += [("grant", "ZONE", "water_m3", year, drawn.get("water", 0), "m3", "") for year in YEARS]
    return (Movement(verb, park, quota, year, amount, unit, "document", "Li", f"k{n}", TODAY, ref)
            for n, (verb, park, quota, year, amount, unit, ref) in enumerate(rows) if round(amount, 3) > 1)


def offered(number, kind, more):
    """A project on a plot of its own, and the plot."""
    fields = {name: value for name, value in more.items() if name != "paddy"}
    plot = parcel(1100 if more["paddy"] else 100, 150 * number, PLOT_M, PLOT_M, id=f"plot-{number}")
    return {"id": f"p{number}", **RICH, **kind, **fields, "land": {"parcel": plot.id}}, plot


# ---------------------------------------------------------------- the four answers
def decided(at, number, plot, project):
    """The case's own way, each step by another person."""
    case = at.start_case(plot, year=project.start, project=project, park="ZONE", actor="Ann", key=f"s{number}")["case"]
    at.review_case(case, actor="Bo", key=f"v{number}")
    at.recommend_case(case, outcome="admitted", reason="as found", actor="Bo", key=f"m{number}")
    return at.decide_case(case, outcome="admitted", basis="Decision 7", actor="Cy", key=f"d{number}")


def reserved(at, number, plot, project):
    offer = {"year": project.start, "project": project, "park": "ZONE"}
    return at.reserve(plot, **offer, basis="Notice", actor="Ann", key=f"r{number}")


def agree(drawn, projects, ways):
    """Offer projects one after the other to a workspace in the drawn state; each answer stands before the next. Gives
    the verdicts."""
    verdicts = []
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, drawn)
        for number, ((kind, more), by_case) in enumerate(zip(projects, ways, strict=True)):
            if "land_year" in more:  # a reservation takes the land in its first year
                more = {**more, "land_year": more["start"]}
            fields, plot = offered(number, kind, more)
            project = project_from(fields)
            with store.turn() as turn:
                turn.put_feature("parcels", id=plot.id, shape=plot.shape, values={"name": plot.id})
            before = at.store.marks()
            tables = {"scenario": {"on": TODAY, "years": list(YEARS)}, "project": [fields]}
            (answer,) = at.simulate(tables, place="test", park="ZONE").projects
            seen = at.look(plot, project=project, park="ZONE")
            assert at.store.marks() == before  # to look at it, in either way, wrote nothing anywhere
            assert seen.verdict == answer.verdict, (answer.binding, [row for row in seen.quotas if row.state > 1])
            try:
                made = (decided if by_case else reserved)(at, number, plot, project)
            except (Blocked, UnknownVerdict, NoAccount, Overdraw, YearClosed) as refusal:
                assert not answer.admitted, refusal
                bound, facts = answer.binding, refusal.facts
                if isinstance(refusal, Overdraw) and (bound.year, bound.quota) == (facts["year"], str(facts["quota"])):
                    assert facts["short_by"] == pytest.approx(bound.short_by, abs=shown(1, facts["unit"]))
            else:  # a later year without an account is said, not refused
                assert answer.admitted or made["not_booked"], (answer.verdict, answer.binding)
            verdicts.append(str(answer.verdict))
    return verdicts


OFFERS = st.lists(st.tuples(KINDS, MORE), min_size=1, max_size=3)
WAYS = st.lists(st.booleans(), min_size=3, max_size=3)  # by the case's way, or reserved at once


@settings(max_examples=40)
@given(STATES, OFFERS, WAYS)
def test_simulate_check_reserve_and_decide_give_one_answer(drawn, projects, ways):
    agree(drawn, projects, ways[: len(projects)])


def asks(at, **fields):
    """A listed or plain plant on paddy, simulated and looked at."""
    fields, plot = offered(0, {"carriers": {"electricity_mwh": 1000}}, {"start": 2027, "paddy": True, **fields})
    with at.store.turn() as turn:
        turn.put_feature("parcels", id=plot.id, shape=plot.shape, values={"name": plot.id})
    tables = {"scenario": {"on": TODAY, "years": list(YEARS)}, "project": [fields]}
    return project_from(fields), plot, at.simulate(tables, place="test", park="ZONE").projects[0]


STATE = {"basis": "calorific", "energy": 2000, "carbon": 90_000, "land": 30_000, "stock": 15_000, "earlier": 15_000,
         "overrun": 0}


def test_a_stock_is_drawn_from_the_year_itself_and_then_from_the_years_before_it():
    drawn = {**STATE, "stock": 4000, "earlier": 15_000}  # 1 ha of paddy asks 10 000 m2: 4 000 of 2027, 6 000 of 2025
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, drawn)
        project, plot, answer = asks(at)
        row = next(row for row in at.look(plot, project=project, park="ZONE").quotas if row.quota == "offset_paddy_m2")
        assert (row.free, answer.admitted) == (19_000, True)
        legs = reserved(at, 0, plot, project)["legs"]
        parts = {leg["year"]: leg["amount"] for leg in legs if leg["quota"] == "offset_paddy_m2"}
        assert parts[2027] == 4000 and sum(parts.values()) == round(row.asked) and set(parts) == {2025, 2027}


def test_what_a_later_year_overdrew_of_a_stock_is_kept_back_everywhere():
    drawn = {**STATE, "stock": 0, "earlier": 13_600, "overrun": 4000}  # 13 600 by 2027, 9 600 from 2028 on
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, drawn)
        project, plot, answer = asks(at)
        assert (answer.binding.quota, answer.binding.year) == ("offset_quantity_ha", 2028)
        assert answer.binding.short_by == pytest.approx(0.04, abs=1e-4)
        with pytest.raises(Overdraw) as refusal:
            reserved(at, 0, plot, project)
        assert refusal.value.facts["short_by"] == pytest.approx(400, abs=1)


def test_a_list_that_was_granted_something_is_judged_by_it_in_the_check_too():
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, {**STATE, "on_list": 100})  # 1 000 MWh are 122.9 tce
        project, plot, answer = asks(at, listed=["energy_tce"])
        row = next(row for row in at.look(plot, project=project, park="ZONE").quotas if row.park == "LIST")
        assert (row.short_by, answer.binding.short_by) == (pytest.approx(22.9), pytest.approx(22.9))
        assert answer.binding.park == "LIST"
        with pytest.raises(Overdraw, match="LIST"):
            reserved(at, 0, plot, project)


def test_the_headroom_of_the_substation_holds_for_the_check_and_the_reservation():
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, {**STATE, "capacity_kw": 500})
        project, plot, answer = asks(at, grid_kw=501)
        assert (answer.binding.quota, answer.binding.short_by) == ("grid_kw", pytest.approx(1))
        row = next(row for row in at.look(plot, project=project, park="ZONE").quotas if row.quota == "grid_kw")
        assert (row.free, row.short_by, str(row.state), row.why) == (500, pytest.approx(1), "exceeds", None)
        assert "(a) 2027 is short by 1 kW" in str(headline(at.look(plot, project=project, park="ZONE"), at.parameters))
        with pytest.raises(Overdraw, match="grid_kw"):
            reserved(at, 0, plot, project)
        assert not at.cases()


def test_what_a_closed_year_still_has_of_a_stock_is_free_for_nobody():
    drawn = {**STATE, "stock": 4000, "earlier": 15_000, "closed": 2025}  # of 19 000 m2 the 15 000 are closed
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, drawn)
        project, plot, answer = asks(at)
        row = next(row for row in at.look(plot, project=project, park="ZONE").quotas if row.quota == "offset_paddy_m2")
        assert (row.free, str(row.state), answer.admitted) == (4000, "exceeds", False)
        assert (answer.binding.quota, answer.binding.year) == ("offset_quantity_ha", 2027)
        assert answer.binding.short_by == pytest.approx(0.6, abs=1e-3)  # 1 ha is asked, 0.4 ha can be drawn
        with pytest.raises(Overdraw) as refusal:
            reserved(at, 0, plot, project)
        assert refusal.value.facts["short_by"] == pytest.approx(6000, abs=10)
        rows = at.simulate({"scenario": {"on": TODAY, "years": list(YEARS)}}, place="test", park="ZONE").balance
        last = next(row for row in rows if (row.quota, row.year) == ("offset_paddy_ha", 2028))
        assert (last.cap, last.committed, last.left) == (1.9, 1.5, pytest.approx(0.4))
        assert [(draw.id, draw.amount) for draw in last.parts] == [("CLOSED", 1.5)]


def test_nothing_is_admitted_into_a_closed_year():
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, {**STATE, "closed": 2026})
        project, plot, answer = asks(at, start=2026)
        row = next(row for row in at.look(plot, project=project, park="ZONE").quotas if row.quota == "energy_tce")
        assert (row.year, row.free, row.short_by, str(row.state)) == (2026, 0, row.asked, "exceeds")
        assert (answer.binding.quota, answer.binding.year) == ("energy_tce", 2026)
        assert answer.binding.short_by == pytest.approx(row.asked)
        with pytest.raises((Overdraw, YearClosed)):
            reserved(at, 0, plot, project)


def test_what_reserved_cases_draw_on_a_substation_is_no_headroom_any_more():
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, {**STATE, "capacity_kw": 500})
        project, plot, answer = asks(at, grid_kw=300)
        assert answer.admitted
        reserved(at, 0, plot, project)
        fields, other = offered(1, {"carriers": {"electricity_mwh": 1000}}, {"start": 2028, "paddy": False,
                                                                             "grid_kw": 201})
        second = project_from(fields)
        with at.store.turn() as turn:
            turn.put_feature("parcels", id=other.id, shape=other.shape, values={"name": other.id})
        row = next(row for row in at.look(other, project=second, park="ZONE").quotas if row.quota == "grid_kw")
        assert (row.free, row.short_by, str(row.state)) == (200, pytest.approx(1), "exceeds")
        tables = {"scenario": {"on": TODAY, "years": list(YEARS)}, "project": [fields]}
        (judged,) = at.simulate(tables, place="test", park="ZONE").projects
        assert (judged.binding.quota, judged.binding.short_by) == ("grid_kw", pytest.approx(1))
        assert ("p0", 300) in [(draw.id, draw.amount) for draw in judged.binding.used_by]
        with pytest.raises(Overdraw, match="grid_kw"):
            reserved(at, 1, other, second)
        assert decided(at, 2, plot_of(at, 2), project_from({**fields, "id": "p2", "grid_kw": 200}))["entry"]


def test_what_a_case_gave_back_is_headroom_again():
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, {**STATE, "capacity_kw": 500})
        project, plot, _ = asks(at, grid_kw=300)
        case = decided(at, 0, plot, project)["case"]
        assert (case, at.look(plot, project=project, park="ZONE").verdict.name) == ("p0", "EXCEEDS")
        assert str(at.case_seen("p0").verdict) == "fits"  # its own draw is not in its way
        at.withdraw_case("p0", reason="given up", actor="Ann", key="w")
        assert str(at.look(plot, project=project, park="ZONE").verdict) == "fits"


def plot_of(at, number):
    """One more plot of the workspace."""
    plot = parcel(100, 150 * number, PLOT_M, PLOT_M, id=f"plot-{number}")
    with at.store.turn() as turn:
        turn.put_feature("parcels", id=plot.id, shape=plot.shape, values={"name": plot.id})
    return plot


def test_a_row_of_the_sub_park_in_which_a_parcel_lies_holds_for_it():
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, {**STATE, "barred": "a"})  # the parks feature itself; its account is ZONE
        project, plot, answer = asks(at, industry="cement")
        assert str(answer.verdict) == str(at.look(plot, project=project, park="ZONE").verdict) == "blocked"
        assert answer.binding.rule == "regional_assessment"


def test_load_to_be_replaced_is_a_persons_to_confirm_before_anything_is_reserved():
    with closing(open_store(MEMORY)) as store:
        at = workspace(store, STATE)
        project, plot, answer = asks(at, replacement_ratio=1.2)
        assert not answer.admitted  # no load ends for it
        with pytest.raises(UnknownVerdict, match=r"1\.2 tce"):
            reserved(at, 0, plot, project)
