"""What people state beside the book: kept, judged by, shown on its page; and simulate, which writes nothing, agrees
with what is decided in the same state."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from planner.cli.main import main
from planner.desk import stated
from planner.desk.booking import Movement, move_all
from planner.desk.desk import Desk
from planner.energy.project import project_from
from planner.errors import Blocked, Overdraw, ScenarioError
from planner.land.parcel import EVERYWHERE, Layer, Parcel
from planner.store.base import Store
from planner.store.open import open_store
from planner.units import booked

TODAY = date(2026, 1, 5)
SQUARE = shapely.box(110.2, 20.0, 110.201, 20.001)
RICH = {"investment_wan_yuan": 1e6, "output_wan_yuan": 1e6, "tax_wan_yuan": 1e6}  # beyond every standard per mu
PLANT = {"id": "a", "start": 2026, "carriers": {"electricity_mwh": 1000}, **RICH}


def ground(role, shape, **columns):
    frame = gpd.GeoDataFrame({"id": [role], "name": [role], "kind": [None], **columns}, geometry=[shape],
                             crs="EPSG:4490")
    return Layer(role, role, frame, TODAY, "drawn by hand", EVERYWHERE)


def filled(store: Store) -> Desk:
    """A workspace in which a square of built land may take energy of 2026: 1 000 tce, 100 of them used."""
    at = Desk(store, today=lambda: TODAY, now=lambda: datetime(2026, 1, 5, 9))
    with store.turn() as turn:
        turn.put_settings({"energy_basis": "calorific"})
        built = {"code": ["0601"], "code_system": ["GBT21010-2017"], "grade": [None], "ridge_share": [None]}
        for layer in (ground("parks", shapely.box(110, 19, 111, 21), account=["ZONE"]),
                      ground("land_survey", shapely.box(110, 19, 111, 21), **built),
                      *(ground(role, shapely.box(0, 0, 1, 1)) for role in ("basic_farmland", "ecological_redline")),
                      ground("urban_boundary", shapely.box(110, 19, 111, 21)),
                      ground("parcels", shapely.box(5, 5, 6, 6))):
            turn.keep_layer(layer, sha256="")
        moves = [("grant", "energy_tce", 1000.0, "tce", ""), ("open", "energy_tce", 100.0, "tce", "BASELINE"),
                 ("grant", "carbon_tco2", 1e6, "tco2", ""), ("open", "carbon_tco2", 1.0, "tco2", "BASELINE"),
                 *(("grant", quota, 1.0, "m2", "") for quota in ("new_construction_m2", "offset_quantity_m2",
                                                                 "offset_paddy_m2")),
                 ("grant", "offset_grain_kg", 1.0, "kg", "")]
        move_all(turn, at.parameters, [
            Movement(verb, "ZONE", quota, 2026, amount, unit, "document", "Li", f"k{n}", TODAY, ref)
            for n, (verb, quota, amount, unit, ref) in enumerate(moves)])
    return at


@pytest.fixture
def at():
    with closing(open_store("memory:", create=True)) as store:
        yield filled(store)


def simulated(at, *projects):
    tables = {"scenario": {"on": TODAY, "years": [2026]}, "project": list(projects)}
    return at.simulate(tables, place="test").projects


def dump(at):
    """All that a workspace holds, as text."""
    store = at.store
    kept = {kind: store.records(kind) for kind in (*stated.CHECKS, "scenario")}
    return json.dumps([[str(entry) for entry in store.entries()], store.projects(), store.settings(), kept,
                       [str(info) for info in store.layers()], [case.id for case in store.cases()]], sort_keys=True)


# ---------------------------------------------------------------- stated and judged by
def test_a_hold_that_is_kept_blocks_the_queue_the_check_and_the_reservation(at):
    assert str(simulated(at, PLANT)[0].verdict) == "fits"
    hold = {"state": "hold", "on": "2026-01-05", "document": "Notice 7"}
    stated.keep(at, stated.PARK_STATE, "ZONE", hold, actor="Li", key="h1")
    (answer,) = simulated(at, PLANT)
    assert (str(answer.verdict), answer.binding.rule) == ("blocked", "park_state")
    parcel, project = Parcel("p", SQUARE), project_from(PLANT)
    case = at.look(parcel, project=project, park="ZONE")
    assert str(case.verdict) == "blocked" and "Notice 7" in str(case.findings[-1].message)
    with pytest.raises(Blocked, match="Notice 7"):
        at.reserve(parcel, year=2026, basis="b", actor="Li", key="r", project=project, park="ZONE")
    assert str(at.look(parcel, park="ZONE").verdict) == "fits"  # land alone asks no energy
    stated.keep(at, stated.PARK_STATE, "ZONE", {**hold, "state": "warning"}, actor="Li", key="h2")
    assert str(simulated(at, PLANT)[0].verdict) == str(at.look(parcel, project=project, park="ZONE").verdict) == "warn"


def test_an_assessment_that_is_kept_decides_and_changes_the_version_of_the_parameters(at):
    version = at.parameters.version
    bar = {"kind": "bar", "then": "not_admitted", "measure": "energy_tce", "limit": 100.0, "source": "clause 3"}
    stated.keep(at, stated.ASSESSMENT, "bar", {**bar, "sub_park": "ZONE"}, actor="Li", key="1")
    assert at.parameters.version.startswith(version + "+")
    assert str(simulated(at, {**PLANT, "sub_park": "ZONE"})[0].verdict) == "blocked"
    assert str(at.look(Parcel("p", SQUARE), project=project_from(PLANT), park="ZONE").verdict) == "blocked"
    case = at.look(Parcel("p", SQUARE), project=project_from(PLANT), park="ZONE")
    assert case.demand.regional_state == "not_admitted"
    stated.drop(at, stated.ASSESSMENT, "bar", actor="Li", key="2")
    assert at.parameters.version == version


def test_what_cannot_be_meant_is_not_kept_and_a_key_is_used_once(at):
    before = dump(at)
    with pytest.raises(ScenarioError, match="not known"):
        row = {"kind": "bar", "then": "full_review", "measure": "colour", "limit": 1.0, "source": "s"}
        stated.keep(at, stated.ASSESSMENT, "x", row, actor="Li", key="1")
    with pytest.raises(stated.RecordMissing, match="'x'"):
        stated.drop(at, stated.ASSESSMENT, "x", actor="Li", key="2")
    assert dump(at) == before


# ---------------------------------------------------------------- simulate and decide
@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.001, 9000), min_size=1, max_size=4), st.floats(0, 1200))
def test_simulate_writes_nothing_and_deciding_in_the_same_state_gives_the_same_answer(amounts, more):
    with closing(open_store("memory:", create=True)) as store:
        at = filled(store)
        if booked(more, "tce"):
            with store.turn() as turn:
                grant = Movement("grant", "ZONE", "energy_tce", 2026, more, "tce", "d", "Li", "g", TODAY)
                move_all(turn, at.parameters, [grant])
        for number, mwh in enumerate(amounts):
            project = {"id": f"p{number}", "start": 2026, "carriers": {"electricity_mwh": mwh}, **RICH}
            before = dump(at)
            (answer,) = simulated(at, project)
            parcel = Parcel(f"plot-{number}", shapely.box(110.2, 20 + number / 100, 110.201, 20.001 + number / 100))
            checked = at.look(parcel, project=project_from(project), park="ZONE")
            assert dump(at) == before
            assert checked.verdict == answer.verdict
            try:
                at.reserve(parcel, year=2026, basis="b", actor="Li", key=f"r{number}", project=project_from(project),
                           park="ZONE")
                decided = True
            except Overdraw as short:
                decided = False
                assert short.facts["short_by"] == pytest.approx(answer.binding.short_by, abs=1e-3)
            assert decided == answer.admitted


def test_a_simulation_of_a_file_workspace_leaves_every_byte_of_it(tmp_path):
    path = tmp_path / "w.gpkg"
    with closing(open_store(str(path), create=True)) as store:
        filled(store)
    with closing(Desk.open(str(path))) as at:
        before = dump(at)
        simulated(at, PLANT, {**PLANT, "id": "b"})
        assert dump(at) == before


# ---------------------------------------------------------------- substations of the workspace, the boundary
def test_a_project_on_a_parcel_draws_on_the_nearest_substation(at):
    near, far = shapely.box(110.21, 20.0, 110.211, 20.001), shapely.box(110.4, 20.0, 110.401, 20.001)
    columns = {"id": ["near", "far"], "name": ["", ""], "kind": [None, None]}
    frame = gpd.GeoDataFrame({**columns, "capacity_kw": [1000.0, 9000.0], "used_kw": [900.0, 0.0]},
                             geometry=[near, far], crs="EPSG:4490")
    with at.store.turn() as turn:
        turn.keep_layer(Layer("substations", "substations", frame, TODAY, "s", EVERYWHERE), sha256="")
        turn.put_feature("parcels", id="plot", shape=SQUARE, values={"name": "plot"})
    project = {**PLANT, "grid_kw": 101.0, "land": {"parcel": "plot"}}
    run = at.simulate_queue([project_from(project)], years=(2026,), park="ZONE")
    binding = run.projects[0].binding
    assert (binding.quota, binding.park, binding.short_by) == ("grid_kw", "near", pytest.approx(1))
    named = at.simulate_queue([project_from({**project, "substation": "far"})], years=(2026,), park="ZONE")
    assert str(named.projects[0].verdict) == "fits"


def test_the_drawn_boundary_chooses_which_projects_count(at):
    with at.store.turn() as turn:
        turn.put_feature("parcels", id="plot", shape=SQUARE, values={"name": "plot"})
        turn.keep_project("a", {**PLANT, "land": {"parcel": "plot"}})
    base = {"base_year": 2025, "energy_tce": 300_000.0, "carbon_tco2": 30_000.0, "source": "statistics"}
    stated.keep(at, stated.BOUNDARY_BASE, "ZONE", base, actor="Li", key="1")
    assert at.zero_carbon(2026).tco2_per_tce is None  # no boundary: nobody knows on which side it lies
    for name, shape, energy in (("in", shapely.box(110, 19, 111, 21), 300_122.9),
                                ("out", shapely.box(0, 0, 1, 1), 300_000)):
        with at.store.turn() as turn:
            turn.keep_layer(ground("carbon_boundary", shape), sha256=name, replace=name == "out")
        found = at.zero_carbon(2026)
        assert found.energy_tce == pytest.approx(energy)
        assert found.boundary == (shape,) and found.members[0].shape.equals(SQUARE)


# ---------------------------------------------------------------- command line and page
def test_the_commands_enter_list_and_drop_rows_and_explain_every_step(tmp_path, capsys):
    path = str(tmp_path / "w.gpkg")
    project = tmp_path / "p.toml"
    project.write_text('industry = "cement"\n[carriers]\nelectricity_mwh = 6000\nheat_gj = 10\n')
    assert main(["init", "--workspace", path]) == 0
    row = ["--kind", "negative", "--then", "full_review", "--source", "list of 2026, 2", "--workspace", path]
    assert main(["assessment", "set", "cement", "--industry", "cement", *row]) == 0
    assert main(["assessment", "set", "odd", "--measure", "colour", "--limit", "1", *row, "--lang", "en"]) == 2
    assert main(["assessment", "region", "city", "--base-year", "2020", "--energy-tce", "1e6", "--value-added", "4e6",
                 "--allowed-increase-tce", "1e5", "--source", "plan", "--workspace", path]) == 0
    assert main(["assessment", "state", "hold", "--park", "ZONE", "--document", "Notice 7", "--on", "2026-01-05",
                 "--workspace", path]) == 0
    capsys.readouterr()
    assert main(["assessment", "list", "--workspace", path, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["id"] for kind in ("assessment", "region", "park_state") for row in listed[kind]] == [
        "cement", "city", "ZONE"]
    assert main(["demand", str(project), "--on", "2026-01-05", "--workspace", path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["regional"] == {"state": "full_review", "rule": "list of 2026, 2"}
    assert [row["scale"] for row in found["grades"]] == ["impact_m"]
    assert {step["basis"] for step in found["steps"] if step["unit"] == "tce"} == {"calorific"}
    assert main(["demand", str(project), "--on", "2025-08-31", "--explain", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "x 0.1229  calorific value  GB/T 2589-2020 annex A  [unverified]" in said and "city" in said
    assert main(["assessment", "drop", "cement", "--workspace", path]) == 0
    assert main(["assessment", "types", "--json", "--lang", "en"]) == 0
    assert len(json.loads(capsys.readouterr().out.split("\n", 1)[1])) == 9


def test_simulate_says_what_each_project_keeps_out(tmp_path, capsys):
    file = tmp_path / "s.toml"
    gas = "natural_gas_kgce_per_m3 = 1.0"
    file.write_text("[scenario]\nyears = [2026]\n[baseline]\nenergy_tce = 0\n[caps]\nenergy_tce = 100\n" + "".join(
        f'[[project]]\nid = "{id}"\nstart = 2026\ntax_wan_yuan = 5\n[project.carriers]\n'
        f"natural_gas_m3 = {tce}000\n{gas}\n" for id, tce in (("big", 90), ("small", 20))))
    assert main(["simulate", str(file), "--displaces", "--json"]) == 0
    big, small = json.loads(capsys.readouterr().out)["projects"]
    assert (big["displaces"]["keeps_out"], big["displaces"]["tax_wan_yuan"]) == (["small"], 5)
    assert big["displaces"]["tax_wan_yuan_per_tce"] == pytest.approx(5 / 90) and small["displaces"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_the_arithmetic_and_keeps_a_row(tmp_path: Path, monkeypatch, lang):
    path = tmp_path / "w.gpkg"
    with closing(open_store(str(path), create=True)) as store:
        filled(store)
        with store.turn() as turn:
            turn.keep_project("a", PLANT)
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))

    def page() -> None:
        from planner.ui.pages.assessment import show

        show()

    run = AppTest.from_function(page, default_timeout=60)
    run.session_state["lang"] = lang
    run.run()
    assert not run.exception and not run.error
    steps = run.dataframe[0].value
    assert steps.iloc[0, 1] == pytest.approx(122.9) and steps.iloc[0, 3] == 0.1229
    if lang == "zh":
        return

    def first(boxes, label):
        return next(box for box in boxes if box.label == label)

    first(run.text_input, "Row").input("bar")
    first(run.number_input, "Limit").set_value(5.0)
    first(run.selectbox, "Measure").select("pue")
    first(run.text_input, "Source: document and clause").input("clause 3")
    first(run.text_input, "Person").input("Li")
    first(run.button, "Keep").click()
    run.run()
    assert not run.exception and not run.error
    with closing(open_store(str(path))) as store:
        assert stated.records(store, stated.ASSESSMENT)["bar"]["limit"] == 5.0


@pytest.mark.parametrize("drawn", [True, False], ids=["drawn", "not drawn"])
def test_the_card_of_the_zero_carbon_ratio_draws_its_boundary_with_who_lies_inside(tmp_path, monkeypatch, drawn):
    path, maps = tmp_path / "w.gpkg", []
    with closing(open_store(str(path), create=True)) as store:
        filled(store)
        with store.turn() as turn:
            turn.put_feature("parcels", id="plot", shape=SQUARE, values={"name": "plot"})
            turn.keep_project("a", {**PLANT, "land": {"parcel": "plot"}})
            if drawn:
                turn.keep_layer(ground("carbon_boundary", shapely.box(110.125, 19, 111, 21)), sha256="")
    monkeypatch.setenv("PLANNER_WORKSPACE", str(path))
    monkeypatch.setattr("planner.ui.still_map.st_folium", lambda made, feature_group_to_add, **_: maps.append(
        made.get_root().render() + feature_group_to_add.add_to(made).get_name() + made.get_root().render()))

    def page() -> None:
        from planner.ui.pages.assessment import show

        show()

    run = AppTest.from_function(page, default_timeout=60)
    run.session_state["lang"] = "en"
    run.run()
    assert not maps  # the tab is not seen yet
    run.session_state["assessment-en"] = "Park"
    run.run()
    assert not run.exception and not run.error
    told = [*(one.value for one in run.caption), *(one.value for one in run.info)]
    if drawn:
        assert any(said.startswith("The boundary as drawn: ") and "Zero-carbon boundary" in said for said in told)
        assert len(maps) == 1 and "110.125" in maps[0] and "a: inside" in maps[0]
    else:
        assert not maps and any("No boundary is drawn yet" in said for said in told)
