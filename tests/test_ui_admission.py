"""The reviewer's page on a saved scenario: opened above, judged alone or with the book, under the park's state."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.desk import scenarios
from planner.desk.booking import Movement
from planner.desk.workspace import begin

# The queue behind two large projects: the figures that follow are those printed with the coefficients of GB/T 2589.
HAIKOU = tomllib.loads("""
[scenario]
title = "the queue after two large projects"
on = 2021-12-22
years = [2022, 2023]
basis = "calorific"
warn_at = 0.90
[baseline]
energy_tce = 120_000
value_added_wan_yuan = 1_290_000
[caps]
energy_tce = 387_000
intensity_tce_per_wan_yuan = 0.30
[[project]]
id = "datang-1"
name = "Datang"
status = "committed"
start = 2022
value_added_wan_yuan = 60_000
gas_power = { generation_mwh = 2_500_000, gas_m3_per_kwh = 0.192, gas_kgce_per_m3 = 1.2143, count = "net" }
[[project]]
id = "telecom"
name = "Telecom"
status = "committed"
start = 2022
data_centre = { racks = 40_000, kw_per_rack = 2.5, load_factor = 0.7, pue = 1.3 }
[[project]]
id = "pharma-1"
name = "pharma 1"
status = "candidate"
start = 2022
carriers = { electricity_mwh = 12_000, natural_gas_m3 = 600_000 }
""")
PRINTED = {"Datang": 8614.0, "Telecom": 106_584.964, "pharma 1": 108_788.344}


def admission() -> None:
    from planner.ui.pages.admission import show

    show()


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, *, lang: str = "en", **more: Any) -> AppTest:
    """The page on the scenario, alone."""
    path = folder / "w.gpkg"
    desk = begin(str(path), energy_basis="calorific")
    desk.move(Movement("grant", "P", "energy_tce", 2022, "5", "tce", "Notice", "t", "k1", date(2021, 1, 5)))
    scenarios.keep(desk, "haikou", {**HAIKOU, **more}, actor="t", key="s1")
    desk.close()
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    run = AppTest.from_function(admission, default_timeout=60)
    run.session_state["lang"], run.session_state["ground"] = lang, "haikou"
    run.session_state["with-book-haikou"] = False
    return run.run()


def listed(run: AppTest) -> dict[str, dict[str, str]]:
    """Project -> heading -> what the list says."""
    said = json.loads(run.get("bidi_component")[0].proto.json)
    titles = [heading["title"] for heading in said["headings"]][1:]
    rows = [dict(zip(titles, (cell["text"] for cell in row["cells"]), strict=True)) for row in said["rows"]]
    return {row[titles[0]].removeprefix("✓ "): row for row in rows}


def test_the_printed_scenario_is_short_by_the_printed_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = opened(tmp_path, monkeypatch)
    assert not run.exception and not run.error
    rows = listed(run)
    assert {name: row["Short by"] for name, row in rows.items()} == {
        name: f"{short:,.2f} tce" for name, short in PRINTED.items()}
    assert rows["Datang"]["tce a year"] == "275,614" and rows["Telecom"]["tce a year"] == "97,971"
    assert all(row["Bound by"] == "2022 total energy use" for row in rows.values())


@pytest.mark.parametrize(("state", "verdict"), [("hold", "blocked"), ("warning", "exceeds quota")])
def test_the_state_of_the_park_is_said_above_with_its_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, verdict: str
) -> None:
    document = "Letter 7 of 2021"
    run = opened(tmp_path, monkeypatch, state={"state": state, "on": date(2021, 9, 1), "document": document})
    said = [*run.error, *run.warning]
    assert len(said) == 1 and document in said[0].value and "2021-09-01" in said[0].value
    assert verdict in listed(run)["pharma 1"]["Verdict"]


def test_the_page_of_a_scenario_speaks_chinese_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = listed(opened(tmp_path, monkeypatch, lang="zh"))
    assert rows["pharma 1"]["缺口"] == "108,788.34 吨标准煤" and rows["pharma 1"]["卡在"] == "2022 能耗总量"
