"""The administrator's page of parameters: a row is added from a day on, shown in its history, and taken back."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from planner.desk.desk import Desk
from planner.desk.workspace import begin
from planner.parameters.changes import Wish
from planner.people import Role
from planner.store.open import open_store
from tests.test_cases import drawn


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    path = tmp_path / "w.gpkg"
    begin(str(path)).close()
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    return path


def show() -> None:
    from planner.ui import parameters_panel
    from planner.ui.session import desk

    parameters_panel.one(desk(), "coefficients", "electricity", {})


def opened(lang: str) -> AppTest:
    run = AppTest.from_function(show, default_timeout=60)
    run.session_state["lang"] = lang
    run.run()
    assert not run.exception and not run.error
    return run


def fill(run: AppTest, value: float, source: str = "Circular 9") -> AppTest:
    run.number_input(key="parameter-value").set_value(value)
    run.date_input(key="parameter-from").set_value(date(2031, 1, 1))
    run.text_input(key="parameter-source").set_value(source)
    run.text_input(key="parameter-reason").set_value("revised")
    run.text_input(key="parameter-actor").set_value("root")
    next(one for one in run.button if one.label == "新增一行").click().run()
    assert not run.exception
    return run


def test_a_row_is_added_and_taken_back_on_the_page(workspace):
    run = fill(opened("zh"), 0.12)  # choices are sent back by their words, which a test says in the first language
    assert not run.error and len(run.dataframe[0].value) == 2
    desk = Desk.open(str(workspace))
    (added,) = [row for row in desk.parameter_history("electricity") if row["id"]]
    assert (added["value"], added["valid_from"], added["actor"]) == (0.12, "2031-01-01", "root")
    run.text_input(key="parameter-back-reason").set_value("a slip")
    run.text_input(key="parameter-back-actor").set_value("root")
    next(one for one in run.button if one.label == "撤回该行").click().run()
    assert not run.exception and not run.error
    assert "✕ 已撤回" in run.dataframe[0].value.iloc[1].tolist()


def test_a_value_that_cannot_be_is_refused_on_the_page_and_nothing_is_written(workspace):
    run = fill(opened("zh"), -1.0)
    assert "electricity" in run.error[0].value and "数值" in run.error[0].value
    assert len(Desk.open(str(workspace)).parameter_history("electricity")) == 1


def test_the_page_lists_the_parks_of_the_ground_with_their_accounts(tmp_path, monkeypatch):
    path = tmp_path / "w.gpkg"
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    drawn(open_store(str(path), create=True)).close()

    def show() -> None:
        from planner.ui.pages.administration import parks
        from planner.ui.session import desk

        parks(desk())

    run = AppTest.from_function(show, default_timeout=60)
    run.session_state["lang"] = "en"
    run.run()
    assert not run.exception
    (park, account) = (one.value.iloc[0].tolist() for one in run.dataframe)
    assert (park[0], park[2]) == ("a", "ZONE") and park[4] == pytest.approx(100, rel=1e-3)  # a square of 1 000 m
    assert account == ["ZONE", "2026–2026", 0]


def acts_on(table: str, name: str = "") -> AppTest:
    """The page of one table, or of one name in it, in Chinese."""

    def show(table: str, name: str) -> None:
        from planner.ui import parameters_panel
        from planner.ui.refusals import guarded
        from planner.ui.session import desk

        if name:
            parameters_panel.one(desk(), table, name, {})
        else:
            guarded(parameters_panel.added)(desk(), table)

    run = AppTest.from_function(show, default_timeout=60, args=(table, name))
    run.session_state["lang"] = "zh"
    run.run()
    assert not run.exception and not run.error
    return run


def test_a_holiday_is_added_on_the_page_and_a_wrong_one_is_refused(workspace):
    run = acts_on("holidays")
    run.date_input(key="parameter-new-first").set_value(date(2027, 1, 3))
    run.date_input(key="parameter-new-last").set_value(date(2027, 1, 1))
    for key, said in (("title", "元旦 / New Year"), ("source", "Circular 9"), ("reason", "new"), ("actor", "root")):
        run.text_input(key=f"parameter-new-{key}").set_value(said)
    (button,) = [one for one in run.button if one.label == "新增一行"]
    button.click().run()
    assert "末日早于首日" in run.error[0].value
    run.date_input(key="parameter-new-first").set_value(date(2027, 1, 1))
    next(one for one in run.button if one.label == "新增一行").click().run()
    assert not run.exception and not run.error
    (added,) = [row for row in Desk.open(str(workspace)).parameter_rows("holidays") if row["name"].startswith("2027")]
    assert added["name"] == "2027-01-01/2027-01-01"


def test_a_row_that_the_planner_reckons_with_says_on_the_page_why_it_cannot_end(workspace):
    run = opened("zh")
    assert any("不能终止" in one.value for one in run.caption)
    assert not [one for one in run.button if one.label == "终止"]


def test_a_quota_is_changed_in_one_column_and_ended_on_the_page(workspace):
    run = acts_on("quotas", "water_m3")
    run.checkbox(key="parameter-listable").set_value(True)
    for key, said in (("source", "Circular 9"), ("reason", "revised"), ("actor", "root")):
        run.text_input(key=f"parameter-{key}").set_value(said)
    run.date_input(key="parameter-from").set_value(date(2031, 1, 1))
    next(one for one in run.button if one.label == "新增一行").click().run()
    assert not run.exception and not run.error
    (added,) = [row for row in Desk.open(str(workspace)).parameter_history("water_m3") if row["id"]]
    assert (added["in_force"], added["columns"]["listable"], added["columns"]["title"]) == (
        False, True, "water use")
    run.date_input(key="parameter-end-from").set_value(date(2032, 1, 1))
    for key, said in (("source", "Circular 9"), ("reason", "over"), ("actor", "root")):
        run.text_input(key=f"parameter-end-{key}").set_value(said)
    next(one for one in run.button if one.label == "终止").click().run()
    assert not run.exception and not run.error
    assert [row["ends"] for row in Desk.open(str(workspace)).parameter_history("water_m3")] == [False, False, True]


@pytest.mark.parametrize("table", ["coefficients", "land_classes", "quotas", "deductions", "review", "holidays"])
def test_a_table_is_shown_in_chinese_without_a_technical_name_for_its_columns(workspace, table):
    run = AppTest.from_function(_whole, default_timeout=60, args=(table,))
    run.session_state["lang"] = "zh"
    run.run()
    assert not run.exception and not run.error
    frame = run.dataframe[0].value
    assert len(frame) and all(any("\u4e00" <= sign <= "\u9fff" for sign in str(head)) for head in frame.columns)
    titled = frame["名称"].astype(str)
    assert titled.map(lambda name: any("\u4e00" <= sign <= "\u9fff" for sign in name)).all()


def _whole(table: str) -> None:
    import streamlit as st

    from planner.ui import parameters_panel
    from planner.ui.session import desk

    st.session_state.setdefault("parameters-kind", table)
    parameters_panel.show(desk())


@pytest.mark.parametrize(("lang", "act"), [("zh", "变更参数"), ("en", "Parameter changed")])
def test_the_trail_tells_each_act_in_words_without_keys(workspace, lang, act):
    desk = Desk.open(str(workspace))
    wish = Wish("water_m3", {"listable": "true"}, date(2031, 1, 1), "Circular 9", "unverified")
    desk.change_parameter(wish, table="quotas", reason="revised", actor="王 / Wang", key="the-key")
    desk.hold("li", Role.ADMINISTRATOR, actor="root")

    def show() -> None:
        from planner.ui.pages.administration import trail
        from planner.ui.session import desk

        trail(desk())

    run = AppTest.from_function(show, default_timeout=60)
    run.session_state["lang"] = lang
    run.run()
    assert not run.exception
    (given, changed) = run.dataframe[0].value.to_numpy().tolist()
    assert changed[1:3] == ["王" if lang == "zh" else "Wang", act] and "the-key" not in str(changed)
    role = "角色=管理员" if lang == "zh" else "Role=administrator"
    assert role in given[4] and role in given[6] and "=False" not in str(given)
