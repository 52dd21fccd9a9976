"""The parts of the Quotas page: entries with their reversal, lots with their expiry, figures that disagree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.cli import main
from planner.desk.desk import Desk
from planner.quota.accounts import Account
from planner.ui.account_entries import account_rows
from planner.ui.accounts_matrix import Cell, _over

YEAR = date.today().year
LOTS = f"""quota_type,year,amount,unit,park,basis,lot,expiry,county,city,price_yuan,lon,lat
offset_paddy,{YEAR},3,mu,P,accepted,L-OLD,2020-01-01,A,B,,110.2,19.9
offset_paddy,{YEAR},6,mu,P,accepted,L-NEW,2999-12-31,A,B,9,,
"""
FACTS = """measure,scope,period,status,value,unit,source,page
tax,zone,2021,forecast,53,yi_yuan,report,3
tax,zone,2021,forecast,60,yi_yuan,report,9
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "w.gpkg"
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    (tmp_path / "lots.csv").write_text(LOTS, "utf-8")
    (tmp_path / "facts.csv").write_text(FACTS, "utf-8")
    for words in ("init", f"import {tmp_path}/lots.csv --role quotas", f"import {tmp_path}/facts.csv --role facts"):
        assert main(words.split()) == 0
    return path


def show() -> None:
    from planner.ui.pages.quotas import show

    show()


def opened(part: str, lang: str = "en") -> AppTest:
    run = AppTest.from_function(show, default_timeout=60)
    run.session_state["lang"] = lang
    run.session_state["quotas-part"] = part
    run.run()
    assert not run.exception and not run.error
    return run


@pytest.mark.parametrize(("lang", "state", "expired"), [("en", "State", "✕ expired"), ("zh", "状态", "✕ 已到期")])
def test_lots_are_listed_with_what_is_left_and_until_when(workspace, lang, state, expired):
    table = opened("lots", lang).dataframe[0].value
    assert table[state].tolist()[0] == expired and table.iloc[:, 0].tolist() == ["L-OLD", "L-NEW"]
    assert table.iloc[:, 6].tolist() == [0.2, 0.4]  # hectares: 3 and 6 mu


def test_a_conflict_shows_both_figures_and_is_chosen_with_a_reason_on_the_page(workspace):
    run = opened("figures")
    assert "53" in run.dataframe[0].value["As printed"][0] and "60" in run.dataframe[0].value["As printed"][0]
    run.radio[0].set_value("F2")
    run.text_input(key="fact-reason-0").set_value("with refunds")
    run.text_input(key="fact-actor-0").set_value("Wang")
    run.run()
    run.button(key="fact-go-0").click().run()
    assert not run.exception and not run.error
    (row,) = Desk.open(str(workspace)).facts()
    assert (row.chosen.id, row.choice.actor, row.choice.reason) == ("F2", "Wang", "with refunds")


def test_the_entries_of_an_account_say_where_from_where_to_and_what_reverses_what(workspace):
    call = f"--basis d --actor Li --park P --quota offset_paddy_m2 --year {YEAR} --amount 100 --unit m2 --for x --key"
    assert main(f"ledger reserve {call} 1".split()) == 0
    assert main(["ledger", "reverse", "3", "--basis", "d", "--actor", "Li", "--key", "2"]) == 0
    desk = Desk.open(str(workspace))
    account = Account("P", "offset_paddy_m2", YEAR)
    rows = account_rows(desk.entries(account=account), account, "m2", desk.book.standing().undone)
    told = [list(row.values()) for row in rows]
    assert [(row[0], row[6]) for row in told] == [(1, 0.2), (2, 0.4), (3, 0.01), (4, 0.01)]
    assert told[2][4:6] == told[3][4:6][::-1] and "4" in told[2][9] and "3" in told[3][9]


def test_a_cell_of_the_matrix_opens_its_entries_and_draws_what_it_is_made_of(workspace):
    call = f"--basis d --actor Li --park P --quota offset_paddy_m2 --year {YEAR} --unit m2 --for x"
    assert main(f"ledger reserve {call} --amount 1000 --key 1".split()) == 0
    run = opened("accounts")
    cell = run.button(key=f"cell-offset_paddy_m2-{YEAR}")
    assert cell.label == "0.50"  # hectares: 3 and 6 mu less 1 000 m2
    assert not run.dataframe
    cell.click().run()
    assert run.dataframe[0].value["Kind"].tolist() == ["grant", "grant", "reserve"]
    style = next(one.proto.body for one in run.get("html") if f"cell-offset_paddy_m2-{YEAR}" in one.proto.body)
    # 1 000 of 6 000 m2 reserved, nothing opened or committed, the rest free
    assert "#4f86b8 0.00% 16.67%" in style and "#dfe5ea 16.67% 100.00%" in style


def test_what_is_used_beyond_the_grant_is_hatched_and_named_by_its_sign():
    over = Cell("-20.00", (120.0, 0.0, 0.0, -20.0), 100.0)
    assert over.short and not replace(over, parts=(100.0, 0.0, 0.0, 0.0)).short
    # 120 fills the scale of its row; the fifth or so beyond 100 is hatched, from 83.33 % of the ground on
    assert _over(over, 120.0).endswith("100.00% bottom / 16.67% 7px")


def test_every_account_opens_with_its_journals(workspace):
    names = {button.label for button in opened("accounts").get("download_button")}
    assert {"Journal (beancount)", "Journal (hledger)"} <= names
