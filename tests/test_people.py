"""Who may do what: every act by every role, in the person's own park and in another; nothing open by oversight."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import replace
from datetime import date

import pytest

import planner.desk
from planner.desk import (
    atlas,
    backups,
    costs,
    meeting,
    meeting_papers,
    meeting_queue,
    originals,
    pack,
    parcel_paper,
    registers,
    registers_in,
    registers_out,
    scenarios,
    stated,
    workspace,
    year_report,
)
from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.importing import Request
from planner.desk.page import Page, title_block
from planner.desk.year_end import Ending
from planner.energy.project import fields_of, project_from
from planner.errors import FeatureMissing, ParkUnknown, PlannerError
from planner.land.parcel import Parcel
from planner.parameters.changes import Wish
from planner.people import (
    EVERY_PARK,
    Forbidden,
    Held,
    LastAdministrator,
    Person,
    Role,
    RoleWrong,
    alone,
    in_force,
    person_of,
    refuse_last,
    role_of,
)
from planner.quota.accounts import Account
from planner.store.open import MEMORY, open_store
from tests.drawn_land import land, layer, survey

TODAY = date(2026, 3, 2)
OWN, OTHER = "A", "B"


def made():
    """Two parks side by side, each with accounts and a submitted case, on one survey of built land."""
    desk = Desk(open_store(MEMORY), today=lambda: TODAY)
    with desk.store.turn() as turn:
        turn.keep_layer(survey((land(0, 0, 2000, 1000), "0601", None, None)), sha256="")
        turn.keep_layer(layer("parks", land(0, 0, 1000, 1000), land(1000, 0, 1000, 1000), account=[OWN, OTHER]),
                        sha256="")
        for role in ("urban_boundary", "basic_farmland", "ecological_redline", "parcels"):
            turn.keep_layer(layer(role, land(0, 0, 2000, 1000) if role == "urban_boundary" else land(0, 0, 10, 10)),
                            sha256="")
    for park in (OWN, OTHER):
        for quota in ("new_construction_m2", "offset_quantity_m2", "offset_paddy_m2", "offset_grain_kg"):
            desk.move(grant(park, quota=quota))
        desk.start_case(parcel(f"case-{park}", x=100 if park == OWN else 1100), year=2026, actor="x1",
                        key=f"start-{park}")
    return desk


@pytest.fixture
def desk():
    one = made()
    yield one
    one.close()


@pytest.fixture(scope="module")
def office():
    """The same for questions that leave it able to be asked again."""
    one = made()
    scenarios.keep(one, "s", SCENARIO, actor="x1", key="keep-s")
    yield one
    one.close()


def grant(park, *, to_park="", verb="grant", quota="new_construction_m2", key=None, actor="clerk"):
    unit = "kg" if quota.endswith("_kg") else "m2"
    return Movement(verb, park, quota, 2026, 10_000, unit, "Notice 1", actor, key or f"{verb}-{park}-{quota}", TODAY,
                    "", to_park)


def parcel(id="P-1", x=100):
    return Parcel(id, land(x, 100, 50, 50), id)


SCENARIO = {"scenario": {"title": "s", "years": [2026]}, "project": [{"id": "p", "start": 2026}]}


def ending(verb, **words):
    return Ending(verb, "d", "x", f"end-{verb}", date(2026, 5, 1), **words)


def quotas_file(tmp_path, park):
    path = tmp_path / f"{park}.csv"
    path.write_text(f"quota_type,year,amount,unit,park\nconstruction_land,2027,5,ha,{park}\n", "utf-8")
    return Request(path, "quotas", "clerk", f"import-{park}", "0" * 64, park=park)


# Every verb there is, named as its module has it, with what may be told apart behind a colon: what each role may do,
# first in its own park, then in another. Written by hand from the description of the roles; "shared" is what all parks
# have together (ground, queue, registers, figures), "of every park" what nobody of a single park may touch.
BROKEN = Page(block=title_block({}, b"no picture"))  # refused before anything is drawn
NEVER, V, P, R, A = Role.ADMINISTRATOR + 1, Role.VIEWER, Role.PLANNER, Role.REVIEWER, Role.ADMINISTRATOR
BY = {"actor": "x", "key": "k"}


def of(park):
    return f"case-{park}"


def looked(desk, park):
    return desk.look(parcel(), park=park)


ACTS = {
    # ---- ground, queue, registers and figures: shared
    "Desk.layers": (V, V, lambda d, park, tmp: d.layers()),
    "Desk.layer": (V, V, lambda d, park, tmp: d.layer("parks")),
    "Desk.settings": (V, V, lambda d, park, tmp: d.settings()),
    "Desk.parcel": (V, V, lambda d, park, tmp: d.parcel("1")),
    "Desk.projects": (V, V, lambda d, park, tmp: d.projects()),
    "Desk.scenarios": (V, V, lambda d, park, tmp: d.scenarios()),
    "Desk.stated": (V, V, lambda d, park, tmp: d.stated("park_state")),
    "Desk.demand": (V, V, lambda d, park, tmp: d.demand(plant())),
    "Desk.facts": (V, V, lambda d, park, tmp: d.facts()),
    "Desk.told": (V, V, lambda d, park, tmp: d.told("tax", "2021")),
    "Desk.parameter_rows": (V, V, lambda d, park, tmp: d.parameter_rows("rules")),
    "Desk.parameter_table": (V, V, lambda d, park, tmp: d.parameter_table("electricity")),
    "Desk.parameter_history": (V, V, lambda d, park, tmp: d.parameter_history("electricity")),
    "Desk.workspace_sheet": (V, V, lambda d, park, tmp: d.workspace_sheet(roles=())),
    "Desk.plane_crs": (V, V, lambda d, park, tmp: d.plane_crs()),
    "parcel_paper.parcel_sheet": (V, V, lambda d, park, tmp: parcel_paper.parcel_sheet(
        d, parcel_paper.Surveyed(parcel()), scale=1)),
    "Desk.keep_parcel": (P, P, lambda d, park, tmp: d.keep_parcel(parcel("P-9"), actor="x")),
    "Desk.drop_parcel": (P, P, lambda d, park, tmp: d.drop_parcel("1", actor="x")),
    "Desk.keep_project": (P, P, lambda d, park, tmp: d.keep_project(plant(), actor="x")),
    "Desk.keep_queue": (P, P, lambda d, park, tmp: d.keep_queue([plant()], actor="x")),
    "Desk.drop_project": (P, P, lambda d, park, tmp: d.drop_project("none", actor="x")),
    "Desk.add_fact": (P, P, lambda d, park, tmp: d.add_fact({"measure": "none"}, **BY)),
    "Desk.choose_fact": (R, R, lambda d, park, tmp: d.choose_fact("F1", reason="r", **BY)),
    "scenarios.keep": (P, P, lambda d, park, tmp: scenarios.keep(d, "s", SCENARIO, **BY)),
    "scenarios.drop": (P, P, lambda d, park, tmp: scenarios.drop(d, "none", **BY)),
    "registers.rows": (V, V, lambda d, park, tmp: registers.rows(d, "stock")),
    "registers.scene_seal": (V, V, lambda d, park, tmp: registers.scene_seal(d, TODAY)),
    "registers.checked": (V, V, lambda d, park, tmp: registers.checked(d, "stock")),
    "registers.history_document": (V, V, lambda d, park, tmp: registers.history_document(d, "stock", "1")),
    "registers_in.stamp": (V, V, lambda d, park, tmp: registers_in.stamp(d, "stock")),
    "registers_in.import_register": (P, P, lambda d, park, tmp: registers_in.import_register(
        d, registers_in.RegisterFile("none", tmp / "none.csv", "x", "k"))),
    "registers_in.drop_row": (P, P, lambda d, park, tmp: registers_in.drop_row(d, "stock", "1", **BY)),
    "registers_out.export_register": (V, V, lambda d, park, tmp: registers_out.export_register(
        d, "stock", tmp / "none.pdf")),
    "originals.originals": (V, V, lambda d, park, tmp: originals.originals(d.store)),
    "originals.one_file": (V, V, lambda d, park, tmp: originals.one_file(d.store, "none")),
    "originals.hand_out": (V, V, lambda d, park, tmp: originals.hand_out(d.store, "none", tmp / "x")),
    "costs.unit_costs": (V, V, lambda d, park, tmp: costs.unit_costs(d)),
    # ---- what is asked and looked at: in the own park
    "Desk.park": (V, NEVER, lambda d, park, tmp: d.park(park)),
    "Desk.look": (V, NEVER, lambda d, park, tmp: looked(d, park)),
    "Desk.sheet": (V, NEVER, lambda d, park, tmp: d.sheet(looked(d, park), paper="none")),
    "Desk.simulate": (V, NEVER, lambda d, park, tmp: d.simulate(SCENARIO, place="s", park=park)),
    "Desk.asked": (V, NEVER, lambda d, park, tmp: d.asked(SCENARIO, place="s", park=park)),
    "Desk.simulate_queue": (V, NEVER, lambda d, park, tmp: d.simulate_queue([], years=[2026], park=park)),
    "Desk.zero_carbon": (V, NEVER, lambda d, park, tmp: d.zero_carbon(2026, park=park)),
    "Desk.match": (V, NEVER, lambda d, park, tmp: d.match([looked(d, park)])),
    "meeting.case_sheet": (V, NEVER, lambda d, park, tmp: meeting.case_sheet(d, looked(d, park))),
    "meeting_queue.scenario_sheet": (V, NEVER, lambda d, park, tmp: meeting_queue.scenario_sheet(d, "s", park=park)),
    "meeting_queue.kept_sheet": (V, NEVER, lambda d, park, tmp: meeting_queue.kept_sheet(d, park=park)),
    "meeting_papers.print_for_meeting": (V, NEVER, lambda d, park, tmp: meeting_papers.print_for_meeting(
        d, meeting_papers.case_subject(d, of(park)), ["none"])),
    "pack.case_pack": (V, NEVER, lambda d, park, tmp: pack.case_pack(d, looked(d, park), page=BROKEN)),
    "pack.scenario_pack": (V, NEVER, lambda d, park, tmp: pack.scenario_pack(
        d, SCENARIO, place="s", folder=None, park=park, page=BROKEN)),
    "atlas.cases_of": (V, NEVER, lambda d, park, tmp: atlas.cases_of(d, scenario="s", park=park)),
    "atlas.export_atlas": (V, NEVER, lambda d, park, tmp: atlas.export_atlas(d, tmp / "x.png", [looked(d, park)])),
    "year_report.year_report": (V, NEVER, lambda d, park, tmp: year_report.year_report(d, 2026, park=park)),
    # ---- the book
    "Desk.park_codes": (V, V, lambda d, park, tmp: d.park_codes()),
    "Desk.balances": (V, V, lambda d, park, tmp: d.balances(park)),  # of the own parks: shown below
    "Desk.entries": (V, V, lambda d, park, tmp: d.entries()),
    "Desk.count_entries": (V, V, lambda d, park, tmp: d.count_entries(Account(park, "energy_tce", 2026))),
    "Desk.lots": (V, V, lambda d, park, tmp: d.lots(park)),
    "Desk.certified": (V, V, lambda d, park, tmp: d.certified(park)),  # likewise
    "Desk.verify": (V, V, lambda d, park, tmp: d.verify()),
    "Desk.journal": (NEVER, NEVER, lambda d, park, tmp: d.journal("beancount")),
    "Desk.reserve": (P, NEVER, lambda d, park, tmp: d.reserve(parcel(), year=2026, basis="d", park=park, **BY)),
    "Desk.move: grant": (R, NEVER, lambda d, park, tmp: d.move(grant(park, key="new"))),
    "Desk.move: away": (R, NEVER, lambda d, park, tmp: d.move(
        replace(grant(park, verb="transfer", key="away"), to_park="PROVINCE"))),
    "Desk.move: to the other park": (NEVER, NEVER, lambda d, park, tmp: d.move(
        replace(grant(OWN, verb="transfer", key="across"), to_park=OTHER))),
    "Desk.end: expire": (R, NEVER, lambda d, park, tmp: d.end(ending("expire", park=park, year=2026))),
    "Desk.end: carry": (R, NEVER, lambda d, park, tmp: d.end(
        ending("carry", park=park, quota="new_construction_m2", year=2026))),
    "Desk.end: close": (R, NEVER, lambda d, park, tmp: d.end(ending("close", park=park, year=2026))),
    "Desk.end: reverse": (R, NEVER, lambda d, park, tmp: d.end(
        ending("reverse", park=OWN, entry=1 + 4 * [OWN, OTHER].index(park)))),
    # ---- cases
    "Desk.cases": (V, V, lambda d, park, tmp: d.cases()),  # of the own parks: shown below
    "Desk.case_list": (V, V, lambda d, park, tmp: d.case_list()),
    "Desk.case_parcel": (V, V, lambda d, park, tmp: d.case_parcel(of(park))),
    "Desk.case": (V, NEVER, lambda d, park, tmp: d.case(of(park))),
    "Desk.case_seen": (V, NEVER, lambda d, park, tmp: d.case_seen(of(park))),
    "Desk.replay": (V, NEVER, lambda d, park, tmp: d.replay(of(park))),
    "Desk.start_case": (P, NEVER, lambda d, park, tmp: d.start_case(
        parcel("P-5"), year=2026, park=park, actor="x", key=f"start-5-{park}")),
    "Desk.submit_case": (P, NEVER, lambda d, park, tmp: d.submit_case(of(park), **BY)),
    "Desk.withdraw_case": (P, NEVER, lambda d, park, tmp: d.withdraw_case(of(park), reason="r", **BY)),
    "Desk.review_case": (R, NEVER, lambda d, park, tmp: d.review_case(of(park), **BY)),
    "Desk.return_case": (R, NEVER, lambda d, park, tmp: d.return_case(of(park), reason="r", **BY)),
    "Desk.recommend_case": (R, NEVER, lambda d, park, tmp: d.recommend_case(
        of(park), outcome="admitted", reason="r", **BY)),
    "Desk.challenge_case": (R, NEVER, lambda d, park, tmp: d.challenge_case(of(park), reason="r", **BY)),
    "Desk.override_finding": (R, NEVER, lambda d, park, tmp: d.override_finding(
        of(park), "none", decided="warn", reason="r", document="d", **BY)),
    "Desk.decide_case": (R, NEVER, lambda d, park, tmp: d.decide_case(of(park), outcome="admitted", basis="d", **BY)),
    "Desk.meet_condition": (R, NEVER, lambda d, park, tmp: d.meet_condition(of(park), 1, document="d", **BY)),
    "Desk.lapse_condition": (R, NEVER, lambda d, park, tmp: d.lapse_condition(of(park), 1, reason="r", **BY)),
    "Desk.close_case": (R, NEVER, lambda d, park, tmp: d.close_case(of(park), reason="r", **BY)),
    # ---- what is stated of a park, and what holds for all
    "stated.keep: of a park": (R, NEVER, lambda d, park, tmp: stated.keep(d, "park_state", park, {}, **BY)),
    "stated.keep: of all": (NEVER, NEVER, lambda d, park, tmp: stated.keep(d, "region", "r", {}, **BY)),
    "stated.drop: of a park": (R, NEVER, lambda d, park, tmp: stated.drop(d, "boundary_base", park, **BY)),
    "stated.drop: of all": (NEVER, NEVER, lambda d, park, tmp: stated.drop(d, "assessment", "none", **BY)),
    "costs.keep_unit_cost": (NEVER, NEVER, lambda d, park, tmp: costs.keep_unit_cost(d, "pue", 1.0, **BY)),
    "Desk.import_file: quotas": (NEVER, NEVER, lambda d, park, tmp: d.import_file(quotas_file(tmp, park))),
    # ---- of every park
    "Desk.people": (NEVER, NEVER, lambda d, park, tmp: d.people()),
    "Desk.hold": (NEVER, NEVER, lambda d, park, tmp: d.hold("mallory", Role.ADMINISTRATOR, park=park, actor="x")),
    "Desk.trail": (NEVER, NEVER, lambda d, park, tmp: d.trail()),
    "Desk.backup": (NEVER, NEVER, lambda d, park, tmp: d.backup(tmp / "copy.gpkg")),
    "Desk.change_parameter": (NEVER, NEVER, lambda d, park, tmp: d.change_parameter(
        Wish("electricity", {"value": 0.1, "unit": "none"}, TODAY, "s", "verified"), reason="r", **BY)),
    "Desk.add_parameter": (NEVER, NEVER, lambda d, park, tmp: d.add_parameter(
        Wish("", {}, TODAY, "s", "verified"), table="holidays", reason="r", **BY)),
    "Desk.end_parameter": (NEVER, NEVER, lambda d, park, tmp: d.end_parameter(
        "warn_at", first=TODAY, source="s", reason="r", **BY)),
    "Desk.take_parameter_back": (NEVER, NEVER, lambda d, park, tmp: d.take_parameter_back("P9", reason="r", **BY)),
    "backups.compare": (NEVER, NEVER, lambda d, park, tmp: backups.compare(d, tmp / "none.gpkg")),
    "workspace.move": (NEVER, NEVER, lambda d, park, tmp: workspace.move(d, str(tmp / "elsewhere.gpkg"))),
}


def plant():
    return project_from({"id": "plant", "start": 2026})


def every_verb():
    """The name of every verb that asks who acts, as its module has it."""
    found = {f"Desk.{name}" for name, verb in inspect.getmembers(Desk, inspect.isfunction) if hasattr(verb, "needs")}
    for info in pkgutil.iter_modules(planner.desk.__path__):
        module = importlib.import_module(f"planner.desk.{info.name}")
        found |= {f"{info.name}.{name}" for name, verb in inspect.getmembers(module, inspect.isfunction)
                  if hasattr(verb, "needs") and verb.__module__ == module.__name__}
    return found


def test_no_verb_is_left_out_of_the_matrix():
    assert {name.split(":")[0] for name in ACTS} == every_verb()


def attempt(desk, act, park, tmp_path):
    """Whether an act got past the question who asks."""
    try:
        act(desk, park, tmp_path)
    except Forbidden:
        return False
    except PlannerError:  # let through, and refused for another reason
        return True
    return True


@pytest.mark.parametrize("act", ACTS)
def test_every_act_by_every_role_in_the_own_park_and_in_another(office, act, tmp_path):
    least_own, least_other, do = ACTS[act]
    for role in (None, *Role):
        person = Person("ann", ((OWN, role),) if role else ())
        for park, least in ((OWN, least_own), (OTHER, least_other)):
            assert attempt(office.for_person(person), do, park, tmp_path) == ((role or 0) >= least), (role, park)


@pytest.mark.parametrize("act", ACTS)
def test_an_administrator_of_every_park_and_whoever_sits_alone_may_do_all(office, act, tmp_path, request):
    at = request.getfixturevalue("desk") if act == "workspace.move" else office
    for person in (Person("root", ((EVERY_PARK, Role.ADMINISTRATOR),)), alone("me")):
        assert attempt(at.for_person(person), ACTS[act][2], OWN, tmp_path)


def test_no_verb_of_the_desk_is_open_because_somebody_forgot():
    free = {"open", "close", "for_person", "named"}  # how one comes to a desk at all
    verbs = {name for name, _ in inspect.getmembers(Desk, inspect.isfunction) if not name.startswith("_")}
    assert not [name for name in sorted(verbs - free) if not hasattr(getattr(Desk, name), "needs")]


def test_a_story_that_writes_past_the_desk_is_refused_to_whoever_logged_in(desk):
    store = desk.for_person(Person("ann", ((OWN, Role.REVIEWER),))).store
    with pytest.raises(Forbidden), store.turn() as turn:
        turn.put_settings({"title": "mine"})
    assert "title" not in desk.settings()


def test_a_person_of_one_park_need_not_name_it_and_one_of_two_must(desk):
    ann = Person("ann", ((OWN, Role.PLANNER),))
    assert desk.for_person(ann).look(parcel()).park == OWN
    both = Person("bo", ((OWN, Role.PLANNER), (OTHER, Role.VIEWER)))
    with pytest.raises(ParkUnknown, match="A, B"):
        desk.for_person(both).look(parcel())
    assert desk.for_person(both).look(parcel(), park=OTHER).park == OTHER


def test_a_person_sees_the_accounts_and_entries_of_the_own_parks_only(desk):
    ann = desk.for_person(Person("ann", ((OWN, Role.VIEWER),)))
    assert {row.park for row in ann.balances()} == {OWN}
    assert {leg.park for entry in ann.entries() for leg in entry.draft.legs} == {OWN}
    assert {row.park for row in desk.balances()} == {OWN, OTHER}


def test_a_person_reads_what_years_of_the_own_parks_were_certified_with(desk):
    ann = desk.for_person(Person("ann", ((OWN, Role.VIEWER),)))
    for park in (OWN, OTHER):
        desk.end(Ending("close", "b", "Li", f"c-{park}", date(2027, 1, 5), park=park, year=2026))
    assert {row["park"] for row in desk.certified()} == {OWN, OTHER}
    assert {row["park"] for row in ann.certified()} == {OWN}


def test_a_person_sees_the_cases_of_the_own_parks_only(desk):
    ann = desk.for_person(Person("ann", ((OWN, Role.ADMINISTRATOR),)))
    assert [case.id for case in ann.cases()] == [row["case"] for row in ann.case_list()] == [of(OWN)]
    with pytest.raises(FeatureMissing, match=of(OTHER)):
        ann.case_parcel(of(OTHER))
    assert len(desk.cases()) == 2


def test_what_is_stated_for_every_park_takes_a_reviewer_of_each(desk):
    row = {"kind": "bar", "then": "full_review", "sub_park": "*", "measure": "energy_tce", "limit": 1, "source": "s"}
    both = desk.for_person(Person("bo", ((OWN, Role.REVIEWER), (OTHER, Role.REVIEWER))))
    assert attempt(both, lambda d, park, tmp: stated.keep(d, "assessment", "x", row, **BY), OWN, None)
    one = desk.for_person(Person("ann", ((OWN, Role.ADMINISTRATOR), (OTHER, Role.PLANNER))))
    with pytest.raises(Forbidden):
        stated.keep(one, "assessment", "y", row, actor="x", key="y")
    with pytest.raises(Forbidden):  # nor is what holds for all made one's own park's
        stated.keep(one, "assessment", "x", {**row, "sub_park": OWN}, actor="x", key="z")


def test_whoever_logged_in_signs_with_that_name_whatever_the_call_says(desk):
    ann = desk.for_person(Person("ann", ((OWN, Role.REVIEWER),)))
    ann.move(grant(OWN, key="k9", actor="somebody else"))
    assert desk.entries()[-1].draft.actor == "ann"


def test_the_trail_names_act_person_park_and_what_it_was_about_and_a_refusal_leaves_none(desk):
    before = len(desk.trail())
    ann = desk.for_person(Person("ann", ((OWN, Role.REVIEWER),)))
    ann.move(grant(OWN, key="k7"))
    ann.move(grant(OWN, key="k7"))  # the same again: done once
    with pytest.raises(Forbidden):
        ann.move(grant(OTHER, key="k8"))
    (newest, *older) = desk.trail()
    assert len(older) == before
    assert (newest["actor"], newest["verb"], newest["park"]) == ("ann", "move", OWN)
    assert newest["subject"]["quota"] == "new_construction_m2" and newest["subject"]["amount"] == 10_000


def sides(desk):
    told = desk.trail(last=1)[0]
    return told["before"], told["after"]


def test_the_trail_tells_how_each_thing_stood_before_and_stands_after(desk, tmp_path):
    desk.keep_project(plant(), actor="ann")
    assert sides(desk) == (None, {"project plant": fields_of(plant())})
    later = plant().model_copy(update={"start": 2027})
    desk.keep_queue([later], actor="ann")
    assert sides(desk) == ({"project plant": fields_of(plant())}, {"project plant": fields_of(later)})
    desk.drop_project("plant", actor="ann")
    assert sides(desk) == ({"project plant": fields_of(later)}, None)
    desk.hold("ann", Role.PLANNER, park=OWN, actor="root")
    desk.hold("ann", Role.REVIEWER, park=OWN, actor="root")
    ann = {"person": "ann", "park": OWN}
    assert sides(desk) == ({**ann, "role": "planner"}, {**ann, "role": "reviewer"})
    desk.keep_parcel(parcel("P-9"), actor="ann")
    desk.keep_parcel(replace(parcel("P-9"), name="renamed"), actor="ann")
    before, after = sides(desk)
    assert (before["name"], after["name"], before["shape"]) == ("P-9", "renamed", after["shape"])
    state = {"state": "hold", "on": "2026-01-01", "document": "No. 1"}
    stated.keep(desk, "park_state", OWN, state, actor="ann", key="s")
    assert sides(desk)[0] is None and sides(desk)[1][f"park_state {OWN}"]["state"] == "hold"
    desk.move(grant(OWN, key="told"))
    before, after = sides(desk)
    ((what, entry),) = after.items()
    assert before is None and what == f"entry {len(desk.entries())}" and entry["hash"] == desk.entries()[-1].hash
    assert {leg["amount"] for leg in entry["legs"]} == {10_000, -10_000}


def test_of_a_file_with_many_things_the_trail_tells_some_and_counts_the_others(desk):
    desk.keep_queue([project_from({"id": f"p{n}", "start": 2026}) for n in range(60)], actor="ann")
    _before, after = sides(desk)
    assert len(after) == 51 and after["further"] == 10


def test_roles_are_given_taken_and_read_back_with_the_last_row_in_force(desk):
    desk.hold("ann", Role.PLANNER, park=OWN, actor="root")
    desk.hold("ann", Role.REVIEWER, park=OWN, reason="stands in", actor="root")
    desk.hold("bo", Role.VIEWER, actor="root")
    assert desk.named("ann").roles == ((OWN, Role.REVIEWER),)
    desk.hold("ann", None, park=OWN, reason="left", actor="root")
    assert desk.named("ann").best is None
    assert [(row.person, row.park) for row in desk.people()] == [("bo", EVERY_PARK)]


def test_the_last_administrator_stays():
    rows = [Held("root", EVERY_PARK, Role.ADMINISTRATOR, "1", "root")]
    with pytest.raises(LastAdministrator, match="root"):
        refuse_last(rows, Held("root", EVERY_PARK, Role.VIEWER, "2", "root"))
    refuse_last([*rows, Held("ann", EVERY_PARK, Role.ADMINISTRATOR, "2", "root")],
                Held("root", EVERY_PARK, None, "3", "root"))


def test_a_role_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(RoleWrong, match="viewer, planner, reviewer, administrator"):
        role_of("boss")
    assert role_of("reviewer") is Role.REVIEWER


def test_a_stranger_holds_nothing_and_only_the_exact_name_counts():
    rows = [Held("ann", OWN, Role.VIEWER, "1", "root")]
    assert person_of("Ann", rows).best is None
    assert in_force(rows) == tuple(rows)
