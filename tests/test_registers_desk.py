"""Registers in and out of a workspace: tables that read back, rows refused by their column, the verbs and the page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from shapely.geometry import mapping
from streamlit.testing.v1 import AppTest

from planner.desk.desk import Desk
from planner.desk.registers import checked, history_document, rows
from planner.desk.registers_in import RegisterFile, import_register, keep_row, stamp
from planner.desk.registers_out import export_register, findings_workbook
from planner.desk.workspace import begin
from planner.errors import FeatureMissing, InputError, KeyReused, Rejected, StoreRefused
from planner.people import Person, Role
from planner.registers.rows import Contract, Row, Stock, Temporary, Tract
from planner.sheets.workbook import table_xlsx
from planner.words import translator
from tests.drawn_land import land

ROWS: dict[str, list[Row]] = {
    "tracts": [Tract(id="007", name="=1+1", villagers=30, villagers_agreed=21, outline=land(0, 0, 100, 100),
                     public_parcels=("P-1", "P 2"), submitted_on=date(2026, 1, 5), stated_total_m2=10_000.25)],
    "temporary": [Temporary(id="L-1", works="listed", purpose="construction", permanent_building="no",
                            starts_on=date(2024, 6, 1), ends_on=date(2026, 6, 1))],
    "stock": [Stock(id="S-1", kind="supplied_not_built", built_share=1 / 3, approved_on=date(2020, 1, 1)),
              Stock(id="S-2", kind="inefficient", investment=299.99, name="甲; 乙")],
    "contracts": [Contract(id="C-1", output_promised=976, output_by=2024, status="unverified",
                           output_reached={2022: 0.1, 2024: 976.5}, tax_reached={2024: 82})],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = begin(str(tmp_path / "w.gpkg"))
    made.today = lambda: date(2026, 3, 1)
    return made


def table(tmp_path: Path, headings: list[str], *lines: list) -> Path:
    path = tmp_path / "table.xlsx"
    path.write_bytes(table_xlsx(headings, lines, title="t"))
    return path


def take(desk: Desk, register: str, path: Path, **more) -> dict:
    key = more.pop("key", f"{register}-{path.name}-{stamp(desk, register)}")
    return import_register(desk, RegisterFile(register, path, "Li", key, **more))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("register", ROWS)
def test_a_register_comes_back_from_its_own_table_in_either_language(desk, tmp_path, register, lang):
    with desk.store.turn() as turn:
        for row in ROWS[register]:
            keep_row(turn, register, row, actor="Li")
    out = tmp_path / "out.xlsx"
    export_register(desk, register, out, say=translator(lang))
    other = begin(str(tmp_path / "other.gpkg"))
    answer = take(other, register, out)
    assert answer["added"] == [row.id for row in ROWS[register]]
    assert list(rows(other, register)) == ROWS[register]
    assert take(other, register, out)["unchanged"] == answer["added"]
    assert [len(history_document(other, register, row.id)) for row in ROWS[register]] == [1] * len(ROWS[register])


def test_a_text_that_looks_like_a_formula_leaves_as_a_text(desk, tmp_path):
    with desk.store.turn() as turn:
        keep_row(turn, "tracts", ROWS["tracts"][0], actor="Li")
    export_register(desk, "tracts", tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("007", "s")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Tax a year, 10,000 yuan per mu", "１２", "perhaps 12"), ("tax", "1,000", "perhaps 1000"),
        ("tax", -1, "less than 0"), ("tax", True, "not a number"), ("tax", "三十", "perhaps 30"),
        ("tax", "1e3", "perhaps 1000"), ("tax", 2e12, "check its unit"), ("built_share", 40, "write a share"),
        ("approved_on", "2026/1/5", "write it as"), ("kind", "idle", "is none of"), ("kind", None, "is empty"),
        ("parcels", "A;A", "twice"), ("outline", "POINT (1 2)", "no outline"), ("outline", "<b>", "no outline"),
        ("outline", "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "not a valid polygon"),
        ("outline", "POLYGON ((500000 0, 500001 0, 500001 1, 500000 0))", "not in longitude"),
        ("standard_tax", 30, "needs its document"), ("standard_tax", 0, "not more than 0"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_and_nothing_is_written(desk, tmp_path, column, value, said):
    line = {"id": "S-1", "kind": "inefficient", column: value}
    good = {"id": "S-0", "kind": "inefficient"}
    path = table(tmp_path, list(line), [good.get(name) for name in line], list(line.values()))
    with pytest.raises(Rejected) as refused:
        take(desk, "stock", path)
    (reason,) = refused.value.reasons
    assert refused.value.code == "E_ROWS" and reason.where["row"] == 3
    assert reason.where["column"] == ("standard_document" if said == "needs its document" else column)
    assert said in str(reason.text)
    assert rows(desk, "stock") == ()


def test_a_formula_is_no_figure(desk, tmp_path):
    path = tmp_path / "f.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["id", "kind", "tax"])
    book.active.append(["S-1", "inefficient", "=1+1"])
    book.save(path)
    with pytest.raises(Rejected, match="formula"):
        take(desk, "stock", path)


def test_a_heading_that_is_no_column_and_a_row_given_twice_are_refused(desk, tmp_path):
    with pytest.raises(InputError, match="'colour' is no column"):
        take(desk, "stock", table(tmp_path, ["id", "kind", "colour"], ["S", "inefficient", "red"]))
    with pytest.raises(InputError, match="'kind'"):
        take(desk, "stock", table(tmp_path, ["id"], ["S"]))
    with pytest.raises(Rejected, match="row 2 already"):
        take(desk, "stock", table(tmp_path, ["id", "kind"], ["S", "inefficient"], ["S", "inefficient"]))


def test_chinese_and_csv_tables_are_read_and_numbers_keep_their_zeros(desk, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("编号,类型,宗地,年税收（万元/亩）\n007,批而未供,P-1；P-2,14.5\n", "utf-8")
    take(desk, "stock", path)
    (row,) = rows(desk, "stock")
    assert row == Stock(id="007", kind="approved_not_supplied", parcels=("P-1", "P-2"), tax=14.5)


def test_outlines_come_from_a_file_beside_the_table_and_stay_where_the_next_table_is_silent(desk, tmp_path):
    path = table(tmp_path, ["id", "kind"], ["S-1", "inefficient"])
    shapes = tmp_path / "shapes.geojson"

    def write(id: str) -> None:
        feature = {"type": "Feature", "id": id, "properties": {}, "geometry": mapping(land(0, 0, 100, 100))}
        shapes.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")

    write("S-1")
    take(desk, "stock", path, shapes=shapes)
    assert rows(desk, "stock")[0].outline.equals(land(0, 0, 100, 100))
    assert take(desk, "stock", path)["unchanged"] == ["S-1"]
    write("S-9")
    with pytest.raises(FeatureMissing, match="S-9"):
        take(desk, "stock", path, shapes=shapes)


def test_rows_that_a_table_lacks_go_only_when_asked_and_their_versions_stay(desk, tmp_path):
    take(desk, "stock", table(tmp_path, ["id", "kind"], ["S-1", "inefficient"], ["S-2", "inefficient"]))
    one = table(tmp_path, ["id", "kind", "tax"], ["S-1", "inefficient", 3])
    assert take(desk, "stock", one, dry_run=True, replace=True)["dropped"] == ["S-2"]
    assert [row.id for row in rows(desk, "stock")] == ["S-1", "S-2"]
    assert (take(desk, "stock", one)["changed"], len(rows(desk, "stock"))) == (["S-1"], 2)
    assert take(desk, "stock", one, replace=True)["dropped"] == ["S-2"]
    assert [version["document"] is None for version in history_document(desk, "stock", "S-2")] == [False, True]


def test_a_key_does_its_import_once(desk, tmp_path):
    first = table(tmp_path, ["id", "kind"], ["S-1", "inefficient"])
    assert take(desk, "stock", first, key="k") == take(desk, "stock", first, key="k")
    with pytest.raises(KeyReused):
        take(desk, "stock", table(tmp_path, ["id", "kind"], ["S-2", "inefficient"]), key="k")
    assert [row.id for row in rows(desk, "stock")] == ["S-1"]


def test_a_viewer_reads_and_a_planner_writes(desk, tmp_path):
    path = table(tmp_path, ["id", "kind"], ["S-1", "inefficient"])
    viewer = desk.for_person(Person("ann", (("*", Role.VIEWER),)))
    with pytest.raises(StoreRefused, match="ann"):
        take(viewer, "stock", path)
    take(desk.for_person(Person("bob", (("P", Role.PLANNER),))), "stock", path)
    assert [version["actor"] for version in history_document(viewer, "stock", "S-1")] == ["bob"]


def test_findings_leave_as_a_table_with_their_clause(desk, tmp_path):
    take(desk, "stock", table(tmp_path, ["id", "kind", "tax"], ["S-1", "inefficient", 15]))
    path = tmp_path / "findings.xlsx"
    path.write_bytes(findings_workbook("stock", checked(desk, "stock"), say=translator("zh")))
    lines = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]
    (tax,) = [line for line in lines if "50 %" in str(line[4])]  # 15 of 30
    assert (tax[0], tax[3], tax[5], tax[6]) == ("S-1", "不符合", 15, 30) and "海南省建设用地出让控制指标" in tax[8]


# ---------------------------------------------------------------- the command line
@pytest.fixture
def run(run):
    """Runs a command in a folder with a workspace, in English."""
    assert run("init --workspace w.gpkg")[0] == 0
    return lambda words: run(words, "--lang", "en")


def test_the_verbs_take_in_judge_hand_out_and_remember(run, tmp_path):
    headings = ["id", "signed_on", "investment_promised", "output_promised", "tax_promised"]
    table(tmp_path, headings, ["ZONE", "2021-12-22", 670, 976, 82])
    status, answer = run("register import contracts table.xlsx --workspace w.gpkg --actor Li")
    assert (status, answer["stored"], answer["added"]) == (0, 1, ["ZONE"])
    status, found = run("register check contracts --workspace w.gpkg --on 2026-01-01 --out findings.xlsx")
    (row,) = found["rows"]
    assert (status, found["on"], row["id"]) == (0, "2026-01-01", "ZONE")
    shares = [row["figures"][f"{one}_promised_share"] for one in ("investment", "output", "tax")]
    assert shares == pytest.approx([670 / 300, 976 / 500, 82 / 30], rel=1e-12)
    said = " ".join(seen["message"] for seen in row["findings"])
    assert all(percent in said for percent in ("223 %", "195 %", "273 %"))
    assert (tmp_path / "findings.xlsx").exists()
    assert run("register check contracts --workspace w.gpkg --fail-on unknown")[0] == 3
    assert run("register export contracts --workspace w.gpkg --out out.xlsx")[1]["rows"] == 1
    assert run("register list --workspace w.gpkg")[1][3] == {"register": "contracts", "rows": 1}
    assert run("register list contracts --workspace w.gpkg")[1][0]["tax_promised"] == 82
    assert run("register drop contracts --id ZONE --workspace w.gpkg --actor Wu")[1]["version"] == 2
    status, versions = run("register history contracts --id ZONE --workspace w.gpkg")
    assert [(one["actor"], one["document"] is None) for one in versions] == [("Li", False), ("Wu", True)]


def test_the_same_table_may_come_back_after_something_else_was_done(run, tmp_path):
    table(tmp_path, ["id", "kind"], ["S-1", "inefficient"])
    assert run("register import stock table.xlsx --workspace w.gpkg")[1]["added"] == ["S-1"]
    assert run("register drop stock --id S-1 --workspace w.gpkg")[0] == 0
    assert run("register import stock table.xlsx --workspace w.gpkg")[1]["added"] == ["S-1"]
    assert len(run("register list stock --workspace w.gpkg")[1]) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("register list ponds", "E_REGISTER"), ("register check stock --id no", "E_ROW_MISSING"),
        ("register drop stock --id no", "E_ROW_MISSING"), ("register export stock --out x.pdf", "E_USAGE"),
        ("register import stock no.xlsx", "E_FILE"),
    ],
)  # fmt: skip
def test_a_wrong_call_has_its_code_and_exit_2(run, words, code):
    status, answer = run(f"{words} --workspace w.gpkg")
    assert (status, answer["error"]["code"]) == (2, code)


# ---------------------------------------------------------------- the page
def page() -> None:
    from planner.ui.pages.registers import show

    show()


@pytest.mark.parametrize(("lang", "word"), [("zh", "推算"), ("en", "inferred")])
def test_the_page_shows_a_register_with_the_row_that_needs_a_person_first(desk, monkeypatch, lang, word):
    with desk.store.turn() as turn:
        for register, some in ROWS.items():
            for row in some:
                keep_row(turn, register, row, actor="Li")
        good = replace(ROWS["contracts"][0], id="C-0", investment_promised=670.0, tax_promised=82.0)
        keep_row(turn, "contracts", good, actor="Li")
    monkeypatch.setenv("PLANNER_WORKSPACE", desk.store.where)
    run = AppTest.from_function(page, default_timeout=60)
    run.session_state["lang"] = lang
    run.session_state["register"] = "contracts"
    run.run()
    assert not run.exception and not run.error
    shown = run.dataframe[0].value
    assert list(shown.iloc[:, 1]) == ["C-0", "C-1"]
    assert shown.iloc[0, 4] == 223  # investment: 670 of 300
    assert word in " ".join(str(one.proto) for one in run.get("html"))
    for register in ("tracts", "temporary", "stock"):
        run.session_state["register"] = register
        run.run()
        assert not run.exception and not run.error and len(run.dataframe) == 1


def test_the_page_of_an_empty_workspace_says_how_to_begin(desk, monkeypatch):
    monkeypatch.setenv("PLANNER_WORKSPACE", desk.store.where)
    run = AppTest.from_function(page, default_timeout=60)
    run.session_state["lang"] = "en"
    run.run()
    assert not run.exception and not run.error and "no row yet" in run.info[0].value
