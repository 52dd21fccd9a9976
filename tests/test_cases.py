"""A case from draft to close: who may move it where, what it books and gives back, what a person decides beside the
machine, two reviewers at once, and the day of a decision brought back."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from planner.admission.case_days import working_days
from planner.admission.decision import (
    STEPS,
    Act,
    CaseState,
    ConditionsOpen,
    MoveRefused,
    Outcome,
    SamePerson,
    dossier,
    step,
)
from planner.desk import documents_check, stated
from planner.desk.booking import Movement
from planner.desk.case_documents import trail, whole
from planner.desk.cases import ConditionWrong, FindingMissing
from planner.desk.casework import CaseConflict, CaseHolds, CaseMissing, CaseOther
from planner.desk.desk import Desk
from planner.desk.held import ParcelHeld
from planner.desk.kept_check import told_check
from planner.desk.look import BASIS_SETTING
from planner.desk.replay import NotDecided
from planner.desk.trail_file import write
from planner.desk.year_end import Ending
from planner.energy.project import project_from
from planner.errors import Blocked, KeyReused, Overdraw, UsageError
from planner.people import Forbidden, Person, PersonWrong, Role
from planner.store.open import MEMORY, open_store
from planner.store.parameters import load
from planner.store.parameters_kept import Sealed, digest, kept_form, parameters_from
from planner.text import english
from planner.verdict import Verdict
from planner.words import translator
from tests.drawn_land import land, layer, parcel, survey

TODAY = date(2026, 3, 2)  # a Monday
MWH, TCE = 1_000, 122.9  # at the table value of 0.1229 kgce/kWh


class Clock:
    day = TODAY


def drawn(store):
    """A square kilometre of built land; a protected field in its corner; nobody knows the red line west of 900 m."""
    clock = Clock()
    made = Desk(store, today=lambda: clock.day, now=lambda: datetime.combine(clock.day, datetime.min.time()))
    made.clock = clock
    whole = land(0, 0, 1000, 1000)
    with made.store.turn() as turn:
        turn.put_settings({BASIS_SETTING: "calorific"})
        turn.keep_layer(survey((whole, "0601", None, None)), sha256="")
        turn.keep_layer(layer("parks", whole, account=["ZONE"]), sha256="")
        turn.keep_layer(layer("urban_boundary", whole), sha256="")
        turn.keep_layer(layer("basic_farmland", land(0, 0, 100, 100)), sha256="")
        turn.keep_layer(layer("ecological_redline", land(0, 990, 5, 5)), sha256="")
        turn.keep_layer(layer("parcels", land(800, 800, 10, 10), status=[""]), sha256="")
    for quota, unit, amount in (("new_construction_m2", "ha", 100), ("offset_quantity_m2", "ha", 50),
                                ("offset_paddy_m2", "ha", 50), ("offset_grain_kg", "kg", 10**6),
                                ("energy_tce", "tce", 1_000), ("carbon_tco2", "tco2", 90_000)):
        grant(made, quota, amount, unit)
    return made


@pytest.fixture
def desk():
    made = drawn(open_store(MEMORY))
    yield made
    made.close()


def grant(desk, quota, amount, unit):
    key = f"grant-{quota}-{len(desk.entries())}"
    desk.move(Movement("grant", "ZONE", quota, 2026, amount, unit, "Notice 1", "clerk", key, TODAY))


def plant(mwh=MWH, id="plant"):
    return project_from({"id": id, "start": 2026, "carriers": {"electricity_mwh": mwh},
                         "investment_wan_yuan": 100_000, "output_wan_yuan": 100_000, "tax_wan_yuan": 100_000})


def free(desk, quota="energy_tce"):
    return next(row.free for row in desk.balances() if row.quota == quota)


def start(desk, *, at=(600, 100), mwh=MWH, id="plant", **more):
    """A case of land that is clear, submitted by Ann."""
    made = desk.start_case(parcel(*at, id=f"P-{id}"), year=2026, project=plant(mwh, id), actor="Ann", key=f"s-{id}",
                           **more)
    return made["case"]


def decide(desk, id="plant", outcome="admitted", actor="Bo", key="d", **more):
    return desk.decide_case(id, outcome=outcome, basis="Decision 7", reason="as found", actor=actor, key=key, **more)


def test_one_parcel_is_admitted_in_one_case_until_that_gives_it_back(desk):
    for id in ("one", "two"):
        start(desk, id=id, mwh=10)
    decide(desk, "one", key="d1")
    with pytest.raises(ParcelHeld, match="'one' already holds"):
        decide(desk, "two", key="d2")
    assert desk.case("two").dossier.state is CaseState.SUBMITTED
    desk.withdraw_case("one", reason="as asked", actor="Bo", key="w")
    assert decide(desk, "two", key="d3")["entry"]


def test_a_decision_over_ground_that_another_case_holds_is_replayed_with_that_ground(desk):
    start(desk, id="one", mwh=10)
    decide(desk, "one", key="d1")
    start(desk, id="two", mwh=10, at=(650, 100))  # half of it lies on the other's
    assert desk.case_seen("two").verdict is Verdict.BLOCKED
    desk.override_finding("two", "overlap_held:booked", decided="fits", reason="they share a yard", document="No. 3",
                          actor="Bo", key="o")
    decide(desk, "two", key="d2")
    desk.withdraw_case("one", reason="as asked", actor="Bo", key="w")
    found = desk.replay("two")
    assert (found.agrees, found.then.verdict, found.now.verdict) == (True, Verdict.BLOCKED, Verdict.FITS)


# ---------------------------------------------------------------- the table
# Written by hand: for each verb, state by state, where it leads and who may; "." is refused.
COLUMNS = ("none", "draft", "submitted", "in_review", "recommended", "admitted", "conditional", "refused", "withdrawn",
           "closed")
GRID = {
    "draft":     "draft/P draft/P . . . . . . draft/P draft/P",
    "submit":    "submitted/P submitted/P . . . . . . submitted/P submitted/P",
    "review":    ". . in_review/R . . . . . . .",
    "return":    ". . draft/R draft/R draft/R . . . . .",
    "recommend": ". . recommended/R recommended/R . . . . . .",
    "challenge": ". . . . in_review/R . . . . .",
    "override":  ". . submitted/R in_review/R recommended/R . . . . .",
    "decide":    ". . decided/R decided/R decided/R . . . . .",
    "reserve":   ". . submitted/P in_review/P recommended/P decided/P decided/P . . .",
    "meet":      ". . . . . . decided/R . . .",
    "lapse":     ". . . . . . closed/R . . .",
    "withdraw":  ". withdrawn/P withdrawn/P withdrawn/P withdrawn/P withdrawn/R withdrawn/R . . .",
    "close":     ". . . . . closed/R closed/R closed/R . .",
}
LETTERS = {"P": Role.PLANNER, "R": Role.REVIEWER}


def act(number, verb, state, actor, **fields):
    return Act(number, verb, CaseState(state), actor, "", TODAY, fields)


def standing(column):
    """A case in a state, brought there by people who make no further move."""
    if column == "none":
        return None
    acts = [act(1, "submit", "submitted", "x1")]
    if column in ("admitted", "conditional", "refused"):
        conditions = [{"text": "t", "due": "2026-04-01"}] if column == "conditional" else []
        acts.append(act(2, "decide", "decided", "x3", outcome=column, conditions=conditions))
    elif column != "submitted":
        verb = {"draft": "return", "in_review": "review", "recommended": "recommend", "withdrawn": "withdraw",
                "closed": "close"}[column]
        acts.append(act(2, verb, column, "x2"))
    return dossier("c", acts)


@pytest.mark.parametrize("verb", GRID)
@pytest.mark.parametrize("column", COLUMNS)
def test_every_move_from_every_state_leads_where_the_table_says_or_is_refused(verb, column):
    cell = GRID[verb].split()[COLUMNS.index(column)]
    if cell == ".":
        with pytest.raises(MoveRefused) as told:
            step(standing(column), verb, "new", case="c")
        assert told.value.exit_status == 4 and told.value.code == "E_CONFLICT"
        return
    to, role = cell.split("/")
    assert step(standing(column), verb, "new", case="c") == (CaseState(to), LETTERS[role])


def test_the_grid_names_every_verb():
    assert {verb for verb, _ in STEPS} == set(GRID)


CALLS = {
    "submit": lambda d: d.submit_case("plant", actor="x", key="k"),
    "review": lambda d: d.review_case("plant", actor="x", key="k"),
    "return": lambda d: d.return_case("plant", reason="r", actor="x", key="k"),
    "recommend": lambda d: d.recommend_case("plant", outcome="admitted", reason="r", actor="x", key="k"),
    "challenge": lambda d: d.challenge_case("plant", reason="r", actor="x", key="k"),
    "override": lambda d: d.override_finding("plant", "basic_farmland", decided="warn", reason="r", document="d",
                                             actor="x", key="k"),
    "decide": lambda d: decide(d, actor="x", key="k"),
    "meet": lambda d: d.meet_condition("plant", 1, document="d", actor="x", key="k"),
    "lapse": lambda d: d.lapse_condition("plant", 1, reason="r", actor="x", key="k"),
    "withdraw": lambda d: d.withdraw_case("plant", reason="r", actor="x", key="k"),
    "close": lambda d: d.close_case("plant", reason="r", actor="x", key="k"),
}


@pytest.mark.parametrize("verb", CALLS)
def test_whoever_holds_less_than_the_table_asks_is_refused_and_so_is_every_role_of_another_park(desk, verb):
    start(desk)
    least = min(found.role for (name, _), found in STEPS.items() if name == verb)
    below = [("ZONE", role) for role in Role if role < least] + [("ELSEWHERE", role) for role in Role]
    for held in ((), *((one,) for one in below)):
        with pytest.raises(Forbidden):
            CALLS[verb](desk.for_person(Person("di", held)))
    try:
        CALLS[verb](desk.for_person(Person("di", (("ZONE", least),))))
    except MoveRefused:  # let through, and not open for a case that is submitted
        assert (verb, CaseState.SUBMITTED) not in STEPS


# ---------------------------------------------------------------- the way
def test_a_case_goes_its_way_and_books_in_the_turn_that_decides_it(desk):
    id = start(desk)
    assert free(desk) == 1_000_000
    desk.review_case(id, actor="Bo", key="1")
    desk.recommend_case(id, outcome="admitted", reason="fits", actor="Bo", key="2")
    answer = decide(desk, actor="Cy")
    assert (answer["state"], answer["outcome"], answer["verdict"]) == ("decided", "admitted", "fits")
    booked = {leg["quota"]: leg["amount"] for leg in answer["legs"]}
    assert booked["energy_tce"] == TCE and free(desk) == 1_000_000 - 122_900
    assert desk.entries()[-1].seq == answer["entry"] and desk.entries()[-1].draft.ref == id
    assert [a.verb for a in desk.case(id).dossier.acts] == ["submit", "review", "recommend", "decide"]
    assert [a.number for a in desk.case(id).dossier.acts] == [1, 2, 3, 4]


def test_the_trail_tells_each_move_with_before_and_after(desk):
    id = start(desk)
    desk.review_case(id, actor="Bo", key="1")
    newest, first = desk.trail(last=2)
    assert (newest["actor"], newest["verb"], newest["park"]) == ("Bo", "review_case", "ZONE")
    assert newest["before"] == {"state": "submitted", "version": 1}
    assert (newest["after"]["state"], newest["after"]["version"]) == ("in_review", 2)
    assert first["before"] is None and first["after"]["move"] == "submit"


def test_a_refusal_books_nothing_and_a_shortage_leaves_the_case_as_it_was(desk):
    start(desk, mwh=10_000)  # 1 229 tce, 1 000 are free
    before = len(desk.entries())
    with pytest.raises(Overdraw, match="energy_tce 2026"):
        decide(desk)
    assert desk.case("plant").dossier.state is CaseState.SUBMITTED and len(desk.entries()) == before
    assert decide(desk, outcome="refused", key="d2")["entry"] is None
    assert len(desk.entries()) == before and desk.case("plant").dossier.outcome is Outcome.REFUSED


def test_the_same_key_decides_once_and_another_decision_under_it_is_refused(desk):
    start(desk)
    first = decide(desk)
    assert decide(desk) == first and len([e for e in desk.entries() if e.draft.ref == "plant"]) == 1
    with pytest.raises(KeyReused):
        decide(desk, outcome="refused")


def test_withdrawing_or_closing_releases_what_is_reserved_by_a_written_entry(desk):
    for verb, id in (("withdraw", "one"), ("close", "two")):
        start(desk, id=id, at=(600, 100 if id == "one" else 400))
        decide(desk, id, key=f"d-{id}")
        held = free(desk)
        end = desk.withdraw_case if verb == "withdraw" else desk.close_case
        answer = end(id, reason="the investor left", actor="Bo", key=f"e-{id}")
        assert free(desk) == held + 122_900 and answer["entry"] == len(desk.entries())
        assert str(desk.entries()[-1].draft.kind) == "release"
    assert free(desk) == 1_000_000


def test_what_is_committed_stays_when_a_case_closes(desk):
    start(desk)
    decide(desk)
    desk.move(Movement("commit", "ZONE", "energy_tce", 2026, 100, "tce", "built", "Bo", "c", TODAY, "plant"))
    desk.close_case("plant", reason="done", actor="Bo", key="e")
    row = next(r for r in desk.balances() if r.quota == "energy_tce")
    assert (row.reserved, row.committed, row.free) == (0, 100_000, 900_000)


def test_a_case_withdrawn_may_begin_a_new_round_with_nothing_of_the_old_one(desk):
    start(desk, at=(50, 50))
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="r", document="d", actor="Bo", key="o")
    desk.withdraw_case("plant", reason="redrawn", actor="Ann", key="w")
    desk.start_case(parcel(50, 50, id="P-plant"), year=2026, project=plant(), actor="Bo", key="again")
    now = desk.case("plant").dossier
    assert (now.state, now.overrides, len(now.acts)) == (CaseState.SUBMITTED, (), 4)


def test_a_case_that_is_not_there_is_named_with_those_that_are(desk):
    start(desk)
    with pytest.raises(CaseMissing, match="plant"):
        desk.review_case("nobody", actor="Bo", key="1")


# ---------------------------------------------------------------- the second person
def test_who_submitted_neither_recommends_nor_overrides_nor_decides(desk):
    start(desk, at=(50, 50))
    for call in (
        lambda: desk.recommend_case("plant", outcome="admitted", reason="r", actor="Ann", key="1"),
        lambda: desk.override_finding("plant", "basic_farmland", decided="fits", reason="r", document="d", actor="Ann",
                                      key="2"),
        lambda: decide(desk, actor="Ann"),
    ):
        with pytest.raises(SamePerson, match="Ann") as told:
            call()
        assert (told.value.code, told.value.exit_status) == ("E_SECOND_PERSON", 4)


def test_who_recommended_neither_challenges_nor_decides_and_a_challenge_reopens_the_review(desk):
    start(desk)
    desk.recommend_case("plant", outcome="admitted", reason="fits", actor="Bo", key="1")
    with pytest.raises(SamePerson):
        desk.challenge_case("plant", reason="r", actor="Bo", key="2")
    with pytest.raises(SamePerson):
        decide(desk, actor="Bo")
    desk.challenge_case("plant", reason="the ramp is too slow", actor="Cy", key="3")
    assert desk.case("plant").dossier.state is CaseState.IN_REVIEW
    with pytest.raises(SamePerson):  # the challenge does not make the recommender a second person
        decide(desk, actor="Bo", key="d2")
    assert decide(desk, actor="Cy", key="d3")["state"] == "decided"


@pytest.mark.parametrize("again", ["ANN", " Ann", "An n", "Ａｎｎ", "A\u200bnn"])
def test_another_spelling_is_no_second_person(desk, again):
    start(desk)
    with pytest.raises((SamePerson, PersonWrong)):
        decide(desk, actor=again)
    assert desk.case("plant").dossier.state is CaseState.SUBMITTED


def test_a_spelling_that_can_be_printed_is_told_to_ask_somebody_else(desk):
    start(desk)
    with pytest.raises(SamePerson, match="ANN"):
        decide(desk, actor="ANN ")
    assert decide(desk, actor="Anna", key="d2")["state"] == "decided"


@pytest.mark.parametrize("nobody", ["", "  ", "\u200b", "Bo\nCy", "B\x00", "B" * 201])
def test_an_act_takes_the_name_of_a_person(desk, nobody):
    start(desk)
    with pytest.raises(PersonWrong) as told:
        desk.review_case("plant", actor=nobody, key="r")
    assert (told.value.code, told.value.exit_status) == ("E_PERSON", 2)
    with pytest.raises(PersonWrong):
        desk.move(Movement("grant", "ZONE", "energy_tce", 2026, 1, "tce", "Notice 1", nobody, "g", TODAY))


# ---------------------------------------------------------------- two at once
def test_a_reviewer_who_saw_an_older_version_is_told_what_changed(desk):
    start(desk)
    decide(desk, actor="Bo", seen=1)
    with pytest.raises(CaseConflict, match=r"Decide: admitted \(Bo, 2026-03-0") as told:
        decide(desk, outcome="refused", actor="Cy", key="d2", seen=1)
    assert (told.value.code, told.value.exit_status) == ("E_CONFLICT", 4)
    (change,) = told.value.where["changes"]
    assert (change["verb"], change["state"], change["outcome"], change["reason"]) == (
        "decide", "decided", "admitted", "as found")


def race(path, tries):
    """Two reviewers with a store of their own each decide the same cases at the same moment."""
    first = drawn(open_store(str(path), create=True))
    grant(first, "energy_tce", 10 * tries * MWH, "tce")
    desks = [first, Desk(open_store(str(path)), today=lambda: TODAY, now=lambda: datetime(2026, 3, 2))]
    for n in range(tries):
        id = start(first, id=f"c{n}")
        gate, answers = threading.Barrier(2), [None, None]

        def judge(who, id=id, gate=gate, answers=answers):
            gate.wait()
            try:
                answers[who] = decide(desks[who], id, actor=("Bo", "Cy")[who], key=f"{id}-{who}", seen=1)["state"]
            except CaseConflict as told:
                answers[who] = told.code

        both = [threading.Thread(target=judge, args=(who,)) for who in (0, 1)]
        [one.start() for one in both]
        [one.join() for one in both]
        assert sorted(answers, key=str) == ["E_CONFLICT", "decided"], (n, answers)
        assert len([e for e in first.entries() if e.draft.ref == id]) == 1
        first.withdraw_case(id, reason="next", actor="Bo", key=f"w-{id}")
    verified = first.verify()
    for one in desks:
        one.close()
    assert verified.ok


def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told_of_it(tmp_path):
    race(tmp_path / "w.gpkg", tries=8)


# ---------------------------------------------------------------- overrides
def test_an_override_stands_beside_the_machines_verdict_and_lets_the_case_be_booked(desk):
    start(desk, at=(50, 50))
    with pytest.raises(Blocked):
        decide(desk)
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="the line was redrawn", document="No. 12",
                          actor="Bo", key="o")
    from planner.desk.case_documents import verdicts

    decided, rows = verdicts(desk.case("plant"))
    row = next(r for r in rows if r["rule"] == "basic_farmland")
    assert (row["machine"], row["decided"], row["override"]["document"]) == ("blocked", "warn", "No. 12")
    assert decided is Verdict.WARN and desk.case_seen("plant").verdict is Verdict.BLOCKED
    assert decide(desk, actor="Cy", key="d2")["verdict"] == "blocked" and free(desk) == 1_000_000 - 122_900


def test_reserve_honours_a_recorded_override_of_the_same_land_only(desk):
    start(desk, at=(50, 50))
    land_, more = parcel(50, 50, id="P-plant"), parcel(40, 40, id="P-plant")
    ask = {"year": 2026, "basis": "D", "actor": "Ann", "project": plant()}
    with pytest.raises(Blocked):
        desk.reserve(land_, key="r1", **ask)
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="r", document="d", actor="Bo", key="o")
    with pytest.raises(Blocked):
        desk.reserve(more, key="r2", **ask)
    answer = desk.reserve(land_, key="r3", **ask)
    assert (answer["verdict"], answer["decided_verdict"]) == ("blocked", "warn")
    assert decide(desk, actor="Cy")["held_already"] and free(desk) == 1_000_000 - 122_900
    with pytest.raises(CaseHolds):
        desk.reserve(land_, key="r4", **ask)


def test_nothing_is_reserved_under_a_case_for_other_land_or_another_project(desk):
    start(desk)
    ask = {"year": 2026, "basis": "D", "actor": "Ann"}
    for other, project in ((parcel(300, 300, id="P-plant"), plant()), (parcel(600, 100, id="P-plant"), plant(500))):
        with pytest.raises(CaseOther) as told:
            desk.reserve(other, project=project, key=f"r-{other.shape.bounds}-{project.id}", **ask)
        assert (told.value.code, told.value.exit_status) == ("E_CASE_OTHER", 4)
    assert free(desk) == 1_000_000
    assert desk.reserve(parcel(600, 100, id="P-plant"), project=plant(), key="r", **ask)["entry"]


def test_an_override_does_not_cover_more_than_was_seen(desk):
    start(desk, at=(50, 50))
    desk.override_finding("plant", "basic_farmland", decided="fits", reason="r", document="d", actor="Bo", key="o")
    with desk.store.turn() as turn:  # the protected field grows over the whole parcel
        turn.keep_layer(layer("basic_farmland", land(0, 0, 200, 200)), sha256="", replace=True)
    with pytest.raises(Blocked):
        decide(desk, actor="Cy")


@pytest.mark.parametrize("other", [
    {"parcel": parcel(0, 60, 80, 20, id="P-plant")},  # less of the field, but of other land
    {"project": plant(MWH + 1)},
])
def test_an_override_is_of_the_land_and_the_project_that_it_was_made_for(desk, other):
    start(desk, at=(50, 50))
    desk.override_finding("plant", "basic_farmland", decided="fits", reason="r", document="d", actor="Bo", key="o")
    desk.return_case("plant", reason="draw it anew", actor="Bo", key="r")
    asked = {"parcel": parcel(50, 50, id="P-plant"), "project": plant(), "year": 2026, **other}
    desk.start_case(asked.pop("parcel"), **asked, actor="Ann", key="again")
    assert desk.case("plant").dossier.overrides == ()
    with pytest.raises(Blocked):
        decide(desk, actor="Cy")


def test_an_override_stays_for_a_case_that_is_submitted_again_as_it_was(desk):
    start(desk, at=(50, 50))
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="r", document="d", actor="Bo", key="o")
    desk.return_case("plant", reason="the map is missing", actor="Bo", key="r")
    desk.start_case(parcel(50, 50, id="P-plant"), year=2026, project=plant(), actor="Ann", key="again")
    assert decide(desk, actor="Cy")["state"] == "decided"


def test_the_history_tells_the_state_of_the_case_beside_that_of_the_finding(desk):
    start(desk, at=(50, 50))
    desk.override_finding("plant", "basic_farmland", decided="warn", reason="r", document="d", actor="Bo", key="o")
    act = whole(desk, desk.case("plant"), english)["history"][-1]
    said = (act["state"], act["finding_state"], act["machine"], act["decided"])
    assert said == ("submitted", "hit", "blocked", "warn")
    assert desk.trail(last=1)[0]["after"]["state"] == "submitted"


def test_a_finding_that_is_not_there_is_named_with_those_that_are(desk):
    start(desk)
    with pytest.raises(FindingMissing, match="basic_farmland:basic_farmland"):
        desk.override_finding("plant", "nothing", decided="fits", reason="r", document="d", actor="Bo", key="o")
    with pytest.raises(UsageError, match="reason"):
        desk.override_finding("plant", "basic_farmland", decided="fits", reason=" ", document="d", actor="Bo", key="o")


# ---------------------------------------------------------------- conditions
def conditional(desk):
    start(desk)
    return decide(desk, outcome="conditional", conditions=[("the energy report", date(2026, 3, 9)),
                                                           ("the land title", date(2026, 6, 1))])


def commit(desk, key):
    desk.move(Movement("commit", "ZONE", "energy_tce", 2026, 1, "tce", "built", "Bo", key, TODAY, "plant"))


def test_conditions_hold_the_reservation_until_each_is_met_by_a_written_act(desk):
    assert conditional(desk)["entry"] is not None
    with pytest.raises(ConditionsOpen, match="energy report"):
        commit(desk, "c1")
    desk.meet_condition("plant", 1, document="Report 4", actor="Bo", key="m1")
    with pytest.raises(ConditionWrong, match="2"):
        desk.meet_condition("plant", 1, document="Report 4", actor="Bo", key="m2")
    desk.meet_condition("plant", 2, document="Title 9", actor="Bo", key="m3")
    commit(desk, "c2")
    assert [one.state for one in desk.case("plant").dossier.conditions] == ["met", "met"]


def test_what_open_conditions_hold_is_given_back_by_no_entry_past_the_case(desk):
    conditional(desk)
    back = Movement("release", "ZONE", "energy_tce", 2026, 122.9, "tce", "D", "Bo", "r", TODAY, "plant")
    lapse = Ending("expire", "D", "Bo", "e", TODAY, ref="plant")
    for call in (lambda: desk.move(back), lambda: desk.end(lapse)):
        with pytest.raises(ConditionsOpen):
            call()
    assert free(desk) == 1_000_000 - 122_900
    for number in (1, 2):
        desk.meet_condition("plant", number, document="d", actor="Bo", key=f"m{number}")
    desk.move(back)
    assert free(desk) == 1_000_000


def test_a_day_that_passes_is_shown_as_overdue_and_changes_nothing(desk):
    conditional(desk)
    desk.clock.day = date(2027, 1, 1)
    first, second = desk.case("plant").dossier.conditions
    assert first.overdue(desk.clock.day) and first.state == "open" and second.overdue(desk.clock.day)
    assert free(desk) == 1_000_000 - 122_900
    assert desk.case_list()[0]["conditions_overdue"] == 2


def test_a_condition_that_lapsed_gives_the_reservation_back_by_an_entry(desk):
    conditional(desk)
    answer = desk.lapse_condition("plant", 1, reason="never came", actor="Bo", key="l")
    assert answer["state"] == "closed" and free(desk) == 1_000_000
    assert str(desk.entries()[-1].draft.kind) == "expire"


def test_conditions_belong_to_the_conditional_outcome(desk):
    start(desk)
    with pytest.raises(UsageError):
        decide(desk, outcome="conditional")
    with pytest.raises(UsageError):
        decide(desk, outcome="admitted", conditions=[("x", TODAY)])


# ---------------------------------------------------------------- days
def test_working_days_leave_out_weekends_and_holidays_and_count_weekends_worked():
    holidays = load().holidays
    assert working_days(date(2026, 3, 2), date(2026, 3, 9), ()) == 5  # Tuesday to Monday
    assert working_days(date(2026, 2, 13), date(2026, 2, 24), holidays) == 2  # Sat 14th worked, 15th to 23rd off, 24th
    assert working_days(date(2026, 3, 2), date(2026, 3, 2), ()) == 0


def test_days_in_a_state_are_set_against_the_promised_term(desk):
    start(desk)
    desk.clock.day = date(2026, 3, 9)
    row = desk.case_list()[0]
    assert (row["days_in_state"], row["overdue"]) == (5, False)
    desk.clock.day = date(2026, 3, 10)
    row = desk.case_list()[0]
    assert row["overdue"] and row["terms"][0]["days"] == 6 and row["terms"][0]["limit"] == 5
    desk.review_case("plant", actor="Bo", key="1")
    assert not desk.case_list()[0]["overdue"]


# ---------------------------------------------------------------- the day brought back
def rows_of(found):
    return {(row.part, row.of, row.figure): row for row in found.rows}


def test_a_replay_on_the_same_ground_finds_what_was_decided(desk):
    start(desk)
    with pytest.raises(NotDecided):
        desk.replay("plant")
    decide(desk)
    found = desk.replay("plant")
    assert found.agrees and not found.missing
    assert not [row for row in found.rows if row.differs]


def test_a_replay_goes_back_before_a_layer_was_replaced_and_quota_was_granted(desk):
    start(desk)
    decide(desk)
    with desk.store.turn() as turn:
        turn.keep_layer(layer("basic_farmland", land(600, 100, 50, 100)), sha256="", replace=True)
    grant(desk, "energy_tce", 500, "tce")
    found = desk.replay("plant")
    rows = rows_of(found)
    assert found.agrees and found.then.verdict is Verdict.FITS and found.now.verdict is Verdict.BLOCKED
    finding = rows["finding", "basic_farmland:basic_farmland", "value"]
    assert finding.then == 0.0 and finding.now == pytest.approx(5_000, rel=1e-4)
    energy = rows["quota", "energy_tce 2026", "free"]
    assert (energy.then, energy.now) == (1_000.0, 1_500.0)  # what the case holds itself is left out of both
    layers = {row.of for row in found.inputs if row.differs and row.figure == "layer"}
    assert layers == {"basic_farmland"}


def test_a_replay_knows_the_drawn_parcels_of_its_day(desk):
    desk.keep_parcel(parcel(650, 100, id="neighbour"), actor="Ann")
    start(desk)
    decide(desk, key="d")
    desk.drop_parcel("neighbour", actor="Ann")
    found = desk.replay("plant")
    assert found.agrees and not found.missing
    assert found.then.verdict is Verdict.WARN and found.now.verdict is Verdict.FITS


def test_a_replay_reckons_with_the_rows_of_its_day(desk, monkeypatch):
    start(desk)
    decide(desk)
    rows = load()
    dearer = replace(rows, coefficients=tuple(
        replace(row, value=0.3) if row.name == "electricity" else row for row in rows.coefficients))
    monkeypatch.setattr("planner.desk.book_verbs.load", lambda: dearer)
    found = desk.replay("plant")
    energy = rows_of(found)["demand", "", "counted_tce"]
    assert found.agrees and energy.then == pytest.approx(TCE) and energy.now == pytest.approx(300.0)
    assert next(row for row in found.inputs if row.figure == "parameters").differs


def test_a_sentence_that_is_worded_better_by_now_is_no_other_decision_but_a_figure_is(desk, monkeypatch):
    start(desk, at=(50, 50))
    decide(desk, outcome="refused")
    as_it_is = documents_check.check

    def reworded(case, say):
        said = as_it_is(case, say)
        return {**said, "findings": [{**row, "message": "in other words"} for row in said["findings"]]}

    monkeypatch.setattr("planner.desk.replay.documents_check.check", reworded)
    assert desk.replay("plant").agrees

    def otherwise(case, say):
        said = as_it_is(case, say)
        said["findings"][0]["area_m2"] += 1
        return said

    monkeypatch.setattr("planner.desk.replay.documents_check.check", otherwise)
    found = desk.replay("plant")
    (differs,) = found.unlike
    assert not found.agrees and differs.path.endswith(".area_m2") and differs.recomputed == differs.said + 1


def test_what_is_not_kept_of_that_day_is_named_and_nothing_agrees(desk):
    start(desk)
    decide(desk)
    with desk.store.turn() as turn:  # a feature of a layer that is not drawn in is changed in its place
        turn.drop_feature("basic_farmland", id="a")
    found = desk.replay("plant")
    assert not found.agrees and "basic_farmland" in str(found.missing[0])
    assert found.then.verdict is Verdict.UNKNOWN  # today's layer does not stand in for it


def test_the_state_of_the_park_on_that_day_counts(desk):
    start(desk)
    decide(desk)
    stated.keep(desk, "park_state", "ZONE", {"state": "hold", "on": "2026-01-01", "document": "Notice 3"}, actor="Bo",
                key="hold")
    found = desk.replay("plant")
    assert found.agrees and found.now.verdict is Verdict.BLOCKED


def test_each_decision_of_a_case_is_recomputed_of_the_land_it_was_made_for(desk):
    start(desk)
    first = decide(desk)["version"]
    desk.withdraw_case("plant", reason="drawn anew", actor="Bo", key="w")
    desk.start_case(parcel(300, 300, 50, 50, id="P-two"), year=2026, project=plant(500), actor="Ann", key="again")
    found = desk.replay("plant")  # not decided yet in this round
    assert found.agrees and found.version == first and found.then.parcel.id == found.now.parcel.id == "P-plant"
    second = decide(desk, actor="Cy", key="d2")["version"]
    assert desk.replay("plant").then.parcel.id == "P-two"
    for version, mwh in ((first, MWH), (second, 500)):
        found = desk.replay("plant", version)
        assert found.agrees and found.then.demand.electricity_mwh == mwh
    with pytest.raises(NotDecided, match=f"{first}, {second}"):
        desk.replay("plant", 1)


def test_parameters_come_back_as_they_were_kept():
    form = kept_form(load())
    again = parameters_from(form)
    assert again == load() and digest(kept_form(again)) == digest(form)


def test_the_seal_of_a_set_is_of_that_set_though_the_last_one_is_remembered():
    sealed, one, other = Sealed(), load(), replace(load(), version="another")
    assert [sealed.of(rows)[1] for rows in (one, one, other, one)] == [
        digest(kept_form(rows)) for rows in (one, one, other, one)]


# ---------------------------------------------------------------- read and handed on
def test_a_kept_check_reads_as_it_was_in_english_and_in_chinese_without_a_word_of_english(desk):
    start(desk, at=(50, 50))
    kept = json.loads(json.dumps(desk.case("plant").record.document))  # as it lies in the store
    seen = desk.case_seen("plant")
    assert told_check(kept, str) == json.loads(json.dumps(documents_check.check(seen, english), default=str))
    chinese = told_check(kept, lambda text: text.say(translator("zh")))
    assert chinese == json.loads(json.dumps(documents_check.check(seen, translator("zh")), default=str))
    said = next(row["message"] for row in chinese["findings"] if row["rule"] == "basic_farmland")
    assert re.search("[\u4e00-\u9fff]", said) and "hectares" not in said and " of " not in said


def test_the_trail_of_a_case_tells_every_act_with_the_state_before_and_after(desk):
    conditional(desk)
    desk.meet_condition("plant", 1, document="Report 4", actor="Bo", key="m1")
    rows = trail(desk.case("plant"))
    assert [(row["actor"], row["move"], row["state_before"], row["state_after"]) for row in rows] == [
        ("Ann", "submit", None, "submitted"), ("Bo", "decide", "submitted", "decided"),
        ("Bo", "meet", "decided", "decided")]
    assert rows[1]["conditions"][0] == {"text": "the energy report", "due": "2026-03-09"}
    assert (rows[2]["condition"], rows[2]["document"], rows[1]["entry"]) == (1, "Report 4", desk.entries()[-1].seq)


def test_the_trail_tells_what_a_case_asks_otherwise(desk):
    start(desk, draft=True)
    desk.start_case(parcel(600, 100, 50, 100, id="P-two"), year=2027, project=plant(500), actor="Ann", key="again")
    changed = trail(desk.case("plant"))[-1]["changed"]
    assert changed["parcel"] == {"before": "P-plant", "after": "P-two"} and changed["year"] == {"before": 2026,
                                                                                               "after": 2027}
    assert changed["ellipsoid_m2"]["before"] == pytest.approx(10_000, rel=1e-4)
    assert changed["ellipsoid_m2"]["after"] == pytest.approx(5_000, rel=1e-4)
    told = desk.trail(last=1)[0]
    assert told["before"]["parcel"] == "P-plant" and told["before"]["project"]["carriers"] == {"electricity_mwh": MWH}
    assert told["after"]["changed"]["project"]["after"]["carriers"] == {"electricity_mwh": 500}


def test_the_trail_leaves_as_a_file_that_no_spreadsheet_runs(desk, tmp_path):
    start(desk, note="=1+1")
    rows = trail(desk.case("plant"))
    told = write(rows, tmp_path / "trail.csv").read_text("utf-8-sig")
    assert "'=1+1" in told and told.splitlines()[0].startswith("case,version,at,on,actor,move")
    sheet = load_workbook(write(rows, tmp_path / "trail.xlsx")).active
    assert [cell.value for cell in sheet[2]][4:6] == ["Ann", "submit"]
    assert json.loads(write(rows, tmp_path / "trail.json").read_text("utf-8")) == rows
    for wrong in ("trail.pdf", "trail.csv"):
        with pytest.raises(UsageError):
            write(rows, tmp_path / wrong)
