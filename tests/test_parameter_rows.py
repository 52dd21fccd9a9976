"""Parameters changed from a day on: the old row stays, what was judged before stays, and nothing wrong gets in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from zipfile import ZipFile

import pytest

from planner.admission.deciding import deciding
from planner.desk.pack import case_pack
from planner.desk.pack_verify import verify_pack
from planner.errors import UsageError
from planner.parameters import Coefficient, Parameters
from planner.parameters.changes import (
    TABLES,
    Change,
    ChangeMissing,
    ParameterDays,
    ParameterOverlap,
    ParameterRange,
    ParameterSeveral,
    ParameterStatus,
    ParameterUnit,
    ParameterUnknown,
    ParameterValue,
    ParameterWords,
    Wish,
    address,
    number,
    rows_of,
    table_of,
    with_changes,
)
from planner.store.open import MEMORY, open_store
from planner.store.parameters import load
from tests.drawn_land import parcel
from tests.test_cases import TODAY, decide, drawn, plant, start

JUNE = date(2026, 6, 1)
NEW = Wish("electricity", 0.12, "kgce/kWh", JUNE, "GB/T 2589 as revised (drawn up for this test)", "unverified")


@pytest.fixture
def desk():
    made = drawn(open_store(MEMORY))
    yield made
    made.close()


def change(desk, wish=NEW, key="c", **more):
    return desk.change_parameter(wish, reason="revised", actor="root", key=key, **more)


def tce(desk, on):
    return desk.look(parcel(600, 100), project=plant(), on=on, year=2026).demand.energy_tce


def test_a_row_holds_from_its_day_and_the_old_one_until_the_day_before(desk):
    assert change(desk)["id"] == "P1"
    # 1 000 MWh at 0.1229 and at 0.12 kgce/kWh
    assert tce(desk, JUNE - timedelta(days=1)) == pytest.approx(122.9)
    assert tce(desk, JUNE) == pytest.approx(120.0)


def test_after_its_last_day_the_old_row_holds_again(desk):
    change(desk, replace(NEW, valid_to=date(2026, 6, 30)))
    assert [tce(desk, day) for day in (JUNE, date(2026, 6, 30), date(2026, 7, 1))] == pytest.approx([120, 120, 122.9])


def test_the_history_keeps_every_row_and_says_which_is_in_force(desk):
    change(desk)
    old, new = desk.parameter_history("electricity")
    assert (old["value"], old["id"], old["valid_to"], old["in_force"]) == (0.1229, None, None, True)
    assert (new["value"], new["id"], new["in_force"], new["actor"], new["reason"]) == (
        0.12, "P1", False, "root", "revised")
    desk.clock.day = JUNE
    assert [row["in_force"] for row in desk.parameter_history("electricity")] == [False, True]


def test_a_row_taken_back_leaves_all_as_it_was_and_stays_in_the_history(desk):
    change(desk)
    desk.take_parameter_back("P1", reason="a slip", actor="root", key="t")
    assert tce(desk, JUNE) == pytest.approx(122.9)
    taken = desk.parameter_history("electricity")[1]
    assert taken["taken_back"]["actor"] == "root" and not taken["in_force"]
    with pytest.raises(ChangeMissing, match="P1"):
        desk.take_parameter_back("P1", reason="again", actor="root", key="t2")
    assert change(desk, replace(NEW, value=0.121), key="c2")["id"] == "P2"  # its days are free again
    assert tce(desk, JUNE) == pytest.approx(121.0)


def test_the_trail_tells_the_value_before_and_after(desk):
    change(desk)
    told = desk.trail(last=1)[0]
    assert (told["actor"], told["verb"]) == ("root", "change_parameter")
    assert (told["before"]["value"], told["after"]["value"], told["after"]["id"]) == (0.1229, 0.12, "P1")


def test_a_decision_of_an_earlier_day_is_recomputed_with_the_rows_of_that_day(desk):
    start(desk)
    decide(desk)
    change(desk, replace(NEW, valid_from=TODAY - timedelta(days=30)))  # backdated over the day of the decision
    found = desk.replay("plant")
    assert found.agrees
    energy = next(row for row in found.rows if (row.part, row.figure) == ("demand", "energy_tce"))
    assert (energy.then, energy.now) == (pytest.approx(122.9), pytest.approx(120.0))
    parameters = next(row for row in found.inputs if row.figure == "parameters")
    assert parameters.differs


WRONG = [
    (ParameterUnit, {"unit": "kgce/MWh"}),
    (ParameterValue, {"value": -0.1}),
    (ParameterValue, {"value": float("nan")}),
    (ParameterValue, {"value": float("inf")}),
    (ParameterValue, {"low": -1.0}),
    (ParameterRange, {"low": 0.2, "high": 0.3}),
    (ParameterDays, {"valid_to": date(2026, 5, 31)}),
    (ParameterWords, {"source": "  "}),
    (ParameterWords, {"note": "x" * 501}),
    (ParameterStatus, {"status": "sure"}),
    (ParameterUnknown, {"name": "electrisity"}),
]


@pytest.mark.parametrize(("error", "wrong"), WRONG, ids=[f"{e.__name__} {w}" for e, w in WRONG])
def test_what_is_wrong_is_refused_by_its_own_error_and_nothing_is_written(desk, error, wrong):
    version = desk.parameters.version
    with pytest.raises(error) as told:
        change(desk, replace(NEW, **wrong))
    assert told.value.exit_status == 2 and told.value.where
    assert desk.parameters.version == version and len(desk.parameter_history("electricity")) == 1


def test_a_share_is_never_more_than_the_whole(desk):
    with pytest.raises(ParameterValue, match="0 to 1"):
        change(desk, Wish("carry_over_share_energy_tce", 1.2, "share", JUNE, "s", "unverified"))


def test_two_rows_of_one_name_never_begin_within_each_others_days(desk):
    change(desk)
    april = replace(NEW, valid_from=date(2026, 4, 1))
    for wish in (NEW, april, replace(april, valid_to=JUNE)):
        with pytest.raises(ParameterOverlap, match="2026-06-01"):
            change(desk, wish, key=str(wish))
    before = replace(NEW, value=0.125, valid_from=date(2026, 4, 1), valid_to=date(2026, 5, 31))
    change(desk, before, key="before")
    change(desk, replace(NEW, value=0.118, valid_from=date(2026, 9, 1)), key="after")
    days = (date(2026, 3, 31), date(2026, 4, 1), JUNE, date(2026, 9, 1))
    assert [tce(desk, day) for day in days] == pytest.approx([122.9, 125, 120, 118])


def test_a_reason_must_be_given(desk):
    with pytest.raises(UsageError, match="reason"):
        desk.change_parameter(NEW, reason=" ", actor="root", key="c")


def test_a_name_that_stands_in_two_tables_asks_which():
    row = Coefficient("a", 1.0, "1", "", "s", "verified")
    base = Parameters("v", (row,), (), {}, (), relief_costs=(row,))
    with pytest.raises(ParameterSeveral, match="coefficients, relief_costs"):
        table_of(base, "a")
    assert table_of(base, "a", "relief_costs") == "relief_costs"


def test_a_rule_is_changed_for_the_land_it_judges(desk):
    (row,) = [row for row in desk.parameter_history("substation_near") if row["in_force"]]
    change(desk, Wish("substation_near", row["value"] / 2, "m", JUNE, "s", "unverified"))
    limits = {day: next(r.limit for r in desk.parameters.rules_on(day) if r.rule == "substation_near")
              for day in (JUNE - timedelta(days=1), JUNE)}
    assert list(limits.values()) == [row["value"], row["value"] / 2]


def test_every_row_with_a_number_has_an_address_of_its_own_among_those_of_its_days():
    base = load()
    for table in TABLES:
        rows = [row for row in rows_of(base, table) if number(table, row) is not None]
        assert rows, table
        keys = [(address(table, row), row.valid_from) for row in rows]
        assert len(keys) == len(set(keys)), table


def test_rows_of_other_names_and_the_order_of_the_table_stay_as_they_were():
    rows = tuple(Coefficient(name, 1.0, "1", "", "s", "verified") for name in "abc")
    base = Parameters("v", rows, (), {}, ())
    new = replace(rows[1], value=2.0, valid_from=JUNE)
    held = with_changes(base, [Change("P1", "coefficients", new, "root", "", "r")]).coefficients
    assert [(row.name, row.value, row.valid_from, row.valid_to) for row in held] == [
        ("a", 1.0, None, None), ("b", 1.0, None, JUNE - timedelta(days=1)), ("b", 2.0, JUNE, None),
        ("c", 1.0, None, None)]


def test_a_verdict_that_rests_on_an_added_row_names_it_as_not_verified(desk):
    change(desk, Wish("electricity", 2.0, "kgce/kWh", TODAY, "Circular 9 (drawn up for this test)", "unverified"))
    seen = desk.look(parcel(600, 100), project=plant(), year=2026)  # 2 000 tce, 1 000 are free
    (said,) = deciding(seen, desk.parameters)
    assert "Circular 9" in str(said)


def test_a_pack_brings_the_added_rows_and_proves_itself_by_them(desk, tmp_path):
    change(desk, replace(NEW, valid_from=TODAY))
    path = tmp_path / "pack.zip"
    seen = desk.look(parcel(600, 100), project=plant(), year=2026)
    path.write_bytes(case_pack(desk, seen, project=plant(), year=2026, lang="en"))
    assert not verify_pack(path, pages=False).differs
    (told,) = [json.loads(ZipFile(path).read("documents/check.en.json"))]
    assert told["demand"]["energy_tce"] == pytest.approx(120.0)
