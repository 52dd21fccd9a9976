"""Kept scenarios: saved and read back, compared, merged with conflicts named, and asked which input moves them."""

from __future__ import annotations

import copy
import tomllib
from contextlib import closing
from datetime import date, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.admission.compare import Simulated, compare
from planner.admission.places import titled
from planner.admission.scenario import scenario_from
from planner.admission.simulate import simulate
from planner.admission.tables import differences, merge
from planner.admission.tornado import tornado
from planner.cli.main import main
from planner.desk import scenarios
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.errors import FeatureMissing, KeyReused, ScenarioError
from planner.formats.write_toml import scenario_text
from planner.store.open import open_store
from planner.store.parameters import load
from planner.words import for_reader, translator

ROWS = load()
TABLES = tomllib.loads("""
[scenario]
title = "两个项目 / two projects"
on = 2025-01-02
years = [2025, 2026]
basis = "calorific"
[baseline]
energy_tce = 1000
value_added_wan_yuan = 10_000
[caps]
energy_tce = { 2025 = 2000, 2026 = 1500 }
intensity_tce_per_wan_yuan = 0.2
[[project]]
id = "a"
start = 2025
tax_wan_yuan = 7
value_added_wan_yuan = 100
carriers = { natural_gas_m3 = 400_000, natural_gas_kgce_per_m3 = 1.0 }
[[project]]
id = "b"
start = 2026
tax_wan_yuan = 5
jobs = 3
data_centre = { it_load_kw = 100, load_factor = 0.5, pue = 1.25 }
""")


def tables(**changes):
    made = copy.deepcopy(TABLES)
    for path, value in changes.items():
        place = made
        *above, last = path.split("__")
        for name in above:
            place = place[int(name)] if name.isdigit() else place[name]
        if value is None:
            del place[int(last) if last.isdigit() else last]
        else:
            place[last] = value
    return made


def simulated(made, name="s"):
    scenario = scenario_from(made)
    return Simulated(name, made, scenario, simulate(scenario, ROWS))


# ---------------------------------------------------------------- compare
def test_two_scenarios_differ_by_their_inputs_their_verdicts_and_what_is_left():
    more = tables(caps__energy_tce={"2025": 2000, "2026": 1300}, project__0__tax_wan_yuan=9)
    found = compare(simulated(TABLES, "before"), simulated(more, "after"))
    assert [(row.path, row.before, row.after) for row in found.inputs] == [
        ("caps.energy_tce.2026", 1500, 1300), ("project.a.tax_wan_yuan", 7, 9)]
    assert {row.id: (str(row.before.verdict), str(row.after.verdict)) for row in found.projects} == {
        "a": ("warn", "exceeds"), "b": ("warn", "fits")}
    b_tce = 100 * 0.5 * 1.25 * 8760 * 0.1229 / 1000
    last = next(row for row in found.balance if row.quota == "energy_tce" and row.year == 2026)
    # before: a (400) and b are in; after: a (1400 > 1300) is not.
    assert last.before.left == pytest.approx(1500 - 1000 - 400 - b_tce)
    assert last.more_left == pytest.approx((1300 - 1000 - b_tce) - (1500 - 1000 - 400 - b_tce))
    assert [(g.admitted, g.tax_wan_yuan, g.value_added_wan_yuan, g.jobs) for g in found.gains] == [
        (2, 12, 100, 3), (1, 5, 0, 3)]


def test_a_project_that_only_one_side_has_stands_alone_in_its_pair():
    found = compare(simulated(TABLES), simulated(tables(project__1=None)))
    pair = next(row for row in found.projects if row.id == "b")
    assert pair.after is None and pair.changed
    assert ("project.b", None) in [(row.path, row.after) for row in found.inputs]


# ---------------------------------------------------------------- merge
def test_what_only_one_side_changed_is_taken_and_nothing_conflicts():
    mine = tables(project__0__start=2026, caps__intensity_tce_per_wan_yuan=0.3)
    theirs = tables(project__0__tax_wan_yuan=8, caps__energy_tce={"2025": 2000, "2026": 1600})
    found = merge(TABLES, mine, theirs)
    assert found.conflicts == ()
    assert scenario_from(found.tables) == scenario_from(tables(
        project__0__start=2026, caps__intensity_tce_per_wan_yuan=0.3, project__0__tax_wan_yuan=8,
        caps__energy_tce={"2025": 2000, "2026": 1600}))


def test_a_place_that_both_changed_is_a_conflict_with_all_three_values():
    mine, theirs = tables(project__1__data_centre__pue=1.2), tables(project__1__data_centre__pue=1.3)
    found = merge(TABLES, mine, theirs)
    assert [(row.path, row.base, row.mine, row.theirs) for row in found.conflicts] == [
        ("project.b.data_centre.pue", 1.25, 1.2, 1.3)]
    for side, value in (("base", 1.25), ("mine", 1.2), ("theirs", 1.3)):
        assert merge(TABLES, mine, theirs, take=side).tables["project"][1]["data_centre"]["pue"] == value


def project_fields():
    """Every field of a project, and of the tables inside it."""
    for name, field in Project.model_fields.items():
        inner = [one for one in (field.annotation, *get_args(field.annotation)) if hasattr(one, "model_fields")]
        yield from ((name, part) for one in inner for part in one.model_fields)
        if not inner:
            yield name, ""


STATED = [  # what both change, and how the conflict is told
    ({"project__1__data_centre__pue": 1.2}, {"project__1__data_centre__pue": 1.3},
     "b, PUE: was 1.25; the first (Li) makes it 1.2, the second makes it 1.3",
     "b，PUE：原为 1.25；the first（Li） 改为 1.2，the second 改为 1.3"),
    ({"project__0__name": "厂 / plant", "project__0__start": 2026}, {"project__0__start": 2027},
     "plant, Start, year: was 2025; the first (Li) makes it 2026, the second makes it 2027",
     "厂，投产年份：原为 2025；the first（Li） 改为 2026，the second 改为 2027"),
    ({"caps__energy_tce": {"2025": 2100, "2026": 1500}}, {"caps__energy_tce": {"2025": 2200, "2026": 1500}},
     "caps, total energy use, 2025: was 2,000; the first (Li) makes it 2,100, the second makes it 2,200",
     "上限，能耗总量，2025 年：原为 2,000；the first（Li） 改为 2,100，the second 改为 2,200"),
    ({"project__1__status": "committed"}, {"project__1": None},
     "b, in the scenario or not: was in the scenario; the first (Li) makes it in the scenario, the second makes it "
     "taken out", "b，是否在方案中：原为 在方案中；the first（Li） 改为 在方案中，the second 改为 已去掉"),
    ({"scenario__basis": "equal"}, {"scenario__basis": "unknown"},
     "the scenario, basis of energy: was calorific value; the first (Li) makes it equal value, the second makes it "
     "unknown", "方案，能耗口径：原为 当量值；the first（Li） 改为 等价值，the second 改为 未知"),
]


@pytest.mark.parametrize(("mine", "theirs", "english", "chinese"), STATED, ids=lambda given: "")
def test_a_conflict_is_told_in_words_with_whose_input_it_is_and_who_made_it_what(mine, theirs, english, chinese):
    versions = [scenarios.Source("start", TABLES), scenarios.Source("the first", tables(**mine), actor="Li"),
                scenarios.Source("the second", tables(**theirs))]
    (told,) = scenarios.told(scenarios.merged(*versions), versions, ROWS)
    assert for_reader(told.sentence, "en", {}).say(lambda said: said) == english
    assert for_reader(told.sentence, "zh", {}).say(translator("zh")) == chinese


def test_every_field_of_a_project_has_a_name_for_a_reader():
    fields = {f"{name}.{part}" if part else name for name, part in project_fields()}
    tables_ = {"carriers.feedstock", "carriers.measured_kj_per_unit", "carriers.kgco2_per_gj"}
    named = fields - tables_ - {"id", "uncertain", "demand", "phases.after", "phases.share"}
    named |= {f"{table}.natural_gas_m3" for table in tables_}
    assert {path for path in named if str(titled(path)) == path} == set()


def test_a_project_that_one_drops_and_the_other_changes_is_one_conflict():
    found = merge(TABLES, tables(project__0=None), tables(project__0__start=2026))
    assert [(row.path, row.mine) for row in found.conflicts] == [("project.a", None)]
    assert [row["id"] for row in merge(TABLES, tables(project__0=None), TABLES).tables["project"]] == ["b"]


def test_new_projects_of_both_sides_stand_behind_their_neighbours_and_a_new_order_is_kept():
    new = {"id": "n", "start": 2025}, {"id": "m", "start": 2025}
    mine = copy.deepcopy(TABLES)
    mine["project"].insert(1, new[0])
    theirs = copy.deepcopy(TABLES)
    theirs["project"] = [theirs["project"][1], new[1], theirs["project"][0]]
    merged = merge(TABLES, mine, theirs)
    assert [row["id"] for row in merged.tables["project"]] == ["b", "m", "a", "n"] and not merged.conflicts
    third = {**TABLES, "project": [*TABLES["project"], {"id": "c", "start": 2025}]}
    a, b, c = third["project"]
    found = merge(third, {**third, "project": [c, a, b]}, {**third, "project": [b, a, c]})
    assert [row.path for row in found.conflicts] == ["project.order"]


@st.composite
def versions(draw):
    made = copy.deepcopy(TABLES)
    made["caps"]["energy_tce"] = draw(st.sampled_from([TABLES["caps"]["energy_tce"], 5, {"2025": 1}]))
    made["project"] = draw(st.permutations(made["project"]))
    for project in made["project"]:
        project["start"] = draw(st.sampled_from([project["start"], 2025, 2026]))
    return made


@given(versions(), versions())
def test_merging_with_the_base_changes_nothing_and_the_sides_are_told_apart_only_in_conflicts(mine, theirs):
    assert scenario_from(merge(TABLES, mine, TABLES).tables) == scenario_from(mine)
    assert scenario_from(merge(TABLES, mine, mine).tables) == scenario_from(mine)
    one, other = merge(TABLES, mine, theirs, take="mine"), merge(TABLES, theirs, mine, take="theirs")
    assert {row.path for row in one.conflicts} == {row.path for row in other.conflicts}
    changed = {row.path for row in differences(TABLES, one.tables)}
    assert changed <= {row.path for side in (mine, theirs) for row in differences(TABLES, side)}


# ---------------------------------------------------------------- tornado
def test_each_bar_is_one_figure_moved_with_all_others_as_stated():
    found = tornado(scenario_from(TABLES), ROWS, quota="energy_tce", year=2026, span=0.2)
    b_tce = 100 * 0.5 * 1.25 * 8760 * 0.1229 / 1000
    assert (found.use, found.cap) == (pytest.approx(1400 + b_tce), 1500)
    bars = {f"{bar.project}.{bar.path}": bar for bar in found.bars}
    gas = bars["a.carriers.natural_gas_m3"]
    assert (gas.use_low, gas.use_high) == (pytest.approx(found.use - 80), pytest.approx(found.use + 80))
    pue = bars["b.data_centre.pue"]
    assert (pue.low, pue.high) == (1.0, pytest.approx(1.5))  # never below 1
    assert pue.use_low == pytest.approx(1400 + b_tce / 1.25)
    assert [bar.swing for bar in found.bars] == sorted((bar.swing for bar in found.bars), reverse=True)
    assert "a.tax_wan_yuan" not in bars  # it moves no energy


def test_a_stated_range_takes_the_place_of_the_span_and_an_intensity_moves_by_value_added():
    stated = tables(project__1__uncertain={"data_centre.pue": [1.2, 1.25, 1.4]})
    bars = {bar.path: bar for bar in tornado(scenario_from(stated), ROWS, quota="energy_tce", year=2026, span=0.5).bars}
    assert (bars["data_centre.pue"].low, bars["data_centre.pue"].high) == (1.2, 1.4)
    found = tornado(scenario_from(TABLES), ROWS, quota="intensity_tce_per_wan_yuan", year=2025, span=0.5)
    added = next(bar for bar in found.bars if bar.path == "value_added_wan_yuan")
    assert (added.use_low, added.use_high) == (pytest.approx(1400 / 10_050), pytest.approx(1400 / 10_150))


def test_a_budget_that_nobody_judges_is_refused_with_those_that_are():
    with pytest.raises(ScenarioError, match="energy_tce"):
        tornado(scenario_from(TABLES), ROWS, quota="energy_tce", year=2030, span=0.1)


# ---------------------------------------------------------------- keeping
@pytest.fixture
def at():
    with closing(open_store("memory:", create=True)) as store:
        yield Desk(store, today=lambda: date(2025, 1, 2), now=lambda: datetime(2025, 1, 2, 9, 30))


def test_a_scenario_is_saved_under_its_name_and_comes_back_the_same(at):
    scenarios.keep(at, "甲", TABLES, actor="Li", key="k1", note="for the meeting")
    (kept,) = at.scenarios()
    assert (kept.name, kept.actor, kept.saved_at, kept.note) == ("甲", "Li", "2025-01-02T09:30:00", "for the meeting")
    assert scenario_from(scenarios.source(at, "甲").tables) == scenario_from(TABLES)


def test_a_name_is_used_once_unless_replaced_and_a_key_once_for_one_content(at):
    scenarios.keep(at, "s", TABLES, actor="Li", key="k1")
    again = scenarios.keep(at, "s", TABLES, actor="Li", key="k1")
    assert again["scenario"] == "s" and len(at.scenarios()) == 1
    with pytest.raises(scenarios.ScenarioExists):
        scenarios.keep(at, "s", tables(project__0__start=2026), actor="Li", key="k2")
    with pytest.raises(KeyReused):
        scenarios.keep(at, "t", TABLES, actor="Li", key="k1")
    scenarios.keep(at, "s", tables(project__0__start=2026), actor="Li", key="k3", replace=True)
    assert at.scenarios()[0].tables["project"][0]["start"] == 2026
    scenarios.drop(at, "s", actor="Li", key="k4")
    assert at.scenarios() == []
    with pytest.raises(scenarios.ScenarioMissing):
        scenarios.drop(at, "s", actor="Li", key="k5")


def test_a_wrong_scenario_or_one_with_a_parcel_the_workspace_lacks_is_not_saved(at):
    with pytest.raises(ScenarioError, match="caps"):
        scenarios.keep(at, "s", {**TABLES, "caps": 3}, actor="Li", key="k")
    with pytest.raises(FeatureMissing):
        scenarios.keep(at, "s", tables(project__0__parcel="p.geojson"), actor="Li", key="k")
    assert at.scenarios() == []


@given(st.recursive(st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
                    | st.dates(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner,
                                                                                             max_size=3), max_leaves=8))
def test_a_scenario_written_as_a_file_reads_back_to_the_same_tables(value):
    made = {"scenario": {"title": value, "甲 b": [value]}, "project": [{"id": value}, {"x": {"y": value}}]}
    assert tomllib.loads(scenario_text(made)) == made


def test_the_commands_save_list_compare_merge_and_show(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, made in (("base", TABLES), ("mine", tables(project__0__start=2026)),
                       ("theirs", tables(project__0__start=2025, project__1__start=2025)),
                       ("other", tables(project__1__start=2027, caps__energy_tce=9e5))):
        (tmp_path / f"{name}.toml").write_text(scenario_text(made))
    assert main(["init", "--workspace", "w.gpkg", "--json"]) == 0
    assert main(["scenario", "save", "s", "base.toml", "--workspace", "w.gpkg", "--json"]) == 0
    assert main(["scenario", "list", "--workspace", "w.gpkg", "--json"]) == 0
    assert '"scenario": "s"' in capsys.readouterr().out
    assert main(["scenario", "compare", "base.toml", "mine.toml", "--json"]) == 0
    assert '"path": "project.a.start"' in capsys.readouterr().out
    assert main(["scenario", "merge", "s", "mine.toml", "theirs.toml", "--out", "m.toml", "--workspace",
                 "w.gpkg"]) == 0
    assert [row["start"] for row in tomllib.loads((tmp_path / "m.toml").read_text())["project"]] == [2026, 2025]
    assert main(["scenario", "merge", "s", "theirs.toml", "other.toml", "--out", "c.toml", "--workspace", "w.gpkg",
                 "--lang", "en"]) == 3
    assert "b, Start, year: was 2026; theirs.toml makes it 2025" in capsys.readouterr().out
    assert not (tmp_path / "c.toml").exists()
    assert main(["scenario", "tornado", "base.toml", "--quota", "energy_tce", "--year", "2026", "--json"]) == 0
    assert main(["scenario", "show", "none", "--workspace", "w.gpkg"]) == 2
