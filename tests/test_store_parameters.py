"""The planner's own tables: what a row must say, and that a bad one is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.errors import FileMissing, ParameterRow
from planner.parameters import CoefficientMissing
from planner.store import catalogue, parameters

TABLES = {
    "version.txt": "2030.1\n",
    "coefficients.csv": "name,value,low,high,unit,basis,valid_from,valid_to,status,source,note\n"
    'gas,1.2143,1.10,1.33,kgce/m3,calorific,,2025-12-31,unverified,"GB/T 2589-2020, annex A",\n'
    "gas,1.3000,,,kgce/m3,calorific,2026-01-01,,verified,a later standard,\n",
    "coefficients_land.csv": "name,value,unit,basis,status,source\ngrain,4500,kg/ha,,illustrative,a table\n",
    "rules.csv": "rule,title,check,role,severity,limit,unit,options,needs_project,status,source\n"
    'farm,Farmland,overlap,basic_farmland,stop,0,m2,"noise_m=0.01; field=a",false,verified,a law\n',
    "land_classes.csv": "code_system,code,name,three_way,paddy,cultivated,colour,status,source\n"
    "S,0101,水田,farm,true,TRUE,#f8d072,verified,a standard\n",
    "quotas.csv": "quota,title,kind,unit,cap_key,cap_unit,in_force,ledger,valid_from,status,source\n"
    "carbon_tco2,Carbon,yearly,tco2,carbon_tco2,tco2,always,true,2026-01-01,verified,a notice\n",
}


def tables(place: Path, **changed: str) -> Path:
    """The tables above in a folder, some with another text."""
    for name, text in (TABLES | {f"{stem}.csv": text for stem, text in changed.items()}).items():
        (place / name).write_text(text, "utf-8")
    return place


def test_rows_come_back_typed_and_the_row_of_the_day_is_found(tmp_path):
    found = parameters.read(tables(tmp_path))
    assert found.version == "2030.1"
    before, after = (found.coefficient("gas", on) for on in (date(2025, 12, 31), date(2026, 1, 1)))
    assert (before.value, before.low, before.high, before.source) == (1.2143, 1.10, 1.33, "GB/T 2589-2020, annex A")
    assert (after.value, after.low, after.status) == (1.3, None, "verified")
    assert found.coefficient("grain", date(1990, 1, 1)).value == 4500
    with pytest.raises(CoefficientMissing):
        found.coefficient("coal", date(2026, 1, 1))
    assert dict(found.rules[0].options) == {"noise_m": "0.01", "field": "a"} and found.rules[0].limit == 0
    assert (found.classes["S", "0101"].paddy, found.classes["S", "0101"].cultivated) == (True, True)
    assert [len(found.quotas_on(on)) for on in (date(2025, 12, 31), date(2026, 1, 1))] == [0, 1]


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("coefficients", "a later standard", "", "'source' is empty"),
        ("coefficients", "kgce/m3,calorific,,2025", ",calorific,,2025", "'unit' is empty"),
        ("coefficients", "unverified", "certain", "not one of verified"),
        ("coefficients", "1.2143", "1,2143", "12 cells under 11 headings"),
        ("coefficients", "1.2143", "nan", "value 'nan' cannot be read"),
        ("coefficients", "2026-01-01", "2026-13-01", "valid_from '2026-13-01' cannot be read"),
        (
            "coefficients",
            "gas,1.3000,,,kgce/m3,calorific,2026-01-01",
            "gas,1.3,,,kgce/m3,calorific,",
            "'gas' is there twice",
        ),
        ("coefficients_land", "grain,4500", "gas,4500", "'gas' is there twice"),
        ("rules", ",limit,", ",limits,", "heading 'limits' is not known"),
        ("rules", "stop", "halt", "severity is 'halt'"),
        ("rules", ",false,", ",maybe,", "needs_project 'maybe' cannot be read"),
        ("land_classes", ",cultivated,", ",name,", "a heading is there twice"),
        ("quotas", ",cap_key,", ",", "cells under"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused_with_its_table_and_reason(tmp_path, table, old, new, said):
    assert old in TABLES[f"{table}.csv"]
    with pytest.raises(ParameterRow) as refused:
        parameters.read(tables(tmp_path, **{table: TABLES[f"{table}.csv"].replace(old, new, 1)}))
    assert said in str(refused.value) and refused.value.facts["table"].startswith(table.split("_land")[0])


def test_the_planners_own_tables_are_sound_and_further_ones_are_found_by_name():
    assert parameters.load() is parameters.load()
    assert {"coefficients", "rules", "quotas", "land_classes"} <= set(parameters.tables())
    for name in parameters.tables():
        assert all(row["source"] and row["status"] for row in parameters.table(name))
    with pytest.raises(ParameterRow, match="there is no such table"):
        parameters.table("nowhere")


def test_reference_data_are_found_beside_the_program_and_a_missing_table_is_named():
    assert all(row["centre_source"] for row in catalogue.rows("haikou/centres"))
    assert catalogue.texts("haikou")["centres.csv"].startswith("code,")
    for missing in (lambda: catalogue.rows("haikou/nothing"), lambda: catalogue.texts("atlantis")):
        with pytest.raises(FileMissing):
            missing()
