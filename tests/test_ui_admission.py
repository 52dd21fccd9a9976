"""The reviewer's page on a saved scenario: opened above, judged alone or with the book, under the park's state."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.desk import scenarios
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.workspace import begin
from planner.energy.project import Project, project_from

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
NOTHING: Mapping[str, Any] = {}
PRINTED = {"Datang": 8614.0, "Telecom": 106_584.964, "pharma 1": 108_788.344}


def admission() -> None:
    from planner.ui.pages.admission import show

    show()


def opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, lang: str = "en", chosen: Mapping[str, str] = NOTHING,
    versions: Mapping[str, Any] = NOTHING, granted: str = "5", queue: Sequence[Project] = (), **more: Any,
) -> AppTest:
    """The page on the scenario, alone, with what is ``chosen`` on it by widget; ``versions`` are saved beside it, and
    ``queue`` is kept as the workspace's own, beside a book that grants tce in 2022."""
    path = folder / "w.gpkg"
    folder.mkdir(exist_ok=True)
    desk = begin(str(path), energy_basis="calorific")
    desk.move(Movement("grant", "P", "energy_tce", 2022, granted, "tce", "Notice", "t", "k1", date(2021, 1, 5)))
    desk.keep_queue(queue, actor="t")
    for name, tables in {"haikou": {**HAIKOU, **more}, **versions}.items():
        scenarios.keep(desk, name, tables, actor="t", key=name)
    desk.close()
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    run = AppTest.from_function(admission, default_timeout=60)
    run.session_state["lang"], run.session_state["ground"] = lang, "haikou"
    run.session_state["with-book-haikou"] = False
    for key, value in chosen.items():
        run.session_state[key] = value
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


QUESTIONS = [*(({"question": name}) for name in ("figures", "best", "sure", "costs")),
             {"question": "scenarios", "scenario-work": "compare"}]


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked["question"])
def test_every_question_at_the_foot_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    run = opened(tmp_path, monkeypatch, chosen=asked)
    assert not run.exception and not run.error
    assert run.session_state["question"] == asked["question"]


def test_what_moves_a_budget_most_is_drawn_with_the_widest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = opened(tmp_path, monkeypatch, chosen={"question": "scenarios", "scenario-work": "tornado"})
    assert not run.exception and not run.error
    bars = next(json.loads(chart.proto.spec) for chart in run.get("vega_lite_chart") if "dark line" in chart.proto.spec)
    first = bars["layer"][0]["encoding"]["y"]["sort"][0]
    assert first.startswith("Datang")  # the plant that burns most moves the total most


def test_two_versions_merge_on_the_page_with_their_conflict_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = {name: {**HAIKOU, "caps": {**HAIKOU["caps"], "energy_tce": cap}}
                for name, cap in (("one", 390_000), ("other", 395_000))}
    run = opened(tmp_path, monkeypatch, versions=versions, chosen={
        "question": "scenarios", "scenario-work": "merge", "merge-base": "haikou", "merge-mine": "one",
        "merge-theirs": "other", "merge-take": "mine"})
    assert not run.exception and not run.error
    conflicts = next(table.value for table in run.dataframe if "Input" in table.value)
    assert list(conflicts) == ["Of", "Input", "haikou (t)", "one (t)", "other (t)"]
    assert conflicts.to_numpy().tolist() == [["caps", "total energy use", "387,000", "390,000", "395,000"]]
    run.text_input(key="merge-name").set_value("both").run()
    run.button(key="merge-save").click().run()
    desk = Desk.open(str(tmp_path / "w.gpkg"))
    assert {row.name: row for row in desk.scenarios()}["both"].tables["caps"]["energy_tce"] == 390_000
    desk.close()


@pytest.mark.parametrize("holds", [False, True])
def test_an_intensity_that_is_only_followed_is_no_verdict_and_no_part_of_what_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds: bool
) -> None:
    telecom = project_from({**HAIKOU["project"][1], "value_added_wan_yuan": 48_000}, place="telecom")
    followed = {"ground": "", "intensity-cap": 0.3, "value-added": 1_000.0, "intensity-holds": holds}
    run = opened(tmp_path, monkeypatch, lang="zh", granted="387000", queue=[telecom], chosen=followed)
    assert not run.exception and not run.error
    # 97 971 tce (as printed) by 49 000: 1.6994 over the cap of 0.3
    cells = run.dataframe[0].value.iloc[0].to_dict()
    assert cells.get("能耗强度") == ("✕ 2022 年缺 1.6994 吨标准煤/万元" if holds else None)
    below = [json.loads(chart.proto.spec)["title"].get("subtitle", "") for chart in run.get("vega_lite_chart")]
    assert len(below) > 1 and any("未按强度审" in words for words in below) != holds
    run = opened(tmp_path / "again", monkeypatch, lang="zh", granted="387000", queue=[telecom],
                 chosen={**followed, "question": "scenarios"})
    run.text_input(key="scenario-name").set_value("kept").run()
    run.button(key="scenario-save").click().run()
    desk = Desk.open(str(tmp_path / "again" / "w.gpkg"))
    caps = {row.name: row for row in desk.scenarios()}["kept"].tables.get("caps", {})
    desk.close()
    assert caps.get("intensity_tce_per_wan_yuan") == (0.3 if holds else None)
