"""What a meeting reads: one sheet of a case or a scenario, and the files that print it, read back by others."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from planner.admission.deciding import deciding
from planner.cli import main
from planner.desk.desk import Desk
from planner.desk.meeting import case_sheet, scenario_sheet
from planner.energy.project import Project
from planner.sheets.pens import draw
from planner.sheets.sheet import Row, Sheet, Table
from planner.text import Text
from planner.units import rounded_parts
from planner.verdict import Verdict
from tests.drawn_sheet import HOSTILE, sheet

ROOT = Path(__file__).resolve().parent.parent
PARCEL, PROJECT = ROOT / "docs" / "examples" / "parcel.geojson", ROOT / "docs" / "examples" / "data-centre.toml"
QUEUE = ROOT / "docs" / "examples" / "queue.toml"


@pytest.fixture(scope="module")
def desk(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The demo at a desk of its own."""
    path = tmp_path_factory.mktemp("meeting") / "workspace.gpkg"
    shutil.copy(demo_workspace, path)
    return Desk.open(str(path))


@pytest.fixture(scope="module")
def pharma(desk: Desk) -> Project:
    return next(project for project in desk.projects() if project.id == "pharma-2")


@pytest.fixture(scope="module")
def made(desk: Desk, pharma: Project) -> Sheet:
    """A case with a project, in English."""
    case = desk.look(desk.parcel("B0610-1"), project=pharma, on=date(2026, 5, 1))
    return case_sheet(desk, case, project=pharma, lang="en")


def hostile() -> Sheet:
    """A sheet whose every text is hostile."""
    texts = [Text("{n}", n=name) for name in HOSTILE]
    rows = [Row(text, text, text, Verdict.WARN) for text in texts]
    tables = tuple(
        Table(key, Text(key), texts[:3], [(name, text, text) for name, text in zip(HOSTILE, texts, strict=True)], texts)
        for key in ("takes", "projects", "demand", "balances", "findings", "displaced", "ways_out", "ledger", "layers",
                    "parameters")
    )
    return replace(
        sheet(name=HOSTILE[0]), title=texts[5], headline=texts[0], findings=rows, takes=rows, notes=texts,
        sources=texts, question=texts[1], recommendation=texts[2], conditions=texts, about=rows, tables=tables,
    )


def said(sheet_: Sheet, key: str) -> list[list[str]]:
    """A table of a sheet in English."""
    table = sheet_.table(key)
    assert table is not None
    return [[str(cell) for cell in row] for row in table.rows]


# ---------------------------------------------------------------- the sheet
def test_what_is_used_and_what_is_free_add_up_to_what_was_granted_on_paper(made):
    for row in said(made, "balances"):
        granted, *parts = (Decimal(re.sub(r"[^\d.-]", "", cell.replace("tCO2", ""))) for cell in row[2:7])
        assert granted == sum(parts), row


def test_parts_are_rounded_to_a_total_that_is_printed_elsewhere():
    assert list(map(str, rounded_parts([1.004, 2.004, 3.004], 2, Decimal("6.02")))) == ["1.01", "2.01", "3.00"]


def test_needed_free_and_left_of_a_quota_add_up_as_printed(made):
    for row in made.quotas:
        needed, free, left = (dict(figure.facts)["value"] for figure in row.figures)
        assert free - needed == left


def test_the_sheet_says_in_which_state_and_system_and_by_which_rows_it_was_judged(made, desk):
    about = {str(row.label): str(row.figure) for row in made.about}
    assert about["Park"] == "ZONE" and about["State of the park"] == "not stated"
    assert about["Parameters"] == desk.parameters.version and about["Run hash"] == made.run_hash
    assert "EPSG:4490" in about["Coordinate system"] and about["Judged on"] == "2026-05-01"


def test_the_formula_of_each_step_is_text_with_its_coefficient_source_and_status(made):
    step = next(row for row in said(made, "demand") if row[1].startswith("electricity 15,000 MWh"))
    # 15 000 MWh at 0.1229 kgce/kWh are 1 843.5 tce: GB/T 2589-2020, annex A.
    assert step[1].endswith("with 0.1229: 1,843.50 tce")
    assert step[2:] == ["1,843.50 tce", "0.1229", "calorific", "GB/T 2589-2020 annex A", "unverified"]


def test_a_row_not_yet_verified_that_decided_the_verdict_is_named(desk, pharma):
    case = desk.look(desk.parcel("B0610-1"), project=pharma, on=date(2026, 5, 1))
    finding = replace(case.findings[0], state="hit", severity=3, status="unverified", title="a doubtful rule")
    sure = replace(case, verdict=Verdict.BLOCKED, findings=(replace(finding, status="verified"),), quotas=())
    assert deciding(sure, desk.parameters) == []
    (named,) = deciding(replace(sure, findings=(finding,)), desk.parameters)
    assert str(named) == "The verdict rests on parameters not yet verified: a doubtful rule."


def test_a_figure_whose_sources_disagree_is_printed_with_both_values(desk, pharma):
    for number, (value, source) in enumerate((("5300", "report A"), ("5800", "report B"))):
        desk.add_fact(
            {"measure": "tax", "scope": "ZONE", "period": "2021", "status": "actual", "value": value,
             "unit": "wan_yuan", "source": source}, actor="t", key=f"k{number}")
    case = desk.look(desk.parcel("B0610-1"), project=pharma, on=date(2026, 5, 1))
    conflict = case_sheet(desk, case, project=pharma, lang="en")
    both = "5,300 10,000 yuan (actual; report A) / 5,800 10,000 yuan (actual; report B): the sources disagree"
    assert said(conflict, "facts")[0][-1] == both
    assert any(both in str(note) for note in conflict.notes)


def test_a_scenario_is_a_sheet_too(desk):
    queue = scenario_sheet(desk, str(QUEUE), lang="en")
    assert str(queue.headline) == "Of 1 candidates 0 fit and 1 do not"
    assert [row[0] for row in said(queue, "projects")] == ["datang-1", "telecom", "pharma-1"]
    assert queue.chart is not None and list(queue.chart.years) == [2022, 2023]
    assert said(queue, "ways_out")


# ---------------------------------------------------------------- the workbook
def values(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path)
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book}


def formulas(path: Path) -> list[str]:
    return [cell.coordinate for page in openpyxl.load_workbook(path) for row in page.iter_rows() for cell in row
            if cell.data_type == "f"]


def test_the_workbook_holds_the_figures_of_the_sheet_as_numbers(made, tmp_path):
    pages = values(draw(made, tmp_path / "case.xlsx"))
    energy = next(row for row in pages["Quotas"] if row[1] == "total energy use 2026")
    printed = next(row for row in made.quotas if str(row.label) == "total energy use 2026")
    assert [str(figure) for figure in printed.figures] == [f"{value:,.2f} tce" for value in energy[2:5]]
    assert energy[2] == 2814.94
    balance = next(row for row in pages["Balances by year"] if row[0] == "total energy use" and row[1] == "2026")
    assert balance[6:9] == energy[3:4] + energy[2:3] + energy[4:5]
    demand = [row for row in pages["Demand"] if row[1] == "counted energy"]
    assert demand[0][2] == 2814.94
    assert len(pages["Ledger"]) == 1 + 106 + 9  # the heading, 106 accounts opened, nine quotas of the one case decided
    electricity = ["electricity", 0.1229, "kgce/kWh", "calorific", None, None, "unverified", "GB/T 2589-2020 annex A"]
    assert electricity in pages["Parameters and sources"]


def test_a_number_is_shown_with_the_digits_and_the_unit_of_the_sheet(made, tmp_path):
    book = openpyxl.load_workbook(draw(replace(made, lang="both"), tmp_path / "case.xlsx"))
    cell = next(row[2] for row in book["指标 Quotas"].iter_rows() if "2026" in str(row[1].value) and
                "total energy use" in str(row[1].value))
    assert (cell.value, cell.number_format) == (2814.94, '#,##0.00" 吨标准煤 / tce"')


def test_no_hostile_text_becomes_a_formula(tmp_path):
    path = draw(hostile(), tmp_path / "case.xlsx")
    assert formulas(path) == []
    assert HOSTILE[0] in {cell for rows in values(path).values() for row in rows for cell in row}


def test_an_empty_table_is_filled_in_and_read_back_by_import(tmp_path, demo_workspace):
    workspace = tmp_path / "workspace.gpkg"
    shutil.copy(demo_workspace, workspace)
    filled = {
        "projects": {"id": "new-1", "name": "=1+1", "start": 2027, "carriers.electricity_mwh": 100},
        "quotas": {"park": "ZONE", "quota_type": "energy_cap", "year": 2027, "amount": 5, "unit": "tce", "basis": "N 1",
                   "document": "N 1"},
    }
    for role, row in filled.items():
        path = tmp_path / f"{role}.xlsx"
        assert main(["export", "workbook", "--role", role, "--out", str(path), "--workspace", str(workspace)]) == 0
        book = openpyxl.load_workbook(path)
        heads = [cell.value for cell in book.active[1]]
        for heading, value in row.items():
            cell = book.active.cell(2, heads.index(heading) + 1)
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
        book.save(path)
        assert main(["import", str(path), "--role", role, "--workspace", str(workspace)]) == 0
    back = Desk.open(str(workspace))
    assert {project.id: project.name for project in back.projects()}["new-1"] == "=1+1"
    assert back.entries()[-1].draft.basis == "N 1"


# ---------------------------------------------------------------- the command line
@pytest.mark.parametrize("words", [
    ["workbook"], ["workbook", "--role", "facts"], ["sheet", "--scenario", str(QUEUE)],
    ["workbook", "--scenario", str(QUEUE), "--parcel", str(PARCEL)],
], ids=" ".join)
def test_what_cannot_be_printed_is_refused_and_nothing_is_written(words, tmp_path, demo_workspace, capsys):
    out = tmp_path / "out.xlsx"
    assert main(["export", *words, "--out", str(out), "--workspace", str(demo_workspace)]) == 2
    assert not out.exists()
