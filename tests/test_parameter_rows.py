"""Parameters changed from a day on: the old row stays, what was judged before stays, and nothing wrong gets in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from planner.admission.deciding import deciding
from planner.cli import main
from planner.desk.booking import Movement
from planner.desk.pack import case_pack
from planner.desk.pack_verify import verify_pack
from planner.desk.page import Page
from planner.desk.parameter_uses import ParameterUsed, words
from planner.desk.workspace import begin
from planner.energy.accounting import rules_of
from planner.energy.grades import grade_of
from planner.errors import UsageError
from planner.parameters import Coefficient, Parameters, Site
from planner.parameters.changes import (
    Change,
    ChangeMissing,
    ParameterDays,
    ParameterNeeded,
    ParameterNothing,
    ParameterOverlap,
    ParameterSeveral,
    ParameterThere,
    ParameterUnit,
    ParameterUnknown,
    Wish,
    added_row,
    changed_row,
    known_table,
    table_of,
    with_changes,
)
from planner.parameters.sound import (
    ParameterRange,
    ParameterStatus,
    ParameterUnsound,
    ParameterValue,
    ParameterWords,
    refuse_unsound_row,
    refuse_unsound_table,
)
from planner.parameters.stating import ParameterCell, ParameterColumn, ParameterEmpty, ParameterFixed
from planner.parameters.tables import TABLES, address, rows_of
from planner.store.open import MEMORY, open_store
from planner.store.parameters import load, tables
from planner.store.parameters_kept import kept_form, parameters_from
from tests.drawn_land import parcel
from tests.test_cases import TODAY, decide, drawn, plant, start

JUNE = date(2026, 6, 1)
NEW = Wish("electricity", {"value": 0.12, "unit": "kgce/kWh"}, JUNE, "GB/T 2589 as revised (drawn up for this test)",
           "unverified")


def saying(wish=NEW, /, *, name=None, source=None, status=None, valid_from=None, valid_to=None, **columns):
    """The wish with other columns, other days."""
    of_all = {"name": name, "source": source, "status": status, "valid_from": valid_from, "valid_to": valid_to}
    stated = {key: value for key, value in of_all.items() if value is not None}
    return replace(wish, values={**wish.values, **columns}, **stated)


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
    change(desk, saying(valid_to=date(2026, 6, 30)))
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
    assert change(desk, saying(value=0.121), key="c2")["id"] == "P2"  # its days are free again
    assert tce(desk, JUNE) == pytest.approx(121.0)


def test_the_trail_tells_the_value_before_and_after(desk):
    change(desk)
    told = desk.trail(last=1)[0]
    assert (told["actor"], told["verb"]) == ("root", "change_parameter")
    assert (told["before"]["value"], told["after"]["value"], told["after"]["id"]) == (0.1229, 0.12, "P1")


def test_a_decision_of_an_earlier_day_is_recomputed_with_the_rows_of_that_day(desk):
    start(desk)
    decide(desk)
    change(desk, saying(valid_from=TODAY - timedelta(days=30)))  # backdated over the day of the decision
    found = desk.replay("plant")
    assert found.agrees
    energy = next(row for row in found.rows if (row.part, row.figure) == ("demand", "energy_tce"))
    assert (energy.then, energy.now) == (pytest.approx(122.9), pytest.approx(120.0))
    parameters = next(row for row in found.inputs if row.figure == "parameters")
    assert parameters.differs


WRONG = [
    (ParameterUnit, {"unit": "kgce/MWh"}),
    (ParameterValue, {"value": -0.1}),
    (ParameterCell, {"value": float("nan")}),
    (ParameterCell, {"value": float("inf")}),
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
        change(desk, saying(**wrong))
    assert told.value.exit_status == 2 and told.value.where
    assert desk.parameters.version == version and len(desk.parameter_history("electricity")) == 1


def test_a_share_is_never_more_than_the_whole(desk):
    with pytest.raises(ParameterValue, match="0 to 1"):
        change(desk, Wish("carry_over_share_energy_tce", {"value": 1.2, "unit": "share"}, JUNE, "s", "unverified"))


def test_two_rows_of_one_name_never_begin_within_each_others_days(desk):
    change(desk)
    april = saying(valid_from=date(2026, 4, 1))
    for wish in (NEW, april, saying(april, valid_to=JUNE)):
        with pytest.raises(ParameterOverlap, match="2026-06-01"):
            change(desk, wish, key=str(wish))
    before = saying(value=0.125, valid_from=date(2026, 4, 1), valid_to=date(2026, 5, 31))
    change(desk, before, key="before")
    change(desk, saying(value=0.118, valid_from=date(2026, 9, 1)), key="after")
    days = (date(2026, 3, 31), date(2026, 4, 1), JUNE, date(2026, 9, 1))
    assert [tce(desk, day) for day in days] == pytest.approx([122.9, 125, 120, 118])


def test_a_reason_must_be_given(desk):
    with pytest.raises(UsageError, match="reason"):
        desk.change_parameter(NEW, reason=" ", actor="root", key="c")


def test_a_name_that_stands_in_two_tables_asks_which():
    row = Coefficient("a", 1.0, "1", "", source="s", status="verified")
    base = Parameters("v", (row,), (), {}, (), relief_costs=(row,))
    with pytest.raises(ParameterSeveral, match="coefficients, relief_costs"):
        table_of(base, (), "a")
    assert table_of(base, (), "a", "relief_costs") == "relief_costs"


def test_a_rule_is_changed_for_the_land_it_judges(desk):
    (row,) = [row for row in desk.parameter_history("substation_near") if row["in_force"]]
    change(desk, Wish("substation_near", {"limit": row["value"] / 2, "unit": "m"}, JUNE, "s", "unverified"))
    limits = {day: next(r.limit for r in desk.parameters.rules_on(day) if r.rule == "substation_near")
              for day in (JUNE - timedelta(days=1), JUNE)}
    assert list(limits.values()) == [row["value"], row["value"] / 2]


def test_every_row_has_an_address_of_its_own_among_those_of_its_days_and_is_sound():
    base = load()
    for table in TABLES:
        rows = rows_of(base, table)
        assert rows, table
        for row in rows:
            refuse_unsound_row(table, row)
            refuse_unsound_table(table, rows, row)
        keys = [(address(table, row), row.valid_from) for row in rows]
        assert len(keys) == len(set(keys)), table


def test_rows_of_other_names_and_the_order_of_the_table_stay_as_they_were():
    rows = tuple(Coefficient(name, 1.0, "1", "", source="s", status="verified") for name in "abc")
    base = Parameters("v", rows, (), {}, ())
    new = replace(rows[1], value=2.0, valid_from=JUNE)
    held = with_changes(base, [Change("P1", "coefficients", new, "root", "", "r")]).coefficients
    assert [(row.name, row.value, row.valid_from, row.valid_to) for row in held] == [
        ("a", 1.0, None, None), ("b", 1.0, None, JUNE - timedelta(days=1)), ("b", 2.0, JUNE, None),
        ("c", 1.0, None, None)]


def test_a_verdict_that_rests_on_an_added_row_names_it_as_not_verified(desk):
    change(desk, saying(value=2.0, valid_from=TODAY, source="Circular 9 (drawn up for this test)"))
    seen = desk.look(parcel(600, 100), project=plant(), year=2026)  # 2 000 tce, 1 000 are free
    (said,) = deciding(seen, desk.parameters)
    assert "Circular 9" in str(said)


def test_a_pack_brings_the_added_rows_and_proves_itself_by_them(desk, tmp_path):
    change(desk, saying(valid_from=TODAY))
    path = tmp_path / "pack.zip"
    seen = desk.look(parcel(600, 100), project=plant(), year=2026)
    path.write_bytes(case_pack(desk, seen, project=plant(), year=2026, page=Page("en")))
    assert not verify_pack(path, pages=False).differs
    (told,) = [json.loads(ZipFile(path).read("documents/check.en.json"))]
    assert told["demand"]["energy_tce"] == pytest.approx(120.0)


# ---------------------------------------------------------------- tables without a number
def added(desk, table, columns, key="a", since=TODAY, **more):
    wish = Wish("", columns, since, "Circular 9 (drawn up for this test)", "unverified")
    return desk.add_parameter(wish, table=table, reason="new", actor="root", key=key, **more)


def ended(desk, name, table="", first=JUNE, key="e", **more):
    return desk.end_parameter(name, table=table, first=first, source="Circular 9", reason="over", actor="root", key=key,
                              **more)


def test_every_table_of_the_planner_can_be_changed():
    folder = {name.split("_")[0] if name.startswith("coefficients") else name for name in tables()}
    assert folder == set(TABLES)


def test_a_land_class_is_another_from_its_day_and_the_quotas_follow(desk):
    seen = {}
    change(desk, Wish("GBT21010-2017/0601", {"three_way": "unused"}, JUNE, "s", "unverified"), table="land_classes")
    for on in (JUNE - timedelta(days=1), JUNE):
        seen[on] = desk.look(parcel(600, 100), on=on, year=2026).takes
    (before, after) = seen.values()
    assert before.new_construction_m2 == 0
    assert after.new_construction_m2 == pytest.approx(after.parcel_m2)


def test_a_land_class_that_a_layer_uses_cannot_vanish(desk):
    with pytest.raises(ParameterUsed, match="survey"):
        ended(desk, "GBT21010-2017/0601")
    assert ended(desk, "GBT21010-2017/0702")["ends"]  # nothing here is of that class


HOLIDAY = {"first": "2026-03-02", "last": "2026-03-03", "kind": "off", "title": "校庆 / Anniversary"}


def test_a_holiday_is_added_and_the_days_of_a_case_know_it(desk):
    start(desk)
    desk.clock.day = TODAY + timedelta(days=7)
    (before,) = desk.case_list()
    added(desk, "holidays", {**HOLIDAY, "first": (TODAY + timedelta(days=1)).isoformat(),
                             "last": (TODAY + timedelta(days=6)).isoformat()})
    (after,) = desk.case_list()
    assert before["days_in_state"] > after["days_in_state"] == before["days_in_state"] - weekdays(TODAY, 1, 6)


def weekdays(day, first, last):
    return sum((day + timedelta(days=n)).weekday() < 5 for n in range(first, last + 1))


def test_a_quota_is_added_and_the_book_keeps_it(desk):
    columns = {"quota": "noise_t", "title": "噪声 / Noise", "kind": "yearly", "unit": "t", "cap_key": "noise_t",
               "cap_unit": "t", "in_force": "stated", "ledger": "true"}
    added(desk, "quotas", columns)
    desk.move(Movement("grant", "ZONE", "noise_t", 2026, 5, "t", "b", "Li", "g", TODAY))
    (row,) = [row for row in desk.balances() if row.quota == "noise_t"]
    assert row.granted == 5_000  # kg
    with pytest.raises(ParameterUsed, match="ZONE 2026"):
        ended(desk, "noise_t", first=TODAY)
    with pytest.raises(ParameterUsed):
        desk.take_parameter_back("P1", reason="r", actor="root", key="t")


def test_a_quota_that_was_changed_is_one_quota_on_every_day(desk):
    change(desk, Wish("energy_tce", {"title": "Energy of the zone"}, JUNE, "s", "unverified"), table="quotas")
    for on, title in ((TODAY, "total energy use"), (JUNE, "Energy of the zone")):
        rows = [row for row in desk.parameters.of_day(on).quotas if row.quota == "energy_tce"]
        assert [(row.title, row.valid_from, row.valid_to) for row in rows] == [(title, None, None)]
    run = desk.simulate_queue([plant()], years=[2026])
    assert len([row for row in run.balance if row.quota == "energy_tce"]) == 1


def test_a_deduction_counts_no_more_from_the_day_it_ends(desk):
    ended(desk, "certificates", first=date(2027, 1, 1))
    assert "certificates" in rules_of(desk.parameters.deductions, 2026)
    assert "certificates" not in rules_of(desk.parameters.deductions, 2027)


def test_a_use_of_public_benefit_and_a_rule_of_one_park_are_added(desk):
    added(desk, "public_uses", {"code_system": "YDYH-2023", "code": "0801", "title": "Offices"})
    assert "0801" in [use.code for use in desk.parameters.public_uses_on(TODAY)]
    known = next(row for row in load().rules if row.rule == "access_tax")
    columns = {"rule": "access_tax", "park": "ZONE", "title": known.title, "check": known.check, "limit": "40",
               "unit": known.unit, "severity": "warn", "options": "field=tax_wan_yuan; differ_share=0.01",
               "needs_project": "true"}
    added(desk, "rules", columns, key="r")
    found = desk.parameters.rules_on(TODAY, Site(("ZONE",)))
    assert [rule.limit for rule in found if rule.rule == "access_tax"] == [40]


def test_grades_stay_in_their_order(desk):
    name = "pue/2/100.001"
    for wrong in (1.2, 1.5, 1.6):
        with pytest.raises(ParameterUnsound, match="pue/[23]"):
            change(desk, Wish(name, {"up_to": wrong}, JUNE, "s", "unverified"), key=str(wrong))
    assert change(desk, Wish(name, {"up_to": 1.25}, JUNE, "s", "unverified"))["value"] == 1.25
    ladder = {"scale": "pue", "grade": "4", "title": "grade 4", "up_to": "1.8", "size_from": "100.001", "unit": "1"}
    added(desk, "grades", ladder)
    assert grade_of("pue", 1.7, desk.parameters.grades, JUNE, size=500).grade == "4"


def test_what_ended_holds_again_when_its_end_is_taken_back(desk):
    ended(desk, "feedstock")
    (told,) = [row for row in desk.parameter_history("feedstock") if row["ends"]]
    assert (told["actor"], told["reason"], told["valid_from"]) == ("root", "over", JUNE.isoformat())
    desk.clock.day = JUNE
    assert [row["row"] for row in desk.parameter_rows("deductions") if row["name"] == "feedstock"] in ([], [None])
    desk.take_parameter_back(told["id"], reason="a slip", actor="root", key="t")
    assert desk.parameter_history("feedstock")[0]["in_force"]


VERBS = {"change": changed_row, "add": added_row}
REFUSED = [
    (ParameterNothing, "change", ("rules", "access_tax", {})),
    (ParameterFixed, "change", ("quotas", "energy_tce", {"cap_key": "x"})),
    (ParameterColumn, "change", ("quotas", "energy_tce", {"colour": "x"})),
    (ParameterCell, "change", ("quotas", "energy_tce", {"in_force": "sometimes"})),
    (ParameterCell, "change", ("case_terms", "decision", {"states": "submitted asleep"})),
    (ParameterCell, "change", ("rules", "basic_farmland", {"options": "noise"})),
    (ParameterUnsound, "change", ("land_classes", "GBT21010-2017/0101", {"three_way": "construction"})),
    (ParameterUnsound, "change", ("land_classes", "GBT21010-2017/0101", {"colour": "red"})),
    (ParameterUnsound, "change", ("rules", "access_tax", {"title": "{0}"})),
    (ParameterUnsound, "change", ("review", "city/energy_tce/from", {"limit": "20000"})),
    (ParameterThere, "add", ("deductions", "", {"deduction": "renewable", "from_total": "true",
                                                "from_intensity": "true"})),
    (ParameterEmpty, "add", ("public_uses", "", {"code": "15", "title": "t"})),
    (ParameterCell, "add", ("holidays", "", {**HOLIDAY, "last": "3 March"})),
    (ParameterUnsound, "add", ("holidays", "", {**HOLIDAY, "last": "2026-03-01"})),
    (ParameterUnsound, "add", ("holidays", "", {**HOLIDAY, "first": "2026-02-15", "kind": "work"})),
    (ParameterCell, "add", ("rules", "", {"rule": "r", "title": "t", "check": "guess", "severity": "warn"})),
    (ParameterUnsound, "add", ("quotas", "", {"quota": "noise", "title": "t", "kind": "yearly", "unit": "t",
                                              "cap_key": "n", "cap_unit": "t", "in_force": "stated",
                                              "ledger": "true"})),
    (ParameterUnknown, "add", ("colours", "", {"a": "b"})),
]


@pytest.mark.parametrize(("error", "verb", "stated"), REFUSED, ids=[f"{e.__name__} {s}" for e, _v, s in REFUSED])
def test_what_cannot_stand_in_a_table_is_refused(error, verb, stated):
    table, name, columns = stated
    wish = Wish(name, columns, JUNE, "s", "unverified")
    with pytest.raises(error) as told:
        VERBS[verb](load(), (), known_table(table), wish, words(load()))
    assert told.value.exit_status == 2 and told.value.where


def test_what_the_planner_reckons_with_cannot_end(desk):
    with pytest.raises(ParameterNeeded, match="warn_at"):
        ended(desk, "warn_at")


def test_of_a_new_name_only_the_history_is_left_when_it_is_taken_back(desk):
    id = added(desk, "public_uses", {"code_system": "YDYH-2023", "code": "0801", "title": "Offices"})["id"]
    desk.take_parameter_back(id, reason="r", actor="root", key="t")
    assert all(use.code != "0801" for use in desk.parameters.public_uses)
    assert desk.parameter_history("YDYH-2023/0801", "public_uses")[0]["taken_back"]


def test_changed_classes_holidays_and_quotas_are_kept_whole_for_a_replay(desk):
    change(desk, Wish("GBT21010-2017/0103", {"three_way": "unused", "cultivated": "false"}, JUNE, "s",
                      "unverified"), table="land_classes")
    added(desk, "holidays", HOLIDAY)
    rows = desk.parameters
    assert parameters_from(json.loads(json.dumps(kept_form(rows)))) == rows


# ---------------------------------------------------------------- by the command line
@pytest.fixture
def call(tmp_path, capsys):
    begin(str(tmp_path / "w.gpkg")).close()

    def said(*words):
        status = main(["parameters", *words, "--workspace", str(tmp_path / "w.gpkg"), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return said


ABOUT = ("--from", "2026-06-01", "--source", "Circular 9", "--reason", "revised", "--actor", "root")


def test_tables_without_a_number_are_changed_added_to_and_ended_by_the_command_line(call, tmp_path):
    assert call("change", "pue/2/100.001", "--value", "1.25", "--unit", "1", *ABOUT)[1]["value"] == 1.25
    assert call("change", "energy_tce", "--set", "listable=false", *ABOUT)[1]["columns"]["listable"] is False
    columns = [word for name, value in HOLIDAY.items() for word in ("--set", f"{name}={value}")]
    assert call("add", "holidays", *columns, *ABOUT)[1]["name"] == "2026-03-02/2026-03-03"
    assert call("end", "renewable", *ABOUT)[1]["ends"]
    status, refused = call("end", "warn_at", *ABOUT)
    assert (status, refused["error"]["code"]) == (2, "E_PARAMETER_NEEDED")
    status, refused = call("change", "energy_tce", "--set", "listable", *ABOUT)
    assert (status, refused["error"]["code"]) == (2, "E_USAGE")
    out = tmp_path / "history.xlsx"
    rows = call("history", "energy_tce", "--out", str(out))[1]
    assert [row["id"] for row in rows] == [None, "P2"] and rows[1]["reason"] == "revised"
    sheet = load_workbook(out).active
    heads, *lines = sheet.iter_rows(values_only=True)
    assert [line[heads.index("listable")] for line in lines] == [True, False]
