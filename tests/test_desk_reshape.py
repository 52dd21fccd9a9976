"""A parcel divided and fitted from a file, against a workspace: the stories of `split`, `fit` and the card's advice."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import shapely

from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.reshape import advice, areas_m2, ways
from planner.formats.write import write_geojson
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Parcel
from planner.store.open import open_store
from planner.units import mu
from planner.verdict import Verdict
from tests.drawn_land import land, layer, survey

TODAY = date(2026, 3, 2)
PARCEL = land(300, 0, 400, 100)  # half on paddy with a tenth of ridges, half on industry


@pytest.fixture
def desk(tmp_path):
    """A square kilometre: the west half paddy, the east half industry; a protected field in the south-west corner,
    a red line across the north."""
    made = Desk(
        open_store(str(tmp_path / "w.gpkg"), create=True), today=lambda: TODAY, now=lambda: datetime(2026, 3, 2, 10, 12)
    )
    whole = land(0, 0, 1000, 1000)
    with made.store.turn() as turn:
        turn.keep_layer(
            survey((land(0, 0, 500, 1000), "0101", 7, 0.1), (land(500, 0, 500, 1000), "0601", None, None)), sha256=""
        )
        turn.keep_layer(layer("parks", whole, account=["ZONE"]), sha256="")
        turn.keep_layer(layer("urban_boundary", whole), sha256="")
        turn.keep_layer(layer("basic_farmland", land(0, 0, 100, 60)), sha256="")
        turn.keep_layer(layer("ecological_redline", land(0, 950, 1000, 20)), sha256="")
        turn.keep_layer(layer("parcels"), sha256="")
    for quota, hectares in (("new_construction_m2", 100), ("offset_quantity_m2", 50), ("offset_paddy_m2", 0.9)):
        made.move(Movement("grant", "ZONE", quota, 2026, hectares, "ha", "Notice 1", "clerk", quota, TODAY, ""))
    made.move(Movement("grant", "ZONE", "offset_grain_kg", 2026, 900, "t", "Notice 1", "clerk", "grain", TODAY, ""))
    yield made
    made.close()


def best(desk, shape, how="largest", **more):
    (found,) = ways(desk, Parcel("P", shape), [how], on=TODAY, **more)
    return found


def test_the_largest_part_with_so_much_paddy_and_no_protected_field(desk):
    shape = land(0, 0, 600, 100)  # 5 ha paddy gross, 4.5 net, 0.6 ha of it protected
    found = best(desk, shape, limits=["paddy<=37.2mu", "basic_farmland<=0"])
    assert mu(found.case.takes.paddy_m2) == pytest.approx(37.2, abs=1 / 666)  # a square metre
    paddy_left = 37.2 * 10_000 / 15 / 0.9  # gross of its ridges
    assert found.fitted.ellipsoid_m2 == pytest.approx(paddy_left + 100 * 100, abs=5)
    assert not found.fitted.shape.intersects(land(1, 1, 98, 58))
    assert "basic_farmland" not in {seen.rule for seen in found.case.findings if seen.state == "hit"}


def test_a_quota_that_is_short_is_met_by_drawing_the_right_side_in_and_the_card_says_so(desk):
    case = desk.look(Parcel("P", PARCEL), on=TODAY)  # 1.8 ha of paddy net, 0.9 free
    assert case.verdict == Verdict.EXCEEDS
    found = advice(desk, case, None)
    assert found.fitted.how == "west" and found.fitted.metres == pytest.approx(100, abs=0.1)
    assert found.case.verdict < case.verdict
    assert found.case.takes.paddy_m2 == pytest.approx(9000, abs=0.5)
    assert "Draw the west side 100 m eastwards to meet Paddy, net of ridges" in str(found.sentence)


def test_what_no_side_can_help_does_not_hide_what_one_can(desk):
    with desk.store.turn() as turn:
        turn.keep_layer(layer("urban_boundary", land(5000, 0, 10, 10)), sha256="", replace=True)
    case = desk.look(Parcel("P", land(700, 900, 100, 100)), on=TODAY)  # outside the boundary; the red line crosses it
    assert case.verdict == Verdict.BLOCKED
    found = advice(desk, case, None)
    assert (found.fitted.how, found.case.verdict) == ("north", Verdict.WARN)
    assert found.fitted.metres == pytest.approx(50, abs=0.01)


def test_metres_are_said_rounded_up_so_that_who_draws_them_is_on_the_safe_side(desk):
    found = best(desk, land(600, 850, 100, 107.25), "north", limits=["ecological_redline<=0"])
    assert found.fitted.metres == pytest.approx(7.25, abs=0.01) and "7.3 m" in str(found.sentence)
    wide = best(desk, land(600, 850, 100, 117.2), "north", limits=["ecological_redline<=0"])
    assert wide.fitted.metres == pytest.approx(17.2, abs=0.01) and "18 m" in str(wide.sentence)


def test_a_parcel_without_a_bad_verdict_gets_no_advice_nor_one_that_no_side_can_help(desk):
    grass = desk.look(Parcel("P", land(600, 100, 50, 50)), on=TODAY)
    assert grass.verdict == Verdict.FITS and advice(desk, grass, None) is None
    inside = desk.look(Parcel("P", land(10, 10, 50, 40)), on=TODAY)
    assert inside.verdict == Verdict.BLOCKED and advice(desk, inside, None) is None


def test_a_parcel_moves_off_a_line_but_not_out_of_the_park_nor_onto_ground_nobody_knows(desk):
    found = best(desk, land(600, 940, 50, 50), "shift")
    assert found.fitted.bearing_deg == pytest.approx(180, abs=1) and found.fitted.metres == pytest.approx(40, abs=0.05)
    assert found.case.verdict == Verdict.FITS
    assert found.fitted.ellipsoid_m2 == pytest.approx(ellipsoid_m2(land(600, 940, 50, 50)), rel=1e-4)


def test_areas_are_read_as_a_person_lists_them():
    assert areas_m2(" 15, 7.5；3 ") == [10_000.0, 5_000.0, 2_000.0]


# ---------------------------------------------------------------- the command line
@pytest.fixture
def run(run, tmp_path):
    """Runs a command in a folder that holds the parcel as a file."""
    write_geojson(tmp_path / "p.geojson", [({"id": "P-7"}, PARCEL)])
    return run


def test_split_prints_the_parts_and_writes_them(run, tmp_path):
    status, found = run("split", "p.geojson", "--areas", "15,30", "--side", "west", "--out", "parts.geojson")
    assert status == 0
    assert [part["mu"] for part in found["parts"]] == [
        pytest.approx(15, abs=1e-3), pytest.approx(30, abs=1e-3), pytest.approx(found["parcel"]["mu"] - 45, abs=1e-3)]
    status, again = run("measure", "parts.geojson")
    assert [row["id"] for row in again["features"]] == ["P-7-1", "P-7-2", "P-7-3"]
    assert again["features"][0]["mu"] == pytest.approx(15, abs=1 / 666)


def test_fit_prints_the_way_with_its_new_check_and_writes_the_shape(desk, run, tmp_path):
    status, found = run("fit", "p.geojson", "--workspace", "w.gpkg", "--limit", "paddy<=0.9ha", "--how", "west",
                        "--on", "2026-03-02", "--out", "fit.geojson")
    (way,) = found["ways"]
    assert status == 0 and way["how"] == "west" and way["metres"] == pytest.approx(100, abs=0.1)
    assert way["check"]["takes"]["paddy_m2"] == pytest.approx(9000, abs=1)
    assert way["limits"][0]["after"] == pytest.approx(9000, abs=1)
    shape = shapely.from_geojson((tmp_path / "fit.geojson").read_text("utf-8"))
    assert ellipsoid_m2(shapely.get_geometry(shape, 0)) == pytest.approx(way["ellipsoid_m2"], abs=1)


def test_all_ways_come_with_the_one_that_keeps_most_land_first(desk, run):
    status, found = run("fit", "p.geojson", "--workspace", "w.gpkg", "--how", "all", "--on", "2026-03-02")
    hows = [way["how"] for way in found["ways"]]
    assert hows[0] == "shift" and set(hows) == {"shift", "largest", "west", "north", "south", "inward", "east"}
    kept = [round(way["ellipsoid_m2"]) for way in found["ways"]]
    assert kept == sorted(kept, reverse=True)
    assert {way["check"]["verdict"] for way in found["ways"]} <= {"fits", "warn"}


def test_a_limit_may_be_written_as_people_say_it_in_either_language(desk, run):
    def fitted(limit: str) -> dict:
        status, found = run("fit", "p.geojson", "--workspace", "w.gpkg", "--limit", limit, "--on", "2026-03-02")
        assert status == 0
        return found

    wanted = fitted("paddy<=1mu")
    for limit in ("水田<=1亩", "水田 ≤ 1 亩", "Paddy <= 1 MU"):
        assert fitted(limit) == wanted
    assert fitted("永久基本农田<=0") == fitted("basic_farmland<=0")


def test_a_limit_or_way_that_is_none_is_refused_and_nothing_written(desk, run, tmp_path):
    for words, code in ((("paddy<=37.2",), "E_LIMIT"), (("rice<=1mu",), "E_LIMIT"), (("paddy<=-1mu",), "E_LIMIT"),
                        (("paddy<=1mu", "--how", "up"), "E_SIDE"), (("paddy<=1mu", "--how", "9"), "E_SIDE")):
        status, found = run("fit", "p.geojson", "--workspace", "w.gpkg", "--limit", *words, "--out", "fit.geojson")
        assert (status, found["error"]["code"]) == (2, code) and not (tmp_path / "fit.geojson").exists()


@pytest.mark.parametrize(("areas", "code"), [
    ("a,b", "E_AREAS"), ("nan", "E_AREAS"), ("inf", "E_AREAS"), ("", "E_AREAS"), ("0", "E_SPLIT"), ("1000", "E_SPLIT"),
    ("-3", "E_SPLIT")])
def test_areas_that_are_none_or_too_large_are_refused(run, areas, code):
    status, found = run("split", "p.geojson", "--areas", areas)
    assert (status, found["error"]["code"]) == (2, code)
