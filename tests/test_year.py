"""The report of a year: read back by python-docx, its figures reckoned by hand from what was booked and queued."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import docx
import pytest

from planner.cli import main
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.look import BASIS_SETTING
from planner.desk.page import Page
from planner.desk.registers_in import keep_row
from planner.desk.year_report import export_year, year_report
from planner.energy.project import project_from
from planner.registers.rows import Contract
from planner.store.base import CaseRecord
from planner.store.open import open_store
from tests.drawn_land import CGCS2000, land, layer, survey

TODAY, NOW = date(2027, 2, 1), datetime(2027, 2, 1, 9, 0)
LAND = land(600, 600, 100, 100)


def plant(id, mwh, **fields):
    """Bought power alone: 1 000 MWh are 122.9 tce at the calorific value."""
    stated = {"id": id, "name": f"{id} works", "start": 2026, "carriers": {"electricity_mwh": mwh}}
    return project_from({**stated, **fields})


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """5 000 tce in 2026, 1 000.5 opened and 600.25 committed by a case in the east; three candidates want 4 424.4."""
    made = Desk(open_store(str(tmp_path_factory.mktemp("year") / "w.gpkg"), create=True), today=lambda: TODAY,
                now=lambda: NOW)
    whole = land(0, 0, 1000, 1000)
    with made.store.turn() as turn:
        turn.put_settings({BASIS_SETTING: "calorific"})
        turn.keep_layer(survey((whole, "0601", None, None)), sha256="")
        parks = layer("parks", land(500, 0, 500, 1000), land(0, 0, 500, 1000), account=["ZONE", "ZONE"])
        parks.frame["name"] = ["东片区 / East", "西片区 / West"]
        turn.keep_layer(parks, sha256="")
        turn.keep_case(CaseRecord("case-1", "lot-1", LAND, "decided", "2026-05-01", "r", {"parcel": {}}, {}))
        for id, tax, by, reached in (("kept", 30, 2026, {2026: 31}), ("missed", 30, 2026, {2026: 20}),
                                     ("early", 30, 2029, {2026: 1})):
            keep_row(turn, "contracts", Contract(
                id=id, party=f"{id} Ltd", document="d", industry="", signed_on=date(2024, 1, 1), tax_promised=tax,
                tax_by=by, tax_reached=reached, standard_tax=25.0, standard_document="own"), actor="a")
    def move(verb, quota, amount, unit, ref="", year=2026):
        made.move(Movement(verb, "ZONE", quota, year, amount, unit, f"Notice {verb}", "c",
                           f"{verb}{quota}{ref}{year}", date(2026, 6, 1), ref))
    for year in (2025, 2026, 2027):
        move("grant", "energy_tce", 5_000, "tce", year=year)
        move("grant", "new_construction_m2", 3, "ha", year=year)
        move("grant", "carbon_tco2", 1_000_000, "tco2", year=year)
    move("open", "energy_tce", "1000.5", "tce", "BASELINE")
    for quota, amount, unit in (("energy_tce", "600.25", "tce"), ("new_construction_m2", 1, "ha")):
        move("reserve", quota, amount, unit, "case-1")
        move("commit", quota, amount, unit, "case-1")
    for one in (plant("first", 20_000, value_added_wan_yuan=900, tax_wan_yuan=90, jobs=9),
                plant("second", 10_000, value_added_wan_yuan=500, tax_wan_yuan=50, jobs=5),
                plant("third", 6_000, value_added_wan_yuan=300)):
        made.keep_project(one, actor="a")
    for value, page in (("90.6", "3"), ("91", "7")):
        made.add_fact({"measure": "tax", "scope": "whole park", "period": "2026", "status": "actual", "value": value,
                       "unit": "yi_yuan", "source": f"summary {page}", "page": page}, actor="a", key=f"f{page}")
    yield made
    made.close()


def words(path):
    paper = docx.Document(path)
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    return [paragraph.text for paragraph in paper.paragraphs], cells


def test_the_figures_are_those_of_the_book_and_the_queue(desk):
    report = year_report(desk, 2026)
    energy = next(row for row in report.budgets if (row.quota, row.year) == ("energy_tce", 2026))
    assert (energy.granted, energy.used, energy.free) == (5_000, 1_600.75, 3_399.25)
    assert {row.year for row in report.budgets} == {2025, 2026}  # nothing of the year after
    # 3 399.25 are free, the candidates want 122.9 x (20 + 10 + 6) = 4 424.4: 1 025.15 are to be asked for.
    (asked,) = [row for row in report.asked if row.quota == "energy_tce"]
    assert asked.free == pytest.approx(3_399.25) and asked.wanted == pytest.approx(4_424.4)
    assert asked.amount == pytest.approx(1_025.15)
    # The first takes 2 458 of it and leaves 941.25; the second wants 1 229 and is refused, the third wants 737.4.
    assert asked.refused == ("second",)
    assert (asked.earned.value_added_wan_yuan, asked.earned.tax_wan_yuan, asked.earned.jobs) == (500, 50, 5)
    assert {row.id: str(row.verdict) for row in report.started} == {
        "first": "fits", "second": "exceeds", "third": "warn"}  # 4 796.15 of 5 000: more than nine tenths


def test_sub_parks_add_up_and_what_has_no_place_is_said_so(desk):
    rows = {row.id: row for row in year_report(desk, 2026).sub_parks}
    assert rows["a"].energy_tce == Decimal("600.25") and rows["a"].land_ha == Decimal("1.0000")
    assert rows[""].energy_tce == Decimal("1000.50")
    assert sum(row.energy_tce for row in rows.values()) == Decimal("1600.75")


def test_parcels_and_contracts_are_told_as_of_the_year(desk):
    report = year_report(desk, 2026)
    (parcel,) = report.supplied
    by_geod = abs(CGCS2000.geometry_area_perimeter(LAND)[0])
    assert parcel.case == "case-1" and parcel.area_m2 == pytest.approx(by_geod, rel=1e-6)
    assert parcel.document == "Notice commit"
    assert {row.contract: row.state for row in report.promises} == {
        "kept": "kept", "missed": "missed", "early": "waiting"}
    assert year_report(desk, 2025).supplied == () and year_report(desk, 2025).started == ()


def test_the_document_prints_the_same_figures_in_both_languages_and_both_values_of_a_conflict(desk, tmp_path):
    export_year(desk, tmp_path / "y.docx", year=2026, page=Page(lang="both"))
    lines, cells = words(tmp_path / "y.docx")
    said = " ".join(lines + [cell for row in cells for cell in row])
    for wanted in ("ZONE 2026 年用地与用能年度报告", "Land and energy of ZONE in 2026", "1,025.15 tce", "1,600.75 tce",
                   "3,399.25 tce", "增加值 500.00 万元", "500.00 x 10,000 yuan of value added", "second works",
                   "kept Ltd", "lot-1", "90.6", "91", "东片区", "East", "片区不明"):
        assert wanted in said, wanted
    assert "1 kept, 1 missed, 1 not yet due, 0 unknown." in said
    totals = [row for row in cells if row[0] in ("合计", "Total")]
    # 1 of 3 ha and 1 600.75 of 5 000 tce.
    assert [row[1:] for row in totals] == [["2026", "1.0000 公顷", "33.3 %", "1,600.75 吨标准煤", "32.0 %"],
                                           ["2026", "1.0000 ha", "33.3 %", "1,600.75 tce", "32.0 %"]]
    conflict = [row for row in cells if "90.6" in row[-1]]
    assert len(conflict) == 2 and all("91" in row[-1] for row in conflict)
    assert year_report(desk, 2026).facts[0].conflict


def test_the_command_line_writes_the_report_and_refuses_without_a_year(desk, tmp_path, capsys):
    where = str(tmp_path / "w.gpkg")
    desk.backup(tmp_path / "w.gpkg")

    def run(*more):
        status = main(["export", "year", *more, "--workspace", where, "--lang", "en", "--json"])
        return status, json.loads(capsys.readouterr().out)

    status, made = run("--year", "2026", "--out", str(tmp_path / "y.json"))
    written = json.loads((tmp_path / "y.json").read_text("utf-8"))
    assert status == 0 and made["run_hash"] == written["run_hash"]
    assert next(row for row in written["asked"] if row["quota"] == "energy_tce")["amount"] == pytest.approx(1_025.15)
    status, refused = run("--out", str(tmp_path / "n.docx"))
    assert status == 2 and "--year" in refused["error"]["message"] and not (tmp_path / "n.docx").exists()
    status, _ = run("--year", "2026", "--out", str(tmp_path / "n.pdf"))
    assert status == 2
