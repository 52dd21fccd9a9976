"""Quotas and projects from tables of people's making."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError, Rejected
from planner.formats.errors import AmountWrong
from planner.formats.numbers import MOST, decimal, meaning
from planner.formats.project_table import read_projects
from planner.formats.tables import QuotaRow, read_quotas

HEADINGS = ["quota_type", "year", "amount", "unit"]
GOOD = ["construction_land", 2026, "12.5", "ha"]


def workbook(tmp_path: Path, *rows: list[Any], extra_sheet: bool = False) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if extra_sheet:
        book.create_sheet("other").append(["x"])
    book.save(tmp_path / "table.xlsx")
    return tmp_path / "table.xlsx"


def text(tmp_path: Path, content: str, encoding: str = "utf-8") -> Path:
    (tmp_path / "table.csv").write_bytes(content.encode(encoding))
    return tmp_path / "table.csv"


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_quotas(path)
    return caught.value


def test_a_workbook_gives_exact_amounts_under_the_ledgers_names(tmp_path: Path) -> None:
    headings = [*HEADINGS, "park", "basis", "document", "lot", "expiry"]
    full = ["offset_grain", 2027, 9000.5, "kg", "ZONE", "文件1", "函2", "L-1", date(2030, 12, 31)]
    rows = read_quotas(workbook(tmp_path, headings, GOOD, full, [None], ["energy_tce", "2026", 387000, "tce"]))
    assert rows == (
        QuotaRow(2, "new_construction_m2", 2026, Decimal("12.5"), "ha"),
        QuotaRow(
            3, "offset_grain_kg", 2027, Decimal("9000.5"), "kg", "ZONE", "文件1", "函2", "L-1", date(2030, 12, 31)
        ),
        QuotaRow(5, "energy_tce", 2026, Decimal(387000), "tce"),
    )


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("quota_type,year,amount,unit,basis\r\ncarbon_cap,2026,1.25,tco2,批文\r\n", "gbk"),
        ("quota_type;year;amount;unit;basis\ncarbon_cap;2026;1.25;tco2;批文\n", "utf-8-sig"),
        ("Unit\tAmount\tYear\tQuota_type\tbasis\ntco2\t1.25\t2026\tcarbon_cap\t批文\n", "utf-16"),
    ],
)
def test_the_usual_kinds_of_csv_give_the_same_row(tmp_path: Path, content: str, encoding: str) -> None:
    assert read_quotas(text(tmp_path, content, encoding)) == (
        QuotaRow(2, "carbon_tco2", 2026, Decimal("1.25"), "tco2", basis="批文"),
    )


@pytest.mark.parametrize(
    ("cell", "column", "proposal"),
    [
        ("1,000", 2, "1000"),
        ("１２．５", 2, "12.5"),
        ("1e3", 2, "1000"),
        ("十二", 2, "12"),
        ("三千五百", 2, "3500"),
        ("1.2万", 2, None),
        ("-5", 2, None),
        (0, 2, None),
        (-1.5, 2, None),
        ("NaN", 2, None),
        ("1e308", 2, None),
        (1e13, 2, None),
        (True, 2, None),
        ("=1+1", 2, None),
        (None, 2, None),
        ("12 ha", 2, None),
        ("+5", 2, "5"),
        ("二〇二六", 1, "2026"),
        ("２０２６", 1, "2026"),
        (2026.5, 1, None),
        ("26", 1, None),
        (date(2026, 1, 1), 1, "2026"),
        (True, 1, None),
        ("亩", 3, "mu"),
        ("公顷", 3, "ha"),
        ("HA", 3, "ha"),
        ("acre", 3, None),
        ("tce", 3, None),
        ("land", 0, None),
    ],
)
def test_every_doubtful_cell_is_named_with_its_likely_reading(
    tmp_path: Path, cell: Any, column: int, proposal: str | None
) -> None:
    row = [*GOOD]
    row[column] = cell
    error = refused(workbook(tmp_path, HEADINGS, GOOD, row))
    assert (error.code, error.file) == ("E_ROWS", "table.xlsx")
    (reason,) = error.reasons  # type: ignore[attr-defined]
    assert reason.where == {"row": 3, "column": HEADINGS[column]}
    assert (f"perhaps {proposal}" in str(reason)) == (proposal is not None)


def test_each_bad_row_is_one_error_that_names_all_its_cells(tmp_path: Path) -> None:
    error = refused(
        text(tmp_path, "quota_type,year,amount,unit\nx,y,z,w\nenergy_cap,2026,1,tce\nenergy_cap,2026,-1,tce\n")
    )
    assert isinstance(error, Rejected)
    assert [reason.where["row"] for reason in error.reasons] == [2, 4]
    assert all(f"column {name}" in str(error.reasons[0]) for name in HEADINGS)


def test_a_missing_column_an_empty_table_and_a_second_sheet_are_told(tmp_path: Path) -> None:
    assert refused(workbook(tmp_path, HEADINGS[:3], GOOD[:3])).code == "E_COLUMN"
    assert refused(workbook(tmp_path)).code == "E_PARSE"
    assert refused(workbook(tmp_path, HEADINGS, GOOD, extra_sheet=True)).code == "E_AMBIGUOUS_LAYER"
    assert refused(tmp_path / "none.xlsx").code == "E_FILE"


def test_a_workbook_with_a_document_type_or_of_endless_cells_is_refused(tmp_path: Path) -> None:
    good = workbook(tmp_path, HEADINGS, GOOD)
    with zipfile.ZipFile(good) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    harms = {
        "E_XML_DTD": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + members[sheet],
        "E_ZIP_BOMB": members[sheet] + b" " * 30_000_000,
    }
    for code, harm in harms.items():
        path = tmp_path / f"{code}.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {**members, sheet: harm}.items():
                archive.writestr(name, data)
        assert refused(path).code == code


@given(st.decimals(min_value=Decimal("0.0001"), max_value=MOST, places=4))
def test_a_plain_amount_is_read_to_the_last_digit(number: Decimal) -> None:
    assert decimal(format(number, "f"), "--amount") == number
    assert meaning(f"{number:,f}") == number


@given(st.text(max_size=12))
def test_no_text_gets_past_as_an_amount_but_ascii_decimals(word: str) -> None:
    plain = word.strip(" ")
    try:
        found = decimal(word, "--amount")
    except AmountWrong as wrong:
        assert wrong.code == "E_AMOUNT"
        return
    assert plain.isascii()
    assert set(plain) <= set("0123456789.")
    assert 0 < found <= MOST


def test_projects_keep_words_nest_dots_and_leave_empty_cells_out(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            "id",
            "name",
            "status",
            "start",
            "ramp",
            "data_centre.racks",
            "data_centre.pue",
            "carriers.electricity_mwh",
            "listed",
            "on",
        ],
        ["007", "示例", "candidate", 2024, "[0.5, 1.0]", 1500, 1.3, None, False, date(2025, 1, 1)],
        [8, "二", "candidate", "2025", None, None, None, "12000.5", "true", "2025-09-01"],
    )
    assert read_projects(path) == [
        (
            2,
            {
                "id": "007",
                "name": "示例",
                "status": "candidate",
                "start": 2024,
                "ramp": [0.5, 1.0],
                "data_centre": {"racks": 1500, "pue": 1.3},
                "listed": False,
                "on": date(2025, 1, 1),
            },
        ),
        (
            3,
            {
                "id": "8",
                "name": "二",
                "status": "candidate",
                "start": 2025,
                "carriers": {"electricity_mwh": 12000.5},
                "listed": True,
                "on": date(2025, 9, 1),
            },
        ),
    ]


@pytest.mark.parametrize("cell", ["1,500", "１５００", "=2*750", "[1, 2", "1.5e3"])
def test_a_doubtful_figure_of_a_project_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_projects(workbook(tmp_path, ["id", "data_centre.racks"], ["A", cell]))
    assert caught.value.reasons[0].where == {"row": 2, "column": "data_centre.racks"}
