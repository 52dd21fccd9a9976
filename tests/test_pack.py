"""The pack: read by zipfile and json, forged digit by digit, verified from itself alone, laid beside another."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from datetime import date, datetime

import pytest
import shapely
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from planner.cli import main
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.look import BASIS_SETTING
from planner.desk.meeting import case_sheet
from planner.desk.pack import case_pack, scenario_pack
from planner.desk.pack_verify import NotAPack, compare_packs, verify_pack
from planner.desk.page import Page, title_block
from planner.energy.project import project_from
from planner.formats.errors import ParseError, ZipPath
from planner.formats.packs import archive, settled, written
from planner.land.parcel import Parcel
from planner.sheets.office import Templates
from planner.sheets.pens import draw
from planner.store.open import open_store
from tests.drawn_land import CGCS2000, land, layer, survey
from tests.test_meeting_papers import png, slides, texts

TODAY, NOW = date(2026, 3, 2), datetime(2026, 3, 2, 10, 12)
PLANT = {"id": "plant", "start": 2026, "carriers": {"electricity_mwh": 10_000}, "investment_wan_yuan": 100_000,
         "output_wan_yuan": 100_000, "tax_wan_yuan": 100_000}
MINE = Parcel("mine", land(150, 150, 200, 100), "试验地块")


def workspace(where) -> Desk:
    """A square kilometre, half paddy and half industry, with a protected field, a neighbour and accounts of ZONE."""
    made = Desk(open_store(str(where), create=True), today=lambda: TODAY, now=lambda: NOW)
    whole = land(0, 0, 1000, 1000)
    with made.store.turn() as turn:
        turn.put_settings({BASIS_SETTING: "calorific"})
        halves = ((land(0, 0, 500, 1000), "0101", 7, 0.1), (land(500, 0, 500, 1000), "0601", None, None))
        turn.keep_layer(survey(*halves), sha256="5a" * 32)
        turn.keep_layer(layer("parks", whole, account=["ZONE"]), sha256="")
        for role, shape in (("urban_boundary", whole), ("basic_farmland", land(0, 0, 160, 160)),
                            ("ecological_redline", land(0, 900, 100, 100))):
            turn.keep_layer(layer(role, shape), sha256="")
        turn.keep_layer(layer("parcels", land(300, 150, 100, 100), status=[""]), sha256="")
    for quota, amount, unit in (("new_construction_m2", 3, "ha"), ("offset_quantity_m2", 50, "ha"),
                                ("offset_paddy_m2", 1, "ha"), ("offset_grain_kg", 1_000_000, "kg"),
                                ("energy_tce", 5_000, "tce"), ("carbon_tco2", 90_000, "tco2")):
        made.move(Movement("grant", "ZONE", quota, 2026, amount, unit, "Notice 1", "clerk", f"g-{quota}", TODAY, ""))
    made.move(Movement("grant", "OTHER", "energy_tce", 2026, 7, "tce", "Secret notice", "clerk", "other", TODAY, ""))
    return made


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    made = workspace(tmp_path_factory.mktemp("pack") / "w.gpkg")
    yield made
    made.close()


@pytest.fixture(scope="module")
def pack(desk, tmp_path_factory):
    project = project_from(PLANT)
    path = tmp_path_factory.mktemp("packs") / "mine.zip"
    path.write_bytes(case_pack(desk, desk.look(MINE, project=project), project=project, page=Page("both", "A4")))
    return path


def held(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def said(path, name):
    return json.loads(held(path)[name])


def put(folder, members, name="forged.zip"):
    path = folder / name
    path.write_bytes(archive(members))
    return path


def resealed(members):
    """The members with a manifest that agrees with them: what a careful forger does."""
    manifest = json.loads(members["manifest.json"])
    for row in manifest["members"]:
        data = members[row["name"]]
        row |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    body = {name: value for name, value in manifest.items() if name != "seal"}
    seal = hashlib.sha256(written(body)).hexdigest()
    return {**members, "manifest.json": written({**body, "seal": seal})}


def test_what_a_meeting_needs_lies_in_the_pack_as_plain_files(pack):
    members = held(pack)
    manifest = json.loads(members["manifest.json"])
    assert {row["name"] for row in manifest["members"]} == set(members) - {"manifest.json"}
    for row in manifest["members"]:
        assert row["sha256"] == hashlib.sha256(members[row["name"]]).hexdigest()
    assert {"inputs/parcel.geojson", "inputs/project.json", "documents/check.zh.json", "documents/check.en.json",
            "documents/demand.zh.json", "documents/ledger.json", "parameters/rules.csv", "book/entries.json",
            "printed/sheet.pdf", "printed/sheet.html", "printed/sheet.gpkg", "printed/sheet.xlsx", "printed/sheet.pptx",
            "printed/sheet.docx"} <= set(members)
    surveyed = next(row for row in manifest["layers"] if row["role"] == "land_survey")
    assert surveyed["as_of"] == "2025-12-31" and surveyed["source_sha256"] == "5a" * 32 and surveyed["coverage"]
    assert manifest["languages"] == ["zh", "en"] and manifest["parameters"]["version"]
    page = "".join(part.extract_text() for part in PdfReader(io.BytesIO(members["printed/sheet.pdf"])).pages)
    assert manifest["run_hash"] in page


def test_the_numbers_in_the_pack_are_those_of_the_land(pack):
    found = said(pack, "documents/check.zh.json")
    ring = said(pack, "inputs/parcel.geojson")["geometry"]["coordinates"][0]
    by_geod = abs(CGCS2000.polygon_area_perimeter(*zip(*ring, strict=True))[0])
    assert found["parcel"]["ellipsoid_m2"] == pytest.approx(by_geod, rel=1e-6)
    assert found["takes"]["paddy_m2"] == pytest.approx(by_geod * 0.9, rel=1e-6)  # a tenth of it is ridges
    farmland = next(row for row in found["findings"] if row["rule"] == "basic_farmland")
    assert farmland["area_m2"] == pytest.approx(10 * 10, rel=1e-3)
    assert said(pack, "documents/demand.en.json")["energy_tce"] == pytest.approx(10_000 * 0.1229)
    short = next(row for row in found["quotas"] if row["quota"] == "offset_paddy_m2")
    assert short["short_by"] == pytest.approx(by_geod * 0.9 - 10_000, abs=1)


def test_deck_opinion_and_workbook_of_the_pack_say_what_those_of_the_workspace_say(desk, pack, tmp_path):
    project = project_from(PLANT)
    sheet = case_sheet(desk, desk.look(MINE, project=project), project=project, page=Page("both", "A4"))
    made = held(pack)
    for ending, said_by in ((".pptx", slides), (".docx", texts)):
        ours = said_by(draw(sheet, tmp_path / f"c{ending}", paper="A4").read_bytes())
        packed = said_by(made[f"printed/sheet{ending}"])
        assert sheet.run_hash in packed and len(packed) > 1_500
        assert packed.split("\n") == ours.split("\n"), ending
    ours, packed = (load_workbook(one) for one in (draw(sheet, tmp_path / "c.xlsx"), io.BytesIO(made[
        "printed/sheet.xlsx"])))
    assert [page.title for page in packed] == [page.title for page in ours]
    one, other = ([[cell.value for cell in row] for row in book[book.sheetnames[3]].iter_rows()]
                  for book in (packed, ours))
    assert one == other and len(one) >= 3


def test_the_same_case_packs_to_the_same_bytes_with_no_time_of_its_own(desk, pack):
    project = project_from(PLANT)
    again = case_pack(desk, desk.look(MINE, project=project), project=project, page=Page("both", "A4"))
    assert again == pack.read_bytes()
    with zipfile.ZipFile(pack) as opened:
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert opened.namelist() == sorted(opened.namelist())


def test_a_right_pack_is_found_right_and_its_pages_are_drawn_again(pack):
    found = verify_pack(pack)
    assert found.ok, found.differs
    assert found.pages >= 2 and found.numbers > 100


def test_one_changed_digit_in_any_member_is_found(pack, tmp_path):
    members = held(pack)
    for name, data in members.items():
        digits = [place for place, byte in enumerate(data) if 0x30 <= byte <= 0x39] or [data.index(b"c")]
        place = digits[len(digits) // 2]
        changed = bytearray(data)
        changed[place] = 0x30 + (changed[place] - 0x30 + 1) % 10
        found = verify_pack(put(tmp_path, {**members, name: bytes(changed)}), pages=False)
        assert not found.ok and name in {one.member for one in found.differs}, name


@pytest.mark.parametrize(("member", "pattern", "path"), [
    ("documents/check.zh.json", r'("short_by": \d)(\d)', "quotas[offset_paddy_m2 2026].short_by"),
    ("documents/check.en.json", r'("paddy_m2": 1\d)(\d)', "takes.paddy_m2"),
    ("documents/demand.zh.json", r'("counted_tce": 1)(\d)', "counted_tce"),
    ("documents/ledger.json", r'("granted": 3)(0)', "balances[new_construction_m2 ZONE 2026].granted"),
])
def test_a_forged_number_under_a_forged_seal_is_named_with_its_place(pack, tmp_path, member, pattern, path):
    members = held(pack)
    text, times = re.subn(pattern, lambda found: found[1] + str((int(found[2]) + 1) % 10),
                          members[member].decode(), count=1)
    assert times == 1
    found = verify_pack(put(tmp_path, resealed({**members, member: text.encode()})), pages=False)
    assert (member, path) in {(one.member, one.path) for one in found.differs}


def test_forged_ground_book_rows_and_pages_are_found_under_a_forged_seal(pack, tmp_path):
    members = held(pack)
    field, coefficients = "ground/04-basic_farmland.json", "parameters/coefficients_energy.csv"
    ground = json.loads(members[field]) | {"rows": [], "shapes": []}
    cases = {
        field: written(ground),
        "book/entries.json": members["book/entries.json"].replace(b"30000", b"39000"),
        coefficients: members[coefficients].replace(b"1.4286", b"1.4287"),
        "printed/sheet.html": members["printed/sheet.html"].replace(b"2026", b"2027"),
    }
    for name, data in cases.items():
        assert data != members[name]
        found = verify_pack(put(tmp_path, resealed({**members, name: data})))
        assert not found.ok, name
        if name != field:
            assert name in {one.member for one in found.differs}
        else:
            assert any("basic_farmland" in one.path for one in found.differs)


def test_no_trick_of_a_careful_forger_goes_through(pack, tmp_path):
    """Each under a manifest and a seal that agree with the forged members."""
    members = held(pack)
    manifest = json.loads(members["manifest.json"])

    def wrong(forged, changed=manifest):
        changed = {**changed, "members": [{"name": name} for name in sorted({*forged} - {"manifest.json"})]}
        sealed = resealed({**forged, "manifest.json": written(changed)})
        return {(one.member, one.path) for one in verify_pack(put(tmp_path, sealed), pages=False).differs}

    stray = {**members, "printed/approval.pdf": b"%PDF-1.4 approved"}
    assert ("printed/approval.pdf", "") in wrong(stray)
    second = {**members, "inputs/second.geojson": members["inputs/parcel.geojson"]}
    assert ("inputs/second.geojson", "") in wrong(second)
    one, other = "documents/check.zh.json", "documents/check.en.json"
    swapped = wrong({**members, one: members[other], other: members[one]})
    assert {one, other} <= {name for name, _ in swapped}
    farm, lines = "ground/04-basic_farmland.json", "ground/05-ecological_redline.json"
    assert wrong({**members, farm: members[lines], lines: members[farm]})
    # The same key twice: a reader sees the first, a program takes the last.
    twice = members["inputs/project.json"].replace(b'"electricity_mwh": 10000', b'"electricity_mwh": 10,\n  '
                                                   b'"electricity_mwh": 10000')
    assert twice != members["inputs/project.json"]
    assert ("inputs/project.json", "") in wrong({**members, "inputs/project.json": twice})
    more = json.loads(members["inputs/parcel.geojson"])
    more["properties"]["area_ha"] = 99
    assert ("inputs/parcel.geojson", "") in wrong({**members, "inputs/parcel.geojson": written(more)})
    dated = json.loads(members["manifest.json"])
    dated["layers"][0]["as_of"] = "2030-01-01"
    assert ("manifest.json", f"layers.{dated['layers'][0]['member']}.as_of") in wrong(members, dated)
    rows = {**members, "parameters/version.txt": b"2099.1\n"}
    assert any(name == "manifest.json" and "parameters" in path for name, path in wrong(rows))


def test_a_changed_page_of_a_pdf_and_two_swapped_pages_are_named(pack, tmp_path):
    members = held(pack)
    sheet = members["printed/sheet.pdf"]
    date_ = sheet.replace(b"(D:20260302101200", b"(D:20260303101200")
    assert date_ != sheet
    found = verify_pack(put(tmp_path, resealed({**members, "printed/sheet.pdf": date_})))
    assert [one.member for one in found.differs] == ["printed/sheet.pdf"]
    found = verify_pack(put(tmp_path, resealed({
        **members, "printed/sheet.pptx": members["printed/sheet.docx"],
        "printed/sheet.docx": members["printed/sheet.pptx"]})))
    assert {one.member for one in found.differs} == {"printed/sheet.pptx", "printed/sheet.docx"}


def test_a_pack_carries_the_offices_own_files_and_draws_its_pages_with_them(desk, tmp_path):
    template = Document()
    template.add_paragraph("Our number {{ run_hash }}, sheet {{ office }}")
    template.save(str(tmp_path / "opinion.docx"))
    block = title_block({"office": "Office 7", "maker": "Ann", "classification": "Secret", "review_number": "R 9",
                         "sheet_number": "E49G001002"}, png())
    page = Page("en", "A4", 2_000, (MINE.shape.centroid.x + 0.0005, MINE.shape.centroid.y), block,
                Templates(opinion=tmp_path / "opinion.docx"))
    path = tmp_path / "own.zip"
    path.write_bytes(case_pack(desk, desk.look(MINE), page=page))
    made = held(path)
    paper = "".join(PdfReader(io.BytesIO(made["printed/sheet.pdf"])).pages[0].extract_text().split())
    for wanted in ("Office7", "Ann", "Secret", "R9", "E49G001002", "1:2000"):
        assert wanted in paper, wanted
    opinion = "".join(line.text for line in Document(io.BytesIO(made["printed/sheet.docx"])).paragraphs)
    assert opinion.startswith("Our number ") and "Office 7" in opinion
    found = verify_pack(path)
    assert found.ok and found.pages == 6 and {"office/logo.png", "office/opinion.docx"} <= set(made)
    forged = verify_pack(put(tmp_path, resealed({**made, "office/logo.png": png(31, 10)})))
    assert "printed/sheet.pdf" in {one.member for one in forged.differs}
    bad = verify_pack(put(tmp_path, resealed({**made, "office/opinion.docx": b"PK no document"})))
    assert not bad.ok


def test_what_lies_in_a_pack_beside_its_manifest_or_is_missing_is_found(pack, tmp_path):
    members = held(pack)
    more = verify_pack(put(tmp_path, {**members, "note.txt": b"1"}), pages=False)
    assert [one.member for one in more.differs] == ["note.txt"]
    less = {name: data for name, data in members.items() if name != "documents/ledger.json"}
    assert "documents/ledger.json" in {one.member for one in verify_pack(put(tmp_path, less), pages=False).differs}


def test_the_seal_on_paper_tells_a_whole_other_pack(pack):
    paper = said(pack, "manifest.json")["run_hash"]
    assert verify_pack(pack, pages=False, seal=paper).ok
    assert not verify_pack(pack, pages=False, seal="0" * 16).ok


def test_another_parks_entries_are_links_of_the_chain_and_nothing_more(pack):
    assert b"Secret notice" not in b"".join(held(pack).values())
    rows = said(pack, "book/entries.json")
    assert set(rows[-1]) == {"seq", "previous", "hash"} and rows[-1]["previous"] == rows[-2]["hash"]
    assert said(pack, "manifest.json")["head"] == rows[-1]["hash"]


def test_an_archive_that_is_no_pack_or_climbs_out_is_refused_with_a_reason(pack, tmp_path):
    with pytest.raises(NotAPack, match="manifest.json"):
        verify_pack(put(tmp_path, {"a.txt": b"1"}))
    with pytest.raises(ZipPath):
        verify_pack(put(tmp_path, {**held(pack), "../evil.txt": b"1"}))
    (tmp_path / "torn.zip").write_bytes(pack.read_bytes()[:-400])
    with pytest.raises(ParseError):
        verify_pack(tmp_path / "torn.zip")
    nonsense = put(tmp_path, resealed({**held(pack), "inputs/request.json": b"[" * 100_000}))
    assert not verify_pack(nonsense, pages=False).ok


def test_two_packs_lie_beside_each_other_value_by_value(desk, pack, tmp_path):
    project = project_from({**PLANT, "carriers": {"electricity_mwh": 20_000}})
    other = tmp_path / "other.zip"
    other.write_bytes(case_pack(desk, desk.look(MINE, project=project), project=project, page=Page("both", "A4")))
    rows = {(one.member, one.path): (one.said, one.recomputed) for one in compare_packs(pack, other)}
    assert rows["inputs/project.json", "carriers.electricity_mwh"] == (10_000, 20_000)
    assert rows["documents/demand.en.json", "energy_tce"] == pytest.approx((1_229.0, 2_458.0))
    assert not any(member.startswith(("ground/", "parameters/")) for member, _ in rows)
    assert compare_packs(pack, pack) == []


SCENARIO = {
    "scenario": {"title": "Two plants", "on": TODAY, "years": [2026]},
    "project": [{"id": "one", "status": "committed", "start": 2026, "carriers": {"electricity_mwh": 30_000},
                 "parcel": "one.geojson"},
                {"id": "two", "start": 2026, "carriers": {"electricity_mwh": 20_000}}],
}


def test_a_scenario_with_a_parcel_proves_itself_too(desk, tmp_path):
    shape = json.loads(shapely.to_geojson(land(600, 600, 100, 100)))
    feature = {"type": "Feature", "id": "L1", "properties": {}, "geometry": shape}
    (tmp_path / "one.geojson").write_text(json.dumps(feature))
    path = tmp_path / "queue.zip"
    path.write_bytes(scenario_pack(desk, SCENARIO, place="queue.toml", folder=tmp_path, park="ZONE",
                                   page=Page(paper="A4")))
    found = said(path, "documents/simulate.zh.json")
    verdicts = {row["id"]: row["verdict"] for row in found["projects"]}
    # 3 687 tce of 5 000 fit; another 2 458 do not: 1 145 are missing.
    assert verdicts["two"] == "exceeds"
    assert found["projects"][1]["binding"]["short_by"] == pytest.approx(30_000 * 0.1229 + 20_000 * 0.1229 - 5_000)
    assert verify_pack(path).ok
    assert {"printed/sheet-01.pdf", "printed/queue.xlsx", "printed/queue.pptx", "printed/queue.docx",
            "printed/why-not-01.docx"} <= set(held(path))
    letter = Document(io.BytesIO(held(path)["printed/why-not-01.docx"]))
    assert "1,145" in "".join(cell.text for table in letter.tables for row in table.rows for cell in row.cells)
    book = load_workbook(io.BytesIO(held(path)["printed/queue.xlsx"]))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert said(path, "manifest.json")["run_hash"] in " ".join(cells)
    forged = held(path)["documents/simulate.zh.json"].replace(b'"cap": 5000', b'"cap": 6000')
    wrong = verify_pack(put(tmp_path, resealed({**held(path), "documents/simulate.zh.json": forged})), pages=False)
    assert [one.path for one in wrong.differs] == ["balance[energy_tce ZONE 2026].cap"]


def test_the_command_line_packs_verifies_without_a_workspace_and_exits_3_for_a_forgery(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLANNER_WORKSPACE", raising=False)
    (tmp_path / "q.toml").write_text('[scenario]\nyears = [2026]\non = 2026-03-02\nbasis = "calorific"\n[caps]\n'
                                     'energy_tce = 1000\n[[project]]\nid = "one"\nstart = 2026\n'
                                     'carriers = { electricity_mwh = 1000 }\n')

    def run(*words):
        status = main([*words, "--json"])
        return status, json.loads(capsys.readouterr().out)

    status, made = run("export", "pack", "--scenario", "q.toml", "--out", "q.zip", "--lang", "en")
    assert status == 0 and made["run_hash"] and "documents/simulate.en.json" in {row["name"] for row in made["members"]}
    status, found = run("verify", "q.zip")
    assert status == 0 and found["ok"] and found["differs"] == []
    forged = held(tmp_path / "q.zip")
    forged["documents/simulate.en.json"] = forged["documents/simulate.en.json"].replace(b"122.9", b"122.8")
    put(tmp_path, forged)
    status, found = run("verify", "forged.zip")
    assert status == 3 and not found["ok"]
    assert {"member", "path", "said", "recomputed"} == set(found["differs"][0])
    assert any(row["said"] == 122.8 and row["recomputed"] == 122.9 for row in found["differs"])
    status, found = run("verify", "q.zip", "--against", "forged.zip")
    assert status == 0 and not found["same"] and any(row["after"] == 122.8 for row in found["differs"])
    status, refused = run("verify", "q.toml")
    assert status == 2 and refused["error"]["code"] == "E_PARSE"
    status, refused = run("export", "pack", "--out", "x.zip")
    assert status == 2 and not (tmp_path / "x.zip").exists()


def test_a_case_is_packed_with_its_own_project_and_is_not_short_of_what_it_holds_itself(tmp_path):
    from planner.desk.export_pack import export_pack

    own = workspace(tmp_path / "w.gpkg")
    small = Parcel("small", land(600, 600, 100, 100))
    own.start_case(small, year=2026, project=project_from({**PLANT, "carriers": {"electricity_mwh": 30_000}}),
                   actor="a", key="c1", park="ZONE")
    own.reserve(small, year=2026, project=project_from({**PLANT, "carriers": {"electricity_mwh": 30_000}}),
                basis="Decision 1", actor="a", key="r1", park="ZONE")
    path = export_pack(own, tmp_path / "c.zip", case_id="plant", progress=lambda share, doing: None,
                       page=Page(paper="A4"))
    energy = next(row for row in said(path, "documents/check.zh.json")["quotas"] if row["quota"] == "energy_tce")
    assert energy["free"] == 5_000 and energy["asked"] == pytest.approx(3_687)  # not 1 313, what is left beside itself
    assert [row["kind"] for row in said(path, "documents/ledger.json")["history"]] == ["reserve"]
    assert verify_pack(path, pages=False).ok
    own.close()


def test_the_pack_knows_the_ground_that_a_case_holds_without_its_being_a_layer(tmp_path):
    own = workspace(tmp_path / "w.gpkg")
    own.reserve(Parcel("held", land(600, 600, 100, 100)), year=2026, basis="Decision 1", actor="a", key="r1",
                park="ZONE", project=project_from({**PLANT, "carriers": {"electricity_mwh": 10}}))
    beside = Parcel("beside", land(690, 600, 100, 100))
    case = own.look(beside, park="ZONE")
    path = tmp_path / "b.zip"
    path.write_bytes(case_pack(own, case, page=Page(paper="A4")))
    found = next(row for row in said(path, "documents/check.zh.json")["findings"] if row["rule"] == "overlap_held"
                 and row["state"] == "hit")
    assert found["area_m2"] == pytest.approx(1_000, abs=0.5) and found["layer_name"] == "booked"
    went = verify_pack(path, pages=False)
    assert went.ok, went.differs
    own.close()


def print_menu():
    from planner.ui.papers import papers
    from planner.ui.session import desk
    from tests.test_pack import MINE

    at = desk()
    papers(at, at.look(MINE, park="ZONE"))


def test_the_print_menu_makes_the_pack_and_says_what_it_holds(tmp_path, monkeypatch):
    workspace(tmp_path / "w.gpkg").close()
    monkeypatch.setenv("PLANNER_WORKSPACE", str(tmp_path / "w.gpkg"))
    run = AppTest.from_function(print_menu, default_timeout=60).run()
    run.button(key="make-pack").click().run()
    assert not run.exception
    mark, data = run.session_state["paper-pack"]
    (tmp_path / "app.zip").write_bytes(data)
    assert verify_pack(tmp_path / "app.zip", pages=False).ok
    assert said(tmp_path / "app.zip", "manifest.json")["run_hash"] in run.caption[-1].value
    assert "printed/sheet.pdf" in run.dataframe[0].value.iloc[:, 0].tolist()


def test_an_office_file_states_the_packs_time_and_so_do_the_tables_inside_it():
    core = b'<p><dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified></p>'
    def saved(when):
        table = archive({"docProps/core.xml": core % when, "xl/a.xml": b"7"})
        return archive({"docProps/core.xml": core % when, "ppt/embeddings/t.xlsx": table})
    one, other = (settled(".pptx", saved(when), NOW) for when in (b"2020-01-01T00:00:00Z", b"2021-02-02T00:00:00Z"))
    assert one == other and b"2020" not in one
    with zipfile.ZipFile(io.BytesIO(one)) as opened:
        assert opened.read("docProps/core.xml") == core % b"2026-03-02T10:12:00Z"
        with zipfile.ZipFile(io.BytesIO(opened.read("ppt/embeddings/t.xlsx"))) as inner:
            assert inner.read("xl/a.xml") == b"7" and b"2026-03-02" in inner.read("docProps/core.xml")
