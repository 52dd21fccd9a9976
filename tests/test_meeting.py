"""What a meeting reads: one sheet of a case or a scenario, and the files that print it, read back by others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from pptx import Presentation
from pptx.oxml.ns import qn

from planner.admission.deciding import deciding
from planner.cli import main
from planner.desk.desk import Desk
from planner.desk.meeting import case_sheet
from planner.desk.meeting_queue import scenario_sheet
from planner.desk.opening import parcel_from_file, project_from_file
from planner.desk.page import Page
from planner.energy.project import Project
from planner.sheets.office import TemplateWrong
from planner.sheets.pens import draw
from planner.sheets.sheet import Row, Sheet, Table
from planner.text import Text
from planner.units import rounded_parts
from planner.verdict import Verdict
from tests.drawn_sheet import HOSTILE, sheet

ROOT = Path(__file__).resolve().parent.parent
PARCEL, PROJECT = ROOT / "docs" / "examples" / "parcel.geojson", ROOT / "docs" / "examples" / "data-centre.toml"
QUEUE = ROOT / "docs" / "examples" / "queue.toml"
EN = Page("en")


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
    return case_sheet(desk, case, project=pharma, page=EN)


def hostile() -> Sheet:
    """A sheet whose every text is hostile."""
    texts = [Text("{n}", n=name) for name in HOSTILE]
    rows = [Row(text, text, text, Verdict.WARN) for text in texts]
    tables = tuple(
        Table(key, Text(key), texts[:11], [(name, *[text] * 10) for name, text in zip(HOSTILE, texts, strict=True)],
              texts)
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
    # The row's source is written in both languages; paper and page show the one they are asked for.
    source = "GB/T 2589-2020 附录 A / GB/T 2589-2020 annex A"
    assert step[2:] == ["1,843.50 tce", "0.1229", "calorific", source, "unverified"]


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
    conflict = case_sheet(desk, case, project=pharma, page=EN)
    both = "5,300 x 10,000 yuan (actual; report A) / 5,800 x 10,000 yuan (actual; report B): the sources disagree"
    assert said(conflict, "facts")[0][-1] == both
    assert any(both in str(note) for note in conflict.notes)


def test_a_scenario_is_a_sheet_too(desk):
    queue = scenario_sheet(desk, str(QUEUE), page=EN)
    assert str(queue.headline) == "Of 1 candidates 0 fit and 1 do not"
    assert [row[0] for row in said(queue, "projects")] == ["datang-1", "telecom", "pharma-1"]
    assert queue.chart is not None and list(queue.chart.years) == [2022, 2023]
    assert said(queue, "ways_out")


def test_a_project_that_its_own_case_refuses_is_nowhere_said_to_fit(desk):
    plan = project_from_file(PROJECT)  # its data centre ten times over: some 32 000 tce where 16 000 are free
    large = plan.data_centre.model_copy(update={"racks": plan.data_centre.racks * 10})
    plan = plan.model_copy(update={"data_centre": large})
    case = desk.look(parcel_from_file(PARCEL), project=plan, on=date(2026, 5, 1))
    refused = case_sheet(desk, case, project=plan, page=EN)
    assert case.verdict == Verdict.EXCEEDS and said(refused, "projects")[0][4] == "exceeds quota"
    assert not [note for note in refused.table("ways_out").notes if "fits as it is" in str(note)]


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
    # the heading, 106 accounts opened, eleven grants of lots, nine quotas of the one case decided
    assert len(pages["Ledger"]) == 1 + 106 + 11 + 9
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


# ---------------------------------------------------------------- the deck
def slides(path: Path) -> list[str]:
    """The text of each slide, tables and chart titles included, a line a paragraph or a cell."""
    found = []
    for slide in Presentation(str(path)).slides:
        lines = []
        for shape in slide.shapes:
            if shape.has_text_frame:
                lines.append(shape.text_frame.text)
            elif shape.has_table:
                lines += [cell.text for row in shape.table.rows for cell in row.cells]
            elif shape.has_chart:
                lines.append(shape.chart.chart_title.text_frame.text)
        found.append("\n".join(lines))
    return found


def test_the_deck_says_what_the_sheet_says_on_six_to_ten_slides(made, tmp_path):
    path = draw(made, tmp_path / "case.pptx")
    said_ = slides(path)
    assert 6 <= len(said_) <= 10
    assert str(made.headline) in said_[0].replace("\v", "\n") and made.run_hash in said_[0]
    for row in made.takes[:5]:
        assert str(row.figure) in said_[2].split("\n")
    for row in made.quotas:
        if str(row.label).startswith("total energy use"):
            for figure in row.figures:
                assert str(figure) in said_[3].split("\n")
    assert str(made.recommendation) in said_[8]


def test_the_chart_of_the_deck_is_native_and_its_workbook_has_the_figures(made, tmp_path):
    show = Presentation(str(draw(made, tmp_path / "case.pptx")))
    assert show.slide_width * 9 == show.slide_height * 16
    (chart,) = (shape.chart for slide in show.slides for shape in slide.shapes if shape.has_chart)
    stacked, line = chart.plots
    assert list(stacked.categories) == [str(year) for year in made.chart.years]
    drawn_ = [[*plot.values] for plot in (*stacked.series, *line.series)]
    assert drawn_ == [[float(value) for value in values] for _, values in (*made.chart.parts, made.chart.cap)]
    inside = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert inside["D2"].value == float(made.chart.cap[1][0])


def test_every_run_of_the_deck_names_its_latin_and_its_chinese_type(made, tmp_path):
    path = draw(made, tmp_path / "case.pptx")
    runs = [run for slide in Presentation(str(path)).slides for run in slide._element.iter(qn("a:rPr"))]
    assert runs and all(run.find(qn("a:latin")) is not None and run.find(qn("a:ea")) is not None for run in runs)


def test_nothing_on_a_slide_hangs_over_its_edge(made, tmp_path):
    for sheet_ in (made, hostile()):
        show = Presentation(str(draw(sheet_, tmp_path / "case.pptx")))
        for slide in show.slides:
            for shape in slide.shapes:
                assert shape.left >= 0 and shape.left + shape.width <= show.slide_width
                assert shape.top >= 0 and shape.top + shape.height <= show.slide_height, shape.name


def test_the_office_has_slides_of_its_own(made, tmp_path):
    own = Presentation()
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "an example"
    own.slide_masters[0].name = "the office"
    own.save(str(tmp_path / "own.pptx"))
    path = draw(made, tmp_path / "case.pptx", template=tmp_path / "own.pptx")
    show = Presentation(str(path))
    assert show.slide_width == own.slide_width and "an example" not in "".join(slides(path))


# ---------------------------------------------------------------- the opinion
def document(path: Path) -> str:
    """The text of a document, its tables and its foot, a line a paragraph or a cell."""
    made_ = docx.Document(str(path))
    cells = [cell.text for table in made_.tables for row in table.rows for cell in row.cells]
    foot = made_.sections[0].footer.paragraphs
    return "\n".join([*(line.text for line in made_.paragraphs), *cells, *(line.text for line in foot)])


def test_the_opinion_says_what_the_sheet_says(made, tmp_path):
    said_ = document(draw(made, tmp_path / "case.docx")).split("\n")
    for wanted in (made.recommendation, *made.takes[0].cells, *made.quotas[4].figures,
                   *(row.figure for row in made.about)):
        assert str(wanted) in said_, str(wanted)
    assert any(made.run_hash in line for line in said_) and not any("{" in line for line in said_)


def test_an_office_writes_its_own_opinion_and_may_ask_for_the_sheet_alone(made, tmp_path):
    own = docx.Document()
    own.add_paragraph("No. 7: {{ headline }} [{{ tables.takes.rows[0][1] }}]")
    own.save(str(tmp_path / "own.docx"))
    said_ = document(draw(made, tmp_path / "case.docx", template=tmp_path / "own.docx"))
    assert f"No. 7: {made.headline} [{made.takes[0].figure}]" in said_
    for asks in ("{{ nothing_of_that_name }}", "{{ title.__class__.__mro__[1].__subclasses__() }}", "{% for %}"):
        own = docx.Document()
        own.add_paragraph(asks)
        own.save(str(tmp_path / "bad.docx"))
        with pytest.raises(TemplateWrong, match="bad.docx"):
            draw(made, tmp_path / "none.docx", template=tmp_path / "bad.docx")
    assert not (tmp_path / "none.docx").exists()


@pytest.mark.parametrize("ending", [".pptx", ".docx"])
def test_a_template_that_is_none_is_refused_by_name(made, ending, tmp_path):
    own = tmp_path / f"own{ending}"
    own.write_bytes(openpyxl_bytes())
    with pytest.raises(TemplateWrong, match="own"):
        draw(made, tmp_path / f"case{ending}", template=own)


def openpyxl_bytes() -> bytes:
    file = BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


# ---------------------------------------------------------------- the layers
LOOK_ELSEWHERE = """
import json, sys, pyogrio
path = sys.argv[1]
names = [str(name) for name, _ in pyogrio.list_layers(path)]
styles = pyogrio.read_dataframe(path, layer="layer_styles").to_dict("list")
sizes = {name: pyogrio.read_info(path, layer=name)["features"] for name in names}
parcel = pyogrio.read_dataframe(path, layer="parcel")
print(json.dumps({"names": names, "tables": styles["f_table_name"], "qml": styles["styleQML"],
                  "default": [bool(one) for one in styles["useAsDefault"]], "sizes": sizes,
                  "crs": str(parcel.crs), "bounds": list(parcel.total_bounds)}))
"""


def elsewhere(path: Path) -> dict:
    """What another process sees of a GeoPackage through GDAL."""
    ran = subprocess.run([sys.executable, "-c", LOOK_ELSEWHERE, str(path)], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_another_process_opens_the_layers_with_a_style_for_each(made, tmp_path):
    seen = elsewhere(draw(made, tmp_path / "case.gpkg"))
    assert sorted(seen["tables"]) == sorted(set(seen["names"]) - {"layer_styles"}) and all(seen["default"])
    assert seen["crs"] == "EPSG:4490" and seen["bounds"] == pytest.approx(list(made.parcel.bounds), abs=1e-12)
    for layer in made.layers:
        if len(layer.frame):
            assert seen["sizes"][layer.role] == len(layer.frame)


def test_the_styles_have_the_colours_of_the_app_and_a_hatch_for_each_verdict(tmp_path):
    seen = elsewhere(draw(sheet(), tmp_path / "case.gpkg"))
    style = dict(zip(seen["tables"], (fromstring(qml) for qml in seen["qml"]), strict=True))
    survey = style["land_survey"].find(".//prop[@k='color']").get("v")
    assert survey.startswith("248,208,114,")  # #f8d072: paddy field, domain standard of the survey
    hatches = [layer.get("class") for layer in style["pieces"].iter("layer")]
    assert "LinePatternFill" in hatches and "SimpleFill" in hatches
    assert [one.get("value") for one in style["pieces"].iter("category")] == ["blocked"]


@pytest.mark.parametrize("ending", [".pptx", ".docx", ".xlsx", ".gpkg", ".pdf", ".html"])
def test_every_pen_prints_hostile_texts_as_texts(ending, tmp_path):
    path = draw(hostile(), tmp_path / f"case{ending}")
    if ending == ".docx":
        assert HOSTILE[0] in document(path) and "{{ 7 * 7 }}{% raw %}" in document(path)
    if ending == ".pptx":
        assert HOSTILE[0] in "".join(slides(path)) and "cost $5 & $6 <b>" in "".join(slides(path))
    if ending == ".gpkg":
        assert elsewhere(path)["sizes"]["pieces"] == 1


# ---------------------------------------------------------------- the command line
@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_a_scenario_leaves_as_deck_opinion_and_workbook(lang, tmp_path, demo_workspace):
    for kind, ending in (("deck", "pptx"), ("opinion", "docx"), ("workbook", "xlsx")):
        out = tmp_path / f"queue.{ending}"
        call = ["export", kind, "--scenario", str(QUEUE), "--out", str(out), "--lang", lang]
        assert main([*call, "--workspace", str(bare_workspace(tmp_path))]) == 0
        assert out.stat().st_size > 5_000


def bare_workspace(folder: Path) -> Path:
    """A workspace without land, whose book holds one grant of a park."""
    path = folder / "bare.gpkg"
    if not path.exists():
        assert main(["init", "--workspace", str(path), "--energy-basis", "calorific"]) == 0
        grant = ["ledger", "grant", "--park", "ZONE", "--quota", "energy_tce", "--year", "2022", "--amount", "387000",
                 "--unit", "tce", "--basis", "N 1", "--actor", "t", "--key", "g", "--workspace",
                 str(path)]
        assert main(grant) == 0
    return path


def test_the_template_of_the_opinion_is_handed_out_to_begin_from(tmp_path, demo_workspace):
    own, out = tmp_path / "own.docx", tmp_path / "queue.docx"
    bare = ["--workspace", str(bare_workspace(tmp_path))]
    assert main(["export", "opinion", "--role", "template", "--out", str(own), "--lang", "en", *bare]) == 0
    assert main(["export", "opinion", "--scenario", str(QUEUE), "--template", str(own), "--out", str(out), *bare]) == 0
    assert "108,788.34" in document(out)  # the shortage of the seed's own example


@pytest.mark.parametrize("words", [
    ["meeting"], ["workbook", "--role", "facts"], ["sheet", "--scenario", str(QUEUE)],
    ["workbook", "--scenario", str(QUEUE), "--parcel", str(PARCEL)], ["deck", "--scale", "0"],
    ["opinion", "--role", "projects"],
    ["workbook", "--template", "own.xlsx"], ["deck", "--template", "missing.pptx"],
], ids=" ".join)
def test_what_cannot_be_printed_is_refused_and_nothing_is_written(words, tmp_path, demo_workspace, capsys):
    out = tmp_path / "out.xlsx"
    assert main(["export", *words, "--out", str(out), "--workspace", str(demo_workspace)]) == 2
    assert not out.exists()
