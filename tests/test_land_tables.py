"""The rows the land room lives on: complete, and in both languages."""

from __future__ import annotations

from collections import Counter

import pytest

from planner.store.parameters import load
from planner.words import catalogue

SURVEY = {row.code: row for row in load().classes.values() if row.code_system == "GBT21010-2017"}
# How many second-level classes the standard has under each first-level class.
LEVELS = {"01": 3, "02": 4, "03": 7, "04": 4, "05": 7, "06": 4, "07": 2, "08": 10, "09": 6, "10": 9, "11": 10, "12": 7}
FARM = {"0101", "0102", "0103", "0201", "0202", "0203", "0204", *(f"030{i}" for i in range(1, 8)), "0401", "0402",
        "0403", "1006", "1103", "1104", "1107", "1202", "1203"}
UNUSED = {"0404", "1101", "1102", "1105", "1106", "1108", "1110", "1204", "1205", "1206", "1207"}


def test_the_survey_classes_are_those_of_the_standard():
    standard = [code for code in SURVEY if code.isdigit() and code != "0508"]
    assert Counter(code[:2] for code in standard) == LEVELS
    for first, count in LEVELS.items():
        assert {code for code in standard if code.startswith(first)} == {f"{first}{i:02}" for i in range(1, count + 1)}


def test_farm_construction_and_unused_land_are_as_the_standards_annex_has_them():
    for code in (code for code in SURVEY if code.isdigit() and code != "0508"):
        expected = "farm" if code in FARM else "unused" if code in UNUSED else "construction"
        assert SURVEY[code].three_way == expected, code


def test_only_the_three_field_classes_are_cultivated_and_only_one_is_paddy():
    for system in {row.code_system for row in load().classes.values()}:
        rows = [row for row in load().classes.values() if row.code_system == system]
        assert {row.code for row in rows if row.cultivated} == {"0101", "0102", "0103"}
        assert {row.code for row in rows if row.paddy} == {"0101"}


@pytest.mark.parametrize("code", ["05H1", "0508", "08H1", "08H2", "0201K", "1104A", "0810A"])
@pytest.mark.parametrize("system", ["GBT21010-2017", "SD3"])
def test_the_third_surveys_own_codes_are_known(code, system):
    assert (system, code) in load().classes


def test_the_planning_list_reuses_numbers_for_other_land():
    classes = load().classes
    assert classes["YDYH-2023", "1001"].name == "industrial land" != classes["GBT21010-2017", "1001"].name
    assert {"100101", "100102", "100103"} <= {code for system, code in classes if system == "YDYH-2023"}


def test_every_class_and_rule_is_said_in_chinese():
    known = catalogue("zh")
    names = {row.name for row in load().classes.values()} | {rule.title for rule in load().rules}
    assert names - set(known) == set()


def test_colours_are_colours():
    assert all(len(row.colour) == 7 and int(row.colour[1:], 16) >= 0 for row in load().classes.values())
