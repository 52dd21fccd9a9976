"""The stories: a parcel drawn, flagged, reserved and printed; a refusal that books nothing; the report's complaint."""

from __future__ import annotations

import json
from datetime import date, datetime

import pypdf
import pytest
import shapely

from planner.admission.headline import headline
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.export import export_case
from planner.desk.held import ParcelHeld
from planner.desk.look import BASIS_SETTING
from planner.desk.year_end import Ending
from planner.energy.project import project_from
from planner.errors import Blocked, KeyReused, NoAccount, Overdraw, UnknownVerdict
from planner.formats.drawing import parcel_from_drawing
from planner.store.open import open_store
from planner.verdict import Verdict
from planner.words import translator
from tests.drawn_land import land, layer, survey

TODAY = date(2026, 3, 2)
KG_PER_HA_GRADE_7 = (16 - 7) * 1500  # the placeholder of the parameters


@pytest.fixture
def desk(tmp_path):
    """A square kilometre: the west half paddy (grade 7, a tenth ridges), the east half industry, a field protected."""
    made = Desk(
        open_store(str(tmp_path / "w.gpkg"), create=True), today=lambda: TODAY, now=lambda: datetime(2026, 3, 2, 10, 12)
    )
    whole = land(0, 0, 1000, 1000)
    with made.store.turn() as turn:
        turn.put_settings({BASIS_SETTING: "calorific"})
        turn.keep_layer(
            survey((land(0, 0, 500, 1000), "0101", 7, 0.1), (land(500, 0, 500, 1000), "0601", None, None)), sha256=""
        )
        turn.keep_layer(layer("parks", whole, account=["ZONE"]), sha256="")
        turn.keep_layer(layer("urban_boundary", whole), sha256="")
        turn.keep_layer(layer("basic_farmland", land(0, 0, 100, 100)), sha256="")
        turn.keep_layer(layer("ecological_redline", land(0, 900, 100, 100)), sha256="")
        turn.keep_layer(layer("parcels", land(800, 800, 100, 100), status=[""]), sha256="")
    yield made
    made.close()


def move(desk, verb, quota, amount, unit, *, year=2026, ref=""):
    key = f"{verb}-{quota}-{year}-{ref}-{len(desk.entries())}"
    return desk.move(Movement(verb, "ZONE", quota, year, amount, unit, "Notice 1", "clerk", key, TODAY, ref))


def grant_all(desk, *, paddy_ha=50, energy_tce=5_000, years=(2026,)):
    for year in years:
        for quota, amount, unit in (
            ("new_construction_m2", 100, "ha"),
            ("offset_quantity_m2", 50, "ha"),
            ("offset_paddy_m2", paddy_ha, "ha"),
            ("offset_grain_kg", 1_000_000, "kg"),
            ("energy_tce", energy_tce, "tce"),
            ("carbon_tco2", 90_000, "tco2"),
        ):
            move(desk, "grant", quota, amount, unit, year=year)


def drawn(x, y, width, height, id="new-1"):
    """What the map hands over: a GeoJSON feature in longitude and latitude."""
    shape = land(x, y, width, height)
    return parcel_from_drawing(
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}, id=id
    )


def plant(mwh, **fields):
    """A plant that bought power alone feeds: 1 000 MWh are 122.9 tce at the calorific value."""
    return project_from(
        {
            "id": "plant",
            "start": 2026,
            "carriers": {"electricity_mwh": mwh},
            "investment_wan_yuan": 100_000,
            "output_wan_yuan": 100_000,
            "tax_wan_yuan": 100_000,
            **fields,
        }
    )


def balance(desk, quota, year=2026):
    return next(row for row in desk.balances() if (row.quota, row.year) == (quota, year))


def test_a_drawn_parcel_is_flagged_moved_reserved_and_printed(desk, tmp_path):
    grant_all(desk)
    bad = desk.look(drawn(50, 50, 200, 100))
    assert bad.verdict is Verdict.BLOCKED
    worst = bad.findings[0]
    assert worst.rule == "basic_farmland" and worst.value == pytest.approx(50 * 50, rel=1e-4)

    moved = drawn(150, 150, 200, 100)
    case = desk.look(moved)
    assert case.verdict is Verdict.FITS
    assert case.takes.cultivated_m2 == pytest.approx(200 * 100 * 0.9, rel=1e-4)

    answer = desk.reserve(moved, year=2026, basis="Decision 7", actor="reviewer", key="r1")
    booked = {leg["quota"]: leg["amount"] for leg in answer["legs"]}
    assert booked["new_construction_m2"] == pytest.approx(20_000, abs=1)
    assert booked["offset_paddy_m2"] == pytest.approx(18_000, abs=1)
    assert booked["offset_grain_kg"] == pytest.approx(1.8 * KG_PER_HA_GRADE_7, abs=1)
    assert balance(desk, "offset_paddy_m2").free == 500_000 - booked["offset_paddy_m2"]

    (path,) = export_case(desk, case, "sheet", tmp_path / "sheet.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert "30.00" in text and "2.0000" in text  # 20 000 m2 in mu and in hectares


def test_a_refusal_names_the_quota_and_the_shortage_and_books_nothing(desk):
    grant_all(desk, paddy_ha=1)
    parcel = drawn(150, 150, 200, 100)
    case = desk.look(parcel)
    assert case.verdict is Verdict.EXCEEDS
    assert "0.8000" in headline(case, desk.parameters).say(translator("zh"))  # 1.8 ha of paddy, 1 ha free
    before = len(desk.entries())
    with pytest.raises(Overdraw, match="offset_paddy_m2 2026 of ZONE is short") as refused:
        desk.reserve(parcel, year=2026, basis="Decision 8", actor="reviewer", key="r1")
    assert refused.value.facts["short_by"] == pytest.approx(8_000, abs=2)
    assert len(desk.entries()) == before and desk.cases() == []


def test_land_and_energy_are_booked_in_one_entry_or_not_at_all(desk):
    grant_all(desk, years=(2026, 2027))
    parcel = drawn(600, 100, 100, 100)
    with pytest.raises(Overdraw, match="energy_tce 2026"):
        desk.reserve(parcel, project=plant(50_000), year=2026, basis="D", actor="a", key="too much")
    answer = desk.reserve(parcel, project=plant(10_000, ramp=[0.5, 1.0]), year=2026, basis="D", actor="a", key="r1")
    energy = {leg["year"]: leg["amount"] for leg in answer["legs"] if leg["quota"] == "energy_tce"}
    assert energy == {2026: 614.5, 2027: 1229.0}
    entry = desk.entries()[-1]
    assert {leg.quota for leg in entry.draft.legs} == {"energy_tce", "carbon_tco2"}  # industry already: no land asked


def test_the_same_key_books_once_and_another_request_under_it_is_refused(desk):
    grant_all(desk)
    parcel = drawn(150, 150, 200, 100)
    first = desk.reserve(parcel, year=2026, basis="D", actor="a", key="r1")
    assert desk.reserve(parcel, year=2026, basis="D", actor="a", key="r1") == first
    with pytest.raises(KeyReused, match="r1"):
        desk.reserve(drawn(150, 150, 200, 90), year=2026, basis="D", actor="a", key="r1")


def test_a_parcel_is_booked_once_until_what_it_holds_is_given_back(desk):
    grant_all(desk)
    parcel, words = drawn(150, 150, 200, 100), {"year": 2026, "basis": "D", "actor": "a"}
    first = desk.reserve(parcel, key="r1", **words)
    for project in (None, plant(10)):  # under its own name, and under that of a project on the same parcel
        with pytest.raises(ParcelHeld) as refused:
            desk.reserve(parcel, project=project, key=f"again {project}", **words)
        assert refused.value.where == {"case": parcel.id, "entry": first["entry"]}
        assert str(first["entry"]) in str(refused.value) and refused.value.exit_status == 4
    assert desk.reserve(parcel, key="r1", **words) == first and len(desk.entries("plant")) == 0
    desk.end(Ending("expire", "D", "a", "x", TODAY, ref=parcel.id))
    assert desk.reserve(parcel, key="r2", **words)["entry"] == first["entry"] + 2


def test_ground_that_a_case_holds_is_booked_once_under_whatever_name_it_is_drawn(desk):
    grant_all(desk)
    words = {"year": 2026, "basis": "D", "actor": "a"}
    desk.reserve(drawn(150, 150, 200, 100, id="mine"), key="r1", **words)
    again, strip = drawn(150, 150, 200, 100, id="other"), drawn(349, 150, 200, 100, id="other")  # of one metre
    with pytest.raises(ParcelHeld, match="'mine' already holds"):
        desk.reserve(again, key="r again", **words)
    with pytest.raises(Blocked, match="100.00 m2 .* in mine"):
        desk.reserve(strip, key="r strip", **words)
    assert "case 'mine' holds" in str(desk.look(again).notes[-1]) and desk.look(strip).verdict is Verdict.BLOCKED
    assert desk.reserve(drawn(350, 150, 100, 100, id="beside"), key="r2", **words)["entry"]


def test_a_reserved_parcel_blocks_its_neighbour_and_another_only_warns(desk):
    grant_all(desk)
    parcel = drawn(600, 100, 100, 100, id="mine")
    desk.keep_parcel(parcel, actor="a")
    assert desk.parcel("mine").shape.equals(parcel.shape)
    neighbour = drawn(650, 100, 100, 100, id="other")
    assert desk.look(neighbour).verdict is Verdict.WARN
    desk.reserve(parcel, project=plant(1_000), year=2026, basis="D", actor="a", key="r1")
    case = desk.look(neighbour)
    assert case.verdict is Verdict.BLOCKED and case.findings[0].objects == ("mine",)
    with pytest.raises(Blocked, match="reserved"):
        desk.reserve(neighbour, year=2026, basis="D", actor="a", key="r2")


def test_a_refused_reservation_does_not_leave_its_drawing_behind(desk):
    grant_all(desk, paddy_ha=1)
    with pytest.raises(Overdraw):
        desk.reserve(drawn(150, 150, 200, 100), year=2026, basis="D", actor="a", key="r1", keep=True)
    assert "new-1" not in set(desk.layer("parcels").frame["id"])
    desk.reserve(drawn(150, 150, 50, 100), year=2026, basis="D", actor="a", key="r2", keep=True)
    assert "new-1" in set(desk.layer("parcels").frame["id"])


def test_what_the_layers_do_not_know_is_never_reserved(desk):
    grant_all(desk)
    beyond = drawn(950, 100, 100, 100)
    assert desk.look(beyond).takes.new_construction_m2 is None
    with pytest.raises((UnknownVerdict, Blocked)):
        desk.reserve(beyond, year=2026, basis="D", actor="a", key="r1")


def test_a_quota_without_an_account_in_the_first_year_refuses_all(desk):
    move(desk, "grant", "energy_tce", 5_000, "tce")
    parcel = drawn(150, 150, 200, 100)
    assert desk.look(parcel).verdict is Verdict.UNKNOWN
    with pytest.raises(NoAccount, match="new_construction_m2"):
        desk.reserve(parcel, year=2026, basis="D", actor="a", key="r1")


def test_a_listed_project_asks_the_park_nothing_but_its_offsets(desk):
    grant_all(desk, energy_tce=1)
    case = desk.look(drawn(150, 150, 200, 100), project=plant(50_000, listed=True))
    asked = {row.quota: row.asked for row in case.quotas}
    assert asked["energy_tce"] == asked["new_construction_m2"] == asked["carbon_tco2"] == 0
    assert asked["offset_paddy_m2"] == pytest.approx(18_000, rel=1e-4)


def test_the_reports_complaint_the_small_plant_is_refused_for_what_came_before(desk):
    move(desk, "grant", "energy_tce", 387_000, "tce", year=2023)
    for ref, amount in (("BASELINE", 120_000), ("datang-1", 275_614), ("telecom", "97970.964")):
        move(desk, "open", "energy_tce", amount, "tce", year=2023, ref=ref)
    pharma = project_from(
        {"id": "pharma-1", "start": 2023, "carriers": {"electricity_mwh": 12_000, "natural_gas_m3": 600_000}}
    )
    before = [entry.hash for entry in desk.entries()]
    run = desk.simulate_queue([pharma], years=[2023], park="ZONE")
    binding = run.projects[0].binding
    assert run.projects[0].verdict is Verdict.EXCEEDS
    assert (binding.quota, binding.year) == ("energy_tce", 2023)
    assert binding.short_by == pytest.approx(108_788.344, abs=1e-6)
    assert [draw.id for draw in binding.used_by] == ["datang-1", "telecom", "pharma-1"]
    assert [entry.hash for entry in desk.entries()] == before


def test_a_queue_is_kept_whole_in_its_order_or_not_at_all(desk):
    first, second, third = (plant(mwh).model_copy(update={"id": f"plant-{mwh}"}) for mwh in (1, 2, 3))
    desk.keep_queue([first, second], actor="clerk")
    friend = second.model_copy(update={"start": 2030, "together": ("plant-1", "plant-3"), "apart": ("plant-1",)})
    desk.keep_queue([third, friend], actor="clerk")  # who is out is named by nobody
    assert (desk.projects()[1].together, desk.projects()[1].apart) == (("plant-3",), ())
    assert [(project.id, project.start) for project in desk.projects()] == [("plant-3", 2026), ("plant-2", 2030)]

    with pytest.raises(AttributeError):
        desk.keep_queue([first, object()], actor="clerk")
    assert [project.id for project in desk.projects()] == ["plant-3", "plant-2"]
