"""Who may do what: every act by every role, in the person's own park and in another; nothing open by oversight."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date

import pytest

from planner.desk.booking import Movement
from planner.desk.desk import Desk
from planner.desk.importing import Request
from planner.desk.workspace import move
from planner.desk.year_end import Ending
from planner.errors import ParkUnknown, PlannerError
from planner.land.parcel import Parcel
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
from planner.store.open import MEMORY, open_store
from tests.drawn_land import land, layer, survey

TODAY = date(2026, 3, 2)
OWN, OTHER = "A", "B"


@pytest.fixture
def desk():
    """Two parks side by side, each with accounts, on one survey of built land."""
    made = Desk(open_store(MEMORY), today=lambda: TODAY)
    with made.store.turn() as turn:
        turn.keep_layer(survey((land(0, 0, 2000, 1000), "0601", None, None)), sha256="")
        turn.keep_layer(layer("parks", land(0, 0, 1000, 1000), land(1000, 0, 1000, 1000), account=[OWN, OTHER]),
                        sha256="")
        for role in ("urban_boundary", "basic_farmland", "ecological_redline", "parcels"):
            turn.keep_layer(layer(role, land(0, 0, 2000, 1000) if role == "urban_boundary" else land(0, 0, 10, 10)),
                            sha256="")
    for park in (OWN, OTHER):
        for quota in ("new_construction_m2", "offset_quantity_m2", "offset_paddy_m2", "offset_grain_kg"):
            made.move(grant(park, quota=quota))
    yield made
    made.close()


def grant(park, *, to_park="", verb="grant", quota="new_construction_m2", key=None, actor="clerk"):
    unit = "kg" if quota.endswith("_kg") else "m2"
    return Movement(verb, park, quota, 2026, 10_000, unit, "Notice 1", actor, key or f"{verb}-{park}-{quota}", TODAY,
                    "", to_park)


def parcel(id="P-1"):
    return Parcel(id, land(100, 100, 50, 50), id)


def ending(verb, **words):
    return Ending(verb, "d", "x", f"end-{verb}", date(2026, 5, 1), **words)


def quotas_file(tmp_path, park):
    path = tmp_path / f"{park}.csv"
    path.write_text(f"quota_type,year,amount,unit,park\nconstruction_land,2027,5,ha,{park}\n", "utf-8")
    return Request(path, "quotas", "clerk", f"import-{park}", "0" * 64, park=park)


# What each role may do, first in its own park, then in another: written by hand from the description of the roles.
NEVER, V, P, R, A = Role.ADMINISTRATOR + 1, Role.VIEWER, Role.PLANNER, Role.REVIEWER, Role.ADMINISTRATOR
ACTS = {
    "read the layers": (V, V, lambda desk, park, tmp: desk.layers()),
    "simulate": (V, NEVER, lambda desk, park, tmp: desk.simulate_queue([], years=[2026], park=park)),
    "look at a parcel": (V, NEVER, lambda desk, park, tmp: desk.look(parcel(), park=park)),
    "keep a parcel": (P, P, lambda desk, park, tmp: desk.keep_parcel(parcel("P-9"), actor="x")),
    "drop a parcel": (P, P, lambda desk, park, tmp: desk.drop_parcel("1", actor="x")),
    "reserve": (P, NEVER, lambda desk, park, tmp: desk.reserve(parcel(), year=2026, basis="d", actor="x", key="r",
                                                                park=park)),
    "book a grant": (R, NEVER, lambda desk, park, tmp: desk.move(grant(park, key="new"))),
    "move quota away": (R, NEVER, lambda desk, park, tmp: desk.move(
        replace(grant(park, verb="transfer", key="away"), to_park="PROVINCE"))),
    "move quota to the other park": (NEVER, NEVER, lambda desk, park, tmp: desk.move(
        replace(grant(OWN, verb="transfer", key="across"), to_park=OTHER))),
    "let a reservation lapse": (R, NEVER, lambda desk, park, tmp: desk.end(ending("expire", park=park, year=2026))),
    "carry over": (R, NEVER, lambda desk, park, tmp: desk.end(
        ending("carry", park=park, quota="new_construction_m2", year=2026))),
    "close a year": (R, NEVER, lambda desk, park, tmp: desk.end(ending("close", park=park, year=2026))),
    "reverse an entry": (R, NEVER, lambda desk, park, tmp: desk.end(
        ending("reverse", park=OWN, entry=1 + 4 * [OWN, OTHER].index(park)))),
    "print the whole book": (NEVER, NEVER, lambda desk, park, tmp: desk.journal("beancount")),
    "list the lots": (V, V, lambda desk, park, tmp: desk.lots()),
    "import quotas": (NEVER, NEVER, lambda desk, park, tmp: desk.import_file(quotas_file(tmp, park))),
    "see the people": (NEVER, NEVER, lambda desk, park, tmp: desk.people()),
    "give a role": (NEVER, NEVER, lambda desk, park, tmp: desk.hold("mallory", Role.ADMINISTRATOR, park=park,
                                                                     actor="x")),
    "read the trail": (NEVER, NEVER, lambda desk, park, tmp: desk.trail()),
    "back up": (NEVER, NEVER, lambda desk, park, tmp: desk.backup(tmp / "copy.gpkg")),
    "move the workspace": (NEVER, NEVER, lambda desk, park, tmp: move(desk, str(tmp / "elsewhere.gpkg"))),
}


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
@pytest.mark.parametrize("role", [None, *Role])
def test_every_act_by_every_role_in_the_own_park_and_in_another(desk, act, role, tmp_path):
    least_own, least_other, do = ACTS[act]
    rank = role or 0
    person = Person("ann", ((OWN, role),) if role else ())
    for park, least in ((OWN, least_own), (OTHER, least_other)):
        assert attempt(desk.for_person(person), do, park, tmp_path) == (rank >= least), park


@pytest.mark.parametrize("act", ACTS)
def test_an_administrator_of_every_park_and_whoever_sits_alone_may_do_all(desk, act, tmp_path):
    for person in (Person("root", ((EVERY_PARK, Role.ADMINISTRATOR),)), alone("me")):
        assert attempt(desk.for_person(person), ACTS[act][2], OWN, tmp_path)


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
