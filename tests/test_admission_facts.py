"""Figures that disagree: both are kept, both are printed, a choice is made with a reason and nothing is forgotten."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.admission.facts import Choice, Figure, State, Thing, all_told, told
from planner.words import translator

TAX = Thing("tax", "zone", "2021", "forecast")
REPORT = "2021 summary"


def figure(id, value, *, unit="yi_yuan", page="", **thing):
    return Figure(id, TAX._replace(**thing), Decimal(value), unit, REPORT, page)


def asked(figures, choices=(), **words):
    return told(figures, list(choices), **{"measure": "tax", "scope": "zone", "period": "2021"} | words)


def test_the_report_s_two_forecasts_of_one_tax_are_a_conflict_and_both_are_printed():
    # Scenario S5: 53 x 10^8 (+11 %) and 60 x 10^8 (+26 %) rest on one base, 47.7 x 10^8: 53/1.11 and 60/1.26.
    assert round(53 / 1.11, 0) == round(60 / 1.26, 0) == 48
    found = asked([figure("F1", 53, page="3"), figure("F2", 60, page="9")])
    assert (found.state, found.chosen) == (State.CONFLICT, None)
    said = found.text.say(translator("zh"))
    assert "53 亿元" in said and "60 亿元" in said and "第 9 页" in said and "不一致" in said


def test_another_scope_period_or_status_is_another_thing():
    later = figure("F3", "67.76", scope="zone with Mission Hills", status="actual")
    others = [later, figure("F4", 70, period="2022"), figure("F5", 9, measure="output")]
    assert asked([figure("F1", 53), *others]).state is State.ONE
    assert {row.state for row in all_told([figure("F1", 53), *others], [])} == {State.ONE}


def test_the_same_value_in_other_units_or_from_another_source_is_no_conflict():
    found = asked([figure("F1", "5.3"), figure("F2", 53_000, unit="wan_yuan"), figure("F3", 530_000_000, unit="yuan")])
    assert (found.state, found.chosen.id) == (State.ONE, "F1")


def test_a_value_is_printed_once_with_every_place_that_states_it():
    figures = [figure("F1", 53, page="3"), figure("F2", 60, page="9"), figure("F3", 530_000, unit="wan_yuan", page="4")]
    assert str(asked(figures).text) == (
        "53 x 100 million yuan (forecast; 2021 summary, p. 3; 2021 summary, p. 4) / "
        "60 x 100 million yuan (forecast; 2021 summary, p. 9): the sources disagree"
    )
    chosen = str(asked(figures, [Choice("C1", "F3", ("F1", "F2", "F3"), "why", "Wang", "2026-05-01")]).text)
    assert chosen.startswith("530,000 x 10,000 yuan (forecast; 2021 summary, p. 4; 2021 summary, p. 3), chosen by Wang")
    assert chosen.endswith("also stated: 60 x 100 million yuan (forecast; 2021 summary, p. 9)")


def test_an_actual_figure_is_told_before_a_forecast():
    both = [figure("F1", 53), figure("F2", 52, status="actual")]
    assert asked(both).chosen.id == "F2" and asked(both, status="forecast").chosen.id == "F1"


def test_a_choice_prints_the_other_figure_too_and_ends_when_a_new_one_disagrees():
    figures = [figure("F1", 53), figure("F2", 60)]
    choice = Choice("C1", "F2", ("F1", "F2"), "counts the refunds", "Wang", "2026-05-01")
    found = asked(figures, [choice])
    assert (found.state, found.chosen.id) == (State.CHOSEN, "F2")
    said = str(found.text)
    assert said.startswith("60 x 100 million yuan") and "53" in said and "Wang" in said and "counts the refunds" in said
    assert asked([*figures, figure("F3", 53)], [choice]).state is State.CHOSEN  # says what was known
    again = asked([*figures, figure("F4", 55)], [choice])
    assert (again.state, again.history) == (State.CONFLICT, (choice,))


def test_what_nobody_stated_is_said_to_be_so():
    assert (asked([]).state, str(asked([]).text)) == (State.NONE, "not stated")


# ---------------------------------------------------------------- on the command line
@pytest.fixture
def run(run_there):
    return run_there


TABLE = """measure,scope,period,status,value,unit,source,page
tax,zone,2021,forecast,53,yi_yuan,2021 summary,3
tax,zone,2021,forecast,60,yi_yuan,2021 summary,9
energy,zone,2021,actual,120000,tce,energy report,
"""


def test_both_figures_are_imported_one_is_chosen_and_the_history_stays(run, tmp_path):
    (tmp_path / "facts.csv").write_text(TABLE, "utf-8")
    assert run("import facts.csv --role facts --actor li")[1]["figures"] == ["F1", "F2", "F3"]
    assert run("import facts.csv --role facts --actor li")[1]["figures"] == ["F1", "F2", "F3"]  # the same call: once
    status, (row,) = run("facts list --conflicts")
    assert (status, row["state"], [f["value"] for f in row["figures"]]) == (0, "conflict", [53.0, 60.0])
    assert run("facts choose F3 --reason x")[1]["error"]["code"] == "E_NO_CONFLICT"
    assert run("facts choose F9 --reason x")[1]["error"]["code"] == "E_FIGURE"
    assert run("facts choose F2 --actor wang", "--reason", "with refunds")[0] == 0
    assert run("facts choose F1 --actor zhao", "--reason", "without refunds")[0] == 0
    (row,) = run("facts list --measure tax")[1]
    assert (row["state"], row["chosen"]) == ("chosen", "F1") and "60" in row["text"]
    assert [(c["chosen"], c["actor"], c["in_force"]) for c in row["choices"]] == [
        ("F2", "wang", False), ("F1", "zhao", True),
    ]


ADD = "facts add --measure tax --period 2021 --value 53 --unit yi_yuan --status forecast --source report"


@pytest.mark.parametrize(
    ("old", "new"),
    [("--measure tax", "--measure joy"), ("2021", "two"), ("53", "5,3"), ("yi_yuan", "tce"), ("forecast", "guess"),
     ("2021", "2021-13"), ("2021", "2021-00"), ("2021", "0000"), ("53", "1000000000001")],
)
def test_a_figure_that_cannot_be_is_refused_and_nothing_is_written(run, old, new):
    assert run(ADD.replace(old, new))[0] == 2
    assert run("facts list")[1] == []
    assert run(ADD) == (0, {"figure": "F1"})


def test_a_bad_cell_is_named_and_refuses_the_table(run, tmp_path):
    (tmp_path / "facts.csv").write_text(TABLE + "tax,zone,2021,actual,六十,yi_yuan,report,\n", "utf-8")
    status, refused = run("import facts.csv --role facts")
    assert (status, refused["error"]["code"]) == (2, "E_ROWS")
    assert refused["error"]["rejected"][0]["column"] == "value" and run("facts list")[1] == []
